/** Whether the store can be written, and what its errors mean. */
import type { Store } from '../store/store.js';

/** Full: of SQLite, of PostgreSQL, of the system. */
const FULL = new Set(['13', '53100', 'ENOSPC', 'EDQUOT']);

/** A database on the way that does not answer, or ends connections: it stops, starts, or has too many of them. */
const AWAY =
  /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|57P0[123]|53300|08\w{3})$/;
/** Of the driver, which gives these no code. */
const AWAY_WORDS =
  /^(Connection terminated|timeout exceeded when trying to connect|Client (was closed|has encountered a connection error))/;

/** `full`: no room to write. `away`: nobody to ask. Either way nothing can be accepted until that is over. */
export type Trouble = 'full' | 'away';

/** What of that an error says, if anything. */
export function troubleOf(error: unknown): Trouble | undefined {
  for (let one = error, depth = 0; one instanceof Error && depth < 5; one = one.cause, depth++) {
    const { errcode, code } = one as { errcode?: unknown; code?: unknown };
    // SQLite's extended codes hold the plain one in their lowest byte.
    if (typeof errcode === 'number' && FULL.has(String(errcode & 0xff))) return 'full';
    if (typeof code === 'string' && FULL.has(code)) return 'full';
    if ((typeof code === 'string' && AWAY.test(code)) || AWAY_WORDS.test(one.message)) return 'away';
  }
  return undefined;
}

/** Milliseconds in which the same trouble is told of once: every request and every delivery meets it. */
const TOLD = 10_000;

/** @returns whether a trouble has been told of just now. */
export function createRecentTrouble(now: () => number): (error: unknown) => boolean {
  const last = new Map<Trouble, number>();
  return (error) => {
    const trouble = troubleOf(error);
    if (!trouble) return false;
    if (now() - (last.get(trouble) ?? Number.NEGATIVE_INFINITY) < TOLD) return true;
    last.set(trouble, now());
    return false;
  };
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
