/** Figures for Prometheus: of requests, deliveries, the platform and the queue. No clinic, no id and no patient in them. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Registry } from 'prom-client';
import { errorAnswer } from '../contract/answer.js';
import { SatusehatError } from '../contract/error.js';
import type { PlatformCall, PlatformHealth } from '../platform/platform.js';
import type { Store, Submission } from '../store/store.js';
import { isLoopbackAddress } from './addresses.js';
import type { LogLine } from './log.js';

export interface Metrics {
  /** A request was answered. */
  request(line: LogLine): void;
  /** A delivery came to a new state. */
  state(submission: Submission): void;
  /** The platform was asked. */
  call(call: PlatformCall): void;
  /** In the text format of Prometheus, and its content type. */
  read(): Promise<{ text: string; type: string }>;
}

export interface MetricsTools {
  store: Store;
  now: () => number;
  /** Of the credentials that are in use. */
  healths(): PlatformHealth[];
}

/** Seconds. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const LONG = [0.5, 1, 5, 15, 60, 300, 1_800, 7_200, 43_200, 86_400, 604_800];

/** Of the process, however many services are in it. */
let ofProcess: Registry | undefined;

/** @returns undefined when `prom-client` is not installed. */
export async function createMetrics({ store, now, healths }: MetricsTools): Promise<Metrics | undefined> {
  const prom = await import('prom-client').then(
    (module) => module.default ?? module,
    () => undefined,
  );
  if (!prom) return undefined;
  const register: Registry = new prom.Registry();
  if (!ofProcess) {
    ofProcess = new prom.Registry();
    prom.collectDefaultMetrics({ register: ofProcess });
  }
  const all = [register, ofProcess];
  const own = { registers: [register] };
  const requests = new prom.Histogram({
    ...own,
    name: 'satusehat_request_seconds',
    help: 'Time from a request to its answer, by endpoint and status',
    labelNames: ['endpoint', 'status'],
    buckets: BUCKETS,
  });
  const refused = new prom.Counter({
    ...own,
    name: 'satusehat_errors_total',
    help: 'Requests that were answered with an error, by endpoint and code',
    labelNames: ['endpoint', 'code'],
  });
  const deliveries = new prom.Counter({
    ...own,
    name: 'satusehat_deliveries_total',
    help: 'Deliveries that ended, by endpoint, state and code of the error; waiting ones are tried again',
    labelNames: ['endpoint', 'state', 'code'],
  });
  const delivered = new prom.Histogram({
    ...own,
    name: 'satusehat_delivery_seconds',
    help: 'Time from acceptance until it was at the platform, by endpoint',
    labelNames: ['endpoint'],
    buckets: LONG,
  });
  const calls = new prom.Histogram({
    ...own,
    name: 'satusehat_platform_request_seconds',
    help: 'Time of a request to the platform, by method, type and status; type token is a renewal, status 0 no answer',
    labelNames: ['method', 'type', 'status'],
    buckets: BUCKETS,
  });
  const submissions = new prom.Gauge({
    ...own,
    name: 'satusehat_submissions',
    help: 'Submissions that are kept, by state',
    labelNames: ['state'],
  });
  const oldest = new prom.Gauge({
    ...own,
    name: 'satusehat_queue_age_seconds',
    help: 'Age of the oldest submission that still has to go; 0 when there is none',
  });
  const circuits = new prom.Gauge({
    ...own,
    name: 'satusehat_circuits_open',
    help: 'Credentials whose platform is left in peace because it did not answer, in this process',
  });
  const tokens = new prom.Gauge({
    ...own,
    name: 'satusehat_tokens_refused',
    help: 'Credentials that the platform refuses, in this process',
  });
  const turns = new prom.Gauge({
    ...own,
    name: 'satusehat_platform_waiting',
    help: 'Requests to the platform that wait for their turn, in this process',
  });

  return {
    request({ endpoint = 'unknown', status = 0, took = 0, code }) {
      requests.observe({ endpoint, status: String(status) }, took / 1000);
      if (code) refused.inc({ endpoint, code });
    },

    state({ endpoint, state, error, createdAt, updatedAt }) {
      if (state === 'queued' || state === 'sending' || state === 'held') return;
      deliveries.inc({ endpoint, state, code: state === 'sent' ? '' : (error?.code ?? '') });
      if (state === 'sent') delivered.observe({ endpoint }, Math.max(0, updatedAt - createdAt) / 1000);
    },

    call({ method, type, status, milliseconds }) {
      calls.observe({ method, type, status: String(status) }, milliseconds / 1000);
    },

    async read() {
      await store.addUp(now());
      const [totals, since] = await Promise.all([store.totals(undefined), store.oldestOpen()]);
      for (const [state, n] of Object.entries(totals)) submissions.set({ state }, n);
      oldest.set(since === undefined ? 0 : Math.max(0, now() - since) / 1000);
      const known = healths();
      circuits.set(known.filter(({ circuit }) => circuit !== 'closed').length);
      tokens.set(known.filter(({ token }) => token.state === 'refused').length);
      turns.set(known.reduce((sum, { waiting }) => sum + waiting, 0));
      const texts = await Promise.all(all.map((one) => one.metrics()));
      return { text: texts.join('\n'), type: register.contentType };
    },
  };
}

/** With the token; when there is none, from this machine, and not through a proxy on it that nobody has named. */
export function createMetricsRoute(
  metrics: Metrics,
  token: string | undefined,
): (request: Request, address: string | undefined) => Promise<Response> {
  const expected = token === undefined ? undefined : digest(`Bearer ${token}`);
  return async (request, address) => {
    const allowed = expected
      ? timingSafeEqual(digest(request.headers.get('authorization') ?? ''), expected)
      : address !== undefined && isLoopbackAddress(address) && !request.headers.has('x-forwarded-for');
    if (!allowed) {
      const { status, body } = errorAnswer(
        new SatusehatError({ code: 'INVALID_CREDENTIALS', message: words.message, remedy: words.remedy }),
      );
      return Response.json(body, { status, headers: { 'www-authenticate': 'Bearer' } });
    }
    const { text, type } = await metrics.read();
    return new Response(text, { headers: { 'content-type': type, 'cache-control': 'no-store' } });
  };
}

const words = {
  message: 'Angka layanan hanya untuk pengelola.',
  remedy: 'Kirim Authorization: Bearer dengan SATUSEHAT_METRICS_TOKEN; tanpa token, hanya dari komputer ini.',
};

/** Of one length, whatever was sent. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
