/** When to try again: exponential with full jitter, never sooner than the other side asks. */
export interface BackoffOptions {
  /** Milliseconds of the first step. Default 2,000. */
  base?: number;
  /** Milliseconds of the longest step. Default 600,000. */
  cap?: number;
}

/**
 * @param attempts how often it was tried already, from 1.
 * @param retryAfter seconds the other side asked for, if it did.
 * @param random from 0 to 1.
 * @returns milliseconds to wait.
 */
export function backoff(
  attempts: number,
  retryAfter: number | undefined,
  random: number,
  { base = 2_000, cap = 600_000 }: BackoffOptions = {},
): number {
  const step = Math.min(cap, base * 2 ** Math.min(attempts - 1, 30));
  return Math.max((retryAfter ?? 0) * 1000, Math.round(random * step));
}
