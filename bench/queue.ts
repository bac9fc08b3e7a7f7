/** What a long queue costs, and how fast deliveries go on both stores. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { createSandbox, sandboxClinic } from 'satusehat-sdk/sandbox';
import { createSatusehatService } from 'satusehat-sdk/server';
// @ts-expect-error plain JavaScript, shared with the chaos program
import { startPostgres } from '../scripts/postgres.mjs';
import { compare, type Ratio } from './compare.ts';
import { guide, headers } from './guide.ts';

const KEY = '0'.repeat(64);
const backlog = fileURLToPath(new URL('backlog.ts', import.meta.url));

/** A store with so many visits that wait, as one whose platform has been away. */
async function fill(file: string, count: number): Promise<void> {
  const service = await createSatusehatService({
    clinics: [sandboxClinic],
    platform: { env: 'https://sandbox.invalid', fetch: async () => new Response('', { status: 503 }) },
    store: `sqlite:${file}`,
    encryptionKey: KEY,
  });
  await service.fetch(
    new Request('http://service.invalid/api/encounter', {
      method: 'POST',
      headers: { ...headers, prefer: 'respond-async' },
      body: JSON.stringify(guide),
    }),
  );
  await service.close();
  const database = new DatabaseSync(file);
  database.exec(`
    pragma synchronous = off;
    update submissions set state = 'waiting', next_try = 0;
    with recursive copies(n) as (select 1 union all select n + 1 from copies where n < ${count - 1})
    insert into submissions (log_id, clinic, endpoint, visit, idempotency_key, digest, payload, state, attempts,
      next_try, created_at, updated_at)
    select 'copy-' || n, clinic, endpoint, 'copy-' || n, 'copy-' || n, 'copy-' || n, payload, state, attempts,
      n, created_at, updated_at from submissions, copies where log_id not like 'copy-%';
  `);
  database.close();
}

/** Resident memory in MB of a service of its own that has worked on such a queue for a while. */
function memory(file: string, deliveries: number): number {
  const printed = execFileSync(process.execPath, ['--expose-gc', backlog, file, String(deliveries)], {
    encoding: 'utf8',
  });
  return Number(printed.trim());
}

/** Opens the store as the worker does. What it asks for is inside the package, hence a bundle of its own. */
async function storeModule(folder: string): Promise<string> {
  const outfile = join(folder, 'store.mjs');
  await build({
    stdin: {
      contents: `export { openSqliteStore } from './src/store/sqlite.ts'; export { createVault } from './src/store/vault.ts';`,
      resolveDir: fileURLToPath(new URL('..', import.meta.url)),
    },
    bundle: true,
    format: 'esm',
    platform: 'node',
    outfile,
    // Kysely is found from here.
    nodePaths: [fileURLToPath(new URL('../node_modules', import.meta.url))],
    logLevel: 'error',
  });
  return outfile;
}

async function nextDue(folder: string, [small, large]: [string, string], rounds: number, times: number) {
  const { openSqliteStore, createVault } = await import(await storeModule(folder));
  const stores = await Promise.all([small, large].map((file) => openSqliteStore(file, createVault(KEY))));
  const take = (store: { due(now: number, perClinic: number): Promise<string[]> }) => async () => {
    const start = performance.now();
    for (let turn = 0; turn < times; turn++) {
      const due = await store.due(Number.MAX_SAFE_INTEGER, 1);
      if (due.length !== 1) throw new Error('nothing is due');
    }
    return performance.now() - start;
  };
  const [few, many] = stores.map(take) as [() => Promise<number>, () => Promise<number>];
  await few();
  await many();
  const result = await compare(rounds, many, few);
  for (const store of stores) await store.close();
  return result;
}

/** Milliseconds from the first of so many visits to the last being at the platform. */
async function deliver(store: string, count: number): Promise<number> {
  const sandbox = createSandbox();
  const service = await createSatusehatService({
    clinics: [sandboxClinic],
    platform: { env: 'https://sandbox.invalid', fetch: sandbox.fetch },
    store,
    encryptionKey: KEY,
  });
  let sent = 0;
  const all = new Promise<void>((resolve) => {
    service.on('sent', () => {
      sent += 1;
      if (sent === count) resolve();
    });
  });
  const start = performance.now();
  for (let number = 0; number < count; number++) {
    const body = JSON.stringify({ ...guide, no_registrasi: `REG-${start}-${number}` });
    const init = { method: 'POST', headers: { ...headers, prefer: 'respond-async' }, body };
    const response = await service.fetch(new Request('http://service.invalid/api/encounter', init));
    if (response.status !== 202) throw new Error(await response.text());
  }
  await all;
  const took = performance.now() - start;
  await service.close();
  return took;
}

async function bothStores(folder: string, rounds: number, visits: number) {
  const postgres = await startPostgres();
  try {
    let number = 0;
    const onSqlite = () => deliver(`sqlite:${join(folder, `deliver-${number++}.db`)}`, visits);
    const onPostgres = () => deliver(postgres.url, visits);
    await onSqlite();
    await onPostgres();
    // How long SQLite takes over how long PostgreSQL takes: the rate of this one over the rate of that one.
    return await compare(rounds, onSqlite, onPostgres);
  } finally {
    await postgres.stop();
  }
}

export async function queueBench({
  rounds = 5,
  few = 1_000,
  many = 100_000,
  deliveries = 300,
  looks = 200,
  visits = 200,
} = {}): Promise<Ratio[]> {
  const folder = mkdtempSync(join(tmpdir(), 'satusehat-bench-'));
  try {
    const files: [string, string] = [join(folder, 'few.db'), join(folder, 'many.db')];
    await fill(files[0], few);
    await fill(files[1], many);
    const due = await nextDue(folder, files, rounds, looks);
    const growths = Array.from({ length: Math.min(rounds, 3) }, () => {
      return memory(files[1], deliveries) - memory(files[0], deliveries);
    }).sort((a, b) => a - b);
    const both = await bothStores(folder, Math.min(rounds, 3), visits);
    return [
      {
        key: 'queue_100k_rss_mb',
        what: 'MB that a service grows when 100,000 visits wait instead of 1,000',
        ratio: growths[Math.floor(growths.length / 2)] ?? 0,
        range: [growths[0] ?? 0, growths.at(-1) ?? 0],
        budget: { atMost: 30 },
      },
      {
        key: 'next_due_100k_vs_1k',
        what: 'cost of taking the next of 100,000 over the next of 1,000',
        ...due,
        budget: { atMost: 1.5 },
      },
      {
        key: 'deliveries_postgres_vs_sqlite',
        what: 'deliveries a second, accepted to sent, on PostgreSQL over SQLite, one process',
        ...both,
        budget: undefined,
      },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
