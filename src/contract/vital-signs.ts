/** What can be measured at a living person, and in which unit (mapping rules, "Observation"). 0 is no measurement. */

export interface Plausible {
  min: number;
  max: number;
  /** As a person reads it. */
  unit: string;
  /** UCUM. */
  ucum: string;
}

/** Ranges of the vital signs by the guide's names. */
export const plausible = {
  sistolik: { min: 20, max: 300, unit: 'mmHg', ucum: 'mm[Hg]' },
  diastolik: { min: 20, max: 300, unit: 'mmHg', ucum: 'mm[Hg]' },
  nadi: { min: 20, max: 300, unit: 'denyut/menit', ucum: '/min' },
  pernapasan: { min: 4, max: 120, unit: 'napas/menit', ucum: '/min' },
  suhu: { min: 25, max: 45, unit: '°C', ucum: 'Cel' },
  tinggi: { min: 30, max: 250, unit: 'cm', ucum: 'cm' },
  berat: { min: 0.3, max: 400, unit: 'kg', ucum: 'kg' },
  lingkar_perut: { min: 20, max: 300, unit: 'cm', ucum: 'cm' },
} as const satisfies Record<string, Plausible>;

/** The vital signs by the guide’s names; the two pressures each by its own. */
export type VitalSignName = keyof typeof plausible;

/** The code of each vital sign: LOINC, for the waist SNOMED CT. */
export const vitalSignCodes = {
  sistolik: '8480-6',
  diastolik: '8462-4',
  nadi: '8867-4',
  pernapasan: '9279-1',
  suhu: '8310-5',
  tinggi: '8302-2',
  berat: '29463-7',
  lingkar_perut: '396552003',
} as const satisfies Record<VitalSignName, string>;

/** LOINC's panel of both pressures. No official payload holds it: it is sent as its two halves. */
export const BLOOD_PRESSURE_PANEL = '85354-9';

/** Codes that `nilai_diatas` (diastolic) may stand beside. */
const PRESSURES: readonly string[] = [BLOOD_PRESSURE_PANEL, vitalSignCodes.sistolik];

export function isBloodPressure(code: string): boolean {
  return PRESSURES.includes(code);
}

/** The vital sign that a code stands for; of the panel, the systolic one. */
export function vitalSignOf(code: string): VitalSignName | undefined {
  if (code === BLOOD_PRESSURE_PANEL) return 'sistolik';
  return (Object.keys(vitalSignCodes) as VitalSignName[]).find((name) => vitalSignCodes[name] === code);
}

/** Other spellings of a unit; `unit` and `code` of a Quantity are compared with all of them. */
const spellings: Record<string, readonly string[]> = {
  'mm[Hg]': ['mm[hg]', 'mmhg'],
  '/min': [
    '/min',
    '{beats}/min',
    'beats/min',
    'beats/minute',
    'breaths/min',
    'breaths/minute',
    'x/menit',
    'bpm',
  ],
  Cel: ['cel', 'c', '°c', 'degc'],
  cm: ['cm'],
  kg: ['kg'],
};

/** True when a Quantity says this unit, or none at all. */
export function inUnit(ucum: string, quantity: { unit?: string | null; code?: string | null }): boolean {
  const given = [quantity.code, quantity.unit].filter((text): text is string => text != null);
  return given.every((text) => spellings[ucum]?.includes(text.toLowerCase()));
}
