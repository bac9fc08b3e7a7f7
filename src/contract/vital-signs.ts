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

/** How a unit is written, by its letters alone; of another scale also what brings a value into ours. */
type Scale = readonly [letters: RegExp, ours?: (value: number) => number];

/** The scales of each unit, by UCUM; the first is its own. */
const scales: Record<string, readonly [Scale, ...Scale[]]> = {
  'mm[Hg]': [[/^mmhg$/]],
  '/min': [[/^(x|kali|denyut|napas|beats|breaths)?(per)?(min|menit|minute)$|^bpm$/]],
  Cel: [[/^(deg)?c(el([sc]ius)?)?$/], [/^(deg)?f$/, (value) => (value - 32) / 1.8]],
  cm: [[/^cm$/], [/^m$/, (value) => value * 100]],
  kg: [[/^kg$/], [/^gr?(am)?$/, (value) => value / 1000]],
};

interface Quantity {
  unit?: string | null | undefined;
  code?: string | null | undefined;
}

/** The scale that `unit` and `code` both say; that of the vital sign when they say none. */
function scaleOf(ucum: string, { code, unit }: Quantity): Scale | undefined {
  return scales[ucum]?.find(([letters]) =>
    [code, unit].every((text) => !text || letters.test(text.toLowerCase().replace(/[^a-z]/g, ''))),
  );
}

/** True when a Quantity says this unit, or none at all. */
export function inUnit(ucum: string, quantity: Quantity): boolean {
  return scaleOf(ucum, quantity) === scales[ucum]?.[0];
}

/** A value in this unit, from whichever scale it is of; undefined when its unit measures something else. */
export function valueIn(ucum: string, quantity: Quantity & { value: number }): number | undefined {
  const scale = scaleOf(ucum, quantity);
  return scale && (scale[1]?.(quantity.value) ?? quantity.value);
}
