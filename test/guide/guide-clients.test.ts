/** The guide's four clients against the real service. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { errorCodes } from '../../src/contract/codes.js';
import { createSandbox, sandboxClinic } from '../../src/sandbox.js';
import { createSatusehatService, listen } from '../../src/server.js';
import { php } from '../support/need.js';
import { killAll, root, satusehat } from '../support/program.js';
import { guideVisit, plainVisit, registration } from '../support/visit.js';
import { KEY } from '../support/world.js';
import {
  type Account,
  type Body,
  type GuideClient,
  guideClients,
  guideControllers,
  type Method,
  methods,
  runPhp,
} from './clients.js';
import { diagnosis, doctor, doctorId, guideIds, type Ids, observation, procedure } from './data.js';

const withPhp = php();

interface Running extends Account {
  platformUrl: string;
}

/** A service of its own for every test: the books begin at zero. */
async function start(): Promise<Running> {
  const sandbox = createSandbox({ guideVisit: true });
  const platform = await listen(sandbox);
  const service = await createSatusehatService({
    clinics: [sandboxClinic],
    platform: { env: platform.url },
    store: 'sqlite::memory:',
    encryptionKey: KEY,
  });
  const server = await listen(service);
  running.push(async () => {
    await server.close();
    await service.close();
    await platform.close();
  });
  const { code: clinicCode, secret: clinicSecret } = sandboxClinic;
  return { url: server.url, platformUrl: platform.url, clinicCode, clinicSecret };
}
const running: (() => Promise<void>)[] = [];

/** The same as a user starts it, from a terminal. */
async function startFromTerminal(): Promise<Running> {
  const run = satusehat(['serve', '--sandbox', '--port', '0', '--platform-port', '0']);
  return JSON.parse(await run.line());
}
afterEach(async () => {
  await killAll();
  for (const close of running.splice(0)) await close();
});

async function stats({ platformUrl }: Running): Promise<Body> {
  return (await fetch(`${platformUrl}/_sandbox/stats`)).json();
}

async function resources({ platformUrl }: Running, type: string): Promise<Body[]> {
  return (await (await fetch(`${platformUrl}/_sandbox/resources?type=${type}`)).json()) as Body[];
}

async function faults({ platformUrl }: Running, plan: Body): Promise<void> {
  const response = await fetch(`${platformUrl}/_sandbox/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(plan),
  });
  expect(response.status).toBe(200);
}
/** Everything at the platform answers 503, for longer than a test. */
const outage = { outages: [{ from: 0, to: 3_600_000 }] };
/** Everything answers 429: nothing was written for sure, so that the next try has nothing to wait for. */
const throttled = { rates: { throttle: 1 } };

async function succeed(
  client: GuideClient,
  account: Account,
  method: Method,
  ...args: unknown[]
): Promise<Body> {
  const outcome = await client.call(account, method, ...args);
  expect(outcome, method).toEqual({ answer: expect.anything() });
  return (outcome as { answer: Body }).answer;
}

/**
 * Sends until it is at the platform. Once is enough, unless a try of the service's own that began during the outage
 * is still under way: a send joins that one, and the next is a try of its own.
 */
async function deliver(
  client: GuideClient,
  account: Account,
  method: Method,
  ...args: unknown[]
): Promise<Body> {
  let answer: Body;
  for (let tries = 0; tries < 5 && answer?.data.delivery !== 'sent'; tries++) {
    answer = await succeed(client, account, method, ...args);
  }
  return answer;
}

/** The Condition, the two Observations and the Procedure of the guide's three examples, and nothing twice. */
async function expectHanging(service: Running, encounterId: string): Promise<void> {
  const there = {
    subject: { reference: `Patient/${guideIds.pasien_id}` },
    encounter: { reference: `Encounter/${encounterId}` },
  };
  const coded = (system: string, code: string) => ({
    ...there,
    code: { coding: expect.arrayContaining([expect.objectContaining({ system, code })]) },
  });
  const conditions = await resources(service, 'Condition');
  const found = conditions.filter((one) => one.code.coding[0].system === 'http://hl7.org/fhir/sid/icd-10');
  expect(found).toMatchObject([coded('http://hl7.org/fhir/sid/icd-10', 'I10')]);
  const [{ id: conditionId }] = found;
  const encounters = await resources(service, 'Encounter');
  expect(encounters.filter(({ id }) => id === encounterId)).toMatchObject([
    {
      diagnosis: expect.arrayContaining([
        expect.objectContaining({
          condition: expect.objectContaining({ reference: `Condition/${conditionId}` }),
        }),
      ]),
    },
  ]);

  const separate = (await resources(service, 'Observation')).filter(({ effectiveDateTime }) =>
    String(effectiveDateTime).startsWith('2024-01-15T08:35'),
  );
  const sorted = separate.sort((a, b) => b.valueQuantity.value - a.valueQuantity.value);
  expect(sorted).toMatchObject([
    { ...coded('http://loinc.org', '8480-6'), valueQuantity: { value: 130, code: 'mm[Hg]' } },
    { ...coded('http://loinc.org', '8462-4'), valueQuantity: { value: 85, code: 'mm[Hg]' } },
  ]);
  expect(await resources(service, 'Procedure')).toMatchObject([
    coded('http://hl7.org/fhir/sid/icd-9-cm', '17.1'),
  ]);
  expect((await stats(service)).duplicates.byIdentifier).toBe(0);
}

const hanging = [
  ['kirimDiagnosis', diagnosis],
  ['kirimObservation', observation],
  ['kirimProcedure', procedure],
] as const;

describe.each(guideClients)('$name', (client) => {
  const test = it.skipIf(client.php && !withPhp);

  test('sends what the guide’s class sends', async () => {
    const server = await recorder(() => ({ status: 'success' }));
    for (const [method, path] of Object.entries(methods) as [Method, string][]) {
      const [args, body] = calls[method];
      // An address that ends in a slash does no harm.
      await succeed(client, { ...server.account, url: `${server.account.url}/` }, method, ...args);
      const [request] = server.requests.splice(0);
      expect(request).toMatchObject({
        method: 'POST',
        path,
        headers: {
          'x-clinic-code': 'KLINIK-001',
          'x-clinic-secret': 'your_clinic_secret',
          'content-type': 'application/json',
        },
      });
      expect(JSON.parse(request?.body ?? '')).toEqual(body);
    }
  });

  test('says in words when nothing, or something else, answers', async () => {
    // Of a gateway on the way, or of another program at that address.
    const answers = ['<html>', { message: 'moved' }, {}];
    const server = await recorder(() => answers.shift());
    for (let left = answers.length; left > 0; left--) {
      const other = await client.call(server.account, 'getPatientId', guideVisit().nik_pasien);
      expect(other).toMatchObject({ error: expect.stringContaining('Bukan jawaban layanan (HTTP 200)') });
    }
    await server.close();
    const nothing = await client.call(server.account, 'getPatientId', guideVisit().nik_pasien);
    expect(nothing).toMatchObject({ error: expect.stringContaining('Layanan SATUSEHAT tidak menjawab') });
  });

  test('the guide’s encounter, and with the ids of its answer all that hangs on it', async () => {
    const service = await startFromTerminal();
    const sent = await succeed(client, service, 'kirimEncounter', guideVisit());
    expect(sent).toMatchObject({ status: 'success', pasien_id: 'P00123456789', data: { delivery: 'sent' } });
    expect(sent.id).toBe(sent.encounter_id);
    expect(await stats(service)).toMatchObject({
      writes: 1,
      resources: { Encounter: 1, Observation: 7, Condition: 1, ClinicalImpression: 1 },
    });
    const ids: Ids = { encounter_id: sent.encounter_id, pasien_id: sent.pasien_id };
    for (const [method, example] of hanging) {
      const answer = await succeed(client, service, method, example(ids));
      expect(answer, method).toMatchObject({ status: 'success', ...ids, data: { delivery: 'sent' } });
      expect(answer.data.resources.map(({ id }: Body) => id)).toContain(answer.id);
    }
    await expectHanging(service, ids.encounter_id);
    expect((await resources(service, 'Encounter'))[0]).toMatchObject({
      status: 'finished',
      period: { end: '2024-01-15T09:15:00+00:00' },
    });
  });

  test('the guide’s diagnosis, observation and procedure, as printed', async () => {
    const service = await start();
    for (const [method, example] of hanging) {
      const answer = await succeed(client, service, method, example(guideIds));
      expect(answer, method).toMatchObject({
        status: 'success',
        log_id: expect.any(String),
        pasien_id: 'P00123456789',
        data: { delivery: 'sent' },
      });
    }
    const [{ encounter }] = await resources(service, 'Procedure');
    await expectHanging(service, encounter.reference.replace('Encounter/', ''));
  });

  test('the three look-ups and the two registrations', async () => {
    const service = await start();
    const ask = (method: Method, ...args: unknown[]) => succeed(client, service, method, ...args);
    const nik = '3201234567890123';
    expect(await ask('getPatientId', nik)).toMatchObject({
      status: 'success',
      satusehat_id: 'P00123456789',
    });
    expect(await ask('getPractitionerId', nik, '1234567890', '0987654321')).toMatchObject({
      status: 'success',
      satusehat_id: '10001234567',
    });
    expect(await ask('getPractitionerId', nik)).toMatchObject({ satusehat_id: '10001234567' });
    const [location] = await resources(service, 'Location');
    expect(await ask('getHealthcareServiceId', '100001')).toMatchObject({
      status: 'success',
      satusehat_id: location.id,
    });

    const registered = await ask('registerPatient', registration);
    expect(registered).toMatchObject({ status: 'success', id: expect.stringMatching(/^P\d{11}$/) });
    expect(await ask('getPatientId', registration.nik)).toMatchObject({ satusehat_id: registered.id });
    const patients = await resources(service, 'Patient');
    expect(patients.filter(({ id }) => id === registered.id)).toHaveLength(1);

    expect(await ask('registerPractitioner', doctor)).toMatchObject({ status: 'success', id: doctorId });
    // Known from now on by either number alone.
    expect(await ask('getPractitionerId', '', doctor.sip)).toMatchObject({ satusehat_id: doctorId });
    expect(await ask('getPractitionerId', '', null, doctor.str)).toMatchObject({ satusehat_id: doctorId });
    expect((await stats(service)).writes).toBe(1);

    // What the guide says to keep and to send: the ids that were looked up.
    const visit = plainVisit({ dokter: doctorId, poli: location.id });
    expect(await ask('kirimEncounter', visit)).toMatchObject({ status: 'success' });
    expect((await resources(service, 'Encounter'))[0]).toMatchObject({
      participant: [{ individual: { reference: `Practitioner/${doctorId}` } }],
      location: [{ location: { reference: `Location/${location.id}` } }],
    });
  });

  test('platform out: the encounter is queued, and there once when it is sent again', async () => {
    const service = await start();
    await faults(service, outage);
    const queued = await succeed(client, service, 'kirimEncounter', guideVisit());
    expect(queued).toMatchObject({ status: 'queued', data: { delivery: 'queued' } });
    expect(queued.log_id).toMatch(/./);
    // What hangs on it takes its log_id, which is all that the answer has.
    const ids: Ids = { encounter_id: queued.log_id, pasien_id: guideIds.pasien_id };
    for (const [method, example] of hanging) {
      expect(await succeed(client, service, method, example(ids)), method).toMatchObject({
        status: 'success',
        data: { delivery: 'queued' },
      });
    }
    expect(await stats(service)).toMatchObject({ writes: 0 });

    await faults(service, {});
    const sent = await deliver(client, service, 'kirimEncounter', guideVisit());
    expect(sent).toMatchObject({ status: 'success', log_id: queued.log_id });
    for (const [method, example] of hanging) {
      expect(await deliver(client, service, method, example(ids)), method).toMatchObject({
        status: 'success',
        encounter_id: sent.encounter_id,
        data: { delivery: 'sent' },
      });
    }
    expect(await resources(service, 'Encounter')).toHaveLength(1);
    await expectHanging(service, sent.encounter_id);
  });

  test('platform busy after the encounter: the rest is success and queued, and there once afterwards', async () => {
    const service = await start();
    const { encounter_id, pasien_id } = await succeed(client, service, 'kirimEncounter', guideVisit());
    await faults(service, throttled);
    const before = (await stats(service)).writes;
    const logs: Record<string, string> = {};
    for (const [method, example] of hanging) {
      const answer = await succeed(client, service, method, example({ encounter_id, pasien_id }));
      expect(answer, method).toMatchObject({ status: 'success', data: { delivery: 'queued' } });
      logs[method] = answer.log_id;
    }
    expect((await stats(service)).writes).toBe(before);

    await faults(service, {});
    for (const [method, example] of hanging) {
      expect(
        await deliver(client, service, method, example({ encounter_id, pasien_id })),
        method,
      ).toMatchObject({ status: 'success', log_id: logs[method], data: { delivery: 'sent' } });
    }
    await expectHanging(service, encounter_id);
  });

  test('every error, in the words that the clinic should see', async () => {
    const service = await start();
    const { encounter_id, pasien_id } = await succeed(client, service, 'kirimEncounter', plainVisit());
    const ids: Ids = { encounter_id, pasien_id };
    const before = await stats(service);
    const later = { tanggal_kunjungan: '2024-01-16T08:30:00Z', tanggal_selesai: '2024-01-16T09:15:00Z' };
    const badLoinc = {
      ...observation(ids),
      kode: { coding: [{ system: 'http://loinc.org', code: '8867-5' }] },
    };
    delete badLoinc.nilai_diatas;
    const wrong: [keyof typeof errorCodes, Method, unknown[], RegExp?][] = [
      ['PATIENT_NOT_FOUND', 'getPatientId', ['3201010101990009']],
      ['PATIENT_NOT_FOUND', 'kirimEncounter', [plainVisit({ ...later, nik_pasien: '3201010101990009' })]],
      ['PRACTITIONER_NOT_FOUND', 'getPractitionerId', ['3201010101990009', 'SIP-LAIN']],
      ['PRACTITIONER_NOT_FOUND', 'kirimEncounter', [plainVisit({ ...later, dokter: '10009999999' })]],
      ['PRACTITIONER_NOT_FOUND', 'registerPractitioner', [{ ...doctor, nik: '3201010101990009' }]],
      ['HEALTHCARE_SERVICE_NOT_FOUND', 'getHealthcareServiceId', ['999999']],
      ['HEALTHCARE_SERVICE_NOT_FOUND', 'kirimEncounter', [plainVisit({ ...later, poli: '999999' })]],
      [
        'MISSING_REQUIRED_FIELDS',
        'kirimEncounter',
        [plainVisit({ dokter: '', poli: null })],
        /poli wajib diisi.*dokter wajib diisi/,
      ],
      [
        'MISSING_REQUIRED_FIELDS',
        'kirimDiagnosis',
        [{ ...diagnosis(ids), kode_icd10: '' }],
        /kode_icd10 wajib diisi/,
      ],
      [
        'MISSING_REQUIRED_FIELDS',
        'kirimObservation',
        [{ ...observation(ids), nilai: null }],
        /nilai wajib diisi/,
      ],
      [
        'MISSING_REQUIRED_FIELDS',
        'kirimProcedure',
        [{ ...procedure(ids), kode_prosedur: null }],
        /kode_prosedur wajib diisi/,
      ],
      [
        'MISSING_REQUIRED_FIELDS',
        'registerPatient',
        [{ ...registration, nama_ibu: '' }],
        /nama_ibu wajib diisi/,
      ],
      ['MISSING_REQUIRED_FIELDS', 'getPatientId', [null], /nik wajib diisi/],
      ['FHIR_VALIDATION_ERROR', 'kirimObservation', [badLoinc], /^kode: Kode ini tidak dikenal SATUSEHAT/],
      ['ENCOUNTER_NOT_FOUND', 'kirimDiagnosis', [diagnosis({ ...ids, encounter_id: 'encounter-99999' })]],
      ['ENCOUNTER_NOT_FOUND', 'kirimObservation', [observation({ ...ids, encounter_id: 'encounter-99999' })]],
      ['ENCOUNTER_NOT_FOUND', 'kirimProcedure', [procedure({ ...ids, encounter_id: 'encounter-99999' })]],
    ];
    const expected: Body = {};
    const outcomes: Body = {};
    for (const [index, [code, method, args, words]] of wrong.entries()) {
      const name = `${index} ${method}`;
      outcomes[name] = await client.call(service, method, ...args);
      expected[name] = {
        error: expect.stringMatching(words ?? new RegExp(`^${errorCodes[code].message} \\S`)),
        code: client.tellsCode ? code : null,
      };
    }
    expect(outcomes).toEqual(expected);
    const after = await stats(service);
    expect([after.writes, after.resources]).toEqual([before.writes, before.resources]);
  });

  test.each([
    ['code', { clinicCode: 'KLINIK-999' }],
    ['secret', { clinicSecret: 'bukan ini' }],
  ])('a wrong %s is INVALID_CREDENTIALS at every endpoint, and reaches nothing', async (_, wrong) => {
    const service = await start();
    const { message, remedy } = errorCodes.INVALID_CREDENTIALS;
    for (const method of Object.keys(methods) as Method[]) {
      expect(await client.call({ ...service, ...wrong }, method, ...calls[method][0]), method).toEqual({
        error: `${message} ${remedy}`,
        code: client.tellsCode ? 'INVALID_CREDENTIALS' : null,
      });
    }
    expect(await stats(service)).toMatchObject({ writes: 0, tokensIssued: 0 });
  });
});

describe.each(guideControllers)('$name, its controller', (controller) => {
  const test = it.skipIf(!withPhp);

  test('all its actions', async () => {
    const service = await start();
    const { nik_pasien } = guideVisit();
    const sent = await controller.act(service, 'encounter', guideVisit());
    expect(sent).toMatchObject({ shown: { status: 'success', data: { status: 'success' } }, logged: [] });
    expect(sent.kept).toEqual([{ nik: nik_pasien, sync_status: 'sent' }]);
    const { encounter_id, pasien_id } = sent.shown.data;
    for (const [action, example] of [
      ['diagnosis', diagnosis],
      ['observation', observation],
      ['procedure', procedure],
    ] as const) {
      expect(await controller.act(service, action, example({ encounter_id, pasien_id })), action).toEqual({
        shown: {
          status: 'success',
          data: expect.objectContaining({ status: 'success', encounter_id, pasien_id }),
        },
        logged: [],
        kept: [],
      });
    }
    await expectHanging(service, encounter_id);
    expect((await controller.act(service, 'patient', { nik: nik_pasien })).shown).toEqual({
      status: 'success',
      satusehat_id: 'P00123456789',
    });
  });

  test('platform out: shown as success, for the service has it', async () => {
    const service = await start();
    const early = await controller.act(service, 'encounter', plainVisit());
    await faults(service, outage);
    const queued = await controller.act(service, 'encounter', guideVisit());
    expect(queued.shown).toMatchObject({ status: 'success', data: { status: 'queued' } });
    expect(queued.kept).toHaveLength(1);
    const { encounter_id, pasien_id } = early.shown.data;
    for (const [action, example] of [
      ['diagnosis', diagnosis],
      ['observation', observation],
      ['procedure', procedure],
    ] as const) {
      expect(
        await controller.act(service, action, example({ encounter_id, pasien_id })),
        action,
      ).toMatchObject({
        shown: { status: 'success', data: { status: 'success', data: { delivery: 'queued' } } },
      });
    }
    const looked = await controller.act(service, 'patient', { nik: registration.nik });
    expect(looked.shown.status).toBe('error');
    expect(looked.logged).toHaveLength(1);
  });

  test('takes queued for an encounter only, as in the guide', async () => {
    const server = await recorder(() => ({ status: 'queued', message: 'Disimpan.', log_id: 'l-1' }));
    const { account } = server;
    expect((await controller.act(account, 'encounter', guideVisit())).shown.status).toBe('success');
    const failure = { status: 'error', message: 'Disimpan.' };
    expect((await controller.act(account, 'diagnosis', diagnosis(guideIds))).shown).toEqual(failure);
    expect((await controller.act(account, 'observation', observation(guideIds))).shown).toEqual(failure);
    expect((await controller.act(account, 'procedure', procedure(guideIds))).shown).toEqual(failure);
  });

  test('fills what the form left empty as the guide does, and the service takes it', async () => {
    const server = await recorder(() => ({ status: 'success' }));
    const service = await start();
    const sent = async (action: keyof typeof controller.actions, input: Body): Promise<Body> => {
      await controller.act(server.account, action, input);
      return JSON.parse(server.requests.splice(0)[0]?.body ?? '');
    };
    const { nik_pasien, tanggal_kunjungan, jenis_layanan, jenis_kunjungan, poli, dokter } = guideVisit();
    const visit = { nik_pasien, tanggal_kunjungan, jenis_layanan, jenis_kunjungan, poli, dokter };
    expect(await sent('encounter', visit)).toEqual({
      ...visit,
      // The guide's own says now: a time that nobody recorded.
      tanggal_selesai: null,
      no_registrasi: null,
      penjamin: '1',
      keluhan_utama: null,
      anamnesa: '',
      pemeriksaan_fisik: null,
    });

    const bare = (example: Body, names: string[]) =>
      Object.fromEntries([...Object.keys(guideIds), ...names].map((name) => [name, example[name]]));
    const condition = bare(diagnosis(guideIds), ['tanggal_diagnosis', 'kode_icd10', 'deskripsi_diagnosis']);
    expect(await sent('diagnosis', condition)).toEqual({ ...diagnosis(guideIds), keterangan: '' });
    const measured = bare(observation(guideIds), ['tanggal_observasi', 'kategori', 'kode', 'nilai']);
    expect(await sent('observation', measured)).toEqual({
      ...measured,
      nilai_diatas: null,
      interpretasi: null,
      keterangan: '',
    });
    const done = bare(procedure(guideIds), ['tanggal_prosedur', 'kode_prosedur', 'deskripsi_prosedur']);
    const nothing = Object.keys(procedure(guideIds)).filter((name) => !(name in done));
    expect(await sent('procedure', done)).toEqual({
      ...done,
      ...Object.fromEntries(nothing.map((name) => [name, null])),
    });

    const answered = await controller.act(service, 'encounter', visit);
    expect(answered.shown).toMatchObject({ status: 'success', data: { pasien_id: 'P00123456789' } });
    for (const [action, input] of [
      ['diagnosis', condition],
      ['observation', measured],
      ['procedure', done],
    ] as const) {
      const { encounter_id } = answered.shown.data;
      expect((await controller.act(service, action, { ...input, encounter_id })).shown, action).toMatchObject(
        {
          status: 'success',
        },
      );
    }
  });

  test('asks for what is missing itself: nothing leaves', async () => {
    const server = await recorder(() => ({ status: 'success' }));
    const required = {
      encounter: [
        guideVisit(),
        ['nik_pasien', 'tanggal_kunjungan', 'jenis_layanan', 'jenis_kunjungan', 'poli', 'dokter'],
      ],
      diagnosis: [
        diagnosis(guideIds),
        ['encounter_id', 'pasien_id', 'tanggal_diagnosis', 'kode_icd10', 'deskripsi_diagnosis'],
      ],
      observation: [
        observation(guideIds),
        ['encounter_id', 'pasien_id', 'tanggal_observasi', 'kategori', 'kode', 'nilai'],
      ],
      procedure: [
        procedure(guideIds),
        ['encounter_id', 'pasien_id', 'tanggal_prosedur', 'kode_prosedur', 'deskripsi_prosedur'],
      ],
    } as const;
    for (const [action, [example, fields]] of Object.entries(required)) {
      for (const field of fields) {
        const { shown } = await controller.act(server.account, action as keyof typeof required, {
          ...example,
          [field]: '',
        });
        expect(shown).toEqual({ status: 'error', message: `Field ${field} wajib diisi` });
      }
    }
    for (const nik of ['', '320123456789012']) {
      expect((await controller.act(server.account, 'patient', { nik })).shown).toEqual({
        status: 'error',
        message: 'NIK harus terdiri dari 16 digit',
      });
    }
    expect(server.requests).toEqual([]);
  });

  test('shows the clinic the service’s words, and logs no patient', async () => {
    const service = await start();
    const unknown = '3201010101990009';
    const { message, remedy } = errorCodes.PATIENT_NOT_FOUND;
    const words = `${message} ${remedy}`;
    const visit = await controller.act(service, 'encounter', plainVisit({ nik_pasien: unknown }));
    expect(visit.shown).toEqual({ status: 'error', message: words });
    expect(visit.kept).toEqual([]);
    const looked = await controller.act(service, 'patient', { nik: unknown });
    expect(looked.shown).toEqual({ status: 'not_found', message: words });
    const stranger = { ...service, clinicSecret: 'bukan ini' };
    const refused = await controller.act(stranger, 'patient', { nik: unknown });
    expect(refused.shown).toMatchObject({
      status: 'error',
      message: expect.stringContaining(errorCodes.INVALID_CREDENTIALS.message),
    });
    for (const { logged } of [visit, looked, refused]) {
      expect(logged).toEqual([['error', expect.any(String)]]);
      expect(JSON.stringify(logged)).not.toMatch(/\d{16}|bukan ini|your_clinic_secret/);
    }
  });
});

describe('Yii 1, its controller', () => {
  it.skipIf(!withPhp)('answers a GET with 400, as in the guide', async () => {
    const server = await recorder(() => ({ status: 'success' }));
    const [, yii] = guideControllers;
    for (const action of Object.values(yii?.actions ?? {})) {
      const { shown } = (await yii?.ask(server.account, { action, post: false })) ?? {};
      expect(shown).toEqual({ refused: 400 });
    }
    expect(server.requests).toEqual([]);
  });
});

describe('examples/php/curl/kirim.php', () => {
  const folder = mkdtempSync(join(tmpdir(), 'satusehat-guide-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.skipIf(!withPhp)('sends a file, and explains what is wrong', async () => {
    const service = await start();
    const run = (name: string, visit: unknown) => {
      writeFileSync(join(folder, name), JSON.stringify(visit));
      return runPhp([`${root}examples/php/curl/kirim.php`, join(folder, name)], service);
    };
    const sent = await run('good.json', guideVisit());
    expect(sent).toMatchObject({ code: 0, stderr: '' });
    expect(sent.stdout).toMatch(/^success [0-9a-f-]{36}\nPerhatikan: Tanggal lahir di dalam nik_pasien/);
    const bad = await run('bad.json', { ...guideVisit(), poli: null });
    expect(bad).toMatchObject({ code: 1, stderr: '' });
    expect(bad.stdout).toMatch(/^MISSING_REQUIRED_FIELDS\nData tidak lengkap: poli wajib diisi\./);
    await faults(service, outage);
    const queued = await run('queued.json', plainVisit());
    expect(queued.stdout).toMatch(/^queued [0-9a-f-]{36}\n$/);
  });
});

/** What every method is called with, and the body that the guide's class makes of it. */
const calls: Record<Method, [args: unknown[], body: Body]> = {
  kirimEncounter: [[guideVisit()], guideVisit()],
  kirimDiagnosis: [[diagnosis(guideIds)], diagnosis(guideIds)],
  kirimObservation: [[observation(guideIds)], observation(guideIds)],
  kirimProcedure: [[procedure(guideIds)], procedure(guideIds)],
  getPatientId: [['3201234567890123'], { nik: '3201234567890123' }],
  getPractitionerId: [
    ['3201234567890123', '1234567890', '0987654321'],
    { nik: '3201234567890123', sip: '1234567890', str: '0987654321' },
  ],
  getHealthcareServiceId: [['100001'], { kode_poli: '100001' }],
  registerPatient: [[registration], registration],
  registerPractitioner: [[doctor], doctor],
};

interface Recorded {
  method: string | undefined;
  path: string | undefined;
  headers: IncomingHttpHeaders;
  body: string;
}

const recorders: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of recorders.splice(0)) await one.close();
});

/** Stands where the service would and writes down what it is sent. Text is answered as it is, the rest as JSON. */
async function recorder(answer: () => unknown) {
  const requests: Recorded[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    const { method, url, headers } = request;
    requests.push({ method, path: url, headers, body });
    const said = answer();
    response.end(typeof said === 'string' ? said : JSON.stringify(said));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const account: Account = { url, clinicCode: 'KLINIK-001', clinicSecret: 'your_clinic_secret' };
  const close = async () => {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  recorders.push({ close });
  return { requests, account, close };
}
