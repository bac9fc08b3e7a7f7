/** Things that are not on every machine: what is missing skips loudly, and fails under REQUIRE_ALL=1. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The folder of recorded facts, or undefined with a loud line. REQUIRE_ALL does not ask for it: the recordings
 * carry no licence and are not everywhere.
 */
export function oracles(): string | undefined {
  const folder = process.env.SATUSEHAT_ORACLES;
  if (folder && existsSync(join(folder, 'rawat-jalan'))) return folder;
  shout('recorded platform data not found; set SATUSEHAT_ORACLES to its folder');
  return undefined;
}

/** True when PHP with cURL is there. */
export function php(): boolean {
  const run = spawnSync('php', ['-r', 'exit(function_exists("curl_init") ? 0 : 1);']);
  if (run.status === 0) return true;
  const missing = 'PHP with cURL not found; install php-cli and php-curl';
  if (process.env.REQUIRE_ALL === '1') throw new Error(missing);
  shout(missing);
  return false;
}

/** The folder whose node_modules hold the frameworks too heavy for everybody, or undefined with a loud line. */
export function frameworks(): string | undefined {
  const folder = fileURLToPath(new URL('../package/', import.meta.url));
  if (existsSync(join(folder, 'node_modules/next'))) return folder;
  const missing = 'Next.js not found; npm install --prefix test/package';
  if (process.env.REQUIRE_ALL === '1') throw new Error(missing);
  shout(missing);
  return undefined;
}

/** Where Chromium is, or undefined with a loud line. */
export function chromium(): string | undefined {
  const path = [process.env.CHROMIUM ?? '', '/usr/bin/chromium'].find((file) => existsSync(file));
  if (path) return path;
  const missing = 'Chromium not found; install chromium, or set CHROMIUM to its path';
  if (process.env.REQUIRE_ALL === '1') throw new Error(missing);
  shout(missing);
  return undefined;
}

/** Where `script` of util-linux is, which gives a program a terminal, or undefined with a loud line. */
export function terminal(): string | undefined {
  const path = '/usr/bin/script';
  if (process.platform === 'linux' && existsSync(path)) return path;
  const missing = 'script of util-linux not found; install bsdutils';
  if (process.env.REQUIRE_ALL === '1') throw new Error(missing);
  shout(missing);
  return undefined;
}

/** The program of another runtime, or undefined with a loud line. @param name as in test/package/package.json. */
export function runtime(name: string, file: string): string | undefined {
  const path = fileURLToPath(new URL(`../package/node_modules/${name}/${file}`, import.meta.url));
  if (existsSync(path)) return path;
  const missing = `${name} not found; npm install --prefix test/package`;
  if (process.env.REQUIRE_ALL === '1') throw new Error(missing);
  shout(missing);
  return undefined;
}

function shout(what: string): void {
  process.stderr.write(`\n*** SKIPPED: ${what} ***\n\n`);
}
