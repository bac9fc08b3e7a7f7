import { attempt, type FetchLike, NoAnswer, retryAfterSeconds } from '../http/request.js';
import { PlatformError, readIssues } from './error.js';

/** The platform allows one try a minute after a refused one (platform facts 1.4). */
const REST_AFTER_FAILURE = 60_000;
/** Renewed this long before it runs out. */
const EARLY = 60_000;

export interface TokenSource {
  /** A valid token; one request in flight however many ask. */
  get(): Promise<string>;
  /** Drops the token the platform refused, so that the next `get` asks for a new one. */
  drop(token: string): void;
}

/**
 * OAuth2 client credentials as the platform has them: `grant_type` in the query, id and secret in the form body,
 * `expires_in` as a string of seconds (platform facts 1.2 and 1.3).
 *
 * @throws PlatformError `credentials` when refused, and for a minute after; `unavailable`, `timeout`, `throttled`.
 */
export function createTokenSource(options: {
  url: string;
  clientId: string;
  clientSecret: string;
  timeout: number;
  fetch: FetchLike | undefined;
  now: () => number;
}): TokenSource {
  let current: { token: string; renewAt: number } | undefined;
  let pending: Promise<string> | undefined;
  let resting: { until: number; error: PlatformError } | undefined;

  async function request(): Promise<string> {
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
      options.fetch,
    ).catch((error: unknown) => {
      // Nothing was written: only a token was asked for.
      throw new PlatformError(
        error instanceof NoAnswer && error.reason === 'timeout' ? 'timeout' : 'unavailable',
      );
    });
    const { status } = answer;
    const body = answer.json as { access_token?: unknown; expires_in?: unknown } | undefined;
    if (status === 200 && typeof body?.access_token === 'string') {
      const lifetime = Number(body.expires_in) * 1000;
      // A lifetime shorter than our margin is used for half of itself.
      const useFor = Number.isFinite(lifetime) ? Math.max(lifetime - EARLY, lifetime / 2) : 0;
      current = { token: body.access_token, renewAt: options.now() + useFor };
      return body.access_token;
    }
    const issues = readIssues(answer);
    if (status >= 500 || status === 200) throw new PlatformError('unavailable', { status, issues });
    const throttled = status === 429;
    const retryAfter = throttled
      ? Math.max(60, retryAfterSeconds(answer.headers, options.now()) ?? 0)
      : REST_AFTER_FAILURE / 1000;
    const error = new PlatformError(throttled ? 'throttled' : 'credentials', { status, issues, retryAfter });
    resting = { until: options.now() + retryAfter * 1000, error };
    throw error;
  }

  return {
    async get() {
      if (current && options.now() < current.renewAt) return current.token;
      if (resting && options.now() < resting.until) throw resting.error;
      resting = undefined;
      pending ??= request().finally(() => {
        pending = undefined;
      });
      return pending;
    },
    drop(token) {
      if (current?.token === token) current = undefined;
    },
  };
}
