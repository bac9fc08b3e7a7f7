/**
 * A checker for FHIR R4 resources: cardinality, types, choices, required codes, reference targets, dates, and the
 * invariants that matter here. No dependency; the table comes from the HL7 definitions (scripts/r4-table.mjs).
 *
 * For what goes out. Never judge the platform's own answers by it: they are not all legal FHIR.
 */
import { invariants } from './invariants.js';
import { primitives } from './primitives.js';
import table from './r4-table.json' with { type: 'json' };

/** One thing that is wrong with a resource. */
export interface CheckIssue {
  /** Where, as `Encounter.participant[0].individual`. */
  path: string;
  /**
   * - `missing`: a required element is absent; `empty`: it is there without a value
   * - `unknown`: R4 has no such element; `resourceType`: no such resource
   * - `type`, `choice`: of another type, or more than one of a choice
   * - `code`: not in a required value set
   * - `reference`: points at a type it must not, or at nothing in the Bundle
   * - `invariant`: a rule over several elements
   */
  kind:
    | 'missing'
    | 'unknown'
    | 'type'
    | 'empty'
    | 'code'
    | 'reference'
    | 'choice'
    | 'invariant'
    | 'resourceType';
  /** What is wrong, in English; without the value. */
  message: string;
}

interface Element {
  required: boolean;
  list: boolean;
  types: ElementType[];
  codes: ReadonlySet<string> | undefined;
  /** The name of a choice without its type, e.g. `value`. */
  choice: string | undefined;
}

interface ElementType {
  name: string;
  targets: string[] | undefined;
}

interface Type {
  elements: Map<string, Element>;
  /** Those that must be there, with the names that a choice may go by. */
  required: { key: string; element: Element; names: string[] }[];
  /** `valueQuantity` to its choice and its one type. */
  choices: Map<string, { element: Element; type: ElementType }>;
}

/** What the references of one resource may point at. */
interface Scope {
  contained: ReadonlyMap<string, string>;
  /** fullUrl to type, inside a Bundle. */
  local: ReadonlyMap<string, string>;
}

const codeSets = new Map(Object.entries(table.codes).map(([name, codes]) => [name, new Set<string>(codes)]));
const types = new Map<string, Type>();
/** What every resource has. */
const RESOURCE_MEMBERS = {
  id: '01 id',
  meta: '01 Meta',
  implicitRules: '01 uri',
  language: '01 code',
  text: '01 Narrative',
  contained: '0* Resource',
};
const resourceTypes: ReadonlySet<string> = new Set(table.resources);
/** Types of R4 that the table does not describe. */
const otherTypes: ReadonlySet<string> = new Set(table.others);
/** Nothing real is deeper. */
const MAX_DEPTH = 64;

/** Types are read from the table when they are first met: a start costs nothing. */
function typeOf(name: string): Type | undefined {
  const known = types.get(name);
  if (known) return known;
  const rows = (table.types as Record<string, Record<string, string>>)[name];
  if (!rows) return undefined;
  const { text, contained, ...plain } = RESOURCE_MEMBERS;
  const extended = { extension: '0* Extension' };
  const modified = { ...extended, modifierExtension: '0* Extension' };
  const common = !resourceTypes.has(name)
    ? // Backbones and the one data type that has them may be modified.
      { id: '01 string', ...(name.includes('.') || name === 'Dosage' ? modified : extended) }
    : name === 'Bundle'
      ? plain
      : { ...RESOURCE_MEMBERS, ...modified };
  const all: Record<string, string> = { ...common, ...rows };
  const type: Type = { elements: new Map(), required: [], choices: new Map() };
  for (const [key, row] of Object.entries(all)) {
    const read = readElement(key, row);
    type.elements.set(key, read);
    if (read.choice === undefined) continue;
    for (const one of read.types) {
      type.choices.set(read.choice + (one.name[0] ?? '').toUpperCase() + one.name.slice(1), {
        element: read,
        type: one,
      });
    }
  }
  for (const [key, element] of type.elements) {
    if (!element.required) continue;
    const names = [...type.choices].flatMap(([choice, one]) => (one.element === element ? [choice] : []));
    type.required.push({ key, element, names: element.choice === undefined ? [key] : names });
  }
  types.set(name, type);
  return type;
}

function readElement(key: string, row: string): Element {
  const [cardinality = '', ...words] = row.split(' ');
  const set = words.find((word) => word.startsWith('@'));
  return {
    required: cardinality[0] === '1',
    list: cardinality[1] === '*',
    types: words
      .filter((word) => word !== set)
      .map((word) => {
        const targets = /^Reference\((.+)\)$/.exec(word)?.[1];
        return targets
          ? { name: 'Reference', targets: targets.split(',') }
          : { name: word, targets: undefined };
      }),
    codes: set ? codeSets.get(set.slice(1)) : undefined,
    choice: key.endsWith('[x]') ? key.slice(0, -3) : undefined,
  };
}

/**
 * Everything that is wrong with a resource or a Bundle.
 *
 * ```ts
 * for (const { path, message } of checkResource(bundle)) console.error(path, message);
 * ```
 *
 * @param resource FHIR R4 as JSON.
 * @param local fullUrl to type, for a resource that stands in a Bundle.
 * @returns an empty list for a good one.
 */
export function checkResource(
  resource: unknown,
  local: ReadonlyMap<string, string> = new Map(),
): CheckIssue[] {
  const issues: CheckIssue[] = [];
  visitResource(resource, '', 0, local, issues);
  return issues;
}

function visitResource(
  value: unknown,
  path: string,
  depth: number,
  local: ReadonlyMap<string, string>,
  issues: CheckIssue[],
): void {
  const add = (kind: CheckIssue['kind'], message: string) =>
    issues.push({ path: path || 'Resource', kind, message });
  if (!isObject(value)) {
    add('type', 'must be a resource');
    return;
  }
  const { resourceType } = value;
  if (typeof resourceType === 'string' && otherTypes.has(resourceType)) return;
  if (typeof resourceType !== 'string' || !resourceTypes.has(resourceType)) {
    add('resourceType', `unknown resource type ${JSON.stringify(resourceType)}`);
    return;
  }
  const scope = {
    contained: value.contained === undefined ? NOTHING : readContained(value.contained),
    local: resourceType === 'Bundle' ? readLocal(value) : local,
  };
  visitComplex(resourceType, value, path || resourceType, depth, scope, issues);
}

const NOTHING: ReadonlyMap<string, string> = new Map();

function readContained(contained: unknown): ReadonlyMap<string, string> {
  const list = Array.isArray(contained) ? contained.filter(isObject) : [];
  return new Map(list.map(({ id, resourceType }) => [`#${id}`, String(resourceType)]));
}

function readLocal(bundle: Record<string, unknown>): ReadonlyMap<string, string> {
  const entries = Array.isArray(bundle.entry) ? bundle.entry.filter(isObject) : [];
  return new Map(
    entries.map(({ fullUrl, resource }) => [
      String(fullUrl),
      String(isObject(resource) ? resource.resourceType : ''),
    ]),
  );
}

function visitComplex(
  name: string,
  value: Record<string, unknown>,
  path: string,
  depth: number,
  scope: Scope,
  issues: CheckIssue[],
): void {
  const type = typeOf(name);
  if (!type) return; // of a kind that the table leaves out
  if (depth > MAX_DEPTH) {
    issues.push({ path, kind: 'type', message: 'is too deep' });
    return;
  }
  let chosen: Map<Element, string> | undefined;
  const isResource = resourceTypes.has(name);
  for (const key of Object.keys(value)) {
    if (isResource && key === 'resourceType') continue;
    const item = value[key];
    // Joined when it is read, which is seldom.
    const here = `${path}.${key}`;
    if (key.startsWith('_')) {
      visitShadow(type, key.slice(1), item, here, issues);
      continue;
    }
    const choice = type.choices.get(key);
    const found = choice?.element ?? (key.endsWith('[x]') ? undefined : type.elements.get(key));
    if (!found) {
      issues.push({ path: here, kind: 'unknown', message: `${name} has no element ${key}` });
      continue;
    }
    if (choice) {
      chosen ??= new Map();
      const other = chosen.get(found);
      if (other) issues.push({ path: here, kind: 'choice', message: `only one of ${other} and ${key}` });
      chosen.set(found, key);
    }
    // A list may hold null where its shadow has an extension instead.
    const shown =
      Array.isArray(item) && Array.isArray(value[`_${key}`]) ? item.filter((one) => one !== null) : item;
    visitElement(found, choice?.type ?? found.types[0], shown, here, depth, scope, issues);
  }
  for (const { key, element, names } of type.required) {
    if (chosen?.has(element) || names.some((one) => value[one] !== undefined)) continue;
    if (names.some((one) => value[`_${one}`] !== undefined)) continue;
    issues.push({ path: `${path}.${key}`, kind: 'missing', message: 'is required' });
  }
  for (const { key, holds, message } of invariants[name] ?? []) {
    if (!holds(value)) issues.push({ path, kind: 'invariant', message: `${key}: ${message}` });
  }
}

/** `_birthDate` beside `birthDate`: an object with an id or extensions, of an element that is a primitive. */
function visitShadow(type: Type, key: string, value: unknown, path: string, issues: CheckIssue[]): void {
  const choice = type.choices.get(key);
  const element = choice?.element ?? type.elements.get(key);
  const name = (choice?.type ?? element?.types[0])?.name ?? '';
  if (!element || !primitives[name]) {
    issues.push({ path, kind: 'unknown', message: `there is no primitive ${key}` });
    return;
  }
  const list = element.list && Array.isArray(value) ? value.filter((one) => one !== null) : [value];
  for (const one of list) {
    const known =
      isObject(one) &&
      Object.keys(one).length > 0 &&
      Object.keys(one).every((member) => ['id', 'extension'].includes(member));
    if (!known) issues.push({ path, kind: 'type', message: 'must hold extensions of a primitive' });
  }
}

function visitElement(
  element: Element,
  type: ElementType | undefined,
  value: unknown,
  path: string,
  depth: number,
  scope: Scope,
  issues: CheckIssue[],
): void {
  if (element.list) {
    if (!Array.isArray(value)) {
      issues.push({ path, kind: 'type', message: 'must be a list' });
      return;
    }
    if (value.length === 0) issues.push({ path, kind: 'empty', message: 'must not be empty' });
    for (let index = 0; index < value.length; index++) {
      visitValue(element, type, value[index], `${path}[${index}]`, depth + 1, scope, issues);
    }
    return;
  }
  if (Array.isArray(value)) {
    issues.push({ path, kind: 'type', message: 'must not be a list' });
    return;
  }
  visitValue(element, type, value, path, depth + 1, scope, issues);
}

function visitValue(
  element: Element,
  type: ElementType | undefined,
  value: unknown,
  path: string,
  depth: number,
  scope: Scope,
  issues: CheckIssue[],
): void {
  const name = type?.name ?? '';
  if (value === null || value === undefined) {
    issues.push({ path, kind: 'empty', message: 'must not be null' });
    return;
  }
  if (name === 'Resource') {
    if (depth > MAX_DEPTH) issues.push({ path, kind: 'type', message: 'is too deep' });
    else visitResource(value, path, depth, scope.local, issues);
    return;
  }
  const primitive = primitives[name];
  if (primitive) {
    if (value === '' || (typeof value === 'string' && name !== 'xhtml' && value.trim() === '')) {
      issues.push({ path, kind: 'empty', message: 'must not be empty' });
    } else if (!primitive(value)) {
      issues.push({ path, kind: 'type', message: `is no ${name}` });
    } else if (element.codes && !element.codes.has(String(value))) {
      issues.push({ path, kind: 'code', message: `is not one of the codes of ${path.split('.').pop()}` });
    }
    return;
  }
  if (!isObject(value)) {
    issues.push({ path, kind: 'type', message: `must be a ${name}` });
    return;
  }
  if (Object.keys(value).length === 0) {
    issues.push({ path, kind: 'empty', message: 'must not be empty' });
    return;
  }
  if (element.codes) checkConcept(element.codes, value, path, issues);
  if (name === 'Reference') checkReference(type?.targets, value, path, scope, issues);
  visitComplex(name, value, path, depth, scope, issues);
}

/** A required binding of a concept: one of its codings is in the set; text alone is let through. */
function checkConcept(
  codes: ReadonlySet<string>,
  value: Record<string, unknown>,
  path: string,
  issues: CheckIssue[],
): void {
  const codings = Array.isArray(value.coding)
    ? value.coding.filter(isObject)
    : 'code' in value
      ? [value]
      : [];
  if (codings.length === 0) return;
  if (!codings.some(({ system, code }) => codes.has(`${system}|${code}`))) {
    issues.push({ path, kind: 'code', message: 'has no code of the required set' });
  }
}

function checkReference(
  targets: string[] | undefined,
  { reference, type: named }: Record<string, unknown>,
  path: string,
  scope: Scope,
  issues: CheckIssue[],
): void {
  if (typeof reference !== 'string' || reference === '') return;
  // A conditional reference of a transaction: resolved by the server.
  if (/^[A-Z][A-Za-z]+\?\S+$/.test(reference)) return;
  const add = (message: string) => issues.push({ path: `${path}.reference`, kind: 'reference', message });
  let type: string | undefined;
  if (reference.startsWith('#')) {
    // Inside a contained resource '#' is the resource around it.
    type = reference === '#' ? undefined : scope.contained.get(reference);
    if (reference !== '#' && type === undefined) add('points at nothing contained');
  } else if (/^urn:(uuid|oid):/.test(reference)) {
    type = scope.local.get(reference);
  } else {
    type = /(?:^|\/)([A-Z][A-Za-z]+)\/[A-Za-z0-9.-]{1,64}(?:\/_history\/[A-Za-z0-9.-]+)?(?:#.*)?$/.exec(
      reference,
    )?.[1];
    if (type === undefined && !/^https?:/.test(reference)) {
      add('must be Type/id');
      return;
    }
  }
  type ??= typeof named === 'string' ? named : undefined;
  if (type !== undefined && type !== '' && targets && !targets.includes(type)) {
    add(`must point at ${targets.join(' or ')}, not at ${type}`);
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
