/** Who may go when: so many requests a minute, in the order in which they asked. */
import { PlatformError } from './error.js';

export interface BucketOptions {
  /** Turns a minute; `Infinity` for no limit. */
  perMinute: number;
  /** Turns that may be taken at once after a pause. Default 1: evenly spaced from the first. */
  burst?: number;
  /** Milliseconds, of any origin. */
  now: () => number;
  sleep: (milliseconds: number) => Promise<void>;
}

export interface Bucket {
  /**
   * Waits for a turn, strictly first come, first served.
   *
   * @param until the time by which the turn must come. Whoever cannot have it is told at once and takes none.
   * @throws PlatformError `throttled` when the platform's rest outlasts `until`, `timeout` when the queue does.
   */
  take(until?: number): Promise<void>;
  /** Waits while the platform rests, and takes no turn. Throws as `take` does. */
  rested(until?: number): Promise<void>;
  /** Nobody goes before that time. */
  rest(until: number): void;
  /** How many wait for their turn. */
  readonly waiting: number;
  /** Until when nobody goes, in milliseconds; undefined when somebody may. */
  readonly restsUntil: number | undefined;
}

interface Waiter {
  until: number;
  resolve(): void;
  reject(error: PlatformError): void;
}

/** @throws TypeError for a rate that is not above zero. */
export function createBucket({ perMinute, burst = 1, now, sleep }: BucketOptions): Bucket {
  if (!(perMinute > 0)) throw new TypeError('perMinute: must be a number above 0');
  const interval = 60_000 / perMinute;
  const queue: Waiter[] = [];
  /** When the bucket is full again. */
  let full = Number.NEGATIVE_INFINITY;
  let restUntil = Number.NEGATIVE_INFINITY;
  let serving = false;

  /** When somebody behind `ahead` others may go. */
  function turn(ahead = 0): number {
    const after = (ahead + 1 - burst) * interval;
    return Math.max(restUntil + Math.max(0, after), full + after);
  }

  /** One timer at a time, for the first in line. */
  async function serve(): Promise<void> {
    if (serving) return;
    serving = true;
    // What was slept has passed, even where the clock says less. A rest may begin meanwhile: hence the loop.
    for (let at = now(); queue.length > 0; at = Math.max(at, now())) {
      const next = turn();
      if (next > at) {
        await sleep(next - at);
        at = next;
      } else {
        full = Math.max(full, at) + interval;
        queue.shift()?.resolve();
      }
    }
    serving = false;
  }

  /** Why somebody behind `ahead` others cannot go in time; undefined when they can. */
  function tooLate(ahead: number, until: number): PlatformError | undefined {
    const at = now();
    const goes = Math.max(at, turn(ahead));
    if (goes <= until) return undefined;
    const failure = restUntil > until ? 'throttled' : 'timeout';
    return new PlatformError(failure, { retryAfter: Math.ceil((goes - at) / 1000) });
  }

  return {
    get waiting() {
      return queue.length;
    },

    get restsUntil() {
      return restUntil > now() ? restUntil : undefined;
    },

    take(until = Number.POSITIVE_INFINITY) {
      // Never further off than that, unless the clock was set back; which must not stop the queue.
      full = Math.min(full, now() + burst * interval);
      return new Promise((resolve, reject) => {
        const error = tooLate(queue.length, until);
        if (error) return reject(error);
        queue.push({ until, resolve, reject });
        void serve();
      });
    },

    async rested(until = Number.POSITIVE_INFINITY) {
      for (let at = now(); restUntil > at; ) {
        const error = restUntil > until ? tooLate(0, until) : undefined;
        if (error) throw error;
        const next = restUntil;
        await sleep(next - at);
        at = next;
      }
    },

    rest(until) {
      restUntil = Math.max(restUntil, until);
      for (const waiter of queue.splice(0)) {
        const error = tooLate(queue.length, waiter.until);
        if (error) waiter.reject(error);
        else queue.push(waiter);
      }
    },
  };
}
