/** Looking and being told: lists, events, webhooks. */
import { createHmac } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { sandboxClinic } from '../../src/sandbox.js';
import type { SubmissionEvent } from '../../src/server.js';
import { idle } from '../platform/clock.js';
import { hypertension } from '../support/clinical.js';
import { thrownBy } from '../support/thrown.js';
import { guideVisit, plainVisit } from '../support/visit.js';
import { closeWorlds, startWorld, type World } from '../support/world.js';

afterEach(closeWorlds);

const bytes = Buffer.alloc(32, 5);
const webhook = { url: 'https://klinik.invalid/hook', secret: `whsec_${bytes.toString('base64')}` };

async function list(world: World, query = '') {
  const response = await world.service.fetch(
    new Request(`http://service.invalid/api/log${query}`, {
      headers: { 'x-clinic-code': sandboxClinic.code, 'x-clinic-secret': sandboxClinic.secret },
    }),
  );
  // biome-ignore lint/suspicious/noExplicitAny: read as an app would, without types
  return { status: response.status, body: (await response.json()) as any };
}

describe('a list of submissions', () => {
  async function filled() {
    let clock = Date.parse('2026-01-10T00:00:00Z');
    const world = await startWorld({ now: () => clock });
    const sent = await world.client.kirimEncounter(guideVisit());
    clock += 3_600_000;
    const failed = await thrownBy(world.client.kirimEncounter({ ...plainVisit(), poli: '999999' }));
    clock += 3_600_000;
    await world.client.kirimDiagnosis(hypertension(sent.encounter_id ?? ''));
    return { world, sent, failed };
  }

  it('is newest first, by state, type and time, without contents', async () => {
    const { world, sent, failed } = await filled();
    const ids = async (query: string) =>
      (await list(world, query)).body.data.items.map((item: { log_id: string }) => item.log_id);
    expect(await ids('')).toHaveLength(3);
    expect(await ids('?state=failed')).toEqual([failed?.logId]);
    expect(await ids('?endpoint=kirimEncounter')).toEqual([failed?.logId, sent.log_id]);
    expect(await ids('?sampai=2026-01-10T00:30:00Z')).toEqual([sent.log_id]);
    expect(await ids('?dari=2026-01-10T00:30:00Z&endpoint=kirimEncounter')).toEqual([failed?.logId]);
    const { body } = await list(world, '?state=failed');
    expect(body.data.items[0]).toMatchObject({ state: 'failed', code: 'HEALTHCARE_SERVICE_NOT_FOUND' });
    expect(JSON.stringify(body)).not.toContain('9204014804000002');
    expect((await world.service.list({ state: 'failed' })).map(({ logId }) => logId)).toEqual([
      failed?.logId,
    ]);
  });

  it('comes in pages', async () => {
    const { world } = await filled();
    const first = await list(world, '?batas=2');
    const second = await list(world, `?batas=2&kursor=${first.body.data.kursor}`);
    expect([first.body.data.items.length, second.body.data.items.length]).toEqual([2, 1]);
    expect(second.body.data).not.toHaveProperty('kursor');
  });

  it('names a parameter that cannot be', async () => {
    const world = await startWorld();
    const { status, body } = await list(world, '?state=hilang&dari=kemarin');
    expect(status).toBe(422);
    expect(body.details.fields.map(({ field }: { field: string }) => field)).toEqual(['state', 'dari']);
  });

  it('holds nothing of another clinic', async () => {
    const other = { ...sandboxClinic, code: 'KLINIK-002', secret: 'lain' };
    const world = await startWorld({ clinics: [sandboxClinic, other] });
    await world.post('/api/encounter', guideVisit(), {
      'x-clinic-code': 'KLINIK-002',
      'x-clinic-secret': 'lain',
    });
    expect((await list(world)).body.data.items).toEqual([]);
    expect(await world.service.list({ clinic: 'KLINIK-002' })).toHaveLength(1);
  });

  it('each attempt says what its code means', async () => {
    const { world, failed } = await filled();
    const { data } = await world.client.getLog(failed?.logId ?? '');
    expect(data.attempts[0]).toMatchObject({
      outcome: 'failed',
      code: 'HEALTHCARE_SERVICE_NOT_FOUND',
      message: expect.stringContaining('Poli'),
      remedy: expect.stringMatching(/\S/),
    });
  });
});

describe('events', () => {
  it('tell the app of each change, with ids and codes and no content; one who throws keeps it from nobody', async () => {
    const world = await startWorld();
    const seen: SubmissionEvent[] = [];
    world.service.on('sent', () => {
      throw new Error('the app’s own');
    });
    const stop = world.service.on('sent', (event) => seen.push(event));
    world.service.on('failed', (event) => seen.push(event));
    const sent = await world.client.kirimEncounter(guideVisit());
    const failed = await thrownBy(world.client.kirimEncounter({ ...plainVisit(), poli: '999999' }));
    expect(seen).toEqual([
      expect.objectContaining({
        logId: sent.log_id,
        state: 'sent',
        clinic: sandboxClinic.code,
        endpoint: 'kirimEncounter',
        encounterId: sent.encounter_id,
      }),
      expect.objectContaining({
        logId: failed?.logId,
        state: 'failed',
        code: 'HEALTHCARE_SERVICE_NOT_FOUND',
      }),
    ]);
    expect(JSON.stringify(seen)).not.toMatch(/\d{16}|Sakit kepala/);
    expect(world.log.filter(({ event }) => event === 'bug')).toHaveLength(1);
    stop();
    await world.client.kirimEncounter(plainVisit());
    expect(seen).toHaveLength(2);
    expect(() => world.service.on('lahir' as 'sent', () => {})).toThrow('lahir');
  });
});

describe('the log', () => {
  it('has a line for each delivery: where it has come to, and why, also when the credential is refused', async () => {
    const world = await startWorld();
    const sent = await world.client.kirimEncounter(guideVisit());
    const failed = await thrownBy(world.client.kirimEncounter({ ...plainVisit(), poli: '999999' }));
    const refused = await startWorld();
    refused.intercept = async () => new Response('{}', { status: 401 });
    const waiting = await refused.client.kirimEncounter(plainVisit());
    const about = { event: 'delivery', time: expect.any(Number), clinic: sandboxClinic.code, attempts: 1 };
    const encounter = { ...about, endpoint: 'kirimEncounter' };
    expect([...world.log, ...refused.log].filter(({ event }) => event === 'delivery')).toEqual([
      { ...encounter, logId: sent.log_id, state: 'sent' },
      { ...encounter, logId: failed?.logId, state: 'failed', code: 'HEALTHCARE_SERVICE_NOT_FOUND' },
      {
        ...encounter,
        ...{ logId: waiting.log_id, state: 'waiting', code: 'UPSTREAM_UNAVAILABLE', failure: 'credentials' },
      },
    ]);
  });
});

describe('a webhook of the clinic', () => {
  /** A receiver, and the calls that it has taken. */
  function receiver(answer: (count: number) => number) {
    const calls: { headers: Headers; body: string }[] = [];
    const waiting: { count: number; resolve: () => void }[] = [];
    return {
      calls,
      async fetch(input: string | URL | Request, init?: RequestInit) {
        const request = new Request(input, init);
        const status = answer(calls.length);
        calls.push({ headers: request.headers, body: await request.text() });
        for (const one of waiting) if (calls.length >= one.count) one.resolve();
        return new Response(null, { status });
      },
      taken: (count: number) =>
        new Promise<void>((resolve) => {
          if (calls.length >= count) resolve();
          else waiting.push({ count, resolve });
        }),
    };
  }

  it('is told what was sent, signed, and repeated under the same id until it listens', async () => {
    let clock = Date.parse('2026-01-10T00:00:00Z');
    const post = receiver((count) => (count === 0 ? 503 : 204));
    const world = await startWorld({
      clinics: [{ ...sandboxClinic, webhook }],
      webhookFetch: post.fetch,
      now: () => clock,
    });
    const sent = await world.client.kirimEncounter(guideVisit());
    await post.taken(1);
    await idle();
    clock += 10_000;
    // Another change wakes it; the first call is due again by then.
    const failed = await thrownBy(world.client.kirimEncounter({ ...plainVisit(), poli: '999999' }));
    await post.taken(3);
    const bodies = post.calls.map(({ body }) => JSON.parse(body));
    expect(bodies.map(({ type, data }) => [type, data.log_id]).sort()).toEqual(
      [
        ['submission.failed', failed?.logId],
        ['submission.sent', sent.log_id],
        ['submission.sent', sent.log_id],
      ].sort(),
    );
    expect(new Set(post.calls.map(({ headers }) => headers.get('webhook-id'))).size).toBe(2);
    for (const { headers, body } of post.calls) {
      const text = `${headers.get('webhook-id')}.${headers.get('webhook-timestamp')}.${body}`;
      const signature = createHmac('sha256', bytes).update(text).digest('base64');
      expect(headers.get('webhook-signature')).toBe(`v1,${signature}`);
      expect(body).not.toMatch(/\d{16}|Sakit kepala/);
    }
  });

  it('of another clinic hears nothing', async () => {
    const post = receiver(() => 200);
    const other = { ...sandboxClinic, code: 'KLINIK-002', secret: 'lain', webhook };
    const world = await startWorld({ clinics: [sandboxClinic, other], webhookFetch: post.fetch });
    await world.client.kirimEncounter(guideVisit());
    await world.post('/api/encounter', plainVisit(), {
      'x-clinic-code': 'KLINIK-002',
      'x-clinic-secret': 'lain',
    });
    await post.taken(1);
    await world.service.close();
    expect(post.calls).toHaveLength(1);
  });

  it.each([
    ['a plain address', { ...webhook, url: 'http://klinik.example/hook' }, 'webhook.url'],
    ['a secret of another form', { ...webhook, secret: 'rahasia' }, 'webhook.secret'],
  ])('%s is refused at the start, by its name', async (_, wrong, name) => {
    await expect(startWorld({ clinics: [{ ...sandboxClinic, webhook: wrong }] })).rejects.toThrow(name);
  });
});
