/** A fetch through ofetch, which neither repeats nor has an opinion on statuses: both are decided by who asks. */
import { createFetch } from 'ofetch';
import type { FetchLike } from './request.js';

/** @param fetch default: the global one, whichever that is at the time of a request. */
export function throughOfetch(fetch: FetchLike | undefined): FetchLike {
  return (input, init) =>
    createFetch({ fetch: fetch as typeof globalThis.fetch | undefined }).raw(input as string, {
      ...(init as object),
      retry: 0,
      ignoreResponseError: true,
      // Left to be read where its length can be bounded.
      responseType: 'stream',
    }) as Promise<Response>;
}
