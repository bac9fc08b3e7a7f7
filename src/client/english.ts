/** Errors in English. The words themselves are loaded by a client of that locale. */
import type { codesInEnglish } from '../contract/english.js';
import { type ErrorInit, SatusehatError } from '../contract/error.js';

/** The same error with the sentence and the remedy of its code; what a service said more is in `details`. */
export function inEnglish(error: SatusehatError, words: typeof codesInEnglish): SatusehatError {
  // Of a code that nobody here knows, the service's own words are all there is.
  if (error.code === 'UNKNOWN') return error;
  const { code, status, details, logId, rawCode, retryAfter, retryable, attempts, cause } = error;
  const { message, remedy } = words[code];
  const fields = status === undefined && details && 'fields' in details ? details.fields : undefined;
  const named = Array.isArray(fields) ? `: ${fields.map((one) => one.message).join('; ')}.` : '.';
  const same = { code, status, details, logId, rawCode, retryAfter, retryable, attempts, cause };
  const said = { ...same, message: message.replace(/\.$/, '') + named, remedy };
  // Taken from one error, code and details fit each other; that cannot be said of a union.
  return new SatusehatError(said as unknown as ErrorInit<'UNKNOWN'>);
}
