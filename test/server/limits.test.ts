/** More than the service can take: told to come again, and none of what it accepted is lost. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { countedAs } from '../../src/http/counted-as.js';
import { sandboxClinic } from '../../src/sandbox.js';
import { listen } from '../../src/server.js';
import { output, satusehat } from '../support/program.js';
import { plainVisit } from '../support/visit.js';
import { closeWorlds, isBundle, startWorld } from '../support/world.js';

afterEach(closeWorlds);

const headers = {
  'content-type': 'application/json',
  'x-clinic-code': sandboxClinic.code,
  'x-clinic-secret': sandboxClinic.secret,
};
const encounter = (number: number, prefer = 'wait=8') =>
  new Request('http://service.invalid/api/encounter', {
    method: 'POST',
    headers: { ...headers, prefer },
    body: JSON.stringify(plainVisit({ no_registrasi: `BEBAN-${number}` })),
  });

describe('limits', () => {
  it.each([
    ['203.0.113.5', '203.0.113.5'],
    ['2001:db8:1:2::1', '2001:db8:1:2::'],
    ['2001:db8:1:2:ffff:eeee:dddd:cccc', '2001:db8:1:2::'],
    ['2001:0db8:1:2::9', '2001:db8:1:2::'],
    ['2001:db8::1:2:3:4:5', '2001:db8:0:1::'],
    ['::1', '0:0:0:0::'],
    ['fe80::', 'fe80:0:0:0::'],
  ])('%s is counted as %s', (address, counted) => {
    expect(countedAs(address)).toBe(counted);
  });

  it('of IPv6 a whole /64 waits after wrong secrets: one customer has it all', async () => {
    const world = await startWorld({ trustedProxies: ['127.0.0.1'] });
    const listening = await listen(world.service);
    try {
      const tried = (host: number) =>
        fetch(`${listening.url}/api/log`, {
          headers: { ...headers, 'x-clinic-secret': 'salah', 'x-forwarded-for': `2001:db8:1:2::${host}` },
        }).then(({ status }) => status);
      const statuses: number[] = [];
      for (let host = 1; host <= 65; host++) statuses.push(await tried(host));
      expect(statuses[0]).toBe(401);
      expect(statuses.at(-1)).toBe(429);
    } finally {
      await listening.close();
    }
  });

  it('what is too much at a time is told to come again; what was accepted is delivered once', async () => {
    const world = await startWorld({ limits: { inFlight: 5 } });
    let open = () => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    world.intercept = async (request, next) => {
      if (isBundle(request)) await gate;
      return next(request);
    };
    const answers = Array.from({ length: 50 }, (_, number) => world.service.fetch(encounter(number)));
    const refused = await Promise.all(answers.slice(5));
    expect(refused.map(({ status }) => status)).toEqual(Array(45).fill(503));
    expect(refused[0]?.headers.get('retry-after')).toBe('1');
    expect(await refused[0]?.json()).toMatchObject({ code: 'OVERLOADED' });
    // Whoever looks whether it lives hears it all the same.
    expect((await world.service.fetch(new Request('http://service.invalid/healthz'))).status).toBe(200);
    open();
    const accepted = await Promise.all(answers.slice(0, 5));
    expect(accepted.map(({ status }) => status)).toEqual(Array(5).fill(200));
    expect(
      world.sandbox.resources('Encounter').filter((one) => JSON.stringify(one).includes('BEBAN-')),
    ).toHaveLength(5);
    // There is room again.
    expect((await world.service.fetch(encounter(99))).status).toBe(200);
  });

  it('one address may ask so often, and another is not kept waiting for it', async () => {
    const clock = { now: Date.now() };
    const { service } = await startWorld({ limits: { perAddressPerMinute: 3 }, now: () => clock.now });
    const ask = async (address?: string) => {
      const { status, headers: given } = await service.fetch(
        new Request('http://service.invalid/openapi.json'),
        { address },
      );
      return [status, given.get('retry-after')];
    };
    for (let turn = 0; turn < 3; turn++) expect(await ask('203.0.113.1')).toEqual([200, null]);
    expect(await ask('203.0.113.1')).toEqual([429, '20']);
    expect(await ask('203.0.113.2')).toEqual([200, null]);
    clock.now += 20_000;
    expect(await ask('203.0.113.1')).toEqual([200, null]);
    for (let turn = 0; turn < 9; turn++) expect(await ask()).toEqual([200, null]);
    // Only whether it lives is told without end, whatever else an address ends with.
    const path = (name: string) =>
      service.fetch(new Request(`http://service.invalid${name}`), { address: '203.0.113.1' });
    for (let turn = 0; turn < 9; turn++) expect((await path('/healthz')).status).toBe(200);
    await path('/api/log/healthz');
    await path('/api/log/healthz');
    expect((await path('/api/log/healthz')).status).toBe(429);
  });

  it('refuses limits that cannot work', async () => {
    await expect(startWorld({ limits: { inFlight: 0 } })).rejects.toThrow('limits.inFlight');
    await expect(startWorld({ limits: { perAddressPerMinute: -1 } })).rejects.toThrow(
      'limits.perAddressPerMinute',
    );
  });
});

describe('listening', () => {
  const app = { fetch: async () => new Response('ok') };

  it('is open to other machines only with TLS, or when somebody says that a proxy has it', async () => {
    await expect(listen(app, 0, '0.0.0.0')).rejects.toThrow('tls');
    await expect(listen(app, 0, '::')).rejects.toThrow(TypeError);
    await (await listen(app, 0, '0.0.0.0', { insecure: true })).close();
    await (await listen(app, 0, 'localhost')).close();
  });

  it('speaks TLS itself', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'satusehat-tls-'));
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    execFileSync(
      'openssl',
      [
        ...[
          'req',
          '-x509',
          '-newkey',
          'ec',
          '-pkeyopt',
          'ec_paramgen_curve:prime256v1',
          '-nodes',
          '-days',
          '1',
        ],
        ...['-subj', '/CN=localhost', '-keyout', key, '-out', cert],
      ],
      { stdio: 'ignore' },
    );
    const server = await listen(app, 0, '127.0.0.1', {
      tls: { key: readFileSync(key), cert: readFileSync(cert) },
    });
    expect(server.url).toMatch(/^https:/);
    const text = await new Promise<string>((resolve, reject) => {
      request(server.url, { ca: readFileSync(cert), servername: 'localhost' }, (response) => {
        let body = '';
        response.on('data', (chunk) => {
          body += chunk;
        });
        response.on('end', () => resolve(body));
      })
        .on('error', reject)
        .end();
    });
    expect(text).toBe('ok');
    await server.close();
    rmSync(folder, { recursive: true });
  });

  it('satusehat serve says what is missing', async () => {
    const run = satusehat(
      ['serve', '--host', '0.0.0.0', '--port', '0', '--data', mkdtempSync(join(tmpdir(), 'satusehat-host-'))],
      {
        ...{
          CLINIC_CODE: 'K',
          CLINIC_SECRET: 's',
          SATUSEHAT_ENV: 'http://127.0.0.1:1',
          SATUSEHAT_CLIENT_ID: 'i',
        },
        ...{ SATUSEHAT_CLIENT_SECRET: 't', SATUSEHAT_ORGANIZATION_ID: 'o', SATUSEHAT_ENCRYPTION_KEY: 'none' },
      },
    );
    expect((await output(run)).code).toBe(2);
    expect(run.errors()).toContain('terbuka untuk komputer lain tanpa TLS');
  });
});
