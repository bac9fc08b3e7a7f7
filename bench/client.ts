import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { brotliCompressSync, constants } from 'node:zlib';
import axios from 'axios';
import { type EncounterInput, SatusehatClient } from 'satusehat-sdk';
// @ts-expect-error a plain script
import { SatusehatClient as GuideClient } from '../examples/browser/guide-client.js';
import { compare, type Ratio } from './compare.ts';
import { guide } from './guide.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const visit = guide as EncounterInput & Record<string, unknown>;

const clinicCode = 'KLINIK-001';
const clinicSecret = 'rahasia-uji';
const headers = {
  'content-type': 'application/json',
  'x-clinic-code': clinicCode,
  'x-clinic-secret': clinicSecret,
};

interface Answering {
  url: string;
  /** Requests so far. */
  requests(): Promise<number>;
  close(): Promise<unknown>;
}

async function startAnswering(): Promise<Answering> {
  const worker = new Worker(new URL('./answering.ts', import.meta.url));
  const [port] = await once(worker, 'message');
  return {
    url: `http://127.0.0.1:${port}`,
    async requests() {
      worker.postMessage('requests');
      return (await once(worker, 'message'))[0];
    },
    close: () => worker.terminate(),
  };
}

/** One visit sent, its number different each time: by bare fetch, by us, by the guide's class, by axios. */
function senders(url: string): Record<'fetch' | 'client' | 'guide' | 'axios', () => Promise<unknown>> {
  let number = 0;
  const next = () => ({ ...visit, no_registrasi: `REG-${number++}` });
  const client = new SatusehatClient({ baseUrl: url, clinicCode, clinicSecret });
  const guide = new GuideClient(url, clinicCode, clinicSecret);
  const instance = axios.create({ baseURL: url, headers, timeout: 60_000 });
  return {
    async fetch() {
      const response = await fetch(`${url}/api/encounter`, {
        method: 'POST',
        headers,
        body: JSON.stringify(next()),
      });
      if (!response.ok) throw new Error('refused');
      return response.json();
    },
    client: () => client.kirimEncounter(next()),
    guide: () => guide.kirimEncounter(next()),
    axios: () => instance.post('/api/encounter', next()),
  };
}

/** Milliseconds for so many calls with so many under way at once. */
function timed(work: () => Promise<unknown>, calls: number, atOnce: number) {
  return async () => {
    let left = calls;
    const start = performance.now();
    await Promise.all(
      Array.from({ length: atOnce }, async () => {
        while (left-- > 0) await work();
      }),
    );
    return performance.now() - start;
  };
}

async function againstFetch(answering: Answering, rounds: number, calls: number): Promise<Ratio[]> {
  const send = senders(answering.url);
  const rows: Ratio[] = [];
  for (const [name, who, budget] of [
    ['client', 'this client, checked and repeatable', { c1: { atMost: 1 }, c16: { atLeast: 1.5 } }],
    ['guide', 'the guide’s own class', { c1: undefined, c16: undefined }],
    ['axios', 'axios', { c1: undefined, c16: undefined }],
  ] as const) {
    for (const atOnce of [1, 16] as const) {
      const many = atOnce === 1 ? calls : calls * 4;
      const ours = timed(send[name], many, atOnce);
      const theirs = timed(send.fetch, many, atOnce);
      await ours();
      await theirs();
      const one = atOnce === 1;
      rows.push({
        key: `${name}_vs_fetch_c${atOnce}`,
        what: one
          ? `time of a call over bare fetch: ${who}`
          : `calls a second over bare fetch, 16 at once: ${who}`,
        ...(one ? await compare(rounds, ours, theirs) : await compare(rounds, theirs, ours)),
        budget: one ? budget.c1 : budget.c16,
      });
    }
  }
  return rows;
}

/** Requests that 20 look-ups of one NIK make, all at once and nothing known. */
async function coldLookups(answering: Answering): Promise<number> {
  const client = new SatusehatClient({ baseUrl: answering.url, clinicCode, clinicSecret });
  const before = await answering.requests();
  await Promise.all(Array.from({ length: 20 }, () => client.getPatientId('3201234567890123')));
  return (await answering.requests()) - before;
}

/** A program of its own; what it prints is a number. */
function program(code: string, flags: string[] = []): number {
  const args = [...flags, '--input-type=module', '-e', code];
  return Number(execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8' }));
}

/**
 * Megabytes of heap that so many look-ups leave behind, of far more people than are remembered; undefined when the
 * client remembers nothing.
 */
function cachedLookups(lookups: number): number | undefined {
  const grown = program(
    `import { SatusehatClient } from 'satusehat-sdk';
    let asked = 0;
    const client = new SatusehatClient({
      baseUrl: 'http://service.invalid', allowInsecure: true, clinicCode: 'KLINIK-001', clinicSecret: 'rahasia-uji',
      fetch: async () => (asked++, Response.json({ status: 'success', satusehat_id: 'P00123456789' })),
    });
    const look = (number) => client.getPatientId(String(3201010101990000 + number));
    await look(0);
    await look(0);
    if (asked > 1) {
      console.log(-1);
    } else {
      // Twenty times as many people as look-ups from memory would need: full, and turned over.
      for (let number = 0; number < 5_000; number++) await look(number);
      for (let turn = 0; turn < 20_000; turn++) await look(4_000 + (turn % 500));
      gc();
      const before = process.memoryUsage().heapUsed;
      for (let turn = 0; turn < ${lookups}; turn++) await look(4_000 + (turn % 500));
      gc();
      console.log(Math.max(0, process.memoryUsage().heapUsed - before));
    }`,
    ['--expose-gc'],
  );
  return grown < 0 ? undefined : grown / 1e6;
}

/** Milliseconds that these modules take to load, in a process that has loaded nothing else. */
function importing(code: string): () => number {
  return () => program(`const start = performance.now(); ${code}; console.log(performance.now() - start);`);
}

async function imports(rounds: number): Promise<Ratio[]> {
  const [client, bare] = [
    importing(`await import('satusehat-sdk')`),
    importing(`await import('ofetch'); await import('zod/mini')`),
  ];
  // Its first call loads the schemas; nothing is sent, since everything is missing.
  const ready = importing(
    `const { SatusehatClient } = await import('satusehat-sdk');
    await new SatusehatClient({ baseUrl: 'http://127.0.0.1:9' }).kirimEncounter({}).catch(() => {})`,
  );
  const server = importing(`await import('satusehat-sdk/server')`);
  const parts = importing(`await import('hono'); await import('kysely')`);
  return [
    {
      key: 'import_client',
      what: 'time to import the client over ofetch + zod/mini, fresh processes',
      ...(await compare(rounds, client, bare)),
      budget: { atMost: 1.5 },
    },
    {
      key: 'import_client_ready',
      what: 'the same until the first visit is checked',
      ...(await compare(rounds, ready, bare)),
      budget: undefined,
    },
    {
      key: 'import_server',
      what: 'time to import the server over hono + kysely, fresh processes',
      ...(await compare(rounds, server, parts)),
      budget: { atMost: 1.5 },
    },
  ];
}

const browser = `${root}dist/browser/`;

/** Kilobytes (1,000 bytes) as a server sends them: minified, brotli. */
function kilobytes(files: Iterable<string>): number {
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };
  const sizes = [...files].map((file) => brotliCompressSync(readFileSync(browser + file), quality).length);
  return sizes.reduce((sum, size) => sum + size, 0) / 1000;
}

/** The file and all that it imports before it runs. */
function loadedWith(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const text = readFileSync(browser + file, 'utf8');
  for (const [, name = ''] of text.matchAll(/(?:from|import)\s*"\.\/([^"]+)"/g)) loadedWith(name, seen);
  return seen;
}

/** What a page in Indonesian loads: English is a chunk of its own, for those who ask for it. */
function browserSizes(): { first: number; total: number; iife: number } {
  const iife = 'satusehat.iife.js';
  const modules = readdirSync(browser).filter((file) => file.endsWith('.js') && file !== iife);
  return {
    first: kilobytes(loadedWith('satusehat.js')),
    total: kilobytes(modules.filter((file) => file !== 'english.js')),
    iife: kilobytes([iife]),
  };
}

export async function clientBench({
  rounds = 9,
  calls = 500,
  lookups = 1_000_000,
  imported = 15,
} = {}): Promise<Ratio[]> {
  const exactly = (key: string, what: string, value: number, atMost?: number): Ratio => ({
    key,
    what,
    ratio: value,
    range: [value, value],
    budget: atMost === undefined ? undefined : { atMost },
  });
  const answering = await startAnswering();
  const speed = await againstFetch(answering, rounds, calls);
  const cold = await coldLookups(answering);
  await answering.close();
  const grown = cachedLookups(lookups);
  const { first, total, iife } = browserSizes();
  return [
    ...speed,
    exactly('lookups_cold_20', 'requests made by 20 cold look-ups of one NIK at once', cold, 1),
    ...(grown === undefined
      ? []
      : [
          exactly(
            'lookups_1m_heap_mb',
            `MB of heap left behind by ${lookups} look-ups from memory`,
            grown,
            1,
          ),
        ]),
    ...(await imports(imported)),
    exactly('browser_first_kb', 'kB that a page loads before it runs: minified, brotli', first, 14),
    exactly(
      'browser_total_kb',
      'kB in all: the modules, or the plain script, whichever is more',
      Math.max(total, iife),
      24,
    ),
    exactly('browser_iife_kb', 'kB of the plain script', iife),
  ];
}
