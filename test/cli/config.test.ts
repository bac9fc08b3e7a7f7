/** Configuration of the command line, and the clinics in a store, as an operator handles them. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadSecrets, readConfig, withEnvironment } from '../../src/cli/config.js';
import { SatusehatClient } from '../../src/index.js';
import { createSandbox, sandboxClinic } from '../../src/sandbox.js';
import { type Listening, listen } from '../../src/server.js';
import { killAll, output, satusehat } from '../support/program.js';
import { plainVisit } from '../support/visit.js';
import { KEY } from '../support/world.js';

let folder: string;
let platform: Listening | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'satusehat-config-'));
});
afterEach(async () => {
  await killAll();
  await platform?.close();
  platform = undefined;
  rmSync(folder, { recursive: true, force: true });
});

function write(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

const { secret, ...clinic } = sandboxClinic;

describe('the configuration', () => {
  it.each([
    ['satusehat.config.json', '{"platform":{"env":"staging"},"port":1234}'],
    ['satusehat.config.mjs', 'export default { platform: { env: "staging" }, port: 1234 };'],
    [
      'satusehat.config.ts',
      'const port: number = 1234;\nexport default { platform: { env: "staging" }, port };',
    ],
  ])('is read from %s', async (name, text) => {
    write(name, text);
    expect((await readConfig(undefined, folder)).config).toEqual({
      platform: { env: 'staging' },
      port: 1234,
    });
    expect((await readConfig(name, folder)).file).toBe(join(folder, name));
  });

  it.each([
    ['{"clinicz":[]}', 'clinicz tidak dikenal'],
    ['{"limits":{"inflight":5}}', 'limits.inflight tidak dikenal'],
    ['{"limits":{"inFlight":0}}', 'limits.inFlight harus angka bulat 1 atau lebih'],
    ['{"platform":{"env":"produksi"}}', 'platform.env harus staging, production, atau URL https'],
    ['{"platform":{"circuit":{"failures":0}}}', 'platform.circuit.failures harus angka bulat 1'],
    ['{"platform":{"circuit":true}}', 'platform.circuit harus objek, atau false'],
    ['{"retention":{"payloadDays":0}}', 'retention.payloadDays harus angka di atas 0'],
    ['{"cors":{"origins":["https://klinik.example/"]}}', 'cors.origins.0 harus alamat seperti'],
    ['{"basePath":"satusehat/"}', 'basePath harus diawali garis miring'],
    ['{"store":"mysql://x"}', 'store harus sqlite:BERKAS'],
    ['{"port":65536}', 'port harus angka bulat 0 sampai 65535'],
    ['{"dashboard":{"password":"rahasia-1"}}', 'dashboard.password harus hash'],
    ['{"metrics":{"token":"pendek"}}', 'metrics.token harus paling sedikit 16'],
    ['{"tls":{"key":"k.pem"}}', 'tls.cert belum diisi'],
    ['{"platform":{"ca":"ca.pem"}}', 'platform.ca harus isi sertifikat PEM'],
    ['{"platform":{"timeout":1e12}}', 'platform.timeout harus milidetik'],
    ['{"platform":{"env":"https://nama:rahasia-1@satusehat.example"}}', 'tanpa sandi'],
    ['{"port":"8787"}', 'port harus angka'],
    ['{"clinics":"toko"}', "clinics harus daftar klinik, fungsi, atau 'store'"],
    ['{"trustedProxies":["127.0.0.1",7]}', 'trustedProxies.1 harus alamat IP'],
    ['[]', 'harus objek'],
    ['{"secret": rahasia-1}', 'bukan JSON'],
  ])('%s names what is wrong', async (text, reason) => {
    const file = write('satusehat.config.json', text);
    await expect(readConfig(undefined, folder)).rejects.toThrow(reason);
    await expect(readConfig(undefined, folder)).rejects.toThrow(file);
    await expect(readConfig(undefined, folder)).rejects.not.toThrow('rahasia-1');
  });

  it('a mark of Windows before the text is no part of it; what is no UTF-8 is refused', async () => {
    const before = { ...process.env };
    try {
      write('satusehat.config.json', '\uFEFF{"port":1234}');
      expect((await readConfig(undefined, folder)).config).toEqual({ port: 1234 });
      const file = write('satusehat.env', "\uFEFFUJI_SATU=1\r\nUJI_DUA='2#3'\r\nUJI_TIGA=3\r\n");
      process.env.UJI_TIGA = 'ada';
      expect(loadSecrets(undefined, folder)).toBe(file);
      expect([process.env.UJI_SATU, process.env.UJI_DUA, process.env.UJI_TIGA]).toEqual(['1', '2#3', 'ada']);
      writeFileSync(file, Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('UJI_SATU=1', 'utf16le')]));
      expect(() => loadSecrets(undefined, folder)).toThrow('bukan UTF-8');
      write('satusehat.env', 'NODE_ENV=production\nNODE_OPTIONS=--no-warnings');
      expect(() => loadSecrets(undefined, folder)).toThrow('NODE_OPTIONS dibaca Node saat mulai');
    } finally {
      process.env = before;
    }
  });

  it('one that is a folder, or waits for ever, is refused', async () => {
    await expect(readConfig('.', folder)).rejects.toThrow('harus berkas');
    write('gagal.mjs', 'throw new Error(`rahasia-1`);');
    await expect(readConfig('gagal.mjs', folder)).rejects.toThrow('berhenti dengan Error');
    await expect(readConfig('gagal.mjs', folder)).rejects.not.toThrow('rahasia-1');
    const file = write('menunggu.mjs', 'await new Promise(() => {}); export default {};');
    const run = satusehat(['serve', '--config', file]);
    expect(await run.ended).not.toBe(0);
    expect(run.errors()).toContain('berhenti sebelum selesai');
  });

  it('asks which one when there are two, and where one is that is not there', async () => {
    write('satusehat.config.json', '{}');
    write('satusehat.config.mjs', 'export default {}');
    await expect(readConfig(undefined, folder)).rejects.toThrow('lebih dari satu');
    await expect(readConfig('lain.json', folder)).rejects.toThrow('konfigurasi tidak ada');
    expect((await readConfig('satusehat.config.json', folder)).config).toEqual({});
  });

  it('the environment stands over the file, a flag over both', () => {
    const before = { ...process.env };
    const file = {
      clinics: [sandboxClinic],
      platform: { env: 'staging', timeout: 5 },
      store: 'sqlite:file.db',
    };
    try {
      process.env.SATUSEHAT_ENCRYPTION_KEY = KEY;
      expect(withEnvironment(file, undefined)).toEqual(file);
      process.env.SATUSEHAT_ENV = 'production';
      process.env.SATUSEHAT_STORE = 'sqlite:env.db';
      expect(withEnvironment(file, undefined)).toMatchObject({
        platform: { env: 'production', timeout: 5 },
        store: 'sqlite:env.db',
      });
      expect(() => withEnvironment(file, './x')).toThrow('pilih salah satu');
      delete process.env.SATUSEHAT_STORE;
      expect(withEnvironment(file, './x').store).toBe('sqlite:x/satusehat.db');
      // Half a clinic is a mistake, not a reason to take the file's.
      process.env.CLINIC_CODE = 'K9';
      expect(() => withEnvironment(file, undefined)).toThrow('CLINIC_SECRET, SATUSEHAT_CLIENT_ID');
      Object.assign(process.env, {
        CLINIC_SECRET: 's',
        SATUSEHAT_CLIENT_ID: 'i',
        SATUSEHAT_CLIENT_SECRET: 't',
        SATUSEHAT_ORGANIZATION_ID: 'o',
      });
      expect(withEnvironment(file, undefined).clinics).toMatchObject([{ code: 'K9' }]);
      // What the file says of that clinic beside its secrets stays.
      const poli = { '100001': { locationId: 'l' } };
      const mapped = { ...file, clinics: [{ code: 'K9', poli }, sandboxClinic] as never };
      expect(withEnvironment(mapped, undefined).clinics).toEqual([
        { ...(withEnvironment(file, undefined).clinics as [object])[0], poli },
      ]);
      expect(() => withEnvironment({}, undefined)).not.toThrow();
      expect(() => withEnvironment({ ...file, clinics: 'store' }, undefined)).toThrow('hapus salah satu');
      // What the terminal has of a clinic, for kirim, says nothing of a service for many.
      for (const name of ['ID', 'SECRET']) delete process.env[`SATUSEHAT_CLIENT_${name}`];
      delete process.env.SATUSEHAT_ORGANIZATION_ID;
      process.env.SATUSEHAT_METRICS_TOKEN = 'dari-lingkungan-16';
      expect(
        withEnvironment({ ...file, clinics: 'store', metrics: { token: 'dari-berkas-16-an' } }, undefined),
      ).toMatchObject({ clinics: 'store', metrics: { token: 'dari-lingkungan-16' } });
    } finally {
      process.env = before;
    }
  });
});

describe('satusehat klinik', () => {
  it('adds clinics to a store, also beside the service, and changes count at once', async () => {
    platform = await listen(createSandbox());
    const data = join(folder, 'data');
    const env = { SATUSEHAT_ENCRYPTION_KEY: KEY };
    const config = write(
      'layanan.json',
      JSON.stringify({ clinics: 'store', platform: { env: platform.url }, port: 0 }),
    );
    const ask = async (...args: string[]) => {
      const run = satusehat(['klinik', ...args, '--data', data, '--json'], env);
      const { code, lines } = await output(run);
      return { code, data: JSON.parse(lines[0] ?? 'null'), errors: run.errors() };
    };
    const file = write('klinik.json', JSON.stringify(clinic));
    const added = await ask('add', file);
    expect(added).toMatchObject({ code: 0, data: { code: 'KLINIK-001', added: true } });

    const service = satusehat(['serve', '--config', config, '--data', data], env);
    const { url } = JSON.parse(await service.line()) as { url: string };
    const status = (clinicSecret: string, code = 'KLINIK-001') =>
      new SatusehatClient({ baseUrl: url, clinicCode: code, clinicSecret, retries: 0 })
        .kirimEncounter(plainVisit({ no_registrasi: crypto.randomUUID() }))
        .then(
          (sent) => sent.status,
          (error) => error.code,
        );
    expect(await status(added.data.secret)).toBe('success');
    const second = await ask('add', write('dua.json', JSON.stringify({ ...clinic, code: 'KLINIK-002' })));
    expect(await status(second.data.secret, 'KLINIK-002')).toBe('success');
    const rotated = await ask('rotate', 'KLINIK-001');
    expect(await Promise.all([status(added.data.secret), status(rotated.data.secret)])).toEqual([
      'success',
      'success',
    ]);
    await ask('retire', 'KLINIK-001');
    expect(await Promise.all([status(added.data.secret), status(rotated.data.secret)])).toEqual([
      'INVALID_CREDENTIALS',
      'success',
    ]);
    await ask('disable', 'KLINIK-001');
    expect(await status(rotated.data.secret)).toBe('CLINIC_INACTIVE');
    await ask('enable', 'KLINIK-001');
    expect(await status(rotated.data.secret)).toBe('success');
    expect((await ask('rotate', 'TIDAK-ADA')).errors).toContain('tidak ada klinik TIDAK-ADA');
    const all = await ask('list');
    expect(all.data).toMatchObject([
      { code: 'KLINIK-001', active: true, secrets: 1 },
      { code: 'KLINIK-002', active: true, secrets: 1 },
    ]);
    // It stands in the trail that the clinic itself can read.
    const entered = await fetch(`${url}/dashboard/masuk`, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ kode: 'KLINIK-001', rahasia: rotated.data.secret }),
    });
    const cookie = entered.headers.get('set-cookie')?.split(';')[0] ?? '';
    const trail = await (await fetch(`${url}/dashboard/jejak`, { headers: { cookie } })).text();
    for (const deed of ['Membuat rahasia baru', 'Mengakhiri rahasia lama', 'Menonaktifkan klinik']) {
      expect(trail).toContain(deed);
    }
    // A secret shows once, and lies nowhere.
    expect(JSON.stringify(all)).not.toContain(rotated.data.secret);
    expect(readFileSync(join(data, 'satusehat.db')).includes(rotated.data.secret)).toBe(false);
  });

  it('says what is wrong', async () => {
    const env = { SATUSEHAT_ENCRYPTION_KEY: KEY };
    for (const [args, reason] of [
      [['list'], 'belum ada penyimpanan'],
      [[], 'pilih salah satu dari add'],
      [['hapus', 'x'], 'pilih salah satu dari add'],
      [['rotate'], 'sebutkan kode'],
      [['rotate', 'TIDAK-ADA'], 'belum ada penyimpanan'],
      [['add', join(folder, 'tidak-ada.json')], 'bukan berkas JSON'],
      [
        ['add', write('salah.json', JSON.stringify({ ...clinic, timeZone: 'Mars' }))],
        'timeZone dari KLINIK-001 harus zona IANA',
      ],
    ] as const) {
      const run = satusehat(['klinik', ...args, '--data', join(folder, 'data')], env);
      expect(await run.ended, args.join(' ')).toBe(2);
      expect(run.errors()).toContain(reason);
    }
  });
});
