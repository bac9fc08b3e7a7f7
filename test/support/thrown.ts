import { isSatusehatError, type SatusehatError } from '../../src/index.js';

/** The SatusehatError that work ends with; undefined when it succeeds, and whatever else it throws is thrown on. */
export function thrownBy(work: Promise<unknown>): Promise<SatusehatError | undefined> {
  return work.then(
    () => undefined,
    (thrown: unknown) => (isSatusehatError(thrown) ? thrown : Promise.reject(thrown)),
  );
}
