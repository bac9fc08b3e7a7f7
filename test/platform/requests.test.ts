/** What is repeated and what never is, how long a call may take, and when the platform is left in peace. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as timers from '../../src/http/timers.js';
import { calls, failure, idle, json, location, scripted, writes } from './clock.js';

const down = () => new Response('no healthy upstream', { status: 503, headers: { 'x-request-id': 'r-1' } });
const broken = (code: string) => {
  throw new TypeError('fetch failed', { cause: { code } });
};
const throttled = (retryAfter?: string) =>
  json(
    429,
    { resourceType: 'OperationOutcome', issue: [{ code: 'throttled' }] },
    retryAfter ? { 'retry-after': retryAfter } : {},
  );

afterEach(() => {
  vi.useRealTimers();
});

describe('a failure that may pass', () => {
  const repeated = ['search', 'read', 'replace'];
  const failures: [string, () => Response, string][] = [
    ['503', down, 'unavailable'],
    ['a broken connection', () => broken('ECONNRESET'), 'unavailable'],
    ['429 with a short rest', () => throttled('2'), 'throttled'],
  ];

  it.each(repeated.flatMap((name) => failures.map(([what, fail]) => [name, what, fail] as const)))(
    '%s after %s is tried twice more',
    async (name, _, fail) => {
      const { call, answer } = calls[name] ?? {};
      const world = scripted((_, count) => (count < 2 ? fail() : json(200, answer)));
      await world.run((platform) => call?.(platform) as Promise<unknown>);
      expect(world.seen).toHaveLength(3);
      expect(new Set(world.seen.map(({ body }) => body)).size).toBe(1);
    },
  );

  it.each(repeated.flatMap((name) => failures.map((row) => [name, ...row] as const)))(
    '%s after %s thrice ends',
    async (name, _, fail, expected) => {
      const world = scripted(fail);
      const error = await world.fail((platform) => calls[name]?.call(platform) as Promise<unknown>);
      expect(error.failure).toBe(expected);
      expect(world.seen).toHaveLength(3);
    },
  );

  it.each(
    writes
      .filter(([name]) => name !== 'replace')
      .flatMap(([name, { call }]) => failures.map((row) => [name, ...row, call] as const)),
  )('%s after %s is never repeated', async (_, what, fail, expected, call) => {
    const world = scripted(fail);
    const error = await world.fail(call);
    expect(error).toMatchObject({
      failure: expected,
      more: { outcomeUnknown: what !== '429 with a short rest' },
    });
    await world.clock.advance(600_000);
    expect(world.seen).toHaveLength(1);
  });

  it('a time-out is one: what did not answer in time is asked again', async () => {
    const asked: number[] = [];
    const timeout = vi.spyOn(timers, 'startDeadline').mockImplementation((milliseconds, late) => {
      asked.push(milliseconds);
      if (asked.length === 2) setImmediate(late);
      return () => {};
    });
    // The first one is the token's.
    const world = scripted((_, count) =>
      count === 0 ? new Promise<Response>(() => {}) : json(200, location),
    );
    expect(await world.run((platform) => platform.read('Location', 'L-1'))).toEqual(location);
    expect(world.seen).toHaveLength(2);
    expect(asked).toEqual([10_000, 10_000, 10_000]);
    timeout.mockRestore();
  });

  it.each([
    [0, 1],
    [1, 2],
    [4, 5],
  ])('retries: %i makes %i requests', async (retries, requests) => {
    const world = scripted(down, { retries });
    await world.fail((platform) => platform.read('Location', 'L-1'));
    expect(world.seen).toHaveLength(requests);
  });

  it.each([
    [0, [0, 0]],
    [0.5, [150, 300]],
    [0.999, [299.7, 599.4]],
  ])('the pauses double and have full jitter: at %d they are %j ms', async (random, pauses) => {
    vi.spyOn(Math, 'random').mockReturnValue(random);
    const world = scripted(down);
    await world.fail((platform) => platform.read('Location', 'L-1'));
    expect(world.clock.pauses).toEqual(pauses);
  });

  it('each try waits for a turn of its own', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0);
    const world = scripted((_, count) => (count < 2 ? down() : json(200, location)), { perMinute: 60 });
    await world.run((platform) => platform.read('Location', 'L-1'));
    expect(world.seen.map(({ at }) => at)).toEqual([0, 1_000, 2_000]);
  });

  it.each(Object.entries(calls))('a redirect, as a hotspot answers, is no refusal: %s', async (_, one) => {
    const world = scripted(() => new Response(null, { status: 302, headers: { location: 'http://login' } }));
    const error = await world.fail(one.call);
    expect(error).toMatchObject({ failure: 'unavailable', more: { status: 302 } });
    expect(error.more.outcomeUnknown).toBe(one.method === 'GET' ? undefined : true);
  });

  it.each([400, 403, 404, 409, 422])('HTTP %i is none: asked once', async (status) => {
    const world = scripted(() => json(status, {}));
    await world.run((platform) => platform.read('Location', 'L-1').catch(() => {}));
    expect(world.seen).toHaveLength(1);
  });
});

describe('a replacement', () => {
  it('that may have happened at the first try stays unknown, whatever the last try says', async () => {
    const world = scripted((_, count) => (count === 0 ? down() : broken('ECONNREFUSED')));
    const error = await world.fail((platform) => platform.replace({ ...location }));
    expect(error).toMatchObject({ failure: 'unavailable', more: { outcomeUnknown: true } });
  });

  it('that never left did not happen', async () => {
    const world = scripted(() => broken('ECONNREFUSED'));
    const error = await world.fail((platform) => platform.replace({ ...location }));
    expect(error).toMatchObject({ failure: 'unavailable', more: { outcomeUnknown: false } });
  });

  it('that is refused in the end was refused from the start', async () => {
    const world = scripted((_, count) => (count === 0 ? down() : json(400, { Error: 'no' })));
    const error = await world.fail((platform) => platform.replace({ ...location }));
    expect(error).toMatchObject({ failure: 'refused', more: { outcomeUnknown: false } });
  });
});

describe('a 401', () => {
  const refused = () =>
    json(401, {
      resourceType: 'OperationOutcome',
      issue: [
        { severity: 'error', code: 'invalid-access-token', details: { text: 'Invalid Access Token.' } },
      ],
    });

  it.each(Object.entries(calls))('%s: once more, whole, with a new token', async (_, { call, answer }) => {
    const world = scripted((_, count) => (count === 0 ? refused() : json(200, answer)));
    await world.run(call);
    const [first, second] = world.seen;
    expect(world.seen).toHaveLength(2);
    expect(first?.headers.get('authorization')).toBe('Bearer token-1');
    expect(second?.headers.get('authorization')).toBe('Bearer token-2');
    expect(second).toMatchObject({ method: first?.method, path: first?.path, body: first?.body });
    expect(second?.headers.get('content-type')).toBe(first?.headers.get('content-type'));
  });

  it.each(Object.entries(calls))('%s: twice is a refused credential', async (_, { method, call }) => {
    const world = scripted(refused);
    const error = await world.fail(call);
    expect(error).toMatchObject({
      failure: 'credentials',
      more: { status: 401, issues: [{ text: 'Invalid Access Token.' }] },
    });
    expect(error.more.outcomeUnknown).toBe(method === 'GET' ? undefined : false);
    expect(world.seen).toHaveLength(2);
  });

  it('those who waited meanwhile go with the new token', async () => {
    const world = scripted((_, count) => (count === 0 ? refused() : json(200, location)), { perMinute: 60 });
    await world.run((platform) =>
      Promise.all(Array.from({ length: 4 }, () => platform.read('Location', 'L-1'))),
    );
    expect(world.seen.map(({ headers }) => headers.get('authorization'))).toEqual([
      'Bearer token-1',
      ...Array(4).fill('Bearer token-2'),
    ]);
    expect(world.tokens).toHaveLength(2);
  });
});

describe('turns', () => {
  const entry = [{ resource: location }];
  const page = (next?: string) =>
    json(200, {
      resourceType: 'Bundle',
      type: 'searchset',
      entry,
      link: next ? [{ relation: 'next', url: next }] : [],
    });

  it('20 cold calls share a token, which takes no turn, and go one every 200 ms by default', async () => {
    const world = scripted(() => json(200, location), { perMinute: undefined as never });
    await world.run((platform) =>
      Promise.all(Array.from({ length: 20 }, () => platform.read('Location', 'L-1'))),
    );
    expect(world.tokens).toEqual([0]);
    expect(world.seen.map(({ at }) => at)).toEqual(Array.from({ length: 20 }, (_, index) => index * 200));
  });

  it('those who wait for one slow token do not go all at once when it comes', async () => {
    let give = (_: Response) => {};
    const at: number[] = [];
    const world = scripted(() => json(200, location), {
      perMinute: 300,
      async fetch(input) {
        if (String(input).includes('/accesstoken')) return new Promise((resolve) => (give = resolve));
        at.push(world.clock.now());
        return json(200, location);
      },
    });
    const work = Promise.all(Array.from({ length: 5 }, () => world.platform.read('Location', 'L-1')));
    await idle();
    await world.clock.advance(5_000);
    give(json(200, { access_token: 'late', expires_in: '3599' }));
    await world.clock.pass(work);
    expect(at).toEqual([5_000, 5_200, 5_400, 5_600, 5_800]);
  });

  it.each(['https://sandbox.invalid', 'http://127.0.0.1:1', 'http://localhost:1', 'https://a.test'])(
    'at %s there is no limit unless one is asked for',
    async (env) => {
      const world = scripted(() => json(200, location), { env, perMinute: undefined as never });
      await world.run((platform) =>
        Promise.all(Array.from({ length: 20 }, () => platform.read('Location', 'L-1'))),
      );
      expect(world.clock.now()).toBe(0);
      const limited = scripted(() => json(200, location), { env, perMinute: 60 });
      await limited.run((platform) => Promise.all([1, 2].map(() => platform.read('Location', 'L-1'))));
      expect(limited.clock.now()).toBe(1_000);
    },
  );

  it('each page of a search takes one; only the query of a link is used', async () => {
    const world = scripted(
      (_, count) =>
        page(count < 2 ? `https://elsewhere.example/x/Location/?name=a&_page_token=${count}` : undefined),
      { perMinute: 60 },
    );
    expect(await world.run((platform) => platform.search('Location', { name: 'a' }))).toHaveLength(3);
    expect(world.seen.map(({ at, path }) => [at, path])).toEqual([
      [0, '/fhir-r4/v1/Location?name=a'],
      [1_000, '/fhir-r4/v1/Location?name=a&_page_token=0'],
      [2_000, '/fhir-r4/v1/Location?name=a&_page_token=1'],
    ]);
  });
});

describe('a 429', () => {
  it.each([
    ['of 2 seconds is waited for', '2', 2],
    ['of 3 seconds is not', '3', 1],
    ['without a time is not', undefined, 1],
  ])('with a rest %s', async (_, retryAfter, requests) => {
    const world = scripted((_, count) => (count === 0 ? throttled(retryAfter) : json(200, location)));
    const work = world.run((platform) => platform.read('Location', 'L-1'));
    if (requests === 2) expect(await work).toEqual(location);
    else {
      const error = await failure(work);
      expect(error).toMatchObject({ failure: 'throttled', more: { status: 429 } });
      expect(error.more.retryAfter).toBe(retryAfter && Number(retryAfter));
    }
    expect(world.seen).toHaveLength(requests);
    expect(world.clock.now()).toBe(requests === 2 ? 2_000 : 0);
  });

  it.each(Object.entries(calls))(
    'after one, %s goes when the rest is over and not before',
    async (_, one) => {
      const world = scripted((_, count) => (count === 0 ? throttled('30') : json(200, one.answer)));
      const refused = await world.fail((platform) => platform.create({ resourceType: 'Location' }));
      expect(refused).toMatchObject({
        failure: 'throttled',
        more: { retryAfter: 30, outcomeUnknown: false },
      });
      await world.run(one.call);
      expect(world.seen.map(({ at }) => at)).toEqual([0, 30_000]);
    },
  );

  it('holds those who already wait', async () => {
    const world = scripted((_, count) => (count === 0 ? throttled('30') : json(200, location)), {
      perMinute: 300,
    });
    await world.run((platform) =>
      Promise.allSettled(Array.from({ length: 3 }, () => platform.read('Location', 'L-1'))),
    );
    expect(world.seen.map(({ at }) => at)).toEqual([0, 30_000, 30_200]);
  });

  it('says when, as a date too', async () => {
    const world = scripted((_, count) =>
      count === 0 ? throttled(new Date(30_000).toUTCString()) : json(200, location),
    );
    expect((await world.fail((platform) => platform.read('Location', 'L-1'))).more.retryAfter).toBe(30);
    await world.run((platform) => platform.read('Location', 'L-1'));
    expect(world.seen.map(({ at }) => at)).toEqual([0, 30_000]);
  });

  it('holds back the request for a token as well', async () => {
    const world = scripted((_, count) => (count === 0 ? throttled('30') : json(200, location)), {
      expiresIn: '20',
    });
    await world.fail((platform) => platform.read('Location', 'L-1'));
    await world.clock.advance(15_000);
    await world.run((platform) => platform.read('Location', 'L-1'));
    expect(world.tokens).toEqual([0, 30_000]);
  });

  it.each(Object.entries(calls))('with a rest beyond the deadline: %s is told at once', async (_, one) => {
    const world = scripted(() => throttled('120'));
    await world.fail((platform) => platform.create({ resourceType: 'Location' }));
    await world.clock.advance(20_000);
    const error = await world.fail(one.call);
    expect(error).toMatchObject({ failure: 'throttled', more: { retryAfter: 100 } });
    expect(error.more.outcomeUnknown).toBe(one.method === 'GET' ? undefined : false);
    expect(world.clock.now()).toBe(20_000);
    expect(world.seen).toHaveLength(1);
  });
});

describe('the deadline', () => {
  const never = () => new Promise<Response>(() => {});
  let asked: number[];
  beforeEach(() => {
    asked = [];
    vi.spyOn(timers, 'startDeadline').mockImplementation((milliseconds) => {
      asked.push(milliseconds);
      return () => {};
    });
  });

  it.each(writes)('over before a turn came: %s was not sent, and is told at once', async (_, { call }) => {
    const world = scripted(() => json(200, location), { perMinute: 1, deadline: 59_000 });
    await world.run((platform) => platform.read('Location', 'L-1'));
    const error = await world.fail(call);
    expect(error).toMatchObject({ failure: 'timeout', more: { outcomeUnknown: false } });
    expect(world.clock.now()).toBe(0);
    expect(world.seen).toHaveLength(1);
  });

  it('is 60 s by default', async () => {
    const world = scripted(() => json(200, location), { perMinute: 1 });
    const work = Array.from({ length: 3 }, () => world.platform.read('Location', 'L-1'));
    const ends = await world.clock.pass(Promise.allSettled(work));
    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    // The second turn would come at 60,000: no time would be left.
    expect(world.seen).toHaveLength(1);
  });

  it('leaves an attempt what is left of it', async () => {
    const world = scripted(() => json(200, location), { perMinute: 2, deadline: 34_000 });
    await world.run((platform) => Promise.all([1, 2].map(() => platform.read('Location', 'L-1'))));
    // The token, the first at 0 s, the second at 30 s.
    expect(asked).toEqual([10_000, 10_000, 4_000]);
  });

  it('no retry begins after it', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
    const world = scripted(down, { deadline: 160 });
    expect((await world.fail((platform) => platform.read('Location', 'L-1'))).failure).toBe('unavailable');
    expect(world.seen.map(({ at }) => at)).toEqual([0, 150]);
  });

  it('is one for all pages of a search', async () => {
    const link = [{ relation: 'next', url: 'https://platform.example/fhir-r4/v1/Location/?_page_token=1' }];
    const world = scripted(() => json(200, { resourceType: 'Bundle', link }), {
      perMinute: 60,
      deadline: 2_500,
    });
    const error = await world.fail((platform) => platform.search('Location', {}));
    expect(error.failure).toBe('timeout');
    expect(world.seen.map(({ at }) => at)).toEqual([0, 1_000, 2_000]);
  });

  it('a search of more pages than anybody has is no short list', async () => {
    const link = [{ relation: 'next', url: 'https://platform.example/fhir-r4/v1/Location/?_page_token=1' }];
    const world = scripted(() => json(200, { resourceType: 'Bundle', link }), { perMinute: 1_000_000 });
    expect((await world.fail((platform) => platform.search('Location', {}))).failure).toBe('unsettled');
    expect(world.seen).toHaveLength(50);
  });

  it.each(Object.entries(calls))('does not wait longer for a token: %s', async (_, { method, call }) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const world = scripted(never, { deadline: 3_000, retries: 0, fetch: never });
    const work = failure(call(world.platform));
    await vi.advanceTimersByTimeAsync(2_999);
    expect(await Promise.race([work, Promise.resolve('waits')])).toBe('waits');
    await vi.advanceTimersByTimeAsync(1);
    const error = await work;
    expect(error.failure).toBe('timeout');
    expect(error.more.outcomeUnknown).toBe(method === 'GET' ? undefined : false);
  });

  it('far off does not end the wait for a token', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    // Longer than a timer can be set for, which would go off at once.
    const world = scripted(never, { deadline: 2 ** 40, retries: 0, fetch: never });
    const work = failure(world.platform.read('Location', 'L-1'));
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(await Promise.race([work, Promise.resolve('waits')])).toBe('waits');
  });

  it('over while the token came: a write is not sent any more', async () => {
    const world = scripted(() => json(200, location), {
      deadline: 3_000,
      async fetch(input) {
        if (!String(input).includes('/accesstoken')) throw new Error('sent');
        world.clock.set(3_000);
        return json(200, { access_token: 'late', expires_in: '3599' });
      },
    });
    const error = await world.fail((platform) => platform.create({ resourceType: 'Location' }));
    expect(error).toMatchObject({ failure: 'timeout', more: { outcomeUnknown: false } });
  });

  it.each(Object.entries(calls))('over in the middle of %s: a write may have happened', async (_, one) => {
    const ends: (() => void)[] = [];
    vi.mocked(timers.startDeadline).mockImplementation((_, late) => {
      ends.push(late);
      return () => {};
    });
    const world = scripted(never, { retries: 0 });
    const work = failure(one.call(world.platform));
    await idle();
    ends.at(-1)?.();
    const error = await work;
    expect(error.failure).toBe('timeout');
    expect(error.more.outcomeUnknown).toBe(one.method === 'GET' ? undefined : true);
  });

  it('may be switched off', async () => {
    const world = scripted(() => json(200, location), {
      deadline: Number.POSITIVE_INFINITY,
      perMinute: 1,
    });
    await world.run((platform) => Promise.all([1, 2, 3].map(() => platform.read('Location', 'L-1'))));
    expect(world.seen).toHaveLength(3);
  });
});
