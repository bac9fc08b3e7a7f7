import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type RetryPolicy, retryDelay } from '../../src/client/retry.js';
import type { RetryEvent } from '../../src/index.js';
import { thrownBy } from '../support/thrown.js';
import { guideVisit } from '../support/visit.js';
import { failing, fakeService, found, json, NIK, sent, silence } from './fake-service.js';

afterEach(() => vi.useRealTimers());

describe('the policy', () => {
  const policy: RetryPolicy = {
    retries: 3,
    totalTimeout: 90_000,
    backoff: { base: 500, cap: 10_000, retryAfterCap: 30_000 },
  };
  const failure = { retryable: true, retryAfter: undefined, attempts: 1, elapsed: 0, random: 0.5 };

  it.each<[string, object, number | undefined]>([
    ['half of the first ceiling', {}, 250],
    ['twice as much for each attempt', { attempts: 3 }, 1_000],
    ['no more than the retries', { attempts: 4 }, undefined],
    ['nothing of what cannot pass', { retryable: false }, undefined],
    ['what the service asks for, and a little spread', { retryAfter: 7, random: 0 }, 7_000],
    ['spread behind what was asked for', { retryAfter: 7, random: 1 }, 7_500],
    ['no longer than the cap of Retry-After', { retryAfter: 3_600, random: 0 }, 30_000],
    ['Retry-After: 0 is none', { retryAfter: 0 }, 250],
    ['nothing that would end behind the total', { elapsed: 89_900 }, undefined],
  ])('%s', (_, change, expected) => expect(retryDelay(policy, { ...failure, ...change })).toBe(expected));

  it('never waits below zero, above its caps, or beyond the total; 0 retries mean 0', () => {
    fc.assert(
      fc.property(
        fc.record({
          retryable: fc.boolean(),
          retryAfter: fc.option(fc.nat(100_000), { nil: undefined }),
          attempts: fc.integer({ min: 1, max: 60 }),
          elapsed: fc.nat(100_000),
          random: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
        }),
        fc.nat(80),
        (one, retries) => {
          const delay = retryDelay({ ...policy, retries }, one);
          expect(retryDelay({ ...policy, retries: 0 }, one)).toBeUndefined();
          if (!one.retryable || one.attempts > retries) expect(delay).toBeUndefined();
          if (delay === undefined) return;
          expect(delay).toBeGreaterThanOrEqual(Math.min(30_000, (one.retryAfter ?? 0) * 1_000));
          expect(delay).toBeLessThan(40_000);
          expect(one.elapsed + delay).toBeLessThanOrEqual(policy.totalTimeout);
        },
      ),
    );
  });
});

describe('a call', () => {
  it.each([408, 429, 500, 502, 503, 504])('is repeated after %d', async (status) => {
    const { client, seen } = fakeService((n) => (n < 2 ? failing(status) : found()));
    expect((await client.getPatientId(NIK)).satusehat_id).toBe('P02478375538');
    expect(seen).toHaveLength(3);
  });

  it('is repeated after a network error and a time-out', async () => {
    const { client, seen } = fakeService(
      (n, _, signal) => (n === 0 ? Promise.reject(new TypeError('x')) : n === 1 ? silence(signal) : found()),
      { timeout: 20 },
    );
    await client.getPatientId(NIK);
    expect(seen).toHaveLength(3);
  });

  it.each([
    [400, 'INVALID_JSON'],
    [401, 'INVALID_CREDENTIALS'],
    [403, 'CLINIC_INACTIVE'],
    [404, 'PATIENT_NOT_FOUND'],
    [409, 'MULTIPLE_MATCHES'],
    [422, 'INVALID_FIELDS'],
    [501, undefined],
  ])('is not repeated after %d', async (status, code) => {
    const { client, seen } = fakeService(() => json(status, { status: 'error', code, message: 'x' }));
    expect(await thrownBy(client.getPatientId(NIK))).toMatchObject({ status, attempts: 1, retryable: false });
    expect(seen).toHaveLength(1);
  });

  it('ends after its retries with the last error, which knows how many attempts there were', async () => {
    const { client, seen } = fakeService(() => failing());
    expect(await thrownBy(client.getPatientId(NIK))).toMatchObject({ code: 'OVERLOADED', attempts: 4 });
    expect(seen).toHaveLength(4);
    expect(await thrownBy(client.getPatientId(NIK, { retries: 1 }))).toMatchObject({ attempts: 2 });
    expect(await thrownBy(client.getPatientId(NIK, { retries: 0 }))).toMatchObject({ attempts: 1 });
    expect(seen).toHaveLength(7);
  });

  it('0 retries of the client mean 0', async () => {
    const { client, seen } = fakeService(() => failing(), { retries: 0 });
    expect(await thrownBy(client.getPatientId(NIK))).toMatchObject({ attempts: 1 });
    expect(seen).toHaveLength(1);
  });

  it.each([
    ['seconds', () => '3'],
    ['a date', () => new Date(Date.now() + 3_000).toUTCString()],
  ])('waits for Retry-After in %s, up to the cap', async (_, retryAfter) => {
    const retries: RetryEvent[] = [];
    const { client } = fakeService(
      (n) => (n === 0 ? failing(429, { 'retry-after': retryAfter() }) : found()),
      {
        backoff: { base: 0, cap: 0, retryAfterCap: 5 },
        onRetry: (event) => retries.push(event),
      },
    );
    await client.getPatientId(NIK);
    expect(retries).toEqual([
      { endpoint: 'getPatientId', attempt: 1, code: 'RATE_LIMITED', status: 429, delay: 5 },
    ]);
    const { client: once } = fakeService(() => failing(429, { 'retry-after': retryAfter() }), { retries: 0 });
    const thrown = await thrownBy(once.getPatientId(NIK));
    expect(thrown?.retryAfter).toBeGreaterThanOrEqual(2);
    expect(thrown?.retryAfter).toBeLessThanOrEqual(3);
  });

  it('is over when the total is, with a whole attempt cut short', async () => {
    const { client, seen } = fakeService((n, _, signal) => (n === 0 ? failing() : silence(signal)), {
      totalTimeout: 60,
    });
    expect(await thrownBy(client.getPatientId(NIK))).toMatchObject({ code: 'TIMEOUT', attempts: 2 });
    expect(seen).toHaveLength(2);
  });

  it('gives a service that is to wait the time to do so', async () => {
    const { client, seen } = fakeService(
      async () => {
        await new Promise((resolve) => setTimeout(resolve, 60));
        return sent();
      },
      { timeout: 20, retries: 0 },
    );
    expect(await thrownBy(client.kirimEncounter(guideVisit(), { wait: 0, timeout: 20 }))).toMatchObject({
      code: 'TIMEOUT',
    });
    await client.kirimEncounter(guideVisit(), { wait: 1.5 });
    expect(seen.map(({ headers }) => headers.prefer)).toEqual(['respond-async', 'wait=2']);
  });

  it('has its deadline also with a fetch that does not listen to signals', async () => {
    const { client } = fakeService(() => new Promise(() => {}), { timeout: 20, retries: 0 });
    expect(await thrownBy(client.getPatientId(NIK))).toMatchObject({ code: 'TIMEOUT' });
  });

  it('has its deadline over a body that never ends', async () => {
    const { client } = fakeService(() => new Response(new ReadableStream()), { timeout: 20, retries: 0 });
    expect(await thrownBy(client.getPatientId(NIK))).toMatchObject({ code: 'TIMEOUT' });
  });
});

describe('a send', () => {
  it('carries the same key with every attempt, and the same after a restart, whatever the order of its fields', async () => {
    const { client, seen } = fakeService((n) => (n < 2 ? failing() : sent()));
    const visit = guideVisit();
    await client.kirimEncounter(visit);
    const { client: restarted, seen: later } = fakeService(() => sent());
    await restarted.kirimEncounter(Object.fromEntries(Object.entries(visit).reverse()) as typeof visit);
    const keys = [...seen, ...later].map(({ headers }) => headers['idempotency-key']);
    expect(new Set(keys).size).toBe(1);
    expect(keys[0]).toMatch(/^sha256-[0-9a-f]{64}$/);
    await restarted.kirimEncounter({ ...visit, keluhan_utama: 'lain' });
    expect(later.at(-1)?.headers['idempotency-key']).not.toBe(keys[0]);
  });

  it('the key is another one for another clinic or endpoint', async () => {
    const { client, seen } = fakeService(() => sent());
    const { client: other, seen: theirs } = fakeService(() => sent(), { clinicCode: 'KLINIK-002' });
    await client.kirimEncounter(guideVisit());
    await other.kirimEncounter(guideVisit());
    expect(seen[0]?.headers['idempotency-key']).not.toBe(theirs[0]?.headers['idempotency-key']);
  });

  it('a key of one’s own is kept; a change has one for each call; a look-up has none', async () => {
    const { client, seen } = fakeService(() => sent({ satusehat_id: 'P1' }));
    await client.kirimEncounter(guideVisit(), { idempotencyKey: 'k-1' });
    for (let call = 0; call < 2; call++) await client.kirimEncounter({ id: 'E-1', keluhan_utama: 'Pusing' });
    await client.getPatientId(NIK);
    await client.uji.kirimEncounter(guideVisit());
    const [own, first, second, ...none] = seen.map(({ headers }) => headers['idempotency-key']);
    expect(own).toBe('k-1');
    expect(first).toMatch(/^[0-9a-f-]{36}$/);
    expect(second).toMatch(/^[0-9a-f-]{36}$/);
    expect(second).not.toBe(first);
    expect(none).toEqual([undefined, undefined]);
  });

  it('goes without a key where there is no digest to be had: the service makes the same one', async () => {
    vi.stubGlobal('process', { env: {} });
    vi.stubGlobal('crypto', {});
    const { client, seen } = fakeService((n) => (n === 0 ? failing() : sent({ satusehat_id: 'P1' })));
    await client.kirimEncounter(guideVisit());
    await client.getPatientId(NIK);
    await client.getPatientId(NIK);
    vi.unstubAllGlobals();
    expect(seen.map(({ headers }) => headers['idempotency-key'])).toEqual(Array(4).fill(undefined));
  });

  it('Web Crypto makes the same key as Node', async () => {
    const { client, seen } = fakeService(() => sent());
    await client.kirimEncounter(guideVisit());
    vi.stubGlobal('process', { env: {} });
    await client.kirimEncounter(guideVisit());
    vi.unstubAllGlobals();
    expect(seen[0]?.headers['idempotency-key']).toBe(seen[1]?.headers['idempotency-key']);
  });
});

describe('an abort', () => {
  it('before the call: nothing is asked', async () => {
    const { client, seen } = fakeService(() => found());
    const signal = AbortSignal.abort();
    expect(await thrownBy(client.getPatientId(NIK, { signal }))).toMatchObject({ code: 'ABORTED' });
    expect(await thrownBy(client.kirimEncounter(guideVisit(), { signal }))).toMatchObject({
      code: 'ABORTED',
    });
    expect(seen).toHaveLength(0);
  });

  it('in the last moment before the request: nothing is asked', async () => {
    const abort = new AbortController();
    const { client, seen } = fakeService(() => found(), { onRequest: () => abort.abort() });
    expect(await thrownBy(client.kirimEncounter(guideVisit(), { signal: abort.signal }))).toMatchObject({
      code: 'ABORTED',
    });
    expect(seen).toHaveLength(0);
  });

  it('during the pause between two attempts: no other attempt', async () => {
    const abort = new AbortController();
    const { client, seen } = fakeService(() => failing(), {
      backoff: { base: 60_000, cap: 60_000 },
      onRetry: () => queueMicrotask(() => abort.abort()),
    });
    const thrown = await thrownBy(client.kirimEncounter(guideVisit(), { signal: abort.signal }));
    expect(thrown).toMatchObject({ code: 'ABORTED', attempts: 1, retryable: false });
    expect(seen).toHaveLength(1);
  });

  it('while the headers of one’s own are awaited', async () => {
    const abort = new AbortController();
    const { client, seen } = fakeService(() => found(), {
      headers: () => {
        abort.abort();
        return new Promise(() => {});
      },
    });
    expect(await thrownBy(client.kirimEncounter(guideVisit(), { signal: abort.signal }))).toMatchObject({
      code: 'ABORTED',
    });
    expect(seen).toHaveLength(0);
  });

  it('leaves no listener behind on a signal that lives long', async () => {
    const { client } = fakeService((n) => (n % 2 ? sent() : failing()));
    const { signal } = new AbortController();
    const add = vi.spyOn(signal, 'addEventListener');
    const remove = vi.spyOn(signal, 'removeEventListener');
    await client.kirimEncounter(guideVisit(), { signal });
    expect(add.mock.calls.length).toBeGreaterThan(0);
    expect(remove.mock.calls.length).toBe(add.mock.calls.length);
  });
});
