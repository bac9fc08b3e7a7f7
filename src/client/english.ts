/** Errors in English. Loaded by a client of that locale. */
import { codesInEnglish, problemsInEnglish } from '../contract/english.js';
import { type ErrorInit, SatusehatError } from '../contract/error.js';

export { problemsInEnglish };

/** The same error with the sentence and the remedy of its code; what a service said more is in `details`. */
export function inEnglish(error: SatusehatError): SatusehatError {
  // Of a code that nobody here knows, the service's own words are all there is.
  if (error.code === 'UNKNOWN') return error;
  const { code, status, details, logId, rawCode, retryAfter, retryable, attempts, cause } = error;
  const { message, remedy } = codesInEnglish[code];
  const fields = status === undefined && details && 'fields' in details ? details.fields : undefined;
  const named = Array.isArray(fields) ? `: ${fields.map((one) => one.message).join('; ')}.` : '.';
  const same = { code, status, details, logId, rawCode, retryAfter, retryable, attempts, cause };
  const said = { ...same, message: message.replace(/\.$/, '') + named, remedy };
  return new SatusehatError(said as unknown as ErrorInit<'UNKNOWN'>);
}
