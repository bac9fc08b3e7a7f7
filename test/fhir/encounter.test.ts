/** The mapping of an encounter, rule by rule (mapping rules), and two outside validators over all of it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type {
  Bundle,
  Encounter as FhirEncounter,
  Observation,
  StructureDefinition,
} from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import { checkRequest } from '../../src/contract/check.js';
import { contract } from '../../src/contract/contract.js';
import type { Encounter } from '../../src/contract/encounter.js';
import { mapEncounter, mapPatient, type VisitContext } from '../../src/fhir.js';
import { oracles } from '../support/need.js';
import { fhirErrors, medplumErrors, overlay } from '../support/validators.js';
import { guideVisit, registration } from '../support/visit.js';

const context: VisitContext = {
  organizationId: '10000004',
  visitId: '0b0a6e1e-55f3-4d44-8f0a-6f3f2f6f1d11',
  patient: { id: 'P00123456789', display: 'Bu** Co**' },
  practitioner: { id: '10001234567', display: 'd** Co**' },
  location: { id: '7d4f9b1e-3c0a-4a58-9d1c-5f2b8a6e1001', display: 'Ruang Poli Umum' },
  class: 'AMB',
  timeZone: 'Asia/Jakarta',
};

function map(change: Record<string, unknown> = {}, more: Partial<VisitContext> = {}): Bundle {
  const checked = checkRequest(contract.kirimEncounter, { ...guideVisit(), ...change });
  if (!checked.ok) throw new Error(JSON.stringify(checked.problems));
  return mapEncounter(checked.value as Encounter, { ...context, ...more }) as Bundle;
}

const of = <T>(bundle: Bundle, type: string) =>
  (bundle.entry ?? []).map((entry) => entry.resource).filter((one) => one?.resourceType === type) as T[];
const encounterOf = (bundle: Bundle) => of<FhirEncounter>(bundle, 'Encounter')[0] as FhirEncounter;

describe('the guide’s encounter example', () => {
  it('is one transaction of 1 Encounter, 1 Condition, 1 ClinicalImpression and 7 Observations', () => {
    const bundle = map();
    expect(bundle.type).toBe('transaction');
    expect(bundle.entry?.map((entry) => entry.resource?.resourceType)).toEqual([
      'Encounter',
      'Condition',
      'ClinicalImpression',
      ...Array.from({ length: 7 }, () => 'Observation'),
    ]);
    for (const entry of bundle.entry ?? []) {
      expect(entry.request).toEqual({ method: 'POST', url: entry.resource?.resourceType });
    }
  });

  it('goes as in-progress although its end is known: only a diagnosis finishes it', () => {
    const encounter = encounterOf(map());
    expect(encounter.status).toBe('in-progress');
    expect(encounter.period).toEqual({ start: '2024-01-15T08:30:00+00:00' });
  });

  it('has a history of arrived {S,S} and in-progress {S}: no invented minutes', () => {
    expect(encounterOf(map()).statusHistory).toEqual([
      { status: 'arrived', period: { start: '2024-01-15T08:30:00+00:00', end: '2024-01-15T08:30:00+00:00' } },
      { status: 'in-progress', period: { start: '2024-01-15T08:30:00+00:00' } },
    ]);
  });

  it('invents no disposition, no service class, no location period', () => {
    const encounter = encounterOf(map());
    expect(encounter.hospitalization).toBeUndefined();
    expect(encounter.location).toEqual([
      { location: { reference: `Location/${context.location.id}`, display: 'Ruang Poli Umum' } },
    ]);
  });

  it('carries every element that all official encounters carry', () => {
    const encounter = encounterOf(map());
    for (const element of [
      'identifier',
      'status',
      'class',
      'subject',
      'participant',
      'period',
      'location',
      'statusHistory',
      'serviceProvider',
    ] as const) {
      expect(encounter[element], element).toBeDefined();
    }
    expect(encounter.participant?.[0]?.type?.[0]?.coding?.[0]?.code).toBe('ATND');
    expect(encounter.identifier).toEqual([
      { system: 'http://sys-ids.kemkes.go.id/encounter/10000004', value: context.visitId },
    ]);
  });

  it('has the codes, units and performer of the rules in every vital sign', () => {
    const rows = of<Observation>(map(), 'Observation').map((one) => [
      one.code.coding?.[0]?.code,
      one.valueQuantity?.value,
      one.valueQuantity?.unit,
      one.valueQuantity?.code,
    ]);
    expect(rows).toEqual([
      ['8480-6', 130, 'mm[Hg]', 'mm[Hg]'],
      ['8462-4', 85, 'mm[Hg]', 'mm[Hg]'],
      ['8867-4', 82, 'beats/minute', '/min'],
      ['9279-1', 18, 'breaths/minute', '/min'],
      ['8310-5', 37.2, 'C', 'Cel'],
      ['8302-2', 165, 'cm', 'cm'],
      ['29463-7', 65.5, 'kg', 'kg'],
    ]);
    for (const observation of of<Observation>(map(), 'Observation')) {
      expect(observation.performer?.[0]?.reference).toBe('Practitioner/10001234567');
      expect(observation.issued).toBe('2024-01-15T08:30:00+00:00');
      expect(observation.effectiveDateTime).toBe(observation.issued);
      expect(observation.status).toBe('final');
      expect(observation.identifier?.[0]?.value).toBe(
        `${context.visitId}-${observation.code.coding?.[0]?.code}`,
      );
    }
  });

  it('writes the complaint as note and text, with a general code, no onset and no recorder', () => {
    const [condition] = of<Record<string, unknown>>(map(), 'Condition');
    expect(condition).toMatchObject({
      code: {
        coding: [{ system: 'http://snomed.info/sct', code: '409586006' }],
        text: 'Sakit kepala berat sejak 3 hari lalu',
      },
      note: [{ text: 'Sakit kepala berat sejak 3 hari lalu' }],
      recordedDate: '2024-01-15T08:30:00+00:00',
      category: [{ coding: [{ system: 'http://terminology.kemkes.go.id', code: 'chief-complaint' }] }],
    });
    expect(condition).not.toHaveProperty('onsetDateTime');
    expect(condition).not.toHaveProperty('recorder');
  });

  it('links complaint and encounter both ways, use CC without a rank', () => {
    const bundle = map();
    const [encounterEntry, conditionEntry] = bundle.entry ?? [];
    expect(encounterOf(bundle).diagnosis).toEqual([
      {
        condition: { reference: conditionEntry?.fullUrl },
        use: { coding: [expect.objectContaining({ code: 'CC' })] },
      },
    ]);
    expect(conditionEntry?.resource).toMatchObject({ encounter: { reference: encounterEntry?.fullUrl } });
  });
});

describe('what was not given is not there', () => {
  it('no keluhan_utama, no Condition and no CC; no anamnesa, no ClinicalImpression', () => {
    const bundle = map({ keluhan_utama: '', anamnesa: null });
    expect(of(bundle, 'Condition')).toEqual([]);
    expect(of(bundle, 'ClinicalImpression')).toEqual([]);
    expect(encounterOf(bundle)).not.toHaveProperty('diagnosis');
  });

  it.each([
    [null],
    [[]],
    [{}],
    [{ tanda_vital: null }],
    [{ tanda_vital: [] }],
    [{ tanda_vital: { nadi: '' } }],
  ])('pemeriksaan_fisik %j gives no Observation', (pemeriksaan_fisik) => {
    expect(of(map({ pemeriksaan_fisik }), 'Observation')).toEqual([]);
  });

  it('emits nothing empty, anywhere', () => {
    const walk = (value: unknown, path: string): string[] => {
      if (value === null || value === undefined || value === '') return [path];
      if (Array.isArray(value)) {
        return value.length === 0 ? [path] : value.flatMap((item, index) => walk(item, `${path}[${index}]`));
      }
      if (typeof value !== 'object') return [];
      const entries = Object.entries(value);
      return entries.length === 0 ? [path] : entries.flatMap(([key, item]) => walk(item, `${path}.${key}`));
    };
    expect(walk(map(), '')).toEqual([]);
    expect(walk(map({ pemeriksaan_fisik: null, anamnesa: '', keluhan_utama: null }), '')).toEqual([]);
    expect(
      walk(map({}, { patient: { id: 'P00123456789' }, location: { id: context.location.id } }), ''),
    ).toEqual([]);
  });
});

describe('details', () => {
  it('takes the clinic’s SNOMED code of the complaint over the general one', () => {
    const [condition] = of<{ code: { coding: unknown } }>(
      map({ kode_keluhan_utama: '25064002' }),
      'Condition',
    );
    expect(condition?.code.coding).toEqual([{ system: 'http://snomed.info/sct', code: '25064002' }]);
  });

  it('measures lingkar_perut with SNOMED 396552003 in cm', () => {
    const [waist] = of<Observation>(
      map({ pemeriksaan_fisik: { tanda_vital: { lingkar_perut: 80 } } }),
      'Observation',
    );
    expect(waist?.code.coding?.[0]).toMatchObject({ system: 'http://snomed.info/sct', code: '396552003' });
    expect(waist?.valueQuantity).toMatchObject({ value: 80, code: 'cm' });
  });

  it.each([
    ['2024-01-15T15:30:00+07:00', '2024-01-15T08:30:00+00:00'],
    ['2024-01-15T08:30:00+00:00', '2024-01-15T08:30:00+00:00'],
    ['2024-01-15T15:30:00', '2024-01-15T08:30:00+00:00'],
    ['2024-01-15 15:30', '2024-01-15T08:30:00+00:00'],
  ])('sends %s as %s', (tanggal_kunjungan, expected) => {
    expect(encounterOf(map({ tanggal_kunjungan, tanggal_selesai: null })).period?.start).toBe(expected);
  });

  it('reads a time without a zone in the clinic’s own', () => {
    const bundle = map({ tanggal_kunjungan: '2024-01-15T15:30:00' }, { timeZone: 'Asia/Jayapura' });
    expect(encounterOf(bundle).period?.start).toBe('2024-01-15T06:30:00+00:00');
  });

  it('an inpatient does not arrive, and has the class of the bed', () => {
    const encounter = encounterOf(
      map({}, { class: 'IMP', location: { id: context.location.id, serviceClass: '2' } }),
    );
    expect(encounter.class.code).toBe('IMP');
    expect(encounter.statusHistory?.map(({ status }) => status)).toEqual(['in-progress']);
    expect(JSON.stringify(encounter.location)).toContain('locationServiceClass-Inpatient');
  });

  it('is deterministic, and its fullUrls differ from each other', () => {
    expect(JSON.stringify(map())).toBe(JSON.stringify(map()));
    const urls = map().entry?.map((entry) => entry.fullUrl) ?? [];
    expect(new Set(urls).size).toBe(10);
    for (const url of urls)
      expect(url).toMatch(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});

/** With the references as the platform stores them: a profile checks the type behind a reference. */
function placed(bundle: Bundle): Bundle {
  let text = JSON.stringify(bundle);
  for (const { fullUrl = '', resource } of bundle.entry ?? []) {
    text = text.replaceAll(`"${fullUrl}"`, `"${resource?.resourceType}/${fullUrl.replace('urn:uuid:', '')}"`);
  }
  return JSON.parse(text);
}

describe('outside validators', () => {
  const variants: [string, Bundle][] = [
    ['the guide’s example', map()],
    [
      'all vital signs',
      map({ pemeriksaan_fisik: { tanda_vital: { tekanan_darah: '90/60', lingkar_perut: 80 } } }),
    ],
    ['nothing optional', map({ keluhan_utama: null, anamnesa: null, pemeriksaan_fisik: null })],
    ['inpatient', map({}, { class: 'IMP', location: { id: context.location.id, serviceClass: 'vip' } })],
    ['no displays', map({}, { patient: { id: 'P00123456789' }, practitioner: { id: '10001234567' } })],
  ];

  it.each(variants)('@medplum/core and fhir accept %s', (_, bundle) => {
    for (const { resource } of bundle.entry ?? []) {
      if (!resource) throw new Error('an entry without a resource');
      expect(medplumErrors(resource), resource.resourceType).toEqual([]);
      expect(fhirErrors(resource), resource.resourceType).toEqual([]);
    }
    expect(medplumErrors(bundle)).toEqual([]);
  });

  it('see a planted error: the oracles are awake', () => {
    const broken = structuredClone(encounterOf(map())) as unknown as Record<string, unknown>;
    broken.class = undefined;
    broken.status = 'open';
    const resource = JSON.parse(JSON.stringify(broken));
    expect(medplumErrors(resource)).not.toEqual([]);
    expect(fhirErrors(resource)).not.toEqual([]);
  });

  it('accept a registered patient', () => {
    const patient = mapPatient({ ...registration, status_nikah: 'Kawin' });
    expect(medplumErrors(patient)).toEqual([]);
    expect(fhirErrors(patient)).toEqual([]);
    expect(patient).not.toHaveProperty('multipleBirthInteger');
    expect(patient.gender).toBe('female');
  });

  const folder = oracles();
  it.skipIf(!folder)('the ministry’s IDCore profiles accept Encounter, Condition and Observation', () => {
    const profile = (type: string): StructureDefinition =>
      overlay(JSON.parse(readFileSync(join(folder ?? '', 'idcore', `IDCore${type}.json`), 'utf8')));
    for (const [, bundle] of variants) {
      for (const { resource } of placed(bundle).entry ?? []) {
        if (!resource || !['Encounter', 'Condition', 'Observation'].includes(resource.resourceType)) continue;
        const errors = medplumErrors(resource, profile(resource.resourceType)).filter(
          // Not satisfied on purpose: it would take an invented service class (mapping rules, "Encounter").
          (error) => error !== 'Encounter.location[0].extension: Missing required property',
        );
        expect(errors, resource.resourceType).toEqual([]);
      }
    }
    const { identifier, ...nameless } = encounterOf(placed(map()));
    expect(identifier).toBeDefined();
    expect(medplumErrors(nameless as FhirEncounter, profile('Encounter')).join()).toContain('identifier');
  });
});
