import { type Generated, type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export interface Tables {
  submissions: {
    /** Order of arrival. */
    seq: Generated<number>;
    log_id: string;
    clinic: string;
    endpoint: string;
    visit: string;
    idempotency_key: string;
    digest: string;
    /** Digest of the no_registrasi of one that begins a visit. */
    registration: string | null;
    /** Sealed JSON. */
    payload: string;
    state: string;
    attempts: number;
    next_try: number | null;
    unknown_since: number | null;
    error_code: string | null;
    /** Sealed JSON. */
    error: string | null;
    /** Sealed JSON. */
    result: string | null;
    created_at: number;
    updated_at: number;
  };
  visits: {
    clinic: string;
    encounter_id: string;
    visit: string;
    /** Sealed JSON of the Encounter. */
    encounter: string;
    ended: string | null;
    disposition: string | null;
    /** 1 when nothing of it is awaited any more. */
    finished: Generated<number>;
    updated_at: number;
  };
  hooks: {
    id: string;
    clinic: string;
    /** Sealed JSON. */
    body: string;
    attempts: number;
    next_try: number;
  };
  attempts: {
    log_id: string;
    at: number;
    outcome: string;
    code: string | null;
  };
  settings: {
    name: string;
    value: string;
  };
  ids: {
    clinic: string;
    kind: string;
    /** HMAC of the identity: no NIK, SIP or STR stands readable in the file. */
    key: string;
    id: string;
    /** Sealed. */
    display: string | null;
    at: number;
  };
  clinics: {
    code: string;
    active: number;
    /** JSON list of HMACs, the newest first. */
    secret_digests: string;
    /** Sealed JSON. */
    config: string;
    created_at: number;
    updated_at: number;
  };
}

export type Dialect = 'sqlite' | 'postgres';

/** The tables of a store, of either kind. */
export interface Connection {
  db: Kysely<Tables>;
  dialect: Dialect;
  /** @throws StoreInUseError when a service works on them. */
  refuseInUse(): Promise<void>;
  close(): Promise<void>;
}

/** Never change a migration that was released: add one. */
export function migrations(dialect: Dialect): Record<string, Migration> {
  // Milliseconds since 1970 need more than 32 bits; in SQLite every integer has 64.
  const time = dialect === 'sqlite' ? 'integer' : 'bigint';
  return {
    '0001-submissions': {
      async up(db: Kysely<unknown>) {
        await db.schema
          .createTable('submissions')
          .addColumn('seq', dialect === 'sqlite' ? 'integer' : 'bigserial', (column) =>
            dialect === 'sqlite' ? column.primaryKey().autoIncrement() : column.primaryKey(),
          )
          .addColumn('log_id', 'text', (column) => column.notNull().unique())
          .addColumn('clinic', 'text', (column) => column.notNull())
          .addColumn('endpoint', 'text', (column) => column.notNull())
          .addColumn('idempotency_key', 'text', (column) => column.notNull())
          .addColumn('digest', 'text', (column) => column.notNull())
          .addColumn('payload', 'text', (column) => column.notNull())
          .addColumn('state', 'text', (column) => column.notNull())
          .addColumn('attempts', 'integer', (column) => column.notNull())
          .addColumn('next_try', time)
          .addColumn('unknown_since', time)
          .addColumn('error_code', 'text')
          .addColumn('error', 'text')
          .addColumn('result', 'text')
          .addColumn('created_at', time, (column) => column.notNull())
          .addColumn('updated_at', time, (column) => column.notNull())
          .addUniqueConstraint('submissions_idempotency', ['clinic', 'idempotency_key'])
          .execute();
        await db.schema
          .createIndex('submissions_due')
          .on('submissions')
          .columns(['next_try', 'seq'])
          .execute();
        await db.schema
          .createTable('attempts')
          .addColumn('log_id', 'text', (column) => column.notNull())
          .addColumn('at', time, (column) => column.notNull())
          .addColumn('outcome', 'text', (column) => column.notNull())
          .addColumn('code', 'text')
          .execute();
        await db.schema.createIndex('attempts_log_id').on('attempts').column('log_id').execute();
        await db.schema
          .createTable('settings')
          .addColumn('name', 'text', (column) => column.primaryKey())
          .addColumn('value', 'text', (column) => column.notNull())
          .execute();
        await db.schema
          .createTable('ids')
          .addColumn('clinic', 'text', (column) => column.notNull())
          .addColumn('kind', 'text', (column) => column.notNull())
          .addColumn('key', 'text', (column) => column.notNull())
          .addColumn('id', 'text', (column) => column.notNull())
          .addColumn('display', 'text')
          .addColumn('at', time, (column) => column.notNull())
          .addPrimaryKeyConstraint('ids_key', ['clinic', 'kind', 'key'])
          .execute();
      },
    },
    '0002-visits': {
      async up(db: Kysely<unknown>) {
        await db.schema
          .alterTable('submissions')
          .addColumn('visit', 'text', (column) => column.notNull().defaultTo(''))
          .execute();
        await sql`update submissions set visit = log_id`.execute(db);
        await db.schema
          .createIndex('submissions_visit')
          .on('submissions')
          .columns(['clinic', 'visit', 'seq'])
          .execute();
        await db.schema
          .createTable('visits')
          .addColumn('clinic', 'text', (column) => column.notNull())
          .addColumn('encounter_id', 'text', (column) => column.notNull())
          .addColumn('visit', 'text', (column) => column.notNull())
          .addColumn('encounter', 'text', (column) => column.notNull())
          .addColumn('ended', 'text')
          .addColumn('disposition', 'text')
          .addColumn('updated_at', time, (column) => column.notNull())
          .addPrimaryKeyConstraint('visits_key', ['clinic', 'encounter_id'])
          .execute();
      },
    },
    '0003-clinics': {
      async up(db: Kysely<unknown>) {
        await db.schema
          .createTable('clinics')
          .addColumn('code', 'text', (column) => column.primaryKey())
          .addColumn('active', 'integer', (column) => column.notNull())
          .addColumn('secret_digests', 'text', (column) => column.notNull())
          .addColumn('config', 'text', (column) => column.notNull())
          .addColumn('created_at', time, (column) => column.notNull())
          .addColumn('updated_at', time, (column) => column.notNull())
          .execute();
      },
    },
    '0004-delivery': {
      async up(db: Kysely<unknown>) {
        await db.schema.dropIndex('submissions_due').execute();
        await db.schema
          .createIndex('submissions_due')
          .on('submissions')
          .columns(['clinic', 'next_try', 'seq'])
          .execute();
        await db.schema.createIndex('submissions_next').on('submissions').column('next_try').execute();
        await db.schema
          .alterTable('visits')
          .addColumn('finished', 'integer', (column) => column.notNull().defaultTo(0))
          .execute();
        await db.schema
          .createTable('hooks')
          .addColumn('id', 'text', (column) => column.primaryKey())
          .addColumn('clinic', 'text', (column) => column.notNull())
          .addColumn('body', 'text', (column) => column.notNull())
          .addColumn('attempts', 'integer', (column) => column.notNull())
          .addColumn('next_try', time, (column) => column.notNull())
          .execute();
        await db.schema.createIndex('hooks_due').on('hooks').column('next_try').execute();
      },
    },
    '0005-jobs': {
      async up(db: Kysely<unknown>) {
        // In PostgreSQL what has a job has no time of its own: how many those are is asked at every look.
        await sql`create index submissions_jobs on submissions (clinic)
          where next_try is null and state in ('queued', 'waiting')`.execute(db);
      },
    },
    '0006-registration': {
      async up(db: Kysely<unknown>) {
        await db.schema.alterTable('submissions').addColumn('registration', 'text').execute();
        await db.schema
          .createIndex('submissions_registration')
          .unique()
          .on('submissions')
          .columns(['clinic', 'registration'])
          .execute();
      },
    },
  };
}
