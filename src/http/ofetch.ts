/** A fetch through ofetch, which neither repeats nor has an opinion on statuses: both are decided by who asks. */
import type { FetchLike } from './request.js';

/** Loaded with the first request: what only starts does not wait for it. Kept, since asking again takes longer than one. */
let ofetch: Promise<typeof import('ofetch')> | undefined;

/** @param fetch default: the global one, whichever that is at the time of a request. */
export function throughOfetch(fetch: FetchLike | undefined): FetchLike {
  return async (input, init) => {
    ofetch ??= import('ofetch');
    const { createFetch } = await ofetch;
    return createFetch({ fetch: fetch as typeof globalThis.fetch | undefined }).raw(input as string, {
      ...(init as object),
      retry: 0,
      ignoreResponseError: true,
      // Left to be read where its length can be bounded.
      responseType: 'stream',
    });
  };
}
