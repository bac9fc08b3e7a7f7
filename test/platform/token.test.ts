/** One token for a credential: asked for once, renewed in time, and not asked for again right after a refusal. */
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createPlatform } from '../../src/platform/platform.js';
import { createTokenSource } from '../../src/platform/token.js';
import { failure, idle, json, location } from './clock.js';

const MINUTE = 60_000;

function start(...answers: (() => Response | Promise<Response>)[]) {
  const clock = { now: 1_000_000 };
  const requests: Request[] = [];
  const tokens = createTokenSource({
    url: 'https://platform.example/oauth2/v1',
    clientId: 'id',
    clientSecret: 'very-secret',
    timeout: 10_000,
    now: () => clock.now,
    async fetch(input, init) {
      requests.push(new Request(input, init));
      const answer = answers[requests.length - 1] ?? answers.at(-1);
      return answer ? answer() : json(500, {});
    },
  });
  return { clock, requests, tokens };
}

let made = 0;
const token = (expiresIn: unknown) => () =>
  json(200, { access_token: `token-${++made}`, token_type: 'BearerToken', expires_in: expiresIn });

const wrongSecret = () =>
  json(401, {
    resourceType: 'OperationOutcome',
    issue: [
      {
        severity: 'invalid',
        code: 'value',
        details: {
          text: 'The user or system was not able to be authenticated (either client_id or client_secret combination is unacceptable)',
        },
      },
    ],
  });
const throttled = (headers: Record<string, string> = {}) =>
  json(
    429,
    {
      resourceType: 'OperationOutcome',
      issue: [{ severity: 'transient', code: 'throttled', details: { text: 'Rate limit: 1 request' } }],
    },
    headers,
  );

describe('a token', () => {
  it('is asked for as documented: grant_type in the query, id and secret in the form', async () => {
    const { requests, tokens } = start(token('3599'));
    await tokens.get();
    const [request] = requests;
    expect(request?.method).toBe('POST');
    expect(request?.url).toBe('https://platform.example/oauth2/v1/accesstoken?grant_type=client_credentials');
    expect(request?.headers.get('content-type')).toBe('application/x-www-form-urlencoded');
    expect(request?.headers.has('authorization')).toBe(false);
    expect(await request?.text()).toBe('client_id=id&client_secret=very-secret');
  });

  it('20 who ask at once make one request and get one token', async () => {
    let answer = (_: Response) => {};
    const { requests, tokens } = start(() => new Promise((resolve) => (answer = resolve)));
    const asked = Array.from({ length: 20 }, () => tokens.get());
    await idle();
    answer(token('3599')());
    expect(new Set(await Promise.all(asked)).size).toBe(1);
    expect(requests).toHaveLength(1);
  });

  it('20 who ask at once share a failure too, and the next tries again', async () => {
    const { requests, tokens } = start(() => new Response('Gateway Timeout', { status: 504 }), token('3599'));
    const asked = await Promise.all(Array.from({ length: 20 }, () => failure(tokens.get())));
    expect(new Set(asked.map((error) => error.failure))).toEqual(new Set(['unavailable']));
    expect(requests).toHaveLength(1);
    await tokens.get();
    expect(requests).toHaveLength(2);
  });

  it.each(['3599', '14399', 3599])(
    'with expires_in %j is renewed a minute before it runs out',
    async (seconds) => {
      const { clock, requests, tokens } = start(token(seconds));
      const first = await tokens.get();
      clock.now += Number(seconds) * 1000 - MINUTE - 1;
      expect(await tokens.get()).toBe(first);
      clock.now += 1;
      expect(await tokens.get()).not.toBe(first);
      expect(requests).toHaveLength(2);
    },
  );

  it('that lives less than two minutes is used for half of its life', async () => {
    const { clock, tokens } = start(token('50'));
    const first = await tokens.get();
    clock.now += 24_999;
    expect(await tokens.get()).toBe(first);
    clock.now += 1;
    expect(await tokens.get()).not.toBe(first);
  });

  it.each([undefined, 'soon'])('with expires_in %j is used until it is refused', async (expiresIn) => {
    const { clock, tokens } = start(token(expiresIn));
    const first = await tokens.get();
    clock.now += 365 * 24 * 60 * MINUTE;
    expect(await tokens.get()).toBe(first);
    tokens.drop(first);
    expect(await tokens.get()).not.toBe(first);
  });

  it('that is dropped is replaced; an older one that is dropped changes nothing', async () => {
    const { requests, tokens } = start(token('3599'));
    const first = await tokens.get();
    tokens.drop(first);
    const second = await tokens.get();
    tokens.drop(first);
    expect(await tokens.get()).toBe(second);
    expect(requests).toHaveLength(2);
  });
});

describe('after a refusal', () => {
  it.each<[string, () => Response, string]>([
    ['401', wrongSecret, 'credentials'],
    ['400', () => json(400, { ErrorCode: 'invalid_request', Error: 'client_id' }), 'credentials'],
    ['429', throttled, 'throttled'],
    ['404', () => new Response('<h1>Not Found</h1>', { status: 404 }), 'not-found'],
  ])('HTTP %s: no request for a minute, then one', async (_, refuse, expected) => {
    const { clock, requests, tokens } = start(refuse, token('3599'));
    expect(await failure(tokens.get())).toMatchObject({ failure: expected, more: { retryAfter: 60 } });
    clock.now += MINUTE - 1;
    const still = await failure(tokens.get());
    expect(still).toMatchObject({ failure: expected, more: { retryAfter: 1 } });
    expect(still.more.issues?.[0]?.text).toBeTruthy();
    expect(requests).toHaveLength(1);
    clock.now += 1;
    await tokens.get();
    expect(requests).toHaveLength(2);
  });

  it.each([
    ['120', 120],
    ['5', 60],
  ])('a Retry-After of %s seconds is a rest of %i', async (header, rest) => {
    const { clock, requests, tokens } = start(() => throttled({ 'retry-after': header }), token('3599'));
    expect((await failure(tokens.get())).more.retryAfter).toBe(rest);
    clock.now += rest * 1000 - 1;
    await failure(tokens.get());
    expect(requests).toHaveLength(1);
    clock.now += 1;
    await tokens.get();
  });

  it.each<[string, () => Response | Promise<Response>, string]>([
    ['a 504', () => new Response('Gateway Timeout', { status: 504 }), 'unavailable'],
    ['a redirect of a hotspot', () => new Response(null, { status: 302 }), 'unavailable'],
    ['a page of a hotspot', () => new Response('<html>Masuk</html>', { status: 200 }), 'unavailable'],
    [
      'a broken connection',
      () => {
        throw new TypeError('fetch failed', { cause: { code: 'ECONNRESET' } });
      },
      'unavailable',
    ],
  ])('%s is none: nobody has to rest', async (_, answer, expected) => {
    const { requests, tokens } = start(answer, token('3599'));
    expect((await failure(tokens.get())).failure).toBe(expected);
    await tokens.get();
    expect(requests).toHaveLength(2);
  });

  it('the secret does not stand in the error', async () => {
    const { tokens } = start(wrongSecret);
    const error = await failure(tokens.get());
    expect(inspect(error, { depth: Infinity })).not.toContain('very-secret');
  });
});

it('two platforms of one credential do not share a token: who wants that shares the platform', async () => {
  let asked = 0;
  const make = () =>
    createPlatform({
      env: 'https://sandbox.invalid',
      clientId: 'id',
      clientSecret: 'very-secret',
      organizationId: '10000004',
      async fetch(input) {
        if (!String(input).includes('/accesstoken')) return json(200, location);
        asked++;
        return token('3599')();
      },
    });
  const [one, other] = [make(), make()];
  await Promise.all([
    one.read('Location', 'L-1'),
    one.read('Location', 'L-1'),
    other.read('Location', 'L-1'),
  ]);
  expect(asked).toBe(2);
});
