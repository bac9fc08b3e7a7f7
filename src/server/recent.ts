import { LRUCache } from 'lru-cache';

/** A small memory. */
export interface Recent<V> {
  get(key: string): V | undefined;
  set(key: string, value: V): void;
  values(): Iterable<V>;
}

/** Keeps the last `max` that were used; what was not used for longest goes first. */
export function createRecent<V extends NonNullable<unknown>>(max: number): Recent<V> {
  const kept = new LRUCache<string, V>({ max });
  return {
    get: (key) => kept.get(key),
    set: (key, value) => void kept.set(key, value),
    values: () => kept.values(),
  };
}
