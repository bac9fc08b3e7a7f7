/** What an app's own tests use: msw handlers in the place of the service, held against the real one. */
import { delay, http } from 'msw';
import { setupServer } from 'msw/node';
import { afterAll, afterEach, beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import { contract } from '../../src/contract/contract.js';
import { type ErrorCodeOf, errorCodes, SatusehatClient, SatusehatError } from '../../src/index.js';
import { sandboxClinic } from '../../src/sandbox.js';
import { examples } from '../../src/server/openapi-examples.js';
import { type MockedEndpoint, satusehatHandlers } from '../../src/testing.js';
import { thrownBy } from '../support/thrown.js';
import { guideVisit, plainVisit } from '../support/visit.js';
import { closeWorlds, startWorld } from '../support/world.js';

const baseUrl = 'http://satusehat.test:8787/satusehat';
const satusehat = satusehatHandlers({ baseUrl: `${baseUrl}/` });
const guarded = satusehatHandlers({
  baseUrl: 'http://guarded.test',
  clinicCode: 'KLINIK-001',
  clinicSecret: 'rahasia-uji',
});
const server = setupServer(...satusehat, ...guarded);
beforeAll(() => server.listen({ onUnhandledFrame: 'error' }));
afterEach(async () => {
  satusehat.reset();
  guarded.reset();
  await closeWorlds();
});
afterAll(() => server.close());

// biome-ignore lint/suspicious/noExplicitAny: read as an app would, without types
type Body = any;

async function ask(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
  by: (url: string, init: RequestInit) => Promise<Response> = fetch,
): Promise<{ status: number; headers: Headers; body: Body }> {
  const response = await by(baseUrl + path, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}
const post = (path: string, body?: unknown, headers?: Record<string, string>) =>
  ask('POST', path, body, headers);

const request = (endpoint: MockedEndpoint) => examples[endpoint]?.request as Record<string, unknown>;

/** What an answer looks like: its fields, and its texts where they are the service's own words. */
function shape(value: unknown, name = ''): unknown {
  // How many resources a visit makes is the mappers' business.
  if (name === 'resources' && Array.isArray(value)) return Object.keys(value[0]).slice(0, 2);
  if (Array.isArray(value)) return value.map((item) => shape(item));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shape(item, key)]));
  }
  return /id|_at$|^at$/.test(name) ? typeof value : value;
}

describe('the same answers as the real service', () => {
  it('in every endpoint, through a whole day', async () => {
    const world = await startWorld();
    const credentials = { 'x-clinic-code': sandboxClinic.code, 'x-clinic-secret': sandboxClinic.secret };
    const real: typeof ask = (method, path, body, headers = {}) =>
      ask(method, path, body, { ...credentials, ...headers }, (url, init) =>
        world.service.fetch(new Request(`http://service.invalid${url.slice(baseUrl.length)}`, init)),
      );
    const day = async (send: typeof ask) => {
      const seen: [string, number, Body][] = [];
      const step = async (...[method, path, body, headers]: Parameters<typeof ask>) => {
        const answer = await send(method, path, body, headers);
        seen.push([path.replace(/[0-9a-f-]{36}/, '{log_id}'), answer.status, answer.body]);
        return answer.body;
      };
      const async = { prefer: 'respond-async' };
      for (const endpoint of [
        'getPatientId',
        'getPractitionerId',
        'getHealthcareServiceId',
        'registerPatient',
        'registerPractitioner',
      ] as const) {
        await step('POST', contract[endpoint].path, request(endpoint));
      }
      const sent = await step('POST', '/api/encounter', guideVisit());
      // The same once more, and what hangs on it by its log_id.
      await step('POST', '/api/encounter', guideVisit());
      const on = { encounter_id: sent.log_id, pasien_id: sent.pasien_id };
      await step('POST', '/api/diagnosis', { ...request('kirimDiagnosis'), ...on });
      const seenThen = await step('POST', '/api/observation', { ...request('kirimObservation'), ...on });
      const done = await step('POST', '/api/procedure', { ...request('kirimProcedure'), ...on });
      await step('POST', '/api/kunjungan', { ...request('kirimKunjungan'), ...plainVisit() });
      const late = { ...plainVisit(), tanggal_kunjungan: '2024-02-01T08:30:00Z', tanggal_selesai: null };
      const queued = await step('POST', '/api/encounter', late, async);
      await step('GET', `/api/log/${sent.log_id}`);
      await step('POST', `/api/log/${sent.log_id}/resend`);
      await step('POST', `/api/log/${seenThen.log_id}/batal`, { alasan: 'Salah pasien' });
      await step('POST', `/api/log/${seenThen.log_id}/batal`);
      // The platform has no way to withdraw or change a procedure.
      await step('POST', `/api/log/${done.log_id}/batal`);
      await step('POST', `/api/log/${sent.log_id}/batal`);
      await step('POST', '/api/procedure', { ...request('kirimProcedure'), ...on, id: done.log_id });
      await step('POST', `/api/log/${queued.log_id}/resend`);
      await step('GET', '/healthz');
      await step('GET', '/readyz');
      // What is wrong is refused with the same words.
      await step('POST', '/api/encounter', { nik_pasien: '123', poli: '' });
      await step('POST', '/api/encounter', { ...plainVisit(), tanggal_kunjungan: '2999-01-01T00:00:00Z' });
      await step('POST', '/api/satusehat/get-patient-id', '[1]');
      await step('POST', '/api/satusehat/get-patient-id', '{', { 'content-type': 'application/json' });
      await step('POST', '/api/satusehat/get-patient-id', '{}', { 'content-type': 'text/plain' });
      await step('GET', '/api/log/0b0a6e1e-55f3-4d44-8f0a-6f3f2f6f1d99');
      await step('POST', '/api/satusehat/register-patient?uji=1', request('registerPatient'));
      await step('POST', '/api/encounter', { ...plainVisit(), penjamin: '2' }, { 'idempotency-key': 'k-1' });
      await step('POST', '/api/encounter', { ...plainVisit(), penjamin: '3' }, { 'idempotency-key': 'k-1' });
      return seen;
    };
    const [ours, theirs] = [await day(ask), await day(real)];
    for (const [index, [path, status, body]] of theirs.entries()) {
      const answer = ours[index];
      expect([path, answer?.[1], shape(answer?.[2])]).toEqual([path, status, shape(body)]);
      if (status < 300) {
        const row = Object.values(contract).find((one) => one.path === path);
        if (row) expect(row.response.safeParse(answer?.[2]).success, path).toBe(true);
      }
    }
    expect((await ask('GET', '/api/log')).body.data.items).toHaveLength(7);
  });

  it('the guide’s ids for the guide’s people, and always the same ones for others', async () => {
    const id = async (nik: string) =>
      (await post('/api/satusehat/get-patient-id', { nik })).body.satusehat_id;
    expect(await id('3201234567890123')).toBe('P00123456789');
    expect(await id('9204014804000002')).toMatch(/^P\d{11}$/);
    expect(await id('9204014804000002')).toBe(await id('9204014804000002'));
    expect(await id('9204014804000002')).not.toBe(await id('9271060312000001'));
    const first = (await post('/api/encounter', plainVisit())).body;
    satusehat.reset();
    expect((await post('/api/encounter', plainVisit())).body).toEqual(first);
  });

  it('a dry run keeps nothing', async () => {
    const { body } = await post('/api/encounter?uji=1', plainVisit());
    expect(body.data.fhir.resourceType).toBe('Bundle');
    expect((await ask('GET', '/api/log')).body.data.items).toEqual([]);
  });
});

describe('when', () => {
  const mocked = (Object.keys(contract) as MockedEndpoint[]).filter(
    (endpoint) => !['metrics', 'openapi', 'dashboard'].includes(endpoint),
  );

  it.each(mocked)('%s can be made to answer each of its errors, once', async (endpoint) => {
    const row = contract[endpoint];
    const { log_id } = (await post('/api/encounter', plainVisit())).body;
    const path = row.path.replace('{log_id}', log_id);
    // What is sent cannot be sent again otherwise.
    const body = row.method === 'GET' || endpoint === 'resendLog' ? undefined : request(endpoint);
    for (const code of row.errors) {
      satusehat.when(endpoint, { error: code, times: 1 } as never);
      const answer = await ask(row.method, path, body);
      expect([answer.status, answer.body.code]).toEqual([errorCodes[code].status, code]);
      expect(answer.body.message).toBe(new SatusehatError({ code }).message);
      expect((await ask(row.method, path, body)).status).toBeLessThan(300);
    }
  });

  it('what is not found is named, as the service does', async () => {
    satusehat.when('kirimEncounter', { error: 'PATIENT_NOT_FOUND' });
    const { body } = await post('/api/encounter', plainVisit());
    expect(body.details.fields).toMatchObject([{ field: 'nik_pasien', problem: 'invalid' }]);
  });

  it('an error with everything that it can carry', async () => {
    satusehat.when('kirimDiagnosis', {
      error: 'FHIR_VALIDATION_ERROR',
      message: 'Kode tidak dikenal.',
      remedy: 'Periksa kodenya.',
      details: { issues: [{ text: 'unknown code', rule: '10004' }] },
      logId: 'L-1',
      retryAfter: 7,
    });
    const answer = await post('/api/diagnosis', request('kirimDiagnosis'));
    expect(answer.headers.get('retry-after')).toBe('7');
    expect(answer.body).toEqual({
      status: 'error',
      code: 'FHIR_VALIDATION_ERROR',
      message: 'Kode tidak dikenal.',
      remedy: 'Periksa kodenya.',
      log_id: 'L-1',
      details: { issues: [{ text: 'unknown code', rule: '10004' }] },
    });
  });

  it('so many times in the order given, then always, then as usual', async () => {
    satusehat.when('getPatientId', { answer: { satusehat_id: 'P00000000009' } });
    satusehat.when('getPatientId', { error: 'OVERLOADED', times: 2 });
    satusehat.when('getPatientId', { error: 'RATE_LIMITED', times: 1 });
    const seen: unknown[] = [];
    for (let turn = 0; turn < 5; turn++) {
      const { body } = await post('/api/satusehat/get-patient-id', { nik: '3201234567890123' });
      seen.push(body.code ?? body.satusehat_id);
    }
    expect(seen).toEqual(['OVERLOADED', 'OVERLOADED', 'RATE_LIMITED', 'P00000000009', 'P00000000009']);
    satusehat.reset();
    expect((await post('/api/satusehat/get-patient-id', { nik: '3201234567890123' })).body).toMatchObject({
      satusehat_id: 'P00123456789',
    });
    expect(() => satusehat.when('getPatientId', { error: 'OVERLOADED', times: 0 })).toThrow(/times/);
  });

  it('wrong input is refused all the same, and uses nothing up', async () => {
    satusehat.when('getPatientId', { answer: { satusehat_id: 'P00000000009' }, times: 1 });
    const wrong = await post('/api/satusehat/get-patient-id', { nik: '1' });
    expect(wrong.body).toMatchObject({ code: 'INVALID_FIELDS', details: { fields: [{ field: 'nik' }] } });
    const { body } = await post('/api/satusehat/get-patient-id', { nik: '3201234567890123' });
    expect([body.satusehat_id, body.data.satusehat_id]).toEqual(['P00000000009', 'P00000000009']);
  });

  it('by what was asked', async () => {
    satusehat.when('getPatientId', ({ input }) =>
      input.nik === '3201010101990009' ? { error: 'PATIENT_NOT_FOUND' } : undefined,
    );
    const code = async (nik: string) => (await post('/api/satusehat/get-patient-id', { nik })).body.code;
    expect([await code('3201010101990009'), await code('3201234567890123')]).toEqual([
      'PATIENT_NOT_FOUND',
      undefined,
    ]);
  });

  it('queued stays queued until it is delivered, and what hangs on it waits', async () => {
    satusehat.when('kirimEncounter', { queued: true });
    const { status, body } = await post('/api/encounter', plainVisit());
    expect([status, body.status, body.data.delivery]).toEqual([202, 'queued', 'queued']);
    expect(body.encounter_id).toBeUndefined();
    const on = { encounter_id: body.log_id, pasien_id: 'P00123456789' };
    const diagnosis = await post('/api/diagnosis', { ...request('kirimDiagnosis'), ...on });
    expect([diagnosis.status, diagnosis.body.data.delivery]).toEqual([202, 'queued']);
    const state = async (logId: string) => (await ask('GET', `/api/log/${logId}`)).body.data.state;
    expect([await state(body.log_id), await state(diagnosis.body.log_id)]).toEqual(['queued', 'held']);
    satusehat.deliver();
    expect([await state(body.log_id), await state(diagnosis.body.log_id)]).toEqual(['sent', 'sent']);
    const log = (await ask('GET', `/api/log/${body.log_id}`)).body.data;
    expect(log.encounter_id).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('a delay, and a connection that breaks', async () => {
    satusehat.when('getPatientId', { delay: 500, times: 1 });
    const patient = post('/api/satusehat/get-patient-id', { nik: '3201234567890123' });
    // Nobody waits for it: an answer of elsewhere is there first.
    const first = await Promise.race([
      patient.then(() => 'late'),
      ask('GET', '/healthz').then(() => 'quick'),
    ]);
    expect(first).toBe('quick');
    satusehat.when('getPatientId', { network: 'error', times: 1 });
    const client = new SatusehatClient({ baseUrl, ...({ retries: 0 } as object) });
    expect(await thrownBy(client.getPatientId('9204014804000002'))).toMatchObject({ code: 'NETWORK_ERROR' });
    expect((await patient).body.satusehat_id).toBe('P00123456789');
  });
});

describe('calls', () => {
  it('are told as they came, without the secret', async () => {
    const client = new SatusehatClient({ baseUrl, clinicCode: 'KLINIK-001', clinicSecret: 'rahasia-uji' });
    await client.kirimEncounter(plainVisit(), { idempotencyKey: 'k-1' });
    await client.getLog('unknown').catch(() => {});
    await post('/api/diagnosis', '{');
    expect(satusehat.calls().map(({ endpoint, status, code }) => [endpoint, status, code])).toEqual([
      ['kirimEncounter', 200, undefined],
      ['getLog', 404, 'NOT_FOUND'],
      ['kirimDiagnosis', 400, 'INVALID_JSON'],
    ]);
    const [call] = satusehat.calls('kirimEncounter');
    expect(call?.body).toEqual(plainVisit());
    expect(call?.input?.nik_pasien).toBe('9204014804000002');
    expect(call?.headers.get('idempotency-key')).toBe('k-1');
    expect(JSON.stringify([...(call?.headers ?? [])])).not.toContain('rahasia-uji');
    expect(satusehat.calls('getLog')[0]?.params).toEqual({ log_id: 'unknown' });
    satusehat.reset();
    expect(satusehat.calls()).toEqual([]);
  });

  it('of a clinic that is named, only with its credentials', async () => {
    const options = { baseUrl: 'http://guarded.test', clinicCode: 'KLINIK-001' };
    const wrong = new SatusehatClient({ ...options, clinicSecret: 'salah' });
    expect(await thrownBy(wrong.getPatientId('3201234567890123'))).toMatchObject({
      code: 'INVALID_CREDENTIALS',
      status: 401,
    });
    const right = new SatusehatClient({ ...options, clinicSecret: 'rahasia-uji' });
    expect((await right.getPatientId('3201234567890123')).satusehat_id).toBe('P00123456789');
  });
});

describe('beside a user’s own handlers', () => {
  it('theirs come first', async () => {
    server.use(
      http.post(`${baseUrl}/api/encounter`, async () => {
        await delay(0);
        return Response.json({ status: 'success', log_id: 'mine' });
      }),
    );
    expect((await post('/api/encounter', {})).body.log_id).toBe('mine');
    server.resetHandlers();
    expect((await post('/api/encounter', {})).body.code).toBe('MISSING_REQUIRED_FIELDS');
  });

  it('a missing baseUrl is named', () => {
    // @ts-expect-error JavaScript has no compiler to stop this
    expect(() => satusehatHandlers({})).toThrow('satusehatHandlers: baseUrl is missing');
  });
});

it('types: an endpoint can have its own errors and no other', () => {
  const check = () => {
    satusehat.when('kirimEncounter', { error: 'PATIENT_NOT_FOUND', details: { fields: [] } });
    satusehat.when('kirimEncounter', { queued: true, delay: 5 });
    satusehat.when('getLog', { answer: { data: { state: 'waiting' } } });
    satusehat.when('getPatientId', { delay: 5, times: 1 });
    // @ts-expect-error a patient's look-up knows no encounter
    satusehat.when('getPatientId', { error: 'ENCOUNTER_NOT_FOUND' });
    // @ts-expect-error nothing is kept of a look-up
    satusehat.when('getPatientId', { queued: true });
    // @ts-expect-error details of another code
    satusehat.when('kirimEncounter', { error: 'PATIENT_NOT_FOUND', details: { issues: [] } });
    // @ts-expect-error no endpoint of an app
    satusehat.when('metrics', { delay: 5 });
    // @ts-expect-error a misspelt field of an answer is no error, a wrong type is
    satusehat.when('getPatientId', { answer: { satusehat_id: 5 } });
  };
  expect(check).toBeTypeOf('function');
  const [call] = satusehat.calls('getPatientId');
  expectTypeOf(call).toExtend<{ input: { nik: string } | undefined } | undefined>();
  expectTypeOf<NonNullable<typeof call>['code']>().toEqualTypeOf<ErrorCodeOf<'getPatientId'> | undefined>();
});
