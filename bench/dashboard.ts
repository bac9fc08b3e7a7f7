/**
 * How much longer each page of the dashboard takes with a million submissions than with a thousand, on both stores.
 *
 *   node bench/dashboard.ts     a table of all pages
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';
import { createSandbox, sandboxClinic } from 'satusehat-sdk/sandbox';
import { createSatusehatService } from 'satusehat-sdk/server';
// @ts-expect-error plain JavaScript, shared with the chaos program
import { startPostgres } from '../scripts/postgres.mjs';
import { compare, type Ratio } from './compare.ts';
import { guide, headers } from './guide.ts';

const KEY = '0'.repeat(64);
const DAY = 86_400_000;
/** Over which the submissions are spread. */
const DAYS = 60;
const REGISTRATION = 'REG-BENCH-1';

type Service = Awaited<ReturnType<typeof createSatusehatService>>;

interface Database {
  /** As the service is told. */
  store: string;
  /** Runs statements beside the service, none of which gives anything back. */
  run(...statements: string[]): Promise<void>;
}

export interface Options {
  rounds?: number;
  few?: number;
  many?: number;
  /** Requests in a row. */
  requests?: number;
}

export interface PageRatio {
  store: 'sqlite' | 'postgres';
  page: string;
  ratio: number;
  range: [number, number];
  /** Medians of one request, in milliseconds. */
  few: number;
  many: number;
  /** Kilobytes of the page: a small store may have less to show. */
  kilobytes: [number, number];
}

/** Nothing is delivered here, and so nothing is asked of the platform. */
function open(store: string, fetch: typeof globalThis.fetch = async () => new Response('', { status: 503 })) {
  return createSatusehatService({
    clinics: [sandboxClinic],
    platform: { env: 'https://sandbox.invalid', fetch },
    store,
    encryptionKey: KEY,
  });
}

/** The tables, and one submission that is sent: what the copies are made of. @returns its log_id. */
async function begin(store: string): Promise<string> {
  const service = await open(store, createSandbox().fetch);
  const response = await service.fetch(
    new Request('http://localhost/api/encounter', {
      method: 'POST',
      headers,
      body: JSON.stringify({ ...guide, no_registrasi: REGISTRATION }),
    }),
  );
  const text = await response.text();
  if (response.status !== 200) throw new Error(text);
  await service.close();
  return JSON.parse(text).log_id;
}

/**
 * Copies of what stands there, spread evenly over the days and given numbers in that order. Type, state and cause
 * follow lengths that share no factor, so that every combination is spread evenly too. Both databases understand it.
 */
function copies(count: number, now: number): string[] {
  const first = now - DAYS * DAY;
  const at = `${first} + n * ${DAYS * DAY} / ${count}`;
  const failed = 'n % 101 in (97, 98)';
  const number = (name: string, to: number) =>
    `with recursive ${name}(n) as (select 1 union all select n + 1 from ${name} where n < ${to})`;
  const causes = [
    'PATIENT_NOT_FOUND/nik_pasien',
    'HEALTHCARE_SERVICE_NOT_FOUND/poli',
    'PRACTITIONER_NOT_FOUND/dokter',
    'FHIR_VALIDATION_ERROR/kode_icd10',
    'FHIR_VALIDATION_ERROR/#10120',
    'FHIR_VALIDATION_ERROR/nilai.value',
    'FHIR_VALIDATION_ERROR',
  ];
  const cause = `case n / 101 % ${causes.length}
    ${causes.map((name, index) => `when ${index} then '${name}'`).join(' ')} end`;
  const code = `case n / 101 % ${causes.length}
    ${causes.map((name, index) => `when ${index} then '${name.split('/')[0]}'`).join(' ')} end`;
  const visits = Math.ceil(count * 0.4);
  return [
    `update submissions set created_at = ${first}, updated_at = ${first}`,
    // Read from elsewhere: a table that is read while it is written to would be copied first.
    'create temp table original as select * from submissions',
    'create temp table original_visit as select * from visits',
    `${number('copies', count - 1)}
      insert into submissions (log_id, clinic, endpoint, visit, idempotency_key, digest, registration, payload, state,
        attempts, next_try, error_code, cause, result, created_at, updated_at)
      select 'copy-' || n, clinic,
        case when n % 20 < 8 then 'kirimEncounter' when n % 20 < 15 then 'kirimDiagnosis'
          when n % 20 < 19 then 'kirimObservation' else 'kirimProcedure' end,
        'copy-' || n, 'copy-' || n, 'copy-' || n, case when n % 20 < 8 then 'copy-' || n end, payload,
        case when ${failed} then 'failed' when n % 101 = 99 then 'waiting' when n % 101 = 100 then 'void'
          else 'sent' end,
        1, case when n % 101 = 99 then ${now + 3_650 * DAY} end,
        case when ${failed} then ${code} end, case when ${failed} then ${cause} end,
        case when n % 101 < 97 then result end, ${at}, ${at}
      from copies, original order by n`,
    `insert into attempts (log_id, at, outcome, code)
      select log_id, updated_at, state, error_code from submissions where log_id like 'copy-%'`,
    `${number('copies', visits)}
      insert into visits (clinic, encounter_id, visit, encounter, ended, disposition, finished, started, updated_at)
      select clinic, 'copy-' || n, 'copy-' || n, encounter, ended, disposition,
        case when n % 50 = 49 then 0 else 1 end,
        ${first} + n * ${DAYS * DAY} / ${visits}, ${first} + n * ${DAYS * DAY} / ${visits}
      from copies, original_visit`,
    `insert into audit (at, who, clinic, action, log_id)
      select created_at, clinic, clinic, 'reveal', log_id from submissions where seq % 10 = 0`,
    'drop table original',
    'drop table original_visit',
  ];
}

function sqliteIn(file: string): Database {
  return {
    store: `sqlite:${file}`,
    async run(...statements) {
      const database = new DatabaseSync(file);
      // It is made once and never kept.
      database.exec('pragma journal_mode = off; pragma synchronous = off; pragma cache_size = -500000;');
      for (const statement of statements) database.exec(statement);
      database.close();
    },
  };
}

async function postgresIn(url: string, name: string): Promise<Database> {
  const own = new URL(url);
  own.pathname = `/${name}`;
  const run = async (connectionString: string, statements: string[]) => {
    const client = new pg.Client({ connectionString });
    await client.connect();
    try {
      await client.query('set search_path to satusehat, public; set synchronous_commit to off');
      for (const statement of statements) await client.query(statement);
    } finally {
      await client.end();
    }
  };
  await run(url, [`create database ${name}`]);
  return { store: own.href, run: (...statements) => run(own.href, statements) };
}

/** Signs in as the clinic. @returns what gives a page. */
async function signIn(service: Service): Promise<(page: string) => Promise<string>> {
  const response = await service.fetch(
    new Request('http://localhost/dashboard/masuk', {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ kode: sandboxClinic.code, rahasia: sandboxClinic.secret }).toString(),
    }),
  );
  const cookie = response.headers.get('set-cookie')?.split(';')[0];
  if (!cookie) throw new Error(`not signed in: ${response.status}`);
  return async (page) => {
    const answer = await service.fetch(
      new Request(`http://localhost/dashboard${page}`, { headers: { cookie } }),
    );
    const text = await answer.text();
    if (answer.status !== 200) throw new Error(`${page}: ${answer.status}`);
    return text;
  };
}

interface Filled {
  service: Service;
  show(page: string): Promise<string>;
  pages: [name: string, path: string][];
}

async function fill({ store, run }: Database, count: number, settle: string[]): Promise<Filled> {
  const logId = await begin(store);
  const now = Date.now();
  await run(...copies(count, now));
  // The first look adds up what was filled in; what is measured is a store that has been at work all along.
  const first = await open(store);
  await (await signIn(first))('');
  await first.close();
  await run(...settle);
  const service = await open(store);
  const day = (back: number) => new Date(now - back * DAY).toISOString().slice(0, 10);
  const list = (query: Record<string, string>) => `/kiriman?${new URLSearchParams(query)}`;
  return {
    service,
    show: await signIn(service),
    pages: [
      ['overview', ''],
      ['list', '/kiriman'],
      ['list, failed', list({ keadaan: 'failed' })],
      ['list, procedures', list({ jenis: 'kirimProcedure' })],
      ['list, failed procedures', list({ keadaan: 'failed', jenis: 'kirimProcedure' })],
      ['list, sent', list({ keadaan: 'sent' })],
      // A state and a type that nothing has: nothing must be looked through to find that out.
      ['list, held', list({ keadaan: 'held' })],
      ['list, withdrawals', list({ jenis: 'batalLog' })],
      ['list, one cause', list({ sebab: 'PATIENT_NOT_FOUND/nik_pasien' })],
      ['list, an old day', list({ dari: day(45), sampai: day(45) })],
      ['list, failed of an old day', list({ keadaan: 'failed', dari: day(45), sampai: day(45) })],
      ['list, no such cause that day', list({ sebab: 'OVERLOADED', dari: day(45), sampai: day(45) })],
      ['list, deep back', list({ kursor: String(Math.floor(count / 2)) })],
      ['list, one number', list({ cari: REGISTRATION })],
      ['one submission', `/kiriman/${logId}`],
      ['open visits', '/kunjungan-terbuka'],
      ['platform', '/platform'],
      ['audit trail', '/jejak'],
    ],
  };
}

const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

async function measure(
  store: PageRatio['store'],
  [few, many]: [Filled, Filled],
  { rounds = 5, requests = 20 }: Options,
): Promise<PageRatio[]> {
  const all: PageRatio[] = [];
  for (const [index, [page]] of few.pages.entries()) {
    const side = ({ show, pages }: Filled) => {
      const path = pages[index]?.[1] ?? '';
      const times: number[] = [];
      const take = async () => {
        const start = performance.now();
        for (let turn = 0; turn < requests; turn++) await show(path);
        const took = performance.now() - start;
        times.push(took / requests);
        return took;
      };
      return { path, times, take };
    };
    const [small, large] = [side(few), side(many)];
    await small.take();
    await large.take();
    small.times.length = 0;
    large.times.length = 0;
    const result = await compare(rounds, large.take, small.take);
    const size = async ({ show }: Filled, path: string) => Buffer.byteLength(await show(path)) / 1_024;
    all.push({
      store,
      page,
      ...result,
      few: median(small.times),
      many: median(large.times),
      kilobytes: [await size(few, small.path), await size(many, large.path)],
    });
  }
  return all;
}

async function ofStore(
  store: PageRatio['store'],
  database: (name: string) => Promise<Database>,
  settle: string[],
  options: Options,
): Promise<PageRatio[]> {
  const { few = 1_000, many = 1_000_000 } = options;
  const filled: Filled[] = [];
  try {
    for (const [name, count] of [
      ['few', few],
      ['many', many],
    ] as const) {
      filled.push(await fill(await database(name), count, settle));
    }
    return await measure(store, filled as [Filled, Filled], options);
  } finally {
    for (const { service } of filled) await service.close();
  }
}

/** Every page of both stores. */
export async function dashboardPages(options: Options = {}): Promise<PageRatio[]> {
  const folder = mkdtempSync(join(tmpdir(), 'satusehat-bench-'));
  const postgres = await startPostgres();
  try {
    return [
      ...(await ofStore(
        'sqlite',
        async (name) => sqliteIn(join(folder, `${name}.db`)),
        ['analyze'],
        options,
      )),
      // What was written goes to disk now, not while it is measured.
      ...(await ofStore(
        'postgres',
        (name) => postgresIn(postgres.url, name),
        ['vacuum analyze', 'checkpoint'],
        options,
      )),
    ];
  } finally {
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

export async function dashboardBench(options: Options = {}): Promise<Ratio[]> {
  const pages = await dashboardPages(options);
  return (['sqlite', 'postgres'] as const).flatMap((store) => {
    const [slowest] = pages.filter((one) => one.store === store).sort((a, b) => b.ratio - a.ratio);
    if (!slowest) return [];
    const { page, ratio, range } = slowest;
    return [
      {
        key: store === 'sqlite' ? 'dashboard_1m_vs_1k' : 'dashboard_1m_vs_1k_postgres',
        what: `time of the dashboard’s page that grows most with 1,000,000 submissions over 1,000: ${page}`,
        ratio,
        range,
        budget: { atMost: 3 },
      },
    ];
  });
}

if (import.meta.main) {
  for (const { store, page, ratio, range, few, many, kilobytes } of await dashboardPages()) {
    const [low, high] = range.map((value) => value.toFixed(2));
    const ms = `${few.toFixed(2)} to ${many.toFixed(2)} ms`;
    const kb = `${kilobytes.map((value) => value.toFixed(0)).join(' to ')} kB`;
    console.log(
      `${store.padEnd(9)} ${page.padEnd(30)} ${ratio.toFixed(2).padStart(7)}  ${`(${low} to ${high})`.padEnd(18)} ${ms.padEnd(22)} ${kb}`,
    );
  }
}
