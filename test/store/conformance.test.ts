/** What every store must do: the same cases on SQLite and on PostgreSQL. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createRandom } from '../../src/sandbox/random.js';
import { type Jobs, openPostgresStore } from '../../src/store/postgres.js';
import { WrongKeyError } from '../../src/store/settings.js';
import { openSqliteStore } from '../../src/store/sqlite.js';
import {
  type ListQuery,
  type NewSubmission,
  type State,
  type Store,
  TakenError,
  type Visit,
} from '../../src/store/store.js';
import { createVault, type EncryptionKey } from '../../src/store/vault.js';
import { ask, database, dropDatabases, postgres } from '../support/postgres.js';
import { KEY } from '../support/world.js';

const NIK = '9204014804000002';
const CLINIC = 'KLINIK-001';

interface Bench {
  store: Store;
  /** The log_ids that are to be delivered now, in their order. */
  due(now: number): Promise<string[]>;
  /** Opens the same data again, once it is closed. */
  open(key?: EncryptionKey, previous?: EncryptionKey, next?: string): Promise<void>;
  /** Everything that lies on the disk. */
  dump(): Promise<string>;
  /** As a disk does it that lies. */
  damage(logId: string): Promise<void>;
  close(): Promise<void>;
}

const DAMAGE = `update submissions set payload = substr(payload, 1, 60) where log_id =`;

/** An encounter in progress, with a name in it. */
const visitOf = (visit: string): Visit => ({
  clinic: CLINIC,
  encounterId: 'E1',
  visit,
  encounter: {
    resourceType: 'Encounter',
    status: 'in-progress',
    class: {},
    subject: { display: 'Cl** Si**' },
  },
  end: null,
  disposition: null,
});

async function onSqlite(): Promise<Bench> {
  const folder = mkdtempSync(join(tmpdir(), 'satusehat-store-'));
  const open = (key: EncryptionKey = KEY, previous?: EncryptionKey, next?: string) =>
    openSqliteStore(join(folder, 'satusehat.db'), createVault(key, previous, next));
  const bench: Bench = {
    store: await open(),
    due: (now) => bench.store.due(now, 100),
    async open(...keys) {
      bench.store = await open(...keys);
    },
    async dump() {
      return readdirSync(folder)
        .map((name) => readFileSync(join(folder, name), 'latin1'))
        .join('');
    },
    async damage(logId) {
      const beside = new DatabaseSync(join(folder, 'satusehat.db'));
      beside.exec(`${DAMAGE} '${logId}'`);
      beside.close();
    },
    async close() {
      await bench.store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return bench;
}

const bugs: unknown[] = [];
const openAt = (url: string, key: EncryptionKey = KEY, previous?: EncryptionKey, next?: string) =>
  openPostgresStore({ url, vault: createVault(key, previous, next), onBug: (error) => bugs.push(error) });

async function onPostgres(): Promise<Bench> {
  const url = await database();
  let opened: { store: Store; jobs: Jobs } = await openAt(url);
  const bench: Bench = {
    store: opened.store,
    async due(now) {
      await opened.jobs.sweep(now);
      const jobs = await ask(
        url,
        `select data->>'logId' log_id from satusehat_boss.job order by created_on, id`,
      );
      return jobs.map(({ log_id }) => String(log_id));
    },
    async open(...keys) {
      opened = await openAt(url, ...keys);
      bench.store = opened.store;
    },
    async dump() {
      const tables = await ask(
        url,
        `select format('%I.%I', schemaname, tablename) name from pg_tables where schemaname like 'satusehat%'`,
      );
      const rows = await Promise.all(tables.map(({ name }) => ask(url, `select t::text from ${name} t`)));
      return JSON.stringify(rows);
    },
    async damage(logId) {
      await ask(url, `${DAMAGE.replace('submissions', 'satusehat.submissions')} '${logId}'`);
    },
    close: () => bench.store.close(),
  };
  return bench;
}

const real = postgres();
afterAll(dropDatabases);

let count = 0;
const given = (change: Partial<NewSubmission> = {}): NewSubmission => ({
  logId: crypto.randomUUID(),
  clinic: CLINIC,
  endpoint: 'kirimEncounter',
  idempotencyKey: `key ${++count}`,
  digest: `digest ${count}`,
  payload: { nik_pasien: NIK, keluhan_utama: 'keluhan rahasia' },
  now: 1_000,
  ...change,
});

const result = { id: 'E1', encounterId: 'E1', patientId: 'P1', resources: [] };
const error = { code: 'X', message: 'keluhan rahasia', remedy: '' };

describe.each([
  ['SQLite', onSqlite, true],
  ['PostgreSQL', onPostgres, real],
] as const)('the store on %s', (name, open, there) => {
  const test = it.skipIf(!there);
  let bench: Bench;
  let store: Store;
  beforeEach(async () => {
    if (!there) return;
    bench = await open();
    store = bench.store;
  });
  afterEach(async () => {
    if (there) await bench.close();
    expect(bugs.splice(0)).toEqual([]);
  });

  /** Accepts one. @returns its log_id. */
  const accept = async (change: Partial<NewSubmission> = {}) => {
    const { kind, submission } = await store.accept(given(change));
    expect(kind).toBe('accepted');
    return submission.logId;
  };
  const stateOf = async (logId: string) => (await store.find(logId))?.state;
  /** An encounter, and what hangs on it. */
  const visit = async (hanging: number) => {
    const root = await accept();
    const rest: string[] = [];
    while (rest.length < hanging) rest.push(await accept({ visit: root, endpoint: 'kirimDiagnosis' }));
    return [root, ...rest];
  };
  const lineOf = (logId: string, root: string) => store.line({ logId, clinic: CLINIC, visit: root }, 2_000);

  test('keeps what it accepted over a restart, and lets nothing else open it', async () => {
    const one = given();
    const { submission } = await store.accept(one);
    expect(submission).toMatchObject({ state: 'queued', attempts: 0, visit: one.logId, createdAt: 1_000 });
    await store.close();
    await bench.open();
    store = bench.store;
    const { nextTry, ...kept } = submission;
    expect(await store.find(one.logId)).toMatchObject(kept);
    expect(await bench.due(1_000)).toEqual([one.logId]);
    expect(await store.find('unknown')).toBeUndefined();
    await store.ping();
    await store.close();
    await expect(bench.open('b2'.repeat(32))).rejects.toThrow(WrongKeyError);
    await bench.open();
  });

  test('1,000 concurrent twins make one; another body under the key is a conflict', async () => {
    const twin = given();
    const answers = await Promise.all(
      Array.from({ length: 1_000 }, () => store.accept({ ...twin, logId: crypto.randomUUID() })),
    );
    expect(answers.filter(({ kind }) => kind === 'accepted')).toHaveLength(1);
    expect(new Set(answers.map((answer) => answer.submission.logId)).size).toBe(1);
    expect(await bench.due(1_000)).toHaveLength(1);
    const other = { ...twin, logId: crypto.randomUUID(), digest: 'other' };
    expect((await store.accept(other)).kind).toBe('conflict');
    expect((await store.accept({ ...twin, endpoint: 'kirimDiagnosis' })).kind).toBe('conflict');
    expect((await store.accept({ ...other, clinic: 'KLINIK-002' })).kind).toBe('accepted');
  });

  test('the first of a visit that still has to go blocks the others, in their order of arrival', async () => {
    const [root = '', first = '', second = ''] = await visit(2);
    const stranger = await accept();
    const blockerOf = async (logId: string) => {
      const submission = await store.find(logId);
      return submission && store.blocker(submission);
    };
    expect(await Promise.all([root, first, second, stranger].map(blockerOf))).toEqual([
      undefined,
      root,
      root,
      undefined,
    ]);
    for (const state of ['sending', 'waiting', 'held'] as const) {
      await store.change(root, { state }, 2_000);
      expect(await blockerOf(second)).toBe(root);
    }
    for (const state of ['sent', 'failed', 'void'] as const) {
      await store.change(root, { state }, 2_000);
      expect(await blockerOf(second)).toBe(first);
    }
    expect((await store.ofVisit(CLINIC, root)).map(({ logId }) => logId)).toEqual([root, first, second]);
    expect(await store.ofVisit('KLINIK-002', root)).toEqual([]);
  });

  test('the line of a visit: held behind what has to go first, queued when its turn has come', async () => {
    const [root = '', first = '', second = ''] = await visit(2);
    expect((await lineOf(first, root)).state).toBe('held');
    expect((await lineOf(second, root)).state).toBe('held');
    await store.change(root, { state: 'failed' }, 2_000);
    // A failed encounter holds its visit.
    expect((await lineOf(first, root)).state).toBe('held');
    await store.change(root, { state: 'sent' }, 2_000);
    expect((await lineOf(first, root)).state).toBe('queued');
    expect((await lineOf(second, root)).state).toBe('held');
    await store.change(first, { state: 'failed' }, 2_000);
    expect((await lineOf(second, root)).state).toBe('queued');
    await store.change(second, { state: 'waiting', nextTry: 9 }, 2_000);
    expect(await lineOf(second, root)).toMatchObject({ state: 'waiting', nextTry: 9 });
    await store.change(second, { state: 'sent' }, 2_000);
    expect((await lineOf(second, root)).state).toBe('sent');
  });

  test('releases what is held in a visit, in order, and nothing else', async () => {
    const [root = '', ...rest] = await visit(5);
    const [other = '', held = ''] = await visit(1);
    for (const logId of rest) await lineOf(logId, root);
    await lineOf(held, other);
    await bench.due(2_000);
    const before = (await bench.due(2_000)).length;
    expect(await store.release(CLINIC, root, 2_000)).toEqual(rest);
    expect(await store.release(CLINIC, root, 2_000)).toEqual([]);
    const due = await bench.due(2_000);
    if (name === 'SQLite') expect(due).toEqual([root, other, ...rest]);
    else expect(due.slice(before)).toEqual(rest);
    expect(await stateOf(held)).toBe('held');
  });

  test('no release is lost to one who is put into the line meanwhile', async () => {
    const [root = '', ...rest] = await visit(10);
    const ended = (async () => {
      await store.change(root, { state: 'sent' }, 2_000);
      await store.release(CLINIC, root, 2_000);
    })();
    await Promise.all([ended, ...rest.map((logId) => lineOf(logId, root))]);
    // Whoever is held now is held behind the first, which is not.
    expect(await stateOf(rest[0] ?? '')).toBe('queued');
  });

  test('a corrected body takes the place of a refused one, and its key follows', async () => {
    const one = given();
    const key = { idempotencyKey: one.digest };
    const { submission } = await store.accept({ ...one, ...key });
    const { logId } = submission;
    const body = { payload: { poli: '2' }, digest: 'corrected' };
    expect(await store.rewrite(logId, body, 2_000)).toBeUndefined();
    await store.change(logId, { state: 'failed', error }, 2_000);
    expect(await store.rewrite(logId, { ...body, visit: 'E/9' }, 2_000)).toMatchObject({
      logId,
      payload: { poli: '2' },
      visit: 'E/9',
      state: 'queued',
    });
    // Of two corrections at once, the second finds it under way.
    expect(await store.rewrite(logId, body, 2_000)).toBeUndefined();
    const again = { ...one, logId: crypto.randomUUID(), idempotencyKey: 'corrected', digest: 'corrected' };
    expect(await store.accept(again)).toMatchObject({ kind: 'known', submission: { logId } });
    await store.change(logId, { state: 'failed', result }, 2_000);
    expect(await store.rewrite(logId, body, 2_000)).toBeUndefined();
  });

  test('two corrections that become the same body at once are both kept; one of them has its key', async () => {
    const refused = async () => {
      const one = given();
      await store.accept({ ...one, idempotencyKey: one.digest });
      await store.change(one.logId, { state: 'failed', error }, 2_000);
      return one.logId;
    };
    const both = await Promise.all([refused(), refused()]);
    const body = { payload: { poli: '2' }, digest: 'the same' };
    const written = await Promise.all(both.map((logId) => store.rewrite(logId, body, 3_000)));
    expect(written.map((one) => one?.payload)).toEqual([body.payload, body.payload]);
    const again = { ...given(), idempotencyKey: 'the same', digest: 'the same' };
    const { kind, submission } = await store.accept(again);
    expect(kind).toBe('known');
    expect(both).toContain(submission.logId);
  });

  test('a registration names one visit of a clinic', async () => {
    const registered = (registration: string) => {
      const one = given();
      return { ...one, idempotencyKey: one.logId, digest: one.logId, registration };
    };
    const first = registered('REG-1');
    const kinds = await Promise.all(
      [first, registered('REG-1'), registered('REG-1')].map((one) => store.accept(one)),
    );
    expect(kinds.map(({ kind }) => kind).sort()).toEqual(['accepted', 'registered', 'registered']);
    expect(new Set(kinds.map(({ submission }) => submission.logId)).size).toBe(1);
    expect(await store.accept({ ...registered('REG-1'), clinic: 'KLINIK-002' })).toMatchObject({
      kind: 'accepted',
    });
    expect((await store.registered(first.clinic, 'REG-1'))?.logId).toBe(kinds[0]?.submission.logId);
    expect(await store.registered(first.clinic, 'REG-2')).toBeUndefined();
  });

  test('only a failed one is opened again, by one of many who ask', async () => {
    const logId = await accept();
    await store.change(logId, { state: 'failed', nextTry: null }, 2_000);
    const before = (await bench.due(3_000)).length;
    const all = await Promise.all(Array.from({ length: 20 }, () => store.reopen(logId, 3_000)));
    expect(new Set(all.map(({ state }) => state))).toEqual(new Set(['queued']));
    expect(await bench.due(3_000)).toHaveLength(before + 1);
    await store.change(logId, { state: 'sending' }, 3_000);
    expect((await store.reopen(logId, 3_000)).state).toBe('sending');
  });

  test('nothing is written of a delivery that is no longer its own', async () => {
    const logId = await accept();
    const also = (attempts: number, sending: boolean) => ({
      claim: { attempts, sending },
      attempt: { at: 2_000, outcome: 'sent' as const, code: null },
    });
    await store.change(logId, { state: 'sending' }, 2_000, { claim: { attempts: 0, sending: false } });
    const late = [also(1, true), also(0, false)];
    for (const one of late) {
      await expect(store.change(logId, { state: 'sent' }, 2_000, one)).rejects.toThrow(TakenError);
    }
    expect(await store.attempts(logId)).toEqual([]);
    expect(await stateOf(logId)).toBe('sending');
    await store.change(logId, { state: 'sent', attempts: 1, result, nextTry: null }, 3_000, also(0, true));
    expect(await store.find(logId)).toMatchObject({ state: 'sent', attempts: 1, result, updatedAt: 3_000 });
    expect(await store.attempts(logId)).toEqual([{ at: 2_000, outcome: 'sent', code: null }]);
    await expect(store.change('unknown', { state: 'sent' }, 1)).rejects.toThrow('no such submission');
  });

  test('what is withdrawn is never sent, and what is being sent is not withdrawn', async () => {
    const outcomes = new Set<string>();
    for (let round = 0; round < 20; round++) {
      const logId = await accept();
      const claim = { attempts: 0, sending: false };
      const [sending, withdrawn] = await Promise.all([
        store.change(logId, { state: 'sending' }, 2_000, { claim }).catch(() => undefined),
        store.withdraw(logId, 2_000),
      ]);
      expect([sending, withdrawn].filter(Boolean)).toHaveLength(1);
      outcomes.add((await stateOf(logId)) ?? '');
    }
    for (const state of outcomes) expect(['sending', 'void']).toContain(state);
    const [unknown, partly, failed, held] = [await accept(), await accept(), await accept(), await accept()];
    await store.change(unknown, { state: 'waiting', unknownSince: 1_500 }, 2_000);
    await store.change(partly, { state: 'waiting', result }, 2_000);
    await store.change(failed, { state: 'failed' }, 2_000);
    await store.change(held, { state: 'held' }, 2_000);
    expect(await store.withdraw(unknown, 2_000)).toBeUndefined();
    expect(await store.withdraw(partly, 2_000)).toBeUndefined();
    expect(await store.withdraw(failed, 2_000)).toMatchObject({ state: 'void', nextTry: null });
    expect(await store.withdraw(held, 2_000)).toMatchObject({ state: 'void' });
  });

  test('keeps a visit as it was last seen, by clinic', async () => {
    const one: Visit = {
      clinic: CLINIC,
      encounterId: 'E1',
      visit: 'log',
      encounter: { resourceType: 'Encounter', status: 'in-progress', class: { code: 'AMB' } },
      end: null,
      disposition: null,
    };
    await store.saveVisit(one, 1_000);
    const logId = await accept();
    const after = { ...one, end: '2024-01-15T09:15:00+00:00', disposition: 'home' };
    await store.change(logId, { state: 'sent' }, 2_000, { visit: after });
    expect(await store.visit(CLINIC, 'E1')).toEqual(after);
    expect(await store.visit('KLINIK-002', 'E1')).toBeUndefined();
  });

  test('remembers ids by clinic, for a time', async () => {
    await store.rememberId(CLINIC, 'patient-nik', NIK, { id: 'P1', display: 'Cl** Si**' }, 5);
    expect(await store.knownId(CLINIC, 'patient-nik', NIK, 5)).toEqual({ id: 'P1', display: 'Cl** Si**' });
    expect(await store.knownId(CLINIC, 'patient-nik', NIK, 6)).toBeUndefined();
    expect(await store.knownId('KLINIK-002', 'patient-nik', NIK, 0)).toBeUndefined();
    expect(await store.knownId(CLINIC, 'practitioner-nik', NIK, 0)).toBeUndefined();
    await store.rememberId(CLINIC, 'patient-nik', NIK, { id: 'P2' }, 7);
    expect(await store.knownId(CLINIC, 'patient-nik', NIK, 7)).toEqual({ id: 'P2' });
    await store.forgetIds('KLINIK-002', ['P2']);
    await store.forgetIds(CLINIC, ['P1']);
    expect(await store.knownId(CLINIC, 'patient-nik', NIK, 0)).toEqual({ id: 'P2' });
    await store.forgetIds(CLINIC, ['P2']);
    expect(await store.knownId(CLINIC, 'patient-nik', NIK, 0)).toBeUndefined();
  });

  test('keeps clinics: what is left out of a change stays as it was', async () => {
    await store.putClinic({ code: 'B', config: { nama: 'Klinik rahasia' } }, 1);
    await store.putClinic({ code: 'A', config: {}, active: false, secretDigests: ['one'] }, 2);
    expect((await store.clinics()).map(({ code }) => code)).toEqual(['A', 'B']);
    await store.putClinic({ code: 'A', config: { nama: 'Lain' } }, 3);
    const kept = await store.clinic('A');
    expect(kept).toMatchObject({ active: false, secretDigests: ['one'], createdAt: 2, updatedAt: 3 });
    expect(kept?.config()).toMatchObject({ nama: 'Lain' });
    const change = { active: true, secretDigests: (before: string[]) => ['two', ...before] };
    expect(await store.changeClinic('A', change, 4)).toBe(true);
    expect(await store.clinic('A')).toMatchObject({ active: true, secretDigests: ['two', 'one'] });
    expect(await store.changeClinic('C', change, 4)).toBe(false);
    expect(await store.clinic('C')).toBeUndefined();
  });

  test('hands each webhook call to one who asks, and again when nobody settled it', async () => {
    const logId = await accept();
    for (let index = 0; index < 30; index++) {
      const hook = { id: `${logId}.${index % 20}`, clinic: CLINIC, body: `{"index":${index}}` };
      await store.change(logId, {}, 1_000, { hook });
    }
    expect(await store.nextHook()).toBe(1_000);
    const claimed = await Promise.all(Array.from({ length: 5 }, () => store.claimHooks(1_000, 2_000, 6)));
    expect(new Set(claimed.flat().map(({ id }) => id)).size).toBe(20);
    expect(claimed.flat()).toHaveLength(20);
    expect(await store.claimHooks(1_999, 3_000, 6)).toEqual([]);
    const [first, second, ...rest] = claimed.flat();
    expect(first).toMatchObject({ attempts: 0, body: expect.stringMatching(/^\{"index":\d+\}$/) });
    for (const { id } of rest) await store.settleHook(id, undefined);
    await store.settleHook(first?.id ?? '', { attempts: 1, nextTry: 5_000 });
    expect((await store.claimHooks(2_000, 9_000, 6)).map(({ id }) => id)).toEqual([second?.id]);
    expect(await store.claimHooks(5_000, 9_000, 6)).toMatchObject([{ id: first?.id, attempts: 1 }]);
  });

  test('lists newest first, by clinic, state, endpoint and time', async () => {
    const all: string[] = [];
    const [a, b] = ['kirimEncounter', 'kirimDiagnosis'];
    for (let at = 0; at < 5; at++) all.push(await accept({ now: at, endpoint: at % 2 ? b : a }));
    await accept({ clinic: 'KLINIK-002' });
    await store.change(all[3] ?? '', { state: 'failed', error }, 9);
    const listed = async (query: Parameters<Store['list']>[0]) =>
      (await store.list({ clinic: CLINIC, ...query })).map(({ logId }) => all.indexOf(logId));
    expect(await listed({ limit: 10 })).toEqual([4, 3, 2, 1, 0]);
    expect(await listed({ limit: 10, endpoint: b })).toEqual([3, 1]);
    expect(await listed({ limit: 10, state: 'failed' })).toEqual([3]);
    expect(await listed({ limit: 10, from: 1, to: 3 })).toEqual([2, 1]);
    const page = await store.list({ clinic: CLINIC, limit: 2 });
    expect(page[1]).toMatchObject({ state: 'failed', code: 'X', endpoint: b, createdAt: 3, updatedAt: 9 });
    expect(await listed({ limit: 2, before: page[1]?.cursor })).toEqual([2, 1]);
    expect(await store.list({ limit: 10 })).toHaveLength(6);
  });

  test('says what is due of each clinic, and when the next is', async () => {
    const put = async (clinic: string, nextTry: number) => {
      const logId = await accept({ clinic });
      await store.change(logId, { state: 'waiting', nextTry }, 1);
      return logId;
    };
    const [late, early, other] = [await put(CLINIC, 30), await put(CLINIC, 20), await put('KLINIK-002', 25)];
    expect(await store.nextDue()).toBe(20);
    expect(await store.due(19, 10)).toEqual([]);
    expect(await store.due(30, 10)).toEqual([early, other, late]);
    expect(await store.due(30, 1)).toEqual([early, other]);
    await store.postpone(early, 90);
    expect(await store.due(30, 10)).toEqual([other, late]);
    await store.hurry(10);
    expect(await store.due(10, 10)).toEqual([late, early, other]);
  });

  test('forgets contents of what came to its end, and nothing else', async () => {
    const [sent, waiting] = [await accept(), await accept()];
    await store.change(sent, { state: 'sent', result }, 2_000);
    await store.change(waiting, { state: 'waiting' }, 2_000);
    await store.rememberId(CLINIC, 'patient-nik', NIK, { id: 'P1' }, 2_000);
    await store.rememberId(CLINIC, 'practitioner-sip', 'SIP-1', { id: 'N1' }, 2_000);
    expect(await store.forget(2_000)).toBe(0);
    expect(await store.knownId(CLINIC, 'patient-nik', NIK, 0)).toEqual({ id: 'P1' });
    expect(await store.forget(2_001)).toBe(1);
    expect(await store.find(sent)).toMatchObject({ payload: {}, result, state: 'sent' });
    expect((await store.find(waiting))?.payload).toMatchObject({ nik_pasien: NIK });
    expect(await store.knownId(CLINIC, 'patient-nik', NIK, 0)).toBeUndefined();
    expect(await store.knownId(CLINIC, 'practitioner-sip', 'SIP-1', 0)).toEqual({ id: 'N1' });
  });

  test('after a start: what was held is looked at anew, what was being sent is unknown', async () => {
    const [sending, held] = [await accept(), await accept()];
    await store.change(sending, { state: 'sending', nextTry: null }, 2_000);
    await store.change(held, { state: 'held', nextTry: null }, 2_000);
    await store.recover(3_000);
    expect(await store.find(held)).toMatchObject({ state: 'queued', nextTry: 3_000 });
    expect(await store.find(sending)).toMatchObject(
      // Another process may be sending it: its job says when that one is dead.
      name === 'SQLite'
        ? { state: 'waiting', unknownSince: 3_000, nextTry: 3_000 }
        : { state: 'sending', unknownSince: null, nextTry: null },
    );
  });

  test('holds no NIK and no word of the patient readable', async () => {
    const logId = await accept({ idempotencyKey: NIK, digest: `nik ${NIK}` });
    await store.change(logId, { error }, 2, {
      hook: { id: 'h', clinic: CLINIC, body: 'keluhan rahasia' },
      visit: visitOf(logId),
    });
    await store.rememberId(CLINIC, 'patient-nik', NIK, { id: 'P1', display: 'Cl** Si**' }, 1);
    await store.putClinic({ code: 'A', config: { clientSecret: 'rahasia' } }, 1);
    const bytes = await bench.dump();
    expect(bytes).toContain(logId);
    for (const word of [NIK, 'rahasia', 'Cl** Si**']) expect(bytes).not.toContain(word);
  });

  test('keeps counts that say what counting would, whatever happened', async () => {
    const day = 24 * 3_600_000;
    const start = 1_700_000_000_000;
    const endpoints = ['kirimEncounter', 'kirimDiagnosis', 'kirimObservation', 'batalLog'];
    const codes = ['PATIENT_NOT_FOUND', 'FHIR_VALIDATION_ERROR'];
    const random = createRandom(7);
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
    const all: string[] = [];
    for (let at = 0; at < 300; at++) {
      const now = start + Math.floor(random() * 3 * day);
      all.push(await accept({ clinic: pick(['K1', 'K2']), endpoint: pick(endpoints), now }));
      const logId = pick(all);
      const states = ['sending', 'waiting', 'held', 'sent', 'failed', 'void', 'queued'] as const;
      const error = {
        code: pick(codes),
        message: 'x',
        remedy: 'y',
        details: { fields: [{ field: 'nik_pasien' }] },
      };
      await store.change(logId, { state: pick(states), error }, now);
      if (at % 20 === 0) await store.reopenAll({ clinic: 'K1', cause: `${pick(codes)}/nik_pasien` }, now, 3);
      if (at % 50 === 0) await store.addUp(start + 3 * day);
    }
    // Two at once add nothing up twice.
    await Promise.all([store.addUp(start + 3 * day), store.addUp(start + 3 * day)]);
    const rows = (await Promise.all(all.map((logId) => store.find(logId)))).flatMap((one) => one ?? []);
    const counted = (one: (typeof rows)[number]) => (one.state === 'sending' ? 'queued' : one.state);
    const hourOf = (one: (typeof rows)[number]) => Math.floor(one.createdAt / 3_600_000);
    const tally = (keys: string[]) => {
      const sums: Record<string, number> = {};
      for (const key of keys) sums[key] = (sums[key] ?? 0) + 1;
      return sums;
    };
    for (const clinic of ['K1', 'K2', undefined]) {
      const own = rows.filter((one) => clinic === undefined || one.clinic === clinic);
      const totals = await store.totals(clinic);
      const some = Object.fromEntries(Object.entries(totals).filter(([, n]) => n !== 0));
      expect(some).toEqual(tally(own.map(counted)));
      const first = Math.floor(start / 3_600_000);
      const hours = await store.byHour(clinic, first, first + 100);
      expect(Object.fromEntries(hours.map(({ hour, state, n }) => [`${hour} ${state}`, n]))).toEqual(
        tally(own.map((one) => `${hourOf(one)} ${counted(one)}`)),
      );
      const types = await store.byType(clinic, first + 10, first + 40);
      const within = own.filter((one) => hourOf(one) >= first + 10 && hourOf(one) < first + 40);
      expect(Object.fromEntries(types.map(({ endpoint, state, n }) => [`${endpoint} ${state}`, n]))).toEqual(
        tally(within.map((one) => `${one.endpoint} ${counted(one)}`)),
      );
      const causes = await store.byCause(clinic);
      expect(Object.fromEntries(causes.map(({ cause, n }) => [cause, n]))).toEqual(
        tally(own.flatMap((one) => (one.state === 'failed' ? [`${one.error?.code}/nik_pasien`] : []))),
      );
    }
    const clinics = await store.byClinic('', 10);
    expect(clinics.map(({ clinic }) => clinic)).toEqual(['K1', 'K2']);
    expect(clinics[1]?.totals).toEqual(await store.totals('K2'));
    expect(await store.byClinic('K1', 10)).toHaveLength(1);
    // What no page shows any more is dropped, and what is kept of everything stays.
    const before = await store.totals(undefined);
    await store.addUp(start + 100 * day);
    expect(await store.byHour(undefined, 1, 1_000_000)).toEqual([]);
    expect(await store.totals(undefined)).toEqual(before);
  });

  test('lists by state, type, cause, clinic and time, whichever way they are joined', async () => {
    const endpoints = ['kirimEncounter', 'kirimDiagnosis', 'kirimProcedure'];
    const states = ['queued', 'sending', 'waiting', 'sent', 'failed', 'void'] as const;
    const random = createRandom(11);
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
    const rows: { logId: string; clinic: string; endpoint: string; state: string; now: number }[] = [];
    for (let at = 0; at < 120; at++) {
      const row = { clinic: pick(['K1', 'K2']), endpoint: pick(endpoints), now: 10_000_000 + at * 1_000 };
      const logId = await accept(row);
      const state = pick(states);
      await store.change(logId, { state, error: { code: 'NOT_FOUND', message: '', remedy: '' } }, row.now);
      rows.unshift({ ...row, logId, state });
    }
    const queries: Partial<ListQuery>[] = [
      {},
      { clinic: 'K1' },
      { state: 'failed' },
      { state: ['queued', 'sending'], clinic: 'K2' },
      { endpoint: 'kirimProcedure' },
      { endpoint: 'kirimDiagnosis', state: 'sent', clinic: 'K1' },
      { cause: 'NOT_FOUND', clinic: 'K1' },
      { cause: 'NOT_FOUND' },
      { from: 10_030_000, to: 10_060_000 },
      { from: 10_030_000, clinic: 'K2', state: 'void' },
      { to: 10_000_000 },
      { from: 99_000_000 },
    ];
    for (const query of queries) {
      const expected = rows.filter(
        (row) =>
          (query.clinic === undefined || row.clinic === query.clinic) &&
          (query.state === undefined || [query.state].flat().includes(row.state as State)) &&
          (query.endpoint === undefined || row.endpoint === query.endpoint) &&
          (query.cause === undefined || row.state === 'failed') &&
          row.now >= (query.from ?? 0) &&
          row.now < (query.to ?? Number.POSITIVE_INFINITY),
      );
      const found: string[] = [];
      for (let before: number | undefined; ; ) {
        const page = await store.list({ ...query, ...(before ? { before } : {}), limit: 7 });
        found.push(...page.map(({ logId }) => logId));
        before = page.at(-1)?.cursor;
        if (page.length < 7) break;
      }
      expect(found, JSON.stringify(query)).toEqual(expected.map(({ logId }) => logId));
    }
  });

  test('makes failed ones of a cause due again, the oldest first', async () => {
    const error = { code: 'PATIENT_NOT_FOUND', message: '', remedy: '' };
    const all = await Promise.all([1, 2, 3].map((at) => accept({ now: 1_000 + at })));
    for (const logId of all) await store.change(logId, { state: 'failed', nextTry: null, error }, 2_000);
    const other = await accept({ clinic: 'KLINIK-002' });
    await store.change(other, { state: 'failed', nextTry: null, error }, 2_000);
    expect(await store.reopenAll({ clinic: CLINIC, cause: 'DUPLICATE' }, 3_000, 10)).toBe(0);
    expect(await store.reopenAll({ clinic: CLINIC, cause: 'PATIENT_NOT_FOUND' }, 3_000, 2)).toBe(2);
    expect(await Promise.all(all.map(stateOf))).toEqual(['queued', 'queued', 'failed']);
    expect(await store.reopenAll({ cause: 'PATIENT_NOT_FOUND' }, 3_000, 10)).toBe(2);
    expect(new Set(await bench.due(3_000))).toEqual(new Set([...all, other]));
  });

  test('knows which visits are still open', async () => {
    const [began, ended] = [Date.parse('2026-01-02T01:00:00Z'), Date.parse('2026-01-02T00:00:00Z')];
    const encounter = (at: number, status: string) =>
      ({
        ...visitOf('x').encounter,
        status,
        period: { start: new Date(at).toISOString() },
      }) as Visit['encounter'];
    await store.saveVisit(
      { ...visitOf('a'), encounterId: 'A', encounter: encounter(began, 'in-progress') },
      5,
    );
    await store.saveVisit({ ...visitOf('b'), encounterId: 'B', encounter: encounter(ended, 'arrived') }, 5);
    await store.saveVisit({ ...visitOf('c'), encounterId: 'C', encounter: encounter(ended, 'finished') }, 5);
    const other = {
      ...visitOf('d'),
      clinic: 'KLINIK-002',
      encounterId: 'D',
      encounter: encounter(ended, 'arrived'),
    };
    await store.saveVisit(other, 5);
    const open = await store.openVisits(CLINIC, began + 1, 10);
    expect(open.map(({ encounterId }) => encounterId)).toEqual(['B', 'A']);
    expect(open[0]).toMatchObject({ started: ended, visit: 'b', open: { encounter: { status: 'arrived' } } });
    expect(await store.openVisits(CLINIC, began, 10)).toHaveLength(1);
    expect(await store.countOpenVisits(undefined, began + 1, 10)).toBe(3);
    expect(await store.countOpenVisits(undefined, began + 1, 2)).toBe(2);
  });

  test('keeps who is signed in, who failed to, and what was done', async () => {
    const session = { id: 's1', who: { name: 'K1' }, credential: 'c', createdAt: 1, seenAt: 1 };
    await store.beginSession(session);
    await store.touchSession('s1', 9);
    expect(await store.session('s1')).toEqual({ ...session, seenAt: 9 });
    expect(await Promise.all([1, 2, 3].map(() => store.countFailure('n', 5)))).toEqual(
      expect.arrayContaining([1, 2, 3]),
    );
    await store.lockOut('n', 99);
    expect(await store.failures('n')).toEqual({ n: 3, lockedUntil: 99 });
    await store.forgive('n');
    expect(await store.failures('n')).toBeUndefined();
    await store.countFailure('m', 5);
    await store.tidyDesk(1, 5);
    expect(await store.failures('m')).toBeDefined();
    expect(await store.session('s1')).toBeDefined();
    await store.tidyDesk(2, 6);
    expect(await store.failures('m')).toBeUndefined();
    expect(await store.session('s1')).toBeUndefined();
    await store.endSession('s1');
    const deed = { at: 1, who: 'operator', clinic: CLINIC, action: 'reveal', logId: 'L1', detail: null };
    await store.writeAudit(deed);
    await store.writeAudit({ ...deed, clinic: 'K2', logId: 'L2' });
    await store.writeAudit({ ...deed, at: 2 });
    expect((await store.audit({ clinic: CLINIC, limit: 10 })).map(({ at }) => at)).toEqual([2, 1]);
    const [newest] = await store.audit({ limit: 1 });
    expect(newest).toMatchObject({ ...deed, at: 2 });
    expect(await store.audit({ before: newest?.cursor, limit: 10 })).toHaveLength(2);
    expect(await store.audit({ logId: 'L2', limit: 10 })).toHaveLength(1);
  });

  describe('with another encryption key', () => {
    const NEXT = 'b2'.repeat(32);
    const reopen = async (...keys: Parameters<Bench['open']>) => {
      await store.close();
      await bench.open(...keys);
      store = bench.store;
    };
    /** One row of everything that is sealed. */
    const fill = async () => {
      const one = given({ registration: 'REG-1' });
      await store.accept(one);
      const error = { code: 'X', message: 'm', remedy: 'r' };
      await store.change(one.logId, { error, result }, 2, { hook: { id: 'h', clinic: CLINIC, body: 'isi' } });
      await store.saveVisit(visitOf(one.logId), 2);
      await store.rememberId(CLINIC, 'patient-nik', NIK, { id: 'P1', display: 'Cl** Si**' }, 2);
      await store.putClinic({ code: 'A', config: { clientSecret: 'rahasia' } }, 2);
      return { one, error };
    };
    const expectWhole = async ({ one, error }: Awaited<ReturnType<typeof fill>>) => {
      expect(await store.find(one.logId)).toMatchObject({ payload: one.payload, error, result });
      expect(await store.visit(CLINIC, 'E1')).toEqual(visitOf(one.logId));
      expect(await store.knownId(CLINIC, 'patient-nik', NIK, 0)).toEqual({ id: 'P1', display: 'Cl** Si**' });
      expect((await store.clinic('A'))?.config()).toMatchObject({ clientSecret: 'rahasia' });
      expect((await store.accept({ ...one, logId: 'again' })).kind).toBe('known');
      expect((await store.registered(CLINIC, 'REG-1'))?.logId).toBe(one.logId);
    };

    test('everything is read as before, sealed anew, and then read without the old one', async () => {
      const filled = await fill();
      await reopen(NEXT, KEY);
      await expectWhole(filled);
      // Payload, error and result are one row; visit, hook, id, clinic and the look-up secret one each.
      expect(await store.reseal(() => false)).toEqual({ resealed: 6, unreadable: 0 });
      expect(await store.reseal(() => false)).toEqual({ resealed: 0, unreadable: 0 });
      await reopen(NEXT);
      await expectWhole(filled);
      expect((await store.claimHooks(9, 10, 5)).map(({ body }) => body)).toEqual(['isi']);
    });

    test('cannot be left half way: the old one is asked for until all is done', async () => {
      const filled = await fill();
      for (let one = 0; one < 150; one++) await store.accept(given());
      await reopen(NEXT, KEY);
      let pages = 0;
      expect((await store.reseal(() => ++pages > 1)).resealed).toBe(100);
      await store.close();
      await expect(bench.open(NEXT)).rejects.toThrow(WrongKeyError);
      await bench.open(NEXT, KEY);
      store = bench.store;
      expect((await store.reseal(() => false)).resealed).toBe(56);
      await reopen(NEXT);
      await expectWhole(filled);
    });

    test('without one nothing is sealed, and a key given later seals what was not', async () => {
      await reopen(false, KEY);
      const filled = await fill();
      await store.reseal(() => false);
      expect(await bench.dump()).toContain('keluhan rahasia');
      for (let one = 0; one < 50; one++) await store.accept(given());
      await store.close();
      await expect(bench.open(NEXT)).rejects.toThrow('written without a key');
      await bench.open(NEXT, false);
      store = bench.store;
      await store.reseal(() => false);
      expect(await bench.dump()).not.toContain('keluhan rahasia');
      await expectWhole(filled);
      await reopen(NEXT);
      await expectWhole(filled);
    });

    test('one that comes later is read, and nothing is sealed back to that of now', async () => {
      await reopen(NEXT, KEY);
      const filled = await fill();
      await reopen(KEY, undefined, NEXT);
      await expectWhole(filled);
      expect(await store.reseal(() => false)).toEqual({ resealed: 0, unreadable: 0 });
    });

    test('one that was replaced cannot come back', async () => {
      await fill();
      await reopen(NEXT, KEY);
      await store.reseal(() => false);
      await store.close();
      // Left behind with its configuration of before.
      await expect(bench.open(KEY, NEXT)).rejects.toThrow('was replaced');
      await bench.open(NEXT, KEY);
      store = bench.store;
    });

    test('what was damaged is counted, and stops nothing', async () => {
      const filled = await fill();
      const bad = given({ payload: { keluhan: 'rusak' } });
      await store.accept(bad);
      await bench.damage(bad.logId);
      await reopen(NEXT, KEY);
      expect(await store.reseal(() => false)).toEqual({ resealed: 6, unreadable: 1 });
      await reopen(NEXT);
      await expectWhole(filled);
    });
  });
});

describe.skipIf(!real)('the PostgreSQL store alone', () => {
  it('is made once by many processes that start at the same time', async () => {
    const url = await database();
    const opened = await Promise.all(Array.from({ length: 5 }, () => openAt(url)));
    const [first, second] = opened.map(({ store }) => store);
    const one = given();
    await first?.accept(one);
    expect((await second?.accept({ ...one, logId: 'other' }))?.submission.logId).toBe(one.logId);
    await Promise.all(opened.map(({ store }) => store.close()));
    expect(bugs.splice(0)).toEqual([]);
  });

  it('leaves other schemas of the database alone', async () => {
    const url = await database();
    const { store } = await openAt(url);
    await store.close();
    const schemas = await ask(
      url,
      `select distinct schemaname from pg_tables where schemaname !~ '^pg_|^info'`,
    );
    expect(schemas.map(({ schemaname }) => schemaname).sort()).toEqual(['satusehat', 'satusehat_boss']);
  });

  it('makes each due submission one job, however many processes look', async () => {
    const url = await database();
    const opened = await Promise.all([openAt(url), openAt(url), openAt(url)]);
    const { store } = opened[0] as (typeof opened)[number];
    for (let index = 0; index < 60; index++) {
      const { submission } = await store.accept(given({ clinic: `KLINIK-${index % 2}` }));
      await store.change(submission.logId, { state: 'waiting', nextTry: 1_000 }, 1);
    }
    await ask(url, 'delete from satusehat_boss.job');
    await Promise.all([...opened, ...opened, ...opened].map(({ jobs }) => jobs.sweep(1_000)));
    const jobs = await ask(url, `select data->>'logId' id from satusehat_boss.job`);
    expect(new Set(jobs.map(({ id }) => id)).size).toBe(60);
    expect(jobs).toHaveLength(60);
    await Promise.all(opened.map(({ store }) => store.close()));
  });

  it('no release is lost to a line that began before it', async () => {
    const url = await database();
    const { store } = await openAt(url);
    const root = given();
    const behind = given({ visit: root.logId });
    await store.accept(root);
    await store.accept(behind);
    const waiting = async (count: number) => {
      const query = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
      while ((await ask(url, query)).length < count);
    };
    const other = new pg.Client({ connectionString: url });
    await other.connect();
    await other.query('begin');
    const row = 'select 1 from satusehat.submissions where log_id = $1 for update';
    await other.query(row, [behind.logId]);
    // It has looked already, and waits with what it saw.
    const lining = store.line({ ...behind, visit: root.logId }, 2_000);
    await waiting(1);
    await store.change(root.logId, { state: 'sent' }, 2_000);
    const releasing = store.release(CLINIC, root.logId, 2_000);
    await Promise.race([releasing, waiting(2)]);
    await other.query('commit');
    await other.end();
    expect((await lining).state).toBe('held');
    expect(await releasing).toEqual([behind.logId]);
    await store.close();
  });

  it('says what to install when it is missing', async () => {
    vi.resetModules();
    vi.doMock('pg-boss', () => {
      throw new Error("Cannot find package 'pg-boss'");
    });
    const { openPostgresStore: open } = await import('../../src/store/postgres.js');
    const opening = open({ url: 'postgres://127.0.0.1/', vault: createVault(KEY), onBug() {} });
    await expect(opening).rejects.toThrow('npm install pg pg-boss @opentelemetry/api');
    vi.doUnmock('pg-boss');
  });

  it('refuses a lease that no heartbeat can keep', async () => {
    const options = { url: 'postgres://127.0.0.1/', vault: createVault(KEY), onBug() {} };
    await expect(openPostgresStore({ ...options, lease: 500 })).rejects.toThrow('delivery.lease');
  });
});
