/** The life of a visit: what hangs on it, what finishes it, what corrects and what voids it. */
import { afterEach, describe, expect, it } from 'vitest';
import { sandboxClinic } from '../../src/sandbox.js';
import { bloodPressure, hypertension, incision, inVisit } from '../support/clinical.js';
import { encounter as platformEncounter } from '../support/platform.js';
import { thrownBy } from '../support/thrown.js';
import { guideVisit, plainVisit } from '../support/visit.js';
import { closeWorlds, isBundle, startWorld, type World } from '../support/world.js';

afterEach(closeWorlds);

// biome-ignore lint/suspicious/noExplicitAny: resources are read as they lie at the platform
type Any = any;

const start = '2024-01-15T08:30:00+00:00';
const end = '2024-01-15T09:15:00+00:00';

const openVisit = (change: Record<string, unknown> = {}) => ({
  ...guideVisit(),
  tanggal_selesai: null,
  ...change,
});

function only(world: World, type: string): Any {
  const all = world.sandbox.resources(type);
  expect(all, type).toHaveLength(1);
  return all[0];
}

const writes = (world: World) => world.asked.filter((line) => /^(POST \/(?!oauth)|PUT|PATCH)/.test(line));

describe('a diagnosis', () => {
  it('is two writes, and finishes a visit whose end is known: history arrived {S,S}, in-progress {S,E}, finished {E,E}', async () => {
    const world = await startWorld();
    const { encounter_id = '' } = await world.client.kirimEncounter(guideVisit());
    const before = world.sandbox.stats().writes;
    const sent = await world.client.kirimDiagnosis(hypertension(encounter_id));
    expect(sent).toMatchObject({
      status: 'success',
      encounter_id,
      pasien_id: 'P00123456789',
      data: { delivery: 'sent' },
    });
    expect(world.sandbox.stats().writes - before).toBe(2);
    const visit = only(world, 'Encounter');
    expect(visit).toMatchObject({
      id: encounter_id,
      status: 'finished',
      period: { start, end },
      statusHistory: [
        { status: 'arrived', period: { start, end: start } },
        { status: 'in-progress', period: { start, end } },
        { status: 'finished', period: { start: end, end } },
      ],
    });
    expect(visit.diagnosis.map((one: Any) => [one.use.coding[0].code, one.rank])).toEqual([
      ['CC', undefined],
      ['DD', 1],
    ]);
    expect(visit.diagnosis[1].condition.reference).toBe(`Condition/${sent.id}`);
    expect(visit).not.toHaveProperty('hospitalization');
    expect(world.sandbox.stats().duplicates).toEqual({ byIdentifier: 0, byContent: 0 });
  });

  it('does not finish a visit whose end is not known; an encounter with id and an end does', async () => {
    const world = await startWorld();
    const { encounter_id = '', log_id = '' } = await world.client.kirimEncounter(openVisit());
    await world.client.kirimDiagnosis(hypertension(encounter_id));
    expect(only(world, 'Encounter')).toMatchObject({ status: 'in-progress', period: { start } });
    const closed = await world.client.kirimEncounter({ id: log_id, tanggal_selesai: '2024-01-15T09:15:00Z' });
    expect(closed).toMatchObject({ status: 'success', encounter_id });
    expect(only(world, 'Encounter')).toMatchObject({ status: 'finished', period: { start, end } });
  });

  it('the other way round: an end without a diagnosis is kept and said, the diagnosis finishes it', async () => {
    const world = await startWorld();
    const { encounter_id = '' } = await world.client.kirimEncounter(openVisit());
    const closed = await world.client.kirimEncounter({
      id: encounter_id,
      tanggal_selesai: '2024-01-15T09:15:00Z',
      cara_pulang: 'other-hcf',
    });
    expect(closed.data?.peringatan).toEqual([expect.stringContaining('belum selesai')]);
    expect(only(world, 'Encounter').status).toBe('in-progress');
    await world.client.kirimDiagnosis(hypertension(encounter_id));
    expect(only(world, 'Encounter')).toMatchObject({
      status: 'finished',
      hospitalization: { dischargeDisposition: { coding: [{ code: 'other-hcf' }] } },
    });
  });

  it('the second has rank 2; one that is refuted or only on the problem list has none, and is one write', async () => {
    const world = await startWorld();
    const { encounter_id = '' } = await world.client.kirimEncounter(guideVisit());
    await world.client.kirimDiagnosis(hypertension(encounter_id));
    const second = await world.client.kirimDiagnosis(
      hypertension(encounter_id, { kode_icd10: 'E11.9', deskripsi_diagnosis: 'DM tipe 2' }),
    );
    const before = world.sandbox.stats().writes;
    await world.client.kirimDiagnosis(
      hypertension(encounter_id, { kode_icd10: 'J06.9', verifikasi_status: 'refuted' }),
    );
    await world.client.kirimDiagnosis(
      hypertension(encounter_id, {
        kode_icd10: 'R51',
        kategori: [{ coding: [{ code: 'problem-list-item' }] }],
      }),
    );
    expect(world.sandbox.stats().writes - before).toBe(2);
    const ranks = only(world, 'Encounter').diagnosis.map((one: Any) => [one.condition.reference, one.rank]);
    expect(ranks.slice(1)).toEqual([
      [expect.any(String), 1],
      [`Condition/${second.id}`, 2],
    ]);
    expect(ranks).toHaveLength(3);
  });

  it('is sent once although the answer to the POST is lost, and the Encounter is put once', async () => {
    const world = await startWorld();
    const { encounter_id = '' } = await world.client.kirimEncounter(guideVisit());
    let lost = 0;
    world.intercept = async (request, next) => {
      const answer = await next(request);
      if (new URL(request.url).pathname.endsWith('/Condition') && request.method === 'POST' && lost++ === 0) {
        throw new TypeError('fetch failed', { cause: { code: 'ECONNRESET' } });
      }
      return answer;
    };
    const kept = await world.client.kirimDiagnosis(hypertension(encounter_id));
    expect(kept).toMatchObject({ status: 'success', data: { delivery: 'queued' } });
    const sent = await world.client.kirimDiagnosis(hypertension(encounter_id));
    expect(sent).toMatchObject({ log_id: kept.log_id, data: { delivery: 'sent' } });
    expect(world.sandbox.stats().resources.Condition).toBe(2);
    expect(writes(world).filter((line) => line.startsWith('PUT'))).toHaveLength(1);
    expect(only(world, 'Encounter').status).toBe('finished');
  });

  it('whose Encounter cannot be put goes on from there, and posts no second Condition', async () => {
    const world = await startWorld();
    const { encounter_id = '' } = await world.client.kirimEncounter(guideVisit());
    let refused = 0;
    world.intercept = async (request, next) =>
      request.method === 'PUT' && refused++ < 3 ? new Response('no', { status: 503 }) : next(request);
    const kept = await world.client.kirimDiagnosis(hypertension(encounter_id));
    expect(kept.data?.delivery).toBe('queued');
    const log = await world.client.getLog(kept.log_id ?? '');
    expect(log.data.resources).toEqual([expect.objectContaining({ resourceType: 'Condition' })]);
    await world.client.kirimDiagnosis(hypertension(encounter_id));
    expect(world.sandbox.stats().resources.Condition).toBe(2);
    expect(only(world, 'Encounter').status).toBe('finished');
  });

  it('with the switch bundlePut is one write; where the platform takes none, two', async () => {
    for (const [bundlePut, expected] of [
      [true, 1],
      [false, 2],
    ] as const) {
      const world = await startWorld({
        clinics: [{ ...sandboxClinic, switches: { bundlePut: true } }],
        sandboxOptions: { bundlePut },
      });
      const { encounter_id = '' } = await world.client.kirimEncounter(guideVisit());
      const before = world.sandbox.stats().writes;
      await world.client.kirimDiagnosis(hypertension(encounter_id));
      expect(world.sandbox.stats().writes - before).toBe(expected);
      const visit = only(world, 'Encounter');
      expect(visit.status).toBe('finished');
      const references = world.sandbox.resources('Condition').map(({ id }) => `Condition/${id}`);
      for (const { condition } of visit.diagnosis) expect(references).toContain(condition.reference);
      await closeWorlds();
    }
  });
});

describe('an observation and a procedure', () => {
  it('a blood pressure is two Observations, each with an identifier of its own; the answer carries both ids', async () => {
    const world = await startWorld();
    const { encounter_id = '' } = await world.client.kirimEncounter(openVisit({ pemeriksaan_fisik: null }));
    const before = world.sandbox.stats().writes;
    const sent = await world.client.kirimObservation(bloodPressure(encounter_id));
    expect(world.sandbox.stats().writes - before).toBe(1);
    expect(sent.data?.resources).toHaveLength(2);
    const pressures = world.sandbox.resources('Observation') as Any[];
    expect(pressures.map((one) => [one.code.coding[0].code, one.valueQuantity.value])).toEqual([
      ['8480-6', 130],
      ['8462-4', 85],
    ]);
    for (const one of pressures) {
      expect(one.interpretation[0].coding[0].code).toBe('N');
      expect(one.performer[0].reference).toBe('Practitioner/10001234567');
      expect(one.valueQuantity).toMatchObject({ unit: 'mm[Hg]', code: 'mm[Hg]' });
    }
  });

  it('a procedure is one write, and the guide’s mismatched code earns a warning', async () => {
    const world = await startWorld();
    const { encounter_id = '' } = await world.client.kirimEncounter(openVisit());
    const before = world.sandbox.stats().writes;
    const sent = await world.client.kirimProcedure(incision(encounter_id));
    expect(world.sandbox.stats().writes - before).toBe(1);
    expect(sent.data?.peringatan).toEqual([expect.stringContaining('17.1')]);
    expect(only(world, 'Procedure')).toMatchObject({ performedDateTime: '2024-01-15T08:45:00+00:00' });
  });

  it('`dokter` of the body is the performer, else the visit’s ATND', async () => {
    const world = await startWorld();
    const { encounter_id = '' } = await world.client.kirimEncounter(openVisit({ pemeriksaan_fisik: null }));
    await world.client.kirimProcedure(incision(encounter_id, { dokter: '10009880728' }));
    expect(only(world, 'Procedure').performer[0].actor.reference).toBe('Practitioner/10009880728');
    const thrown = await thrownBy(
      world.client.kirimProcedure(incision(encounter_id, { dokter: '10009999999' })),
    );
    expect(thrown).toMatchObject({
      code: 'PRACTITIONER_NOT_FOUND',
      details: { fields: [{ field: 'dokter' }] },
    });
  });

  it('pasien_id that is not the encounter’s patient is 422, by encounter_id and by log_id, and writes nothing', async () => {
    const world = await startWorld();
    const { encounter_id = '', log_id = '' } = await world.client.kirimEncounter(openVisit());
    const before = world.sandbox.stats().writes;
    for (const id of [encounter_id, log_id]) {
      const thrown = await thrownBy(
        world.client.kirimObservation(bloodPressure(id, { pasien_id: 'P03647103112' })),
      );
      expect(thrown).toMatchObject({
        code: 'INVALID_FIELDS',
        status: 422,
        details: { fields: [{ field: 'pasien_id' }] },
      });
    }
    expect(world.sandbox.stats().writes).toBe(before);
  });

  it('an observation whose answer is lost is found by listing', async () => {
    const world = await startWorld();
    const { encounter_id = '' } = await world.client.kirimEncounter(openVisit({ pemeriksaan_fisik: null }));
    let lost = 0;
    world.intercept = async (request, next) => {
      const answer = await next(request);
      if (isBundle(request) && lost++ === 0) return new Response('Bad Gateway', { status: 502 });
      return answer;
    };
    await world.client.kirimObservation(bloodPressure(encounter_id));
    const sent = await world.client.kirimObservation(bloodPressure(encounter_id));
    expect(sent.data).toMatchObject({ delivery: 'sent' });
    expect(world.sandbox.resources('Observation')).toHaveLength(2);
  });

  it('half of a pressure that was saved is completed, not repeated', async () => {
    const world = await startWorld();
    const { encounter_id = '' } = await world.client.kirimEncounter(openVisit({ pemeriksaan_fisik: null }));
    world.sandbox.faults({ rates: { partial: 1 }, only: { types: ['Bundle'] }, limit: 1 });
    await world.client.kirimObservation(bloodPressure(encounter_id));
    await world.client.kirimObservation(bloodPressure(encounter_id));
    expect(world.sandbox.resources('Observation')).toHaveLength(2);
    expect(world.sandbox.stats().duplicates.byIdentifier).toBe(0);
  });

  it('a `duplicate` is adopted when subject, encounter, code and fact are ours', async () => {
    const world = await startWorld({ sandboxOptions: { refuseSameContent: ['Procedure'] } });
    const { encounter_id = '' } = await world.client.kirimEncounter(openVisit());
    const first = await world.client.kirimProcedure(incision(encounter_id), { idempotencyKey: 'a' });
    const again = await world.client.kirimProcedure(incision(encounter_id), { idempotencyKey: 'b' });
    expect(again.log_id).not.toBe(first.log_id);
    expect(again.id).toBe(first.id);
    expect(world.sandbox.resources('Procedure')).toHaveLength(1);
  });
});

describe('the encounter that something hangs on', () => {
  it('may be named by log_id while it is not yet sent: held, then released in order', async () => {
    const world = await startWorld({ delivery: { backoff: { base: 1, cap: 1 } } });
    let out = true;
    world.intercept = async (request, next) => (out ? new Response('no', { status: 503 }) : next(request));
    const { log_id = '', status } = await world.client.kirimEncounter(guideVisit(), { wait: 0 });
    expect(status).toBe('queued');
    const diagnosis = await world.client.kirimDiagnosis(hypertension(log_id), { wait: 0 });
    const procedure = await world.client.kirimProcedure(incision(log_id), { wait: 0 });
    expect(diagnosis).toMatchObject({ status: 'success', data: { delivery: 'queued' } });
    out = false;
    const settled = new Promise<void>((resolve) => {
      world.intercept = async (request, next) => {
        const answer = await next(request);
        if (request.method === 'POST' && request.url.endsWith('/Procedure')) resolve();
        return answer;
      };
    });
    await settled;
    // The same data again is answered from what became of it.
    expect((await world.client.kirimProcedure(incision(log_id))).log_id).toBe(procedure.log_id);
    expect(only(world, 'Encounter').status).toBe('finished');
    expect(
      writes(world)
        .filter((line) => !line.includes('oauth'))
        .slice(-4),
    ).toEqual(['POST /', 'POST /Condition', expect.stringMatching(/^PUT \/Encounter/), 'POST /Procedure']);
  });

  it('a failed encounter holds only its own visit, and releases it once it is resent corrected', async () => {
    const world = await startWorld();
    const thrown = await thrownBy(world.client.kirimEncounter({ ...guideVisit(), poli: '999999' }));
    const logId = thrown?.logId ?? '';
    const held = await world.client.kirimDiagnosis(hypertension(logId));
    expect(held).toMatchObject({ status: 'success', data: { delivery: 'queued' } });
    expect((await world.client.getLog(held.log_id ?? '')).data.state).toBe('held');
    expect((await world.client.kirimEncounter(plainVisit())).status).toBe('success');

    const resent = await world.post(`/api/log/${logId}/resend`, guideVisit());
    expect([resent.status, resent.body.log_id]).toEqual([200, logId]);
    const sent = await world.client.kirimDiagnosis(hypertension(logId));
    expect(sent).toMatchObject({ log_id: held.log_id, data: { delivery: 'sent' } });
  });

  it('another system’s is fetched and kept; its own fields survive the PUT', async () => {
    const world = await startWorld();
    const id = '0b0a6e1e-55f3-4d44-8f0a-6f3f2f6f1d22';
    const theirs = platformEncounter({
      id,
      identifier: [{ system: 'http://sys-ids.kemkes.go.id/encounter/10000004', value: 'SIMRS-77' }],
      participant: [
        {
          type: [
            {
              coding: [
                { system: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType', code: 'ATND' },
              ],
            },
          ],
          individual: { reference: 'Practitioner/10009880728', display: 'd** Al**' },
        },
      ],
      serviceType: { text: 'Poli umum' },
    }) as Any;
    world.sandbox.put(theirs);
    await world.client.kirimProcedure(incision(id));
    expect(only(world, 'Procedure')).toMatchObject({
      encounter: { reference: `Encounter/${id}` },
      performer: [{ actor: { reference: 'Practitioner/10009880728' } }],
    });
    await world.client.kirimDiagnosis(hypertension(id));
    expect(only(world, 'Encounter')).toMatchObject({
      serviceType: { text: 'Poli umum' },
      diagnosis: [{ rank: 1 }],
      status: 'in-progress',
    });
    // Also by the number that the clinic gave it.
    const byNumber = await world.client.kirimObservation(bloodPressure('SIMRS-77'));
    expect(byNumber.encounter_id).toBe(id);
  });

  it('one that nobody knows, and one of another organization, are ENCOUNTER_NOT_FOUND', async () => {
    const world = await startWorld();
    const id = '0b0a6e1e-55f3-4d44-8f0a-6f3f2f6f1d33';
    world.sandbox.put(
      platformEncounter({ id, serviceProvider: { reference: 'Organization/99999999' } }) as Any,
    );
    for (const encounterId of [id, '0b0a6e1e-55f3-4d44-8f0a-6f3f2f6f1d44', 'tidak-ada']) {
      const thrown = await thrownBy(world.client.kirimDiagnosis(hypertension(encounterId)));
      expect(thrown).toMatchObject({
        code: 'ENCOUNTER_NOT_FOUND',
        status: 404,
        details: { fields: [{ field: 'encounter_id' }] },
      });
    }
    expect(world.sandbox.stats().writes).toBe(0);
  });

  it('drops meta and every [] and null that the platform added before a PUT', async () => {
    const world = await startWorld({ sandboxOptions: { creatorIdentifier: true } });
    const { encounter_id = '' } = await world.client.kirimEncounter(guideVisit());
    let put: Any;
    world.intercept = async (request, next) => {
      if (request.method === 'GET' && request.url.endsWith(`/Encounter/${encounter_id}`)) {
        const there = (await (await next(request)).json()) as Any;
        return new Response(
          JSON.stringify({ ...there, account: [], episodeOfCare: null, hospitalization: {} }),
          {
            headers: { 'content-type': 'application/json' },
          },
        );
      }
      if (request.method === 'PUT') put = await request.clone().json();
      return next(request);
    };
    await world.client.kirimDiagnosis(hypertension(encounter_id));
    expect(put).not.toHaveProperty('meta');
    for (const key of ['account', 'episodeOfCare', 'hospitalization']) expect(put).not.toHaveProperty(key);
    expect(put.identifier).toContainEqual({
      system: 'http://sys-ids.kemkes.go.id/creator',
      value: '10000004',
    });
  });
});

describe('an encounter with id', () => {
  it('brings what was measured later: new values are posted, changed ones corrected, the rest stays', async () => {
    const world = await startWorld();
    const first = openVisit({ pemeriksaan_fisik: { tanda_vital: { nadi: 82, suhu: 37.2 } }, anamnesa: null });
    const { encounter_id = '', log_id = '' } = await world.client.kirimEncounter(first);
    const updated = await world.client.kirimEncounter({
      id: log_id,
      anamnesa: 'Sakit sejak tiga hari',
      pemeriksaan_fisik: { tanda_vital: { nadi: 82, suhu: 38.1, tekanan_darah: '120/80' } },
    });
    expect(updated).toMatchObject({ status: 'success', encounter_id });
    const values = (world.sandbox.resources('Observation') as Any[]).map((one) => [
      one.code.coding[0].code,
      one.valueQuantity.value,
      one.status,
    ]);
    expect(values.sort()).toEqual([
      ['8310-5', 38.1, 'corrected'],
      ['8462-4', 80, 'final'],
      ['8480-6', 120, 'final'],
      ['8867-4', 82, 'final'],
    ]);
    expect(only(world, 'ClinicalImpression').summary).toBe('Sakit sejak tiga hari');
    expect(world.sandbox.stats().duplicates.byIdentifier).toBe(0);
  });

  it('changes doctor, poli and complaint; an unchanged update writes nothing', async () => {
    const bed = '7d4f9b1e-3c0a-4a58-9d1c-5f2b8a6e1002';
    const world = await startWorld({
      clinics: [{ ...sandboxClinic, poli: { GIGI: { locationId: bed, kelasLayanan: 'eksekutif' } } }],
    });
    world.sandbox.put({ resourceType: 'Location', id: bed, status: 'active', name: 'Poli Gigi' });
    const { encounter_id = '' } = await world.client.kirimEncounter(openVisit());
    await world.client.kirimEncounter({
      id: encounter_id,
      dokter: '10009880728',
      poli: 'GIGI',
      keluhan_utama: 'Sakit gigi',
    });
    expect(only(world, 'Encounter')).toMatchObject({
      participant: [{ individual: { reference: 'Practitioner/10009880728' } }],
      location: [{ location: { reference: `Location/${bed}` } }],
    });
    expect(JSON.stringify(only(world, 'Encounter').location)).toContain('locationServiceClass-Outpatient');
    expect(only(world, 'Condition')).toMatchObject({
      note: [{ text: 'Sakit gigi' }],
      code: { coding: [{ code: '409586006' }], text: 'Sakit gigi' },
    });
    const before = world.sandbox.stats().writes;
    await world.client.kirimEncounter({ id: encounter_id, keluhan_utama: 'Sakit gigi', poli: 'GIGI' });
    expect(world.sandbox.stats().writes).toBe(before);
  });

  it('a complaint that comes later gets its place in the Encounter', async () => {
    const world = await startWorld();
    const { encounter_id = '' } = await world.client.kirimEncounter(openVisit({ keluhan_utama: null }));
    await world.client.kirimEncounter({ id: encounter_id, keluhan_utama: 'Demam' });
    const [entry] = only(world, 'Encounter').diagnosis;
    expect(entry.use.coding[0].code).toBe('CC');
    expect(entry.condition.reference).toBe(`Condition/${only(world, 'Condition').id}`);
  });

  it('a changed start is refused with a remedy; so is an end before it, and another patient', async () => {
    const world = await startWorld();
    const { encounter_id = '' } = await world.client.kirimEncounter(openVisit());
    const before = world.sandbox.stats().writes;
    for (const [change, field] of [
      [{ tanggal_kunjungan: '2024-01-15T07:00:00Z' }, 'tanggal_kunjungan'],
      [{ tanggal_selesai: '2024-01-15T08:00:00Z' }, 'tanggal_selesai'],
      [{ nik_pasien: '9204014804000002' }, 'nik_pasien'],
      [{ pasien_id: 'P03647103112' }, 'pasien_id'],
    ] as const) {
      const thrown = await thrownBy(world.client.kirimEncounter({ id: encounter_id, ...change }));
      expect(thrown, field).toMatchObject({ code: 'INVALID_FIELDS', details: { fields: [{ field }] } });
    }
    expect(world.sandbox.stats().writes).toBe(before);
  });

  it('corrects the end of a finished visit', async () => {
    const world = await startWorld();
    const { encounter_id = '' } = await world.client.kirimEncounter(guideVisit());
    await world.client.kirimDiagnosis(hypertension(encounter_id));
    await world.client.kirimEncounter({ id: encounter_id, tanggal_selesai: '2024-01-15T10:00:00Z' });
    const later = '2024-01-15T10:00:00+00:00';
    expect(only(world, 'Encounter')).toMatchObject({
      period: { start, end: later },
      statusHistory: [
        { status: 'arrived', period: { start, end: start } },
        { status: 'in-progress', period: { start, end: later } },
        { status: 'finished', period: { start: later, end: later } },
      ],
    });
  });
});

describe('a whole visit in one call', () => {
  const whole = (change: Record<string, unknown> = {}) => ({
    ...guideVisit(),
    diagnosis: [
      inVisit(hypertension('')),
      inVisit(hypertension('', { kode_icd10: 'E11.9', deskripsi_diagnosis: 'DM tipe 2' })),
    ],
    observasi: [
      inVisit(bloodPressure('', { tanggal_observasi: '2024-01-15T08:50:00Z' })),
      inVisit(
        bloodPressure('', {
          kode: { coding: [{ system: 'http://loinc.org', code: '2339-0', display: 'Glucose' }] },
          kategori: { code: 'laboratory' },
          nilai: { value: 110, unit: 'mg/dL', code: 'mg/dL' },
          nilai_diatas: null,
        }),
      ),
      inVisit(
        bloodPressure('', {
          kode: { coding: [{ code: '39156-5' }] },
          nilai: { value: 24 },
          nilai_diatas: null,
        }),
      ),
    ],
    prosedur: [inVisit(incision(''))],
    ...change,
  });

  it('is one write: two diagnoses, three observations, a procedure, finished at once', async () => {
    const world = await startWorld();
    const { status, body } = await world.post('/api/kunjungan', whole());
    expect(status).toBe(200);
    expect(world.sandbox.stats().writes).toBe(1);
    expect(world.sandbox.stats().resources).toMatchObject({
      Encounter: 1,
      Condition: 3,
      Observation: 11,
      Procedure: 1,
      ClinicalImpression: 1,
    });
    const visit = only(world, 'Encounter');
    expect(visit).toMatchObject({ id: body.encounter_id, status: 'finished', period: { start, end } });
    expect(visit.diagnosis.map((one: Any) => [one.use.coding[0].code, one.rank])).toEqual([
      ['CC', undefined],
      ['DD', 1],
      ['DD', 2],
    ]);
    const references = world.sandbox.resources('Condition').map(({ id }) => `Condition/${id}`);
    for (const { condition } of visit.diagnosis) expect(references).toContain(condition.reference);
    // And something more of the same visit.
    await world.client.kirimDiagnosis(hypertension(body.log_id, { kode_icd10: 'J06.9' }));
    expect(only(world, 'Encounter').diagnosis.at(-1).rank).toBe(3);
  });

  it.each([
    ['without a diagnosis', { diagnosis: null }],
    ['without an end', { tanggal_selesai: null }],
  ])('stays in-progress %s', async (_, change) => {
    const world = await startWorld();
    await world.post('/api/kunjungan', whole(change));
    expect(only(world, 'Encounter').status).toBe('in-progress');
  });

  it('saved in part, with its answer lost, is completed and its diagnoses are mended', async () => {
    const world = await startWorld();
    world.sandbox.faults({ rates: { partial: 1 }, only: { types: ['Bundle'] }, limit: 1 });
    expect((await world.post('/api/kunjungan', whole())).status).toBe(202);
    const { status } = await world.post('/api/kunjungan', whole());
    expect(status).toBe(200);
    const visit = only(world, 'Encounter');
    expect(world.sandbox.stats().duplicates.byIdentifier).toBe(0);
    expect(world.sandbox.resources('Condition')).toHaveLength(3);
    const references = world.sandbox.resources('Condition').map(({ id }) => `Condition/${id}`);
    for (const { condition } of visit.diagnosis) expect(references).toContain(condition.reference);
  });

  it('pasien_id of an item must be the visit’s patient', async () => {
    const world = await startWorld();
    const { status, body } = await world.post(
      '/api/kunjungan',
      whole({ prosedur: [{ ...inVisit(incision('')), pasien_id: 'P03647103112' }] }),
    );
    expect([status, body.details.fields[0].field]).toEqual([422, 'prosedur.0.pasien_id']);
    expect(world.sandbox.stats().writes).toBe(0);
  });

  it('finishing on a complaint alone is a switch, and falls back to in-progress on 10457', async () => {
    for (const complaintFinishes of [true, false]) {
      const world = await startWorld({
        clinics: [{ ...sandboxClinic, switches: { finishOnComplaint: true } }],
        sandboxOptions: { complaintFinishes },
      });
      await world.client.kirimEncounter(guideVisit());
      expect(only(world, 'Encounter').status).toBe(complaintFinishes ? 'finished' : 'in-progress');
      await closeWorlds();
    }
  });
});

describe('corrections', () => {
  it('of an observation: PATCH of the value, status corrected; by log_id and by id', async () => {
    const world = await startWorld();
    const { encounter_id = '' } = await world.client.kirimEncounter(openVisit({ pemeriksaan_fisik: null }));
    const sent = await world.client.kirimObservation(bloodPressure(encounter_id));
    await world.client.kirimObservation(
      bloodPressure(encounter_id, { id: sent.log_id, nilai: { value: 140 }, interpretasi: 'Tinggi' }),
    );
    const [systolic, diastolic] = world.sandbox.resources('Observation') as Any[];
    expect(systolic).toMatchObject({ status: 'corrected', valueQuantity: { value: 140, code: 'mm[Hg]' } });
    expect(systolic).not.toHaveProperty('interpretation');
    expect(diastolic.valueQuantity.value).toBe(85);
    expect(world.sandbox.resources('Observation')).toHaveLength(2);
    const fixed = await thrownBy(
      world.client.kirimObservation(
        bloodPressure(encounter_id, { id: sent.log_id, tanggal_observasi: '2024-01-15T08:50:00Z' }),
      ),
    );
    expect(fixed).toMatchObject({
      code: 'INVALID_FIELDS',
      details: { fields: [{ field: 'tanggal_observasi' }] },
    });
  });

  it('of a diagnosis: PUT of the Condition; refuted, it leaves the Encounter’s diagnoses', async () => {
    const world = await startWorld();
    const { encounter_id = '' } = await world.client.kirimEncounter(openVisit());
    const first = await world.client.kirimDiagnosis(hypertension(encounter_id));
    const second = await world.client.kirimDiagnosis(hypertension(encounter_id, { kode_icd10: 'R51' }));
    await world.client.kirimDiagnosis(hypertension(encounter_id, { id: second.id, kode_icd10: 'G44.2' }));
    const codes = () =>
      (world.sandbox.resources('Condition') as Any[]).map((one) => one.code.coding[0].code).sort();
    expect(codes()).toEqual(['409586006', 'G44.2', 'I10']);
    await world.client.kirimDiagnosis(
      hypertension(encounter_id, { id: first.log_id, verifikasi_status: 'entered-in-error' }),
    );
    const wrong = (world.sandbox.resources('Condition') as Any[]).find(({ id }) => id === first.id);
    expect(wrong.verificationStatus.coding[0].code).toBe('entered-in-error');
    expect(wrong).not.toHaveProperty('clinicalStatus');
    expect(only(world, 'Encounter').diagnosis.map((one: Any) => [one.condition.reference, one.rank])).toEqual(
      [
        [expect.any(String), undefined],
        [`Condition/${second.id}`, 1],
      ],
    );
  });

  it('what is of another visit, unknown, or not sent yet, is refused', async () => {
    const world = await startWorld();
    const one = await world.client.kirimEncounter(openVisit());
    const other = await world.client.kirimEncounter(openVisit({ tanggal_kunjungan: '2024-01-16T08:30:00Z' }));
    const sent = await world.client.kirimDiagnosis(hypertension(one.encounter_id ?? ''));
    for (const [encounterId, id] of [
      [other.encounter_id, sent.id],
      [one.encounter_id, '0b0a6e1e-55f3-4d44-8f0a-6f3f2f6f1d44'],
    ]) {
      const thrown = await thrownBy(world.client.kirimDiagnosis(hypertension(encounterId ?? '', { id })));
      expect(thrown).toMatchObject({ code: 'INVALID_FIELDS', details: { fields: [{ field: 'id' }] } });
    }
  });

  it('of a procedure: none at the platform, a PUT behind a switch', async () => {
    const world = await startWorld({
      clinics: [{ ...sandboxClinic, switches: { procedureReplace: true } }],
    });
    const { encounter_id = '' } = await world.client.kirimEncounter(openVisit());
    const { id } = await world.client.kirimProcedure(incision(encounter_id));
    await world.client.kirimProcedure(incision(encounter_id, { id, hasil: 'Luka bersih' }));
    expect(only(world, 'Procedure').note[0].text).toContain('Hasil: Luka bersih');
  });
});

describe('batal', () => {
  const batal = (world: World, logId: string | undefined) => world.post(`/api/log/${logId}/batal`, {});

  it('of an observation and a diagnosis: entered-in-error, out of the Encounter', async () => {
    const world = await startWorld();
    const { encounter_id = '' } = await world.client.kirimEncounter(openVisit({ pemeriksaan_fisik: null }));
    const pressure = await world.client.kirimObservation(bloodPressure(encounter_id));
    const diagnosis = await world.client.kirimDiagnosis(hypertension(encounter_id));
    expect((await batal(world, pressure.log_id)).body).toMatchObject({
      status: 'success',
      log_id: pressure.log_id,
      data: { state: 'void' },
    });
    for (const one of world.sandbox.resources('Observation')) expect(one.status).toBe('entered-in-error');
    expect((await batal(world, diagnosis.log_id)).status).toBe(200);
    expect(only(world, 'Encounter').diagnosis).toHaveLength(1);
    expect((await world.client.getLog(diagnosis.log_id ?? '')).data.state).toBe('void');
    // Again is fine; the same data again is not brought back.
    expect((await batal(world, diagnosis.log_id)).status).toBe(200);
    const thrown = await thrownBy(world.client.kirimDiagnosis(hypertension(encounter_id)));
    expect(thrown).toMatchObject({ code: 'DUPLICATE', logId: diagnosis.log_id });
  });

  it('of the only diagnosis of a finished visit is refused with the way out', async () => {
    const world = await startWorld();
    const { encounter_id = '' } = await world.client.kirimEncounter(guideVisit());
    const { log_id } = await world.client.kirimDiagnosis(hypertension(encounter_id));
    const refused = await batal(world, log_id);
    expect([refused.status, refused.body.code]).toEqual([422, 'INVALID_FIELDS']);
    expect(refused.body.details.fields[0].remedy).toContain('diagnosis yang benar');
    expect((await world.client.getLog(log_id ?? '')).data.state).toBe('sent');
    await world.client.kirimDiagnosis(hypertension(encounter_id, { kode_icd10: 'R51' }));
    expect((await batal(world, log_id)).status).toBe(200);
    expect(only(world, 'Encounter').diagnosis.at(-1).rank).toBe(1);
  });

  it('of an encounter takes everything of it along; a procedure is in the way unless switched on', async () => {
    for (const procedureReplace of [false, true]) {
      const world = await startWorld({ clinics: [{ ...sandboxClinic, switches: { procedureReplace } }] });
      const { encounter_id = '', log_id } = await world.client.kirimEncounter(guideVisit());
      await world.client.kirimDiagnosis(hypertension(encounter_id));
      const { log_id: procedure } = await world.client.kirimProcedure(incision(encounter_id));
      const answer = await batal(world, log_id);
      if (!procedureReplace) {
        expect([answer.status, answer.body.code]).toEqual([422, 'INVALID_FIELDS']);
        expect((await batal(world, procedure)).status).toBe(422);
        expect(only(world, 'Encounter').status).toBe('finished');
        continue;
      }
      expect(answer.status).toBe(200);
      for (const type of ['Encounter', 'Observation', 'ClinicalImpression', 'Procedure']) {
        for (const one of world.sandbox.resources(type)) expect(one.status, type).toBe('entered-in-error');
      }
      for (const one of world.sandbox.resources('Condition') as Any[]) {
        expect(one.verificationStatus.coding[0].code).toBe('entered-in-error');
      }
      const late = await thrownBy(
        world.client.kirimDiagnosis(hypertension(log_id ?? '', { kode_icd10: 'R51' })),
      );
      expect(late).toMatchObject({
        code: 'INVALID_FIELDS',
        details: { fields: [{ field: 'encounter_id' }] },
      });
    }
  });

  it('of what never went takes no write; what hung on it goes with it', async () => {
    const world = await startWorld();
    const thrown = await thrownBy(world.client.kirimEncounter({ ...guideVisit(), poli: '999999' }));
    const { log_id } = await world.client.kirimDiagnosis(hypertension(thrown?.logId ?? ''));
    expect((await batal(world, thrown?.logId)).status).toBe(200);
    expect((await world.client.getLog(log_id ?? '')).data.state).toBe('void');
    expect(world.sandbox.stats().writes).toBe(0);
  });

  it('during an outage is kept and done later', async () => {
    const world = await startWorld();
    const { log_id } = await world.client.kirimEncounter(openVisit());
    world.intercept = async () => new Response('no', { status: 503 });
    expect((await batal(world, log_id)).status).toBe(202);
    world.intercept = undefined;
    expect((await batal(world, log_id)).status).toBe(200);
    expect(only(world, 'Encounter').status).toBe('entered-in-error');
  });
});

describe('resend', () => {
  it('of what failed, with and without a correction; never a second time what is there', async () => {
    const world = await startWorld();
    const thrown = await thrownBy(world.client.kirimEncounter({ ...guideVisit(), poli: '999999' }));
    const path = `/api/log/${thrown?.logId}/resend`;
    expect((await world.post(path, {})).body).toMatchObject({ code: 'HEALTHCARE_SERVICE_NOT_FOUND' });
    expect((await world.post(path, { ...guideVisit(), suhu: 1, nik_pasien: '1' })).body).toMatchObject({
      code: 'INVALID_FIELDS',
      log_id: thrown?.logId,
    });
    const sent = await world.post(path, guideVisit());
    expect(sent.body).toMatchObject({ status: 'success', log_id: thrown?.logId });
    expect((await world.post(path, {})).body.encounter_id).toBe(sent.body.encounter_id);
    expect((await world.post(path, guideVisit())).body.encounter_id).toBe(sent.body.encounter_id);
    expect((await world.post(path, { ...guideVisit(), anamnesa: 'lain' })).body.code).toBe('DUPLICATE');
    // The corrected data, sent as new, is this submission.
    expect((await world.client.kirimEncounter(guideVisit())).log_id).toBe(thrown?.logId);
    expect(world.sandbox.stats().writes).toBe(1);
  });

  it('an encounter with the id of one that failed mends that one: only what changed has to be there', async () => {
    const world = await startWorld();
    const thrown = await thrownBy(world.client.kirimEncounter({ ...guideVisit(), poli: '999999' }));
    const sent = await world.client.kirimEncounter({ id: thrown?.logId ?? '', poli: '100001' });
    expect(sent).toMatchObject({ status: 'success', log_id: thrown?.logId });
    expect(sent.data?.resources).toHaveLength(10);
    expect(world.sandbox.stats().writes).toBe(1);
    const { data } = await world.client.getLog(sent.log_id ?? '');
    // Kept locally on purpose.
    expect(data).toMatchObject({ penjamin: '1', jenis_kunjungan: '1' });
  });

  it('what is on its way keeps its content', async () => {
    const world = await startWorld();
    world.intercept = async () => new Response('no', { status: 503 });
    const { log_id } = await world.client.kirimEncounter(guideVisit());
    const refused = await world.post(`/api/log/${log_id}/resend`, plainVisit());
    expect([refused.status, refused.body.code]).toEqual([409, 'DUPLICATE']);
    world.intercept = undefined;
    expect((await world.post(`/api/log/${log_id}/resend`, {})).body.status).toBe('success');
  });

  it('moves to another encounter when that was the mistake', async () => {
    const world = await startWorld();
    const { encounter_id = '' } = await world.client.kirimEncounter(openVisit());
    const thrown = await thrownBy(world.client.kirimDiagnosis(hypertension('salah-ketik')));
    const sent = await world.post(`/api/log/${thrown?.logId}/resend`, hypertension(encounter_id));
    expect(sent.body).toMatchObject({ status: 'success', encounter_id });
  });
});

describe('a dry run (?uji=1)', () => {
  it.each<[string, (id: string) => unknown, string[]]>([
    ['/api/diagnosis', (id) => hypertension(id), ['POST Condition', 'PUT Encounter']],
    ['/api/observation', (id) => bloodPressure(id), ['POST Observation', 'POST Observation']],
    ['/api/procedure', (id) => incision(id), ['POST Procedure']],
    [
      '/api/encounter',
      (id) => ({ id, tanggal_selesai: '2024-01-15T09:15:00Z', anamnesa: 'lain' }),
      ['PATCH ClinicalImpression', 'PUT Encounter'],
    ],
    [
      '/api/kunjungan',
      () => ({ ...plainVisit(), diagnosis: [inVisit(hypertension(''))] }),
      [
        'POST Encounter',
        'POST Condition',
        'POST ClinicalImpression',
        ...Array(7).fill('POST Observation'),
        'POST Condition',
      ],
    ],
  ])('of %s answers the FHIR, keeps nothing and writes nothing', async (path, body, expected) => {
    const world = await startWorld();
    const { encounter_id = '' } = await world.client.kirimEncounter(openVisit());
    const before = world.sandbox.stats().writes;
    const answer = await world.post(`${path}?uji=1`, body(encounter_id));
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    expect(answer.body).not.toHaveProperty('log_id');
    const entries = answer.body.data.fhir.entry as { request: { method: string; url: string } }[];
    expect(entries.map(({ request }) => `${request.method} ${request.url.split('/')[0]}`)).toEqual(expected);
    expect(world.sandbox.stats().writes).toBe(before);
  });

  it('of something whose visit was not sent yet says so', async () => {
    const world = await startWorld();
    world.intercept = async () => new Response('no', { status: 503 });
    const { log_id = '' } = await world.client.kirimEncounter(guideVisit());
    const answer = await world.post('/api/diagnosis?uji=1', hypertension(log_id));
    expect([answer.status, answer.body.code]).toEqual([502, 'UPSTREAM_UNAVAILABLE']);
    expect(answer.body.message).toContain('belum terkirim');
  });

  it('says what would be refused', async () => {
    const world = await startWorld();
    const answer = await world.post('/api/diagnosis?uji=1', hypertension('tidak-ada'));
    expect([answer.status, answer.body.code]).toEqual([404, 'ENCOUNTER_NOT_FOUND']);
    expect(answer.body).not.toHaveProperty('log_id');
  });
});
