#!/usr/bin/env node
// Starts the command line. In a clone of the repository it builds first when needed, and uses the Node that the
// project brings along when the system's is too old.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const [major, minor] = process.versions.node.split('.').map(Number);
const newEnough = (major === 22 && minor >= 18) || (major === 24 && minor >= 2) || major > 24;
const ownNode = at('../node_modules/.bin/node');

if (newEnough) {
  if (existsSync(at('../src')) && existsSync(at('../scripts/build.mjs'))) {
    await (await import('../scripts/build.mjs')).ensureBuild();
  }
  await import('../dist/cli.js');
} else if (existsSync(ownNode)) {
  const child = spawn(ownNode, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
} else {
  console.error(
    `satusehat memerlukan Node 22.18 atau lebih baru (24.2 untuk Node 24); ini ${process.version}.`,
  );
  process.exit(1);
}
