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
    /** What its last error has in common with others: code, and field or rule. */
    cause: string | null;
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
    /** When the visit began, as its Encounter says. */
    started: Generated<number>;
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
  /** How many there are, by what the dashboard asks for: see `figures.ts`. An empty text stands for all. */
  counts: {
    clinic: string;
    /** Hours since 1970 in which they were accepted; 0 stands for all. */
    hour: number;
    endpoint: string;
    state: string;
    cause: string;
    n: number;
  };
  /** What the counts do not know yet. Only the triggers of `submissions` add to it. */
  counts_new: {
    seq: Generated<number>;
    clinic: string;
    hour: number;
    endpoint: string;
    state: string;
    cause: string;
    n: number;
  };
  audit: {
    seq: Generated<number>;
    at: number;
    who: string;
    /** Whose data it was about; an empty text for nobody's. */
    clinic: string;
    action: string;
    log_id: string | null;
    /** A number or a cause; never a patient's. */
    detail: string | null;
  };
  sessions: {
    /** Digest of what the cookie holds. */
    id: string;
    /** JSON of who it is. */
    who: string;
    /** Ends with the password or the secret that it began with. */
    credential: string;
    created_at: number;
    seen_at: number;
  };
  /** Failed attempts to sign in. */
  failures: {
    /** Digest of the name that was tried. */
    name: string;
    n: number;
    locked_until: number;
    at: number;
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
    '0007-dashboard': {
      async up(db: Kysely<unknown>) {
        await db.schema.alterTable('submissions').addColumn('cause', 'text').execute();
        await sql`update submissions set cause = error_code`.execute(db);
        const index = (name: string, columns: string[]) =>
          db.schema.createIndex(`submissions_${name}`).on('submissions').columns(columns).execute();
        await index('clinic', ['clinic', 'seq']);
        await index('list', ['clinic', 'state', 'endpoint', 'seq']);
        await index('list_all', ['state', 'endpoint', 'seq']);
        await index('time', ['created_at']);
        await sql`create index submissions_cause on submissions (clinic, cause, seq)
          where state = 'failed'`.execute(db);
        await sql`create index submissions_cause_all on submissions (cause, seq)
          where state = 'failed'`.execute(db);

        await db.schema
          .alterTable('visits')
          .addColumn('started', time, (column) => column.notNull().defaultTo(0))
          .execute();
        await sql`update visits set started = updated_at`.execute(db);
        await sql`create index visits_open on visits (clinic, started) where finished = 0`.execute(db);
        await sql`create index visits_open_all on visits (started) where finished = 0`.execute(db);

        await createCounts(db, dialect);
        await db.schema
          .createTable('audit')
          .addColumn('seq', dialect === 'sqlite' ? 'integer' : 'bigserial', (column) =>
            dialect === 'sqlite' ? column.primaryKey().autoIncrement() : column.primaryKey(),
          )
          .addColumn('at', time, (column) => column.notNull())
          .addColumn('who', 'text', (column) => column.notNull())
          .addColumn('clinic', 'text', (column) => column.notNull())
          .addColumn('action', 'text', (column) => column.notNull())
          .addColumn('log_id', 'text')
          .addColumn('detail', 'text')
          .execute();
        await db.schema.createIndex('audit_clinic').on('audit').columns(['clinic', 'seq']).execute();
        await db.schema.createIndex('audit_log_id').on('audit').columns(['log_id', 'seq']).execute();
        await db.schema
          .createTable('sessions')
          .addColumn('id', 'text', (column) => column.primaryKey())
          .addColumn('who', 'text', (column) => column.notNull())
          .addColumn('credential', 'text', (column) => column.notNull())
          .addColumn('created_at', time, (column) => column.notNull())
          .addColumn('seen_at', time, (column) => column.notNull())
          .execute();
        await db.schema
          .createTable('failures')
          .addColumn('name', 'text', (column) => column.primaryKey())
          .addColumn('n', 'integer', (column) => column.notNull())
          .addColumn('locked_until', time, (column) => column.notNull())
          .addColumn('at', time, (column) => column.notNull())
          .execute();
      },
    },
  };
}

/** The counts, and the triggers that see every change of a submission, whichever statement makes it. */
async function createCounts(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  const [time, number] =
    dialect === 'sqlite'
      ? ['integer', 'integer primary key autoincrement']
      : ['bigint', 'bigserial primary key'];
  const own = `clinic text not null, hour ${time} not null, endpoint text not null, state text not null,
    cause text not null, n ${time} not null`;
  await sql
    .raw(`create table counts (${own}, primary key (clinic, endpoint, hour, state, cause))`)
    .execute(db);
  await sql.raw(`create table counts_new (seq ${number}, ${own})`).execute(db);
  await sql`create index counts_ever on counts (clinic, state) where hour = 0`.execute(db);

  // Being sent is a moment of the queue: it is not counted apart.
  const stateOf = (row: string) => `case ${row}state when 'sending' then 'queued' else ${row}state end`;
  const causeOf = (row: string) =>
    `case ${row}state when 'failed' then coalesce(${row}cause, '') else '' end`;
  const group = (row: string) =>
    `${row}clinic, ${row}created_at / 3600000, ${row}endpoint, ${stateOf(row)}, ${causeOf(row)}`;
  const columns = '(clinic, hour, endpoint, state, cause, n)';
  const add = (row: string, n: number) => `insert into counts_new ${columns} values (${group(row)}, ${n});`;
  const changed = `${stateOf('old.')} <> ${stateOf('new.')} or ${causeOf('old.')} <> ${causeOf('new.')}`;
  await sql
    .raw(
      `insert into counts_new ${columns} select ${group('')}, count(*) from submissions group by 1, 2, 3, 4, 5`,
    )
    .execute(db);
  if (dialect === 'sqlite') {
    await sql
      .raw(`create trigger submissions_added after insert on submissions begin ${add('new.', 1)} end`)
      .execute(db);
    await sql
      .raw(`create trigger submissions_changed after update of state, cause on submissions when ${changed}
        begin ${add('old.', -1)} ${add('new.', 1)} end`)
      .execute(db);
    return;
  }
  await sql
    .raw(`create function count_submission() returns trigger language plpgsql set search_path from current as $$
      begin
        if tg_op = 'UPDATE' then ${add('old.', -1)} end if;
        ${add('new.', 1)}
        return null;
      end $$`)
    .execute(db);
  await sql
    .raw(`create trigger submissions_added after insert on submissions
      for each row execute function count_submission()`)
    .execute(db);
  await sql
    .raw(`create trigger submissions_changed after update of state, cause on submissions
      for each row when (${changed}) execute function count_submission()`)
    .execute(db);
}
