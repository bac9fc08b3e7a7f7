/** A form for any body of the contract, made from its schema; and what was typed into it, as a body again. */
import { canonicalJson } from '../contract/canonical.js';
import { contract, type EndpointName, type Row } from '../contract/contract.js';
import { type FieldRow, fieldTable, type TabledEndpoint } from '../contract/field-table.js';
import { valueAt } from '../contract/form.js';
import { type Json, toSchema } from '../contract/json-schema.js';
import type { Locale } from './words.js';

/** One thing that can be typed. */
export interface Input {
  kind: 'input';
  /** Path in the body, e.g. `diagnosis.0.kode_icd10`. */
  name: string;
  /** The field's own name, e.g. `kode_icd10`. */
  label: string;
  /** What it means. */
  hint: string | undefined;
  value: string;
  required: boolean;
  /** A closed list of codes. */
  options: string[] | undefined;
  number: boolean;
  long: boolean;
  maxLength: number | undefined;
}

/** What belongs together. */
export interface Group {
  kind: 'group';
  name: string;
  label: string;
  hint: string | undefined;
  /** One more of a list, not filled in yet. */
  blank: boolean;
  parts: Part[];
}

export type Part = Input | Group;

const schemas = new Map<EndpointName, Json>();

function schemaOf(endpoint: EndpointName): Json {
  const row: Row = contract[endpoint];
  const known = schemas.get(endpoint) ?? toSchema(row.request);
  schemas.set(endpoint, known);
  return known;
}

/** @param value the body as it is. */
export function formOf(endpoint: EndpointName, value: Record<string, unknown>, locale: Locale): Part[] {
  const rows: readonly FieldRow[] = Object.hasOwn(fieldTable, endpoint)
    ? fieldTable[endpoint as TabledEndpoint]
    : [];
  const meaningOf = (path: string) =>
    rows.find(({ field }) => field === path.replace(/\.\d+(?=\.|$)/g, '[]'))?.meaning[locale];

  function parts(schema: Json, there: unknown, path: string): Part[] {
    const properties = (schema.properties ?? {}) as Record<string, Json>;
    const required = (schema.required ?? []) as string[];
    return Object.entries(properties).flatMap(([key, one]) =>
      // A correction in place is no update of something else, and needs no id.
      path === '' && key === 'id'
        ? []
        : partOf(bare(one), partOfValue(there, key), path ? `${path}.${key}` : key, required.includes(key)),
    );
  }

  function partOf(schema: Json, there: unknown, name: string, required: boolean): Part[] {
    const label = name.split('.').at(-1) ?? name;
    const hint = meaningOf(name);
    if (schema.type === 'object') {
      return [{ kind: 'group', name, label, hint, blank: false, parts: parts(schema, there, name) }];
    }
    if (schema.type === 'array') {
      const items = Array.isArray(there) ? there : [];
      const item = bare(schema.items as Json);
      return [...items, undefined].map((one, index) => ({
        kind: 'group',
        name: `${name}.${index}`,
        label: `${label} ${index + 1}`,
        hint: index === 0 ? hint : undefined,
        blank: one === undefined,
        parts: parts(item, one, `${name}.${index}`),
      }));
    }
    const { maxLength } = schema as { maxLength?: number };
    return [
      {
        kind: 'input',
        name,
        label,
        hint,
        value: there === undefined || there === null ? '' : String(there),
        required,
        options: schema.enum as string[] | undefined,
        number: schema.type === 'number',
        long: (maxLength ?? 0) >= 1_000,
        maxLength,
      },
    ];
  }

  return parts(schemaOf(endpoint), value, '');
}

/** Without the null that every field may be. */
function bare(schema: Json): Json {
  const [one] = ((schema.anyOf ?? []) as Json[]).filter(({ type }) => type !== 'null');
  if (one) return bare(one);
  const types = [schema.type].flat();
  return { ...schema, type: types.find((type) => type !== 'null') };
}

function partOfValue(there: unknown, key: string): unknown {
  return typeof there === 'object' && there !== null ? (there as Record<string, unknown>)[key] : undefined;
}

/**
 * The body with what was typed. What the form has no field for stays as it was; what was emptied goes; a number that
 * nobody changed stays a number.
 *
 * @param before what the form was made from.
 * @param typed values by path; unknown paths count for nothing.
 * @returns `body` to be sent; `draft` to make the form of once more: emptied items of a list are still in their places,
 * so that a second look at it means the same items.
 */
export function bodyOf(
  endpoint: EndpointName,
  before: Record<string, unknown>,
  typed: URLSearchParams,
): { body: Record<string, unknown>; draft: Record<string, unknown> } {
  const draft = structuredClone(before);
  const seen = new Set<string>();
  // An item that was added makes room for one more, which may have been filled in as well.
  for (let more = true; more; ) {
    more = false;
    for (const { name, value, number } of inputsOf(formOf(endpoint, draft, 'id'))) {
      if (seen.has(name)) continue;
      seen.add(name);
      more = true;
      const text = readTyped(typed.get(name), number);
      if (text !== undefined && text !== value.trim())
        put(draft, name.split('.'), text === '' ? undefined : text);
    }
  }
  const emptied = groupsOf(formOf(endpoint, draft, 'id'))
    .filter(({ name, parts }) => {
      const path = name.split('.');
      const changed = canonicalJson(valueAt(draft, path)) !== canonicalJson(valueAt(before, path));
      return changed && inputsOf(parts).every(({ value }) => value === '');
    })
    .map(({ name }) => name);
  const body = structuredClone(draft);
  for (const name of emptied) put(body, name.split('.'), undefined);
  return { body: withoutHollow(body) as Record<string, unknown>, draft };
}

/** As the contract writes it: a browser sends lines with CRLF, and Indonesians write decimals with a comma. */
function readTyped(given: string | null, number: boolean): string | undefined {
  const text = given?.replace(/\r\n/g, '\n').trim();
  return number && text ? text.replace(/^(-?\d+),(\d+)$/, '$1.$2') : text;
}

function groupsOf(parts: readonly Part[]): Group[] {
  return parts.flatMap((part) => (part.kind === 'group' ? [part, ...groupsOf(part.parts)] : []));
}

/** Objects of which everything was emptied go, and leave no gap in their list. */
function withoutHollow(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutHollow).filter((item) => !isHollow(item));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, withoutHollow(item)] as const);
  return Object.fromEntries(entries.filter(([, item]) => !isHollow(item)));
}

function isHollow(value: unknown): boolean {
  return (
    value === undefined || (typeof value === 'object' && value !== null && Object.keys(value).length === 0)
  );
}

export function inputsOf(parts: readonly Part[]): Input[] {
  return parts.flatMap((part) => (part.kind === 'input' ? [part] : inputsOf(part.parts)));
}

/** Names come from the schema alone. */
function put(body: Record<string, unknown>, [key = '', ...rest]: string[], value: string | undefined): void {
  if (rest.length === 0) {
    // An item of a list keeps its place for now.
    if (value === undefined && !Array.isArray(body)) delete body[key];
    else body[key] = value as string;
    return;
  }
  const there = body[key];
  if (typeof there !== 'object' || there === null) {
    if (value === undefined) return;
    body[key] = /^\d+$/.test(rest[0] ?? '') ? [] : {};
  }
  put(body[key] as Record<string, unknown>, rest, value);
}
