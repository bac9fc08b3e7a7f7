/** The real client against the real service on the sandbox: the nine methods and what they cost. */
import { afterEach, describe, expect, it } from 'vitest';
import { SatusehatClient } from '../../src/index.js';
import { createSandbox, sandboxClinic, sandboxLocationId } from '../../src/sandbox.js';
import { createSatusehatService, listen } from '../../src/server.js';
import { thrownBy } from '../support/thrown.js';
import { guideVisit, plainVisit, registration } from '../support/visit.js';
import { closeWorlds, KEY, startWorld } from '../support/world.js';

afterEach(closeWorlds);

describe('the guide’s encounter', () => {
  it('makes one write, and comes back with its ids', async () => {
    const { client, sandbox, asked } = await startWorld();
    const sent = await client.kirimEncounter(guideVisit());
    expect(sent).toMatchObject({ status: 'success', pasien_id: 'P00123456789' });
    expect(sent.id).toBe(sent.encounter_id);
    expect(sent.satusehat_id).toBe(sent.encounter_id);
    expect(sent.data).toMatchObject({ delivery: 'sent', encounter_id: sent.encounter_id });
    expect(sent.data?.resources).toHaveLength(10);

    const stats = sandbox.stats();
    expect(stats.writes).toBe(1);
    expect(stats.resources).toMatchObject({
      Encounter: 1,
      Condition: 1,
      ClinicalImpression: 1,
      Observation: 7,
    });
    expect(stats.duplicates.byIdentifier).toBe(0);
    expect(asked.filter((line) => line.startsWith('POST')).sort()).toEqual([
      'POST /',
      'POST /oauth2/v1/accesstoken',
    ]);
    const [encounter] = sandbox.resources('Encounter');
    expect(encounter).toMatchObject({ id: sent.encounter_id, status: 'in-progress' });
    for (const { resourceType, id } of sent.data?.resources ?? []) {
      expect(sandbox.resources(resourceType).map((resource) => resource.id)).toContain(id);
    }
  });

  it('needs one Patient search; the patient’s second visit needs none, and no second token', async () => {
    const { client, sandbox } = await startWorld();
    await client.kirimEncounter(guideVisit());
    await client.kirimEncounter({
      ...guideVisit(),
      tanggal_kunjungan: '2024-02-15T08:30:00Z',
      tanggal_selesai: null,
    });
    const { requests, tokensIssued, writes } = sandbox.stats();
    expect(requests.GET).toEqual({ Patient: 1, Practitioner: 1, Location: 1 });
    expect(writes).toBe(2);
    expect(tokensIssued).toBe(1);
  });

  it('is recorded once, however often and however parallel it is sent', async () => {
    const { client, sandbox } = await startWorld();
    const answers = await Promise.all(Array.from({ length: 50 }, () => client.kirimEncounter(guideVisit())));
    expect(new Set(answers.map(({ log_id }) => log_id)).size).toBe(1);
    expect(new Set(answers.map(({ encounter_id }) => encounter_id)).size).toBe(1);
    expect(sandbox.stats()).toMatchObject({ writes: 1, resources: { Encounter: 1 } });
  });

  it('the order of keys does not make another visit', async () => {
    const { client, sandbox } = await startWorld();
    const visit = guideVisit();
    await client.kirimEncounter(visit);
    await client.kirimEncounter(Object.fromEntries(Object.entries(visit).reverse()) as typeof visit);
    expect(sandbox.stats().writes).toBe(1);
  });

  it('the same Idempotency-Key with other data is 409', async () => {
    const { client } = await startWorld();
    await client.kirimEncounter(guideVisit(), { idempotencyKey: 'kunjungan-7' });
    const thrown = await thrownBy(
      client.kirimEncounter({ ...guideVisit(), anamnesa: 'lain' }, { idempotencyKey: 'kunjungan-7' }),
    );
    expect(thrown).toMatchObject({ code: 'IDEMPOTENCY_CONFLICT', status: 409 });
  });

  it('answers at once with a log_id when asked to, and delivers all the same', async () => {
    const { client, sandbox } = await startWorld();
    const queued = await client.kirimEncounter(guideVisit(), { wait: 0 });
    expect(queued).toMatchObject({ status: 'queued', data: { delivery: 'queued' } });
    // The same data again joins the delivery that is under way.
    const sent = await client.kirimEncounter(guideVisit());
    expect(sent).toMatchObject({ status: 'success', log_id: queued.log_id });
    expect(sandbox.stats().writes).toBe(1);
    const log = await client.getLog(queued.log_id ?? '');
    expect(log.data).toMatchObject({ state: 'sent', encounter_id: sent.encounter_id });
  });

  it('a dry run resolves and maps, keeps nothing and writes nothing', async () => {
    const { post, sandbox } = await startWorld();
    const { status, body } = await post('/api/encounter?uji=1', guideVisit());
    expect(status).toBe(200);
    expect(body.data.fhir.entry).toHaveLength(10);
    expect(body).not.toHaveProperty('log_id');
    expect(sandbox.stats().writes).toBe(0);
  });

  it('what failed is tried again under the same log_id once it is mended', async () => {
    const { client, sandbox } = await startWorld();
    const visit = plainVisit({ nik_pasien: '3201010101990003' });
    const thrown = await thrownBy(client.kirimEncounter(visit));
    expect(thrown).toMatchObject({ code: 'PATIENT_NOT_FOUND', status: 404 });
    await client.registerPatient(registration);
    const sent = await client.kirimEncounter(visit);
    expect(sent).toMatchObject({ status: 'success', log_id: thrown?.logId });
    expect(sandbox.resources('Encounter')).toHaveLength(1);
  });

  it('an inpatient visit goes where the clinic mapped a bed', async () => {
    const { client, sandbox } = await startWorld({
      clinics: [{ ...sandboxClinic, poli: { MAWAR: { locationId: sandboxLocationId, kelasRawat: '2' } } }],
    });
    await client.kirimEncounter(plainVisit({ jenis_layanan: '102', poli: 'MAWAR' }));
    expect(sandbox.resources('Encounter')[0]).toMatchObject({ class: { code: 'IMP' } });
  });
});

describe('look-ups', () => {
  it('patient', async () => {
    const { client, sandbox } = await startWorld();
    expect(await client.getPatientId('3201234567890123')).toMatchObject({
      status: 'success',
      satusehat_id: 'P00123456789',
      data: { satusehat_id: 'P00123456789' },
    });
    await Promise.all(Array.from({ length: 20 }, () => client.getPatientId('9271060312000001')));
    expect(sandbox.stats().requests.GET).toEqual({ Patient: 2 });
    expect(await thrownBy(client.getPatientId('3201010101990009'))).toMatchObject({
      code: 'PATIENT_NOT_FOUND',
      status: 404,
      details: { fields: [{ field: 'nik' }] },
    });
  });

  it('practitioner by NIK; by SIP and STR once registered; positional as in the guide', async () => {
    const { client } = await startWorld();
    expect(
      (await client.getPractitionerId('3201234567890123', '1234567890', '0987654321')).satusehat_id,
    ).toBe('10001234567');
    expect(await thrownBy(client.getPractitionerId({ sip: 'SIP-1' }))).toMatchObject({
      code: 'PRACTITIONER_NOT_FOUND',
    });
    const doctor = {
      ...registration,
      nik: '7209061211900001',
      sip: 'SIP-1',
      str: 'STR-1',
      tempat_lahir: 'Bogor',
      email: 'dokter@example.com',
      spesialis: '101',
    };
    expect((await client.registerPractitioner(doctor)).id).toBe('10009880728');
    expect((await client.getPractitionerId({ sip: 'SIP-1' })).satusehat_id).toBe('10009880728');
    expect((await client.getPractitionerId(null, null, 'STR-1')).satusehat_id).toBe('10009880728');
    expect(await thrownBy(client.registerPractitioner({ ...doctor, nik: '3201010101990009' }))).toMatchObject(
      {
        code: 'PRACTITIONER_NOT_FOUND',
        remedy: expect.stringContaining('SDMK'),
      },
    );
    expect(await thrownBy(client.getPractitionerId({}))).toMatchObject({ code: 'MISSING_REQUIRED_FIELDS' });
  });

  it('poli: by the platform’s Location, by the clinic’s map, by a Location id', async () => {
    const { client } = await startWorld({
      clinics: [
        {
          ...sandboxClinic,
          poli: { GIGI: { locationId: sandboxLocationId, healthcareServiceId: 'HCS-100001' } },
        },
      ],
    });
    for (const code of ['100001', 'GIGI', 'HCS-100001', sandboxLocationId]) {
      expect((await client.getHealthcareServiceId(code)).satusehat_id).toBe(sandboxLocationId);
    }
    expect(await thrownBy(client.getHealthcareServiceId('toString'))).toMatchObject({
      code: 'HEALTHCARE_SERVICE_NOT_FOUND',
    });
  });

  it('register-patient creates, finds the one already there, and names what Dukcapil does not know', async () => {
    const { client, sandbox } = await startWorld();
    const { id } = await client.registerPatient({ ...registration, gol_darah: 'O' });
    expect(id).toMatch(/^P\d{11}$/);
    expect((await client.registerPatient(registration)).id).toBe(id);
    expect(sandbox.stats().writes).toBe(1);
    expect(
      await thrownBy(client.registerPatient({ ...registration, nik: '0001010101990003' })),
    ).toMatchObject({
      code: 'PATIENT_NOT_FOUND',
      details: { fields: [{ field: 'nik' }] },
    });
  });

  it('register-patient takes the English names, and names them in its errors', async () => {
    const { post } = await startWorld();
    const english = {
      nik: registration.nik,
      name: 'Contoh Pasien',
      birth_date: '1999-01-01',
      gender: 'X',
      address: 'Jalan Contoh 1',
      province_code: '32',
      city_code: '3201',
      district_code: '320101',
      village_code: '3201011001',
      phone: '081200000000',
      nama_ibu: 'Ibu Contoh',
    };
    const refused = await post('/api/satusehat/register-patient', english);
    expect(refused.body.details.fields.map(({ field }: { field: string }) => field)).toEqual(['gender']);
    const { body } = await post('/api/satusehat/register-patient', { ...english, gender: 'P' });
    expect(body).toMatchObject({ status: 'success', id: expect.stringMatching(/^P/) });
  });
});

describe('clinics are apart', () => {
  it('one cannot see another’s log, and resolves nothing from another’s memory', async () => {
    const other = { ...sandboxClinic, code: 'KLINIK-002', secret: 'another_secret' };
    const { client, service, sandbox } = await startWorld({ clinics: [sandboxClinic, other] });
    const second = new SatusehatClient({
      baseUrl: 'http://service.invalid',
      clinicCode: other.code,
      clinicSecret: other.secret,
      fetch: (input, init) => service.fetch(new Request(input, init)),
    });
    const sent = await client.kirimEncounter(guideVisit());
    expect(await thrownBy(second.getLog(sent.log_id ?? ''))).toMatchObject({
      code: 'NOT_FOUND',
      status: 404,
    });
    await second.getPatientId('3201234567890123');
    expect(sandbox.stats().requests.GET?.Patient).toBe(2);
    // The same body from another clinic is another clinic's visit.
    const theirs = await second.kirimEncounter(guideVisit());
    expect(theirs.encounter_id).not.toBe(sent.encounter_id);
  });
});

describe('over a socket', () => {
  it('the whole way: client, service and platform each on a port of its own', async () => {
    const sandbox = createSandbox();
    const platform = await listen(sandbox);
    const service = await createSatusehatService({
      clinics: [sandboxClinic],
      platform: { env: platform.url },
      store: 'sqlite::memory:',
      encryptionKey: KEY,
    });
    const server = await listen(service);
    try {
      // As in the guide: three strings.
      const client = new SatusehatClient(`${server.url}/`, sandboxClinic.code, sandboxClinic.secret);
      const sent = await client.kirimEncounter(guideVisit());
      expect(sent).toMatchObject({ status: 'success', pasien_id: 'P00123456789' });
      expect((await client.getPatientId('3201234567890123')).satusehat_id).toBe('P00123456789');
      const stats = await (await fetch(`${platform.url}/_sandbox/stats`)).json();
      expect(stats).toMatchObject({
        writes: 1,
        tokensIssued: 1,
        resources: { Encounter: 1, Observation: 7 },
      });
      const encounters = await (await fetch(`${platform.url}/_sandbox/resources?type=Encounter`)).json();
      expect(encounters).toEqual([expect.objectContaining({ id: sent.encounter_id })]);
      await fetch(`${platform.url}/_sandbox/reset`, { method: 'POST' });
      expect(sandbox.stats()).toMatchObject({ writes: 0, requests: {} });

      const big = await fetch(`${server.url}/api/encounter`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-clinic-code': 'KLINIK-001',
          'x-clinic-secret': 'your_clinic_secret',
        },
        body: JSON.stringify({ anamnesa: 'x'.repeat(5_000_000) }),
      });
      expect(big.status).toBe(413);
      expect(await big.json()).toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
      expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
    } finally {
      await server.close();
      await service.close();
      await platform.close();
    }
  });
});
