/** Odd and hostile input, stale memory, clocks that differ: found by trying to break the service. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { SatusehatClient } from '../../src/index.js';
import { createSandbox } from '../../src/sandbox.js';
import { listen, WrongKeyError } from '../../src/server.js';
import { thrownBy } from '../support/thrown.js';
import { plainVisit, registration } from '../support/visit.js';
import { closeWorlds, KEY, startWorld } from '../support/world.js';

const folders: string[] = [];
afterEach(async () => {
  await closeWorlds();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

describe('fields', () => {
  const practitioner = {
    ...registration,
    sip: '1',
    str: '2',
    tempat_lahir: 'Bogor',
    email: 'dokter@example.com',
    spesialis: '101',
  };

  it.each<[string, string, Record<string, unknown>, string]>([
    [
      'a birth date in the future',
      'register-patient',
      { ...registration, tanggal_lahir: '2090-01-01' },
      'tanggal_lahir',
    ],
    [
      'a kabupaten of another provinsi',
      'register-patient',
      { ...registration, kode_kabupaten: '9999' },
      'kode_kabupaten',
    ],
    ['two names that differ', 'register-patient', { ...registration, name: 'Orang Lain' }, 'name'],
    [
      'an endless email',
      'register-practitioner',
      { ...practitioner, email: `a@b${'.'.repeat(100_000)}@` },
      'email',
    ],
    [
      'an email without a domain',
      'register-practitioner',
      { ...practitioner, email: 'dokter@klinik' },
      'email',
    ],
    ['a poli with a comma', 'get-healthcare-service-id', { kode_poli: '100001,100002' }, 'kode_poli'],
  ])('%s is refused', async (_, path, body, field) => {
    const { post, asked } = await startWorld();
    const answer = await post(`/api/satusehat/${path}`, body);
    expect([answer.status, answer.body.details.fields[0].field]).toEqual([422, field]);
    expect(asked).toEqual([]);
  });

  it.each([
    ['no_registrasi that is a NIK', { no_registrasi: '9204014804000002' }, 'no_registrasi'],
    ['no_registrasi with a comma', { no_registrasi: 'A,B' }, 'no_registrasi'],
    ['dokter ".."', { dokter: '..' }, 'dokter'],
    ['pasien_id "."', { pasien_id: '.' }, 'pasien_id'],
  ])('%s is refused', async (_, change, field) => {
    const { post, asked } = await startWorld();
    const { body } = await post('/api/encounter', plainVisit(change));
    expect(body.details.fields.map((one: { field: string }) => one.field)).toEqual([field]);
    expect(asked).toEqual([]);
  });

  it('a registration number may be a number', async () => {
    const { client, sandbox } = await startWorld();
    await client.kirimEncounter(plainVisit({ no_registrasi: 20240115 }));
    expect(sandbox.resources('Encounter')[0]).toMatchObject({ identifier: [{ value: '20240115' }] });
  });

  it('control characters and half characters do not reach the platform', async () => {
    const { client, sandbox } = await startWorld();
    await client.kirimEncounter(
      plainVisit({ keluhan_utama: 'sakit\u0000 kepala\ud800', anamnesa: '\u0007' }),
    );
    expect(sandbox.resources('Condition')[0]).toMatchObject({ note: [{ text: 'sakit kepala\ufffd' }] });
    expect(sandbox.resources('ClinicalImpression')).toEqual([]);
  });

  it('everything that the platform does not know is named at once', async () => {
    const { client } = await startWorld();
    const thrown = await thrownBy(
      client.kirimEncounter(
        plainVisit({ nik_pasien: '3201010101990009', dokter: '10009999999', poli: '999999' }),
      ),
    );
    expect(thrown).toMatchObject({
      code: 'PATIENT_NOT_FOUND',
      details: { fields: [{ field: 'nik_pasien' }, { field: 'dokter' }, { field: 'poli' }] },
    });
  });

  it('PHP’s empty form is an empty object; what needs no body may have none', async () => {
    const { post, service } = await startWorld();
    expect((await post('/api/encounter', [])).body.code).toBe('MISSING_REQUIRED_FIELDS');
    const headers = { 'x-clinic-code': 'KLINIK-001', 'x-clinic-secret': 'your_clinic_secret' };
    const request = new Request('http://service.invalid/api/log/x/resend', { method: 'POST', headers });
    expect((await service.fetch(request)).status).toBe(404);
  });
});

describe('memory that has gone stale', () => {
  it('a patient who is gone at the platform is looked for and registered anew', async () => {
    const { client, sandbox } = await startWorld();
    const visit = plainVisit({ nik_pasien: registration.nik });
    await client.registerPatient(registration);
    await client.kirimEncounter(visit);
    sandbox.reset();
    const later = { ...visit, tanggal_kunjungan: '2024-02-15T08:30:00Z', tanggal_selesai: null };
    expect(await thrownBy(client.kirimEncounter(later))).toMatchObject({ code: 'PATIENT_NOT_FOUND' });
    const { id } = await client.registerPatient(registration);
    expect(sandbox.resources('Patient').map((patient) => patient.id)).toContain(id);
    expect(await client.kirimEncounter(later)).toMatchObject({ status: 'success', pasien_id: id });
  });

  it('an id that changed at the platform is asked anew, in the same delivery', async () => {
    const { client, sandbox } = await startWorld();
    const [nik, first] = ['3201010101990003', await client.registerPatient(registration)];
    sandbox.reset();
    const identifier = [{ system: 'https://fhir.kemkes.go.id/id/nik', value: nik }];
    sandbox.put({ resourceType: 'Patient', id: 'P07777777777', identifier, name: [{ text: 'Contoh' }] });
    const sent = await client.kirimEncounter(plainVisit({ nik_pasien: nik }));
    expect(sent.pasien_id).toBe('P07777777777');
    expect(sent.pasien_id).not.toBe(first.id);
  });
});

describe('one registration number, two stories', () => {
  it.each([
    ['another doctor', { dokter: '10009880728' }],
    ['another place', { poli: 'GIGI' }],
  ])('%s is no repetition: DUPLICATE', async (_, change) => {
    const { sandboxClinic } = await import('../../src/sandbox.js');
    const other = '7d4f9b1e-3c0a-4a58-9d1c-5f2b8a6e1002';
    const { client, sandbox } = await startWorld({
      clinics: [{ ...sandboxClinic, poli: { GIGI: { locationId: other } } }],
    });
    sandbox.put({ resourceType: 'Location', id: other, name: 'Gigi' });
    const visit = plainVisit({ no_registrasi: 'REG-7' });
    await client.kirimEncounter(visit);
    expect(await thrownBy(client.kirimEncounter({ ...visit, ...change }))).toMatchObject({
      code: 'DUPLICATE',
    });
  });
});

describe('clocks', () => {
  it('a clinic a minute ahead is not refused; its visit goes when its time has come', async () => {
    let clock = Date.parse('2025-06-01T00:00:00Z');
    const { client, sandbox } = await startWorld({
      now: () => clock,
      sandbox: createSandbox({ now: () => clock }),
    });
    const visit = plainVisit({ tanggal_kunjungan: '2025-06-01T00:01:00Z', tanggal_selesai: null });
    expect(await client.kirimEncounter(visit)).toMatchObject({ status: 'queued' });
    expect(sandbox.stats().writes).toBe(0);
    clock += 61_000;
    expect(await client.kirimEncounter(visit)).toMatchObject({ status: 'success' });
    const far = plainVisit({ tanggal_kunjungan: '2025-06-01T00:10:00Z', tanggal_selesai: null });
    expect(await thrownBy(client.kirimEncounter(far))).toMatchObject({ code: 'INVALID_FIELDS' });
  });
});

describe('the store', () => {
  function tempFile(): string {
    const folder = mkdtempSync(join(tmpdir(), 'satusehat-hard-'));
    folders.push(folder);
    return join(folder, 'satusehat.db');
  }

  it('another key is refused at the start, and named', async () => {
    const store = `sqlite:${tempFile()}`;
    await startWorld({ store });
    await closeWorlds();
    const wrong = startWorld({ store, encryptionKey: 'ee'.repeat(32) });
    await expect(wrong).rejects.toThrow(WrongKeyError);
    await expect(wrong).rejects.toThrow(/SATUSEHAT_ENCRYPTION_KEY/);
  });

  it('a key is changed while the service goes on: nothing is lost, and the old one can go', async () => {
    const store = `sqlite:${tempFile()}`;
    const next = 'ee'.repeat(32);
    const world = await startWorld({ store });
    const sent = await world.client.kirimEncounter(plainVisit());
    await closeWorlds();
    const both = await startWorld({ store, encryptionKey: next, previousEncryptionKey: KEY });
    expect(await both.client.kirimEncounter(plainVisit())).toEqual(sent);
    await vi.waitFor(() => expect(both.log.map(({ event }) => event)).toContain('resealed'), 20_000);
    await closeWorlds();
    const after = await startWorld({ store, encryptionKey: next });
    expect(await after.client.kirimEncounter(plainVisit())).toEqual(sent);
    expect(after.log.some(({ event }) => event === 'bug' || event === 'resealed')).toBe(false);
  });

  it('is sealed unless somebody says that it must not be, and the log says that', async () => {
    vi.stubEnv('SATUSEHAT_ENCRYPTION_KEY', '');
    await expect(startWorld({ encryptionKey: undefined })).rejects.toThrow(
      /SATUSEHAT_ENCRYPTION_KEY.*missing/,
    );
    vi.stubEnv('SATUSEHAT_ENCRYPTION_KEY', 'none');
    const file = tempFile();
    const world = await startWorld({ store: `sqlite:${file}`, encryptionKey: undefined });
    vi.unstubAllEnvs();
    expect(world.log.map(({ event }) => event)).toContain('unsealed');
    await world.client.kirimEncounter(plainVisit());
    await closeWorlds();
    expect(readFileSync(file, 'latin1')).toContain(plainVisit().nik_pasien);
    const sealed = await startWorld();
    expect(sealed.log.map(({ event }) => event)).not.toContain('unsealed');
  });

  it('one submission that cannot be read does not hold the others', async () => {
    const file = tempFile();
    const world = await startWorld({ store: `sqlite:${file}` });
    world.intercept = async () => new Response('no', { status: 503 });
    const broken = await world.client.kirimEncounter(plainVisit());
    const good = plainVisit({ tanggal_kunjungan: '2024-01-16T08:30:00Z', tanggal_selesai: null });
    expect((await world.client.kirimEncounter(good)).status).toBe('queued');
    await closeWorlds();
    const database = new DatabaseSync(file);
    database
      .prepare('UPDATE submissions SET payload = ? WHERE log_id = ?')
      .run('broken', broken.log_id ?? '');
    database.prepare('UPDATE submissions SET next_try = 0').run();
    database.close();
    const again = await startWorld({ store: `sqlite:${file}` });
    expect(await again.client.kirimEncounter(good)).toMatchObject({ status: 'success' });
    expect(again.log.some(({ event, logId }) => event === 'bug' && logId === broken.log_id)).toBe(true);
  });
});

it.each([
  ['GET /healthz HTTP/1.1\r\nHost: a b\r\n', 404],
  ['GET /healthz HTTP/1.1\r\nHost: [::\r\n', 404],
  ['OPTIONS * HTTP/1.1\r\nHost: x\r\n', 404],
  ['GET /healthz HTTP/1.1\r\nHost: x\r\nExpect: 999\r\n', 200],
])('%j is answered in our words, with a request id', async (head, status) => {
  const world = await startWorld();
  const server = await listen(world.service);
  const socket = connect(server.port, '127.0.0.1');
  socket.end(`${head}Connection: close\r\n\r\n`);
  let answer = '';
  for await (const chunk of socket) answer += chunk;
  await server.close();
  expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(answer).toMatch(/\r\nx-request-id: [0-9a-f-]{36}\r\n/i);
  if (status === 404) expect(answer).toContain('"remedy"');
});

describe('shutting down', () => {
  it('silent and half-said connections do not hold it', async () => {
    const server = await listen({ fetch: async () => new Response('ok') });
    for (const words of ['', 'GET / HT', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Le']) {
      const socket = connect(server.port, '127.0.0.1');
      socket.on('error', () => {});
      await new Promise<void>((resolve) => socket.once('connect', resolve));
      if (words) socket.write(words);
    }
    await fetch(server.url); // the others have been accepted by now
    await server.close();
  });

  it('a request under way is answered first', async () => {
    let entered = () => {};
    const inside = new Promise<void>((resolve) => {
      entered = resolve;
    });
    let go = () => {};
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    const server = await listen({
      async fetch() {
        entered();
        await gate;
        return new Response('answered');
      },
    });
    const answer = fetch(server.url).then((response) => response.text());
    await inside;
    const closed = server.close();
    go();
    expect(await answer).toBe('answered');
    await closed;
  });
});

describe('the client', () => {
  const options = { baseUrl: 'http://service.invalid' };

  it.each([
    ['a list', []],
    ['a number', 7],
    ['null', null],
  ])('given %s says what is missing', async (_, input) => {
    const thrown = await thrownBy(new SatusehatClient(options).kirimEncounter(input as never));
    expect(thrown).toMatchObject({ code: 'MISSING_REQUIRED_FIELDS' });
  });

  it('given an object that holds itself says INVALID_JSON', async () => {
    const visit: Record<string, unknown> = plainVisit();
    visit.self = visit;
    expect(await thrownBy(new SatusehatClient(options).kirimEncounter(visit as never))).toMatchObject({
      code: 'INVALID_JSON',
    });
  });

  it('refuses what no header can carry, with its name', async () => {
    expect(() => new SatusehatClient({ ...options, clinicSecret: 'rahasia✓' })).toThrow(/clinicSecret/);
    expect(() => new SatusehatClient({ baseUrl: 'not a url' })).toThrow(/baseUrl/);
    const thrown = await thrownBy(
      new SatusehatClient(options).kirimEncounter(plainVisit(), { idempotencyKey: 'a\nb' }),
    );
    expect(thrown).toMatchObject({
      code: 'INVALID_FIELDS',
      details: { fields: [{ field: 'idempotencyKey' }] },
    });
  });
});

describe('the sandbox, asked nonsense', () => {
  it('answers every time, in the platform’s words', async () => {
    const { startAsking, encounter } = await import('../support/platform.js');
    const { ask } = await startAsking();
    const bundle = (entry: unknown) => ({ resourceType: 'Bundle', type: 'transaction', entry });
    const answers = [
      await ask('GET', '/Patient/%E0%A4%A'),
      await ask('GET', '/Patient?identifier=x%7Cy&_page_token=!!!'),
      await ask('POST', '', bundle([null])),
      await ask('POST', '', bundle('abc')),
      await ask('POST', '/Encounter', encounter({ identifier: [null] })),
      await ask('POST', '/Encounter', encounter({ statusHistory: 'x', diagnosis: 7, status: 'finished' })),
      await ask('POST', '/Patient', { resourceType: 'Patient', identifier: 'x' }),
      await ask('POST', '/Patient', null),
      await ask(
        'PATCH',
        '/Patient/P00123456789',
        { op: 'add' },
        { 'content-type': 'application/json-patch+json' },
      ),
    ];
    for (const { status, body } of answers) {
      expect(status).toBeGreaterThanOrEqual(400);
      expect(body.resourceType).toBe('OperationOutcome');
    }
  });
});
