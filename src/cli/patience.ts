/** Waits where the service says that it is getting too much: no visit fails for that. */
import type { SatusehatClient } from '../client/client.js';
import type { RetryEvent } from '../client/hooks.js';
import { pause } from '../client/waiting.js';
import { isSatusehatError } from '../contract/error.js';

type Sender = Pick<SatusehatClient, 'kirimKunjungan'>;

export interface Patience {
  /** Of the client: its pauses between two attempts hold up the other visits as well. */
  onRetry(event: Pick<RetryEvent, 'code' | 'delay'>): void;
  /** Sends as the client does, and again after a pause for as long as the service asks for one. */
  over(client: Sender): Sender;
  /** What is being waited for, to be shown behind the bar. */
  words(): string;
}

/** What says "later" and no more. */
export const LIMITS = ['RATE_LIMITED', 'OVERLOADED'];
/** Milliseconds of one pause. */
const [SHORTEST, LONGEST] = [1_000, 60_000];
/** Milliseconds after which a service that takes nothing at all is given up. */
const GIVE_UP = 600_000;

export function createPatience(now: () => number = Date.now, wait: typeof pause = pause): Patience {
  let until = 0;
  let why = '';
  /** Since when the service has taken nothing. */
  let since: number | undefined;

  const hold = (code: string, milliseconds: number) => {
    why = code;
    since ??= now();
    until = Math.max(until, now() + Math.min(LONGEST, Math.max(SHORTEST, milliseconds)));
  };

  return {
    onRetry({ code, delay }) {
      if (LIMITS.includes(code)) hold(code, delay);
    },
    over: (client) => ({
      async kirimKunjungan(visit, options = {}) {
        for (;;) {
          while (now() < until) await wait(until - now(), options.signal);
          try {
            const answer = await client.kirimKunjungan(visit, options);
            since = undefined;
            return answer;
          } catch (error) {
            if (!isSatusehatError(error)) throw error;
            if (!LIMITS.includes(error.code)) {
              if (error.status !== undefined) since = undefined;
              throw error;
            }
            hold(error.code, (error.retryAfter ?? 0) * 1_000);
            if (since !== undefined && now() - since >= GIVE_UP) throw error;
          }
        }
      },
    }),
    words() {
      const left = Math.ceil((until - now()) / 1_000);
      return left > 0 ? `, layanan minta jeda (${why}): lanjut dalam ${left} detik` : '';
    },
  };
}
