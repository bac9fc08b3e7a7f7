/** Waiting, and waiting no longer. */

/** The longest a timer can be set for. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** Waits so many milliseconds. */
export function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** What the work gives within so many milliseconds; undefined when it takes longer. It goes on then. */
export async function within<T>(work: Promise<T>, milliseconds: number): Promise<T | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, Math.min(milliseconds, LONGEST_TIMER), undefined);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** Calls `late` after so many milliseconds. An AbortSignal would cost as much as the rest of a short request. @returns what ends it. */
export function startDeadline(milliseconds: number, late: () => void): () => void {
  const timer = setTimeout(late, Math.ceil(Math.min(milliseconds, LONGEST_TIMER)));
  return () => clearTimeout(timer);
}
