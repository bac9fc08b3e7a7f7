/** From the platform's refusals to our codes, with the clinic's own field names. */
import { problem } from '../contract/check.js';
import { type FieldProblem, SatusehatError } from '../contract/error.js';
import type { PlatformError } from './error.js';

interface Rule {
  /** Matches the rule number or a part of the text. */
  match: string | RegExp;
  code?: 'PATIENT_NOT_FOUND' | 'PRACTITIONER_NOT_FOUND' | 'HEALTHCARE_SERVICE_NOT_FOUND' | 'DUPLICATE';
  /** The clinic's field. */
  field?: string;
  remedy: string;
}

/** What the refusals of an encounter mean (platform facts 8.2). Unknown ones keep the platform's own words. */
const rules: Rule[] = [
  { match: '20002', code: 'DUPLICATE', remedy: 'Kunjungan dengan identitas ini sudah ada di SATUSEHAT.' },
  {
    match: /duplicate/i,
    code: 'DUPLICATE',
    remedy: 'Kunjungan dengan identitas ini sudah ada di SATUSEHAT.',
  },
  {
    match: '10003',
    field: 'kode_keluhan_utama',
    remedy: 'Kode SNOMED ini tidak dikenal SATUSEHAT. Pakai kode lain atau kosongkan.',
  },
  { match: '10118', field: 'nik_pasien', remedy: 'Periksa pasien kunjungan ini.' },
  { match: '10120', field: 'poli', remedy: 'Petakan poli ini ke Location SATUSEHAT yang benar.' },
  {
    match: '10124',
    remedy: 'Periksa organizationId pada konfigurasi klinik: harus organisasi pemilik kredensial.',
  },
  {
    match: '10132',
    field: 'tanggal_kunjungan',
    remedy: 'Periksa tanggal, zona waktu dan jam komputer klinik.',
  },
  {
    match: '10200',
    remedy: 'Periksa organizationId pada konfigurasi klinik: harus organisasi pemilik kredensial.',
  },
  { match: '10336', field: 'dokter', remedy: 'Periksa ID SATUSEHAT dokter.' },
  {
    match: '10447',
    field: 'poli',
    remedy: 'Location poli ini milik organisasi lain. Periksa organizationId dan pemetaan poli.',
  },
  {
    match: '20003',
    remedy: 'Kredensial klinik belum diberi izin untuk jenis data ini. Ajukan ke Kementerian Kesehatan.',
  },
  {
    match: /(not found|format): Patient\//,
    code: 'PATIENT_NOT_FOUND',
    field: 'nik_pasien',
    remedy: 'Periksa pasien.',
  },
  {
    match: /(not found|format): Practitioner\//,
    code: 'PRACTITIONER_NOT_FOUND',
    field: 'dokter',
    remedy: 'Periksa ID SATUSEHAT dokter.',
  },
  {
    match: /(not found|format): Location\//,
    code: 'HEALTHCARE_SERVICE_NOT_FOUND',
    field: 'poli',
    remedy: 'Petakan poli ini ke Location SATUSEHAT yang ada.',
  },
  {
    match: /business rule|consent or privacy|permission/i,
    remedy:
      'Kredensial SATUSEHAT tidak berhak atas data ini. Periksa organizationId dan kredensial pada konfigurasi klinik.',
  },
];

/** True when the platform says that it already has this. */
export function isDuplicate(error: PlatformError): boolean {
  return (
    error.failure === 'refused' && (error.more.issues ?? []).some((issue) => /duplicate/i.test(issue.text))
  );
}

export function hasRule(error: PlatformError, rule: string): boolean {
  return (error.more.issues ?? []).some((issue) => issue.rule === rule);
}

/** The error a clinic gets for what the platform did. */
export function decodePlatformError(error: PlatformError): SatusehatError {
  const { issues = [], requestId, status, retryAfter } = error.more;
  switch (error.failure) {
    case 'timeout':
      return new SatusehatError({ code: 'UPSTREAM_TIMEOUT', cause: error });
    case 'unavailable':
    case 'unsettled':
    case 'throttled':
      return new SatusehatError({
        code: 'UPSTREAM_UNAVAILABLE',
        details: { failure: error.failure, status, requestId },
        ...(retryAfter === undefined ? {} : { retryAfter }),
        cause: error,
      });
    case 'not-found':
      // Reads answer 404 with undefined; what else is not there is the platform itself.
      return new SatusehatError({
        code: 'UPSTREAM_UNAVAILABLE',
        message: 'Alamat SATUSEHAT yang dipakai layanan tidak dikenal.',
        remedy: 'Pengelola layanan perlu memeriksa alamat platform (SATUSEHAT_ENV).',
        details: { failure: error.failure, status, requestId },
        cause: error,
      });
    case 'credentials':
      return new SatusehatError({
        code: 'UPSTREAM_UNAVAILABLE',
        message: 'SATUSEHAT menolak kredensial klinik (client id atau client secret).',
        remedy: 'Pengelola layanan perlu memeriksa satusehat.clientId dan clientSecret klinik ini.',
        details: { failure: error.failure, status },
        ...(retryAfter === undefined ? {} : { retryAfter }),
        cause: error,
      });
    case 'refused':
      return refused(error, issues, requestId);
  }
}

function refused(
  error: PlatformError,
  issues: NonNullable<PlatformError['more']['issues']>,
  requestId: string | undefined,
): SatusehatError {
  const known = issues.flatMap((issue) => {
    const rule = rules.find(({ match }) =>
      typeof match === 'string' ? issue.rule === match : match.test(issue.text),
    );
    return rule ? [rule] : [];
  });
  const fields: FieldProblem[] = [...new Set(known)].flatMap((rule) =>
    rule.field ? [{ ...problem(rule.field, 'refused'), remedy: rule.remedy }] : [],
  );
  const code = known.find((rule) => rule.code)?.code;
  const remedy = known[0]?.remedy;
  const why = issues[0]?.text;
  if (code === 'DUPLICATE') return new SatusehatError({ code, details: { issues }, cause: error });
  if (code) {
    return new SatusehatError({ code, details: { fields }, ...(remedy ? { remedy } : {}), cause: error });
  }
  return new SatusehatError({
    code: 'FHIR_VALIDATION_ERROR',
    message: why ? `SATUSEHAT menolak data ini: ${why}` : 'SATUSEHAT menolak data ini.',
    ...(remedy ? { remedy } : {}),
    details: {
      issues,
      ...(fields.length > 0 ? { fields } : {}),
      ...(requestId ? { requestId } : {}),
    },
    cause: error,
  });
}
