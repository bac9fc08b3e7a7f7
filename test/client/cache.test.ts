import { inspect } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { thrownBy } from '../support/thrown.js';
import { registration } from '../support/visit.js';
import { failing, fakeService, found, json, NIK, silence } from './fake-service.js';

const absent = () => json(404, { status: 'error', code: 'PATIENT_NOT_FOUND', message: 'x' });
const nik = (n: number) => String(3201010101990000 + n);

afterEach(() => vi.useRealTimers());

describe('one look-up for all', () => {
  it('20 at once make one request, and each has an answer of its own', async () => {
    const { client, seen } = fakeService(() => found());
    const answers = await Promise.all(Array.from({ length: 20 }, () => client.getPatientId(NIK)));
    expect(seen).toHaveLength(1);
    expect(new Set(answers).size).toBe(20);
    Object.assign(answers[0] as object, { satusehat_id: 'changed' });
    expect(answers[1]?.satusehat_id).toBe('P02478375538');
    expect((await client.getPatientId(NIK)).satusehat_id).toBe('P02478375538');
  });

  it('one who leaves gets ABORTED, the others their answer', async () => {
    let answer: (response: Response) => void = () => {};
    const { client, seen } = fakeService(
      () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    );
    const abort = new AbortController();
    const first = thrownBy(client.getPatientId(NIK, { signal: abort.signal }));
    const others = Array.from({ length: 19 }, () => client.getPatientId(NIK));
    await vi.waitFor(() => expect(seen).toHaveLength(1));
    abort.abort();
    expect(await first).toMatchObject({ code: 'ABORTED' });
    answer(found());
    expect((await Promise.all(others)).map(({ satusehat_id }) => satusehat_id)).toEqual(
      Array(19).fill('P02478375538'),
    );
    expect(seen).toHaveLength(1);
  });

  it('when all have left, the request is broken off, and the next asks anew', async () => {
    const ended = vi.fn();
    const { client, seen } = fakeService((n, _, signal) => {
      signal.addEventListener('abort', ended);
      return n === 0 ? silence(signal) : found();
    });
    const aborts = Array.from({ length: 3 }, () => new AbortController());
    const all = aborts.map(({ signal }) => thrownBy(client.getPatientId(NIK, { signal })));
    await vi.waitFor(() => expect(seen).toHaveLength(1));
    for (const abort of aborts) abort.abort();
    for (const thrown of await Promise.all(all)) expect(thrown).toMatchObject({ code: 'ABORTED' });
    expect(ended).toHaveBeenCalledOnce();
    await client.getPatientId(NIK);
    expect(seen).toHaveLength(2);
  });

  it('a failure is everybody’s, and nobody’s afterwards', async () => {
    const { client, seen } = fakeService((n) => (n === 0 ? failing() : found()), { retries: 0 });
    const all = await Promise.all(Array.from({ length: 5 }, () => thrownBy(client.getPatientId(NIK))));
    expect(all.map((thrown) => thrown?.code)).toEqual(Array(5).fill('OVERLOADED'));
    expect(seen).toHaveLength(1);
    await client.getPatientId(NIK);
    expect(seen).toHaveLength(2);
  });
});

describe('what is remembered', () => {
  it('ids of patients, practitioners and poli, each for itself', async () => {
    const { client, seen } = fakeService(() => found());
    for (let round = 0; round < 3; round++) {
      await client.getPatientId(NIK);
      await client.getPatientId(` ${NIK} `);
      await client.getPractitionerId({ nik: NIK });
      await client.getPractitionerId(NIK, null, '');
      await client.getPractitionerId(null, 'SIP-1');
      await client.getHealthcareServiceId('100001');
    }
    expect(seen.map(({ body }) => body)).toEqual([
      { nik: NIK },
      { nik: NIK },
      { nik: null, sip: 'SIP-1' },
      { kode_poli: '100001' },
    ]);
    expect(client.cache.size).toBe(4);
    client.cache.clear();
    expect(client.cache.size).toBe(0);
    await client.getPatientId(NIK);
    expect(seen).toHaveLength(5);
  });

  it('for its time; "not found" for a shorter one', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const { client, seen } = fakeService((_, { body }) => (body.nik === NIK ? found() : absent()), {
      cache: { ttl: 10_000, negativeTtl: 1_000 },
    });
    const both = async () => {
      await client.getPatientId(NIK);
      const thrown = await thrownBy(client.getPatientId(nik(1)));
      expect(thrown).toMatchObject({ code: 'PATIENT_NOT_FOUND', status: 404, message: 'x' });
      return seen.length;
    };
    expect(await both()).toBe(2);
    expect(await both()).toBe(2);
    vi.setSystemTime(Date.now() + 1_000);
    expect(await both()).toBe(3);
    vi.setSystemTime(Date.now() + 9_000);
    expect(await both()).toBe(5);
  });

  it('negativeTtl: 0 remembers no "not found"', async () => {
    const { client, seen } = fakeService(absent, { cache: { negativeTtl: 0 } });
    await thrownBy(client.getPatientId(NIK));
    await thrownBy(client.getPatientId(NIK));
    expect(seen).toHaveLength(2);
  });

  it.each([
    ['an outage', () => failing()],
    ['more than one match', () => json(409, { code: 'MULTIPLE_MATCHES', message: 'x' })],
    ['wrong credentials', () => json(401, { code: 'INVALID_CREDENTIALS', message: 'x' })],
    ['HTML', () => json(200, '<html>')],
  ])('never %s', async (_, answer) => {
    const { client, seen } = fakeService(answer, { retries: 0 });
    await thrownBy(client.getPatientId(NIK));
    await thrownBy(client.getPatientId(NIK));
    expect(seen).toHaveLength(2);
    expect(client.cache.size).toBe(0);
  });

  it('no more than its bound; what was asked for last stays', async () => {
    const { client, seen } = fakeService(() => found(), { cache: { max: 3 } });
    for (const n of [1, 2, 3]) await client.getPatientId(nik(n));
    await client.getPatientId(nik(1));
    await client.getPatientId(nik(4));
    expect(client.cache.size).toBe(3);
    expect(seen).toHaveLength(4);
    await client.getPatientId(nik(1));
    expect(seen).toHaveLength(4);
    await client.getPatientId(nik(2));
    expect(seen).toHaveLength(5);
  });

  it('nothing of a look-up that was under way when the memory was cleared', async () => {
    let answer: (response: Response) => void = () => {};
    const { client, seen } = fakeService(
      () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    );
    const before = client.getPatientId(NIK);
    await vi.waitFor(() => expect(seen).toHaveLength(1));
    client.cache.clear();
    const after = client.getPatientId(NIK);
    answer(found());
    await vi.waitFor(() => expect(seen).toHaveLength(2));
    await before;
    expect(client.cache.size).toBe(0);
    answer(found());
    await after;
    expect(client.cache.size).toBe(1);
  });

  it('nothing, with cache: false of the client or of the call', async () => {
    const { client, seen } = fakeService(() => found(), { cache: false });
    await client.getPatientId(NIK);
    await client.getPatientId(NIK);
    expect(seen).toHaveLength(2);
    client.cache.clear();
    const { client: other, seen: theirs } = fakeService(() => found());
    await other.getPatientId(NIK);
    await other.getPatientId(NIK, { cache: false });
    expect(theirs).toHaveLength(2);
  });

  it('no client knows what another has found', async () => {
    const { client } = fakeService(() => found());
    const { client: other, seen } = fakeService(() => found(), { clinicCode: 'KLINIK-002' });
    await client.getPatientId(NIK);
    await other.getPatientId(NIK);
    expect(seen).toHaveLength(1);
  });
});

describe('a registration', () => {
  it('of a patient ends "not found", also one that was under way meanwhile', async () => {
    let answer: (response: Response) => void = () => {};
    let known = false;
    const { client, seen } = fakeService((_, { path }) => {
      if (path.endsWith('register-patient')) {
        known = true;
        return json(200, { status: 'success', id: 'P1' });
      }
      return known
        ? found()
        : new Promise((resolve) => {
            answer = resolve;
          });
    });
    const before = thrownBy(client.getPatientId(registration.nik));
    await vi.waitFor(() => expect(seen).toHaveLength(1));
    await client.registerPatient(registration);
    answer(absent());
    expect(await before).toMatchObject({ code: 'PATIENT_NOT_FOUND' });
    expect((await client.getPatientId(registration.nik)).satusehat_id).toBe('P02478375538');
  });

  it('that failed may have been written: what was remembered is forgotten', async () => {
    const { client, seen } = fakeService(
      (_, { path }) => (path.endsWith('register-patient') ? failing() : absent()),
      { retries: 0 },
    );
    await thrownBy(client.getPatientId(registration.nik));
    await thrownBy(client.registerPatient(registration));
    await thrownBy(client.getPatientId(registration.nik));
    expect(seen).toHaveLength(3);
  });

  it('of a practitioner ends what was known of SIP and STR', async () => {
    const { client, seen } = fakeService(() =>
      json(200, { status: 'success', id: 'N1', satusehat_id: 'N1' }),
    );
    await client.getPractitionerId(null, 'SIP-1');
    const { nama_ibu, ...person } = registration;
    expect(nama_ibu).toBeTruthy();
    await client.registerPractitioner({
      ...person,
      sip: 'SIP-1',
      str: 'STR-1',
      tempat_lahir: 'Bogor',
      email: 'dokter@klinik.example',
      spesialis: '101',
    });
    await client.getPractitionerId(null, 'SIP-1');
    expect(seen).toHaveLength(3);
  });
});

it('no NIK is in the memory of the client', async () => {
  const { IdCache } = await import('../../src/client/cache.js');
  const keys: string[] = [];
  const get = vi.spyOn(IdCache.prototype, 'get').mockImplementation(async (key) => {
    keys.push(key);
    return { status: 'success', satusehat_id: 'P1' } as never;
  });
  const { client } = fakeService(() => found());
  await client.getPatientId(NIK);
  await client.getPractitionerId(NIK, 'SIP-1');
  get.mockRestore();
  expect(keys).toHaveLength(2);
  for (const key of keys) expect(key).toMatch(/^get(Patient|Practitioner)Id\/[0-9a-f]{64}$/);
  expect(inspect(client, { depth: 9, showHidden: true })).not.toMatch(/\d{16}/);
});
