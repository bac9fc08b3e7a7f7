/** From where a clinic may ask, and how often somebody may be wrong. */
import { afterEach, describe, expect, it } from 'vitest';
import { sandboxClinic } from '../../src/sandbox.js';
import { createAddressOf, createRanges } from '../../src/server/addresses.js';
import { createFailures } from '../../src/server/failures.js';
import { listen, type ServiceOptions } from '../../src/server.js';
import { closeWorlds, startWorld } from '../support/world.js';

afterEach(closeWorlds);

describe('ranges', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7', true],
    ['203.0.113.7', '203.0.113.8', false],
    ['10.0.0.0/8', '10.255.1.2', true],
    ['10.0.0.0/8', '11.0.0.1', false],
    ['0.0.0.0/0', '8.8.8.8', true],
    ['2001:db8::/32', '2001:db8:1::5', true],
    ['2001:db8::/32', '2001:db9::5', false],
    ['::1', '::1', true],
    ['10.0.0.0/8', '2001:db8::1', false],
    ['10.0.0.0/8', 'nonsense', false],
  ])('%s has %s: %s', (range, address, within) => {
    expect(createRanges([range], 'x')(address)).toBe(within);
  });

  it.each([
    '',
    'x',
    '10.0.0',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/8/8',
    '::/129',
    'localhost',
    '10.0.0.0/ 8',
  ])('%j is none', (range) => {
    expect(() => createRanges([range], 'allowed')).toThrow(/^allowed: /);
  });
});

describe('who asks', () => {
  const ask = (trusted: string[], address: string | undefined, forwarded?: string) =>
    createAddressOf(trusted)(
      new Request('http://x', forwarded === undefined ? {} : { headers: { 'x-forwarded-for': forwarded } }),
      { address },
    );

  it.each([
    // Nobody is believed who is not trusted.
    [[], '198.51.100.1', '10.0.0.1', '198.51.100.1'],
    [['127.0.0.1'], '198.51.100.1', '10.0.0.1', '198.51.100.1'],
    [['127.0.0.1'], '127.0.0.1', '203.0.113.9', '203.0.113.9'],
    // Only as far back as all are trusted: the first was written by whoever asks.
    [['127.0.0.1'], '127.0.0.1', '10.0.0.1, 203.0.113.9', '203.0.113.9'],
    [['127.0.0.1', '10.0.0.0/8'], '127.0.0.1', '203.0.113.9, 10.0.0.1', '203.0.113.9'],
    [['127.0.0.1'], '127.0.0.1', '10.0.0.1, nonsense', '127.0.0.1'],
    [['127.0.0.1'], '127.0.0.1', undefined, '127.0.0.1'],
    [['127.0.0.1'], '::ffff:127.0.0.1', '203.0.113.9:4711', '203.0.113.9'],
    [['::1'], '::1', '[2001:DB8::5]:80', '2001:db8::5'],
    [[], 'fe80::1%eth0', undefined, 'fe80::1'],
    [['127.0.0.1'], undefined, '203.0.113.9', undefined],
  ] as const)('trusting %j, from %s, forwarded for %s: %s', (trusted, peer, forwarded, address) => {
    expect(ask([...trusted], peer, forwarded)).toBe(address);
  });
});

const start = (change: Partial<ServiceOptions> = {}, allowedAddresses?: string[]) =>
  startWorld({
    clinics: [{ ...sandboxClinic, ...(allowedAddresses ? { allowedAddresses } : {}) }],
    ...change,
  });

const lookUp = (secret = sandboxClinic.secret, headers: Record<string, string> = {}) =>
  new Request('http://service.invalid/api/satusehat/get-patient-id', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-clinic-code': sandboxClinic.code,
      'x-clinic-secret': secret,
      ...headers,
    },
    body: JSON.stringify({ nik: '9204014804000002' }),
  });

describe('the service', () => {
  it('takes a clinic’s requests from its own addresses alone', async () => {
    const { service } = await start({ trustedProxies: ['10.0.0.1'] }, ['203.0.113.0/24']);
    const status = async (address: string | undefined, headers = {}) =>
      (await service.fetch(lookUp(sandboxClinic.secret, headers), { address })).status;
    expect(await status('203.0.113.50')).toBe(200);
    expect(await status('198.51.100.1')).toBe(403);
    expect(await status('198.51.100.1', { 'x-forwarded-for': '203.0.113.50' })).toBe(403);
    expect(await status('10.0.0.1', { 'x-forwarded-for': '203.0.113.50' })).toBe(200);
    // From where nobody knows is from elsewhere.
    expect(await status(undefined)).toBe(403);
    const refused = await service.fetch(lookUp(), { address: '198.51.100.1' });
    expect(await refused.json()).toMatchObject({ code: 'IP_NOT_ALLOWED' });
    // Who has no right secret is not told where to come from.
    expect((await service.fetch(lookUp('salah'), { address: '198.51.100.1' })).status).toBe(401);
  });

  it('lets nobody into the dashboard from elsewhere, and no session go on there', async () => {
    const { service } = await start({}, ['203.0.113.0/24']);
    const enter = (address: string) =>
      service.fetch(
        new Request('http://service.invalid/dashboard/masuk', {
          method: 'POST',
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body: new URLSearchParams({ kode: sandboxClinic.code, rahasia: sandboxClinic.secret }),
        }),
        { address },
      );
    expect((await enter('198.51.100.1')).status).toBe(401);
    const entered = await enter('203.0.113.1');
    expect(entered.status).toBe(303);
    const cookie = entered.headers.get('set-cookie')?.split(';')[0] ?? '';
    const open = (address: string) =>
      service.fetch(new Request('http://service.invalid/dashboard', { headers: { cookie } }), { address });
    expect((await open('203.0.113.2')).status).toBe(200);
    expect((await open('198.51.100.1')).status).toBe(303);
  });

  it('knows the address of a real connection', async () => {
    const { service } = await start({}, ['127.0.0.1', '::1']);
    const server = await listen(service);
    const { url, ...rest } = { url: `${server.url}/api/satusehat/get-patient-id`, method: 'POST' };
    const response = await fetch(url, { ...rest, headers: lookUp().headers, body: await lookUp().text() });
    expect(response.status).toBe(200);
    await server.close();
  });

  it('makes an address wait that is wrong too often, and no other', async () => {
    const clock = { now: Date.now() };
    const { service } = await start({ now: () => clock.now });
    const ask = (secret: string, address: string) => service.fetch(lookUp(secret), { address });
    for (let turn = 0; turn < 61; turn++) expect((await ask('salah', '198.51.100.1')).status).toBe(401);
    const wait = await ask(sandboxClinic.secret, '198.51.100.1');
    expect([wait.status, wait.headers.get('retry-after')]).toEqual([429, '1']);
    expect((await ask(sandboxClinic.secret, '198.51.100.2')).status).toBe(200);
    clock.now += 1_001;
    expect((await ask(sandboxClinic.secret, '198.51.100.1')).status).toBe(200);
    // Where nobody knows who asks, one would make all wait.
    const failures = createFailures(1, () => 0);
    for (let turn = 0; turn < 9; turn++) failures.count(undefined);
    expect(failures.wait(undefined)).toBe(0);
  });

  it('refuses ranges that are none, by the name of the option', async () => {
    await expect(start({}, ['10.0.0.0/99'])).rejects.toThrow('clinics[].allowedAddresses');
    await expect(start({ trustedProxies: ['proxy.local'] })).rejects.toThrow('trustedProxies: proxy.local');
  });
});
