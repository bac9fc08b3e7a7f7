import { closeSync, existsSync, mkdirSync, openSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { Kysely, type SqliteDatabase, SqliteDialect, sql } from 'kysely';
import type { Connection, Tables } from './schema.js';
import { unlock } from './settings.js';
import { createStore, migrate } from './sql.js';
import { type Store, StoreInUseError } from './store.js';
import type { Vault } from './vault.js';

/** The store's file was damaged, e.g. by a disk that lies or a copy made while it was written. */
export class StoreDamagedError extends Error {
  override readonly name = 'StoreDamagedError';
}

/**
 * One SQLite file: WAL, `synchronous=FULL`, so that a power cut loses nothing that was acknowledged. One process
 * at a time, by a lock on `<file>.lock` that the kernel frees even at SIGKILL.
 *
 * @param file path of the database, or `:memory:` for tests.
 * @throws StoreInUseError when another process holds the file.
 * @throws StoreDamagedError when its pages do not fit together.
 * @throws WrongKeyError when it was written with another key.
 */
export async function openSqliteStore(file: string, vault: Vault): Promise<Store> {
  const { db, close } = await holdSqlite(file);
  try {
    const settings = await unlock(db, vault);
    return createStore(db, vault, {
      shared: false,
      settings,
      async scrub() {
        await sql`vacuum`.execute(db);
        await sql`pragma wal_checkpoint(truncate)`.execute(db);
      },
      close,
    });
  } catch (error) {
    await close();
    throw error;
  }
}

/** The tables of a file, brought up to date, and nobody else's until they are closed. Throws as above. */
export async function holdSqlite(name: string): Promise<Connection> {
  const file = realFile(name);
  const release = lock(file);
  let db: Kysely<Tables> | undefined;
  try {
    db = open(file);
    await migrate(db, 'sqlite');
  } catch (error) {
    await db?.destroy();
    release();
    throw error;
  }
  const opened = db;
  return {
    db: opened,
    dialect: 'sqlite',
    // The lock says so.
    refuseInUse: async () => {},
    async close() {
      await opened.destroy();
      release();
    },
  };
}

/** Of two names for one file the lock stands beside the file itself. */
export function realFile(name: string): string {
  return existsSync(name) ? realpathSync(name) : name;
}

/** Writes beside whoever holds the file, one statement at a time. */
export async function besideSqlite(file: string, vault: Vault): Promise<Store> {
  const db = open(realFile(file));
  try {
    const settings = await unlock(db, vault);
    // Its statements are SQLite's; nothing here delivers.
    return createStore(db, vault, { shared: false, settings, close: () => db.destroy() });
  } catch (error) {
    await db.destroy();
    throw error;
  }
}

/** Changes nothing, and leaves nothing beside the file: opened for reading alone, SQLite would leave two. */
export function lookSqlite(file: string): Connection {
  return reading(new DatabaseSync(file));
}

/** Only reads, beside whoever holds the file. */
export function readSqlite(file: string): Connection {
  return reading(new DatabaseSync(file, { readOnly: true }));
}

function reading(database: DatabaseSync): Connection {
  database.exec('PRAGMA busy_timeout = 5000; PRAGMA query_only = 1;');
  const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database: adapt(database) }) });
  return { db, dialect: 'sqlite', refuseInUse: async () => {}, close: () => db.destroy() };
}

/** Holds a write transaction on a side file for as long as the process lives. */
function lock(file: string): () => void {
  if (file === ':memory:') return () => {};
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  // For the owner alone; what SQLite makes beside a file has the rights of that file.
  for (const name of [file, `${file}.lock`]) closeSync(openSync(name, 'a', 0o600));
  const side = new DatabaseSync(`${file}.lock`);
  try {
    side.exec('BEGIN IMMEDIATE');
  } catch (cause) {
    side.close();
    // SQLITE_BUSY, in the lowest byte; else it is the disk, or the file.
    if (((cause as { errcode?: number }).errcode ?? 0) % 256 !== 5) throw cause;
    throw new StoreInUseError(`The store ${file} is in use by another process.`, { cause });
  }
  return () => side.close();
}

function open(file: string): Kysely<Tables> {
  const database = new DatabaseSync(file);
  try {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000;');
    const [first] = Object.values(database.prepare('PRAGMA quick_check(1)').get() ?? {});
    if (first !== 'ok') throw new Error(String(first));
  } catch (cause) {
    database.close();
    throw new StoreDamagedError(
      `The store ${file} is damaged. Keep the file, and restore the last backup beside it.`,
      { cause },
    );
  }
  return new Kysely<Tables>({ dialect: new SqliteDialect({ database: adapt(database) }) });
}

/** Prepared statements that are kept: the service has some thirty. */
const MAX_PREPARED = 100;

/** Kysely expects better-sqlite3's shape of `node:sqlite`. */
function adapt(database: DatabaseSync): SqliteDatabase {
  type Statement = ReturnType<SqliteDatabase['prepare']>;
  const prepared = new Map<string, Statement>();
  return {
    close: () => database.close(),
    prepare(text) {
      const known = prepared.get(text);
      if (known) return known;
      const statement = database.prepare(text);
      const adapted: Statement = {
        reader: statement.columns().length > 0,
        all: (values) => statement.all(...(values as SQLInputValue[])),
        // SQLite itself has undone what found no room: to undo it again would hide why.
        run: (values) =>
          text === 'rollback' && database.isTransaction === false
            ? { changes: 0, lastInsertRowid: 0 }
            : statement.run(...(values as SQLInputValue[])),
        iterate: (values) => statement.iterate(...(values as SQLInputValue[])),
      };
      // Lists of values make a text of their own: those must not pile up.
      if (prepared.size < MAX_PREPARED) prepared.set(text, adapted);
      return adapted;
    },
  };
}
