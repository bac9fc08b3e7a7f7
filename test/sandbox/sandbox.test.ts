/** The emulated platform, against the facts of the real one (platform facts 1 to 8). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { ambiguousNik, createSandbox, type Sandbox, sandboxCredential } from '../../src/sandbox.js';
import { oracles } from '../support/need.js';

const base = 'https://sandbox.invalid';
const nikSystem = 'https://fhir.kemkes.go.id/id/nik';
let sandbox: Sandbox;
let clock: number;
let token: string;

// biome-ignore lint/suspicious/noExplicitAny: answers of a platform whose types we are testing
type Body = any;

async function ask(method: string, path: string, body?: unknown, authorization = `Bearer ${token}`) {
  const response = await sandbox.fetch(`${base}/fhir-r4/v1${path}`, {
    method,
    headers: { authorization, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Body };
}

async function login(secret: string = sandboxCredential.clientSecret) {
  const response = await sandbox.fetch(`${base}/oauth2/v1/accesstoken?grant_type=client_credentials`, {
    method: 'POST',
    body: new URLSearchParams({ client_id: sandboxCredential.clientId, client_secret: secret }),
  });
  return { status: response.status, body: (await response.json()) as Body };
}

beforeEach(async () => {
  clock = Date.parse('2026-01-10T00:00:00Z');
  sandbox = createSandbox({ now: () => clock });
  token = (await login()).body.access_token;
});

const search = (nik: string) =>
  ask('GET', `/Patient?identifier=${encodeURIComponent(`${nikSystem}|${nik}`)}`);

const encounter = (change: Record<string, unknown> = {}) => ({
  resourceType: 'Encounter',
  identifier: [{ system: 'http://sys-ids.kemkes.go.id/encounter/10000004', value: 'V-1' }],
  status: 'in-progress',
  statusHistory: [{ status: 'in-progress', period: { start: '2025-01-01T00:00:00+00:00' } }],
  class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' },
  subject: { reference: 'Patient/P00123456789' },
  participant: [{ individual: { reference: 'Practitioner/10001234567' } }],
  period: { start: '2025-01-01T00:00:00+00:00' },
  location: [{ location: { reference: 'Location/7d4f9b1e-3c0a-4a58-9d1c-5f2b8a6e1001' } }],
  serviceProvider: { reference: 'Organization/10000004' },
  ...change,
});

describe('token', () => {
  it('all values are strings', async () => {
    const { status, body } = await login();
    expect(status).toBe(200);
    expect(body).toMatchObject({
      token_type: 'BearerToken',
      expires_in: '3599',
      refresh_token_expires_in: '0',
    });
    expect(body.issued_at).toBe(String(clock));
  });

  it('wrong credentials: 401 with severity and code swapped, then 429 for a minute', async () => {
    const refused = await login('wrong');
    expect(refused.status).toBe(401);
    expect(refused.body.issue[0]).toMatchObject({ severity: 'invalid', code: 'value' });
    const throttled = await login();
    expect(throttled.status).toBe(429);
    expect(throttled.body.issue[0]).toMatchObject({ severity: 'transient', code: 'throttled' });
    clock += 60_001;
    expect((await login()).status).toBe(200);
  });

  it('no, a wrong or an expired token is 401 invalid-access-token', async () => {
    for (const authorization of ['', 'Bearer nope']) {
      const { status, body } = await ask('GET', '/Patient/P00123456789', undefined, authorization);
      expect([status, body.issue[0].code]).toEqual([401, 'invalid-access-token']);
    }
    clock += 3_600_000;
    expect((await ask('GET', '/Patient/P00123456789')).status).toBe(401);
  });
});

describe('master patient index', () => {
  it('a search by NIK gives a masked NIK and name, no gender, no birth date', async () => {
    const { body } = await search('9271060312000001');
    expect(body.total).toBe(1);
    const { resource } = body.entry[0];
    expect(resource).toMatchObject({ id: 'P02478375538', name: [{ text: 'Ar** Pu**' }] });
    expect(JSON.stringify(body.entry)).not.toContain('9271060312000001');
    expect(resource).not.toHaveProperty('gender');
    expect(resource).not.toHaveProperty('birthDate');
  });

  it('an unknown NIK gives an empty entry and total 0; one NIK has two patients', async () => {
    expect((await search('3201010101990009')).body).toMatchObject({ entry: [], total: 0, type: 'searchset' });
    expect((await search(ambiguousNik)).body.total).toBe(2);
  });

  it('a read by id has no name; an unknown id is 404 no-store', async () => {
    const { body } = await ask('GET', '/Patient/P00123456789');
    expect(body).toMatchObject({ id: 'P00123456789', active: true });
    expect(body).not.toHaveProperty('name');
    const missing = await ask('GET', '/Patient/P99999999999');
    expect([missing.status, missing.body.issue[0].code]).toEqual([404, 'no-store']);
  });

  it('create says success in the body, with HTTP 200', async () => {
    const patient = (nik: string) => ({
      resourceType: 'Patient',
      identifier: [{ system: nikSystem, value: nik }],
      name: [{ text: 'Contoh' }],
    });
    const created = await ask('POST', '/Patient', patient('3201010101990003'));
    expect(created.body).toMatchObject({
      success: true,
      data: { 'Patient ID:': expect.stringMatching(/^P\d{11}$/) },
    });
    expect((await ask('POST', '/Patient', patient('3201010101990003'))).body).toMatchObject({
      success: false,
      message: 'Patient Resource Exists',
      data: { resourceID: created.body.data['Patient ID:'] },
    });
    expect((await ask('POST', '/Patient', patient('0001010101990003'))).body).toEqual({
      success: false,
      message: 'Citizen Not Exists',
    });
  });

  const folder = oracles();
  it.skipIf(!folder)('the answer to a search has the recorded keys, in the recorded order', async () => {
    const recorded = JSON.parse(
      readFileSync(
        join(folder ?? '', 'rawat-jalan/responses/01-008-0-200-Bundle-patient-by-nik.json'),
        'utf8',
      ),
    ).body;
    const { body } = await search('9271060312000001');
    expect(Object.keys(body)).toEqual(Object.keys(recorded));
    expect(Object.keys(body.entry[0])).toEqual(Object.keys(recorded.entry[0]));
    const { link, ...resource } = recorded.entry[0].resource;
    expect(link).toBeDefined(); // a relation to another person, which our made-up ones do not have
    expect(Object.keys(body.entry[0].resource)).toEqual(Object.keys(resource));
    expect(Object.keys(body.entry[0].resource.meta)).toEqual(Object.keys(resource.meta));
    expect(body.link.map(({ relation }: Body) => relation)).toEqual(
      recorded.link.map(({ relation }: Body) => relation),
    );
  });
});

describe('practitioners', () => {
  it('can be searched and read, not written', async () => {
    const found = await ask(
      'GET',
      `/Practitioner?identifier=${encodeURIComponent(`${nikSystem}|7209061211900001`)}`,
    );
    expect(found.body.entry[0].resource.id).toBe('10009880728');
    expect((await ask('GET', '/Practitioner/10009880728')).status).toBe(200);
    expect((await ask('POST', '/Practitioner', { resourceType: 'Practitioner' })).status).toBe(403);
  });
});

describe('writes', () => {
  it('a create answers with id, version, headers and sorted keys', async () => {
    const { status, body, headers } = await ask('POST', '/Encounter', encounter());
    expect(status).toBe(201);
    expect(body.id).toMatch(/^[0-9a-f-]{36}$/);
    expect(Object.keys(body)).toEqual([...Object.keys(body)].sort());
    expect(body.meta.lastUpdated).toMatch(/^2026-01-10T00:00:00\.\d{6}\+00:00$/);
    const nanoseconds = atob(body.meta.versionId);
    expect(nanoseconds).toMatch(/^\d{19}$/);
    expect(headers.get('etag')).toBe(`W/"${body.meta.versionId}"`);
    expect(headers.get('last-modified')).toBe('Sat, 10 Jan 2026 00:00:00 UTC');
    expect(headers.get('x-request-id')).toMatch(/\S/);
    expect((await ask('GET', `/Encounter/${body.id}`)).body).toEqual(body);
  });

  it('the same identifier again is a duplicate, 20002', async () => {
    await ask('POST', '/Encounter', encounter());
    const again = await ask('POST', '/Encounter', encounter());
    expect([again.status, again.body.issue[0].code]).toEqual([400, 'duplicate']);
    expect(again.body.issue[0].details.text).toContain('20002');
    expect(sandbox.stats()).toMatchObject({ writes: 1, resources: { Encounter: 1 } });
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['no subject', { subject: undefined }, '10118'],
    ['no location', { location: undefined }, '10120'],
    ['no serviceProvider', { serviceProvider: undefined }, '10124'],
    ['no participant', { participant: undefined }, '10336'],
    ['another organization', { serviceProvider: { reference: 'Organization/10000099' } }, '10200'],
    ['finished without a diagnosis', { status: 'finished' }, '10457'],
    ['an open history when finished', { status: 'finished', diagnosis: [{ rank: 1 }] }, '10122'],
    ['a date in the future', { period: { start: '2027-01-01T00:00:00+00:00' } }, '10132'],
    ['a date before 2014-06-03', { period: { start: '2014-06-02T00:00:00+00:00' } }, '10132'],
    ['a date without a time', { period: { start: '2025-01-01' } }, '10132'],
    ['empty text', { priority: { text: '' } }, '10134'],
    ['an empty list', { reasonCode: [] }, 'unparseable_resource'],
    [
      'an end before the start',
      { period: { start: '2025-01-02T00:00:00Z', end: '2025-01-01T00:00:00Z' } },
      'Encounter.period',
    ],
    [
      'an unknown patient',
      { subject: { reference: 'Patient/P99999999999' } },
      'reference target(s) not found',
    ],
    ['a malformed reference', { subject: { reference: 'Patient/dummy-1' } }, 'Wrong reference ID format'],
  ])('%s is refused', async (_, change, words) => {
    const { status, body } = await ask('POST', '/Encounter', encounter(change));
    expect(status).toBe(400);
    expect(JSON.stringify(body.issue)).toContain(words);
    expect(sandbox.stats().writes).toBe(0);
  });

  it('names every failing rule at once', async () => {
    const { body } = await ask(
      'POST',
      '/Encounter',
      encounter({ subject: undefined, location: undefined, participant: undefined }),
    );
    expect(body.issue).toHaveLength(3);
  });
});

describe('transactions', () => {
  const observation = (change: Record<string, unknown> = {}) => ({
    resourceType: 'Observation',
    status: 'final',
    code: { coding: [{ system: 'http://loinc.org', code: '8480-6' }] },
    subject: { reference: 'Patient/P00123456789' },
    encounter: { reference: 'urn:uuid:1' },
    performer: [{ reference: 'Practitioner/10001234567' }],
    issued: '2025-01-01T00:00:00+00:00',
    ...change,
  });
  const bundle = (...resources: Record<string, unknown>[]) => ({
    resourceType: 'Bundle',
    type: 'transaction',
    entry: resources.map((resource, index) => ({
      fullUrl: `urn:uuid:${index + 1}`,
      resource,
      request: { method: 'POST', url: resource.resourceType },
    })),
  });

  it('writes all, resolves urn:uuid, answers in order with the extras', async () => {
    const { status, body } = await ask('POST', '', bundle(encounter(), observation()));
    expect(status).toBe(200);
    expect(body).toMatchObject({ resourceType: 'Bundle', type: 'transaction-response', total: 2 });
    const [first, second] = body.entry.map(({ response }: Body) => response);
    expect(first).toMatchObject({ status: '201 Created', resourceType: 'Encounter' });
    expect(first.location).toContain(`/fhir-r4/v1/Encounter/${first.resourceID}/_history/`);
    expect(first.etag).toBe(second.etag);
    expect(sandbox.resources('Observation')[0]).toMatchObject({
      encounter: { reference: `Encounter/${first.resourceID}` },
    });
    expect(sandbox.stats()).toMatchObject({ writes: 1, requests: { POST: { Bundle: 1 } } });
    const listed = await ask('GET', `/Observation?encounter=${first.resourceID}`);
    expect(listed.body.entry[0].resource.id).toBe(second.resourceID);
  });

  it('writes nothing when one entry is refused', async () => {
    const { status, body } = await ask(
      'POST',
      '',
      bundle(encounter(), observation({ performer: undefined, issued: undefined })),
    );
    expect(status).toBe(400);
    expect(JSON.stringify(body.issue)).toMatch(/10383.*10296/);
    expect(sandbox.resources('Encounter')).toEqual([]);
    expect(sandbox.stats().writes).toBe(0);
  });
});

describe('books', () => {
  it('a search of more than 100 comes in pages, whose total is of the page', async () => {
    for (let number = 0; number < 101; number++) {
      const identifier = [{ system: 'http://sys-ids.kemkes.go.id/encounter/10000004', value: `V-${number}` }];
      await ask('POST', '/Encounter', encounter({ identifier }));
    }
    const first = await ask('GET', '/Encounter?subject=P00123456789');
    expect(first.body.total).toBe(100);
    const next = first.body.link.find(({ relation }: Body) => relation === 'next').url;
    const second = await ask('GET', `/Encounter${new URL(next).search}`);
    expect(second.body.total).toBe(1);
    expect(second.body.link.map(({ relation }: Body) => relation)).not.toContain('next');
  });

  it('stats, resources and reset are there over HTTP and in code', async () => {
    await ask('POST', '/Encounter', encounter());
    const get = async (path: string) => (await sandbox.fetch(`${base}${path}`)).json();
    expect(await get('/_sandbox/stats')).toEqual(sandbox.stats());
    expect(sandbox.stats()).toMatchObject({
      requests: { POST: { token: 1, Encounter: 1 } },
      writes: 1,
      duplicates: { byIdentifier: 0 },
      tokensIssued: 1,
    });
    expect(await get('/_sandbox/resources?type=Encounter')).toHaveLength(1);
    expect((await sandbox.fetch(`${base}/_sandbox/reset`, { method: 'POST' })).status).toBe(200);
    expect(await get('/_sandbox/resources?type=Encounter')).toEqual([]);
    expect(sandbox.stats()).toMatchObject({ writes: 0, requests: {}, tokensIssued: 0 });
  });

  it('what is not there is 404, what is not allowed 405', async () => {
    expect((await sandbox.fetch(`${base}/elsewhere`)).status).toBe(404);
    expect((await sandbox.fetch(`${base}/fhir-r4/wrong`)).status).toBe(404);
    expect((await ask('DELETE', '/Encounter/x')).status).toBe(405);
    expect((await ask('POST', '', 'not a bundle')).status).toBe(400);
  });
});
