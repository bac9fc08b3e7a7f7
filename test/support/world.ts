import { SatusehatClient } from '../../src/index.js';
import { createSandbox, type Sandbox, type SandboxOptions, sandboxClinic } from '../../src/sandbox.js';
import {
  createSatusehatService,
  type LogLine,
  type SatusehatService,
  type ServiceOptions,
} from '../../src/server.js';

export const KEY = 'a1'.repeat(32);

/** Stands between service and platform: answers itself, or passes on with `next`. */
export type Intercept = (
  request: Request,
  next: (request: Request) => Promise<Response>,
) => Promise<Response>;

export interface World {
  sandbox: Sandbox;
  service: SatusehatService;
  client: SatusehatClient;
  log: LogLine[];
  /** What the platform was asked, e.g. `POST /`, `GET /Patient`. */
  asked: string[];
  intercept: Intercept | undefined;
  /** A raw request with the clinic's credentials; `body` is sent as JSON unless it is text. */
  post(
    path: string,
    body: unknown,
    headers?: Record<string, string>,
  ): Promise<{ status: number; headers: Headers; body: Body }>;
}

// biome-ignore lint/suspicious/noExplicitAny: tests read answers as a clinic's app would, without types
type Body = any;

const worlds: World[] = [];

/** Sandbox, service and client in one process. Closed after the test by {@link closeWorlds}. */
export async function startWorld(
  options: Partial<ServiceOptions> & { sandbox?: Sandbox; sandboxOptions?: SandboxOptions } = {},
): Promise<World> {
  const { sandbox: given, sandboxOptions, ...service } = options;
  const sandbox = given ?? createSandbox(sandboxOptions);
  const log: LogLine[] = [];
  const world = { sandbox, log, asked: [] as string[], intercept: undefined } as unknown as World;
  world.service = await createSatusehatService({
    clinics: [sandboxClinic],
    store: 'sqlite::memory:',
    encryptionKey: KEY,
    log: (line) => log.push(line),
    ...service,
    delivery: {
      backoff: { base: 3_600_000, cap: 3_600_000 },
      settleDelay: 1,
      settlePatience: 0,
      ...service.delivery,
    },
    platform: {
      env: 'https://sandbox.invalid',
      // A pause between two tries of a read says nothing about what is tested.
      sleep: async () => {},
      async fetch(input, init) {
        const request = new Request(input, init);
        const path = new URL(request.url).pathname.replace('/fhir-r4/v1', '') || '/';
        world.asked.push(`${request.method} ${path}`);
        const next = (passed: Request) => sandbox.fetch(passed);
        return world.intercept ? world.intercept(request, next) : next(request);
      },
      ...service.platform,
    },
  });
  world.client = new SatusehatClient({
    baseUrl: 'http://service.invalid',
    clinicCode: sandboxClinic.code,
    clinicSecret: sandboxClinic.secret,
    fetch: (input, init) => world.service.fetch(new Request(input, init)),
    // Tests of the service look at its first answer, and at each.
    retries: 0,
    cache: false,
  });
  world.post = async (path, body, headers = {}) => {
    const response = await world.service.fetch(
      new Request(`http://service.invalid${path}`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-clinic-code': sandboxClinic.code,
          'x-clinic-secret': sandboxClinic.secret,
          ...headers,
        },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    );
    return { status: response.status, headers: response.headers, body: await response.json() };
  };
  worlds.push(world);
  return world;
}

export async function closeWorlds(): Promise<void> {
  for (const world of worlds.splice(0)) await world.service.close();
}

/** True for the Bundle transaction. */
export function isBundle(request: Request): boolean {
  return request.method === 'POST' && new URL(request.url).pathname.endsWith('/fhir-r4/v1');
}
