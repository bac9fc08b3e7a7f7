import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createSandbox, readSnapshot, type Sandbox, type SandboxSnapshot } from '../sandbox/sandbox.js';
import { sandboxCredential } from '../sandbox/seed.js';
import { listen } from '../server/node.js';
import { untilSignal } from './until-signal.js';
import { UsageError } from './usage.js';

export interface SandboxServeOptions {
  port: number;
  /** File of its state. */
  persist: string | undefined;
}

/** Milliseconds from a write to its being on disk. */
const SOON = 100;

/** `satusehat sandbox`: the platform alone, on loopback. */
export async function serveSandbox({ port, persist }: SandboxServeOptions): Promise<void> {
  const signal = untilSignal();
  const { sandbox, save } = persist ? persisted(persist) : { sandbox: createSandbox(), save: () => {} };
  const platform = await listen(sandbox, port);
  process.stdout.write(
    `${JSON.stringify({ ready: true, platformUrl: platform.url, ...sandboxCredential })}\n`,
  );
  await signal;
  await platform.close();
  save();
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
