import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createSandbox,
  readSnapshot,
  type Sandbox,
  type SandboxSnapshot,
  type SandboxStats,
} from '../sandbox/sandbox.js';
import { sandboxClinic, sandboxCredential } from '../sandbox/seed.js';
import { listen } from '../server/node.js';
import { run } from './run.js';
import { storeIn } from './stores.js';
import { untilSignal } from './until-signal.js';
import { UsageError } from './usage.js';

export interface SandboxServeOptions {
  port: number;
  /** File of its state. */
  persist: string | undefined;
  /** What runs beside the platform: then it lasts as long as this. */
  command: readonly string[] | undefined;
}

/** Seals made-up data in the sandbox; it protects nothing and is no secret. */
export const SANDBOX_KEY = '0'.repeat(64);

/** Milliseconds from a write to its being on disk. */
const SOON = 100;

/** `satusehat sandbox`: the platform alone, on loopback. @returns the exit code. */
export async function serveSandbox({ port, persist, command }: SandboxServeOptions): Promise<number> {
  const signal = untilSignal();
  const { sandbox, save } = persist ? persisted(persist) : { sandbox: createSandbox(), save: () => {} };
  const platform = await listen(sandbox, port);
  try {
    if (command) return await runOnPlatform(command, sandbox, platform.url, signal);
    process.stdout.write(
      `${JSON.stringify({ ready: true, platformUrl: platform.url, ...sandboxCredential })}\n`,
    );
    await signal;
    return 0;
  } finally {
    await platform.close();
    save();
  }
}

async function runOnPlatform(
  command: readonly string[],
  sandbox: Sandbox,
  platformUrl: string,
  signal: Promise<NodeJS.Signals>,
): Promise<number> {
  const before = sandbox.stats();
  // For a service that the command hosts itself.
  const folder = mkdtempSync(join(tmpdir(), 'satusehat-'));
  try {
    process.stderr.write(`satusehat: sandbox, platform ${platformUrl}\n`);
    const code = await run(command, sandboxEnvironment({ platformUrl, store: storeIn(folder) }), signal);
    process.stderr.write(`satusehat: ${received(sandbox, before)}\n`);
    return code;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A sandbox that begins where its file left off, and writes it anew soon after every change. */
function persisted(file: string): { sandbox: Sandbox; save: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const save = () => {
    clearTimeout(timer);
    timer = undefined;
    // Beside it first: a file half written is never the one that is read.
    writeFileSync(`${file}.next`, JSON.stringify(sandbox.snapshot()));
    renameSync(`${file}.next`, file);
  };
  const snapshot = readFile(file);
  const sandbox = createSandbox({
    ...(snapshot ? { snapshot } : {}),
    onWrite: () => {
      timer ??= setTimeout(() => {
        try {
          save();
        } catch (error) {
          // The disk may be full: say so and go on; the next write tries again.
          process.stderr.write(`satusehat: ${(error as Error).message}\n`);
        }
      }, SOON);
    },
  });
  // A file that cannot be written is better known now.
  save();
  return { sandbox, save };
}

function readFile(file: string): SandboxSnapshot | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return readSnapshot(JSON.parse(readFileSync(file, 'utf8')));
  } catch {}
  throw new UsageError(`${file} bukan berkas keadaan sandbox; hapus atau pakai nama lain.`);
}

/**
 * What a command needs to speak to the sandbox, and nothing of another service: what the terminal or a `.env` has of
 * these names does not count.
 *
 * @param store for a service that the command hosts itself.
 */
export function sandboxEnvironment(of: {
  platformUrl: string;
  serviceUrl?: string;
  store: string;
}): NodeJS.ProcessEnv {
  return {
    // Empty rather than away: a `.env` does not fill it.
    SATUSEHAT_BASE_URL: of.serviceUrl ?? '',
    CLINIC_CODE: sandboxClinic.code,
    CLINIC_SECRET: sandboxClinic.secret,
    SATUSEHAT_ENV: of.platformUrl,
    SATUSEHAT_CLIENT_ID: sandboxCredential.clientId,
    SATUSEHAT_CLIENT_SECRET: sandboxCredential.clientSecret,
    SATUSEHAT_ORGANIZATION_ID: sandboxCredential.organizationId,
    SATUSEHAT_STORE: of.store,
    SATUSEHAT_ENCRYPTION_KEY: SANDBOX_KEY,
  };
}

/** What has come to the platform since, in one sentence. */
export function received(sandbox: Sandbox, before: SandboxStats): string {
  const { writes, resources } = sandbox.stats();
  const more = Object.entries(resources).flatMap(([type, count]) => {
    const added = count - (before.resources[type] ?? 0);
    return added > 0 ? [`${type} ${added}`] : [];
  });
  if (more.length === 0) return 'platform tiruan tidak menerima data baru';
  return `platform tiruan menerima ${more.join(', ')} (${writes - before.writes} penulisan)`;
}
