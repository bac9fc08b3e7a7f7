/**
 * Searches: only the parameter sets that the official collections use (platform facts 6.5). What is unproven there
 * is refused here, so that nothing works here and fails there.
 */
import { Refusal } from './outcome.js';
import type { ResourceStore, Stored } from './store.js';

/** Sets of parameters by type; `?` marks those that may be left out. */
const sets: Record<string, string[]> = {
  Organization: ['name', 'partof', 'name partof', 'type', 'partof _revinclude'],
  Location: ['identifier', 'name', 'organization', 'name organization', 'organization _revinclude'],
  Encounter: ['identifier', 'subject', 'service-provider date'],
  Condition: ['encounter', 'subject', 'subject clinical-status', 'subject code'],
  Observation: ['encounter', 'subject based-on performer'],
  Procedure: ['encounter'],
  ClinicalImpression: ['encounter'],
  Composition: ['encounter'],
  DiagnosticReport: ['encounter', 'subject based-on performer'],
  ServiceRequest: [
    'identifier',
    'encounter',
    'performer',
    'category performer _lastUpdated? requester?',
    'subject _id _include?',
  ],
  Specimen: ['identifier request'],
  MedicationRequest: ['identifier', 'encounter'],
  MedicationDispense: ['subject', 'subject context', 'subject prescription'],
  MedicationStatement: ['subject context'],
  EpisodeOfCare: ['patient type status? organization?'],
  CarePlan: ['subject category? _sort? _count?'],
  Goal: ['subject category? _sort? _count?'],
  ImagingStudy: ['identifier'],
  Immunization: ['patient vaccineCode'],
  RelatedPerson: ['patient', 'identifier'],
  PractitionerRole: ['practitioner', 'practitioner organization'],
};

/** Search parameters that are a link, and the element behind them. */
const links: Record<string, { element: string; type: string }> = {
  subject: { element: 'subject', type: 'Patient' },
  patient: { element: 'patient', type: 'Patient' },
  encounter: { element: 'encounter', type: 'Encounter' },
  context: { element: 'context', type: 'Encounter' },
  partof: { element: 'partOf', type: 'Organization' },
  'service-provider': { element: 'serviceProvider', type: 'Organization' },
  organization: { element: 'managingOrganization', type: 'Organization' },
  performer: { element: 'performer', type: 'Organization' },
  requester: { element: 'requester', type: 'Practitioner' },
  'based-on': { element: 'basedOn', type: 'ServiceRequest' },
  request: { element: 'request', type: 'ServiceRequest' },
  prescription: { element: 'authorizingPrescription', type: 'MedicationRequest' },
  practitioner: { element: 'practitioner', type: 'Practitioner' },
};

/** Indexed in the store: these narrow the search before anything is looked at. */
const indexed = new Set([
  'subject',
  'patient',
  'encounter',
  'context',
  'partof',
  'service-provider',
  'organization',
]);

const concepts: Record<string, string> = {
  type: 'type',
  code: 'code',
  category: 'category',
  'clinical-status': 'clinicalStatus',
  vaccineCode: 'vaccineCode',
};

/** Shape the answer, not the matches. */
const CONTROLS = new Set(['_sort', '_count', '_include', '_revinclude', '_page_token', '_lastUpdated']);

/** @throws Refusal for a set of parameters that is not proven at the platform. */
export function search(store: ResourceStore, type: string, given: URLSearchParams): Stored[] {
  const params = new URLSearchParams(given);
  params.delete('_page_token');
  if (type === 'MedicationDispense') {
    // Ignored in silence: the rows are not those of the encounter (platform facts 6.4).
    if (params.has('encounter')) return store.visible(type);
    if (params.has('context') && !params.has('subject')) {
      throw new Refusal(400, [{ code: 'required', text: 'Missing query parameters: subject' }]);
    }
  }
  const names = [...new Set(params.keys())];
  if (!(sets[type] ?? []).some((set) => fits(names, set.split(' ')))) {
    const text = `Search of ${type} by ${names.join(', ') || 'nothing'} is not supported`;
    throw new Refusal(400, [{ code: 'not-supported', text }]);
  }
  return (
    names
      .filter((name) => !CONTROLS.has(name))
      .reduce<Stored[] | undefined>(
        (matches, name) => narrow(store, type, name, params.getAll(name), matches),
        undefined,
      ) ?? store.visible(type)
  );
}

function fits(names: string[], set: string[]): boolean {
  const known = set.map((name) => name.replace('?', ''));
  const needed = set.filter((name) => !name.endsWith('?'));
  return needed.every((name) => names.includes(name)) && names.every((name) => known.includes(name));
}

function narrow(
  store: ResourceStore,
  type: string,
  name: string,
  values: string[],
  matches: Stored[] | undefined,
): Stored[] {
  const [value = ''] = values;
  if (name === 'identifier' && !matches) return store.byIdentifier(type, value);
  const link = links[name];
  if (link) {
    const targets = value.split(',').map((one) => (one.includes('/') ? one : `${link.type}/${one}`));
    if (indexed.has(name) && !matches)
      return targets.flatMap((target) => store.byLink(type, link.element, target));
    const from = matches ?? store.visible(type);
    return from.filter((resource) =>
      referencesOf(resource[link.element]).some((one) => targets.includes(one)),
    );
  }
  const from = matches ?? store.visible(type);
  const concept = concepts[name];
  if (concept) return from.filter((resource) => hasCode(resource[concept], value));
  switch (name) {
    case 'identifier': {
      const ids = new Set(store.byIdentifier(type, value).map(({ id }) => id));
      return from.filter(({ id }) => ids.has(id));
    }
    case '_id':
      return from.filter(({ id }) => value.split(',').includes(id));
    case 'name':
      return from.filter((resource) =>
        String(resource.name ?? '')
          .toLowerCase()
          .includes(value.toLowerCase()),
      );
    case 'status':
      return from.filter(({ status }) => status === value);
    case 'date':
      return from.filter((resource) => values.every((day) => onDay(resource, day)));
    default:
      return from;
  }
}

function referencesOf(value: unknown): string[] {
  const list = Array.isArray(value) ? value : value ? [value] : [];
  return (list as { reference?: string }[]).flatMap(({ reference }) => reference ?? []);
}

function hasCode(value: unknown, wanted: string): boolean {
  const [system, code] = wanted.includes('|') ? wanted.split('|') : [undefined, wanted];
  const list = Array.isArray(value) ? value : value ? [value] : [];
  return (list as { coding?: { system?: string; code?: string }[] }[])
    .flatMap(({ coding }) => coding ?? [])
    .some((one) => one.code === code && (!system || one.system === system));
}

/** `2024-01-15`, or with a prefix: `ge2024-01-15`. */
function onDay(resource: Stored, day: string): boolean {
  const start = (resource.period as { start?: string } | undefined)?.start?.slice(0, 10) ?? '';
  const [, prefix = 'eq', wanted = ''] = /^(eq|ge|le|gt|lt)?(.*)$/.exec(day) ?? [];
  if (prefix === 'ge') return start >= wanted;
  if (prefix === 'le') return start <= wanted;
  if (prefix === 'gt') return start > wanted;
  if (prefix === 'lt') return start < wanted;
  return start === wanted;
}
