/**
 * The whole client against the real service, over the table of endpoints: in process, and over a socket the way users'
 * requests go. An endpoint that is added without a line here fails.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EndpointName, endpoints, type SafeMethod, SatusehatClient } from '../../src/index.js';
import { sandboxClinic } from '../../src/sandbox.js';
import { type Listening, listen } from '../../src/server.js';
import { bloodPressure, hypertension, incision, inVisit } from '../support/clinical.js';
import { thrownBy } from '../support/thrown.js';
import { guideVisit, plainVisit, registration } from '../support/visit.js';
import { closeWorlds, startWorld, type World } from '../support/world.js';

const { nama_ibu: _, ...person } = registration;
const doctor = {
  ...person,
  nik: '7209061211900001',
  tempat_lahir: 'Bogor',
  email: 'dokter@klinik.example',
  sip: 'SIP/1/2024',
  str: 'STR-1',
  spesialis: '101',
};

/** What a test of one endpoint has at hand. */
interface Hands {
  client: SatusehatClient;
  world: World;
  /** A visit nobody else sends. */
  visit(): ReturnType<typeof plainVisit>;
}

/** Endpoints that are no method: they belong to operators, browsers and monitors. */
const notMethods = ['healthz', 'readyz', 'metrics', 'openapi', 'dashboard'] as const;
type Callable = Exclude<EndpointName, (typeof notMethods)[number]>;

let registrations = 0;

/** What works, by endpoint. */
const works: Record<Callable, (hands: Hands) => Promise<void>> = {
  async kirimEncounter({ client, visit }) {
    const sent = await client.kirimEncounter(visit());
    expect(sent).toMatchObject({ status: 'success', data: { delivery: 'sent' } });
    expect(sent.encounter_id).toMatch(/^[0-9a-f-]{36}$/);
  },
  async kirimDiagnosis({ client }) {
    const { encounter_id = '' } = await client.kirimEncounter({ ...guideVisit(), no_registrasi: next() });
    expect(await client.kirimDiagnosis(hypertension(encounter_id))).toMatchObject({
      data: { delivery: 'sent' },
    });
  },
  async kirimObservation({ client }) {
    const { log_id = '' } = await client.kirimEncounter({ ...guideVisit(), no_registrasi: next() });
    expect(await client.kirimObservation(bloodPressure(log_id))).toMatchObject({
      data: { delivery: 'sent' },
    });
  },
  async kirimProcedure({ client }) {
    const no_registrasi = next();
    await client.kirimEncounter({ ...guideVisit(), no_registrasi });
    expect(await client.kirimProcedure(incision(no_registrasi))).toMatchObject({
      data: { delivery: 'sent' },
    });
  },
  async kirimKunjungan({ client, visit, world }) {
    const before = world.sandbox.stats().writes;
    const sent = await client.kirimKunjungan({
      encounter: visit(),
      diagnosis: [inVisit(hypertension(''))],
      observasi: [inVisit(bloodPressure(''))],
      prosedur: [inVisit(incision(''))],
    });
    expect(sent).toMatchObject({ status: 'success', data: { delivery: 'sent' } });
    expect(world.sandbox.stats().writes).toBe(before + 1);
  },
  async getPatientId({ client }) {
    expect(await client.getPatientId('3201234567890123')).toMatchObject({ satusehat_id: 'P00123456789' });
  },
  async getPractitionerId({ client }) {
    expect((await client.getPractitionerId({ nik: doctor.nik })).satusehat_id).toMatch(/^\d+$/);
  },
  async getHealthcareServiceId({ client }) {
    expect((await client.getHealthcareServiceId('100001')).satusehat_id).toMatch(/^[0-9a-f-]{36}$/);
  },
  async registerPatient({ client }) {
    expect(await thrownBy(client.getPatientId(registration.nik))).toMatchObject({
      code: 'PATIENT_NOT_FOUND',
    });
    const { id } = await client.registerPatient(registration);
    expect(await client.getPatientId(registration.nik)).toMatchObject({ satusehat_id: id });
  },
  async registerPractitioner({ client }) {
    expect(await thrownBy(client.getPractitionerId(null, doctor.sip))).toMatchObject({
      code: 'PRACTITIONER_NOT_FOUND',
    });
    const { id } = await client.registerPractitioner(doctor);
    expect(await client.getPractitionerId(null, doctor.sip)).toMatchObject({ satusehat_id: id });
  },
  async listLog({ client, visit }) {
    const { log_id } = await client.kirimEncounter(visit());
    const { data } = await client.listLog({ state: 'sent', batas: 1 });
    expect(data.items).toMatchObject([{ log_id, endpoint: 'kirimEncounter', state: 'sent' }]);
  },
  async getLog({ client, visit }) {
    const { log_id = '' } = await client.kirimEncounter(visit(), { wait: 0 });
    const states: string[] = [];
    const done = await client.tungguSelesai(log_id, {
      interval: 5,
      onChange: ({ data }) => states.push(data.state),
    });
    expect(done).toMatchObject({ log_id, data: { state: 'sent' } });
    expect(states.at(-1)).toBe('sent');
    expect(await client.getStatus(log_id)).toEqual(done);
  },
  async resendLog({ client, visit }) {
    const wrong = { ...visit(), nik_pasien: '3201010101990017' };
    const thrown = await thrownBy(client.kirimEncounter(wrong));
    expect(thrown).toMatchObject({ code: 'PATIENT_NOT_FOUND', logId: expect.any(String), attempts: 1 });
    const logId = thrown?.logId ?? '';
    expect(await thrownBy(client.resend(logId))).toMatchObject({ code: 'PATIENT_NOT_FOUND', logId });
    const right = await client.resend(logId, { ...wrong, nik_pasien: '3201234567890123' });
    expect(right).toMatchObject({ status: 'success', log_id: logId });
  },
  async batalLog({ client, visit }) {
    const { log_id = '' } = await client.kirimEncounter(visit());
    expect(await client.batal(log_id, 'Salah pasien')).toMatchObject({ data: { state: 'void' } });
    expect((await client.getStatus(log_id)).data.state).toBe('void');
    expect(await client.batal(log_id)).toMatchObject({ data: { state: 'void' } });
  },
};

/** What each endpoint refuses, and how. */
const refuses: Record<Callable, [SafeMethod, unknown[], code: string]> = {
  kirimEncounter: ['kirimEncounter', [plainVisit({ nik_pasien: '3201010101990018' })], 'PATIENT_NOT_FOUND'],
  kirimDiagnosis: ['kirimDiagnosis', [hypertension('tidak-ada')], 'ENCOUNTER_NOT_FOUND'],
  kirimObservation: ['kirimObservation', [bloodPressure('tidak-ada')], 'ENCOUNTER_NOT_FOUND'],
  kirimProcedure: ['kirimProcedure', [incision('tidak-ada')], 'ENCOUNTER_NOT_FOUND'],
  kirimKunjungan: [
    'kirimKunjungan',
    [{ encounter: plainVisit({ poli: '999999' }), diagnosis: [inVisit(hypertension(''))] }],
    'HEALTHCARE_SERVICE_NOT_FOUND',
  ],
  getPatientId: ['getPatientId', ['3201010101990019'], 'PATIENT_NOT_FOUND'],
  getPractitionerId: ['getPractitionerId', [{ sip: 'tidak ada' }], 'PRACTITIONER_NOT_FOUND'],
  getHealthcareServiceId: ['getHealthcareServiceId', ['999999'], 'HEALTHCARE_SERVICE_NOT_FOUND'],
  registerPatient: ['registerPatient', [{ ...registration, jenis_kelamin: 'X' }], 'INVALID_FIELDS'],
  registerPractitioner: [
    'registerPractitioner',
    [{ ...doctor, nik: '3201010101990020' }],
    'PRACTITIONER_NOT_FOUND',
  ],
  listLog: ['listLog', [{ state: 'lain' }], 'INVALID_FIELDS'],
  getLog: ['getStatus', ['tidak-ada'], 'NOT_FOUND'],
  resendLog: ['resend', ['tidak-ada'], 'NOT_FOUND'],
  batalLog: ['batal', ['tidak-ada'], 'NOT_FOUND'],
};

/** A registration number nobody else has. */
const next = () => `PASANGAN-${++registrations}`;
const names = (Object.keys(endpoints) as EndpointName[]).filter(
  (name): name is Callable => !(notMethods as readonly string[]).includes(name),
);

describe.each(['in process', 'over a socket'])('%s', (way) => {
  let world: World;
  let server: Listening | undefined;
  let client: SatusehatClient;

  beforeAll(async () => {
    world = await startWorld();
    if (way === 'over a socket') server = await listen(world.service);
    client = new SatusehatClient({
      baseUrl: server?.url ?? 'http://service.invalid',
      clinicCode: sandboxClinic.code,
      clinicSecret: sandboxClinic.secret,
      ...(server ? {} : { fetch: (input, init) => world.service.fetch(new Request(input, init)) }),
    });
  });
  afterAll(async () => {
    await server?.close();
    await closeWorlds();
  });

  const visit = () => plainVisit({ no_registrasi: next() });

  it.each(names)('%s works', (name) => works[name]({ client, world, visit }));

  it.each(names)('%s refuses with a code of its own, in words, after one attempt', async (name) => {
    const [method, args, code] = refuses[name];
    const call = client.safe[method] as (...given: unknown[]) => Promise<{ ok: boolean; error: never }>;
    const { ok, error } = await call(...args);
    expect([ok, (error as { code: string }).code]).toEqual([false, code]);
    expect(error).toMatchObject({
      message: expect.stringMatching(/\S/),
      remedy: expect.stringMatching(/\S/),
    });
    expect([0, 1]).toContain((error as { attempts: number }).attempts);
    expect(JSON.stringify(error)).not.toMatch(/\d{16}/);
  });

  it('wrong credentials are INVALID_CREDENTIALS everywhere, asked once', async () => {
    const wrong = new SatusehatClient({
      baseUrl: server?.url ?? 'http://service.invalid',
      clinicCode: sandboxClinic.code,
      clinicSecret: 'salah',
      ...(server ? {} : { fetch: (input, init) => world.service.fetch(new Request(input, init)) }),
    });
    for (const name of names) {
      const [method, args] = refuses[name];
      if (refuses[name][2] === 'INVALID_FIELDS' && name !== 'listLog') continue;
      const call = wrong.safe[method] as (...given: unknown[]) => Promise<{ error: unknown }>;
      expect((await call(...args)).error, name).toMatchObject({
        code: 'INVALID_CREDENTIALS',
        status: 401,
        attempts: 1,
      });
    }
  });

  it('a dry run answers with FHIR, and leaves nothing behind', async () => {
    const { writes } = world.sandbox.stats();
    const before = (await client.listLog({ batas: 500 })).data.items.length;
    const trial = await client.uji.kirimEncounter(visit());
    expect(JSON.stringify(trial.data)).toContain('"resourceType":"Encounter"');
    const whole = { encounter: visit(), diagnosis: [inVisit(hypertension('', { kode_icd10: 'E11' }))] };
    expect(JSON.stringify((await client.uji.kirimKunjungan(whole)).data)).toContain('E11');
    const unknown = plainVisit({ nik_pasien: '3201010101990021' });
    expect(await thrownBy(client.uji.kirimEncounter(unknown))).toMatchObject({ code: 'PATIENT_NOT_FOUND' });
    expect(world.sandbox.stats().writes).toBe(writes);
    expect((await client.listLog({ batas: 500 })).data.items).toHaveLength(before);
  });

  it('the same data is one visit, whoever sends it: this client, one after a restart, plain HTTP', async () => {
    const data = visit();
    const first = await client.kirimEncounter(data);
    const { body } = await world.post('/api/encounter', data);
    const again = await client.kirimEncounter(
      Object.fromEntries(Object.entries(data).reverse()) as typeof data,
    );
    const page = new SatusehatClient({
      baseUrl: '/satusehat',
      // What a proxy of the page's own origin does.
      fetch: (input, init) => {
        const headers = new Headers(init?.headers);
        headers.set('x-clinic-code', sandboxClinic.code);
        headers.set('x-clinic-secret', sandboxClinic.secret);
        const path = String(input).replace('/satusehat', '');
        return world.service.fetch(new Request(`http://service.invalid${path}`, { ...init, headers }));
      },
    });
    const proxied = await page.kirimEncounter(data);
    expect([body.log_id, again.log_id, proxied.log_id]).toEqual(Array(3).fill(first.log_id));
    expect(body.encounter_id).toBe(first.encounter_id);
  });

  it('a correction back to an earlier value is written, the same call twice is not', async () => {
    const { encounter_id: id = '' } = await client.kirimEncounter(visit());
    const sick = { id, keluhan_utama: 'Pusing' };
    const once = { idempotencyKey: 'koreksi-1' };
    const { log_id } = await client.kirimEncounter(sick, once);
    expect((await client.kirimEncounter(sick, once)).log_id).toBe(log_id);
    await client.kirimEncounter({ id, keluhan_utama: 'Batuk' });
    const back = await client.kirimEncounter(sick);
    expect(back.log_id).not.toBe(log_id);
    expect(back.data?.delivery).toBe('sent');
  });

  it('a batch of visits, and the same batch again: each is there once', async () => {
    const visits = Array.from({ length: 25 }, visit);
    const before = world.sandbox.stats().writes;
    const report = await client.kirimBatch(visits, { concurrency: 8 }).run();
    expect(report).toMatchObject({ total: 25, sent: 25, failed: 0, complete: true });
    expect(world.sandbox.stats().writes).toBe(before + 25);
    expect(await client.kirimBatch(visits).run()).toMatchObject({ sent: 25 });
    expect(world.sandbox.stats().writes).toBe(before + 25);
  });
});

it('an answer that was lost is asked for again, and the visit is there once', async () => {
  const world = await startWorld();
  let lost = 0;
  const client = new SatusehatClient({
    baseUrl: 'http://service.invalid',
    clinicCode: sandboxClinic.code,
    clinicSecret: sandboxClinic.secret,
    backoff: { base: 1, cap: 1 },
    async fetch(input, init) {
      const answer = await world.service.fetch(new Request(input, init));
      if (lost++ < 2) throw new TypeError('the connection was reset after the service had written');
      return answer;
    },
  });
  const sent = await client.kirimKunjungan({
    encounter: guideVisit(),
    diagnosis: [inVisit(hypertension(''))],
  });
  expect(sent).toMatchObject({ status: 'success', data: { delivery: 'sent' } });
  expect(lost).toBe(3);
  expect(world.sandbox.stats()).toMatchObject({ writes: 1, resources: { Encounter: 1 } });
  await closeWorlds();
});
