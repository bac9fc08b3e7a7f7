import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StoreInUseError } from '../../src/server.js';
import { openSqliteStore } from '../../src/store/sqlite.js';
import { createVault } from '../../src/store/vault.js';
import { KEY } from '../support/world.js';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'satusehat-store-'));
  file = join(folder, 'satusehat.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const vault = createVault(KEY);
const submission = (change: Record<string, unknown> = {}) => ({
  logId: crypto.randomUUID(),
  clinic: 'KLINIK-001',
  endpoint: 'kirimEncounter',
  idempotencyKey: 'key-of-9204014804000002',
  digest: 'digest-of-9204014804000002',
  payload: { nik_pasien: '9204014804000002', keluhan_utama: 'keluhan rahasia' },
  now: 1_700_000_000_000,
  ...change,
});

describe('the SQLite store', () => {
  it('keeps what it accepted over a restart', async () => {
    const store = await openSqliteStore(file, vault);
    const given = submission();
    expect((await store.accept(given)).kind).toBe('accepted');
    await store.close();
    const again = await openSqliteStore(file, vault);
    expect(await again.find(given.logId)).toMatchObject({ state: 'queued', payload: given.payload });
    await again.close();
  });

  it('1,000 concurrent twins make one; another body under the key is a conflict', async () => {
    const store = await openSqliteStore(file, vault);
    const answers = await Promise.all(Array.from({ length: 1_000 }, () => store.accept(submission())));
    expect(answers.filter(({ kind }) => kind === 'accepted')).toHaveLength(1);
    expect(new Set(answers.map((answer) => answer.submission.logId)).size).toBe(1);
    expect((await store.accept(submission({ digest: 'other' }))).kind).toBe('conflict');
    expect((await store.accept(submission({ clinic: 'KLINIK-002', digest: 'other' }))).kind).toBe('accepted');
    await store.close();
  });

  it('writes with synchronous=FULL in WAL mode', async () => {
    const store = await openSqliteStore(file, vault);
    await store.accept(submission());
    const beside = new DatabaseSync(file, { readOnly: true });
    expect(beside.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
    beside.close();
    await store.close();
    expect(readFileSync(new URL('../../src/store/sqlite.ts', import.meta.url), 'utf8')).toContain(
      'synchronous = FULL',
    );
  });

  it('holds no NIK and no word of the patient readable, in the file or its WAL', async () => {
    const store = await openSqliteStore(file, vault);
    const { submission: kept } = await store.accept(submission());
    await store.rememberId(
      'KLINIK-001',
      'patient-nik',
      '9204014804000002',
      { id: 'P1', display: 'Cl** Si**' },
      1,
    );
    await store.change(kept.logId, { error: { code: 'X', message: 'keluhan rahasia', remedy: '' } }, 2);
    const bytes = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'latin1'));
    expect(bytes.join('').length).toBeGreaterThan(1_000);
    for (const word of ['9204014804000002', 'rahasia', 'Cl** Si**'])
      expect(bytes.join('')).not.toContain(word);
    expect(await store.knownId('KLINIK-001', 'patient-nik', '9204014804000002', 0)).toEqual({
      id: 'P1',
      display: 'Cl** Si**',
    });
    expect(await store.knownId('KLINIK-002', 'patient-nik', '9204014804000002', 0)).toBeUndefined();
    await store.close();
  });

  it('belongs to one process at a time', async () => {
    const store = await openSqliteStore(file, vault);
    await expect(openSqliteStore(file, vault)).rejects.toThrow(StoreInUseError);
    await store.close();
    await (await openSqliteStore(file, vault)).close();
  });

  it('after a crash, what was being sent is due with its outcome unknown', async () => {
    const store = await openSqliteStore(file, vault);
    const { logId } = (await store.accept(submission())).submission;
    await store.change(logId, { state: 'sending', nextTry: null }, 5);
    expect(await store.due(10, 10)).toEqual([]);
    expect(await store.recover(10)).toBe(1);
    expect(await store.due(10, 10)).toEqual([logId]);
    expect(await store.find(logId)).toMatchObject({ state: 'waiting', unknownSince: 10 });
    expect(await store.nextDue()).toBe(10);
    await store.close();
  });

  it('another key cannot open what was sealed', async () => {
    const sealed = vault.seal('rahasia');
    expect(vault.open(sealed)).toBe('rahasia');
    expect(vault.seal('rahasia')).not.toBe(sealed);
    expect(() => createVault('b2'.repeat(32)).open(sealed)).toThrow();
    const bytes = Buffer.from(sealed, 'base64');
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    expect(() => vault.open(bytes.toString('base64'))).toThrow();
  });
});
