/** The field table against the schemas and the mappers, and the pages that are made from it. */
import type { Bundle, Resource } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import { checkRequest } from '../../src/contract/check.js';
import type { Diagnosis, Observed, ProcedureDone } from '../../src/contract/clinical.js';
import type { Locale } from '../../src/contract/codes.js';
import { contract, type EndpointName, type Kunjungan, type Row } from '../../src/contract/contract.js';
import {
  type FieldRow,
  fieldBehind,
  fieldTable,
  type TabledEndpoint,
} from '../../src/contract/field-table.js';
import {
  addDiagnosis,
  isDischargeDiagnosis,
  mapDiagnosis,
  mapEncounter,
  mapObservation,
  mapPatient,
  mapProcedure,
} from '../../src/fhir.js';
import { bloodPressure, hypertension, incision, inVisit } from '../support/clinical.js';
import { guideVisit, registration } from '../support/visit.js';
import { code, expectPage, locales, page, table } from './page.js';
import { leavesOf } from './schema.js';

const tables = Object.entries(fieldTable) as [TabledEndpoint, readonly FieldRow[]][];

// biome-ignore lint/suspicious/noExplicitAny: walks through the schemas' own definitions
type Any = any;

const leaves = (endpoint: EndpointName) =>
  leavesOf((contract[endpoint] as Row).request).map(({ path }) => path);

describe('the field table', () => {
  it.each(tables)('%s has a row for every field of its schema, and no other', (endpoint, rows) => {
    const fields = leaves(endpoint);
    expect(rows.map(({ field }) => field).sort()).toEqual(fields.sort());
  });

  it('covers every endpoint that takes fields', () => {
    const withFields = (Object.keys(contract) as EndpointName[]).filter(
      (name) => name !== 'resendLog' && leaves(name).some((path) => path !== ''),
    );
    expect(Object.keys(fieldTable).sort()).toEqual(withFields.sort());
  });

  it('says in both languages what a field means, where it is from, and why it stays when it goes nowhere', () => {
    for (const [endpoint, rows] of tables) {
      for (const { field, meaning, to, codes, why, source } of rows) {
        for (const text of [meaning.id, meaning.en, source])
          expect(text, `${endpoint} ${field}`).toMatch(/\S/);
        if (to.length === 0) expect(why, `${endpoint} ${field}`).toBeDefined();
        for (const words of [why, codes]) {
          if (words)
            for (const locale of locales) expect(words[locale], `${endpoint} ${field}`).toMatch(/\S/);
        }
      }
    }
  });
});

/** What each endpoint's body becomes, with ids that differ by what the body names. */
const maps: Partial<Record<TabledEndpoint, (body: Record<string, unknown>) => Resource[]>> = {
  kirimEncounter: (body) => mapVisit('kirimEncounter', body),
  kirimKunjungan: (body) => mapVisit('kirimKunjungan', body),
  kirimDiagnosis(body) {
    const given = read<Diagnosis>('kirimDiagnosis', body);
    const condition = mapDiagnosis(given, hanging(given));
    const encounter = { resourceType: 'Encounter' } as Any;
    return isDischargeDiagnosis(condition)
      ? [condition, addDiagnosis(encounter, 'Condition/x')]
      : [condition];
  },
  kirimObservation(body) {
    const given = read<Observed>('kirimObservation', body);
    return mapObservation(given, hanging(given));
  },
  kirimProcedure(body) {
    const given = read<ProcedureDone>('kirimProcedure', body);
    return [mapProcedure(given, hanging(given))];
  },
  registerPatient: (body) => [mapPatient(read('registerPatient', body))],
};

function read<T>(endpoint: TabledEndpoint, body: Record<string, unknown>): T {
  const checked = checkRequest(contract[endpoint] as Row, body);
  if (!checked.ok) throw new Error(JSON.stringify(checked.problems));
  return checked.value as T;
}

const hanging = (given: { encounter_id: string; pasien_id: string; dokter?: string | null | undefined }) => ({
  organizationId: '10000004',
  id: 'log-1',
  patient: { id: given.pasien_id },
  encounter: `Encounter/${given.encounter_id}`,
  practitioner: { id: given.dokter ?? '10001234567' },
  timeZone: 'Asia/Jakarta',
});

function mapVisit(endpoint: TabledEndpoint, body: Record<string, unknown>): Resource[] {
  const visit = read<Kunjungan>(endpoint, body);
  const names = [...(visit.diagnosis ?? []), ...(visit.observasi ?? []), ...(visit.prosedur ?? [])];
  const doctors = new Map(names.flatMap(({ dokter }) => (dokter ? [[dokter, { id: dokter }]] : [])));
  const bundle = mapEncounter(
    visit,
    {
      organizationId: '10000004',
      visitId: visit.no_registrasi ?? 'log-1',
      patient: { id: visit.pasien_id ?? `P-${visit.nik_pasien}` },
      practitioner: { id: visit.dokter },
      location: { id: visit.poli },
      class: visit.jenis_layanan === '101' ? 'AMB' : 'EMER',
      timeZone: 'Asia/Jakarta',
    },
    { doctors },
  ) as Bundle;
  // Where the Bundle's own addresses are made from identifiers, they say nothing of a field.
  const text = JSON.stringify(bundle).replaceAll(/urn:uuid:[0-9a-f-]{36}/g, 'urn:uuid:x');
  return (JSON.parse(text) as Bundle).entry?.map(({ resource }) => resource as Resource) ?? [];
}

/** Every path with its value, without indexes; `Encounter.diagnosis` and the like for lists. */
function paths(resources: Resource[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  const walk = (value: unknown, path: string): void => {
    if (Array.isArray(value)) for (const item of value) walk(item, path);
    else if (typeof value === 'object' && value !== null) {
      for (const [key, item] of Object.entries(value)) walk(item, `${path}.${key}`);
    } else found.set(path, [...(found.get(path) ?? []), String(value)]);
  };
  for (const { resourceType, ...rest } of resources) walk(rest, resourceType);
  return found;
}

function differences(a: Resource[], b: Resource[]): string[] {
  const [one, other] = [paths(a), paths(b)];
  return [...new Set([...one.keys(), ...other.keys()])].filter(
    (path) => JSON.stringify(one.get(path)) !== JSON.stringify(other.get(path)),
  );
}

/** For each field two values that differ; `undefined` leaves it out. */
type Probe = [field: string, a: unknown, b: unknown, more?: Record<string, unknown>];

const end = '2024-01-15T09:15:00Z';
const finished = { tanggal_selesai: end };
const probesOfVisit: Probe[] = [
  ['nik_pasien', '3201234567890123', '9204014804000002'],
  ['pasien_id', 'P00123456789', 'P03647103112'],
  ['tanggal_kunjungan', '2024-01-15T08:30:00Z', '2024-01-15T08:00:00Z'],
  ['tanggal_selesai', end, undefined],
  ['jenis_layanan', '101', '103'],
  ['jenis_kunjungan', '1', '2'],
  ['poli', '100001', '100002'],
  ['dokter', '10001234567', '10009880728'],
  ['penjamin', '1', '2'],
  ['keluhan_utama', 'Demam', 'Batuk'],
  ['keluhan_utama', 'Demam', undefined],
  ['kode_keluhan_utama', '25064002', '386661006'],
  ['anamnesa', 'a', 'b'],
  ['pemeriksaan_fisik.tanda_vital.tekanan_darah', '130/85', '120/80'],
  ['pemeriksaan_fisik.tanda_vital.nadi', 82, 83],
  ['pemeriksaan_fisik.tanda_vital.suhu', 37, 38],
  ['pemeriksaan_fisik.tanda_vital.pernapasan', 18, 20],
  ['pemeriksaan_fisik.tanda_vital.tinggi', 165, 170],
  ['pemeriksaan_fisik.tanda_vital.berat', 65, 66],
  ['pemeriksaan_fisik.tanda_vital.lingkar_perut', 80, 81],
  ...['tekanan_darah', 'nadi', 'suhu', 'pernapasan', 'tinggi', 'berat', 'lingkar_perut'].map(
    (name): Probe => [
      `pemeriksaan_fisik.tanda_vital.${name}`,
      name === 'tekanan_darah' ? '130/85' : name === 'suhu' ? 37 : 60,
      undefined,
    ],
  ),
  ['no_registrasi', 'REG-1', 'REG-2'],
  ['cara_pulang', 'home', 'oth'],
];
const probesOfDiagnosis: Probe[] = [
  ['encounter_id', 'a', 'b'],
  ['pasien_id', 'P00123456789', 'P03647103112'],
  ['id', 'a', 'b'],
  ['tanggal_diagnosis', '2024-01-15T09:00:00Z', '2024-01-15T09:01:00Z'],
  ['kode_icd10', 'I10', 'R51'],
  ['deskripsi_diagnosis', 'a', 'b'],
  [
    'kategori',
    [{ coding: [{ code: 'encounter-diagnosis' }] }],
    [{ coding: [{ code: 'problem-list-item' }] }],
  ],
  ['klinis_status', 'active', 'resolved'],
  ['verifikasi_status', 'confirmed', 'refuted'],
  ['verifikasi_status', 'confirmed', 'entered-in-error', { id: 'a' }],
  ['keterangan', 'a', 'b'],
  ['onset_date', '2024-01-14T09:00:00Z', undefined],
  ['tingkat_keparahan', { text: 'berat' }, undefined],
  ['dokter', '10001234567', '10009880728'],
];
const probesOfObservation: Probe[] = [
  ['encounter_id', 'a', 'b'],
  ['pasien_id', 'P00123456789', 'P03647103112'],
  ['id', 'a', 'b'],
  ['tanggal_observasi', '2024-01-15T08:35:00Z', '2024-01-15T08:36:00Z'],
  ['kategori', { code: 'vital-signs' }, { code: 'exam' }],
  [
    'kode',
    { coding: [{ code: '8867-4' }] },
    { coding: [{ code: '8310-5' }] },
    { nilai: { value: 40 }, nilai_diatas: null },
  ],
  ['nilai', { value: 130 }, { value: 140 }],
  ['nilai_diatas', { value: 80 }, undefined],
  ['interpretasi', 'Normal', 'Tinggi'],
  ['keterangan', 'a', 'b'],
  ['dokter', '10001234567', '10009880728'],
];
const probesOfProcedure: Probe[] = [
  ['encounter_id', 'a', 'b'],
  ['pasien_id', 'P00123456789', 'P03647103112'],
  ['id', 'a', 'b'],
  ['tanggal_prosedur', '2024-01-15T08:45:00Z', '2024-01-15T08:46:00Z'],
  ['kode_prosedur', '89.52', '93.94'],
  ['deskripsi_prosedur', 'a', 'b'],
  ['kode_metode', 'a', 'b'],
  ['deskripsi_metode', 'a', 'b'],
  ['kode_alat', 'a', '33999999'],
  ['deskripsi_alat', 'a', 'b', { kode_alat: '33999999' }],
  ['kondisi_klinis', 'a', 'L02.4'],
  ['komplikasi', 'a', 'T81.0'],
  ['hasil', 'a', '385669000'],
  ['dokter', '10001234567', '10009880728'],
];
const probesOfPatient: Probe[] = [
  ['nik', '3201010101990003', '3201010101990004'],
  ['nama', 'a', 'b'],
  ['tanggal_lahir', '1999-01-01', '1999-01-02'],
  ['jenis_kelamin', 'L', 'P'],
  ['alamat', 'a', 'b'],
  ['kode_provinsi', '32', '31'],
  ['kode_kabupaten', '3201', '3202'],
  ['kode_kecamatan', '320101', '320102'],
  ['kode_kelurahan', '3201011001', '3201011002'],
  ['no_hp', '0812', '0813'],
  ['nama_ibu', 'a', 'b'],
  ['gol_darah', 'A', 'B'],
  ['status_nikah', 'Kawin', undefined],
  ['pekerjaan', 'a', 'b'],
];

const noCategory = { kategori: undefined };
const cases: [TabledEndpoint, Record<string, unknown>, Probe[]][] = [
  // An encounter alone is never finished: its end is seen in a whole visit.
  [
    'kirimEncounter',
    guideVisit(),
    probesOfVisit.filter(([field]) => !['tanggal_selesai', 'cara_pulang'].includes(field)),
  ],
  ['kirimKunjungan', { ...guideVisit(), ...finished, diagnosis: [inVisit(hypertension(''))] }, probesOfVisit],
  ['kirimDiagnosis', { ...hypertension('a'), ...noCategory }, probesOfDiagnosis],
  ['kirimObservation', bloodPressure('a'), probesOfObservation],
  ['kirimProcedure', incision('a'), probesOfProcedure],
  ['registerPatient', registration, probesOfPatient],
];

function set(body: Record<string, unknown>, field: string, value: unknown): Record<string, unknown> {
  const [head = '', ...rest] = field.split('.');
  if (rest.length === 0) return { ...body, [head]: value };
  return { ...body, [head]: set((body[head] ?? {}) as Record<string, unknown>, rest.join('.'), value) };
}

describe.each(cases)('%s', (endpoint, example, probes) => {
  const rows: readonly FieldRow[] = fieldTable[endpoint];
  const map = maps[endpoint] as (body: Record<string, unknown>) => Resource[];
  /** A resource more or less: all of it differs, which says nothing of the field's own places. */
  const whole = (field: string) =>
    probes.some(([name, , b]) => name === field && b === undefined) &&
    !['onset_date', 'tingkat_keparahan', 'status_nikah'].includes(field);
  const changed = (field: string): string[] =>
    probes
      .filter(([name]) => name === field)
      .flatMap(([, a, b, more]) => {
        const body = { ...example, ...more };
        // One of the two names of the patient at a time.
        const base =
          field === 'pasien_id' && 'nik_pasien' in body ? { ...body, nik_pasien: undefined } : body;
        // Regions begin with each other: the schema's business, not the mapper's.
        if (field.startsWith('kode_k') || field === 'kode_provinsi')
          return regionPaths(base, field, a, b, map);
        return differences(map(set(base, field, a)), map(set(base, field, b)));
      });

  it.each([...new Set(probes.map(([field]) => field))].map((field) => [field]))(
    '%s goes where the table says, and nowhere else',
    (field) => {
      const to = rows.find((one) => one.field === field)?.to ?? [];
      const touched = changed(field);
      for (const path of whole(field) ? [] : touched) {
        expect(
          to.some((one) => path === one || path.startsWith(`${one}.`)),
          `${field} touches ${path}, the table says ${to.join(', ') || 'nowhere'}`,
        ).toBe(true);
      }
      for (const one of to) {
        expect(
          touched.some((path) => path === one || path.startsWith(`${one}.`)),
          `${field} does not touch ${one}`,
        ).toBe(true);
      }
    },
  );
});

function regionPaths(
  body: Record<string, unknown>,
  field: string,
  a: unknown,
  b: unknown,
  map: (body: Record<string, unknown>) => Resource[],
): string[] {
  if (!('kode_provinsi' in body)) return differences(map(set(body, field, a)), map(set(body, field, b)));
  const one = mapPatient({ ...body, [field]: a } as Any);
  const other = mapPatient({ ...body, [field]: b } as Any);
  return differences([one], [other]);
}

describe('the clinic’s field behind a FHIR path', () => {
  it.each([
    ['kirimEncounter', 'Encounter.period.start', 'tanggal_kunjungan'],
    ['kirimEncounter', 'Encounter.location', 'poli'],
    ['kirimEncounter', 'Bundle.entry[0].resource.Encounter.subject', 'nik_pasien'],
    ['kirimDiagnosis', 'Condition.onsetDateTime', 'onset_date'],
    ['kirimObservation', 'Observation.performer', 'dokter'],
    ['kirimProcedure', 'Procedure.performedDateTime', 'tanggal_prosedur'],
    ['kirimProcedure', 'Procedure.status', undefined],
    ['batalLog', 'Procedure.status', undefined],
  ])('%s %s is %s', (endpoint, path, field) => {
    expect(fieldBehind(endpoint, path)).toBe(field);
  });
});

describe('mapping.md', () => {
  it.each(locales)('is made from the table (npm run tables): %s', async (locale) => {
    await expectPage('mapping', locale, mappingPage(locale));
  });
});

const words = {
  en: {
    title: '# Where each field goes',
    intro:
      'Made from `src/contract/field-table.ts` by `npm run tables`; a test changes each field and looks at what changes\nin the FHIR. `null`, blank text and empty lists count as absent, at every depth: what was not given is not sent.\nWhich fields are required, their limits and examples: [endpoints.md](endpoints.md).',
    sources:
      'Sources: the *guide* is the service’s published guide (Panduan Penggunaan SATUSEHAT Service), the *contract* its\nreading field by field with its sibling documents, the *mapping rules* what the ministry’s own requests and\nanswers show.',
    beside:
      'Beside these, every resource has an identifier of ours (system `http://sys-ids.kemkes.go.id/{type}/{org}`, value\n`no_registrasi` or the `log_id`, with a suffix per resource), a status, and the references `subject`, `encounter`\nand, for an Encounter, `serviceProvider`.',
    whole: 'All fields of `POST /api/encounter` but `id`, and of each item of its three lists:',
    head: ['field', 'meaning', 'goes to', 'codes and units', 'why', 'source'],
    notSent: '_not sent_',
    source: (text: string) => text,
  },
  id: {
    title: '# Tujuan tiap field',
    intro:
      'Dibuat dari `src/contract/field-table.ts` oleh `npm run tables`; sebuah tes mengubah tiap field dan melihat apa yang\nberubah di FHIR-nya. `null`, teks kosong dan daftar kosong dianggap tidak ada, di kedalaman mana pun: yang tidak\ndiisi tidak dikirim. Field yang wajib, batas isian dan contohnya: [endpoints.md](endpoints.md).',
    sources:
      'Sumber: *panduan* adalah Panduan Penggunaan SATUSEHAT Service, *kontrak* pembacaannya field demi field bersama\ndokumen pendampingnya, *aturan pemetaan* yang tampak pada permintaan dan jawaban resmi Kemenkes. Nama bagiannya\nditulis seperti aslinya.',
    beside:
      'Selain itu tiap resource mendapat identifier dari layanan (system `http://sys-ids.kemkes.go.id/{type}/{org}`, nilainya\n`no_registrasi` atau `log_id`, dengan akhiran per resource), status, dan rujukan `subject`, `encounter` serta, pada\nEncounter, `serviceProvider`.',
    whole: 'Semua field `POST /api/encounter` kecuali `id`, dan pada tiap isi ketiga daftarnya:',
    head: ['field', 'arti', 'tujuan', 'kode dan satuan', 'alasan', 'sumber'],
    notSent: '_tidak dikirim_',
    source: (text: string) =>
      text
        .replaceAll('mapping rules', 'aturan pemetaan')
        .replaceAll('guide', 'panduan')
        .replaceAll('contract', 'kontrak'),
  },
} as const;

function mappingPage(locale: Locale): string {
  const { title, intro, sources, beside, whole, head, notSent, source: named } = words[locale];
  const sections = tables
    .filter(([endpoint]) => endpoint !== 'batalLog')
    .flatMap(([endpoint, rows]) => {
      const { method, path } = contract[endpoint];
      const lines = rows
        // In a whole visit the fields of the encounter are those of the encounter.
        .filter(({ field }) => endpoint !== 'kirimKunjungan' || field.includes('[]'))
        .map(({ field, meaning, to, codes, why, source }) => [
          code(field),
          meaning[locale],
          to.length > 0 ? to.map(code).join(', ') : notSent,
          codes?.[locale] ?? '',
          why?.[locale] ?? '',
          named(source),
        ]);
      return [`## ${method} ${path}`, ...(endpoint === 'kirimKunjungan' ? [whole] : []), table(head, lines)];
    });
  return page(title, intro, sources, beside, ...sections);
}
