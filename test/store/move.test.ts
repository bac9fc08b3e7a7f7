/** A store's copies and its ways to another database, with a service before and after. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { createSandbox, type Sandbox } from '../../src/sandbox.js';
import { backupStore, MoveError, moveStore, StoreInUseError, StoreMovedError } from '../../src/server.js';
import * as copying from '../../src/store/copy.js';
import { openPostgresStore } from '../../src/store/postgres.js';
import { openSqliteStore } from '../../src/store/sqlite.js';
import { createVault } from '../../src/store/vault.js';
import { hypertension } from '../support/clinical.js';
import { database, dropDatabases, postgres } from '../support/postgres.js';
import { thrownBy } from '../support/thrown.js';
import { guideVisit, plainVisit } from '../support/visit.js';
import { closeWorlds, KEY, startWorld, type World } from '../support/world.js';

const real = postgres();
const folders: string[] = [];
function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'satusehat-move-'));
  folders.push(folder);
  return folder;
}
const tempFile = async () => `sqlite:${join(tempFolder(), 'satusehat.db')}`;

afterEach(async () => {
  await closeWorlds();
  vi.restoreAllMocks();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});
afterAll(dropDatabases);

async function openAt(address: string) {
  const vault = createVault(KEY);
  return address.startsWith('sqlite:')
    ? openSqliteStore(address.slice('sqlite:'.length), vault)
    : (await openPostgresStore({ url: address, vault, onBug() {} })).store;
}

/** The platform knows nothing of duplicates: only the service's own care keeps things single. */
const platform = () => createSandbox({ refuseDuplicates: [] });

const away = async () => new Response('{}', { status: 503 });
const another = (day: number) => ({
  ...guideVisit(),
  tanggal_kunjungan: `2024-03-0${day}T08:30:00Z`,
  tanggal_selesai: null,
});

/** One of each: sent with a diagnosis behind it, failed, waiting with one held behind it. */
async function fill(world: World) {
  const { client } = world;
  const sent = await client.kirimEncounter(guideVisit());
  const failed = await thrownBy(client.kirimEncounter(plainVisit({ poli: '999999' })));
  world.intercept = away;
  const waiting = await client.kirimEncounter(another(1), { wait: 0 });
  const held = await client.kirimDiagnosis(
    hypertension(waiting.log_id ?? '', { tanggal_diagnosis: '2024-03-01T09:00:00Z' }),
    { wait: 0 },
  );
  await vi.waitFor(async () => {
    expect((await client.getLog(waiting.log_id ?? '')).data.state).toBe('waiting');
    expect((await client.getLog(held.log_id ?? '')).data.state).toBe('held');
  }, 20_000);
  return { sent, failed, waiting, held };
}

/** Its time would come in an hour. */
async function sendWaiting(world: World, { waiting, held }: Awaited<ReturnType<typeof fill>>) {
  await world.post(`/api/log/${waiting.log_id}/resend`, {});
  for (const { log_id = '' } of [waiting, held]) {
    await vi.waitFor(
      async () => expect((await world.client.getLog(log_id)).data).toMatchObject({ state: 'sent' }),
      20_000,
    );
  }
}

/** Everything is there, goes on from there, and nothing went twice. */
async function expectWhole(world: World, sandbox: Sandbox, filled: Awaited<ReturnType<typeof fill>>) {
  const { client } = world;
  expect(await client.kirimEncounter(guideVisit())).toEqual(filled.sent);
  expect((await client.getLog(filled.failed?.logId ?? '')).data).toMatchObject({ state: 'failed' });
  await sendWaiting(world, filled);
  expect((await client.kirimEncounter(another(2))).status).toBe('success');
  const [newest] = await world.service.list({ limit: 1 });
  expect(newest?.cursor).toBeGreaterThan(4);
  expect(sandbox.stats()).toMatchObject({
    duplicates: { byIdentifier: 0 },
    resources: { Encounter: 3 },
  });
}

const ways: [string, string, boolean][] = [
  ['sqlite', 'sqlite', true],
  ['sqlite', 'postgres', real],
  ['postgres', 'sqlite', real],
];

describe.each(ways)('from %s to %s', (a, b, possible) => {
  const address = (kind: string) => (kind === 'sqlite' ? tempFile() : database());

  it.skipIf(!possible)('everything goes along and goes on, once; the old one is closed', async () => {
    const sandbox = platform();
    const [from, to] = [await address(a), await address(b)];
    const filled = await fill(await startWorld({ store: from, sandbox }));
    await expect(moveStore(from, to)).rejects.toThrow(StoreInUseError);
    await closeWorlds();

    expect(await moveStore(from, to)).toEqual({ submissions: 4, already: false });
    await expect(startWorld({ store: from, sandbox })).rejects.toThrow(StoreMovedError);
    expect(await moveStore(from, to)).toEqual({ submissions: 4, already: true });
    await expectWhole(await startWorld({ store: to, sandbox }), sandbox, filled);
    await closeWorlds();

    // And the way back, into the one that was left.
    expect(await moveStore(to, from)).toEqual({ submissions: 5, already: false });
    await expect(startWorld({ store: to, sandbox })).rejects.toThrow(StoreMovedError);
    const back = await startWorld({ store: from, sandbox });
    expect(await back.client.kirimEncounter(guideVisit())).toEqual(filled.sent);
    expect(sandbox.stats()).toMatchObject({ resources: { Encounter: 3 } });
  });

  it.skipIf(!possible)('cut off half way, neither can be used until it was done again', async () => {
    const sandbox = platform();
    const [from, to] = [await address(a), await address(b)];
    const filled = await fill(await startWorld({ store: from, sandbox }));
    await closeWorlds();
    const half = vi.spyOn(copying, 'copyRows').mockImplementationOnce(async (source, target, change) => {
      const row = await source.selectFrom('submissions').selectAll().limit(1).executeTakeFirstOrThrow();
      await target.insertInto('submissions').values(change(row)).execute();
      throw new Error('power');
    });
    await expect(moveStore(from, to)).rejects.toThrow('power');
    for (const store of [from, to]) {
      await expect(startWorld({ store, sandbox })).rejects.toThrow('cut off');
    }
    half.mockRestore();
    expect(await moveStore(from, to)).toEqual({ submissions: 4, already: false });
    await expectWhole(await startWorld({ store: to, sandbox }), sandbox, filled);
  });

  it.skipIf(!possible)('what somebody had in hand is due again, and its outcome unknown', async () => {
    const [from, to] = [await address(a), await address(b)];
    const before = await openAt(from);
    const given = (logId: string) => ({
      ...{ logId, clinic: 'A', endpoint: 'kirimEncounter', idempotencyKey: logId, digest: logId },
      payload: {},
      now: 1_000,
    });
    await before.accept(given('due'));
    await before.accept(given('in hand'));
    await before.change('in hand', { state: 'sending', nextTry: null }, 2_000);
    await before.close();
    await moveStore(from, to, 5_000);
    const after = await openAt(to);
    expect(await after.find('due')).toMatchObject({ state: 'queued', unknownSince: null });
    expect(await after.find('in hand')).toMatchObject({ state: 'waiting', unknownSince: 5_000 });
    expect(await after.due(5_000, 10)).toEqual(expect.arrayContaining(['due', 'in hand']));
    await after.close();
  });

  it.skipIf(!possible)('another store is never overwritten', async () => {
    const sandbox = platform();
    const [from, to] = [await address(a), await address(b)];
    for (const store of [from, to]) {
      const world = await startWorld({ store, sandbox });
      await world.client.kirimEncounter(guideVisit());
      await closeWorlds();
    }
    const refused = moveStore(from, to);
    await expect(refused).rejects.toThrow(MoveError);
    await expect(refused).rejects.toMatchObject({ reason: 'occupied' });
    for (const store of [from, to]) await startWorld({ store, sandbox });
  });
});

describe.each([
  ['sqlite', true],
  ['postgres', real],
])('a copy of %s', (kind, possible) => {
  it.skipIf(!possible)('is made while the service works, and brings back what it held', async () => {
    const sandbox = platform();
    const store = await (kind === 'sqlite' ? tempFile() : database());
    const world = await startWorld({ store, sandbox });
    const filled = await fill(world);
    const file = join(tempFolder(), 'cadangan.db');
    expect(await backupStore(store, file)).toEqual({ submissions: 4, already: false });
    expect(readdirSync(join(file, '..'))).toEqual(['cadangan.db']);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'latin1')).not.toContain(guideVisit().nik_pasien);
    await expect(backupStore(store, file)).rejects.toMatchObject({ reason: 'occupied' });

    // What waited goes after the copy was made.
    world.intercept = undefined;
    await sendWaiting(world, filled);
    const books = sandbox.stats();
    await closeWorlds();
    const restored = await startWorld({ store: `sqlite:${file}`, sandbox });
    expect((await restored.client.getLog(filled.waiting.log_id ?? '')).data.state).not.toBe('sent');
    await sendWaiting(restored, filled);
    expect(sandbox.stats().resources).toEqual(books.resources);
    expect(sandbox.stats().writes).toBe(books.writes);
    expect(await restored.client.kirimEncounter(guideVisit())).toEqual(filled.sent);
  });

  it.skipIf(!possible)('what went after it was made is found, whoever sends it again', async () => {
    const sandbox = platform();
    const store = await (kind === 'sqlite' ? tempFile() : database());
    const world = await startWorld({ store, sandbox });
    const refused = { ...guideVisit(), poli: '999999' };
    const failed = await thrownBy(world.client.kirimEncounter(refused));
    const file = join(tempFolder(), 'cadangan.db');
    await backupStore(store, file);
    const mend = (one: World) => one.post(`/api/log/${failed?.logId}/resend`, guideVisit());
    const later = { ...another(3), no_registrasi: 'REG-SESUDAH' };
    const diagnosis = (one: World, id = '') =>
      one.client.kirimDiagnosis(hypertension(id, { tanggal_diagnosis: '2024-03-03T09:00:00Z' }));
    const everything = async (one: World) => {
      expect((await mend(one)).body.status).toBe('success');
      const { encounter_id } = await one.client.kirimEncounter(later);
      await diagnosis(one, encounter_id);
    };
    await everything(world);
    const unnumbered = await world.client.kirimEncounter(another(4));
    const { resources, writes } = sandbox.stats();
    await closeWorlds();
    const restored = await startWorld({ store: `sqlite:${file}`, sandbox });
    await everything(restored);
    expect(await thrownBy(restored.client.kirimEncounter(another(4)))).toMatchObject({
      code: 'DUPLICATE',
      details: { id: unnumbered.encounter_id },
    });
    expect(
      (
        await restored.client.kirimDiagnosis(
          hypertension(unnumbered.encounter_id ?? '', {
            tanggal_diagnosis: '2024-03-04T09:00:00Z',
            kode_icd10: 'E11.9',
          }),
        )
      ).status,
    ).toBe('success');
    const { Condition = 0 } = resources;
    expect(sandbox.stats()).toMatchObject({
      resources: { ...resources, Condition: Condition + 1 },
      writes: writes + 2,
      duplicates: { byIdentifier: 0 },
    });
  });

  it.skipIf(!possible)('two made at once are two, or one is refused: never half of one', async () => {
    const store = await (kind === 'sqlite' ? tempFile() : database());
    await fill(await startWorld({ store, sandbox: platform() }));
    const folder = tempFolder();
    const file = join(folder, 'cadangan.db');
    const made = await Promise.allSettled([1, 2, 3].map(() => backupStore(store, file)));
    expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const one of made) {
      if (one.status === 'rejected') expect(one.reason).toMatchObject({ reason: 'occupied' });
    }
    expect(readdirSync(folder)).toEqual(['cadangan.db']);
    const copy = new DatabaseSync(file, { readOnly: true });
    expect(copy.prepare('select count(*) as count from submissions').get()).toEqual({ count: 4 });
    copy.close();
  });

  it.skipIf(!possible)('is not put over what is newer', async () => {
    const sandbox = platform();
    const address = () => (kind === 'sqlite' ? tempFile() : database());
    const [a, b] = [await address(), await address()];
    const world = await startWorld({ store: a, sandbox });
    await world.client.kirimEncounter(guideVisit());
    const copy = join(tempFolder(), 'cadangan.db');
    await backupStore(a, copy);
    await world.client.kirimEncounter(another(5));
    await closeWorlds();
    await moveStore(a, b);
    await expect(moveStore(`sqlite:${copy}`, a)).rejects.toMatchObject({ reason: 'occupied' });
    await expect(moveStore(`sqlite:${copy}`, b)).resolves.toMatchObject({ already: true });
    expect(await moveStore(b, a)).toEqual({ submissions: 2, already: false });
  });

  it.skipIf(!possible)('can be moved on', async () => {
    const sandbox = platform();
    const store = await (kind === 'sqlite' ? tempFile() : database());
    const filled = await fill(await startWorld({ store, sandbox }));
    const file = join(tempFolder(), 'cadangan.db');
    await backupStore(store, file);
    await closeWorlds();
    const to = await (kind === 'sqlite' ? tempFile() : database());
    expect(await moveStore(`sqlite:${file}`, to)).toMatchObject({ submissions: 4 });
    await expectWhole(await startWorld({ store: to, sandbox }), sandbox, filled);
  });
});

describe.skipIf(!real)('two moves into one database at once', () => {
  it('are one: the other is told so, and everything is there', async () => {
    const [from, to] = [await database(), await database()];
    await fill(await startWorld({ store: from, sandbox: platform() }));
    await closeWorlds();
    const both = await Promise.allSettled([moveStore(from, to), moveStore(from, to)]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    for (const one of both) {
      if (one.status === 'rejected') expect(one.reason).toBeInstanceOf(StoreInUseError);
    }
    expect(await moveStore(from, to)).toEqual({ submissions: 4, already: true });
  });
});

describe('addresses', () => {
  it.each([
    ['nothing is there', 'sqlite:/nonexistent/satusehat.db', 'absent'],
    ['memory', 'sqlite::memory:', 'address'],
    ['another database', 'mysql://root:rahasia@localhost/x', 'address'],
  ])('%s: refused, without its password', async (_, from, reason) => {
    const to = await tempFile();
    const error = await moveStore(from, to).catch((thrown) => thrown);
    expect(error).toMatchObject({ name: 'MoveError', reason });
    expect(error.message).not.toContain('rahasia');
    expect(existsSync(to.slice('sqlite:'.length))).toBe(false);
    await expect(backupStore(from, join(tempFolder(), 'x.db'))).rejects.toMatchObject({ reason });
  });

  it('the same twice is refused', async () => {
    const store = await tempFile();
    await startWorld({ store });
    await closeWorlds();
    await expect(moveStore(store, store)).rejects.toMatchObject({ reason: 'same' });
  });
});
