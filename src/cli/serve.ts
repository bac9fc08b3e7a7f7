import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSandbox } from '../sandbox/sandbox.js';
import { sandboxClinic } from '../sandbox/seed.js';
import type { LogLine } from '../server/log.js';
import { type ListenOptions, listen } from '../server/node.js';
import { createSatusehatService, type ServiceOptions } from '../server/service.js';
import { readConfig, withEnvironment } from './config.js';
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
  platformPort: number;
  /** Folder of the store. */
  data: string | undefined;
}

const PORT = 8787;

/** Seals made-up data in the sandbox; it protects nothing and is no secret. */
const SANDBOX_KEY = '0'.repeat(64);

/** `satusehat serve`: the service on loopback, until a signal. Prints one JSON line when it listens. */
export async function serve(options: ServeOptions): Promise<void> {
  const signal = untilSignal();
  // Undone in reverse order, whatever happened in between.
  const undo: (() => unknown)[] = [];
  try {
    const ready = options.sandbox
      ? await startOnSandbox(options, undo)
      : await startConfigured(options, undo);
    process.stdout.write(`${JSON.stringify(ready)}\n`);
    await signal;
  } finally {
    for (const step of undo.reverse()) await step();
  }
}

type Undo = (() => unknown)[];

async function startOnSandbox(options: ServeOptions, undo: Undo) {
  const platform = await listen(createSandbox({ guideVisit: true }), options.platformPort);
  undo.push(platform.close);
  const folder = options.data ?? mkdtempSync(join(tmpdir(), 'satusehat-'));
  if (!options.data) undo.push(() => rmSync(folder, { recursive: true, force: true }));
  const url = await start(
    {
      clinics: [sandboxClinic],
      platform: { env: platform.url },
      store: storeIn(folder),
      encryptionKey: SANDBOX_KEY,
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
  const { config } = await readConfig(options.config);
  const { port: _, host: __, tls, ...service } = withEnvironment(config, options.data);
  const tuning = readTuning(process.env.SATUSEHAT_TUNING);
  const host = options.host ?? config.host ?? '127.0.0.1';
  const url = await start(
    { ...service, ...tuning, platform: { ...service.platform, ...tuning.platform } },
    options.port ?? config.port ?? PORT,
    undo,
    host,
    {
      ...(tls ? { tls: { key: readFileSync(tls.key), cert: readFileSync(tls.cert) } } : {}),
      // A proxy on another machine ends TLS: whoever names it says so.
      insecure: (service.trustedProxies ?? []).length > 0,
    },
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
  const service = await createSatusehatService({ metrics: {}, ...options, log });
  undo.push(service.close);
  const server = await listen(service, port, host, how).catch((error: unknown) => {
    if (!(error instanceof TypeError)) throw error;
    throw new UsageError(
      `--host ${host}: terbuka untuk komputer lain tanpa TLS. Isi tls (key dan cert) atau trustedProxies di konfigurasi.`,
      { cause: error },
    );
  });
  undo.push(server.close);
  return server.url;
}

function log(line: LogLine): void {
  process.stderr.write(`${JSON.stringify({ ...line, time: new Date(line.time).toISOString() })}\n`);
}
