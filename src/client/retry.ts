/** Whether and when a failed attempt is repeated: a pure function. */

export interface RetryPolicy {
  /** Repetitions at most. */
  retries: number;
  /** Milliseconds for all attempts and pauses together. */
  totalTimeout: number;
  backoff: {
    /** Milliseconds. */
    base: number;
    cap: number;
    retryAfterCap: number;
  };
}

export interface Failure {
  /** Whether the same request can succeed later. */
  retryable: boolean;
  /** Seconds that the service asked to wait. */
  retryAfter: number | undefined;
  /** Attempts made so far. */
  attempts: number;
  /** Milliseconds since the call began. */
  elapsed: number;
  /** Between 0 and 1. */
  random: number;
}

/**
 * Exponential, with full jitter: many clients that failed together do not come back together.
 *
 * @returns milliseconds until the next attempt; undefined when there is to be none.
 */
export function retryDelay(policy: RetryPolicy, failure: Failure): number | undefined {
  const { retryable, retryAfter, attempts, elapsed, random } = failure;
  if (!retryable || attempts > policy.retries) return undefined;
  const { base, cap, retryAfterCap } = policy.backoff;
  const drawn = random * Math.min(cap, base * 2 ** (attempts - 1));
  const asked = retryAfter === undefined ? 0 : Math.min(retryAfterCap, retryAfter * 1_000);
  // What was asked for is the least; those who were asked at the same moment spread behind it.
  const delay = asked === 0 ? drawn : asked + random * Math.min(cap, base);
  return elapsed + delay < policy.totalTimeout ? Math.round(delay) : undefined;
}

/** Whether an answer with this status may be another one later: 408, 429, 5xx but for 501. */
export function mayPass(status: number): boolean {
  return status === 408 || status === 429 || (status >= 500 && status !== 501);
}
