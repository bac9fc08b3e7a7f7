/**
 * In Node: undici's dispatcher, which takes half the time of `fetch`. Whoever has put something of their own in the
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
  const { Agent, EnvHttpProxyAgent } = await import('undici');
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
    // As much of one as `attempt` reads.
    return (await exchange(dispatcher, url, init, headers)) as unknown as Response;
  };
}

function readRoute(): ProxyRoute | 'invalid' | undefined {
  try {
    return proxyOf(environment());
  } catch {
    return 'invalid';
  }
}

/**
 * One request by undici's own events: a stream, which `request` would make of them, takes longer than to receive what
 * goes through it.
 */
function exchange(
  dispatcher: Dispatcher,
  url: string,
  { method, body, stop }: Parameters<Exchange>[1],
  headers: Record<string, string>,
): Promise<LightAnswer> {
  const { origin, pathname, search } = new URL(url);
  return new Promise((resolve, reject) => {
    let answer: LightAnswer | undefined;
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart(controller) {
        if (stop.aborted) controller.abort(new NoAnswer('aborted'));
        else stop.once('abort', () => controller.abort(new NoAnswer('aborted')));
      },
      onResponseStart(controller, status, given) {
        // 1xx: the answer is still to come.
        if (status < 200) return;
        answer = new LightAnswer(status, given, (reason) => controller.abort(reason));
        resolve(answer);
      },
      onResponseData(_, chunk) {
        answer?.take(chunk as Uint8Array<ArrayBuffer>);
      },
      onResponseEnd() {
        stop.removeListener();
        answer?.end();
      },
      onResponseError(_, error) {
        stop.removeListener();
        if (answer) answer.fail(error);
        else reject(error);
      },
    };
    dispatcher.dispatch(
      {
        origin,
        path: pathname + search,
        method: method as Dispatcher.HttpMethod,
        headers,
        body: (body as string | undefined) ?? null,
        // The caller's own deadline is over headers and body; undici's would cut longer ones short.
        headersTimeout: 0,
        bodyTimeout: 0,
      },
      handler,
    );
  });
}

const utf8 = new TextDecoder();

/** As much of a Response as `attempt` reads: a real one costs more than the request. */
class LightAnswer implements LightResponse {
  readonly ok: boolean;
  readonly headers = { get: (name: string) => this.#get(name) };
  readonly #chunks: Uint8Array<ArrayBuffer>[] = [];
  #size = 0;
  #limit = Number.POSITIVE_INFINITY;
  #ended = false;
  #error: Error | undefined;
  /** Of who waits for the end. */
  #settle: (() => void) | undefined;

  constructor(
    readonly status: number,
    private readonly given: Dispatcher.ResponseData['headers'],
    private readonly cutOff: (reason: NoAnswer) => void,
  ) {
    this.ok = status >= 200 && status < 300;
  }

  #get(name: string): string | null {
    const value = this.given[name];
    return Array.isArray(value) ? value.join(', ') : (value ?? null);
  }

  take(chunk: Uint8Array<ArrayBuffer>): void {
    this.#chunks.push(chunk);
    this.#size += chunk.byteLength;
    this.#bound();
  }

  end(): void {
    this.#ended = true;
    this.#settle?.();
  }

  fail(error: Error): void {
    this.#error ??= error;
    this.#settle?.();
  }

  /** Cut off, the connection is closed and the rest never comes. */
  #bound(): void {
    if (this.#size <= this.#limit || this.#error) return;
    const reason = new NoAnswer('too large');
    this.fail(reason);
    this.cutOff(reason);
  }

  async readText(limit: number): Promise<string> {
    this.#limit = limit;
    this.#bound();
    if (!this.#ended && !this.#error) {
      await new Promise<void>((resolve) => {
        this.#settle = resolve;
      });
    }
    if (this.#error) throw this.#error;
    const coding = this.#get('content-encoding') ?? 'identity';
    const [first] = this.#chunks;
    if (coding === 'identity') {
      if (this.#chunks.length <= 1) return first ? utf8.decode(first) : '';
      return utf8.decode(Buffer.concat(this.#chunks));
    }
    const packed = new Blob(this.#chunks).stream();
    const unpacked = packed.pipeThrough(new DecompressionStream(coding as CompressionFormat));
    // Also what little becomes much of is bounded.
    return readText(new Response(unpacked), limit);
  }
}
