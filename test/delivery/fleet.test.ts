/** Many services on one PostgreSQL: nothing is lost, nothing is sent twice, and each visit keeps its order. */
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { createSandbox, type Sandbox, sandboxClinic } from '../../src/sandbox.js';
import { listen, type ServiceOptions } from '../../src/server.js';
import { bloodPressure, hypertension, incision } from '../support/clinical.js';
import { ask, database, dropDatabases, postgres } from '../support/postgres.js';
import { killAll, satusehat } from '../support/program.js';
import { thrownBy } from '../support/thrown.js';
import { guideVisit, plainVisit } from '../support/visit.js';
import { closeWorlds, type Intercept, isBundle, KEY, startWorld, type World } from '../support/world.js';

const real = postgres();
afterEach(closeWorlds);
afterAll(async () => {
  await killAll();
  await dropDatabases();
});

// biome-ignore lint/suspicious/noExplicitAny: resources are read as they lie at the platform
type Any = any;

const visit = (index: number, change: Record<string, unknown> = {}) => ({
  ...guideVisit(),
  tanggal_kunjungan: new Date(Date.parse('2025-01-01T00:00:00Z') + index * 3_600_000).toISOString(),
  tanggal_selesai: null,
  ...change,
});

/** Services on one database, against one sandbox. */
async function fleet(count: number, options: Partial<ServiceOptions> & { sandbox?: Sandbox } = {}) {
  const store = options.store ?? (await database());
  // Without its own check: a second write would be a second visit.
  const sandbox = options.sandbox ?? createSandbox({ refuseDuplicates: [] });
  // A busy machine takes its time; what is awaited here must not be answered as queued before.
  const start = () => startWorld({ budget: 30_000, ...options, store, sandbox });
  const worlds = await Promise.all(Array.from({ length: count }, start));
  return { store, sandbox, start, worlds, world: worlds[0] as World };
}

/** Something that a test waits for. */
function event(): { happened: Promise<void>; tell(): void } {
  let tell = () => {};
  const happened = new Promise<void>((resolve) => {
    tell = resolve;
  });
  return { happened, tell: () => tell() };
}

/** Hangs the first that fits, until it is let go. */
function hanging(fits: (request: Request) => boolean, when: 'before' | 'after' = 'before') {
  const reached = event();
  const go = event();
  let hangs = false;
  const intercept: Intercept = async (request, next) => {
    if (hangs || !fits(request)) return next(request);
    hangs = true;
    const answer = when === 'after' ? await next(request) : undefined;
    reached.tell();
    await go.happened;
    return answer ?? next(request);
  };
  return { intercept, reached: reached.happened, go: go.tell };
}

const isPatient = (request: Request) => new URL(request.url).pathname.endsWith('/Patient');

/** Until this many were sent, by whichever service. */
function sent(worlds: World[], count: number): Promise<void> {
  const all = event();
  let left = count;
  for (const world of worlds) world.service.on('sent', () => --left === 0 && all.tell());
  return all.happened;
}

const stateOf = async (world: World, logId = '') => (await world.client.getLog(logId)).data;

describe.skipIf(!real)('one service on PostgreSQL', () => {
  it('sends the guide’s visit and what hangs on it, and knows them again', async () => {
    const { world, sandbox } = await fleet(1);
    const { encounter_id = '', log_id } = await world.client.kirimEncounter(guideVisit());
    expect((await world.client.kirimEncounter(guideVisit())).log_id).toBe(log_id);
    const diagnosis = await world.client.kirimDiagnosis(hypertension(encounter_id));
    expect(diagnosis).toMatchObject({ status: 'success', data: { delivery: 'sent' } });
    expect(sandbox.resources('Encounter')).toMatchObject([{ status: 'finished' }]);
    expect((await stateOf(world, diagnosis.log_id)).attempts).toMatchObject([{ outcome: 'sent' }]);
  });

  it('holds what hangs on an encounter that is not in, and releases it in order', async () => {
    const { world, sandbox } = await fleet(1, { delivery: { backoff: { base: 1, cap: 1 } } });
    world.intercept = async () => new Response('no', { status: 503 });
    const { log_id = '' } = await world.client.kirimEncounter(guideVisit(), { wait: 0 });
    const diagnosis = await world.client.kirimDiagnosis(hypertension(log_id));
    const procedure = await world.client.kirimProcedure(incision(log_id));
    expect([diagnosis.data?.delivery, procedure.data?.delivery]).toEqual(['queued', 'queued']);
    expect((await stateOf(world, procedure.log_id)).state).toBe('held');
    const all = sent([world], 3);
    world.asked.length = 0;
    world.intercept = undefined;
    await all;
    expect(world.asked.filter((line) => /^(POST \/(?!oauth)|PUT)/.test(line))).toEqual([
      'POST /',
      'POST /Condition',
      expect.stringMatching(/^PUT \/Encounter/),
      'POST /Procedure',
    ]);
    expect(sandbox.stats().duplicates).toEqual({ byIdentifier: 0, byContent: 0 });
  });

  it('a failed encounter holds only its own visit, until it is resent corrected', async () => {
    const { world } = await fleet(1);
    const thrown = await thrownBy(world.client.kirimEncounter({ ...guideVisit(), poli: '999999' }));
    const logId = thrown?.logId ?? '';
    const held = await world.client.kirimDiagnosis(hypertension(logId));
    expect((await stateOf(world, held.log_id)).state).toBe('held');
    expect((await world.client.kirimEncounter(plainVisit())).status).toBe('success');
    expect((await world.post(`/api/log/${logId}/resend`, guideVisit())).body.log_id).toBe(logId);
    expect(await world.client.kirimDiagnosis(hypertension(logId))).toMatchObject({
      log_id: held.log_id,
      data: { delivery: 'sent' },
    });
  });

  it.each<[string, Intercept]>([
    [
      'a connection that breaks after the write',
      async (request, next) => {
        await next(request);
        throw new TypeError('fetch failed', { cause: { code: 'ECONNRESET' } });
      },
    ],
    ['502 without a write', async () => new Response('Bad Gateway', { status: 502 })],
  ])('an unknown outcome is settled by searching: %s', async (_, fault) => {
    const { world, sandbox } = await fleet(1);
    let left = 1;
    world.intercept = (request, next) =>
      isBundle(request) && left-- > 0 ? fault(request, next) : next(request);
    const queued = await world.client.kirimEncounter(guideVisit());
    expect(queued.status).toBe('queued');
    const { status, log_id } = await world.client.kirimEncounter(guideVisit());
    expect([status, log_id]).toEqual(['success', queued.log_id]);
    expect(sandbox.stats()).toMatchObject({
      writes: 1,
      duplicates: { byIdentifier: 0 },
      resources: { Encounter: 1, Observation: 7 },
    });
  });

  it('comes back by itself after an outage', async () => {
    const { world, sandbox } = await fleet(1, { delivery: { backoff: { base: 1, cap: 1 } } });
    world.intercept = async () => new Response('no', { status: 503 });
    expect((await world.client.kirimEncounter(guideVisit())).status).toBe('queued');
    const all = sent([world], 1);
    world.intercept = undefined;
    await all;
    expect(sandbox.stats().writes).toBe(1);
  });

  it('a database that breaks every connection ends nothing, and nothing is lost', async () => {
    // Whatever breaks in the middle of a delivery is tried again soon.
    const delivery = { lease: 10_000, backoff: { base: 50, cap: 200 } };
    const { world, store, sandbox } = await fleet(1, { delivery });
    const visits = Array.from({ length: 12 }, (_, index) => visit(index));
    const all = sent([world], visits.length);
    const send = (one: object) =>
      world.client.kirimEncounter(one as Any, { wait: 0 }).catch((error: Any) => error.code);
    const sending = Promise.all(visits.map(send));
    for (let time = 0; time < 3; time++) {
      await ask(
        store,
        'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
      );
    }
    await sending;
    // Whoever got an error sends again, as often as it takes: a connection may be found broken only when it is used.
    await vi.waitFor(async () => {
      expect((await Promise.all(visits.map(send))).every((answer) => answer.log_id)).toBe(true);
    }, 20_000);
    await all;
    expect(sandbox.stats()).toMatchObject({
      duplicates: { byIdentifier: 0 },
      resources: { Encounter: visits.length },
    });
    // Each trouble says what it is, whoever noticed it.
    const bugs = world.log.filter(({ event }) => event === 'bug');
    expect(bugs.length).toBeGreaterThan(0);
    expect(bugs.filter(({ error }) => error === 'object')).toEqual([]);
  }, 60_000);

  it('after an outage the backlog goes oldest first', async () => {
    let shift = 0;
    const { world, sandbox } = await fleet(1, {
      now: () => Date.now() + shift,
      platform: { env: 'https://sandbox.invalid', circuit: {}, retries: 0 },
    });
    world.intercept = async () => new Response('Gateway Timeout', { status: 504 });
    for (let index = 0; index < 60; index++) {
      const { status } = await world.client.kirimEncounter(visit(index));
      expect(status).toBe('queued');
    }
    world.intercept = undefined;
    shift += 60_000;
    const all = sent([world], 60);
    // One that gets through tells the others.
    await world.client.kirimEncounter(visit(59));
    await all;
    const starts = sandbox.resources('Encounter').map(({ period }: Any) => String(period.start));
    expect(starts).toHaveLength(60);
    const right = [...starts].sort();
    // The last one was asked for. One that was in hand when the platform came back may go before its turn: of the oldest
    // fifteen and the newest, the middle ones tell.
    const places = right.slice(0, -1).map((start) => starts.indexOf(start));
    const middle = (some: number[]) => some.sort((a, b) => a - b)[7] ?? Number.NaN;
    expect(middle(places.slice(0, 15))).toBeLessThan(20);
    expect(middle(places.slice(-15))).toBeGreaterThan(40);
  }, 60_000);

  it('one that cannot be read holds neither the others nor its job', async () => {
    const { world, store } = await fleet(1);
    world.intercept = async () => new Response('no', { status: 503 });
    const broken = await world.client.kirimEncounter(guideVisit());
    await ask(store, `update satusehat.submissions set payload = 'AAAA', next_try = 0`);
    const noticed = event();
    world.log.push = (...lines) => {
      if (lines.some((line) => line.event === 'bug' && line.logId === broken.log_id)) noticed.tell();
      return Array.prototype.push.apply(world.log, lines);
    };
    await noticed.happened;
    world.intercept = undefined;
    expect((await world.client.kirimEncounter(plainVisit())).status).toBe('success');
    const rows = await ask(store, 'select next_try from satusehat.submissions order by seq');
    expect(Number(rows[0]?.next_try)).toBeGreaterThan(Date.now());
  });

  it('withdraws what was not sent, and voids what was', async () => {
    const { world, sandbox } = await fleet(1);
    world.intercept = async () => new Response('no', { status: 503 });
    const queued = await world.client.kirimEncounter(plainVisit());
    const held = await world.client.kirimDiagnosis(hypertension(queued.log_id ?? ''));
    expect((await world.post(`/api/log/${queued.log_id}/batal`, {})).status).toBe(200);
    world.intercept = undefined;
    expect((await stateOf(world, queued.log_id)).state).toBe('void');
    expect((await stateOf(world, held.log_id)).state).toBe('void');
    expect(sandbox.stats().writes).toBe(0);
    const { log_id } = await world.client.kirimEncounter(guideVisit());
    expect((await world.post(`/api/log/${log_id}/batal`, {})).status).toBe(200);
    expect((await stateOf(world, log_id)).state).toBe('void');
    expect(sandbox.resources('Encounter')).toMatchObject([{ status: 'entered-in-error' }]);
  });
});

describe.skipIf(!real)('three services on one database', () => {
  it('the same visit sent to all of them at once is one submission and one write', async () => {
    const { worlds, sandbox } = await fleet(3);
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        (worlds[index % 3] as World).client.kirimEncounter(guideVisit()),
      ),
    );
    expect(new Set(answers.map(({ log_id }) => log_id)).size).toBe(1);
    expect(new Set(answers.map(({ encounter_id }) => encounter_id)).size).toBe(1);
    expect(sandbox.stats()).toMatchObject({ writes: 1, resources: { Encounter: 1, Observation: 7 } });
  });

  it('visits with what hangs on them, sent here and there: each once, in its order, by all of them', async () => {
    const { worlds, sandbox } = await fleet(3, { delivery: { concurrency: 4 } });
    const VISITS = 24;
    const all = sent(worlds, VISITS * 4);
    await Promise.all(
      Array.from({ length: VISITS }, async (_, index) => {
        const client = (turn: number) => (worlds[(index + turn) % 3] as World).client;
        const { log_id = '' } = await client(0).kirimEncounter(visit(index), { wait: 0 });
        const when = { tanggal_observasi: visit(index).tanggal_kunjungan };
        await client(1).kirimObservation(bloodPressure(log_id, when), { wait: 0 });
        const diagnosed = { tanggal_diagnosis: visit(index).tanggal_kunjungan };
        await client(2).kirimDiagnosis(hypertension(log_id, diagnosed), { wait: 0 });
        const performed = { tanggal_prosedur: visit(index).tanggal_kunjungan };
        await client(0).kirimProcedure(incision(log_id, performed), { wait: 0 });
      }),
    );
    await all;
    const { resources, duplicates } = sandbox.stats();
    expect(duplicates).toEqual({ byIdentifier: 0, byContent: 0 });
    expect(resources).toMatchObject({ Encounter: VISITS, Condition: 2 * VISITS, Procedure: VISITS });
    // The sandbox keeps what it got in the order in which it got it.
    for (const { id } of sandbox.resources('Encounter')) {
      const mine = ['Observation', 'Condition', 'Procedure'].map((type) =>
        (sandbox.resources(type) as Any[]).filter((one) => one.encounter.reference === `Encounter/${id}`),
      );
      const last = mine.map((list) => list.at(-1).meta.lastUpdated as string);
      expect(last).toEqual([...last].sort());
    }
    for (const world of worlds) expect(world.asked).toContain('POST /');
  });

  it('who asks one of them gets the answer of the one that delivers', async () => {
    const { world, start } = await fleet(1, { delivery: { concurrency: 1 } });
    const first = hanging(isPatient);
    world.intercept = first.intercept;
    const stuck = await world.client.kirimEncounter(visit(1), { wait: 0 });
    await first.reached;
    const other = await start();
    const { status, encounter_id } = await world.client.kirimEncounter(plainVisit());
    expect(status).toBe('success');
    expect(other.asked).toContain('POST /');
    expect(other.sandbox.resources('Encounter')).toMatchObject([{ id: encounter_id }]);
    first.go();
    expect((await world.client.kirimEncounter(visit(1))).log_id).toBe(stuck.log_id);
  });

  it('a visit under way in one of them is not touched by another that starts', async () => {
    const { world, sandbox, start } = await fleet(1);
    const write = hanging(isBundle, 'after');
    world.intercept = write.intercept;
    const { log_id = '' } = await world.client.kirimEncounter(guideVisit(), { wait: 0 });
    await write.reached;
    const other = await start();
    expect((await stateOf(other, log_id)).state).toBe('sending');
    // In the line of its visit, wherever it is sent.
    const diagnosis = await other.client.kirimDiagnosis(hypertension(log_id), { wait: 0 });
    expect((await other.client.kirimEncounter(plainVisit())).status).toBe('success');
    expect((await stateOf(other, diagnosis.log_id)).attempts).toEqual([]);
    const all = sent([world, other], 2);
    write.go();
    await all;
    expect((await stateOf(other, log_id)).attempts).toMatchObject([{ outcome: 'sent' }]);
    expect(sandbox.stats().resources).toMatchObject({ Encounter: 2, Condition: 3 });
  });

  it('a resend asked of all of them at once is one delivery', async () => {
    const { worlds, world, sandbox } = await fleet(3);
    const thrown = await thrownBy(world.client.kirimEncounter({ ...guideVisit(), poli: '999999' }));
    const path = `/api/log/${thrown?.logId}/resend`;
    const answers = await Promise.all(worlds.map((one) => one.post(path, guideVisit())));
    // Who comes while it is under way cannot replace its body.
    for (const { status } of answers) expect([200, 409]).toContain(status);
    expect(answers.map(({ status }) => status)).toContain(200);
    expect(sandbox.stats()).toMatchObject({ writes: 1, resources: { Encounter: 1 } });
    expect((await stateOf(world, thrown?.logId)).attempts).toHaveLength(2);
  });

  it('batal of what another one is sending waits for it, and voids it', async () => {
    const { world, sandbox, start } = await fleet(1);
    const write = hanging(isBundle, 'after');
    world.intercept = write.intercept;
    const { log_id = '' } = await world.client.kirimEncounter(plainVisit(), { wait: 0 });
    await write.reached;
    const other = await start();
    const asked = await other.post(`/api/log/${log_id}/batal`, {}, { prefer: 'respond-async' });
    expect(asked.status).toBe(202);
    expect((await stateOf(other, log_id)).state).toBe('sending');
    const all = sent([world, other], 2);
    write.go();
    await all;
    expect((await stateOf(other, log_id)).state).toBe('void');
    expect(sandbox.resources('Encounter')).toMatchObject([{ status: 'entered-in-error' }]);
  });
});

describe.skipIf(!real)('a service that goes', () => {
  it('in order: what it is about to send goes to another, and what it cut off is found out about', async () => {
    const { world, sandbox, start } = await fleet(1, { delivery: { grace: 20, concurrency: 1 } });
    const write = hanging(isBundle, 'after');
    world.intercept = write.intercept;
    const cut = await world.client.kirimEncounter(guideVisit(), { wait: 0 });
    await write.reached;
    const behind = await world.client.kirimEncounter(plainVisit(), { wait: 0 });
    await world.service.close();
    // It takes its time to find out; who asks meanwhile waits with it.
    sandbox.faults({ latency: { min: 100, max: 100 } });
    const other = await start();
    const { log_id, status } = await other.client.kirimEncounter(guideVisit());
    expect([log_id, status]).toEqual([cut.log_id, 'success']);
    expect((await other.client.kirimEncounter(plainVisit())).log_id).toBe(behind.log_id);
    expect(sandbox.stats()).toMatchObject({ writes: 2, duplicates: { byIdentifier: 0 } });
    expect((await stateOf(other, cut.log_id)).attempts.map(({ outcome }) => outcome)).toEqual([
      'waiting',
      'sent',
    ]);
  });

  it('lets what is in flight end first', async () => {
    const { world, sandbox, start } = await fleet(1);
    const write = hanging(isBundle);
    world.intercept = write.intercept;
    await world.client.kirimEncounter(guideVisit(), { wait: 0 });
    await write.reached;
    const closing = world.service.close();
    write.go();
    await closing;
    expect(sandbox.stats().writes).toBe(1);
    const other = await start();
    expect((await other.client.kirimEncounter(guideVisit())).status).toBe('success');
    expect(sandbox.stats().writes).toBe(1);
  });

  it('what waits for its time is tried by another, unasked', async () => {
    const { world, sandbox, start } = await fleet(1, { delivery: { backoff: { base: 1, cap: 1 } } });
    world.intercept = async () => new Response('no', { status: 503 });
    await world.client.kirimEncounter(guideVisit());
    await world.service.close();
    const other = await start();
    await sent([other], 1);
    expect(sandbox.stats().writes).toBe(1);
  });

  it('one that was away too long writes nothing: its delivery was taken over', async () => {
    const { world, store, sandbox, start } = await fleet(1, { delivery: { concurrency: 1 } });
    const look = hanging(isPatient);
    world.intercept = look.intercept;
    const { log_id } = await world.client.kirimEncounter(guideVisit(), { wait: 0 });
    await look.reached;
    const other = await start();
    const all = sent([other], 1);
    // What a supervisor does when a heartbeat is missing.
    await ask(store, `update satusehat_boss.job set state = 'retry' where state = 'active'`);
    await all;
    look.go();
    // Waits for what is in hand.
    await world.service.close();
    expect(world.asked).not.toContain('POST /');
    expect(sandbox.stats()).toMatchObject({ writes: 1, resources: { Encounter: 1 } });
    expect((await stateOf(other, log_id)).attempts).toMatchObject([{ outcome: 'sent' }]);
  });

  it('one that comes back in the middle goes no further, while another goes on from there', async () => {
    const { world, store, sandbox, start } = await fleet(1, { delivery: { concurrency: 1 } });
    const { encounter_id = '' } = await world.client.kirimEncounter(guideVisit());
    const post = hanging((request) => /\/Condition$/.test(request.url) && request.method === 'POST', 'after');
    world.intercept = post.intercept;
    await world.client.kirimDiagnosis(hypertension(encounter_id), { wait: 0 });
    await post.reached;
    const other = await start();
    const put = hanging((request) => request.method === 'PUT');
    other.intercept = put.intercept;
    await ask(store, `update satusehat_boss.job set state = 'retry' where state = 'active'`);
    await put.reached;
    post.go();
    await world.service.close();
    expect(world.asked.filter((line) => line.startsWith('PUT'))).toEqual([]);
    const all = sent([other], 1);
    put.go();
    await all;
    expect(sandbox.resources('Encounter')).toMatchObject([{ status: 'finished' }]);
    expect(sandbox.stats().resources.Condition).toBe(2);
  });

  it('killed in the middle of a write: another finds out what became of it, within the lease', async () => {
    const store = await database();
    const sandbox = createSandbox({ refuseDuplicates: [] });
    const write = hanging(isBundle, 'after');
    const platform = await listen({
      fetch: (request) => write.intercept(request, async (passed) => sandbox.fetch(passed)),
    });
    const child = satusehat(['serve', '--port', '0'], {
      CLINIC_CODE: sandboxClinic.code,
      CLINIC_SECRET: sandboxClinic.secret,
      SATUSEHAT_ENV: platform.url,
      SATUSEHAT_CLIENT_ID: sandboxClinic.satusehat.clientId,
      SATUSEHAT_CLIENT_SECRET: sandboxClinic.satusehat.clientSecret,
      SATUSEHAT_ORGANIZATION_ID: sandboxClinic.satusehat.organizationId,
      SATUSEHAT_ENCRYPTION_KEY: KEY,
      SATUSEHAT_STORE: store,
      SATUSEHAT_TUNING: JSON.stringify({ delivery: { lease: 10_000 } }),
    });
    const { url } = JSON.parse(await child.line());
    const headers = {
      'content-type': 'application/json',
      'x-clinic-code': sandboxClinic.code,
      'x-clinic-secret': sandboxClinic.secret,
      prefer: 'respond-async',
    };
    const accepted = await fetch(`${url}/api/encounter`, {
      method: 'POST',
      headers,
      body: JSON.stringify(guideVisit()),
    });
    const { log_id } = (await accepted.json()) as { log_id: string };
    await write.reached;
    child.child.kill('SIGKILL');
    await child.ended;
    const { world } = await fleet(1, { store, sandbox, delivery: { lease: 10_000 } });
    expect((await stateOf(world, log_id)).state).toBe('sending');
    await sent([world], 1);
    write.go();
    await platform.close();
    expect(sandbox.stats()).toMatchObject({ writes: 1, duplicates: { byIdentifier: 0 } });
    expect((await stateOf(world, log_id)).attempts.map(({ outcome }) => outcome)).toEqual([
      'waiting',
      'sent',
    ]);
    // The lease is 10 seconds, and the program may be built first.
  }, 90_000);
});
