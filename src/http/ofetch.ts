/** A fetch through ofetch, which neither repeats nor has an opinion on statuses: both are decided by who asks. */
import type { Exchange, FetchLike } from './request.js';

/** @param fetch default: the global one, whichever that is at the time of a request. */
export function throughOfetch(fetch: FetchLike | undefined): Exchange {
  return around(
    (url, { stop, ...init }) => (fetch ?? globalThis.fetch)(url, { ...init, signal: stop.signal }),
    Headers,
  );
}

type Raw = (url: string, init: object) => Promise<Response>;

/** @param Headers what the fetch gets its headers in. */
export function around(fetch: Exchange, Headers: new (given?: Record<string, string>) => object): Exchange {
  // Loaded with the first request: what only starts does not wait for it. Kept: to make it anew takes a tenth of one.
  let raw: Raw | undefined;
  const load = async () => {
    const { createFetch } = await import('ofetch');
    return createFetch({ fetch, Headers } as object).raw as Raw;
  };
  return async (url, init) => {
    raw ??= await load();
    return raw(url, {
      ...init,
      retry: 0,
      ignoreResponseError: true,
      // Left to be read where its length can be bounded.
      responseType: 'stream',
    });
  };
}
