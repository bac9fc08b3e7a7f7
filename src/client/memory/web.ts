/** Everywhere but in Node, where lru-cache would be a third of what a page loads first. */
import type { Memory } from '../cache.js';

/** A Map keeps its order: the first is the one unused for longest. */
export function createMemory<V extends NonNullable<unknown>>(max: number): Memory<V> {
  const kept = new Map<string, V>();
  return {
    get(key) {
      const value = kept.get(key);
      if (value !== undefined && kept.delete(key)) kept.set(key, value);
      return value;
    },
    set(key, value) {
      kept.delete(key);
      kept.set(key, value);
      if (kept.size > max) kept.delete(kept.keys().next().value as string);
    },
    delete: (key) => kept.delete(key),
    keys: () => kept.keys(),
    get size() {
      return kept.size;
    },
  };
}
