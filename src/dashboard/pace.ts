/** How fast things go through this process: what a backlog divided by it takes. */

export interface Pace {
  /** One was sent. */
  sent(clinic: string, at: number): void;
  /** Sent in a minute, on average over the last ten; undefined when nothing was. */
  perMinute(clinic: string | undefined, now: number): number | undefined;
}

const MINUTES = 10;
/** So many clinics are looked at one by one. */
const MAX_CLINICS = 5_000;

export function createPace(): Pace {
  const byClinic = new Map<string, Map<number, number>>();

  function add(clinic: string, minute: number): void {
    if (!byClinic.has(clinic) && byClinic.size >= MAX_CLINICS) return;
    const minutes = byClinic.get(clinic) ?? new Map<number, number>();
    byClinic.set(clinic, minutes);
    minutes.set(minute, (minutes.get(minute) ?? 0) + 1);
    for (const old of minutes.keys()) if (old <= minute - MINUTES) minutes.delete(old);
  }

  return {
    sent(clinic, at) {
      const minute = Math.floor(at / 60_000);
      add(clinic, minute);
      add('', minute);
    },

    perMinute(clinic, now) {
      const minute = Math.floor(now / 60_000);
      const lately = [...(byClinic.get(clinic ?? '') ?? [])].filter(([at]) => at > minute - MINUTES);
      const first = Math.min(...lately.map(([at]) => at));
      const sum = lately.reduce((total, [, n]) => total + n, 0);
      return sum === 0 ? undefined : sum / (minute - first + 1);
    },
  };
}
