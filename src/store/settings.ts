/** What a store says of itself: who it is, the secret behind its look-up keys, and where it has gone. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Tables } from './schema.js';
import { StoreMovedError } from './store.js';
import type { Vault } from './vault.js';

/** The store was written with another encryption key. */
export class WrongKeyError extends Error {
  override readonly name = 'WrongKeyError';
}

/** The settings of a store, by name. */
export async function readSettings(db: Kysely<Tables>): Promise<Settings> {
  const rows = await db.selectFrom('settings').selectAll().execute();
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
}

export interface Settings {
  'store-id'?: string;
  /** The sealed secret behind the look-up keys. */
  'look-up'?: string;
  /** Where it has gone. */
  moved?: string;
  /** It is being filled. */
  moving?: string;
  /** It is being emptied, into that one. */
  leaving?: string;
  /** When this copy was made of another, in milliseconds since 1970. */
  copied?: string;
  /** When a service first worked on the copy. */
  restored?: string;
  /** Was written to see whether there is room; a crash can leave it. */
  trial?: string;
  /** Marks of keys that were replaced, with commas between. */
  retired?: string;
}

/** @throws StoreMovedError for a store that is not to be worked on any more, or not yet. */
export function refuseMoved({ moved, moving, leaving }: Settings): void {
  if (moved) throw new StoreMovedError(`This store was moved to ${moved}.`);
  if (moving || leaving)
    throw new StoreMovedError('A move of this store was cut off: run satusehat migrate again.');
}

/**
 * Makes, at the first start, what the store is known by and the secret behind its look-up keys; later starts must be
 * able to open that. @throws WrongKeyError, StoreMovedError
 */
export async function unlock(db: Kysely<Tables>, vault: Vault): Promise<Settings> {
  const settings = await readSettings(db);
  refuseMoved(settings);
  refuseRetired(settings, vault);
  const lookUp = settings['look-up'];
  if (lookUp === undefined) {
    await db
      .insertInto('settings')
      .values([
        { name: 'look-up', value: vault.seal(randomBytes(32).toString('hex')) },
        { name: 'store-id', value: randomUUID() },
      ])
      // Another process may have been faster.
      .onConflict((conflict) => conflict.column('name').doNothing())
      .execute();
    return unlock(db, vault);
  }
  openLookUp(lookUp, vault);
  if (settings.copied !== undefined && settings.restored === undefined) {
    settings.restored = String(Date.now());
    await put(db, 'restored', settings.restored);
  }
  return settings;
}

/** @throws WrongKeyError */
function refuseRetired({ retired }: Settings, vault: Vault): void {
  if (!retired?.split(',').includes(vault.mark)) return;
  throw new WrongKeyError(
    'encryptionKey (SATUSEHAT_ENCRYPTION_KEY) was replaced by another one in this store. Give that one; this one belongs to previousEncryptionKey, if anywhere.',
  );
}

/** @throws WrongKeyError */
function openLookUp(lookUp: string, vault: Vault): void {
  try {
    vault.learn(vault.open(lookUp));
  } catch {
    throw new WrongKeyError(
      lookUp.startsWith('plain:')
        ? 'This store was written without a key. To seal it from now on: encryptionKey with the new key, and previousEncryptionKey: false (SATUSEHAT_ENCRYPTION_KEY_PREVIOUS=none).'
        : 'encryptionKey (SATUSEHAT_ENCRYPTION_KEY) is not the key this store was written with; nothing in it can be read without that one. After a change of the key, give the old one as previousEncryptionKey (SATUSEHAT_ENCRYPTION_KEY_PREVIOUS).',
    );
  }
}

/** Of a file or a database that no service has ever opened. */
export function isMissingTable(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message?: unknown };
  return code === '42P01' || /^no such table/.test(String(message));
}

/** As {@link unlock}, and writes nothing. @returns undefined where no service has ever worked. */
export async function peek(db: Kysely<Tables>, vault: Vault): Promise<Settings | undefined> {
  const settings = await readSettings(db);
  refuseMoved(settings);
  refuseRetired(settings, vault);
  const lookUp = settings['look-up'];
  if (lookUp === undefined) return undefined;
  openLookUp(lookUp, vault);
  return settings;
}

/** Nobody works with the key of before any more: a process that was left behind must not seal with it again. */
export async function retirePrevious(db: Kysely<Tables>, vault: Vault): Promise<void> {
  const { previousMark } = vault;
  const { retired } = await readSettings(db);
  const marks = retired ? retired.split(',') : [];
  // Something unsealed is no key that could be lost.
  if (!previousMark || previousMark === 'plain:' || marks.includes(previousMark)) return;
  await put(db, 'retired', [...marks, previousMark].join(','));
}

async function put(db: Kysely<Tables>, name: keyof Settings, value: string): Promise<void> {
  await db
    .insertInto('settings')
    .values({ name, value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute();
}

/**
 * Of a store that was restored from a copy: since when it may have missed something. For a week after that whatever is
 * accepted is looked for at the platform before it is written, as it may have been accepted before.
 */
export function unsureSince({ copied, restored }: Settings, now: number): number | null {
  return copied !== undefined && now - Number(restored ?? now) < 7 * 86_400_000 ? Number(copied) : null;
}
