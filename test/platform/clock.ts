/** Time that passes only when nothing else is left to do, and a platform that answers from a script. */
import { createPlatform, type Platform, type PlatformOptions } from '../../src/platform/platform.js';
import { PlatformError } from '../../src/server.js';

export class VirtualClock {
  #at = 0;
  readonly #sleepers: { at: number; resolve: () => void }[] = [];
  /** Every pause that was asked for, in milliseconds. */
  readonly pauses: number[] = [];

  now = () => this.#at;

  sleep = (milliseconds: number): Promise<void> => {
    this.pauses.push(milliseconds);
    return new Promise((resolve) => {
      this.#sleepers.push({ at: this.#at + milliseconds, resolve });
    });
  };

  /** Lets time pass until the work is done. */
  async pass<T>(work: Promise<T>): Promise<T> {
    let done = false;
    const finished = () => {
      done = true;
    };
    work.then(finished, finished);
    for (;;) {
      await idle();
      if (done) return work;
      this.#sleepers.sort((a, b) => a.at - b.at);
      const next = this.#sleepers.shift();
      if (!next) throw new Error('nobody sleeps, and the work is not done');
      this.#at = Math.max(this.#at, next.at);
      next.resolve();
    }
  }

  /** Lets so many milliseconds pass at once. */
  async advance(milliseconds: number): Promise<void> {
    await this.pass(this.sleep(milliseconds));
    this.pauses.pop();
  }

  /** Sets the clock, without anybody waking. */
  set(at: number): void {
    this.#at = at;
  }
}

/** All that can go on without time has gone on. */
export async function idle(): Promise<void> {
  for (let round = 0; round < 10; round++) await new Promise((resolve) => setImmediate(resolve));
}

export interface Seen {
  /** By the virtual clock. */
  at: number;
  method: string;
  /** Path and query after the host. */
  path: string;
  headers: Headers;
  body: string;
}

type Script = (seen: Seen, count: number) => Response | Promise<Response>;

export interface Scripted {
  platform: Platform;
  clock: VirtualClock;
  /** FHIR requests, oldest first. */
  seen: Seen[];
  /** When tokens were asked for. */
  tokens: number[];
  /** Lets time pass until the call is over. */
  run<T>(call: (platform: Platform) => Promise<T>): Promise<T>;
  /** The same for a call that fails. */
  fail(call: (platform: Platform) => Promise<unknown>): Promise<PlatformError>;
}

/** @param script answers FHIR requests; `count` is how many came before. */
export function scripted(
  script: Script,
  options: Partial<PlatformOptions> & { expiresIn?: string } = {},
): Scripted {
  const { expiresIn = '3599', ...rest } = options;
  const clock = new VirtualClock();
  const seen: Seen[] = [];
  const tokens: number[] = [];
  const platform = createPlatform({
    env: 'https://platform.example',
    clientId: 'id',
    clientSecret: 'very-secret',
    organizationId: '10000004',
    perMinute: Number.POSITIVE_INFINITY,
    now: clock.now,
    sleep: clock.sleep,
    async fetch(input, init) {
      const request = new Request(input, init);
      const { pathname, search } = new URL(request.url);
      if (pathname === '/oauth2/v1/accesstoken') {
        tokens.push(clock.now());
        return json(200, { access_token: `token-${tokens.length}`, expires_in: expiresIn });
      }
      const one = {
        at: clock.now(),
        method: request.method,
        path: pathname + search,
        headers: request.headers,
        body: await request.text(),
      };
      seen.push(one);
      return Promise.race([script(one, seen.length - 1), aborted(init?.signal)]);
    },
    ...rest,
  });
  const run: Scripted['run'] = (call) => clock.pass(call(platform));
  return {
    platform,
    clock,
    seen,
    tokens,
    run,
    fail: (call) => failure(run(call)),
  };
}

/** As fetch does: fails when the signal says so. */
function aborted(signal: AbortSignal | null | undefined): Promise<never> {
  return new Promise((_, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason));
  });
}

/** The PlatformError that work ends with; anything else is thrown. */
export async function failure(work: Promise<unknown>): Promise<PlatformError> {
  const thrown = await work.then(
    () => new Error('it went well'),
    (error: unknown) => error,
  );
  if (thrown instanceof PlatformError) return thrown;
  throw thrown;
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json', ...headers },
  });
}

export const location = { resourceType: 'Location', id: 'L-1', status: 'active' } as const;

/** A call of every method, with an answer that satisfies it. */
export const calls: Record<
  string,
  { method: string; call: (platform: Platform) => Promise<unknown>; answer: unknown }
> = {
  search: {
    method: 'GET',
    call: (platform) => platform.search('Location', { name: 'a' }),
    answer: { resourceType: 'Bundle', type: 'searchset', entry: [] },
  },
  read: { method: 'GET', call: (platform) => platform.read('Location', 'L-1'), answer: location },
  replace: { method: 'PUT', call: (platform) => platform.replace({ ...location }), answer: location },
  create: {
    method: 'POST',
    call: (platform) => platform.create({ resourceType: 'Location', status: 'active' }),
    answer: location,
  },
  patch: {
    method: 'PATCH',
    call: (platform) => platform.patch('Location', 'L-1', [{ op: 'remove', path: '/name' }]),
    answer: location,
  },
  transaction: {
    method: 'POST',
    call: (platform) =>
      platform.transaction({ resourceType: 'Bundle', type: 'transaction', entry: [{ resource: location }] }),
    answer: {
      resourceType: 'Bundle',
      type: 'transaction-response',
      entry: [{ response: { status: '201', resourceType: 'Location', resourceID: 'L-1' } }],
    },
  },
  createPatient: {
    method: 'POST',
    call: (platform) => platform.createPatient({ resourceType: 'Patient' }),
    answer: { success: true, message: 'created', data: { 'Patient ID:': 'P00123456789' } },
  },
};

export const writes = Object.entries(calls).filter(([, { method }]) => method !== 'GET');
