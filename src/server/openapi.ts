/** `/openapi.json`: OpenAPI 3.1, made from the table of endpoints, the field table and the error codes. */
import { version } from '../../package.json';
import { type ErrorCode, errorCodes, statusOf, type Words } from '../contract/codes.js';
import { contract, type EndpointName, type Row } from '../contract/contract.js';
import { answerTable, listParameters, parameters, summaries } from '../contract/endpoint-words.js';
import { endpoints } from '../contract/endpoints.js';
import { codesInEnglish } from '../contract/english.js';
import { type FieldRow, fieldTable, type TabledEndpoint } from '../contract/field-table.js';
import { type Json, toSchema } from '../contract/json-schema.js';
import { examples } from './openapi-examples.js';

const both = ({ id, en }: Words): string => `${id}.\n\n${en}.`;

/** @param basePath where the service is mounted. */
export function openapi(basePath = ''): Json {
  const paths: Record<string, Json> = {};
  for (const [name, row] of Object.entries(contract) as [EndpointName, Row][]) {
    const path = paths[row.path] ?? {};
    path[row.method.toLowerCase()] = operation(name, row);
    paths[row.path] = path;
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'SATUSEHAT Service',
      version,
      description: both({
        id: 'Kirim kunjungan klinik ke platform SATUSEHAT lewat endpoint JSON yang datar',
        en: 'Send a clinic’s visits to the SATUSEHAT platform through flat JSON endpoints',
      }),
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: basePath || '/' }],
    paths,
    components: {
      schemas: { Error: errorSchema },
      securitySchemes: {
        clinicCode: { type: 'apiKey', in: 'header', name: 'X-Clinic-Code' },
        clinicSecret: { type: 'apiKey', in: 'header', name: 'X-Clinic-Secret' },
        operator: { type: 'http', scheme: 'bearer' },
        session: { type: 'apiKey', in: 'cookie', name: 'satusehat_session' },
      },
    },
  };
}

const security: Record<Row['auth'], Json[]> = {
  clinic: [{ clinicCode: [], clinicSecret: [] }],
  operator: [{ operator: [] }],
  session: [{ session: [] }],
  none: [],
};

function operation(name: EndpointName, row: Row): Json {
  const example = examples[name];
  return {
    operationId: name,
    summary: summaries[name].en,
    description: both(summaries[name]),
    security: security[row.auth],
    ...parametersOf(row),
    ...(row.method === 'POST'
      ? {
          requestBody: {
            required: !row.bodyOptional,
            content: {
              'application/json': {
                schema: requestSchema(name, row),
                ...(example ? { example: example.request } : {}),
              },
            },
          },
        }
      : {}),
    responses: { ...successes(name, row), ...failures(row) },
  };
}

function parametersOf(row: Row): Json {
  const one = (where: 'path' | 'query' | 'header', name: string, words: Words, schema: Json = {}) => ({
    name,
    in: where,
    required: where === 'path',
    description: both(words),
    schema: { type: 'string', ...schema },
  });
  const { log_id, uji, Prefer, 'Idempotency-Key': key } = parameters;
  const withId = row.path.includes('{log_id}');
  const list = [
    ...(withId ? [one('path', 'log_id', log_id)] : []),
    ...(row.path === endpoints.listLog.path
      ? Object.entries(listParameters).map(([name, words]) => one('query', name, words))
      : []),
    ...(row.durable && !withId
      ? [one('query', 'uji', uji, { enum: ['1'] }), one('header', 'Idempotency-Key', key)]
      : []),
    ...(row.durable ? [one('header', 'Prefer', Prefer)] : []),
  ];
  return list.length > 0 ? { parameters: list } : {};
}

function requestSchema(name: EndpointName, row: Row): Json {
  const rows: readonly FieldRow[] = Object.hasOwn(fieldTable, name) ? fieldTable[name as TabledEndpoint] : [];
  const whole = describe(toSchema(row.request), rows);
  if (!row.update) return whole;
  const update = describe(toSchema(row.update), rows);
  return { anyOf: [whole, { ...update, title: 'Update' }] };
}

/** Writes what each field means beside it. */
function describe(schema: Json, rows: readonly Pick<FieldRow, 'field' | 'meaning'>[], path = ''): Json {
  const row = rows.find(({ field }) => field === path);
  const described: Json = row ? { ...schema, description: both(row.meaning) } : { ...schema };
  const inner = (key: 'anyOf' | 'oneOf') => {
    const list = described[key] as Json[] | undefined;
    // The meaning stands once, outside.
    if (list)
      described[key] = list.map((one) =>
        describe(one, row ? rows.filter((other) => other !== row) : rows, path),
      );
  };
  inner('anyOf');
  inner('oneOf');
  const properties = described.properties as Record<string, Json> | undefined;
  if (properties) {
    described.properties = Object.fromEntries(
      Object.entries(properties).map(([key, one]) => [
        key,
        describe(one, rows, path ? `${path}.${key}` : key),
      ]),
    );
  }
  if (described.items) described.items = describe(described.items as Json, rows, `${path}[]`);
  return described;
}

function successes(name: EndpointName, row: Row): Json {
  const example = examples[name];
  const rows = answerTable[name];
  // Ids at the top stand in `data` too.
  const answerRows = [...rows, ...rows.map(({ field, meaning }) => ({ field: `data.${field}`, meaning }))];
  const content = (value: unknown) =>
    name === 'metrics'
      ? { 'text/plain': { schema: { type: 'string' } } }
      : name === 'dashboard'
        ? { 'text/html': { schema: { type: 'string' } } }
        : {
            'application/json': {
              schema: name === 'openapi' ? { type: 'object' } : describe(toSchema(row.response), answerRows),
              ...(value ? { example: value } : {}),
            },
          };
  return {
    200: { description: both({ id: 'Berhasil', en: 'Success' }), content: content(example?.response) },
    ...(row.durable
      ? {
          202: {
            description: both({
              id: 'Diterima dan disimpan; layanan mengirimkannya kemudian',
              en: 'Accepted and kept; the service delivers it later',
            }),
            content: content(example?.queued),
          },
        }
      : {}),
  };
}

/** Codes by HTTP status, each with an example. */
function failures(row: Row): Json {
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of row.errors) {
    const status = statusOf(code);
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => [
      status,
      {
        description: codes
          .map((code) => `\`${code}\`: ${errorCodes[code].message} / ${codesInEnglish[code].message}`)
          .join('\n\n'),
        content: {
          'application/json': {
            schema: {
              allOf: [
                { $ref: '#/components/schemas/Error' },
                { type: 'object', properties: { code: { type: 'string', enum: codes } } },
              ],
            },
            examples: Object.fromEntries(
              codes.map((code) => [
                code,
                {
                  value: {
                    status: 'error',
                    code,
                    message: errorCodes[code].message,
                    remedy: errorCodes[code].remedy,
                  },
                },
              ]),
            ),
          },
        },
      },
    ]),
  );
}

const errorSchema = {
  type: 'object',
  required: ['status', 'code', 'message', 'remedy'],
  properties: {
    status: { type: 'string', const: 'error' },
    code: { type: 'string', description: both({ id: 'Putuskan berdasarkan ini', en: 'Decide on this' }) },
    message: {
      type: 'string',
      description: both({ id: 'Kalimat untuk ditampilkan', en: 'A sentence to show' }),
    },
    remedy: { type: 'string', description: both({ id: 'Yang harus dilakukan', en: 'What to do' }) },
    log_id: {
      type: 'string',
      description: both({ id: 'Nomor data yang disimpan', en: 'The number under which the data is kept' }),
    },
    details: { type: 'object' },
  },
};
