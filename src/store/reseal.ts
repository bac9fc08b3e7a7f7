/** After a change of the encryption key: what the old one sealed is sealed anew, while the service works. */
import { type Kysely, sql } from 'kysely';
import type { Tables } from './schema.js';
import type { Vault } from './vault.js';

interface Place {
  table: keyof Tables;
  /** By what its rows are told apart. */
  key: string[];
  columns: string[];
  /** The value of its key, where only one row is sealed. */
  only?: string;
}

/** Where something sealed stands. */
const SEALED: Place[] = [
  { table: 'submissions', key: ['seq'], columns: ['payload', 'error', 'result'] },
  { table: 'visits', key: ['clinic', 'encounter_id'], columns: ['encounter'] },
  { table: 'hooks', key: ['id'], columns: ['body'] },
  { table: 'ids', key: ['clinic', 'kind', 'key'], columns: ['display'] },
  { table: 'clinics', key: ['code'], columns: ['config'] },
  // Last: as long as it needs the old key, the service does not start without that one.
  { table: 'settings', key: ['name'], columns: ['value'], only: 'look-up' },
];

/** Rows at a time: what comes meanwhile waits for no more than these. */
const PAGE = 100;

type Row = Record<string, string | number | null>;

/**
 * @param whole whether a page is one transaction: cheap where nobody else writes.
 * @param stopped asked between pages.
 * @returns how many rows were sealed anew. What cannot be opened stays as it is, and counts as `unreadable`.
 */
export async function reseal(
  db: Kysely<Tables>,
  vault: Vault,
  whole: boolean,
  stopped: () => boolean,
): Promise<{ resealed: number; unreadable: number }> {
  const count = { resealed: 0, unreadable: 0 };
  const { previousMark } = vault;
  if (!previousMark) return count;
  for (const place of SEALED) {
    let after: Row | undefined;
    while (!stopped()) {
      const page = await read(db, place, previousMark, after);
      after = page.at(-1);
      if (!after) break;
      const write = async (within: Kysely<Tables>) => {
        for (const row of page) {
          await sealRow(within, place, previousMark, row, vault).then(
            () => count.resealed++,
            () => count.unreadable++,
          );
        }
      };
      await (whole ? db.transaction().execute(write) : write(db));
    }
  }
  return count;
}

async function read(
  db: Kysely<Tables>,
  { table, key, columns, only }: Place,
  mark: string,
  after: Row | undefined,
): Promise<Row[]> {
  const old = columns.map((column) => sql`${sql.ref(column)} like ${`${mark}%`}`);
  const keys = sql.join(key.map((name) => sql.ref(name)));
  const { rows } = await sql<Row>`
    select ${sql.join([...key, ...columns].map((name) => sql.ref(name)))} from ${sql.table(table)}
    where (${sql.join(old, sql` or `)})
    ${only ? sql`and ${sql.ref(key[0] ?? '')} = ${only}` : sql``}
    ${after ? sql`and (${keys}) > (${sql.join(key.map((name) => after[name]))})` : sql``}
    order by ${keys} limit ${PAGE}`.execute(db);
  return rows;
}

async function sealRow(
  within: Kysely<Tables>,
  { table, key, columns }: Place,
  mark: string,
  row: Row,
  vault: Vault,
): Promise<void> {
  for (const column of columns) {
    const before = row[column];
    if (typeof before !== 'string' || !before.startsWith(mark)) continue;
    const same = key.map((name) => sql`${sql.ref(name)} = ${row[name]}`);
    // Only what was read: who changed it meanwhile has sealed it anew already.
    await sql`update ${sql.table(table)} set ${sql.ref(column)} = ${vault.seal(vault.open(before))}
      where ${sql.join(same, sql` and `)} and ${sql.ref(column)} = ${before}`.execute(within);
  }
}
