/** What holds of the schemas for every input, not only for those somebody thought of. */
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readEnvelope } from '../../src/client/envelope.js';
import { canonicalJson } from '../../src/contract/canonical.js';
import { checkRequest, dropEmpty } from '../../src/contract/check.js';
import { errorCodes } from '../../src/contract/codes.js';
import { contract, type EndpointName, type Row } from '../../src/contract/contract.js';
import { isSatusehatError } from '../../src/contract/error.js';
import { problemsOf, readForm } from '../../src/contract/form.js';

const rows = Object.entries(contract) as [EndpointName, Row][];
const clock = { now: Date.UTC(2026, 0, 1), timeZone: 'Asia/Jakarta' };
const json = fc.jsonValue({ depthSize: 'small' });

/** Names of the contract with values of any kind: nearer to what goes wrong than names of any kind. */
const nearly = fc.dictionary(
  fc.constantFrom(
    ...[
      'nik_pasien',
      'pasien_id',
      'tanggal_kunjungan',
      'tanggal_selesai',
      'jenis_layanan',
      'jenis_kunjungan',
    ],
    ...['poli', 'dokter', 'pemeriksaan_fisik', 'tanda_vital', 'tekanan_darah', 'id', 'encounter_id', 'nik'],
    ...['kategori', 'kode', 'nilai', 'nilai_diatas', 'coding', 'diagnosis', 'observasi', 'prosedur', 'sip'],
    ...[
      'kode_icd10',
      'kode_prosedur',
      'tanggal_lahir',
      'kode_provinsi',
      'kode_kabupaten',
      'gender',
      '__proto__',
    ],
  ),
  fc.oneof(
    json,
    fc.constantFrom(
      '',
      ' ',
      '130/85',
      '3201234567890123',
      3201234567890123,
      '2024-01-15T08:30',
      [],
      [{}],
      {},
    ),
    fc.record({ coding: fc.array(fc.dictionary(fc.constantFrom('system', 'code', 'display'), json)) }),
    fc.dictionary(fc.constantFrom('value', 'unit', 'tanda_vital', 'suhu', 'tekanan_darah', 'id'), json),
    fc.array(fc.dictionary(fc.constantFrom('kode_icd10', 'pasien_id', 'id', 'kode', 'nilai'), json)),
  ),
);

const time = fc
  .date({ min: new Date('2014-06-04'), max: new Date('2025-12-30'), noInvalidDate: true })
  .map((date) => date.toISOString());
const some = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const between = (min: number, max: number) => fc.integer({ min, max });

/** An encounter that is right. */
const encounter = fc.record({
  nik_pasien: fc.stringMatching(/^\d{16}$/),
  tanggal_kunjungan: time,
  jenis_layanan: fc.constantFrom('101', 101, '102'),
  jenis_kunjungan: fc.constantFrom('1', '2', 1),
  poli: fc.constantFrom('100001', 100001, 'MAWAR'),
  dokter: fc.constantFrom('10001234567', 10001234567),
  penjamin: some(fc.constantFrom('1', 2, null, '')),
  keluhan_utama: some(fc.string({ unit: 'grapheme', maxLength: 200 })),
  anamnesa: some(fc.string({ unit: 'binary', maxLength: 200 })),
  pemeriksaan_fisik: some(
    fc.record({
      tanda_vital: fc.record({
        tekanan_darah: some(
          fc
            .tuple(between(90, 250), between(40, 80))
            .map(([systolic, diastolic]) => `${systolic}/${diastolic}`),
        ),
        nadi: some(fc.oneof(between(40, 200), between(40, 200).map(String))),
        suhu: some(fc.constantFrom(36.5, '37.2', 38)),
        berat: some(fc.constantFrom(3, '65.5', null, '')),
      }),
    }),
  ),
});

describe('every request', () => {
  it.each(rows)('%s: is checked without an accident, in words, and stays as it was', (_, row) => {
    fc.assert(
      fc.property(fc.oneof(nearly, fc.dictionary(fc.string(), json)), (body) => {
        const before = JSON.stringify(body);
        const checked = checkRequest(row, body, clock);
        expect(JSON.stringify(body)).toBe(before);
        if (checked.ok) return;
        expect(checked.problems.length).toBeGreaterThan(0);
        for (const { field, problem, message, remedy } of checked.problems) {
          expect(message.startsWith(`${field} `)).toBe(true);
          expect(`${message} ${remedy}`).not.toMatch(/undefined|null|NaN|\[object/);
          expect(['missing', 'invalid']).toContain(problem);
          // A message may travel into a log: no value of the clinic's in it.
          expect(message.slice(field.length)).not.toMatch(/\d{16}/);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('what the client lets pass, the service lets pass, but for what only its clock can judge', () => {
    fc.assert(
      fc.property(fc.constantFrom(...rows), nearly, ([, row], body) => {
        const form = readForm(row, body);
        const checked = checkRequest(row, body);
        expect(form.value !== undefined).toBe(checked.ok);
        if (!checked.ok)
          expect(problemsOf(form).map(({ field }) => field)).toEqual(
            checked.problems.map(({ field }) => field),
          );
      }),
    );
  });
});

describe('an encounter that is right', () => {
  it('passes, and what comes of it passes again and comes out the same', () => {
    fc.assert(
      fc.property(encounter, (body) => {
        const checked = checkRequest(contract.kirimEncounter, body, clock);
        if (!checked.ok) throw new Error(JSON.stringify(checked.problems));
        const again = checkRequest(contract.kirimEncounter, checked.value, clock);
        expect(again.ok && again.value).toEqual(dropEmpty(checked.value));
      }),
    );
  });

  it('does not without any one of its required fields, and that field is named', () => {
    const required = ['tanggal_kunjungan', 'jenis_layanan', 'jenis_kunjungan', 'poli', 'dokter'] as const;
    fc.assert(
      fc.property(encounter, fc.subarray([...required], { minLength: 1 }), (body, without) => {
        const less = Object.fromEntries(
          Object.entries(body).filter(([key]) => !without.includes(key as never)),
        );
        const checked = checkRequest(contract.kirimEncounter, less, clock);
        expect(!checked.ok && checked.problems.map(({ field }) => field).sort()).toEqual([...without].sort());
      }),
    );
  });
});

describe('canonical JSON', () => {
  const shuffled = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(shuffled);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .reverse()
        .map(([key, item]) => [key, shuffled(item)]),
    );
  };

  it('means what the value means, and is one text for one meaning', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(shuffled(value))).toBe(canonicalJson(value));
      }),
    );
  });

  it('of two meanings is two texts', () => {
    fc.assert(
      fc.property(json, json, (a, b) => {
        const [one, other] = [a, b].map((value) => JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(a) === canonicalJson(b)).toBe(isDeepStrictEqual(one, other));
      }),
    );
  });
});

describe('every answer', () => {
  const client = Object.entries(errorCodes)
    .filter(([, { status }]) => status === null)
    .map(([code]) => code);

  it('is read, or is an error of this endpoint or of the client, without a NIK in it', () => {
    const body = fc.oneof(
      json,
      fc.record({
        status: fc.constantFrom('success', 'queued', 'error', 'not_found', 7),
        code: some(fc.oneof(fc.constantFrom(...Object.keys(errorCodes)), fc.string())),
        message: some(fc.oneof(json, fc.constant('NIK 3201234567890123'))),
        details: some(fc.oneof(json, fc.record({ fields: json, issues: some(json) }))),
        errors: some(json),
        meta: some(fc.record({ code: fc.oneof(fc.integer(), json), message: some(json) })),
        data: some(json),
      }),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...rows),
        fc.integer({ min: 100, max: 599 }),
        body,
        fc.constantFrom(null, '7', 'Wed, 21 Oct 2026 07:28:00 GMT', 'x', '-1'),
        ([name, row], status, value, after) => {
          const text = JSON.stringify(value);
          const answer = { status, headers: { get: () => after }, text, json: JSON.parse(text) as unknown };
          try {
            expect(typeof readEnvelope(answer, name, 0).status).toBe('string');
          } catch (error) {
            if (!isSatusehatError(error)) throw error;
            expect([...row.errors, ...client]).toContain(error.code);
            expect(JSON.stringify(error)).not.toMatch(/\d{16}/);
            expect(typeof error.message).toBe('string');
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
