/** What the platform refuses, every failing rule at once (platform facts 5, 6, 8 and 12). */
import { EARLIEST } from '../contract/dates.js';
import { type Issue, rule, storeIssue } from './outcome.js';
import type { ResourceStore } from './store.js';

type Body = Record<string, unknown> & { resourceType?: string };

export interface RuleContext {
  store: ResourceStore;
  organizationId: string;
  now: number;
  /** fullUrls of the same Bundle. */
  local: ReadonlySet<string>;
  /** Types whose identifier may not be there already. */
  refuseDuplicates: readonly string[];
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Shape of an id by type; other types have a UUID. */
const idShapes: Record<string, RegExp> = {
  Patient: /^(P\d{11}|\d{12})$/,
  Practitioner: /^(N?\d{8,11})$/,
  Organization: /^\d+$/,
};

export function check(body: Body, context: RuleContext): Issue[] {
  return [
    ...checkType(body, context),
    ...checkEmpty(body, body.resourceType ?? ''),
    ...checkDates(body, body.resourceType ?? '', context.now),
    ...checkReferences(body, body.resourceType ?? '', context),
    ...checkDuplicate(body, context),
  ];
}

function checkType(body: Body, context: RuleContext): Issue[] {
  if (body.resourceType === 'Encounter') return checkEncounter(body, context);
  if (body.resourceType === 'Observation') return checkObservation(body);
  if (body.resourceType === 'Condition') {
    return absent(body.encounter)
      ? [rule('10126', 'Reference is mandatory : Condition.encounter', 'Condition.encounter')]
      : [];
  }
  return [];
}

function checkEncounter(body: Body, { organizationId }: RuleContext): Issue[] {
  const issues: Issue[] = [];
  const reference = (field: string, number: string) => {
    if (absent(body[field])) {
      issues.push(rule(number, `Reference is mandatory : Encounter.${field}`, `Encounter.${field}`));
    }
  };
  reference('subject', '10118');
  reference('serviceProvider', '10124');
  if (absent(body.location))
    issues.push(rule('10120', 'Element not found: Encounter.location', 'Encounter.location'));
  if (absent(body.participant)) {
    issues.push(rule('10336', 'Element not found: Encounter.participant', 'Encounter.participant'));
  }
  const history = (body.statusHistory ?? []) as { period?: { start?: string; end?: string } }[];
  if (absent(history)) {
    issues.push(rule('10122', 'Element not found: Encounter.statusHistory', 'Encounter.statusHistory'));
  }
  const provider = (body.serviceProvider as { reference?: string } | undefined)?.reference;
  if (provider && provider !== `Organization/${organizationId}`) {
    issues.push(
      rule('10200', 'wrong organization ID provided by serviceProvider', 'Encounter.serviceProvider'),
    );
  }
  for (const { system } of (body.identifier ?? []) as { system?: string }[]) {
    if (system !== `http://sys-ids.kemkes.go.id/encounter/${organizationId}`) {
      issues.push(rule('10117', `Invalid identifier system: ${system}`, 'Encounter.identifier[0].system'));
    }
  }
  if (body.status === 'finished') {
    if (absent(body.diagnosis)) {
      issues.push(rule('10457', 'Element not found: Encounter.diagnosis', 'Encounter.diagnosis'));
    }
    if (history.some(({ period }) => !period?.start || !period.end)) {
      issues.push(
        rule('10122', 'every statusHistory period start and end must be filled', 'Encounter.statusHistory'),
      );
    }
  }
  const period = body.period as { start?: string; end?: string } | undefined;
  if (period?.start && period.end && Date.parse(period.end) < Date.parse(period.start)) {
    issues.push(
      storeIssue(
        'structure',
        'unparseable_resource',
        'fhirpath-constraint-violation-Encounter.period',
        'Encounter.period',
      ),
    );
  }
  return issues;
}

function checkObservation(body: Body): Issue[] {
  const issues: Issue[] = [];
  if (absent(body.encounter)) {
    issues.push(rule('10130', 'Reference is mandatory : Observation.encounter', 'Observation.encounter'));
  }
  if (absent(body.performer)) {
    issues.push(rule('10383', 'Reference is mandatory : Observation.performer', 'Observation.performer'));
  }
  if (absent(body.issued)) {
    issues.push(rule('10296', 'Element not found: Observation.issued', 'Observation.issued'));
  }
  return issues;
}

function checkEmpty(value: unknown, path: string): Issue[] {
  if (value === '') return [rule('10134', "Text is empty: ''", path)];
  if (Array.isArray(value)) {
    if (value.length === 0) {
      return [
        storeIssue('structure', 'unparseable_resource', 'invalid value (expected an object): []', path),
      ];
    }
    return value.flatMap((item, index) => checkEmpty(item, `${path}[${index}]`));
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value);
    if (entries.length === 0) {
      return [storeIssue('structure', 'unparseable_resource', 'invalid value (empty object): {}', path)];
    }
    return entries.flatMap(([key, item]) => checkEmpty(item, `${path}.${key}`));
  }
  return [];
}

const DATE_FIELDS = new Set([
  'start',
  'end',
  'effectiveDateTime',
  'issued',
  'recordedDate',
  'onsetDateTime',
  'performedDateTime',
  'date',
]);

function checkDates(value: unknown, path: string, now: number): Issue[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => checkDates(item, `${path}[${index}]`, now));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const here = `${path}.${key}`;
    if (!DATE_FIELDS.has(key) || typeof item !== 'string') return checkDates(item, here, now);
    if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/.test(item)) {
      return [
        {
          code: 'format',
          text: `Invalid date time format : ${item} (RuleNumber: 10132). Format allowed : YYYY-MM-DDThh:mm:ss+00:00`,
          expression: here,
        },
      ];
    }
    const at = Date.parse(item);
    return at > now || at < EARLIEST
      ? [
          {
            code: 'value',
            text: `Invalid date time value : ${item} (RuleNumber: 10132) Not Allowed : Future Date or Past Date before 3rd June 2014`,
            expression: here,
          },
        ]
      : [];
  });
}

function checkReferences(value: unknown, path: string, context: RuleContext): Issue[] {
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => checkReferences(item, `${path}[${index}]`, context));
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const here = `${path}.${key}`;
    if (key !== 'reference' || typeof item !== 'string') return checkReferences(item, here, context);
    if (context.local.has(item)) return [];
    const [type = '', id = ''] = item.split('/');
    if (!(idShapes[type]?.test(id) || UUID.test(id))) {
      return [{ code: 'value', text: `Wrong reference ID format: ${item}`, expression: here }];
    }
    return context.store.get(type, id)
      ? []
      : [storeIssue('value', 'invalid_references', `reference target(s) not found: ${item}`, here)];
  });
}

function checkDuplicate(body: Body, { store, refuseDuplicates }: RuleContext): Issue[] {
  const type = body.resourceType ?? '';
  if (!refuseDuplicates.includes(type) || !Array.isArray(body.identifier)) return [];
  const there = (body.identifier as { system?: string; value?: string }[]).some(
    ({ system, value }) => store.byIdentifier(type, `${system}|${value}`).length > 0,
  );
  return there ? [{ code: 'duplicate', text: `Found duplicate: ${type} (RuleNumber: 20002)` }] : [];
}

function absent(value: unknown): boolean {
  return value === undefined || (Array.isArray(value) && value.length === 0);
}
