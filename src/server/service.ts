import type { BackoffOptions } from '../delivery/backoff.js';
import type { Clinic, ClinicConfig } from '../delivery/clinic.js';
import { deliverEncounter } from '../delivery/encounter.js';
import { createResolver } from '../delivery/resolve.js';
import { createWorker } from '../delivery/worker.js';
import { createPlatform, type PlatformOptions } from '../platform/platform.js';
import { openSqliteStore } from '../store/sqlite.js';
import type { Submission } from '../store/store.js';
import { createVault } from '../store/vault.js';
import { hashSecret, type Registered } from './authenticate.js';
import { createHandler } from './handler.js';
import { errorPlaces, type Logger } from './log.js';
import { createRoutes } from './routes.js';

export interface ServiceOptions {
  /** The clinics this service works for. At least one. */
  clinics: ClinicConfig[];
  /** Which national platform: the same for all clinics; each brings its own credential. */
  platform: Pick<PlatformOptions, 'env' | 'fetch' | 'timeout'>;
  /** `sqlite:PATH`, e.g. `sqlite:./data/satusehat.db`; `sqlite::memory:` for tests only. */
  store: string;
  /**
   * Seals what is kept at rest: 32 bytes as 64 hex digits or base64. Environment: `SATUSEHAT_ENCRYPTION_KEY`.
   * Whoever loses it loses what is not yet sent.
   */
  encryptionKey?: string;
  /** Milliseconds a send waits for the platform before it answers 202. Default 8,000; `Prefer: wait=N` overrides. */
  budget?: number;
  /** Largest request body in bytes. Default 1,048,576. */
  bodyLimit?: number;
  delivery?: {
    /** Deliveries at the same time. Default 8. */
    concurrency?: number;
    backoff?: BackoffOptions;
    /** Milliseconds between two searches for a write whose outcome is unknown. Default 2,000. */
    settleDelay?: number;
    /** Milliseconds after which a write that no search shows counts as one that never happened. Default 60,000. */
    settlePatience?: number;
  };
  /** Gets one allow-listed object per event; never a body, a name, a NIK or a secret. Default: nothing. */
  log?: Logger;
  /** Milliseconds since 1970. Default `Date.now`. */
  now?: () => number;
}

export interface SatusehatService {
  /** The whole service as a fetch handler. */
  fetch(request: Request): Promise<Response>;
  /** Stops taking, finishes what is in flight, closes the store. */
  close(): Promise<void>;
}

/**
 * The service that clinics host themselves: the guide's endpoints on one side, the national platform on the other.
 *
 * @throws TypeError for a configuration that cannot work; the message names the option.
 * @throws StoreInUseError when another process holds the store.
 * @throws WrongKeyError when the store was written with another key.
 */
export async function createSatusehatService(options: ServiceOptions): Promise<SatusehatService> {
  const now = options.now ?? Date.now;
  const log = options.log ?? (() => {});
  const vault = createVault(readEncryptionKey(options));
  const clinics = register(options, now);
  const store = await openSqliteStore(readStorePath(options.store), vault);
  const resolver = createResolver(store, now);
  const { settleDelay = 2_000, settlePatience = 60_000 } = options.delivery ?? {};

  const worker = createWorker({
    store,
    now,
    ...(options.delivery?.concurrency ? { concurrency: options.delivery.concurrency } : {}),
    ...(options.delivery?.backoff ? { backoff: options.delivery.backoff } : {}),
    onBug: (error, logId) => log({ event: 'bug', time: now(), logId, ...errorPlaces(error) }),
    deliver(submission: Submission, sending) {
      const registered = clinics.get(submission.clinic);
      if (!registered) throw new Error('the clinic of a kept submission is no longer configured');
      return deliverEncounter(submission, registered.clinic, {
        resolver,
        sending,
        wait,
        settleDelay,
        settlePatience,
        now,
      });
    },
  });
  const routes = createRoutes({ store, worker, resolver, now, budget: options.budget ?? 8_000 });
  const handle = createHandler({ clinics, routes, bodyLimit: options.bodyLimit ?? 1_048_576, now, log });
  await worker.start();
  log({ event: 'started', time: now() });

  return {
    fetch: handle,
    async close() {
      await worker.stop();
      await store.close();
      log({ event: 'stopped', time: now() });
    },
  };
}

function register(options: ServiceOptions, now: () => number): Map<string, Registered> {
  if (options.clinics.length === 0) throw new TypeError('clinics: at least one clinic is needed');
  const clinics = new Map<string, Registered>();
  for (const { secret, satusehat, ...config } of options.clinics) {
    if (!config.code) throw new TypeError('clinics[].code is missing');
    if (!secret) throw new TypeError(`clinics[].secret of ${config.code} is missing`);
    if (clinics.has(config.code)) throw new TypeError(`clinics[].code ${config.code} is there twice`);
    for (const key of ['clientId', 'clientSecret', 'organizationId'] as const) {
      if (!satusehat?.[key]) throw new TypeError(`clinics[].satusehat.${key} of ${config.code} is missing`);
    }
    const clinic: Clinic = {
      ...config,
      timeZone: readTimeZone(config.timeZone, config.code),
      organizationId: satusehat.organizationId,
      jenisLayanan: { '101': 'AMB', '102': 'IMP', ...config.jenisLayanan },
      platform: createPlatform({ ...options.platform, ...satusehat, now }),
    };
    clinics.set(config.code, { clinic, secretHash: hashSecret(secret) });
  }
  return clinics;
}

function readTimeZone(timeZone = 'Asia/Jakarta', code: string): string {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    return timeZone;
  } catch {
    throw new TypeError(
      `clinics[].timeZone of ${code} is not an IANA zone; use Asia/Jakarta, Asia/Makassar or Asia/Jayapura`,
    );
  }
}

function readEncryptionKey(options: ServiceOptions): string {
  const key = options.encryptionKey ?? process.env.SATUSEHAT_ENCRYPTION_KEY;
  if (!key) {
    throw new TypeError(
      'encryptionKey (SATUSEHAT_ENCRYPTION_KEY) is missing: 32 bytes as 64 hex digits; make one with: openssl rand -hex 32',
    );
  }
  return key;
}

function readStorePath(store: string): string {
  const path = /^sqlite:(.+)$/.exec(store)?.[1];
  if (!path) throw new TypeError('store: must be sqlite:PATH, for example sqlite:./data/satusehat.db');
  return path;
}

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
