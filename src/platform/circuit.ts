/** Leaves a platform in peace that does not answer: an outage costs a probe now and then, not a storm. */
import { PlatformError } from './error.js';

/** When a platform that does not answer is left in peace, and for how long. */
export interface CircuitOptions {
  /** Failures in a row, network, time-outs and 5xx alike, after which nothing is sent any more. Default 5. */
  failures?: number;
  /** Milliseconds until one request may try again. Default 30,000. */
  rest?: number;
}

/** `closed`: all may go. `open`: nobody. `probing`: one is trying. */
export type CircuitState = 'closed' | 'open' | 'probing';

type Ended = 'answered' | 'failed' | 'none';

export interface Circuit {
  readonly state: CircuitState;
  /** When one request may try again, in milliseconds since 1970; undefined while all may go. */
  readonly opensAt: number | undefined;
  /**
   * Before a request; while one is trying, its end is waited for. What it returns must be called with how the request
   * ended; `none` says nothing of the platform.
   *
   * @throws PlatformError `unavailable` with the seconds that are left, while the platform is left in peace.
   */
  enter(): Promise<(ended: Ended) => void>;
}

/** @param onClose told when the platform answers again after it did not. */
export function createCircuit(
  { failures = 5, rest = 30_000 }: CircuitOptions,
  now: () => number,
  onClose: () => void = () => {},
): Circuit {
  let inARow = 0;
  /** When somebody may try again; undefined while all may go. */
  let opensAt: number | undefined;
  /** The one that is trying, until it has ended. */
  let probing: Promise<void> | undefined;

  function refusal(until: number): PlatformError {
    const retryAfter = Math.max(1, Math.ceil((until - now()) / 1000));
    return new PlatformError('unavailable', { retryAfter, outcomeUnknown: false });
  }

  return {
    get state() {
      if (opensAt === undefined) return 'closed';
      return probing ? 'probing' : 'open';
    },

    get opensAt() {
      return opensAt;
    },

    async enter() {
      while (probing) await probing;
      let probed: (() => void) | undefined;
      if (opensAt !== undefined) {
        if (now() < opensAt) throw refusal(opensAt);
        probing = new Promise((resolve) => {
          probed = resolve;
        });
      }
      let over = false;
      return (ended) => {
        if (over) return;
        over = true;
        if (probed) probing = undefined;
        if (ended === 'answered') {
          inARow = 0;
          const mended = opensAt !== undefined;
          opensAt = undefined;
          if (mended) onClose();
        } else if (ended === 'failed') {
          inARow++;
          // Those that were on their way when it opened do not put the next probe off.
          if (probed || (opensAt === undefined && inARow >= failures)) opensAt = now() + rest;
        }
        probed?.();
      };
    },
  };
}

/** For a platform that is never given up on. */
export const alwaysClosed: Circuit = { state: 'closed', opensAt: undefined, enter: async () => () => {} };
