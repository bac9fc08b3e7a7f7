/**
 * Fields that several requests share. The `error` of each check is a key of `words.ts`, with its arguments.
 * `import * as z` keeps bundles small: the named export pulls in every locale.
 */
import * as z from 'zod/mini';
import { isDate, isDateTime } from './dates.js';
import type { Plausible } from './vital-signs.js';

/** Ids and codes that look like numbers often come as numbers. What is neither is left for the check behind. */
export const asText = z.transform((value: string | number): string =>
  typeof value === 'number' ? String(value) : value,
);

/** The same number as text, as forms send it. What is none is left for the check behind. */
export const asNumber = z.transform((value: number | `${number}`): number =>
  typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : (value as number),
);

/** A number, or the same number as text: forms often send `"37.2"`. A comma is refused, not guessed at. */
export function measured({ min, max, unit }: Plausible) {
  return z.pipe(
    asNumber,
    z
      .number({ error: 'number' })
      .check(z.refine((value) => value >= min && value <= max, { error: `range:${min}:${max}:${unit}` })),
  );
}

/** Control characters that no FHIR string may hold; they come from copying and are never meant. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g;

/** Text, trimmed, without invisible control characters. `max` is in characters. */
export function text(max = 10_000) {
  return z.string({ error: 'text' }).check(
    // Not z.maxLength, which weighs a quarter of a kilobyte in every browser.
    z.refine((value) => [...value].length <= max, { error: `too_long:${max}`, abort: true }),
    z.overwrite((value) => value.replace(CONTROL, '').toWellFormed().trim()),
  );
}

/** A code such as `101`; apps send it as text or as a number. */
export const code = z.pipe(asText, text(64));

/** A code that becomes part of an identifier. `,` `|` `$` and a backslash mean something else in a FHIR search. */
export const identifying = z.pipe(
  code,
  z.string().check(
    z.refine((value) => !/[,|$\\]/.test(value), { error: 'search_characters', abort: true }),
    z.refine((value) => !/\d{16}/.test(value), { error: 'no_nik' }),
  ),
);

/** One of a closed list of codes; a code that looks like a number may come as one. */
export function oneOf<const T extends readonly string[]>(values: T) {
  return z.pipe(
    z.transform((value: T[number]): string => (typeof value === 'number' ? String(value) : value)),
    z.enum(values, { error: `one_of:${values.join(', ')}` }) as unknown as z.ZodMiniType<T[number], string>,
  );
}

/** Nomor Induk Kependudukan: 16 digits, as text (a number of that size can lose its last digit). */
export const nik = z
  .string({ error: (issue) => (typeof issue.input === 'number' ? 'nik_number' : 'nik') })
  .check(z.trim(), z.regex(/^\d{16}$/, { error: 'nik' }));

/** An id of the platform: letters, digits, dots, hyphens (FHIR R4 `id`). */
export const platformId = z.pipe(
  asText,
  z
    .string({ error: 'text' })
    .check(z.trim(), z.regex(/^[A-Za-z0-9][A-Za-z0-9.-]{0,63}$/, { error: 'fhir_id' })),
);

/** Date with a time; without a zone it is the clinic's own. */
export const dateTime = z.string({ error: 'datetime' }).check(z.refine(isDateTime, { error: 'datetime' }));

/** `YYYY-MM-DD`. */
export const date = z.string({ error: 'date' }).check(z.refine(isDate, { error: 'date' }));

export function digits(length: number) {
  return z.pipe(
    asText,
    z.string({ error: 'text' }).check(z.regex(new RegExp(`^\\d{${length}}$`), { error: `digits:${length}` })),
  );
}

/** `sistolik/diastolik` in mmHg. */
export const bloodPressure = z.string({ error: 'blood_pressure' }).check(
  z.trim(),
  z.refine((value) => readBloodPressure(value) !== undefined, { error: 'blood_pressure', abort: true }),
  z.refine(
    (value) => {
      const pressure = readBloodPressure(value);
      return !pressure || pressure.systolic > pressure.diastolic;
    },
    { error: 'blood_pressure_order', abort: true },
  ),
  z.refine(
    (value) => {
      const pressure = readBloodPressure(value);
      return !pressure || (pressure.systolic <= 300 && pressure.diastolic >= 20);
    },
    { error: 'range:20:300:mmHg' },
  ),
);

/** The two numbers of `130/85`, in mmHg; undefined when the text is not of that form. */
export function readBloodPressure(value: string): { systolic: number; diastolic: number } | undefined {
  const match = /^(\d{2,3})\s*\/\s*(\d{2,3})$/.exec(value);
  return match ? { systolic: Number(match[1]), diastolic: Number(match[2]) } : undefined;
}

/** SNOMED CT identifier with a right Verhoeff check digit. */
export const snomed = z.pipe(
  asText,
  z.string({ error: 'snomed' }).check(z.refine(isSnomedId, { error: 'snomed' })),
);

const VERHOEFF_D = [
  '0123456789',
  '1234067895',
  '2340178956',
  '3401289567',
  '4012395678',
  '5987604321',
  '6598710432',
  '7659821043',
  '8765932104',
  '9876543210',
];
const VERHOEFF_P = [
  '0123456789',
  '1576283094',
  '5803796142',
  '8916043527',
  '9453126870',
  '4286573901',
  '2793806415',
  '7046913258',
];

export function isSnomedId(value: string): boolean {
  if (!/^[1-9]\d{5,17}$/.test(value)) return false;
  let check = 0;
  [...value].reverse().forEach((digit, index) => {
    const permuted = Number(VERHOEFF_P[index % 8]?.[Number(digit)]);
    check = Number(VERHOEFF_D[check]?.[permuted]);
  });
  return check === 0;
}

/** FHIR `Coding` as clinics send it. */
export const coding = z.looseObject(
  {
    /** URI of the code system. Left out, LOINC and the categories of a diagnosis are known by their form. */
    system: z.nullish(text(500)),
    /** The code. */
    code: z.nullish(code),
    /** What it means, in words. */
    display: z.nullish(text(500)),
  },
  { error: 'object' },
);

/** FHIR `CodeableConcept` as clinics send it. */
export const codeableConcept = z.looseObject(
  {
    /** Codes that say the same. */
    coding: z.nullish(z.array(coding, { error: 'object' })),
    /** The same in words. */
    text: z.nullish(text(500)),
  },
  { error: 'object' },
);
