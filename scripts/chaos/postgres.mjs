/** A PostgreSQL database for one run: of DATABASE_URL's server, else of one that is started for it. */
import { startPostgres } from '../postgres.mjs';

/** @returns `{ url, close }`: an empty database, and what takes it away again. */
export async function createDatabase() {
  const { default: pg } = await import('pg');
  const server = process.env.DATABASE_URL
    ? { url: process.env.DATABASE_URL, stop: async () => {} }
    : await startPostgres();
  const name = `satusehat_chaos_${process.pid}`;
  const run = async (statement) => {
    const client = new pg.Client({ connectionString: server.url });
    await client.connect();
    await client.query(statement).finally(() => client.end());
  };
  await run(`create database ${name}`);
  const url = new URL(server.url);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    async close() {
      // A signal may have ended the server already.
      await run(`drop database ${name} with (force)`).catch(() => {});
      await server.stop();
    },
  };
}
