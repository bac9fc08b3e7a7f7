/** An outage of the platform: nothing is refused, nothing is stormed, and all drains afterwards. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createSandbox, sandboxClinic } from '../../src/sandbox.js';
import { openSqliteStore } from '../../src/store/sqlite.js';
import { createVault } from '../../src/store/vault.js';
import { guideVisit } from '../support/visit.js';
import { closeWorlds, isBundle, KEY, startWorld } from '../support/world.js';

const folders: string[] = [];
afterEach(async () => {
  await closeWorlds();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const visit = (index: number, change: Record<string, unknown> = {}) => ({
  ...guideVisit(),
  tanggal_kunjungan: new Date(Date.parse('2025-01-01T00:00:00Z') + index * 3_600_000).toISOString(),
  tanggal_selesai: null,
  ...change,
});

describe('an outage of an hour', () => {
  it('costs a few probes a minute; every visit is accepted, and goes when the platform answers again', async () => {
    let clock = Date.parse('2026-01-10T00:00:00Z');
    const sandbox = createSandbox({ now: () => clock });
    let out = true;
    const asked: number[] = [];
    const world = await startWorld({
      sandbox,
      now: () => clock,
      delivery: { backoff: { base: 2_000, cap: 600_000 } },
      platform: { env: 'https://sandbox.invalid', circuit: {}, retries: 2 },
    });
    world.intercept = async (request, next) => {
      if (!out) return next(request);
      asked.push(clock);
      return new Response('Gateway Timeout', { status: 504 });
    };
    const logIds: string[] = [];
    for (let minute = 0; minute < 60; minute++) {
      const { status, log_id } = await world.client.kirimEncounter(visit(minute));
      expect(status).toBe('queued');
      logIds.push(log_id ?? '');
      // The app asks again after an older one, too.
      if (minute > 0) await world.client.kirimEncounter(visit(minute - 1));
      clock += 60_000;
    }
    const perMinute = Array.from({ length: 60 }, (_, minute) => {
      const from = Date.parse('2026-01-10T00:00:00Z') + minute * 60_000;
      return asked.filter((at) => at >= from && at < from + 60_000).length;
    });
    // The first minute opens the circuit; after that a probe now and then.
    expect(Math.max(...perMinute.slice(1))).toBeLessThanOrEqual(4);
    out = false;
    clock += 60_000;
    const all = new Promise<void>((resolve) => {
      let sent = 0;
      world.service.on('sent', () => ++sent >= logIds.length && resolve());
    });
    // One that gets through tells the others.
    await world.client.kirimEncounter(visit(0));
    await all;
    expect(sandbox.stats()).toMatchObject({ duplicates: { byIdentifier: 0 }, resources: { Encounter: 60 } });
    // Oldest first, but for the one that was asked for.
    const starts = sandbox.resources('Encounter').map((one) => (one.period as { start: string }).start);
    expect(starts.indexOf('2025-01-01T01:00:00+00:00')).toBeLessThan(
      starts.indexOf('2025-01-03T00:00:00+00:00'),
    );
  });
});

describe('a backlog', () => {
  it('of one clinic is not in the way of another', async () => {
    const other = { ...sandboxClinic, code: 'KLINIK-002', secret: 'lain' };
    const world = await startWorld({ clinics: [sandboxClinic, other], delivery: { concurrency: 2 } });
    // The first clinic's deliveries hang at the platform.
    const hanging: (() => void)[] = [];
    world.intercept = async (request, next) => {
      if (isBundle(request) && (await request.clone().text()).includes('PENUH')) {
        await new Promise<void>((resolve) => hanging.push(resolve));
      }
      return next(request);
    };
    for (let index = 0; index < 20; index++) {
      await world.client.kirimEncounter(visit(index, { no_registrasi: `PENUH-${index}` }), { wait: 0 });
    }
    const { status, body } = await world.post('/api/encounter', visit(99), {
      'x-clinic-code': 'KLINIK-002',
      'x-clinic-secret': 'lain',
    });
    expect([status, body.status]).toEqual([200, 'success']);
    world.intercept = undefined;
    for (const go of hanging) go();
  });
});

describe('closing', () => {
  it('takes no longer than its bound; what was cut off is found out about at the next start', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'satusehat-test-'));
    folders.push(folder);
    const store = `sqlite:${join(folder, 'satusehat.db')}`;
    const sandbox = createSandbox();
    const world = await startWorld({ sandbox, store, delivery: { grace: 20 } });
    let reached = () => {};
    const written = new Promise<void>((resolve) => {
      reached = resolve;
    });
    world.intercept = async (request, next) => {
      const answer = await next(request);
      if (!isBundle(request)) return answer;
      reached();
      return new Promise(() => {});
    };
    const { log_id = '' } = await world.client.kirimEncounter(guideVisit(), { wait: 0 });
    await written;
    await world.service.close();

    const again = await startWorld({ sandbox, store });
    const sent = await again.client.kirimEncounter(guideVisit());
    expect(sent).toMatchObject({ status: 'success', log_id });
    expect(sandbox.stats()).toMatchObject({ writes: 1, resources: { Encounter: 1 } });
  });
});

describe('retention', () => {
  it('empties what was sent long enough ago, and nothing that is still to be done', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'satusehat-test-'));
    folders.push(folder);
    const file = join(folder, 'satusehat.db');
    let clock = Date.parse('2026-01-10T00:00:00Z');
    const world = await startWorld({ store: `sqlite:${file}`, now: () => clock });
    const sent = await world.client.kirimEncounter(guideVisit());
    world.intercept = async () => new Response('no', { status: 503 });
    const waiting = await world.client.kirimEncounter(visit(5));
    await world.service.close();

    clock += 31 * 86_400_000;
    const vault = createVault(KEY);
    const store = await openSqliteStore(file, vault);
    expect(await store.forget(clock - 30 * 86_400_000)).toBe(1);
    expect(await store.forget(clock - 30 * 86_400_000)).toBe(0);
    expect((await store.find(sent.log_id ?? ''))?.payload).toEqual({});
    expect((await store.find(sent.log_id ?? ''))?.result?.encounterId).toBe(sent.encounter_id);
    expect((await store.find(waiting.log_id ?? ''))?.payload).toMatchObject({ poli: '100001' });
    // An open visit keeps its end: a diagnosis may still come.
    expect(await store.visit(sandboxClinic.code, sent.encounter_id ?? '')).toMatchObject({
      end: '2024-01-15T09:15:00+00:00',
    });
    await store.close();

    const again = await startWorld({
      store: `sqlite:${file}`,
      now: () => clock,
      retention: { payloadDays: 30 },
    });
    // The same data again is still the same submission.
    expect((await again.client.kirimEncounter(guideVisit())).log_id).toBe(sent.log_id);
    await expect(startWorld({ retention: { payloadDays: 0 } })).rejects.toThrow('retention.payloadDays');
  });
});
