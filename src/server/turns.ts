/**
 * A token bucket: so many at once, and as many again within a minute.
 *
 * @param perMinute undefined sets no limit.
 * @returns takes one; answers 0, or the seconds until there is one to take.
 */
export function createTurns(perMinute: number | undefined, now: () => number): () => number {
  if (perMinute === undefined) return () => 0;
  const size = Math.max(1, perMinute);
  let left = size;
  let at = now();
  return () => {
    // A clock that was set back gives nothing, and takes nothing.
    left = Math.min(size, left + (Math.max(0, now() - at) * perMinute) / 60_000);
    at = now();
    if (left < 1) return Math.ceil(((1 - left) * 60) / perMinute);
    left -= 1;
    return 0;
  };
}
