/** `/openapi.json`: OpenAPI 3.1, made from the table of endpoints, the field table and the error codes. */
import { version } from '../../package.json';
import { type ErrorCode, errorCodes, statusOf } from '../contract/codes.js';
import { contract, type EndpointName, type Row } from '../contract/contract.js';
import { endpoints } from '../contract/endpoints.js';
import { codesInEnglish } from '../contract/english.js';
import { type FieldRow, fieldTable, type TabledEndpoint } from '../contract/field-table.js';
import { type Json, toSchema } from '../contract/json-schema.js';
import { examples } from './openapi-examples.js';

/** What an endpoint does, in both languages. */
const summaries: Record<EndpointName, [id: string, en: string]> = {
  kirimEncounter: ['Kirim kunjungan; dengan id: perbarui kunjungan', 'Send a visit; with id: update one'],
  kirimDiagnosis: ['Kirim diagnosis kunjungan', 'Send a diagnosis of a visit'],
  kirimObservation: ['Kirim observasi kunjungan', 'Send an observation of a visit'],
  kirimProcedure: ['Kirim prosedur kunjungan', 'Send a procedure of a visit'],
  kirimKunjungan: ['Kirim kunjungan utuh dalam satu panggilan', 'Send a whole visit in one call'],
  getPatientId: ['Cari ID SATUSEHAT pasien dari NIK', 'Find the SATUSEHAT id of a patient by NIK'],
  getPractitionerId: ['Cari ID SATUSEHAT dokter', 'Find the SATUSEHAT id of a practitioner'],
  getHealthcareServiceId: ['Cari ID SATUSEHAT poli', 'Find the SATUSEHAT id of a poli'],
  registerPatient: ['Daftarkan pasien', 'Register a patient'],
  registerPractitioner: ['Catat SIP dan STR dokter', 'Remember the SIP and STR of a practitioner'],
  listLog: ['Daftar pengiriman, terbaru lebih dulu', 'List submissions, newest first'],
  getLog: ['Lihat keadaan satu pengiriman', 'See what became of a submission'],
  resendLog: ['Kirim ulang, bila perlu dengan koreksi', 'Send again, if need be corrected'],
  batalLog: ['Batalkan satu pengiriman', 'Void a submission'],
  healthz: ['Proses hidup', 'The process is alive'],
  readyz: ['Siap melayani', 'Ready to serve'],
  metrics: ['Angka untuk Prometheus', 'Figures for Prometheus'],
  openapi: ['Dokumen ini', 'This document'],
  dashboard: ['Dasbor', 'Dashboard'],
};

const both = ([id, en]: readonly [string, string]): string => `${id}.\n\n${en}.`;

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
      description: both([
        'Kirim kunjungan klinik ke platform SATUSEHAT lewat endpoint JSON yang datar',
        'Send a clinic’s visits to the SATUSEHAT platform through flat JSON endpoints',
      ]),
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
    summary: summaries[name][1],
    description: both(summaries[name]),
    security: security[row.auth],
    ...parameters(row),
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

function parameters(row: Row): Json {
  const header = (name: string, words: [string, string], schema: Json = { type: 'string' }) => ({
    name,
    in: 'header',
    required: false,
    description: both(words),
    schema,
  });
  const list = [
    ...[...row.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
      name,
      in: 'path',
      required: true,
      description: both(['Nomor yang didapat saat mengirim', 'The number that a send was answered with']),
      schema: { type: 'string' },
    })),
    ...(row.path === endpoints.listLog.path ? listParameters : []),
    ...(row.durable && !row.path.includes('{')
      ? [
          {
            name: 'uji',
            in: 'query',
            required: false,
            description: both([
              'Uji coba: 1 memeriksa dan menjawab FHIR-nya, tanpa menyimpan atau mengirim',
              'Dry run: 1 checks and answers the FHIR, keeps and sends nothing',
            ]),
            schema: { type: 'string', enum: ['1'] },
          },
          header('Idempotency-Key', [
            'Kunci pengiriman; data yang sama dengan kunci yang sama dicatat sekali. Tanpa kunci: dari isinya',
            'Key of the submission; the same data under the same key is recorded once. Default: from the body',
          ]),
        ]
      : []),
    ...(row.durable
      ? [
          header('Prefer', [
            'respond-async menjawab segera; wait=N menunggu paling lama N detik',
            'respond-async answers at once; wait=N waits for at most N seconds',
          ]),
        ]
      : []),
  ];
  return list.length > 0 ? { parameters: list } : {};
}

const listParameters = (
  [
    ['state', 'Keadaan, misalnya failed', 'State, e.g. failed'],
    ['endpoint', 'Jenis, misalnya kirimEncounter', 'Type, e.g. kirimEncounter'],
    ['dari', 'Diterima sejak, ISO 8601', 'Accepted not before, ISO 8601'],
    ['sampai', 'Diterima sebelum, ISO 8601', 'Accepted before, ISO 8601'],
    [
      'kursor',
      'Dari jawaban sebelumnya, untuk halaman berikutnya',
      'From the answer before, for the next page',
    ],
    [
      'batas',
      'Paling banyak per halaman; 100, paling banyak 500',
      'At most so many a page; 100, at most 500',
    ],
  ] as const
).map(([name, id, en]) => ({
  name,
  in: 'query',
  required: false,
  description: both([id, en]),
  schema: { type: 'string' },
}));

function requestSchema(name: EndpointName, row: Row): Json {
  const rows: readonly FieldRow[] = Object.hasOwn(fieldTable, name) ? fieldTable[name as TabledEndpoint] : [];
  const whole = describe(toSchema(row.request), rows);
  if (!row.update) return whole;
  const update = describe(toSchema(row.update), rows);
  return { anyOf: [whole, { ...update, title: 'Update' }] };
}

/** Writes what each field means beside it. */
function describe(schema: Json, rows: readonly FieldRow[], path = ''): Json {
  const row = rows.find(({ field }) => field === path);
  const described: Json = row
    ? { ...schema, description: both([row.meaning.id, row.meaning.en]) }
    : { ...schema };
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
  const content = (value: unknown) =>
    name === 'metrics'
      ? { 'text/plain': { schema: { type: 'string' } } }
      : name === 'dashboard'
        ? { 'text/html': { schema: { type: 'string' } } }
        : {
            'application/json': {
              schema: name === 'openapi' ? { type: 'object' } : toSchema(row.response),
              ...(value ? { example: value } : {}),
            },
          };
  return {
    200: { description: both(['Berhasil', 'Success']), content: content(example?.response) },
    ...(row.durable
      ? {
          202: {
            description: both([
              'Diterima dan disimpan; layanan mengirimkannya kemudian',
              'Accepted and kept; the service delivers it later',
            ]),
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
    code: { type: 'string', description: both(['Putuskan berdasarkan ini', 'Decide on this']) },
    message: { type: 'string', description: both(['Kalimat untuk ditampilkan', 'A sentence to show']) },
    remedy: { type: 'string', description: both(['Yang harus dilakukan', 'What to do']) },
    log_id: {
      type: 'string',
      description: both(['Nomor data yang disimpan', 'The number under which the data is kept']),
    },
    details: { type: 'object' },
  },
};
