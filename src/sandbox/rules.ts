/**
 * What the platform refuses (platform facts 5, 6, 8 and 12): first the ministry's processor with its rule numbers,
 * then, when that has nothing to say, the FHIR store behind it. Every failing rule of a family at once.
 */

import { EARLIEST } from '../contract/dates.js';
import { isSnomedId } from '../contract/fields.js';
import { isUuid } from '../contract/identity.js';
import { type CheckIssue, checkResource } from '../fhir/check.js';
import { SNOMED } from '../fhir/systems.js';
import { type Issue, rule, storeIssue } from './outcome.js';
import { contentOf, identifiersOf, type ResourceStore, tokensOf } from './store.js';

type Body = Record<string, unknown> & { resourceType: string };

export interface RuleContext {
  store: ResourceStore;
  organizationId: string;
  now: number;
  /** fullUrl to type, of the same Bundle. */
  local: ReadonlyMap<string, string>;
  /** The id a PUT or PATCH replaces: it is no duplicate of itself. */
  replaces?: string | undefined;
  switches: RuleSwitches;
}

/** What nobody could verify about the platform’s rules. */
export interface RuleSwitches {
  /** Types that refuse an identifier they already hold (20002). */
  refuseDuplicates: readonly string[];
  /** Types that refuse a content they already hold (20002 without an identifier). Its criteria are unverified. */
  refuseSameContent: readonly string[];
  /** Whether a chief complaint (CC) satisfies 10457. One peer says so; default false. */
  complaintFinishes: boolean;
  /** Whether a code is known, for systems that are checked; undefined for those that are not. */
  knowsCode: (system: string, code: string) => boolean | undefined;
}

/** @param path where the resource stands, e.g. `Bundle.entry[0].resource`. */
export function check(body: Body, context: RuleContext, path = body.resourceType): Issue[] {
  const processor = [
    ...(byType[body.resourceType]?.(body, context) ?? []),
    ...checkIdentifiers(body, context),
    ...visit(body, body.resourceType, context),
    ...checkDuplicate(body, context),
  ];
  return processor.length > 0 ? processor : checkStore(body, context, path);
}

const mandatory = (body: Body, element: string, number: string): Issue[] =>
  absent(body[element])
    ? [
        rule(
          number,
          `Reference is mandatory : ${body.resourceType}.${element}`,
          `${body.resourceType}.${element}`,
        ),
      ]
    : [];
const needed = (body: Body, element: string, number: string): Issue[] =>
  absent(body[element])
    ? [rule(number, `Element not found: ${body.resourceType}.${element}`, `${body.resourceType}.${element}`)]
    : [];

/** The numbers are those seen in the ministry's pages, its recordings and peers' logs; others are not invented. */
const byType: Record<string, (body: Body, context: RuleContext) => Issue[]> = {
  Encounter: checkEncounter,
  Condition: (body) => mandatory(body, 'encounter', '10126'),
  Procedure: (body) => mandatory(body, 'encounter', '10128'),
  Observation: (body) => [
    ...mandatory(body, 'encounter', '10130'),
    ...mandatory(body, 'performer', '10383'),
    ...needed(body, 'issued', '10296'),
  ],
  AllergyIntolerance: (body) => needed(body, 'category', '10075'),
  ServiceRequest: (body) => mandatory(body, 'performer', '10377'),
  DiagnosticReport: (body) => [...needed(body, 'result', '10385'), ...needed(body, 'basedOn', '10387')],
  // Seen mandatory, its number was not.
  Specimen: (body) =>
    absent(body.request)
      ? [{ code: 'value', text: 'Reference is mandatory : Specimen.request', expression: 'Specimen.request' }]
      : [],
  Immunization: (body) => [
    ...needed(body, 'primarySource', '10292'),
    ...needed(body, 'reasonCode', '10105'),
    ...(body.primarySource === true
      ? [...needed(body, 'lotNumber', '10306'), ...needed(body, 'expirationDate', '10307')]
      : []),
  ],
};

interface Period {
  start?: string;
  end?: string;
}

function checkEncounter(body: Body, { organizationId, switches }: RuleContext): Issue[] {
  const issues = [
    ...mandatory(body, 'subject', '10118'),
    ...mandatory(body, 'serviceProvider', '10124'),
    ...needed(body, 'location', '10120'),
    ...needed(body, 'participant', '10336'),
    ...needed(body, 'statusHistory', '10122'),
  ];
  const { reference } = (body.serviceProvider ?? {}) as { reference?: string };
  if (reference && reference !== `Organization/${organizationId}`) {
    const words = 'wrong organization ID provided by serviceProvider';
    issues.push(rule('10200', words, 'Encounter.serviceProvider'));
  }
  if (body.status !== 'finished') return issues;
  const uses = asList(body.diagnosis).flatMap(({ use }) => codesOf(use));
  const finishing = switches.complaintFinishes ? ['AD', 'DD', 'CC'] : ['AD', 'DD'];
  if (!uses.some((use) => finishing.includes(use))) {
    issues.push(rule('10457', 'Element not found: Encounter.diagnosis', 'Encounter.diagnosis'));
  }
  const history = asList(body.statusHistory) as { period?: Period }[];
  if (history.some(({ period }) => !period?.start || !period.end)) {
    const words = 'every statusHistory period start and end must be filled';
    issues.push(rule('10122', words, 'Encounter.statusHistory'));
  }
  return issues;
}

/** The organization stands in every identifier of ours; some types ask for more. */
function checkIdentifiers(body: Body, { organizationId }: RuleContext): Issue[] {
  const wrong: Record<string, string> = {
    DiagnosticReport: '10432',
    Location: '10447',
    EpisodeOfCare: '10458',
  };
  return identifiersOf(body).flatMap(({ system }, index) => {
    const path = `${body.resourceType}.identifier[${index}].system`;
    const own = /^http:\/\/sys-ids\.kemkes\.go\.id\/([\w-]+)\/([^/]+)(\/.+)?$/.exec(String(system));
    if (typeof system !== 'string' || !system.includes('sys-ids.kemkes.go.id')) return [];
    const invalid = rule(wrong[body.resourceType] ?? '10117', `Invalid identifier system: ${system}`, path);
    if (!own) return [invalid];
    if (body.resourceType === 'Encounter' && own[1] !== 'encounter') return [invalid];
    if (body.resourceType === 'DiagnosticReport' && !/^\/(lab|rad)$/.test(own[3] ?? '')) return [invalid];
    if (own[2] === organizationId) return [];
    return body.resourceType === 'Location'
      ? [invalid]
      : [rule('10200', 'Wrong organization ID provided by system URL', path)];
  });
}

const DATE_TIMES = new Set([
  'start',
  'end',
  'effectiveDateTime',
  'issued',
  'recordedDate',
  'onsetDateTime',
  'performedDateTime',
  'authoredOn',
  'authored',
  'whenPrepared',
  'whenHandedOver',
  'receivedTime',
  'collectedDateTime',
  'dateAsserted',
]);
/** What may lie in the future: plans, appointments, expiries. */
const MAY_BE_LATER = /(validityPeriod|expirationDate|occurrence|due|CarePlan\.|Goal\.|timing)/i;
const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

/** Texts, dates, codes and the shape of references, wherever they stand. */
function visit(value: unknown, path: string, context: RuleContext, key = ''): Issue[] {
  if (value === '') return [rule('10134', "Text is empty: ''", path)];
  if (Array.isArray(value))
    return value.flatMap((item, index) => visit(item, `${path}[${index}]`, context, key));
  if (typeof value === 'string') {
    if (DATE_TIMES.has(key)) return checkDate(value, path, context.now);
    if (key === 'reference') return checkShape(value, path, context);
    return [];
  }
  if (typeof value !== 'object' || value === null) return [];
  const { system, code } = value as { system?: unknown; code?: unknown };
  const unknown =
    typeof system === 'string' &&
    typeof code === 'string' &&
    context.switches.knowsCode(system, code) === false
      ? [
          rule(
            codeRule(path, system),
            `Code not found: '${code}' in system: ${system}`,
            `${path.replace('.coding[', '[')}.code`,
          ),
        ]
      : [];
  return [
    ...unknown,
    ...Object.entries(value).flatMap(([name, item]) => visit(item, `${path}.${name}`, context, name)),
  ];
}

function checkDate(value: string, path: string, now: number): Issue[] {
  if (!DATE_TIME.test(value)) {
    const text = `Invalid date time format : ${value} (RuleNumber: 10132). Format allowed : YYYY-MM-DDThh:mm:ss+00:00`;
    return [{ code: 'format', text, expression: path }];
  }
  const at = Date.parse(value);
  if (at >= EARLIEST && (at <= now || MAY_BE_LATER.test(path))) return [];
  const text = `Invalid date time value : ${value} (RuleNumber: 10132) Not Allowed : Future Date or Past Date before 3rd June 2014`;
  return [{ code: 'value', text, expression: path }];
}

/** Shape of an id by type; a UUID is always one. */
const idShapes: Record<string, RegExp> = {
  Patient: /^(P\d{11}|\d{12})$/,
  Practitioner: /^N?\d{8,11}$/,
  Organization: /^\d+$/,
};

function checkShape(reference: string, path: string, { local }: RuleContext): Issue[] {
  if (reference.startsWith('#') || reference.startsWith('urn:') || local.has(reference)) return [];
  const [type = '', id = ''] = reference.split('/');
  if (idShapes[type]?.test(id) || isUuid(id)) return [];
  return [{ code: 'value', text: `Wrong reference ID format: ${reference}`, expression: path }];
}

function codeRule(path: string, system: string): string {
  if (path.startsWith('Condition') && system === SNOMED) return '10003';
  if (system.endsWith('/clinical-term')) return path.includes('.value') ? '10297' : '10010';
  return '10001';
}

function checkDuplicate(body: Body, { store, switches, replaces }: RuleContext): Issue[] {
  const { resourceType: type } = body;
  const other = (found: { id: string }[]) => found.some(({ id }) => id !== replaces);
  const sameIdentifier =
    switches.refuseDuplicates.includes(type) &&
    tokensOf(body).some((token) => other(store.hasIdentifier(type, token)));
  const content = switches.refuseSameContent.includes(type) ? contentOf(body) : undefined;
  const sameContent =
    content !== undefined && other(store.all(type).filter((one) => contentOf(one) === content));
  return sameIdentifier || sameContent
    ? [{ code: 'duplicate', text: `Found duplicate: ${type} (RuleNumber: 20002)` }]
    : [];
}

/** The FHIR store: R4, then the targets of references. It is laxer than R4 where it was seen to be. */
function checkStore(body: Body, context: RuleContext, path: string): Issue[] {
  const broken = checkResource(body, context.local)
    .filter(
      ({ message, kind }) => !(kind === 'reference' && message.startsWith('points at nothing contained')),
    )
    .map((issue) => storeWords(issue, body.resourceType, path));
  if (broken.length > 0) return broken;
  return missingTargets(body, path, context);
}

function storeWords({ path, kind, message }: CheckIssue, type: string, at: string): Issue {
  const [parent, element] = [path.replace(/\.[^.]+$/, ''), path.split('.').pop()];
  const place = (text: string) => text.replace(type, at);
  switch (kind) {
    case 'missing':
      return storeIssue(
        'structure',
        'unparseable_resource',
        `missing required field "${element}"`,
        place(parent),
      );
    case 'unknown':
      return storeIssue('structure', 'unparseable_resource', `unknown field "${element}"`, place(parent));
    case 'empty':
      return storeIssue(
        'structure',
        'unparseable_resource',
        `invalid value (expected an object): ${element}`,
        place(path),
      );
    case 'invariant':
      return storeIssue(
        'structure',
        'unparseable_resource',
        `fhirpath-constraint-violation-${path} ${message}`,
        place(path),
      );
    default:
      return storeIssue('structure', 'unparseable_resource', `invalid value: ${message}`, place(path));
  }
}

function missingTargets(value: unknown, path: string, context: RuleContext): Issue[] {
  if (Array.isArray(value))
    return value.flatMap((item, index) => missingTargets(item, `${path}[${index}]`, context));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const here = `${path}.${key}`;
    if (key !== 'reference' || typeof item !== 'string') return missingTargets(item, here, context);
    // A urn of no entry was accepted by the real platform.
    if (item.startsWith('#') || item.startsWith('urn:') || context.local.has(item)) return [];
    const [type = '', id = ''] = item.split('/');
    return context.store.get(type, id)
      ? []
      : [storeIssue('value', 'invalid_references', `reference target(s) not found: ${item}`, here)];
  });
}

/** Shapes and check digits: the lists themselves are the ministry's. */
export function knowsCodeByShape(system: string, code: string): boolean | undefined {
  switch (system) {
    case SNOMED:
      return isSnomedId(code);
    case 'http://hl7.org/fhir/sid/icd-10':
      return /^[A-Z]\d{2}(\.\d{1,2})?$/.test(code);
    case 'http://loinc.org':
      return isLoinc(code);
    case 'http://terminology.kemkes.go.id/CodeSystem/clinical-term':
      return /^O[CV]\d{6}$/.test(code);
    default:
      return undefined;
  }
}

/** Digits with a mod-10 check digit. Parts and answers (`LP…`, `LA…`) follow another rule and are let through. */
function isLoinc(code: string): boolean {
  if (/^L[AP]\d+-\d$/.test(code)) return true;
  const match = /^(\d{1,7})-(\d)$/.exec(code);
  if (!match) return false;
  const sum = [...(match[1] ?? '')].reverse().reduce((total, digit, index) => {
    const value = index % 2 === 0 ? Number(digit) * 2 : Number(digit);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return (10 - (sum % 10)) % 10 === Number(match[2]);
}

function asList(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'object' && item !== null) : [];
}

function codesOf(concept: unknown): string[] {
  return asList((concept as { coding?: unknown } | undefined)?.coding).map(({ code }) => String(code));
}

function absent(value: unknown): boolean {
  return value === undefined || (Array.isArray(value) && value.length === 0);
}
