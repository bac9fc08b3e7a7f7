/** `satusehat kirim` run more than once: at another service, with another map, after a stop, against a limit. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { createSandbox, type Sandbox, sandboxClinic } from '../../src/sandbox.js';
import { createSatusehatService, type Listening, listen, type SatusehatService } from '../../src/server.js';
import { killAll, output, satusehat } from '../support/program.js';
import { plainVisit } from '../support/visit.js';
import { KEY } from '../support/world.js';

const other = { ...sandboxClinic, code: 'KLINIK-002' };
interface World {
  sandbox: Sandbox;
  service: SatusehatService;
  server: Listening;
}
let first: World;
let second: World;
let folder: string;

async function world(): Promise<World> {
  const sandbox = createSandbox();
  const service = await createSatusehatService({
    clinics: [sandboxClinic, other],
    platform: { env: 'https://sandbox.invalid', fetch: sandbox.fetch },
    store: 'sqlite::memory:',
    encryptionKey: KEY,
  });
  return { sandbox, service, server: await listen(service) };
}

beforeAll(async () => {
  [first, second] = await Promise.all([world(), world()]);
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'satusehat-runs-'));
});
afterEach(async () => {
  await killAll();
  rmSync(folder, { recursive: true, force: true });
});
afterAll(async () => {
  for (const { server, service } of [first, second]) {
    await server.close();
    await service.close();
  }
});

function fileOf(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

const visits = (name: string, count: number) =>
  fileOf(
    `${name}.ndjson`,
    Array.from(
      { length: count },
      (_, n) => `${JSON.stringify(plainVisit({ no_registrasi: `${name}-${n}` }))}\n`,
    ).join(''),
  );
const start = (args: string[], more: Record<string, string> = {}) =>
  satusehat(['kirim', ...args], {
    SATUSEHAT_BASE_URL: first.server.url,
    CLINIC_CODE: sandboxClinic.code,
    CLINIC_SECRET: sandboxClinic.secret,
    ...more,
  });
async function run(args: string[], more: Record<string, string> = {}): Promise<Record<string, unknown>> {
  const { code, lines } = await output(start([...args, '--json'], more));
  return { ...JSON.parse(lines.at(-1) ?? '{}'), code };
}
const reportOf = (file: string): { line: number; code: string }[] =>
  readFileSync(`${file}.failed.ndjson`, 'utf8')
    .split('\n')
    .flatMap((line) => (line ? [JSON.parse(line)] : []));
const encounters = ({ sandbox }: World, part: string) =>
  sandbox.resources('Encounter').filter((one) => JSON.stringify(one).includes(part)).length;

it('sends everything to another service and for another clinic, and goes on at each where it was', async () => {
  const file = visits('LATIHAN', 3);
  expect(await run([file])).toMatchObject({ code: 0, sent: 3 });
  const { code, lines } = await output(start([file, '--url', `${second.server.url}/`]));
  expect([code, lines[0]]).toEqual([
    0,
    'Terkirim 3, diantrekan layanan 0, gagal 0, sudah dikirim sebelumnya 0.',
  ]);
  expect([encounters(first, 'LATIHAN-'), encounters(second, 'LATIHAN-')]).toEqual([3, 3]);
  const clinic = start([file, '--json'], { CLINIC_CODE: other.code, CLINIC_SECRET: other.secret });
  expect(JSON.parse((await output(clinic)).lines[0] ?? '')).toMatchObject({ sent: 3, doneBefore: 0 });
  expect(clinic.errors()).toContain('semua kunjungan dikirim');
  for (const { server } of [first, second]) {
    expect(await run([file, '--url', server.url])).toMatchObject({ code: 0, sent: 0, doneBefore: 3 });
  }
  const again = (await output(start([file]))).lines.join('\n');
  expect(again).toContain('Semuanya sudah diterima sebelumnya. Bila');
  const kept = readFileSync(`${file}.progress.json`, 'utf8');
  for (const secret of [sandboxClinic.secret, '127.0.0.1', 'LATIHAN']) expect(kept).not.toContain(secret);
});

it('sends again what another map makes other data of', async () => {
  const file = fileOf(
    'peta.csv',
    [
      'nik_pasien,tanggal_kunjungan,jenis_layanan,jenis_kunjungan,poli,dokter,keluhan_utama,Suhu',
      '9204014804000002,2024-01-15T08:30:00+07:00,101,1,100001,10001234567,Peta,37.4',
    ].join('\n'),
  );
  const map = (field: string) => ['--columns', fileOf('peta.json', JSON.stringify({ Suhu: field }))];
  const temperatures = () => first.sandbox.resources('Observation').length;
  const before = temperatures();
  expect(await run([file, ...map('')])).toMatchObject({ code: 0, sent: 1 });
  expect(temperatures()).toBe(before);
  const field = 'pemeriksaan_fisik.tanda_vital.suhu';
  expect(await run([file, ...map(field)])).toMatchObject({ code: 0, sent: 1, doneBefore: 0 });
  expect(temperatures()).toBe(before + 1);
  expect(await run([file, ...map(field)])).toMatchObject({ code: 0, sent: 0, doneBefore: 1 });
});

it.each([
  ['a wrong secret', { CLINIC_SECRET: 'salah' }, 'INVALID_CREDENTIALS'],
  // Nobody listens at the port for discarding.
  ['a service that is away', { SATUSEHAT_BASE_URL: 'http://127.0.0.1:9' }, 'NETWORK_ERROR'],
])('stopped by %s, names every line that did not go, and the next run goes on', async (_, env, why) => {
  const file = visits(why, 60);
  writeFileSync(file, `${readFileSync(file, 'utf8')}{"poli":1,"poli":2}\n`);
  const stopped = await run([file, '--concurrency', '24', '--progress', join(folder, why)], env);
  expect(stopped).toMatchObject({ code: 1, complete: false, sent: 0, doneBefore: 0 });
  const report = reportOf(file);
  expect(report.map(({ line }) => line)).toEqual(Array.from({ length: 61 }, (_, n) => n + 1));
  const pending = report.filter(({ code }) => code === 'NOT_TRIED' || code === 'ABORTED').length;
  expect(pending).toBeGreaterThan(0);
  expect(stopped).toMatchObject({ pending, failed: 61 - pending });
  expect(report.filter(({ code }) => code === why)).toHaveLength(61 - pending - 1);
  expect(report.at(-1)?.code).toBe('INVALID_JSON');
  expect(await run([file, '--progress', join(folder, why)])).toMatchObject({
    sent: 60,
    failed: 1,
    pending: 0,
  });
  expect(reportOf(file).map(({ line }) => line)).toEqual([61]);
});

it('waits where the service asks for it, and no visit fails', async () => {
  let refused = 0;
  const limited = await listen({
    async fetch(request) {
      if (refused++ < 5) {
        return Response.json(
          { status: 'error', code: 'RATE_LIMITED', message: 'x' },
          { status: 429, headers: { 'retry-after': '0' } },
        );
      }
      return first.service.fetch(request);
    },
  });
  try {
    const file = visits('BATAS', 3);
    const program = start([file, '--json', '--concurrency', '1', '--url', limited.url]);
    const { code, lines } = await output(program);
    expect(code).toBe(0);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ sent: 3, failed: 0 });
    expect(program.errors()).toMatch(/layanan minta jeda \(RATE_LIMITED\): lanjut dalam \d detik/);
  } finally {
    await limited.close();
  }
});

it('shows nobody who stands in a broken file, and sends nothing of it', async () => {
  const { writes } = first.sandbox.stats();
  const broken = start([
    fileOf('rusak.csv', 'no_registrasi,nik_pasien,poli\nG0,9271060312000001,1\nG1,9271060312000001"",1\n'),
  ]);
  expect(await broken.ended).toBe(2);
  expect(broken.errors()).toMatch(/baris 3: .*CSV_INVALID_OPENING_QUOTE/);
  expect(broken.errors()).not.toMatch(/9271|G1/);
  const encoding = start([fileOf('a.csv', 'poli\n1\n'), '--encoding', 'utf-16']);
  expect(await encoding.ended).toBe(2);
  expect(encoding.errors()).toContain('--encoding harus utf-8 atau windows-1252');
  expect(first.sandbox.stats().writes).toBe(writes);
});

it('writes over none of its own files, and knows before the first visit that it can write', async () => {
  const file = visits('SENDIRI', 2);
  const before = readFileSync(file, 'utf8');
  for (const [args, reason] of [
    [['--report', file], 'BERKAS dan --report adalah berkas yang sama'],
    [['--progress', file, '--fresh'], 'BERKAS dan --progress adalah berkas yang sama'],
    [['--progress', join(folder, 'x'), '--report', join(folder, 'x')], '--progress dan --report'],
    [['--report', folder], 'bukan berkas'],
    [['--report', join(folder, 'tidak-ada', 'x')], 'tidak dapat ditulis: '],
  ] as const) {
    const refused = start([file, ...args]);
    expect(await refused.ended, refused.errors()).toBe(2);
    expect(refused.errors()).toContain(reason);
  }
  expect(readFileSync(file, 'utf8')).toBe(before);
  expect(encounters(first, 'SENDIRI-')).toBe(0);
});

it('takes one visit over many lines, or a list of them, as JSON', async () => {
  const one = plainVisit({ no_registrasi: 'JSON-1' });
  const two = [{ ...one, no_registrasi: 'JSON-2' }, { ...one, no_registrasi: 'JSON-3', poli: '' }, 7];
  expect(await run([fileOf('satu.json', JSON.stringify(one, null, 2))])).toMatchObject({ code: 0, sent: 1 });
  const list = fileOf('dua.json', JSON.stringify(two, null, 2));
  expect(await run([list])).toMatchObject({
    ...{ code: 1, sent: 1, failed: 2 },
    causes: { MISSING_REQUIRED_FIELDS: 1, INVALID_JSON: 1 },
  });
  expect(reportOf(list).map(({ line }) => line)).toEqual([2, 3]);
});
