/** The clinics that are kept in the store. */
import type { Kysely, Selectable } from 'kysely';
import type { Tables } from './schema.js';
import type { KeptClinic, Store } from './store.js';
import type { Vault } from './vault.js';

type ClinicRows = Pick<Store, 'clinic' | 'clinics' | 'putClinic' | 'changeClinic'>;

/** @param shared whether other processes change them too. */
export function clinicRows(db: Kysely<Tables>, vault: Vault, shared: boolean): ClinicRows {
  const read = (row: Selectable<Tables['clinics']>): KeptClinic => ({
    code: row.code,
    active: row.active === 1,
    secretDigests: JSON.parse(row.secret_digests),
    // Sealed anew at every change, with a fresh nonce.
    version: row.config,
    config() {
      const config = JSON.parse(vault.open(row.config));
      // Sealed for this clinic: nobody can put it into another's row.
      if (config.code !== row.code) throw new Error('the configuration of another clinic is in this row');
      return config;
    },
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  });

  return {
    async clinic(code) {
      const row = await db.selectFrom('clinics').selectAll().where('code', '=', code).executeTakeFirst();
      return row && read(row);
    },

    async clinics() {
      return (await db.selectFrom('clinics').selectAll().orderBy('code').execute()).map(read);
    },

    async putClinic({ code, config, active, secretDigests }, now) {
      const sealed = vault.seal(JSON.stringify({ ...config, code }));
      await db
        .insertInto('clinics')
        .values({
          code,
          active: active === false ? 0 : 1,
          secret_digests: JSON.stringify(secretDigests ?? []),
          config: sealed,
          created_at: now,
          updated_at: now,
        })
        .onConflict((conflict) =>
          conflict.column('code').doUpdateSet({
            ...(active === undefined ? {} : { active: active ? 1 : 0 }),
            ...(secretDigests === undefined ? {} : { secret_digests: JSON.stringify(secretDigests) }),
            config: sealed,
            updated_at: now,
          }),
        )
        .execute();
    },

    async changeClinic(code, { active, secretDigests }, now) {
      return db.transaction().execute(async (within) => {
        const row = await within
          .selectFrom('clinics')
          .select('secret_digests')
          .where('code', '=', code)
          .$if(shared, (select) => select.forUpdate())
          .executeTakeFirst();
        if (!row) return false;
        await within
          .updateTable('clinics')
          .set({
            ...(active === undefined ? {} : { active: active ? 1 : 0 }),
            ...(secretDigests === undefined
              ? {}
              : { secret_digests: JSON.stringify(secretDigests(JSON.parse(row.secret_digests))) }),
            updated_at: now,
          })
          .where('code', '=', code)
          .execute();
        return true;
      });
    },
  };
}
