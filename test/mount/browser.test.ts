/** What browsers may do: CORS, and sessions of the app that the service is mounted in. */
import { afterEach, describe, expect, it } from 'vitest';
import { SatusehatClient, SatusehatError } from '../../src/index.js';
import { sandboxClinic } from '../../src/sandbox.js';
import type { Authenticate } from '../../src/server.js';
import { guideVisit } from '../support/visit.js';
import { closeWorlds, startWorld, type World } from '../support/world.js';

afterEach(closeWorlds);

const page = 'https://klinik.example';
const secret = { 'x-clinic-code': sandboxClinic.code, 'x-clinic-secret': sandboxClinic.secret };

function ask(world: World, init: RequestInit, path = '/api/encounter'): Promise<Response> {
  return world.service.fetch(new Request(`https://service.invalid${path}`, init));
}

function send(world: World, headers: Record<string, string>): Promise<Response> {
  const json = { 'content-type': 'application/json', ...headers };
  return ask(world, { method: 'POST', headers: json, body: JSON.stringify(guideVisit()) });
}

const preflight = (origin: string) => ({
  method: 'OPTIONS',
  headers: {
    origin,
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'content-type,x-clinic-code,x-clinic-secret,idempotency-key,prefer',
  },
});

function corsOf({ headers }: Response): string[] {
  return [...headers.keys()].filter((name) => name.startsWith('access-control-'));
}

describe('CORS', () => {
  it('is not spoken of unless it is configured', async () => {
    const world = await startWorld();
    const answers = [
      await ask(world, preflight(page)),
      await send(world, { origin: page, ...secret }),
      await send(world, { origin: page }),
      await ask(world, { headers: { origin: page } }, '/nothing'),
    ];
    expect(answers.map(({ status }) => status)).toEqual([405, 200, 401, 404]);
    expect(answers.flatMap(corsOf)).toEqual([]);
  });

  it('lets the pages of its origins ask and read, in success and in error', async () => {
    const world = await startWorld({ cors: { origins: [page, 'http://127.0.0.1:3000'] } });
    const allowed = await ask(world, preflight(page));
    expect(allowed.status).toBe(204);
    expect(Object.fromEntries(allowed.headers)).toMatchObject({
      'access-control-allow-origin': page,
      'access-control-allow-credentials': 'true',
      'access-control-allow-methods': 'GET,POST',
      'access-control-allow-headers': 'content-type,idempotency-key,prefer,x-clinic-code,x-clinic-secret',
    });
    for (const [headers, status] of [
      [secret, 200],
      [{}, 401],
    ] as const) {
      const answer = await send(world, { origin: page, ...headers });
      expect(answer.status).toBe(status);
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        'access-control-allow-origin': page,
        'access-control-allow-credentials': 'true',
        'access-control-expose-headers': 'x-request-id,retry-after,idempotent-replayed',
        'content-type': 'application/json; charset=utf-8',
        vary: 'Origin',
      });
    }
  });

  it.each([
    'https://klinik.example.evil.example',
    'http://klinik.example',
    'https://klinik.example:8443',
    'https://sub.klinik.example',
    'null',
  ])('is not for %s', async (origin) => {
    const world = await startWorld({ cors: { origins: [page] } });
    const answers = [await ask(world, preflight(origin)), await send(world, { origin, ...secret })];
    expect(answers.map(({ status }) => status)).toEqual([405, 200]);
    expect(answers.flatMap(corsOf)).toEqual([]);
  });

  it.each([['*'], ['null'], ['klinik.example'], ['https://klinik.example/'], ['https://*.example'], []])(
    'the origin %s is refused with the option’s name',
    async (...origins: string[]) => {
      await expect(startWorld({ cors: { origins } })).rejects.toThrow(/^cors\.origins: /);
    },
  );
});

describe('a session in the place of the secret', () => {
  /** The embedding app's: the cookie of somebody who is logged in. */
  const byCookie: Authenticate = (request) =>
    request.headers.get('cookie') === 'session=masuk' ? sandboxClinic.code : undefined;
  const cookie = { cookie: 'session=masuk' };

  const codeOf = async (answer: Response) =>
    ((await answer.json()) as { code?: string; status: string }).code ?? 'success';

  it('opens what the clinic’s secret opens, to the real client', async () => {
    const world = await startWorld({ authenticate: byCookie });
    const client = new SatusehatClient({
      baseUrl: 'https://service.invalid',
      fetch: (input, init) => {
        const request = new Request(input, init);
        for (const [name, value] of Object.entries({ ...cookie, origin: 'https://service.invalid' })) {
          request.headers.set(name, value);
        }
        return world.service.fetch(request);
      },
    });
    const { log_id } = await client.kirimEncounter(guideVisit());
    expect((await client.getLog(log_id ?? '')).data).toMatchObject({ state: 'sent' });
    expect(world.log.find(({ endpoint }) => endpoint === 'kirimEncounter')).toMatchObject({
      clinic: sandboxClinic.code,
    });
  });

  it.each<[string, Record<string, string>, string]>([
    ['from nobody', {}, 'INVALID_CREDENTIALS'],
    ['typed by hand', { ...cookie, 'sec-fetch-site': 'none' }, 'success'],
    ['of the same origin', { ...cookie, 'sec-fetch-site': 'same-origin' }, 'success'],
    ['of its own host, TLS ended before it', { ...cookie, origin: 'http://service.invalid' }, 'success'],
    ['of a configured origin', { ...cookie, origin: page, 'sec-fetch-site': 'cross-site' }, 'success'],
    ['of another site', { ...cookie, 'sec-fetch-site': 'cross-site' }, 'INVALID_CREDENTIALS'],
    ['of a neighbour', { ...cookie, 'sec-fetch-site': 'same-site' }, 'INVALID_CREDENTIALS'],
    ['of another origin', { ...cookie, origin: 'https://evil.example' }, 'INVALID_CREDENTIALS'],
    ['of another port', { ...cookie, origin: 'https://service.invalid:8443' }, 'INVALID_CREDENTIALS'],
    ['of no origin', { ...cookie, origin: 'null' }, 'INVALID_CREDENTIALS'],
    [
      'of another origin that says it is not',
      { ...cookie, origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' },
      'INVALID_CREDENTIALS',
    ],
  ])('a request %s: %j is %s', async (_, headers, code) => {
    const world = await startWorld({ authenticate: byCookie, cors: { origins: [page] } });
    expect(await codeOf(await send(world, headers))).toBe(code);
    expect(world.sandbox.stats().writes).toBe(code === 'success' ? 1 : 0);
  });

  it('is not asked where a secret is sent, and a secret may come from anywhere', async () => {
    let asked = 0;
    const world = await startWorld({
      authenticate: () => {
        asked++;
        return sandboxClinic.code;
      },
    });
    const far = { origin: 'https://elsewhere.example', 'sec-fetch-site': 'cross-site' };
    expect(await codeOf(await send(world, { ...secret, ...far }))).toBe('success');
    for (const wrong of ['salah', '']) {
      expect(await codeOf(await send(world, { ...secret, 'x-clinic-secret': wrong }))).toBe(
        'INVALID_CREDENTIALS',
      );
    }
    expect(asked).toBe(0);
    expect((await ask(world, {}, '/healthz')).status).toBe(200);
    expect(asked).toBe(0);
  });

  it('of a clinic that is not there, or not active, opens nothing', async () => {
    const inactive = { ...sandboxClinic, code: 'KLINIK-002', active: false };
    let code = 'KLINIK-404';
    const world = await startWorld({ clinics: [sandboxClinic, inactive], authenticate: async () => code });
    expect(await codeOf(await send(world, {}))).toBe('INVALID_CREDENTIALS');
    code = '';
    expect(await codeOf(await send(world, {}))).toBe('INVALID_CREDENTIALS');
    code = inactive.code;
    expect(await codeOf(await send(world, {}))).toBe('CLINIC_INACTIVE');
  });

  it.each<[string, Authenticate]>([
    [
      'throws',
      () => {
        throw new Error('session=masuk');
      },
    ],
    ['rejects', () => Promise.reject(new TypeError('session=masuk'))],
    [
      'throws an error of ours',
      () => Promise.reject(new SatusehatError({ code: 'NOT_FOUND', message: 'masuk' })),
    ],
  ])('an app that %s is a bug of the app: its message goes nowhere', async (_, authenticate) => {
    const world = await startWorld({ authenticate });
    const answer = await send(world, {});
    const body = await answer.text();
    expect([answer.status, JSON.parse(body).code]).toEqual([500, 'INTERNAL_ERROR']);
    const [bug] = world.log.filter(({ event }) => event === 'bug');
    expect(bug).toMatchObject({ requestId: answer.headers.get('x-request-id'), error: expect.any(String) });
    expect(bug?.stack?.join('\n')).toContain('browser.test.ts');
    expect(JSON.stringify([body, world.log])).not.toContain('masuk');
    expect((await ask(world, {}, '/healthz')).status).toBe(200);
  });
});
