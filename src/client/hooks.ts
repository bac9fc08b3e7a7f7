/** Telling others what goes on: never a body, a NIK, a secret or an address. */
import type { EndpointName } from '../contract/endpoints.js';

/** One attempt that begins. */
export interface RequestEvent {
  /** What is asked, e.g. `kirimEncounter`. */
  endpoint: EndpointName;
  /** 1 for the first. */
  attempt: number;
}

/** One attempt that has ended. */
export interface ResponseEvent extends RequestEvent {
  /** Milliseconds from the request to the whole answer. */
  took: number;
  /** HTTP status; absent when nothing answered. */
  status?: number | undefined;
  /** Code of the error, when it was one. */
  code?: string | undefined;
  /** Number under which the service keeps the submission. */
  logId?: string | undefined;
}

/** Another attempt is going to be made. */
export interface RetryEvent extends RequestEvent {
  /** Why: the code of the attempt that failed. */
  code: string;
  /** HTTP status of that attempt; absent when nothing answered. */
  status?: number | undefined;
  /** Milliseconds of the pause before the next attempt. */
  delay: number;
}

/** `console` and pino fit. */
export interface Logger {
  /**
   * For what goes well.
   *
   * @param message what happened, in a word or two.
   */
  debug(line: object, message: string): void;
  /**
   * For what did not go well the first time.
   *
   * @param message what happened, in a word or two.
   */
  warn(line: object, message: string): void;
}

/** What an app is told of its calls: never a body, a NIK, a secret or an address. */
export interface Hooks {
  /** Gets a line for every answer (`debug`) and for every repetition (`warn`). Default: nobody. */
  logger?: Logger | undefined;
  /** Told before every attempt. What a hook throws is dropped: it must not cost a visit. */
  onRequest?: ((event: RequestEvent) => void) | undefined;
  /** Told after every attempt, also when nothing answered. */
  onResponse?: ((event: ResponseEvent) => void) | undefined;
  /** Told before the pause that comes before another attempt. */
  onRetry?: ((event: RetryEvent) => void) | undefined;
}

export function tell<E>(hook: ((event: E) => void) | undefined, event: E): void {
  try {
    hook?.(event);
  } catch {}
}
