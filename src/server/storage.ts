/** Whether the store can be written, and what its errors mean. */
import type { Store } from '../store/store.js';

/** Full: of SQLite, of PostgreSQL, of the system. */
const FULL = new Set(['13', '53100', 'ENOSPC', 'EDQUOT']);

/** Whether there was no room to write: nothing can be accepted until there is. */
export function isFull(error: unknown): boolean {
  for (let one = error, depth = 0; one instanceof Error && depth < 5; one = one.cause, depth++) {
    const { errcode, code } = one as { errcode?: unknown; code?: unknown };
    // SQLite's extended codes hold the plain one in their lowest byte.
    if (typeof errcode === 'number' && FULL.has(String(errcode & 0xff))) return true;
    if (typeof code === 'string' && FULL.has(code)) return true;
  }
  return false;
}

/** Whether there is room, as far as is known: looked at again only after it was missing. */
export interface Room {
  /** Something could not be written. */
  full(): void;
  /** @throws what the database throws while there is none. */
  check(): Promise<void>;
}

export function createRoom(store: Pick<Store, 'ping' | 'tryWriting'>): Room {
  let full = false;
  return {
    full() {
      full = true;
    },
    async check() {
      await (full ? store.tryWriting() : store.ping());
      full = false;
    },
  };
}

/** The code of a system, a database or Node, e.g. `SQLITE 13`, `23505`, `ECONNREFUSED`: it quotes nothing. */
export function reasonOf(error: Error): string | undefined {
  const { errcode, code } = error as { errcode?: unknown; code?: unknown };
  if (typeof errcode === 'number') return `SQLITE ${errcode}`;
  return typeof code === 'string' && /^[A-Z0-9_]{4,40}$/.test(code) ? code : undefined;
}
