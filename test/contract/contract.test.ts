import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/contract/canonical.js';
import { checkRequest, dropEmpty } from '../../src/contract/check.js';
import { errorCodes } from '../../src/contract/codes.js';
import { contract, type Row } from '../../src/contract/contract.js';
import { isDate, isDateTime, toFhirDateTime, toInstant } from '../../src/contract/dates.js';
import { problemsInEnglish } from '../../src/contract/english.js';
import { isSnomedId } from '../../src/contract/fields.js';
import { allProblems } from '../../src/contract/service-words.js';
import type { Routes } from '../../src/server/routes.js';

const rows = Object.entries(contract) as [string, Row][];

describe('the table', () => {
  it('has the guide’s nine endpoints, all POST with clinic credentials', () => {
    const guide = rows.filter(([, { path }]) =>
      /^\/api\/(encounter|diagnosis|observation|procedure|satusehat\/.+)$/.test(path),
    );
    expect(guide.map(([, { path }]) => path).sort()).toEqual([
      '/api/diagnosis',
      '/api/encounter',
      '/api/observation',
      '/api/procedure',
      '/api/satusehat/get-healthcare-service-id',
      '/api/satusehat/get-patient-id',
      '/api/satusehat/get-practitioner-id',
      '/api/satusehat/register-patient',
      '/api/satusehat/register-practitioner',
    ]);
    for (const [name, row] of guide) expect([row.method, row.auth], name).toEqual(['POST', 'clinic']);
  });

  it('names only codes that a service can answer with, and no path twice', () => {
    for (const [name, { errors }] of rows) {
      for (const code of errors) expect(errorCodes[code].status, `${name} ${code}`).toBeTypeOf('number');
    }
    expect(new Set(rows.map(([, { method, path }]) => `${method} ${path}`)).size).toBe(rows.length);
  });

  it('an update of an encounter needs its id alone', () => {
    expect(checkRequest(contract.kirimEncounter, { id: 'E-1' })).toMatchObject({
      ok: true,
      given: { id: 'E-1' },
    });
    const required = checkRequest(contract.kirimEncounter, {});
    expect(!required.ok && required.problems.length).toBeGreaterThan(5);
  });

  it('a missing route does not compile', () => {
    const { kirimEncounter, ...rest } = {} as Routes;
    // @ts-expect-error kirimEncounter is missing
    const broken: Routes = rest;
    expect(broken).toBeDefined();
    expect(kirimEncounter).toBeUndefined();
  });

  it('the design’s statuses', () => {
    const statuses = Object.fromEntries(
      Object.entries(errorCodes).map(([code, { status }]) => [code, status]),
    );
    expect(statuses).toMatchObject({
      INVALID_JSON: 400,
      INVALID_CREDENTIALS: 401,
      CLINIC_INACTIVE: 403,
      IP_NOT_ALLOWED: 403,
      PATIENT_NOT_FOUND: 404,
      PRACTITIONER_NOT_FOUND: 404,
      HEALTHCARE_SERVICE_NOT_FOUND: 404,
      ENCOUNTER_NOT_FOUND: 404,
      NOT_FOUND: 404,
      METHOD_NOT_ALLOWED: 405,
      MULTIPLE_MATCHES: 409,
      IDEMPOTENCY_CONFLICT: 409,
      DUPLICATE: 409,
      PAYLOAD_TOO_LARGE: 413,
      UNSUPPORTED_MEDIA_TYPE: 415,
      MISSING_REQUIRED_FIELDS: 422,
      INVALID_FIELDS: 422,
      FHIR_VALIDATION_ERROR: 422,
      RATE_LIMITED: 429,
      INTERNAL_ERROR: 500,
      UPSTREAM_UNAVAILABLE: 502,
      OVERLOADED: 503,
      UPSTREAM_TIMEOUT: 504,
      NETWORK_ERROR: null,
      TIMEOUT: null,
    });
  });

  it('every problem has words in both languages', () => {
    expect(Object.keys(problemsInEnglish).sort()).toEqual(Object.keys(allProblems).sort());
    for (const [key, words] of [...Object.entries(allProblems), ...Object.entries(problemsInEnglish)]) {
      const { message, remedy } = words('a', 'b', 'c');
      for (const text of [message, remedy]) expect(text, key).toMatch(/\S/);
    }
  });
});

describe('dates', () => {
  it.each([
    '2024-01-15T08:30:00Z',
    '2024-01-15T08:30:00.123Z',
    '2024-01-15T08:30:00+07:00',
    '2024-01-15T08:30:00+0700',
    '2024-01-15T08:30',
    '2024-01-15 08:30:00',
    '2024-02-29T23:59:59-11:00',
  ])('%s is one', (text) => expect(isDateTime(text)).toBe(true));

  it.each([
    '2024-01-15',
    '2023-02-29T00:00:00Z',
    '2024-13-01T00:00:00Z',
    '2024-01-15T24:00:00Z',
    '2024-01-15T08:60:00Z',
    '2024-01-15T08:30:00+25:00',
    '15/01/2024 08:30',
    'kemarin',
    '',
  ])('%s is none', (text) => {
    expect(isDateTime(text)).toBe(false);
    expect(() => toInstant(text, 'Asia/Jakarta')).toThrow(RangeError);
  });

  it.each([
    ['2024-01-15T08:30:00', 'Asia/Jakarta', '2024-01-15T01:30:00+00:00'],
    ['2024-01-15T08:30:00', 'Asia/Makassar', '2024-01-15T00:30:00+00:00'],
    ['2024-01-15T08:30:00', 'Asia/Jayapura', '2024-01-14T23:30:00+00:00'],
    ['2024-01-15T08:30:00+08:00', 'Asia/Jakarta', '2024-01-15T00:30:00+00:00'],
    // A zone with summer time, on both sides of the change.
    ['2024-03-31T01:30:00', 'Europe/Berlin', '2024-03-31T00:30:00+00:00'],
    ['2024-03-31T03:30:00', 'Europe/Berlin', '2024-03-31T01:30:00+00:00'],
  ])('%s in %s is %s', (text, zone, expected) => {
    expect(toFhirDateTime(toInstant(text, zone))).toBe(expected);
  });

  it('a birth date is a date of the calendar', () => {
    expect(isDate('1990-12-31')).toBe(true);
    expect(isDate('1990-02-30')).toBe(false);
    expect(isDate('31-12-1990')).toBe(false);
  });
});

describe('small things', () => {
  it('SNOMED check digits: the guide’s invented codes fail', () => {
    for (const code of ['25064002', '409586006', '404684003', '312850006', '396552003']) {
      expect(isSnomedId(code), code).toBe(true);
    }
    for (const code of ['3951000132103', '27724004', '1', 'abc', '409586007'])
      expect(isSnomedId(code), code).toBe(false);
  });

  it('canonical JSON does not depend on the order of keys, and keeps that of lists', () => {
    expect(canonicalJson({ b: [2, 1], a: { d: 1, c: undefined } })).toBe('{"a":{"d":1},"b":[2,1]}');
    expect(canonicalJson({ a: { d: 1 }, b: [2, 1] })).toBe(canonicalJson({ b: [2, 1], a: { d: 1 } }));
  });

  describe('the unit of a vital sign', () => {
    const problems = (code: string, nilai: Record<string, unknown>) => {
      const body = { encounter_id: 'E1', pasien_id: 'P1', tanggal_observasi: '2024-01-15T08:35:00Z' };
      const kode = { coding: [{ system: 'http://loinc.org', code }] };
      const checked = checkRequest(contract.kirimObservation, {
        ...body,
        kategori: { code: 'x' },
        kode,
        nilai,
      });
      return checked.ok ? [] : checked.problems.map(({ field, message }) => `${field}: ${message}`);
    };

    it.each([
      ['8867-4', { value: 82, unit: 'denyut/menit' }],
      ['8867-4', { value: 82, unit: 'x / menit' }],
      ['9279-1', { value: 18, unit: 'kali per menit', code: '/min' }],
      ['8310-5', { value: 37.2, unit: '°Celsius' }],
      ['8310-5', { value: 98.6, unit: '°F', code: '[degF]' }],
      ['29463-7', { value: 3200, unit: 'gram' }],
      ['8302-2', { value: 1.65, unit: 'm' }],
      ['8480-6', { value: 130, unit: 'mm Hg' }],
      ['2339-0', { value: 8200, unit: 'apa saja' }],
    ])('%s %j is taken', (code, nilai) => {
      expect(problems(code, nilai)).toEqual([]);
    });

    it.each([
      ['8867-4', { value: 8200, unit: 'denyut/menit' }, 'nilai.value: '],
      ['8867-4', { value: 82, unit: 'F' }, 'nilai.unit: '],
      ['8867-4', { value: 82, unit: 'kg', code: 'kg' }, 'nilai.unit: '],
      ['8867-4', { value: 82, code: 'kg' }, 'nilai.code: '],
      ['8310-5', { value: 370, unit: 'x' }, 'nilai.unit: '],
      ['8310-5', { value: 372, unit: '°F' }, 'nilai.value: '],
      ['29463-7', { value: 65_500, unit: 'gram', code: 'kg' }, 'nilai.unit: '],
      ['29463-7', { value: 655_000, unit: 'gram' }, 'nilai.value: '],
    ])('%s %j is refused', (code, nilai, said) => {
      expect(problems(code, nilai)).toEqual([expect.stringContaining(said)]);
    });
  });

  it('a procedure code is text: 89.50 as a number would be another code', () => {
    const body = { encounter_id: 'E1', pasien_id: 'P1', tanggal_prosedur: '2024-01-15T08:35:00Z' };
    const given = { ...body, deskripsi_prosedur: 'Pemantauan' };
    const asNumber = checkRequest(contract.kirimProcedure, { ...given, kode_prosedur: 89.5 });
    expect(asNumber.ok ? [] : asNumber.problems.map(({ field }) => field)).toEqual(['kode_prosedur']);
    const asText = checkRequest(contract.kirimProcedure, { ...given, kode_prosedur: ' 89.50 ' });
    expect(asText.ok && asText.value.kode_prosedur).toBe('89.50');
  });

  it('empty is absent at every depth, zero and false are not', () => {
    expect(dropEmpty({ a: null, b: '', c: ' ', d: [], e: [null], f: { g: null }, h: 0, i: false })).toEqual({
      // An item of a list is no field: whoever sends one means something.
      e: [null],
      f: {},
      h: 0,
      i: false,
    });
  });

  it('a body cannot reach the prototype', () => {
    const dropped = dropEmpty(JSON.parse('{"__proto__":{"polluted":1},"a":1}')) as Record<string, unknown>;
    expect(dropped.polluted).toBeUndefined();
    expect(Object.getPrototypeOf(dropped)).toBe(Object.prototype);
  });
});
