/** What happens when the platform does not answer as it should: nothing is lost and nothing is sent twice. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createSandbox } from '../../src/sandbox.js';
import { openSqliteStore } from '../../src/store/sqlite.js';
import { createVault } from '../../src/store/vault.js';
import { thrownBy } from '../support/thrown.js';
import { guideVisit, plainVisit } from '../support/visit.js';
import { closeWorlds, type Intercept, isBundle, KEY, startWorld } from '../support/world.js';

const folders: string[] = [];
afterEach(async () => {
  await closeWorlds();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function tempStore(): string {
  const folder = mkdtempSync(join(tmpdir(), 'satusehat-test-'));
  folders.push(folder);
  return `sqlite:${join(folder, 'satusehat.db')}`;
}

/** Lets `times` Bundles meet a fault, then passes everything on. */
function faulty(times: number, fault: Intercept): Intercept {
  let left = times;
  return (request, next) => (isBundle(request) && left-- > 0 ? fault(request, next) : next(request));
}

const json = (status: number, body: unknown) =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });

describe('an outage', () => {
  it('before the write: queued with a log_id, then delivered once', async () => {
    const world = await startWorld();
    world.intercept = faulty(1, async () => new Response('Gateway Timeout', { status: 504 }));
    const queued = await world.client.kirimEncounter(guideVisit());
    expect(queued.status).toBe('queued');
    const sent = await world.client.kirimEncounter(guideVisit());
    expect(sent).toMatchObject({ status: 'success', log_id: queued.log_id });
    expect(world.sandbox.stats()).toMatchObject({ writes: 1, resources: { Encounter: 1, Observation: 7 } });
    const { data } = await world.client.getLog(queued.log_id ?? '');
    expect(data.attempts.map(({ outcome, code }) => [outcome, code])).toEqual([
      ['waiting', 'UPSTREAM_UNAVAILABLE'],
      ['sent', undefined],
    ]);
  });

  it('is mended without the clinic: the worker comes back by itself', async () => {
    const world = await startWorld({ delivery: { backoff: { base: 1, cap: 1 } } });
    let delivered = () => {};
    const done = new Promise<void>((resolve) => {
      delivered = resolve;
    });
    let bundles = 0;
    world.intercept = async (request, next) => {
      if (!isBundle(request)) return next(request);
      if (++bundles === 1) throw new TypeError('fetch failed', { cause: { code: 'ECONNREFUSED' } });
      const answer = await next(request);
      delivered();
      return answer;
    };
    expect((await world.client.kirimEncounter(guideVisit())).status).toBe('queued');
    await done;
    expect(world.sandbox.stats().writes).toBe(1);
  });

  it('of the look-ups: nothing is written, the submission waits', async () => {
    const world = await startWorld();
    world.intercept = async () => new Response('no healthy upstream', { status: 503 });
    const queued = await world.client.kirimEncounter(guideVisit());
    expect(queued).toMatchObject({ status: 'queued' });
    expect(await thrownBy(world.client.getPatientId('3201234567890123'))).toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
      status: 502,
      retryable: true,
    });
    world.intercept = undefined;
    expect((await world.client.kirimEncounter(guideVisit())).status).toBe('success');
    expect(world.sandbox.stats().writes).toBe(1);
  });
});

describe('an unknown outcome', () => {
  it.each<[string, Intercept]>([
    [
      'the connection breaks after the write',
      async (request, next) => {
        await next(request);
        throw new TypeError('fetch failed', { cause: { code: 'ECONNRESET' } });
      },
    ],
    [
      '502 after the write',
      async (request, next) => {
        await next(request);
        return new Response('Bad Gateway', { status: 502 });
      },
    ],
    [
      'a 200 that suppresses what was written',
      async (request, next) => {
        await next(request);
        return json(200, {
          resourceType: 'OperationOutcome',
          issue: [{ severity: 'information', code: 'suppressed' }],
        });
      },
    ],
    [
      'half a body',
      async (request, next) => {
        const text = await (await next(request)).text();
        return new Response(text.slice(0, text.length / 2), { status: 200 });
      },
    ],
  ])('%s: found by searching, never posted again', async (_, fault) => {
    const world = await startWorld();
    world.intercept = faulty(1, fault);
    const queued = await world.client.kirimEncounter(guideVisit());
    expect(queued.status).toBe('queued');
    const sent = await world.client.kirimEncounter(guideVisit());
    expect(sent).toMatchObject({ status: 'success', log_id: queued.log_id });
    expect(sent.data?.resources).toHaveLength(10);
    expect(sent.encounter_id).toBe(world.sandbox.resources('Encounter')[0]?.id);
    expect(world.sandbox.stats()).toMatchObject({
      writes: 1,
      duplicates: { byIdentifier: 0 },
      resources: { Encounter: 1, Condition: 1, ClinicalImpression: 1, Observation: 7 },
    });
  });

  it('stays unknown through a failing search', async () => {
    const world = await startWorld({ sandboxOptions: { refuseDuplicates: [] } });
    let searches = 0;
    let bundles = 0;
    world.intercept = async (request, next) => {
      const url = new URL(request.url);
      if (isBundle(request) && ++bundles === 1) {
        await next(request);
        return new Response('Bad Gateway', { status: 502 });
      }
      // Each try of a search is repeated twice.
      if (url.pathname.endsWith('/Encounter') && ++searches <= 3) return new Response('no', { status: 503 });
      return next(request);
    };
    expect((await world.client.kirimEncounter(guideVisit())).status).toBe('queued');
    expect((await world.client.kirimEncounter(guideVisit())).status).toBe('queued');
    expect((await world.client.kirimEncounter(guideVisit())).status).toBe('success');
    expect(world.sandbox.stats()).toMatchObject({ writes: 1, resources: { Encounter: 1 } });
  });

  it('a partly saved Bundle: only what is missing is posted', async () => {
    const world = await startWorld();
    world.intercept = faulty(1, async (request, next) => {
      const bundle = (await request.json()) as { entry: { resource: { resourceType: string } }[] };
      bundle.entry = bundle.entry.slice(0, 5);
      await next(
        new Request(request.url, { method: 'POST', headers: request.headers, body: JSON.stringify(bundle) }),
      );
      return new Response('Bad Gateway', { status: 502 });
    });
    expect((await world.client.kirimEncounter(guideVisit())).status).toBe('queued');
    const sent = await world.client.kirimEncounter(guideVisit());
    expect(sent.data?.resources).toHaveLength(10);
    expect(world.sandbox.stats()).toMatchObject({
      duplicates: { byIdentifier: 0 },
      resources: { Encounter: 1, Condition: 1, ClinicalImpression: 1, Observation: 7 },
    });
    for (const observation of world.sandbox.resources('Observation')) {
      expect(observation.encounter).toEqual({ reference: `Encounter/${sent.encounter_id}` });
    }
  });

  it('a write that searches do not see yet is waited for, not failed and not repeated', async () => {
    let clock = Date.parse('2026-01-10T00:00:00Z');
    const sandbox = createSandbox({ now: () => clock });
    const world = await startWorld({ sandbox, now: () => clock });
    sandbox.faults({ searchLag: 60_000, rates: { 'reset-after': 1 }, only: { types: ['Bundle'] }, limit: 1 });
    const queued = await world.client.kirimEncounter(guideVisit());
    expect(queued.status).toBe('queued');
    // Refused as a duplicate that cannot be found.
    expect((await world.client.kirimEncounter(guideVisit())).status).toBe('queued');
    clock += 60_000;
    const sent = await world.client.kirimEncounter(guideVisit());
    expect(sent).toMatchObject({ status: 'success', log_id: queued.log_id });
    expect(sandbox.stats()).toMatchObject({ writes: 1, duplicates: { byIdentifier: 0, byContent: 0 } });
  });

  it('without the platform’s duplicate check, a lagging search costs patience, not a second visit', async () => {
    let clock = Date.parse('2026-01-10T00:00:00Z');
    const sandbox = createSandbox({ now: () => clock, refuseDuplicates: [] });
    const world = await startWorld({ sandbox, now: () => clock, delivery: { settlePatience: 60_000 } });
    sandbox.faults({ searchLag: 20_000, rates: { 'reset-after': 1 }, only: { types: ['Bundle'] }, limit: 1 });
    const queued = await world.client.kirimEncounter(guideVisit());
    expect(queued.status).toBe('queued');
    clock += 5_000;
    expect((await world.client.kirimEncounter(guideVisit())).status).toBe('queued');
    clock += 20_000;
    expect(await world.client.kirimEncounter(guideVisit())).toMatchObject({
      status: 'success',
      log_id: queued.log_id,
    });
    expect(sandbox.stats()).toMatchObject({ writes: 1, duplicates: { byIdentifier: 0, byContent: 0 } });
  });

  it('a write that never happened is posted again once patience has ended', async () => {
    let clock = Date.parse('2026-01-10T00:00:00Z');
    const sandbox = createSandbox({ now: () => clock });
    const world = await startWorld({ sandbox, now: () => clock, delivery: { settlePatience: 60_000 } });
    sandbox.faults({ rates: { 'gateway-timeout': 1 }, only: { types: ['Bundle'] }, limit: 1 });
    expect((await world.client.kirimEncounter(guideVisit())).status).toBe('queued');
    clock += 59_000;
    expect((await world.client.kirimEncounter(guideVisit())).status).toBe('queued');
    expect(sandbox.stats().requests.POST?.Bundle).toBe(1);
    clock += 2_000;
    expect((await world.client.kirimEncounter(guideVisit())).status).toBe('success');
    expect(sandbox.stats()).toMatchObject({ writes: 1, resources: { Encounter: 1 } });
  });

  it('what a search does not list yet of a visit is waited for too', async () => {
    let clock = Date.parse('2026-01-10T00:00:00Z');
    const sandbox = createSandbox({ now: () => clock, refuseDuplicates: [] });
    const world = await startWorld({ sandbox, now: () => clock, delivery: { settlePatience: 60_000 } });
    sandbox.faults({ rates: { 'reset-after': 1 }, only: { types: ['Bundle'] }, limit: 1 });
    expect((await world.client.kirimEncounter(guideVisit())).status).toBe('queued');
    world.intercept = async (request, next) =>
      new URL(request.url).pathname.endsWith('/Observation')
        ? json(200, { resourceType: 'Bundle', type: 'searchset', total: 0, entry: [] })
        : next(request);
    expect((await world.client.kirimEncounter(guideVisit())).status).toBe('queued');
    world.intercept = undefined;
    clock += 61_000;
    expect((await world.client.kirimEncounter(guideVisit())).status).toBe('success');
    expect(sandbox.stats()).toMatchObject({ writes: 1, resources: { Observation: 7 } });
  });

  it('a duplicate that never shows is for a person to look at', async () => {
    const world = await startWorld();
    world.intercept = async (request, next) =>
      isBundle(request)
        ? json(400, {
            resourceType: 'OperationOutcome',
            issue: [
              { code: 'duplicate', details: { text: 'Found duplicate: Encounter (RuleNumber: 20002)' } },
            ],
          })
        : next(request);
    let tries = 0;
    let thrown: Awaited<ReturnType<typeof thrownBy>>;
    while (!thrown && tries++ < 20) thrown = await thrownBy(world.client.kirimEncounter(guideVisit()));
    expect(thrown).toMatchObject({ code: 'DUPLICATE', status: 409 });
    expect(tries).toBe(9);
  });

  it('a suppressed search is not an empty one: nothing is posted again on its word', async () => {
    const sandbox = createSandbox({ refuseDuplicates: [] });
    const world = await startWorld({ sandbox });
    sandbox.faults({ rates: { 'reset-after': 1 }, only: { types: ['Bundle'] }, limit: 1 });
    expect((await world.client.kirimEncounter(guideVisit())).status).toBe('queued');
    sandbox.faults({ rates: { suppressed: 1 }, only: { methods: ['GET'] } });
    expect((await world.client.kirimEncounter(guideVisit())).status).toBe('queued');
    expect(await thrownBy(world.client.getPatientId('9271060312000001'))).toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
    });
    sandbox.faults();
    expect((await world.client.kirimEncounter(guideVisit())).status).toBe('success');
    expect(sandbox.stats()).toMatchObject({ writes: 1, duplicates: { byIdentifier: 0, byContent: 0 } });
  });

  it('survives a restart of the service', async () => {
    const store = tempStore();
    const sandbox = createSandbox();
    const first = await startWorld({ store, sandbox });
    first.intercept = faulty(1, async (request, next) => {
      await next(request);
      throw new TypeError('fetch failed', { cause: { code: 'ECONNRESET' } });
    });
    const queued = await first.client.kirimEncounter(guideVisit());
    expect(queued.status).toBe('queued');
    await closeWorlds();
    const second = await startWorld({ store, sandbox });
    const sent = await second.client.kirimEncounter(guideVisit());
    expect(sent).toMatchObject({ status: 'success', log_id: queued.log_id });
    expect(sandbox.stats()).toMatchObject({ writes: 1, duplicates: { byIdentifier: 0 } });
  });
});

describe('a crash right after acceptance', () => {
  it('loses nothing: the next start delivers what was kept, unasked', async () => {
    const store = tempStore();
    // What the service does before it answers, and then nothing more.
    const kept = await openSqliteStore(store.replace('sqlite:', ''), createVault(KEY));
    const logId = crypto.randomUUID();
    const payload = guideVisit();
    const now = Date.now();
    const row = { logId, clinic: 'KLINIK-001', endpoint: 'kirimEncounter', idempotencyKey: 'k', digest: 'd' };
    await kept.accept({ ...row, payload, now });
    await kept.close();
    let delivered = () => {};
    const done = new Promise<void>((resolve) => {
      delivered = resolve;
    });
    const sandbox = createSandbox();
    await startWorld({
      store,
      platform: {
        env: 'https://sandbox.invalid',
        async fetch(input, init) {
          const request = new Request(input, init);
          const bundle = isBundle(request);
          const answer = await sandbox.fetch(request);
          if (bundle) delivered();
          return answer;
        },
      },
    });
    await done;
    expect(sandbox.resources('Encounter')[0]).toMatchObject({ identifier: [{ value: logId }] });
  });
});

describe('refusals', () => {
  it('never carry a NIK out of the platform’s words', async () => {
    const world = await startWorld();
    const text = `Patient ${guideVisit().nik_pasien} is not allowed`;
    world.intercept = faulty(1, async () =>
      json(400, {
        resourceType: 'OperationOutcome',
        issue: [{ code: 'value', details: { text }, diagnostics: text }],
      }),
    );
    const thrown = await thrownBy(world.client.kirimEncounter(guideVisit()));
    expect(thrown?.message).toContain('################');
    expect(JSON.stringify(thrown)).not.toContain(guideVisit().nik_pasien);
  });

  it('of a rule: failed with the platform’s words and the clinic’s field, not tried again', async () => {
    const world = await startWorld();
    world.intercept = faulty(1, async () =>
      json(400, {
        resourceType: 'OperationOutcome',
        issue: [
          {
            severity: 'error',
            code: 'value',
            details: { text: 'Element not found: Encounter.location (RuleNumber: 10120)' },
            expression: ['Encounter.location'],
          },
        ],
      }),
    );
    const thrown = await thrownBy(world.client.kirimEncounter(guideVisit()));
    expect(thrown).toMatchObject({
      code: 'FHIR_VALIDATION_ERROR',
      status: 422,
      details: { issues: [{ rule: '10120' }], fields: [{ field: 'poli' }] },
    });
    const log = await world.client.getLog(thrown?.logId ?? '');
    expect(log.data).toMatchObject({ state: 'failed' });
    expect(log.data).not.toHaveProperty('next_try_at');
  });

  it('of the general complaint code (10003): the next general code is used', async () => {
    const world = await startWorld();
    world.intercept = faulty(1, async () =>
      json(400, {
        resourceType: 'OperationOutcome',
        issue: [
          {
            severity: 'error',
            code: 'value',
            details: {
              text: "Code not found: '409586006' in system: http://snomed.info/sct (RuleNumber: 10003)",
            },
          },
        ],
      }),
    );
    expect((await world.client.kirimEncounter(guideVisit())).status).toBe('success');
    expect(JSON.stringify(world.sandbox.resources('Condition'))).toContain('404684003');
  });

  it('a duplicate that is ours is adopted; somebody else’s is not', async () => {
    const before = await startWorld();
    const visit = plainVisit({ no_registrasi: 'REG-1' });
    const first = await before.client.kirimEncounter(visit);
    // Another store of the same clinic: it has no memory of the visit.
    const world = await startWorld({ sandbox: before.sandbox });
    const again = await world.client.kirimEncounter({ ...visit, penjamin: '2' });
    expect(again.encounter_id).toBe(first.encounter_id);
    expect(again.log_id).not.toBe(first.log_id);
    expect(world.sandbox.stats().resources).toMatchObject({ Encounter: 1, Observation: 7 });

    const other = { ...visit, tanggal_kunjungan: '2024-03-15T08:30:00Z', tanggal_selesai: null };
    expect(await thrownBy(world.client.kirimEncounter(other))).toMatchObject({
      code: 'DUPLICATE',
      status: 409,
    });
    const somebody = { ...visit, nik_pasien: '9271060312000001' };
    expect(await thrownBy(world.client.kirimEncounter(somebody))).toMatchObject({
      code: 'DUPLICATE',
      status: 409,
    });
    const heavier = { ...visit, pemeriksaan_fisik: { tanda_vital: { berat: 70 } } };
    expect(await thrownBy(world.client.kirimEncounter(heavier))).toMatchObject({
      code: 'DUPLICATE',
      status: 409,
    });
  });

  it('of the credential: the clinic’s data waits, and the token endpoint is left in peace', async () => {
    const { sandboxClinic } = await import('../../src/sandbox.js');
    const satusehat = { ...sandboxClinic.satusehat, clientSecret: 'wrong' };
    const world = await startWorld({ clinics: [{ ...sandboxClinic, satusehat }] });
    expect((await world.client.kirimEncounter(guideVisit())).status).toBe('queued');
    expect((await world.client.kirimEncounter(plainVisit())).status).toBe('queued');
    expect(await thrownBy(world.client.getPatientId('3201234567890123'))).toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
    });
    expect(world.sandbox.stats().requests).toEqual({ POST: { token: 1 } });
  });

  it('a token that lapsed is renewed and the request replayed, once', async () => {
    let clock = Date.now();
    const sandbox = createSandbox({ now: () => clock, tokenLifetime: 100 });
    const world = await startWorld({ sandbox });
    await world.client.getPatientId('3201234567890123');
    clock += 200_000;
    expect((await world.client.getPatientId('9271060312000001')).satusehat_id).toBe('P02478375538');
    expect(sandbox.stats().tokensIssued).toBe(2);
  });
});

describe('privacy', () => {
  it('no NIK, name, complaint or secret in any log line or error message', async () => {
    const world = await startWorld();
    const visit = { ...guideVisit(), keluhan_utama: 'keluhan rahasia' };
    await world.client.kirimEncounter(visit);
    await thrownBy(world.client.getPatientId('3201010101990009'));
    world.intercept = async () => {
      throw new TypeError(`request to https://x/Patient?identifier=${visit.nik_pasien} failed`);
    };
    await world.client.kirimEncounter({
      ...visit,
      tanggal_kunjungan: '2024-01-16T08:30:00Z',
      tanggal_selesai: null,
    });
    const lines = JSON.stringify(world.log);
    expect(world.log.length).toBeGreaterThan(3);
    for (const secret of [
      '3201234567890123',
      '3201010101990009',
      'rahasia',
      'your_clinic_secret',
      'sandbox-client-secret',
      'Budi',
    ]) {
      expect(lines).not.toContain(secret);
    }
  });
});
