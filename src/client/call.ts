/** One call, top to bottom: check, send until it is answered, read. Every method of the client goes this way. */
import pRetry from 'p-retry';
import { transport } from '#transport';
import type { ErrorCode } from '../contract/codes.js';
import { type Endpoint, type EndpointName, endpoints } from '../contract/endpoints.js';
import { isSatusehatError, SatusehatError } from '../contract/error.js';
import { defaultKey, sha256 } from '../contract/idempotency.js';
import { attempt, NoAnswer } from '../http/request.js';
import { IdCache } from './cache.js';
import { inEnglish } from './english.js';
import { readEnvelope } from './envelope.js';
import { tell } from './hooks.js';
import {
  type CallOptions,
  type LookupOptions,
  numberOf,
  type SendOptions,
  type Settings,
} from './options.js';
import { retryDelay } from './retry.js';
import { inTime, pause } from './waiting.js';

export interface Asked {
  endpoint: EndpointName;
  input?: unknown;
  options?: (CallOptions & SendOptions & LookupOptions) | undefined;
  /** Values of `{…}` in the path. */
  params?: Record<string, string>;
  /** Goes behind the path. */
  query?: Record<string, unknown>;
}

export interface Caller {
  call(asked: Asked): Promise<unknown>;
  /** Throws the error on, in the client's language. */
  inLocale(error: unknown): Promise<never>;
  /** Undefined when the cache is off. */
  cache: IdCache | undefined;
}

interface Prepared {
  endpoint: EndpointName;
  url: string;
  /** As JSON. */
  body: string;
  /** Without empty fields. */
  given: Record<string, unknown>;
  response: { safeParse(body: unknown): { success: boolean; data?: unknown } };
}

type Schemas = typeof import('./schemas.js');

/** Bytes of the longest answer that is read. */
const LONGEST_ANSWER = 16_777_216;

/** The way of one client to its service. */
export function createCaller(settings: Settings): Caller {
  const cache = settings.cache ? new IdCache(settings.cache) : undefined;
  const fetch = transport(settings.fetch);
  let loaded: Schemas | undefined;

  const english = async () => (settings.locale === 'en' ? import('../contract/english.js') : undefined);

  async function call(asked: Asked): Promise<unknown> {
    return run(asked).catch(inLocale);
  }

  async function inLocale(error: unknown): Promise<never> {
    const words = isSatusehatError(error) ? (await english())?.codesInEnglish : undefined;
    throw words ? inEnglish(error as SatusehatError, words) : error;
  }

  async function run({ endpoint, input = {}, options = {}, params = {}, query = {} }: Asked) {
    if (!settings.fetch && !/^https?:/i.test(settings.baseUrl) && !hasOrigin()) {
      throw new TypeError(
        'SatusehatClient: a baseUrl that is a path needs a page; elsewhere, give the whole address or a fetch',
      );
    }
    if (options.signal?.aborted) throw new SatusehatError({ code: 'ABORTED' });
    const body = toJson(input);
    // The schemas load with the first call: a page that only imports the client does not wait for them. Whatever waits
    // works on what was given at the moment of the call: the caller may use the object for the next one.
    const waits = !loaded || settings.locale === 'en';
    const words = waits ? (await english())?.problemsInEnglish : undefined;
    loaded ??= await import('./schemas.js');
    const { checkCall, contract } = loaded;
    const row: Endpoint = endpoints[endpoint];
    const { value, given } = checkCall(endpoint, waits ? JSON.parse(body) : input, params, options, words);
    const url = urlOf(row, params, query);
    const { response } = contract[endpoint];
    const ask = (signal: AbortSignal | undefined) =>
      send({ endpoint, url, body, given, response }, { ...options, signal });
    if (!cache || options.cache === false || !isLookup(endpoint)) return ask(options.signal);
    const digest = await sha256(`${settings.clinicCode ?? ''}\n${JSON.stringify(value)}`);
    // Without Web Crypto the key would be the NIK itself: rather ask again.
    if (!digest) return ask(options.signal);
    const { timeout, totalTimeout, retries } = options;
    return cache.get(`${endpoint}/${digest}`, `/${timeout}/${totalTimeout}/${retries}`, options.signal, ask);
  }

  function urlOf(row: Endpoint, params: Record<string, string>, query: Record<string, unknown>): string {
    const path = row.path.replace(/\{(\w+)\}/g, (_, key: string) => encodeURIComponent(params[key] ?? ''));
    const given = Object.entries(query).flatMap(([key, value]) =>
      value == null ? [] : [`${key}=${encodeURIComponent(String(value))}`],
    );
    return settings.baseUrl + path + (given.length > 0 ? `?${given.join('&')}` : '');
  }

  /** Attempts until one is answered for good. @throws SatusehatError that tells how many there were. */
  async function send(
    { endpoint, url, body, given, response }: Prepared,
    options: SendOptions,
  ): Promise<unknown> {
    const { signal } = options;
    const policy = {
      retries: Math.floor(numberOf('retries', options.retries, settings.retries)),
      totalTimeout: numberOf('totalTimeout', options.totalTimeout, settings.totalTimeout, 1),
      backoff: settings.backoff,
    };
    const wait = numberOf('wait', options.wait, 0);
    // Who lets the service wait has to wait for the service.
    const patient = wait > 0 ? Math.max(settings.timeout, wait * 1_000 + 10_000) : settings.timeout;
    const timeout = numberOf('timeout', options.timeout, patient, 1);
    const { method, durable }: Endpoint = endpoints[endpoint];
    const key =
      options.idempotencyKey ?? (durable && !url.includes('uji=') ? await keyOf(endpoint, given) : '');
    const headers: Record<string, string> = {
      accept: 'application/json',
      ...(method === 'POST' ? { 'content-type': 'application/json' } : {}),
      ...(settings.clinicCode ? { 'x-clinic-code': settings.clinicCode } : {}),
      ...(settings.clinicSecret ? { 'x-clinic-secret': settings.clinicSecret } : {}),
      ...(key ? { 'idempotency-key': key } : {}),
      ...(options.wait === undefined
        ? {}
        : { prefer: wait > 0 ? `wait=${Math.ceil(wait)}` : 'respond-async' }),
    };
    const started = performance.now();
    const elapsed = () => performance.now() - started;
    /** Milliseconds for the next attempt. */
    const left = () => Math.max(1, Math.min(timeout, policy.totalTimeout - elapsed()));
    let attempts = 0;

    const once = async () => {
      const event = { endpoint, attempt: ++attempts };
      const { hooks } = settings;
      tell(hooks.onRequest, event);
      const began = performance.now();
      const report = (more: { status?: number | undefined; code?: string; logId?: string | undefined }) => {
        const response = { ...event, took: Math.round(performance.now() - began), ...more };
        tell(hooks.onResponse, response);
        tell((line) => hooks.logger?.debug(line, 'satusehat answer'), response);
      };
      try {
        const answer = await attempt(
          {
            method,
            url,
            headers: settings.headers
              ? { ...(await extraHeaders(settings, signal, left())), ...headers }
              : headers,
            ...(method === 'POST' ? { body } : {}),
            timeout: left(),
            limit: LONGEST_ANSWER,
            signal,
            credentials: settings.credentials,
          },
          fetch,
        );
        const read = readEnvelope(answer, endpoint, Date.now());
        const parsed = response.safeParse(read);
        if (!parsed.success) throw new SatusehatError({ code: 'UNEXPECTED_RESPONSE', status: answer.status });
        report({ status: answer.status, logId: read.log_id as string | undefined });
        return parsed.data;
      } catch (thrown) {
        const error = thrown instanceof NoAnswer ? fromSilence(thrown) : thrown;
        if (!isSatusehatError(error)) throw error;
        report({ status: error.status, code: error.code, logId: error.logId });
        throw counted(error, attempts);
      }
    };

    return pRetry(once, {
      retries: policy.retries,
      minTimeout: 0,
      async shouldRetry({ error }) {
        if (!isSatusehatError(error)) return false;
        const { retryable, retryAfter, code, status } = error;
        const delay = retryDelay(policy, {
          retryable,
          retryAfter,
          attempts,
          elapsed: elapsed(),
          random: Math.random(),
        });
        if (delay === undefined) return false;
        const event = { endpoint, attempt: attempts, code, status, delay };
        tell(settings.hooks.onRetry, event);
        tell((line) => settings.hooks.logger?.warn(line, 'satusehat retry'), event);
        await pause(delay, signal).catch((aborted: SatusehatError) => {
          throw counted(aborted, attempts);
        });
        return true;
      },
    });
  }

  /**
   * Of a change one for this call alone: repeated within it, it is not written over what somebody changed meanwhile;
   * called again, it is a new wish.
   */
  async function keyOf(endpoint: EndpointName, given: Record<string, unknown>): Promise<string | undefined> {
    if (endpoint === 'resendLog' || endpoint === 'batalLog') return undefined;
    if (given.id !== undefined) return globalThis.crypto?.randomUUID?.();
    return defaultKey(settings.clinicCode ?? '', endpoint, given);
  }

  return { call, inLocale, cache };
}

function isLookup(endpoint: EndpointName): boolean {
  return (
    endpoint === 'getPatientId' || endpoint === 'getPractitionerId' || endpoint === 'getHealthcareServiceId'
  );
}

/** Whether there is a page whose address a path belongs to. */
function hasOrigin(): boolean {
  return 'location' in globalThis || 'document' in globalThis;
}

async function extraHeaders({ headers }: Settings, signal: AbortSignal | undefined, timeout: number) {
  const given =
    typeof headers === 'function' ? await inTime(Promise.resolve(headers()), timeout, signal) : headers;
  // In small letters, so that none of the client's own is there twice.
  return Object.fromEntries(Object.entries(given ?? {}).map(([name, value]) => [name.toLowerCase(), value]));
}

/** @throws SatusehatError INVALID_JSON for what JSON cannot say, e.g. an object that holds itself. */
function toJson(input: unknown): string {
  try {
    return JSON.stringify(input ?? {});
  } catch (cause) {
    throw new SatusehatError({ code: 'INVALID_JSON', cause });
  }
}

const codeOfSilence = {
  network: 'NETWORK_ERROR',
  timeout: 'TIMEOUT',
  aborted: 'ABORTED',
  'too large': 'UNEXPECTED_RESPONSE',
} as const satisfies Record<NoAnswer['reason'], ErrorCode>;

function fromSilence(cause: NoAnswer): SatusehatError {
  return new SatusehatError({ code: codeOfSilence[cause.reason], cause });
}

/** The same error, which knows how many attempts it took. */
function counted(error: SatusehatError, attempts: number): SatusehatError {
  return Object.assign(error, { attempts });
}
