/**
 * Checking a request as the service does: its form, the times the service's clock can judge, and what deserves a look.
 */
import type * as z from 'zod/mini';
import type { Row } from './contract.js';
import { EARLIEST, isDate, isDateTime, toInstant } from './dates.js';
import type { FieldProblem } from './error.js';
import { problem as formProblem, problemsOf, readForm, valueAt } from './form.js';
import { allProblems } from './service-words.js';

export { dropEmpty, problemsError } from './form.js';

/** A problem in words. `key` is a row of `service-words.ts` or `words.ts` with its arguments after colons. */
export function problem(field: string, key: string, kind: FieldProblem['problem'] = 'invalid'): FieldProblem {
  return formProblem(field, key, kind, allProblems);
}

export interface Clock {
  /** Milliseconds since 1970. */
  now: number;
  /** IANA zone of the clinic, for times without one. */
  timeZone: string;
}

export type Checked =
  | {
      ok: true;
      value: Record<string, unknown>;
      given: Record<string, unknown>;
      said: Record<string, unknown>;
      warnings: string[];
    }
  | { ok: false; problems: FieldProblem[] };

/**
 * @param clock leave out to check the form only.
 * @returns `value` checked and converted; `given` as the clinic sent it, without empty fields; `said` what it means,
 * the same for bodies that say the same: an instant is one, however it is written, and unknown fields say nothing.
 */
export function checkRequest(row: Row, body: Record<string, unknown>, clock?: Clock): Checked {
  const form = readForm(row, body);
  if (clock) checkTimes(row, form.given, clock, form.found);
  const { value, given, found, schema } = form;
  if (!value || found.size > 0) return { ok: false, problems: problemsOf(form, allProblems) };
  return { ok: true, value, given, said: meaningOf(row, value, clock), warnings: warn(schema, given) };
}

function meaningOf(row: Row, value: Record<string, unknown>, clock?: Clock): Record<string, unknown> {
  if (!clock || !row.instants) return value;
  const said = structuredClone(value);
  for (const path of row.instants.flatMap((one) => everyPath(said, one))) {
    const way = path.split('.');
    const field = way.pop() as string;
    const holder = valueAt(said, way) as Record<string, unknown>;
    const text = holder[field];
    if (typeof text === 'string') holder[field] = toInstant(text, clock.timeZone);
  }
  return said;
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

/** Things that are accepted and still deserve a look: no field may vanish in silence. */
function warn(schema: z.ZodMiniType, given: Record<string, unknown>): string[] {
  const warnings = unknownFields(schema, given).map(
    (field) => `Field ${field} tidak dikenal dan tidak dikirim. Periksa ejaannya.`,
  );
  for (const field of ['nik', 'nik_pasien']) {
    const nik = given[field];
    if (typeof nik === 'string' && /^\d{16}$/.test(nik) && !plausibleNik(nik)) {
      warnings.push(`Tanggal lahir di dalam ${field} tidak lazim. Periksa NIK-nya.`);
    }
  }
  const patient = given.pasien_id;
  if (patient !== undefined && !/^P\d{11}$/.test(String(patient))) {
    warnings.push('pasien_id biasanya P diikuti 11 digit. Periksa nilainya.');
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
