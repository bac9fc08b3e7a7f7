/** Every bad input gets the contract's status, a code, the clinic's field and a remedy; nothing is written. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ambiguousNik } from '../../src/sandbox.js';
import { guideVisit, plainVisit } from '../support/visit.js';
import { closeWorlds, KEY, startWorld, type World } from '../support/world.js';

let world: World;
beforeEach(async () => {
  world = await startWorld({ bodyLimit: 20_000 });
});
afterEach(closeWorlds);

interface Problem {
  field: string;
  problem: string;
  message: string;
  remedy: string;
}

async function refused(body: unknown, status: number, code: string, headers?: Record<string, string>) {
  const answer = await world.post('/api/encounter', body, headers);
  expect({ status: answer.status, code: answer.body.code }).toEqual({ status, code });
  expect(answer.body.status).toBe('error');
  expect(answer.body.message).toMatch(/\S/);
  expect(answer.body.remedy).toMatch(/\S/);
  expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  expect(world.sandbox.stats().writes).toBe(0);
  return answer.body as { log_id?: string; message: string; details?: { fields?: Problem[] } };
}

const visitWith = (tandaVital: Record<string, unknown>) =>
  plainVisit({ pemeriksaan_fisik: { tanda_vital: tandaVital } });

describe('the request itself', () => {
  it.each([
    ['a wrong secret', { 'x-clinic-secret': 'wrong' }],
    ['an unknown clinic', { 'x-clinic-code': 'KLINIK-999' }],
    ['no credentials', { 'x-clinic-code': '', 'x-clinic-secret': '' }],
  ])('%s is 401', async (_, headers) => {
    await refused(guideVisit(), 401, 'INVALID_CREDENTIALS', headers);
    expect(world.asked).toEqual([]);
  });

  it('an inactive clinic is 403', async () => {
    const { sandboxClinic } = await import('../../src/sandbox.js');
    world = await startWorld({ clinics: [{ ...sandboxClinic, active: false }] });
    await refused(guideVisit(), 403, 'CLINIC_INACTIVE');
    await refused(guideVisit(), 401, 'INVALID_CREDENTIALS', { 'x-clinic-secret': 'wrong' });
  });

  it.each([
    ['{"nik_pasien": "320123'],
    [''],
    ['[1]'],
    ['"text"'],
    ['null'],
    [`${'{"a":'.repeat(1_000)}1${'}'.repeat(1_000)}`],
  ])('the body %s is 400', async (body) => {
    await refused(body, 400, 'INVALID_JSON');
    expect(world.asked).toEqual([]);
  });

  it('bytes that are not UTF-8 are 400', async () => {
    const response = await world.service.fetch(
      new Request('http://service.invalid/api/encounter', {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-clinic-code': 'KLINIK-001',
          'x-clinic-secret': 'your_clinic_secret',
        },
        body: new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]),
      }),
    );
    expect(response.status).toBe(400);
  });

  it('a body over the limit is 413, with or without a Content-Length', async () => {
    const large = JSON.stringify({ ...guideVisit(), anamnesa: 'x'.repeat(30_000) });
    await refused(large, 413, 'PAYLOAD_TOO_LARGE');
    const stream = new Blob([large]).stream();
    const response = await world.service.fetch(
      new Request('http://service.invalid/api/encounter', {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-clinic-code': 'KLINIK-001',
          'x-clinic-secret': 'your_clinic_secret',
        },
        body: stream,
        duplex: 'half',
      } as RequestInit),
    );
    expect(response.status).toBe(413);
  });

  it.each([['text/plain'], ['application/x-www-form-urlencoded'], ['']])(
    'content type "%s" is 415',
    async (type) => {
      await refused(guideVisit(), 415, 'UNSUPPORTED_MEDIA_TYPE', { 'content-type': type });
    },
  );

  it('content type application/json with a charset is fine', async () => {
    const { status } = await world.post('/api/encounter', plainVisit(), {
      'content-type': 'Application/JSON; charset=UTF-8',
    });
    expect(status).toBe(200);
  });

  it('an unknown path is 404, a wrong method 405 with Allow', async () => {
    const missing = await world.post('/api/kunjungan-lama', guideVisit());
    expect([missing.status, missing.body.code]).toEqual([404, 'NOT_FOUND']);
    const response = await world.service.fetch(new Request('http://service.invalid/api/encounter'));
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('POST');
    expect(await response.json()).toMatchObject({ status: 'error', code: 'METHOD_NOT_ALLOWED' });
  });
});

describe('fields', () => {
  it('names all missing fields at once', async () => {
    const body = await refused({}, 422, 'MISSING_REQUIRED_FIELDS');
    expect(body.details?.fields?.map(({ field }) => field).sort()).toEqual([
      'dokter',
      'jenis_kunjungan',
      'jenis_layanan',
      'nik_pasien',
      'poli',
      'tanggal_kunjungan',
    ]);
    for (const { problem, message, remedy, field } of body.details?.fields ?? []) {
      expect(problem).toBe('missing');
      expect(message).toContain(field);
      expect(remedy).toMatch(/\S/);
    }
    expect(world.asked).toEqual([]);
  });

  it('null and blank count as missing', async () => {
    const body = await refused(
      { ...guideVisit(), poli: null, dokter: '  ', nik_pasien: '' },
      422,
      'MISSING_REQUIRED_FIELDS',
    );
    expect(body.details?.fields?.map(({ field }) => field).sort()).toEqual(['dokter', 'nik_pasien', 'poli']);
  });

  it('names missing and invalid ones together', async () => {
    const body = await refused(
      { ...visitWith({ suhu: '37,2' }), poli: undefined },
      422,
      'MISSING_REQUIRED_FIELDS',
    );
    expect(body.details?.fields).toEqual([
      expect.objectContaining({ field: 'poli', problem: 'missing' }),
      expect.objectContaining({ field: 'pemeriksaan_fisik.tanda_vital.suhu', problem: 'invalid' }),
    ]);
  });

  const vital = 'pemeriksaan_fisik.tanda_vital';
  it.each([
    ['a NIK of 15 digits', plainVisit({ nik_pasien: '920401480400000' }), 'nik_pasien'],
    ['a NIK with a letter', plainVisit({ nik_pasien: '920401480400000A' }), 'nik_pasien'],
    ['a NIK as a number', plainVisit({ nik_pasien: 9204014804000002 }), 'nik_pasien'],
    ['tekanan_darah 130', visitWith({ tekanan_darah: '130' }), `${vital}.tekanan_darah`],
    ['tekanan_darah as a number', visitWith({ tekanan_darah: 130 }), `${vital}.tekanan_darah`],
    ['tekanan_darah swapped', visitWith({ tekanan_darah: '85/130' }), `${vital}.tekanan_darah`],
    ['tekanan_darah implausible', visitWith({ tekanan_darah: '999/10' }), `${vital}.tekanan_darah`],
    ['suhu with a comma', visitWith({ suhu: '37,2' }), `${vital}.suhu`],
    ['suhu 98.6', visitWith({ suhu: 98.6 }), `${vital}.suhu`],
    ['tinggi in metres', visitWith({ tinggi: 1.65 }), `${vital}.tinggi`],
    ['berat 0', visitWith({ berat: 0 }), `${vital}.berat`],
    ['nadi 700', visitWith({ nadi: 700 }), `${vital}.nadi`],
    ['pernapasan 1', visitWith({ pernapasan: 1 }), `${vital}.pernapasan`],
    ['lingkar_perut 0.8', visitWith({ lingkar_perut: 0.8 }), `${vital}.lingkar_perut`],
    ['tanda_vital as text', plainVisit({ pemeriksaan_fisik: { tanda_vital: 'baik' } }), vital],
    ['an end before the start', plainVisit({ tanggal_selesai: '2024-01-15T08:00:00Z' }), 'tanggal_selesai'],
    [
      'an end before the start in another zone',
      plainVisit({ tanggal_selesai: '2024-01-15T15:00:00+07:00' }),
      'tanggal_selesai',
    ],
    ['30 February', plainVisit({ tanggal_kunjungan: '2024-02-30T08:00:00Z' }), 'tanggal_kunjungan'],
    ['25 o’clock', plainVisit({ tanggal_kunjungan: '2024-01-15T25:00:00Z' }), 'tanggal_kunjungan'],
    ['a date without a time', plainVisit({ tanggal_kunjungan: '2024-01-15' }), 'tanggal_kunjungan'],
    [
      'a date in Indonesian order',
      plainVisit({ tanggal_kunjungan: '15-01-2024 08:30' }),
      'tanggal_kunjungan',
    ],
    ['a date as a number', plainVisit({ tanggal_kunjungan: 1705307400 }), 'tanggal_kunjungan'],
    [
      'the future',
      plainVisit({ tanggal_kunjungan: '2999-01-01T00:00:00Z', tanggal_selesai: null }),
      'tanggal_kunjungan',
    ],
    ['an end in the future', plainVisit({ tanggal_selesai: '2999-01-01T00:00:00Z' }), 'tanggal_selesai'],
    ['2014-06-02', plainVisit({ tanggal_kunjungan: '2014-06-02T23:59:59Z' }), 'tanggal_kunjungan'],
    ['jenis_kunjungan 3', plainVisit({ jenis_kunjungan: '3' }), 'jenis_kunjungan'],
    ['an unknown jenis_layanan', plainVisit({ jenis_layanan: '999' }), 'jenis_layanan'],
    ['jenis_layanan "constructor"', plainVisit({ jenis_layanan: 'constructor' }), 'jenis_layanan'],
    ['inpatient on a room', plainVisit({ jenis_layanan: '102' }), 'poli'],
    ['a doctor that is no id', plainVisit({ dokter: '../Patient/P1' }), 'dokter'],
    [
      'a SNOMED code with a wrong check digit',
      plainVisit({ kode_keluhan_utama: '27724004' }),
      'kode_keluhan_utama',
    ],
    ['text that is an object', plainVisit({ anamnesa: { teks: 'x' } }), 'anamnesa'],
  ])('%s is 422 INVALID_FIELDS and asks the platform nothing', async (_, visit, field) => {
    const body = await refused(visit, 422, 'INVALID_FIELDS');
    expect(body.details?.fields?.map((one) => one.field)).toEqual([field]);
    expect(body.details?.fields?.[0]?.remedy).toMatch(/\S/);
    expect(body.log_id).toBeUndefined();
    expect(world.asked).toEqual([]);
  });
});

describe('what only the platform knows', () => {
  it.each([
    [
      'an unknown NIK',
      plainVisit({ nik_pasien: '3201010101990009' }),
      404,
      'PATIENT_NOT_FOUND',
      'nik_pasien',
    ],
    [
      'two patients behind one NIK',
      plainVisit({ nik_pasien: ambiguousNik }),
      409,
      'MULTIPLE_MATCHES',
      'nik_pasien',
    ],
    ['an unknown doctor', plainVisit({ dokter: '10009999999' }), 404, 'PRACTITIONER_NOT_FOUND', 'dokter'],
    ['an unknown poli', plainVisit({ poli: '999999' }), 404, 'HEALTHCARE_SERVICE_NOT_FOUND', 'poli'],
    [
      'an unknown pasien_id',
      plainVisit({ nik_pasien: null, pasien_id: 'P99999999999' }),
      404,
      'PATIENT_NOT_FOUND',
      'pasien_id',
    ],
    [
      'pasien_id of another patient',
      plainVisit({ pasien_id: 'P02478375538' }),
      422,
      'INVALID_FIELDS',
      'pasien_id',
    ],
  ])(
    '%s: the code, the field, nothing written, the submission kept as failed',
    async (_, visit, status, code, field) => {
      const body = await refused(visit, status, code);
      expect(body.details?.fields?.map((one) => one.field)).toEqual([field]);
      const log = await world.client.getLog(body.log_id ?? '');
      expect(log.data).toMatchObject({ state: 'failed', error: { code } });
      expect(log.data.attempts).toHaveLength(1);
    },
  );

  it('the process stays up through all of it', async () => {
    await refused('{', 400, 'INVALID_JSON');
    expect((await world.post('/api/encounter', plainVisit())).status).toBe(200);
    expect(world.log.filter(({ event }) => event === 'bug')).toEqual([]);
  });

  it('a future date is judged by the service’s clock', async () => {
    world = await startWorld({ now: () => Date.parse('2024-01-15T08:00:00Z') });
    const body = await refused(plainVisit({ tanggal_selesai: null }), 422, 'INVALID_FIELDS');
    expect(body.details?.fields?.[0]?.field).toBe('tanggal_kunjungan');
  });
});

describe('what is not bad input', () => {
  it.each([
    [
      'optional fields as null',
      { keluhan_utama: null, anamnesa: null, penjamin: null, tanggal_selesai: null },
    ],
    ['optional fields as ""', { keluhan_utama: '', anamnesa: '', penjamin: '', tanggal_selesai: '' }],
    ['pemeriksaan_fisik null', { pemeriksaan_fisik: null }],
    ['PHP’s empty array', { pemeriksaan_fisik: [] }],
    ['dates with +07:00', { tanggal_kunjungan: '2024-01-15T15:30:00+07:00', tanggal_selesai: null }],
    ['dates with +00:00', { tanggal_kunjungan: '2024-01-15T08:30:00+00:00' }],
    [
      'dates without a zone',
      { tanggal_kunjungan: '2024-01-15T15:30:00', tanggal_selesai: '2024-01-15 16:15:00' },
    ],
    [
      'codes as numbers',
      { jenis_layanan: 101, jenis_kunjungan: 1, poli: 100001, dokter: 10001234567, penjamin: 1 },
    ],
    ['measures as text', { pemeriksaan_fisik: { tanda_vital: { suhu: '37.2', nadi: '82' } } }],
    ['the doctor’s NIK as dokter', { dokter: '7209061211900001' }],
  ])('%s', async (_, change) => {
    const { status, body } = await world.post('/api/encounter', plainVisit(change));
    expect(body).toMatchObject({ status: 'success' });
    expect(status).toBe(200);
    expect(body.data).not.toHaveProperty('peringatan');
  });

  it('an unusual NIK and an unknown field are accepted, with a warning each', async () => {
    const visit = {
      ...guideVisit(),
      keluhan: 'salah nama',
      pemeriksaan_fisik: { tanda_vital: { tekanan_drah: '130/85' } },
    };
    const { body } = await world.post('/api/encounter', visit);
    expect(body.data.peringatan).toEqual([
      expect.stringContaining('pemeriksaan_fisik.tanda_vital.tekanan_drah'),
      expect.stringContaining('keluhan '),
      expect.stringContaining('nik_pasien'),
    ]);
  });
});

describe('what hangs on a visit', () => {
  const visitId = '0b0a6e1e-55f3-4d44-8f0a-6f3f2f6f1d11';
  const diagnosis = {
    encounter_id: visitId,
    pasien_id: 'P00123456789',
    tanggal_diagnosis: '2024-01-15T09:00:00Z',
    kode_icd10: 'I10',
    deskripsi_diagnosis: 'Hipertensi',
  };
  const observation = {
    encounter_id: visitId,
    pasien_id: 'P00123456789',
    tanggal_observasi: '2024-01-15T08:35:00Z',
    kategori: { code: 'vital-signs' },
    kode: { coding: [{ system: 'http://loinc.org', code: '85354-9' }] },
    nilai: { value: 130, unit: 'mmHg' },
    nilai_diatas: { value: 85, unit: 'mmHg' },
  };
  const procedure = {
    encounter_id: visitId,
    pasien_id: 'P00123456789',
    tanggal_prosedur: '2024-01-15T08:45:00Z',
    kode_prosedur: '89.52',
    deskripsi_prosedur: 'EKG',
  };
  const visit = (change: Record<string, unknown>) => ({ ...guideVisit(), ...change });

  it.each<[string, string, unknown, string]>([
    ['a code that is no ICD-10', '/api/diagnosis', { ...diagnosis, kode_icd10: 'HIPERTENSI' }, 'kode_icd10'],
    [
      'entered-in-error without id',
      '/api/diagnosis',
      { ...diagnosis, verifikasi_status: 'entered-in-error' },
      'verifikasi_status',
    ],
    [
      'a category without a code',
      '/api/diagnosis',
      { ...diagnosis, kategori: [{ coding: [{ display: 'x' }] }] },
      'kategori.0.coding.0',
    ],
    [
      'a severity with a wrong check digit',
      '/api/diagnosis',
      {
        ...diagnosis,
        tingkat_keparahan: { coding: [{ system: 'http://snomed.info/sct', code: '24484001' }] },
      },
      'tingkat_keparahan.coding.0',
    ],
    [
      'a diagnosis in the future',
      '/api/diagnosis',
      { ...diagnosis, tanggal_diagnosis: '2999-01-01T00:00:00Z' },
      'tanggal_diagnosis',
    ],
    [
      'pressures swapped',
      '/api/observation',
      { ...observation, nilai: { value: 85 }, nilai_diatas: { value: 130 } },
      'nilai_diatas',
    ],
    [
      'equal pressures',
      '/api/observation',
      { ...observation, nilai: { value: 85 }, nilai_diatas: { value: 85 } },
      'nilai_diatas',
    ],
    [
      'a temperature in Fahrenheit without its unit',
      '/api/observation',
      { ...observation, kode: { coding: [{ code: '8310-5' }] }, nilai: { value: 98.6 }, nilai_diatas: null },
      'nilai.value',
    ],
    [
      'a height in metres',
      '/api/observation',
      {
        ...observation,
        kode: { coding: [{ code: '8302-2' }] },
        nilai: { value: 1.65, unit: 'cm' },
        nilai_diatas: null,
      },
      'nilai.value',
    ],
    [
      'nilai_diatas of a pulse',
      '/api/observation',
      { ...observation, kode: { coding: [{ code: '8867-4' }] }, nilai: { value: 80 } },
      'nilai_diatas',
    ],
    ['no code at all', '/api/observation', { ...observation, kode: { text: 'tekanan darah' } }, 'kode'],
    [
      'a code without a system that nobody knows',
      '/api/observation',
      { ...observation, kode: { coding: [{ code: 'TD' }] }, nilai_diatas: null },
      'kode.coding.0',
    ],
    [
      'a value that is text',
      '/api/observation',
      { ...observation, nilai: { value: '130 mmHg' } },
      'nilai.value',
    ],
    [
      'a procedure code of no known form',
      '/api/procedure',
      { ...procedure, kode_prosedur: 'EKG-1' },
      'kode_prosedur',
    ],
    [
      'a SNOMED procedure with a wrong check digit',
      '/api/procedure',
      { ...procedure, kode_prosedur: '3951000132103' },
      'kode_prosedur',
    ],
    ['a correction of a procedure', '/api/procedure', { ...procedure, id: visitId }, 'id'],
    ['an id in a whole visit', '/api/kunjungan', visit({ id: visitId }), 'id'],
    [
      'an encounter_id in a whole visit',
      '/api/kunjungan',
      visit({ diagnosis: [diagnosis] }),
      'diagnosis.0.encounter_id',
    ],
    [
      'a bad item of a whole visit',
      '/api/kunjungan',
      visit({ prosedur: [{ ...procedure, encounter_id: null }, { kode_prosedur: 'x' }] }),
      'prosedur.1.kode_prosedur',
    ],
    [
      'pressures swapped in a whole visit',
      '/api/kunjungan',
      visit({ observasi: [{ ...observation, encounter_id: null, nilai: { value: 60 } }] }),
      'observasi.0.nilai_diatas',
    ],
    [
      'an observation of a whole visit in the future',
      '/api/kunjungan',
      visit({
        observasi: [{ ...observation, encounter_id: null, tanggal_observasi: '2999-01-01T00:00:00Z' }],
      }),
      'observasi.0.tanggal_observasi',
    ],
  ])('%s is 422, names the field and asks the platform nothing', async (_, path, body, field) => {
    const answer = await world.post(path, body);
    expect(answer.status).toBe(422);
    const named = answer.body.details.fields.find((one: { field: string }) => one.field === field);
    expect(named?.message, JSON.stringify(answer.body.details)).toContain(field);
    expect(named.remedy).toMatch(/\S/);
    expect(world.asked).toEqual([]);
  });
});

describe('what is not there yet', () => {
  it.each(['/metrics'])('%s answers 501', async (path) => {
    const response = await world.service.fetch(new Request(`http://service.invalid${path}`));
    expect(response.status).toBe(501);
  });
});

describe('configuration', () => {
  it.each([
    ['no clinics', { clinics: [] }, /clinics/],
    ['a key of the wrong length', { encryptionKey: 'abc' }, /encryptionKey/],
    ['a store of an unknown kind', { store: 'mysql://x' }, /store/],
    ['a plain http platform', { platform: { env: 'http://satusehat.example' } }, /https/],
  ])('%s is refused with the option’s name', async (_, options, message) => {
    await expect(startWorld(options as Parameters<typeof startWorld>[0])).rejects.toThrow(message);
    expect(KEY).toHaveLength(64);
  });
});
