/** A store's copy for bad days, and its way from one database to another. Neither needs the encryption key. */
import { randomUUID } from 'node:crypto';
import { closeSync, existsSync, linkSync, openSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Kysely, type Selectable, sql } from 'kysely';
import { readStoreAddress, type StoreAddress } from './address.js';
import { copyRows, emptyRows, isEmpty } from './copy.js';
import { holdPostgres, readPostgres } from './postgres.js';
import type { Connection, Tables } from './schema.js';
import { isMissingTable, readSettings, refuseMoved, type Settings } from './settings.js';
import { holdSqlite, readSqlite, realFile } from './sqlite.js';
import { StoreMovedError } from './store.js';

/** What {@link backupStore} and {@link moveStore} have done. */
export interface Moved {
  /** Submissions that are in the copy. */
  submissions: number;
  /** It had been moved before; nothing was done. */
  already: boolean;
}

/**
 * A copy or a move that was refused; nothing was changed. By `reason`:
 *
 * - `address`: no store can be at that address
 * - `absent`: no store is there
 * - `occupied`: something else is there already
 * - `same`: both are one store
 */
export class MoveError extends Error {
  override readonly name = 'MoveError';
  /** @param reason which it is. @param message the same as a sentence. */
  constructor(
    readonly reason: 'address' | 'absent' | 'occupied' | 'same',
    message: string,
  ) {
    super(message);
  }
}

const OPEN = ['queued', 'waiting', 'sending'];

/**
 * Copies a store as it is at this moment into a SQLite file, while the service works. The file is a store itself:
 * `store: 'sqlite:FILE'` or {@link moveStore} bring it back. What had not been sent yet is marked there: a service on
 * the copy looks for it at the platform before it sends it, since meanwhile it may have gone.
 *
 * ```ts
 * await backupStore('sqlite:./data/satusehat.db', './backup/2024-01-15.db');
 * ```
 *
 * @param store `sqlite:PATH` or `postgres://…`.
 * @param file must not exist; it becomes readable for its owner only.
 * @param now milliseconds since 1970. Default: now.
 * @throws MoveError for an address that cannot be, a store that is not there, a file that is. @throws StoreMovedError
 */
export async function backupStore(store: string, file: string, now = Date.now()): Promise<Moved> {
  const address = readAddress(store, 'store');
  refuseAbsent(address, 'store');
  if (existsSync(file)) throw new MoveError('occupied', `The file ${file} is there already.`);
  // Another one may be made at the same time.
  const next = `${file}.${process.pid}.${randomUUID().slice(0, 8)}`;
  closeSync(openSync(next, 'wx', 0o600));
  let from: Connection | undefined;
  try {
    from = 'file' in address ? readSqlite(address.file) : await readPostgres(address.url);
    const submissions = await fill(from, next, now);
    place(next, file);
    return { submissions, already: false };
  } finally {
    await from?.close();
    for (const left of [next, `${next}-wal`, `${next}-shm`, `${next}.lock`]) rmSync(left, { force: true });
  }
}

/** Under its name, unless something has that name by now. */
function place(next: string, file: string): void {
  try {
    linkSync(next, file);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
    throw new MoveError('occupied', `The file ${file} is there already.`);
  }
}

/** @returns how many submissions are in the file. */
async function fill({ db, dialect }: Connection, file: string, now: number): Promise<number> {
  const to = await holdSqlite(file);
  try {
    // One look at everything: what is accepted or sent meanwhile is not half in it.
    const snapshot =
      dialect === 'postgres' ? db.transaction().setIsolationLevel('repeatable read') : db.transaction();
    return await snapshot.execute(async (source) => {
      const settings = await readSettings(source).catch((error: unknown): Settings => {
        if (isMissingTable(error)) return {};
        throw error;
      });
      if (!settings['store-id']) throw new MoveError('absent', 'No service has ever worked on this store.');
      refuseMoved(settings);
      const { restored: _, ...kept } = settings;
      await writeSettings(to.db, { ...kept, copied: String(now) });
      return copyRows(source, to.db, (row) => unsure(free(row, now), now));
    });
  } finally {
    await to.close();
  }
}

/**
 * Moves a store to another database, with everything in it, and leaves a mark in the old one: a service that starts
 * there is refused, since it would send things twice. No service may work on either. Cut off, it is run again and
 * begins anew; run once more after it was done, it changes nothing. The way back is the same with the two exchanged.
 *
 * ```ts
 * await moveStore('sqlite:./data/satusehat.db', 'postgres://satusehat@db/satusehat');
 * ```
 *
 * @param from `sqlite:PATH` or `postgres://…`.
 * @param to likewise; it must be empty.
 * @param now milliseconds since 1970. Default: now.
 * @throws MoveError for an address that cannot be, a store that is not there, or one that is not empty.
 * @throws StoreInUseError when a service works on one of them. @throws StoreMovedError when `from` went elsewhere.
 */
export async function moveStore(from: string, to: string, now = Date.now()): Promise<Moved> {
  const [source, target] = [readAddress(from, 'from'), readAddress(to, 'to')];
  if (nameOf(source) === nameOf(target)) throw new MoveError('same', 'from and to are the same store.');
  refuseAbsent(source, 'from');
  const old = await hold(source);
  try {
    const next = await hold(target);
    try {
      return await move(old, next, { from: nameOf(source), to: nameOf(target) }, now);
    } finally {
      await next.close();
    }
  } finally {
    await old.close();
  }
}

async function move(
  old: Connection,
  next: Connection,
  name: { from: string; to: string },
  now: number,
): Promise<Moved> {
  const { leaving: _, ...before } = await readSettings(old.db);
  const there = await readSettings(next.db);
  const id = before['store-id'];
  if (!id) throw new MoveError('absent', 'from: no service has ever worked on this store.');
  const gone = before.moved;
  const same = there['store-id'] === id;
  // Filled in part, or left on the way that is gone back now.
  const back = same && there.moved !== undefined && there.moved === name.from;
  const stale = same && (there.moving !== undefined || back);
  if (before.moving || (gone && !(gone === name.to && same))) refuseMoved(before);
  if (same && there.moved !== undefined && !back) {
    throw new MoveError('occupied', 'to: another store was moved away from there.');
  }
  if (same && !stale) return { submissions: await confirm(old.db, next.db), already: true };
  if (!stale && !(await isEmpty(next.db)))
    throw new MoveError('occupied', 'to: there is another store in it already.');

  if (back) await confirm(next.db, old.db);

  // Marked first: nobody begins to work on either meanwhile.
  await writeSettings(next.db, { ...before, moving: 'yes' });
  await writeSettings(old.db, { ...before, leaving: name.to });
  await Promise.all([old.refuseInUse(), next.refuseInUse()]).catch(async (error: unknown) => {
    await writeSettings(next.db, there);
    await writeSettings(old.db, before);
    throw error;
  });
  await emptyRows(next.db);
  const submissions = await copyRows(old.db, next.db, (row) => free(row, now));
  await goOn(next);
  await writeSettings(old.db, { ...before, moved: name.to });
  const { moved: __, ...after } = before;
  await writeSettings(next.db, after);
  return { submissions, already: false };
}

/** As a row stands that nobody has in hand: due, and of one that was being sent the outcome is unknown. */
function free(row: Selectable<Tables['submissions']>, now: number): Selectable<Tables['submissions']> {
  const due = OPEN.includes(row.state) ? { next_try: row.next_try ?? now } : {};
  return row.state === 'sending'
    ? { ...row, ...due, state: 'waiting', unknown_since: now }
    : { ...row, ...due };
}

/** Of a copy nobody knows what became of its rows later; one that had failed may have been mended. */
function unsure(row: Selectable<Tables['submissions']>, now: number): Selectable<Tables['submissions']> {
  return row.state === 'sent' || row.state === 'void'
    ? row
    : { ...row, unknown_since: row.unknown_since ?? now };
}

/** In the place of those that are there. */
async function writeSettings(db: Kysely<Tables>, settings: Settings): Promise<void> {
  await db.transaction().execute(async (within) => {
    await within.deleteFrom('settings').execute();
    const rows = Object.entries(settings).map(([name, value]) => ({ name, value }));
    if (rows.length > 0) await within.insertInto('settings').values(rows).execute();
  });
}

/** New rows get numbers behind those that were copied. SQLite sees to that itself. */
async function goOn({ db, dialect }: Connection): Promise<void> {
  if (dialect === 'sqlite') return;
  for (const table of ['submissions', 'audit']) {
    await sql`select setval(pg_get_serial_sequence(${table}, 'seq'), (
      select coalesce(max(seq), 0) + 1 from ${sql.table(table)}
    ), false)`.execute(db);
  }
}

/** Everything of the old one is in the new one. @returns how many. @throws StoreMovedError when it is not. */
async function confirm(old: Kysely<Tables>, next: Kysely<Tables>): Promise<number> {
  let count = 0;
  for (let after = -1; ; ) {
    const page = await old
      .selectFrom('submissions')
      .select(['seq', 'log_id'])
      .where('seq', '>', after)
      .orderBy('seq')
      .limit(1_000)
      .execute();
    const last = page.at(-1);
    if (!last) return count;
    after = last.seq;
    const logIds = page.map((row) => row.log_id);
    const found = await next
      .selectFrom('submissions')
      .select('log_id')
      .where('log_id', 'in', logIds)
      .execute();
    if (found.length < page.length) {
      throw new StoreMovedError('to: this is the same store at another time; some of from is not in it.');
    }
    count += page.length;
  }
}

function hold(address: StoreAddress): Promise<Connection> {
  return 'file' in address ? holdSqlite(address.file) : holdPostgres(address.url);
}

function readAddress(text: string, name: string): StoreAddress {
  const address = readStoreAddress(text);
  // What is only in memory can neither be copied nor moved.
  if (address && !('file' in address && address.file === ':memory:')) return address;
  throw new MoveError('address', `${name}: must be sqlite:PATH or postgres://USER:PASSWORD@HOST/DATABASE`);
}

/** Without a password. */
function nameOf(address: StoreAddress): string {
  if ('file' in address) return `sqlite:${resolve(realFile(address.file))}`;
  const { host, pathname } = new URL(address.url);
  return `postgres://${host}${pathname}`;
}

function refuseAbsent(address: StoreAddress, name: string): void {
  if ('file' in address && !existsSync(address.file)) {
    throw new MoveError('absent', `${name}: there is no file ${address.file}`);
  }
}
