/** One HTTP attempt, for the client and for the platform alike: no retry, no opinion on statuses. */
import { createFetch, FetchError } from 'ofetch';

export type FetchLike = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

export interface Attempt {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH';
  url: string;
  headers?: Record<string, string>;
  body?: string;
  /** Milliseconds for headers and body together. */
  timeout: number;
  signal?: AbortSignal | undefined;
  credentials?: RequestCredentials | undefined;
}

export interface Answer {
  status: number;
  headers: Headers;
  /** The body as text; `json` when it parsed as JSON, else undefined. */
  text: string;
  json: unknown;
}

/** Why no whole answer came. `sent` is false only when the request certainly never reached the other side. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  constructor(
    readonly reason: 'network' | 'timeout' | 'aborted',
    readonly sent: boolean,
    /** System code such as ECONNREFUSED, when there is one. */
    readonly systemCode: string | undefined,
  ) {
    super(reason);
  }
}

const NEVER_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  // The other side is not who it should be: nothing was said to it.
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_HAS_EXPIRED',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

/**
 * @throws NoAnswer when no whole answer came: network, time-out over headers and body, abort. The underlying
 * message is dropped on purpose: it holds the URL, and a URL can hold a NIK.
 */
export async function attempt(request: Attempt, fetch: FetchLike | undefined): Promise<Answer> {
  const timeout = AbortSignal.timeout(request.timeout);
  const signal = request.signal ? AbortSignal.any([timeout, request.signal]) : timeout;
  const $fetch = createFetch({ fetch: fetch as typeof globalThis.fetch | undefined });
  try {
    const response = await $fetch.raw<string, 'text'>(request.url, {
      method: request.method,
      headers: request.headers,
      body: request.body,
      signal,
      retry: 0,
      redirect: 'manual',
      ignoreResponseError: true,
      responseType: 'text',
      credentials: request.credentials,
    });
    const text = response._data ?? '';
    return { status: response.status, headers: response.headers, text, json: parse(text) };
  } catch (error) {
    if (request.signal?.aborted) throw new NoAnswer('aborted', true, undefined);
    if (timeout.aborted) throw new NoAnswer('timeout', true, undefined);
    const systemCode = findCode(error);
    throw new NoAnswer('network', !(systemCode && NEVER_SENT.has(systemCode)), systemCode);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function findCode(error: unknown): string | undefined {
  let at: unknown = error instanceof FetchError ? error.cause : error;
  for (let depth = 0; depth < 4 && typeof at === 'object' && at !== null; depth++) {
    const code = (at as { code?: unknown }).code;
    if (typeof code === 'string') return code;
    at = (at as { cause?: unknown }).cause;
  }
  return undefined;
}

/** Seconds of a `Retry-After` header, in either of its forms; undefined without one. */
export function retryAfterSeconds(headers: Headers, now: number): number | undefined {
  const value = headers.get('retry-after');
  if (value === null) return undefined;
  if (/^\d+$/.test(value.trim())) return Number(value);
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - now) / 1000));
}
