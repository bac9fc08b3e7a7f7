/** One delivery of one submission, whoever dispatches it: its states, its attempts, and what is unknown of it. */
import { SatusehatError } from '../contract/error.js';
import { decodePlatformError } from '../platform/decode.js';
import { PlatformError } from '../platform/error.js';
import {
  type Also,
  type Change,
  type Claim,
  type KeptError,
  type Result,
  type Store,
  type Submission,
  TakenError,
  type Visit,
} from '../store/store.js';
import { OtherKeyError } from '../store/vault.js';
import { type BackoffOptions, backoff } from './backoff.js';

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

export interface HeartOptions {
  store: Store;
  /** Takes one submission to the platform. `sending` must be awaited before any write. */
  deliver(submission: Submission, steps: Steps): Promise<Delivered>;
  now: () => number;
  random?: () => number;
  backoff?: BackoffOptions;
  /** The call that tells the clinic of a change, if it wants one. */
  hookOf?(submission: Submission, change: Change): Promise<Also['hook']>;
  /** Told after each change of state. */
  onState?(submission: Submission): void;
  /** Told about errors that are ours, without their message: it could hold anything. */
  onBug?(error: unknown, logId: string): void;
}

export interface Heart {
  /**
   * As it is on disk. One that cannot be read is put off, so that it does not hold the others.
   * @throws UnreadableError for that one.
   */
  read(logId: string): Promise<Submission>;
  /** Delivers one that is due and has its turn; no further than nobody else took it over meanwhile. */
  process(submission: Submission): Promise<Submission>;
  /** Nothing of it was sent: it becomes void. @returns undefined when it is too late for that. */
  withdraw(logId: string): Promise<Submission | undefined>;
  /** Makes due what was held behind one that has come to its end. A failed encounter goes on holding its visit. */
  releaseBehind(submission: Submission): Promise<string[]>;
}

/** What is kept of a submission cannot be opened, or not be found. */
export class UnreadableError extends Error {
  override readonly name = 'UnreadableError';
}

/** Errors that are ours cannot mend themselves for ever. */
const MAX_BUGS = 10;
/** Milliseconds. A submission that cannot be read is looked at again only so often. */
const UNREADABLE = 3_600_000;
/** Milliseconds. One that another process may be able to read is soon its turn again. */
const ANOTHERS = 60_000;

export function createHeart(options: HeartOptions): Heart {
  const { store, now, random = Math.random } = options;

  /** Writes down where a submission has come to, with the call that tells the clinic, and tells the app. */
  async function settle(submission: Submission, change: Change, also: Also = {}): Promise<Submission> {
    const hook = await options.hookOf?.(submission, change);
    const after = await store.change(submission.logId, change, now(), { ...also, hook });
    options.onState?.(after);
    return after;
  }

  async function read(logId: string): Promise<Submission> {
    const submission = await store.find(logId).catch(async (cause: unknown) => {
      await store.postpone(logId, now() + (cause instanceof OtherKeyError ? ANOTHERS : UNREADABLE));
      throw new UnreadableError('unreadable', { cause });
    });
    if (!submission) throw new UnreadableError('no such submission');
    return submission;
  }

  async function process(submission: Submission): Promise<Submission> {
    if (!isDue(submission)) return submission;
    const { logId } = submission;
    const claim: Claim = { attempts: submission.attempts, sending: false };
    const attempts = claim.attempts + 1;
    const steps: Steps = {
      async sending() {
        await store.change(logId, { state: 'sending', nextTry: null }, now(), { claim });
        claim.sending = true;
      },
      async progress(result, visit) {
        await store.change(logId, { result }, now(), { visit, claim });
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
      return await settle(submission, change, { attempt, visit, claim });
    } catch (error) {
      if (error instanceof TakenError) return read(logId);
      return keep(submission, claim, error).catch((problem: unknown) => {
        if (problem instanceof TakenError) return read(logId);
        throw problem;
      });
    }
  }

  /** Writes down why it was not sent, and when it is tried again. */
  async function keep(submission: Submission, claim: Claim, error: unknown): Promise<Submission> {
    const { logId, endpoint, unknownSince: before } = submission;
    // This time a write was begun.
    const began = claim.sending;
    const attempts = claim.attempts + 1;
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
    const change = { state, attempts, nextTry, unknownSince, error: toKept(decoded) } as const;
    return settle(submission, change, { attempt, claim });
  }

  return {
    read,
    process,

    async withdraw(logId) {
      const before = await read(logId);
      if (before.state === 'void') return before;
      const after = await store.withdraw(logId, now());
      if (after) options.onState?.(after);
      return after;
    },

    async releaseBehind({ state, clinic, visit, logId }) {
      const ended = ['sent', 'failed', 'void'].includes(state);
      return ended && !(state === 'failed' && visit === logId) ? store.release(clinic, visit, now()) : [];
    },
  };
}

export function isDue({ state }: Submission): boolean {
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
