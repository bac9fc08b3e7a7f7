/** A clinic's web application: pages of one origin, and a proxy that adds the clinic's headers. */
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { root } from '../support/program.js';

export interface Site {
  url: string;
  /** Paths that the proxy passed on. */
  proxied: string[];
  close(): Promise<void>;
}

/**
 * @param files by path; `/dist/…` is the built package.
 * @param service where `/satusehat/…` goes, with these headers added.
 */
export async function startSite(
  files: Record<string, string>,
  service: { url: string; headers: Record<string, string> },
): Promise<Site> {
  const proxied: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    if (path.startsWith('/satusehat/')) {
      proxied.push(path);
      pass(request, response, service).catch(() => response.destroy());
      return;
    }
    const text = files[path] ?? (path.startsWith('/dist/') ? built(path) : undefined);
    response.writeHead(text === undefined ? 404 : 200, {
      'content-type': path.endsWith('.js') ? 'text/javascript' : 'text/html; charset=utf-8',
      // Nothing of the package may need more than this: no eval, no inline script.
      'content-security-policy': "default-src 'self'",
    });
    response.end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    proxied,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function built(path: string): string | undefined {
  try {
    return readFileSync(join(root, new URL(path, 'http://site.invalid').pathname), 'utf8');
  } catch {
    return undefined;
  }
}

async function pass(
  request: IncomingMessage,
  response: ServerResponse,
  { url, headers }: { url: string; headers: Record<string, string> },
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const kept = ['content-type', 'idempotency-key', 'prefer', 'accept'].flatMap((name) => {
    const value = request.headers[name];
    return typeof value === 'string' ? [[name, value] as const] : [];
  });
  const answer = await fetch(url + (request.url ?? '').replace('/satusehat', ''), {
    method: request.method ?? 'GET',
    headers: { ...Object.fromEntries(kept), ...headers },
    ...(request.method === 'GET' ? {} : { body: Buffer.concat(chunks) }),
  });
  response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/plain' });
  response.end(await answer.text());
}
