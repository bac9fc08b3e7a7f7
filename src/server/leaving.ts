/** How a service closes: whoever still waits gets an answer, and the store stays open until all have theirs. */
import { within } from '../http/timers.js';

export interface Leaving {
  /** Nothing is answered any more. */
  readonly over: boolean;
  /** What the work gives within so many milliseconds, or as long as a service that closes lets it wait. */
  within<T>(work: Promise<T>, milliseconds: number): Promise<T | undefined>;
  /** Counts a request while it is answered. */
  answering<T>(work: Promise<T>): Promise<T>;
  /**
   * Ends all waiting after half of so many milliseconds.
   *
   * @returns when every request has its answer, or when the time is over.
   */
  begin(milliseconds: number): Promise<void>;
}

export function createLeaving(): Leaving {
  const waiting = new Set<() => void>();
  let inHand = 0;
  let begun = false;
  let impatient = false;
  let over = false;
  let empty = () => {};
  return {
    get over() {
      return over;
    },

    async within(work, milliseconds) {
      if (impatient) return within(work, 0);
      let stop = () => {};
      const stopped = new Promise<undefined>((resolve) => {
        stop = () => resolve(undefined);
      });
      waiting.add(stop);
      return within(Promise.race([work, stopped]), milliseconds).finally(() => waiting.delete(stop));
    },

    async answering(work) {
      inHand++;
      try {
        return await work;
      } finally {
        inHand--;
        if (begun && inHand === 0) empty();
      }
    },

    async begin(milliseconds) {
      begun = true;
      const left = new Promise<void>((resolve) => {
        empty = resolve;
        if (inHand === 0) resolve();
      });
      const timer = setTimeout(() => {
        impatient = true;
        for (const stop of waiting) stop();
      }, milliseconds / 2);
      await within(left, milliseconds);
      clearTimeout(timer);
      over = true;
    },
  };
}
