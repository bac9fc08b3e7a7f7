import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { getRequestListener, type HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';

/** Anything with a fetch handler: the service, the sandbox. */
export interface Fetches {
  fetch(request: Request): Response | Promise<Response>;
}

/** For `node:http`'s `createServer`. */
export function toNodeHandler(
  app: Fetches,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  return getRequestListener(
    async (request, env) => {
      try {
        return await app.fetch(request);
      } catch (error) {
        if (!isReset(error)) throw error;
        // An app that fails as a broken connection does means one: the sandbox's faults.
        (env as HttpBindings).outgoing.socket?.destroy();
        return RESPONSE_ALREADY_SENT;
      }
    },
    { overrideGlobalObjects: false },
  );
}

function isReset(error: unknown): boolean {
  const { code } = ((error as { cause?: unknown }).cause ?? {}) as { code?: unknown };
  return code === 'ECONNRESET';
}

/** Milliseconds that requests get to end when a server closes. */
const GRACE = 10_000;

export interface Listening {
  /** Without a slash at the end, e.g. `http://127.0.0.1:8787`. */
  url: string;
  port: number;
  /** Takes no more, lets open requests end within 10 seconds, then resolves. */
  close(): Promise<void>;
}

/**
 * Serves an app on its own `node:http` server.
 *
 * @param port 0 takes a free one. @param hostname default `127.0.0.1`.
 * @throws the system's error when the port is taken (`EADDRINUSE`).
 */
export async function listen(app: Fetches, port = 0, hostname = '127.0.0.1'): Promise<Listening> {
  const server: Server = createServer(toNodeHandler(app));
  /** Connections, and how many requests each is in the middle of. */
  const open = new Map<Socket, number>();
  let closing = false;
  server.on('connection', (socket) => {
    open.set(socket, 0);
    socket.on('close', () => open.delete(socket));
  });
  server.on('request', ({ socket }, response) => {
    open.set(socket, (open.get(socket) ?? 0) + 1);
    response.on('close', () => {
      const left = (open.get(socket) ?? 1) - 1;
      if (open.has(socket)) open.set(socket, left);
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
    url: `http://${host}:${address.port}`,
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
        for (const [socket, requests] of open) if (requests === 0) socket.destroy();
      }),
  };
}
