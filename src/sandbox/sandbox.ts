/** The national platform on a developer's machine: OAuth2, MPI, FHIR R4, and books of what it received. */
import { TokenOffice } from './oauth.js';
import { outcome, Refusal, storeIssue } from './outcome.js';
import { check, type RuleContext } from './rules.js';
import { maskNik, putPatient, sandboxCredential, seed } from './seed.js';
import { ResourceStore, type Stored, sortKeys } from './store.js';

export interface SandboxOptions {
  /** Milliseconds since 1970. Default `Date.now`. */
  now?: () => number;
  /** Seconds a token lives. Default 3599, as the platform documents. */
  tokenLifetime?: number;
  /** Types that refuse an identifier they already hold (rule 20002). Default: those seen refusing. */
  refuseDuplicates?: readonly string[];
}

export interface SandboxStats {
  /** By method, then by resource type; `Bundle` is a transaction, `token` the token endpoint. */
  requests: Record<string, Record<string, number>>;
  /** Requests that changed something. A transaction Bundle is one. */
  writes: number;
  /** Resources held, by type, the seeded ones included. */
  resources: Record<string, number>;
  /** Resources that repeat an identifier of their type. */
  duplicates: { byIdentifier: number };
  tokensIssued: number;
}

export interface Sandbox {
  /** The platform as a fetch handler; takes what `fetch` takes. */
  fetch(input: Request | string | URL, init?: RequestInit): Promise<Response>;
  stats(): SandboxStats;
  /** What it holds of one type, in order of arrival. */
  resources(type: string): Record<string, unknown>[];
  /** Back to the seed, books at zero. Tokens stay valid. */
  reset(): void;
}

const FHIR = '/fhir-r4/v1';
const TYPES_WITH_ENCOUNTER = ['Condition', 'Observation', 'Procedure', 'ClinicalImpression'];
const READABLE = [
  'Patient',
  'Practitioner',
  'Organization',
  'Location',
  'Encounter',
  ...TYPES_WITH_ENCOUNTER,
];
const WRITABLE = ['Location', 'Encounter', ...TYPES_WITH_ENCOUNTER];
const SEEN_REFUSING = ['Encounter', 'Location', 'Observation', 'Condition'];
const PAGE = 100;

interface Reply {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}

/** @throws nothing: what is wrong with a request is in its answer, in the platform's own words. */
export function createSandbox(options: SandboxOptions = {}): Sandbox {
  const now = options.now ?? Date.now;
  const store = new ResourceStore(now);
  const tokens = new TokenOffice(now, options.tokenLifetime ?? 3599);
  const refuseDuplicates = options.refuseDuplicates ?? SEEN_REFUSING;
  let requests: SandboxStats['requests'] = {};
  let writes = 0;
  seed(store);

  const stats = (): SandboxStats => ({
    requests,
    writes,
    resources: store.counts(),
    duplicates: { byIdentifier: store.duplicatesByIdentifier() - seededDuplicates },
    tokensIssued: tokens.issued,
  });
  // The ambiguous NIK is a duplicate on purpose.
  const seededDuplicates = store.duplicatesByIdentifier();

  function reset(): void {
    store.clear();
    seed(store);
    requests = {};
    writes = 0;
    tokens.issued = 0;
  }

  function count(method: string, type: string): void {
    const byType = requests[method] ?? {};
    requests[method] = { ...byType, [type]: (byType[type] ?? 0) + 1 };
  }

  async function route(request: Request): Promise<Reply> {
    const url = new URL(request.url);
    const { method } = request;
    if (url.pathname.startsWith('/_sandbox/')) return books(method, url);
    if (url.pathname === '/oauth2/v1/accesstoken' && method === 'POST') {
      count('POST', 'token');
      return {
        status: 200,
        body: tokens.issue(url.searchParams, new URLSearchParams(await request.text())),
      };
    }
    if (url.pathname !== FHIR && !url.pathname.startsWith(`${FHIR}/`))
      return { status: 404, body: undefined };
    const [type = 'Bundle', id] = url.pathname
      .slice(FHIR.length + 1)
      .split('/')
      .filter(Boolean);
    count(method, type);
    tokens.check(request.headers.get('authorization'));
    if (method === 'GET' && id) return read(type, decodeURIComponent(id));
    if (method === 'GET') return search(type, url);
    if (method === 'POST' && type === 'Bundle') return transaction(await json(request), url.origin);
    if (method === 'POST' && type === 'Patient' && !id) return createPatient(await json(request));
    if (method === 'POST' && !id) return create(type, await json(request), url.origin);
    throw new Refusal(405, [{ code: 'not-supported', text: `${method} is not supported for ${type}` }]);
  }

  function books(method: string, url: URL): Reply {
    if (method === 'GET' && url.pathname === '/_sandbox/stats') return { status: 200, body: stats() };
    if (method === 'GET' && url.pathname === '/_sandbox/resources') {
      return { status: 200, body: store.all(url.searchParams.get('type') ?? '') };
    }
    if (method === 'POST' && url.pathname === '/_sandbox/reset') {
      reset();
      return { status: 200, body: { reset: true } };
    }
    return { status: 404, body: undefined };
  }

  function read(type: string, id: string): Reply {
    const found = READABLE.includes(type) ? store.get(type, id) : undefined;
    if (!found) {
      throw new Refusal(404, [storeIssue('no-store', 'storage_error', `resource not found: ${type}/${id}`)]);
    }
    const body = maskNik(found);
    // A patient read by id comes without a name.
    if (type === 'Patient') delete body.name;
    return { status: 200, body, headers: versionHeaders(found) };
  }

  function search(type: string, url: URL): Reply {
    if (!READABLE.includes(type)) {
      throw new Refusal(404, [
        storeIssue('not-supported', 'not_supported', `unknown resource type: ${type}`),
      ]);
    }
    const params = url.searchParams;
    const matches = match(type, params);
    const from = Number(atob(params.get('_page_token') ?? btoa('0'))) || 0;
    const page = matches.slice(from, from + PAGE);
    params.delete('_page_token');
    const self = `${url.origin}${FHIR}/${type}/?${params}`;
    const next = from + PAGE < matches.length ? [`${self}&_page_token=${btoa(String(from + PAGE))}`] : [];
    return {
      status: 200,
      body: {
        entry: page.map((resource) => ({
          fullUrl: `${url.origin}${FHIR}/${type}/${resource.id}`,
          resource: maskNik(resource),
        })),
        link: [
          { relation: 'search', url: self },
          ...next.map((address) => ({ relation: 'next', url: address })),
          { relation: 'first', url: self },
          { relation: 'self', url: self },
        ],
        resourceType: 'Bundle',
        // Of this page, not of all matches.
        total: page.length,
        type: 'searchset',
      },
    };
  }

  function match(type: string, params: URLSearchParams): Stored[] {
    const identifier = params.get('identifier');
    if (identifier !== null) return store.byIdentifier(type, identifier);
    const encounter = params.get('encounter');
    if (encounter !== null && TYPES_WITH_ENCOUNTER.includes(type)) {
      return store.byEncounter(type, encounter.replace(/^Encounter\//, ''));
    }
    const subject = params.get('subject');
    if (subject !== null && type === 'Encounter') {
      const wanted = subject.replace(/^(Patient\/)?/, 'Patient/');
      return store.all(type).filter((one) => (one.subject as { reference?: string })?.reference === wanted);
    }
    throw new Refusal(400, [
      {
        code: 'not-supported',
        text: `Missing or unsupported query parameters: ${[...params.keys()].join(', ')}`,
      },
    ]);
  }

  function create(type: string, body: unknown, origin: string): Reply {
    const resource = accept(type, body, new Set());
    const stored = store.put({ ...resource, id: crypto.randomUUID() });
    writes++;
    const location = `${origin}${FHIR}/${type}/${stored.id}/_history/${stored.meta?.versionId}`;
    return { status: 201, body: stored, headers: { ...versionHeaders(stored), location } };
  }

  /** @throws Refusal with every rule that the body fails. */
  function accept(
    type: string,
    body: unknown,
    local: ReadonlySet<string>,
  ): Record<string, unknown> & { resourceType: string } {
    const resource = body as Record<string, unknown> & { resourceType: string };
    if (type === 'Practitioner') {
      throw new Refusal(403, [{ code: 'forbidden', text: BUSINESS }]);
    }
    if (!WRITABLE.includes(type) || resource?.resourceType !== type) {
      throw new Refusal(400, [
        storeIssue(
          'structure',
          'unparseable_resource',
          `unexpected resource type: ${resource?.resourceType}`,
        ),
      ]);
    }
    const issues = check(resource, ruleContext(local));
    if (issues.length > 0) throw new Refusal(400, issues);
    return resource;
  }

  function ruleContext(local: ReadonlySet<string>): RuleContext {
    const { organizationId } = sandboxCredential;
    return { store, organizationId, now: now(), local, refuseDuplicates };
  }

  function transaction(body: unknown, origin: string): Reply {
    const bundle = body as { resourceType?: string; type?: string; entry?: TransactionEntry[] };
    const entries = bundle?.entry ?? [];
    if (bundle?.resourceType !== 'Bundle' || bundle.type !== 'transaction' || entries.length === 0) {
      throw new Refusal(400, [
        storeIssue('structure', 'unparseable_resource', 'expected a transaction Bundle'),
      ]);
    }
    const local = new Set(entries.flatMap(({ fullUrl }) => (fullUrl ? [fullUrl] : [])));
    const refused: Refusal[] = [];
    for (const { resource, request } of entries) {
      try {
        if (request?.method !== 'POST') {
          throw new Refusal(400, [
            { code: 'not-supported', text: 'only POST is supported in a Bundle here' },
          ]);
        }
        accept(request.url ?? '', resource, local);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        refused.push(error);
      }
    }
    // All or nothing, and everything that is wrong in one answer.
    if (refused.length > 0)
      throw new Refusal(
        400,
        refused.flatMap(({ issues }) => issues),
      );

    const ids = new Map(entries.map(({ fullUrl }) => [fullUrl ?? '', crypto.randomUUID() as string]));
    const places = new Map(
      entries.map(({ fullUrl, resource }) => [
        fullUrl ?? '',
        `${resource?.resourceType}/${ids.get(fullUrl ?? '')}`,
      ]),
    );
    const stamp = store.stamp();
    writes++;
    const entry = entries.map(({ fullUrl, resource }) => {
      const placed = replaceReferences(resource, places) as Stored;
      const { resourceType, id } = store.put(
        { ...placed, id: ids.get(fullUrl ?? '') ?? crypto.randomUUID() },
        stamp,
      );
      return {
        response: {
          etag: `W/"${stamp.versionId}"`,
          lastModified: stamp.lastUpdated,
          location: `${origin}${FHIR}/${resourceType}/${id}/_history/${stamp.versionId}`,
          status: '201 Created',
          resourceType,
          resourceID: id,
        },
      };
    });
    return {
      status: 200,
      body: { entry, resourceType: 'Bundle', total: entry.length, type: 'transaction-response' },
    };
  }

  /** Answers 200 and says in the body how it went (platform facts 2.3). */
  function createPatient(body: unknown): Reply {
    const patient = body as {
      identifier?: { system?: string; value?: string }[];
      name?: { text?: string }[];
    };
    const nik = patient?.identifier?.find(
      ({ system }) => system === 'https://fhir.kemkes.go.id/id/nik',
    )?.value;
    if (!nik || nik.startsWith('00')) {
      return { status: 200, body: { success: false, message: 'Citizen Not Exists' } };
    }
    const [there] = store.byIdentifier('Patient', `https://fhir.kemkes.go.id/id/nik|${nik}`);
    if (there) {
      const data = { resourceID: there.id };
      return { status: 200, body: { success: false, message: 'Patient Resource Exists', data } };
    }
    const id = `P${String(20_000_000_000 + store.all('Patient').length).padStart(11, '0')}`;
    putPatient(store, { id, nik, name: patient.name?.[0]?.text ?? '' });
    writes++;
    const message = 'New Patient has been created successfully';
    return { status: 200, body: { success: true, message, data: { 'Patient ID:': id } } };
  }

  return {
    async fetch(input, init) {
      // A server's own Request cannot be copied by `new Request`; it is used as it is.
      const request = isRequest(input) && !init ? input : new Request(input, init);
      const reply = await route(request).catch((error: unknown): Reply => {
        if (!(error instanceof Refusal)) throw error;
        return { status: error.status, body: error.body ?? outcome(error.issues) };
      });
      const headers = new Headers({
        'x-request-id': crypto.randomUUID(),
        via: '1.1 google',
        ...reply.headers,
      });
      if (reply.body === undefined) return new Response(null, { status: reply.status, headers });
      headers.set('content-type', 'application/json');
      return new Response(JSON.stringify(reply.body), { status: reply.status, headers });
    },
    stats,
    resources: (type) => structuredClone(store.all(type)),
    reset,
  };
}

const BUSINESS =
  'Operation cannot be performed due to business rules, consent or privacy rules, or access permission constraints.';

function isRequest(input: Request | string | URL): input is Request {
  return typeof input === 'object' && !(input instanceof URL);
}

interface TransactionEntry {
  fullUrl?: string;
  resource?: Record<string, unknown> & { resourceType?: string };
  request?: { method?: string; url?: string };
}

async function json(request: Request): Promise<unknown> {
  try {
    return sortKeys(await request.json());
  } catch {
    throw new Refusal(400, [storeIssue('structure', 'unparseable_resource', 'the body is not JSON')]);
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

function versionHeaders(resource: Stored): Record<string, string> {
  const { versionId = '', lastUpdated = '' } = resource.meta ?? {};
  return {
    etag: `W/"${versionId}"`,
    'last-modified': new Date(lastUpdated).toUTCString().replace('GMT', 'UTC'),
  };
}
