import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { Kysely, type Selectable, type SqliteDatabase, SqliteDialect, sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import { clinicRows } from './clinics.js';
import { migrations, type Tables } from './schema.js';
import type { Also, Change, IdKind, NewSubmission, State, Store, Submission, Visit } from './store.js';
import type { Vault } from './vault.js';

/** The store's file is held by another process. */
export class StoreInUseError extends Error {
  override readonly name = 'StoreInUseError';
}

/** The store was written with another encryption key. */
export class WrongKeyError extends Error {
  override readonly name = 'WrongKeyError';
}

/**
 * One SQLite file: WAL, `synchronous=FULL`, so that a power cut loses nothing that was acknowledged. One process
 * at a time, by a lock on `<file>.lock` that the kernel frees even at SIGKILL.
 *
 * @param file path of the database, or `:memory:` for tests.
 * @throws StoreInUseError when another process holds the file.
 * @throws WrongKeyError when it was written with another key.
 */
export async function openSqliteStore(file: string, vault: Vault): Promise<Store> {
  const release = lock(file);
  try {
    const db = await open(file);
    await checkKey(db, vault);
    return createStore(db, vault, release);
  } catch (error) {
    release();
    throw error;
  }
}

/** Holds a write transaction on a side file for as long as the process lives. */
function lock(file: string): () => void {
  if (file === ':memory:') return () => {};
  mkdirSync(dirname(file), { recursive: true });
  const side = new DatabaseSync(`${file}.lock`);
  try {
    side.exec('BEGIN IMMEDIATE');
  } catch (cause) {
    side.close();
    throw new StoreInUseError(`The store ${file} is in use by another process.`, { cause });
  }
  return () => side.close();
}

async function open(file: string): Promise<Kysely<Tables>> {
  const database = new DatabaseSync(file);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000;');
  const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database: adapt(database) }) });
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  const { error } = await migrator.migrateToLatest();
  if (error) {
    await db.destroy();
    throw error;
  }
  return db;
}

/** The first start seals a word; later ones must be able to open it. */
async function checkKey(db: Kysely<Tables>, vault: Vault): Promise<void> {
  const row = await db
    .selectFrom('settings')
    .select('value')
    .where('name', '=', 'key-check')
    .executeTakeFirst();
  if (!row) {
    await db
      .insertInto('settings')
      .values({ name: 'key-check', value: vault.seal('satusehat') })
      .execute();
    return;
  }
  try {
    vault.open(row.value);
  } catch {
    await db.destroy();
    throw new WrongKeyError(
      'encryptionKey (SATUSEHAT_ENCRYPTION_KEY) is not the key this store was written with; nothing in it can be read without that one.',
    );
  }
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
        run: (values) => statement.run(...(values as SQLInputValue[])),
        iterate: (values) => statement.iterate(...(values as SQLInputValue[])),
      };
      // Lists of values make a text of their own: those must not pile up.
      if (prepared.size < MAX_PREPARED) prepared.set(text, adapted);
      return adapted;
    },
  };
}

function createStore(db: Kysely<Tables>, vault: Vault, release: () => void): Store {
  const read = (row: Selectable<Tables['submissions']>): Submission => ({
    logId: row.log_id,
    clinic: row.clinic,
    endpoint: row.endpoint,
    visit: row.visit,
    // Emptied when its time was over.
    payload: row.payload === '' ? {} : JSON.parse(vault.open(row.payload)),
    state: row.state as State,
    attempts: row.attempts,
    nextTry: row.next_try,
    unknownSince: row.unknown_since,
    error: row.error === null ? null : JSON.parse(vault.open(row.error)),
    result: row.result === null ? null : JSON.parse(vault.open(row.result)),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  });

  const byLogId = (logId: string, within: Kysely<Tables> = db) =>
    within.selectFrom('submissions').selectAll().where('log_id', '=', logId).executeTakeFirst();

  async function saveVisit(visit: Visit, now: number, within: Kysely<Tables>): Promise<void> {
    const row = {
      visit: visit.visit,
      encounter: vault.seal(JSON.stringify(visit.encounter)),
      ended: visit.end,
      disposition: visit.disposition,
      finished: ['finished', 'cancelled', 'entered-in-error'].includes(visit.encounter.status ?? '') ? 1 : 0,
      updated_at: now,
    };
    await within
      .insertInto('visits')
      .values({ clinic: visit.clinic, encounter_id: visit.encounterId, ...row })
      .onConflict((conflict) => conflict.columns(['clinic', 'encounter_id']).doUpdateSet(row))
      .execute();
  }

  return {
    async accept(given: NewSubmission) {
      const key = vault.digest(given.idempotencyKey);
      const digest = given.idempotencyKey === given.digest ? key : vault.digest(given.digest);
      const visit = given.visit ?? given.logId;
      // One statement is one transaction: kept, or the twin of before is there.
      const inserted = await db
        .insertInto('submissions')
        .values({
          log_id: given.logId,
          clinic: given.clinic,
          endpoint: given.endpoint,
          visit,
          idempotency_key: key,
          digest,
          payload: vault.seal(JSON.stringify(given.payload)),
          state: 'queued',
          attempts: 0,
          next_try: given.now,
          created_at: given.now,
          updated_at: given.now,
        })
        .onConflict((conflict) => conflict.columns(['clinic', 'idempotency_key']).doNothing())
        .executeTakeFirst();
      if (inserted.numInsertedOrUpdatedRows === 1n) {
        const { logId, clinic, endpoint, payload, now } = given;
        const submission: Submission = {
          logId,
          clinic,
          endpoint,
          visit,
          payload,
          state: 'queued',
          attempts: 0,
          nextTry: now,
          unknownSince: null,
          error: null,
          result: null,
          createdAt: now,
          updatedAt: now,
        };
        return { kind: 'accepted' as const, submission };
      }
      const row = await db
        .selectFrom('submissions')
        .selectAll()
        .where('clinic', '=', given.clinic)
        .where('idempotency_key', '=', key)
        .executeTakeFirstOrThrow();
      const same = row.digest === digest && row.endpoint === given.endpoint;
      return { kind: same ? ('known' as const) : ('conflict' as const), submission: read(row) };
    },

    async find(logId) {
      const row = await byLogId(logId);
      return row && read(row);
    },

    async change(logId, change: Change, now, { attempt, visit, hook }: Also = {}) {
      return db.transaction().execute(async (within) => {
        const row = await within
          .updateTable('submissions')
          .set({
            ...(change.state === undefined ? {} : { state: change.state }),
            ...(change.attempts === undefined ? {} : { attempts: change.attempts }),
            ...(change.nextTry === undefined ? {} : { next_try: change.nextTry }),
            ...(change.unknownSince === undefined ? {} : { unknown_since: change.unknownSince }),
            ...(change.error === undefined
              ? {}
              : {
                  error_code: change.error?.code ?? null,
                  error: change.error === null ? null : vault.seal(JSON.stringify(change.error)),
                }),
            ...(change.result === undefined
              ? {}
              : { result: change.result === null ? null : vault.seal(JSON.stringify(change.result)) }),
            updated_at: now,
          })
          .where('log_id', '=', logId)
          .returningAll()
          .executeTakeFirstOrThrow();
        if (attempt)
          await within
            .insertInto('attempts')
            .values({ log_id: logId, ...attempt })
            .execute();
        if (visit) await saveVisit(visit, now, within);
        if (hook) {
          await within
            .insertInto('hooks')
            .values({ ...hook, body: vault.seal(hook.body), attempts: 0, next_try: now })
            .onConflict((conflict) => conflict.column('id').doNothing())
            .execute();
        }
        return read(row);
      });
    },

    async rewrite(logId, { payload, digest, visit }, now) {
      return db.transaction().execute(async (within) => {
        const before = await within
          .selectFrom('submissions')
          .select(['clinic', 'idempotency_key', 'digest'])
          .where('log_id', '=', logId)
          .executeTakeFirstOrThrow();
        const key = vault.digest(digest);
        const taken = await within
          .selectFrom('submissions')
          .select('log_id')
          .where('clinic', '=', before.clinic)
          .where('idempotency_key', '=', key)
          .executeTakeFirst();
        // A key made from the body follows the body, so that the corrected body sent again is this submission.
        const follows = before.idempotency_key === before.digest && !taken;
        const row = await within
          .updateTable('submissions')
          .set({
            payload: vault.seal(JSON.stringify(payload)),
            digest: key,
            ...(visit === undefined ? {} : { visit }),
            ...(follows ? { idempotency_key: key } : {}),
            updated_at: now,
          })
          .where('log_id', '=', logId)
          .returningAll()
          .executeTakeFirstOrThrow();
        return read(row);
      });
    },

    async blocker({ clinic, visit, logId }) {
      const row = await db
        .selectFrom('submissions')
        .select('log_id')
        .where('clinic', '=', clinic)
        .where('visit', '=', visit)
        .where('state', 'in', ['queued', 'sending', 'waiting', 'held'])
        .where('seq', '<', (of) => of.selectFrom('submissions').select('seq').where('log_id', '=', logId))
        .orderBy('seq')
        .executeTakeFirst();
      return row?.log_id;
    },

    async ofVisit(clinic, visit) {
      const rows = await db
        .selectFrom('submissions')
        .selectAll()
        .where('clinic', '=', clinic)
        .where('visit', '=', visit)
        .orderBy('seq')
        .execute();
      return rows.map(read);
    },

    async release(clinic, visit, now) {
      const rows = await db
        .updateTable('submissions')
        .set({ state: 'queued', next_try: now, updated_at: now })
        .where('clinic', '=', clinic)
        .where('visit', '=', visit)
        .where('state', '=', 'held')
        .returning(['log_id', 'seq'])
        .execute();
      return rows.sort((a, b) => a.seq - b.seq).map((row) => row.log_id);
    },

    async visit(clinic, encounterId) {
      const row = await db
        .selectFrom('visits')
        .selectAll()
        .where('clinic', '=', clinic)
        .where('encounter_id', '=', encounterId)
        .executeTakeFirst();
      return (
        row && {
          clinic,
          encounterId,
          visit: row.visit,
          encounter: JSON.parse(vault.open(row.encounter)),
          end: row.ended,
          disposition: row.disposition,
        }
      );
    },

    saveVisit: (visit, now) => saveVisit(visit, now, db),

    async attempts(logId) {
      const rows = await db
        .selectFrom('attempts')
        .select(['at', 'outcome', 'code'])
        .where('log_id', '=', logId)
        .orderBy('at')
        .execute();
      return rows.map((row) => ({ ...row, outcome: row.outcome as State }));
    },

    async due(now, perClinic) {
      // From clinic to clinic by the index, however many rows one of them has.
      const { rows } = await sql<{ log_id: string }>`
        with recursive one(clinic) as (
          select min(clinic) from submissions
          union all
          select (select min(clinic) from submissions where clinic > one.clinic) from one where one.clinic is not null
        )
        select due.log_id from one join submissions due on due.seq in (
          select seq from submissions where clinic = one.clinic and next_try <= ${now}
          order by next_try, seq limit ${perClinic}
        ) order by due.next_try, due.seq`.execute(db);
      return rows.map((row) => row.log_id);
    },

    async hurry(now) {
      await db
        .updateTable('submissions')
        .set({ next_try: now })
        .where('state', '=', 'waiting')
        .where('next_try', '>', now)
        .execute();
    },

    async list(query) {
      const { clinic, state, endpoint, from, to, before, limit } = query;
      let select = db
        .selectFrom('submissions')
        .select(['seq', 'log_id', 'clinic', 'endpoint', 'state', 'attempts', 'next_try', 'error_code'])
        .select(['created_at', 'updated_at'])
        .orderBy('seq', 'desc')
        .limit(limit);
      if (clinic !== undefined) select = select.where('clinic', '=', clinic);
      if (state !== undefined) select = select.where('state', '=', state);
      if (endpoint !== undefined) select = select.where('endpoint', '=', endpoint);
      if (from !== undefined) select = select.where('created_at', '>=', from);
      if (to !== undefined) select = select.where('created_at', '<', to);
      if (before !== undefined) select = select.where('seq', '<', before);
      return (await select.execute()).map((row) => ({
        cursor: row.seq,
        logId: row.log_id,
        clinic: row.clinic,
        endpoint: row.endpoint,
        state: row.state as State,
        attempts: row.attempts,
        nextTry: row.next_try,
        code: row.error_code,
        createdAt: row.created_at,
        updatedAt: row.updated_at,
      }));
    },

    async claimHooks(now, claimedUntil, limit) {
      const rows = await db
        .updateTable('hooks')
        .set({ next_try: claimedUntil })
        .where('id', 'in', (of) =>
          of.selectFrom('hooks').select('id').where('next_try', '<=', now).orderBy('next_try').limit(limit),
        )
        .returningAll()
        .execute();
      return rows.map(({ id, clinic, body, attempts }) => ({ id, clinic, body: vault.open(body), attempts }));
    },

    async settleHook(id, next) {
      if (next) {
        const { attempts, nextTry } = next;
        await db.updateTable('hooks').set({ attempts, next_try: nextTry }).where('id', '=', id).execute();
      } else {
        await db.deleteFrom('hooks').where('id', '=', id).execute();
      }
    },

    async nextHook() {
      const row = await db
        .selectFrom('hooks')
        .select((of) => of.fn.min('next_try').as('at'))
        .executeTakeFirst();
      return row?.at ?? undefined;
    },

    async forget(before) {
      const result = await db
        .updateTable('submissions')
        .set({ payload: '' })
        .where('state', 'in', ['sent', 'void'])
        .where('updated_at', '<', before)
        .where('payload', '!=', '')
        .executeTakeFirst();
      // Of an open one the end may be known here alone.
      await db.deleteFrom('visits').where('updated_at', '<', before).where('finished', '=', 1).execute();
      return Number(result.numUpdatedRows);
    },

    async postpone(logId, nextTry) {
      await db.updateTable('submissions').set({ next_try: nextTry }).where('log_id', '=', logId).execute();
    },

    async nextDue() {
      const row = await db
        .selectFrom('submissions')
        .select((of) => of.fn.min('next_try').as('at'))
        .where('next_try', 'is not', null)
        .executeTakeFirst();
      return row?.at ?? undefined;
    },

    async recover(now) {
      const result = await db
        .updateTable('submissions')
        .set({ state: 'waiting', unknown_since: now, next_try: now, updated_at: now })
        .where('state', '=', 'sending')
        .executeTakeFirst();
      await db
        .updateTable('submissions')
        .set({ state: 'queued', next_try: now })
        .where('state', '=', 'held')
        .execute();
      return Number(result.numUpdatedRows);
    },

    async rememberId(clinic: string, kind: IdKind, key: string, known, now) {
      const row = { id: known.id, display: known.display ? vault.seal(known.display) : null, at: now };
      await db
        .insertInto('ids')
        .values({ clinic, kind, key: vault.digest(`${clinic}/${kind}/${key}`), ...row })
        .onConflict((conflict) => conflict.columns(['clinic', 'kind', 'key']).doUpdateSet(row))
        .execute();
    },

    async knownId(clinic: string, kind: IdKind, key: string, since: number) {
      const row = await db
        .selectFrom('ids')
        .select(['id', 'display'])
        .where('clinic', '=', clinic)
        .where('kind', '=', kind)
        .where('key', '=', vault.digest(`${clinic}/${kind}/${key}`))
        .where('at', '>=', since)
        .executeTakeFirst();
      return row && { id: row.id, ...(row.display ? { display: vault.open(row.display) } : {}) };
    },

    async forgetIds(clinic, ids) {
      await db.deleteFrom('ids').where('clinic', '=', clinic).where('id', 'in', ids).execute();
    },

    ...clinicRows(db, vault),

    async ping() {
      await sql`select 1`.execute(db);
    },

    async close() {
      await db.destroy();
      release();
    },
  };
}
