/** What the platform says, in every shape it has for it (platform facts 1.4, 2.3, 8). */
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { calls, json, location, scripted, writes } from './clock.js';

const nik = '9204014804000002';
const outcome = (...issue: unknown[]) => ({ resourceType: 'OperationOutcome', issue });
const suppressed = outcome({
  severity: 'information',
  code: 'suppressed',
  details: { text: 'The operation did not return any information due to consent or privacy rules.' },
});
const text = (status: number, body: string, type = 'text/plain') =>
  new Response(body, { status, headers: { 'content-type': type, 'x-request-id': 'r-1' } });

describe('a refusal', () => {
  it.each<[string, () => Response, string, unknown]>([
    [
      'a rule of the ministry',
      () =>
        json(400, {
          resourceType: 'OperationOutcome',
          text: { status: 'generated' },
          issue: [
            {
              severity: 'error',
              code: 'value',
              details: { text: 'Reference is mandatory : Encounter.serviceProvider (RuleNumber: 10124)' },
              expression: ['Encounter.serviceProvider'],
            },
          ],
        }),
      'refused',
      [
        {
          rule: '10124',
          text: 'Reference is mandatory : Encounter.serviceProvider (RuleNumber: 10124)',
          expression: 'Encounter.serviceProvider',
        },
      ],
    ],
    [
      'every rule at once, each once, however it spells its number',
      () =>
        json(
          400,
          outcome(
            { code: 'value', details: { text: 'a (Rule 10122)' } },
            { code: 'value', details: { text: 'b (Rule Number: 10109)' } },
            { code: 'value', details: { text: 'a (Rule 10122)' } },
            { code: 'duplicate', details: { text: 'Found duplicate resource: Encounter' } },
          ),
        ),
      'refused',
      [
        { rule: '10122', text: 'a (Rule 10122)' },
        { rule: '10109', text: 'b (Rule Number: 10109)' },
        { text: 'Found duplicate resource: Encounter' },
      ],
    ],
    [
      'the FHIR store’s own',
      () =>
        json(
          400,
          outcome({
            severity: 'error',
            code: 'structure',
            details: { text: 'unparseable_resource' },
            diagnostics: 'fhirpath-constraint-violation-Encounter.period',
          }),
        ),
      'refused',
      [{ text: 'unparseable_resource: fhirpath-constraint-violation-Encounter.period' }],
    ],
    [
      'an OperationOutcome with nothing but codes',
      () => json(403, outcome({ severity: 'error', code: 'forbidden' }, null)),
      'refused',
      [{ text: 'forbidden' }, { text: '' }],
    ],
    [
      'the gateway’s fault',
      () =>
        json(403, {
          fault: { faultstring: 'Invalid ApiKey', detail: { errorcode: 'oauth.v2.InvalidApiKey' } },
        }),
      'refused',
      [{ text: 'Invalid ApiKey' }],
    ],
    [
      '{ErrorCode, Error}',
      () => json(400, { ErrorCode: 'invalid_request', Error: 'The request is missing a parameter' }),
      'refused',
      [{ text: 'The request is missing a parameter' }],
    ],
    [
      'a page',
      () => text(413, '<html>\n <h1>413</h1>\n\n<p>Too large</p></html>', 'text/html'),
      'refused',
      [{ text: '413 Too large' }],
    ],
    ['nothing at all', () => new Response(null, { status: 400 }), 'refused', []],
    ['null', () => json(400, null), 'refused', [{ text: 'null' }]],
    ['404', () => json(404, outcome({ code: 'no-store', diagnostics: 'x' })), 'not-found', [{ text: 'x' }]],
    ['500', () => json(500, outcome({ code: 'exception' })), 'unavailable', [{ text: 'exception' }]],
    ['504', () => text(504, 'Gateway Timeout'), 'unavailable', [{ text: 'Gateway Timeout' }]],
  ])('%s', async (_, answer, expected, issues) => {
    const world = scripted(answer);
    const error = await world.fail((platform) => platform.create({ resourceType: 'Location' }));
    expect(error.failure).toBe(expected);
    expect(error.more.status).toBe(answer().status);
    expect(error.more.issues).toEqual(issues);
    expect(error.more.outcomeUnknown).toBe(expected === 'unavailable');
  });

  it.each(writes)('of %s: nothing was written; a failing server may have written', async (_, { call }) => {
    const refused = await scripted(() => json(400, {})).fail(call);
    expect(refused.more.outcomeUnknown).toBe(false);
    const failed = await scripted(() => text(502, 'Bad Gateway')).fail(call);
    expect(failed).toMatchObject({
      failure: 'unavailable',
      more: { outcomeUnknown: true, requestId: 'r-1' },
    });
  });

  it('of a token is told in the platform’s own words, and nothing was written', async () => {
    const world = scripted(() => json(200, location), {
      fetch: async () => json(401, outcome({ severity: 'invalid', code: 'value', details: { text: 'no' } })),
    });
    const error = await world.fail((platform) => platform.create({ resourceType: 'Location' }));
    expect(error).toMatchObject({
      failure: 'credentials',
      more: { status: 401, issues: [{ text: 'no' }], outcomeUnknown: false, retryAfter: 60 },
    });
  });

  it.each<[string, () => Response]>([
    ['an OperationOutcome', () => json(400, outcome({ details: { text: `NIK ${nik}` }, diagnostics: nik }))],
    ['a fault', () => json(400, { fault: { faultstring: `NIK ${nik}` } })],
    ['an Error', () => json(400, { Error: `NIK ${nik}` })],
    ['a page', () => text(400, `<p>NIK ${nik}</p>`)],
    // Cut at 200 characters: a part of a NIK is one too.
    ['a long page', () => text(400, `${'x'.repeat(190)} ${nik}`)],
  ])('in %s never holds a NIK', async (_, answer) => {
    const error = await scripted(answer).fail((platform) => platform.create({ resourceType: 'Location' }));
    expect(inspect(error, { depth: Infinity })).not.toContain(nik.slice(0, 6));
    expect(inspect(error, { depth: Infinity })).toContain('####');
  });
});

describe('a 2xx that does not say what was written', () => {
  const bodies: [string, () => Response][] = [
    ['an OperationOutcome', () => json(200, suppressed)],
    ['a page', () => text(200, '<html>Masuk</html>', 'text/html')],
    ['half a body', () => text(201, '{"resourceType":"Location","id":')],
    ['null', () => json(200, null)],
    ['another resource', () => json(200, { resourceType: 'Encounter', id: 'E-1' })],
    ['nothing', () => new Response(null, { status: 201 })],
  ];

  it.each(
    writes.flatMap(([name, { call }]) =>
      bodies
        .filter(([what]) => !(name === 'patch' && what === 'nothing'))
        .map((row) => [name, ...row, call] as const),
    ),
  )('%s with %s: the outcome is unknown, and it is not sent again', async (_, _what, answer, call) => {
    const world = scripted(answer);
    const error = await world.fail(call);
    expect(error).toMatchObject({ failure: 'unsettled', more: { outcomeUnknown: true } });
    expect(world.seen).toHaveLength(1);
  });

  it('a resource without an id is none', async () => {
    const world = scripted(() => json(201, { resourceType: 'Location' }));
    const error = await world.fail((platform) => platform.create({ resourceType: 'Location' }));
    expect(error.failure).toBe('unsettled');
  });

  it('what came instead of an OperationOutcome is not kept: it could be a patient', async () => {
    const world = scripted(() => text(200, '{"name":"Contoh Pasien"'));
    for (const [, { call }] of writes) {
      expect(inspect(await world.fail(call), { depth: Infinity })).not.toContain('Contoh');
    }
  });

  it('a transaction with fewer entries than were sent', async () => {
    const world = scripted(() => json(200, calls.transaction?.answer));
    const entry = [{ resource: location }, { resource: location }];
    const error = await world.fail((platform) =>
      platform.transaction({ resourceType: 'Bundle', type: 'transaction', entry }),
    );
    expect(error).toMatchObject({ failure: 'unsettled', more: { outcomeUnknown: true } });
  });
});

describe('what was written', () => {
  it('create: type, id and version', async () => {
    const stored = { ...location, meta: { versionId: 'MTcy' } };
    const world = scripted((_, count) => json(201, count === 0 ? stored : location));
    const create = () =>
      world.run((platform) => platform.create({ resourceType: 'Location', status: 'active' }));
    expect(await create()).toEqual({ resourceType: 'Location', id: 'L-1', versionId: 'MTcy' });
    expect(await create()).toEqual({ resourceType: 'Location', id: 'L-1' });
    expect(world.seen[0]).toMatchObject({
      method: 'POST',
      path: '/fhir-r4/v1/Location',
      body: '{"resourceType":"Location","status":"active"}',
    });
    expect(world.seen[0]?.headers.get('content-type')).toBe('application/json');
  });

  it('replace: what the platform keeps', async () => {
    const stored = { ...location, meta: { versionId: '2' } };
    const world = scripted(() => json(200, stored));
    expect(await world.run((platform) => platform.replace({ ...location, id: 'L 1' }))).toEqual(stored);
    expect(world.seen[0]).toMatchObject({ method: 'PUT', path: '/fhir-r4/v1/Location/L%201' });
    expect(JSON.parse(world.seen[0]?.body ?? '')).toEqual({ ...location, id: 'L 1' });
  });

  it('patch: the operations as a JSON Patch, and what the platform keeps', async () => {
    const operations = [{ op: 'replace' as const, path: '/status', value: 'inactive' }];
    const world = scripted((_, count) =>
      count === 0 ? json(200, location) : new Response(null, { status: count === 1 ? 200 : 204 }),
    );
    const patch = () => world.run((platform) => platform.patch('Location', 'L-1', operations));
    expect(await patch()).toEqual(location);
    expect(await patch()).toBeUndefined();
    expect(await patch()).toBeUndefined();
    expect(world.seen[0]).toMatchObject({ method: 'PATCH', path: '/fhir-r4/v1/Location/L-1' });
    expect(world.seen[0]?.headers.get('content-type')).toBe('application/json-patch+json');
    expect(JSON.parse(world.seen[0]?.body ?? '')).toEqual(operations);
  });

  it.each([
    [
      { resourceType: 'Encounter', resourceID: 'E-1' },
      { resourceType: 'Encounter', id: 'E-1' },
    ],
    [
      { location: 'https://a.example/fhir-r4/v1/Encounter/E-1/_history/MTcx' },
      { resourceType: 'Encounter', id: 'E-1', versionId: 'MTcx' },
    ],
    [{ location: 'Encounter/E-1' }, { resourceType: 'Encounter', id: 'E-1' }],
  ])('transaction: an entry %j', async (response, written) => {
    const world = scripted(() => json(200, { resourceType: 'Bundle', entry: [{ response }] }));
    expect(await world.run((platform) => calls.transaction?.call(platform) as Promise<unknown>)).toEqual([
      written,
    ]);
  });
});

describe('what is read', () => {
  it('404 is undefined, another refusal an error', async () => {
    const world = scripted((_, count) => json(count === 0 ? 404 : 403, outcome({ code: 'forbidden' })));
    const read = () => world.run((platform) => platform.read('Location', 'L-1'));
    expect(await read()).toBeUndefined();
    await expect(read()).rejects.toMatchObject({ failure: 'refused' });
  });

  it('somebody else’s is neither there nor not there, in the platform’s words', async () => {
    const said = outcome({ code: 'informational' }, ...suppressed.issue);
    const error = await scripted(() => json(200, said)).fail((platform) => platform.read('Encounter', 'E-1'));
    expect(error).toMatchObject({
      failure: 'unsettled',
      more: {
        suppressed: true,
        status: 200,
        issues: [
          { text: 'informational' },
          { text: 'The operation did not return any information due to consent or privacy rules.' },
        ],
      },
    });
  });

  it.each<[string, () => Response]>([
    ['another OperationOutcome', () => json(200, outcome({ code: 'informational' }))],
    ['a page', () => text(200, '<html>Masuk</html>')],
    ['nothing', () => new Response(null, { status: 200 })],
    ['another type', () => json(200, { resourceType: 'Patient', id: 'L-1' })],
  ])('%s is neither there nor not there', async (_, answer) => {
    const error = await scripted(answer).fail((platform) => platform.read('Location', 'L-1'));
    expect(error.failure).toBe('unsettled');
  });

  it.each<[string, () => Response]>([
    ['a suppressed search', () => json(200, suppressed)],
    ['a page', () => text(200, '<html>Masuk</html>')],
    ['nothing', () => new Response(null, { status: 200 })],
  ])('%s is not an empty one', async (_, answer) => {
    const error = await scripted(answer).fail((platform) => platform.search('Location', {}));
    expect(error.failure).toBe('unsettled');
  });

  it('a search leaves out what is suppressed, and takes an absent entry for none', async () => {
    const entry = [{ resource: suppressed }, { resource: location }, {}];
    const world = scripted((_, count) =>
      json(200, { resourceType: 'Bundle', type: 'searchset', ...(count === 0 ? { entry } : {}) }),
    );
    const search = () => world.run((platform) => platform.search('Location', { name: 'a|b' }));
    expect(await search()).toEqual([location]);
    expect(await search()).toEqual([]);
    expect(world.seen[0]?.path).toBe('/fhir-r4/v1/Location?name=a%7Cb');
  });
});

describe('an answer to POST /Patient', () => {
  const message = 'New Patient has been created successfully';
  const register = (answer: () => Response) => {
    const world = scripted(answer);
    return {
      world,
      call: () => world.run((platform) => platform.createPatient({ resourceType: 'Patient' })),
    };
  };

  it.each<[string, unknown, unknown]>([
    [
      'created, with the colon in the key',
      { success: true, message, data: { 'Patient ID:': 'P02029102701' } },
      { created: true, id: 'P02029102701' },
    ],
    ...['patient_id', 'Patient_id', 'Patient_Id', 'Patient ID'].map((key): [string, unknown, unknown] => [
      `created, under ${key}`,
      { success: true, message, data: { [key]: 'P02029102701' } },
      { created: true, id: 'P02029102701' },
    ]),
    [
      'a newborn, combined',
      {
        create_patient: { success: true, message, data: { patient_id: 'P02029382690' } },
        create_related_patient: { success: true, message: 'x', data: { related_patient_id: 'R-1' } },
        update_link_patient: { success: true, message: 'x' },
      },
      { created: true, id: 'P02029382690' },
    ],
    [
      'a newborn refused, combined',
      { create_patient: { success: false, message: 'Citizen Not Exists' } },
      { created: false, id: undefined, message: 'Citizen Not Exists' },
    ],
    [
      'a Patient, as the documents claim',
      { resourceType: 'Patient', id: '100000000001' },
      { created: true, id: '100000000001' },
    ],
    [
      'unknown to Dukcapil',
      { success: false, message: 'Citizen Not Exists' },
      { created: false, id: undefined, message: 'Citizen Not Exists' },
    ],
    [
      'refused, whatever id it names',
      { success: false, message: 'x', data: { 'Patient ID:': 'P02029102701' } },
      { created: false, id: undefined, message: 'x' },
    ],
    [
      'there already',
      { success: false, message: 'Patient Resource Exists', data: { resourceID: 'P02029102416' } },
      { created: false, id: 'P02029102416', message: 'Patient Resource Exists' },
    ],
    [
      'there under another identifier',
      {
        success: false,
        message: 'Failed to create new patient, another identifier has found',
        data: { resourceID: 'P02029102427' },
      },
      {
        created: false,
        id: 'P02029102427',
        message: 'Failed to create new patient, another identifier has found',
      },
    ],
  ])('%s', async (_, body, expected) => {
    const { world, call } = register(() => json(200, body));
    expect(await call()).toEqual(expected);
    expect(world.seen[0]).toMatchObject({ method: 'POST', path: '/fhir-r4/v1/Patient' });
  });

  it.each<[string, () => Response, unknown]>([
    [
      'refused by a rule',
      () =>
        json(400, outcome({ code: 'exception', details: { text: 'Patient with nik-ibu is not female' } })),
      { failure: 'refused', more: { outcomeUnknown: false } },
    ],
    [
      'a 500, as staging has it',
      () => text(500, 'An unexpected internal error has occurred.'),
      { failure: 'unavailable', more: { outcomeUnknown: true } },
    ],
    [
      'success without an id',
      () => json(200, { success: true, message }),
      { failure: 'unsettled', more: { status: 200, outcomeUnknown: true } },
    ],
  ])('%s', async (_, answer, expected) => {
    const { world, call } = register(answer);
    await expect(call()).rejects.toMatchObject(expected as object);
    expect(world.seen).toHaveLength(1);
  });
});
