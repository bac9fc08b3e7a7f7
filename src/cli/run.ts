import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { UsageError } from './usage.js';

/**
 * Runs a command with this terminal until it ends, and passes on the signal to stop.
 *
 * @param env over this process's own; undefined takes a variable away. @returns its exit code.
 */
export function run(
  [file = '', ...args]: readonly string[],
  env: NodeJS.ProcessEnv,
  signal: Promise<NodeJS.Signals>,
): Promise<number> {
  // npm, vite, next and the like are .cmd files there, which only a shell starts.
  const shell = process.platform === 'win32';
  const options = { stdio: 'inherit', shell, env: { ...process.env, ...env } } as const;
  const child = shell ? spawn([file, ...args].map(quoted).join(' '), options) : spawn(file, args, options);
  // A second signal ends this process at once: nothing is left running.
  const leave = () => child.kill('SIGKILL');
  process.on('exit', leave);
  signal.then((name) => {
    // A terminal tells everybody in it of Ctrl-C; told twice, many programs end at once.
    if (name !== 'SIGINT' || !process.stdin.isTTY) child.kill(name);
  });
  return new Promise<number>((resolve, reject) => {
    child.on('error', (error) => {
      reject(new UsageError(`${file} tidak dapat dijalankan`, { cause: error }));
    });
    child.on('exit', (code, by) => resolve(code ?? 128 + constants.signals[by ?? 'SIGKILL']));
  }).finally(() => process.off('exit', leave));
}

function quoted(word: string): string {
  return /[\s"&|<>^()]/.test(word) ? `"${word.replaceAll('"', '""')}"` : word;
}
