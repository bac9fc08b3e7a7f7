/** The store in SQL: one body of code for both databases. */
import { type CompiledQuery, type Kysely, type Selectable, sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import { clinicRows } from './clinics.js';
import { deskRows } from './desk.js';
import { figureRows } from './figures.js';
import { selectPage } from './list.js';
import { reseal } from './reseal.js';
import { type Dialect, migrations, type Tables } from './schema.js';
import { retirePrevious, type Settings, unsureSince } from './settings.js';
import {
  type Also,
  type Change,
  type IdKind,
  type KeptError,
  type Listed,
  type NewSubmission,
  type State,
  type Store,
  type Submission,
  TakenError,
  type Visit,
} from './store.js';
import type { Vault } from './vault.js';

/** What a job needs to know of a submission. */
export type Sendable = Pick<Submission, 'logId' | 'clinic' | 'visit'>;

/** What the two databases do each in their own way. */
export interface Own {
  /**
   * Writes jobs for what is due now, oldest first, in the transaction that makes it due. Without it, `next_try` says
   * what is due; with it, only what falls due later has one.
   */
  send?(within: Kysely<Tables>, rows: Sendable[]): Promise<void>;
  /** Runs an insert and, if it inserted, writes the job beside it, in one transaction. @returns whether it did. */
  insertAndSend?(insert: CompiledQuery, row: Sendable): Promise<boolean>;
  /** Lets one transaction at a time look at a visit and change it. SQLite has only one at a time anyway. */
  lockVisit?(within: Kysely<Tables>, clinic: string, visit: string): Promise<void>;
  /** Lets one process at a time bring the counts up to date. */
  lockCounts?(within: Kysely<Tables>): Promise<void>;
  /** Whether other processes live on the same tables. */
  shared: boolean;
  settings: Settings;
  /** Takes what was deleted or overwritten off the disk. */
  scrub?(): Promise<void>;
  close(): Promise<void>;
}

/** Brings the tables up to date. @throws whatever the database said. */
export async function migrate(db: Kysely<Tables>, dialect: Dialect): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations(dialect) } });
  const { error } = await migrator.migrateToLatest();
  if (error) throw error;
}

/** PostgreSQL's word for it; in SQLite transactions go one after the other. */
const UNIQUE_VIOLATION = '23505';

/** States in which a submission still has to go. */
const OPEN = ['queued', 'sending', 'waiting', 'held'];

export function createStore(db: Kysely<Tables>, vault: Vault, own: Own): Store {
  const { send, lockVisit } = own;
  /** Undefined for what was damaged, or sealed with a key of another process. */
  const opened = (sealed: string) => {
    try {
      return vault.open(sealed);
    } catch {
      return undefined;
    }
  };
  /** What becomes due gets its job beside it, or the time. */
  const dueAt = (now: number) => (send ? null : now);

  /** One statement is one transaction; two need one. */
  async function together<T>(needed: unknown, work: (within: Kysely<Tables>) => Promise<T>): Promise<T> {
    return needed ? db.transaction().execute(work) : work(db);
  }

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

  const readListed = (row: Selectable<Tables['submissions']>): Listed => ({
    cursor: row.seq,
    logId: row.log_id,
    clinic: row.clinic,
    endpoint: row.endpoint,
    state: row.state as State,
    attempts: row.attempts,
    nextTry: row.next_try,
    code: row.error_code,
    registration: registrationIn(opened(row.payload)),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  });

  const byLogId = (logId: string, within: Kysely<Tables> = db) =>
    within.selectFrom('submissions').selectAll().where('log_id', '=', logId);

  const registrationOf = ({ registration }: Pick<NewSubmission, 'registration'>) =>
    registration === undefined ? null : vault.digest(`registration\n${registration}`);

  const ofRegistration = (clinic: string, registration: string) =>
    db
      .selectFrom('submissions')
      .selectAll()
      .where('clinic', '=', clinic)
      .where('registration', '=', registrationOf({ registration }));

  /** The first of its visit that still has to go before it. */
  const before = ({ clinic, visit, logId }: Sendable, within: Kysely<Tables> = db) =>
    within
      .selectFrom('submissions as earlier')
      .select('earlier.log_id')
      .where('earlier.clinic', '=', clinic)
      .where('earlier.visit', '=', visit)
      .where('earlier.state', 'in', OPEN)
      // Who withdraws a visit does not wait for what the visit itself holds up.
      .where((where) =>
        where.or([
          where('earlier.state', '!=', 'held'),
          where.exists(
            where
              .selectFrom('submissions as me')
              .select('me.seq')
              .where('me.log_id', '=', logId)
              .where('me.endpoint', '!=', 'batalLog'),
          ),
        ]),
      )
      .where('earlier.seq', '<', (of) =>
        of.selectFrom('submissions as own').select('own.seq').where('own.log_id', '=', logId),
      )
      .orderBy('earlier.seq')
      .limit(1);

  /** Makes one due that stands in that state; undefined for any other. */
  const queueAgain = (within: Kysely<Tables>, logId: string, from: State, now: number) =>
    within
      .updateTable('submissions')
      .set({ state: 'queued', next_try: dueAt(now), updated_at: now })
      .where('log_id', '=', logId)
      .where('state', '=', from)
      .returningAll()
      .executeTakeFirst();

  /** Those of a state that no other process is changing: waiting for many rows could wait in a circle. */
  const unlocked = (state: State) =>
    db.selectFrom('submissions').select('seq').where('state', '=', state).forUpdate().skipLocked();

  async function saveVisit(visit: Visit, now: number, within: Kysely<Tables>): Promise<void> {
    const row = {
      visit: visit.visit,
      encounter: vault.seal(JSON.stringify(visit.encounter)),
      ended: visit.end,
      disposition: visit.disposition,
      finished: ['finished', 'cancelled', 'entered-in-error'].includes(visit.encounter.status ?? '') ? 1 : 0,
      started: Date.parse(visit.encounter.period?.start ?? '') || now,
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
      const { logId, clinic, endpoint, payload, now } = given;
      const submission: Submission = {
        logId,
        clinic,
        endpoint,
        visit,
        payload,
        state: 'queued',
        attempts: 0,
        nextTry: dueAt(now),
        unknownSince: unsureSince(own.settings, now),
        error: null,
        result: null,
        createdAt: now,
        updatedAt: now,
      };
      const insert = db
        .insertInto('submissions')
        .values({
          log_id: logId,
          clinic,
          endpoint,
          visit,
          idempotency_key: key,
          digest,
          registration: registrationOf(given),
          payload: vault.seal(JSON.stringify(payload)),
          state: 'queued',
          attempts: 0,
          next_try: submission.nextTry,
          unknown_since: submission.unknownSince,
          created_at: now,
          updated_at: now,
        })
        // Of its key, or of its registration.
        .onConflict((conflict) => conflict.doNothing());
      const inserted = own.insertAndSend
        ? await own.insertAndSend(insert.compile(), submission)
        : (await insert.executeTakeFirst()).numInsertedOrUpdatedRows === 1n;
      if (inserted) return { kind: 'accepted' as const, submission };
      const row = await db
        .selectFrom('submissions')
        .selectAll()
        .where('clinic', '=', given.clinic)
        .where('idempotency_key', '=', key)
        .executeTakeFirst();
      if (!row) {
        const registered = await ofRegistration(clinic, given.registration ?? '').executeTakeFirstOrThrow();
        return { kind: 'registered' as const, submission: read(registered) };
      }
      const same = row.digest === digest && row.endpoint === given.endpoint;
      return { kind: same ? ('known' as const) : ('conflict' as const), submission: read(row) };
    },

    async registered(clinic, registration) {
      const row = await ofRegistration(clinic, registration).executeTakeFirst();
      return row && read(row);
    },

    async find(logId) {
      const row = await byLogId(logId).executeTakeFirst();
      return row && read(row);
    },

    async change(logId, change: Change, now, { attempt, visit, hook, claim }: Also = {}) {
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
                  cause: change.error && causeOf(change.error),
                  error: change.error === null ? null : vault.seal(JSON.stringify(change.error)),
                }),
            ...(change.result === undefined
              ? {}
              : { result: change.result === null ? null : vault.seal(JSON.stringify(change.result)) }),
            updated_at: now,
          })
          .where('log_id', '=', logId)
          .$if(claim !== undefined, (update) =>
            update
              .where('attempts', '=', claim?.attempts ?? 0)
              .where('state', 'in', claim?.sending ? ['sending'] : ['queued', 'waiting', 'held']),
          )
          .returningAll()
          .executeTakeFirst();
        if (!row) throw claim ? new TakenError(logId) : new Error('no such submission');
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

    async rewrite(logId, { payload, digest, visit, registration }, now) {
      const write = async (within: Kysely<Tables>) => {
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
            registration: registrationOf({ registration }),
            ...(visit === undefined ? {} : { visit }),
            ...(follows ? { idempotency_key: key } : {}),
            // In the same step: of two corrections at once, the second finds it under way.
            state: 'queued',
            next_try: dueAt(now),
            updated_at: now,
          })
          .where('log_id', '=', logId)
          // Nobody must be sending the old one meanwhile.
          .where('state', 'in', ['failed', 'held'])
          .where('result', 'is', null)
          .returningAll()
          .executeTakeFirst();
        if (row) await send?.(within, [{ logId, clinic: row.clinic, visit: row.visit }]);
        return row && read(row);
      };
      return db
        .transaction()
        .execute(write)
        .catch((error: unknown) => {
          // Another correction took the key in the same moment; the second look finds it taken.
          if ((error as { code?: unknown }).code !== UNIQUE_VIOLATION) throw error;
          return db.transaction().execute(write);
        });
    },

    async reopen(logId, now) {
      const row = await together(send, async (within) => {
        const row = await queueAgain(within, logId, 'failed', now);
        if (row) await send?.(within, [{ logId, clinic: row.clinic, visit: row.visit }]);
        return row;
      });
      return read(row ?? (await byLogId(logId).executeTakeFirstOrThrow()));
    },

    async line({ logId, clinic, visit }, now) {
      return together(lockVisit, async (within) => {
        await lockVisit?.(within, clinic, visit);
        const held = await within
          .updateTable('submissions')
          .set({ state: 'held', next_try: null, updated_at: now })
          .where('log_id', '=', logId)
          .where('state', 'in', ['queued', 'waiting', 'held'])
          .where((where) =>
            where.or([
              where.exists(before({ logId, clinic, visit }, within)),
              where.exists(
                within
                  .selectFrom('submissions as root')
                  .select('root.seq')
                  .where('root.log_id', '=', visit)
                  .where('root.log_id', '!=', logId)
                  .where('root.state', 'in', ['failed', 'held'])
                  .where(sql.ref('submissions.endpoint'), '!=', 'batalLog'),
              ),
            ]),
          )
          .returningAll()
          .executeTakeFirst();
        if (held) return read(held);
        const free = await queueAgain(within, logId, 'held', now);
        return read(free ?? (await byLogId(logId, within).executeTakeFirstOrThrow()));
      });
    },

    async blocker(submission) {
      return (await before(submission).executeTakeFirst())?.log_id;
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
      return together(send ?? lockVisit, async (within) => {
        await lockVisit?.(within, clinic, visit);
        const rows = await within
          .updateTable('submissions')
          .set({ state: 'queued', next_try: dueAt(now), updated_at: now })
          .where('clinic', '=', clinic)
          .where('visit', '=', visit)
          .where('state', '=', 'held')
          .returning(['log_id', 'seq'])
          .execute();
        const logIds = rows.sort((a, b) => a.seq - b.seq).map((row) => row.log_id);
        const jobs = logIds.map((logId) => ({ logId, clinic, visit }));
        if (jobs.length > 0) await send?.(within, jobs);
        return logIds;
      });
    },

    async visit(clinic, encounterId) {
      const row = await db
        .selectFrom('visits')
        .selectAll()
        .where('clinic', '=', clinic)
        .where('encounter_id', '=', encounterId)
        // Emptied when its time was over.
        .where('encounter', '!=', '')
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

    async visitOf(clinic, encounterId) {
      const row = await db
        .selectFrom('visits')
        .select('visit')
        .where('clinic', '=', clinic)
        .where('encounter_id', '=', encounterId)
        .executeTakeFirst();
      return row?.visit;
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
        .$if(own.shared, (update) => update.where('seq', 'in', unlocked('waiting')))
        .execute();
    },

    async list(query) {
      return (await selectPage(db, query)).map(readListed);
    },

    async outline(logId) {
      const row = await byLogId(logId).executeTakeFirst();
      return row && readListed(row);
    },

    async reopenAll({ clinic, cause }, now, limit) {
      const rows = await db
        // Looked for once: PostgreSQL may ask a subquery again, and find others.
        .with(
          (cte) => cte('picked').materialized(),
          (of) =>
            of
              .selectFrom('submissions')
              .select('seq')
              .where('state', '=', 'failed')
              .where('cause', '=', cause)
              .$if(clinic !== undefined, (select) => select.where('clinic', '=', clinic ?? ''))
              .orderBy('seq')
              .limit(limit)
              .$if(own.shared, (select) => select.forUpdate().skipLocked()),
        )
        .updateTable('submissions')
        // In PostgreSQL the next sweep makes jobs of them.
        .set({ state: 'queued', next_try: now, updated_at: now })
        .where('seq', 'in', (of) => of.selectFrom('picked').select('seq'))
        .where('state', '=', 'failed')
        .returning('log_id')
        .execute();
      return rows.length;
    },

    async claimHooks(now, claimedUntil, limit) {
      const rows = await db
        .updateTable('hooks')
        .set({ next_try: claimedUntil })
        .where('id', 'in', (of) =>
          of
            .selectFrom('hooks')
            .select('id')
            .where('next_try', '<=', now)
            .orderBy('next_try')
            .limit(limit)
            // Another process takes others.
            .$if(own.shared, (select) => select.forUpdate().skipLocked()),
        )
        .returningAll()
        .execute();
      return rows.map(({ id, clinic, body, attempts }) => ({ id, clinic, body: opened(body), attempts }));
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
      await db
        .updateTable('visits')
        .set({ encounter: '' })
        .where('updated_at', '<', before)
        .where('finished', '=', 1)
        .where('encounter', '!=', '')
        .execute();
      // Who was here is asked for anew; doctors and poli are no patients.
      await db
        .deleteFrom('ids')
        .where('kind', 'in', ['patient-nik', 'patient-id'])
        .where('at', '<', before)
        .execute();
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

    async withdraw(logId, now) {
      const row = await db
        .updateTable('submissions')
        .set({ state: 'void', next_try: null, updated_at: now })
        .where('log_id', '=', logId)
        .where('state', 'in', ['queued', 'waiting', 'held', 'failed'])
        .where('unknown_since', 'is', null)
        .where('result', 'is', null)
        .returningAll()
        .executeTakeFirst();
      return row && read(row);
    },

    async recover(now) {
      // Where other processes live, what is being sent may be theirs.
      const { numUpdatedRows = 0n } = own.shared
        ? {}
        : await db
            .updateTable('submissions')
            .set({ state: 'waiting', unknown_since: now, next_try: now, updated_at: now })
            .where('state', '=', 'sending')
            .executeTakeFirst();
      await db
        .updateTable('submissions')
        .set({ state: 'queued', next_try: now })
        .where('state', '=', 'held')
        .$if(own.shared, (update) => update.where('seq', 'in', unlocked('held')))
        .execute();
      return Number(numUpdatedRows);
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

    async reseal(stopped) {
      const count = await reseal(db, vault, !own.shared, stopped);
      if (stopped()) return count;
      await retirePrevious(db, vault);
      if (vault.previousMark === 'plain:' && count.resealed > 0) await own.scrub?.();
      return count;
    },

    ...clinicRows(db, vault, own.shared),
    ...figureRows(db, vault, own),
    ...deskRows(db),

    async ping() {
      await sql`select 1`.execute(db);
    },

    async tryWriting() {
      // As much as a visit takes.
      const row = { name: 'trial', value: ' '.repeat(16_384) };
      const written = db.insertInto('settings').values(row);
      await written.onConflict((conflict) => conflict.column('name').doUpdateSet(row)).execute();
      await db.deleteFrom('settings').where('name', '=', row.name).execute();
    },

    close: () => own.close(),
  };
}

/**
 * What errors have in common that one change mends: `PATIENT_NOT_FOUND`, `FHIR_VALIDATION_ERROR/kode_icd10`,
 * `FHIR_VALIDATION_ERROR/#10120`. Only names of ours and numbers of the platform's rules.
 */
function causeOf({ code, details }: KeptError): string {
  const { fields, issues } = (details ?? {}) as {
    fields?: { field?: unknown }[];
    issues?: { rule?: unknown }[];
  };
  const field = String(fields?.[0]?.field ?? '').replace(/\.\d+(?=\.|$)/g, '[]');
  if (/^[a-z0-9_.[\]]{1,80}$/.test(field) && !/\d{6}/.test(field)) return `${code}/${field}`;
  const rule = String(issues?.[0]?.rule ?? '');
  return /^\d{1,10}$/.test(rule) ? `${code}/#${rule}` : code;
}

/** The clinic's own number of a visit. Emptied, and unreadable, ones have none. */
function registrationIn(payload: string | undefined): string | null {
  if (!payload) return null;
  const { no_registrasi: number } = JSON.parse(payload) as Record<string, unknown>;
  return typeof number === 'string' || typeof number === 'number' ? String(number) : null;
}
