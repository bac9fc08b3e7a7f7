/** A store that is opened beside the service that works on it, for what is no delivery: clinics, above all. */
import { existsSync, statSync } from 'node:fs';
import { readStoreAddress } from './address.js';
import { besidePostgres, isPostgresStore } from './postgres.js';
import { besideSqlite, openSqliteStore } from './sqlite.js';
import { type Store, StoreInUseError } from './store.js';
import type { Vault } from './vault.js';

/**
 * Opens a store whether a service works on it or not. Nothing may be delivered by it.
 *
 * @throws TypeError for an address that cannot be. @throws WrongKeyError, StoreMovedError
 */
export async function openBeside(address: string, vault: Vault): Promise<Store> {
  const where = readStoreAddress(address);
  if (!where) throw new TypeError('store: must be sqlite:PATH or postgres://USER:PASSWORD@HOST/DATABASE');
  if (!('file' in where)) return besidePostgres(where.url, vault);
  try {
    // Nobody works on it: it is made if it is not there, and brought up to date.
    return await openSqliteStore(where.file, vault);
  } catch (error) {
    if (!(error instanceof StoreInUseError)) throw error;
    return besideSqlite(where.file, vault);
  }
}

/** Whether a service has ever worked there. Makes nothing. */
export async function isStore(address: string): Promise<boolean> {
  const where = readStoreAddress(address);
  if (!where) return false;
  if (!('file' in where)) return isPostgresStore(where.url);
  return existsSync(where.file) && statSync(where.file).size > 0;
}
