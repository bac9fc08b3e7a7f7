/**
 * The endpoints as plain data. `contract.ts` adds the schemas; the client takes only this file, so that a
 * browser loads the schemas as a second chunk.
 */
import type { ServiceErrorCode } from './codes.js';

/** One endpoint of the service. */
export interface Endpoint {
  /** HTTP method. */
  method: 'GET' | 'POST';
  /** `{log_id}` stands for one path segment. */
  path: string;
  /** `clinic`: X-Clinic-Code and X-Clinic-Secret. `operator`: bearer or loopback. `session`: dashboard cookie. */
  auth: 'clinic' | 'operator' | 'session' | 'none';
  /** True where the service keeps what it accepts and answers with a log_id. */
  durable: boolean;
  /** Every code this endpoint can answer with. */
  errors: readonly ServiceErrorCode[];
}

const always = ['METHOD_NOT_ALLOWED', 'RATE_LIMITED', 'INTERNAL_ERROR', 'OVERLOADED'] as const;
const clinic = [...always, 'INVALID_CREDENTIALS', 'CLINIC_INACTIVE', 'IP_NOT_ALLOWED'] as const;
const body = [
  ...clinic,
  'INVALID_JSON',
  'PAYLOAD_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
  'MISSING_REQUIRED_FIELDS',
  'INVALID_FIELDS',
] as const;
const upstream = ['UPSTREAM_UNAVAILABLE', 'UPSTREAM_TIMEOUT', 'FHIR_VALIDATION_ERROR'] as const;
const resolving = [
  'PATIENT_NOT_FOUND',
  'PRACTITIONER_NOT_FOUND',
  'HEALTHCARE_SERVICE_NOT_FOUND',
  'MULTIPLE_MATCHES',
] as const;
const sending = [...body, ...upstream, 'IDEMPOTENCY_CONFLICT', 'DUPLICATE'] as const;
const hanging = [
  ...sending,
  'PATIENT_NOT_FOUND',
  'PRACTITIONER_NOT_FOUND',
  'ENCOUNTER_NOT_FOUND',
  'MULTIPLE_MATCHES',
] as const;

/** Every endpoint by name: method, path, who may ask, whether it keeps what it accepts, its error codes. */
export const endpoints = {
  kirimEncounter: {
    method: 'POST',
    path: '/api/encounter',
    auth: 'clinic',
    durable: true,
    errors: [...sending, ...resolving, 'ENCOUNTER_NOT_FOUND'],
  },
  kirimDiagnosis: { method: 'POST', path: '/api/diagnosis', auth: 'clinic', durable: true, errors: hanging },
  kirimObservation: {
    method: 'POST',
    path: '/api/observation',
    auth: 'clinic',
    durable: true,
    errors: hanging,
  },
  kirimProcedure: { method: 'POST', path: '/api/procedure', auth: 'clinic', durable: true, errors: hanging },
  getPatientId: {
    method: 'POST',
    path: '/api/satusehat/get-patient-id',
    auth: 'clinic',
    durable: false,
    errors: [...body, ...upstream, 'PATIENT_NOT_FOUND', 'MULTIPLE_MATCHES'],
  },
  getPractitionerId: {
    method: 'POST',
    path: '/api/satusehat/get-practitioner-id',
    auth: 'clinic',
    durable: false,
    errors: [...body, ...upstream, 'PRACTITIONER_NOT_FOUND', 'MULTIPLE_MATCHES'],
  },
  getHealthcareServiceId: {
    method: 'POST',
    path: '/api/satusehat/get-healthcare-service-id',
    auth: 'clinic',
    durable: false,
    errors: [...body, ...upstream, 'HEALTHCARE_SERVICE_NOT_FOUND', 'MULTIPLE_MATCHES'],
  },
  registerPatient: {
    method: 'POST',
    path: '/api/satusehat/register-patient',
    auth: 'clinic',
    durable: false,
    errors: [...body, ...upstream, 'PATIENT_NOT_FOUND', 'MULTIPLE_MATCHES', 'DUPLICATE'],
  },
  registerPractitioner: {
    method: 'POST',
    path: '/api/satusehat/register-practitioner',
    auth: 'clinic',
    durable: false,
    errors: [...body, ...upstream, 'PRACTITIONER_NOT_FOUND', 'MULTIPLE_MATCHES'],
  },
  kirimKunjungan: {
    method: 'POST',
    path: '/api/kunjungan',
    auth: 'clinic',
    durable: true,
    errors: [...sending, ...resolving],
  },
  listLog: {
    method: 'GET',
    path: '/api/log',
    auth: 'clinic',
    durable: false,
    errors: [...clinic, 'INVALID_FIELDS'],
  },
  getLog: {
    method: 'GET',
    path: '/api/log/{log_id}',
    auth: 'clinic',
    durable: false,
    errors: [...clinic, 'NOT_FOUND'],
  },
  resendLog: {
    method: 'POST',
    path: '/api/log/{log_id}/resend',
    auth: 'clinic',
    durable: true,
    errors: [...sending, ...resolving, 'NOT_FOUND', 'ENCOUNTER_NOT_FOUND'],
  },
  batalLog: {
    method: 'POST',
    path: '/api/log/{log_id}/batal',
    auth: 'clinic',
    durable: true,
    errors: [...body, ...upstream, 'NOT_FOUND', 'ENCOUNTER_NOT_FOUND', 'DUPLICATE', 'IDEMPOTENCY_CONFLICT'],
  },
  healthz: { method: 'GET', path: '/healthz', auth: 'none', durable: false, errors: always },
  readyz: { method: 'GET', path: '/readyz', auth: 'none', durable: false, errors: always },
  metrics: {
    method: 'GET',
    path: '/metrics',
    auth: 'operator',
    durable: false,
    errors: [...always, 'INVALID_CREDENTIALS', 'NOT_IMPLEMENTED'],
  },
  openapi: { method: 'GET', path: '/openapi.json', auth: 'none', durable: false, errors: always },
  dashboard: {
    method: 'GET',
    path: '/dashboard',
    auth: 'session',
    durable: false,
    errors: [...always, 'NOT_FOUND'],
  },
} as const satisfies Record<string, Endpoint>;

/** Name of an endpoint, e.g. `kirimEncounter`. */
export type EndpointName = keyof typeof endpoints;
/** The codes that one endpoint can answer with. */
export type ErrorCodeOf<K extends EndpointName> = (typeof endpoints)[K]['errors'][number];
