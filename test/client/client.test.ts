import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { afterEach, describe, expect, expectTypeOf, it, vi } from 'vitest';
import { codesInEnglish } from '../../src/contract/english.js';
import {
  type ErrorCode,
  errorCodes,
  isSatusehatError,
  SatusehatClient,
  SatusehatError,
} from '../../src/index.js';
import { thrownBy } from '../support/thrown.js';
import { guideVisit } from '../support/visit.js';

const json = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  new Response(typeof body === 'string' ? body : JSON.stringify(body), { status, headers });

/** A client whose service answers this. */
function answering(response: Response | (() => Promise<Response>), options = {}) {
  return new SatusehatClient({
    baseUrl: 'http://service.invalid',
    clinicCode: 'KLINIK-001',
    clinicSecret: 'very-secret',
    retries: 0,
    fetch: async () => (typeof response === 'function' ? response() : response),
    ...options,
  });
}

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
  vi.unstubAllGlobals();
});

async function serverThat(handle: Parameters<typeof createServer>[1]): Promise<string> {
  server = createServer(handle as never);
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('what was given', () => {
  it('is what stood there at the moment of the call', async () => {
    const bodies: string[] = [];
    const client = new SatusehatClient({
      baseUrl: 'http://service.invalid',
      fetch: async (input, init) => {
        bodies.push((await new Request(input, init).json()).no_registrasi);
        return json(200, { status: 'success', encounter_id: 'E-1' });
      },
    });
    const visit = { ...guideVisit(), no_registrasi: '' };
    for (const round of ['A', 'B']) {
      const calls = [1, 2, 3].map((number) => {
        visit.no_registrasi = `${round}${number}`;
        return client.kirimEncounter(visit);
      });
      visit.no_registrasi = 'later';
      await Promise.all(calls);
    }
    expect(bodies.sort()).toEqual(['A1', 'A2', 'A3', 'B1', 'B2', 'B3']);
  });

  it.each([
    ['retries', -1],
    ['retries', Number.NaN],
    ['timeout', Number.NaN],
    ['totalTimeout', 0],
    ['wait', Number.NaN],
  ])('%s: %s for one call is refused before anything goes', async (name, value) => {
    let asked = 0;
    const client = new SatusehatClient({
      baseUrl: 'http://service.invalid',
      fetch: async () => {
        asked++;
        return json(200, { status: 'success' });
      },
    });
    await expect(client.kirimEncounter(guideVisit(), { [name]: value })).rejects.toThrow(name);
    expect(asked).toBe(0);
  });

  it('a headers function that hangs ends with the time-out of the attempt', async () => {
    const client = new SatusehatClient({
      baseUrl: 'http://service.invalid',
      headers: () => new Promise(() => {}),
      fetch: async () => json(200, { status: 'success' }),
    });
    const error = await client
      .getPatientId('3201234567890123', { timeout: 5, retries: 0 })
      .catch((one) => one);
    expect(error).toMatchObject({ code: 'TIMEOUT', attempts: 1 });
  });

  it.each([
    { status: 'failed', id: 'E-1' },
    { status: 'gagal', log_id: 'L-1' },
    { success: false, id: 7 },
    { error: 'database down', log_id: 'L-1' },
    { meta: { code: 1e28, message: 'x' } },
  ])('a failure in a 200 is one: %j', async (body) => {
    const client = new SatusehatClient({
      baseUrl: 'http://service.invalid',
      fetch: async () => json(200, body),
      retries: 0,
    });
    expect(isSatusehatError(await client.kirimEncounter(guideVisit()).catch((one) => one))).toBe(true);
  });
});

describe('what goes out', () => {
  it('the guide’s headers and the body as given, to the guide’s path', async () => {
    let seen: Request | undefined;
    const client = new SatusehatClient({
      baseUrl: 'http://service.invalid/',
      clinicCode: 'KLINIK-001',
      clinicSecret: 'very-secret',
      fetch: async (input, init) => {
        seen = new Request(input, init);
        return json(200, { status: 'success' });
      },
    });
    await client.kirimEncounter(guideVisit(), { idempotencyKey: 'k-1', wait: 3 });
    expect(seen?.url).toBe('http://service.invalid/api/encounter');
    expect(seen?.method).toBe('POST');
    expect(Object.fromEntries(seen?.headers ?? [])).toMatchObject({
      'x-clinic-code': 'KLINIK-001',
      'x-clinic-secret': 'very-secret',
      'content-type': 'application/json',
      'idempotency-key': 'k-1',
      prefer: 'wait=3',
    });
    expect(await seen?.json()).toEqual(guideVisit());
  });

  it('nothing, when the input is wrong: all problems at once, without a status', async () => {
    const fetch = vi.fn();
    const client = answering(json(200, {}), { fetch });
    // @ts-expect-error a required field is missing
    const thrown = await thrownBy(client.kirimEncounter({ nik_pasien: '123', poli: '' }));
    expect(thrown).toMatchObject({ code: 'MISSING_REQUIRED_FIELDS', attempts: 0 });
    expect('status' in (thrown ?? {})).toBe(false);
    expect(
      thrown?.code === 'MISSING_REQUIRED_FIELDS' && thrown.details?.fields.map(({ field }) => field),
    ).toEqual(['nik_pasien', 'tanggal_kunjungan', 'jenis_layanan', 'jenis_kunjungan', 'poli', 'dokter']);
    expect(fetch).not.toHaveBeenCalled();
    // @ts-expect-error JavaScript has no compiler to stop this
    expect(await thrownBy(client.kirimEncounter())).toMatchObject({ code: 'MISSING_REQUIRED_FIELDS' });
  });
});

describe('every shape of an answer', () => {
  it.each([
    ['flat', { status: 'success', satusehat_id: 'P1' }],
    ['under data', { status: 'success', data: { satusehat_id: 'P1' } }],
    ['meta and data', { meta: { code: 200, message: 'OK' }, data: { satusehat_id: 'P1' } }],
    ['with fields of the future', { status: 'success', satusehat_id: 'P1', baru: { x: 1 } }],
  ])('%s', async (_, body) => {
    expect(await answering(json(200, body)).getPatientId('9204014804000002')).toMatchObject({
      status: 'success',
      satusehat_id: 'P1',
    });
  });

  it.each<[string, Response, Partial<SatusehatError>]>([
    [
      'the contract’s error',
      json(404, {
        status: 'error',
        code: 'PATIENT_NOT_FOUND',
        message: 'Tidak ada',
        remedy: 'Periksa',
        log_id: 'L1',
      }),
      { code: 'PATIENT_NOT_FOUND', status: 404, message: 'Tidak ada', remedy: 'Periksa', logId: 'L1' },
    ],
    ['an old typo', json(404, { code: 'PASIENT_NOT_FOUND', message: 'x' }), { code: 'PATIENT_NOT_FOUND' }],
    [
      'status not_found',
      json(404, { status: 'not_found', message: 'x' }),
      { code: 'PATIENT_NOT_FOUND', message: 'x' },
    ],
    [
      'an error with HTTP 200',
      json(200, { status: 'error', code: 'MULTIPLE_MATCHES' }),
      { code: 'MULTIPLE_MATCHES', status: 200 },
    ],
    [
      'a code that this endpoint does not have',
      json(409, { status: 'error', code: 'IDEMPOTENCY_CONFLICT', message: 'x' }),
      { code: 'UNEXPECTED_RESPONSE', rawCode: 'IDEMPOTENCY_CONFLICT', status: 409, message: 'x' },
    ],
    [
      'a service without this endpoint',
      json(404, { message: 'x' }),
      { code: 'UNEXPECTED_RESPONSE', status: 404, retryable: false },
    ],
    [
      'details of another form',
      json(422, { code: 'INVALID_FIELDS', details: { fields: 'nik' } }),
      { code: 'INVALID_FIELDS', details: undefined },
    ],
    [
      'words that echo a NIK, at any depth',
      json(404, {
        code: 'PATIENT_NOT_FOUND',
        message: 'NIK 9204014804000002 tidak ada',
        remedy: 'Periksa 9204014804000002',
        details: { fields: [{ field: 'nik', message: '9204014804000002', value: 9204014804000002 }] },
      }),
      {
        message: 'NIK ################ tidak ada',
        remedy: 'Periksa ################',
        details: {
          fields: [{ field: 'nik', message: '################', value: '################' }],
        } as never,
      },
    ],
    [
      'meta',
      json(200, { meta: { code: 422, message: 'x' }, data: null }),
      { code: 'INVALID_FIELDS', message: 'x' },
    ],
    [
      'Laravel’s errors',
      json(422, { message: 'x', errors: { nik: ['wajib'] } }),
      {
        code: 'INVALID_FIELDS',
        details: { fields: [{ field: 'nik', problem: 'invalid', message: 'wajib', remedy: '' }] },
      },
    ],
    [
      'errors in a form that nobody knows',
      json(422, {
        message: 'x',
        errors: { nik: { toString: 1 }, nama: ['wajib', { toString: 1 }], umur: 7 },
      }),
      {
        code: 'INVALID_FIELDS',
        details: {
          fields: ['', 'wajib', ''].map((message, index) => ({
            field: ['nik', 'nama', 'umur'][index],
            problem: 'invalid',
            message,
            remedy: '',
          })),
        } as never,
      },
    ],
    [
      'error as text',
      json(401, { error: 'Unauthorized' }),
      { code: 'INVALID_CREDENTIALS', message: 'Unauthorized' },
    ],
    [
      'a code of the future',
      json(418, { code: 'TEAPOT', message: 'x' }),
      { code: 'UNKNOWN', rawCode: 'TEAPOT', status: 418 },
    ],
    [
      'a client’s code from a service',
      json(500, { code: 'ABORTED' }),
      { code: 'UNKNOWN', rawCode: 'ABORTED' },
    ],
    ['HTML', json(404, '<html>404</html>'), { code: 'UNEXPECTED_RESPONSE', status: 404 }],
    ['HTML of a proxy', json(502, '<html>502</html>'), { code: 'UPSTREAM_UNAVAILABLE', status: 502 }],
    ['JSON of somebody else', json(200, { ok: true }), { code: 'UNEXPECTED_RESPONSE', status: 200 }],
    ['an empty 200', json(200, ''), { code: 'UNEXPECTED_RESPONSE', status: 200 }],
    ['a 200 without the id', json(200, { status: 'success' }), { code: 'UNEXPECTED_RESPONSE' }],
    [
      'a redirect',
      json(302, '', { location: 'http://elsewhere.invalid' }),
      { code: 'UNEXPECTED_RESPONSE', status: 302 },
    ],
    [
      'Retry-After',
      json(429, {}, { 'retry-after': '7' }),
      { code: 'RATE_LIMITED', retryAfter: 7, retryable: true },
    ],
  ])('%s', async (_, response, expected) => {
    expect(await thrownBy(answering(response).getPatientId('9204014804000002'))).toMatchObject(expected);
  });
});

describe('when nothing answers', () => {
  it('NETWORK_ERROR, without a status', async () => {
    const client = new SatusehatClient({ baseUrl: 'http://127.0.0.1:9', retries: 0 });
    const thrown = await thrownBy(client.getPatientId('9204014804000002'));
    expect(thrown).toMatchObject({ code: 'NETWORK_ERROR', retryable: true, attempts: 1 });
    expect('status' in (thrown ?? {})).toBe(false);
  });

  it.each([
    ['headers', false],
    ['the body', true],
  ])('TIMEOUT over %s', async (_, headersFirst) => {
    const baseUrl = await serverThat((_request, response) => {
      if (headersFirst) response.writeHead(200, { 'content-type': 'application/json' }).write('{"status":');
    });
    const client = new SatusehatClient({ baseUrl, timeout: 50, retries: 0 });
    const thrown = await thrownBy(client.getPatientId('9204014804000002'));
    expect(thrown).toMatchObject({ code: 'TIMEOUT', attempts: 1 });
    expect('status' in (thrown ?? {})).toBe(false);
  });

  it('a redirect is not followed: the secret goes nowhere else', async () => {
    let followed = false;
    const baseUrl = await serverThat((request, response) => {
      if (request.url === '/elsewhere') followed = true;
      response.writeHead(307, { location: '/elsewhere' }).end();
    });
    const client = new SatusehatClient({ baseUrl, clinicSecret: 'very-secret' });
    expect(await thrownBy(client.getPatientId('9204014804000002'))).toMatchObject({
      code: 'UNEXPECTED_RESPONSE',
      status: 307,
    });
    expect(followed).toBe(false);
  });

  it('ABORTED at once', async () => {
    const abort = new AbortController();
    const baseUrl = await serverThat(() => abort.abort());
    const client = new SatusehatClient({ baseUrl });
    const thrown = await thrownBy(client.getPatientId('9204014804000002', { signal: abort.signal }));
    expect(thrown).toMatchObject({ code: 'ABORTED', retryable: false });
  });

  it('what is no signal is a TypeError, and no timer goes on behind it', async () => {
    const timers: unknown[] = [];
    vi.spyOn(globalThis, 'setTimeout').mockImplementation(((handler: unknown) => {
      timers.push(handler);
      return 0;
    }) as never);
    const client = new SatusehatClient({ baseUrl: 'http://127.0.0.1:9', retries: 0, cache: false });
    // Of a program without types: the controller in the place of its signal.
    const wrong = new AbortController() as unknown as AbortSignal;
    const thrown = await client.getPatientId('9204014804000002', { signal: wrong }).catch((error) => error);
    expect(thrown).toBeInstanceOf(TypeError);
    expect(timers).toEqual([]);
  });
});

describe('secrets', () => {
  it('are not in the printed client, nor in an error', async () => {
    const client = answering(json(500, { message: 'x' }));
    expect(inspect(client, { depth: 9, showHidden: true })).not.toContain('very-secret');
    expect(JSON.stringify(client)).not.toContain('very-secret');
    const thrown = await thrownBy(
      new SatusehatClient({
        baseUrl: 'http://127.0.0.1:9',
        clinicSecret: 'very-secret',
        retries: 0,
      }).getPatientId('9204014804000002'),
    );
    expect(inspect(thrown, { depth: 9 }) + JSON.stringify(thrown) + String(thrown)).not.toMatch(
      /very-secret|9204014804000002/,
    );
  });

  it('are refused in a browser, which is told what to do', () => {
    vi.stubGlobal('document', {});
    const options = { baseUrl: '/satusehat', clinicSecret: 's' };
    expect(() => new SatusehatClient(options)).toThrow(/proxy/);
    expect(() => new SatusehatClient('/satusehat', 'c', 's')).toThrow(/proxy/);
    expect(new SatusehatClient({ ...options, dangerouslyAllowBrowser: true })).toBeInstanceOf(
      SatusehatClient,
    );
    expect(new SatusehatClient({ baseUrl: '/satusehat' })).toBeInstanceOf(SatusehatClient);
  });

  it('a missing baseUrl is named', () => {
    expect(() => new SatusehatClient({ baseUrl: '' })).toThrow(/baseUrl/);
  });
});

describe('errors', () => {
  it('each code has words in both languages, and a status unless only a client makes it', () => {
    for (const [code, row] of Object.entries(errorCodes)) {
      for (const { message, remedy } of [row, codesInEnglish[code as ErrorCode]]) {
        expect(message, code).toMatch(/\S/);
        expect(remedy, code).toMatch(/\S/);
      }
      const made = new SatusehatError({ code: code as ErrorCode });
      expect(made.message).toBe(row.message);
      expect(isSatusehatError(made)).toBe(true);
    }
    expect(isSatusehatError(new Error('x'))).toBe(false);
    expect(isSatusehatError(null)).toBe(false);
  });

  it('narrow by code', () => {
    const thrown = new SatusehatError({ code: 'UNKNOWN' }) as SatusehatError;
    if (thrown.code === 'INVALID_FIELDS') {
      expectTypeOf(thrown.details).toEqualTypeOf<
        | { fields: { field: string; problem: 'missing' | 'invalid'; message: string; remedy: string }[] }
        | undefined
      >();
    }
    expectTypeOf(thrown.code).toEqualTypeOf<ErrorCode>();
  });
});

describe('types of the input', () => {
  it('hold requiredness, codes and numbers', () => {
    const client = answering(json(200, { status: 'success' }));
    const visit = {
      nik_pasien: '9204014804000002',
      tanggal_kunjungan: '2024-01-15T08:30:00Z',
      jenis_layanan: '101',
      jenis_kunjungan: '1',
      poli: '100001',
      dokter: '10001234567',
    } as const;
    expectTypeOf(client.kirimEncounter).toBeCallableWith(visit);
    expectTypeOf(client.kirimEncounter).toBeCallableWith({ ...visit, anamnesa: null });
    const { nik_pasien, ...anonymous } = visit;
    expect(nik_pasien).toBe(visit.nik_pasien);
    expectTypeOf(client.kirimEncounter).toBeCallableWith({ ...anonymous, pasien_id: 'P02478375538' });
    // @ts-expect-error neither nik_pasien nor pasien_id
    expectTypeOf(client.kirimEncounter).toBeCallableWith(anonymous);
    // @ts-expect-error not an allowed code
    expectTypeOf(client.kirimEncounter).toBeCallableWith({ ...visit, jenis_kunjungan: '3' });
    expectTypeOf(client.kirimEncounter).toBeCallableWith({
      ...visit,
      // @ts-expect-error a decimal comma
      pemeriksaan_fisik: { tanda_vital: { suhu: '37,2' } },
    });
  });
});
