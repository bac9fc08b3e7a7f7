/** Many clinics in one service: none reaches into another, wherever they are configured. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { SatusehatClient } from '../../src/index.js';
import { createSandbox, sandboxClinic, sandboxLocationId } from '../../src/sandbox.js';
import { createRecent } from '../../src/server/recent.js';
import type { ClinicConfig } from '../../src/server.js';
import { thrownBy } from '../support/thrown.js';
import { guideVisit, plainVisit, registration } from '../support/visit.js';
import { closeWorlds, startWorld, type World } from '../support/world.js';

const folders: string[] = [];
afterEach(async () => {
  await closeWorlds();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const first: ClinicConfig = sandboxClinic;
const second: ClinicConfig = {
  code: 'KLINIK-002',
  secret: 'rahasia-klinik-dua',
  satusehat: { clientId: 'client-dua', clientSecret: 'client-secret-dua', organizationId: '10000005' },
};
const otherLocationId = '7d4f9b1e-3c0a-4a58-9d1c-5f2b8a6e1002';

/** A service for both, on a platform that knows both and their poli. */
async function startBoth(options: Parameters<typeof startWorld>[0] = {}): Promise<World> {
  const sandbox = createSandbox({ credentials: [first.satusehat, second.satusehat] });
  sandbox.put({ resourceType: 'Organization', id: second.satusehat.organizationId, name: 'Klinik Dua' });
  sandbox.put({ resourceType: 'Location', id: otherLocationId, name: 'Poli Dua' });
  const poli = { '100001': { locationId: otherLocationId } };
  return startWorld({ sandbox, clinics: [first, { ...second, poli }], ...options });
}

function clientOf(world: World, { code, secret }: Pick<ClinicConfig, 'code' | 'secret'>): SatusehatClient {
  return new SatusehatClient({
    baseUrl: 'http://service.invalid',
    clinicCode: code,
    clinicSecret: [secret].flat()[0] as string,
    fetch: (input, init) => world.service.fetch(new Request(input, init)),
    // Each answer of the service is looked at.
    retries: 0,
    cache: false,
  });
}

/** What the platform is asked, with the client id whose token came along: `client-dua GET /Patient`. */
function watch(world: World): string[] {
  const owners = new Map<string, string>();
  const asked: string[] = [];
  world.intercept = async (request, next) => {
    const path = new URL(request.url).pathname.replace('/fhir-r4/v1', '');
    if (!path.includes('/oauth2/')) {
      asked.push(
        `${owners.get(request.headers.get('authorization') ?? '')} ${request.method} ${path || '/'}`,
      );
      return next(request);
    }
    const form = new URLSearchParams(await request.clone().text());
    const response = await next(request);
    const { access_token } = (await response.clone().json()) as { access_token: string };
    owners.set(`Bearer ${access_token}`, form.get('client_id') ?? '');
    return response;
  };
  return asked;
}

const outcome = (client: SatusehatClient) =>
  client.getPatientId('9271060312000001').then(
    ({ status }) => status,
    ({ code }) => code,
  );

describe('from one clinic to another', () => {
  it('the log of another clinic is not there, whatever is asked of it', async () => {
    const world = await startBoth();
    const { log_id = '' } = await world.client.kirimEncounter(plainVisit());
    const theirs = { 'x-clinic-code': second.code, 'x-clinic-secret': second.secret as string };
    const read = async (id: string) => {
      const request = new Request(`http://service.invalid/api/log/${id}`, { headers: theirs });
      const response = await world.service.fetch(request);
      return { status: response.status, body: await response.text() };
    };
    expect(await read(log_id)).toEqual(await read(crypto.randomUUID()));
    expect((await read(log_id)).status).toBe(404);
    for (const path of ['resend', 'batal']) {
      const { status, body } = await world.post(`/api/log/${log_id}/${path}`, {}, theirs);
      expect([status, body.code], path).toEqual([404, 'NOT_FOUND']);
    }
    expect((await world.client.getLog(log_id)).data).toMatchObject({ state: 'sent' });
    expect(world.sandbox.stats().writes).toBe(1);
  });

  it.each(['log_id', 'encounter_id'] as const)(
    'nothing hangs on another clinic’s encounter: %s',
    async (key) => {
      const world = await startBoth();
      const sent = await world.client.kirimEncounter(plainVisit());
      const thrown = await thrownBy(
        clientOf(world, second).kirimDiagnosis({
          encounter_id: sent[key] ?? '',
          pasien_id: sent.pasien_id ?? '',
          tanggal_diagnosis: '2024-01-15T09:00:00Z',
          kode_icd10: 'I10',
          deskripsi_diagnosis: 'Hipertensi',
        }),
      );
      expect(thrown).toMatchObject({ code: 'ENCOUNTER_NOT_FOUND' });
      expect(world.sandbox.stats().writes).toBe(1);
    },
  );

  it('the same Idempotency-Key means something else in each', async () => {
    const world = await startBoth();
    const key = { idempotencyKey: 'kunjungan-1' };
    const ours = await world.client.kirimEncounter(plainVisit(), key);
    const theirs = await clientOf(world, second).kirimEncounter(plainVisit({ anamnesa: 'lain' }), key);
    expect(theirs.status).toBe('success');
    expect(theirs.log_id).not.toBe(ours.log_id);
    expect(theirs.encounter_id).not.toBe(ours.encounter_id);
    expect(world.sandbox.resources('Encounter')).toMatchObject([
      { serviceProvider: { reference: 'Organization/10000004' } },
      { serviceProvider: { reference: 'Organization/10000005' } },
    ]);
  });

  it('the same NIK is asked for with each one’s own credential, and remembered for it alone', async () => {
    const world = await startBoth();
    const asked = watch(world);
    const client = clientOf(world, second);
    for (const one of [world.client, client, world.client, client])
      await one.getPatientId('9271060312000001');
    expect(asked).toEqual(['sandbox-client-id GET /Patient', 'client-dua GET /Patient']);
    world.sandbox.reset();
    await world.client.registerPatient(registration);
    expect((await world.client.getPatientId(registration.nik)).status).toBe('success');
    world.intercept = async (request, next) =>
      request.method === 'GET'
        ? Response.json({ resourceType: 'Bundle', type: 'searchset', total: 0 })
        : next(request);
    expect(await thrownBy(client.getPatientId(registration.nik))).toMatchObject({
      code: 'PATIENT_NOT_FOUND',
    });
  });

  it('a doctor’s SIP and STR are known where they were told, and nowhere else', async () => {
    const world = await startBoth({
      clinics: [{ ...first, dokter: [{ id: '10006926841', sip: 'SIP-CONFIG' }] }, second],
    });
    const doctor = { ...registration, nik: '7209061211900001', sip: 'SIP-1', str: 'STR-1' };
    const more = { tempat_lahir: 'Bogor', email: 'dokter@example.com', spesialis: '101' };
    await world.client.registerPractitioner({ ...doctor, ...more });
    for (const by of [{ sip: 'SIP-1' }, { str: 'STR-1' }, { sip: 'SIP-CONFIG' }]) {
      expect((await world.client.getPractitionerId(by)).satusehat_id).toMatch(/^1000/);
      const thrown = await thrownBy(clientOf(world, second).getPractitionerId(by));
      expect(thrown, JSON.stringify(by)).toMatchObject({ code: 'PRACTITIONER_NOT_FOUND' });
    }
  });

  it('poli, jenis_layanan and zone are each one’s own', async () => {
    const world = await startBoth({
      clinics: [
        { ...first, poli: { GIGI: { locationId: sandboxLocationId } } },
        {
          ...second,
          timeZone: 'Asia/Jayapura',
          jenisLayanan: { IGD: 'EMER' },
          poli: { GIGI: { locationId: otherLocationId }, MATA: { locationId: otherLocationId } },
        },
      ],
    });
    const client = clientOf(world, second);
    expect((await world.client.getHealthcareServiceId('GIGI')).satusehat_id).toBe(sandboxLocationId);
    expect((await client.getHealthcareServiceId('GIGI')).satusehat_id).toBe(otherLocationId);
    expect(await thrownBy(world.client.getHealthcareServiceId('MATA'))).toMatchObject({
      code: 'HEALTHCARE_SERVICE_NOT_FOUND',
    });
    const visit = plainVisit({
      jenis_layanan: 'IGD',
      poli: 'GIGI',
      tanggal_kunjungan: '2024-01-15 09:00:00',
      tanggal_selesai: null,
    });
    expect(await thrownBy(world.client.kirimEncounter(visit))).toMatchObject({ code: 'INVALID_FIELDS' });
    await client.kirimEncounter(visit);
    expect(world.sandbox.resources('Encounter')).toMatchObject([
      {
        class: { code: 'EMER' },
        period: { start: '2024-01-15T00:00:00+00:00' },
        location: [{ location: { reference: `Location/${otherLocationId}` } }],
      },
    ]);
  });
});

describe('the way to the platform', () => {
  const twin = { ...first, code: 'KLINIK-003', secret: 'rahasia-klinik-tiga' };

  it('is one for clinics of the same credential, and one for each credential', async () => {
    const world = await startBoth({ clinics: [first, twin, second] });
    for (const clinic of [first, twin, first, twin]) await outcome(clientOf(world, clinic));
    expect(world.sandbox.stats().tokensIssued).toBe(1);
    await outcome(clientOf(world, second));
    expect(world.sandbox.stats().tokensIssued).toBe(2);
  });

  it('has one rate for them, the one that was said', async () => {
    const slept: number[] = [];
    const world = await startBoth({
      now: () => Date.parse('2026-01-10T00:00:00Z'),
      clinics: [twin, { ...first, limits: { platformPerMinute: 60 } }, second],
      platform: { env: 'https://sandbox.invalid', sleep: async (time) => void slept.push(time) },
    });
    await outcome(clientOf(world, second));
    await outcome(clientOf(world, first));
    expect(slept).toEqual([]);
    await outcome(clientOf(world, twin));
    expect(slept).toEqual([1_000]);
  });
});

describe('who it is', () => {
  const changing = { ...second, secret: ['rahasia-baru', 'rahasia-lama'] };

  it('two secrets are valid at once while one is changed', async () => {
    const world = await startBoth({ clinics: [changing] });
    const results = ['rahasia-baru', 'rahasia-lama', 'rahasia-salah', ''].map((secret) =>
      outcome(clientOf(world, { code: second.code, secret })),
    );
    expect(await Promise.all(results)).toEqual([
      'success',
      'success',
      'INVALID_CREDENTIALS',
      'INVALID_CREDENTIALS',
    ]);
  });

  it('a secret opens no other clinic; an unknown code is answered like a wrong secret', async () => {
    const world = await startBoth();
    const answer = async (code: string, secret: string) => {
      const headers = { 'x-clinic-code': code, 'x-clinic-secret': secret };
      const { status, body } = await world.post('/api/satusehat/get-patient-id', { nik: '1' }, headers);
      return { status, body };
    };
    const wrong = await answer(first.code, second.secret as string);
    expect(wrong.status).toBe(401);
    for (const [code, secret] of [
      ['KLINIK-404', first.secret as string],
      ['__proto__', 'x'],
    ] as const) {
      expect(await answer(code, secret)).toEqual(wrong);
    }
    const nothing = await answer(first.code, '');
    expect(nothing.status).toBe(401);
    expect(nothing.body.message).toBe(
      'Permintaan datang tanpa X-Clinic-Secret: kredensial klinik belum diisi.',
    );
    expect(await answer('KLINIK-404', '')).toEqual(nothing);
  });

  it('an inactive clinic hears so only when it is itself', async () => {
    const world = await startBoth({ clinics: [first, { ...second, active: false }] });
    expect(await outcome(clientOf(world, second))).toBe('CLINIC_INACTIVE');
    expect(await outcome(clientOf(world, { code: second.code, secret: 'salah' }))).toBe(
      'INVALID_CREDENTIALS',
    );
    expect(await outcome(world.client)).toBe('success');
  });

  it('no secret and no credential is in the log or in an error', async () => {
    const world = await startBoth({ clinics: [first, { ...changing, satusehat: second.satusehat }] });
    await outcome(clientOf(world, changing));
    await outcome(clientOf(world, { code: second.code, secret: 'rahasia-salah' }));
    expect(JSON.stringify(world.log)).not.toMatch(/rahasia|client-/);
  });
});

describe('limits', () => {
  it('a clinic may ask so often; who is not the clinic takes nothing from it', async () => {
    const clock = { now: Date.parse('2026-01-10T00:00:00Z') };
    const world = await startBoth({
      now: () => clock.now,
      sandbox: createSandbox({ now: () => clock.now, credentials: [first.satusehat, second.satusehat] }),
      clinics: [first, { ...second, limits: { requestsPerMinute: 2 } }],
    });
    const client = clientOf(world, second);
    await outcome(clientOf(world, { code: second.code, secret: 'salah' }));
    expect(await Promise.all([outcome(client), outcome(client), outcome(client)])).toEqual([
      'success',
      'success',
      'RATE_LIMITED',
    ]);
    expect(await outcome(world.client)).toBe('success');
    clock.now += 29_000;
    const headers = { 'x-clinic-code': second.code, 'x-clinic-secret': second.secret as string };
    const refused = await world.post('/api/satusehat/get-patient-id', { nik: '9271060312000001' }, headers);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
    clock.now += 1_000;
    expect(await outcome(client)).toBe('success');
    expect(await outcome(client)).toBe('RATE_LIMITED');
  });
});

describe('clinics from a function', () => {
  it('what it says counts from the next request on; what it says again is not built again', async () => {
    let config: ClinicConfig | undefined = { ...second, limits: { requestsPerMinute: 3 } };
    const asked: string[] = [];
    const world = await startBoth({
      clinics: async (code) => {
        asked.push(code);
        return code === second.code ? structuredClone(config) : undefined;
      },
    });
    const client = clientOf(world, second);
    expect(await outcome(client)).toBe('success');
    // Built anew its allowance would be whole again.
    expect([await outcome(client), await outcome(client), await outcome(client)].at(-1)).toBe('RATE_LIMITED');
    config = { ...second, secret: ['rahasia-baru', second.secret as string] };
    expect(await outcome(client)).toBe('success');
    config = { ...second, secret: 'rahasia-baru', poli: { BARU: { locationId: otherLocationId } } };
    expect(await outcome(client)).toBe('INVALID_CREDENTIALS');
    const renewed = clientOf(world, config);
    expect((await renewed.getHealthcareServiceId('BARU')).satusehat_id).toBe(otherLocationId);
    config = { ...config, active: false };
    expect(await outcome(renewed)).toBe('CLINIC_INACTIVE');
    config = undefined;
    expect(await outcome(renewed)).toBe('INVALID_CREDENTIALS');
    expect(world.sandbox.stats().tokensIssued).toBe(1);
    asked.length = 0;
    expect(await outcome(clientOf(world, { code: '', secret: 'x' }))).toBe('INVALID_CREDENTIALS');
    expect(asked).toEqual([]);
  });

  it('a configuration of another code opens nothing', async () => {
    const world = await startBoth({ clinics: () => first, authenticate: () => 'klinik-001' });
    const guess = { code: 'klinik-001', secret: first.secret };
    expect(await outcome(clientOf(world, guess))).toBe('INVALID_CREDENTIALS');
    const session = new Request('http://service.invalid/api/log/x');
    expect((await world.service.fetch(session)).status).toBe(401);
    expect(await outcome(world.client)).toBe('success');
  });

  it.each<[string, () => never | Promise<never>]>([
    [
      'throws',
      () => {
        throw new Error('rahasia-database');
      },
    ],
    ['rejects', () => Promise.reject(new RangeError('rahasia-database'))],
    ['rejects with nothing', () => Promise.reject()],
    ['answers nonsense', () => Promise.resolve({ ...second, secret: 7n } as never)],
  ])('one that %s costs one answer, and its message goes nowhere', async (_, broken) => {
    let works = false;
    const world = await startBoth({ clinics: () => (works ? second : broken()) });
    const thrown = await thrownBy(clientOf(world, second).getPatientId('9271060312000001'));
    expect(thrown).toMatchObject({ code: 'OVERLOADED', status: 503 });
    expect(thrown?.message).toContain('Konfigurasi klinik');
    const [bug] = world.log.filter(({ event }) => event === 'bug');
    expect(bug).toMatchObject({ endpoint: 'getPatientId', requestId: expect.any(String) });
    expect(JSON.stringify([thrown, world.log])).not.toContain('rahasia');
    works = true;
    expect(await outcome(clientOf(world, second))).toBe('success');
  });

  it('one that never answers is not waited for', async () => {
    vi.useFakeTimers();
    try {
      const world = await startBoth({ clinics: () => new Promise(() => {}) });
      const answer = outcome(clientOf(world, second));
      await vi.advanceTimersByTimeAsync(5_000);
      expect(await answer).toBe('OVERLOADED');
      expect(world.log.some(({ event }) => event === 'bug')).toBe(true);
    } finally {
      vi.useRealTimers();
    }
  });

  it('the option that cannot work is named in the log', async () => {
    const satusehat = { ...second.satusehat, clientId: '' };
    const world = await startBoth({ clinics: () => ({ ...second, satusehat }) });
    expect(await outcome(clientOf(world, second))).toBe('OVERLOADED');
    expect(world.log.find(({ event }) => event === 'bug')).toMatchObject({
      option: 'clinics[].satusehat.clientId',
    });
  });

  it('of many clinics those used last are kept ready', () => {
    const recent = createRecent<number>(2);
    recent.set('a', 1);
    recent.set('b', 2);
    recent.get('a');
    recent.set('c', 3);
    expect(['a', 'b', 'c'].map(recent.get)).toEqual([1, undefined, 3]);
  });
});

describe('a clinic that is gone', () => {
  it.each<[string, () => undefined, RegExp]>([
    ['is no longer configured', () => undefined, /tidak ada lagi di konfigurasi/],
    [
      'cannot be read',
      () => {
        throw new Error('down');
      },
      /Konfigurasi klinik/,
    ],
  ])('%s: what it had sent waits, and goes when it is back', async (_, gone, message) => {
    let answers: (() => ClinicConfig | undefined)[] = [() => first, gone];
    const world = await startBoth({ clinics: () => (answers.shift() ?? (() => first))() });
    const queued = await world.client.kirimEncounter(plainVisit());
    expect(queued).toMatchObject({ status: 'queued', message: expect.stringMatching(message) });
    answers = [];
    const log = await world.client.getLog(queued.log_id ?? '');
    expect(log.data).toMatchObject({ state: 'waiting', error: { code: 'OVERLOADED' } });
    const sent = await world.client.kirimEncounter(plainVisit());
    expect(sent).toMatchObject({ status: 'success', log_id: queued.log_id });
    expect(world.sandbox.stats().writes).toBe(1);
  });
});

describe('clinics in the store', () => {
  function tempFile(): string {
    const folder = mkdtempSync(join(tmpdir(), 'satusehat-clinics-'));
    folders.push(folder);
    return join(folder, 'satusehat.db');
  }

  it('are put, changed and shut out while the service runs', async () => {
    const world = await startBoth({ clinics: 'store' });
    const { clinics } = world.service;
    const { secret: _, ...plain } = second;
    await clinics.put(plain);
    const as = (secret: string) => outcome(clientOf(world, { code: second.code, secret }));
    expect(await as('')).toBe('INVALID_CREDENTIALS');
    const one = await clinics.rotate(second.code);
    expect(Buffer.from(one, 'base64url')).toHaveLength(32);
    const two = await clinics.rotate(second.code);
    expect([await as(one), await as(two)]).toEqual(['success', 'success']);
    const three = await clinics.rotate(second.code);
    expect([await as(one), await as(two), await as(three)]).toEqual([
      'INVALID_CREDENTIALS',
      'success',
      'success',
    ]);
    await clinics.retire(second.code);
    expect([await as(two), await as(three)]).toEqual(['INVALID_CREDENTIALS', 'success']);

    await clinics.disable(second.code);
    expect(await as(three)).toBe('CLINIC_INACTIVE');
    // Another configuration neither lets it in again nor changes its secret.
    await clinics.put({ ...plain, poli: { BARU: { locationId: otherLocationId } } });
    expect(await as(three)).toBe('CLINIC_INACTIVE');
    await clinics.enable(second.code);
    const client = clientOf(world, { code: second.code, secret: three });
    expect((await client.getHealthcareServiceId('BARU')).satusehat_id).toBe(otherLocationId);
    await clinics.put({ ...plain, secret: ['rahasia-x', 'rahasia-y'] });
    expect([await as('rahasia-x'), await as('rahasia-y'), await as(three)]).toEqual([
      'success',
      'success',
      'INVALID_CREDENTIALS',
    ]);
    expect(await thrownBy(client.getHealthcareServiceId('BARU'))).toBeDefined();
    expect(world.sandbox.stats().tokensIssued).toBe(1);
  });

  it('are listed without a secret of any kind', async () => {
    const world = await startBoth({ clinics: 'store', now: () => 1_767_225_600_000 });
    await world.service.clinics.put(second);
    await world.service.clinics.put({ ...first, active: false });
    const list = await world.service.clinics.list();
    const times = { createdAt: 1_767_225_600_000, updatedAt: 1_767_225_600_000 };
    expect(list).toEqual([
      { code: first.code, active: false, organizationId: '10000004', secrets: 1, ...times },
      { code: second.code, active: true, organizationId: '10000005', secrets: 1, ...times },
    ]);
  });

  it('outlive a restart, and nothing of them can be read in the file', async () => {
    const file = tempFile();
    const nama = 'Poli Gigi Melati';
    const poli = { GIGI: { locationId: otherLocationId, nama } };
    const dokter = [{ id: '10006926841', nik: '3322071302900002', sip: 'SIP-RAHASIA' }];
    const world = await startBoth({ clinics: 'store', store: `sqlite:${file}` });
    await world.service.clinics.put({ ...second, poli, dokter });
    const secret = await world.service.clinics.rotate(second.code);
    const files = readdirSync(join(file, '..')).map((name) => readFileSync(join(file, '..', name), 'latin1'));
    expect(files.join('')).toContain(second.code);
    for (const word of [
      secret,
      second.secret as string,
      ...Object.values(second.satusehat),
      ...[nama, otherLocationId, 'SIP-RAHASIA', '3322071302900002'],
      // What anybody could try secrets on.
      createHash('sha256').update(secret).digest('hex'),
    ]) {
      expect(files.join('').includes(word)).toBe(false);
    }
    await closeWorlds();
    const again = await startBoth({ clinics: 'store', store: `sqlite:${file}` });
    const client = clientOf(again, { code: second.code, secret });
    expect((await client.getHealthcareServiceId('GIGI')).satusehat_id).toBe(otherLocationId);
    expect(await outcome(clientOf(again, second))).toBe('success');
  });

  it('a row that holds another clinic’s configuration opens nothing', async () => {
    const file = tempFile();
    const world = await startBoth({ clinics: 'store', store: `sqlite:${file}` });
    await world.service.clinics.put(first);
    await world.service.clinics.put(second);
    await closeWorlds();
    const database = new DatabaseSync(file);
    database
      .prepare('UPDATE clinics SET config = (SELECT config FROM clinics WHERE code = ?) WHERE code = ?')
      .run(first.code, second.code);
    database.close();
    const again = await startBoth({ clinics: 'store', store: `sqlite:${file}` });
    expect(await outcome(clientOf(again, second))).toBe('OVERLOADED');
    expect(await outcome(again.client)).toBe('success');
  });

  it('what cannot work is refused with the option’s name, and keeps nothing', async () => {
    const { clinics } = (await startBoth({ clinics: 'store' })).service;
    const wrong = { ...second, poli: { GIGI: { locationId: 'bukan id' } } };
    await expect(clinics.put(wrong)).rejects.toThrow('clinics[].poli.GIGI.locationId of KLINIK-002 must be');
    expect(await clinics.list()).toEqual([]);
    for (const change of ['rotate', 'retire', 'disable', 'enable'] as const) {
      await expect(clinics[change]('KLINIK-404')).rejects.toThrow(/no clinic KLINIK-404/);
    }
  });

  it('are nothing to a service whose clinics stand somewhere else', async () => {
    const { clinics } = (await startBoth()).service;
    await expect(clinics.put(second)).rejects.toThrow(TypeError);
    await expect(clinics.list()).rejects.toThrow(/clinics: 'store'/);
  });
});

describe('a list that cannot work', () => {
  it.each<[string, object, string]>([
    ['no code', { code: '' }, 'clinics[].code is missing'],
    ['no secret', { secret: '' }, 'clinics[].secret of KLINIK-002 is missing'],
    ['an empty list of secrets', { secret: [] }, 'clinics[].secret of KLINIK-002 must be'],
    ['a secret that no header carries', { secret: 'rahasia✓' }, 'clinics[].secret of KLINIK-002 must be'],
    ['no credential', { satusehat: undefined }, 'clinics[].satusehat of KLINIK-002 is missing'],
    ['half a credential', { satusehat: { clientId: 'x' } }, 'clinics[].satusehat.clientSecret of KLINIK-002'],
    ['a zone of its own', { timeZone: 'WIB' }, 'clinics[].timeZone of KLINIK-002 must be an IANA zone'],
    ['a class of its own', { jenisLayanan: { IGD: 'IGD' } }, 'clinics[].jenisLayanan.IGD of KLINIK-002'],
    [
      'no allowance',
      { limits: { requestsPerMinute: 0 } },
      'clinics[].limits.requestsPerMinute of KLINIK-002',
    ],
    [
      'a switch that is a word',
      { switches: { bundlePut: 'ya' } },
      'clinics[].switches.bundlePut of KLINIK-002',
    ],
    ['a misspelt option', { zona: 'Asia/Jakarta' }, 'clinics[] of KLINIK-002 has no option zona'],
    ['the code of another', { code: first.code }, 'clinics[].code KLINIK-001 is there twice'],
  ])('%s is refused with the option’s name, and never with a value', async (_, change, message) => {
    const start = startBoth({ clinics: [first, { ...second, ...change } as ClinicConfig] });
    await expect(start).rejects.toThrow(TypeError);
    const error = (await start.catch((thrown: unknown) => thrown)) as Error;
    expect(error.message).toContain(message);
    expect(error.message).not.toMatch(/rahasia|client-/);
  });

  it('takes everything that a clinic may say', async () => {
    const world = await startBoth({
      clinics: [
        {
          ...second,
          active: true,
          timeZone: 'Asia/Makassar',
          poli: {
            '100001': {
              locationId: sandboxLocationId,
              nama: 'Umum',
              healthcareServiceId: 'HCS-100001',
              kelasRawat: 'vip',
              kelasLayanan: 'reguler',
              caraPulang: 'home',
            },
          },
          dokter: [{ id: '10006926841', nik: '3322071302900002', sip: 'S', str: 'T' }],
          jenisLayanan: { IGD: 'EMER' },
          limits: { requestsPerMinute: 600, platformPerMinute: 300 },
          switches: {
            finishOnComplaint: false,
            bundlePut: false,
            procedureMethod: false,
            procedureReplace: false,
          },
        },
      ],
    });
    expect(await clientOf(world, second).kirimEncounter(guideVisit())).toMatchObject({ status: 'success' });
  });
});
