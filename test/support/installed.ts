/** The examples as a user has them: copied, the package installed as its tarball holds it, run by their own scripts. */
import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { type Program, root, watch } from './program.js';

/** Beneath it, what examples need is found: frameworks here, the rest at the root. Git knows the folder as built. */
const home = join(root, 'test/package');

export interface Installed {
  /** With a slash at the end. */
  folder: string;
  remove(): void;
}

/** @param names of examples, e.g. `browser/vite`; default all. */
export function installExamples(names = ['.']): Installed {
  const folder = mkdtempSync(join(home, 'dist.examples-'));
  for (const name of names) cpSync(join(root, 'examples', name), join(folder, name), { recursive: true });
  // A copy, as an install makes it: a link would lead out of node_modules, and into what bundlers make.
  const modules = join(folder, 'node_modules');
  for (const part of ['dist', 'bin', 'package.json']) {
    cpSync(join(root, part), join(modules, 'satusehat-sdk', part), { recursive: true });
  }
  mkdirSync(join(modules, '.bin'));
  symlinkSync('../satusehat-sdk/bin/satusehat.mjs', join(modules, '.bin/satusehat'));
  return {
    folder: `${folder}/`,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function scriptsOf(folder: string): Record<string, string> {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).scripts;
}

/** A script of a package.json, as `npm run` starts it; its last command gets the signals. */
export function runScript(folder: string, name: string, env: Record<string, string> = {}): Program {
  const script = scriptsOf(folder)[name];
  if (!script) throw new Error(`${folder} has no script ${name}`);
  const { npm_command, ...plain } = process.env;
  const bins = ['node_modules', '../node_modules', '../../node_modules'].map((up) =>
    join(folder, up, '.bin'),
  );
  const path = [
    dirname(process.execPath),
    ...bins,
    join(root, 'node_modules/.bin'),
    join(home, 'node_modules/.bin'),
  ];
  const child: ChildProcess = spawn('sh', ['-c', script.replace(/(?<=&& )(?!.*&& )|^(?!.*&& )/, 'exec ')], {
    cwd: folder,
    env: { ...plain, PATH: [...path, process.env.PATH].join(delimiter), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  return watch(child);
}
