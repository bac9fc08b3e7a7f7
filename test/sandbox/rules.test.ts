/** The rules of an emulator, E1 to E15 (platform facts, section 12), and the switches of what is unverified. */
import { describe, expect, it } from 'vitest';
import { ambiguousNik, sandboxCredential } from '../../src/sandbox.js';
import {
  type Body,
  base,
  bundle,
  encounter,
  firstUrl,
  observation,
  startAsking,
} from '../support/platform.js';

const nik = (value: string, system = 'nik') =>
  `identifier=${encodeURIComponent(`https://fhir.kemkes.go.id/id/${system}|${value}`)}`;
const text = (body: Body) => JSON.stringify(body.issue ?? body);
const patch = { 'content-type': 'application/json-patch+json' };

it('E1: grant_type in the query, strings, 401 of its own kind, then 429 for a minute', async () => {
  const { sandbox, login, clock } = await startAsking({ tokenLifetime: 14_399 });
  const { body } = await login();
  expect(body.expires_in).toBe('14399');
  for (const value of Object.values(body)) expect(['string', 'object']).toContain(typeof value);
  const inBody = await sandbox.fetch(`${base}/oauth2/v1/accesstoken`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: 'other',
      client_secret: sandboxCredential.clientSecret,
    }),
  });
  expect(inBody.status).toBe(401);
  expect((await login(undefined, 'wrong')).body.issue[0]).toMatchObject({
    severity: 'invalid',
    code: 'value',
  });
  expect((await login()).status).toBe(429);
  clock.now += 60_001;
  expect((await login()).status).toBe(200);
});

it('E2: 401 invalid-access-token without a token and with an expired one', async () => {
  const { ask, clock } = await startAsking();
  expect((await ask('GET', '/Patient/P00123456789', undefined, { authorization: '' })).status).toBe(401);
  clock.now += 3_600_000;
  const { status, body } = await ask('GET', '/Patient/P00123456789');
  expect([status, body.issue[0].code]).toEqual([401, 'invalid-access-token']);
});

it('E3: ids, versions, sorted keys, times and headers, of a create and of a replacement', async () => {
  const { ask, clock } = await startAsking();
  const created = await ask('POST', '/Encounter', encounter());
  expect(created.status).toBe(201);
  const { id, meta } = created.body;
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/);
  expect(Object.keys(created.body)).toEqual(Object.keys(created.body).sort());
  expect(BigInt(atob(meta.versionId)) / 1_000_000n).toBe(BigInt(clock.now));
  expect(meta.lastUpdated).toMatch(/^2026-01-10T00:00:00\.\d{6}\+00:00$/);
  expect(created.headers.get('etag')).toBe(`W/"${meta.versionId}"`);
  expect(created.headers.get('last-modified')).toBe('Sat, 10 Jan 2026 00:00:00 UTC');
  expect(created.headers.get('location')).toContain(`/Encounter/${id}/_history/${meta.versionId}`);
  const { meta: _, ...rest } = created.body;
  const { period } = encounter();
  const replaced = await ask('PUT', `/Encounter/${id}`, { ...rest, length: undefined, period });
  expect(replaced.status).toBe(200);
  expect(replaced.body.meta.versionId).not.toBe(meta.versionId);
  expect((await ask('GET', `/Encounter/${id}`)).body).toEqual(replaced.body);
});

it('E3: identifier [] where none was sent; creator by switch, and as an object where there is one', async () => {
  const { ask } = await startAsking();
  const { body } = await ask('POST', '/Encounter', encounter());
  expect((await ask('POST', '/Observation', observation(body.id))).body.identifier).toEqual([]);
  const composition = {
    resourceType: 'QuestionnaireResponse',
    status: 'completed',
    questionnaire: 'https://fhir.kemkes.go.id/Questionnaire/Q0007',
  };
  const creator = { system: 'http://sys-ids.kemkes.go.id/creator', value: '10000004' };
  expect((await ask('POST', '/QuestionnaireResponse', composition)).body.identifier).toEqual(creator);
  const other = await startAsking({ creatorIdentifier: true });
  expect((await other.ask('POST', '/Encounter', encounter())).body.identifier).toEqual([
    { system: 'http://sys-ids.kemkes.go.id/encounter/10000004', value: 'V-1' },
    creator,
  ]);
});

it('E4: registration answers 200 with success in the body, in each of its shapes', async () => {
  const patient = (value: string, system = 'nik') => ({
    resourceType: 'Patient',
    identifier: [{ system: `https://fhir.kemkes.go.id/id/${system}`, value }],
    name: [{ text: 'Contoh' }],
    birthDate: '2024-01-01',
  });
  const { ask } = await startAsking();
  const created = await ask('POST', '/Patient', patient('3201010101990003'));
  expect([created.status, created.body.success]).toEqual([200, true]);
  expect(created.body.data['Patient ID:']).toMatch(/^P\d{11}$/);
  expect((await ask('POST', '/Patient', patient('3201010101990003'))).body.message).toBe(
    'Patient Resource Exists',
  );
  expect((await ask('POST', '/Patient', patient('0001010101990003'))).body).toEqual({
    success: false,
    message: 'Citizen Not Exists',
  });
  const newborn = await ask('POST', '/Patient', patient('9204014804000002', 'nik-ibu'));
  expect(newborn.body.success).toBe(true);
  const found = await ask('GET', `/Patient?${nik('9204014804000002', 'nik-ibu')}`);
  expect(found.body.entry[0].resource.birthDate).toBe('2024-01-01');
  const father = await ask('POST', '/Patient', patient('9271060312000001', 'nik-ibu'));
  expect([father.status, text(father.body)]).toEqual([400, expect.stringContaining('not female')]);
  const answers = {
    combined: (body: Body) => body.create_patient.data.patient_id,
    resource: (body: Body) => body.id,
  } as const;
  for (const shape of ['combined', 'resource'] as const) {
    const other = await startAsking({ registrationAnswer: shape });
    const { body } = await other.ask('POST', '/Patient', patient('3201010101990003'));
    expect(answers[shape](body)).toMatch(/^P\d{11}$/);
  }
  const broken = await startAsking({ registrationAnswer: 'error-500' });
  expect((await broken.ask('POST', '/Patient', patient('3201010101990003'))).status).toBe(500);
});

it('E5: a search by NIK is masked and reduced; two behind one NIK; pages of 100', async () => {
  const { ask } = await startAsking();
  const { body } = await ask('GET', `/Patient?${nik('9204014804000002')}`);
  expect(Object.keys(body.entry[0].resource)).toEqual([
    'active',
    'id',
    'identifier',
    'meta',
    'name',
    'resourceType',
  ]);
  expect(JSON.stringify(body.entry)).not.toContain('9204014804000002');
  const full = await ask('GET', '/Patient?name=claudia&birthdate=1989-11-03&gender=female');
  expect(full.body.entry[0].resource).toMatchObject({
    birthDate: '1989-11-03',
    gender: 'female',
    name: [{ text: 'Cl** Si**' }],
  });
  expect((await ask('GET', '/Patient?name=cl&birthdate=1989-11-03&gender=female')).status).toBe(400);
  expect((await ask('GET', `/Patient?${nik(ambiguousNik)}`)).body.total).toBe(2);
  expect((await ask('GET', `/Patient?${nik('3201010101990009')}`)).body).toMatchObject({
    entry: [],
    total: 0,
  });
});

it('E6: practitioners cannot be written', async () => {
  const { ask } = await startAsking();
  expect((await ask('POST', '/Practitioner', { resourceType: 'Practitioner' })).status).toBe(403);
});

it('E7: a duplicate identifier is 20002, by type and by switch; a duplicate content by switch', async () => {
  const { ask } = await startAsking();
  const first = await ask('POST', '/Encounter', encounter());
  const again = await ask('POST', '/Encounter', encounter());
  expect([again.status, again.body.issue[0].code, text(again.body)]).toEqual([
    400,
    'duplicate',
    expect.stringContaining('20002'),
  ]);
  const off = await startAsking({ refuseDuplicates: [] });
  await off.ask('POST', '/Encounter', encounter());
  expect((await off.ask('POST', '/Encounter', encounter())).status).toBe(201);
  expect(off.sandbox.stats().duplicates).toEqual({ byIdentifier: 1, byContent: 1 });
  expect((await ask('POST', '/Observation', observation(first.body.id))).status).toBe(201);
  expect((await ask('POST', '/Observation', observation(first.body.id))).status).toBe(201);
  const strict = await startAsking({ refuseSameContent: ['Observation'] });
  const { body } = await strict.ask('POST', '/Encounter', encounter());
  await strict.ask('POST', '/Observation', observation(body.id));
  expect(text((await strict.ask('POST', '/Observation', observation(body.id))).body)).toContain('20002');
});

describe('E8: encounters', () => {
  const S = '2025-01-01T00:00:00+00:00';
  const E = '2025-01-01T01:00:00+00:00';
  const finished = (use: string) => ({
    status: 'finished',
    period: { start: S, end: E },
    statusHistory: [{ status: 'finished', period: { start: E, end: E } }],
    diagnosis: [
      {
        condition: { reference: 'urn:uuid:0b0a6e1e-55f3-4d44-8f0a-6f3f2f6f1d19' },
        use: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/diagnosis-role', code: use }] },
      },
    ],
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['no subject', { subject: undefined }, '10118'],
    ['no location', { location: undefined }, '10120'],
    ['no serviceProvider', { serviceProvider: undefined }, '10124'],
    ['no participant', { participant: undefined }, '10336'],
    ['no statusHistory', { statusHistory: undefined }, '10122'],
    ['another organization', { serviceProvider: { reference: 'Organization/10000099' } }, '10200'],
    [
      'an identifier of another organization',
      { identifier: [{ system: 'http://sys-ids.kemkes.go.id/encounter/1', value: 'x' }] },
      '10200',
    ],
    [
      'an identifier of another kind',
      { identifier: [{ system: 'http://sys-ids.kemkes.go.id/visit/10000004', value: 'x' }] },
      '10117',
    ],
    ['finished without a diagnosis', { ...finished('DD'), diagnosis: undefined }, '10457'],
    ['finished with a complaint only', finished('CC'), '10457'],
    [
      'finished with an open history',
      { ...finished('DD'), statusHistory: [{ status: 'finished', period: { start: E } }] },
      '10122',
    ],
    ['a date in the future', { period: { start: '2027-01-01T00:00:00+00:00' } }, '10132'],
    ['a date before 2014-06-03', { period: { start: '2014-06-02T00:00:00+00:00' } }, '10132'],
    ['a date without a time', { period: { start: '2025-01-01' } }, '10132'],
    [
      'an end before the start',
      { period: { start: E, end: S } },
      'fhirpath-constraint-violation-Encounter.period',
    ],
  ])('%s', async (_, change, words) => {
    const { ask, sandbox } = await startAsking();
    const { status, body } = await ask('POST', '/Encounter', encounter(change));
    expect([status, text(body)]).toEqual([400, expect.stringContaining(words)]);
    expect(sandbox.stats().writes).toBe(0);
  });

  it('finished with AD or DD passes; with CC by switch', async () => {
    for (const [use, options] of [
      ['AD', {}],
      ['DD', {}],
      ['CC', { complaintFinishes: true }],
    ] as const) {
      const { ask } = await startAsking(options);
      expect((await ask('POST', '/Encounter', encounter(finished(use)))).status).toBe(201);
    }
  });

  it('other offsets are accepted and given back as they came', async () => {
    const { ask } = await startAsking();
    const { body } = await ask(
      'POST',
      '/Encounter',
      encounter({ period: { start: '2025-01-01T07:00:00+07:00' } }),
    );
    expect(body.period.start).toBe('2025-01-01T07:00:00+07:00');
  });
});

describe('E9: what hangs on an encounter', () => {
  it.each<[string, string, Record<string, unknown>, string]>([
    ['an Observation without encounter', 'Observation', { encounter: undefined }, '10130'],
    ['an Observation without performer', 'Observation', { performer: undefined }, '10383'],
    ['an Observation without issued', 'Observation', { issued: undefined }, '10296'],
    [
      'a LOINC code with a wrong check digit',
      'Observation',
      { code: { coding: [{ system: 'http://loinc.org', code: '8480-5' }] } },
      '10001',
    ],
    [
      'a clinical-term code that is none',
      'Observation',
      {
        code: {
          coding: [{ system: 'http://terminology.kemkes.go.id/CodeSystem/clinical-term', code: 'X1' }],
        },
      },
      '10010',
    ],
    [
      'a Condition with an unknown SNOMED code',
      'Condition',
      { code: { coding: [{ system: 'http://snomed.info/sct', code: '27724004' }] } },
      '10003',
    ],
    [
      'a Condition with no ICD-10 code',
      'Condition',
      { code: { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10', code: 'hipertensi' }] } },
      '10001',
    ],
  ])('%s', async (_, type, change, words) => {
    const { ask } = await startAsking();
    const visit = (await ask('POST', '/Encounter', encounter())).body.id;
    const condition = {
      resourceType: 'Condition',
      subject: { reference: 'Patient/P00123456789' },
      encounter: { reference: `Encounter/${visit}` },
    };
    const good = type === 'Condition' ? condition : observation(visit);
    const { status, body } = await ask('POST', `/${type}`, { ...good, ...change });
    expect([status, text(body)]).toEqual([400, expect.stringContaining(words)]);
  });
});

it('E10: empty text is 10134, an empty list or object the FHIR store’s own refusal', async () => {
  const { ask } = await startAsking();
  const empty = await ask('POST', '/Encounter', encounter({ priority: { text: '' } }));
  expect(empty.body.text).toEqual({ status: 'generated' });
  expect(text(empty.body)).toContain('10134');
  for (const value of [[], {}]) {
    const { status, body } = await ask('POST', '/Encounter', encounter({ reasonCode: value }));
    expect([status, text(body)]).toEqual([400, expect.stringContaining('unparseable_resource')]);
    expect(body).not.toHaveProperty('text');
  }
});

it('E11: PATCH takes only application/json-patch+json; there is no DELETE', async () => {
  const { ask } = await startAsking();
  const visit = (await ask('POST', '/Encounter', encounter())).body.id;
  const { id } = (await ask('POST', '/Observation', observation(visit))).body;
  const operations = [{ op: 'replace', path: '/status', value: 'corrected' }];
  const refused = await ask('PATCH', `/Observation/${id}`, operations);
  expect([refused.status, text(refused.body)]).toEqual([400, expect.stringContaining('invalid_headers')]);
  const patched = await ask('PATCH', `/Observation/${id}`, operations, patch);
  expect([patched.status, patched.body.status]).toEqual([200, 'corrected']);
  for (const bad of [
    [],
    [{ op: 'replace', path: '/nothing/here', value: 1 }],
    [{ op: 'fly', path: '/status' }],
  ]) {
    expect((await ask('PATCH', `/Observation/${id}`, bad, patch)).status).toBe(400);
  }
  expect(
    (await ask('PATCH', `/Observation/${id}`, [{ op: 'replace', path: '/status', value: 'salah' }], patch))
      .status,
  ).toBe(400);
  expect((await ask('GET', `/Observation/${id}`)).body.status).toBe('corrected');
  expect((await ask('DELETE', `/Observation/${id}`)).status).toBe(405);
});

it('E12: unknown ids, unknown references, malformed references', async () => {
  const { ask } = await startAsking();
  const missing = await ask('GET', '/Condition/00000000-0000-4000-8000-000000000000');
  expect([missing.status, text(missing.body)]).toEqual([404, expect.stringContaining('storage_error')]);
  const unknown = await ask(
    'POST',
    '/Encounter',
    encounter({ subject: { reference: 'Patient/P99999999999' } }),
  );
  expect(text(unknown.body)).toContain('reference target(s) not found: Patient/P99999999999');
  const malformed = await ask('POST', '/Encounter', encounter({ subject: { reference: 'Patient/dummy-1' } }));
  expect(text(malformed.body)).toContain('Wrong reference ID format: Patient/dummy-1');
  const mismatch = await ask('PUT', `/Location/7d4f9b1e-3c0a-4a58-9d1c-5f2b8a6e1001`, {
    resourceType: 'Location',
    id: 'x',
  });
  expect(text(mismatch.body)).toContain('resource_mismatch');
});

it('E13: transactions, all or nothing, in the order of the request; a switch for partial saves', async () => {
  const { ask, sandbox } = await startAsking();
  const good = await ask('POST', '', bundle(encounter(), observation(firstUrl)));
  expect(good.body).toMatchObject({ type: 'transaction-response', total: 2 });
  const [first, second] = good.body.entry.map(({ response }: Body) => response);
  expect([first.resourceType, second.resourceType]).toEqual(['Encounter', 'Observation']);
  expect(sandbox.resources('Observation')[0]).toMatchObject({
    encounter: { reference: `Encounter/${first.resourceID}` },
  });
  const bad = bundle(encounter({ identifier: undefined }), observation(firstUrl, { performer: undefined }));
  expect((await ask('POST', '', bad)).status).toBe(400);
  expect(sandbox.resources('Encounter')).toHaveLength(1);
  const partial = await startAsking({ partialSaves: true });
  expect((await partial.ask('POST', '', bad)).status).toBe(400);
  expect(partial.sandbox.resources('Encounter')).toHaveLength(1);
});

it('E13: PUT in a Bundle is refused, unless switched on', async () => {
  const put = (id: string) => ({
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [
      {
        fullUrl: firstUrl,
        resource: { ...encounter(), id },
        request: { method: 'PUT', url: `Encounter/${id}` },
      },
    ],
  });
  for (const [bundlePut, status] of [
    [false, 400],
    [true, 200],
  ] as const) {
    const { ask } = await startAsking({ bundlePut });
    const { id } = (await ask('POST', '/Encounter', encounter())).body;
    expect((await ask('POST', '', put(id))).status).toBe(status);
  }
});

it('E14: MedicationDispense ignores encounter, and wants a subject beside context', async () => {
  const { ask, sandbox } = await startAsking();
  const dispense = (id: string, patient: string) => ({
    resourceType: 'MedicationDispense',
    id,
    status: 'completed',
    subject: { reference: `Patient/${patient}` },
    context: { reference: `Encounter/${id}` },
  });
  sandbox.put(dispense('a', 'P00123456789'), dispense('b', 'P02478375538'));
  expect((await ask('GET', '/MedicationDispense?encounter=a')).body.total).toBe(2);
  const refused = await ask('GET', '/MedicationDispense?context=a');
  expect([refused.status, text(refused.body)]).toEqual([
    400,
    expect.stringContaining('Missing query parameters: subject'),
  ]);
  expect((await ask('GET', '/MedicationDispense?subject=P00123456789&context=a')).body.total).toBe(1);
});

it('E15: every failing rule in one answer', async () => {
  const { ask } = await startAsking();
  const broken = encounter({ subject: undefined, location: undefined, priority: { text: '' } });
  const { body } = await ask('POST', '', bundle(broken, observation(firstUrl, { issued: undefined })));
  for (const rule of ['10118', '10120', '10134', '10296']) expect(text(body)).toContain(rule);
});

describe('organizations', () => {
  const credentials = [sandboxCredential, { clientId: 'two', clientSecret: 's', organizationId: '10000005' }];

  it('another’s data is suppressed when read or searched, refused when written', async () => {
    const { ask, login } = await startAsking({ credentials });
    const { id } = (await ask('POST', '/Encounter', encounter())).body;
    await login('two', 's');
    const read = await ask('GET', `/Encounter/${id}`);
    expect([read.status, read.body.issue[0].code]).toEqual([200, 'suppressed']);
    const [hidden] = (await ask('GET', '/Encounter?subject=P00123456789')).body.entry;
    expect(hidden).not.toHaveProperty('fullUrl');
    expect(hidden.resource.issue[0]).toMatchObject({
      code: 'suppressed',
      diagnostics: `No consent available for Encounter/${id}`,
    });
    const written = await ask('PUT', `/Encounter/${id}`, { ...encounter(), id });
    expect([written.status, text(written.body)]).toEqual([403, expect.stringContaining('business rules')]);
    expect((await ask('GET', '/Patient/P00123456789')).status).toBe(200);
  });

  it('a type that is not permitted is 20003', async () => {
    const { ask } = await startAsking({ permitted: (type) => type !== 'Encounter' });
    const { status, body } = await ask('POST', '/Encounter', encounter());
    expect([status, text(body)]).toEqual([403, expect.stringContaining('20003')]);
  });
});

describe('searches', () => {
  it('only the proven sets of parameters are taken', async () => {
    const { ask } = await startAsking();
    for (const query of [
      'Encounter?status=finished',
      'Condition?code=I10',
      'Observation',
      'Location?_id=1',
      'Patient?gender=male',
    ]) {
      expect((await ask('GET', `/${query}`)).status, query).toBe(400);
    }
    expect((await ask('GET', '/Kunjungan?x=1')).status).toBe(404);
    expect((await ask('GET', '/Encounter?subject=P00123456789&_page_token=%F0')).status).toBe(400);
  });

  it('by encounter, by subject and code, by provider and day, by organization', async () => {
    const { ask } = await startAsking();
    const visit = (await ask('POST', '/Encounter', encounter())).body.id;
    await ask('POST', '/Condition', {
      resourceType: 'Condition',
      clinicalStatus: {
        coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active' }],
      },
      code: { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10', code: 'I10' }] },
      subject: { reference: 'Patient/P00123456789' },
      encounter: { reference: `Encounter/${visit}` },
    });
    for (const [query, total] of [
      [`Condition?encounter=${visit}`, 1],
      ['Condition?subject=P00123456789&code=I10', 1],
      ['Condition?subject=P00123456789&code=I11', 0],
      ['Condition?subject=P00123456789&clinical-status=active', 1],
      ['Encounter?service-provider=10000004&date=2025-01-01', 1],
      ['Encounter?service-provider=10000004&date=2025-01-02', 0],
      ['Encounter?service-provider=10000004&date=ge2024-12-31&date=le2025-01-02', 1],
      ['Location?organization=10000004', 1],
      ['Location?name=poli', 1],
      ['Location?name=gigi&organization=10000004', 0],
    ] as const) {
      expect((await ask('GET', `/${query}`)).body.total, query).toBe(total);
    }
    const all = await ask('GET', `/Encounter/${visit}/$everything`);
    expect(all.body.entry.map(({ resource }: Body) => resource.resourceType)).toEqual([
      'Encounter',
      'Condition',
    ]);
  });
});
