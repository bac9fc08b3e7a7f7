import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSandbox, type Sandbox } from '../sandbox/sandbox.js';
import { sandboxClinic } from '../sandbox/seed.js';
import { type ListenOptions, listen } from '../server/node.js';
import { createSatusehatService, type ServiceOptions } from '../server/service.js';
import { readTold } from './config.js';
import { createLog } from './log.js';
import { run } from './run.js';
import { received, SANDBOX_KEY, sandboxEnvironment } from './sandbox.js';
import { storeIn } from './stores.js';
import { untilSignal } from './until-signal.js';
import { UsageError } from './usage.js';

export interface ServeOptions {
  sandbox: boolean;
  port: number | undefined;
  /** Default `127.0.0.1`. */
  host: string | undefined;
  /** File of the configuration; default `satusehat.config.*` where there is one. */
  config: string | undefined;
  platformPort: number | undefined;
  /** Folder of the store. */
  data: string | undefined;
  /** What runs beside the sandbox: then it lasts as long as this, on free ports. */
  command: readonly string[] | undefined;
}

export const PORT = 8787;
export const PLATFORM_PORT = 8788;

/**
 * `satusehat serve`: the service on loopback, until a signal or the end of its command. Without one it prints one JSON
 * line when it listens. @returns the exit code.
 */
export async function serve(options: ServeOptions): Promise<number> {
  const signal = untilSignal();
  // Undone in reverse order, whatever happened in between.
  const undo: (() => unknown)[] = [];
  try {
    if (options.command) return await serveCommand(options.command, options, undo, signal);
    const ready = options.sandbox
      ? await startOnSandbox(createSandbox({ guideVisit: true }), options, undo)
      : await startConfigured(options, undo);
    process.stdout.write(`${JSON.stringify(ready)}\n`);
    await signal;
    return 0;
  } finally {
    for (const step of undo.reverse()) await step();
  }
}

type Undo = (() => unknown)[];

/** Says what it has to say on stderr: stdout is the command's. */
async function serveCommand(
  command: readonly string[],
  options: ServeOptions,
  undo: Undo,
  signal: Promise<NodeJS.Signals>,
): Promise<number> {
  const sandbox = createSandbox({ guideVisit: true });
  const before = sandbox.stats();
  const { port = 0, platformPort = 0, data = temporaryFolder(undo) } = options;
  const { url, dashboardUrl, platformUrl } = await startOnSandbox(
    sandbox,
    { ...options, port, platformPort, data },
    undo,
  );
  process.stderr.write(`satusehat: sandbox, layanan ${url}, dasbor ${dashboardUrl}\n`);
  const env = sandboxEnvironment({ platformUrl, serviceUrl: url, store: storeIn(join(data, 'perintah')) });
  const code = await run(command, env, signal);
  process.stderr.write(`satusehat: ${received(sandbox, before)}\n`);
  return code;
}

function temporaryFolder(undo: Undo): string {
  const folder = mkdtempSync(join(tmpdir(), 'satusehat-'));
  undo.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function startOnSandbox(sandbox: Sandbox, options: ServeOptions, undo: Undo) {
  const platformPort = options.platformPort ?? PLATFORM_PORT;
  const platform = await listen(sandbox, platformPort).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') throw error;
    throw new Error(
      `port ${platformPort} untuk platform tiruan sudah dipakai; pilih yang lain dengan --platform-port`,
      { cause: error },
    );
  });
  undo.push(platform.close);
  const folder = options.data ?? temporaryFolder(undo);
  const url = await start(
    {
      clinics: [sandboxClinic],
      platform: { env: platform.url },
      store: storeIn(folder),
      encryptionKey: SANDBOX_KEY,
      // The terminal is the command's.
      log: createLog(options.command ? 'error' : undefined),
    },
    options.port ?? PORT,
    undo,
  );
  return {
    ready: true,
    url,
    dashboardUrl: dashboardOf(url),
    platformUrl: platform.url,
    clinicCode: sandboxClinic.code,
    clinicSecret: sandboxClinic.secret,
  };
}

async function startConfigured(options: ServeOptions, undo: Undo) {
  const { service, port, host, listen: how } = await readTold(options);
  const tuning = readTuning(process.env.SATUSEHAT_TUNING);
  const url = await start(
    { ...service, ...tuning, platform: { ...service.platform, ...tuning.platform }, log: createLog() },
    port ?? PORT,
    undo,
    host,
    how,
  );
  const clinicCode = Array.isArray(service.clinics) ? service.clinics[0]?.code : undefined;
  return {
    ready: true,
    url,
    dashboardUrl: dashboardOf(url, service.basePath),
    ...(clinicCode ? { clinicCode } : {}),
  };
}

const dashboardOf = (url: string, basePath = '') => `${url}${basePath}/dashboard`;

type Tuning = Pick<ServiceOptions, 'delivery'> & { platform?: { timeout?: number; deadline?: number } };

/** For tests: waits of hours, cut to seconds. Not for a clinic, hence not in the help. */
function readTuning(text: string | undefined): Tuning {
  if (!text) return {};
  try {
    const { delivery = {}, platform = {}, ...rest } = JSON.parse(text) as Tuning;
    if (Object.keys(rest).length === 0) return { delivery, platform };
  } catch {}
  throw new UsageError('SATUSEHAT_TUNING harus JSON dengan delivery dan platform');
}

async function start(
  options: ServiceOptions,
  port: number,
  undo: Undo,
  host?: string,
  how: ListenOptions = {},
): Promise<string> {
  const service = await createSatusehatService({ metrics: {}, ...options });
  undo.push(() => service.close());
  const server = await listen(service, port, host, how);
  // Both at once: a request that waits for the platform ends because the service closes.
  undo.push(() => Promise.all([server.close(), service.close()]));
  return server.url;
}
