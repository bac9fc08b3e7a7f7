import type { Bundle, Patient, Resource } from '@medplum/fhirtypes';
import pRetry from 'p-retry';
import { type Answer, attempt, type FetchLike, NoAnswer, retryAfterSeconds } from '../http/request.js';
import { PlatformError, readIssues } from './error.js';
import { createTokenSource } from './token.js';

/** Hosts as documented (platform facts 1.1). Production has no `.dto`. */
const hosts = {
  staging: 'https://api-satusehat-stg.dto.kemkes.go.id',
  production: 'https://api-satusehat.kemkes.go.id',
} as const;

export interface PlatformOptions {
  /** `staging`, `production`, or the base URL of another one, e.g. of the sandbox. */
  env: keyof typeof hosts | (string & {});
  /** OAuth2 client of exactly one organization. */
  clientId: string;
  clientSecret: string;
  /** The organization's SATUSEHAT id. */
  organizationId: string;
  /** Milliseconds for one request, headers and body. Default 10,000. */
  timeout?: number;
  /** Used instead of the global fetch, e.g. `sandbox.fetch`. */
  fetch?: FetchLike;
  /** Milliseconds since 1970. Default `Date.now`. */
  now?: () => number;
}

/** What one entry of a transaction became. */
export interface Written {
  resourceType: string;
  id: string;
  versionId?: string;
}

export interface Platform {
  readonly organizationId: string;
  /** All resources that match, over all pages; entries the platform suppressed are left out. */
  search<T extends Resource>(type: T['resourceType'], params: Record<string, string>): Promise<T[]>;
  /** One resource; undefined when there is none. */
  read<T extends Resource>(type: T['resourceType'], id: string): Promise<T | undefined>;
  /** One write: the ids in the order of the entries. Never repeated by itself. */
  transaction(bundle: Bundle): Promise<Written[]>;
  /** Registers a patient; the platform says `success` in the body, not in the status. */
  createPatient(patient: Patient): Promise<PatientAnswer>;
}

export type PatientAnswer =
  | { created: true; id: string }
  | { created: false; id: string | undefined; message: string };

const MAX_PAGES = 50;

/**
 * The national platform for one credential.
 *
 * @throws PlatformError from every method: see {@link PlatformError.failure}.
 * @throws TypeError for plain `http:` to a host that is not loopback.
 */
export function createPlatform(options: PlatformOptions): Platform {
  const base = baseUrl(options.env);
  const fhir = `${base}/fhir-r4/v1`;
  const timeout = options.timeout ?? 10_000;
  const now = options.now ?? Date.now;
  const tokens = createTokenSource({
    url: `${base}/oauth2/v1`,
    clientId: options.clientId,
    clientSecret: options.clientSecret,
    timeout,
    fetch: options.fetch,
    now,
  });

  /** With a token; after a 401 one replay with a new one. */
  async function send(method: 'GET' | 'POST', url: string, body?: unknown): Promise<Answer> {
    for (let replay = false; ; replay = true) {
      const token = await tokens.get().catch((error: unknown) => {
        // Without a token the write did not start.
        if (method === 'POST' && error instanceof PlatformError) {
          throw new PlatformError(error.failure, { ...error.more, outcomeUnknown: false });
        }
        throw error;
      });
      const answer = await attempt(
        {
          method,
          url,
          headers: {
            authorization: `Bearer ${token}`,
            accept: 'application/json',
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
          timeout,
        },
        options.fetch,
      ).catch((error: unknown) => {
        throw fromNoAnswer(error, method);
      });
      if (answer.status !== 401) return answer;
      tokens.drop(token);
      if (replay) {
        const outcomeUnknown = method === 'POST' ? false : undefined;
        throw new PlatformError('credentials', { status: 401, issues: readIssues(answer), outcomeUnknown });
      }
    }
  }

  /** Reads may be repeated; nothing else ever is. */
  async function get(url: string): Promise<Answer> {
    return pRetry(
      async () => {
        const answer = await send('GET', url);
        if (answer.status >= 500 || answer.status === 429) throw fromAnswer(answer, 'GET');
        return answer;
      },
      {
        retries: 1,
        minTimeout: 300,
        randomize: true,
        shouldRetry: ({ error }) =>
          error instanceof PlatformError && ['unavailable', 'timeout'].includes(error.failure),
      },
    );
  }

  function fromAnswer(answer: Answer, method: 'GET' | 'POST'): PlatformError {
    const { status } = answer;
    const more = {
      status,
      issues: readIssues(answer),
      requestId: answer.headers.get('x-request-id') ?? undefined,
      // A server that fails may have written first; one that refuses has not. Reads say nothing of writes.
      outcomeUnknown: method === 'POST' ? status >= 500 : undefined,
    };
    if (status === 404) return new PlatformError('not-found', more);
    if (status === 429) {
      const retryAfter = retryAfterSeconds(answer.headers, now());
      return new PlatformError('throttled', { ...more, retryAfter });
    }
    if (status >= 500) return new PlatformError('unavailable', more);
    return new PlatformError('refused', more);
  }

  return {
    organizationId: options.organizationId,

    async search<T extends Resource>(type: T['resourceType'], params: Record<string, string>) {
      const found: T[] = [];
      let url: string | undefined = `${fhir}/${type}?${new URLSearchParams(params)}`;
      for (let page = 0; url !== undefined && page < MAX_PAGES; page++) {
        const answer = await get(url);
        if (answer.status !== 200) throw fromAnswer(answer, 'GET');
        const bundle = answer.json as Bundle<T> | undefined;
        // A 2xx that is no searchset says nothing of what is there: never take it for an empty one.
        if (bundle?.resourceType !== 'Bundle')
          throw new PlatformError('unsettled', { status: answer.status });
        for (const { resource } of bundle?.entry ?? []) {
          if (resource?.resourceType === type) found.push(resource);
        }
        // Links carry the platform's public host; only the query belongs to us.
        const next: string | undefined = bundle?.link?.find((link) => link.relation === 'next')?.url;
        url = next === undefined ? undefined : `${fhir}/${type}${new URL(next).search}`;
      }
      return found;
    },

    async read<T extends Resource>(type: T['resourceType'], id: string) {
      const answer = await get(`${fhir}/${type}/${encodeURIComponent(id)}`);
      if (answer.status === 404) return undefined;
      if (answer.status !== 200) throw fromAnswer(answer, 'GET');
      if ((answer.json as Resource | undefined)?.resourceType !== type) {
        throw new PlatformError('unsettled', { status: answer.status });
      }
      return answer.json as T;
    },

    async transaction(bundle) {
      const answer = await send('POST', fhir, bundle);
      if (answer.status < 200 || answer.status > 299) throw fromAnswer(answer, 'POST');
      const entries = (answer.json as Bundle | undefined)?.entry ?? [];
      const written = entries.map(({ response }) => readWritten(response));
      const whole = written.length === bundle.entry?.length && written.every((one) => one !== undefined);
      if (!whole) {
        throw new PlatformError('unsettled', { status: answer.status, outcomeUnknown: true });
      }
      return written as Written[];
    },

    async createPatient(patient) {
      const answer = await send('POST', `${fhir}/Patient`, patient);
      if (answer.status < 200 || answer.status > 299) throw fromAnswer(answer, 'POST');
      return readPatientAnswer(answer.json);
    },
  };
}

function baseUrl(env: string): string {
  const url = new URL(Object.hasOwn(hosts, env) ? hosts[env as keyof typeof hosts] : env);
  const loopback = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  if (url.protocol !== 'https:' && !loopback) {
    throw new TypeError(`platform: ${url.protocol}//${url.host} is not encrypted; use https`);
  }
  return url.href.replace(/\/+$/, '');
}

function fromNoAnswer(error: unknown, method: 'GET' | 'POST'): PlatformError {
  const silent = error instanceof NoAnswer ? error : undefined;
  return new PlatformError(silent?.reason === 'timeout' ? 'timeout' : 'unavailable', {
    outcomeUnknown: method === 'POST' ? (silent?.sent ?? true) : undefined,
  });
}

/** The extras `resourceType` and `resourceID`, or the same from `location` (platform facts 7). */
function readWritten(response: unknown): Written | undefined {
  const answer = response as { resourceType?: string; resourceID?: string; location?: string } | undefined;
  const path = /([A-Z]\w+)\/([A-Za-z0-9.-]+)(?:\/_history\/([^/]+))?$/.exec(answer?.location ?? '');
  const resourceType = answer?.resourceType ?? path?.[1];
  const id = answer?.resourceID ?? path?.[2];
  if (!resourceType || !id) return undefined;
  return { resourceType, id, ...(path?.[3] ? { versionId: path[3] } : {}) };
}

/** The several shapes of an answer to `POST /Patient` (platform facts 2.3). */
function readPatientAnswer(json: unknown): PatientAnswer {
  const body = json as Record<string, unknown> | undefined;
  const create = (body?.create_patient ?? body) as
    | { success?: boolean; message?: string; data?: Record<string, unknown>; id?: unknown }
    | undefined;
  const data = create?.data ?? {};
  const key = Object.keys(data).find((name) => /^patient[ _]?id:?$/i.test(name));
  const created = key ? data[key] : body?.resourceType === 'Patient' ? body.id : undefined;
  if (create?.success !== false && typeof created === 'string') return { created: true, id: created };
  if (create?.success === false) {
    const existing = typeof data.resourceID === 'string' ? data.resourceID : undefined;
    return { created: false, id: existing, message: create.message ?? '' };
  }
  throw new PlatformError('unsettled', { outcomeUnknown: true });
}
