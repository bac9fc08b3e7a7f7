import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
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

/** What every store must do is in conformance.test.ts. */
describe('the SQLite store', () => {
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

  it('belongs to one process at a time', async () => {
    const store = await openSqliteStore(file, vault);
    await expect(openSqliteStore(file, vault)).rejects.toThrow(StoreInUseError);
    await store.close();
    await (await openSqliteStore(file, vault)).close();
  });

  it('another key cannot open what was sealed', async () => {
    const sealed = vault.seal('rahasia');
    expect(vault.open(sealed)).toBe('rahasia');
    expect(vault.seal('rahasia')).not.toBe(sealed);
    expect(() => createVault('b2'.repeat(32)).open(sealed)).toThrow();
    const [mark = '', body = ''] = sealed.split(':');
    const bytes = Buffer.from(body, 'base64');
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    expect(() => vault.open(`${mark}:${bytes.toString('base64')}`)).toThrow('authenticate');
    // Who can write to the file cannot put something readable in its place.
    expect(() => vault.open('plain:rahasia')).toThrow('another key');
    expect(createVault(false).open('plain:rahasia')).toBe('rahasia');
  });
});
