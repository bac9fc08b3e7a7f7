/** What is said of the endpoints against what the service does, and the pages that are made from it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contract, type EndpointName, type Row } from '../../src/contract/contract.js';
import { answerTable } from '../../src/contract/endpoint-words.js';
import { type Json, toSchema } from '../../src/contract/json-schema.js';
import { closeWorlds } from '../support/world.js';
import { type RealExamples, runExamples } from './endpoint-examples.js';
import { endpointsPage } from './endpoint-page.js';
import { expectPage, locales } from './page.js';

let real: RealExamples;

beforeAll(async () => {
  real = await runExamples();
});
afterAll(closeWorlds);

const rows = Object.entries(contract) as [EndpointName, Row][];

/** Every path of an answer, as the table writes it. */
function paths(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return [...new Set(value.flatMap((item) => paths(item, `${path}[]`)))];
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([key, item]) => paths(item, path ? `${path}.${key}` : key));
}

/** The same of a JSON Schema. */
function schemaPaths({ properties, items }: Json, path = ''): string[] {
  if (items) return schemaPaths(items as Json, `${path}[]`);
  if (!properties) return [path];
  return Object.entries(properties as Record<string, Json>).flatMap(([key, one]) =>
    schemaPaths(one, path ? `${path}.${key}` : key),
  );
}

describe('real answers', () => {
  it.each(rows)('%s answers as its row says, and nothing that the table does not tell of', (name, row) => {
    const told = answerTable[name].map(({ field }) => field);
    const known = (path: string) =>
      told.some((field) =>
        [field, `data.${field}`].some((one) => path === one || path.startsWith(`${one}.`)),
      );
    for (const { status, answer } of real.of[name] ?? []) {
      expect([200, 202]).toContain(status);
      expect(row.response.safeParse(answer).success).toBe(true);
      const untold = paths(answer).filter((path) => !known(path.replace(/\[\]$/, '')) && !known(path));
      expect(untold).toEqual([]);
    }
  });

  it.each(rows)('%s: what the table tells of is there, in an answer or in the schema', (name, row) => {
    const given = [...(real.of[name] ?? []), ...(row.durable ? [real.trial] : [])].flatMap(({ answer }) =>
      paths(answer),
    );
    const there = [...given, ...schemaPaths(toSchema(row.response))];
    const unseen = answerTable[name].filter(
      ({ field }) =>
        !there.some((path) => path === field || path.startsWith(`${field}.`) || path === `${field}[]`),
    );
    expect(unseen).toEqual([]);
  });

  it('there is one of every endpoint that answers JSON of ours', () => {
    const silent = rows.map(([name]) => name).filter((name) => !real.of[name]);
    expect(silent).toEqual(['metrics', 'openapi', 'dashboard']);
    expect(rows.map(([name]) => name).filter((name) => answerTable[name].length === 0)).toEqual(silent);
  });
});

describe('endpoints.md', () => {
  it.each(locales)(
    'is made from the tables and from what was answered (npm run tables): %s',
    async (locale) => {
      await expectPage('endpoints', locale, endpointsPage(locale, real));
    },
  );

  it('has the same headings and anchors in both languages', () => {
    const shape = (text: string) =>
      [...text.matchAll(/^(#+) (.*)$|<a id="(\w+)">/gm)].map(([, level, title, id]) =>
        id ? id : `${level}${title?.startsWith('`') ? title : ''}`,
      );
    expect(shape(endpointsPage('id', real))).toEqual(shape(endpointsPage('en', real)));
  });
});
