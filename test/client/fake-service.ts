/** A service for unit tests: answers from a list, remembers what it was asked. */
import { type ClientOptions, SatusehatClient } from '../../src/index.js';

export const NIK = '9204014804000002';

export const json = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  new Response(typeof body === 'string' ? body : JSON.stringify(body), { status, headers });

export const found = () => json(200, { status: 'success', satusehat_id: 'P02478375538' });
export const sent = (more: object = {}) =>
  json(200, { status: 'success', log_id: 'L-1', encounter_id: 'E-1', pasien_id: 'P1', ...more });
export const failing = (status = 503, headers: Record<string, string> = {}) =>
  json(status, { status: 'error', message: 'x' }, headers);

export interface Seen {
  path: string;
  headers: Record<string, string>;
  // biome-ignore lint/suspicious/noExplicitAny: tests read bodies as they please
  body: any;
}

/** What the service does with its n-th request (from 0). */
export type Answering = (n: number, seen: Seen, signal: AbortSignal) => Response | Promise<Response>;

export function fakeService(
  answering: Answering,
  options: Partial<ClientOptions> = {},
): { client: SatusehatClient; seen: Seen[] } {
  const seen: Seen[] = [];
  const client = new SatusehatClient({
    baseUrl: 'http://service.invalid',
    clinicCode: 'KLINIK-001',
    clinicSecret: 'very-secret',
    backoff: { base: 1, cap: 1, retryAfterCap: 1 },
    fetch: async (input, init) => {
      const request = new Request(input, init);
      const { pathname, search } = new URL(request.url);
      const text = await request.text();
      const one = {
        path: pathname + search,
        headers: Object.fromEntries(request.headers),
        body: text ? JSON.parse(text) : undefined,
      };
      seen.push(one);
      return answering(seen.length - 1, one, request.signal);
    },
    ...options,
  });
  return { client, seen };
}

/** Never answers, and ends with the signal as fetch does. */
export function silence(signal: AbortSignal): Promise<Response> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
