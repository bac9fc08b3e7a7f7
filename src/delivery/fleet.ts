/**
 * Runs deliveries over many processes on one PostgreSQL. Of a visit one job is in hand at a time, whichever process
 * has it; our own table stays the truth about order and times. Who asks for one waits for whoever delivers it.
 */
import { within } from '../http/timers.js';
import type { Job, Jobs } from '../store/postgres.js';
import { type Submission, TakenError } from '../store/store.js';
import { createHeart, isDue, UnreadableError } from './heart.js';
import type { Worker, WorkerOptions } from './worker.js';

export interface FleetOptions extends WorkerOptions {
  jobs: Jobs;
}

/** Milliseconds between two looks at what falls due. */
const SWEEP_EVERY = 500;
/** Milliseconds between two looks at what another process delivers: the first, and the longest. */
const [LOOK_FIRST, LOOK_LAST] = [20, 500];

export function createFleet(options: FleetOptions): Worker {
  const { store, jobs, now, concurrency = 8, grace = 10_000, onBug = () => {} } = options;
  const heart = createHeart(options);
  /** Who here waits for which submission. */
  const waiting = new Map<string, Set<(submission: Submission) => void>>();
  let stopped = false;
  let away = false;
  let timer: ReturnType<typeof setInterval> | undefined;
  let sweeping: Promise<void> | undefined;

  /** Nobody else has a job of this visit meanwhile. Only errors of the store bring the job back. */
  async function deliver({ logId, again }: Job): Promise<void> {
    const given = await heart.read(logId);
    const ours = again || given.state === 'sending' ? await takeOver(given) : given;
    const inTurn = isDue(ours) && ours.visit !== logId ? await store.line(ours, now()) : ours;
    const after = inTurn.state === 'held' ? inTurn : await heart.process(inTurn);
    for (const resolve of waiting.get(logId) ?? []) resolve(after);
    // Also of one that came to its end before: who had it may have died before this.
    await heart.releaseBehind(after);
  }

  /** Whoever had it can write no more. If it was sending, what became of that is unknown. */
  async function takeOver(given: Submission): Promise<Submission> {
    const sending = given.state === 'sending';
    if (!sending && !isDue(given)) return given;
    const { logId, attempts } = given;
    const unknown = { state: 'waiting', unknownSince: now(), nextTry: null } as const;
    const also = {
      claim: { attempts, sending },
      ...(sending ? { attempt: { at: now(), outcome: 'waiting', code: null } as const } : {}),
    };
    return store
      .change(logId, { attempts: attempts + 1, ...(sending ? unknown : {}) }, now(), also)
      .catch(async (error: unknown) => {
        if (!(error instanceof TakenError)) throw error;
        return takeOver(await heart.read(logId));
      });
  }

  /** Makes jobs of what is due; one look at a time. */
  function sweep(): void {
    if (stopped) return;
    sweeping ??= jobs
      .sweep(now())
      .then(
        () => {
          away = false;
        },
        (error) => {
          // A database that is away is worth a line, not one at every look.
          if (!away) onBug(error, '');
          away = true;
        },
      )
      .finally(() => {
        sweeping = undefined;
      });
  }

  /** Waits until it is no longer under way, by whoever delivers it. */
  async function outcome(logId: string): Promise<Submission> {
    const all = waiting.get(logId) ?? new Set();
    let resolve: (submission: Submission) => void = () => {};
    const here = new Promise<Submission>((done) => {
      resolve = done;
    });
    waiting.set(logId, all.add(resolve));
    try {
      for (let pause = LOOK_FIRST; ; pause = Math.min(LOOK_LAST, pause * 2)) {
        const told = await within(here, pause);
        if (told) return told;
        const latest = await heart.read(logId);
        // One that waits without a time has a job, also who took it over from another and looks what became of it.
        const due = latest.state === 'queued' || (latest.state === 'waiting' && latest.nextTry === null);
        if (stopped || !(due || latest.state === 'sending')) return latest;
      }
    } finally {
      all.delete(resolve);
      if (all.size === 0) waiting.delete(logId);
    }
  }

  return {
    async start() {
      await store.recover(now());
      await jobs.work(concurrency, (job) =>
        deliver(job).catch((error: unknown) => {
          onBug(error, job.logId);
          // Put off: it gets another job then.
          if (!(error instanceof UnreadableError)) throw error;
        }),
      );
      sweep();
      timer = setInterval(sweep, SWEEP_EVERY);
      (timer as { unref?: () => void }).unref?.();
    },

    async run(given) {
      const submission = typeof given === 'string' ? await heart.read(given) : given;
      if (stopped || !(isDue(submission) || submission.state === 'sending')) return submission;
      // A new one has its job. One that waits or is held goes now, since somebody asks for it.
      if (submission.nextTry !== null || submission.state === 'held') await jobs.hasten(submission.logId);
      return outcome(submission.logId);
    },

    async withdraw(logId) {
      const after = await heart.withdraw(logId);
      if (after) await heart.releaseBehind(after);
      return after;
    },

    async hurry() {
      await store.hurry(now());
      sweep();
    },

    wake: async () => sweep(),

    async stop() {
      stopped = true;
      clearInterval(timer);
      await sweeping;
      await jobs.stop(grace);
    },
  };
}
