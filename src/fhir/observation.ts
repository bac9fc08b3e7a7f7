import type { Coding, Observation, Patient, Practitioner, Quantity, Reference } from '@medplum/fhirtypes';
import type { Observed } from '../contract/clinical.js';
import { toFhirDateTime, toInstant } from '../contract/dates.js';
import type { Encounter } from '../contract/encounter.js';
import { readBloodPressure } from '../contract/fields.js';
import {
  BLOOD_PRESSURE_PANEL,
  inUnit,
  plausible,
  type VitalSignName,
  vitalSignCodes,
  vitalSignOf,
} from '../contract/vital-signs.js';
import { INTERPRETATION, LOINC, OBSERVATION_CATEGORY, organizationSystem, SNOMED, UCUM } from './systems.js';
import { cleanCoding, cleanConcept, type HangingContext, reference, type VisitContext } from './visit.js';

interface VitalSign {
  display: string;
  system: string;
  /** What people read. */
  unit: string;
}

/** Displays and units of the vital signs, as most official payloads have them (mapping rules, "Observation"). */
const vitalSigns: Record<VitalSignName, VitalSign> = {
  sistolik: { system: LOINC, display: 'Systolic blood pressure', unit: 'mm[Hg]' },
  diastolik: { system: LOINC, display: 'Diastolic blood pressure', unit: 'mm[Hg]' },
  nadi: { system: LOINC, display: 'Heart rate', unit: 'beats/minute' },
  pernapasan: { system: LOINC, display: 'Respiratory rate', unit: 'breaths/minute' },
  suhu: { system: LOINC, display: 'Body temperature', unit: 'C' },
  tinggi: { system: LOINC, display: 'Body height', unit: 'cm' },
  berat: { system: LOINC, display: 'Body weight', unit: 'kg' },
  lingkar_perut: { system: SNOMED, display: 'Waist circumference', unit: 'cm' },
};

function codingOf(name: VitalSignName): Coding {
  return { system: vitalSigns[name].system, code: vitalSignCodes[name], display: vitalSigns[name].display };
}

/** A value in the unit that the platform wants for this vital sign. */
function quantityOf(name: VitalSignName, value: number): Quantity {
  return { value, unit: vitalSigns[name].unit, system: UCUM, code: plausible[name].ucum };
}

const VITAL_SIGNS = {
  coding: [{ system: OBSERVATION_CATEGORY, code: 'vital-signs', display: 'Vital Signs' }],
};

/**
 * One Observation per value; a blood pressure is two. What was not measured is not there.
 *
 * ```ts
 * const observations = mapVitalSigns({ tanggal_kunjungan, pemeriksaan_fisik }, context, encounterUrl);
 * ```
 *
 * @param encounter fullUrl of the Encounter in the same Bundle.
 */
export function mapVitalSigns(
  visit: Pick<Encounter, 'tanggal_kunjungan' | 'pemeriksaan_fisik'>,
  context: VisitContext,
  encounter: string,
): Observation[] {
  const signs = visit.pemeriksaan_fisik?.tanda_vital;
  const pressure = signs?.tekanan_darah ? readBloodPressure(signs.tekanan_darah) : undefined;
  const measured: [VitalSignName, number | null | undefined][] = [
    ['sistolik', pressure?.systolic],
    ['diastolik', pressure?.diastolic],
    ['nadi', signs?.nadi],
    ['pernapasan', signs?.pernapasan],
    ['suhu', signs?.suhu],
    ['tinggi', signs?.tinggi],
    ['berat', signs?.berat],
    ['lingkar_perut', signs?.lingkar_perut],
  ];
  const at = toFhirDateTime(toInstant(visit.tanggal_kunjungan, context.timeZone));
  return measured.flatMap(([name, value]) => {
    if (value == null) return [];
    const identity = `${context.visitId}-${vitalSignCodes[name]}`;
    return [
      {
        ...frame(identity, at, encounter, context),
        category: [VITAL_SIGNS],
        code: { coding: [codingOf(name)] },
        valueQuantity: quantityOf(name, value),
      },
    ];
  });
}

/** What every Observation has: status, whose, when, by whom. `issued` is when it was made, never "now". */
function frame(
  identity: string,
  at: string,
  encounter: string,
  {
    organizationId,
    patient,
    practitioner,
  }: Pick<HangingContext, 'organizationId' | 'patient' | 'practitioner'>,
) {
  return {
    resourceType: 'Observation' as const,
    identifier: [{ system: organizationSystem('observation', organizationId), value: identity }],
    status: 'final' as const,
    subject: reference('Patient', patient) as Reference<Patient>,
    encounter: { reference: encounter },
    effectiveDateTime: at,
    issued: at,
    performer: [reference('Practitioner', practitioner) as Reference<Practitioner>],
  };
}

/** An observation as it is inside a visit or on its own. */
export type ObservedFacts = Omit<Observed, 'encounter_id' | 'pasien_id'>;

/**
 * An observation (mapping rules, "Observation"). A blood pressure becomes two, systolic and diastolic, each with an
 * identifier of its own; anything else is one.
 *
 * ```ts
 * const [systolic, diastolic] = mapObservation(bloodPressure, context);
 * ```
 */
export function mapObservation(given: ObservedFacts, context: HangingContext): Observation[] {
  const at = toFhirDateTime(toInstant(given.tanggal_observasi, context.timeZone));
  const category = [{ coding: [cleanCoding(fillCategory(given.kategori))] }];
  const codes = (given.kode.coding ?? []).flatMap((one) => one.code ?? []);
  const sign = codes.map(vitalSignOf).find((name) => name !== undefined);
  const split = codes.includes(BLOOD_PRESSURE_PANEL) || given.nilai_diatas != null;
  if (sign === 'sistolik' && split) {
    const halves: [VitalSignName, ObservedFacts['nilai'] | null | undefined][] = [
      ['sistolik', given.nilai],
      ['diastolik', given.nilai_diatas],
    ];
    return halves.flatMap(([name, quantity]) => {
      if (!quantity) return [];
      return [
        {
          ...frame(`${context.id}-${vitalSignCodes[name]}`, at, context.encounter, context),
          category,
          code: { coding: [codingOf(name)] },
          valueQuantity: readQuantity(name, quantity),
          // High or low may be said of one half only, and nobody knows of which.
          ...interpret(given, (code) => code === 'N'),
        },
      ];
    });
  }
  return [
    {
      ...frame(context.id, at, context.encounter, context),
      category,
      code: cleanConcept(given.kode),
      valueQuantity: readQuantity(sign, given.nilai),
      ...interpret(given, () => true),
    },
  ];
}

function fillCategory(given: ObservedFacts['kategori']): ObservedFacts['kategori'] {
  return given.system ? given : { ...given, system: OBSERVATION_CATEGORY };
}

/** A Quantity of the clinic's; of a vital sign in its usual unit, spelled as the platform wants it. */
function readQuantity(name: VitalSignName | undefined, given: ObservedFacts['nilai']): Quantity {
  const { value, unit, code, comparator } = given;
  const bound = comparator ? { comparator } : {};
  if (name && inUnit(plausible[name].ucum, given)) return { ...quantityOf(name, value), ...bound };
  // A code without its system says nothing (qty-3); units are UCUM.
  const system = given.system ?? (code ? UCUM : undefined);
  return {
    value,
    ...bound,
    ...(unit ? { unit } : {}),
    ...(system && code ? { system, code } : {}),
  };
}

/** The exact words that are codes; anything else a clinic writes is a note. */
const interpretations: Record<string, Coding> = {
  normal: { code: 'N', display: 'Normal' },
  tinggi: { code: 'H', display: 'High' },
  rendah: { code: 'L', display: 'Low' },
  abnormal: { code: 'A', display: 'Abnormal' },
  'tidak normal': { code: 'A', display: 'Abnormal' },
  positif: { code: 'POS', display: 'Positive' },
  negatif: { code: 'NEG', display: 'Negative' },
  reaktif: { code: 'RR', display: 'Reactive' },
  nonreaktif: { code: 'NR', display: 'Non-reactive' },
};

function interpret(
  { interpretasi, keterangan }: ObservedFacts,
  fits: (code: string) => boolean,
): Pick<Observation, 'interpretation' | 'note'> {
  const word = interpretasi?.toLowerCase() ?? '';
  const known = Object.hasOwn(interpretations, word) ? interpretations[word] : undefined;
  const coded = known?.code && fits(known.code) ? known : undefined;
  const notes = [...(interpretasi && !coded ? [`Interpretasi: ${interpretasi}`] : []), keterangan ?? ''];
  const note = notes.filter((text) => text !== '').map((text) => ({ text }));
  return {
    ...(coded ? { interpretation: [{ coding: [{ system: INTERPRETATION, ...coded }] }] } : {}),
    ...(note.length > 0 ? { note } : {}),
  };
}
