/** All rows of a store into another one, sealed as they are: no key is needed for it. */
import { type Kysely, type Selectable, sql } from 'kysely';
import { addUpAll } from './figures.js';
import type { Tables } from './schema.js';

/** Rows at a time. */
const PAGE = 500;

/** The tables whose rows are taken as they are, by what they are told apart. */
const PLAIN = [
  { table: 'visits', key: ['clinic', 'encounter_id'] },
  { table: 'hooks', key: ['id'] },
  { table: 'ids', key: ['clinic', 'kind', 'key'] },
  { table: 'clinics', key: ['code'] },
  { table: 'audit', key: ['seq'] },
] as const;

type Row = Record<string, string | number | null>;
type Kept = Selectable<Tables['submissions']>;

/**
 * @param to empty tables.
 * @param change what becomes of a submission on its way.
 * @returns how many submissions there are.
 */
export async function copyRows(
  from: Kysely<Tables>,
  to: Kysely<Tables>,
  change: (row: Kept) => Kept,
): Promise<number> {
  let submissions = 0;
  for (let after = -1; ; ) {
    const page = await from
      .selectFrom('submissions')
      .selectAll()
      .where('seq', '>', after)
      .orderBy('seq')
      .limit(PAGE)
      .execute();
    const last = page.at(-1);
    if (!last) break;
    after = last.seq;
    const logIds = page.map((row) => row.log_id);
    const attempts = await from
      .selectFrom('attempts')
      .selectAll()
      .where('log_id', 'in', logIds)
      .orderBy('at')
      .execute();
    await to.transaction().execute(async (within) => {
      await within.insertInto('submissions').values(page.map(change)).execute();
      // Each page of attempts may be far longer than that of their submissions.
      for (let at = 0; at < attempts.length; at += PAGE) {
        await within
          .insertInto('attempts')
          .values(attempts.slice(at, at + PAGE))
          .execute();
      }
    });
    submissions += page.length;
  }
  for (const { table, key } of PLAIN) await copyTable(from, to, table, [...key]);
  // So that the first service on it need not.
  await addUpAll(to);
  return submissions;
}

async function copyTable(
  from: Kysely<Tables>,
  to: Kysely<Tables>,
  table: keyof Tables,
  key: string[],
): Promise<void> {
  const keys = sql.join(key.map((name) => sql.ref(name)));
  for (let last: Row | undefined; ; ) {
    const { rows } = await sql<Row>`select * from ${sql.table(table)}
      ${last ? sql`where (${keys}) > (${sql.join(key.map((name) => last?.[name]))})` : sql``}
      order by ${keys} limit ${PAGE}`.execute(from);
    last = rows.at(-1);
    if (!last) return;
    await to
      .insertInto(table)
      .values(rows as never)
      .execute();
  }
}

/** Everything that {@link copyRows} fills, and what was counted of it. */
export async function emptyRows(db: Kysely<Tables>): Promise<void> {
  const counts = ['counts', 'counts_new'] as const;
  await db.transaction().execute(async (within) => {
    for (const table of ['submissions', 'attempts', ...PLAIN.map((one) => one.table), ...counts] as const) {
      await within.deleteFrom(table).execute();
    }
  });
}

/** Whether nothing was ever kept in it. */
export async function isEmpty(db: Kysely<Tables>): Promise<boolean> {
  for (const table of ['submissions', ...PLAIN.map((one) => one.table)] as const) {
    const row = await db.selectFrom(table).select(sql.lit(1).as('one')).limit(1).executeTakeFirst();
    if (row) return false;
  }
  return true;
}
