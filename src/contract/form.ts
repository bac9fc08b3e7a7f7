/**
 * Checking the form of a request against its row: everything that is wrong at once, each with the clinic's own field
 * name. The client and the service run the same code; what only the service can know is in `check.ts`.
 */
import type * as z from 'zod/mini';
import type { Row } from './contract.js';
import { type ErrorInit, type FieldProblem, SatusehatError } from './error.js';
import { fieldProblems, type ProblemWords } from './words.js';

export interface Form {
  /** What the row's schema made of the body; undefined when something is wrong. */
  value: Record<string, unknown> | undefined;
  /** As it was sent, without empty fields. */
  given: Record<string, unknown>;
  /** Fields with a key of `words.ts`. */
  found: Map<string, string>;
  /** From our name of a field to the name the clinic wrote. */
  written: Record<string, string>;
  /** The schema that was asked. */
  schema: z.ZodMiniType;
}

export function readForm(row: Row, body: Record<string, unknown>): Form {
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
  const value = found.size > 0 ? undefined : (parsed.data as Record<string, unknown>);
  return { value, given: named, found, written, schema };
}

/** What was found, in words. */
export function problemsOf({ found, written }: Form, words?: ProblemWords): FieldProblem[] {
  return [...found].map(([field, key]) => {
    const missing = key === 'missing' || key.startsWith('one_needed');
    return problem(written[field] ?? field, key, missing ? 'missing' : 'invalid', words);
  });
}

/** A problem in words. `key` is a row of `words.ts` with its arguments after colons. */
export function problem(
  field: string,
  key: string,
  kind: FieldProblem['problem'] = 'invalid',
  all: ProblemWords = fieldProblems,
): FieldProblem {
  const [name = 'invalid', ...args] = key.split(':');
  const words = (all[name] ?? all.invalid)?.(...args);
  return {
    field,
    problem: kind,
    message: `${field} ${words?.message}`,
    remedy: words?.remedy ?? '',
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
 * Absent is absent: fields of `null`, blank text and PHP's empty array are dropped at every depth. The guide's own
 * controllers send `null` and `""` for what the form left empty.
 */
export function dropEmpty(value: unknown): unknown {
  if (typeof value === 'string') return value.trim() === '' ? undefined : value;
  if (value === null) return undefined;
  if (Array.isArray(value)) {
    // An item is asked for its fields: one that came to nothing was meant as something.
    return value.length > 0 ? value.map((item) => dropEmpty(item) ?? null) : undefined;
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

export function valueAt(value: unknown, path: string[]): unknown {
  let at = value;
  for (const key of path) at = (at as Record<string, unknown> | undefined)?.[key];
  return at;
}
