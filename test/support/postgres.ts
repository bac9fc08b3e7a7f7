/**
 * A real PostgreSQL for the tests: one for the whole run, a database per test file. `DATABASE_URL` names one that is
 * there already, with a user that may create databases; else one is started in a temporary folder.
 */
import pg from 'pg';
import { inject } from 'vitest';
import type { TestProject } from 'vitest/node';
// @ts-expect-error a plain script
import { startPostgres } from '../../scripts/postgres.mjs';

declare module 'vitest' {
  export interface ProvidedContext {
    postgres: { url?: string; missing?: string };
  }
}

/** Vitest's global setup. @returns the teardown. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env.DATABASE_URL;
  const server = given
    ? { url: given, async stop() {} }
    : await (startPostgres() as Promise<Server>).catch(unavailable);
  const { url, missing } = server;
  project.provide('postgres', { ...(url ? { url } : {}), ...(missing ? { missing } : {}) });
  return server.stop;
}

interface Server {
  url?: string;
  missing?: string;
  stop(): Promise<void>;
}

function unavailable(error: unknown): Server {
  const why = error instanceof Error ? error.message : String(error);
  return { missing: `PostgreSQL did not start: ${why}`, async stop() {} };
}

/** True when there is a PostgreSQL; else a loud line, and a failure under REQUIRE_ALL=1. */
export function postgres(): boolean {
  const { url, missing = 'no PostgreSQL' } = inject('postgres') ?? {};
  if (url) return true;
  if (process.env.REQUIRE_ALL === '1') throw new Error(missing);
  process.stderr.write(`\n*** SKIPPED: ${missing} ***\n\n`);
  return false;
}

const made: string[] = [];

/** A new, empty database. Gone with {@link dropDatabases}. @returns its URL. */
export async function database(): Promise<string> {
  const url = new URL(inject('postgres').url ?? '');
  const name = `satusehat_test_${crypto.randomUUID().slice(0, 8)}`;
  await ask(url.href, `create database ${name}`);
  made.push(name);
  url.pathname = `/${name}`;
  return url.href;
}

export async function dropDatabases(): Promise<void> {
  const { url = '' } = inject('postgres');
  for (const name of made.splice(0)) await ask(url, `drop database if exists ${name} with (force)`);
}

/** One statement, on a connection of its own. */
export async function ask(
  url: string,
  text: string,
  values: unknown[] = [],
): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text, values)).rows;
  } finally {
    await client.end();
  }
}
