/** What the platform's refusals become, and the pages that are made from the tables. */
import { describe, expect, it } from 'vitest';
import { actors, actorWords } from '../../src/contract/actors.js';
import { type ErrorCode, errorCodes, type Locale } from '../../src/contract/codes.js';
import { type EndpointName, endpoints } from '../../src/contract/endpoints.js';
import { codesInEnglish } from '../../src/contract/english.js';
import { decodePlatformError } from '../../src/platform/decode.js';
import { PlatformError, readIssues } from '../../src/platform/error.js';
import { refusalRules } from '../../src/platform/rules.js';
import { anchor, code, expectPage, locales, page, table } from './page.js';

/** Every rule number that is known, from the ministry's pages, its recordings and peers' logs. */
const numbers = [
  10001, 10002, 10003, 10010, 10012, 10015, 10024, 10050, 10056, 10075, 10103, 10105, 10109, 10110, 10117,
  10118, 10120, 10121, 10122, 10124, 10126, 10128, 10130, 10132, 10134, 10171, 10173, 10200, 10254, 10263,
  10292, 10295, 10296, 10297, 10306, 10307, 10336, 10377, 10383, 10385, 10387, 10399, 10402, 10403, 10406,
  10432, 10447, 10450, 10457, 10458, 10480, 20002, 20003,
];

function refusal(text: string, expression?: string, code = 'value', headers: Record<string, string> = {}) {
  const json = {
    resourceType: 'OperationOutcome',
    issue: [
      { severity: 'error', code, details: { text }, ...(expression ? { expression: [expression] } : {}) },
    ],
  };
  const answer = { status: 400, headers: new Headers(headers), text: JSON.stringify(json), json };
  return new PlatformError('refused', {
    status: 400,
    issues: readIssues(answer),
    requestId: headers['x-request-id'],
    outcomeUnknown: false,
  });
}

describe('rule numbers', () => {
  it.each(numbers)('%i has a meaning and a remedy of its own', (number) => {
    const error = decodePlatformError(refusal(`Something of the platform (RuleNumber: ${number})`));
    expect(errorCodes[error.code].status).toBeGreaterThanOrEqual(400);
    expect(error.message).not.toContain('Something of the platform');
    expect(error.remedy).not.toBe(errorCodes.FHIR_VALIDATION_ERROR.remedy);
    expect(error.retryable).toBe(false);
  });

  it('spelled in either way', () => {
    for (const text of ['x (Rule Number: 10109)', 'x (Rule 10122)', 'x (RuleNumber: 10120)']) {
      expect(decodePlatformError(refusal(text)).message).not.toContain('x (');
    }
  });
});

describe('the clinic’s own field', () => {
  it.each<[EndpointName, string, string | undefined, ErrorCode, string | undefined]>([
    [
      'kirimEncounter',
      'Reference is mandatory : Encounter.subject (RuleNumber: 10118)',
      'Encounter.subject',
      'FHIR_VALIDATION_ERROR',
      'nik_pasien',
    ],
    [
      'kirimEncounter',
      'Element not found: Encounter.location (RuleNumber: 10120)',
      undefined,
      'FHIR_VALIDATION_ERROR',
      'poli',
    ],
    [
      'kirimEncounter',
      "Code not found: '123' in system: http://snomed.info/sct (RuleNumber: 10003)",
      'Condition.code[0].code',
      'FHIR_VALIDATION_ERROR',
      'kode_keluhan_utama',
    ],
    [
      'kirimDiagnosis',
      "Code not found: 'Z99.99' in system: http://hl7.org/fhir/sid/icd-10 (RuleNumber: 10001)",
      'Condition.code[0].code',
      'FHIR_VALIDATION_ERROR',
      'kode_icd10',
    ],
    [
      'kirimKunjungan',
      "Code not found: 'Z99.99' in system: http://hl7.org/fhir/sid/icd-10 (RuleNumber: 10001)",
      undefined,
      'FHIR_VALIDATION_ERROR',
      'diagnosis[].kode_icd10',
    ],
    [
      'kirimProcedure',
      "Code not found: '99.999' in system: http://hl7.org/fhir/sid/icd-9-cm (RuleNumber: 10001)",
      undefined,
      'FHIR_VALIDATION_ERROR',
      'kode_prosedur',
    ],
    [
      'kirimObservation',
      "Code not found: '1-1' in system: http://loinc.org (RuleNumber: 10001)",
      'Observation.code[0].code',
      'FHIR_VALIDATION_ERROR',
      'kode',
    ],
    [
      'kirimDiagnosis',
      'Invalid date time value : x (RuleNumber: 10132) Not Allowed : Future Date',
      'Condition.onsetDateTime',
      'FHIR_VALIDATION_ERROR',
      'onset_date',
    ],
    [
      'kirimObservation',
      'Invalid date time value : x (RuleNumber: 10132)',
      'Observation.effectiveDateTime',
      'FHIR_VALIDATION_ERROR',
      'tanggal_observasi',
    ],
    [
      'kirimProcedure',
      'Invalid date time value : x (RuleNumber: 10132)',
      'Procedure.performedDateTime',
      'FHIR_VALIDATION_ERROR',
      'tanggal_prosedur',
    ],
    [
      'kirimObservation',
      'Reference is mandatory : Observation.performer (RuleNumber: 10383)',
      undefined,
      'FHIR_VALIDATION_ERROR',
      'dokter',
    ],
    [
      'kirimObservation',
      'Reference is mandatory : Observation.encounter (RuleNumber: 10130)',
      undefined,
      'FHIR_VALIDATION_ERROR',
      'encounter_id',
    ],
    [
      'kirimEncounter',
      'Reference is mandatory : Encounter.serviceProvider (RuleNumber: 10124)',
      undefined,
      'FHIR_VALIDATION_ERROR',
      undefined,
    ],
    [
      'kirimEncounter',
      'reference target(s) not found: Patient/P00000000000',
      undefined,
      'PATIENT_NOT_FOUND',
      'nik_pasien',
    ],
    [
      'kirimDiagnosis',
      'reference target(s) not found: Patient/P00000000000',
      undefined,
      'PATIENT_NOT_FOUND',
      'pasien_id',
    ],
    [
      'kirimProcedure',
      'Wrong reference ID format: Practitioner/x',
      undefined,
      'PRACTITIONER_NOT_FOUND',
      'dokter',
    ],
    [
      'kirimEncounter',
      'reference target(s) not found: Location/x',
      undefined,
      'HEALTHCARE_SERVICE_NOT_FOUND',
      'poli',
    ],
    [
      'kirimDiagnosis',
      'Wrong reference ID format: Encounter/x',
      undefined,
      'ENCOUNTER_NOT_FOUND',
      'encounter_id',
    ],
    [
      'kirimEncounter',
      'unparseable_resource: fhirpath-constraint-violation-Encounter.period',
      undefined,
      'FHIR_VALIDATION_ERROR',
      'tanggal_selesai',
    ],
    ['kirimEncounter', 'Found duplicate resource: Encounter', undefined, 'DUPLICATE', undefined],
    [
      'kirimEncounter',
      'Operation cannot be performed due to business rules, consent or privacy rules',
      undefined,
      'FHIR_VALIDATION_ERROR',
      undefined,
    ],
  ])('%s: %s', (endpoint, text, expression, code, field) => {
    const error = decodePlatformError(refusal(text, expression), endpoint);
    expect(error.code).toBe(code);
    expect(endpoints[endpoint].errors).toContain(code);
    const { fields } = (error.details ?? {}) as { fields?: { field: string; remedy: string }[] };
    expect(fields?.[0]?.field).toBe(field);
    if (field) expect(error.message).toContain(field);
    expect(error.remedy).toMatch(/\S/);
  });

  it('everything that is wrong is named, and a refusal with a code of its own counts first', () => {
    const json = {
      issue: [
        { details: { text: 'Element not found: Encounter.location (RuleNumber: 10120)' } },
        { details: { text: 'reference target(s) not found: Patient/P00000000000' } },
      ],
    };
    const issues = readIssues({ status: 400, headers: new Headers(), text: '', json });
    const error = decodePlatformError(new PlatformError('refused', { issues }), 'kirimEncounter');
    expect(error.code).toBe('PATIENT_NOT_FOUND');
    const { fields } = error.details as { fields: { field: string }[] };
    expect(fields.map(({ field }) => field)).toEqual(['poli', 'nik_pasien']);
  });

  it('an unknown refusal keeps the platform’s text, masked, and its x-request-id', () => {
    const error = decodePlatformError(
      refusal('A rule of tomorrow about 3201234567890123 (RuleNumber: 19999)', undefined, 'value', {
        'x-request-id': 'req-1',
      }),
    );
    expect(error).toMatchObject({
      code: 'FHIR_VALIDATION_ERROR',
      details: { requestId: 'req-1', issues: [{ rule: '19999' }] },
    });
    expect(error.message).toContain('A rule of tomorrow');
    expect(JSON.stringify(error)).not.toContain('3201234567890123');
  });
});

describe('errors.md', () => {
  it.each(locales)('is made from the tables (npm run tables): %s', async (locale) => {
    await expectPage('errors', locale, errorsPage(locale));
  });
});

const words = {
  en: {
    title: '# Errors',
    made: 'Made from `src/contract/codes.ts` and `src/platform/rules.ts` by `npm run tables`.',
    intro:
      'Every error answers `{ status: "error", code, message, remedy, details, log_id }`: decide on `code`, show `message`\nand `remedy`, keep `log_id` when there is one: the data is kept under it. `details.fields` names each field in the\nclinic’s own words with its remedy; `details.issues` holds the platform’s words, with NIKs masked, and\n`details.requestId` its request id for the helpdesk. Messages and remedies are in Indonesian; the client gives them in\nEnglish with `locale: \'en\'`.',
    codes: '## Codes',
    own: 'A code without an HTTP status is the client’s own: nothing answered, or what answered is not the service. Which\nendpoint answers which codes: [endpoints.md](endpoints.md).',
    head: ['code', 'HTTP', 'try again', 'meaning', 'who must act', 'remedy'],
    again: ['yes', 'no'],
    refusals: '## What the platform refuses',
    unknown:
      'Rule numbers of the ministry’s processor and words of the FHIR store behind it. Others keep the platform’s text and\nrequest id in `details`, as `FHIR_VALIDATION_ERROR`.',
    ruleHead: ['rule or words', 'code', 'meaning', 'who must act', 'remedy'],
  },
  id: {
    title: '# Error',
    made: 'Dibuat dari `src/contract/codes.ts` dan `src/platform/rules.ts` oleh `npm run tables`.',
    intro:
      'Setiap error menjawab `{ status: "error", code, message, remedy, details, log_id }`: putuskan berdasarkan `code`,\ntampilkan `message` dan `remedy`, simpan `log_id` bila ada: datanya tersimpan dengan nomor itu. `details.fields`\nmenyebut tiap field dengan nama yang dipakai klinik beserta tindakannya; `details.issues` memuat kata-kata platform,\ndengan NIK disamarkan, dan `details.requestId` nomor permintaannya untuk helpdesk. Pesan dan tindakan berbahasa\nIndonesia.',
    codes: '## Kode',
    own: 'Kode tanpa status HTTP dibuat oleh klien sendiri: tidak ada yang menjawab, atau yang menjawab bukan layanan ini.\nKode yang dapat dijawab tiap endpoint: [endpoints.md](endpoints.md).',
    head: ['kode', 'HTTP', 'coba lagi', 'arti', 'siapa yang bertindak', 'tindakan'],
    again: ['ya', 'tidak'],
    refusals: '## Yang ditolak platform',
    unknown:
      'Nomor aturan dari pemroses Kemenkes dan kata-kata dari penyimpanan FHIR di belakangnya. Selain ini, kata-kata platform\ndan nomor permintaannya tetap ada di `details`, sebagai `FHIR_VALIDATION_ERROR`.',
    ruleHead: ['aturan atau kata-kata', 'kode', 'arti', 'siapa yang bertindak', 'tindakan'],
  },
} as const;

function errorsPage(locale: Locale): string {
  const { title, made, intro, codes, own, head, again, refusals, unknown, ruleHead } = words[locale];
  const rows = (Object.entries(errorCodes) as [ErrorCode, (typeof errorCodes)[ErrorCode]][]).map(
    ([name, row]) => {
      const { message, remedy } = locale === 'id' ? row : codesInEnglish[name];
      return [
        `${anchor(name)}${code(name)}`,
        String(row.status ?? '—'),
        again[row.retryable ? 0 : 1],
        message,
        actorWords[actors[name]][locale],
        remedy,
      ];
    },
  );
  const rules = refusalRules.map(({ match, name, code: becomes, who, meaning, remedy }) => [
    name ?? (typeof match === 'string' ? match : match.source),
    code(becomes ?? 'FHIR_VALIDATION_ERROR'),
    meaning[locale],
    actorWords[who][locale],
    remedy[locale],
  ]);
  return page(title, made, intro, codes, own, table(head, rows), refusals, unknown, table(ruleHead, rules));
}
