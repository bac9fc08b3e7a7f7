/** Starts and kills what the run consists of: real processes, from the package as a clinic would install it. */
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, createWriteStream, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

const running = new Set();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/**
 * Copies what the package consists of: a run of minutes must not change under an editor, and a start must not spend
 * its time on looking whether the build is fresh.
 *
 * @returns the path of its command line, and the folder of its compiled code.
 */
export function freezePackage(folder) {
  const target = join(folder, 'package');
  mkdirSync(target);
  for (const part of ['bin', 'dist', 'package.json']) {
    cpSync(join(root, part), join(target, part), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(target, 'node_modules'));
  const bin = join(target, 'bin/satusehat.mjs');
  // Who is killed leaves no compiled code behind; this one does, for all that follow.
  const compiled = join(folder, 'compiled');
  spawnSync(process.execPath, [bin, '--help'], { env: { ...process.env, NODE_COMPILE_CACHE: compiled } });
  return { bin, compiled };
}

/**
 * A program that prints one JSON line when it is ready.
 *
 * @returns it, with what it printed. Throws with the end of its stderr when it ends before that.
 */
export async function startProgram(args, { env, errors }) {
  // What npm puts into the environment is not what a clinic has.
  const { npm_command, ...plain } = process.env;
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...plain, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  running.add(child);
  const file = createWriteStream(errors, { flags: 'a' });
  let tail = '';
  child.stderr.on('data', (chunk) => {
    file.write(chunk);
    tail = `${tail}${chunk}`.slice(-2_000);
  });
  const ended = new Promise((resolve) => {
    child.on('close', (code, signal) => {
      running.delete(child);
      file.end();
      resolve({ code, signal });
    });
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const { value, done } = await lines.next();
  if (done) {
    await ended;
    throw new Error(`${args.at(-1)} did not start: ${tail.trim()}`);
  }
  return { child, ready: JSON.parse(value), ended, tail: () => tail };
}

/** One process of the service, started again as often as it is killed. */
export function createServiceProcess({ bin, env, errors }) {
  let program;
  const service = {
    /** Where it listens; undefined while it does not. */
    url: undefined,
    kills: 0,
    starts: 0,
    /** Why it ended, when nobody killed it. */
    fell: undefined,
    async start() {
      program = await startProgram([bin, 'serve', '--port', '0'], { env, errors });
      const mine = program;
      service.starts++;
      service.url = mine.ready.url;
      mine.ended.then(({ code, signal }) => {
        if (program !== mine || service.url === undefined) return;
        service.url = undefined;
        service.fell = `ended by itself (${signal ?? code}): ${mine.tail().trim()}`;
      });
    },
    /** SIGKILL. @returns whether it counts: it was alive, and answered just before. */
    async kill() {
      const { url } = service;
      if (!url) return false;
      const serving = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(5_000) }).then(
        ({ ok }) => ok,
        () => false,
      );
      if (!serving || service.fell) return false;
      service.url = undefined;
      program.child.kill('SIGKILL');
      const { signal } = await program.ended;
      if (signal !== 'SIGKILL') return false;
      service.kills++;
      return true;
    },
    /** @returns the exit code. */
    async stop() {
      if (!service.url) return undefined;
      service.url = undefined;
      program.child.kill('SIGTERM');
      return (await program.ended).code;
    },
  };
  return service;
}
