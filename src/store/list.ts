/** One page of submissions. However many there are, only rows near those of the page are looked at. */
import { type Kysely, type Selectable, sql } from 'kysely';
import { endpoints } from '../contract/endpoints.js';
import type { Tables } from './schema.js';
import type { ListQuery } from './store.js';

type Row = Selectable<Tables['submissions']>;

const STATES = ['queued', 'sending', 'waiting', 'held', 'sent', 'failed', 'void'];
/** What is kept as a submission. */
export const KEPT = Object.entries(endpoints).flatMap(([name, { durable }]) =>
  durable && name !== 'resendLog' ? [name] : [],
);
/** Milliseconds by which the clocks of two processes may differ: numbers are given in order, times by clocks. */
const SKEW = 300_000;

/** Newest first. */
export async function selectPage(db: Kysely<Tables>, query: ListQuery): Promise<Row[]> {
  const { clinic, state, endpoint, cause, from, to, limit } = query;
  const bounds = await seqBounds(db, query);
  const page = () =>
    db
      .selectFrom('submissions')
      .select('seq')
      .$if(clinic !== undefined, (select) => select.where('clinic', '=', clinic ?? ''))
      .$if(bounds.first !== undefined, (select) => select.where('seq', '>=', bounds.first ?? 0))
      .$if(bounds.behind !== undefined, (select) => select.where('seq', '<', bounds.behind ?? 0))
      .$if(from !== undefined, (select) => select.where('created_at', '>=', from ?? 0))
      .$if(to !== undefined, (select) => select.where('created_at', '<', to ?? 0))
      .orderBy('seq', 'desc')
      .limit(limit);
  // Each combination stands in order in the index: one look each, and the newest of them all.
  const states = state === undefined ? STATES : [state].flat();
  const parts =
    cause !== undefined
      ? [
          page()
            .where('state', '=', 'failed')
            .where('cause', '=', cause)
            .$if(endpoint !== undefined, (select) => select.where('endpoint', '=', endpoint ?? '')),
        ]
      : state === undefined && endpoint === undefined
        ? [page()]
        : states.flatMap((one) =>
            (endpoint === undefined ? KEPT : [endpoint]).map((name) =>
              page().where('state', '=', one).where('endpoint', '=', name),
            ),
          );
  const seqs = sql.join(
    parts.map((part) => sql`select seq from (${part}) as part`),
    sql` union all `,
  );
  // Whole rows only of those that are shown.
  const { rows } = await sql<Row>`select * from submissions
    where seq in (select seq from (${seqs}) as every order by seq desc limit ${limit})
    order by seq desc`.execute(db);
  return rows;
}

/** Numbers between which everything of that time stands. */
async function seqBounds(
  db: Kysely<Tables>,
  { from, to, before }: ListQuery,
): Promise<{ first: number | undefined; behind: number | undefined }> {
  const [oldest, newest] = await Promise.all([
    from === undefined
      ? undefined
      : db
          .selectFrom('submissions')
          .select('seq')
          .where('created_at', '>=', from - SKEW)
          .orderBy('created_at')
          .orderBy('seq')
          .limit(1)
          .executeTakeFirst(),
    to === undefined
      ? undefined
      : db
          .selectFrom('submissions')
          .select('seq')
          .where('created_at', '<', to + SKEW)
          .orderBy('created_at', 'desc')
          .orderBy('seq', 'desc')
          .limit(1)
          .executeTakeFirst(),
  ]);
  const behind = to === undefined ? undefined : (newest?.seq ?? -1) + 1;
  return {
    first: from === undefined ? undefined : (oldest?.seq ?? Number.MAX_SAFE_INTEGER),
    behind: before === undefined ? behind : Math.min(before, behind ?? before),
  };
}
