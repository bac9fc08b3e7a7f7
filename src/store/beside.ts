/** A store that is opened beside the service that works on it, for what is no delivery: clinics, above all. */
import { existsSync, statSync } from 'node:fs';
import { readStoreAddress, type StoreAddress } from './address.js';
import { besidePostgres, readPostgres } from './postgres.js';
import { isMissingTable, peek } from './settings.js';
import { createStore } from './sql.js';
import { besideSqlite, lookSqlite, openSqliteStore } from './sqlite.js';
import { type KeptClinic, type Store, StoreInUseError } from './store.js';
import type { Vault } from './vault.js';

/**
 * Opens a store whether a service works on it or not. Nothing may be delivered by it.
 *
 * @param make makes it where there is none. @returns undefined where there is none, and none is made.
 * @throws TypeError for an address that cannot be. @throws WrongKeyError, StoreMovedError
 */
export async function openBeside(address: string, vault: Vault, make: boolean): Promise<Store | undefined> {
  const found = await lookAt(address, vault);
  if (found === 'absent' && !make) return undefined;
  const where = readAddress(address);
  if (!('file' in where)) return besidePostgres(where.url, vault);
  // What needs nothing done is not held: a service may start meanwhile.
  if (Array.isArray(found)) return besideSqlite(where.file, vault);
  try {
    // Nobody works on it: it is made if it is not there, and brought up to date.
    return await openSqliteStore(where.file, vault);
  } catch (error) {
    if (!(error instanceof StoreInUseError)) throw error;
    return besideSqlite(where.file, vault);
  }
}

function readAddress(address: string): StoreAddress {
  const where = readStoreAddress(address);
  if (where) return where;
  throw new TypeError('store: must be sqlite:PATH or postgres://USER:PASSWORD@HOST/DATABASE');
}

/** What stands in a store, without changing anything of it. */
export type Looked = 'absent' | 'older' | KeptClinic[];

/**
 * Looks at a store and makes nothing: `absent` where no service has ever worked, `older` where a service has yet to
 * bring the tables up to date, else its clinics.
 *
 * @throws TypeError for an address that cannot be. @throws WrongKeyError, StoreMovedError
 */
export async function lookAt(address: string, vault: Vault): Promise<Looked> {
  const where = readAddress(address);
  if ('file' in where && !(existsSync(where.file) && statSync(where.file).size > 0)) return 'absent';
  const { db, close } = 'file' in where ? lookSqlite(where.file) : await readPostgres(where.url);
  try {
    const settings = await peek(db, vault).catch((error: unknown) => {
      if (isMissingTable(error)) return undefined;
      throw error;
    });
    if (!settings) return 'absent';
    const store = createStore(db, vault, { shared: false, settings, close });
    return await store.clinics().catch((error: unknown) => {
      if (isMissingTable(error)) return 'older' as const;
      throw error;
    });
  } finally {
    await close();
  }
}
