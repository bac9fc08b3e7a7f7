/** `Request -> Response`, the steps in order: path, method, who, body, check, route. */
import { Hono, type MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';
import { errorAnswer, type RouteAnswer } from '../contract/answer.js';
import { checkRequest, problemsError } from '../contract/check.js';
import { contract, type EndpointName, type Row } from '../contract/contract.js';
import { isSatusehatError, SatusehatError } from '../contract/error.js';
import type { DashboardAnswer } from '../dashboard/dashboard.js';
import type { Clinic } from '../delivery/clinic.js';
import type { Peer } from './addresses.js';
import { authenticate, type Door } from './authenticate.js';
import { readJsonObject } from './body.js';
import type { Leaving } from './leaving.js';
import type { Limits } from './limits.js';
import type { Logger, LogLine } from './log.js';
import type { RouteContext, Routes } from './routes.js';
import { troubleOf } from './storage.js';
import type { Tracing } from './tracing.js';

export interface HandlerOptions {
  door: Door;
  /** Where an app has the service beneath it, e.g. `/satusehat`; '' for nowhere. */
  basePath: string;
  /** Origins whose pages may read answers; undefined says nothing of it to any browser. */
  corsOrigins: readonly string[] | undefined;
  routes: Routes;
  /** Answers everything at and below `/dashboard`; undefined when there is none. */
  dashboard: ((request: Request, address: string | undefined) => Promise<DashboardAnswer>) | undefined;
  /** Answers `/metrics`; undefined when figures cannot be had. */
  metrics: ((request: Request, address: string | undefined) => Promise<Response>) | undefined;
  limits: Limits;
  leaving: Leaving;
  /** Something could not be written for want of room. */
  onFull(): void;
  /** Into the log, unless the same trouble of the store was told of just now. */
  logBug(error: unknown, about: Omit<LogLine, 'event'>): void;
  tracing: Tracing;
  /** Where a request comes from. */
  addressOf(request: Request, peer: Peer | undefined): string | undefined;
  /** Bytes. */
  bodyLimit: number;
  now: () => number;
  log: Logger;
}

export function createHandler(options: HandlerOptions): (request: Request, peer?: Peer) => Promise<Response> {
  const app = new Hono<{ Bindings: { address: string | undefined } }>();
  // With and without the base: some frameworks take it off.
  const mounted = (path: string) => [...new Set([path, options.basePath + path])];
  const paths = (path: string) => mounted(path).map(honoPath);
  const always = new Set([contract.healthz.path, contract.readyz.path].flatMap(mounted));
  app.use(async ({ req, env }, next) => {
    // Whoever looks whether it lives must hear it also when it is full.
    if (always.has(req.path)) return next();
    let leave: () => void;
    try {
      leave = options.limits.enter(env.address);
    } catch (error) {
      return reply(options, req.raw, 'limit', async () => {
        throw error;
      });
    }
    try {
      await next();
    } finally {
      leave();
    }
  });
  // Pages of other origins have the API, never the dashboard.
  if (options.corsOrigins) {
    const allow = allowOrigins(options.corsOrigins);
    for (const path of ['/api/*', contract.openapi.path].flatMap(paths)) app.use(path, allow);
  }
  const methods = new Map<string, string[]>();
  for (const row of Object.values(contract)) {
    if (row.auth !== 'session') methods.set(row.path, [...(methods.get(row.path) ?? []), row.method]);
  }
  const { dashboard } = options;
  if (dashboard) {
    for (const path of [contract.dashboard.path, `${contract.dashboard.path}/*`].flatMap(paths)) {
      app.all(path, ({ req, env }) => page(options, 'dashboard', dashboard, req.raw, env.address));
    }
  }
  const { metrics } = options;
  if (metrics) {
    const figures = async (request: Request, address: string | undefined) => ({
      response: await metrics(request, address),
    });
    for (const path of paths(contract.metrics.path)) {
      app.get(path, ({ req, env }) => page(options, 'metrics', figures, req.raw, env.address));
    }
  }
  for (const [name, row] of Object.entries(contract) as [EndpointName, Row][]) {
    if (name === 'dashboard') continue;
    if (name === 'metrics' && options.metrics) continue;
    app.on(row.method, paths(row.path), ({ req, env }) =>
      answer(options, name, req.raw, req.param(), env.address),
    );
  }
  for (const [path, allowed] of methods) {
    for (const known of paths(path)) {
      app.all(known, (context) =>
        reply(options, context.req.raw, 'method', async () => ({
          ...errorAnswer(new SatusehatError({ code: 'METHOD_NOT_ALLOWED' })),
          headers: { allow: allowed.join(', ') },
        })),
      );
    }
  }
  app.notFound((context) =>
    reply(options, context.req.raw, 'unknown', async () => {
      throw new SatusehatError({
        code: 'NOT_FOUND',
        message: 'Alamat ini tidak ada di layanan.',
        remedy: 'Periksa baseUrl: alamat layanan saja, tanpa /api di belakangnya.',
      });
    }),
  );
  return (request, peer) =>
    options.leaving.answering(
      Promise.resolve(app.fetch(request, { address: options.addressOf(request, peer) })),
    );
}

/** Other origins get what everybody gets, and no word of CORS. */
function allowOrigins(origins: readonly string[]): MiddlewareHandler {
  const allow = cors({
    origin: [...origins],
    credentials: true,
    allowMethods: ['GET', 'POST'],
    allowHeaders: ['content-type', 'idempotency-key', 'prefer', 'x-clinic-code', 'x-clinic-secret'],
    exposeHeaders: ['x-request-id', 'retry-after', 'idempotent-replayed'],
    maxAge: 600,
  });
  return (context, next) =>
    origins.includes(context.req.header('origin') ?? '') ? allow(context, next) : next();
}

function honoPath(path: string): string {
  return path.replace(/\{(\w+)\}/g, ':$1');
}

function answer(
  options: HandlerOptions,
  name: keyof Routes,
  request: Request,
  params: Record<string, string>,
  address: string | undefined,
): Promise<Response> {
  return reply(options, request, name, async (line, bug) => {
    const row: Row = contract[name];
    const clinic =
      row.auth === 'clinic' ? await authenticate(options.door, request, address, bug) : undefined;
    if (clinic) line.clinic = clinic.code;
    const body =
      row.method === 'POST' ? await readJsonObject(request, options.bodyLimit, row.bodyOptional) : {};
    // Routes without clinic auth do not look at it.
    return callRoute(options, name, { clinic: clinic as Clinic, body, request, params });
  });
}

/** Checks a body and takes it to its route. @throws SatusehatError */
export function callRoute(
  { routes, now }: Pick<HandlerOptions, 'routes' | 'now'>,
  name: keyof Routes,
  {
    body,
    ...context
  }: Pick<RouteContext<EndpointName>, 'clinic' | 'request' | 'params'> & { body: Record<string, unknown> },
): Promise<RouteAnswer> {
  const clock = { now: now(), timeZone: context.clinic?.timeZone ?? 'Asia/Jakarta' };
  const checked = checkRequest(contract[name], body, clock);
  if (!checked.ok) throw problemsError(checked.problems);
  const route = routes[name] as (context: RouteContext<EndpointName>) => Promise<RouteAnswer>;
  const input = checked.value as RouteContext<EndpointName>['input'];
  const { given, said, warnings } = checked;
  return route({ ...context, input, given, said, warnings });
}

/** What answers no JSON: a page, or figures. What it throws is a bug, and shows nothing of itself. */
async function page(
  options: HandlerOptions,
  endpoint: 'dashboard' | 'metrics',
  work: NonNullable<HandlerOptions['dashboard']>,
  request: Request,
  address: string | undefined,
): Promise<Response> {
  const started = options.now();
  const requestId = crypto.randomUUID();
  const line: LogLine = { event: 'request', time: started, requestId, endpoint };
  let response: Response;
  try {
    const answer = await work(request, address);
    response = answer.response;
    if (answer.clinic) line.clinic = answer.clinic;
  } catch (error) {
    options.logBug(error, { time: started, requestId, endpoint });
    response = new Response('Terjadi kesalahan pada layanan. Coba lagi sebentar lagi.', {
      status: 500,
      headers: {
        'content-type': 'text/plain; charset=utf-8',
        'cache-control': 'no-store',
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
        'x-content-type-options': 'nosniff',
      },
    });
  }
  line.status = response.status;
  line.took = options.now() - started;
  options.log(line);
  response.headers.set('x-request-id', requestId);
  return response;
}

/** What a clinic hears of an error that is none of its own. */
function unexpected(
  { leaving, onFull }: HandlerOptions,
  error: unknown,
  bug: (error: unknown) => void,
): SatusehatError {
  // It was cut off by the end of the service.
  if (leaving.over) return new SatusehatError({ code: 'OVERLOADED', retryAfter: 5 });
  bug(error);
  const trouble = troubleOf(error);
  if (trouble === undefined) return new SatusehatError({ code: 'INTERNAL_ERROR' });
  if (trouble === 'away') {
    const message = 'Basis data layanan sedang tidak dapat dihubungi.';
    return new SatusehatError({ code: 'OVERLOADED', message, retryAfter: 10 });
  }
  onFull();
  return new SatusehatError({ code: 'OVERLOADED', message: 'Penyimpanan layanan penuh.', retryAfter: 60 });
}

/** Turns what a step returns or throws into a Response. Nothing escapes: an unknown error is INTERNAL_ERROR. */
async function reply(
  options: HandlerOptions,
  request: Request,
  endpoint: string,
  work: (line: LogLine, bug: (error: unknown) => void) => Promise<RouteAnswer>,
): Promise<Response> {
  const started = options.now();
  const requestId = crypto.randomUUID();
  const line: LogLine = { event: 'request', time: started, requestId, endpoint };
  const bug = (error: unknown) => options.logBug(error, { time: started, requestId, endpoint });
  let result: RouteAnswer;
  try {
    result = await options.tracing.span(`satusehat ${endpoint}`, { 'satusehat.request_id': requestId }, () =>
      work(line, bug),
    );
  } catch (error) {
    result = errorAnswer(isSatusehatError(error) ? error : unexpected(options, error, bug));
  }
  line.status = result.status;
  line.took = options.now() - started;
  if (typeof result.body.code === 'string') line.code = result.body.code;
  if (typeof result.body.log_id === 'string') line.logId = result.body.log_id;
  options.log(line);
  const headers = new Headers({
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'x-request-id': requestId,
    ...result.headers,
  });
  // A body that was refused unread would hold the connection: let the other side see the answer and close.
  if (result.status === 413) headers.set('connection', 'close');
  const body = request.method === 'HEAD' ? null : JSON.stringify(result.body);
  return new Response(body, { status: result.status, headers });
}
