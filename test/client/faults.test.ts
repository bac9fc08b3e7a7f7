/** What a network and a service can do to a client, over a real socket, on both ways a request can take. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { type ClientOptions, SatusehatClient } from '../../src/index.js';
import { thrownBy } from '../support/thrown.js';
import { guideVisit } from '../support/visit.js';

interface Asked {
  request: IncomingMessage;
  response: ServerResponse;
  body: string;
}

const answer = (body: unknown) => JSON.stringify(body);
const success = { status: 'success', log_id: 'L-1', encounter_id: 'E-1' };
const ok = ({ response }: Asked, body: string | Buffer = answer(success), headers = {}) =>
  response
    .writeHead(200, { 'content-type': 'application/json', 'content-length': body.length, ...headers })
    .end(body);

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** `handlers[n]` does the n-th request, the last one all that follow. */
async function start(
  handlers: ((asked: Asked) => void)[],
  options: Partial<ClientOptions> = {},
  /** Connections that end before anything is read of them. */
  refused = 0,
) {
  const asked: Asked[] = [];
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const one = { request, response, body: Buffer.concat(chunks).toString() };
      asked.push(one);
      handlers[Math.min(asked.length, handlers.length) - 1]?.(one);
    });
  });
  server.on('connection', (socket) => {
    if (refused-- > 0) socket.resetAndDestroy();
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const client = new SatusehatClient({
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    clinicCode: 'KLINIK-001',
    clinicSecret: 'very-secret',
    backoff: { base: 1, cap: 1, retryAfterCap: 1 },
    ...options,
  });
  return { client, asked };
}

describe.each<[string, Partial<ClientOptions>]>([
  ['undici', {}],
  ['the global fetch', { fetch: (input, init) => fetch(input, init) }],
])('over %s', (name, way) => {
  const started = (handlers: ((asked: Asked) => void)[], options: Partial<ClientOptions> = {}, refused = 0) =>
    start(handlers, { ...way, ...options }, refused);

  it('is the way it says', async () => {
    const { client, asked } = await started([ok]);
    await client.kirimEncounter(guideVisit());
    expect(asked[0]?.request.headers['user-agent'] ?? 'none').toBe(name === 'undici' ? 'none' : 'node');
    expect(JSON.parse(asked[0]?.body ?? '')).toEqual(guideVisit());
  });

  it.each<[string, (asked: Asked) => void]>([
    ['a reset after the service had read it all', ({ request }) => request.socket.resetAndDestroy()],
    [
      'half a body',
      ({ request, response }) => {
        response.writeHead(200, { 'content-length': 200 }).write(answer(success));
        setImmediate(() => request.socket.destroy());
      },
    ],
    ['503 in HTML', ({ response }) => response.writeHead(503).end('<html>')],
    ['429 with seconds', ({ response }) => response.writeHead(429, { 'retry-after': '1' }).end('{}')],
    [
      '429 with a date',
      ({ response }) =>
        response.writeHead(429, { 'retry-after': new Date(Date.now() + 2_000).toUTCString() }).end('{}'),
    ],
  ])('%s: is sent again, with the same key', async (_, fault) => {
    const { client, asked } = await started([fault, fault, ok]);
    expect(await client.kirimEncounter(guideVisit())).toMatchObject({ encounter_id: 'E-1' });
    expect(asked).toHaveLength(3);
    const keys = asked.map(({ request }) => request.headers['idempotency-key']);
    expect(keys[0]).toMatch(/^sha256-/);
    expect(new Set(keys).size).toBe(1);
  });

  it('a reset before anything was read: is sent again', async () => {
    const { client, asked } = await started([ok], {}, 2);
    expect(await client.kirimEncounter(guideVisit())).toMatchObject({ encounter_id: 'E-1' });
    expect(asked).toHaveLength(1);
  });

  it.each<[string, (asked: Asked) => void]>([
    ['slow headers', () => {}],
    ['a slow body', ({ response }) => void response.writeHead(200).write('{"status":')],
  ])('%s: the deadline of one attempt ends it, the next gets the answer', async (_, slow) => {
    const { client, asked } = await started([slow, ok], { timeout: 150 });
    expect(await client.kirimEncounter(guideVisit())).toMatchObject({ encounter_id: 'E-1' });
    expect(asked).toHaveLength(2);
  });

  it.each<[string, (asked: Asked) => void, number]>([
    ['HTML instead of JSON', (asked) => ok(asked, '<html>Selamat datang</html>'), 200],
    ['half of the JSON in a whole answer', (asked) => ok(asked, '{"status":"succ'), 200],
    ['an empty 200', (asked) => ok(asked, ''), 200],
    ['204', ({ response }) => response.writeHead(204).end(), 204],
    ['a list', (asked) => ok(asked, '[]'), 200],
    ['JSON of somebody else', (asked) => ok(asked, '{"ok":true}'), 200],
    ['a redirect', ({ response }) => response.writeHead(302, { location: '/elsewhere' }).end(), 302],
  ])('%s: UNEXPECTED_RESPONSE, asked once', async (_, fault, status) => {
    const { client, asked } = await started([fault]);
    expect(await thrownBy(client.kirimEncounter(guideVisit()))).toMatchObject({
      code: 'UNEXPECTED_RESPONSE',
      status,
      attempts: 1,
    });
    expect(asked).toHaveLength(1);
  });

  it('an answer of 10 MB is read; one that is larger than any answer can be is broken off', async () => {
    const big = answer({ ...success, data: { catatan: 'x'.repeat(10_485_760) } });
    const { client } = await started([
      (asked) => ok(asked, big),
      ({ response }) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.on('error', () => {});
        const more = () => {
          while (!response.destroyed && response.write('x'.repeat(1_048_576)));
        };
        response.on('drain', more);
        more();
      },
    ]);
    const read = await client.kirimEncounter(guideVisit());
    expect((read.data as { catatan: string }).catatan).toHaveLength(10_485_760);
    expect(await thrownBy(client.kirimEncounter(guideVisit()))).toMatchObject({
      code: 'UNEXPECTED_RESPONSE',
      attempts: 1,
    });
  });

  it('an answer that is compressed, asked for or not, is unpacked', async () => {
    const packed = gzipSync(answer(success));
    const { client } = await started([(asked) => ok(asked, packed, { 'content-encoding': 'gzip' })]);
    expect(await client.kirimEncounter(guideVisit())).toMatchObject({ encounter_id: 'E-1' });
  });

  it('little that unpacks to much is broken off', async () => {
    const bomb = gzipSync(Buffer.alloc(40_000_000, 'x'));
    const { client } = await started([(asked) => ok(asked, bomb, { 'content-encoding': 'gzip' })]);
    expect(await thrownBy(client.kirimEncounter(guideVisit()))).toMatchObject({
      code: 'UNEXPECTED_RESPONSE',
      attempts: 1,
    });
  });

  it.each<[string, (asked: Asked) => void]>([
    ['the headers are awaited', () => {}],
    ['the body is read', ({ response }) => void response.writeHead(200).write('{"status":')],
  ])(
    'an abort while %s: ABORTED at once, nothing more is asked, the connection is closed',
    async (_, fault) => {
      const abort = new AbortController();
      let tell = () => {};
      const closed = new Promise<void>((resolve) => {
        tell = resolve;
      });
      const { client, asked } = await started([
        (one) => {
          one.request.socket.on('close', tell);
          fault(one);
          setImmediate(() => abort.abort());
        },
      ]);
      const thrown = await thrownBy(client.kirimEncounter(guideVisit(), { signal: abort.signal }));
      expect(thrown).toMatchObject({ code: 'ABORTED', attempts: 1, retryable: false });
      await closed;
      expect(asked).toHaveLength(1);
    },
  );

  it('connections are kept for the next call', async () => {
    const { client, asked } = await started([ok]);
    for (let n = 0; n < 5; n++) await client.kirimEncounter({ ...guideVisit(), no_registrasi: `R-${n}` });
    expect(new Set(asked.map(({ request }) => request.socket)).size).toBeLessThan(5);
  });
});

it('a port where nobody listens: NETWORK_ERROR after all attempts', async () => {
  const client = new SatusehatClient({
    baseUrl: 'http://127.0.0.1:9',
    backoff: { base: 1, cap: 1 },
  });
  expect(await thrownBy(client.kirimEncounter(guideVisit()))).toMatchObject({
    code: 'NETWORK_ERROR',
    attempts: 4,
  });
});
