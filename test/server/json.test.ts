import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { duplicateKey, prototypeKey } from '../../src/server/json.js';
import { plainVisit } from '../support/visit.js';

import { closeWorlds, startWorld } from '../support/world.js';

afterEach(closeWorlds);

describe('a name that stands twice', () => {
  it.each([
    ['{"a":1,"a":2}', 'a'],
    ['{"a":{"b":1,"c":[{"d":1,"d":1}]}}', 'd'],
    ['[{"a":1},{"a":1,"b":{"a":1},"a":2}]', 'a'],
    ['{"\\u0061":1,"a":2}', 'a'],
    ['{"a\\"":1,"a\\"":2}', 'a"'],
    ['{"a\\\\":1 , "a\\\\" : 2}', 'a\\'],
    ['{"":1,"":2}', ''],
    ['{"__proto__":1,"__proto__":2}', '__proto__'],
    ['{"a":"a","b":"a"}', undefined],
    ['{"a":["a","a"],"b":{"a":1}}', undefined],
    ['{"a":"{\\"b\\":1,\\"b\\":2}","c":"\\\\"}', undefined],
    ['[]', undefined],
    ['"a,b"', undefined],
  ])('%s: %s', (json, name) => {
    expect(duplicateKey(json)).toBe(name);
    JSON.parse(json);
  });

  it('is in nothing that JSON.stringify wrote, and in everything it is put into', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 })),
        fc.boolean(),
        (value, pretty) => {
          const text = JSON.stringify(value, null, pretty ? 2 : 0);
          expect(duplicateKey(text)).toBeUndefined();
          const [name] = Object.keys(value);
          if (name === undefined) return;
          expect(duplicateKey(`{${JSON.stringify(name)}:0,${text.slice(1)}`)).toBe(name);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('is refused by the service, with the field’s name and never with anything else', async () => {
    const world = await startWorld();
    const twice = await world.post(
      '/api/satusehat/get-patient-id',
      '{"nik":"9204014804000002","nik":"9271060312000001"}',
    );
    expect([twice.status, twice.body.code]).toEqual([400, 'INVALID_JSON']);
    expect(twice.body.message).toContain('nik');
    const other = await world.post(
      '/api/satusehat/get-patient-id',
      '{"9204014804000002":1,"9204014804000002":2}',
    );
    expect(other.status).toBe(400);
    expect(JSON.stringify(other.body)).not.toContain('9204014804000002');
  });
});

describe('prototypeKey', () => {
  it.each([
    ['{"a":1}', undefined],
    ['{"a":["constructor"],"b":"__proto__"}', undefined],
    ['{"__proto__":{"a":1}}', '__proto__'],
    ['{"\\u005f_proto__":1}', '__proto__'],
    ['{"a":[{"b":{"constructor":1}}]}', 'constructor'],
  ])('%s: %s', (json, name) => {
    expect(prototypeKey(JSON.parse(json))).toBe(name);
  });

  it('is refused by the service', async () => {
    const { post } = await startWorld();
    const body = JSON.stringify(plainVisit()).replace('{', '{"__proto__":{"dokter":"1"},');
    expect(await post('/api/encounter?uji=1', body)).toMatchObject({
      status: 400,
      body: { code: 'INVALID_JSON', message: 'Nama field __proto__ tidak diterima.' },
    });
  });
});
