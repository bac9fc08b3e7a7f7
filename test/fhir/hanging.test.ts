/** Diagnosis, observation, procedure, and the life of an Encounter, rule by rule (mapping rules). */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type {
  Bundle,
  Encounter as FhirEncounter,
  Observation,
  Resource,
  StructureDefinition,
} from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import { checkRequest } from '../../src/contract/check.js';
import { contract, type EndpointName, type Kunjungan, type Row } from '../../src/contract/contract.js';
import {
  addDiagnosis,
  checkResource,
  type Diagnosis,
  finishEncounter,
  type HangingContext,
  isDischargeDiagnosis,
  mapDiagnosis,
  mapEncounter,
  mapObservation,
  mapProcedure,
  type Observed,
  type ProcedureDone,
  removeDiagnosis,
  type VisitContext,
  withoutAdditions,
} from '../../src/fhir.js';
import { bloodPressure, hypertension, incision, inVisit } from '../support/clinical.js';
import { oracles } from '../support/need.js';
import { fhirErrors, medplumErrors, overlay } from '../support/validators.js';
import { guideVisit } from '../support/visit.js';

const encounterId = '0b0a6e1e-55f3-4d44-8f0a-6f3f2f6f1d11';
const logId = '0b0a6e1e-55f3-4d44-8f0a-6f3f2f6f1d12';
const context: HangingContext = {
  organizationId: '10000004',
  id: logId,
  patient: { id: 'P00123456789', display: 'Bu** Co**' },
  encounter: `Encounter/${encounterId}`,
  practitioner: { id: '10001234567', display: 'd** Co**' },
  timeZone: 'Asia/Jakarta',
};
const visitContext: VisitContext = {
  organizationId: '10000004',
  visitId: encounterId,
  patient: context.patient,
  practitioner: context.practitioner,
  location: { id: '7d4f9b1e-3c0a-4a58-9d1c-5f2b8a6e1001', display: 'Ruang Poli Umum' },
  class: 'AMB',
  timeZone: 'Asia/Jakarta',
};

function checked<T>(endpoint: EndpointName, body: Record<string, unknown>): T {
  const result = checkRequest(contract[endpoint] as Row, body);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.value as T;
}

const condition = (change: Record<string, unknown> = {}) =>
  mapDiagnosis(checked<Diagnosis>('kirimDiagnosis', hypertension(encounterId, change)), context);
const observations = (change: Record<string, unknown> = {}) =>
  mapObservation(checked<Observed>('kirimObservation', bloodPressure(encounterId, change)), context);
const procedure = (change: Record<string, unknown> = {}, more: Partial<HangingContext> = {}) =>
  mapProcedure(checked<ProcedureDone>('kirimProcedure', incision(encounterId, change)), {
    ...context,
    ...more,
  });
const whole = (change: Record<string, unknown> = {}) =>
  mapEncounter(
    checked<Kunjungan>('kirimKunjungan', {
      ...guideVisit(),
      diagnosis: [inVisit(hypertension(''))],
      observasi: [inVisit(bloodPressure(''))],
      prosedur: [inVisit(incision(''))],
      ...change,
    }),
    visitContext,
  ) as Bundle;
const encounterOf = (bundle: Bundle) => bundle.entry?.[0]?.resource as FhirEncounter;

describe('golden resources of the guide’s examples', () => {
  it('diagnosis', () => {
    expect(condition()).toEqual({
      resourceType: 'Condition',
      identifier: [{ system: 'http://sys-ids.kemkes.go.id/condition/10000004', value: logId }],
      clinicalStatus: {
        coding: [
          {
            system: 'http://terminology.hl7.org/CodeSystem/condition-clinical',
            code: 'active',
            display: 'Active',
          },
        ],
      },
      verificationStatus: {
        coding: [
          {
            system: 'http://terminology.hl7.org/CodeSystem/condition-ver-status',
            code: 'confirmed',
            display: 'Confirmed',
          },
        ],
      },
      category: [
        {
          coding: [
            {
              system: 'http://terminology.hl7.org/CodeSystem/condition-category',
              code: 'encounter-diagnosis',
              display: 'Encounter Diagnosis',
            },
          ],
        },
      ],
      code: {
        coding: [{ system: 'http://hl7.org/fhir/sid/icd-10', code: 'I10' }],
        text: 'Hipertensi esensial',
      },
      subject: { reference: 'Patient/P00123456789', display: 'Bu** Co**' },
      encounter: { reference: `Encounter/${encounterId}` },
      recordedDate: '2024-01-15T09:00:00+00:00',
      note: [{ text: 'Diagnosis primer berdasarkan hasil pemeriksaan' }],
    });
  });

  it('observation: the panel 85354-9 becomes 8480-6 and 8462-4', () => {
    const one = (code: string, display: string, value: number) => ({
      resourceType: 'Observation',
      identifier: [{ system: 'http://sys-ids.kemkes.go.id/observation/10000004', value: `${logId}-${code}` }],
      status: 'final',
      category: [
        {
          coding: [
            {
              system: 'http://terminology.hl7.org/CodeSystem/observation-category',
              code: 'vital-signs',
              display: 'Vital Signs',
            },
          ],
        },
      ],
      code: { coding: [{ system: 'http://loinc.org', code, display }] },
      subject: { reference: 'Patient/P00123456789', display: 'Bu** Co**' },
      encounter: { reference: `Encounter/${encounterId}` },
      effectiveDateTime: '2024-01-15T08:35:00+00:00',
      issued: '2024-01-15T08:35:00+00:00',
      performer: [{ reference: 'Practitioner/10001234567', display: 'd** Co**' }],
      valueQuantity: { value, unit: 'mm[Hg]', system: 'http://unitsofmeasure.org', code: 'mm[Hg]' },
      interpretation: [
        {
          coding: [
            {
              system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation',
              code: 'N',
              display: 'Normal',
            },
          ],
        },
      ],
      note: [{ text: 'Tekanan darah dalam batas normal' }],
    });
    expect(observations()).toEqual([
      one('8480-6', 'Systolic blood pressure', 130),
      one('8462-4', 'Diastolic blood pressure', 85),
    ]);
  });

  it('procedure: method, device, indication, complication and result are labelled lines of the note', () => {
    expect(procedure()).toEqual({
      resourceType: 'Procedure',
      identifier: [{ system: 'http://sys-ids.kemkes.go.id/procedure/10000004', value: logId }],
      status: 'completed',
      code: {
        coding: [{ system: 'http://hl7.org/fhir/sid/icd-9-cm', code: '17.1' }],
        text: 'Insisi dan ekstraksi dari kista atau abses',
      },
      subject: { reference: 'Patient/P00123456789', display: 'Bu** Co**' },
      encounter: { reference: `Encounter/${encounterId}` },
      performedDateTime: '2024-01-15T08:45:00+00:00',
      performer: [{ actor: { reference: 'Practitioner/10001234567', display: 'd** Co**' } }],
      note: [
        {
          text: [
            'Metode: Metode insesi (3951000132103)',
            'Alat: Scalpel (27724004)',
            'Kondisi klinis: Abses pada lengan kanan',
            'Komplikasi: Tidak ada',
            'Hasil: Prosedur berhasil, tidak ada komplikasi',
          ].join('\n'),
        },
      ],
    });
  });
});

describe('diagnosis', () => {
  it('verifikasi_status absent: omitted; kategori absent: encounter-diagnosis; klinis_status absent: active', () => {
    const bare = condition({ verifikasi_status: null, kategori: [], klinis_status: '', keterangan: '' });
    expect(bare).not.toHaveProperty('verificationStatus');
    expect(bare).not.toHaveProperty('note');
    expect(bare.category?.[0]?.coding?.[0]?.code).toBe('encounter-diagnosis');
    expect(bare.clinicalStatus?.coding?.[0]?.code).toBe('active');
  });

  it('no onset, severity or recorder unless the clinic gave them', () => {
    for (const key of ['onsetDateTime', 'severity', 'recorder', 'asserter']) {
      expect(condition()).not.toHaveProperty(key);
    }
    const full = condition({
      onset_date: '2024-01-14T20:00:00+07:00',
      tingkat_keparahan: {
        coding: [{ system: 'http://snomed.info/sct', code: '24484000', display: 'Severe' }],
      },
      dokter: '10001234567',
    });
    expect(full).toMatchObject({
      onsetDateTime: '2024-01-14T13:00:00+00:00',
      severity: { coding: [{ code: '24484000' }] },
      recorder: { reference: 'Practitioner/10001234567' },
    });
  });

  it('entered-in-error has no clinicalStatus (con-5)', () => {
    const wrong = condition({ id: encounterId, verifikasi_status: 'entered-in-error' });
    expect(wrong).not.toHaveProperty('clinicalStatus');
    expect(checkResource(wrong)).toEqual([]);
  });

  it('only encounter-diagnosis that is neither refuted nor entered-in-error becomes DD', () => {
    expect(isDischargeDiagnosis(condition())).toBe(true);
    expect(isDischargeDiagnosis(condition({ verifikasi_status: 'refuted' }))).toBe(false);
    expect(isDischargeDiagnosis(condition({ id: 'x', verifikasi_status: 'entered-in-error' }))).toBe(false);
    expect(isDischargeDiagnosis(condition({ kategori: [{ coding: [{ code: 'problem-list-item' }] }] }))).toBe(
      false,
    );
  });

  it('a lower-case code is written in capitals; a system left out is filled in', () => {
    expect(condition({ kode_icd10: ' j06.9 ' }).code?.coding?.[0]?.code).toBe('J06.9');
    expect(
      condition({ kategori: [{ coding: [{ code: 'encounter-diagnosis' }] }] }).category?.[0]?.coding,
    ).toEqual([
      {
        system: 'http://terminology.hl7.org/CodeSystem/condition-category',
        code: 'encounter-diagnosis',
      },
    ]);
  });
});

describe('observation', () => {
  const single = (change: Record<string, unknown>) => {
    const [one, ...more] = observations({ nilai_diatas: null, ...change });
    expect(more).toEqual([]);
    return one as Observation;
  };
  const pulse = { kode: { coding: [{ code: '8867-4' }] }, nilai: { value: 82, unit: 'x/menit' } };

  it('units of the vital signs are spelled as the official payloads do', () => {
    expect(single(pulse).valueQuantity).toEqual({
      value: 82,
      unit: 'beats/minute',
      system: 'http://unitsofmeasure.org',
      code: '/min',
    });
  });

  it('another unit is left as the clinic gave it', () => {
    const fahrenheit = { value: 98.6, unit: '°F', system: 'http://unitsofmeasure.org', code: '[degF]' };
    expect(single({ kode: { coding: [{ code: '8310-5' }] }, nilai: fahrenheit }).valueQuantity).toEqual(
      fahrenheit,
    );
  });

  it('laboratory values are bare Observations: nothing invented around them', () => {
    const glucose = single({
      kode: { coding: [{ system: 'http://loinc.org', code: '2339-0' }], text: 'GDS' },
      kategori: { code: 'laboratory' },
      nilai: { value: 110, unit: 'mg/dL', code: 'mg/dL' },
    });
    expect(glucose.category?.[0]?.coding?.[0]).toEqual({
      system: 'http://terminology.hl7.org/CodeSystem/observation-category',
      code: 'laboratory',
    });
    expect(glucose.valueQuantity).toEqual({
      value: 110,
      unit: 'mg/dL',
      system: 'http://unitsofmeasure.org',
      code: 'mg/dL',
    });
    for (const key of ['basedOn', 'specimen', 'component']) expect(glucose).not.toHaveProperty(key);
  });

  it('the panel with a systolic value alone is one Observation', () => {
    expect(single({}).code.coding?.[0]?.code).toBe('8480-6');
  });

  it.each([
    ['Normal', 'N'],
    ['tinggi', 'H'],
    ['Rendah', 'L'],
    ['ABNORMAL', 'A'],
    ['tidak normal', 'A'],
    ['Positif', 'POS'],
    ['negatif', 'NEG'],
    ['Reaktif', 'RR'],
    ['nonreaktif', 'NR'],
  ])('interpretasi %s is %s, exact words only', (interpretasi, code) => {
    const one = single({ ...pulse, interpretasi, keterangan: null });
    expect(one.interpretation?.[0]?.coding?.[0]?.code).toBe(code);
    expect(one).not.toHaveProperty('note');
  });

  it('anything else is a note', () => {
    const one = single({ ...pulse, interpretasi: 'agak tinggi' });
    expect(one).not.toHaveProperty('interpretation');
    expect(one.note?.map(({ text }) => text)).toEqual([
      'Interpretasi: agak tinggi',
      'Tekanan darah dalam batas normal',
    ]);
  });

  it('on a split blood pressure only N goes to both', () => {
    for (const half of observations({ interpretasi: 'Tinggi' })) {
      expect(half).not.toHaveProperty('interpretation');
      expect(half.note?.[0]?.text).toBe('Interpretasi: Tinggi');
    }
  });
});

describe('procedure', () => {
  it('a coded element only for an explicit, valid code', () => {
    const coded = procedure({
      kode_prosedur: '86.04',
      kode_alat: '33999999',
      kondisi_klinis: 'L02.4',
      komplikasi: 'T81.0',
      hasil: '385669000',
    });
    expect(coded).toMatchObject({
      usedCode: [
        { coding: [{ system: 'http://sys-ids.kemkes.go.id/kfa', code: '33999999' }], text: 'Scalpel' },
      ],
      reasonCode: [{ coding: [{ system: 'http://hl7.org/fhir/sid/icd-10', code: 'L02.4' }] }],
      complication: [{ coding: [{ code: 'T81.0' }] }],
      outcome: { coding: [{ system: 'http://snomed.info/sct', code: '385669000' }] },
    });
  });

  it('"Tidak ada" is no complication, "berhasil" is no code, and the guide’s sample codes stay words', () => {
    for (const key of ['complication', 'outcome', 'reasonCode', 'usedCode', 'extension', 'category']) {
      expect(procedure(), key).not.toHaveProperty(key);
    }
  });

  it('procedure-method is behind a switch, and only for a valid code', () => {
    const method = { kode_metode: '129304002', deskripsi_metode: 'Eksisi' };
    expect(procedure(method)).not.toHaveProperty('extension');
    expect(procedure(method, { procedureMethod: true }).extension).toEqual([
      {
        url: 'http://hl7.org/fhir/StructureDefinition/procedure-method',
        valueCodeableConcept: {
          coding: [{ system: 'http://snomed.info/sct', code: '129304002' }],
          text: 'Eksisi',
        },
      },
    ]);
    expect(procedure({}, { procedureMethod: true })).not.toHaveProperty('extension');
  });

  it.each([
    ['89.52', 'http://hl7.org/fhir/sid/icd-9-cm'],
    ['10913', 'http://terminology.kemkes.go.id/CodeSystem/kptl'],
    ['29303009', 'http://snomed.info/sct'],
  ])('the system of %s is %s', (kode_prosedur, system) => {
    expect(procedure({ kode_prosedur }).code?.coding).toEqual([{ system, code: kode_prosedur }]);
  });

  it('without any words there is no note', () => {
    const nothing = Object.fromEntries(
      [
        'kode_metode',
        'deskripsi_metode',
        'kode_alat',
        'deskripsi_alat',
        'kondisi_klinis',
        'komplikasi',
        'hasil',
      ].map((key) => [key, null]),
    );
    expect(procedure(nothing)).not.toHaveProperty('note');
  });
});

describe('a whole visit', () => {
  it('is finished at once when its end and a diagnosis are given, else in-progress', () => {
    expect(encounterOf(whole()).status).toBe('finished');
    expect(encounterOf(whole({ tanggal_selesai: null })).status).toBe('in-progress');
    expect(encounterOf(whole({ diagnosis: null })).status).toBe('in-progress');
    const refuted = [inVisit(hypertension('', { verifikasi_status: 'refuted' }))];
    expect(encounterOf(whole({ diagnosis: refuted })).status).toBe('in-progress');
  });

  it('values of identifiers are unique, and never the NIK', () => {
    const values = (whole().entry ?? []).map(
      ({ resource }) => (resource as { identifier?: { value?: string }[] }).identifier?.[0]?.value ?? '',
    );
    expect(new Set(values).size).toBe(values.length);
    expect(values.join()).not.toContain('3201234567890123');
  });

  it('sends a disposition and a service class only from cara_pulang or the poli’s configuration', () => {
    expect(encounterOf(whole())).not.toHaveProperty('hospitalization');
    expect(encounterOf(whole()).location?.[0]).not.toHaveProperty('extension');
    expect(
      encounterOf(whole({ cara_pulang: 'exp-lt48h' })).hospitalization?.dischargeDisposition?.coding,
    ).toEqual([
      {
        system: 'http://terminology.kemkes.go.id/CodeSystem/discharge-disposition',
        code: 'exp-lt48h',
        display: 'Meninggal < 48 jam',
      },
    ]);
    const visit = checked<Kunjungan>('kirimKunjungan', {
      ...guideVisit(),
      diagnosis: [inVisit(hypertension(''))],
    });
    const location = {
      ...visitContext.location,
      serviceClass: 'reguler' as const,
      disposition: 'home' as const,
    };
    const configured = encounterOf(mapEncounter(visit, { ...visitContext, location }) as Bundle);
    expect(configured.hospitalization?.dischargeDisposition?.coding?.[0]?.code).toBe('home');
    expect(JSON.stringify(configured.location)).toContain('reguler');
  });
});

describe('the life of an Encounter', () => {
  const open = encounterOf(whole({ tanggal_selesai: null, diagnosis: null }));

  it('ranks: first stays first, the next counts on, one that is there is not added again', () => {
    const two = addDiagnosis(addDiagnosis(open, 'Condition/a'), 'Condition/b');
    expect(two.diagnosis?.map(({ rank }) => rank)).toEqual([undefined, 1, 2]);
    expect(addDiagnosis(two, 'Condition/a')).toBe(two);
    expect(removeDiagnosis(two, 'Condition/a').diagnosis?.map(({ rank }) => rank)).toEqual([undefined, 1]);
    expect(removeDiagnosis(two, 'Condition/c')).toBe(two);
  });

  it('keeps what another system recorded in the history, and closes only what is open', () => {
    const theirs = {
      ...open,
      period: { start: '2024-01-15T08:00:00+00:00' },
      statusHistory: [
        {
          status: 'arrived',
          period: { start: '2024-01-15T08:00:00+00:00', end: '2024-01-15T08:20:00+00:00' },
        },
        { status: 'in-progress', period: { start: '2024-01-15T08:20:00+00:00' } },
      ],
    } as FhirEncounter;
    expect(
      finishEncounter(theirs, '2024-01-15T09:00:00+00:00').statusHistory?.map(({ period }) => period),
    ).toEqual([
      { start: '2024-01-15T08:00:00+00:00', end: '2024-01-15T08:20:00+00:00' },
      { start: '2024-01-15T08:20:00+00:00', end: '2024-01-15T09:00:00+00:00' },
      { start: '2024-01-15T09:00:00+00:00', end: '2024-01-15T09:00:00+00:00' },
    ]);
  });

  it('one that only arrived gets the three statuses of the rules', () => {
    const arrived = {
      ...open,
      statusHistory: [{ status: 'arrived', period: { start: '2024-01-15T08:30:00+00:00' } }],
    } as FhirEncounter;
    const done = finishEncounter(arrived, '2024-01-15T09:00:00+00:00');
    expect(done.statusHistory?.map(({ status, period }) => [status, period?.end])).toEqual([
      ['arrived', '2024-01-15T08:30:00+00:00'],
      ['in-progress', '2024-01-15T09:00:00+00:00'],
      ['finished', '2024-01-15T09:00:00+00:00'],
    ]);
  });

  it('without additions: no meta, nothing empty, everything else', () => {
    const added = {
      ...open,
      meta: { versionId: 'x' },
      account: [],
      length: null,
      hospitalization: { dietPreference: [] },
    } as unknown as FhirEncounter;
    expect(withoutAdditions(added)).toEqual(open);
  });
});

const everything: [string, Resource][] = [
  ['diagnosis', condition()],
  ['diagnosis, bare', condition({ verifikasi_status: null, kategori: null, keterangan: null })],
  [
    'diagnosis, full',
    condition({
      onset_date: '2024-01-01T00:00:00Z',
      tingkat_keparahan: { coding: [{ system: 'http://snomed.info/sct', code: '24484000' }] },
      dokter: '10001234567',
      klinis_status: 'resolved',
    }),
  ],
  ...observations().map((one): [string, Resource] => ['observation', one]),
  ...observations({ nilai_diatas: null, interpretasi: 'lain' }).map((one): [string, Resource] => [
    'observation, single',
    one,
  ]),
  ['procedure', procedure()],
  [
    'procedure, coded',
    procedure(
      {
        kode_alat: '93000001',
        kondisi_klinis: 'L02.4',
        komplikasi: 'T81.0',
        hasil: '385669000',
        kode_metode: '129304002',
      },
      { procedureMethod: true },
    ),
  ],
  ...(whole({ cara_pulang: 'home' }).entry ?? []).map(({ resource }): [string, Resource] => [
    `whole visit, ${resource?.resourceType}`,
    resource as Resource,
  ]),
];

describe('outside validators', () => {
  it.each(everything)('@medplum/core, fhir and our own checker accept %s', (_, resource) => {
    expect(medplumErrors(resource)).toEqual([]);
    expect(fhirErrors(resource)).toEqual([]);
    if (!JSON.stringify(resource).includes('urn:uuid')) expect(checkResource(resource)).toEqual([]);
  });

  const folder = oracles();
  it.skipIf(!folder)('the ministry’s IDCore profiles accept them', () => {
    const profile = (name: string): StructureDefinition =>
      overlay(JSON.parse(readFileSync(join(folder ?? '', 'idcore', `IDCore${name}.json`), 'utf8')));
    const placed = (resource: Resource): Resource =>
      JSON.parse(
        JSON.stringify(resource).replaceAll(/urn:uuid:([0-9a-f-]{36})/g, 'Condition/$1'),
      ) as Resource;
    for (const [name, resource] of everything) {
      if (!['Encounter', 'Condition', 'Observation'].includes(resource.resourceType)) continue;
      const kinds =
        resource.resourceType === 'Encounter'
          ? ['Encounter', 'EncounterStatusFinished']
          : [resource.resourceType];
      for (const kind of kinds) {
        const errors = medplumErrors(placed(resource), profile(kind)).filter(
          (error) =>
            // Not satisfied on purpose: it would take an invented service class (mapping rules, "Encounter").
            error !== 'Encounter.location[0].extension: Missing required property' &&
            // `encounter` of a Bundle's entry is a urn, whose type is not to be seen.
            !/Invalid reference/i.test(error),
        );
        expect(errors, `${name} ${kind}`).toEqual([]);
      }
    }
  });

  it.skipIf(!folder)(
    'every element that all official bodies have, ours have, but for the rules’ exceptions',
    () => {
      /** Elements we leave out on purpose, with the rule. */
      const exceptions: Record<string, string[]> = {
        // "No default category": the clinic gives none. `performedDateTime`: it gives one time, not two.
        Procedure: ['category', 'performedPeriod'],
      };
      const bodies = new Map<string, Record<string, unknown>[]>();
      const requests = join(folder ?? '', 'rawat-jalan', 'requests');
      for (const file of readdirSync(requests)) {
        const body = JSON.parse(readFileSync(join(requests, file), 'utf8')) as {
          resourceType?: string;
          entry?: { resource: Record<string, unknown> }[];
        };
        for (const one of body.entry?.map(({ resource }) => resource) ?? [body as Record<string, unknown>]) {
          const type = String(one.resourceType);
          bodies.set(type, [...(bodies.get(type) ?? []), one]);
        }
      }
      for (const type of ['Encounter', 'Condition', 'Observation', 'Procedure', 'ClinicalImpression']) {
        const official = bodies.get(type) ?? [];
        expect(official.length, type).toBeGreaterThan(1);
        const always = Object.keys(official[0] ?? {}).filter((key) => official.every((one) => key in one));
        for (const [name, resource] of everything.filter(([, one]) => one.resourceType === type)) {
          for (const element of always.filter((key) => !exceptions[type]?.includes(key))) {
            expect(resource, `${name}: ${element}`).toHaveProperty(element);
          }
        }
      }
    },
  );
});
