/** Through a real proxy and to a real TLS server with a CA of its own, both on this machine. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createPlatform, type PlatformOptions } from '../../src/platform/platform.js';
import { createTransport } from '../../src/platform/transport.js';
import { failure, location } from './clock.js';

/** Never looked up: only the proxy hears of it. */
const NAME = 'platform.example';
const PASSWORD = 'sangat rahasia@1';

let folder: string;
let ca: string;
let leaf: { key: string; cert: string };
let otherCa: string;
const servers: Server[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'satusehat-ca-'));
  const file = (name: string) => join(folder, name);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'pipe' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  for (const name of ['ca', 'other']) {
    openssl(
      'req',
      '-x509',
      ...key,
      '-keyout',
      file(`${name}.key`),
      '-out',
      file(`${name}.pem`),
      '-days',
      '2',
      '-subj',
      `/CN=${name} of a test`,
    );
  }
  openssl(
    'req',
    '-x509',
    ...key,
    '-keyout',
    file('leaf.key'),
    '-out',
    file('leaf.pem'),
    '-days',
    '2',
    '-CA',
    file('ca.pem'),
    '-CAkey',
    file('ca.key'),
    '-subj',
    `/CN=${NAME}`,
    '-addext',
    `subjectAltName=DNS:${NAME},IP:127.0.0.1`,
    '-addext',
    'basicConstraints=critical,CA:FALSE',
  );
  const read = (name: string) => readFileSync(file(name), 'utf8');
  ca = read('ca.pem');
  otherCa = read('other.pem');
  leaf = { key: read('leaf.key'), cert: read('leaf.pem') };
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeEach(() => {
  // Whatever the machine has set: a test speaks for itself.
  for (const name of ['https_proxy', 'http_proxy', 'no_proxy']) {
    vi.stubEnv(name, undefined);
    vi.stubEnv(name.toUpperCase(), undefined);
  }
});
afterEach(() => {
  vi.unstubAllEnvs();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function listen(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** A platform that speaks TLS with a certificate of its own CA. */
async function startPlatform(): Promise<{ port: number; asked: string[] }> {
  const asked: string[] = [];
  const server = createTlsServer(leaf, (request, response) => {
    asked.push(`${request.method} ${request.headers.host} ${request.url}`);
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify(
        request.url?.includes('accesstoken') ? { access_token: 'token', expires_in: '3599' } : location,
      ),
    );
  });
  return { port: await listen(server as unknown as Server), asked };
}

/** A proxy that tunnels every name to this machine; `refuse` is the status it answers instead. */
async function startProxy(refuse?: number, tls = false): Promise<{ port: number; tunnels: string[] }> {
  const tunnels: string[] = [];
  const server = tls ? (createTlsServer(leaf) as unknown as Server) : createServer();
  const sockets = new Set<Socket>();
  server.on('connect', (request: IncomingMessage, socket: Socket) => {
    const given = request.headers['proxy-authorization']?.replace('Basic ', '');
    tunnels.push(
      [request.url, given && Buffer.from(given, 'base64').toString()].filter(Boolean).join(' as '),
    );
    if (refuse) return socket.end(`HTTP/1.1 ${refuse} No\r\n\r\n`);
    const through = connect(Number(request.url?.split(':')[1]), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      through.pipe(socket);
      socket.pipe(through);
    });
    for (const one of [socket, through]) {
      sockets.add(one);
      one.on('error', () => {});
    }
  });
  server.on('close', () => {
    for (const socket of sockets) socket.destroy();
  });
  return { port: await listen(server), tunnels };
}

function platformAt(url: string, options: Partial<PlatformOptions>) {
  return createPlatform({
    env: url,
    clientId: 'id',
    clientSecret: 'very-secret',
    organizationId: '10000004',
    retries: 0,
    ...options,
  });
}

const secret = encodeURIComponent(PASSWORD);

describe('a CA of one’s own', () => {
  it('is trusted; without it, or with another, nothing is sent', async () => {
    const { port, asked } = await startPlatform();
    const url = `https://127.0.0.1:${port}`;
    for (const other of [undefined, otherCa]) {
      const platform = platformAt(url, other ? { ca: other } : {});
      expect((await failure(platform.read('Location', 'L-1'))).failure).toBe('unavailable');
    }
    expect(asked).toEqual([]);
    for (const trusted of [ca, [otherCa, ca], `${otherCa}\n${ca}`]) {
      expect(await platformAt(url, { ca: trusted }).read('Location', 'L-1')).toEqual(location);
    }
    expect(asked).toHaveLength(6);
  });

  it('serves for writes with every method and header', async () => {
    const { port, asked } = await startPlatform();
    const platform = platformAt(`https://127.0.0.1:${port}`, { ca });
    await platform.create({ resourceType: 'Location' });
    await platform.replace({ ...location });
    await platform.patch('Location', 'L-1', [{ op: 'remove', path: '/name' }]);
    expect(asked.map((line) => line.split(' ')[0])).toEqual(['POST', 'POST', 'PUT', 'PATCH']);
  });

  it.each(['/etc/ssl/ca.pem', '', []])('%j is none', (wrong) => {
    expect(() => createTransport({ ca: wrong }, {})).toThrow('ca: must be certificates as PEM text');
  });
});

describe('a proxy', () => {
  it.each([false, true])(
    'is told the name of the platform and its own password (TLS to it: %j)',
    async (tls) => {
      const { port, asked } = await startPlatform();
      const { port: proxyPort, tunnels } = await startProxy(undefined, tls);
      const platform = platformAt(`https://${NAME}:${port}`, {
        ca,
        proxy: `${tls ? 'https' : 'http'}://klinik:${secret}@127.0.0.1:${proxyPort}`,
      });
      expect(await platform.read('Location', 'L-1')).toEqual(location);
      expect(new Set(tunnels)).toEqual(new Set([`${NAME}:${port} as klinik:${PASSWORD}`]));
      expect(asked).toEqual([
        `POST ${NAME}:${port} /oauth2/v1/accesstoken?grant_type=client_credentials`,
        `GET ${NAME}:${port} /fhir-r4/v1/Location/L-1`,
      ]);
    },
  );

  it.each([407, 502])('that answers %i: unavailable, nothing sent, its password nowhere', async (status) => {
    const { port, asked } = await startPlatform();
    const { port: proxyPort, tunnels } = await startProxy(status);
    const proxy = `http://klinik:${secret}@127.0.0.1:${proxyPort}`;
    const error = await failure(
      platformAt(`https://${NAME}:${port}`, { ca, proxy }).create({ resourceType: 'Location' }),
    );
    expect(error).toMatchObject({ failure: 'unavailable', more: { outcomeUnknown: false } });
    const raw = await createTransport(
      { ca, proxy },
      {},
    )?.(`https://${NAME}:${port}/`).catch((thrown) => thrown);
    expect(raw).toBeInstanceOf(Error);
    for (const thrown of [error, raw]) expectNoPassword(thrown);
    expect(tunnels).toHaveLength(2);
    expect(asked).toEqual([]);
  });

  it('that is not there: unavailable, nothing sent, its password nowhere', async () => {
    const { port: proxyPort } = await startProxy();
    servers.pop()?.close();
    const proxy = `http://klinik:${secret}@127.0.0.1:${proxyPort}`;
    const error = await failure(
      platformAt(`https://${NAME}`, { proxy }).create({ resourceType: 'Location' }),
    );
    expect(error).toMatchObject({ failure: 'unavailable', more: { outcomeUnknown: false } });
    const raw = await createTransport({ proxy }, {})?.(`https://${NAME}/`).catch((thrown) => thrown);
    for (const thrown of [error, raw]) expectNoPassword(thrown);
  });

  it.each([
    `http://klinik:${secret}@:99999`,
    `socks5://klinik:${secret}@127.0.0.1`,
    `klinik:${secret}@127.0.0.1`,
    '',
  ])('that is no URL is refused without being told: %s', (proxy) => {
    const thrown = errorOf(() => createTransport({ proxy }, {}));
    expect(thrown).toEqual(new TypeError('proxy: must be an http:// or https:// URL'));
    expectNoPassword(thrown);
    const fromEnv = errorOf(() => createTransport({}, { HTTPS_PROXY: `http://klinik:${secret}@:99999` }));
    expect(fromEnv).toEqual(new TypeError('HTTPS_PROXY: must be an http:// or https:// URL'));
    expectNoPassword(fromEnv);
  });
});

describe('the environment', () => {
  it.each<[string, (proxy: string) => Record<string, string>, boolean]>([
    ['HTTPS_PROXY', (proxy) => ({ HTTPS_PROXY: `http://${proxy}` }), true],
    [
      'https_proxy, which comes first',
      (proxy) => ({ https_proxy: `http://${proxy}`, HTTPS_PROXY: 'http://127.0.0.1:1' }),
      true,
    ],
    ['HTTPS_PROXY without a scheme', (proxy) => ({ HTTPS_PROXY: proxy }), true],
    ['HTTP_PROXY alone', (proxy) => ({ HTTP_PROXY: `http://${proxy}` }), true],
    ['http_proxy alone', (proxy) => ({ http_proxy: `http://${proxy}` }), true],
    [
      'HTTPS_PROXY over HTTP_PROXY',
      (proxy) => ({ HTTPS_PROXY: `http://${proxy}`, HTTP_PROXY: 'http://127.0.0.1:1' }),
      true,
    ],
    [
      'HTTPS_PROXY but for NO_PROXY',
      (proxy) => ({ HTTPS_PROXY: `http://${proxy}`, NO_PROXY: 'localhost,127.0.0.1' }),
      false,
    ],
    [
      'HTTPS_PROXY but for no_proxy, which comes first',
      (proxy) => ({ HTTPS_PROXY: `http://${proxy}`, no_proxy: '*', NO_PROXY: 'x' }),
      false,
    ],
    [
      'HTTPS_PROXY, and a NO_PROXY of others',
      (proxy) => ({ HTTPS_PROXY: `http://${proxy}`, NO_PROXY: 'kemkes.go.id' }),
      true,
    ],
    ['empty ones', () => ({ HTTPS_PROXY: '', http_proxy: '' }), false],
  ])('%s', async (_, env, proxied) => {
    const { port, asked } = await startPlatform();
    const { port: proxyPort, tunnels } = await startProxy();
    const fetch = createTransport({ ca }, env(`127.0.0.1:${proxyPort}`));
    const answer = await fetch?.(`https://127.0.0.1:${port}/fhir-r4/v1/Location/L-1`);
    expect(await answer?.json()).toEqual(location);
    expect(asked).toHaveLength(1);
    expect(tunnels).toEqual(proxied ? [`127.0.0.1:${port}`] : []);
  });

  it('is that of the process; the option comes before it', async () => {
    const { port } = await startPlatform();
    const [fromEnv, fromOption] = [await startProxy(), await startProxy()];
    vi.stubEnv('HTTPS_PROXY', `http://127.0.0.1:${fromEnv.port}`);
    const url = `https://${NAME}:${port}`;
    await platformAt(url, { ca }).read('Location', 'L-1');
    expect([fromEnv.tunnels.length > 0, fromOption.tunnels.length]).toEqual([true, 0]);
    fromEnv.tunnels.length = 0;
    await platformAt(url, { ca, proxy: `http://127.0.0.1:${fromOption.port}` }).read('Location', 'L-1');
    expect([fromEnv.tunnels.length, fromOption.tunnels.length > 0]).toEqual([0, true]);
  });

  it('does not send what is on this machine through a proxy', async () => {
    const { port, asked } = await startPlatform();
    vi.stubEnv('HTTPS_PROXY', 'http://127.0.0.1:1');
    await platformAt(`https://127.0.0.1:${port}`, { ca }).read('Location', 'L-1');
    expect(asked).toHaveLength(2);
  });
});

describe('without proxy and CA', () => {
  it('it is the global fetch, whichever that is at the time', async () => {
    expect(createTransport({}, {})).toBeUndefined();
    const platform = platformAt('https://platform.example', {});
    const asked = vi
      .spyOn(globalThis, 'fetch')
      .mockImplementation(async (input) =>
        Response.json(
          String(input).includes('accesstoken') ? { access_token: 't', expires_in: '1' } : location,
        ),
      );
    expect(await platform.read('Location', 'L-1')).toEqual(location);
    expect(asked).toHaveBeenCalled();
  });

  it('a fetch of one’s own comes before everything', () => {
    const fetch = async () => new Response();
    expect(createTransport({ fetch, proxy: 'http://127.0.0.1:1', ca }, { HTTPS_PROXY: 'x' })).toBe(fetch);
  });
});

function errorOf(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('it went well');
}

function expectNoPassword(thrown: unknown): void {
  const text = inspect(thrown, { depth: Infinity, showHidden: true });
  for (const form of [PASSWORD, secret, Buffer.from(`klinik:${PASSWORD}`).toString('base64')]) {
    expect(text).not.toContain(form);
  }
}
