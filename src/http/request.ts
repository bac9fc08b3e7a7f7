/** One HTTP attempt, for the client and for the platform alike: no retry, no opinion on statuses. */
import { Stop } from './stop.js';
import { startDeadline } from './timers.js';

/** Anything that is called as the global `fetch` is. */
export type FetchLike = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** A fetch on our way: it is ended by `stop`, and makes an AbortSignal of it for whoever wants one. */
export type Exchange = (url: string, init: RequestInit & { stop: Stop }) => Promise<Response>;

export interface Attempt {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH';
  url: string;
  headers?: Record<string, string>;
  body?: string;
  /** Milliseconds for headers and body together. */
  timeout: number;
  /** Longest answer, in bytes. Default: any. */
  limit?: number;
  signal?: AbortSignal | undefined;
  credentials?: RequestCredentials | undefined;
}

export interface Answer {
  status: number;
  headers: Pick<Headers, 'get'>;
  /** The body as text; `json` when it parsed as JSON, else undefined. */
  text: string;
  json: unknown;
}

/** Why no whole answer came. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  constructor(
    readonly reason: 'network' | 'timeout' | 'aborted' | 'too large',
    /** System code such as ECONNREFUSED, when there is one. */
    readonly systemCode?: string | undefined,
  ) {
    super(reason);
  }
}

/** What the transport of Node answers with: it reads its own body. */
export interface LightResponse {
  readText(limit: number): Promise<string>;
}

/**
 * @throws NoAnswer when no whole answer came: network, time-out over headers and body, abort, too large. The
 * underlying message is dropped on purpose: it holds the URL, and a URL can hold a NIK.
 */
export async function attempt(request: Attempt, fetch: Exchange): Promise<Answer> {
  if (request.signal?.aborted) throw new NoAnswer('aborted');
  let interrupt: (why: NoAnswer) => void = () => {};
  // Beside the signal: a fetch that was given may not listen to one.
  const interrupted = new Promise<never>((_, reject) => {
    interrupt = reject;
  });
  const stop = new Stop();
  const end = (reason: NoAnswer['reason']) => {
    interrupt(new NoAnswer(reason));
    stop.abort();
  };
  const abort = () => end('aborted');
  // Before the deadline: what is no signal throws here, and no timer may outlive that.
  request.signal?.addEventListener('abort', abort, { once: true });
  const clear = startDeadline(request.timeout, () => end('timeout'));
  try {
    return await Promise.race([interrupted, exchange(request, fetch, stop)]);
  } catch (error) {
    if (error instanceof NoAnswer) throw error;
    throw new NoAnswer('network', findCode(error));
  } finally {
    clear();
    request.signal?.removeEventListener('abort', abort);
  }
}

async function exchange(request: Attempt, fetch: Exchange, stop: Stop): Promise<Answer> {
  const { method, url, headers, body, credentials } = request;
  const response = await fetch(url, {
    method,
    stop,
    redirect: 'manual',
    ...(headers ? { headers } : {}),
    ...(body === undefined ? {} : { body }),
    ...(credentials ? { credentials } : {}),
  });
  const text = await readText(response, request.limit ?? Number.POSITIVE_INFINITY);
  return { status: response.status, headers: response.headers, text, json: parse(text) };
}

/** The body as text, and no more of it than `limit` bytes. */
export async function readText(
  response: Response | (Response & LightResponse),
  limit: number,
): Promise<string> {
  if ('readText' in response) return response.readText(limit);
  if (limit === Number.POSITIVE_INFINITY || !response.body) return response.text();
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    size += value.byteLength;
    if (size > limit) {
      reader.cancel().catch(() => {});
      throw new NoAnswer('too large');
    }
    text += decoder.decode(value, { stream: true });
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
  let at = error;
  for (let depth = 0; depth < 4 && typeof at === 'object' && at !== null; depth++) {
    const code = (at as { code?: unknown }).code;
    if (typeof code === 'string') return code;
    at = (at as { cause?: unknown }).cause;
  }
  return undefined;
}

/** Seconds of a `Retry-After` header, in either of its forms; undefined without one. */
export function retryAfterSeconds(headers: Answer['headers'], now: number): number | undefined {
  const value = headers.get('retry-after');
  if (value === null) return undefined;
  if (/^\d+$/.test(value.trim())) return Number(value);
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - now) / 1000));
}
