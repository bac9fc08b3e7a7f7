import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
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

export interface Listening {
  /** Without a slash at the end, e.g. `http://127.0.0.1:8787`. */
  url: string;
  port: number;
  /** Takes no more, lets open requests end, then resolves. */
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
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeIdleConnections();
      }),
  };
}
