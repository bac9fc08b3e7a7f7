/** What the client needs of the schemas, as one module to load when it is first needed. */
import { contract } from '../contract/contract.js';
import type { EndpointName } from '../contract/endpoints.js';
import type { FieldProblem } from '../contract/error.js';
import { problem, problemsError, problemsOf, readForm } from '../contract/form.js';
import type { ProblemWords } from '../contract/words.js';
import { fitsHeader, type SendOptions } from './options.js';

export { contract };

/**
 * @param words of another language than Indonesian.
 * @returns `value` checked and converted; `given` as it came, without empty fields.
 * @throws SatusehatError MISSING_REQUIRED_FIELDS or INVALID_FIELDS with everything that is wrong.
 */
export function checkCall(
  endpoint: EndpointName,
  input: unknown,
  params: Record<string, string>,
  options: SendOptions,
  words: ProblemWords | undefined,
): { value: Record<string, unknown>; given: Record<string, unknown> } {
  const form = readForm(contract[endpoint], (input ?? {}) as Record<string, unknown>);
  const problems: FieldProblem[] = [];
  for (const [name, value] of Object.entries(params)) {
    const key = paramProblem(value);
    if (key) problems.push(problem(name, key, key === 'missing' ? key : 'invalid', words));
  }
  if (options.idempotencyKey === '' || !fitsHeader(options.idempotencyKey)) {
    problems.push(problem('idempotencyKey', 'invalid', 'invalid', words));
  }
  problems.push(...problemsOf(form, words));
  if (problems.length > 0 || !form.value) throw problemsError(problems);
  return { value: form.value, given: form.given };
}

/** It becomes a part of the address: never a NIK. */
function paramProblem(value: unknown): string | undefined {
  if (value === undefined || value === null || value === '') return 'missing';
  if (typeof value !== 'string' || !/^[A-Za-z0-9][A-Za-z0-9.-]{0,63}$/.test(value)) return 'fhir_id';
  return /\d{16}/.test(value) ? 'no_nik' : undefined;
}
