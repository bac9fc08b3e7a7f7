/** `/openapi.json` against the specification, the table and the service itself. */
import { Validator } from '@seriousme/openapi-schema-validator';
import { afterEach, describe, expect, it } from 'vitest';
import { checkRequest } from '../../src/contract/check.js';
import { contract, type EndpointName, type Row } from '../../src/contract/contract.js';
import { openapi } from '../../src/server/openapi.js';
import { examples } from '../../src/server/openapi-examples.js';
import { closeWorlds, startWorld } from '../support/world.js';

afterEach(closeWorlds);

// biome-ignore lint/suspicious/noExplicitAny: a document of another standard
const document = openapi() as any;
const rows = Object.entries(contract) as [EndpointName, Row][];
const operationOf = (row: Row) => document.paths[row.path][row.method.toLowerCase()];

describe('/openapi.json', () => {
  it('is a valid OpenAPI 3.1 document', async () => {
    const { valid, errors } = await new Validator().validate(structuredClone(document));
    expect(errors, JSON.stringify(errors)).toBeUndefined();
    expect(valid).toBe(true);
    const broken = structuredClone(document);
    broken.paths['/api/encounter'].post.responses = 'none';
    expect((await new Validator().validate(broken)).valid).toBe(false);
  });

  it('is what the service answers, to anybody', async () => {
    const { service } = await startWorld();
    const response = await service.fetch(new Request('http://service.invalid/openapi.json'));
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual(JSON.parse(JSON.stringify(document)));
  });

  it.each(rows)('%s: has its path, its codes by status, and words in both languages', (name, row) => {
    const operation = operationOf(row);
    expect(operation.operationId).toBe(name);
    expect(operation.description).toMatch(/\S\.\n\n\S/);
    const codes = Object.values(operation.responses).flatMap(
      // biome-ignore lint/suspicious/noExplicitAny: as above
      (response: any) => Object.keys(response.content?.['application/json']?.examples ?? {}),
    );
    expect(codes.sort()).toEqual([...row.errors].sort());
  });

  it('names what is required, and describes every field', () => {
    const { anyOf } = operationOf(contract.kirimEncounter).requestBody.content['application/json'].schema;
    expect(anyOf[0].required.sort()).toEqual(
      ['tanggal_kunjungan', 'jenis_layanan', 'jenis_kunjungan', 'poli', 'dokter'].sort(),
    );
    expect(anyOf[1].required).toEqual(['id']);
    const { properties } = operationOf(contract.kirimKunjungan).requestBody.content['application/json']
      .schema;
    for (const [name, one] of Object.entries<{ description?: string }>(properties)) {
      if (['pemeriksaan_fisik', 'diagnosis', 'observasi', 'prosedur'].includes(name)) continue;
      expect(one.description, name).toMatch(/\S\.\n\n\S/);
    }
    expect(JSON.stringify(properties.diagnosis)).toContain('ICD-10 code, 2010 edition');
  });

  /** A withdrawal has the form of a send, and answers less. */
  const unanswered = ['.id', '.satusehat_id', '.encounter_id', '.pasien_id', '.data.peringatan[]'];

  it.each(rows)('%s: describes every field of its answers', (name, row) => {
    const undescribed = (schema: { [key: string]: unknown }, path: string): string[] => {
      const inner = Object.entries((schema.properties ?? {}) as Record<string, typeof schema>);
      if (inner.length > 0) return inner.flatMap(([key, one]) => undescribed(one, `${path}.${key}`));
      if (schema.items && !schema.description) return undescribed(schema.items as typeof schema, `${path}[]`);
      return /\S\.\n\n\S/.test(String(schema.description)) ? [] : [path];
    };
    const { content } = operationOf(row).responses['200'];
    const { schema } = content['application/json'] ?? {};
    if (row.response === contract.openapi.response) return;
    expect(undescribed(schema, '')).toEqual(name === 'batalLog' ? unanswered : []);
  });

  it('tells how long a text may be', () => {
    const { schema } = operationOf(contract.registerPatient).requestBody.content['application/json'];
    expect(schema.properties.alamat).toMatchObject({ type: 'string', maxLength: 500 });
    expect(schema.properties.nik.maxLength).toBeUndefined();
  });

  it('its examples are requests that the service takes, and answers of its form', () => {
    for (const [name, row] of rows) {
      const example = examples[name];
      if (example?.request && name !== 'resendLog') {
        const checked = checkRequest(row, example.request as Record<string, unknown>);
        expect(checked, name).toMatchObject({ ok: true });
      }
      if (example?.response) expect(row.response.safeParse(example.response).success, name).toBe(true);
    }
  });
});
