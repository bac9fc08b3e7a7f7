/** Waiting that an AbortSignal ends. */
import { SatusehatError } from '../contract/error.js';
import { within } from '../http/timers.js';

/** @throws SatusehatError ABORTED as soon as the signal says so; the work itself goes on. */
export function orAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const abort = () => reject(new SatusehatError({ code: 'ABORTED' }));
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/** What the work gives within so many milliseconds. @throws SatusehatError TIMEOUT, ABORTED */
export function inTime<T>(
  work: Promise<T>,
  milliseconds: number,
  signal: AbortSignal | undefined,
): Promise<T> {
  const done = within(
    work.then((value) => ({ value })),
    milliseconds,
  ).then((one) => {
    if (!one) throw new SatusehatError({ code: 'TIMEOUT' });
    return one.value;
  });
  return orAborted(done, signal);
}

/** Waits so many milliseconds. @throws SatusehatError ABORTED */
export function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  return orAborted(over, signal).finally(() => clearTimeout(timer));
}
