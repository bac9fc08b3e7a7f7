/** In Node: lru-cache. */
import { LRUCache } from 'lru-cache';
import type { Memory } from '../cache.js';

export function createMemory<V extends NonNullable<unknown>>(max: number): Memory<V> {
  return new LRUCache<string, V>({ max });
}
