/**
 * The SQLite file survives a SIGKILL at any point of an acceptance: a process accepts submissions as fast as it can and
 * is killed at a moment of the seed; then every log_id that it had printed must be in the file, and the file whole.
 *
 *   node scripts/chaos/kill-points.mjs [--kills 200] [--seed N] [--json]
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { enableCompileCache, flushCompileCache } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createRandom } from './random.mjs';

/** Files at the same time, each with its own processes. */
const FILES = 2;
/** Kills after which a file is looked at no more: it grows, and every start reads all of it. */
const PER_FILE = 50;
/** A kill comes after so many acceptances at most, and so many milliseconds later. */
const MOST_ACCEPTED = 30;
const MOST_LATER = 4;

const acceptor = fileURLToPath(new URL('acceptor.mjs', import.meta.url));
const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
    json: { type: 'boolean', default: false },
  },
});
const seed = Number(values.seed);
const folder = mkdtempSync(join(tmpdir(), 'satusehat-kills-'));
// Who is killed leaves no compiled code behind; this process does, for all that follow.
const compiled = join(folder, 'compiled');
enableCompileCache(compiled);
const { openService, request } = await import('./kill-points-service.mjs');
flushCompileCache();
console.log(`kill points  seed ${seed}`);
const began = Date.now();
const random = createRandom(seed);
const points = Array.from({ length: Number(values.kills) }, () => ({
  accepted: random.between(0, MOST_ACCEPTED),
  later: random() * MOST_LATER,
}));
const problems = [];
const total = { kills: 0, accepted: 0, unheard: 0 };

const running = new Set();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});
await Promise.all(Array.from({ length: FILES }, (_, lane) => killAll(lane)));

const ok = problems.length === 0;
const seconds = ((Date.now() - began) / 1000).toFixed(1);
console.log(
  `${total.kills} kills in ${seconds} s, ${total.accepted} acceptances told, ${total.unheard} kept and not told any more`,
);
for (const { what, logIds } of problems.slice(0, 20)) console.log(`  ${what} ${logIds?.join(' ') ?? ''}`);
console.log(
  ok ? 'Every one is there, and every file is whole.' : `NOT CLEAN; kept for looking into: ${folder}`,
);
if (ok) rmSync(folder, { recursive: true, force: true });
if (values.json) {
  const lost = problems.reduce((sum, { logIds = [] }) => sum + logIds.length, 0);
  console.log(JSON.stringify({ ok, seed, kills: total.kills, accepted: total.accepted, lost, problems }));
}
process.exit(ok ? 0 : 1);

/** One lane: takes points until there are none. */
async function killAll(lane) {
  let next = start();
  let known = new Set();
  for (let round = 0; points.length > 0; round++) {
    if (round % PER_FILE === 0) known = new Set();
    const file = join(folder, `${lane}-${Math.floor(round / PER_FILE)}.db`);
    const child = next;
    const told = await killAt(child, file, points.shift());
    // The next one loads its modules while this file is looked at.
    next = points.length > 0 ? start() : undefined;
    for (const logId of told) known.add(logId);
    total.kills++;
    total.accepted += told.length;
    await check(file, told, known, points.length === 0 || (round + 1) % PER_FILE === 0);
  }
  next?.process.kill('SIGKILL');
}

function start() {
  const child = spawn(process.execPath, [acceptor], {
    env: { ...process.env, NODE_COMPILE_CACHE: compiled },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  running.add(child);
  child.on('close', () => running.delete(child));
  return { process: child };
}

/** @returns the log_ids that were told before it died. */
async function killAt({ process: child }, file, { accepted, later }) {
  child.stdin.write(`${JSON.stringify([file])}\n`);
  let text = '';
  let aimed = false;
  const signal = await new Promise((resolve) => {
    child.stdout.on('data', (chunk) => {
      text += chunk;
      // The first line says that it is open.
      if (aimed || text.split('\n').length - 2 < accepted) return;
      aimed = true;
      // A timer is too coarse for a part of a millisecond.
      const at = performance.now() + later;
      while (performance.now() < at);
      child.kill('SIGKILL');
    });
    child.on('close', (_, by) => resolve(by));
  });
  if (signal !== 'SIGKILL') problems.push({ what: 'an acceptor ended by itself' });
  // What is not a whole line was cut off by the kill, and told to nobody.
  return text.split('\n').slice(1, -1);
}

/** Opens the file as the next process of the service would. @param all looks for everything it was ever told. */
async function check(file, told, known, all) {
  const service = await openService(file);
  try {
    const wanted = all ? [...known] : told;
    const missing = [];
    for (const logId of wanted) {
      const response = await service.fetch(request('GET', `/api/log/${logId}`));
      if (response.status !== 200 || (await response.json()).log_id !== logId) missing.push(logId);
    }
    if (missing.length > 0) problems.push({ what: 'told, and not there:', logIds: missing });
  } finally {
    await service.close();
  }
  const database = new DatabaseSync(file, { readOnly: true });
  const [first] = Object.values(database.prepare('pragma integrity_check').get());
  if (first !== 'ok') problems.push({ what: `integrity_check of ${file}: ${first}` });
  if (all) total.unheard += database.prepare('select count(*) as n from submissions').get().n - known.size;
  database.close();
}
