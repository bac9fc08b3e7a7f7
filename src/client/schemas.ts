/** What the client needs of the schemas, as one module to load when it is first needed. */
import { checkRequest, problem, problemsError } from '../contract/check.js';
import type { Locale } from '../contract/codes.js';
import { contract } from '../contract/contract.js';
import type { EndpointName } from '../contract/endpoints.js';
import type { FieldProblem } from '../contract/error.js';
import { fitsHeader, type SendOptions } from './options.js';

export { contract };

/**
 * @returns `value` checked and converted; `given` as it came, without empty fields.
 * @throws SatusehatError MISSING_REQUIRED_FIELDS or INVALID_FIELDS with everything that is wrong.
 */
export function checkCall(
  endpoint: EndpointName,
  input: unknown,
  params: Record<string, string>,
  options: SendOptions,
  locale: Locale,
): { value: Record<string, unknown>; given: Record<string, unknown> } {
  const problems: FieldProblem[] = [];
  for (const [name, value] of Object.entries(params)) {
    // It becomes a part of the address: never a NIK.
    if (!/^[A-Za-z0-9][A-Za-z0-9.-]{0,63}$/.test(value ?? '')) {
      problems.push(
        value ? problem(name, 'fhir_id', 'invalid', locale) : problem(name, 'missing', 'missing', locale),
      );
    } else if (/\d{16}/.test(value)) problems.push(problem(name, 'no_nik', 'invalid', locale));
  }
  if (!fitsHeader(options.idempotencyKey) || options.idempotencyKey === '') {
    problems.push(problem('idempotencyKey', 'invalid', 'invalid', locale));
  }
  const checked = checkRequest(
    contract[endpoint],
    (input ?? {}) as Record<string, unknown>,
    undefined,
    locale,
  );
  if (!checked.ok) problems.push(...checked.problems);
  if (problems.length > 0 || !checked.ok) throw problemsError(problems);
  return checked;
}
