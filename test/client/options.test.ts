/** What a client is told, where, and what it gives away. */
import { inspect } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type ClientOptions, SatusehatClient } from '../../src/index.js';
import { thrownBy } from '../support/thrown.js';
import { guideVisit } from '../support/visit.js';
import { failing, fakeService, found, json, NIK, sent } from './fake-service.js';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
});

describe('the address', () => {
  it.each([
    'https://satusehat.klinik.example',
    'https://satusehat.klinik.example/layanan/',
    'http://127.0.0.1:8787',
    'http://localhost:8787',
    'http://[::1]:8787',
    'http://service.invalid',
    '/satusehat',
    '/',
  ])('%s is one', (baseUrl) => expect(new SatusehatClient({ baseUrl })).toBeInstanceOf(SatusehatClient));

  it.each([
    ['', /baseUrl is missing/],
    ['satusehat.klinik.example', /baseUrl/],
    ['//satusehat.klinik.example', /baseUrl/],
    ['ftp://satusehat.klinik.example', /baseUrl/],
    ['https://user:rahasia@satusehat.klinik.example', /no user, no password/],
    ['https://satusehat.klinik.example?x=1', /no \?/],
    ['http://satusehat.klinik.example', /allowInsecure: true/],
    ['http://192.168.1.10:8787', /allowInsecure: true/],
    ['http://127.0.0.1.klinik.example', /allowInsecure: true/],
  ])('%s is refused', (baseUrl, why) => {
    expect(() => new SatusehatClient({ baseUrl })).toThrow(why);
    try {
      new SatusehatClient({ baseUrl });
    } catch (error) {
      expect(String(error)).not.toContain('rahasia');
    }
  });

  it('http: within a network one trusts is allowed', () => {
    const options = { baseUrl: 'http://192.168.1.10:8787', allowInsecure: true };
    expect(new SatusehatClient(options)).toBeInstanceOf(SatusehatClient);
  });

  it.each<[keyof ClientOptions, unknown]>([
    ['timeout', 0],
    ['timeout', Number.NaN],
    ['retries', -1],
    ['totalTimeout', '90'],
    ['backoff', { base: -1 }],
    ['cache', { max: 0 }],
    ['locale', 'fr'],
    ['clinicCode', 'KLINIK\n001'],
  ])('%s: %j is refused, by name', (name, value) => {
    expect(() => new SatusehatClient({ baseUrl: '/', [name]: value })).toThrow(new RegExp(name));
  });
});

describe('the environment', () => {
  it('makes a client', async () => {
    vi.stubEnv('SATUSEHAT_BASE_URL', 'https://satusehat.klinik.example');
    vi.stubEnv('CLINIC_CODE', 'KLINIK-001');
    vi.stubEnv('CLINIC_SECRET', 'very-secret');
    const fetch = vi.fn(async () => found());
    const client = SatusehatClient.fromEnv({ fetch });
    await client.getPatientId(NIK);
    const [url, init] = fetch.mock.calls[0] as unknown as [string, RequestInit];
    expect(url).toBe('https://satusehat.klinik.example/api/satusehat/get-patient-id');
    expect(new Headers(init.headers).get('x-clinic-secret')).toBe('very-secret');
  });

  it('names all that is missing, also where there is no process', () => {
    vi.stubEnv('SATUSEHAT_BASE_URL', undefined);
    vi.stubEnv('CLINIC_CODE', ' ');
    vi.stubEnv('CLINIC_SECRET', 'very-secret');
    expect(() => SatusehatClient.fromEnv()).toThrow(/missing.*: SATUSEHAT_BASE_URL, CLINIC_CODE$/);
    vi.stubGlobal('process', undefined);
    expect(() => SatusehatClient.fromEnv()).toThrow(/SATUSEHAT_BASE_URL, CLINIC_CODE, CLINIC_SECRET/);
  });
});

describe('in a browser', () => {
  it('a path is an address; elsewhere it is one only for a fetch of one’s own', async () => {
    const client = new SatusehatClient({ baseUrl: '/satusehat' });
    await expect(client.getPatientId(NIK)).rejects.toThrow(/needs a page/);
    const asked: unknown[] = [];
    vi.stubGlobal('location', { href: 'https://klinik.example/' });
    vi.stubGlobal('fetch', async (url: string) => {
      asked.push(url);
      return found();
    });
    await client.getPatientId(NIK);
    expect(asked).toEqual(['/satusehat/api/satusehat/get-patient-id']);
  });

  it('a redirect, of which a browser shows nothing, is an error without a status', async () => {
    const opaque = {
      status: 0,
      ok: false,
      type: 'opaqueredirect',
      headers: new Headers(),
      body: null,
      text: async () => '',
    };
    const { client } = fakeService(() => opaque as unknown as Response);
    const thrown = await thrownBy(client.getPatientId(NIK));
    expect(thrown).toMatchObject({ code: 'UNEXPECTED_RESPONSE', attempts: 1 });
    expect('status' in (thrown ?? {})).toBe(false);
  });

  it.each([
    ['page', { document: {} }],
    ['worker', { importScripts: () => {} }],
  ])('a %s gets no client with a secret, and hears what to do instead', (_, scope) => {
    for (const [name, value] of Object.entries(scope)) vi.stubGlobal(name, value);
    const options = { baseUrl: '/satusehat', clinicSecret: 's' };
    expect(() => new SatusehatClient(options)).toThrow(/baseUrl: '\/satusehat', headers: async/);
    expect(() => new SatusehatClient('/satusehat', 'KLINIK-001', 's')).toThrow(/proxy/);
    expect(new SatusehatClient({ ...options, dangerouslyAllowBrowser: true })).toBeInstanceOf(
      SatusehatClient,
    );
    expect(new SatusehatClient({ baseUrl: '/satusehat' })).toBeInstanceOf(SatusehatClient);
  });

  it('headers of one’s own are asked for before every attempt; those of the client stand', async () => {
    let token = 0;
    const { client, seen } = fakeService((n) => (n === 0 ? failing() : sent()), {
      headers: async () => ({
        'X-CSRF-Token': `t${++token}`,
        'Content-Type': 'text/plain',
        'X-Clinic-Code': 'x',
      }),
    });
    await client.kirimEncounter(guideVisit());
    expect(seen.map(({ headers }) => headers['x-csrf-token'])).toEqual(['t1', 't2']);
    expect(seen[0]?.headers).toMatchObject({
      'content-type': 'application/json',
      'x-clinic-code': 'KLINIK-001',
    });
  });

  it('cookies go to the same origin, or as one says', async () => {
    const asked: (RequestCredentials | undefined)[] = [];
    const fetch: ClientOptions['fetch'] = async (_, init) => {
      asked.push(init?.credentials);
      return found();
    };
    await new SatusehatClient({ baseUrl: '/satusehat', fetch }).getPatientId(NIK);
    await new SatusehatClient({ baseUrl: '/satusehat', fetch, credentials: 'include' }).getPatientId(NIK);
    expect(asked).toEqual(['same-origin', 'include']);
  });
});

describe('what a client gives away', () => {
  it('neither secret nor patient to hooks, logs, messages, JSON or the console', async () => {
    const told: unknown[] = [];
    const tell = (...event: unknown[]) => void told.push(event);
    const { client } = fakeService(
      (n) =>
        n === 0
          ? failing(503)
          : json(404, { code: 'PATIENT_NOT_FOUND', message: `NIK ${NIK} tidak ada`, log_id: 'L-9' }),
      { logger: { debug: tell, warn: tell }, onRequest: tell, onResponse: tell, onRetry: tell },
    );
    const thrown = await thrownBy(client.kirimEncounter({ ...guideVisit(), nik_pasien: NIK }));
    expect(told.length).toBe(8);
    expect(told).toContainEqual([
      {
        endpoint: 'kirimEncounter',
        attempt: 2,
        took: expect.any(Number),
        status: 404,
        code: 'PATIENT_NOT_FOUND',
        logId: 'L-9',
      },
    ]);
    const said = [
      ...[client, thrown, told].flatMap((one) => [
        inspect(one, { depth: 20, showHidden: true, getters: true }),
        JSON.stringify(one),
      ]),
      String(thrown),
      String(thrown?.stack),
      `${client}`,
    ].join('\n');
    expect(said).not.toMatch(/very-secret|\d{16}|pusing|130\/85/i);
    expect(inspect(client)).toBe(
      'SatusehatClient {"baseUrl":"http://service.invalid","clinicCode":"KLINIK-001"}',
    );
  });

  it('a hook that throws costs nothing', async () => {
    const bad = () => {
      throw new Error('a mistake');
    };
    const { client } = fakeService((n) => (n === 0 ? failing() : sent()), {
      logger: { debug: bad, warn: bad },
      onRequest: bad,
      onResponse: bad,
      onRetry: bad,
    });
    expect(await client.kirimEncounter(guideVisit())).toMatchObject({ encounter_id: 'E-1' });
  });

  it('what goes wrong in headers of one’s own is thrown as it is', async () => {
    const mine = new Error('session over');
    const { client, seen } = fakeService(() => sent(), { headers: () => Promise.reject(mine) });
    await expect(client.kirimEncounter(guideVisit())).rejects.toBe(mine);
    await expect(client.safe.kirimEncounter(guideVisit())).rejects.toBe(mine);
    expect(seen).toHaveLength(0);
  });

  it('no NIK becomes part of an address', async () => {
    const { client, seen } = fakeService(() => sent());
    for (const id of [NIK, '', '../x', 'a/b']) {
      const result = await client.safe.getStatus(id);
      expect(result.error?.code).toMatch(/INVALID_FIELDS|MISSING_REQUIRED_FIELDS/);
      expect(String(result.error)).not.toContain(NIK);
    }
    expect(seen).toHaveLength(0);
  });
});

describe('English', () => {
  it('for what the client finds, what a service answers, and what does not answer', async () => {
    const { client } = fakeService(
      (n) =>
        n === 0
          ? json(404, { code: 'PATIENT_NOT_FOUND', message: 'Tidak ada', remedy: 'Periksa' })
          : n === 1
            ? json(418, { code: 'TEAPOT', message: 'Saya teko' })
            : Promise.reject(new TypeError('x')),
      { locale: 'en', retries: 0, cache: false },
    );
    const wrong = await thrownBy(
      client.kirimEncounter({ ...guideVisit(), poli: '', jenis_layanan: 7 as never }),
    );
    expect(wrong?.message).toMatch(/: poli is required\.$/);
    expect(wrong?.code === 'MISSING_REQUIRED_FIELDS' && wrong.details?.fields).toEqual([
      { field: 'poli', problem: 'missing', message: 'poli is required', remedy: 'Fill in this field.' },
    ]);
    expect(await thrownBy(client.getPatientId(NIK))).toMatchObject({
      code: 'PATIENT_NOT_FOUND',
      status: 404,
      message: 'The patient was not found in SATUSEHAT.',
      remedy: expect.stringContaining('Check the NIK'),
      attempts: 1,
    });
    expect(await thrownBy(client.getPatientId(NIK))).toMatchObject({
      code: 'UNKNOWN',
      rawCode: 'TEAPOT',
      message: 'Saya teko',
    });
    expect((await thrownBy(client.getPatientId(NIK)))?.message).toMatch(/^[\x20-\x7e]*SATUSEHAT Service/);
  });
});
