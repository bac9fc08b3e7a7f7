/** Runs deliveries in one process: at once when asked, later when due, each submission by one hand at a time. */
import { within } from '../http/timers.js';
import type { Submission } from '../store/store.js';
import { createHeart, type HeartOptions, isDue } from './heart.js';
import { createLanes, type Lane } from './lanes.js';

export interface WorkerOptions extends HeartOptions {
  /** Deliveries at the same time. Default 8. */
  concurrency?: number;
  /** Milliseconds that deliveries get to end when the worker stops. Default 10,000. */
  grace?: number;
}

export interface Worker {
  /** Makes due what a crash left behind, and starts looking for what is due. */
  start(): Promise<void>;
  /**
   * Delivers one submission (as it was just read, or by its log_id) now, or joins the delivery already under way.
   * Behind one of its visit that waits it is held, and comes back `held`.
   */
  run(submission: string | Submission): Promise<Submission>;
  /** Withdraws one of which nothing is at the platform. @returns undefined when it is too late for that. */
  withdraw(logId: string): Promise<Submission | undefined>;
  /** The platform answers again: what waits for it need not wait any longer. */
  hurry(): Promise<void>;
  /** Something became due that nobody asked for by its log_id. */
  wake(): Promise<void>;
  /** Stops taking and waits for what is in flight, but not for ever. */
  stop(): Promise<void>;
}

const LONGEST_SLEEP = 60_000;
/** So many due ones of a clinic are taken up at a time. */
const PER_CLINIC = 50;
/** While due rows are still in flight, look again this often. */
const SHORTEST_SLEEP = 250;

export function createWorker(options: WorkerOptions): Worker {
  const { store, now, concurrency = 8, grace = 10_000 } = options;
  const heart = createHeart(options);
  const flying = new Map<string, Promise<Submission>>();
  const lanes = createLanes({ total: concurrency });
  let stopped = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  /** Waits for what is under way before it in its visit; `held` when something else has to go first. */
  async function inLine(submission: Submission): Promise<Submission> {
    if (submission.visit === submission.logId) return submission;
    for (;;) {
      const blocker = await store.blocker(submission);
      const under = blocker === undefined ? undefined : flying.get(blocker);
      if (!under) return store.line(submission, now());
      await under.catch(() => {});
    }
  }

  async function releaseBehind(submission: Submission): Promise<void> {
    for (const held of await heart.releaseBehind(submission)) {
      run(held).catch((error) => options.onBug?.(error, held));
    }
  }

  function run(given: string | Submission, lane: Lane = 'now'): Promise<Submission> {
    const logId = typeof given === 'string' ? given : given.logId;
    const under = flying.get(logId);
    if (under) return under;
    const work = (async () => {
      const before = typeof given === 'string' ? await heart.read(logId) : given;
      if (stopped || !isDue(before)) return before;
      const inTurn = await inLine(before);
      if (inTurn.state === 'held') return inTurn;
      return lanes.run(before.clinic, lane, async () => {
        const latest = await heart.read(logId);
        return stopped ? latest : heart.process(latest);
      });
    })().finally(() => {
      flying.delete(logId);
      arm();
    });
    flying.set(logId, work);
    work.then(releaseBehind).catch(() => {});
    return work;
  }

  async function withdraw(logId: string): Promise<Submission | undefined> {
    for (let under = flying.get(logId); under; under = flying.get(logId)) await under.catch(() => {});
    // Held in the air meanwhile: nobody may begin to send it.
    const withdrawing = heart.withdraw(logId).finally(() => flying.delete(logId));
    flying.set(
      logId,
      withdrawing.then((after) => after ?? heart.read(logId)),
    );
    const after = await withdrawing;
    if (after) await releaseBehind(after);
    return after;
  }

  /** Sets the alarm for what falls due next. */
  function arm(): void {
    if (stopped) return;
    void (async () => {
      const at = await store.nextDue();
      if (stopped) return;
      clearTimeout(timer);
      if (at === undefined) return;
      const sleep = Math.min(LONGEST_SLEEP, Math.max(SHORTEST_SLEEP, at - now()));
      timer = setTimeout(() => void wake().catch((error) => options.onBug?.(error, '')), sleep);
      (timer as { unref?: () => void }).unref?.();
    })().catch((error) => options.onBug?.(error, ''));
  }

  async function wake(): Promise<void> {
    // Armed first: what follows may fail.
    arm();
    for (const logId of await store.due(now(), PER_CLINIC)) {
      run(logId, 'later').catch((error) => options.onBug?.(error, logId));
    }
  }

  return {
    async start() {
      await store.recover(now());
      await wake();
    },
    run: (submission) => run(submission),
    withdraw,
    wake,
    async hurry() {
      await store.hurry(now());
      await wake();
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      // What is cut off stands as "sending" on disk: the next start finds out what became of it.
      await within(Promise.allSettled(flying.values()), grace);
    },
  };
}
