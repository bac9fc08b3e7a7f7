/** What the compiler promises a user. `tsc -p .` checks this file; the runtime only has to be able to run it. */
import { describe, expect, expectTypeOf, it } from 'vitest';
import type { z } from 'zod/mini';
import {
  type ClientErrorCode,
  type ErrorCode,
  type ErrorCodeOf,
  type ErrorOf,
  endpoints,
  type FieldProblem,
  type InputOf,
  isSatusehatError,
  type ResponseOf,
  type Result,
  type SafeMethod,
  SatusehatClient,
  SatusehatError,
  type VisitProgress,
} from '../../src/index.js';

const client = new SatusehatClient({ baseUrl: '/satusehat', fetch: () => new Promise(() => {}) });

/** A switch with this in its last branch does not compile when a code is missing. */
function never(_: never): string {
  return '';
}

describe('errors', () => {
  it('one switch over code is exhaustive, and narrows the details', () => {
    const describeError = (error: SatusehatError): string => {
      switch (error.code) {
        case 'MISSING_REQUIRED_FIELDS':
        case 'INVALID_FIELDS':
          expectTypeOf(error.details).toEqualTypeOf<{ fields: FieldProblem[] } | undefined>();
          return error.details?.fields.map(({ field }) => field).join() ?? '';
        case 'PARTIALLY_SENT':
          expectTypeOf(error.details?.resume).toEqualTypeOf<VisitProgress | undefined>();
          return error.details?.sent.join() ?? '';
        case 'FHIR_VALIDATION_ERROR':
          return error.details?.issues.map(({ rule }) => rule).join() ?? '';
        case 'PATIENT_NOT_FOUND':
        case 'PRACTITIONER_NOT_FOUND':
        case 'HEALTHCARE_SERVICE_NOT_FOUND':
        case 'ENCOUNTER_NOT_FOUND':
        case 'NOT_FOUND':
        case 'MULTIPLE_MATCHES':
        case 'DUPLICATE':
        case 'IDEMPOTENCY_CONFLICT':
        case 'INVALID_CREDENTIALS':
        case 'CLINIC_INACTIVE':
        case 'IP_NOT_ALLOWED':
        case 'INVALID_JSON':
        case 'METHOD_NOT_ALLOWED':
        case 'NOT_IMPLEMENTED':
        case 'PAYLOAD_TOO_LARGE':
        case 'UNSUPPORTED_MEDIA_TYPE':
        case 'RATE_LIMITED':
        case 'INTERNAL_ERROR':
        case 'OVERLOADED':
        case 'UPSTREAM_UNAVAILABLE':
        case 'UPSTREAM_TIMEOUT':
        case 'NETWORK_ERROR':
        case 'TIMEOUT':
        case 'ABORTED':
        case 'UNEXPECTED_RESPONSE':
        case 'UNKNOWN':
          return error.remedy;
        default:
          return never(error);
      }
    };
    const details = { fields: [{ field: 'poli', problem: 'missing', message: '', remedy: '' } as const] };
    expect(describeError(new SatusehatError({ code: 'INVALID_FIELDS', details }))).toBe('poli');
  });

  it('a code that is left out does not compile', () => {
    const incomplete = (error: ErrorOf<'TIMEOUT' | 'ABORTED'>): string => {
      switch (error.code) {
        case 'TIMEOUT':
          return '';
        default:
          // @ts-expect-error ABORTED is missing
          return never(error);
      }
    };
    expect(incomplete(new SatusehatError({ code: 'ABORTED' }))).toBe('');
  });

  it('tell status, attempts and what they know', () => {
    expectTypeOf<SatusehatError['code']>().toEqualTypeOf<ErrorCode>();
    expectTypeOf<SatusehatError['status']>().toEqualTypeOf<number | undefined>();
    expectTypeOf<SatusehatError['attempts']>().toEqualTypeOf<number>();
    const unknown: unknown = new SatusehatError({ code: 'TIMEOUT' });
    if (isSatusehatError(unknown)) expectTypeOf(unknown).toEqualTypeOf<SatusehatError>();
  });
});

describe('safe', () => {
  type Error<M extends SafeMethod> = Extract<
    Awaited<ReturnType<(typeof client.safe)[M]>>,
    { ok: false }
  >['error'];

  it('has the codes of its endpoint and of the client, and no other', () => {
    expectTypeOf<Error<'getPatientId'>['code']>().toEqualTypeOf<
      ErrorCodeOf<'getPatientId'> | ClientErrorCode
    >();
    expectTypeOf<Error<'kirimEncounter'>['code']>().toEqualTypeOf<
      ErrorCodeOf<'kirimEncounter'> | ClientErrorCode
    >();
    expectTypeOf<Error<'getStatus'>['code']>().toEqualTypeOf<ErrorCodeOf<'getLog'> | ClientErrorCode>();
    expectTypeOf<'PARTIALLY_SENT'>().toExtend<Error<'kirimKunjungan'>['code']>();
    expectTypeOf<'PARTIALLY_SENT'>().not.toExtend<Error<'kirimEncounter'>['code']>();
    expectTypeOf<'ENCOUNTER_NOT_FOUND'>().not.toExtend<Error<'getPatientId'>['code']>();
    expectTypeOf<'NOT_FOUND'>().not.toExtend<Error<'getPatientId'>['code']>();
    expect(Object.keys(client.safe).sort()).toContain('getPatientId');
  });

  it('a switch over the errors of one endpoint is exhaustive', () => {
    const say = (result: Awaited<ReturnType<typeof client.safe.getPatientId>>): string => {
      if (result.ok) {
        expectTypeOf(result.data).toEqualTypeOf<ResponseOf<'getPatientId'>>();
        return result.data.satusehat_id;
      }
      const { error } = result;
      switch (error.code) {
        case 'PATIENT_NOT_FOUND':
        case 'MULTIPLE_MATCHES':
          return error.details?.fields[0]?.message ?? '';
        case 'INVALID_FIELDS':
        case 'MISSING_REQUIRED_FIELDS':
        case 'INVALID_JSON':
        case 'PAYLOAD_TOO_LARGE':
        case 'UNSUPPORTED_MEDIA_TYPE':
        case 'FHIR_VALIDATION_ERROR':
        case 'INVALID_CREDENTIALS':
        case 'CLINIC_INACTIVE':
        case 'IP_NOT_ALLOWED':
        case 'METHOD_NOT_ALLOWED':
        case 'RATE_LIMITED':
        case 'INTERNAL_ERROR':
        case 'OVERLOADED':
        case 'UPSTREAM_UNAVAILABLE':
        case 'UPSTREAM_TIMEOUT':
        case 'NETWORK_ERROR':
        case 'TIMEOUT':
        case 'ABORTED':
        case 'UNEXPECTED_RESPONSE':
        case 'UNKNOWN':
          return error.message;
        default:
          return never(error);
      }
    };
    const result: Result<ResponseOf<'getPatientId'>, 'TIMEOUT'> = {
      ok: false,
      error: new SatusehatError({ code: 'TIMEOUT' }),
    };
    expect(say(result)).toMatch(/SATUSEHAT/);
  });

  it('destructured, one half tells of the other', () => {
    const use = async () => {
      const { ok, data, error } = await client.safe.getPatientId('3201234567890123');
      if (ok) expectTypeOf(data).toEqualTypeOf<ResponseOf<'getPatientId'>>();
      else expectTypeOf(error.attempts).toEqualTypeOf<number>();
    };
    expectTypeOf(use).returns.resolves.toBeVoid();
    expect(endpoints.getPatientId.durable).toBe(false);
  });
});

describe('methods', () => {
  it('take what the schemas take, and give what they give', () => {
    expectTypeOf(client.kirimDiagnosis).parameter(0).toEqualTypeOf<InputOf<'kirimDiagnosis'>>();
    expectTypeOf(client.kirimDiagnosis).returns.resolves.toEqualTypeOf<ResponseOf<'kirimDiagnosis'>>();
    expectTypeOf<InputOf<'getPatientId'>>().toEqualTypeOf<
      z.input<typeof import('../../src/contract/contract.js')['contract']['getPatientId']['request']>
    >();
    expectTypeOf(client.getPractitionerId).toBeCallableWith({ nik: '3201234567890123' });
    expectTypeOf(client.getPractitionerId).toBeCallableWith({ sip: 'SIP-1' }, { cache: false });
    expectTypeOf(client.getPractitionerId).toBeCallableWith(null, 'SIP-1');
    expectTypeOf(client.getPractitionerId).toBeCallableWith('3201234567890123', null, 'STR-1', {
      retries: 0,
    });
    // @ts-expect-error no such key
    expectTypeOf(client.getPractitionerId).toBeCallableWith({ nama: 'x' });
    expect(typeof client.getPractitionerId).toBe('function');
  });

  it('a whole visit is nested or flat, and not both', () => {
    const encounter = {
      nik_pasien: '3201234567890123',
      tanggal_kunjungan: '2024-01-15T08:30:00Z',
      jenis_layanan: '101',
      jenis_kunjungan: '1',
      poli: '100001',
      dokter: '10001234567',
    } as const;
    const diagnosis = [
      { tanggal_diagnosis: '2024-01-15T09:00:00Z', kode_icd10: 'I10', deskripsi_diagnosis: 'x' },
    ];
    expectTypeOf(client.kirimKunjungan).toBeCallableWith({ encounter, diagnosis });
    expectTypeOf(client.kirimKunjungan).toBeCallableWith({ ...encounter, diagnosis });
    // @ts-expect-error a diagnosis alone is no visit
    expectTypeOf(client.kirimKunjungan).toBeCallableWith({ diagnosis });
    expect(diagnosis).toHaveLength(1);
  });
});
