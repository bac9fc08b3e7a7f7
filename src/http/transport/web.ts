/** Everywhere but in Node: the global fetch, whichever that is at the time of a request. */
import type { Exchange, FetchLike } from '../request.js';

export const transport =
  (given: FetchLike | undefined): Exchange =>
  (url, { stop, ...init }) =>
    (given ?? globalThis.fetch)(url, { ...init, signal: stop.signal });
