/** Everywhere but in Node: the global fetch, whichever that is at the time of a request. */
import type { FetchLike } from '../request.js';

export const transport =
  (given: FetchLike | undefined): FetchLike =>
  (input, init) =>
    (given ?? globalThis.fetch)(input, init);
