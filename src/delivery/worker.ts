/** Runs deliveries: at once when asked, later when due, each submission by one hand at a time. */
import { SatusehatError } from '../contract/error.js';
import { decodePlatformError } from '../platform/decode.js';
import { PlatformError } from '../platform/error.js';
import type { KeptError, Result, Store, Submission } from '../store/store.js';
import { type BackoffOptions, backoff } from './backoff.js';

export interface WorkerOptions {
  store: Store;
  /** Takes one submission to the platform. `sending` must be awaited before any write. */
  deliver(submission: Submission, sending: () => Promise<void>): Promise<Result>;
  now: () => number;
  random?: () => number;
  /** Deliveries at the same time. Default 8. */
  concurrency?: number;
  backoff?: BackoffOptions;
  /** Told about errors that are ours, without their message: it could hold anything. */
  onBug?(error: unknown, logId: string): void;
}

export interface Worker {
  /** Makes due what a crash left behind, and starts looking for what is due. */
  start(): Promise<void>;
  /** Delivers one submission now, or joins the delivery already under way. */
  run(logId: string): Promise<Submission>;
  /** Stops taking and waits for what is in flight. */
  stop(): Promise<void>;
}

/** Errors that are ours cannot mend themselves for ever. */
const MAX_BUGS = 10;
const LONGEST_SLEEP = 60_000;
/** A submission that cannot be read is looked at again only so often. */
const UNREADABLE = 3_600_000;
/** While due rows are still in flight, look again this often. */
const SHORTEST_SLEEP = 250;

export function createWorker(options: WorkerOptions): Worker {
  const { store, now, random = Math.random, concurrency = 8 } = options;
  const flying = new Map<string, Promise<Submission>>();
  const waiting: (() => void)[] = [];
  let active = 0;
  let stopped = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function slot<T>(work: () => Promise<T>): Promise<T> {
    if (active >= concurrency) await new Promise<void>((resolve) => waiting.push(resolve));
    else active++;
    try {
      return await work();
    } finally {
      // The slot goes straight to the next in line, if there is one.
      const next = waiting.shift();
      if (next) next();
      else active--;
    }
  }

  async function process(logId: string): Promise<Submission> {
    const submission = await store.find(logId).catch(async (error: unknown) => {
      await store.postpone(logId, now() + UNREADABLE);
      throw error;
    });
    if (!submission) throw new Error('no such submission');
    if (stopped || !['queued', 'waiting'].includes(submission.state)) return submission;
    const attempts = submission.attempts + 1;
    let began = false;
    const sending = async () => {
      began = true;
      await store.change(logId, { state: 'sending', nextTry: null }, now());
    };
    try {
      const result = await options.deliver(submission, sending);
      const change = {
        state: 'sent' as const,
        attempts,
        nextTry: null,
        unknownSince: null,
        error: null,
        result,
      };
      return await store.change(logId, change, now(), { at: now(), outcome: 'sent', code: null });
    } catch (error) {
      return await keep(submission, attempts, error, began);
    }
  }

  /** `began`: this time a write was begun. */
  async function keep(
    { logId, unknownSince: before }: Submission,
    attempts: number,
    error: unknown,
    began: boolean,
  ): Promise<Submission> {
    const bug = !(error instanceof PlatformError || error instanceof SatusehatError);
    if (bug) options.onBug?.(error, logId);
    const decoded = bug
      ? new SatusehatError({ code: 'INTERNAL_ERROR' })
      : error instanceof PlatformError
        ? decodePlatformError(error)
        : error;
    const again = decoded.retryable && !(bug && attempts >= MAX_BUGS);
    const state = again ? 'waiting' : 'failed';
    const nextTry = again ? now() + backoff(attempts, decoded.retryAfter, random(), options.backoff) : null;
    const unknown = stillUnknown(error, before !== null, began);
    const unknownSince = unknown ? (began || before === null ? now() : before) : null;
    return store.change(logId, { state, attempts, nextTry, unknownSince, error: toKept(decoded) }, now(), {
      at: now(),
      outcome: state,
      code: decoded.code,
    });
  }

  function run(logId: string): Promise<Submission> {
    const under = flying.get(logId);
    if (under) return under;
    const work = slot(() => process(logId)).finally(() => {
      flying.delete(logId);
      arm();
    });
    flying.set(logId, work);
    return work;
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
    for (const logId of await store.due(now(), 100)) {
      run(logId).catch((error) => options.onBug?.(error, logId));
    }
  }

  return {
    async start() {
      await store.recover(now());
      await wake();
    },
    run,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await Promise.allSettled(flying.values());
    },
  };
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
