/** Waiting for the end of a submission. Loaded when needed. */
import type { ResponseOf } from '../contract/contract.js';
import { isSatusehatError, SatusehatError } from '../contract/error.js';
import type { SatusehatClient } from './client.js';
import { type CallOptions, numberOf } from './options.js';
import { pause } from './waiting.js';

/** What became of a submission: `data.state`, the attempts, the ids or the error. */
export type Status = ResponseOf<'getLog'>;

/** How long to wait for an end, and how often to ask. */
export interface FollowOptions extends Omit<CallOptions, 'timeout' | 'totalTimeout'> {
  /** Milliseconds until TIMEOUT. Default 600,000 (10 minutes). */
  timeout?: number | undefined;
  /** Milliseconds between two questions: the first pause, which grows by half up to 30,000. Default 1,000. */
  interval?: number | undefined;
  /** Told of every new state. What it throws ends the waiting. */
  onChange?: ((status: Status) => void) | undefined;
}

/** Nothing changes by itself after these. */
const ends = ['sent', 'failed', 'void'];

export async function follow(
  client: SatusehatClient,
  logId: string,
  options: FollowOptions,
): Promise<Status> {
  const { onChange, timeout: _, interval: __, ...call } = options;
  const timeout = numberOf('timeout', options.timeout, 600_000);
  const interval = numberOf('interval', options.interval, 1_000);
  const end = performance.now() + timeout;
  let before: string | undefined;
  for (let delay = interval; ; delay = Math.min(delay * 1.5, Math.max(interval, 30_000))) {
    const left = end - performance.now();
    if (left <= 0) throw new SatusehatError({ code: 'TIMEOUT', logId });
    const status = await client
      .getStatus(logId, { ...call, totalTimeout: Math.max(1, left) })
      .catch((error: unknown) => {
        // The service is away: the submission is not.
        if (!isSatusehatError(error) || !error.retryable) throw error;
        return undefined;
      });
    if (status) {
      const { state } = status.data;
      if (state !== before) onChange?.(status);
      before = state;
      if (ends.includes(state)) return status;
    }
    await pause(Math.max(0, Math.min(delay, end - performance.now())), call.signal);
  }
}
