/** Results instead of exceptions, with the errors that one method can have and no other. */
import type { ErrorCode } from '../contract/codes.js';
import type { ErrorCodeOf } from '../contract/endpoints.js';
import { isSatusehatError, type SatusehatError } from '../contract/error.js';
import type { SatusehatClient } from './client.js';

/** Codes that every method can end with, beside those of its endpoint. */
export type ClientErrorCode =
  // Nothing whole was answered.
  | 'NETWORK_ERROR'
  | 'TIMEOUT'
  | 'ABORTED'
  // What was answered is not of this contract, or of a later one.
  | 'UNEXPECTED_RESPONSE'
  | 'UNKNOWN'
  // The input was refused before anything was asked.
  | 'INVALID_JSON'
  | 'MISSING_REQUIRED_FIELDS'
  | 'INVALID_FIELDS';

/** What the endpoints behind each method can answer with. */
interface ServiceCodes {
  kirimEncounter: ErrorCodeOf<'kirimEncounter'>;
  kirimDiagnosis: ErrorCodeOf<'kirimDiagnosis'>;
  kirimObservation: ErrorCodeOf<'kirimObservation'>;
  kirimProcedure: ErrorCodeOf<'kirimProcedure'>;
  kirimKunjungan: ErrorCodeOf<'kirimKunjungan' | 'kirimEncounter'> | 'PARTIALLY_SENT';
  getPatientId: ErrorCodeOf<'getPatientId'>;
  getPractitionerId: ErrorCodeOf<'getPractitionerId'>;
  getHealthcareServiceId: ErrorCodeOf<'getHealthcareServiceId'>;
  registerPatient: ErrorCodeOf<'registerPatient'>;
  registerPractitioner: ErrorCodeOf<'registerPractitioner'>;
  getStatus: ErrorCodeOf<'getLog'>;
  tungguSelesai: ErrorCodeOf<'getLog'>;
  listLog: ErrorCodeOf<'listLog'>;
  resend: ErrorCodeOf<'resendLog'>;
  batal: ErrorCodeOf<'batalLog'>;
}

/** Names of the methods that {@link SafeClient} has. */
export type SafeMethod = keyof ServiceCodes;
/** Every code that a method can end with. */
export type CodesOf<M extends SafeMethod> = ServiceCodes[M] | ClientErrorCode;
/** The errors of these codes. */
export type ErrorOf<C extends ErrorCode> = Extract<SatusehatError, { code: C }>;

/** What a method of {@link SatusehatClient.safe} returns: `ok` tells which of the two it is. */
export type Result<T, C extends ErrorCode = ErrorCode> =
  | {
      /** It went well. */
      ok: true;
      /** The service's answer. */
      data: T;
      /** Absent. */
      error?: undefined;
    }
  | {
      /** It did not. */
      ok: false;
      /** Why, with a code of those this method can have. */
      error: ErrorOf<C>;
      /** Absent. */
      data?: undefined;
    };

/** The methods of a client that return a {@link Result} instead of throwing a SatusehatError. */
export type SafeClient = {
  readonly [M in SafeMethod]: (
    ...args: Parameters<SatusehatClient[M]>
  ) => Promise<Result<Awaited<ReturnType<SatusehatClient[M]>>, CodesOf<M>>>;
};

const methods: Record<SafeMethod, true> = {
  kirimEncounter: true,
  kirimDiagnosis: true,
  kirimObservation: true,
  kirimProcedure: true,
  kirimKunjungan: true,
  getPatientId: true,
  getPractitionerId: true,
  getHealthcareServiceId: true,
  registerPatient: true,
  registerPractitioner: true,
  getStatus: true,
  tungguSelesai: true,
  listLog: true,
  resend: true,
  batal: true,
};

/** What is no SatusehatError is a mistake in a program, and thrown on. */
export function safely(client: SatusehatClient): SafeClient {
  const safe: Record<string, unknown> = {};
  for (const name of Object.keys(methods) as SafeMethod[]) {
    safe[name] = (...args: unknown[]) =>
      (client[name] as (...args: unknown[]) => Promise<unknown>)(...args).then(
        (data) => ({ ok: true, data }),
        (error: unknown) => {
          if (!isSatusehatError(error)) throw error;
          return { ok: false, error };
        },
      );
  }
  return safe as SafeClient;
}
