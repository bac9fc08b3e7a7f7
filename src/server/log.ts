import { ClinicConfigError } from './clinic-config.js';

/** One line of the log. An allow-list: there is no field that could hold a body, a name, a NIK or a secret. */
export interface LogLine {
  /**
   * `unsealed`: the service was told to keep everything readable. `resealed`: everything is sealed with the key of
   * now, and the previous one is not needed any more.
   */
  event: 'request' | 'bug' | 'started' | 'stopped' | 'unsealed' | 'resealed';
  /** Milliseconds since 1970. */
  time: number;
  requestId?: string;
  endpoint?: string;
  clinic?: string;
  status?: number;
  code?: string;
  /** Milliseconds. */
  took?: number;
  logId?: string;
  /** Rows that were sealed anew, and rows that neither key opens. */
  resealed?: number;
  unreadable?: number;
  /** Class of an error and the places it passed, without its message. */
  error?: string;
  stack?: string[];
  /** Name of the option of a clinic's configuration that cannot work, e.g. `clinics[].poli[].locationId`. */
  option?: string;
}

export type Logger = (line: LogLine) => void;

/** An error without its message, which could quote anything. */
export function errorPlaces(error: unknown): Pick<LogLine, 'error' | 'stack' | 'option'> {
  if (!(error instanceof Error)) return { error: typeof error };
  const stack = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return {
    error: error.name,
    stack: stack.slice(0, 8).map((line) => line.trim()),
    ...(error instanceof ClinicConfigError ? { option: error.option } : {}),
  };
}
