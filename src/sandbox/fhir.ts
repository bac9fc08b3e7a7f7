/** The FHIR R4 side of the platform: read, create, replace, patch, search, transactions. */
import { applyPatch, type Operation } from 'rfc6902';
import { checkResource } from '../fhir/check.js';
import { checkPerson, type MpiOptions, readPerson, registerPatient, searchPeople } from './mpi.js';
import { BUSINESS_RULE, Refusal, storeIssue, suppressed } from './outcome.js';
import { check, type RuleContext, type RuleSwitches } from './rules.js';
import { search } from './search.js';
import { CREATOR, identifiersOf, type ResourceStore, type Stored, sortKeys } from './store.js';

export interface Reply {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
  /** Resources written. */
  written?: number;
}

export interface FhirOptions extends MpiOptions {
  store: ResourceStore;
  now: () => number;
  /** A new UUID. */
  nextId: () => string;
  switches: RuleSwitches;
  /** Types the credential may write (20003). */
  permitted: (type: string, organizationId: string) => boolean;
  /** Whether a refused Bundle leaves the entries before the refused one behind. One peer saw it; default false. */
  partialSaves: boolean;
  /** Whether a Bundle may hold PUT. Unproven; default false. */
  bundlePut: boolean;
  /** Whether the platform adds its `creator` identifier to what is written. Seen until 2025; default false. */
  creatorIdentifier: boolean;
}

/** Who asks, and under which address. */
export interface Caller {
  organizationId: string;
  /** e.g. `http://127.0.0.1:8788/fhir-r4/v1`. */
  base: string;
}

type Body = Record<string, unknown> & { resourceType: string };

/** Every type that the outpatient recordings use, and what hangs on them. */
export const WRITABLE = [
  'AllergyIntolerance',
  'CarePlan',
  'ClinicalImpression',
  'Composition',
  'Condition',
  'DiagnosticReport',
  'Encounter',
  'EpisodeOfCare',
  'FamilyMemberHistory',
  'Goal',
  'ImagingStudy',
  'Immunization',
  'Location',
  'Medication',
  'MedicationAdministration',
  'MedicationDispense',
  'MedicationRequest',
  'MedicationStatement',
  'NutritionOrder',
  'Observation',
  'Organization',
  'PractitionerRole',
  'Procedure',
  'QuestionnaireResponse',
  'RelatedPerson',
  'RiskAssessment',
  'ServiceRequest',
  'Specimen',
  'Task',
];
const PEOPLE = ['Patient', 'Practitioner'];
/** Shared by everybody; other resources belong to who wrote them. */
const PUBLIC = [...PEOPLE, 'Organization', 'Location', 'Medication'];
/** Their identifier is one, not a list. */
const ONE_IDENTIFIER = ['Composition', 'QuestionnaireResponse', 'Bundle'];
/** No identifier in R4, or none that the platform adds. */
const NO_IDENTIFIER = ['Medication'];
const PAGE = 100;

export interface TransactionEntry {
  fullUrl?: string;
  resource?: Body;
  request?: { method?: string; url?: string };
}

export function createFhir(options: FhirOptions) {
  const { store } = options;

  function find(type: string, id: string): Stored {
    const found = PEOPLE.includes(type) || WRITABLE.includes(type) ? store.get(type, id) : undefined;
    if (!found) {
      throw new Refusal(404, [storeIssue('no-store', 'storage_error', `resource not found: ${type}/${id}`)]);
    }
    return found;
  }

  /** Whether a resource is somebody else's to read. */
  function isForeign(resource: Stored, caller: Caller): boolean {
    return !PUBLIC.includes(resource.resourceType) && !mayWrite(resource, caller);
  }

  function mayWrite(resource: Stored, { organizationId }: Caller): boolean {
    const managing = (resource.managingOrganization as { reference?: string } | undefined)?.reference;
    const itself =
      resource.resourceType === 'Organization' ? resource.id : managing?.replace('Organization/', '');
    const owner = store.ownerOf(resource.resourceType, resource.id) ?? itself;
    return owner === undefined || owner === organizationId;
  }

  function rules(
    caller: Caller,
    local: ReadonlyMap<string, string> = new Map(),
    replaces?: string,
  ): RuleContext {
    const { organizationId } = caller;
    return { store, organizationId, now: options.now(), local, replaces, switches: options.switches };
  }

  /** @throws Refusal with every rule that the body fails. */
  function accept(type: string, body: unknown, caller: Caller, context: RuleContext, path?: string): Body {
    const resource = body as Body | undefined;
    if (type === 'Practitioner') throw new Refusal(403, [BUSINESS_RULE]);
    if (!WRITABLE.includes(type) || resource?.resourceType !== type) {
      const words = `unexpected resource type: ${resource?.resourceType}`;
      throw new Refusal(400, [storeIssue('structure', 'unparseable_resource', words)]);
    }
    if (!options.permitted(type, caller.organizationId)) {
      const text = 'Failed to get permission for client for resource type (RuleNumber: 20003)';
      throw new Refusal(403, [{ code: 'forbidden', text }]);
    }
    const issues = check(resource, context, path);
    if (issues.length > 0) throw new Refusal(400, issues);
    return resource;
  }

  /** What the platform adds to what was sent. */
  function finished(resource: Body, id: string, { organizationId }: Caller): Stored {
    const creator = { system: CREATOR, value: organizationId };
    if (ONE_IDENTIFIER.includes(resource.resourceType)) {
      return { ...resource, id, identifier: resource.identifier ?? creator };
    }
    if (NO_IDENTIFIER.includes(resource.resourceType) && !resource.identifier) return { ...resource, id };
    const identifier: unknown[] = identifiersOf(resource);
    if (options.creatorIdentifier && identifier.length > 0) identifier.push(creator);
    return { ...resource, id, identifier };
  }

  function answer(stored: Stored, status: number, { base }: Caller, written = 1): Reply {
    const { versionId = '', lastUpdated = '' } = stored.meta ?? {};
    return {
      status,
      body: stored,
      written,
      headers: {
        etag: `W/"${versionId}"`,
        'last-modified': new Date(lastUpdated).toUTCString().replace('GMT', 'UTC'),
        ...(written > 0
          ? { location: `${base}/${stored.resourceType}/${stored.id}/_history/${versionId}` }
          : {}),
      },
    };
  }

  return {
    read(type: string, id: string, caller: Caller): Reply {
      const found = find(type, id);
      if (isForeign(found, caller)) return { status: 200, body: suppressed() };
      const reply = answer(found, 200, caller, 0);
      return PEOPLE.includes(type) ? { ...reply, body: readPerson(found) } : reply;
    },

    /** An Encounter with everything that hangs on it. */
    everything(id: string, caller: Caller): Reply {
      const encounter = find('Encounter', id);
      if (isForeign(encounter, caller)) return { status: 200, body: suppressed() };
      const target = `Encounter/${id}`;
      const hanging = WRITABLE.flatMap((type) => [
        ...store.byLink(type, 'encounter', target),
        ...store.byLink(type, 'context', target),
      ]);
      return {
        status: 200,
        body: searchset([encounter, ...hanging], `${caller.base}/${target}/$everything`, caller),
      };
    },

    search(type: string, params: URLSearchParams, caller: Caller): Reply {
      if (!PEOPLE.includes(type) && !WRITABLE.includes(type)) {
        throw new Refusal(404, [
          storeIssue('not-supported', 'not_supported', `unknown resource type: ${type}`),
        ]);
      }
      const from = readPage(params.get('_page_token'));
      params.delete('_page_token');
      const matches = PEOPLE.includes(type)
        ? (searchPeople(store, type, params) as Stored[])
        : search(store, type, params);
      const size = readCount(params.get('_count'));
      // Links name their parameters in alphabetical order.
      params.sort();
      const self = `${caller.base}/${type}/?${params}`;
      const next =
        from + size < matches.length ? `${self}&_page_token=${btoa(String(from + size))}` : undefined;
      return {
        status: 200,
        body: searchset(matches.slice(from, from + size), self, caller, next, (one) =>
          isForeign(one, caller),
        ),
      };
    },

    create(type: string, body: unknown, caller: Caller): Reply {
      if (type === 'Patient') {
        const { written, ...reply } = registerPatient(body, caller.organizationId, options);
        return { ...reply, written: written ? 1 : 0 };
      }
      const resource = accept(type, body, caller, rules(caller));
      return answer(
        store.put(finished(resource, options.nextId(), caller), caller.organizationId),
        201,
        caller,
      );
    },

    /** The body takes the place of what was there, whole. */
    replace(type: string, id: string, body: unknown, caller: Caller): Reply {
      const there = find(type, id);
      const given = (body as { id?: unknown } | undefined)?.id;
      if (given !== id) {
        const words = `resource id mismatch, id of specified resource: ${id}, id from payload: ${given ?? ''}`;
        throw new Refusal(400, [storeIssue('structure', 'resource_mismatch', words)]);
      }
      // One active episode a patient: those are closed by PATCH (platform facts 6.4).
      if (!mayWrite(there, caller) || type === 'EpisodeOfCare') throw new Refusal(403, [BUSINESS_RULE]);
      const { meta, ...resource } = accept(type, body, caller, rules(caller, new Map(), id));
      return answer(store.put(finished(resource as Body, id, caller), caller.organizationId), 200, caller);
    },

    patch(type: string, id: string, contentType: string | null, operations: unknown, caller: Caller): Reply {
      if (contentType?.split(';')[0]?.trim() !== 'application/json-patch+json') {
        const words = 'Content-Type must be application/json-patch+json';
        throw new Refusal(400, [storeIssue('value', 'invalid_headers', words)]);
      }
      const there = find(type, id);
      if (!mayWrite(there, caller) || type === 'Practitioner') throw new Refusal(403, [BUSINESS_RULE]);
      const list = readOperations(operations);
      if (type === 'Location' && list.some(({ path }) => path.startsWith('/operationalStatus/'))) {
        const text =
          'Use /operationalStatus instead of /operationalStatus/system to patch Location (RuleNumber: 10171)';
        throw new Refusal(400, [{ code: 'value', text }]);
      }
      if (type === 'EpisodeOfCare' && !list.some(({ path }) => path === '/patient')) {
        const text = "EpisodeOfCare.status :: patient reference can't be empty";
        throw new Refusal(400, [{ code: 'value', text }]);
      }
      const patched = structuredClone(there);
      const failed = applyPatch(patched, list).some((error) => error !== null);
      if (failed) {
        throw new Refusal(400, [storeIssue('value', 'invalid_patch', 'the patch cannot be applied')]);
      }
      if (patched.id !== id || patched.resourceType !== type) {
        throw new Refusal(400, [
          storeIssue('structure', 'resource_mismatch', 'id and resourceType stay what they are'),
        ]);
      }
      const { meta, ...resource } = patched;
      if (PEOPLE.includes(type)) {
        checkPerson(patched);
      } else {
        const sent = {
          ...resource,
          ...(identifiersOf(resource).length === 0 ? { identifier: undefined } : {}),
        };
        accept(type, sortKeys(sent), caller, rules(caller, new Map(), id));
      }
      return answer(
        store.put(
          { ...resource, ...(there.meta?.profile ? { meta: there.meta } : {}) },
          caller.organizationId,
        ),
        200,
        caller,
      );
    },

    /** @param keepOnly writes only so many entries: for a fault that saves a part. */
    transaction(body: unknown, caller: Caller, keepOnly?: (count: number) => number): Reply {
      const bundle = body as { resourceType?: string; type?: string; entry?: TransactionEntry[] } | undefined;
      const entries = Array.isArray(bundle?.entry) ? bundle.entry.map((entry) => entry ?? {}) : [];
      if (bundle?.resourceType !== 'Bundle' || bundle.type !== 'transaction' || entries.length === 0) {
        throw new Refusal(400, [
          storeIssue('structure', 'unparseable_resource', 'expected a transaction Bundle'),
        ]);
      }
      const shell = { ...bundle, entry: entries.map(({ resource, ...entry }) => entry) };
      const broken = checkResource(shell).map(({ path, message }) =>
        storeIssue('structure', 'unparseable_resource', message, path),
      );
      if (broken.length > 0) throw new Refusal(400, broken);
      const local = new Map(
        entries.map(({ fullUrl, resource }) => [fullUrl ?? '', resource?.resourceType ?? '']),
      );
      const refused = new Map<number, Refusal>();
      entries.forEach(({ resource, request }, index) => {
        try {
          acceptEntry(resource, request, local, caller, `Bundle.entry[${index}].resource`);
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
          refused.set(index, error);
        }
      });
      const [firstRefused] = refused.keys();
      // All or nothing, and everything that is wrong in one answer.
      if (firstRefused !== undefined) {
        const saved = options.partialSaves ? (write(entries.slice(0, firstRefused), caller).written ?? 0) : 0;
        throw new Refusal(
          400,
          [...refused.values()].flatMap(({ issues }) => issues),
          undefined,
          saved,
        );
      }
      const kept = keepOnly ? entries.slice(0, keepOnly(entries.length)) : entries;
      return write(kept, caller);
    },
  };

  function acceptEntry(
    resource: Body | undefined,
    request: TransactionEntry['request'],
    local: ReadonlyMap<string, string>,
    caller: Caller,
    path: string,
  ): void {
    const [type = '', id] = String(request?.url ?? '').split('/');
    if (request?.method === 'PUT' && options.bundlePut && id) {
      if (!mayWrite(find(type, id), caller)) throw new Refusal(403, [BUSINESS_RULE]);
      if (resource?.id !== id) {
        throw new Refusal(400, [
          storeIssue('structure', 'resource_mismatch', `${path}.id is not that of the URL`),
        ]);
      }
      accept(type, resource, caller, rules(caller, local, id), path);
      return;
    }
    if (request?.method !== 'POST' || id) {
      throw new Refusal(400, [
        { code: 'not-supported', text: `${request?.method} is not supported in a Bundle` },
      ]);
    }
    accept(type, resource, caller, rules(caller, local), path);
  }

  function write(entries: TransactionEntry[], caller: Caller): Reply {
    const ids = entries.map(({ request }) => request?.url?.split('/')[1] ?? options.nextId());
    const places = new Map(
      entries.map(({ fullUrl, resource }, index) => [
        fullUrl ?? '',
        `${resource?.resourceType}/${ids[index]}`,
      ]),
    );
    const stamp = store.stamp();
    const entry = entries.map(({ resource, request }, index) => {
      const placed = replaceReferences(resource, places) as Body;
      const { resourceType, id } = store.put(
        finished(placed, ids[index] ?? '', caller),
        caller.organizationId,
        stamp,
      );
      return {
        response: {
          etag: `W/"${stamp.versionId}"`,
          lastModified: stamp.lastUpdated,
          location: `${caller.base}/${resourceType}/${id}/_history/${stamp.versionId}`,
          status: request?.method === 'PUT' ? '200 OK' : '201 Created',
          resourceType,
          resourceID: id,
        },
      };
    });
    const body = { entry, resourceType: 'Bundle', total: entry.length, type: 'transaction-response' };
    return { status: 200, body, written: entry.length };
  }
}

/** `total` is of this page, and there is no `search.mode` (platform facts 6.5). */
function searchset(
  page: Stored[],
  self: string,
  { base }: Caller,
  next?: string,
  hidden: (resource: Stored) => boolean = () => false,
) {
  return {
    entry: page.map((resource) => {
      const place = `${resource.resourceType}/${resource.id}`;
      return hidden(resource)
        ? { resource: suppressed(`No consent available for ${place}`) }
        : { fullUrl: `${base}/${place}`, resource };
    }),
    link: [
      { relation: 'search', url: self },
      ...(next ? [{ relation: 'next', url: next }] : []),
      { relation: 'first', url: self },
      { relation: 'self', url: self },
    ],
    resourceType: 'Bundle',
    total: page.length,
    type: 'searchset',
  };
}

/** @throws Refusal for what is no list of operations with a path each. */
function readOperations(value: unknown): Operation[] {
  const list = Array.isArray(value) ? value : [];
  const whole = list.every((one) => typeof one === 'object' && one !== null && typeof one.path === 'string');
  if (list.length > 0 && whole) return list as Operation[];
  throw new Refusal(400, [storeIssue('value', 'invalid_patch', 'expected a list of operations')]);
}

/** From 1 to a page; what is no number is a page. */
function readCount(text: string | null): number {
  const count = Number(text);
  return Number.isInteger(count) && count > 0 ? Math.min(PAGE, count) : PAGE;
}

function readPage(token: string | null): number {
  try {
    return Number(atob(token ?? '')) || 0;
  } catch {
    throw new Refusal(400, [storeIssue('value', 'invalid_query', 'invalid _page_token')]);
  }
}

function replaceReferences(value: unknown, places: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((item) => replaceReferences(item, places));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) =>
      key === 'reference' && typeof item === 'string'
        ? [key, places.get(item) ?? item]
        : [key, replaceReferences(item, places)],
    ),
  );
}
