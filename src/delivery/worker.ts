/** Runs deliveries: at once when asked, later when due, each submission by one hand at a time. */
import { SatusehatError } from '../contract/error.js';
import { decodePlatformError } from '../platform/decode.js';
import { PlatformError } from '../platform/error.js';
import type { Also, Change, KeptError, Result, Store, Submission, Visit } from '../store/store.js';
import { type BackoffOptions, backoff } from './backoff.js';
import { createLanes, type Lane } from './lanes.js';

/** What a delivery writes down on its way. */
export interface Steps {
  /** A write is about to happen. Awaited before it does. */
  sending(): Promise<void>;
  /** A part of it is at the platform, and more has to follow. */
  progress(result: Result, visit?: Visit): Promise<void>;
}

export interface Delivered {
  result: Result;
  /** The encounter as it is now. */
  visit?: Visit | undefined;
  /** Submissions that are void now. */
  voided?: string[];
}

export interface WorkerOptions {
  store: Store;
  /** Takes one submission to the platform. `sending` must be awaited before any write. */
  deliver(submission: Submission, steps: Steps): Promise<Delivered>;
  now: () => number;
  random?: () => number;
  /** Deliveries at the same time. Default 8. */
  concurrency?: number;
  backoff?: BackoffOptions;
  /** Milliseconds that deliveries get to end when the worker stops. Default 10,000. */
  grace?: number;
  /** The call that tells the clinic of a change, if it wants one. */
  hookOf?(submission: Submission, change: Change): Promise<Also['hook']>;
  /** Told after each change of state. */
  onState?(submission: Submission): void;
  /** Told about errors that are ours, without their message: it could hold anything. */
  onBug?(error: unknown, logId: string): void;
}

export interface Worker {
  /** Makes due what a crash left behind, and starts looking for what is due. */
  start(): Promise<void>;
  /**
   * Delivers one submission (as it was just read, or by its log_id) now, or joins the delivery already under way. Behind one of its visit that waits it is
   * held, and comes back `held`.
   */
  run(submission: string | Submission): Promise<Submission>;
  /** Withdraws one of which nothing is at the platform. @returns undefined when it is too late for that. */
  withdraw(logId: string): Promise<Submission | undefined>;
  /** The platform answers again: what waits for it need not wait any longer. */
  hurry(): Promise<void>;
  /** Stops taking and waits for what is in flight, but not for ever. */
  stop(): Promise<void>;
}

/** Errors that are ours cannot mend themselves for ever. */
const MAX_BUGS = 10;
const LONGEST_SLEEP = 60_000;
/** So many due ones of a clinic are taken up at a time. */
const PER_CLINIC = 50;
/** A submission that cannot be read is looked at again only so often. */
const UNREADABLE = 3_600_000;
/** While due rows are still in flight, look again this often. */
const SHORTEST_SLEEP = 250;

export function createWorker(options: WorkerOptions): Worker {
  const { store, now, random = Math.random, concurrency = 8, grace = 10_000 } = options;
  const flying = new Map<string, Promise<Submission>>();
  const lanes = createLanes({ total: concurrency });
  let stopped = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  /** Writes down where a submission has come to, with the call that tells the clinic, and tells the app. */
  async function settle(submission: Submission, change: Change, also: Also = {}): Promise<Submission> {
    const hook = await options.hookOf?.(submission, change);
    const after = await store.change(submission.logId, change, now(), { ...also, hook });
    options.onState?.(after);
    return after;
  }

  async function read(logId: string): Promise<Submission> {
    const submission = await store.find(logId).catch(async (error: unknown) => {
      await store.postpone(logId, now() + UNREADABLE);
      throw error;
    });
    if (!submission) throw new Error('no such submission');
    return submission;
  }

  async function process(logId: string): Promise<Submission> {
    const submission = await read(logId);
    if (stopped || !due(submission)) return submission;
    const attempts = submission.attempts + 1;
    let began = false;
    const steps: Steps = {
      async sending() {
        began = true;
        await store.change(logId, { state: 'sending', nextTry: null }, now());
      },
      async progress(result, visit) {
        await store.change(logId, { result }, now(), { visit });
      },
    };
    try {
      const { result, visit, voided = [] } = await options.deliver(submission, steps);
      for (const one of voided) await settle(await read(one), { state: 'void', nextTry: null });
      const change = {
        state: 'sent' as const,
        attempts,
        nextTry: null,
        unknownSince: null,
        error: null,
        result,
      };
      const attempt = { at: now(), outcome: 'sent' as const, code: null };
      return await settle(submission, change, { attempt, visit });
    } catch (error) {
      return await keep(submission, attempts, error, began);
    }
  }

  /** Waits until nothing of its visit stands before it. @returns false when something does that is not under way. */
  async function itsTurn(submission: Submission): Promise<boolean> {
    if (submission.visit === submission.logId) return true;
    for (;;) {
      const blocker = await store.blocker(submission);
      if (blocker === undefined) break;
      const under = flying.get(blocker);
      if (!under) return false;
      await under.catch(() => {});
    }
    const root = await store.find(submission.visit);
    return root === undefined || !['failed', 'held'].includes(root.state);
  }

  /** What was held behind a submission that has come to its end. A failed encounter goes on holding its visit. */
  async function releaseBehind({ state, clinic, visit, logId }: Submission): Promise<void> {
    if (!['sent', 'failed', 'void'].includes(state) || (state === 'failed' && visit === logId)) return;
    for (const held of await store.release(clinic, visit, now())) {
      run(held).catch((error) => options.onBug?.(error, held));
    }
  }

  /** `began`: this time a write was begun. */
  async function keep(
    submission: Submission,
    attempts: number,
    error: unknown,
    began: boolean,
  ): Promise<Submission> {
    const { logId, endpoint, unknownSince: before } = submission;
    const bug = !(error instanceof PlatformError || error instanceof SatusehatError);
    if (bug) options.onBug?.(error, logId);
    const decoded = bug
      ? new SatusehatError({ code: 'INTERNAL_ERROR' })
      : error instanceof PlatformError
        ? decodePlatformError(error, endpoint)
        : error;
    const again = decoded.retryable && !(bug && attempts >= MAX_BUGS);
    const state = again ? 'waiting' : 'failed';
    const nextTry = again ? now() + backoff(attempts, decoded.retryAfter, random(), options.backoff) : null;
    const unknown = stillUnknown(error, before !== null, began);
    const unknownSince = unknown ? (began || before === null ? now() : before) : null;
    const attempt = { at: now(), outcome: state, code: decoded.code } as const;
    return settle(
      submission,
      { state, attempts, nextTry, unknownSince, error: toKept(decoded) },
      { attempt },
    );
  }

  function run(given: string | Submission, lane: Lane = 'now'): Promise<Submission> {
    const logId = typeof given === 'string' ? given : given.logId;
    const under = flying.get(logId);
    if (under) return under;
    const work = (async () => {
      const before = typeof given === 'string' ? await read(logId) : given;
      if (stopped || !due(before)) return before;
      if (!(await itsTurn(before))) return store.change(logId, { state: 'held', nextTry: null }, now());
      return lanes.run(before.clinic, lane, () => process(logId));
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
    const work = (async () => {
      const submission = await read(logId);
      const { state, unknownSince, result } = submission;
      const begun = state === 'sent' || state === 'sending' || unknownSince !== null || result !== null;
      if (begun || state === 'void') return submission;
      return settle(submission, { state: 'void', nextTry: null });
    })().finally(() => flying.delete(logId));
    flying.set(logId, work);
    const after = await work;
    await releaseBehind(after);
    return after.state === 'void' ? after : undefined;
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
    async hurry() {
      await store.hurry(now());
      await wake();
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      // What is cut off stands as "sending" on disk: the next start finds out what became of it.
      let over: ReturnType<typeof setTimeout> | undefined;
      const bound = new Promise((resolve) => {
        over = setTimeout(resolve, grace);
      });
      await Promise.race([Promise.allSettled(flying.values()), bound]);
      clearTimeout(over);
    },
  };
}

function due({ state }: Submission): boolean {
  return state === 'queued' || state === 'waiting' || state === 'held';
}

/** Whether a write of ours may be at the platform without our knowing. */
function stillUnknown(error: unknown, before: boolean, began: boolean): boolean {
  if (error instanceof PlatformError && error.more.outcomeUnknown !== undefined) {
    // A refusal answers for every try of the same data; a try that never left says nothing of earlier ones.
    return error.more.outcomeUnknown || (before && error.failure !== 'refused');
  }
  return before || began;
}

function toKept(error: SatusehatError): KeptError {
  const { code, message, remedy, details } = error;
  return { code, message, remedy, ...(details ? { details } : {}) };
}
