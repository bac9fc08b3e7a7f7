import type { Bundle, Patient, Resource } from '@medplum/fhirtypes';
import { isLoopback } from '../http/address.js';
import { environment } from '../http/proxy.js';
import type { Answer, FetchLike } from '../http/request.js';
import { wait } from '../http/timers.js';
import { isSuppressed, readEntry, readOutcome, readPatientAnswer, readResource } from './answers.js';
import { createBucket } from './bucket.js';
import { alwaysClosed, type CircuitOptions, type CircuitState, createCircuit } from './circuit.js';
import { PlatformError } from './error.js';
import { type Asked, createRequests, toPlatformError } from './requests.js';
import { createTokenSource, type TokenHealth } from './token.js';
import { createTransport } from './transport.js';

/** Hosts as documented (platform facts 1.1). Production has no `.dto`. */
const hosts = {
  staging: 'https://api-satusehat-stg.dto.kemkes.go.id',
  production: 'https://api-satusehat.kemkes.go.id',
} as const;

/** Which platform, with which credential, and how patiently. */
export interface PlatformOptions {
  /**
   * `staging`, `production`, or the base URL of another one, e.g. of the sandbox: the part before `/oauth2/v1` and
   * `/fhir-r4/v1`. Plain `http:` only to this machine.
   */
  env: keyof typeof hosts | (string & {});
  /** OAuth2 client of exactly one organization (platform facts 1.2). */
  clientId: string;
  /** Goes out in the body of a token request and nowhere else. */
  clientSecret: string;
  /** The organization's SATUSEHAT id. */
  organizationId: string;
  /** Milliseconds for one attempt, headers and body. Default 10,000. */
  timeout?: number;
  /**
   * Milliseconds for one call with its retries, pages and its wait for a turn. Default 60,000. When it is over before
   * a write was sent, the error is `timeout` with `outcomeUnknown: false`.
   */
  deadline?: number;
  /**
   * How often a GET or a PUT is repeated after a network error, a time-out, a 5xx, or a 429 that asks for 2 seconds
   * at most. Default 2. POST and PATCH are never repeated, but for a 401, which says that nothing was processed.
   */
  retries?: number;
  /**
   * FHIR requests a minute, evenly spaced, first come, first served; retries and pages count. Default 300, and no
   * limit at a base URL on this machine or under a name kept for tests (`*.invalid`, `*.test`), where no national
   * platform is. `Infinity` switches it off. The platform publishes no quota (platform facts 11.3). Each platform
   * object counts for itself: share one per credential.
   */
  perMinute?: number;
  /**
   * When a platform that does not answer is left in peace, and for how long. Default 5 failures in a row and 30
   * seconds, and `false` where there is no rate limit by default either. Whoever asks meanwhile gets `unavailable` at
   * once, with the seconds that are left.
   */
  circuit?: CircuitOptions | false;
  /** Told when the platform answers again after it was left in peace. */
  onRecovery?: () => void;
  /** Told of every request that was made, for measuring: no id, no body. It must not throw. */
  onCall?: (call: PlatformCall) => void;
  /**
   * URL of an HTTP proxy, `http://user:password@host:port`. Default: environment `HTTPS_PROXY`, else `HTTP_PROXY`,
   * but for the hosts in `NO_PROXY`; names in small letters come first. The environment never counts where
   * `perMinute` has no limit by default.
   */
  proxy?: string;
  /**
   * Certificates in PEM that are trusted instead of those Node brings, by the platform and a proxy alike. To add to
   * Node's own, leave this out and set the environment variable `NODE_EXTRA_CA_CERTS`.
   */
  ca?: string | readonly string[];
  /** Used instead of the global fetch, e.g. `sandbox.fetch`; `proxy`, `ca` and the environment then do nothing. */
  fetch?: FetchLike;
  /** Milliseconds since 1970. Default `Date.now`. */
  now?: () => number;
  /** Waits so many milliseconds: for a turn, and before a retry. Default a timer. */
  sleep?: (milliseconds: number) => Promise<void>;
}

/** What one write became. */
export interface Written {
  /** FHIR type, e.g. `Encounter`. */
  resourceType: string;
  /** Its id at the platform. */
  id: string;
  /** Its version there, when the platform said it. */
  versionId?: string;
}

/** What became of a registration: `created` tells which of the two it is. */
export type PatientAnswer =
  | {
      /** The patient is new there. */
      created: true;
      /** IHS number. */
      id: string;
    }
  | {
      /** The patient is not new there, or cannot be. */
      created: false;
      /** IHS number of the one that is there, when the platform said it. */
      id: string | undefined;
      /** The platform's own words. */
      message: string;
    };

/** One step of a JSON Patch (RFC 6902), as far as the platform takes it. */
export interface PatchOperation {
  /** What is done at `path`. */
  op: 'add' | 'replace' | 'remove';
  /** JSON pointer, e.g. `/status`. */
  path: string;
  /** The new value; none for `remove`. */
  value?: unknown;
}

/** One request to the platform, once it has ended. */
export interface PlatformCall {
  /** HTTP method. */
  method: string;
  /** Resource type; `Bundle` for a transaction, `token` for a token. */
  type: string;
  /** 0 when nothing answered. */
  status: number;
  /** From the request to the whole answer. */
  milliseconds: number;
}

/** Times in milliseconds since 1970. */
export interface PlatformHealth {
  /** The access token. */
  token: TokenHealth;
  /** Whether the platform is asked at present. */
  circuit: CircuitState;
  /** When somebody tries again, while the circuit is open. */
  opensAt: number | undefined;
  /** Requests a minute; Infinity for no limit. */
  perMinute: number;
  /** Requests that wait for their turn. */
  waiting: number;
  /** Until when the platform asked for peace (429). */
  restsUntil: number | undefined;
}

/**
 * Every method throws a PlatformError: see {@link PlatformError.failure}. Of a write its `more.outcomeUnknown` says
 * whether it may have happened all the same.
 */
export interface Platform {
  /** The organization’s SATUSEHAT id. */
  readonly organizationId: string;
  /** Whether the platform is asked at present. */
  readonly circuit: CircuitState;
  /** How it stands with this credential, as this process sees it. */
  readonly health: PlatformHealth;
  /**
   * All resources that match, over all pages; entries the platform suppressed are left out (platform facts 6.5).
   *
   * @throws PlatformError `unsettled` for a 2xx that is no searchset: it is not an empty one.
   */
  search<T extends Resource>(type: T['resourceType'], params: Record<string, string>): Promise<T[]>;
  /**
   * One resource; undefined when there is none.
   *
   * @param id its id at the platform.
   * @throws PlatformError `unsettled`, `suppressed` and with the platform's words, for a resource of somebody else.
   */
  read<T extends Resource>(type: T['resourceType'], id: string): Promise<T | undefined>;
  /**
   * One write: the ids in the order of the entries (platform facts 7). Never repeated by itself.
   *
   * @throws PlatformError `unsettled`, outcome unknown, for a 2xx that does not name every entry.
   */
  transaction(bundle: Bundle): Promise<Written[]>;
  /**
   * One new resource. Never repeated by itself. For a patient use `createPatient`.
   *
   * @throws PlatformError `unsettled`, outcome unknown, for a 2xx without the resource and its id.
   */
  create<T extends Resource>(resource: T): Promise<Written>;
  /**
   * The resource takes the place of the one with its id, whole. May be repeated by itself.
   *
   * @returns what the platform keeps now.
   * @throws PlatformError `unsettled`, outcome unknown, for a 2xx without the resource.
   */
  replace<T extends Resource & { id: string }>(resource: T): Promise<T>;
  /**
   * Changes single elements, with `application/json-patch+json` (platform facts 1.5). Never repeated by itself.
   *
   * @param id its id at the platform.
   * @returns what the platform keeps now; undefined when it says only that it is done.
   * @throws PlatformError `unsettled`, outcome unknown, for a 2xx that holds anything but the resource.
   */
  patch<T extends Resource>(
    type: T['resourceType'],
    id: string,
    operations: PatchOperation[],
  ): Promise<T | undefined>;
  /**
   * Registers a patient. The platform says `success` in the body, not in the status (platform facts 2.3). Never
   * repeated by itself.
   *
   * @throws PlatformError `unsettled`, outcome unknown, for a 2xx that says neither.
   */
  createPatient(patient: Patient): Promise<PatientAnswer>;
}

const MAX_PAGES = 50;

/**
 * The national platform for one credential: one token, renewed in time; one queue for its requests; a deadline over
 * every call. Hosts, paths and errors as in the platform facts, sections 1 and 8.
 *
 * ```ts
 * const platform = createPlatform({ env: 'staging', clientId, clientSecret, organizationId });
 * const [location] = await platform.search<Location>('Location', { name: 'Poli Umum' });
 * ```
 *
 * @throws TypeError for options that cannot work; the message names the option and never its value.
 */
export function createPlatform(options: PlatformOptions): Platform {
  const { base, local } = readBase(options.env);
  for (const key of ['clientId', 'clientSecret', 'organizationId'] as const) {
    if (!options[key]) throw new TypeError(`platform: ${key} is missing`);
  }
  const { retries = 2, timeout = 10_000, deadline = 60_000, now = Date.now, sleep = wait } = options;
  if (!(Number.isInteger(retries) && retries >= 0)) {
    throw new TypeError('platform: retries must be a whole number from 0');
  }
  if (!(timeout > 0 && deadline > 0)) throw new TypeError('platform: timeout and deadline must be above 0');
  // What is on this machine is never behind a proxy, whatever the environment says.
  const fetch = createTransport(options, local ? {} : environment());
  const perMinute = options.perMinute ?? (local ? Number.POSITIVE_INFINITY : 300);
  const { circuit: given = local ? false : {} } = options;
  const circuit = given === false ? alwaysClosed : createCircuit(given, now, options.onRecovery);
  const fhir = `${base}/fhir-r4/v1`;
  const { onCall } = options;
  const tokens = createTokenSource({
    onCall,
    url: `${base}/oauth2/v1`,
    clientId: options.clientId,
    clientSecret: options.clientSecret,
    timeout,
    fetch,
    now,
  });
  const bucket = createBucket({ perMinute, now, sleep });
  const request = createRequests({
    tokens,
    onCall,
    base: fhir,
    bucket,
    circuit,
    timeout,
    retries,
    fetch,
    now,
    sleep,
  });

  /** A 2xx, or the error it is. */
  async function ask(asked: Asked): Promise<Answer> {
    const answer = await request(asked);
    if (answer.status < 200 || answer.status > 299) throw toPlatformError(answer, asked.method, now());
    return answer;
  }

  function address(type: string, id: string): string {
    return `${fhir}/${type}/${encodeURIComponent(id)}`;
  }

  return {
    organizationId: options.organizationId,
    get health() {
      return {
        token: tokens.health,
        circuit: circuit.state,
        opensAt: circuit.opensAt,
        perMinute,
        waiting: bucket.waiting,
        restsUntil: bucket.restsUntil,
      };
    },
    get circuit() {
      return circuit.state;
    },

    async search<T extends Resource>(type: T['resourceType'], params: Record<string, string>) {
      const until = now() + deadline;
      const found: T[] = [];
      let url: string | undefined = `${fhir}/${type}?${new URLSearchParams(params)}`;
      for (let page = 0; url !== undefined && page < MAX_PAGES; page++) {
        const answer = await ask({ method: 'GET', url, until });
        const bundle = readResource<Bundle<T>>(answer, 'Bundle');
        // A 2xx that is no searchset says nothing of what is there: never take it for an empty one.
        if (!bundle) throw new PlatformError('unsettled', { status: answer.status });
        for (const { resource } of bundle.entry ?? []) {
          if (resource?.resourceType === type) found.push(resource);
        }
        // Links carry the platform's public host; only the query belongs to us.
        const next: string | undefined = bundle.link?.find((link) => link.relation === 'next')?.url;
        url = next === undefined ? undefined : `${fhir}/${type}${new URL(next, fhir).search}`;
      }
      // A list cut short would look like one in which the rest is not there.
      if (url !== undefined) throw new PlatformError('unsettled');
      return found;
    },

    async read<T extends Resource>(type: T['resourceType'], id: string) {
      const answer = await request({ method: 'GET', url: address(type, id), until: now() + deadline });
      if (answer.status === 404) return undefined;
      if (answer.status > 299) throw toPlatformError(answer, 'GET', now());
      const resource = readResource<T>(answer, type);
      if (resource) return resource;
      throw unsettled(answer, isSuppressed(answer) ? { suppressed: true } : {});
    },

    async transaction(bundle) {
      const answer = await ask({ method: 'POST', url: fhir, body: bundle, until: now() + deadline });
      const entries = (answer.json as Bundle | null | undefined)?.entry;
      const written = Array.isArray(entries) ? entries.map((entry) => readEntry(entry?.response)) : [];
      const whole = written.length === bundle.entry?.length && written.every((one) => one !== undefined);
      if (!whole) throw unsettled(answer);
      return written as Written[];
    },

    async create(resource) {
      const { resourceType } = resource;
      const answer = await ask({
        method: 'POST',
        url: `${fhir}/${resourceType}`,
        body: resource,
        until: now() + deadline,
      });
      const { id, meta } = readResource(answer, resourceType) ?? {};
      if (!id) throw unsettled(answer);
      return { resourceType, id, ...(meta?.versionId ? { versionId: meta.versionId } : {}) };
    },

    async replace<T extends Resource & { id: string }>(resource: T) {
      const { resourceType, id } = resource;
      const url = address(resourceType, id);
      const answer = await ask({ method: 'PUT', url, body: resource, until: now() + deadline });
      const stored = readResource<T>(answer, resourceType);
      if (!stored) throw unsettled(answer);
      return stored;
    },

    async patch<T extends Resource>(type: T['resourceType'], id: string, operations: PatchOperation[]) {
      const answer = await ask({
        method: 'PATCH',
        url: address(type, id),
        body: operations,
        contentType: 'application/json-patch+json',
        until: now() + deadline,
      });
      const stored = readResource<T>(answer, type);
      if (!stored && answer.text !== '') throw unsettled(answer);
      return stored;
    },

    async createPatient(patient) {
      const url = `${fhir}/Patient`;
      return readPatientAnswer(await ask({ method: 'POST', url, body: patient, until: now() + deadline }));
    },
  };
}

/**
 * What time the platform says it is, as its `Date` header has it, by the way that its requests go.
 *
 * @throws whatever keeps it from answering.
 */
export async function platformTime(
  options: Omit<PlatformOptions, 'clientId' | 'clientSecret' | 'organizationId'>,
): Promise<string | undefined> {
  const { base, local } = readBase(options.env);
  const fetch = createTransport(options, local ? {} : environment()) ?? globalThis.fetch;
  const response = await fetch(`${base}/fhir-r4/v1/metadata`, {
    signal: AbortSignal.timeout(options.timeout ?? 10_000),
  });
  await response.body?.cancel();
  return response.headers.get('date') ?? undefined;
}

/** A 2xx that does not say what was written, unless `more` is of a read. */
function unsettled(
  answer: Answer,
  more: { suppressed?: boolean; outcomeUnknown?: boolean } = { outcomeUnknown: true },
): PlatformError {
  return new PlatformError('unsettled', {
    status: answer.status,
    issues: readOutcome(answer),
    requestId: answer.headers.get('x-request-id') ?? undefined,
    ...more,
  });
}

/**
 * `local`: on this machine, or under a name that RFC 6761 keeps for tests.
 *
 * @throws TypeError for an address that cannot be, or is not encrypted.
 */
export function readBase(env: string): { base: string; local: boolean } {
  const address = Object.hasOwn(hosts, env) ? hosts[env as keyof typeof hosts] : env;
  if (!URL.canParse(address)) throw new TypeError('platform: env must be staging, production or a URL');
  const url = new URL(address);
  const loopback = isLoopback(url.hostname);
  if (url.protocol !== 'https:' && !loopback) {
    throw new TypeError(`platform: ${url.protocol}//${url.host} is not encrypted; use https`);
  }
  return {
    base: url.href.replace(/\/+$/, ''),
    local: loopback || /\.(invalid|test)$/.test(url.hostname),
  };
}
