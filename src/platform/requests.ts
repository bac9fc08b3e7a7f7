/** One request to the platform: its turn, its token, its deadline, and the retries of what may be repeated. */
import pRetry from 'p-retry';
import { throughOfetch } from '../http/ofetch.js';
import { type Answer, attempt, type FetchLike, NoAnswer, retryAfterSeconds } from '../http/request.js';
import { within } from '../http/timers.js';
import type { Bucket } from './bucket.js';
import type { Circuit } from './circuit.js';
import { PlatformError, readIssues } from './error.js';
import type { PlatformOptions } from './platform.js';
import type { TokenSource } from './token.js';

export interface Asked {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH';
  url: string;
  /** Sent as JSON. */
  body?: unknown;
  /** Default `application/json`. */
  contentType?: string;
  /** When the call must be over, by `now`. */
  until: number;
}

export interface RequestOptions {
  tokens: TokenSource;
  bucket: Bucket;
  circuit: Circuit;
  onCall?: PlatformOptions['onCall'];
  /** Where FHIR begins, without a slash at the end. */
  base: string;
  /** Milliseconds for one attempt. */
  timeout: number;
  retries: number;
  fetch: FetchLike | undefined;
  now: () => number;
  sleep: (milliseconds: number) => Promise<void>;
}

/** Milliseconds of the longest first pause before a retry; the second is twice that. */
const PAUSE = 300;
/** Seconds. A throttled request waits here for so long and no longer. */
const SHORT_REST = 2;

/**
 * @returns a function that answers whatever the platform finally said, below 500 and other than 401 and 429.
 */
export function createRequests(options: RequestOptions): (asked: Asked) => Promise<Answer> {
  const { tokens, bucket, circuit, now, sleep } = options;
  const fetch = throughOfetch(options.fetch);

  /** Reads and replacements may be repeated: twice is the same as once. Nothing else ever is. */
  return async function request(asked) {
    const write = asked.method !== 'GET';
    let mayHaveHappened = false;
    const once = async () => {
      const answer = await guarded(asked);
      if (answer.status >= 200 && answer.status < 500 && answer.status !== 429) return answer;
      throw toPlatformError(answer, asked.method, now());
    };
    return pRetry(once, {
      retries: asked.method === 'GET' || asked.method === 'PUT' ? options.retries : 0,
      // We wait ourselves, below.
      minTimeout: 0,
      onFailedAttempt({ error }) {
        mayHaveHappened ||= error instanceof PlatformError && error.more.outcomeUnknown === true;
      },
      async shouldRetry({ error, retriesConsumed }) {
        const pause = error instanceof PlatformError ? pauseAfter(error, retriesConsumed) : undefined;
        if (pause === undefined || now() + pause >= asked.until) return false;
        await sleep(pause);
        return true;
      },
    }).catch((error: unknown) => {
      // The last try says nothing of those before it.
      if (write && mayHaveHappened && error instanceof PlatformError) {
        throw new PlatformError(error.failure, { ...error.more, outcomeUnknown: true });
      }
      throw error;
    });
  };

  /** Past the circuit: what does not answer is told to it, and what is not to be asked is not. */
  async function guarded(asked: Asked): Promise<Answer> {
    const leave = await circuit.enter();
    try {
      const answer = await send(asked);
      leave(answer.status < 500 ? 'answered' : 'failed');
      return answer;
    } catch (error) {
      // A turn that did not come in time says nothing of the platform.
      const silent = error instanceof PlatformError && saysDown(error);
      leave(silent ? 'failed' : error instanceof PlatformError && error.more.status ? 'answered' : 'none');
      throw error;
    }
  }

  /** With a token; after a 401, which means that nothing was processed, one replay with a new one. */
  async function send(asked: Asked): Promise<Answer> {
    const { method, url, body, contentType = 'application/json', until } = asked;
    for (let replay = false; ; replay = true) {
      const token = await ready(asked);
      const started = performance.now();
      const told = (status: number) =>
        options.onCall?.({
          ...{ method, type: typeIn(url, options.base), status },
          milliseconds: performance.now() - started,
        });
      const answer = await attempt(
        {
          method,
          url,
          headers: {
            authorization: `Bearer ${token}`,
            accept: 'application/json',
            ...(body === undefined ? {} : { 'content-type': contentType }),
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
          timeout: Math.min(options.timeout, Math.ceil(until - now())),
        },
        fetch,
      ).catch((error: unknown) => {
        told(0);
        throw fromNoAnswer(error, method);
      });
      told(answer.status);
      if (answer.status === 429) {
        const seconds = retryAfterSeconds(answer.headers, now());
        if (seconds !== undefined) bucket.rest(now() + seconds * 1000);
      }
      if (answer.status !== 401) return answer;
      tokens.drop(token);
      if (replay) {
        const outcomeUnknown = method === 'GET' ? undefined : false;
        throw new PlatformError('credentials', { status: 401, issues: readIssues(answer), outcomeUnknown });
      }
    }
  }

  /** A token and a turn. Whatever fails here, no write has started. */
  async function ready({ method, until }: Asked): Promise<string> {
    try {
      await bucket.rested(until);
      // Before the turn: else all who wait for one token would go at once when it comes.
      await inTime(tokens.get(), until - now());
      await bucket.take(until);
      // And after it: the token may have run out, or been refused, meanwhile.
      const token = await inTime(tokens.get(), until - now());
      if (now() >= until) throw new PlatformError('timeout');
      return token;
    } catch (error) {
      if (method === 'GET' || !(error instanceof PlatformError)) throw error;
      throw new PlatformError(error.failure, { ...error.more, outcomeUnknown: false });
    }
  }
}

/** Resource type of an address, and nothing else of it. */
function typeIn(url: string, base: string): string {
  return /^[A-Za-z]+/.exec(url.slice(base.length + 1))?.[0] ?? 'Bundle';
}

function saysDown({ failure, more: { retryAfter } }: PlatformError): boolean {
  // A time-out with a wait is that of the queue.
  return failure === 'unavailable' || (failure === 'timeout' && retryAfter === undefined);
}

/** Milliseconds to wait before the next try, with full jitter; undefined when it would not help. */
function pauseAfter({ failure, more: { retryAfter } }: PlatformError, retries: number): number | undefined {
  if (retryAfter !== undefined) {
    return failure === 'throttled' && retryAfter <= SHORT_REST ? retryAfter * 1000 : undefined;
  }
  return failure === 'unavailable' || failure === 'timeout'
    ? Math.random() * PAUSE * 2 ** retries
    : undefined;
}

/** Work that others wait for too goes on when one of them can wait no longer. */
async function inTime<T extends string>(work: Promise<T>, milliseconds: number): Promise<T> {
  const done = await within(work, milliseconds);
  if (done === undefined) throw new PlatformError('timeout');
  return done;
}

function fromNoAnswer(error: unknown, method: Asked['method']): PlatformError {
  const silent = error instanceof NoAnswer ? error : undefined;
  return new PlatformError(silent?.reason === 'timeout' ? 'timeout' : 'unavailable', {
    outcomeUnknown: method === 'GET' ? undefined : mayHaveArrived(silent),
  });
}

/** What an answer outside of 2xx means. */
export function toPlatformError(answer: Answer, method: Asked['method'], now: number): PlatformError {
  const { status } = answer;
  // Neither an answer of the platform's API nor a refusal: a redirect, a server that fails.
  const strange = status < 400 || status >= 500;
  const more = {
    status,
    issues: readIssues(answer),
    requestId: answer.headers.get('x-request-id') ?? undefined,
    // A server that fails may have written first; one that refuses has not. Reads say nothing of writes.
    outcomeUnknown: method === 'GET' ? undefined : strange,
  };
  if (status === 404) return new PlatformError('not-found', more);
  if (status === 429) {
    return new PlatformError('throttled', { ...more, retryAfter: retryAfterSeconds(answer.headers, now) });
  }
  return new PlatformError(strange ? 'unavailable' : 'refused', more);
}

const NEVER_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  // The other side is not who it should be: nothing was said to it.
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_HAS_EXPIRED',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

/** False only when the request certainly never reached the other side. */
function mayHaveArrived(silent: NoAnswer | undefined): boolean {
  return !(silent?.systemCode && NEVER_SENT.has(silent.systemCode));
}
