/** PostgreSQL: when one machine is not enough. pg-boss hands out the deliveries, one of a visit at a time. */
import { CompiledQuery, Kysely, PostgresDialect, sql } from 'kysely';
import type { Pool } from 'pg';
import type { JobInsert } from 'pg-boss';
import type { Connection, Tables } from './schema.js';
import { type Settings, unlock } from './settings.js';
import { createStore, migrate, type Sendable } from './sql.js';
import { type Store, StoreInUseError } from './store.js';
import type { Vault } from './vault.js';

/** One delivery to make. */
export interface Job {
  logId: string;
  /** Somebody had it before, and did not come to its end. */
  again: boolean;
}

/** The jobs of the deliveries. Their order and their times are those of our own table. */
export interface Jobs {
  /** Makes jobs of what is due, of each clinic so many that others get their turn. */
  sweep(now: number): Promise<void>;
  /** Makes a job of one at once, unless it has one. */
  hasten(logId: string): Promise<void>;
  /** Takes jobs until it is stopped. One whose handler throws, or whose process dies, comes back. */
  work(concurrency: number, deliver: (job: Job) => Promise<void>): Promise<void>;
  /** Takes no more, lets what is in hand end within so many milliseconds, and puts the rest back. */
  stop(grace: number): Promise<void>;
}

export interface PostgresOptions {
  /** `postgres://…`. */
  url: string;
  vault: Vault;
  /** Milliseconds without a sign of life after which a delivery is somebody else's. Default 20,000, at least 10,000. */
  lease?: number;
  onBug(error: unknown): void;
}

const QUEUE = 'deliver';
/** Of the service's connections, as the database lists them. */
const NAME = 'satusehat';
/** Jobs of a clinic that may wait at a time: more would stand before what comes new. */
const ROOM = 16;
/** Numbers of the advisory locks: any, as long as they stay. */
const [LOCK_MIGRATIONS, LOCK_VISIT, LOCK_MOVE, LOCK_COUNTS] = [7_368_737, 7_368_738, 7_368_739, 7_368_740];

/**
 * A schema `satusehat` for our tables and `satusehat_boss` for the jobs, made at the first start.
 *
 * @throws TypeError when `pg` or `pg-boss` is not installed. @throws WrongKeyError for another key.
 */
export async function openPostgresStore(options: PostgresOptions): Promise<{ store: Store; jobs: Jobs }> {
  const { url, vault, lease = 20_000, onBug } = options;
  const seconds = Math.floor(lease / 1000);
  if (!(seconds >= 10)) throw new TypeError('delivery.lease: must be at least 10,000 milliseconds');
  const { pg, PgBoss } = await load();
  const { pool, db } = connect(pg, url, NAME, onBug);
  const boss = new PgBoss({
    connectionString: url,
    schema: 'satusehat_boss',
    application_name: NAME,
    max: 5,
    useListenNotify: true,
    // Who died is noticed this often.
    superviseIntervalSeconds: Math.ceil(seconds / 5),
    monitorIntervalSeconds: Math.ceil(seconds / 5),
    // How many wait is known this fresh.
    queueCacheIntervalSeconds: 1,
    schedule: false,
    registerInstance: false,
  });
  // Some of its errors come as the fields of one: without being one they would say neither why nor how often.
  boss.on('error', (error: unknown) => {
    onBug(error instanceof Error ? error : Object.assign(new Error('pg-boss'), error));
  });
  let settings: Settings;
  try {
    await prepare(db);
    settings = await unlock(db, vault);
    await boss.start();
    await boss.createQueue(QUEUE, {
      policy: 'key_strict_fifo',
      notify: true,
      // One that has failed for good would hold its visit for ever: our own table says when it is enough.
      retryLimit: 1_000_000,
      retryDelay: 1,
      // The heartbeat tells who is alive; this only ends what hangs for ever.
      expireInSeconds: 3_600,
      retentionSeconds: 365 * 86_400,
      deleteAfterSeconds: 60,
    });
  } catch (error) {
    await boss.stop({ graceful: false }).catch(() => {});
    await db.destroy();
    throw error;
  }

  type Rows = Record<string, unknown>[];
  type Execute = (text: string, values?: unknown[]) => Promise<{ rows: Rows }>;

  async function write(rows: Sendable[], executeSql: Execute): Promise<void> {
    // Ids in order: what is sent together stays in its order.
    const ids = rows.map(() => crypto.randomUUID()).sort();
    const jobs = rows.map(({ logId, clinic, visit }, index): JobInsert => {
      const key = { singletonKey: `${clinic}/${visit}`, group: { id: clinic } };
      return { ...key, id: ids[index] as string, data: { logId }, heartbeatSeconds: seconds };
    });
    await boss.insert(QUEUE, jobs, { db: { executeSql } });
  }

  const send = (within: Kysely<Tables>, rows: Sendable[]) =>
    write(rows, async (text, values = []) => {
      const answer = await within.executeQuery(CompiledQuery.raw(text, values));
      return { rows: answer.rows as Rows };
    });

  /** Four statements in two round trips. */
  async function insertAndSend(insert: CompiledQuery, row: Sendable): Promise<boolean> {
    const client = await pool.connect();
    try {
      const [, { rowCount }] = await Promise.all([
        client.query('begin'),
        client.query({ name: 'accept', text: insert.sql, values: [...insert.parameters] }),
      ]);
      if (rowCount === 1) {
        await write([row], async (text, values = []) => {
          // After a job that failed this is a rollback.
          const [job] = await Promise.all([
            client.query({ name: 'job', text, values }),
            client.query('commit'),
          ]);
          return job;
        });
      } else {
        await client.query('commit');
      }
      client.release();
      return rowCount === 1;
    } catch (error) {
      // Nobody else gets a connection with half a transaction on it.
      client.release(true);
      throw error;
    }
  }

  const store = createStore(db, vault, {
    shared: true,
    settings,
    send,
    insertAndSend,
    async lockVisit(within, clinic, visit) {
      await sql`select pg_advisory_xact_lock(${LOCK_VISIT}, hashtext(${`${clinic}/${visit}`}))`.execute(
        within,
      );
    },
    async lockCounts(within) {
      await sql`select pg_advisory_xact_lock(${LOCK_COUNTS})`.execute(within);
    },
    async close() {
      await boss.stop({ graceful: false }).catch(onBug);
      await db.destroy();
    },
  });

  const jobs: Jobs = {
    async sweep(now) {
      await db.transaction().execute(async (within) => {
        const { rows } = await sql<{ seq: number; log_id: string; clinic: string; visit: string }>`
          with recursive one(clinic) as (
            select min(clinic) from submissions
            union all
            select (select min(clinic) from submissions where clinic > one.clinic) from one
            where one.clinic is not null
          ),
          room as (
            select one.clinic, greatest(0, ${ROOM} - (
              select count(*) from submissions job
              where job.clinic = one.clinic and job.next_try is null and job.state in ('queued', 'waiting')
            )) as size from one
          ),
          due as (
            select due.seq from room cross join lateral (
              select seq from submissions
              where clinic = room.clinic and next_try <= ${now}
              order by next_try, seq limit room.size
              for update skip locked
            ) due
          )
          update submissions set next_try = null where seq in (select seq from due)
          returning seq, log_id, clinic, visit`.execute(within);
        const due = rows.sort((a, b) => a.seq - b.seq);
        const all = due.map(({ log_id, clinic, visit }) => ({ logId: log_id, clinic, visit }));
        if (all.length > 0) await send(within, all);
      });
    },

    async hasten(logId) {
      await db.transaction().execute(async (within) => {
        const row = await within
          .updateTable('submissions')
          .set({ next_try: null })
          .set('state', (of) =>
            of.case().when('state', '=', 'held').then('queued').else(of.ref('state')).end(),
          )
          .where('log_id', '=', logId)
          .where('state', 'in', ['queued', 'waiting', 'held'])
          .where((where) => where.or([where('next_try', 'is not', null), where('state', '=', 'held')]))
          .returning(['clinic', 'visit'])
          .executeTakeFirst();
        if (row) await send(within, [{ logId, ...row }]);
      });
    },

    async work(concurrency, deliver) {
      const how = {
        localConcurrency: concurrency,
        // Behind a backlog nobody pauses.
        burstWhenReadyExceeds: 1,
        localGroupConcurrency: Math.max(1, Math.ceil(concurrency / 2)),
        includeMetadata: true,
        // What comes back is not announced.
        notifyPollingIntervalSeconds: 1,
        pollingIntervalSeconds: 1,
      } as const;
      const first: string = await boss.work<{ logId: string }>(QUEUE, how, async ([job]) => {
        if (job) await deliver({ logId: job.data.logId, again: job.retryCount > 0 });
        // What stands behind it in its visit is not announced either: one hand looks at once.
        boss.notifyWorker(first);
      });
    },

    async stop(grace) {
      await boss.stop({ graceful: true, timeout: grace });
    },
  };
  return { store, jobs };
}

/** The same tables without the jobs, beside the services that work on them. Throws as {@link openPostgresStore}. */
export async function besidePostgres(url: string, vault: Vault): Promise<Store> {
  const { pg } = await load();
  const { db } = connect(pg, url, `${NAME}-cli`, () => {});
  try {
    await prepare(db);
    const settings = await unlock(db, vault);
    return createStore(db, vault, { shared: true, settings, close: () => db.destroy() });
  } catch (error) {
    await db.destroy();
    throw error;
  }
}

/**
 * The tables of a database, brought up to date, while no service works on them.
 *
 * @throws StoreInUseError when one does.
 */
export async function holdPostgres(url: string): Promise<Connection> {
  const connection = await readPostgres(url);
  let release = () => {};
  try {
    release = await lock(connection.db);
    await connection.refuseInUse();
    await prepare(connection.db);
  } catch (error) {
    release();
    await connection.close();
    throw error;
  }
  return {
    ...connection,
    async close() {
      release();
      await connection.close();
    },
  };
}

/** Nobody else moves this store meanwhile. @returns what lets it go. */
function lock(db: Kysely<Tables>): Promise<() => void> {
  return new Promise((locked, failed) => {
    db.connection()
      .execute(async (one) => {
        const { rows } = await sql<{
          got: boolean;
        }>`select pg_try_advisory_lock(${LOCK_MOVE}) as got`.execute(one);
        if (!rows[0]?.got) throw new StoreInUseError('Somebody else moves this store right now.');
        await new Promise<void>((release) => locked(release));
        await sql`select pg_advisory_unlock(${LOCK_MOVE})`.execute(one);
      })
      .catch(failed);
  });
}

/** Only reads, beside the services that work on it. */
export async function readPostgres(url: string): Promise<Connection> {
  const { pg } = await load();
  const { db } = connect(pg, url, `${NAME}-cli`, () => {});
  return {
    db,
    dialect: 'postgres',
    async refuseInUse() {
      const { rows } = await sql`select 1 from pg_stat_activity
        where datname = current_database() and application_name = ${NAME} limit 1`.execute(db);
      if (rows.length > 0) throw new StoreInUseError('A service works on this database. Stop it first.');
    },
    close: () => db.destroy(),
  };
}

function connect(
  pg: Awaited<ReturnType<typeof load>>['pg'],
  url: string,
  name: string,
  onBug: (error: unknown) => void,
): { pool: Pool; db: Kysely<Tables> } {
  const pool = new pg.Pool({
    connectionString: url,
    max: 10,
    connectionTimeoutMillis: 30_000,
    keepAlive: true,
    // Statements may follow each other on the wire without waiting for answers.
    pipeline: true,
    // Milliseconds since 1970 fit into a number.
    types: { getTypeParser: (id, format) => (id === 20 ? Number : pg.types.getTypeParser(id, format)) },
  });
  pool.on('error', onBug);
  // Before anybody's first query. Accepted means kept, whatever the database is set to.
  pool.on('connect', (client) => {
    // While one is lent out nobody else listens: a connection that breaks must not end the process.
    client.on('error', onBug);
    const settings = `set search_path to satusehat; set synchronous_commit to on; set application_name to '${name}'`;
    client.query(settings).catch(onBug);
  });
  return { pool, db: new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) }) };
}

/** Two processes may start at once: one makes the tables, the other waits. */
async function prepare(db: Kysely<Tables>): Promise<void> {
  await db.connection().execute(async (one) => {
    await sql`select pg_advisory_lock(${LOCK_MIGRATIONS})`.execute(one);
    try {
      await sql`create schema if not exists satusehat`.execute(one);
      await migrate(db, 'postgres');
    } finally {
      await sql`select pg_advisory_unlock(${LOCK_MIGRATIONS})`.execute(one);
    }
  });
}

/** Only who has such a store needs the packages. */
async function load() {
  try {
    const [pg, boss] = await Promise.all([import('pg'), import('pg-boss')]);
    return { pg: pg.default, PgBoss: boss.PgBoss };
  } catch (cause) {
    throw new TypeError(
      'store: postgres:// needs three packages more: npm install pg pg-boss @opentelemetry/api',
      { cause },
    );
  }
}
