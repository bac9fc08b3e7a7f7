/**
 * Who may deliver at the same time. Clinics take turns, and no clinic has more than its share while others wait;
 * within a clinic new visits and the backlog of an outage take turns, each oldest first.
 */
export interface LaneOptions {
  /** Deliveries at the same time. */
  total: number;
  /** Of one clinic at the same time. Default half of the total, at least 1. */
  perClinic?: number;
}

/** `now`: somebody waits for it. `later`: it fell due. */
export type Lane = 'now' | 'later';

export interface Lanes {
  /** Waits for a place, and gives it back when the work is over. */
  run<T>(clinic: string, lane: Lane, work: () => Promise<T>): Promise<T>;
}

interface Waiting {
  now: (() => void)[];
  later: (() => void)[];
  /** Which lane goes next. */
  turn: Lane;
  active: number;
}

export function createLanes({ total, perClinic = Math.max(1, Math.ceil(total / 2)) }: LaneOptions): Lanes {
  /** In the order of their turns: who was served stands last. */
  const clinics = new Map<string, Waiting>();
  let active = 0;

  function next(): void {
    if (active >= total) return;
    for (const [clinic, waiting] of clinics) {
      if (waiting.active >= perClinic) continue;
      const lane = waiting[waiting.turn].length > 0 ? waiting.turn : other(waiting.turn);
      const start = waiting[lane].shift();
      if (!start) continue;
      waiting.turn = other(lane);
      waiting.active++;
      active++;
      clinics.delete(clinic);
      clinics.set(clinic, waiting);
      start();
      next();
      return;
    }
  }

  return {
    async run(clinic, lane, work) {
      const waiting = clinics.get(clinic) ?? { now: [], later: [], turn: 'now', active: 0 };
      clinics.set(clinic, waiting);
      await new Promise<void>((resolve) => {
        waiting[lane].push(resolve);
        next();
      });
      try {
        return await work();
      } finally {
        active--;
        waiting.active--;
        if (waiting.active + waiting.now.length + waiting.later.length === 0) clinics.delete(clinic);
        next();
      }
    },
  };
}

function other(lane: Lane): Lane {
  return lane === 'now' ? 'later' : 'now';
}
