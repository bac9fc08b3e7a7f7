/** What a client is told, checked once. Whatever is wrong throws a TypeError that names the option. */
import type { Locale } from '../contract/codes.js';
import { isLoopback } from '../http/address.js';
import { environment } from '../http/proxy.js';
import type { FetchLike } from '../http/request.js';
import type { CacheOptions } from './cache.js';
import type { Hooks } from './hooks.js';

/** Options of a client. Only `baseUrl` is needed. */
export interface ClientOptions extends Hooks {
  /**
   * Address of the SATUSEHAT Service, e.g. `https://satusehat.klinik.example`; in a browser also a path of the page's
   * own origin, e.g. `/satusehat`. Environment, through `fromEnv()`: `SATUSEHAT_BASE_URL`.
   */
  baseUrl: string;
  /** `X-Clinic-Code`. Environment, through `fromEnv()`: `CLINIC_CODE`. */
  clinicCode?: string | undefined;
  /**
   * `X-Clinic-Secret`. Never in a browser: there, let a proxy of the same origin add it. Environment, through
   * `fromEnv()`: `CLINIC_SECRET`.
   */
  clinicSecret?: string | undefined;
  /** Headers to add to every request, e.g. a CSRF token; a function is asked before every attempt. */
  headers?: ExtraHeaders | undefined;
  /** Whether a browser sends cookies. Default `same-origin`. */
  credentials?: RequestCredentials | undefined;
  /** Milliseconds for one attempt, headers and body together. Default 30,000. */
  timeout?: number | undefined;
  /** Milliseconds for a call with all its attempts and pauses. Default 90,000. */
  totalTimeout?: number | undefined;
  /** How often a failed attempt is repeated. Default 3; 0 means never. Worst case: 1 + retries requests a call. */
  retries?: number | undefined;
  /** The pauses between attempts. */
  backoff?: Backoff | undefined;
  /** The ids that look-ups have found, kept in memory. Default on; `false` switches it off. */
  cache?: CacheOptions | false | undefined;
  /** Language of the messages this client makes. Default `id`, Indonesian. */
  locale?: Locale | undefined;
  /** Used instead of the client's own way to the network. */
  fetch?: FetchLike | undefined;
  /** Allows `clinicSecret` in a browser, where everybody can read it. Default false. */
  dangerouslyAllowBrowser?: boolean | undefined;
  /** Allows `http:` to another machine: the secret and the patients are then readable on the way. Default false. */
  allowInsecure?: boolean | undefined;
}

/** Headers by name; or a function that makes them, which may take its time. */
export type ExtraHeaders =
  | Record<string, string>
  | (() => Record<string, string> | Promise<Record<string, string>>);

/** The pauses between attempts: drawn at random, so that clients that failed together do not come back together. */
export interface Backoff {
  /** Milliseconds; the pause before attempt n + 1 is drawn between 0 and `base * 2^(n-1)`. Default 500. */
  base?: number | undefined;
  /** Milliseconds that no drawn pause exceeds. Default 10,000. */
  cap?: number | undefined;
  /** Milliseconds of a service's `Retry-After` that are obeyed. Default 30,000. */
  retryAfterCap?: number | undefined;
}

/** Options of any single call. */
export interface CallOptions {
  /** Ends the call at any moment with ABORTED, also between two attempts. */
  signal?: AbortSignal | undefined;
  /** Milliseconds for one attempt. Default: the client's. */
  timeout?: number | undefined;
  /** Milliseconds for the call with all its attempts and pauses. Default: the client's. */
  totalTimeout?: number | undefined;
  /** How often a failed attempt is repeated. Default: the client's. */
  retries?: number | undefined;
}

/** Options of a call that sends or changes something. */
export interface SendOptions extends CallOptions {
  /**
   * Sends of the same key are recorded once. Default: a digest of clinic, endpoint and data, so that a program that
   * crashed and sends again makes no second visit. A change (data with an `id`) has one of its own for each
   * call: a correction back to an earlier value is the same data, and must be written nevertheless.
   */
  idempotencyKey?: string | undefined;
  /** Seconds the service may wait for the platform before it answers `queued`, at most 60; 0 answers at once. */
  wait?: number | undefined;
}

/** Options of a look-up. */
export interface LookupOptions extends CallOptions {
  /** `false` asks the service, whatever is remembered, and remembers nothing. */
  cache?: false | undefined;
}

export interface Settings {
  baseUrl: string;
  clinicCode: string | undefined;
  clinicSecret: string | undefined;
  headers: ExtraHeaders | undefined;
  credentials: RequestCredentials;
  timeout: number;
  totalTimeout: number;
  retries: number;
  backoff: { base: number; cap: number; retryAfterCap: number };
  cache: { max: number; ttl: number; negativeTtl: number } | false;
  locale: Locale;
  fetch: FetchLike | undefined;
  hooks: Hooks;
}

/** @throws TypeError for whatever is wrong, never with the secret in it. */
export function readOptions(options: ClientOptions): Settings {
  const { baseUrl, clinicCode, clinicSecret, backoff = {}, cache = {}, locale = 'id' } = options;
  checkAddress(baseUrl, options.allowInsecure);
  for (const name of ['clinicCode', 'clinicSecret'] as const) {
    if (!fitsHeader(options[name])) throw wrong(`${name} holds characters no header can carry`);
  }
  if (clinicSecret && inBrowser() && !options.dangerouslyAllowBrowser) {
    throw wrong(
      "clinicSecret must not be in a browser, where everybody can read it. Let a proxy of the page's origin add it: new SatusehatClient({ baseUrl: '/satusehat', headers: async () => ({…}) }), or cookies, to say who asks. To take the risk: dangerouslyAllowBrowser: true.",
    );
  }
  if (!/^(id|en)$/.test(locale)) throw wrong('locale must be id or en');
  return {
    baseUrl: baseUrl.replace(/\/+$/, ''),
    clinicCode,
    clinicSecret,
    headers: options.headers,
    credentials: options.credentials ?? 'same-origin',
    timeout: numberOf('timeout', options.timeout, 30_000, 1),
    totalTimeout: numberOf('totalTimeout', options.totalTimeout, 90_000, 1),
    retries: Math.floor(numberOf('retries', options.retries, 3)),
    backoff: {
      base: numberOf('backoff.base', backoff.base, 500),
      cap: numberOf('backoff.cap', backoff.cap, 10_000),
      retryAfterCap: numberOf('backoff.retryAfterCap', backoff.retryAfterCap, 30_000),
    },
    cache: cache && {
      max: numberOf('cache.max', cache.max, 1_000, 1),
      ttl: numberOf('cache.ttl', cache.ttl, 3_600_000),
      negativeTtl: numberOf('cache.negativeTtl', cache.negativeTtl, 30_000),
    },
    locale,
    fetch: options.fetch,
    hooks: {
      logger: options.logger,
      onRequest: options.onRequest,
      onResponse: options.onResponse,
      onRetry: options.onRetry,
    },
  };
}

/** @throws TypeError that names every variable that is missing. */
export function optionsFromEnvironment(): Pick<ClientOptions, 'baseUrl' | 'clinicCode' | 'clinicSecret'> {
  const env = environment();
  const names = ['SATUSEHAT_BASE_URL', 'CLINIC_CODE', 'CLINIC_SECRET'] as const;
  const [baseUrl = '', clinicCode, clinicSecret] = names.map((name) => env[name]?.trim());
  const missing = names.filter((name) => !env[name]?.trim());
  if (missing.length > 0) throw wrong(`missing in the environment: ${missing.join(', ')}`);
  return { baseUrl, clinicCode, clinicSecret };
}

/** @throws TypeError for what is no number from `least`. */
export function numberOf(name: string, given: number | undefined, standard: number, least = 0): number {
  if (given === undefined) return standard;
  if (typeof given !== 'number' || !(given >= least)) throw wrong(`${name} must be a number from ${least}`);
  return given;
}

function checkAddress(baseUrl: string, allowInsecure: boolean | undefined): void {
  if (!baseUrl) throw wrong('baseUrl is missing');
  if (/^\/(?!\/)/.test(baseUrl)) return;
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw wrong('baseUrl must begin with http://, https:// or, in a browser, /');
  }
  if (url.username || url.password || url.search || url.hash) {
    throw wrong('baseUrl must have no user, no password, no ? and no #');
  }
  // Names kept for tests lead nowhere (RFC 2606).
  const harmless = isLoopback(url.hostname) || /\.(invalid|test|localhost)$/.test(url.hostname);
  if (url.protocol === 'http:' && !harmless && !allowInsecure) {
    throw wrong(
      'baseUrl is http:, readable on the way. Use https://; within a network you trust: allowInsecure: true.',
    );
  }
}

function wrong(what: string): TypeError {
  return new TypeError(`SatusehatClient: ${what}`);
}

/** Printable Latin-1, as headers are. */
export function fitsHeader(value: string | undefined): boolean {
  return value === undefined || /^[\x20-\x7e\xa0-\xff]*$/.test(value);
}

/** A page or a worker of a page; not a server's worker. */
function inBrowser(): boolean {
  const scope = globalThis as { document?: unknown; importScripts?: unknown; navigator?: unknown };
  return scope.navigator !== undefined && (scope.document !== undefined || scope.importScripts !== undefined);
}
