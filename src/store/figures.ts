/**
 * What the dashboard counts. A trigger writes every change of a submission beside it, in its transaction; from there
 * it is added up into the counts now and then, and before they are read. So nothing is ever counted by looking at all
 * of it, and no two deliveries wait for one another because of a number.
 */
import { type Kysely, sql } from 'kysely';
import { KEPT } from './list.js';
import type { Tables } from './schema.js';
import type { Own } from './sql.js';
import type { State, Visit } from './store.js';
import type { Vault } from './vault.js';

/** A state as it is counted: being sent is a moment of the queue. */
export type CountedState = Exclude<State, 'sending'>;
export type Totals = Record<CountedState, number>;

export interface Figures {
  /** Adds up what changed since the last time, and drops hours that no page shows any more. */
  addUp(now: number): Promise<void>;
  /** Of everything that is kept. @param clinic of this one; of all when left out. */
  totals(clinic: string | undefined): Promise<Totals>;
  /** When the oldest was accepted that still has to go, in milliseconds since 1970. */
  oldestOpen(): Promise<number | undefined>;
  /** By the hour in which they were accepted (hours since 1970), from the first to before the last. */
  byHour(
    clinic: string | undefined,
    from: number,
    to: number,
  ): Promise<{ hour: number; state: CountedState; n: number }[]>;
  /** By type, of those accepted in these hours. */
  byType(
    clinic: string | undefined,
    from: number,
    to: number,
  ): Promise<{ endpoint: string; state: CountedState; n: number }[]>;
  /** What failed, by what it has in common; the most frequent first. */
  byCause(clinic: string | undefined): Promise<{ cause: string; n: number }[]>;
  /** The clinics that have sent something, by code. */
  byClinic(after: string, limit: number): Promise<{ clinic: string; totals: Totals }[]>;
  /** Visits that began before then and are still open, the oldest first, behind the one of `after`. A visit that nobody can read has none. */
  openVisits(
    clinic: string | undefined,
    before: number,
    limit: number,
    after?: { started: number; encounterId: string },
  ): Promise<
    { started: number; clinic: string; visit: string; encounterId: string; open: Visit | undefined }[]
  >;
  /** How many of them there are, counted no further than `most`. */
  countOpenVisits(clinic: string | undefined, before: number, most: number): Promise<number>;
}

/** Changes that are added up at a time: who writes meanwhile waits for no more than these. */
const PAGE = 2_000;
/** Hours that are kept: more than the thirty days of the chart. */
const HOURS = 24 * 45;
/** Statements have one of these lengths, so that few of them have to be prepared. */
const LENGTHS = [50, 1] as const;

type Count = Tables['counts'];

export function figureRows(db: Kysely<Tables>, vault: Vault, own: Pick<Own, 'lockCounts'>): Figures {
  const counts = (clinic: string | undefined) =>
    db
      .selectFrom('counts')
      .where('clinic', '=', clinic ?? '')
      .where('n', '!=', 0);

  const openBefore = (clinic: string | undefined, before: number) =>
    db
      .selectFrom('visits')
      .where('finished', '=', 0)
      .where('started', '<', before)
      .$if(clinic !== undefined, (select) => select.where('clinic', '=', clinic ?? ''));

  let dropped = Number.NEGATIVE_INFINITY;

  return {
    async addUp(now) {
      await addUpAll(db, own.lockCounts);
      if (now - dropped < 3_600_000) return;
      dropped = now;
      await db
        .deleteFrom('counts')
        .where((where) =>
          where.or([
            where.and([where('hour', '>', 0), where('hour', '<', Math.floor(now / 3_600_000) - HOURS)]),
            where('n', '=', 0),
          ]),
        )
        .execute();
    },

    async totals(clinic) {
      const rows = await counts(clinic)
        .select(['state', 'n'])
        .where('hour', '=', 0)
        .where('endpoint', '=', '')
        .where('cause', '=', '')
        .execute();
      return toTotals(rows);
    },

    async oldestOpen() {
      // The first of each combination stands first in the index.
      const firsts = (['queued', 'sending', 'waiting', 'held'] as const).flatMap((state) =>
        KEPT.map(
          (endpoint) => sql`select created_at from (select created_at from submissions
            where state = ${state} and endpoint = ${endpoint} order by seq limit 1) as one`,
        ),
      );
      const { rows } = await sql<{ at: number | null }>`select min(created_at) as at
        from (${sql.join(firsts, sql` union all `)}) as every`.execute(db);
      return rows[0]?.at ?? undefined;
    },

    async byHour(clinic, from, to) {
      const rows = await counts(clinic)
        .select(['hour', 'state', 'n'])
        .where('endpoint', '=', '')
        .where('cause', '=', '')
        .where('hour', '>=', from)
        .where('hour', '<', to)
        .execute();
      return rows as { hour: number; state: CountedState; n: number }[];
    },

    async byType(clinic, from, to) {
      const rows = await counts(clinic)
        .select(['endpoint', 'state'])
        .select((of) => of.fn.sum<number>('n').as('n'))
        // Each by name: the index then leads to its hours.
        .where('endpoint', 'in', KEPT)
        .where('hour', '>=', from)
        .where('hour', '<', to)
        .groupBy(['endpoint', 'state'])
        .execute();
      return rows.map((row) => ({ ...row, state: row.state as CountedState, n: Number(row.n) }));
    },

    async byCause(clinic) {
      return counts(clinic)
        .select(['cause', 'n'])
        .where('hour', '=', 0)
        .where('endpoint', '=', '')
        .where('state', '=', 'failed')
        .where('cause', '!=', '')
        .orderBy('n', 'desc')
        .orderBy('cause')
        .execute();
    },

    async byClinic(after, limit) {
      const rows = await db
        .selectFrom('counts')
        .select(['clinic', 'state', 'n'])
        .where('hour', '=', 0)
        .where('endpoint', '=', '')
        .where('cause', '=', '')
        .where('clinic', '!=', '')
        .where('clinic', '>', after)
        .orderBy('clinic')
        // Of each clinic one row for each state at most.
        .limit(limit * 6)
        .execute();
      const byCode = new Map<string, typeof rows>();
      for (const row of rows) byCode.set(row.clinic, [...(byCode.get(row.clinic) ?? []), row]);
      return [...byCode].slice(0, limit).map(([clinic, own]) => ({ clinic, totals: toTotals(own) }));
    },

    async openVisits(clinic, before, limit, after) {
      const rows = await openBefore(clinic, before)
        .selectAll()
        .$if(after !== undefined, (select) =>
          select
            .where('started', '>=', after?.started ?? 0)
            .where((where) =>
              where.or([
                where('started', '>', after?.started ?? 0),
                where('encounter_id', '>', after?.encounterId ?? ''),
              ]),
            ),
        )
        .orderBy('started')
        .orderBy('encounter_id')
        .limit(limit)
        .execute();
      return rows.map((row) => ({
        started: row.started,
        clinic: row.clinic,
        visit: row.visit,
        encounterId: row.encounter_id,
        open: openVisit(row, vault),
      }));
    },

    async countOpenVisits(clinic, before, most) {
      const { n } = await db
        .selectFrom(openBefore(clinic, before).select('started').limit(most).as('open'))
        .select((of) => of.fn.countAll<number>().as('n'))
        .executeTakeFirstOrThrow();
      return Number(n);
    },
  };
}

/** Adds up all that changed. @param lockCounts where other processes do the same. */
export async function addUpAll(db: Kysely<Tables>, lockCounts?: Own['lockCounts']): Promise<void> {
  while (await addPage(db, lockCounts));
}

/** @returns whether there may be more. */
async function addPage(db: Kysely<Tables>, lockCounts: Own['lockCounts']): Promise<boolean> {
  return db.transaction().execute(async (within) => {
    await lockCounts?.(within);
    const changes = await within
      .deleteFrom('counts_new')
      .where('seq', 'in', (of) => of.selectFrom('counts_new').select('seq').orderBy('seq').limit(PAGE))
      .returning(['clinic', 'hour', 'endpoint', 'state', 'cause', 'n'])
      .execute();
    const sums = sum(changes);
    for (let at = 0; at < sums.length; ) {
      const length = LENGTHS.find((one) => sums.length - at >= one) ?? 1;
      await within
        .insertInto('counts')
        .values(sums.slice(at, at + length))
        .onConflict((conflict) =>
          conflict
            .columns(['clinic', 'endpoint', 'hour', 'state', 'cause'])
            .doUpdateSet({ n: sql`counts.n + excluded.n` }),
        )
        .execute();
      at += length;
    }
    return changes.length === PAGE;
  });
}

/** Each change counts four times: in its hour, in its hour by type, ever, and ever by cause. And again for all. */
function sum(changes: Count[]): Count[] {
  const sums = new Map<string, Count>();
  const add = (count: Count) => {
    const key = JSON.stringify([count.clinic, count.endpoint, count.hour, count.state, count.cause]);
    const before = sums.get(key);
    if (before) before.n += count.n;
    else sums.set(key, { ...count });
  };
  for (const change of changes) {
    for (const clinic of [change.clinic, '']) {
      const ever = { ...change, clinic, hour: 0, endpoint: '' };
      add({ ...ever, cause: '' });
      if (change.cause !== '') add(ever);
      add({ ...change, clinic, endpoint: '', cause: '' });
      add({ ...change, clinic, cause: '' });
    }
  }
  // In one order, whoever adds up.
  return [...sums]
    .filter(([, { n }]) => n !== 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, count]) => count);
}

function toTotals(rows: { state: string; n: number }[]): Totals {
  const totals: Totals = { queued: 0, waiting: 0, held: 0, sent: 0, failed: 0, void: 0 };
  for (const { state, n } of rows) if (Object.hasOwn(totals, state)) totals[state as CountedState] = n;
  return totals;
}

function openVisit(
  row: {
    clinic: string;
    encounter_id: string;
    visit: string;
    encounter: string;
    ended: string | null;
    disposition: string | null;
  },
  vault: Vault,
): Visit | undefined {
  try {
    const encounter = JSON.parse(vault.open(row.encounter));
    const { clinic, encounter_id: encounterId, visit, ended: end, disposition } = row;
    return { clinic, encounterId, visit, encounter, end, disposition };
  } catch {
    return undefined;
  }
}
