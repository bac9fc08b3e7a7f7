/** The package as it would be published: packed, and installed by npm into a folder that has nothing else. */
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../support/program.js';

export interface Packed {
  /** A folder with the package in its node_modules. */
  app: string;
  tarball: string;
  /** Where the package is installed. */
  installed: string;
  /** Bytes of the tarball, and of what is in it. */
  size: number;
  unpackedSize: number;
  /** Paths of the files in it. */
  files: string[];
}

interface Described {
  filename: string;
  size: number;
  unpackedSize: number;
  files: { path: string }[];
}

/** @param beside what an app installs next to it, by name; the versions are those of this repository. */
export function install(beside: string[] = []): Packed {
  const app = realpathSync(mkdtempSync(join(tmpdir(), 'satusehat-pack-')));
  const npm = (args: string[], cwd: string) =>
    execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const described: unknown = JSON.parse(
    npm(['pack', '--json', '--ignore-scripts', '--pack-destination', app], root),
  );
  const [one] = Array.isArray(described) ? described : Object.values(described as object);
  const { filename, size, unpackedSize, files } = one as Described;
  const tarball = join(app, filename);
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  writeFileSync(join(app, 'package.json'), '{ "private": true }');
  const others = beside.map((name) => `${name}@${devDependencies[name]}`);
  npm(
    ['install', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts', tarball, ...others],
    app,
  );
  const installed = join(app, 'node_modules/satusehat-sdk');
  return { app, tarball, installed, size, unpackedSize, files: files.map(({ path }) => path) };
}

/** What a program prints as JSON, or an error with what it said. */
export function ask(command: string[], cwd: string, env: Record<string, string> = {}): Promise<unknown> {
  const [file = '', ...args] = command;
  return new Promise((resolve, reject) => {
    const options = { cwd, env: { ...process.env, ...env }, timeout: 60_000 };
    execFile(file, args, options, (error, stdout, stderr) => {
      if (error) reject(new Error(`${command.join(' ')}: ${error.message}\n${stdout}\n${stderr}`));
      else resolve(JSON.parse(stdout));
    });
  });
}
