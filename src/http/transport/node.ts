/**
 * In Node: undici's `request`, which takes half the time of `fetch`. Whoever has put something of their own in the
 * way of the global fetch (msw, an instrumentation, a dispatcher with their CA) gets that instead.
 */
import type { Dispatcher } from 'undici';
import { isLoopback } from '../address.js';
import { around, throughOfetch } from '../ofetch.js';
import { environment, type ProxyRoute, proxyOf } from '../proxy.js';
import { type Exchange, type FetchLike, type LightResponse, NoAnswer, readText } from '../request.js';

let opened: Promise<Exchange> | undefined;
let ready: Exchange | undefined;

export function transport(given: FetchLike | undefined): Exchange {
  return given ? throughOfetch(given) : around(fastest, PlainHeaders);
}

const fastest: Exchange = async (url, init) => {
  if (!isNodesOwn(globalThis.fetch) || !isDefault(globalDispatcher())) {
    const { stop, ...plain } = init;
    return globalThis.fetch(url, { ...plain, headers: new Headers(init.headers), signal: stop.signal });
  }
  opened ??= open();
  ready ??= await opened;
  return ready(url, init);
};

/** As much of a Headers as stands on the way: a real one takes longer to make and to read than all else here. */
class PlainHeaders {
  readonly headers: Record<string, string> = {};

  constructor(given: Record<string, string> = {}) {
    for (const [name, value] of Object.entries(given)) this.set(name, value);
  }
  get(name: string): string | null {
    return this.headers[name.toLowerCase()] ?? null;
  }
  has(name: string): boolean {
    return name.toLowerCase() in this.headers;
  }
  set(name: string, value: string): void {
    this.headers[name.toLowerCase()] = value;
  }
  [Symbol.iterator](): Iterator<[string, string]> {
    return Object.entries(this.headers)[Symbol.iterator]();
  }
}

let seen: typeof fetch | undefined;
let own = false;

/** A fetch that somebody has wrapped or replaced does not read like this. */
function isNodesOwn(fetch: typeof globalThis.fetch): boolean {
  if (fetch !== seen) {
    seen = fetch;
    const text = typeof fetch === 'function' ? Function.prototype.toString.call(fetch) : '';
    own =
      text.startsWith('function fetch(input, init = undefined)') &&
      text.includes("require('internal/deps/undici/undici')");
  }
  return own;
}

/** What `setGlobalDispatcher` of any copy of undici has set, or undici itself at its first use. */
function globalDispatcher(): object | undefined {
  return (globalThis as Record<symbol, object | undefined>)[Symbol.for('undici.globalDispatcher.1')];
}

const known = new WeakMap<object, boolean>();

/** True for an Agent without options, as undici makes it itself. Anything that cannot be read counts as the user's. */
function isDefault(dispatcher: object | undefined): boolean {
  if (dispatcher === undefined) return true;
  let plain = known.get(dispatcher);
  if (plain === undefined) {
    const key = Object.getOwnPropertySymbols(dispatcher).find(({ description }) => description === 'options');
    const options = key && (dispatcher as Record<symbol, Record<string, unknown>>)[key];
    plain =
      dispatcher.constructor.name === 'Agent' &&
      options !== undefined &&
      Object.entries(options).every(
        ([name, value]) =>
          value === undefined || (name === 'maxOrigins' && value === Number.POSITIVE_INFINITY),
      );
    known.set(dispatcher, plain);
  }
  return plain;
}

/** Loaded at the first call: whoever imports the client and sends nothing never pays for undici. */
async function open(): Promise<Exchange> {
  const { Agent, EnvHttpProxyAgent, request } = await import('undici');
  const direct = new Agent();
  let proxied: Dispatcher | undefined;
  const route = readRoute();
  const outside = ({ https, http, except }: ProxyRoute) =>
    new EnvHttpProxyAgent({ httpsProxy: https, httpProxy: http, noProxy: except });
  return async (url, init) => {
    let dispatcher: Dispatcher = direct;
    // What is on this machine is never behind a proxy, whatever the environment says.
    if (route && !isLoopback(new URL(url).hostname)) {
      // Nothing goes anywhere; what is wrong stands in `error.cause.systemCode`.
      if (route === 'invalid') throw Object.assign(new Error(route), { code: 'INVALID_HTTP_PROXY' });
      proxied ??= outside(route);
      dispatcher = proxied;
    }
    // `transport` told ofetch to put them into these.
    const { headers } = init.headers as unknown as PlainHeaders;
    // Without this header a server may compress, and `request` does not unpack.
    headers['accept-encoding'] ??= 'identity';
    const answer = await request(url, {
      method: init.method as Dispatcher.HttpMethod,
      headers,
      body: (init.body as string | undefined) ?? null,
      signal: init.stop,
      dispatcher,
      // The caller's own deadline is over headers and body; undici's would cut longer ones short.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    return lightResponse(answer) as unknown as Response;
  };
}

function readRoute(): ProxyRoute | 'invalid' | undefined {
  try {
    return proxyOf(environment());
  } catch {
    return 'invalid';
  }
}

/** As much of a Response as `attempt` reads: a real one costs more than the request. */
function lightResponse({ statusCode, headers, body }: Dispatcher.ResponseData) {
  const get = (name: string): string | null => {
    const value = headers[name];
    return Array.isArray(value) ? value.join(', ') : (value ?? null);
  };
  return {
    status: statusCode,
    ok: statusCode >= 200 && statusCode < 300,
    headers: { get },
    body,
    async readText(limit: number): Promise<string> {
      const coding = get('content-encoding') ?? 'identity';
      const chunks = await collect(body, limit);
      if (coding === 'identity') {
        const decoder = new TextDecoder();
        const text = chunks.map((chunk) => decoder.decode(chunk, { stream: true })).join('');
        return text + decoder.decode();
      }
      const packed = new Blob(chunks).stream();
      const unpacked = packed.pipeThrough(new DecompressionStream(coding as CompressionFormat));
      // Also what little becomes much of is bounded.
      return readText(new Response(unpacked), limit);
    },
  } satisfies Partial<Record<keyof Response, unknown>> & LightResponse;
}

/** By events: to iterate over a body takes longer than to receive it. */
function collect(body: Dispatcher.ResponseData['body'], limit: number): Promise<Uint8Array<ArrayBuffer>[]> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    let size = 0;
    body.on('data', (chunk: Uint8Array<ArrayBuffer>) => {
      size += chunk.byteLength;
      chunks.push(chunk);
      // Destroyed, the connection is closed and the rest never comes.
      if (size > limit) body.destroy(new NoAnswer('too large'));
    });
    body.on('end', () => resolve(chunks));
    body.on('error', reject);
  });
}
