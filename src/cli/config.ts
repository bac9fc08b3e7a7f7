/**
 * What `satusehat serve` and its kin are told: a file, over it the environment, over that the flags. Mistakes are named
 * by their key; what a value must be in detail the service itself checks.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as z from 'zod/mini';
import type { ServiceOptions } from '../server/service.js';
import { storeIn } from './stores.js';
import { UsageError } from './usage.js';

/**
 * `satusehat.config.{ts,mjs,js,json}`: options of the service that can be written down. In TypeScript:
 * `export default { … } satisfies Partial<SatusehatConfig>`.
 */
export interface SatusehatConfig
  extends Pick<
    ServiceOptions,
    | 'store'
    | 'budget'
    | 'bodyLimit'
    | 'delivery'
    | 'retention'
    | 'basePath'
    | 'cors'
    | 'trustedProxies'
    | 'limits'
    | 'metrics'
    | 'clinics'
  > {
  /** `env` is `staging`, `production` or a URL. */
  platform: ServiceOptions['platform'];
  /** As `dashboard` of the service; `false`: there is none. */
  dashboard?: ServiceOptions['dashboard'];
  /** Default 8787. */
  port?: number;
  /** Default `127.0.0.1`. Anything else needs `tls`, or `trustedProxies`. */
  host?: string;
  /** Files in PEM, so that it speaks TLS itself. Default: plain HTTP, to this machine or a proxy before it. */
  tls?: {
    /** Path of the private key. */
    key: string;
    /** Path of the certificate, with those between it and the root. */
    cert: string;
  };
}

const NAMES = ['ts', 'mjs', 'js', 'json'].map((end) => `satusehat.config.${end}`);

const must = (be: string) => ({
  error: ({ input }: { input?: unknown }) => (input === undefined ? 'belum diisi' : `harus ${be}`),
});
const object = z.record(z.string(), z.unknown(), must('objek'));
const text = z.string(must('teks'));
const number = z.number(must('angka'));

/** A key that has no row here does not compile. */
const Config = z.strictObject(
  {
    clinics: z.optional(
      z.union(
        [
          z.array(object),
          z.literal('store'),
          z.custom<ServiceOptions['clinics']>((one) => typeof one === 'function'),
        ],
        must("daftar klinik, fungsi, atau 'store'"),
      ),
    ),
    platform: z.optional(object),
    store: z.optional(text),
    budget: z.optional(number),
    bodyLimit: z.optional(number),
    delivery: z.optional(object),
    retention: z.optional(object),
    basePath: z.optional(text),
    cors: z.optional(object),
    trustedProxies: z.optional(z.array(text, must('daftar alamat'))),
    limits: z.optional(object),
    metrics: z.optional(object),
    dashboard: z.optional(z.union([object, z.literal(false)], must('objek, atau false'))),
    port: z.optional(number),
    host: z.optional(text),
    tls: z.optional(z.strictObject({ key: text, cert: text }, must('objek dengan key dan cert'))),
  } satisfies Record<keyof SatusehatConfig, z.ZodMiniType>,
  must('objek'),
);

/**
 * The file that is there, or the one that is named; an empty one when there is none.
 *
 * @throws UsageError that names the file and the key.
 */
export async function readConfig(
  named: string | undefined,
  folder = process.cwd(),
): Promise<{ config: Partial<SatusehatConfig>; file: string | undefined }> {
  const there = NAMES.map((name) => join(folder, name)).filter((file) => existsSync(file));
  if (named === undefined && there.length > 1) {
    throw new UsageError(`ada lebih dari satu konfigurasi: ${there.join(', ')}; pilih dengan --config`);
  }
  const file = named === undefined ? there[0] : resolve(folder, named);
  if (file === undefined) return { config: {}, file };
  if (!existsSync(file)) throw new UsageError(`konfigurasi tidak ada: ${file}`);
  const given = await load(file);
  const { error } = Config.safeParse(given);
  const [issue] = error?.issues ?? [];
  if (issue) {
    const key = issue.path.map(String).join('.');
    const unknown = issue.code === 'unrecognized_keys' ? issue.keys.join(', ') : undefined;
    throw new UsageError(
      unknown
        ? `${file}: kunci tidak dikenal: ${unknown}`
        : `${file}: ${key ? `${key} ` : ''}${issue.message}`,
    );
  }
  return { config: given as Partial<SatusehatConfig>, file };
}

async function load(file: string): Promise<unknown> {
  try {
    if (file.endsWith('.json')) return JSON.parse(readFileSync(file, 'utf8'));
    const module = (await import(pathToFileURL(file).href)) as { default?: unknown };
    return module.default;
  } catch (error) {
    // A parser quotes what it read, and that may be a secret.
    const why =
      error instanceof SyntaxError ? 'bukan JSON atau JavaScript yang sah' : String((error as Error).message);
    throw new UsageError(`${file}: ${why}`, { cause: error });
  }
}

const CLINIC = ['CLINIC_CODE', 'CLINIC_SECRET'] as const;
const CREDENTIAL = ['SATUSEHAT_CLIENT_ID', 'SATUSEHAT_CLIENT_SECRET', 'SATUSEHAT_ORGANIZATION_ID'] as const;

/**
 * The configuration with what the environment says over it.
 *
 * @param data folder of the store, from a flag.
 * @throws UsageError that names everything that is missing.
 */
export function withEnvironment(config: Partial<SatusehatConfig>, data: string | undefined): SatusehatConfig {
  const { env } = process;
  const missing: string[] = [];
  const own = [...CLINIC, ...CREDENTIAL];
  let { clinics } = config;
  // One clinic from the environment alone takes the place of those in the file; what the file says of that same clinic
  // without being a secret, its poli for instance, stays.
  if (clinics === undefined || own.some((name) => env[name])) {
    const absent = own.filter((name) => !env[name]);
    if (absent.length === 0) clinics = [{ ...inFile(clinics, env.CLINIC_CODE), ...clinicFrom(env) }];
    else if (clinics === undefined || absent.length < own.length) missing.push(...absent);
  }
  const platform = env.SATUSEHAT_ENV ? { ...config.platform, env: env.SATUSEHAT_ENV } : config.platform;
  if (!platform?.env) missing.push('SATUSEHAT_ENV');
  if (!env.SATUSEHAT_ENCRYPTION_KEY) missing.push('SATUSEHAT_ENCRYPTION_KEY');
  if (missing.length > 0) {
    throw new UsageError(
      `Variabel lingkungan belum diisi: ${missing.join(', ')}. Untuk mencoba: satusehat serve --sandbox`,
    );
  }
  const store = storeOf(config, data);
  return {
    ...config,
    clinics: clinics as ServiceOptions['clinics'],
    platform: platform as SatusehatConfig['platform'],
    store,
  };
}

/** Where the store is: by flag, else by the environment, else by the file, else in `./data`. */
export function storeOf(config: Partial<SatusehatConfig>, data: string | undefined): string {
  const { SATUSEHAT_STORE } = process.env;
  if (data !== undefined && SATUSEHAT_STORE) {
    throw new UsageError('--data dan SATUSEHAT_STORE: pilih salah satu');
  }
  if (data !== undefined) return storeIn(data);
  return SATUSEHAT_STORE || config.store || storeIn('./data');
}

function inFile(clinics: SatusehatConfig['clinics'] | undefined, code: string | undefined) {
  return Array.isArray(clinics) ? clinics.find((one) => one?.code === code) : undefined;
}

function clinicFrom(env: NodeJS.ProcessEnv) {
  const value = (name: string) => env[name] as string;
  return {
    code: value('CLINIC_CODE'),
    secret: value('CLINIC_SECRET'),
    ...(env.CLINIC_TIMEZONE ? { timeZone: env.CLINIC_TIMEZONE } : {}),
    satusehat: {
      clientId: value('SATUSEHAT_CLIENT_ID'),
      clientSecret: value('SATUSEHAT_CLIENT_SECRET'),
      organizationId: value('SATUSEHAT_ORGANIZATION_ID'),
    },
  };
}
