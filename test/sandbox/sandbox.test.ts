/** Books, pages, addresses, and the recorded shape of an answer. The rules have a file of their own. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { oracles } from '../support/need.js';
import { type Body, base, encounter, startAsking } from '../support/platform.js';

const folder = oracles();

it.skipIf(!folder)('the answer to a search has the recorded keys, in the recorded order', async () => {
  const { ask } = await startAsking();
  const recorded = JSON.parse(
    readFileSync(join(folder ?? '', 'rawat-jalan/responses/01-008-0-200-Bundle-patient-by-nik.json'), 'utf8'),
  ).body;
  const { body } = await ask(
    'GET',
    '/Patient?identifier=https://fhir.kemkes.go.id/id/nik%7C9271060312000001',
  );
  expect(Object.keys(body)).toEqual(Object.keys(recorded));
  expect(Object.keys(body.entry[0])).toEqual(Object.keys(recorded.entry[0]));
  const { link, ...resource } = recorded.entry[0].resource;
  expect(link).toBeDefined(); // a relation to another person, which our made-up ones do not have
  expect(Object.keys(body.entry[0].resource)).toEqual(Object.keys(resource));
  expect(Object.keys(body.entry[0].resource.meta)).toEqual(Object.keys(resource.meta));
  const relations = (from: Body) => from.link.map(({ relation }: Body) => relation);
  expect(relations(body)).toEqual(relations(recorded));
});

it('a search of more than 100 comes in pages, whose total is of the page', async () => {
  const { ask } = await startAsking();
  for (let number = 0; number < 101; number++) {
    const identifier = [{ system: 'http://sys-ids.kemkes.go.id/encounter/10000004', value: `V-${number}` }];
    await ask('POST', '/Encounter', encounter({ identifier }));
  }
  const first = await ask('GET', '/Encounter?subject=P00123456789');
  expect(first.body.total).toBe(100);
  const next = first.body.link.find(({ relation }: Body) => relation === 'next').url;
  expect(new URL(next).pathname).toBe('/fhir-r4/v1/Encounter/');
  const second = await ask('GET', `/Encounter/${new URL(next).search}`);
  expect(second.body.total).toBe(1);
  expect(second.body.link.map(({ relation }: Body) => relation)).not.toContain('next');
});

it('stats, resources and reset are there over HTTP and in code', async () => {
  const { ask, sandbox } = await startAsking();
  await ask('POST', '/Encounter', encounter());
  const get = async (path: string) => (await sandbox.fetch(`${base}${path}`)).json();
  expect(await get('/_sandbox/stats')).toEqual(sandbox.stats());
  expect(sandbox.stats()).toMatchObject({
    requests: { POST: { token: 1, Encounter: 1 } },
    writes: 1,
    duplicates: { byIdentifier: 0, byContent: 0 },
    tokensIssued: 1,
  });
  expect(await get('/_sandbox/resources?type=Encounter')).toHaveLength(1);
  expect((await sandbox.fetch(`${base}/_sandbox/reset`, { method: 'POST' })).status).toBe(200);
  expect(await get('/_sandbox/resources?type=Encounter')).toEqual([]);
  expect(sandbox.stats()).toMatchObject({ writes: 0, requests: {}, tokensIssued: 0 });
});

it('what is not there is 404 without a body', async () => {
  const { sandbox, ask } = await startAsking();
  for (const path of ['/elsewhere', '/fhir-r4/wrong', '/_sandbox/nothing']) {
    const response = await sandbox.fetch(`${base}${path}`);
    expect([response.status, await response.text()]).toEqual([404, '']);
  }
  expect((await ask('GET', '/metadata')).body).toMatchObject({ fhirVersion: '4.0.1' });
});

it('with a seed, ids and tokens are the same in every run', async () => {
  const run = async (seed: number) => {
    const { ask } = await startAsking({ seed });
    return (await ask('POST', '/Encounter', encounter())).body.id;
  };
  expect(await run(5)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(await run(5)).toBe(await run(5));
  expect(await run(5)).not.toBe(await run(6));
});
