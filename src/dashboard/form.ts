/** A form for any body of the contract, made from its schema; and what was typed into it, as a body again. */
import { contract, type EndpointName, type Row } from '../contract/contract.js';
import { type FieldRow, fieldTable, type TabledEndpoint } from '../contract/field-table.js';
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
  return one ? bare(one) : schema;
}

function partOfValue(there: unknown, key: string): unknown {
  return typeof there === 'object' && there !== null ? (there as Record<string, unknown>)[key] : undefined;
}

/**
 * The body with what was typed. What the form has no field for stays as it was; what was emptied goes; a number that
 * nobody changed stays a number.
 *
 * @param typed values by path; unknown paths count for nothing.
 */
export function bodyOf(
  endpoint: EndpointName,
  before: Record<string, unknown>,
  typed: URLSearchParams,
): Record<string, unknown> {
  const body = structuredClone(before);
  const inputs = inputsOf(formOf(endpoint, before, 'id'));
  for (const { name, value } of inputs) {
    const given = typed.get(name);
    // A browser sends lines with CRLF.
    const text = given?.replace(/\r\n/g, '\n').trim();
    if (text === undefined || text === value.trim()) continue;
    put(body, name.split('.'), text === '' ? undefined : text);
  }
  return withoutHollow(body) as Record<string, unknown>;
}

/** Objects of which everything was emptied go, and leave no gap in their list. */
function withoutHollow(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutHollow).filter((item) => !isHollow(item));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, withoutHollow(item)] as const);
  return Object.fromEntries(entries.filter(([, item]) => !isHollow(item)));
}

function isHollow(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

export function inputsOf(parts: readonly Part[]): Input[] {
  return parts.flatMap((part) => (part.kind === 'input' ? [part] : inputsOf(part.parts)));
}

/** Names come from the schema alone. */
function put(body: Record<string, unknown>, [key = '', ...rest]: string[], value: string | undefined): void {
  if (rest.length === 0) {
    if (value === undefined) delete body[key];
    else body[key] = value;
    return;
  }
  const there = body[key];
  if (typeof there !== 'object' || there === null) {
    if (value === undefined) return;
    body[key] = /^\d+$/.test(rest[0] ?? '') ? [] : {};
  }
  put(body[key] as Record<string, unknown>, rest, value);
}
