/** Runs the real programs: the command line as a user starts it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
const bin = `${root}bin/satusehat.mjs`;

export interface Program {
  child: ChildProcess;
  /** The next line of stdout. */
  line(): Promise<string>;
  /** Everything on stderr so far. */
  errors(): string;
  /** Exit code, once it has ended; null after a signal. */
  ended: Promise<number | null>;
}

const running = new Set<ChildProcess>();

export function satusehat(args: string[], env: Record<string, string> = {}): Program {
  return program([bin, ...args], env);
}

/** @param group also gives it a group of its own, so that {@link killAll} ends what it started as well. */
export function program(args: string[], env: Record<string, string> = {}, group = false): Program {
  // Outside of npm: what `npm test` puts into the environment is not what a user has.
  const { npm_command, ...plain } = process.env;
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...plain, ...env },
    detached: group,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return watch(child);
}

/** @param child with stdout and stderr piped. */
export function watch(child: ChildProcess): Program {
  running.add(child);
  let stderr = '';
  child.stderr?.on('data', (chunk) => {
    stderr += chunk;
  });
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]();
  const ended = new Promise<number | null>((resolve) => {
    child.on('close', (code) => {
      running.delete(child);
      resolve(code);
    });
  });
  return {
    child,
    async line() {
      const { value, done } = await lines.next();
      if (done) throw new Error(`the program ended: ${stderr}`);
      return value;
    },
    errors: () => stderr,
    ended,
  };
}

/** All lines of a program that ends by itself. */
export async function output(run: Program): Promise<{ code: number | null; lines: string[] }> {
  const lines: string[] = [];
  for (;;) {
    const line = await run.line().catch(() => undefined);
    if (line === undefined) break;
    lines.push(line);
  }
  return { code: await run.ended, lines };
}

export async function killAll(): Promise<void> {
  for (const child of running) {
    child.kill('SIGKILL');
    // With all that it started, where it leads a group of its own.
    try {
      if (child.pid) process.kill(-child.pid, 'SIGKILL');
    } catch {}
  }
}
