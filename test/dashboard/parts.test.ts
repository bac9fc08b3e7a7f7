/** The parts of the dashboard that can be looked at alone. */
import { describe, expect, it } from 'vitest';
import { dropEmpty } from '../../src/contract/form.js';
import { csvLine } from '../../src/dashboard/csv.js';
import { english } from '../../src/dashboard/english.js';
import { readFilter } from '../../src/dashboard/filter.js';
import { bodyOf, formOf, inputsOf } from '../../src/dashboard/form.js';
import { HIDDEN, masked } from '../../src/dashboard/mask.js';
import { createPace } from '../../src/dashboard/pace.js';
import { hashPassword, readPasswordHash } from '../../src/dashboard/password.js';
import { createView, hoursAhead } from '../../src/dashboard/view.js';
import { words } from '../../src/dashboard/words.js';
import { plainVisit } from '../support/visit.js';

const whole = () => ({
  ...plainVisit(),
  diagnosis: [
    {
      tanggal_diagnosis: '2024-01-15T09:00:00Z',
      kode_icd10: 'I10',
      deskripsi_diagnosis: 'Hipertensi',
      kategori: [{ coding: [{ system: 'x', code: 'encounter-diagnosis', version: '4' }] }],
    },
    { tanggal_diagnosis: '2024-01-15T09:00:00Z', kode_icd10: 'E11.9', deskripsi_diagnosis: 'Diabetes' },
  ],
  observasi: [
    {
      tanggal_observasi: '2024-01-15T08:40:00Z',
      kategori: { code: 'laboratory' },
      kode: { coding: [{ system: 'http://loinc.org', code: '2339-0' }] },
      nilai: { value: 7, unit: 'mmol/L', catatan: 'tidak dikenal formulir' },
    },
  ],
  catatan_klinik: { bebas: [1, 2] },
});

/** Everything a form holds, as a browser sends it. */
const filledIn = (value: Record<string, unknown>) =>
  new URLSearchParams(
    inputsOf(formOf('kirimKunjungan', value, 'id')).map(({ name, value: text }) => [name, text]),
  );

describe('the form', () => {
  it('gives back what it was made from, and what it has no field for', () => {
    const value = whole();
    expect(bodyOf('kirimKunjungan', value, filledIn(value)).body).toEqual(dropEmpty(value));
  });

  it('changes, empties, adds and takes away', () => {
    const value = whole();
    const typed = filledIn(value);
    typed.set('nik_pasien', ' 9271060312000001 ');
    typed.set('anamnesa', '');
    typed.set('keluhan_utama', 'dua\r\nbaris');
    typed.set('observasi.0.nilai.value', '7.5');
    for (const field of ['tanggal_diagnosis', 'kode_icd10', 'deskripsi_diagnosis'])
      typed.set(`diagnosis.1.${field}`, '');
    typed.set('diagnosis.2.kode_icd10', 'J06.9');
    typed.set('diagnosis.0.kategori.0.coding.0.code', 'problem-list-item');
    typed.set('prosedur.0.kode_prosedur', '89.52');
    typed.set('__proto__.x', 'y');
    typed.set('diagnosis.7.kode_icd10', 'A00');
    // Of the shape of what went in, as far as this test looks at it.
    const body = bodyOf('kirimKunjungan', value, typed).body as unknown as ReturnType<typeof whole> & {
      prosedur: unknown;
    };
    expect(body.nik_pasien).toBe('9271060312000001');
    expect(body).not.toHaveProperty('anamnesa');
    expect(body.keluhan_utama).toBe('dua\nbaris');
    expect(body.diagnosis).toEqual([
      {
        ...value.diagnosis[0],
        kategori: [{ coding: [{ system: 'x', code: 'problem-list-item', version: '4' }] }],
      },
      { kode_icd10: 'J06.9' },
    ]);
    expect(body.observasi[0]?.nilai).toEqual({
      value: '7.5',
      unit: 'mmol/L',
      catatan: 'tidak dikenal formulir',
    });
    expect(body.prosedur).toEqual([{ kode_prosedur: '89.52' }]);
    expect(body.catatan_klinik).toEqual({ bebas: [1, 2] });
    expect(({} as { x?: unknown }).x).toBeUndefined();
    // What it was made from stays as it was.
    expect(value).toEqual(whole());
  });

  it('means the same items when it is filled in again: what was taken away does not come back', () => {
    const value = whole();
    value.diagnosis.push({ ...value.diagnosis[1], kode_icd10: 'I10' } as (typeof value.diagnosis)[number]);
    const typed = filledIn(value);
    for (const field of ['tanggal_diagnosis', 'kode_icd10', 'deskripsi_diagnosis'])
      typed.set(`diagnosis.1.${field}`, '');
    // Emptied as far as the form shows it; what it does not show goes with it.
    for (const input of inputsOf(formOf('kirimKunjungan', value, 'id'))) {
      if (input.name.startsWith('diagnosis.0.')) typed.set(input.name, '');
    }
    const first = bodyOf('kirimKunjungan', value, typed);
    expect(first.body.diagnosis).toEqual([value.diagnosis[2]]);
    // Refused, shown again from the draft, and sent again as it is shown.
    const again = new URLSearchParams(
      inputsOf(formOf('kirimKunjungan', first.draft, 'id')).map(({ name, value: text }) => [name, text]),
    );
    expect(bodyOf('kirimKunjungan', value, again).body).toEqual(first.body);
  });

  it('takes several new items at once, and a decimal comma', () => {
    const typed = filledIn(whole());
    typed.set('prosedur.0.kode_prosedur', '89.52');
    typed.set('prosedur.1.kode_prosedur', '99.21');
    typed.set('pemeriksaan_fisik.tanda_vital.suhu', '37,9');
    typed.set('keluhan_utama', '37,9');
    const { body } = bodyOf('kirimKunjungan', whole(), typed);
    expect(body.prosedur).toEqual([{ kode_prosedur: '89.52' }, { kode_prosedur: '99.21' }]);
    expect(body.pemeriksaan_fisik).toMatchObject({ tanda_vital: { suhu: '37.9' } });
    expect(body.keluhan_utama).toBe('37,9');
  });

  it('asks for what the contract has, in both languages, and never for an id', () => {
    for (const endpoint of [
      'kirimEncounter',
      'kirimDiagnosis',
      'kirimObservation',
      'kirimProcedure',
    ] as const) {
      const [id, en] = [formOf(endpoint, {}, 'id'), formOf(endpoint, {}, 'en')];
      expect(inputsOf(id).map(({ name }) => name)).toEqual(inputsOf(en).map(({ name }) => name));
      expect(inputsOf(id).map(({ name }) => name)).not.toContain('id');
      expect(inputsOf(id).length).toBeGreaterThan(8);
      expect(inputsOf(id)[0]?.hint).not.toBe(inputsOf(en)[0]?.hint);
    }
    const status = inputsOf(formOf('kirimDiagnosis', {}, 'id')).find(({ name }) => name === 'klinis_status');
    expect(status?.options).toContain('remission');
  });
});

describe('masking', () => {
  it('hides who somebody is at any depth, and leaves codes, numbers and times', () => {
    const value = {
      nik_pasien: '9204014804000002',
      tanggal_kunjungan: '2024-01-15T08:30:00Z',
      dokter: '9204014804000002',
      keluhan_utama: 'Bapak Contoh',
      pemeriksaan_fisik: { tanda_vital: { nadi: 80 } },
      diagnosis: [{ kode_icd10: 'I10', keterangan: 'Bapak Contoh' }],
      entry: [
        {
          resource: { subject: { reference: 'Patient/P1', display: 'Bapak Contoh' }, note: [{ text: 'x' }] },
        },
      ],
      fullUrl: 'https://x/fhir-r4/v1/Patient/P03647103112',
      angka: 9204014804000002,
    };
    const hidden = masked(value);
    expect(hidden).toMatchObject({
      nik_pasien: `${HIDDEN}0002`,
      tanggal_kunjungan: '2024-01-15T08:30:00Z',
      keluhan_utama: HIDDEN,
      pemeriksaan_fisik: { tanda_vital: { nadi: 80 } },
      diagnosis: [{ kode_icd10: 'I10', keterangan: HIDDEN }],
    });
    expect(JSON.stringify(hidden)).not.toMatch(/Bapak|P1|P0364|\d{16}/);
  });

  it('shows nothing that the contract does not know, under whatever name', () => {
    const secret = 'Siti Contoh';
    const value = {
      ...{
        catatan: secret,
        patient_name: secret,
        Nama: secret,
        alamat_rumah: secret,
        tglLahir: '1990-01-01',
      },
      ...{
        NIK: '9204 0148 0400 0002',
        pasien: { id: 'P02478375538', nama: secret },
        no_bpjs: '0001112223334',
      },
      ...{ '9204014804000002': 'x', [secret]: 'x', umur: 36 },
      // A field of ours with something else in it.
      ...{
        poli: '9204.0148.0400.0002',
        penjamin: 'P02478375538',
        id: '0b0a6e1e-55f3-4d44-8f0a-6f3f2f6f1d11',
      },
    };
    const text = JSON.stringify(masked(value));
    expect(text).not.toMatch(/Siti|9204|P0247|1990|000111|36/);
    expect(text).toContain('0b0a6e1e-55f3-4d44-8f0a-6f3f2f6f1d11');
    expect(text).toContain('"catatan":');
  });
});

describe('small parts', () => {
  it('a line of CSV quotes what would break it and disarms what would count', () => {
    expect(csvLine(['a', 1, null, 'b;c', 'd"e', 'f\ng'], ';')).toBe('a;1;;"b;c";"d""e";"f\ng"\r\n');
    expect(csvLine(['=1', '+1', '-1', '@x', '\tx'], ',')).toBe("'=1,'+1,'-1,'@x,'\tx\r\n");
  });

  it('a pace is what was sent lately, of a clinic and of all', () => {
    const pace = createPace();
    const minute = 60_000;
    expect(pace.perMinute(undefined, 0)).toBeUndefined();
    for (let at = 0; at < 30; at++) pace.sent(at % 3 === 0 ? 'K1' : 'K2', at * 10_000);
    expect(pace.perMinute(undefined, 4 * minute + 1)).toBe(6);
    expect(pace.perMinute('K1', 4 * minute + 1)).toBe(2);
    expect(pace.perMinute('K3', 4 * minute)).toBeUndefined();
    expect(pace.perMinute(undefined, 60 * minute)).toBeUndefined();
  });

  it('a password is known by its hash, however its letters are composed', async () => {
    const matches = readPasswordHash(await hashPassword('caf\u00e9 caf\u00e9 caf\u00e9'));
    expect(await matches('cafe\u0301 cafe\u0301 cafe\u0301')).toBe(true);
    expect(await matches('cafe cafe cafe')).toBe(false);
    expect(await matches('')).toBe(false);
    // Too cheap to be one, and too dear to be tried.
    for (const cost of ['1024.8.1', '16385.8.1', '67108864.8.1']) {
      const text = `scrypt.${cost}.${'a'.repeat(22)}.${'b'.repeat(43)}`;
      expect(() => readPasswordHash(text), cost).toThrow(TypeError);
    }
  });

  it('days begin where the clinic is', () => {
    const at = Date.parse('2026-11-24T00:00:00Z');
    expect(
      ['Asia/Jakarta', 'Asia/Makassar', 'Asia/Jayapura', 'UTC', 'America/New_York'].map((zone) =>
        hoursAhead(zone, at),
      ),
    ).toEqual([7, 8, 9, 0, -5]);
    const { list } = readFilter(
      new URLSearchParams({ dari: '2026-11-24', sampai: '2026-11-24' }),
      'Asia/Jayapura',
    );
    expect([list.from, list.to]).toEqual([
      Date.parse('2026-11-23T15:00:00Z'),
      Date.parse('2026-11-24T15:00:00Z'),
    ]);
  });

  it('says how long something takes in the unit that fits', () => {
    const view = createView({
      ...{
        user: { name: 'x', clinics: [] },
        clinic: 'K',
        clinics: ['K'],
        locale: 'id',
        base: '/d',
        csrf: '',
      },
      ...{ path: '', now: 0, timeZone: 'Asia/Jakarta', ownSession: true },
    });
    expect([800, 50_000, 90_000, 7_200_000, 3 * 86_400_000].map(view.duration)).toEqual([
      '1 detik',
      '50 detik',
      '2 menit',
      '2 jam',
      '3 hari',
    ]);
    // With one clinic alone there is nothing to choose.
    expect(view.link('/kiriman', { cari: 'a b', kursor: undefined })).toBe('/d/kiriman?cari=a+b');
  });

  it('every word is there in both languages, and differs', () => {
    const pairs: [string, unknown, unknown][] = [];
    const walk = (path: string, id: unknown, en: unknown) => {
      if (typeof id === 'object' && id !== null) {
        for (const [key, value] of Object.entries(id))
          walk(`${path}.${key}`, value, (en as Record<string, unknown>)[key]);
      } else pairs.push([path, id, en]);
    };
    walk('', words.id, english);
    const said = (text: unknown) => (typeof text === 'function' ? text('1', '2') : text);
    const alike = pairs.filter(([, id, en]) => said(id) === said(en)).map(([path]) => path);
    expect(pairs.length).toBeGreaterThan(200);
    expect(alike).toEqual([
      '.nav.platform',
      '.types.kirimDiagnosis',
      '.one.fhirTitle',
      '.open.diagnosis',
      '.platform.token',
      '.never',
    ]);
  });
});
