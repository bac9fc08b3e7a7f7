/** Who must act on an error. For documents and dashboards; the client does not load it. */
import type { ErrorCode, Words } from './codes.js';

export type Actor = 'clinic' | 'app' | 'operator' | 'ministry' | 'nobody';

export const actorWords: Record<Actor, Words> = {
  clinic: { id: 'klinik: data diperbaiki', en: 'the clinic: correct the data' },
  app: { id: 'pengembang aplikasi klinik', en: 'the developer of the clinic’s app' },
  operator: { id: 'pengelola layanan: konfigurasi diperiksa', en: 'the operator: check the configuration' },
  ministry: {
    id: 'Kementerian Kesehatan, lewat helpdesk SATUSEHAT',
    en: 'the ministry, through its helpdesk',
  },
  nobody: { id: 'tidak ada: dicoba lagi otomatis', en: 'nobody: it is tried again' },
};

export const actors: Record<ErrorCode, Actor> = {
  INVALID_JSON: 'app',
  INVALID_CREDENTIALS: 'app',
  CLINIC_INACTIVE: 'operator',
  IP_NOT_ALLOWED: 'operator',
  PATIENT_NOT_FOUND: 'clinic',
  PRACTITIONER_NOT_FOUND: 'clinic',
  HEALTHCARE_SERVICE_NOT_FOUND: 'operator',
  ENCOUNTER_NOT_FOUND: 'app',
  NOT_FOUND: 'app',
  METHOD_NOT_ALLOWED: 'app',
  MULTIPLE_MATCHES: 'ministry',
  IDEMPOTENCY_CONFLICT: 'app',
  DUPLICATE: 'clinic',
  PAYLOAD_TOO_LARGE: 'app',
  UNSUPPORTED_MEDIA_TYPE: 'app',
  MISSING_REQUIRED_FIELDS: 'clinic',
  INVALID_FIELDS: 'clinic',
  FHIR_VALIDATION_ERROR: 'clinic',
  RATE_LIMITED: 'nobody',
  INTERNAL_ERROR: 'operator',
  NOT_IMPLEMENTED: 'operator',
  UPSTREAM_UNAVAILABLE: 'nobody',
  OVERLOADED: 'nobody',
  UPSTREAM_TIMEOUT: 'nobody',
  NETWORK_ERROR: 'nobody',
  TIMEOUT: 'nobody',
  ABORTED: 'app',
  UNEXPECTED_RESPONSE: 'app',
  PARTIALLY_SENT: 'clinic',
  UNKNOWN: 'app',
};
