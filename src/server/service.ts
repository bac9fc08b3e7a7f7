import { SatusehatError } from '../contract/error.js';
import type { DashboardAnswer } from '../dashboard/dashboard.js';
import { createPace } from '../dashboard/pace.js';
import { readPasswordHash } from '../dashboard/password.js';
import type { DashboardOptions } from '../dashboard/users.js';
import type { BackoffOptions } from '../delivery/backoff.js';
import { deliver, rehearse } from '../delivery/deliver.js';
import { createFleet } from '../delivery/fleet.js';
import { createHooks, hookFor } from '../delivery/hooks.js';
import { createResolver } from '../delivery/resolve.js';
import { createWorker, type Worker, type WorkerOptions } from '../delivery/worker.js';
import type { FetchLike } from '../http/request.js';
import { wait } from '../http/timers.js';
import { decodePlatformError } from '../platform/decode.js';
import { PlatformError } from '../platform/error.js';
import type { PlatformOptions } from '../platform/platform.js';
import { readStoreAddress } from '../store/address.js';
import { openPostgresStore } from '../store/postgres.js';
import { openSqliteStore } from '../store/sqlite.js';
import type { Listed, ListQuery, Store, Submission } from '../store/store.js';
import type { Vault } from '../store/vault.js';
import { createAddressOf, type Peer } from './addresses.js';
import type { Authenticate } from './authenticate.js';
import { type ClinicSource, createClinics, digestSecret } from './clinics.js';
import { createEvents, type EventName, type Listener } from './events.js';
import { createFailures } from './failures.js';
import { callRoute, createHandler } from './handler.js';
import { readVault } from './keys.js';
import { createLeaving } from './leaving.js';
import { createLimits, type ServiceLimits } from './limits.js';
import { deliveryLine, errorPlaces, type Logger, type LogLine } from './log.js';
import { createMetrics, createMetricsRoute, type Metrics } from './metrics.js';
import { type ClinicRegistry, createRegistry, noRegistry } from './registry.js';
import { createRoutes } from './routes.js';
import { createRecentTrouble, createRoom } from './storage.js';
import { createTracing } from './tracing.js';

/** Options of the service. `clinics`, `platform`, `store` and a key are needed. */
export interface ServiceOptions {
  /** The clinics this service works for: a list of at least one, a function, or `'store'`. See {@link ClinicSource}. */
  clinics: ClinicSource;
  /** Which national platform: the same for all clinics; each brings its own credential. */
  platform: Omit<PlatformOptions, 'clientId' | 'clientSecret' | 'organizationId' | 'now'>;
  /**
   * - `sqlite:PATH`, e.g. `sqlite:./data/satusehat.db`, for one process; `sqlite::memory:` for tests only.
   * - `postgres://user:password@host/database` for many processes on one database, with the same clinics and
   *   encryption key. Needs `npm install pg pg-boss @opentelemetry/api`, and a user that may create schemas:
   *   the tables are in `satusehat` and `satusehat_boss`. Each process has up to 16 connections; they must keep
   *   their sessions (no transaction pooling).
   */
  store: string;
  /**
   * Seals what is kept at rest: 32 bytes as 64 hex digits or base64. Environment: `SATUSEHAT_ENCRYPTION_KEY`.
   * Whoever loses it loses what is not yet sent. `false` (`none` in the environment) keeps everything readable on
   * disk, for who seals the disk itself.
   */
  encryptionKey?: string | false;
  /**
   * The key of before, while it is changed: what it sealed can be read, and is sealed anew with `encryptionKey` after
   * the start. When the log says `resealed` it can go, but for older copies; with many processes, when the last of
   * them has said so. `false`: nothing was sealed. Environment: `SATUSEHAT_ENCRYPTION_KEY_PREVIOUS`.
   */
  previousEncryptionKey?: string | false;
  /**
   * The key of later, for many processes on one database: all of them get it before the first has it as
   * `encryptionKey`, so that they can read what that one writes. Environment: `SATUSEHAT_ENCRYPTION_KEY_NEXT`.
   */
  nextEncryptionKey?: string;
  /** Milliseconds a send waits for the platform before it answers 202. Default 8,000; `Prefer: wait=N` overrides. */
  budget?: number;
  /** Largest request body in bytes. Default 1,048,576. */
  bodyLimit?: number;
  /** How what was accepted goes to the platform. */
  delivery?: {
    /** Deliveries at the same time. Default 8. */
    concurrency?: number;
    /** When a delivery is tried again. */
    backoff?: BackoffOptions;
    /** Milliseconds between two searches for a write whose outcome is unknown. Default 2,000. */
    settleDelay?: number;
    /** Milliseconds after which a write that no search shows counts as one that never happened. Default 60,000. */
    settlePatience?: number;
    /** Milliseconds that deliveries get to end when the service closes. Default 10,000. */
    grace?: number;
    /**
     * Milliseconds without a sign of life of its process after which another takes a delivery over, only with
     * `postgres://`. Default 20,000, at least 10,000.
     */
    lease?: number;
  };
  /**
   * How long contents are kept, in days, after they were sent or withdrawn: then payloads, copies of encounters and
   * what is known of patients are emptied; ids, states and attempts stay. What has not come to its end is never emptied. Default: for ever.
   */
  retention?: {
    /** Days, above 0. */
    payloadDays: number;
  };
  /** Used for webhooks instead of the global fetch. */
  webhookFetch?: FetchLike;
  /**
   * Where an app has the service beneath it, e.g. `/satusehat`; begins with a slash and ends without one. Taken off
   * a path that begins with it; one that an app has taken it off already is understood as well. Default: nowhere.
   */
  basePath?: string;
  /**
   * Exact origins of pages that may ask from another origin, e.g. `https://klinik.example`, with cookies. Default:
   * none, and no answer says a word of CORS.
   */
  cors?: {
    /** Scheme, host and port, without a path. */
    origins: readonly string[];
  };
  /** How much it takes at a time, and from one address. */
  limits?: ServiceLimits;
  /**
   * IP addresses and ranges of the proxies before the service, e.g. `127.0.0.1`, `10.0.0.0/8`: what they say of who
   * asks (`X-Forwarded-For`) is believed. Default: nobody is.
   */
  trustedProxies?: readonly string[];
  /**
   * Instead of the clinic's secret, for pages of the app that the service is mounted in: answers the code of the
   * clinic, e.g. by a session cookie, or undefined. It must not read the body. Asked only for requests without
   * `X-Clinic-Secret`, and never for those of another site, whose pages' requests carry the cookie too: by
   * `Sec-Fetch-Site`, and by an `Origin` that is neither the request's own host (a proxy has to pass `Host` on) nor
   * in `cors.origins`. Default: only secrets.
   */
  authenticate?: Authenticate;
  /**
   * Who may open `/dashboard`. Default: each clinic with its own code and secret, and the operator with the password
   * in `SATUSEHAT_DASHBOARD_PASSWORD`, if there is one. `false`: there is no dashboard.
   */
  dashboard?: DashboardOptions | false;
  /**
   * `{}` gives figures for Prometheus at `/metrics`, once `prom-client` is installed. With a token (environment: `SATUSEHAT_METRICS_TOKEN`,
   * at least 16 characters) it is answered to `Authorization: Bearer TOKEN`; without one to this machine alone.
   */
  metrics?: {
    /** At least 16 characters. Environment: `SATUSEHAT_METRICS_TOKEN`. Default: none, and only this machine may ask. */
    token?: string;
  };
  /** Gets one allow-listed object per event; never a body, a name, a NIK or a secret. Default: nothing. */
  log?: Logger;
  /** Milliseconds since 1970. Default `Date.now`. */
  now?: () => number;
}

/** Wrong credentials from one address. */
const FAILURES_PER_MINUTE = 60;

/** The service at work. */
export interface SatusehatService {
  /**
   * The whole service as a fetch handler.
   *
   * @param peer who is at the other end of the connection, for `allowedAddresses` and limits; {@link toNodeHandler} and
   * {@link listen} pass it on.
   */
  fetch(request: Request, peer?: Peer): Promise<Response>;
  /** The clinics in the store, for `clinics: 'store'`; otherwise everything of it rejects with a TypeError. */
  clinics: ClinicRegistry;
  /** Told of each change of state, after it is on disk. @returns a function that stops listening. */
  on(name: EventName, listener: Listener): () => void;
  /** Submissions of all clinics, newest first, without their contents. At most 1,000 at a time. */
  list(query?: Partial<ListQuery>): Promise<Listed[]>;
  /**
   * Stops taking, finishes what is in flight within `delivery.grace`, closes the store. A request that waits for the
   * platform is answered as queued after half of that.
   */
  close(): Promise<void>;
}

/**
 * The service that clinics host themselves: the guide's endpoints on one side, the national platform on the other.
 *
 * ```ts
 * const service = await createSatusehatService({
 *   store: 'sqlite:./data/satusehat.db',
 *   platform: { env: 'staging' },
 *   clinics: [{ code: 'KLINIK-001', secret, satusehat: { clientId, clientSecret, organizationId } }],
 * });
 * const { url } = await listen(service, 8787);
 * ```
 *
 * @throws TypeError for a configuration that cannot work; the message names the option.
 * @throws StoreInUseError when another process holds the store.
 * @throws WrongKeyError when the store was written with another key.
 */
export async function createSatusehatService(options: ServiceOptions): Promise<SatusehatService> {
  const now = options.now ?? Date.now;
  let metrics: Metrics | undefined;
  const log = (line: LogLine) => {
    if (line.event === 'request') metrics?.request(line);
    try {
      options.log?.(line);
    } catch {
      // Whoever asks, and what is on its way, does not suffer from a logger that cannot write.
    }
  };
  const isTold = createRecentTrouble(now);
  const logBug = (error: unknown, about: Omit<LogLine, 'event'>) => {
    if (!isTold(error)) log({ event: 'bug', ...about, ...errorPlaces(error) });
  };
  const onBug = (error: unknown, logId: string) => logBug(error, { time: now(), logId });
  const vault = readVault(options);
  if (options.retention && !(options.retention.payloadDays > 0)) {
    throw new TypeError('retention.payloadDays: must be more than 0');
  }
  const basePath = readBasePath(options.basePath);
  const dashboardOptions = readDashboard(options.dashboard);
  const metricsToken = options.metrics?.token ?? (process.env.SATUSEHAT_METRICS_TOKEN || undefined);
  if (metricsToken !== undefined && metricsToken.length < 16) {
    throw new TypeError('metrics.token (SATUSEHAT_METRICS_TOKEN): at least 16 characters');
  }
  const tracing = await createTracing();
  const limits = createLimits(options.limits ?? {}, now);
  const addressOf = createAddressOf(options.trustedProxies ?? []);
  const corsOrigins = readOrigins(options.cors);
  const clinics = createClinics(options.clinics, {
    platform: options.platform,
    kept: (code) => store.clinic(code),
    vault,
    now,
    onRecovery: () => void worker.hurry().catch((error) => onBug(error, '')),
    onCall(call) {
      metrics?.call(call);
      tracing.call(call);
    },
  });
  const { store, work } = await openStore(options, vault, (error) => onBug(error, ''));
  const resolver = createResolver(store, now);
  const { settleDelay = 2_000, settlePatience = 60_000, grace } = options.delivery ?? {};
  const events = createEvents(onBug);
  const webhookOf = async (code: string) =>
    (await clinics.find(code, (error) => onBug(error, '')))?.clinic.webhook;
  const hooks = createHooks({
    store,
    webhookOf,
    now,
    fetch: options.webhookFetch,
    onBug: (error) => onBug(error, ''),
  });

  const worker = work({
    store,
    now,
    ...(options.delivery?.concurrency ? { concurrency: options.delivery.concurrency } : {}),
    ...(options.delivery?.backoff ? { backoff: options.delivery.backoff } : {}),
    ...(grace === undefined ? {} : { grace }),
    onBug,
    async hookOf(submission, change) {
      const hook = hookFor(submission, change, now());
      // A configuration that cannot be read must not keep a result from being written down.
      return hook && (await webhookOf(submission.clinic).catch(() => undefined)) ? hook : undefined;
    },
    onState(submission) {
      metrics?.state(submission);
      log(deliveryLine(submission));
      events.emit(submission);
      hooks.wake();
    },
    async deliver(submission: Submission, steps) {
      const registered = await clinics.find(submission.clinic, (error) => onBug(error, submission.logId));
      if (!registered) throw clinicGone();
      const { endpoint, logId, attempts } = submission;
      const about = { 'satusehat.log_id': logId, 'satusehat.attempt': attempts + 1 };
      return tracing.span(`satusehat deliver ${endpoint}`, about, () =>
        deliver(submission, registered.clinic, {
          ...steps,
          ...{ store, resolver, wait, settleDelay, settlePatience, now },
        }),
      );
    },
  });
  const budget = options.budget ?? 8_000;
  const leaving = createLeaving();
  const room = createRoom(store);
  const routes = createRoutes({ store, worker, resolver, leaving, room, now, budget, basePath });
  const pace = createPace();
  events.on('sent', ({ clinic }) => pace.sent(clinic, now()));
  const dashboard = dashboardOptions && openDashboard(dashboardOptions);
  if (options.metrics || metricsToken !== undefined) {
    metrics = await createMetrics({ store, now, healths: clinics.healths });
  }
  const handle = createHandler({
    door: {
      ...{ clinics, vault, authenticate: options.authenticate, origins: corsOrigins ?? [] },
      failures: createFailures(FAILURES_PER_MINUTE, now),
    },
    addressOf,
    limits,
    leaving,
    onFull: room.full,
    logBug,
    tracing,
    basePath,
    corsOrigins,
    routes,
    dashboard,
    metrics: metrics && createMetricsRoute(metrics, metricsToken),
    bodyLimit: options.bodyLimit ?? 1_048_576,
    now,
    log,
  });

  /** Made when somebody opens it: no service needs it to start. */
  function openDashboard(
    own: DashboardOptions,
  ): (request: Request, address: string | undefined) => Promise<DashboardAnswer> {
    const onClinicBug = (error: unknown) => onBug(error, '');
    const find = (code: string) => clinics.find(code, onClinicBug).catch(() => undefined);
    let opened: ReturnType<typeof open> | undefined;
    const open = async () => {
      const { createDashboard } = await import('../dashboard/dashboard.js');
      return createDashboard({
        ...{ store, vault, now, basePath, pace, options: own },
        clinicOf: async (code) => (await find(code))?.clinic,
        async secretsOf(code, address) {
          // What cannot be read is not what is not there: nobody is signed out, or called wrong, for that.
          const registered = await clinics.find(code, onClinicBug);
          return registered?.active && registered.allows(address) ? registered.secrets : undefined;
        },
        digestSecret: (code, secret) => digestSecret(vault, code, secret),
        async act(name, code, params, body) {
          const registered = await clinics.find(code, onClinicBug);
          if (!registered) throw clinicGone();
          const { clinic } = registered;
          const request = new Request('http://dashboard.invalid/');
          await callRoute({ routes, now }, name, { clinic, body, request, params });
        },
        rehearse: (submission, clinic) =>
          rehearse(submission, clinic, { store, resolver, now }).catch((error: unknown) => {
            throw error instanceof PlatformError ? decodePlatformError(error, submission.endpoint) : error;
          }),
        wake: worker.wake,
      });
    };
    return async (request, address) => {
      opened ??= open();
      return (await opened)(request, address);
    };
  }

  await worker.start();
  hooks.wake();
  let closing: Promise<void> | undefined;
  const forgetting = startForgetting(store, options.retention?.payloadDays, now, (error) => onBug(error, ''));
  const resealing = startResealing(store, vault.previousMark !== undefined, log, now, (error) =>
    onBug(error, ''),
  );
  const counting = startCounting(store, now, (error) => onBug(error, ''));
  log({ event: 'started', time: now() });
  if (vault.mark === 'plain:') log({ event: 'unsealed', time: now() });

  return {
    fetch: handle,
    clinics: options.clinics === 'store' ? createRegistry(store, vault, now) : noRegistry,
    on: events.on,
    list: ({ limit = 100, ...query } = {}) => store.list({ ...query, limit: Math.min(1_000, limit) }),
    close() {
      closing ??= (async () => {
        forgetting();
        const counted = counting();
        await Promise.all([worker.stop(), hooks.stop(), leaving.begin(grace ?? 10_000)]);
        await resealing();
        await counted;
        await store.close();
        log({ event: 'stopped', time: now() });
      })();
      return closing;
    },
  };
}

/** Empties what has been kept long enough, at the start and every hour. @returns a function that ends it. */
function startForgetting(
  store: Store,
  days: number | undefined,
  now: () => number,
  onBug: (error: unknown) => void,
): () => void {
  if (days === undefined) return () => {};
  const forget = () => void store.forget(now() - days * 86_400_000).catch(onBug);
  forget();
  const timer = setInterval(forget, 3_600_000);
  timer.unref?.();
  return () => clearInterval(timer);
}

/** Adds up the dashboard's counts now and then. @returns a function that ends it, and waits for what is in hand. */
function startCounting(
  store: Store,
  now: () => number,
  onBug: (error: unknown) => void,
): () => Promise<void> {
  let work = Promise.resolve();
  let working = false;
  const timer = setInterval(() => {
    if (working) return;
    working = true;
    work = store
      .addUp(now())
      .catch(onBug)
      .finally(() => {
        working = false;
      });
  }, 30_000);
  timer.unref?.();
  return () => {
    clearInterval(timer);
    return work;
  };
}

/** With the password's hash from the environment. @throws TypeError for one that is none. */
function readDashboard(given: ServiceOptions['dashboard'] = {}): DashboardOptions | undefined {
  if (given === false) return undefined;
  const password = given.password ?? (process.env.SATUSEHAT_DASHBOARD_PASSWORD || undefined);
  if (password !== undefined) readPasswordHash(password);
  return { ...given, ...(password === undefined ? {} : { password }) };
}

/** Of something that was accepted: it stays, and goes when the clinic is there again. */
function clinicGone(): SatusehatError {
  return new SatusehatError({
    code: 'OVERLOADED',
    message: 'Klinik ini tidak ada lagi di konfigurasi layanan; datanya tetap disimpan.',
    remedy: 'Pengelola layanan perlu mengonfigurasi klinik ini lagi; sesudah itu datanya dikirim otomatis.',
  });
}

/** Goes on until everything is sealed with the key of now. @returns a function that ends it, and waits for that. */
function startResealing(
  store: Store,
  changing: boolean,
  log: Logger,
  now: () => number,
  onBug: (error: unknown) => void,
): () => Promise<void> {
  let stopped = false;
  const work = store
    .reseal(() => stopped)
    .then((count) => {
      // Also with nothing left to do: whoever waits for it hears of it at every start.
      if (!stopped && changing) log({ event: 'resealed', time: now(), ...count });
    });
  const ended = work.catch(onBug);
  return () => {
    stopped = true;
    return ended;
  };
}

export function isPath(basePath: string): boolean {
  return /^(\/[\w.~-]+)*$/.test(basePath);
}

function readBasePath(basePath = ''): string {
  if (isPath(basePath)) return basePath;
  throw new TypeError('basePath: must begin with a slash and end without one, for example /satusehat');
}

function readOrigins(cors: ServiceOptions['cors']): readonly string[] | undefined {
  if (!cors) return undefined;
  const { origins } = cors;
  if (Array.isArray(origins) && origins.length > 0 && origins.every(isOrigin)) return origins;
  throw new TypeError('cors.origins: must be a list of exact origins, for example https://klinik.example');
}

export function isOrigin(origin: string): boolean {
  return /^https?:\/\/[^*]+$/.test(origin) && URL.canParse(origin) && new URL(origin).origin === origin;
}

/** The store, and who runs the deliveries of such a store. */
async function openStore(
  { store, delivery }: ServiceOptions,
  vault: Vault,
  onBug: (error: unknown) => void,
): Promise<{ store: Store; work(options: WorkerOptions): Worker }> {
  const address = readStoreAddress(store);
  if (!address) {
    throw new TypeError(
      'store: must be sqlite:PATH, for example sqlite:./data/satusehat.db, or postgres://USER:PASSWORD@HOST/DATABASE',
    );
  }
  if ('file' in address) return { store: await openSqliteStore(address.file, vault), work: createWorker };
  const lease = delivery?.lease;
  const opened = await openPostgresStore({ url: address.url, vault, onBug, ...(lease ? { lease } : {}) });
  return {
    store: opened.store,
    work: (options) => createFleet({ ...options, jobs: opened.jobs }),
  };
}
