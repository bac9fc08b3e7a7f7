/** The national platform on a developer's machine: OAuth2, MPI, FHIR R4, faults on request, and books. */
import { Books, type LoggedRequest } from './books.js';
import { connectionReset, type Fate, type FaultPlan, Faults, readPlan } from './faults.js';
import { type Caller, createFhir, type Reply, WRITABLE } from './fhir.js';
import type { RegistrationAnswer } from './mpi.js';
import { type Credential, TokenOffice } from './oauth.js';
import { outcome, Refusal, storeIssue, suppressed } from './outcome.js';
import { createIds } from './random.js';
import { knowsCodeByShape, type RuleSwitches } from './rules.js';
import { bringGuideVisit, sandboxCredential, seed } from './seed.js';
import { type Kept, ResourceStore, type Stored, sortKeys } from './store.js';

/** How the emulated platform behaves. All of them can be left out. */
export interface SandboxOptions {
  /** Milliseconds since 1970. Default `Date.now`. */
  now?: () => number;
  /** Waits so many milliseconds, for latency and slow bodies. Default a timer. */
  sleep?: (milliseconds: number) => Promise<void>;
  /** Makes ids and tokens the same in every run. Default random ones. */
  seed?: number;
  /** Seconds a token lives. Default 3599, as the platform documents. */
  tokenLifetime?: number;
  /** OAuth2 clients, each of one organization. Default {@link sandboxCredential}. */
  credentials?: readonly Credential[];
  /** Types that refuse an identifier they already hold (rule 20002). Default: those seen refusing. */
  refuseDuplicates?: readonly string[];
  /** Types that refuse a content they already hold. Its criteria are unverified. Default none. */
  refuseSameContent?: readonly string[];
  /** Whether a chief complaint (CC) is diagnosis enough to finish (10457). Default false. */
  complaintFinishes?: boolean;
  /** Whether a code is known; undefined for systems that are not checked. Default: by shape and check digit. */
  knowsCode?: RuleSwitches['knowsCode'];
  /** Whether a credential may write a type (20003). Default every type. */
  permitted?: (type: string, organizationId: string) => boolean;
  /** Whether a refused Bundle leaves what stands before the refused entry behind. Default false. */
  partialSaves?: boolean;
  /** Whether a Bundle may hold PUT. Unproven at the platform. Default false. */
  bundlePut?: boolean;
  /** Whether identifiers of what is written get the platform's `creator` beside them. Default false. */
  creatorIdentifier?: boolean;
  /** Shape of the answer to a registration. Default `colon`, the one recorded most. */
  registrationAnswer?: RegistrationAnswer;
  /** Whether Dukcapil knows a NIK. Default: all but those that begin with 00. */
  isCitizen?: (nik: string) => boolean;
  /** What goes wrong from the start. */
  faults?: FaultPlan;
  /**
   * Whether the visit of the guide's examples is there for who searches for it: open, of patient P00123456789, found
   * as `encounter-12345`. Default false.
   */
  guideVisit?: boolean;
  /** Told after every request that changed something. */
  onWrite?: () => void;
  /** A state to begin from, as {@link Sandbox.snapshot} gave it. Default the seed. */
  snapshot?: SandboxSnapshot;
}

/** What the sandbox has counted since its start, or since `reset()`. */
export interface SandboxStats {
  /** By method, then by resource type; `Bundle` is a transaction, `token` the token endpoint. */
  requests: Record<string, Record<string, number>>;
  /** Requests that changed something. A transaction Bundle is one. */
  writes: number;
  /** Resources held, by type, the seeded ones included. */
  resources: Record<string, number>;
  /** Resources that repeat an identifier of their type, or say the same fact once more. The seed does not count. */
  duplicates: {
    /** Resources with an identifier that another of their type has. */
    byIdentifier: number;
    /** Resources that say what another of their type says. */
    byContent: number;
  };
  /** Access tokens given out. */
  tokensIssued: number;
}

/** The state of a sandbox as plain JSON. */
export interface SandboxSnapshot {
  /** What it holds, unmasked. */
  resources: Kept[];
  /** As in {@link SandboxStats}. */
  requests: SandboxStats['requests'];
  /** As in {@link SandboxStats}. */
  writes: number;
  /** As in {@link SandboxStats}. */
  tokensIssued: number;
}

/** The national platform emulated, in memory. */
export interface Sandbox {
  /**
   * The platform as a fetch handler; takes what `fetch` takes, and fails as it fails when a connection breaks.
   *
   * @param input a Request, or the URL of one.
   */
  fetch(input: Request | string | URL, init?: RequestInit): Promise<Response>;
  /** What it has counted. */
  stats(): SandboxStats;
  /**
   * What it holds of one type, in order of arrival, unmasked.
   *
   * @param type resource type, e.g. `Encounter`.
   */
  resources(type: string): Record<string, unknown>[];
  /** The requests it received, oldest first; the last 10,000. */
  requests(filter?: {
    /** HTTP method, e.g. `POST`. Default: any. */
    method?: string;
    /** Resource type, `Bundle` for a transaction, `token`. Default: any. */
    type?: string;
  }): LoggedRequest[];
  /** Puts resources there as they are, unchecked. */
  put(
    ...resources: (Record<string, unknown> & {
      /** FHIR type, e.g. `Patient`. */
      resourceType: string;
      /** Its id; what has that id already is replaced. */
      id: string;
    })[]
  ): void;
  /** What goes wrong from now on; nothing, without a plan. */
  faults(plan?: FaultPlan): void;
  /** Its state as plain JSON, for the option `snapshot` or {@link Sandbox.restore}. Unmasked. */
  snapshot(): SandboxSnapshot;
  /** Puts that state in the place of its own. */
  restore(snapshot: SandboxSnapshot): void;
  /** Back to the seed, books at zero, no faults. Tokens stay valid. */
  reset(): void;
}

const FHIR = '/fhir-r4/v1';
const SEEN_REFUSING = [
  'Condition',
  'Encounter',
  'Location',
  'Medication',
  'Observation',
  'ServiceRequest',
  'Specimen',
];

interface Target {
  /** Resource type, `Bundle`, or `token`. */
  type: string;
  id: string | undefined;
  /** e.g. `$everything`. */
  operation: string | undefined;
}

/**
 * Makes a sandbox: OAuth2, the patient index, FHIR R4 with the platform's refusals, all in memory.
 *
 * ```ts
 * const sandbox = createSandbox({ seed: 1, faults: { rates: { 'gateway-timeout-after': 0.1 } } });
 * const platform = createPlatform({ env: 'https://sandbox.test', ...sandboxCredential, fetch: sandbox.fetch });
 * console.log(sandbox.stats().writes);
 * ```
 *
 * @throws TypeError for a plan of faults that cannot be.
 */
export function createSandbox(options: SandboxOptions = {}): Sandbox {
  const now = options.now ?? Date.now;
  const sleep =
    options.sleep ?? ((milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)));
  const nextId = createIds(options.seed);
  const books = new Books();
  let faults = new Faults(readPlan(options.faults ?? {}), now);
  const store = new ResourceStore(now, () => faults.plan.searchLag ?? 0);
  const tokens = new TokenOffice(
    now,
    nextId,
    options.tokenLifetime ?? 3599,
    options.credentials ?? [sandboxCredential],
  );
  const fhir = createFhir({
    store,
    now,
    nextId,
    switches: {
      refuseDuplicates: options.refuseDuplicates ?? SEEN_REFUSING,
      refuseSameContent: options.refuseSameContent ?? [],
      complaintFinishes: options.complaintFinishes ?? false,
      knowsCode: options.knowsCode ?? knowsCodeByShape,
    },
    permitted: options.permitted ?? (() => true),
    partialSaves: options.partialSaves ?? false,
    bundlePut: options.bundlePut ?? false,
    creatorIdentifier: options.creatorIdentifier ?? false,
    registrationAnswer: options.registrationAnswer ?? 'colon',
    isCitizen: options.isCitizen ?? ((nik) => !nik.startsWith('00')),
  });

  seed(store);
  // The ambiguous NIK is a duplicate on purpose.
  const seededDuplicates = store.duplicates().byIdentifier;
  if (options.snapshot) restore(options.snapshot);

  function stats(): SandboxStats {
    const { byIdentifier, byContent } = store.duplicates();
    return {
      requests: structuredClone(books.requests),
      writes: books.writes,
      resources: store.counts(),
      duplicates: { byIdentifier: Math.max(0, byIdentifier - seededDuplicates), byContent },
      tokensIssued: tokens.issued,
    };
  }

  function requests({
    method,
    type,
  }: {
    method?: string | undefined;
    type?: string | undefined;
  } = {}): LoggedRequest[] {
    return books.log.filter((line) => (!method || line.method === method) && (!type || line.type === type));
  }

  function snapshot(): SandboxSnapshot {
    const { writes } = books;
    return structuredClone({
      resources: store.dump(),
      requests: books.requests,
      writes,
      tokensIssued: tokens.issued,
    });
  }

  function restore(from: SandboxSnapshot): void {
    const copy = readSnapshot(from);
    store.clear();
    for (const kept of copy.resources) store.restore(kept);
    books.clear();
    books.requests = copy.requests;
    books.writes = copy.writes;
    tokens.issued = copy.tokensIssued;
  }

  function reset(): void {
    store.clear();
    seed(store);
    books.clear();
    tokens.issued = 0;
    faults = new Faults({}, now);
    options.onWrite?.();
  }

  /** From request to answer, past whatever fault it meets. */
  async function serve(request: Request): Promise<Response> {
    const url = new URL(request.url);
    if (url.pathname.startsWith('/_sandbox/')) return respond(await control(request, url));
    const target = readTarget(url.pathname);
    if (!target) return respond({ status: 404, body: undefined });

    const fate = faults.next(request.method, target.type);
    const { plan } = faults;
    const line: LoggedRequest = {
      at: now(),
      method: request.method,
      type: KNOWN.has(target.type) ? target.type : 'other',
      written: 0,
    };
    if (fate.fault) line.fault = fate.fault;
    if (fate.latency > 0) await sleep(fate.latency);
    try {
      const response = await meet(request, url, target, fate, plan, line);
      line.status = response.status;
      return response;
    } finally {
      books.enter(line);
      if (line.written > 0) options.onWrite?.();
    }
  }

  async function meet(
    request: Request,
    url: URL,
    target: Target,
    fate: Fate,
    plan: FaultPlan,
    line: LoggedRequest,
  ): Promise<Response> {
    const text = (status: number, body: string) =>
      new Response(body, { status, headers: { 'content-type': 'text/plain' } });
    switch (fate.fault) {
      case 'outage':
        return text(503, 'no healthy upstream');
      case 'throttle':
        return respond({ status: 429, body: throttled() });
      case 'error-500':
        return respond({
          status: 500,
          body: outcome([UNEXPECTED]),
        });
      case 'error-502':
        return text(502, 'Bad Gateway');
      case 'error-503':
        return text(503, 'no healthy upstream');
      case 'gateway-timeout':
        return text(504, 'Gateway Timeout');
      case 'reset-before':
        throw connectionReset();
      case 'token-revoked':
        tokens.revoke(request.headers.get('authorization'));
        break;
      default:
    }
    const keep = fate.fault === 'partial' ? (count: number) => Math.floor(fate.chance * count) : undefined;
    const reply = await route(request, url, target, keep).catch((error: unknown): Reply => {
      // A body that no check foresaw: the platform would fall over in its own way too.
      if (!(error instanceof Refusal)) return { status: 500, body: outcome([UNEXPECTED]) };
      const { status, body, issues, written } = error;
      return { status, body: body ?? outcome(issues), written };
    });
    line.written = reply.written ?? 0;
    switch (fate.fault) {
      case 'reset-after':
        throw connectionReset();
      case 'gateway-timeout-after':
        return text(504, 'Gateway Timeout');
      case 'partial':
        return text(502, 'Bad Gateway');
      case 'suppressed':
        return respond(
          reply.status < 300 && target.type !== 'token' ? { ...reply, body: suppressed() } : reply,
        );
      case 'slow-body':
        return slow(respond(reply), plan.slowBody ?? 5_000);
      default:
        return respond(reply);
    }
  }

  async function route(
    request: Request,
    url: URL,
    { type, id, operation }: Target,
    keepOnly?: (count: number) => number,
  ): Promise<Reply> {
    const { method } = request;
    if (type === 'token') {
      if (method !== 'POST') throw new Refusal(405, [notSupported(method, type)]);
      const form = new URLSearchParams(await request.text());
      return { status: 200, body: tokens.issue(url.searchParams, form) };
    }
    const organizationId = tokens.check(request.headers.get('authorization'));
    const caller: Caller = { organizationId, base: `${url.origin}${FHIR}` };
    if (operation === '$everything' && method === 'GET' && type === 'Encounter' && id)
      return fhir.everything(id, caller);
    if (operation) throw new Refusal(404, [storeIssue('not-supported', 'not_supported', operation)]);
    switch (method) {
      case 'GET':
        if (type === 'metadata') return { status: 200, body: capability() };
        if (id) return fhir.read(type, id, caller);
        if (options.guideVisit && type === 'Encounter') {
          bringGuideVisit(store, url.searchParams.get('identifier'));
        }
        return fhir.search(type, url.searchParams, caller);
      case 'POST':
        if (type === 'Bundle' && !id) return fhir.transaction(await json(request), caller, keepOnly);
        if (!id) return fhir.create(type, await json(request), caller);
        break;
      case 'PUT':
        if (id) return fhir.replace(type, id, await json(request), caller);
        break;
      case 'PATCH':
        if (id) return fhir.patch(type, id, request.headers.get('content-type'), await json(request), caller);
        break;
      default:
    }
    // Nothing can be deleted.
    throw new Refusal(405, [notSupported(method, type)]);
  }

  /** The sandbox's own addresses. */
  async function control(request: Request, url: URL): Promise<Reply> {
    const param = (name: string) => url.searchParams.get(name) ?? undefined;
    switch (`${request.method} ${url.pathname.slice('/_sandbox'.length)}`) {
      case 'GET /stats':
        return { status: 200, body: stats() };
      case 'GET /resources':
        return { status: 200, body: store.all(param('type') ?? '') };
      case 'GET /requests':
        return { status: 200, body: requests({ method: param('method'), type: param('type') }) };
      case 'GET /snapshot':
        return { status: 200, body: snapshot() };
      case 'POST /reset':
        reset();
        return { status: 200, body: { reset: true } };
      case 'POST /faults':
        try {
          const plan = readPlan(await request.json());
          faults = new Faults(plan, now);
          return { status: 200, body: { faults: plan } };
        } catch (error) {
          const message = error instanceof TypeError ? error.message : 'the plan is not JSON';
          return { status: 400, body: { error: message } };
        }
      default:
        return { status: 404, body: undefined };
    }
  }

  /** Half of the body, a pause, the rest. */
  async function slow(response: Response, pause: number): Promise<Response> {
    const bytes = new Uint8Array(await response.arrayBuffer());
    const half = Math.floor(bytes.length / 2);
    let part = 0;
    const body = new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          if (part++ === 0) {
            controller.enqueue(bytes.slice(0, half));
            return;
          }
          await sleep(pause);
          controller.enqueue(bytes.slice(half));
          controller.close();
        },
      },
      { highWaterMark: 0 },
    );
    return new Response(body, { status: response.status, headers: response.headers });
  }

  return {
    // A server's own Request cannot be copied by `new Request`; it is used as it is.
    fetch: async (input, init) => serve(isRequest(input) && !init ? input : new Request(input, init)),
    stats,
    requests: (filter) => structuredClone(requests(filter)),
    resources: (type) => structuredClone(store.all(type)),
    put: (...resources) => {
      for (const resource of resources) store.put(structuredClone(resource) as Stored);
    },
    faults: (plan = {}) => {
      faults = new Faults(readPlan(plan), now);
    },
    snapshot,
    restore,
    reset,
  };
}

/** What stands in the books by name; anything else an address holds is `other`. */
const KNOWN = new Set(['Bundle', 'token', 'Patient', 'Practitioner', 'metadata', ...WRITABLE]);

/**
 * A copy of a snapshot that is one.
 *
 * @throws TypeError for what is none: before anything is changed.
 */
export function readSnapshot(value: unknown): SandboxSnapshot {
  const { resources, requests, writes, tokensIssued } = (value ?? {}) as Partial<SandboxSnapshot>;
  const whole =
    Array.isArray(resources) &&
    resources.every(
      (kept) => typeof kept?.resource?.id === 'string' && typeof kept.resource.resourceType === 'string',
    ) &&
    typeof requests === 'object' &&
    requests !== null &&
    typeof writes === 'number' &&
    typeof tokensIssued === 'number';
  if (!whole) throw new TypeError('this is no snapshot of a sandbox');
  return structuredClone({ resources, requests, writes, tokensIssued });
}

function readTarget(pathname: string): Target | undefined {
  if (pathname === '/oauth2/v1/accesstoken') return { type: 'token', id: undefined, operation: undefined };
  if (pathname !== FHIR && !pathname.startsWith(`${FHIR}/`)) return undefined;
  const [type = 'Bundle', id, operation] = pathname
    .slice(FHIR.length + 1)
    .split('/')
    .filter(Boolean);
  return { type, id: id && decode(id), operation };
}

/** A malformed escape stands for itself. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function respond({ status, body, headers }: Reply): Response {
  const all = new Headers({ 'x-request-id': crypto.randomUUID(), via: '1.1 google', ...headers });
  if (body === undefined) return new Response(null, { status, headers: all });
  all.set('content-type', 'application/json');
  return new Response(JSON.stringify(body), { status, headers: all });
}

const UNEXPECTED = { code: 'exception', text: 'An unexpected internal error has occurred.' };

function notSupported(method: string, type: string) {
  return { code: 'not-supported', text: `${method} is not supported for ${type}` };
}

function throttled(): unknown {
  return {
    resourceType: 'OperationOutcome',
    issue: [{ severity: 'transient', code: 'throttled', details: { text: 'Too many requests.' } }],
  };
}

function capability(): unknown {
  return {
    fhirVersion: '4.0.1',
    format: ['json'],
    kind: 'instance',
    resourceType: 'CapabilityStatement',
    status: 'draft',
  };
}

function isRequest(input: Request | string | URL): input is Request {
  return typeof input === 'object' && !(input instanceof URL);
}

async function json(request: Request): Promise<unknown> {
  try {
    return sortKeys(await request.json());
  } catch {
    throw new Refusal(400, [storeIssue('structure', 'unparseable_resource', 'the body is not JSON')]);
  }
}
