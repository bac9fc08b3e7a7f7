/**
 * Checking a request against its row: everything that is wrong at once, each with the clinic's own field name.
 * The client and the service run the same code.
 */
import type * as z from 'zod/mini';
import type { Locale } from './codes.js';
import type { Row } from './contract.js';
import { EARLIEST, isDate, isDateTime, toInstant } from './dates.js';
import { type ErrorInit, type FieldProblem, SatusehatError } from './error.js';
import { fieldProblems } from './words.js';

export interface Clock {
  /** Milliseconds since 1970. */
  now: number;
  /** IANA zone of the clinic, for times without one. */
  timeZone: string;
}

export type Checked =
  | { ok: true; value: Record<string, unknown>; given: Record<string, unknown>; warnings: string[] }
  | { ok: false; problems: FieldProblem[] };

/**
 * @param clock leave out to check the form only: a client does not know the clinic's zone nor the true time.
 * @returns `value` checked and converted; `given` as the clinic sent it, without empty fields.
 */
export function checkRequest(
  row: Row,
  body: Record<string, unknown>,
  clock?: Clock,
  locale: Locale = 'id',
): Checked {
  const given = (dropEmpty(body) ?? {}) as Record<string, unknown>;
  const found = new Map<string, string>();
  const { value: named, written } = applyAliases(given, row.aliases, found);

  const updating = row.update !== undefined && named.id !== undefined;
  const schema = updating && row.update ? row.update : row.request;
  const parsed = schema.safeParse(named);
  for (const issue of parsed.error?.issues ?? []) {
    const path = issue.path.map(String);
    if (!found.has(path.join('.')))
      found.set(path.join('.'), problemKey(issue.message, valueAt(named, path)));
  }
  if (parsed.success) {
    for (const [field, key] of row.also?.(parsed.data as never) ?? []) found.set(field, key);
  }
  for (const group of row.oneNeeded ?? []) {
    if (!updating && group.every((field) => named[field] === undefined)) {
      const [first = ''] = group;
      found.set(first, `one_needed:${group.join(', ')}`);
    }
  }
  for (const [outer, inner] of row.prefixes ?? []) {
    const whole = String(named[inner] ?? '');
    if (!found.has(inner) && !found.has(outer) && !whole.startsWith(String(named[outer] ?? ''))) {
      found.set(inner, `begins_with:${outer}`);
    }
  }
  if (clock) checkTimes(row, named, clock, found);

  if (found.size > 0) {
    const problems = [...found].map(([field, key]) => {
      const missing = key === 'missing' || key.startsWith('one_needed');
      return problem(written[field] ?? field, key, missing ? 'missing' : 'invalid', locale);
    });
    return { ok: false, problems };
  }
  const value = parsed.data as Record<string, unknown>;
  return { ok: true, value, given: named, warnings: warn(schema, named, locale) };
}

/** Milliseconds that a clinic's clock may be ahead of ours. */
const AHEAD = 120_000;

function checkTimes(
  row: Row,
  named: Record<string, unknown>,
  clock: Clock,
  found: Map<string, string>,
): void {
  const instant = (field: string): number | undefined => {
    const text = valueAt(named, field.split('.'));
    return typeof text === 'string' && isDateTime(text) ? toInstant(text, clock.timeZone) : undefined;
  };
  for (const field of (row.instants ?? []).flatMap((path) => everyPath(named, path))) {
    const at = instant(field);
    if (at === undefined || found.has(field)) continue;
    if (at > clock.now + AHEAD) found.set(field, 'future');
    else if (at < EARLIEST) found.set(field, 'too_old');
  }
  for (const field of row.births ?? []) {
    const date = named[field];
    if (typeof date !== 'string' || !isDate(date) || found.has(field)) continue;
    if (toInstant(`${date}T00:00`, clock.timeZone) > clock.now) found.set(field, 'future');
  }
  for (const [start, end] of row.spans ?? []) {
    const from = instant(start);
    const to = instant(end);
    if (from !== undefined && to !== undefined && to <= from && !found.has(end)) {
      found.set(end, `end_before_start:${start}`);
    }
  }
}

/** `list[].field` as one path for each item of the list. */
function everyPath(value: Record<string, unknown>, path: string): string[] {
  const [list = '', field] = path.split('[].');
  if (field === undefined) return [path];
  const items = value[list];
  return Array.isArray(items) ? items.map((_, index) => `${list}.${index}.${field}`) : [];
}

/** A problem in words. `key` is a row of `words.ts` with its arguments after colons. */
export function problem(
  field: string,
  key: string,
  kind: FieldProblem['problem'] = 'invalid',
  locale: Locale = 'id',
): FieldProblem {
  const [name = 'invalid', ...args] = key.split(':');
  const words = (fieldProblems[name] ?? fieldProblems.invalid)?.(...args);
  return {
    field,
    problem: kind,
    message: `${field} ${words?.message[locale]}`,
    remedy: words?.remedy[locale] ?? '',
  };
}

/** The error for a list of problems: MISSING_REQUIRED_FIELDS as soon as one is missing. */
export function problemsError(
  problems: FieldProblem[],
  more: Partial<ErrorInit<'INVALID_FIELDS'>> = {},
): SatusehatError {
  const message = problems.map((one) => one.message).join('; ');
  const details = { fields: problems };
  return problems.some((one) => one.problem === 'missing')
    ? new SatusehatError({
        ...more,
        code: 'MISSING_REQUIRED_FIELDS',
        message: `Data tidak lengkap: ${message}.`,
        details,
      })
    : new SatusehatError({
        ...more,
        code: 'INVALID_FIELDS',
        message: `Isian tidak sah: ${message}.`,
        details,
      });
}

/**
 * Absent is absent: `null`, blank text and PHP's empty array are dropped at every depth. The guide's own
 * controllers send `null` and `""` for what the form left empty.
 */
export function dropEmpty(value: unknown): unknown {
  if (typeof value === 'string') return value.trim() === '' ? undefined : value;
  if (value === null) return undefined;
  if (Array.isArray(value)) {
    const items = value.map(dropEmpty).filter((item) => item !== undefined);
    return items.length > 0 ? items : undefined;
  }
  if (typeof value === 'object') {
    const kept: Record<string, unknown> = {};
    for (const [key, item] of Object.entries(value)) {
      const clean = dropEmpty(item);
      if (clean !== undefined && key !== '__proto__') kept[key] = clean;
    }
    return kept;
  }
  return value;
}

function applyAliases(given: Record<string, unknown>, aliases: Row['aliases'], found: Map<string, string>) {
  const value: Record<string, unknown> = {};
  /** From our name to the name the clinic wrote. */
  const written: Record<string, string> = {};
  for (const [key, item] of Object.entries(given)) {
    const name = aliases && Object.hasOwn(aliases, key) ? (aliases[key] as string) : key;
    if (name !== key && given[name] !== undefined) {
      if (given[name] !== item) found.set(key, `conflict:${name}`);
      continue;
    }
    value[name] = item;
    if (name !== key) written[name] = key;
  }
  return { value, written };
}

function problemKey(message: string, value: unknown): string {
  if (value === undefined) return 'missing';
  return Object.hasOwn(fieldProblems, message.split(':')[0] ?? '') ? message : 'invalid';
}

function valueAt(value: unknown, path: string[]): unknown {
  let at = value;
  for (const key of path) at = (at as Record<string, unknown> | undefined)?.[key];
  return at;
}

/** Things that are accepted and still deserve a look: no field may vanish in silence. */
function warn(schema: z.ZodMiniType, given: Record<string, unknown>, locale: Locale): string[] {
  const warnings = unknownFields(schema, given).map((field) =>
    locale === 'id'
      ? `Field ${field} tidak dikenal dan tidak dikirim. Periksa ejaannya.`
      : `The field ${field} is not known and was not sent. Check its spelling.`,
  );
  for (const field of ['nik', 'nik_pasien']) {
    const nik = given[field];
    if (typeof nik === 'string' && /^\d{16}$/.test(nik) && !plausibleNik(nik)) {
      warnings.push(
        locale === 'id'
          ? `Tanggal lahir di dalam ${field} tidak lazim. Periksa NIK-nya.`
          : `The birth date inside ${field} is unusual. Check the NIK.`,
      );
    }
  }
  const patient = given.pasien_id;
  if (patient !== undefined && !/^P\d{11}$/.test(String(patient))) {
    warnings.push(
      locale === 'id'
        ? 'pasien_id biasanya P diikuti 11 digit. Periksa nilainya.'
        : 'pasien_id is usually P and 11 digits. Check it.',
    );
  }
  return warnings;
}

/** Digits 7 to 12 of a NIK are the birth date, day plus 40 for women. The guide's own example has month 67. */
function plausibleNik(nik: string): boolean {
  const day = Number(nik.slice(6, 8)) % 40;
  const month = Number(nik.slice(8, 10));
  return day >= 1 && day <= 31 && month >= 1 && month <= 12;
}

interface Definition {
  type: string;
  shape?: Record<string, { _zod: { def: Definition } }>;
  innerType?: { _zod: { def: Definition } };
  element?: { _zod: { def: Definition } };
  catchall?: unknown;
}

function unknownFields(schema: z.ZodMiniType, value: unknown, path = ''): string[] {
  return walk((schema as unknown as { _zod: { def: Definition } })._zod.def, value, path);
}

function walk(definition: Definition, value: unknown, path: string): string[] {
  if (definition.innerType) return walk(definition.innerType._zod.def, value, path);
  if (definition.element && Array.isArray(value)) {
    const element = definition.element._zod.def;
    return value.flatMap((item, index) => walk(element, item, `${path}.${index}`));
  }
  if (!definition.shape || definition.catchall || typeof value !== 'object' || value === null) return [];
  const shape = definition.shape;
  return Object.entries(value).flatMap(([key, item]) => {
    const here = path ? `${path}.${key}` : key;
    return Object.hasOwn(shape, key) ? walk(shape[key]?._zod.def as Definition, item, here) : [here];
  });
}
