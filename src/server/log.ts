import type { PlatformFailure } from '../platform/error.js';
import type { State, Submission } from '../store/store.js';
import { ClinicConfigError } from './clinic-config.js';
import { reasonOf } from './storage.js';

/** One line of the log. An allow-list: there is no field that could hold a body, a name, a NIK or a secret. */
export interface LogLine {
  /**
   * `request`: one was answered. `delivery`: one went, waits for another try, failed, or is void now.
   * `bug`: something unexpected was thrown. `started`, `stopped`: the service.
   * `unsealed`: the service was told to keep everything readable. `resealed`: everything is sealed with the key of
   * now, and the previous one is not needed any more.
   */
  event: 'request' | 'delivery' | 'bug' | 'started' | 'stopped' | 'unsealed' | 'resealed';
  /** Milliseconds since 1970. */
  time: number;
  /** `X-Request-Id` of the answer. */
  requestId?: string;
  /** Name of the endpoint, e.g. `kirimEncounter`. */
  endpoint?: string;
  /** Code of the clinic. */
  clinic?: string;
  /** HTTP status of the answer. */
  status?: number;
  /** Error code of the answer, or why a delivery waits or failed, e.g. `UPSTREAM_UNAVAILABLE`. */
  code?: string;
  /** Milliseconds. */
  took?: number;
  /** Number of the submission. */
  logId?: string;
  /** Where a delivery has come to. */
  state?: State;
  /** Times that delivery was tried. */
  attempts?: number;
  /** Behind `UPSTREAM_UNAVAILABLE`: `credentials` says that the platform refused the clinic's own. */
  failure?: PlatformFailure;
  /** Rows that were sealed anew. */
  resealed?: number;
  /** Rows that neither key opens. */
  unreadable?: number;
  /** Class of an error, without its message. */
  error?: string;
  /** Code of the system or the database behind an error, e.g. `SQLITE 13` (full), `ENOSPC`, `ECONNREFUSED`. */
  reason?: string;
  /** The places it passed, at most 8. */
  stack?: string[];
  /** Name of the option of a clinic's configuration that cannot work, e.g. `clinics[].poli[].locationId`. */
  option?: string;
}

/** Gets one line per event, e.g. to print it as JSON. */
export type Logger = (line: LogLine) => void;

/** Also of what is delivered while nobody asks: at night, and after an outage. */
export function deliveryLine(submission: Submission): LogLine {
  const { updatedAt: time, logId, clinic, endpoint, state, attempts, error } = submission;
  const line: LogLine = { event: 'delivery', time, logId, clinic, endpoint, state, attempts };
  if (!error || !(state === 'failed' || state === 'waiting')) return line;
  line.code = error.code;
  // Under this code the details are the service's own: nothing of the clinic's, no words of the platform's.
  const { failure } = (error.details ?? {}) as { failure?: PlatformFailure };
  if (error.code === 'UPSTREAM_UNAVAILABLE' && failure) line.failure = failure;
  return line;
}

/** An error without its message, which could quote anything. */
export function errorPlaces(error: unknown): Pick<LogLine, 'error' | 'reason' | 'stack' | 'option'> {
  if (!(error instanceof Error)) return { error: typeof error };
  const stack = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  const reason = reasonOf(error);
  return {
    error: error.name,
    ...(reason ? { reason } : {}),
    stack: stack.slice(0, 8).map((line) => line.trim()),
    ...(error instanceof ClinicConfigError ? { option: error.option } : {}),
  };
}
