/** Which way requests leave Node, when somebody has put something of their own in the way. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HttpResponse, http } from 'msw';
import { setupServer } from 'msw/node';
import { Agent, getGlobalDispatcher, MockAgent, setGlobalDispatcher } from 'undici';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SatusehatClient } from '../../src/index.js';
import { output, program } from '../support/program.js';
import { thrownBy } from '../support/thrown.js';
import { NIK } from './fake-service.js';

const found = { status: 'success', satusehat_id: 'P-REAL' };
const agents: string[] = [];
let server: Server;
let baseUrl: string;

beforeEach(async () => {
  agents.length = 0;
  server = createServer((request, response) => {
    agents.push(request.headers['user-agent'] ?? 'none');
    response.end(JSON.stringify(found));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
  server.closeAllConnections();
  server.close();
});

const ask = (client = new SatusehatClient({ baseUrl, cache: false, retries: 0 })) => client.getPatientId(NIK);

it('goes by undici when nothing is in the way, and when global fetch was used before', async () => {
  await ask();
  await fetch(baseUrl);
  await ask();
  expect(agents).toEqual(['none', 'node', 'none']);
});

describe('a user’s plain msw server', () => {
  const mocked = setupServer();

  it('is heard, by a client made before it listens and by one made after', async () => {
    const before = new SatusehatClient({ baseUrl, cache: false, retries: 0 });
    await ask(before);
    mocked.listen({ onUnhandledFrame: 'error' });
    mocked.use(
      http.post(`${baseUrl}/api/satusehat/get-patient-id`, async ({ request }) => {
        const { nik } = (await request.json()) as { nik: string };
        return HttpResponse.json({ status: 'success', satusehat_id: `P-${nik.slice(0, 2)}` });
      }),
    );
    expect((await ask(before)).satusehat_id).toBe('P-92');
    expect((await ask()).satusehat_id).toBe('P-92');
    mocked.use(
      http.post(`${baseUrl}/api/satusehat/get-patient-id`, () =>
        HttpResponse.json({ status: 'error', code: 'PATIENT_NOT_FOUND', message: 'x' }, { status: 404 }),
      ),
      http.post('https://satusehat.klinik.example/api/satusehat/get-patient-id', () => HttpResponse.error()),
    );
    expect(await thrownBy(ask())).toMatchObject({ code: 'PATIENT_NOT_FOUND', status: 404 });
    const far = new SatusehatClient({ baseUrl: 'https://satusehat.klinik.example', retries: 0 });
    expect(await thrownBy(ask(far))).toMatchObject({ code: 'NETWORK_ERROR' });
    mocked.close();
    expect((await ask(before)).satusehat_id).toBe('P-REAL');
    expect(agents).toEqual(['none', 'none']);
  });
});

it('a fetch that somebody has put in the place of the global one is used', async () => {
  vi.stubGlobal('fetch', async () => new Response(JSON.stringify({ ...found, satusehat_id: 'P-STUB' })));
  expect((await ask()).satusehat_id).toBe('P-STUB');
  expect(agents).toEqual([]);
});

it('a fetch that was given is used, whatever else is there', async () => {
  const fetch = vi.fn(async () => new Response(JSON.stringify({ ...found, satusehat_id: 'P-OWN' })));
  expect((await ask(new SatusehatClient({ baseUrl, fetch }))).satusehat_id).toBe('P-OWN');
  expect(agents).toEqual([]);
});

describe('undici’s own global dispatcher', () => {
  const usual = getGlobalDispatcher();
  afterEach(() => setGlobalDispatcher(usual));

  it('of a mock is used', async () => {
    const mock = new MockAgent();
    mock.disableNetConnect();
    mock
      .get(baseUrl)
      .intercept({ path: '/api/satusehat/get-patient-id', method: 'POST' })
      .reply(200, { ...found, satusehat_id: 'P-MOCK' }, { headers: { 'content-type': 'application/json' } });
    setGlobalDispatcher(mock);
    expect((await ask()).satusehat_id).toBe('P-MOCK');
  });

  it('with options, such as a CA, is used; a plain one need not be', async () => {
    setGlobalDispatcher(new Agent({ connect: { timeout: 5_000 } }));
    await ask();
    setGlobalDispatcher(new Agent());
    await ask();
    expect(agents).toEqual(['node', 'none']);
  });
});

describe('proxies of the environment', () => {
  const code = (base: string) => `
    import { SatusehatClient } from 'satusehat-sdk';
    const client = new SatusehatClient({ baseUrl: '${base}', retries: 0, allowInsecure: true });
    const answer = await client.getPatientId('${NIK}').catch((error) => error);
    console.log(answer.satusehat_id ?? [answer.code, answer.cause?.systemCode].filter(Boolean).join(' '));`;

  /** A proxy that answers for everybody, and says whom it was asked for. */
  async function startProxy(asked: string[]) {
    const proxy = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      response.end(JSON.stringify({ ...found, satusehat_id: 'P-PROXY' }));
    });
    proxy.on('connect', (request, socket) => {
      asked.push(`CONNECT ${request.url}`);
      socket.end('HTTP/1.1 403 No\r\n\r\n');
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    return { proxy, url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` };
  }

  it('are used, but for what is on this machine and what NO_PROXY names', async () => {
    const asked: string[] = [];
    const { proxy, url } = await startProxy(asked);
    const run = async (base: string, env: Record<string, string>) =>
      (await output(program(['--input-type=module', '-e', code(base)], env))).lines.at(-1);
    const name = 'https://satusehat.klinik.invalid';
    expect(await run(name, { HTTPS_PROXY: url })).toMatch(/^NETWORK_ERROR/);
    expect(asked).toEqual(['CONNECT satusehat.klinik.invalid:443']);
    expect(await run(name, { HTTPS_PROXY: url, NO_PROXY: 'klinik.invalid' })).toMatch(/^NETWORK_ERROR/);
    expect(await run(baseUrl, { HTTP_PROXY: url, HTTPS_PROXY: url })).toBe('P-REAL');
    expect(asked).toHaveLength(1);
    // One that cannot be says so, without its password, and is nobody's business on this machine.
    const wrong = { HTTPS_PROXY: 'socks5://orang:rahasia@proxy.invalid' };
    expect(await run(name, wrong)).toBe('NETWORK_ERROR INVALID_HTTP_PROXY');
    expect(await run(baseUrl, wrong)).toBe('P-REAL');
    proxy.close();
  });
});
