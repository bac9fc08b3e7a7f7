/** Where the emulated platform was broken once: its books, its people, its plans, its snapshots. */
import { describe, expect, it } from 'vitest';
import { createSandbox, type FaultPlan, sandboxCredential } from '../../src/sandbox.js';
import { type Body, bundle, encounter, firstUrl, observation, startAsking } from '../support/platform.js';

const patch = { 'content-type': 'application/json-patch+json' };

describe('duplicates in the books', () => {
  it('by identifier are counted whatever was replaced before', async () => {
    const { ask, sandbox } = await startAsking({ refuseDuplicates: [] });
    const { id } = (await ask('POST', '/Encounter', encounter())).body;
    const system = 'http://sys-ids.kemkes.go.id/encounter/10000004';
    await ask('PUT', `/Encounter/${id}`, { ...encounter({ identifier: [{ system, value: 'V-2' }] }), id });
    expect(sandbox.stats().duplicates.byIdentifier).toBe(0);
    await ask('POST', '/Encounter', encounter({ identifier: [{ system, value: 'V-3' }] }));
    await ask('POST', '/Encounter', encounter({ identifier: [{ system, value: 'V-3' }] }));
    expect(sandbox.stats().duplicates.byIdentifier).toBe(1);
  });

  it('by content: all of it counts, of every type that is about a patient', async () => {
    const { ask, sandbox } = await startAsking();
    const visit = (await ask('POST', '/Encounter', encounter())).body.id;
    const { valueQuantity, ...bare } = observation(visit);
    expect(valueQuantity).toBeDefined();
    await ask('POST', '/Observation', { ...bare, valueInteger: 1 });
    await ask('POST', '/Observation', { ...bare, valueInteger: 2 });
    expect(sandbox.stats().duplicates.byContent).toBe(0);
    await ask('POST', '/Observation', { ...bare, valueInteger: 2 });
    expect(sandbox.stats().duplicates.byContent).toBe(1);
  });

  it('an identifier without a value, or without a system, identifies nothing', async () => {
    const { ask } = await startAsking();
    for (const identifier of [[{ system: 'http://example.com/a' }], [{ value: 'A' }]]) {
      for (let turn = 0; turn < 2; turn++) {
        const location = { resourceType: 'Location', identifier, name: 'Poli' };
        expect((await ask('POST', '/Location', location)).status).toBe(201);
      }
    }
  });

  it('the names of an address never become members of the books', async () => {
    const { ask, sandbox } = await startAsking();
    for (const name of ['constructor', '__proto__', '9204014804000002']) await ask('GET', `/${name}`);
    expect(sandbox.stats().requests.GET).toEqual({ other: 3 });
    expect(JSON.stringify(sandbox.requests())).not.toContain('9204014804000002');
  });
});

describe('people', () => {
  it('practitioners cannot be patched; a patient stays who it is, and R4', async () => {
    const { ask } = await startAsking();
    const operation = (path: string, value: unknown) => [{ op: 'replace', path, value }];
    expect((await ask('PATCH', '/Practitioner/10009880728', operation('/name', 5), patch)).status).toBe(403);
    for (const [path, value] of [
      ['/resourceType', 'Practitioner'],
      ['/id', 'NEW'],
      ['/name', 5],
      ['/name/0/text', 7],
    ] as const) {
      expect((await ask('PATCH', '/Patient/P02478375538', operation(path, value), patch)).status, path).toBe(
        400,
      );
    }
    const good = operation('/name/0/text', 'Ardianto Baru');
    expect((await ask('PATCH', '/Patient/P02478375538', good, patch)).status).toBe(200);
  });

  it('what is no patient is not registered, and spoils nothing', async () => {
    const { ask } = await startAsking();
    const identifier = [{ system: 'https://fhir.kemkes.go.id/id/nik', value: '3201010101990003' }];
    const bodies = [
      { resourceType: 'Patient', identifier, name: 5 },
      { resourceType: 'Patient', identifier, name: [{ text: 7 }] },
      { resourceType: 'Patient', identifier },
      { resourceType: 'Observation', identifier, name: [{ text: 'x' }] },
      {
        resourceType: 'Patient',
        identifier: [{ ...identifier[0], value: 3201010101990003 }],
        name: [{ text: 'x' }],
      },
    ];
    for (const body of bodies) expect((await ask('POST', '/Patient', body)).status).toBe(400);
    const all = await ask('GET', '/Patient?name=claudia&birthdate=1989-11-03&gender=female');
    expect(all.body.total).toBe(1);
  });

  it('a newborn in the combined answer is tied to the mother', async () => {
    const { ask } = await startAsking({ registrationAnswer: 'combined' });
    const { body } = await ask('POST', '/Patient', {
      resourceType: 'Patient',
      identifier: [{ system: 'https://fhir.kemkes.go.id/id/nik-ibu', value: '9204014804000002' }],
      name: [{ text: 'Bayi Ny. Contoh' }],
    });
    expect(Object.keys(body)).toEqual(['create_patient', 'create_related_patient', 'update_link_patient']);
    const read = await ask('GET', `/Patient/${body.create_patient.data.patient_id}`);
    expect(read.body.link[0].other.reference).toBe(
      `RelatedPerson/${body.create_related_patient.data.related_patient_id}`,
    );
  });
});

describe('writes', () => {
  it('a patch cannot make a second copy', async () => {
    const { ask, sandbox } = await startAsking();
    const { id } = (await ask('POST', '/Encounter', encounter())).body;
    const operations = [{ op: 'replace', path: '/id', value: '00000000-0000-4000-8000-000000000009' }];
    expect((await ask('PATCH', `/Encounter/${id}`, operations, patch)).status).toBe(400);
    expect(sandbox.resources('Encounter')).toHaveLength(1);
    for (const bad of [[null], [{ op: 'replace' }], { op: 'add' }]) {
      expect((await ask('PATCH', `/Encounter/${id}`, bad, patch)).status).toBe(400);
    }
  });

  it('the Bundle itself is R4, and its links go to the right types', async () => {
    const { ask, sandbox } = await startAsking();
    const twice = bundle(encounter(), observation(firstUrl));
    (twice.entry as Body)[1].fullUrl = firstUrl;
    const wrong = [
      twice,
      { ...bundle(encounter()), total: 1 },
      { ...bundle(encounter()), kunjungan: true },
      bundle(encounter(), observation(firstUrl, { subject: { reference: firstUrl } })),
      {
        resourceType: 'Bundle',
        type: 'transaction',
        entry: [{ resource: encounter(), request: { method: 'POST', url: 5 } }],
      },
    ];
    for (const body of wrong) expect((await ask('POST', '', body)).status).toBe(400);
    expect(sandbox.stats().writes).toBe(0);
  });

  it('a seeded place belongs to its organization', async () => {
    const credentials = [
      sandboxCredential,
      { clientId: 'two', clientSecret: 's', organizationId: '10000005' },
    ];
    const { ask, login, sandbox } = await startAsking({ credentials });
    await login('two', 's');
    const [location] = sandbox.resources('Location') as Body[];
    expect((await ask('PUT', `/Location/${location.id}`, { ...location, name: 'Milik lain' })).status).toBe(
      403,
    );
    const operations = [{ op: 'replace', path: '/name', value: 'x' }];
    expect((await ask('PATCH', '/Organization/10000004', operations, patch)).status).toBe(403);
    expect((await ask('GET', `/Location/${location.id}`)).body.name).toBe('Ruang Poli Umum');
  });

  it('a replaced resource does not vanish from searches while they lag', async () => {
    const { ask, sandbox } = await startAsking();
    const { id } = (await ask('POST', '/Encounter', encounter())).body;
    sandbox.faults({ searchLag: 60_000 });
    await ask('PUT', `/Encounter/${id}`, { ...encounter(), id });
    expect((await ask('GET', '/Encounter?subject=P00123456789')).body.total).toBe(1);
  });

  it('_count is a number of rows, or nothing', async () => {
    const { ask } = await startAsking();
    for (const [count, total] of [
      ['1', 1],
      ['-5', 2],
      ['2.5', 2],
      ['x', 2],
    ] as const) {
      const plan = { resourceType: 'Goal', lifecycleStatus: 'active', description: { text: 'x' } };
      if (count === '1') {
        for (let turn = 0; turn < 2; turn++) {
          await ask('POST', '/Goal', {
            ...plan,
            subject: { reference: 'Patient/P00123456789' },
            startDate: `2025-01-0${turn + 1}`,
          });
        }
      }
      expect((await ask('GET', `/Goal?subject=P00123456789&_count=${count}`)).body.total, count).toBe(total);
    }
  });
});

describe('plans and snapshots', () => {
  it.each<[string, unknown]>([
    ['outages', { outages: 5 }],
    ['outages', { outages: [null] }],
    ['rates', { rates: null }],
    ['rates', { rates: { throttle: Number.NaN } }],
    ['rates', { rates: { throttle: 1, 'error-500': 1 } }],
    ['latency', { latency: {} }],
    ['limit', { limit: -1 }],
    ['only', { only: 5 }],
    ['seed', { seed: 'abc' }],
    ['searchLag', { searchLag: 'x' }],
  ])('a plan whose %s cannot be is refused with its name: %j', async (name, plan) => {
    const { sandbox, ask } = await startAsking();
    expect(() => sandbox.faults(plan as FaultPlan)).toThrow(name);
    expect((await ask('GET', '/Patient/P00123456789')).status).toBe(200);
  });

  it.each([[{}], [{ resources: [] }], [{ resources: [5], requests: {}, writes: 0, tokensIssued: 0 }]])(
    'restore(%j) is refused before anything is changed',
    async (snapshot) => {
      const { sandbox } = await startAsking();
      const before = sandbox.stats();
      expect(() => sandbox.restore(snapshot as never)).toThrow(TypeError);
      expect(sandbox.stats()).toEqual(before);
      expect(() => createSandbox({ snapshot: snapshot as never })).toThrow();
    },
  );

  it('onWrite tells of writes, partial ones and resets too', async () => {
    let told = 0;
    const { ask, sandbox } = await startAsking({ partialSaves: true, onWrite: () => told++ });
    await ask('GET', '/Patient/P00123456789');
    expect(told).toBe(0);
    await ask('POST', '', bundle(encounter(), observation(firstUrl, { performer: undefined })));
    expect([told, sandbox.stats().writes]).toEqual([1, 1]);
    sandbox.reset();
    expect(told).toBe(2);
  });
});
