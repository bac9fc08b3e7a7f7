/**
 * Looks through what a run left behind, output and files, for who the made-up patients are and for secrets of the tests.
 *
 *   node scripts/scan.mjs FILE-OR-FOLDER…     exits 1 when it finds something; says where, never what
 */
import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const seed = readFileSync(new URL('../src/sandbox/seed.ts', import.meta.url), 'utf8');
const all = (pattern) => [...seed.matchAll(pattern)].map(([, text]) => text);

/** Everybody in the sandbox, those that tests make up, and keys. Its published credential is no secret. */
const SECRETS = [
  ...all(/nik: '(\d{16})'/g),
  ...all(/name: '([^']{6,})'/g).filter((name) => !/^(Klinik|Ruang|Poli)/.test(name)),
  '3201010101990003',
  '3201010101990077',
  'a1'.repeat(32),
  'b2'.repeat(32),
  'kata sandi pengelola',
];

const found = [];
for (const start of process.argv.slice(2)) look(start);
if (found.length > 0) {
  for (const { file, count } of found) console.error(`${file}: ${count} identities or secrets`);
  process.exitCode = 1;
} else console.log('nothing of anybody in what was left behind');

function look(path) {
  if (!existsSync(path)) return;
  const stat = lstatSync(path);
  if (stat.isDirectory()) {
    for (const name of readdirSync(path)) look(join(path, name));
    return;
  }
  if (!stat.isFile()) return;
  const text = readFileSync(path, 'latin1');
  const utf8 = SECRETS.map((secret) => Buffer.from(secret).toString('latin1'));
  const count = utf8.filter((secret) => text.includes(secret)).length;
  if (count > 0) found.push({ file: path, count });
}
