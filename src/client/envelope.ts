/**
 * Reads every shape in which this contract has been answered: flat, under `data`, `meta` with `data`, Laravel's
 * `{message, errors}`, `{error}` (contract, section 2).
 */
import { type ErrorCode, errorCodes, isErrorCode } from '../contract/codes.js';
import { type FieldProblem, SatusehatError } from '../contract/error.js';
import { type Answer, retryAfterSeconds } from '../http/request.js';

type Body = Record<string, unknown>;

/** Old spellings of a code. */
const aliases: Record<string, ErrorCode> = { PASIENT_NOT_FOUND: 'PATIENT_NOT_FOUND' };

/** For an error without a code: what its HTTP status says. */
const byStatus: Record<number, ErrorCode> = {
  400: 'INVALID_JSON',
  401: 'INVALID_CREDENTIALS',
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  413: 'PAYLOAD_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
  422: 'INVALID_FIELDS',
  429: 'RATE_LIMITED',
  500: 'INTERNAL_ERROR',
  501: 'NOT_IMPLEMENTED',
  502: 'UPSTREAM_UNAVAILABLE',
  503: 'OVERLOADED',
  504: 'UPSTREAM_TIMEOUT',
};

/**
 * @returns the body of a success, ids lifted to the top level.
 * @throws SatusehatError for an error in any shape, and UNEXPECTED_RESPONSE for what is none of the contract's.
 */
export function readEnvelope(answer: Answer, now: number): Body {
  const { status, json } = answer;
  const body = typeof json === 'object' && json !== null && !Array.isArray(json) ? (json as Body) : undefined;
  if (status < 200 || status > 299 || body?.status === 'error' || body?.status === 'not_found') {
    throw readError(status, body, retryAfterSeconds(answer.headers, now));
  }
  if (!body) throw new SatusehatError({ code: 'UNEXPECTED_RESPONSE', status });
  const { meta } = body as { meta?: { code?: unknown; message?: string } };
  if (typeof meta?.code === 'number' && meta.code >= 400)
    throw readError(meta.code, { ...body, message: meta.message }, undefined);
  const data = typeof body.data === 'object' && body.data !== null ? (body.data as Body) : {};
  const lifted: Body = {};
  for (const key of ['id', 'satusehat_id', 'encounter_id', 'pasien_id', 'log_id']) {
    const value = body[key] ?? data[key];
    if (value !== undefined && value !== null) lifted[key] = String(value);
  }
  return {
    ...body,
    ...lifted,
    status: typeof body.status === 'string' ? body.status : 'success',
    ...(meta?.message ? { message: meta.message } : {}),
  };
}

function readError(status: number, body: Body | undefined, retryAfter: number | undefined): SatusehatError {
  const rawCode = typeof body?.code === 'string' ? body.code : undefined;
  const message = [body?.message, body?.error].find(
    (text): text is string => typeof text === 'string' && text !== '',
  );
  const code = readCode(rawCode, status, body);
  const fields = readLaravelErrors(body?.errors);
  const details = (body?.details as never) ?? (fields ? ({ fields } as never) : undefined);
  return new SatusehatError({
    code,
    status,
    ...(message ? { message } : {}),
    ...(typeof body?.remedy === 'string' ? { remedy: body.remedy } : {}),
    ...(details ? { details } : {}),
    ...(typeof body?.log_id === 'string' ? { logId: body.log_id } : {}),
    ...(rawCode ? { rawCode } : {}),
    ...(retryAfter === undefined ? {} : { retryAfter }),
  });
}

function readCode(rawCode: string | undefined, status: number, body: Body | undefined): ErrorCode {
  if (rawCode !== undefined) {
    const code = aliases[rawCode] ?? rawCode;
    // Codes without a status are the client's own: a service cannot mean them.
    return isErrorCode(code) && errorCodes[code].status !== null ? code : 'UNKNOWN';
  }
  if (!body && status < 500 && status !== 429) return 'UNEXPECTED_RESPONSE';
  return byStatus[status] ?? (status >= 500 ? 'INTERNAL_ERROR' : 'UNEXPECTED_RESPONSE');
}

/** Laravel's `{field: [message, …]}`. */
function readLaravelErrors(errors: unknown): FieldProblem[] | undefined {
  if (typeof errors !== 'object' || errors === null) return undefined;
  return Object.entries(errors).map(([field, messages]) => ({
    field,
    problem: 'invalid',
    message: Array.isArray(messages) ? messages.join(' ') : String(messages),
    remedy: '',
  }));
}
