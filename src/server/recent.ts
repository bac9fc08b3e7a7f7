/** A small memory. */
export interface Recent<V> {
  get(key: string): V | undefined;
  set(key: string, value: V): void;
}

/** Keeps the last `max` that were used; what was not used for longest goes first. */
export function createRecent<V>(max: number): Recent<V> {
  // A Map hands out its keys in the order they were set.
  const kept = new Map<string, V>();
  const set = (key: string, value: V) => {
    kept.delete(key);
    kept.set(key, value);
    if (kept.size > max) kept.delete(kept.keys().next().value as string);
  };
  return {
    get(key) {
      const value = kept.get(key);
      if (value !== undefined) set(key, value);
      return value;
    },
    set,
  };
}
