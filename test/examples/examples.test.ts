/** The examples, run as they stand, and the documents that are cut from them. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
// @ts-expect-error a plain script
import { check } from '../../scripts/cut-examples.mjs';
import { SatusehatClient } from '../../src/index.js';
import { createSandbox, type Sandbox, sandboxClinic, sandboxCredential } from '../../src/sandbox.js';
import { createSatusehatService, type Listening, listen, type SatusehatService } from '../../src/server.js';
import { runPhp } from '../guide/clients.js';
import { type Installed, installExamples, runScript } from '../support/installed.js';
import { php } from '../support/need.js';
import { postgres } from '../support/postgres.js';
import { killAll, output, program, root, satusehat } from '../support/program.js';
import { guideVisit } from '../support/visit.js';
import { KEY } from '../support/world.js';

let sandbox: Sandbox;
let platform: Listening;
let service: SatusehatService;
let server: Listening;
let folder: string;
let installed: Installed;
let examples: string;
let env: Record<string, string>;

beforeAll(async () => {
  sandbox = createSandbox();
  platform = await listen(sandbox);
  service = await createSatusehatService({
    clinics: [sandboxClinic],
    platform: { env: platform.url },
    store: 'sqlite::memory:',
    encryptionKey: KEY,
  });
  server = await listen(service);
  folder = mkdtempSync(join(tmpdir(), 'satusehat-examples-'));
  installed = installExamples();
  examples = installed.folder;
  env = {
    SATUSEHAT_BASE_URL: server.url,
    CLINIC_CODE: sandboxClinic.code,
    CLINIC_SECRET: sandboxClinic.secret,
  };
});
afterEach(killAll);
afterAll(async () => {
  await server.close();
  await service.close();
  await platform.close();
  rmSync(folder, { recursive: true, force: true });
  installed.remove();
});

function visitFile(name: string, visit: unknown): string {
  const file = join(folder, name);
  writeFileSync(file, JSON.stringify(visit));
  return file;
}

const good = `${root}examples/data/encounter.json`;

/** The one command of an example, in its folder. */
async function sandboxed(name: string, script = 'sandbox') {
  const run = runScript(examples + name, script);
  const { code, lines } = await output(run);
  expect(code, run.errors()).toBe(0);
  return { lines, received: /platform tiruan (.*)/.exec(run.errors())?.[1] };
}

describe('examples', () => {
  it('node: one visit, a batch with its progress, and what the staff is told', async () => {
    const { lines, received } = await sandboxed('node');
    expect(lines[0]).toMatch(/^Terkirim: [0-9a-f-]{36}$/);
    expect(lines.filter((line) => / dari 4$/.test(line))).toEqual(
      ['1', '2', '3', '4'].map((n) => `${n} dari 4`),
    );
    expect(lines.filter((line) => line.startsWith('Baris')).sort()).toEqual([
      'Baris 2: Pasien belum dikenal SATUSEHAT. Periksa NIK; bila benar, daftarkan pasien lalu kirim lagi.',
      'Baris 4: tanggal_kunjungan wajib diisi',
    ]);
    expect(lines.at(-1)).toBe('Terkirim 2, disimpan 0, gagal 2.');
    expect(received).toBe(
      'menerima ClinicalImpression 1, Condition 3, Encounter 3, Observation 7 (3 penulisan)',
    );
    const strange = { ...env, CLINIC_SECRET: 'salah' };
    const refused = await output(runScript(`${examples}node`, 'start', strange));
    expect([refused.code, refused.lines[0]]).toEqual([
      0,
      'Hubungi pengelola: Kredensial klinik tidak valid.',
    ]);
  });

  it('node: sends a visit, and explains what is wrong', async () => {
    const { code, lines } = await output(program([`${examples}node/kirim.mjs`, good], env));
    expect([code, lines]).toEqual([0, [expect.stringMatching(/^success [0-9a-f-]{36}$/)]]);
    const bad = program(
      [`${examples}node/kirim.mjs`, visitFile('bad.json', { ...guideVisit(), poli: '' })],
      env,
    );
    expect(await bad.ended).toBe(1);
    expect(bad.errors()).toContain('MISSING_REQUIRED_FIELDS: Data tidak lengkap: poli wajib diisi.');
  });

  it('node: a diagnosis and the end finish the visit, by the log_id of the encounter', async () => {
    const visit = { ...guideVisit(), no_registrasi: 'CONTOH-SELESAI', tanggal_selesai: null };
    const { body } = await fetch(`${server.url}/api/encounter`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-clinic-code': sandboxClinic.code,
        'x-clinic-secret': sandboxClinic.secret,
      },
      body: JSON.stringify(visit),
    }).then(async (response) => ({ body: (await response.json()) as Record<string, string> }));
    const script = `${examples}node/selesai.mjs`;
    const { code, lines } = await output(program([script, body.log_id ?? '', body.pasien_id ?? ''], env));
    expect([code, lines]).toEqual([0, [expect.stringMatching(/^sent [0-9a-f-]{36}$/), 'success']]);
    const encounter = sandbox.resources('Encounter').find(({ id }) => id === body.encounter_id);
    expect(encounter).toMatchObject({ status: 'finished', period: { end: '2024-01-15T09:15:00+00:00' } });
    const wrong = program([script, body.log_id ?? '', 'P03647103112'], env);
    expect(await wrong.ended).toBe(1);
    expect(wrong.errors()).toContain('INVALID_FIELDS');
  });

  it('node: a whole visit in one call, and its errors as results', async () => {
    const script = `${examples}node/kunjungan.mjs`;
    const { code, lines } = await output(program([script, 'CONTOH-UTUH'], env));
    expect([code, lines]).toEqual([0, ['sent']]);
    const whole = sandbox.resources('Encounter').filter((one) => JSON.stringify(one).includes('CONTOH-UTUH'));
    expect(whole).toMatchObject([{ status: 'finished' }]);
    const wrong = program([script, 'CONTOH-SALAH'], { ...env, CLINIC_SECRET: 'salah' });
    expect(await wrong.ended).toBe(1);
    expect(wrong.errors()).toMatch(/^INVALID_CREDENTIALS, 1 percobaan: /);
  });

  it('node: a file of visits, and what a second run still has to do', async () => {
    const visits = [1, 2, 3].map((n) => ({ ...guideVisit(), no_registrasi: `CONTOH-BATCH-${n}` }));
    const broken = { ...visits[1], nik_pasien: '3201010101990009' };
    const lines = (all: unknown[]) => all.map((one) => JSON.stringify(one)).join('\n');
    const file = join(folder, 'visits.ndjson');
    writeFileSync(file, lines([visits[0], broken, visits[2]]));
    const args = [`${examples}node/batch.mjs`, file, join(folder, 'progress.json')];
    const first = program(args, env);
    expect((await output(first)).lines).toEqual(['sent 2, queued 0, failed 1, done before 0']);
    expect(first.errors()).toMatch(/^line 2: PATIENT_NOT_FOUND /);
    expect((await output(program(args, env))).lines).toEqual(['sent 0, queued 0, failed 1, done before 2']);
    expect(
      sandbox.resources('Encounter').filter((one) => JSON.stringify(one).includes('CONTOH-BATCH')),
    ).toHaveLength(2);
  });

  it('mapping: the pure mappers without a service', async () => {
    const { lines } = await sandboxed('mapping');
    expect(lines).toEqual([
      expect.stringMatching(/^Encounter Condition ClinicalImpression( Observation){7}$/),
      '0 problems',
    ]);
  });

  it('platform: the platform client alone', async () => {
    const { lines, received } = await sandboxed('platform');
    expect(lines).toEqual(['7d4f9b1e-3c0a-4a58-9d1c-5f2b8a6e1001']);
    expect(received).toBe('tidak menerima data baru');
  });

  it.skipIf(!php())('php: one command, without and with the class', async () => {
    for (const script of ['sandbox', 'sandbox:curl']) {
      const { lines, received } = await sandboxed('php', script);
      expect(lines[0]).toMatch(/^success [0-9a-f-]{36}$/);
      expect(received).toMatch(/Encounter 1, .*\(1 penulisan\)$/);
    }
  });

  it.skipIf(!php())('php: sends a visit, and explains what is wrong', async () => {
    const run = (file: string, more: Record<string, string> = {}) =>
      new Promise<[number | null, string]>((resolve, reject) => {
        const child = spawn('php', [`${examples}php/kirim.php`, file], {
          env: { ...process.env, ...env, ...more },
        });
        let text = '';
        for (const out of [child.stdout, child.stderr]) {
          out.on('data', (chunk) => {
            text += chunk;
          });
        }
        child.on('error', reject);
        child.on('close', (code) => resolve([code, text]));
      });
    expect(await run(good)).toEqual([0, expect.stringMatching(/^success [0-9a-f-]{36}\n$/)]);
    expect(await run(visitFile('php.json', { ...guideVisit(), dokter: null }))).toEqual([
      1,
      'MISSING_REQUIRED_FIELDS: Data tidak lengkap: dokter wajib diisi. Lengkapi field yang disebut, lalu kirim lagi.\n',
    ]);
    const unset = await run(good, { SATUSEHAT_BASE_URL: '' });
    expect(unset).toEqual([1, 'SATUSEHAT_BASE_URL, CLINIC_CODE dan CLINIC_SECRET belum diisi.\n']);
    const away = await run(good, { SATUSEHAT_BASE_URL: 'http://127.0.0.1:9' });
    expect(away).toEqual([1, expect.stringMatching(/^Layanan tidak menjawab dengan benar \(HTTP 0\)/)]);
  });

  it.skipIf(!php())(
    'php: a row of the clinic’s own, sent again, is one visit; and what to do by code',
    async () => {
      const account = { url: server.url, clinicCode: sandboxClinic.code, clinicSecret: sandboxClinic.secret };
      const run = async (row: unknown) =>
        (await runPhp([`${examples}php/curl/kunjungan.php`, visitFile('baris.json', row)], account)).stdout;
      const row = { ...guideVisit(), no_registrasi: 'CONTOH-PHP' };
      const [first, again] = [await run(row), await run(row)];
      expect(first).toMatch(/^success [0-9a-f-]{36}\n$/);
      expect(again).toBe(first);
      // With the time of day as its end it would be other data; the clinic's own number says that it is not another visit.
      expect(await run({ ...row, tanggal_selesai: '2024-01-15T09:16:00Z' })).toMatch(
        /^perbaiki \(DUPLICATE\): /,
      );
      expect(await run({ ...row, no_registrasi: 'CONTOH-PHP-2', tanggal_kunjungan: 'kemarin' })).toMatch(
        /^perbaiki \(INVALID_FIELDS\): .*\n- tanggal_kunjungan: /,
      );
      account.url = 'http://127.0.0.1:9';
      expect(await run(row)).toMatch(/^kirim lagi nanti: /);
    },
  );

  it('self-host: starts from the environment and serves', async () => {
    const run = program([`${examples}self-host/serve.mjs`], {
      ...env,
      SATUSEHAT_ENV: platform.url,
      SATUSEHAT_CLIENT_ID: sandboxCredential.clientId,
      SATUSEHAT_CLIENT_SECRET: sandboxCredential.clientSecret,
      SATUSEHAT_ORGANIZATION_ID: sandboxCredential.organizationId,
      SATUSEHAT_ENCRYPTION_KEY: KEY,
      SATUSEHAT_STORE: `sqlite:${folder}/satusehat.db`,
      PORT: '0',
    });
    const url = await run.line();
    expect(await (await fetch(`${url}/readyz`)).json()).toEqual({ status: 'ok' });
    run.child.kill('SIGTERM');
    expect(await run.ended).toBe(0);
  });

  it('self-host: the configuration with its poli and doctors, secrets apart, and a clinic for the store', async () => {
    const { clientId, clientSecret } = sandboxCredential;
    const shared = {
      SATUSEHAT_ENV: platform.url,
      SATUSEHAT_ENCRYPTION_KEY: KEY,
      SATUSEHAT_STORE: `sqlite:${folder}/klinik/satusehat.db`,
    };
    const doctor = satusehat(['doctor', '--json', '--config', `${examples}self-host/satusehat.config.json`], {
      ...shared,
      ...env,
      SATUSEHAT_CLIENT_ID: clientId,
      SATUSEHAT_CLIENT_SECRET: clientSecret,
      SATUSEHAT_ORGANIZATION_ID: sandboxCredential.organizationId,
    });
    const { code, lines } = await output(doctor);
    const { findings } = JSON.parse(lines[0] ?? '') as { findings: { what: string; result: string }[] };
    expect([code, findings.filter(({ result }) => result !== 'ok')]).toEqual([0, []]);
    expect(findings.map(({ what }) => what)).toEqual(
      expect.arrayContaining(['KLINIK-001: poli UMUM', 'KLINIK-001: dokter 1']),
    );
    const asCopied = satusehat(['klinik', 'add', `${examples}self-host/klinik.json`], shared);
    expect([await asCopied.ended, asCopied.errors()]).toEqual([2, expect.stringContaining('masih ISI')]);
    const filled = readFileSync(`${examples}self-host/klinik.json`, 'utf8').replace(
      /"ISI[^"]*"/g,
      '"terisi"',
    );
    const add = satusehat(['klinik', 'add', visitFile('klinik.json', JSON.parse(filled)), '--json'], shared);
    const added = await output(add);
    expect([added.code, JSON.parse(added.lines[0] ?? '')], add.errors()).toMatchObject([
      0,
      { code: 'KLINIK-002', added: true, secret: expect.any(String) },
    ]);
  });

  it('self-host: the clinic’s app is told what became of a visit, and believes nobody else', async () => {
    const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
    const run = program([`${examples}self-host/terima.mjs`], { WEBHOOK_SECRET: secret, PORT: '0' });
    const url = await run.line();
    const telling = await createSatusehatService({
      clinics: [{ ...sandboxClinic, webhook: { url, secret } }],
      platform: { env: platform.url },
      store: 'sqlite::memory:',
      encryptionKey: KEY,
    });
    const client = new SatusehatClient({
      baseUrl: 'http://service.invalid',
      clinicCode: sandboxClinic.code,
      clinicSecret: sandboxClinic.secret,
      fetch: (input, init) => telling.fetch(new Request(input, init)),
    });
    const sent = await client.kirimEncounter({ ...guideVisit(), no_registrasi: 'CONTOH-KABAR' });
    expect(await run.line()).toBe(`submission.sent ${sent.log_id} ${sent.encounter_id}`);
    await telling.close();
    const forged = { 'webhook-id': 'x', 'webhook-signature': 'v1,AAAA' };
    for (const time of [String(Math.floor(Date.now() / 1000)), 'kemarin']) {
      const headers = { ...forged, 'webhook-timestamp': time };
      expect((await fetch(url, { method: 'POST', body: '{}', headers })).status).toBe(401);
    }
    run.child.kill('SIGTERM');
    expect(await run.ended).toBe(0);
  });

  it('self-host: the dashboard of an app’s own sessions', async () => {
    const run = program([`${examples}self-host/dashboard.mjs`], {
      ...env,
      SATUSEHAT_ENV: platform.url,
      SATUSEHAT_CLIENT_ID: sandboxCredential.clientId,
      SATUSEHAT_CLIENT_SECRET: sandboxCredential.clientSecret,
      SATUSEHAT_ORGANIZATION_ID: sandboxCredential.organizationId,
      SATUSEHAT_ENCRYPTION_KEY: KEY,
      CONTOH_ADMIN: 'admin-1',
      CONTOH_LOKET: 'loket-1',
      SATUSEHAT_STORE: `sqlite:${folder}/dasbor/satusehat.db`,
      PORT: '0',
    });
    const url = await run.line();
    const open = (cookie: string) => fetch(url, { headers: { cookie } });
    expect((await open('')).status).toBe(401);
    expect(await (await open('sesi=admin-1')).text()).toContain('rina@klinik.example');
    expect((await open('sesi=loket-1')).status).toBe(200);
    run.child.kill('SIGTERM');
    expect(await run.ended).toBe(0);
  });

  it.skipIf(!postgres())('self-host: two processes on one PostgreSQL, and one of them dies', async () => {
    const { lines, received } = await sandboxed('self-host');
    expect(lines).toEqual([
      expect.stringMatching(/^Dua proses: http:\S+ http:\S+$/),
      'Proses 1 menerima: success',
      'Proses 2 mengetahuinya: sent',
      'Proses 1 mati; proses 2 menjawab nomor yang sama: true',
    ]);
    expect(received).toBe('menerima Encounter 1 (1 penulisan)');
  });

  it('testing: everything in one process, msw in the place of the service, a lost answer that is no second visit', async () => {
    const { lines } = await sandboxed('testing');
    expect(lines).toEqual([
      ...['P00123456789', '{ POST: { token: 1 }, GET: { Patient: 1 } }'],
      ...['PATIENT_NOT_FOUND: Pasien tidak ditemukan di SATUSEHAT.', 'queued', 'sent', '[ 404, 202 ]'],
      ...['queued', 'success', '1 1'],
    ]);
  });
});

describe('documents', () => {
  it('their code is cut from these files: npm run cut', () => {
    expect(check()).toEqual([]);
  });
});
