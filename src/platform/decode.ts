/** From the platform's refusals to our codes, with the clinic's own field names. */
import { problem } from '../contract/check.js';
import { type FieldProblem, type PlatformIssue, SatusehatError } from '../contract/error.js';
import { type FieldRow, fieldBehind, fieldTable, type TabledEndpoint } from '../contract/field-table.js';
import type { PlatformError } from './error.js';
import { type RefusalRule, refusalRules } from './rules.js';

/** True when the platform says that it already has this. */
export function isDuplicate(error: PlatformError): boolean {
  return (
    error.failure === 'refused' && (error.more.issues ?? []).some((issue) => /duplicate/i.test(issue.text))
  );
}

export function hasRule(error: PlatformError, rule: string): boolean {
  return (error.more.issues ?? []).some((issue) => issue.rule === rule);
}

/**
 * The error a clinic gets for what the platform did.
 *
 * @param endpoint where the data came in: its own field names are used.
 */
export function decodePlatformError(error: PlatformError, endpoint = 'kirimEncounter'): SatusehatError {
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
      return refused(error, endpoint, issues, requestId);
  }
}

function refused(
  error: PlatformError,
  endpoint: string,
  issues: PlatformIssue[],
  requestId: string | undefined,
): SatusehatError {
  const known = issues.flatMap((issue) => {
    const rule = refusalRules.find(({ match }) =>
      typeof match === 'string' ? issue.rule === match : match.test(issue.text),
    );
    return rule ? [{ rule, issue, field: fieldOf(rule, issue, endpoint) }] : [];
  });
  const fields = new Map<string, FieldProblem>();
  for (const { rule, field } of known) {
    if (field && !fields.has(field)) {
      fields.set(field, {
        ...problem(field, 'refused'),
        message: `${field}: ${rule.meaning.id}`,
        remedy: rule.remedy.id,
      });
    }
  }
  const named = fields.size > 0 ? { fields: [...fields.values()] } : {};
  const about = requestId ? { requestId } : {};
  // A refusal with a code of its own says more than one of the general kind.
  const first = known.find(({ rule }) => rule.code) ?? known[0];
  const { code = 'FHIR_VALIDATION_ERROR', meaning, remedy } = first?.rule ?? {};
  const why = meaning ? meaning.id : `SATUSEHAT menolak data ini: ${issues[0]?.text ?? ''}`;
  const message = first?.field ? `${first.field}: ${why}` : why;
  return new SatusehatError({
    code: code as 'FHIR_VALIDATION_ERROR',
    message: issues.length > 0 ? message : 'SATUSEHAT menolak data ini.',
    ...(remedy ? { remedy: remedy.id } : {}),
    details: { issues, ...named, ...about },
    cause: error,
  });
}

/** Which of the clinic's fields a code system belongs to. */
const fieldOfSystem: [RegExp, string][] = [
  [/sid\/icd-10/, 'kode_icd10'],
  [/icd-9-cm|kptl/, 'kode_prosedur'],
  [/loinc|clinical-term/, 'kode'],
  [/sys-ids\.kemkes\.go\.id\/kfa/, 'kode_alat'],
];

/** The clinic's own name for what was refused. */
function fieldOf(
  { path }: RefusalRule,
  { text, expression }: PlatformIssue,
  endpoint: string,
): string | undefined {
  if (path === null) return undefined;
  const rows: readonly FieldRow[] = Object.hasOwn(fieldTable, endpoint)
    ? fieldTable[endpoint as TabledEndpoint]
    : [];
  const fields = rows.map(({ field }) => field);
  const named = (name: string) => fields.find((field) => field === name || field.endsWith(`.${name}`));
  if (path === '.dokter') return named('dokter');
  if (path === '.encounter') return named('encounter_id');
  if (path === '.subject') return named('nik_pasien') ?? named('pasien_id');
  if (path) return fieldBehind(endpoint, path);
  for (const [system, name] of fieldOfSystem) {
    const field = system.test(text) ? named(name) : undefined;
    if (field) return field;
  }
  const place = expression ?? /\b[A-Z][A-Za-z]+\.[A-Za-z.[\]\d]+/.exec(text)?.[0];
  // `Condition.code[0].code` is the code of a coding.
  return place ? fieldBehind(endpoint, place.replace(/code(\[\d+\])?\.code$/, 'code.coding')) : undefined;
}
