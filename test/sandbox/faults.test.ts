/** Faults on request: each kind, and the same run from the same seed. */
import { describe, expect, it } from 'vitest';
import { faultKinds } from '../../src/sandbox/faults.js';
import { createSandbox, type FaultKind, type FaultPlan } from '../../src/sandbox.js';
import { listen } from '../../src/server.js';
import { base, bundle, encounter, firstUrl, observation, startAsking } from '../support/platform.js';

const always = (kind: FaultKind, more: FaultPlan = {}): FaultPlan => ({ rates: { [kind]: 1 }, ...more });
const visit = () => bundle(encounter(), observation(firstUrl));

describe('each kind', () => {
  it.each<[FaultKind, number, number]>([
    ['throttle', 429, 0],
    ['error-500', 500, 0],
    ['error-502', 502, 0],
    ['error-503', 503, 0],
    ['gateway-timeout', 504, 0],
    ['gateway-timeout-after', 504, 1],
    ['suppressed', 200, 1],
    ['slow-body', 200, 1],
    ['token-revoked', 401, 0],
  ])('%s answers %i and writes %i', async (kind, status, writes) => {
    const { sandbox, ask } = await startAsking();
    sandbox.faults(always(kind));
    const answer = await ask('POST', '', visit());
    expect(answer.status).toBe(status);
    expect(sandbox.resources('Encounter')).toHaveLength(writes);
    expect(sandbox.requests().at(-1)).toMatchObject({ type: 'Bundle', fault: kind, status });
    if (kind === 'suppressed') expect(answer.body.issue[0].code).toBe('suppressed');
    if (kind === 'slow-body') expect(answer.body.type).toBe('transaction-response');
  });

  it.each([
    ['reset-before', 0],
    ['reset-after', 1],
  ] as const)('%s breaks the connection, %i written', async (kind, writes) => {
    const { sandbox, ask } = await startAsking();
    sandbox.faults(always(kind));
    await expect(ask('POST', '', visit())).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
    expect(sandbox.resources('Encounter')).toHaveLength(writes);
    expect(sandbox.requests().at(-1)).not.toHaveProperty('status');
  });

  it('reset breaks it over a socket too', async () => {
    const sandbox = createSandbox({ faults: always('reset-before') });
    const server = await listen(sandbox);
    await expect(fetch(`${server.url}/fhir-r4/v1/Patient/P00123456789`)).rejects.toThrow('fetch failed');
    sandbox.faults();
    expect((await fetch(`${server.url}/fhir-r4/v1/Patient/P00123456789`)).status).toBe(401);
    await server.close();
  });

  it('partial writes some entries of a Bundle', async () => {
    const { sandbox, ask } = await startAsking();
    sandbox.faults(always('partial', { seed: 3 }));
    const entries = Array.from({ length: 9 }, (_, index) =>
      observation(firstUrl, { valueQuantity: { value: index } }),
    );
    expect((await ask('POST', '', bundle(encounter(), ...entries))).status).toBe(502);
    const kept = sandbox.resources('Encounter').length + sandbox.resources('Observation').length;
    expect(kept).toBeGreaterThan(0);
    expect(kept).toBeLessThan(10);
  });

  it('a slow body comes in two parts, with the pause between', async () => {
    const pauses: number[] = [];
    const { sandbox } = await startAsking({
      sleep: async (milliseconds) => {
        pauses.push(milliseconds);
      },
    });
    sandbox.faults(always('slow-body', { slowBody: 1234 }));
    const response = await sandbox.fetch(`${base}/fhir-r4/v1/Patient/P00123456789`);
    const reader = response.body?.getReader();
    const first = await reader?.read();
    expect(first?.value?.length).toBeGreaterThan(0);
    expect(pauses).toEqual([]);
    await reader?.read();
    expect(pauses).toEqual([1234]);
  });
});

describe('a plan', () => {
  it('outages are windows of the clock; latency is drawn', async () => {
    const waited: number[] = [];
    const { sandbox, ask, clock } = await startAsking({
      sleep: async (milliseconds) => {
        waited.push(milliseconds);
      },
    });
    sandbox.faults({ outages: [{ from: 1_000, to: 2_000 }], latency: { min: 50, max: 60 } });
    const status = async () => (await ask('GET', '/Patient/P00123456789')).status;
    expect(await status()).toBe(200);
    clock.now += 1_000;
    expect(await status()).toBe(503);
    clock.now += 1_000;
    expect(await status()).toBe(200);
    expect(waited).toHaveLength(3);
    for (const milliseconds of waited) expect(milliseconds >= 50 && milliseconds <= 60).toBe(true);
  });

  it('searchLag hides a write from searches, not from reads nor from the duplicate check', async () => {
    const { sandbox, ask, clock } = await startAsking();
    sandbox.faults({ searchLag: 5_000 });
    const { id } = (await ask('POST', '/Encounter', encounter())).body;
    const total = async () => (await ask('GET', '/Encounter?subject=P00123456789')).body.total;
    expect(await total()).toBe(0);
    expect((await ask('GET', `/Encounter/${id}`)).status).toBe(200);
    expect((await ask('POST', '/Encounter', encounter())).status).toBe(400);
    clock.now += 5_000;
    expect(await total()).toBe(1);
  });

  it('only, limit: just those requests, just so many', async () => {
    const { sandbox, ask } = await startAsking();
    sandbox.faults(always('error-503', { only: { methods: ['GET'], types: ['Patient'] }, limit: 2 }));
    const statuses = [];
    for (const path of [
      '/Practitioner/10001234567',
      '/Patient/P00123456789',
      '/Patient/P00123456789',
      '/Patient/P00123456789',
    ]) {
      statuses.push((await ask('GET', path)).status);
    }
    expect(statuses).toEqual([200, 503, 503, 200]);
  });

  it('the same seed and requests give the same run; another seed another', async () => {
    const rates = Object.fromEntries(
      faultKinds.filter((kind) => kind !== 'token-revoked').map((kind) => [kind, 0.05]),
    );
    const run = async (seed: number) => {
      const { sandbox, ask } = await startAsking();
      sandbox.faults({ seed, rates });
      for (let turn = 0; turn < 80; turn++) await ask('GET', '/Patient/P00123456789').catch(() => {});
      return sandbox
        .requests()
        .map(({ fault }) => fault ?? '-')
        .join(' ');
    };
    expect(await run(7)).toBe(await run(7));
    expect(await run(7)).not.toBe(await run(8));
    expect(new Set((await run(7)).split(' ')).size).toBeGreaterThan(5);
  });

  it('over HTTP: set, refused when wrong, gone after a reset', async () => {
    const { sandbox, ask } = await startAsking();
    const post = (body: unknown) =>
      sandbox.fetch(`${base}/_sandbox/faults`, { method: 'POST', body: JSON.stringify(body) });
    expect((await post(always('error-500'))).status).toBe(200);
    expect((await ask('GET', '/Patient/P00123456789')).status).toBe(500);
    for (const wrong of [{ rates: { fly: 1 } }, { rates: { 'error-500': 2 } }, { sed: 1 }, [], null]) {
      expect((await post(wrong)).status).toBe(400);
    }
    expect((await ask('GET', '/Patient/P00123456789')).status).toBe(500);
    sandbox.reset();
    expect((await ask('GET', '/Patient/P00123456789')).status).toBe(200);
  });
});

describe('books', () => {
  it('a snapshot is plain JSON and brings everything back', async () => {
    const { sandbox, ask } = await startAsking();
    await ask('POST', '', visit());
    const kept = JSON.parse(JSON.stringify(sandbox.snapshot()));
    const other = createSandbox({ snapshot: kept });
    expect(other.stats()).toEqual(sandbox.stats());
    expect(other.resources('Encounter')).toEqual(sandbox.resources('Encounter'));
    sandbox.reset();
    expect(sandbox.resources('Encounter')).toEqual([]);
    sandbox.restore(kept);
    expect(sandbox.resources('Encounter')).toEqual(other.resources('Encounter'));
  });

  it('the log of requests can be asked, and holds no query', async () => {
    const { sandbox, ask } = await startAsking();
    await ask('GET', '/Patient?identifier=https%3A%2F%2Ffhir.kemkes.go.id%2Fid%2Fnik%7C9204014804000002');
    await ask('POST', '', visit());
    expect(sandbox.requests({ method: 'POST', type: 'Bundle' })).toEqual([
      { at: expect.any(Number), method: 'POST', type: 'Bundle', status: 200, written: 2 },
    ]);
    const response = await sandbox.fetch(`${base}/_sandbox/requests?type=Patient`);
    expect(await response.json()).toHaveLength(1);
    expect(JSON.stringify(sandbox.requests())).not.toContain('9204014804000002');
  });
});
