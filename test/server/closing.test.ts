/** The end of a service, and a store without room: nothing is lost, and everybody is told. */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { troubleOf } from '../../src/server/storage.js';
import { listen } from '../../src/server.js';
import { plainVisit } from '../support/visit.js';
import { closeWorlds, startWorld } from '../support/world.js';

const folders: string[] = [];
afterEach(async () => {
  await closeWorlds();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function storeFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'satusehat-end-'));
  folders.push(folder);
  return join(folder, 'data/satusehat.db');
}

describe('a service that closes', () => {
  it('answers those that wait for a silent platform, and closes the store behind them', async () => {
    const world = await startWorld({ delivery: { grace: 200 } });
    let asked = () => {};
    const silent = new Promise<void>((resolve) => {
      asked = resolve;
    });
    world.intercept = () => {
      asked();
      return new Promise(() => {});
    };
    const answer = world.post('/api/encounter', plainVisit(), { prefer: 'wait=60' });
    await silent;
    const closed = world.service.close();
    expect(await answer).toMatchObject({ status: 202, body: { status: 'queued' } });
    await closed;
    const late = await world.post('/api/encounter', plainVisit({ no_registrasi: 'TERLAMBAT' }));
    expect(late).toMatchObject({ status: 503, body: { code: 'OVERLOADED' } });
    expect(late.headers.get('retry-after')).toBe('5');
    expect(world.log.filter(({ event }) => event === 'bug')).toEqual([]);
  });
});

/** With the database that the service works on, to take its room away. */
async function startOnDatabase() {
  const opened: DatabaseSync[] = [];
  const { exec } = DatabaseSync.prototype;
  vi.spyOn(DatabaseSync.prototype, 'exec').mockImplementation(function (this: DatabaseSync, text) {
    exec.call(this, text);
    if (text.includes('journal_mode = WAL')) opened.push(this);
  });
  const world = await startWorld({ store: `sqlite:${storeFile()}` });
  return { world, database: opened[0] };
}

describe('a store without room', () => {
  it('is told from a bug, named in the log, and taken again when there is room', async () => {
    const { world, database } = await startOnDatabase();
    const ready = async () =>
      (await world.service.fetch(new Request('http://service.invalid/readyz'))).status;
    const visit = plainVisit({ keluhan_utama: 'x'.repeat(4_000) });
    database?.exec('PRAGMA max_page_count = 1');
    const full = await world.post('/api/encounter', visit);
    expect(full).toMatchObject({ status: 503, body: { code: 'OVERLOADED' } });
    expect(full.body.message).toContain('penuh');
    expect(full.headers.get('retry-after')).toBe('60');
    expect(world.log).toContainEqual(expect.objectContaining({ event: 'bug', reason: 'SQLITE 13' }));
    expect(await ready()).toBe(503);
    database?.exec('PRAGMA max_page_count = 1000000');
    expect(await ready()).toBe(200);
    expect(await world.post('/api/encounter', visit)).toMatchObject({ status: 200 });
    expect(world.sandbox.stats().resources.Encounter).toBe(1);
  });

  it('is told of once, however many meet it', async () => {
    const { world, database } = await startOnDatabase();
    database?.exec('PRAGMA max_page_count = 1');
    const visit = (n: number) => plainVisit({ no_registrasi: `P-${n}`, keluhan_utama: 'x'.repeat(4_000) });
    const answers = await Promise.all([1, 2, 3, 4].map((n) => world.post('/api/encounter', visit(n))));
    expect(answers.map(({ body }) => body.code)).toEqual(Array(4).fill('OVERLOADED'));
    expect(world.log.filter(({ event }) => event === 'bug').map(({ reason }) => reason)).toEqual([
      'SQLITE 13',
    ]);
  });

  it.skipIf(process.platform === 'win32')('is for its owner alone', async () => {
    const file = storeFile();
    await startWorld({ store: `sqlite:${file}` });
    const rights = (name: string) => (statSync(name).mode & 0o777).toString(8);
    const all = ['', '-wal', '-shm', '.lock'].map((end) => rights(file + end));
    expect([rights(join(file, '..')), ...all]).toEqual(['700', '600', '600', '600', '600']);
  });
});

it.each<[object, string | undefined]>([
  [{ code: 'ECONNREFUSED' }, 'away'],
  [{ code: '57P01' }, 'away'],
  [{ code: '08006' }, 'away'],
  [{ message: 'Connection terminated unexpectedly' }, 'away'],
  [{ code: '53100' }, 'full'],
  [{ code: '23505' }, undefined],
  [{ code: '42P01' }, undefined],
])('%o of a database means %s', (error, trouble) => {
  expect(troubleOf(Object.assign(new Error('x', {}), error))).toBe(trouble);
  expect(troubleOf(new Error('outside', { cause: Object.assign(new Error('x'), error) }))).toBe(trouble);
});

describe('plain HTTP', () => {
  it('of those that are not let in is answered, and reaches nothing', async () => {
    let reached = 0;
    const app = { fetch: async () => Response.json(++reached) };
    const asked: string[] = [];
    const allowed = new Set<string>();
    const insecure = (address: string) => asked.push(address) > 0 && allowed.has(address);
    const server = await listen(app, 0, '127.0.0.1', { insecure });
    try {
      const refused = await fetch(server.url);
      expect([refused.status, await refused.json()]).toMatchObject([403, { code: 'IP_NOT_ALLOWED' }]);
      expect([asked, reached]).toEqual([['127.0.0.1'], 0]);
      allowed.add('127.0.0.1');
      expect(await (await fetch(server.url)).json()).toBe(1);
    } finally {
      await server.close();
    }
  });
});
