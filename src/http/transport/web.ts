/** Everywhere but in Node: the global fetch, whichever that is at the time of a request. */
import type { FetchLike } from '../request.js';

export const transport: FetchLike = (input, init) => globalThis.fetch(input, init);
