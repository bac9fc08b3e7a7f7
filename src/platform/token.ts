import type { PlatformIssue } from '../contract/error.js';
import { throughOfetch } from '../http/ofetch.js';
import { attempt, type FetchLike, NoAnswer, retryAfterSeconds } from '../http/request.js';
import { PlatformError, type PlatformFailure, readIssues } from './error.js';
import type { PlatformOptions } from './platform.js';

/** The platform allows one try a minute after a refused one (platform facts 1.4). */
const REST_AFTER_FAILURE = 60_000;
/** Renewed this long before it runs out. */
const EARLY = 60_000;

export interface TokenSource {
  /** A valid token; one request in flight however many ask. */
  get(): Promise<string>;
  /** Drops the token the platform refused, so that the next `get` asks for a new one. */
  drop(token: string): void;
  readonly health: TokenHealth;
}

/** How it stands with the access token. `none`: nobody has asked for one yet, or the last one ran out. */
export type TokenHealth =
  | {
      /** There is none. */
      state: 'none';
    }
  | {
      /** There is one. */
      state: 'valid';
      /** When it is renewed, in milliseconds since 1970; Infinity when the platform did not say. */
      until: number;
    }
  | {
      /** The last one was not given. */
      state: 'refused';
      /** Until when nothing is asked for, in milliseconds since 1970. */
      until: number;
      /** Why; `credentials` says that id or secret is wrong. */
      failure: PlatformFailure;
    };

/** After a refusal: nothing is asked for until then, and everybody is told the same. */
interface Resting {
  until: number;
  failure: PlatformFailure;
  status: number;
  issues: PlatformIssue[];
}

/**
 * OAuth2 client credentials as the platform has them: `grant_type` in the query, id and secret in the form body,
 * `expires_in` as a string of seconds (platform facts 1.2 and 1.3).
 *
 * @throws PlatformError `credentials`, `throttled` or `not-found` when refused, and for a minute after, with the
 * seconds that are left as `retryAfter`; `unavailable`, `timeout`.
 */
export function createTokenSource(options: {
  url: string;
  clientId: string;
  clientSecret: string;
  timeout: number;
  fetch: FetchLike | undefined;
  now: () => number;
  onCall?: PlatformOptions['onCall'];
}): TokenSource {
  let current: { token: string; renewAt: number } | undefined;
  let pending: Promise<string> | undefined;
  let resting: Resting | undefined;

  function refusal({ until, failure, ...more }: Resting): PlatformError {
    const retryAfter = Math.ceil((until - options.now()) / 1000);
    return new PlatformError(failure, { ...more, retryAfter });
  }

  async function request(): Promise<string> {
    const started = performance.now();
    const told = (status: number) =>
      options.onCall?.({ method: 'POST', type: 'token', status, milliseconds: performance.now() - started });
    const answer = await attempt(
      {
        method: 'POST',
        url: `${options.url}/accesstoken?grant_type=client_credentials`,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({
          client_id: options.clientId,
          client_secret: options.clientSecret,
        }).toString(),
        timeout: options.timeout,
      },
      throughOfetch(options.fetch),
    ).catch((error: unknown) => {
      told(0);
      // Nothing was written: only a token was asked for.
      throw new PlatformError(
        error instanceof NoAnswer && error.reason === 'timeout' ? 'timeout' : 'unavailable',
      );
    });
    const { status } = answer;
    told(status);
    const body = answer.json as { access_token?: unknown; expires_in?: unknown } | undefined;
    if (status === 200 && typeof body?.access_token === 'string') {
      const lifetime = Number(body.expires_in) * 1000;
      // A lifetime shorter than our margin is used for half of itself; without one, until the token is refused.
      const useFor = lifetime >= 0 ? Math.max(lifetime - EARLY, lifetime / 2) : Number.POSITIVE_INFINITY;
      current = { token: body.access_token, renewAt: options.now() + useFor };
      return body.access_token;
    }
    // Only a refusal says something of the credential; the rest is a server that fails, or a gate on the way.
    if (status < 400 || status >= 500) {
      throw new PlatformError('unavailable', { status, issues: status < 400 ? [] : readIssues(answer) });
    }
    const issues = readIssues(answer);
    const rest = Math.max(REST_AFTER_FAILURE, (retryAfterSeconds(answer.headers, options.now()) ?? 0) * 1000);
    const failure = status === 429 ? 'throttled' : status === 404 ? 'not-found' : 'credentials';
    resting = { until: options.now() + rest, failure, status, issues };
    throw refusal(resting);
  }

  return {
    async get() {
      if (current && options.now() < current.renewAt) return current.token;
      if (resting && options.now() < resting.until) throw refusal(resting);
      resting = undefined;
      pending ??= request().finally(() => {
        pending = undefined;
      });
      return pending;
    },
    drop(token) {
      if (current?.token === token) current = undefined;
    },
    get health(): TokenHealth {
      const at = options.now();
      if (resting && at < resting.until) {
        return { state: 'refused', until: resting.until, failure: resting.failure };
      }
      return current && at < current.renewAt ? { state: 'valid', until: current.renewAt } : { state: 'none' };
    },
  };
}
