/** The clinics of a service, wherever they are configured: in a list, by a function, in the store. */
import { canonicalJson } from '../contract/canonical.js';
import { SatusehatError } from '../contract/error.js';
import type { Clinic, ClinicConfig } from '../delivery/clinic.js';
import { within } from '../http/timers.js';
import {
  createPlatform,
  type Platform,
  type PlatformCall,
  type PlatformHealth,
  type PlatformOptions,
} from '../platform/platform.js';
import type { KeptClinic } from '../store/store.js';
import type { Vault } from '../store/vault.js';
import { createRanges } from './addresses.js';
import { checkClinicConfig } from './clinic-config.js';
import { createRecent } from './recent.js';
import { createTurns } from './turns.js';

/**
 * Where the clinics of a service are configured:
 *
 * - a list: checked at the start, and the same until the end
 * - a function: asked at every request and every delivery, so that it should answer quickly or remember. What it
 *   answers may change at any time. Undefined, and the configuration of another code, mean that there is no such
 *   clinic. When it throws or takes longer than 5 seconds the request gets OVERLOADED, and a delivery waits
 * - `'store'`: in the store of the service, sealed; put there with `service.clinics`
 */
export type ClinicSource =
  | readonly ClinicConfig[]
  | ((code: string) => ClinicConfig | undefined | Promise<ClinicConfig | undefined>)
  | 'store';

/** A clinic, and what the door has to know of it. */
export interface Registered {
  clinic: Clinic;
  active: boolean;
  /** Digests of the secrets that are valid now: see {@link digestSecret}. */
  secrets: readonly string[];
  /** Counts a request. @returns 0, or the seconds to wait for one. */
  takeTurn(): number;
  /** Whether the clinic asks from there; nobody knows where `undefined` is. */
  allows(address: string | undefined): boolean;
}

export interface Clinics {
  /**
   * @param bug gets why a configuration cannot be had.
   * @throws SatusehatError OVERLOADED when that is so.
   */
  find(code: string, bug: (error: unknown) => void): Promise<Registered | undefined>;
  /** How it stands with the credentials that are in use. */
  healths(): PlatformHealth[];
}

export interface ClinicTools {
  platform: Omit<PlatformOptions, 'clientId' | 'clientSecret' | 'organizationId' | 'now'>;
  /** A clinic of the store. */
  kept(code: string): Promise<KeptClinic | undefined>;
  vault: Vault;
  now: () => number;
  /** Told when a platform answers again after it was left in peace. */
  onRecovery?: () => void;
  /** Told of every request to a platform. */
  onCall?: (call: PlatformCall) => void;
}

/** So many clinics, and so many credentials, are kept ready. */
const MAX_READY = 5_000;
/** Milliseconds that a function may take. */
const PATIENCE = 5_000;

/** What is kept of a secret: without the service's key nobody can try secrets on it. */
export function digestSecret(vault: Vault, code: string, secret: string): string {
  return vault.digest(`clinic-secret/${code}/${secret}`);
}

/** @throws TypeError for a list that cannot work; the message names the option. */
export function createClinics(source: ClinicSource, tools: ClinicTools): Clinics {
  const { platformOf, healths } = createPlatforms(tools);
  if (source !== 'store' && typeof source !== 'function') {
    return { ...fromList(source, tools, platformOf), healths };
  }
  const find = source === 'store' ? fromStore(tools, platformOf) : fromFunction(source, tools, platformOf);
  return {
    healths,
    async find(code, bug) {
      try {
        return code === '' ? undefined : await find(code);
      } catch (error) {
        bug(error);
        throw new SatusehatError({
          code: 'OVERLOADED',
          message: 'Konfigurasi klinik sedang tidak dapat dibaca oleh layanan.',
          remedy: 'Coba lagi beberapa saat lagi. Bila berulang, sampaikan ke pengelola layanan.',
          retryAfter: 10,
        });
      }
    },
  };
}

function fromList(
  source: readonly ClinicConfig[],
  tools: ClinicTools,
  platformOf: PlatformOf,
): Pick<Clinics, 'find'> {
  if (!Array.isArray(source)) throw new TypeError("clinics: must be a list, a function or 'store'");
  if (source.length === 0) throw new TypeError('clinics: at least one clinic is needed');
  const clinics = new Map<string, Registered>();
  for (const config of source) {
    const registered = register(config, tools, platformOf);
    if (clinics.has(config.code)) throw new TypeError(`clinics[].code ${config.code} is there twice`);
    clinics.set(config.code, registered);
  }
  return { find: async (code) => clinics.get(code) };
}

type Find = (code: string) => Promise<Registered | undefined>;

function fromFunction(
  source: Extract<ClinicSource, (code: string) => unknown>,
  tools: ClinicTools,
  platformOf: PlatformOf,
): Find {
  const ready = createRecent<{ version: string; registered: Registered }>(MAX_READY);
  return async (code) => {
    const answer = await within((async () => ({ config: await source(code) }))(), PATIENCE);
    if (!answer) throw new Error('the clinics function did not answer in time');
    const { config } = answer;
    if (config?.code !== code) return undefined;
    const version = tools.vault.digest(canonicalJson(config));
    const before = ready.get(code);
    if (before?.version === version) return before.registered;
    const registered = register(config, tools, platformOf);
    ready.set(code, { version, registered });
    return registered;
  };
}

function fromStore(tools: ClinicTools, platformOf: PlatformOf): Find {
  const ready = createRecent<{ version: string; registered: Registered }>(MAX_READY);
  return async (code) => {
    const row = await tools.kept(code);
    if (!row) return undefined;
    const { version, active, secretDigests } = row;
    const before = ready.get(code);
    const registered =
      before?.version === version ? before.registered : register(row.config(), tools, platformOf, true);
    ready.set(code, { version, registered });
    return { ...registered, active, secrets: secretDigests };
  };
}

/** @param apart the secrets are kept somewhere else. */
function register(config: unknown, tools: ClinicTools, platformOf: PlatformOf, apart = false): Registered {
  checkClinicConfig(config, apart);
  const { vault, now } = tools;
  const { secret = [], active = true, limits, satusehat, allowedAddresses, ...rest } = config;
  const within = allowedAddresses && createRanges(allowedAddresses, 'clinics[].allowedAddresses');
  const platform = platformOf(satusehat, limits?.platformPerMinute);
  let digests: string[] | undefined;
  return {
    clinic: {
      ...rest,
      timeZone: config.timeZone ?? 'Asia/Jakarta',
      organizationId: satusehat.organizationId,
      jenisLayanan: { '101': 'AMB', '102': 'IMP', ...config.jenisLayanan },
      get platform() {
        return platform();
      },
    },
    active,
    // Not before the store is open: its secret is in there.
    get secrets() {
      digests ??= [secret].flat().map((one) => digestSecret(vault, config.code, one));
      return digests;
    },
    takeTurn: createTurns(limits?.requestsPerMinute, now),
    allows: (address) => !within || (address !== undefined && within(address)),
  };
}

type PlatformOf = (credential: ClinicConfig['satusehat'], perMinute: number | undefined) => () => Platform;

/**
 * One platform a credential, hence one token and one rate: two clinics that have the same one share it. When they
 * say different rates, the one that was read last counts for all of them.
 */
function createPlatforms({ platform: options, now, onRecovery, onCall }: ClinicTools): {
  platformOf: PlatformOf;
  healths(): PlatformHealth[];
} {
  // At the start already: an address that cannot work is everybody's.
  createPlatform({ ...options, clientId: '-', clientSecret: '-', organizationId: '-' });
  const ready = createRecent<{ platform: Platform; perMinute: number | undefined }>(MAX_READY);
  const platformOf: PlatformOf = ({ clientId, clientSecret, organizationId }, perMinute) => {
    const key = JSON.stringify([clientId, clientSecret, organizationId]);
    const make = () => {
      const credential = { clientId, clientSecret, organizationId };
      const rate = perMinute === undefined ? {} : { perMinute };
      const recovered = () => {
        options.onRecovery?.();
        onRecovery?.();
      };
      const called = (call: PlatformCall) => {
        options.onCall?.(call);
        onCall?.(call);
      };
      const own = { now, onRecovery: recovered, onCall: called };
      const platform = createPlatform({ ...options, ...credential, ...rate, ...own });
      ready.set(key, { platform, perMinute });
      return platform;
    };
    const before = ready.get(key);
    if (!before || (perMinute !== undefined && perMinute !== before.perMinute)) make();
    return () => ready.get(key)?.platform ?? make();
  };
  return { platformOf, healths: () => [...ready.values()].map(({ platform }) => platform.health) };
}
