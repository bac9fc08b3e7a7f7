import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { HttpBindings } from '@hono/node-server';
import { errorAnswer } from '../contract/answer.js';
import { SatusehatError } from '../contract/error.js';
import { isLoopbackAddress, peers } from './addresses.js';

/** Anything with a fetch handler: the service, the sandbox. */
export interface Fetches {
  /** Answers one request. */
  fetch(request: Request): Response | Promise<Response>;
}

/**
 * For `node:http`'s `createServer`, for Express, and for what else hands out Node's own request and response. A body
 * that a parser such as `express.json()` has read already is taken from `request.body`.
 *
 * ```ts
 * app.all('/satusehat/*splat', toNodeHandler(service)); // Express 5, with basePath: '/satusehat'
 * ```
 */
export function toNodeHandler(app: Fetches): NodeHandler {
  let handler: Promise<NodeHandler> | undefined;
  return async (request, response) => {
    handler ??= nodeHandler(app);
    await (await handler)(request, response);
  };
}

/** Takes Node’s own request and response. */
export type NodeHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** What only requests of Node need is loaded with the first of them: apps that hand out Requests never pay for it. */
async function nodeHandler(app: Fetches): Promise<NodeHandler> {
  const [{ getRequestListener, RequestError }, { RESPONSE_ALREADY_SENT }] = await Promise.all([
    import('@hono/node-server'),
    import('@hono/node-server/utils/response'),
  ]);
  return getRequestListener(
    async (request, env) => {
      const { incoming, outgoing } = env as HttpBindings;
      try {
        const whole = withBody(request, incoming);
        peers.set(whole, { address: incoming.socket.remoteAddress });
        return await app.fetch(whole);
      } catch (error) {
        if (!isReset(error)) throw error;
        // An app that fails as a broken connection does means one: the sandbox's faults.
        outgoing.socket?.destroy();
        return RESPONSE_ALREADY_SENT;
      }
    },
    {
      overrideGlobalObjects: false,
      errorHandler: (error) =>
        error instanceof RequestError ? unreadable() : new Response(null, { status: 500 }),
    },
  );
}

/** The request, with what a body parser made of its body where one was before us. */
function withBody(request: Request, incoming: IncomingMessage & { body?: unknown }): Request {
  const { body } = incoming;
  const read = incoming.readableDidRead || incoming.readableEnded;
  if (!read || body === undefined || ['GET', 'HEAD'].includes(request.method)) return request;
  const headers = new Headers(request.headers);
  // They describe the bytes that came, not those that are made of the parser's value.
  for (const name of ['content-length', 'content-encoding', 'transfer-encoding']) headers.delete(name);
  const plain = typeof body === 'string' || body instanceof Uint8Array;
  return new Request(request.url, {
    method: request.method,
    headers,
    body: plain ? (body as BodyInit) : JSON.stringify(body),
  });
}

function isReset(error: unknown): boolean {
  const { code } = ((error as { cause?: unknown }).cause ?? {}) as { code?: unknown };
  return code === 'ECONNRESET';
}

/** Milliseconds that requests get to end when a server closes. */
const GRACE = 10_000;

/** A server that listens. */
export interface Listening {
  /** Without a slash at the end, e.g. `http://127.0.0.1:8787`. */
  url: string;
  /** The port it has, also when 0 was asked for. */
  port: number;
  /** Takes no more, lets open requests end within 10 seconds, then resolves. */
  close(): Promise<void>;
}

/** How {@link listen} meets other machines. */
export interface ListenOptions {
  /** Key and certificate in PEM: it speaks TLS itself, 1.2 or newer. */
  tls?: {
    /** Private key. */
    key: string | Buffer;
    /** Certificate, with those between it and the root. */
    cert: string | Buffer;
  };
  /**
   * Allows plain HTTP to other machines: for a proxy on another one that ends TLS. A function is asked for each
   * connection by its address; whoever it does not let in is told so and reaches nothing. Default false.
   */
  insecure?: boolean | ((address: string) => boolean);
}

/**
 * Serves an app on its own server. Plain HTTP is for this machine alone, unless `insecure` says otherwise: credentials
 * and patients are on the way.
 *
 * ```ts
 * const { url, close } = await listen(service, 8787);
 * ```
 *
 * @param port 0 takes a free one.
 * @param hostname name or address to listen at. Default `127.0.0.1`.
 * @throws TypeError for another machine's sake. @throws the system's error when the port is taken (`EADDRINUSE`).
 */
export async function listen(
  app: Fetches,
  port = 0,
  hostname = '127.0.0.1',
  { tls, insecure = false }: ListenOptions = {},
): Promise<Listening> {
  if (!tls && !insecure && !isLoopbackHost(hostname)) {
    throw new TypeError(
      `listen: ${hostname} is open to other machines; give tls, or insecure when a proxy before it ends TLS`,
    );
  }
  const [{ createServer }, { createServer: createTlsServer }] = await Promise.all([
    import('node:http'),
    import('node:https'),
  ]);
  // Whoever is slow on purpose holds a connection no longer than an honest one needs.
  const limits = { headersTimeout: 20_000, requestTimeout: 60_000, connectionsCheckingInterval: 5_000 };
  const open = await nodeHandler(app);
  const allowed = tls || typeof insecure === 'boolean' ? undefined : insecure;
  const handler: NodeHandler = async (request, response) => {
    const { remoteAddress = '' } = request.socket;
    if (!allowed || allowed(remoteAddress)) return open(request, response);
    refuse(response);
  };
  const server = tls
    ? createTlsServer({ ...limits, ...tls, minVersion: 'TLSv1.2' }, handler)
    : createServer(limits, handler);
  // Whatever else is expected of it, it answers as always, and not with an empty 417.
  server.on('checkExpectation', handler);
  /** Connections, and how many requests each is in the middle of. */
  const connections = new Map<Socket, number>();
  let closing = false;
  server.on('connection', (socket) => {
    connections.set(socket, 0);
    socket.on('close', () => connections.delete(socket));
  });
  server.on('request', ({ socket }, response) => {
    connections.set(socket, (connections.get(socket) ?? 0) + 1);
    response.on('close', () => {
      const left = (connections.get(socket) ?? 1) - 1;
      if (connections.has(socket)) connections.set(socket, left);
      if (closing && left === 0) socket.end();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, hostname, resolve);
  });
  const address = server.address() as AddressInfo;
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return {
    url: `${tls ? 'https' : 'http'}://${host}:${address.port}`,
    port: address.port,
    close: () =>
      new Promise((resolve, reject) => {
        closing = true;
        const patience = setTimeout(() => server.closeAllConnections(), GRACE);
        server.close((error) => {
          clearTimeout(patience);
          if (error) reject(error);
          else resolve();
        });
        // Silent ones and half-said ones would keep it open for ever.
        for (const [socket, requests] of connections) if (requests === 0) socket.destroy();
      }),
  };
}

/** Plain HTTP from where it is not allowed. */
/** Of a request without an address that could be read: `Host: a b`, `OPTIONS *`. */
function unreadable(): Response {
  const { status, body } = errorAnswer(
    new SatusehatError({
      code: 'NOT_FOUND',
      message: 'Alamat permintaan ini tidak dapat dibaca.',
      remedy: 'Periksa baseUrl, dan header Host yang diteruskan proxy.',
    }),
  );
  return Response.json(body, { status, headers: { 'x-request-id': crypto.randomUUID() } });
}

function refuse(response: ServerResponse): void {
  const { status, body } = errorAnswer(
    new SatusehatError({
      code: 'IP_NOT_ALLOWED',
      message: 'Tanpa TLS layanan ini hanya menerima proxy tepercaya.',
      remedy: 'Pakai alamat https dari proxy, atau daftarkan alamat proxy di trustedProxies.',
    }),
  );
  const headers = { 'content-type': 'application/json; charset=utf-8', connection: 'close' };
  response.writeHead(status, headers).end(JSON.stringify(body));
}

export function isLoopbackHost(hostname: string): boolean {
  return hostname === 'localhost' || isLoopbackAddress(hostname);
}
