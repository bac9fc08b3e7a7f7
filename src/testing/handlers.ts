/** msw handlers for the service, made from the contract's table. */
import { delay, type HttpHandler, HttpResponse, http } from 'msw';
import { errorAnswer, type RouteAnswer } from '../contract/answer.js';
import { checkRequest, problemsError } from '../contract/check.js';
import { contract, type Row } from '../contract/contract.js';
import { isSatusehatError, SatusehatError } from '../contract/error.js';
import type { AnyOverride, Call, Decide, MockedEndpoint, Override } from './overrides.js';
import { Overrides } from './overrides.js';
import { notFoundDetails, PretendService, refuseTrial } from './pretend.js';

/** Where the service would be, and how the handlers answer in its place. */
export interface SatusehatHandlersOptions {
  /** The client's `baseUrl`; in a browser also a path, e.g. `/satusehat`. */
  baseUrl: string;
  /** `X-Clinic-Code` that is let in; any other is INVALID_CREDENTIALS. Default: everybody is let in. */
  clinicCode?: string;
  /** `X-Clinic-Secret` that is let in. Default: everybody is let in. */
  clinicSecret?: string;
  /** Milliseconds until each answer. Default 0. */
  delay?: number;
  /** IANA zone for times without one. Default `Asia/Jakarta`. */
  timeZone?: string;
  /** Milliseconds since 1970: times after it are refused as the service does. Default `Date.now`. */
  now?: () => number;
}

/** What {@link satusehatHandlers} gives beside the handlers. */
export interface SatusehatMock {
  /**
   * From now on this endpoint does something else, for all requests or so many `times`. Several with `times` go one
   * after the other, then whatever has none, then the usual answer. It is for requests that the service would have
   * accepted: wrong input is refused as always.
   *
   * ```ts
   * satusehat.when('kirimEncounter', { error: 'OVERLOADED', retryAfter: 1, times: 2 });
   * satusehat.when('kirimEncounter', { queued: true, delay: 300 });
   * satusehat.when('getPatientId', ({ input }) =>
   *   input.nik === '9999999999999999' ? { error: 'PATIENT_NOT_FOUND' } : undefined);
   * ```
   *
   * @throws TypeError for `times` that is no whole number from 1.
   */
  when<K extends MockedEndpoint>(endpoint: K, override: Override<K> | Decide<K>): void;
  /** The requests received, oldest first; refused ones and every retry among them. */
  calls(): Call[];
  /** Those of one endpoint. */
  calls<K extends MockedEndpoint>(endpoint: K): Call<K>[];
  /**
   * What was answered as queued reaches the platform, and `getLog` then says so.
   *
   * @param logId only this submission. Default: all of them.
   */
  deliver(logId?: string): void;
  /** As new: no overrides, no calls, nothing kept. Call it after each test. */
  reset(): void;
}

const notMocked = ['metrics', 'openapi', 'dashboard'];

/**
 * Handlers for [msw](https://mswjs.io) that answer as the SATUSEHAT Service does, so that the tests of an app run
 * without one: in Node (`msw/node`), in a browser (`msw/browser`), and for any client, not only this package's.
 * Input is checked by the service's own schemas; answers carry ids, log_id and encounter_id in the contract's shapes.
 * The same data sent twice is the same submission; a log_id works as an encounter_id.
 *
 * ```ts
 * const satusehat = satusehatHandlers({ baseUrl: 'http://satusehat.test' });
 * const server = setupServer(...satusehat);
 * beforeAll(() => server.listen());
 * afterEach(() => satusehat.reset());
 * afterAll(() => server.close());
 *
 * it('says when the patient is unknown', async () => {
 *   satusehat.when('kirimEncounter', { error: 'PATIENT_NOT_FOUND', times: 1 });
 *   …
 *   expect(satusehat.calls('kirimEncounter')).toHaveLength(1);
 * });
 * ```
 *
 * @throws TypeError without `baseUrl`.
 */
export function satusehatHandlers(options: SatusehatHandlersOptions): HttpHandler[] & SatusehatMock {
  if (!options?.baseUrl) throw new TypeError('satusehatHandlers: baseUrl is missing');
  const base = options.baseUrl.replace(/\/+$/, '');
  const now = options.now ?? Date.now;
  const overrides = new Overrides();
  const service = new PretendService(now);
  let received: Call[] = [];

  async function respond(endpoint: MockedEndpoint, request: Request, params: Record<string, string>) {
    const row: Row = contract[endpoint];
    const query = new URL(request.url).searchParams;
    const headers = new Headers(request.headers);
    headers.delete('x-clinic-secret');
    const call = {
      ...{ endpoint, params, query: Object.fromEntries(query), headers },
      ...{ body: undefined, input: undefined, status: undefined, code: undefined },
    } as Call & { body: unknown; input: unknown; code: unknown };
    received.push(call);

    let override: AnyOverride = {};
    let answer: RouteAnswer;
    try {
      letIn(options, row, request.headers);
      if (row.method === 'POST') call.body = await readBody(request, row.bodyOptional);
      const clock = { now: now(), timeZone: options.timeZone ?? 'Asia/Jakarta' };
      const checked = checkRequest(row, call.body ?? {}, clock);
      if (!checked.ok) throw problemsError(checked.problems);
      call.input = checked.value as never;
      refuseTrial({ endpoint, query });
      const { given, said, warnings } = checked;
      override = overrides.take(endpoint, call);
      if (override.network) {
        await waitFor(override);
        return HttpResponse.error();
      }
      if (override.error) throw errorOf(override, given);
      const prefersNow = /\brespond-async\b/i.test(headers.get('prefer') ?? '');
      const queued = override.queued ?? prefersNow;
      const usual = service.answer({ endpoint, given, said, params, query, headers, warnings, queued });
      answer = override.answer ? { ...usual, body: laidOver(usual.body, override.answer) } : usual;
    } catch (error) {
      if (!isSatusehatError(error)) throw error;
      call.code = error.code as never;
      answer = errorAnswer(error);
    }
    await waitFor(override);
    call.status = answer.status;
    return HttpResponse.json(answer.body, { status: answer.status, headers: answer.headers ?? {} });
  }

  async function waitFor(override: AnyOverride): Promise<void> {
    const milliseconds = override.delay ?? options.delay ?? 0;
    if (milliseconds > 0) await delay(milliseconds);
  }

  const handlers = (Object.keys(contract) as MockedEndpoint[])
    .filter((endpoint) => !notMocked.includes(endpoint))
    .map((endpoint) => {
      const { method, path } = contract[endpoint];
      const handle = method === 'GET' ? http.get : http.post;
      return handle(base + path.replace(/\{(\w+)\}/g, ':$1'), ({ request, params }) =>
        respond(endpoint, request, params as Record<string, string>),
      );
    });

  const mock: SatusehatMock = {
    when: (endpoint, override) => overrides.add(endpoint, override as AnyOverride),
    calls: (endpoint?: MockedEndpoint) =>
      received.filter((call) => endpoint === undefined || call.endpoint === endpoint) as never,
    deliver: (logId) => service.deliver(logId),
    reset() {
      overrides.clear();
      service.reset();
      received = [];
    },
  };
  return Object.assign(handlers, mock);
}

/** @throws SatusehatError INVALID_CREDENTIALS */
function letIn({ clinicCode, clinicSecret }: SatusehatHandlersOptions, row: Row, headers: Headers): void {
  const right =
    (clinicCode === undefined || headers.get('x-clinic-code') === clinicCode) &&
    (clinicSecret === undefined || headers.get('x-clinic-secret') === clinicSecret);
  if (row.auth === 'clinic' && !right) throw new SatusehatError({ code: 'INVALID_CREDENTIALS' });
}

/** @throws SatusehatError UNSUPPORTED_MEDIA_TYPE, INVALID_JSON */
async function readBody(request: Request, optional: boolean | undefined): Promise<Record<string, unknown>> {
  const text = await request.text();
  if (optional && text === '') return {};
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') throw new SatusehatError({ code: 'UNSUPPORTED_MEDIA_TYPE' });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new SatusehatError({ code: 'INVALID_JSON' });
  }
  // PHP writes an empty form as an empty list.
  if (Array.isArray(value) && value.length === 0) return {};
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new SatusehatError({ code: 'INVALID_JSON' });
  }
  return value as Record<string, unknown>;
}

function errorOf(override: AnyOverride, given: Record<string, unknown>): SatusehatError {
  const { error, message, remedy, logId, retryAfter } = override;
  const code = error as 'NOT_FOUND';
  const details = override.details ?? notFoundDetails(code, given);
  return new SatusehatError({
    code,
    ...(message === undefined ? {} : { message }),
    ...(remedy === undefined ? {} : { remedy }),
    ...(details === undefined ? {} : { details: details as never }),
    ...(logId === undefined ? {} : { logId }),
    ...(retryAfter === undefined ? {} : { retryAfter }),
  });
}

const ids = ['id', 'satusehat_id', 'encounter_id', 'pasien_id'];

/** An answer over the usual one; an id stands at the top and in `data`, as in the service. */
function laidOver(usual: Record<string, unknown>, answer: Record<string, unknown>): Record<string, unknown> {
  const inData = usual.data as Record<string, unknown> | undefined;
  const given = Object.fromEntries(
    Object.entries(answer).filter(([name]) => ids.includes(name) && inData && name in inData),
  );
  const data = (inData ?? answer.data) ? { data: { ...inData, ...given, ...(answer.data as object) } } : {};
  return { ...usual, ...answer, ...data };
}
