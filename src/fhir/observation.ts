import type { Coding, Observation, Patient, Practitioner, Reference } from '@medplum/fhirtypes';
import { toFhirDateTime, toInstant } from '../contract/dates.js';
import type { Encounter } from '../contract/encounter.js';
import { readBloodPressure } from '../contract/fields.js';
import { LOINC, OBSERVATION_CATEGORY, organizationSystem, SNOMED, UCUM } from './systems.js';
import { reference, type VisitContext } from './visit.js';

interface VitalSign {
  coding: Coding;
  /** What people read. */
  unit: string;
  /** UCUM. */
  code: string;
}

/** Codes and units of the vital signs, as most official payloads have them (mapping rules, "Observation"). */
export const vitalSigns = {
  systolic: {
    coding: { system: LOINC, code: '8480-6', display: 'Systolic blood pressure' },
    unit: 'mm[Hg]',
    code: 'mm[Hg]',
  },
  diastolic: {
    coding: { system: LOINC, code: '8462-4', display: 'Diastolic blood pressure' },
    unit: 'mm[Hg]',
    code: 'mm[Hg]',
  },
  nadi: {
    coding: { system: LOINC, code: '8867-4', display: 'Heart rate' },
    unit: 'beats/minute',
    code: '/min',
  },
  pernapasan: {
    coding: { system: LOINC, code: '9279-1', display: 'Respiratory rate' },
    unit: 'breaths/minute',
    code: '/min',
  },
  suhu: { coding: { system: LOINC, code: '8310-5', display: 'Body temperature' }, unit: 'C', code: 'Cel' },
  tinggi: { coding: { system: LOINC, code: '8302-2', display: 'Body height' }, unit: 'cm', code: 'cm' },
  berat: { coding: { system: LOINC, code: '29463-7', display: 'Body weight' }, unit: 'kg', code: 'kg' },
  lingkar_perut: {
    coding: { system: SNOMED, code: '396552003', display: 'Waist circumference' },
    unit: 'cm',
    code: 'cm',
  },
} as const satisfies Record<string, VitalSign>;

export type VitalSignName = keyof typeof vitalSigns;

/** One Observation per value; a blood pressure is two. What was not measured is not there. */
export function mapVitalSigns(visit: Encounter, context: VisitContext, encounter: string): Observation[] {
  const signs = visit.pemeriksaan_fisik?.tanda_vital;
  const pressure = signs?.tekanan_darah ? readBloodPressure(signs.tekanan_darah) : undefined;
  const measured: [VitalSignName, number | null | undefined][] = [
    ['systolic', pressure?.systolic],
    ['diastolic', pressure?.diastolic],
    ['nadi', signs?.nadi],
    ['pernapasan', signs?.pernapasan],
    ['suhu', signs?.suhu],
    ['tinggi', signs?.tinggi],
    ['berat', signs?.berat],
    ['lingkar_perut', signs?.lingkar_perut],
  ];
  return measured.flatMap(([name, value]) =>
    value == null ? [] : [mapVitalSign(vitalSigns[name], value, visit, context, encounter)],
  );
}

function mapVitalSign(
  sign: VitalSign,
  value: number,
  visit: Encounter,
  context: VisitContext,
  encounter: string,
): Observation {
  const at = toFhirDateTime(toInstant(visit.tanggal_kunjungan, context.timeZone));
  return {
    resourceType: 'Observation',
    identifier: [
      {
        system: organizationSystem('observation', context.organizationId),
        value: `${context.visitId}-${sign.coding.code}`,
      },
    ],
    status: 'final',
    category: [{ coding: [{ system: OBSERVATION_CATEGORY, code: 'vital-signs', display: 'Vital Signs' }] }],
    code: { coding: [{ ...sign.coding }] },
    subject: reference('Patient', context.patient) as Reference<Patient>,
    encounter: { reference: encounter },
    effectiveDateTime: at,
    issued: at,
    performer: [reference('Practitioner', context.practitioner) as Reference<Practitioner>],
    valueQuantity: { value, unit: sign.unit, system: UCUM, code: sign.code },
  };
}
