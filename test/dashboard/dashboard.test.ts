/** What the dashboard shows, to whom, and what it refuses: without a browser. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { errorCodes } from '../../src/contract/codes.js';
import { sandboxClinic } from '../../src/sandbox.js';
import { type DashboardUser, hashPassword, type ServiceOptions } from '../../src/server.js';
import { plainVisit } from '../support/visit.js';
import { closeWorlds, startWorld, type World } from '../support/world.js';
import { Visitor, words } from './visitor.js';

const PASSWORD = 'kata sandi pengelola';
const NIK = '9204014804000002';
const OTHER = { ...sandboxClinic, code: 'KLINIK-002', secret: 'rahasia-klinik-dua' };
/** Nobody in the sandbox has it. */
const UNKNOWN_NIK = '3201010101990077';
let password: string;

beforeAll(async () => {
  password = await hashPassword(PASSWORD);
});
afterEach(closeWorlds);

/** A service of two clinics with a clock of its own, and somebody before it. */
async function start(options: Partial<ServiceOptions> = {}) {
  const clock = { now: Date.now() };
  const world = await startWorld({
    clinics: [sandboxClinic, OTHER],
    dashboard: { password },
    now: () => clock.now,
    ...options,
  });
  return { world, clock, visitor: new Visitor(world.service) };
}

async function send(world: World, change: Record<string, unknown> = {}, clinic = sandboxClinic) {
  const { status, body } = await world.post('/api/encounter', plainVisit(change), {
    'x-clinic-code': clinic.code,
    'x-clinic-secret': clinic.secret,
  });
  return { status, logId: body.log_id as string, body };
}

/** A visit whose patient nobody knows. */
const sendUnknown = (world: World, change: Record<string, unknown> = {}, clinic = sandboxClinic) =>
  send(world, { nik_pasien: UNKNOWN_NIK, no_registrasi: crypto.randomUUID(), ...change }, clinic);

const trailOf = async (visitor: Visitor) => words((await visitor.get('/jejak')).text);

describe('the door', () => {
  it('lets a clinic in with its own code and secret, and shows it itself alone', async () => {
    const { world, visitor } = await start();
    const own = await sendUnknown(world, { no_registrasi: 'MILIK-SATU' });
    const other = await sendUnknown(world, { no_registrasi: 'MILIK-DUA' }, OTHER);
    expect((await visitor.get('')).path).toBe('/dashboard/masuk');
    expect((await visitor.signIn(OTHER.code, OTHER.secret)).path).toBe('/dashboard');
    const list = await visitor.get('/kiriman');
    expect(list.text).toContain('MILIK-DUA');
    expect(list.text).not.toContain('MILIK-SATU');
    expect((await visitor.get(`/kiriman/${other.logId}`)).status).toBe(200);
    for (const path of [
      `/kiriman/${own.logId}`,
      `/kiriman/${own.logId}/fhir`,
      '/kiriman?klinik=KLINIK-001',
    ]) {
      const { status, text } = await visitor.get(path);
      expect(status, path).toBe(404);
      expect(text).not.toContain('MILIK-SATU');
    }
    for (const what of ['kirim-ulang', 'perbaiki', 'koreksi', 'batal', 'lihat', 'fhir']) {
      const { status } = await visitor.post(`/kiriman/${own.logId}/${what}`, { nik_pasien: NIK });
      expect(status, what).toBe(404);
    }
    expect((await visitor.get('/kiriman?cari=MILIK-SATU')).text).not.toContain(own.logId);
    expect((await visitor.get(`/kiriman?cari=${own.logId}`)).text).not.toContain('MILIK-SATU');
    expect(await (await visitor.send('/dashboard/kiriman.csv')).text()).not.toContain(own.logId);
    expect(
      (await visitor.post('/kirim-ulang-semua?klinik=KLINIK-001', { sebab: 'PATIENT_NOT_FOUND' })).status,
    ).toBe(404);
    expect((await visitor.post('/kunjungan-terbuka', { klinik: 'KLINIK-001', kunjungan: 'x' })).status).toBe(
      404,
    );
    expect(words((await visitor.get('/jejak')).text)).not.toContain('KLINIK-001');
  });

  it('refuses what is wrong, in the same words for a clinic that there is and one that there is not', async () => {
    const { visitor } = await start();
    const wrong = await visitor.signIn(sandboxClinic.code, 'salah');
    const nobody = await visitor.signIn('TIDAK-ADA', 'salah');
    expect([wrong.status, nobody.status]).toEqual([401, 401]);
    const shown = (text: string) => text.replaceAll(sandboxClinic.code, 'X').replaceAll('TIDAK-ADA', 'X');
    expect(shown(wrong.text)).toBe(shown(nobody.text));
    expect(wrong.text).not.toContain('salah');
    expect(visitor.cookies.has('satusehat_dashboard')).toBe(false);
    // The API’s header check is not weaker here: a secret of another clinic opens nothing.
    expect((await visitor.signIn(OTHER.code, sandboxClinic.secret)).status).toBe(401);
  });

  it('makes a name wait after five failures, ever longer, also with the right secret; others do not wait', async () => {
    const { visitor, clock } = await start();
    for (let turn = 0; turn < 4; turn++) expect((await visitor.signIn(OTHER.code, 'salah')).status).toBe(401);
    const fifth = await visitor.signIn(OTHER.code, 'salah');
    expect([fifth.status, fifth.headers.get('retry-after')]).toEqual([429, '60']);
    expect((await visitor.signIn(OTHER.code, OTHER.secret)).status).toBe(429);
    expect((await visitor.signIn(sandboxClinic.code, sandboxClinic.secret)).path).toBe('/dashboard');
    clock.now += 61_000;
    const sixth = await visitor.signIn(OTHER.code, 'salah');
    expect([sixth.status, sixth.headers.get('retry-after')]).toEqual([429, '120']);
    clock.now += 121_000;
    expect((await visitor.signIn(OTHER.code, OTHER.secret)).path).toBe('/dashboard');
    expect(await trailOf(visitor)).toContain('Dikunci sementara');
    // Begun anew.
    expect((await visitor.signIn(OTHER.code, 'salah')).status).toBe(401);
    // Also of a name that there is not: nothing tells them apart.
    for (let turn = 0; turn < 5; turn++) await visitor.signIn('TIDAK-ADA', 'salah');
    expect((await visitor.signIn('TIDAK-ADA', 'salah')).status).toBe(429);
  });

  it('counts tries that come at once one after another', async () => {
    const { visitor } = await start();
    const all = await Promise.all(Array.from({ length: 12 }, () => visitor.signInAsOperator('salah')));
    expect(all.filter(({ status }) => status === 401)).toHaveLength(4);
    expect((await visitor.signInAsOperator(PASSWORD)).status).toBe(429);
  });

  it('ends a session when nobody uses it, after half a day, on signing out, and with the secret it began with', async () => {
    const clinics = [
      { ...sandboxClinic, secret: ['lama-lama-lama', 'baru-baru-baru'] as string[], active: true },
    ];
    const { visitor, clock } = await start({
      clinics: async (code) => clinics.find((one) => one.code === code),
    });
    const code = sandboxClinic.code;
    const signedIn = async () => (await visitor.get('/platform')).path === '/dashboard/platform';

    await visitor.signIn(code, 'lama-lama-lama');
    clock.now += 59 * 60_000;
    expect(await signedIn()).toBe(true);
    clock.now += 59 * 60_000;
    // A page that looks by itself is not somebody who uses it.
    expect((await visitor.send('/dashboard/platform', { headers: { 'x-live': '1' } })).status).toBe(200);
    clock.now += 2 * 60_000;
    expect((await visitor.send('/dashboard/platform', { headers: { 'x-live': '1' } })).status).toBe(401);
    const over = await visitor.get('/platform');
    expect(words(over.text)).toContain('Sesi sudah berakhir');

    await visitor.signIn(code, 'lama-lama-lama');
    for (let hours = 0; hours < 12; hours++) {
      expect(await signedIn()).toBe(true);
      clock.now += 59 * 60_000;
    }
    clock.now += 12 * 60_000;
    expect(await signedIn()).toBe(false);

    await visitor.signIn(code, 'lama-lama-lama');
    const cookie = visitor.cookies.get('satusehat_dashboard') ?? '';
    await visitor.get('');
    expect(words((await visitor.post('/keluar')).text)).toContain('Anda sudah keluar');
    visitor.cookies.set('satusehat_dashboard', cookie);
    expect(await signedIn()).toBe(false);

    await visitor.signIn(code, 'lama-lama-lama');
    clinics[0] = { ...sandboxClinic, secret: ['baru-baru-baru'], active: true };
    expect(await signedIn()).toBe(false);
    await visitor.signIn(code, 'baru-baru-baru');
    expect(await signedIn()).toBe(true);
    clinics[0] = { ...sandboxClinic, secret: ['baru-baru-baru'], active: false };
    expect(await signedIn()).toBe(false);
    expect((await visitor.signIn(code, 'baru-baru-baru')).status).toBe(401);
  });

  it('gives the browser a cookie that no script, no other site and no open wire gets', async () => {
    const { visitor, world } = await start();
    const form = (url: string) =>
      world.service.fetch(
        new Request(url, {
          method: 'POST',
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body: new URLSearchParams({ kode: OTHER.code, rahasia: OTHER.secret }),
        }),
      );
    const here = (await form('http://127.0.0.1:8787/dashboard/masuk')).headers.get('set-cookie');
    expect(here).toMatch(/^satusehat_dashboard=[\w-]{43}; Path=\/dashboard; HttpOnly; SameSite=Strict$/);
    const there = (await form('http://klinik.example/dashboard/masuk')).headers.get('set-cookie');
    expect(there).toMatch(/; HttpOnly; SameSite=Strict; Secure$/);
    const { headers } = await visitor.get('/masuk');
    expect(headers.get('content-security-policy')).not.toMatch(/unsafe|\*|https?:/);
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-frame-options')).toBe('DENY');
  });

  it('does nothing without the token of the page, or for another site', async () => {
    const { world, visitor } = await start();
    const { logId } = await sendUnknown(world);
    await visitor.signIn(sandboxClinic.code, sandboxClinic.secret);
    await visitor.get(`/kiriman/${logId}`);
    const right = visitor.csrf;
    expect(right).toMatch(/^[0-9a-f]{64}$/);
    const stranger = new Visitor(world.service);
    await stranger.signIn(OTHER.code, OTHER.secret);
    await stranger.get('');
    for (const csrf of ['', 'x', right.slice(1), stranger.csrf]) {
      const { status, text } = await visitor.post(`/kiriman/${logId}/batal`, { csrf });
      expect(status).toBe(403);
      expect(words(text)).toContain('Tidak ada yang dilakukan');
    }
    const elsewhere: Record<string, string>[] = [
      { origin: 'https://jahat.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ];
    for (const headers of elsewhere) {
      const { status } = await visitor.post(`/kiriman/${logId}/batal`, { csrf: right }, headers);
      expect(status, JSON.stringify(headers)).toBe(403);
    }
    // JSON is no form: the token in it counts for nothing.
    const json = await visitor.send(`/dashboard/kiriman/${logId}/batal`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ csrf: right }),
    });
    expect(json.status).toBe(403);
    const [submission] = await world.service.list();
    expect(submission?.state).toBe('failed');
    expect((await visitor.post(`/kiriman/${logId}/batal`, { csrf: right })).status).toBe(200);
    expect((await world.service.list())[0]?.state).toBe('void');
  });

  it('refuses a password that is no hash, without quoting it', async () => {
    const start = startWorld({ dashboard: { password: 'rahasia-terang-terangan' } });
    await expect(start).rejects.toThrow(/SATUSEHAT_DASHBOARD_PASSWORD.*satusehat password/s);
    await expect(start).rejects.not.toThrow(/terang/);
    await expect(hashPassword('pendek')).rejects.toThrow(/10 characters/);
  });

  it('takes the hash from the environment, and is not there when it is not wanted', async () => {
    process.env.SATUSEHAT_DASHBOARD_PASSWORD = password;
    try {
      const world = await startWorld();
      const visitor = new Visitor(world.service);
      expect((await visitor.signInAsOperator(PASSWORD)).path).toBe('/dashboard');
    } finally {
      delete process.env.SATUSEHAT_DASHBOARD_PASSWORD;
    }
    const without = await startWorld({ dashboard: false });
    expect((await new Visitor(without.service).send('/dashboard')).status).toBe(404);
    const clinicsOnly = await startWorld();
    const visitor = new Visitor(clinicsOnly.service);
    expect(words((await visitor.get('/masuk')).text)).not.toContain('Pengelola');
    expect((await visitor.signInAsOperator('')).status).toBe(401);
  });
});

describe('who may what', () => {
  const as = (user: DashboardUser) => ({ dashboard: { authenticate: () => user } });

  it('the app’s own check: what somebody may not is refused, and no button leads there', async () => {
    const { world, visitor } = await start(as({ name: 'rina', clinics: ['KLINIK-001'], mayAct: false }));
    const { logId } = await sendUnknown(world);
    const { text } = await visitor.get(`/kiriman/${logId}`);
    expect(text).not.toContain('kirim-ulang');
    expect(text).not.toContain('/lihat');
    expect(text).not.toContain('/keluar');
    for (const what of ['kirim-ulang', 'perbaiki', 'koreksi', 'batal', 'lihat', 'fhir']) {
      expect((await visitor.post(`/kiriman/${logId}/${what}`)).status, what).toBe(403);
    }
    expect((await visitor.post('/kirim-ulang-semua', { sebab: 'PATIENT_NOT_FOUND/nik_pasien' })).status).toBe(
      403,
    );
    expect((await visitor.post('/kunjungan-terbuka', { klinik: 'KLINIK-001', kunjungan: 'x' })).status).toBe(
      403,
    );
    expect((await world.service.list())[0]?.state).toBe('failed');
    expect((await visitor.get('/kiriman?klinik=KLINIK-002')).status).toBe(404);
  });

  it('who may act and not reveal sends again and voids, and sees no form', async () => {
    const { world, visitor } = await start(as({ name: 'rina', clinics: ['KLINIK-001'] }));
    const { logId } = await sendUnknown(world);
    const { text } = await visitor.get(`/kiriman/${logId}`);
    expect(text).not.toContain('/perbaiki"');
    expect((await visitor.post(`/kiriman/${logId}/perbaiki`)).status).toBe(403);
    expect((await visitor.post(`/kiriman/${logId}/kirim-ulang`)).status).toBe(200);
    expect((await visitor.post(`/kiriman/${logId}/batal`)).status).toBe(200);
    expect(await trailOf(visitor)).toContain('rina Membatalkan');
  });

  it('nobody by the app’s check: no form of ours either', async () => {
    const { visitor } = await start({ dashboard: { password, authenticate: () => undefined } });
    const { status, text } = await visitor.get('');
    expect(status).toBe(401);
    expect(text).not.toContain('<input id="rahasia"');
    expect((await visitor.signInAsOperator(PASSWORD)).status).toBe(404);
  });

  it('an operator sees all clinics, each alone, and them beside each other', async () => {
    const { world, visitor } = await start();
    await sendUnknown(world, { no_registrasi: 'MILIK-SATU' });
    await sendUnknown(world, { no_registrasi: 'MILIK-DUA' }, OTHER);
    await visitor.signInAsOperator(PASSWORD);
    const all = await visitor.get('/kiriman');
    expect(all.text).toContain('MILIK-SATU');
    expect(all.text).toContain('MILIK-DUA');
    const one = await visitor.get('/kiriman?klinik=KLINIK-002');
    expect(one.text).not.toContain('MILIK-SATU');
    expect(one.text).toContain('klinik=KLINIK-002');
    expect(words((await visitor.get('/klinik')).text)).toMatch(/KLINIK-001 1 0 .* KLINIK-002 1 0/);
    expect(words((await visitor.get('/kiriman?cari=MILIK-DUA')).text)).toContain('pilih kliniknya dulu');
    expect((await visitor.get('/kiriman?klinik=KLINIK-002&cari=MILIK-DUA')).text).toContain('MILIK-DUA');
    expect(words((await visitor.get('/platform')).text)).toContain('Pilih satu klinik');
    expect(words((await visitor.get('/platform?klinik=KLINIK-002')).text)).toContain('Menjawab');
    // Of one clinic alone, and of all.
    const cause = { sebab: 'PATIENT_NOT_FOUND/nik_pasien' };
    expect((await visitor.post('/kirim-ulang-semua?klinik=KLINIK-002', cause)).path).toContain('resentAll-1');
  });

  it('an operator who may not reveal does not', async () => {
    const { world, visitor } = await start({ dashboard: { password, operatorMayReveal: false } });
    const { logId } = await sendUnknown(world);
    await visitor.signInAsOperator(PASSWORD);
    await visitor.get('');
    expect((await visitor.post(`/kiriman/${logId}/lihat`)).status).toBe(403);
    expect((await visitor.post(`/kiriman/${logId}/perbaiki`)).status).toBe(403);
  });
});

describe('privacy', () => {
  const secrets = [UNKNOWN_NIK, NIK, 'Bapak Contoh', 'sakit kepala sebelah', 'P03647103112'];
  const body = { keluhan_utama: 'Bapak Contoh sakit kepala sebelah', anamnesa: 'Bapak Contoh, sejak Senin' };

  it('no page says who somebody is before somebody asks, and the asking is written down', async () => {
    const { world, visitor, clock } = await start();
    const failed = await sendUnknown(world, body);
    const sent = await send(world, { ...body, no_registrasi: 'REG-2' });
    await visitor.signIn(sandboxClinic.code, sandboxClinic.secret);
    for (const path of [
      '',
      '/kiriman',
      `/kiriman/${failed.logId}`,
      `/kiriman/${sent.logId}`,
      `/kiriman/${sent.logId}/fhir`,
      '/kunjungan-terbuka',
      '/platform',
      '/jejak',
      '/kiriman.csv',
    ]) {
      const { text, status } = await visitor.get(path);
      expect(status, path).toBe(200);
      for (const secret of secrets) expect(text, path).not.toContain(secret);
    }
    await visitor.get(`/kiriman/${sent.logId}`);
    const shown = await visitor.post(`/kiriman/${sent.logId}/lihat`);
    expect(shown.text).toContain('Bapak Contoh sakit kepala sebelah');
    expect(shown.text).toContain(NIK);
    const fhir = await visitor.post(`/kiriman/${sent.logId}/fhir`);
    expect(fhir.text).toContain('Patient/P03647103112');
    // Nothing of it stays: asked again without asking, it is hidden again.
    expect((await visitor.get(`/kiriman/${sent.logId}`)).text).not.toContain(NIK);
    const trail = words((await visitor.get('/jejak')).text);
    expect(trail.match(/KLINIK-001 Menampilkan data pasien/g)).toHaveLength(2);
    expect(trail).toContain(sent.logId);
    expect(trail).toContain(String(new Date(clock.now).getUTCFullYear()));
    for (const secret of secrets) expect(JSON.stringify(world.log)).not.toContain(secret);
    expect(world.log.filter(({ event }) => event === 'bug')).toEqual([]);
  });

  it('logs a page by its clinic and status alone', async () => {
    const { world, visitor } = await start();
    await visitor.signIn(sandboxClinic.code, sandboxClinic.secret);
    const asked = await visitor.get('/kiriman?cari=9204014804000002');
    expect(asked.text).not.toContain(NIK);
    expect(words(asked.text)).toContain('Jangan mencari dengan NIK');
    expect(asked.text).toContain(String.raw`pattern="(?!.*\d{16}).*"`);
    const line = world.log.at(-1);
    expect(line).toMatchObject({
      event: 'request',
      endpoint: 'dashboard',
      clinic: 'KLINIK-001',
      status: 200,
    });
    expect(JSON.stringify(world.log)).not.toContain(NIK);
    expect(JSON.stringify(world.log)).not.toContain(sandboxClinic.secret);
  });
});

describe('mending', () => {
  it('corrects and sends again from the form, with what is wrong beside its field', async () => {
    const { world, visitor } = await start();
    const { logId } = await sendUnknown(world, { no_registrasi: 'REG-9' });
    await visitor.signIn(sandboxClinic.code, sandboxClinic.secret);
    await visitor.get(`/kiriman/${logId}`);
    const form = await visitor.post(`/kiriman/${logId}/perbaiki`);
    expect(form.text).toContain(`value="${UNKNOWN_NIK}"`);
    expect(words(form.text)).toContain('nik_pasien tidak ditemukan di SATUSEHAT');

    const wrong = await visitor.post(`/kiriman/${logId}/koreksi`, {
      nik_pasien: '12',
      'pemeriksaan_fisik.tanda_vital.suhu': '99',
    });
    expect(wrong.status).toBe(422);
    expect(words(wrong.text)).toContain('2 isian perlu diperbaiki');
    expect(wrong.text).toMatch(
      /id="f-nik_pasien"[^>]*aria-invalid="true"[^>]*aria-describedby="f-nik_pasien-problem"/,
    );
    expect(wrong.text).toContain('id="f-pemeriksaan_fisik-tanda_vital-suhu-problem"');
    // What was typed is still there.
    expect(wrong.text).toContain('value="99"');
    expect((await world.service.list())[0]?.state).toBe('failed');

    const done = await visitor.post(`/kiriman/${logId}/koreksi`, {
      nik_pasien: NIK,
      'pemeriksaan_fisik.tanda_vital.suhu': '37.9',
      'pemeriksaan_fisik.tanda_vital.nadi': '',
    });
    expect(done.path).toContain('kabar=corrected');
    expect(words(done.text)).toContain('Terkirim');
    const [encounter] = await world.service.list();
    expect(encounter).toMatchObject({ logId, state: 'sent' });
    const shown = await visitor.post(`/kiriman/${logId}/lihat`);
    expect(words(shown.text)).toContain('"suhu": "37.9"');
    expect(words(shown.text)).not.toContain('"nadi"');
    expect(await trailOf(visitor)).toContain('Memperbaiki dan mengirim ulang');
  });

  it('shows what the platform refuses of a correction on its page, with the correction kept', async () => {
    const { world, visitor } = await start();
    const { logId } = await sendUnknown(world);
    await visitor.signIn(sandboxClinic.code, sandboxClinic.secret);
    await visitor.get(`/kiriman/${logId}`);
    await visitor.post(`/kiriman/${logId}/perbaiki`);
    const still = await visitor.post(`/kiriman/${logId}/koreksi`, { nik_pasien: '3201010101990078' });
    expect(still.path).toBe(`/dashboard/kiriman/${logId}`);
    expect(words(still.text)).toContain('Pasien tidak ditemukan di SATUSEHAT');
    expect(words(still.text)).toContain('0078');
  });

  it('sends one again, and all of a cause, once the cause is gone', async () => {
    const { world, visitor } = await start();
    let known = false;
    world.intercept = async (request, next) =>
      !known && request.url.includes('/Patient?')
        ? Response.json({ resourceType: 'Bundle', type: 'searchset', total: 0 })
        : next(request);
    const all = [];
    for (let index = 0; index < 5; index++) all.push(await send(world, { no_registrasi: `REG-${index}` }));
    await visitor.signIn(sandboxClinic.code, sandboxClinic.secret);
    const overview = words((await visitor.get('')).text);
    expect(overview).toMatch(/Perlu tindakan 5 Belum terkirim/);
    expect(overview).toContain('Kirim ulang semua (5)');
    const again = await visitor.post(`/kiriman/${all[0]?.logId}/kirim-ulang`);
    expect(words(again.text)).toContain('Perlu tindakan');
    known = true;
    expect(words((await visitor.post(`/kiriman/${all[0]?.logId}/kirim-ulang`)).text)).toContain(
      'Sudah ada di SATUSEHAT',
    );
    const sent = new Promise<void>((resolve) => {
      let left = 4;
      world.service.on('sent', () => {
        left--;
        if (left === 0) resolve();
      });
    });
    const done = await visitor.post('/kirim-ulang-semua', { sebab: 'PATIENT_NOT_FOUND/nik_pasien' });
    expect(words(done.text)).toContain('4 kiriman dikirim ulang');
    await sent;
    const after = words((await visitor.get('')).text);
    expect(after).toMatch(/Perlu tindakan 0 Belum terkirim/);
    expect(after).toContain('Tidak ada yang perlu tindakan');
    expect(await trailOf(visitor)).toContain('Mengirim ulang semua PATIENT_NOT_FOUND/nik_pasien (4)');
  });

  it('withdraws what is at the platform, and says why where it cannot', async () => {
    const { world, visitor } = await start();
    const { logId } = await send(world);
    await visitor.signIn(sandboxClinic.code, sandboxClinic.secret);
    await visitor.get(`/kiriman/${logId}`);
    const { text } = await visitor.post(`/kiriman/${logId}/batal`, { alasan: 'salah pasien' });
    expect(words(text)).toContain('Dibatalkan');
    expect((await world.service.list()).map(({ state }) => state).sort()).toEqual(['sent', 'void']);
    const again = await visitor.post(`/kiriman/${logId}/kirim-ulang`);
    expect(again.status).toBe(422);
    expect(words(again.text)).toContain('Tidak dapat dilakukan');
  });

  it('lists visits that are open for more than a day, and sends their end', async () => {
    const { world, visitor, clock } = await start();
    const began = new Date(clock.now - 3_600_000).toISOString();
    const { body } = await send(world, { tanggal_kunjungan: began, tanggal_selesai: undefined });
    await visitor.signIn(sandboxClinic.code, sandboxClinic.secret);
    expect(words((await visitor.get('/kunjungan-terbuka')).text)).toContain(
      'Tidak ada kunjungan yang terbuka',
    );
    clock.now += 24 * 3_600_000;
    await visitor.signIn(sandboxClinic.code, sandboxClinic.secret);
    const open = await visitor.get('/kunjungan-terbuka');
    expect(words(open.text)).toContain('Yang belum ada: waktu selesai, diagnosis');
    const kunjungan = { klinik: sandboxClinic.code, kunjungan: body.encounter_id as string };
    const wrong = await visitor.post('/kunjungan-terbuka', { ...kunjungan, tanggal_selesai: 'kemarin' });
    expect(wrong.status).toBe(422);
    expect(words(wrong.text)).toContain('bukan tanggal dan jam yang sah');
    const end = new Date(clock.now - 23 * 3_600_000).toISOString();
    const done = await visitor.post('/kunjungan-terbuka', { ...kunjungan, tanggal_selesai: end });
    expect(words(done.text)).toContain('Waktu selesai dikirim');
    expect(words(done.text)).toContain('Yang belum ada: diagnosis');
  });

  it('shows the FHIR that one would become, and says why when none can be made', async () => {
    const { world, visitor } = await start();
    const { logId } = await sendUnknown(world);
    world.intercept = async () => Response.json({}, { status: 503 });
    const waiting = await send(world, { no_registrasi: 'REG-W' });
    await visitor.signIn(sandboxClinic.code, sandboxClinic.secret);
    await visitor.get('');
    expect(words((await visitor.get(`/kiriman/${logId}/fhir`)).text)).toContain('SATUSEHAT');
    world.intercept = undefined;
    expect(words((await visitor.get(`/kiriman/${logId}/fhir`)).text)).toContain('Pasien tidak ditemukan');
    const planned = await visitor.get(`/kiriman/${waiting.logId}/fhir`);
    expect(words(planned.text)).toContain('Seperti yang akan ditulis');
    expect(words(planned.text)).toContain('"resourceType": "Bundle"');
  });
});

describe('on a bad day', () => {
  const whole = (diagnosis: string[]) => ({
    ...plainVisit({ no_registrasi: 'REG-U', nik_pasien: UNKNOWN_NIK }),
    diagnosis: diagnosis.map((kode_icd10) => ({
      ...{ tanggal_diagnosis: '2024-01-15T09:00:00Z', kode_icd10, deskripsi_diagnosis: 'Diagnosis' },
    })),
  });

  it('a diagnosis that somebody took out does not come back with the next correction', async () => {
    const { world, visitor } = await start();
    const { body } = await world.post('/api/kunjungan', whole(['J06.9', 'A09', 'I10']));
    const at = `/kiriman/${body.log_id}`;
    await visitor.signIn(sandboxClinic.code, sandboxClinic.secret);
    await visitor.get(at);
    await visitor.post(`${at}/perbaiki`);
    const gone = Object.fromEntries(
      [1, 2].flatMap((index) =>
        ['tanggal_diagnosis', 'kode_icd10', 'deskripsi_diagnosis'].map((field) => [
          `diagnosis.${index}.${field}`,
          '',
        ]),
      ),
    );
    const refused = await visitor.post(`${at}/koreksi`, { ...gone, poli: '', nik_pasien: NIK });
    expect(refused.status).toBe(422);
    // As a browser does it: everything that the page shows goes back.
    const shown = Object.fromEntries(
      [...refused.text.matchAll(/<input id="f-[^"]*" name="([^"]+)"[^>]*? value="([^"]*)"/g)].map(
        ([, name, text]) => [name, text],
      ),
    );
    const done = await visitor.post(`${at}/koreksi`, { ...shown, poli: '100001' });
    expect(done.path).toContain('corrected');
    const codes = world.sandbox.resources('Condition').map((one) => JSON.stringify(one));
    expect(codes.filter((text) => text.includes('J06.9'))).toHaveLength(1);
    expect(codes.filter((text) => text.includes('I10') || text.includes('A09'))).toEqual([]);
  });

  it('a form that shows everything is written down whichever way it was asked for', async () => {
    const { world, visitor } = await start();
    const failed = await sendUnknown(world);
    const sent = await send(world, { no_registrasi: 'REG-S' });
    await visitor.signIn(sandboxClinic.code, sandboxClinic.secret);
    await visitor.get('');
    const straight = await visitor.post(`/kiriman/${failed.logId}/koreksi`, { nik_pasien: '1' });
    expect(straight.text).toContain(UNKNOWN_NIK);
    expect(await trailOf(visitor)).toContain(`Menampilkan data pasien ${failed.logId}`);
    for (const what of ['perbaiki', 'koreksi']) {
      const { status, text } = await visitor.post(`/kiriman/${sent.logId}/${what}`);
      expect(status).toBe(422);
      expect(text).not.toContain(NIK);
    }
  });

  it('a correction is not laid over somebody else’s', async () => {
    const { world, visitor } = await start();
    const { logId } = await sendUnknown(world, { keluhan_utama: 'lama' });
    const other = new Visitor(world.service);
    for (const one of [visitor, other]) {
      await one.signIn(sandboxClinic.code, sandboxClinic.secret);
      await one.get('');
      await one.post(`/kiriman/${logId}/perbaiki`);
    }
    await visitor.post(`/kiriman/${logId}/koreksi`, { keluhan_utama: 'baru' });
    const late = await other.post(`/kiriman/${logId}/koreksi`, { keluhan_utama: 'lama', nik_pasien: NIK });
    expect(late.status).toBe(409);
    expect(words(late.text)).toContain('sudah diubah orang lain');
    expect(late.text).toContain('baru');
    expect(
      (await other.post(`/kiriman/${logId}/koreksi`, { keluhan_utama: 'baru', nik_pasien: NIK })).path,
    ).toContain('corrected');
  });

  it('what the platform says of somebody is hidden with the rest', async () => {
    const { world, visitor } = await start();
    const said = 'Patient Siti Contoh (P03647103112) lahir 1980-04-08 tidak cocok';
    world.intercept = async (request, next) =>
      request.method === 'POST' && request.url.endsWith('/fhir-r4/v1')
        ? Response.json(
            {
              resourceType: 'OperationOutcome',
              issue: [{ severity: 'error', code: 'value', details: { text: said } }],
            },
            { status: 400 },
          )
        : next(request);
    const { logId } = await send(world);
    await visitor.signIn(sandboxClinic.code, sandboxClinic.secret);
    for (const path of ['', '/kiriman', `/kiriman/${logId}`]) {
      expect((await visitor.get(path)).text, path).not.toMatch(/Siti|P03647103112|1980/);
    }
    expect((await visitor.post(`/kiriman/${logId}/lihat`)).text).toContain('Siti Contoh');
  });

  it('the FHIR of what was sent cannot be read while the platform is away, and the page says so', async () => {
    const { world, visitor } = await start();
    const { logId } = await send(world);
    await visitor.signIn(sandboxClinic.code, sandboxClinic.secret);
    world.intercept = async () => {
      throw new TypeError('fetch failed');
    };
    const away = await visitor.get(`/kiriman/${logId}/fhir`);
    expect([away.status, words(away.text).includes('FHIR-nya tidak dapat dibuat sekarang')]).toEqual([
      200,
      true,
    ]);
    world.intercept = async () => Response.json({}, { status: 500 });
    expect((await visitor.get(`/kiriman/${logId}/fhir`)).status).toBe(200);
  });

  it('while clinics cannot be read nobody is signed out, called wrong or locked out', async () => {
    let away = false;
    const { visitor } = await start({
      clinics: async (code) => {
        if (away) throw new Error('configuration is away');
        return code === sandboxClinic.code ? sandboxClinic : undefined;
      },
    });
    await visitor.signIn(sandboxClinic.code, sandboxClinic.secret);
    away = true;
    expect((await visitor.get('')).status).toBe(503);
    const second = new Visitor({ fetch: (request) => visitor.service.fetch(request) });
    for (let turn = 0; turn < 7; turn++) {
      expect((await second.signIn(sandboxClinic.code, sandboxClinic.secret)).status).toBe(503);
    }
    away = false;
    expect((await visitor.get('')).path).toBe('/dashboard');
    expect((await second.signIn(sandboxClinic.code, sandboxClinic.secret)).path).toBe('/dashboard');
  });

  it('takes no letter that no database takes, and no name that is none', async () => {
    const { world, visitor } = await start();
    await sendUnknown(world);
    await visitor.signInAsOperator(PASSWORD);
    for (const path of [
      '',
      '/kiriman',
      '/kiriman.csv',
      '/jejak',
      '/platform',
      '/kunjungan-terbuka',
      '/klinik',
    ]) {
      const { status } = await visitor.get(`${path}?klinik=%00KLINIK-001&sesudah=%00x&cari=%00y&sebab=%00`);
      expect(status, path).toBe(200);
    }
    expect((await visitor.post('/kirim-ulang-semua', { sebab: 'x\u0000y' })).status).toBe(404);
    expect((await visitor.post('/kunjungan-terbuka', { klinik: '\u0000', kunjungan: '\u0000' })).status).toBe(
      422,
    );
    const long = await visitor.signIn('K'.repeat(100_000), 'salah');
    expect(long.text.length).toBeLessThan(5_000);
  });

  it('one that nobody can open says so, and is found all the same', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'satusehat-dashboard-'));
    const file = join(folder, 'satusehat.db');
    const { world, visitor } = await start({ store: `sqlite:${file}` });
    const { logId } = await sendUnknown(world);
    const database = new DatabaseSync(file);
    database.exec(`update submissions set payload = substr(payload, 1, 60)`);
    database.close();
    await visitor.signIn(sandboxClinic.code, sandboxClinic.secret);
    expect((await visitor.get(`/kiriman?cari=${logId}`)).text).toContain(`/kiriman/${logId}`);
    const page = await visitor.get(`/kiriman/${logId}`);
    expect(words(page.text)).toContain('isinya tidak dapat dibuka');
    const stranger = new Visitor(world.service);
    await stranger.signIn(OTHER.code, OTHER.secret);
    expect((await stranger.get(`/kiriman/${logId}`)).status).toBe(404);
    await closeWorlds();
    rmSync(folder, { recursive: true });
  });

  it('pages of other origins have the API, never the dashboard', async () => {
    const { world, visitor } = await start({ cors: { origins: ['https://app.klinik.example'] } });
    await visitor.signIn(sandboxClinic.code, sandboxClinic.secret);
    const page = await visitor.send('/dashboard', { headers: { origin: 'https://app.klinik.example' } });
    expect(page.headers.get('access-control-allow-origin')).toBeNull();
    const api = await world.service.fetch(
      new Request('http://localhost/api/log', { headers: { origin: 'https://app.klinik.example' } }),
    );
    expect(api.headers.get('access-control-allow-origin')).toBe('https://app.klinik.example');
  });

  it('goes on behind the last of many open visits', async () => {
    const { world, visitor, clock } = await start();
    const began = new Date(clock.now - 7_200_000).toISOString();
    for (let index = 0; index < 53; index++) {
      await send(world, {
        no_registrasi: `REG-${index}`,
        tanggal_kunjungan: began,
        tanggal_selesai: undefined,
      });
    }
    clock.now += 25 * 3_600_000;
    await visitor.signIn(sandboxClinic.code, sandboxClinic.secret);
    const first = await visitor.get('/kunjungan-terbuka');
    expect(words(first.text)).toContain('53 kunjungan');
    const numbers = (text: string) => text.match(/REG-\d+/g) ?? [];
    const next = /href="\/dashboard(\/kunjungan-terbuka\?sesudah=[^"]+)"/.exec(first.text)?.[1] ?? '';
    const second = await visitor.get(next);
    expect(new Set([...numbers(first.text), ...numbers(second.text)]).size).toBe(53);
    expect(numbers(second.text)).toHaveLength(3);
  });

  it('each clinic finds in its trail what an operator of all did with what is its own', async () => {
    const { world, visitor } = await start();
    await sendUnknown(world);
    await sendUnknown(world, {}, OTHER);
    await visitor.signInAsOperator(PASSWORD);
    await visitor.get('');
    await visitor.post('/kirim-ulang-semua', { sebab: 'PATIENT_NOT_FOUND/nik_pasien' });
    await (await visitor.send('/dashboard/kiriman.csv')).text();
    const clinic = new Visitor(world.service);
    await clinic.signIn(OTHER.code, OTHER.secret);
    const trail = await trailOf(clinic);
    expect(trail).toContain('pengelola Mengirim ulang semua PATIENT_NOT_FOUND/nik_pasien (1)');
    expect(trail).toContain('pengelola Mengunduh CSV');
  });
});

describe('what is shown', () => {
  it('text of a clinic, of its app and of the platform is text', async () => {
    const hostile = `"><img src=x onerror=alert(1)><script>alert(2)</script>'&{{7*7}}\u2028`;
    const { world, visitor } = await start({
      dashboard: { authenticate: () => ({ name: hostile, clinics: 'all', mayReveal: true }) },
    });
    world.intercept = async (request, next) =>
      request.method === 'POST' && request.url.endsWith('/fhir-r4/v1')
        ? Response.json(
            {
              resourceType: 'OperationOutcome',
              issue: [
                { severity: 'error', code: 'value', details: { text: hostile }, expression: [hostile] },
              ],
            },
            { status: 400 },
          )
        : next(request);
    const { logId } = await send(world, {
      keluhan_utama: hostile,
      no_registrasi: 'REG"><b>x',
      poli: '100001',
    });
    await visitor.get('');
    const pages = [
      await visitor.get(''),
      await visitor.get('/kiriman'),
      await visitor.get(
        `/kiriman?cari=${encodeURIComponent(hostile)}&sebab=${encodeURIComponent(hostile)}&kabar=${encodeURIComponent(hostile)}`,
      ),
      await visitor.get(`/kiriman/${logId}`),
      await visitor.post(`/kiriman/${logId}/lihat`),
      await visitor.post(`/kiriman/${logId}/perbaiki`),
      await visitor.post(`/kiriman/${logId}/koreksi`, { nik_pasien: hostile, anamnesa: hostile }),
      await visitor.post(`/kiriman/${logId}/fhir`),
      await visitor.post(`/kiriman/${logId}/batal`, { alasan: hostile }),
      await visitor.post('/kirim-ulang-semua', { sebab: hostile }),
      await visitor.get('/jejak'),
      await visitor.get(`/klinik?sesudah=${encodeURIComponent(hostile)}`),
      await visitor.get(`/${encodeURIComponent(hostile)}`),
    ];
    for (const { text, path } of pages) {
      expect(text, path).not.toMatch(/<img src=x|<script>alert|<b>x/);
      expect(text.match(/<script/g) ?? [], path).toHaveLength(1);
      expect(text, path).not.toMatch(/ on[a-z]+="| style="|javascript:/);
    }
    expect(world.log.filter(({ event }) => event === 'bug')).toEqual([]);
  });

  it('a spreadsheet gets every row that fits, and no formula', async () => {
    const { world, visitor } = await start();
    for (let index = 0; index < 3; index++) await send(world, { no_registrasi: `=1+1;${index}` });
    await sendUnknown(world);
    await visitor.signIn(sandboxClinic.code, sandboxClinic.secret);
    const response = await visitor.send('/dashboard/kiriman.csv?keadaan=sent');
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    const bytes = new Uint8Array(await response.arrayBuffer());
    expect([...bytes.slice(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    const lines = new TextDecoder().decode(bytes).trim().split('\r\n');
    expect(lines[0]).toMatch(/^log_id;klinik;jenis;no_registrasi;keadaan/);
    expect(lines).toHaveLength(4);
    for (const line of lines.slice(1)) expect(line).toContain(`;"'=1+1;`);
    expect(await trailOf(visitor)).toContain('Mengunduh CSV');
  });

  it('filters by state, type, day and number, and goes on behind the last row', async () => {
    const { world, visitor } = await start();
    for (let index = 0; index < 53; index++) {
      await world.post('/api/encounter', plainVisit({ no_registrasi: `REG-${index}` }), {
        prefer: 'respond-async',
      });
    }
    await sendUnknown(world, { no_registrasi: 'GAGAL-1' });
    await visitor.signIn(sandboxClinic.code, sandboxClinic.secret);
    const numbers = (text: string) =>
      [...text.matchAll(/<td class="id">([^<]+)</g)].map(([, number]) => number);
    const first = await visitor.get('/kiriman');
    expect(numbers(first.text)).toHaveLength(50);
    const next = /href="\/dashboard(\/kiriman\?kursor=\d+)"/.exec(first.text)?.[1] ?? '';
    expect(numbers((await visitor.get(next)).text)).toHaveLength(4);
    expect(numbers((await visitor.get('/kiriman?keadaan=failed')).text)).toEqual(['GAGAL-1']);
    // What is shown as chosen counts, and what does not count is not shown as chosen.
    const cause = 'sebab=PATIENT_NOT_FOUND/nik_pasien';
    expect(numbers((await visitor.get(`/kiriman?${cause}`)).text)).toEqual(['GAGAL-1']);
    expect(numbers((await visitor.get(`/kiriman?${cause}&jenis=kirimDiagnosis`)).text)).toEqual([]);
    expect(numbers((await visitor.get(`/kiriman?${cause}&keadaan=void`)).text)).toEqual([]);
    const found = await visitor.get('/kiriman?cari=REG-7&keadaan=failed');
    expect(numbers(found.text)).toEqual(['REG-7']);
    expect(found.text).not.toMatch(/<option value="failed" selected/);
    expect(words((await visitor.get('/kiriman?jenis=kirimProcedure')).text)).toContain(
      'Tidak ada kiriman yang cocok',
    );
    expect(words((await visitor.get('/kiriman?sampai=2026-01-01')).text)).toContain(
      'Tidak ada kiriman yang cocok',
    );
    expect(words((await visitor.get('/kiriman?dari=2026-13-01')).text)).toContain('Tanggal harus berbentuk');
    expect((await visitor.get('/kiriman?cari=REG-7')).text).toContain('REG-7');
    const [one] = await world.service.list();
    expect((await visitor.get(`/kiriman?cari=${one?.logId}`)).text).toContain(`/kiriman/${one?.logId}`);
  });

  it('the platform’s health: away, and refused', async () => {
    const { world, visitor } = await start({
      platform: {
        env: 'https://sandbox.invalid',
        fetch: async () => Response.json({}, { status: 503 }),
        circuit: { failures: 1 },
        retries: 0,
        sleep: async () => {},
      },
    });
    await send(world);
    await visitor.signIn(sandboxClinic.code, sandboxClinic.secret);
    const page = words((await visitor.get('/platform')).text);
    expect(page).toContain('Tidak menjawab');
    expect(page).toContain('Belum terkirim 1');
    expect(words((await visitor.get('')).text)).toContain('SATUSEHAT tidak menjawab');
  });

  it('says a refused credential, with what to do', async () => {
    const { world, visitor } = await start({
      platform: {
        env: 'https://sandbox.invalid',
        fetch: async () => Response.json({ fault: 'x' }, { status: 401 }),
      },
    });
    await send(world);
    await visitor.signIn(sandboxClinic.code, sandboxClinic.secret);
    expect(words((await visitor.get('/platform')).text)).toContain(
      'Client id atau client secret klinik ini ditolak',
    );
    expect(words((await visitor.get('')).text)).toContain('SATUSEHAT menolak kredensial');
  });

  it('speaks English to who asks for it, on every page', async () => {
    const { world, visitor } = await start();
    const { logId } = await sendUnknown(world);
    const before = await visitor.post(
      '/bahasa',
      { ke: 'en' },
      { referer: 'http://localhost/dashboard/masuk' },
    );
    expect(before.path).toBe('/dashboard/masuk');
    expect(before.text).toContain('<html lang="en">');
    await visitor.signIn(sandboxClinic.code, sandboxClinic.secret);
    const overview = words((await visitor.get('')).text);
    expect(overview).toContain('The patient was not found in SATUSEHAT.');
    expect(overview).not.toContain(errorCodes.PATIENT_NOT_FOUND.message);
    for (const path of ['', '/kiriman', `/kiriman/${logId}`, '/kunjungan-terbuka', '/platform', '/jejak']) {
      const { text } = await visitor.get(path);
      expect(text).toContain('<html lang="en">');
      expect(words(text), path).not.toMatch(/\b(Kiriman|Klinik|Keadaan|Ringkasan|Diperbarui)\b/);
    }
    // A page of another site is nowhere to go back to.
    const away = await visitor.post(
      '/bahasa',
      { ke: 'id' },
      { referer: 'http://localhost/dashboard-lain/x' },
    );
    expect(away.path).toBe('/dashboard');
  });

  it('works beneath an app’s path, whether the app takes it off or not', async () => {
    const { world, visitor } = await start({ basePath: '/satusehat' });
    expect((await visitor.get('')).path).toBe('/satusehat/dashboard/masuk');
    const beneath = new Visitor(world.service, '/satusehat/dashboard');
    const { path, text } = await beneath.signIn(sandboxClinic.code, sandboxClinic.secret);
    expect(path).toBe('/satusehat/dashboard');
    const style = /href="(\/satusehat\/dashboard\/aset\/gaya-[0-9a-f]+\.css)"/.exec(text)?.[1] ?? '';
    const asset = await beneath.send(style);
    expect([asset.status, asset.headers.get('content-type')]).toEqual([200, 'text/css; charset=utf-8']);
    expect(asset.headers.get('cache-control')).toContain('immutable');
    expect((await beneath.send('/satusehat/dashboard/aset/lain.css')).status).toBe(404);
  });

  it('answers other methods, unknown pages and huge forms plainly', async () => {
    const { visitor } = await start();
    await visitor.signIn(sandboxClinic.code, sandboxClinic.secret);
    expect((await visitor.send('/dashboard', { method: 'DELETE' })).status).toBe(405);
    const head = await visitor.send('/dashboard', { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    expect((await visitor.get('/apa')).status).toBe(404);
    expect((await visitor.post('/apa')).status).toBe(404);
    expect((await visitor.get('/kiriman/x/y/z')).status).toBe(404);
    expect((await visitor.post('/kirim-ulang-semua', { sebab: 'x'.repeat(2_000_000) })).status).toBe(413);
    expect(
      (await visitor.get(`/kiriman?kursor=abc&dari=%00&keadaan=x&klinik=${sandboxClinic.code}`)).status,
    ).toBe(200);
  });
});
