/**
 * Reads every shape in which this contract has been answered: flat, under `data`, `meta` with `data`, Laravel's
 * `{message, errors}`, `{error}` (contract, section 2).
 */
import { type ErrorCode, errorCodes, isErrorCode } from '../contract/codes.js';
import { type EndpointName, endpoints } from '../contract/endpoints.js';
import { type FieldProblem, SatusehatError } from '../contract/error.js';
import { maskNik } from '../contract/identity.js';
import { type Answer, retryAfterSeconds } from '../http/request.js';
import { mayPass } from './retry.js';

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
export function readEnvelope(answer: Answer, endpoint: EndpointName, now: number): Body {
  const { status, json } = answer;
  const body = typeof json === 'object' && json !== null && !Array.isArray(json) ? (json as Body) : undefined;
  if (status < 200 || status > 299 || saysNo(body)) {
    throw readError(status, body, endpoint, retryAfterSeconds(answer.headers, now));
  }
  if (!body) throw new SatusehatError({ code: 'UNEXPECTED_RESPONSE', status });
  const { meta } = body as { meta?: { code?: unknown; message?: string } };
  if (typeof meta?.code === 'number' && meta.code >= 400) {
    // A number that is no status says nothing, and could be anything.
    if (meta.code > 599) throw new SatusehatError({ code: 'UNEXPECTED_RESPONSE', status });
    throw readError(Math.floor(meta.code), { ...body, message: meta.message }, endpoint, undefined);
  }
  const data = typeof body.data === 'object' && body.data !== null ? (body.data as Body) : {};
  const lifted: Body = {};
  for (const key of ['id', 'satusehat_id', 'encounter_id', 'pasien_id', 'log_id']) {
    const value = body[key] ?? data[key];
    if (typeof value === 'string' || typeof value === 'number') lifted[key] = String(value);
  }
  // Some JSON of somebody else's is no receipt.
  if (typeof body.status !== 'string' && !meta && Object.keys(lifted).length === 0) {
    throw new SatusehatError({ code: 'UNEXPECTED_RESPONSE', status });
  }
  return {
    ...body,
    ...lifted,
    status: typeof body.status === 'string' ? body.status : 'success',
    ...(meta?.message ? { message: meta.message } : {}),
  };
}

/** A failure that comes with a 200. */
function saysNo(body: Body | undefined): boolean {
  if (!body) return false;
  const { status, success, error } = body;
  return (
    /^(error|not_found|fail(ed|ure)?|gagal)$/i.test(String(status)) ||
    success === false ||
    (!!error && !status)
  );
}

function readError(
  status: number,
  body: Body | undefined,
  endpoint: EndpointName,
  retryAfter: number | undefined,
): SatusehatError {
  const said = typeof body?.code === 'string' ? body.code : undefined;
  const code = readCode(said, status, body, endpoint);
  const text = (value: unknown) => (typeof value === 'string' && value !== '' ? maskNik(value) : undefined);
  const message = text(body?.message) ?? text(body?.error);
  const remedy = text(body?.remedy);
  const fields = readLaravelErrors(body?.errors);
  const details = masked(readDetails(body?.details) ?? (fields ? { fields } : undefined));
  return new SatusehatError({
    code,
    // What a browser shows of a redirect.
    ...(status === 0 ? {} : { status }),
    retryable: errorCodes[code].retryable || mayPass(status),
    ...(message ? { message } : {}),
    ...(remedy ? { remedy } : {}),
    ...(details ? { details: details as never } : {}),
    ...(typeof body?.log_id === 'string' ? { logId: body.log_id } : {}),
    ...(said && said !== code ? { rawCode: maskNik(said) } : {}),
    ...(retryAfter === undefined ? {} : { retryAfter }),
  });
}

/** Never a code that this endpoint does not have: who has handled those of the endpoint has handled all. */
function readCode(
  said: string | undefined,
  status: number,
  body: Body | undefined,
  endpoint: EndpointName,
): ErrorCode {
  const code = said === undefined ? undefined : (aliases[said] ?? said);
  // Codes without a status are the client's own: a service cannot mean them.
  if (code !== undefined && (!isErrorCode(code) || errorCodes[code].status === null)) return 'UNKNOWN';
  const known = code ?? (body || status >= 500 || status === 429 ? byStatus[status] : undefined);
  const own: readonly string[] = endpoints[endpoint].errors;
  if (known && own.includes(known)) return known;
  // Old services say no more than that nobody was found.
  const [absent, ...others] = own.filter((one) => one.endsWith('_NOT_FOUND'));
  if (body?.status === 'not_found' && absent && others.length === 0) return absent as ErrorCode;
  return status >= 500 && status !== 501 && code === undefined ? 'INTERNAL_ERROR' : 'UNEXPECTED_RESPONSE';
}

/** Only what has the form that our types promise. */
function readDetails(details: unknown): Body | undefined {
  if (typeof details !== 'object' || details === null || Array.isArray(details)) return undefined;
  const lists = ['fields', 'issues'].map((name) => (details as Body)[name] ?? []);
  const wellFormed = lists.every(
    (list) => Array.isArray(list) && list.every((item) => typeof item === 'object' && item !== null),
  );
  return wellFormed ? (details as Body) : undefined;
}

/** Somebody else's words, without a NIK at any depth. */
function masked(value: unknown): unknown {
  if (typeof value === 'string') return maskNik(value);
  if (typeof value === 'number') return /\d{16}/.test(String(value)) ? maskNik(String(value)) : value;
  if (Array.isArray(value)) return value.map(masked);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [maskNik(key), masked(item)]));
}

/** Laravel's `{field: [message, …]}`. */
function readLaravelErrors(errors: unknown): FieldProblem[] | undefined {
  if (typeof errors !== 'object' || errors === null) return undefined;
  return Object.entries(errors).map(([field, messages]) => ({
    field,
    problem: 'invalid',
    message: (Array.isArray(messages) ? messages : [messages])
      .filter((one) => typeof one === 'string')
      .join(' '),
    remedy: '',
  }));
}
