/** Who works at the dashboard: sessions, failed attempts to sign in, and the trail of what was done. */
import type { Kysely } from 'kysely';
import type { Tables } from './schema.js';

/** A signed-in browser. */
export interface Session {
  /** Digest of what its cookie holds. */
  id: string;
  who: unknown;
  /** Ends with the password or the secret that it began with. */
  credential: string;
  /** Milliseconds since 1970. */
  createdAt: number;
  /** When it was last used. */
  seenAt: number;
}

/** One line of the audit trail: no patient in it. */
export interface Deed {
  /** Milliseconds since 1970. */
  at: number;
  who: string;
  /** Whose data it was about; an empty text for nobody's. */
  clinic: string;
  action: string;
  logId: string | null;
  /** A number or a cause. */
  detail: string | null;
}

export interface Failures {
  n: number;
  /** Milliseconds since 1970. */
  lockedUntil: number;
}

export interface Desk {
  beginSession(session: Session): Promise<void>;
  session(id: string): Promise<Session | undefined>;
  touchSession(id: string, now: number): Promise<void>;
  endSession(id: string): Promise<void>;
  /** Drops sessions that began, and failures that happened, before then. */
  tidyDesk(sessionsBefore: number, failuresBefore: number): Promise<void>;
  /** Failed attempts under a name, given as a digest. */
  failures(name: string): Promise<Failures | undefined>;
  /** Counts one more. @returns how many there are now. */
  countFailure(name: string, now: number): Promise<number>;
  lockOut(name: string, until: number): Promise<void>;
  forgive(name: string): Promise<void>;
  writeAudit(...deeds: Deed[]): Promise<void>;
  /** Newest first. `cursor` of the last one leads to the next page. */
  audit(query: {
    clinic?: string | undefined;
    logId?: string | undefined;
    before?: number | undefined;
    limit: number;
  }): Promise<(Deed & { cursor: number })[]>;
}

export function deskRows(db: Kysely<Tables>): Desk {
  return {
    async beginSession({ id, who, credential, createdAt, seenAt }) {
      const row = { id, who: JSON.stringify(who), credential, created_at: createdAt, seen_at: seenAt };
      await db.insertInto('sessions').values(row).execute();
    },

    async session(id) {
      const row = await db.selectFrom('sessions').selectAll().where('id', '=', id).executeTakeFirst();
      return (
        row && {
          id,
          who: JSON.parse(row.who),
          credential: row.credential,
          createdAt: row.created_at,
          seenAt: row.seen_at,
        }
      );
    },

    async touchSession(id, now) {
      await db.updateTable('sessions').set({ seen_at: now }).where('id', '=', id).execute();
    },

    async endSession(id) {
      await db.deleteFrom('sessions').where('id', '=', id).execute();
    },

    async tidyDesk(sessionsBefore, failuresBefore) {
      await db.deleteFrom('sessions').where('created_at', '<', sessionsBefore).execute();
      await db.deleteFrom('failures').where('at', '<', failuresBefore).execute();
    },

    async failures(name) {
      const row = await db.selectFrom('failures').selectAll().where('name', '=', name).executeTakeFirst();
      return row && { n: row.n, lockedUntil: row.locked_until };
    },

    async countFailure(name, now) {
      const { n } = await db
        .insertInto('failures')
        .values({ name, n: 1, locked_until: 0, at: now })
        .onConflict((conflict) =>
          conflict.column('name').doUpdateSet((of) => ({ n: of('failures.n', '+', 1), at: now })),
        )
        .returning('n')
        .executeTakeFirstOrThrow();
      return n;
    },

    async lockOut(name, until) {
      await db.updateTable('failures').set({ locked_until: until }).where('name', '=', name).execute();
    },

    async forgive(name) {
      await db.deleteFrom('failures').where('name', '=', name).execute();
    },

    async writeAudit(...deeds) {
      const rows = deeds.map(({ logId, ...deed }) => ({ ...deed, log_id: logId }));
      for (let at = 0; at < rows.length; at += 500) {
        await db
          .insertInto('audit')
          .values(rows.slice(at, at + 500))
          .execute();
      }
    },

    async audit({ clinic, logId, before, limit }) {
      const rows = await db
        .selectFrom('audit')
        .selectAll()
        .$if(clinic !== undefined, (select) => select.where('clinic', '=', clinic ?? ''))
        .$if(logId !== undefined, (select) => select.where('log_id', '=', logId ?? ''))
        .$if(before !== undefined, (select) => select.where('seq', '<', before ?? 0))
        .orderBy('seq', 'desc')
        .limit(limit)
        .execute();
      return rows.map(({ seq, log_id, ...row }) => ({ ...row, logId: log_id, cursor: seq }));
    },
  };
}
