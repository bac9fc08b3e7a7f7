/** Changes of what was sent: written, refused or said, and never dropped in silence. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { sandboxClinic } from '../../src/sandbox.js';
import { bloodPressure, hypertension } from '../support/clinical.js';
import { thrownBy } from '../support/thrown.js';
import { guideVisit, plainVisit } from '../support/visit.js';
import { closeWorlds, startWorld, type World } from '../support/world.js';

const folders: string[] = [];
afterEach(async () => {
  await closeWorlds();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

// biome-ignore lint/suspicious/noExplicitAny: resources are read as they lie at the platform
type Any = any;

const visit = (change: Record<string, unknown> = {}) => ({ ...guideVisit(), ...change });
const conditions = (world: World): Any[] => world.sandbox.resources('Condition');
const encounter = (world: World): Any => world.sandbox.resources('Encounter')[0];
const diagnoses = (world: World): Any[] =>
  encounter(world).diagnosis.filter((one: Any) => one.use.coding[0].code === 'DD');
const codeOf = (world: World, id: string | undefined) =>
  conditions(world).find((one) => one.id === id)?.code.coding[0].code;
const heart = (value: number, encounter_id: string, change: Record<string, unknown> = {}) =>
  bloodPressure(encounter_id, {
    kode: { coding: [{ system: 'http://loinc.org', code: '8867-4', display: 'Heart rate' }] },
    nilai: { value, unit: 'beats/minute', system: 'http://unitsofmeasure.org', code: '/min' },
    nilai_diatas: null,
    ...change,
  });

describe('a change back to what was before', () => {
  it('of a diagnosis is written; the same again is not', async () => {
    const world = await startWorld();
    const { encounter_id = '' } = await world.client.kirimEncounter(visit());
    const { id = '' } = await world.client.kirimDiagnosis(hypertension(encounter_id));
    // As an app without keys sends it.
    const correct = async (kode_icd10: string): Promise<{ log_id: string }> =>
      (await world.post('/api/diagnosis', hypertension(encounter_id, { id, kode_icd10 }))).body;
    const first = await correct('I11.9');
    expect((await correct('I11.9')).log_id).toBe(first.log_id);
    await correct('I12.9');
    expect(codeOf(world, id)).toBe('I12.9');
    const back = await correct('I11.9');
    expect(back.log_id).not.toBe(first.log_id);
    expect(codeOf(world, id)).toBe('I11.9');
    expect((await correct('I11.9')).log_id).toBe(back.log_id);
  });

  it('is written also when the changes before it were emptied meanwhile', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'satusehat-test-'));
    folders.push(folder);
    const store = `sqlite:${join(folder, 'satusehat.db')}`;
    let clock = Date.now();
    const first = await startWorld({ store, now: () => clock });
    const { encounter_id = '' } = await first.client.kirimEncounter(visit());
    const { id = '' } = await first.client.kirimDiagnosis(hypertension(encounter_id));
    const correct = (world: World, kode_icd10: string) =>
      world.client.kirimDiagnosis(hypertension(encounter_id, { id, kode_icd10 }));
    await correct(first, 'I11.9');
    await correct(first, 'I12.9');
    await closeWorlds();
    clock += 31 * 86_400_000;
    const { sandbox } = first;
    const world = await startWorld({ store, sandbox, now: () => clock, retention: { payloadDays: 30 } });
    await correct(world, 'I11.9');
    expect(codeOf(world, id)).toBe('I11.9');
  });

  it('of an end is written', async () => {
    const world = await startWorld();
    const { encounter_id = '' } = await world.client.kirimEncounter(visit());
    await world.client.kirimDiagnosis(hypertension(encounter_id));
    for (const minute of ['10', '20', '10']) {
      await world.client.kirimEncounter({
        id: encounter_id,
        tanggal_selesai: `2024-01-15T09:${minute}:00Z`,
      });
      expect(encounter(world).period.end).toBe(`2024-01-15T09:${minute}:00+00:00`);
    }
  });
});

describe('the same data again', () => {
  it('is the same, whichever name of the encounter it carries', async () => {
    const world = await startWorld();
    const { encounter_id = '', log_id = '' } = await world.client.kirimEncounter(
      visit({ no_registrasi: 'REG-7' }),
    );
    const sent = [];
    for (const name of [log_id, encounter_id, 'REG-7']) {
      sent.push((await world.client.kirimDiagnosis(hypertension(name))).log_id);
    }
    expect(new Set(sent).size).toBe(1);
    expect(conditions(world).filter(({ code }) => code.coding[0].code === 'I10')).toHaveLength(1);
  });

  it('is the same however it is written, with a client and without, in a field that is never sent too', async () => {
    const world = await startWorld();
    const { log_id } = await world.client.kirimEncounter(visit());
    const start = Date.parse(String(guideVisit().tanggal_kunjungan));
    const inJakarta = new Date(start + 7 * 3_600_000).toISOString().slice(0, 19);
    const alike: Record<string, unknown>[] = [
      { poli: Number(guideVisit().poli) },
      { dokter: ` ${guideVisit().dokter} ` },
      { keluhan_utama: `${guideVisit().keluhan_utama} ` },
      { tanggal_kunjungan: `${inJakarta}+07:00` },
      { tanggal_kunjungan: inJakarta.replace('T', ' ') },
      { tanggal_kunjungan: new Date(start).toISOString() },
      { csrf_token: 'a' },
      { csrf_token: 'b' },
    ];
    for (const change of alike) {
      const body = visit(change) as ReturnType<typeof guideVisit>;
      const byClient = await world.client.kirimEncounter(body);
      const byHand = await world.post('/api/encounter', body);
      expect([byClient.log_id, byHand.body.log_id], JSON.stringify(change)).toEqual([log_id, log_id]);
    }
    expect(world.sandbox.stats().writes).toBe(1);
    const another = new Date(start + 60_000).toISOString();
    await world.client.kirimEncounter(visit({ tanggal_kunjungan: another, tanggal_selesai: null }));
    expect(world.sandbox.stats().writes).toBe(2);
  });

  it('is the same diagnosis however its code and its time are written', async () => {
    const world = await startWorld();
    const { log_id = '' } = await world.client.kirimEncounter(visit());
    const sent = [];
    for (const change of [{}, { kode_icd10: 'i10' }, { tanggal_diagnosis: '2024-01-15T16:00:00+07:00' }]) {
      sent.push((await world.client.kirimDiagnosis(hypertension(log_id, change))).log_id);
    }
    expect(new Set(sent).size).toBe(1);
  });

  it('as the correction of a resend whose answer was lost is answered as that one', async () => {
    const world = await startWorld();
    const failed = await thrownBy(world.client.kirimEncounter(visit({ poli: '999999' })));
    const path = `/api/log/${failed?.logId}/resend`;
    const first = await world.post(path, visit());
    const again = await world.post(path, visit());
    expect([again.status, again.body.log_id, again.body.encounter_id]).toEqual([
      200,
      failed?.logId,
      first.body.encounter_id,
    ]);
    expect((await world.post(path, visit({ anamnesa: 'lain' }))).body.code).toBe('DUPLICATE');
    expect(world.sandbox.stats().writes).toBe(1);
  });
});

describe('no_registrasi', () => {
  it('names one visit: another body is refused and touches nothing', async () => {
    const world = await startWorld();
    const first = await world.client.kirimEncounter(visit({ no_registrasi: 'REG-1' }));
    const second = visit({ no_registrasi: 'REG-1', penjamin: '2', tanggal_selesai: null });
    expect(await thrownBy(world.client.kirimEncounter(second))).toMatchObject({
      code: 'DUPLICATE',
      logId: first.log_id,
    });
    const whole = { ...second, diagnosis: [] };
    expect((await world.post('/api/kunjungan', whole)).body).toMatchObject({ log_id: first.log_id });
    await world.client.kirimDiagnosis(hypertension(first.encounter_id ?? ''));
    expect(encounter(world).status).toBe('finished');
  });

  it('of two at the same time, one is taken', async () => {
    const world = await startWorld();
    const both = await Promise.allSettled(
      ['1', '2'].map((penjamin) => world.client.kirimEncounter(visit({ no_registrasi: 'REG-1', penjamin }))),
    );
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(world.sandbox.stats().resources.Encounter).toBe(1);
  });

  it('of a visit that was refused takes the corrected body', async () => {
    const world = await startWorld();
    const refused = (await thrownBy(
      world.client.kirimEncounter(visit({ no_registrasi: 'REG-1', nik_pasien: '3171010101010001' })),
    )) as { logId?: string };
    const mended = await world.client.kirimEncounter(visit({ no_registrasi: 'REG-1' }));
    expect(mended).toMatchObject({ status: 'success', log_id: refused.logId });
  });

  it('is an encounter_id like the others: what hangs on it goes one after the other', async () => {
    const world = await startWorld();
    const sent = await world.client.kirimEncounter(visit({ no_registrasi: 'REG-1' }));
    const names = ['REG-1', sent.encounter_id ?? '', sent.log_id ?? ''];
    const codes = ['I10', 'J00', 'K30', 'E11.9', 'R51', 'M54.5'];
    await Promise.all(
      codes.map((kode_icd10, index) =>
        world.client.kirimDiagnosis(hypertension(names[index % 3] as string, { kode_icd10 })),
      ),
    );
    expect(diagnoses(world).map(({ rank }) => rank)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('holds what hangs on a visit that is still on its way', async () => {
    const world = await startWorld();
    world.sandbox.faults({ rates: { throttle: 1 } });
    const queued = await world.client.kirimEncounter(visit({ no_registrasi: 'REG-1' }), { wait: 1 });
    const held = await world.client.kirimDiagnosis(hypertension('REG-1'), { wait: 0 });
    world.sandbox.faults({});
    await world.post(`/api/log/${queued.log_id}/resend`, {});
    const after = await world.post(`/api/log/${held.log_id}/resend`, {});
    expect(after.body).toMatchObject({ status: 'success', data: { delivery: 'sent' } });
    expect(diagnoses(world)).toHaveLength(1);
  });
});

describe('a correction', () => {
  it('of what was voided is refused, by whichever id', async () => {
    const world = await startWorld();
    const { encounter_id = '' } = await world.client.kirimEncounter(visit());
    await world.client.kirimDiagnosis(hypertension(encounter_id));
    const extra = await world.client.kirimDiagnosis(hypertension(encounter_id, { kode_icd10: 'J00' }));
    const pulse = await world.client.kirimObservation(heart(80, encounter_id));
    for (const { log_id } of [extra, pulse]) await world.post(`/api/log/${log_id}/batal`, {});
    const before = world.sandbox.stats().writes;
    for (const id of [extra.id, extra.log_id]) {
      const again = hypertension(encounter_id, { id, kode_icd10: 'J00' });
      expect(await thrownBy(world.client.kirimDiagnosis(again))).toMatchObject({ code: 'INVALID_FIELDS' });
    }
    expect(
      await thrownBy(world.client.kirimObservation(heart(82, encounter_id, { id: pulse.id }))),
    ).toMatchObject({ code: 'INVALID_FIELDS' });
    expect(world.sandbox.stats().writes).toBe(before);
  });

  it('of a diagnosis does not take the place of the chief complaint', async () => {
    const world = await startWorld();
    const { encounter_id = '' } = await world.client.kirimEncounter(visit());
    const [complaint] = conditions(world);
    const change = hypertension(encounter_id, { id: complaint.id });
    expect(await thrownBy(world.client.kirimDiagnosis(change))).toMatchObject({ code: 'INVALID_FIELDS' });
    expect(conditions(world)).toEqual([complaint]);
  });

  it('of an observation names what the platform does not take', async () => {
    const world = await startWorld();
    const { encounter_id = '' } = await world.client.kirimEncounter(visit());
    const { id } = await world.client.kirimObservation(heart(80, encounter_id));
    const kategori = {
      system: 'http://terminology.hl7.org/CodeSystem/observation-category',
      code: 'exam',
    };
    for (const change of [{ kategori }, { dokter: '10006926841' }]) {
      const field = Object.keys(change)[0];
      const error = await thrownBy(world.client.kirimObservation(heart(80, encounter_id, { id, ...change })));
      expect(error).toMatchObject({ code: 'INVALID_FIELDS', details: { fields: [{ field }] } });
    }
  });

  it('two at once of one that was refused: one is told to wait', async () => {
    const world = await startWorld();
    const refused = (await thrownBy(
      world.client.kirimEncounter(visit({ nik_pasien: '3171010101010001' })),
    )) as {
      logId?: string;
    };
    const answers = await Promise.all(
      ['A', 'B'].map((anamnesa) => world.post(`/api/log/${refused.logId}/resend`, { ...visit(), anamnesa })),
    );
    const good = answers.filter(({ status }) => status === 200);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(good).toHaveLength(1);
  });

  it('a resend with its own id is the body without it; a failed kunjungan is mended the same way', async () => {
    const world = await startWorld();
    const wrong = { nik_pasien: '3171010101010001' };
    const refused = (await world.post('/api/kunjungan', visit({ ...wrong, diagnosis: [] }))).body;
    expect(refused).toMatchObject({ status: 'error' });
    const id = refused.log_id as string;
    const mended = await world.client.kirimEncounter({ id, nik_pasien: guideVisit().nik_pasien } as never);
    expect(mended).toMatchObject({ status: 'success', log_id: id });

    const other = (await thrownBy(world.client.kirimEncounter(visit({ ...wrong, anamnesa: 'x' })))) as {
      logId?: string;
    };
    const resent = await world.post(`/api/log/${other.logId}/resend`, {
      ...visit({ anamnesa: 'y', tanggal_kunjungan: '2024-01-15T07:30:00Z' }),
      id: other.logId,
    });
    expect(resent.body).toMatchObject({ status: 'success', log_id: other.logId });
  });
});

describe('an update', () => {
  it('finds what we wrote ourselves before the index does', async () => {
    for (const refuseDuplicates of [undefined, []]) {
      const world = await startWorld({ sandboxOptions: refuseDuplicates ? { refuseDuplicates } : {} });
      world.sandbox.faults({ searchLag: 60_000 });
      const sent = await world.client.kirimEncounter(visit());
      const nadi = { pemeriksaan_fisik: { tanda_vital: { nadi: 88 } } };
      const update = { id: sent.encounter_id ?? '', anamnesa: 'Sejak kemarin', ...nadi };
      expect(await world.client.kirimEncounter(update)).toMatchObject({ status: 'success' });
      const pulses = (world.sandbox.resources('Observation') as Any[]).filter(
        ({ code }) => code.coding[0].code === '8867-4',
      );
      expect(pulses.map(({ valueQuantity }) => valueQuantity.value)).toEqual([88]);
      expect(world.sandbox.resources('ClinicalImpression')).toHaveLength(1);
    }
  });

  it('writes another code of the same complaint, and refuses what it would drop', async () => {
    const world = await startWorld();
    const sent = await world.client.kirimEncounter(visit());
    const id = sent.encounter_id ?? '';
    const { keluhan_utama } = guideVisit();
    await world.client.kirimEncounter({ id, keluhan_utama, kode_keluhan_utama: '25064002' });
    expect(conditions(world).map(({ code }) => code.coding[0].code)).toEqual(['25064002']);
    for (const change of [{ kode_keluhan_utama: '25064002' }, { no_registrasi: 'X1' }]) {
      expect(await thrownBy(world.client.kirimEncounter({ id, ...change }))).toMatchObject({
        details: { fields: [{ field: Object.keys(change)[0] }] },
      });
    }
  });

  it('puts no inpatient into a room without a class', async () => {
    const bed = '7d4f9b1e-3c0a-4a58-9d1c-5f2b8a6e1009';
    const world = await startWorld({
      clinics: [{ ...sandboxClinic, poli: { BED1: { locationId: bed, kelasRawat: '1' } } }],
    });
    world.sandbox.put({ resourceType: 'Location', id: bed, name: 'Bed 1' });
    const inpatient = { jenis_layanan: '102', poli: 'BED1' };
    const { encounter_id: id = '' } = await world.client.kirimEncounter(plainVisit(inpatient));
    const before = encounter(world);
    expect(await thrownBy(world.client.kirimEncounter({ id, poli: '100001' }))).toMatchObject({
      details: { fields: [{ field: 'poli' }] },
    });
    expect(encounter(world)).toEqual(before);
  });
});

it('a value beyond what the device reads keeps its sign', async () => {
  const world = await startWorld();
  const { encounter_id = '' } = await world.client.kirimEncounter(visit());
  const nilai = { value: 40, unit: 'beats/minute', system: 'http://unitsofmeasure.org', code: '/min' };
  const { id } = await world.client.kirimObservation(
    heart(40, encounter_id, { nilai: { ...nilai, comparator: '<' } }),
  );
  const there = (world.sandbox.resources('Observation') as Any[]).find((one) => one.id === id);
  expect(there.valueQuantity).toMatchObject({ value: 40, comparator: '<' });
});

describe('batal', () => {
  it('of a failed visit is not held by what it withdraws', async () => {
    const world = await startWorld();
    world.intercept = async (request, next) => {
      const answer = await next(request);
      const isVisit = request.method === 'POST' && new URL(request.url).pathname.endsWith('/fhir-r4/v1');
      return isVisit ? new Response('<html>', { status: 502 }) : answer;
    };
    const queued = await world.client.kirimEncounter(visit(), { wait: 5 });
    const held = await world.client.kirimDiagnosis(hypertension(queued.log_id ?? ''), { wait: 0 });
    world.intercept = undefined;
    const changed = encounter(world);
    world.sandbox.put({ ...changed, class: { ...changed.class, code: 'EMER' } });
    await world.post(`/api/log/${queued.log_id}/resend`, {});
    const answer = await world.post(`/api/log/${queued.log_id}/batal`, {});
    expect(answer).toMatchObject({ status: 200, body: { data: { state: 'void' } } });
    expect((await world.client.getLog(held.log_id ?? '')).data.state).toBe('void');
    expect(encounter(world).status).toBe('entered-in-error');
  });

  it('asked twice, with another reason or after it is done, says the same', async () => {
    const world = await startWorld();
    const sent = await world.client.kirimEncounter(visit());
    world.sandbox.faults({ rates: { throttle: 1 } });
    const path = `/api/log/${sent.log_id}/batal`;
    const first = await world.post(path, { alasan: 'salah' }, { prefer: 'wait=1' });
    const second = await world.post(path, { alasan: 'salah pasien' }, { prefer: 'respond-async' });
    expect([first.status, second.status]).toEqual([202, 202]);
    expect(second.body.data.batal_log_id).toBe(first.body.data.batal_log_id);
    world.sandbox.faults({});
    await world.post(`/api/log/${first.body.data.batal_log_id}/resend`, {});
    const after = await world.post(path, {});
    expect(after).toMatchObject({ status: 200, body: { message: 'Data ini sudah dibatalkan.' } });
  });
});

it('uji=1 does nothing where there is no dry run, and a value that could mean either is refused', async () => {
  const world = await startWorld();
  const sent = await world.client.kirimEncounter(visit());
  const before = world.sandbox.stats().writes;
  for (const path of [`/api/log/${sent.log_id}/batal?uji=1`, `/api/log/${sent.log_id}/resend?uji=true`]) {
    expect((await world.post(path, {})).status, path).toBe(422);
  }
  const other = visit({ tanggal_kunjungan: '2024-01-15T07:00:00Z' });
  expect((await world.post('/api/encounter?uji=ya', other)).status).toBe(422);
  for (const value of ['', 'true', '1']) {
    const answer = await world.post(`/api/encounter?uji=${value}`, other);
    expect(answer.body.data, value).toHaveProperty('fhir');
  }
  expect(world.sandbox.stats().writes).toBe(before);
});

it.each(['Practitioner', 'Patient', 'Location', 'Encounter'])(
  'a %s that the platform hides once is asked for again',
  async (type) => {
    const world = await startWorld();
    const before = type === 'Encounter' ? await world.client.kirimEncounter(visit()) : undefined;
    world.sandbox.faults({ rates: { suppressed: 1 }, only: { methods: ['GET'], types: [type] }, limit: 1 });
    const first = before
      ? await world.client.kirimDiagnosis(hypertension(before.encounter_id ?? ''))
      : await world.client.kirimEncounter(visit());
    const { body } = await world.post(`/api/log/${first.log_id}/resend`, {});
    expect(body).toMatchObject({ status: 'success', data: { delivery: 'sent' } });
  },
);
