/**
 * What `satusehat serve` and its kin are told: a file, over it the environment, over that the flags. Mistakes are named
 * by their key, or by the variable that they come from.
 */
import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { createSecureContext } from 'node:tls';
import { pathToFileURL } from 'node:url';
import { parseEnv } from 'node:util';
import { createRanges } from '../server/addresses.js';
import { ClinicConfigError, checkClinicConfig } from '../server/clinic-config.js';
import { readVault } from '../server/keys.js';
import { isLoopbackHost, type ListenOptions } from '../server/node.js';
import type { ServiceOptions } from '../server/service.js';
import type { Vault } from '../store/vault.js';
import { problemOf } from './config-schema.js';
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

export const NAMES = ['ts', 'mjs', 'js', 'json'].map((end) => `satusehat.config.${end}`);
export const SECRETS = 'satusehat.env';

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
  if (!statSync(file).isFile() || !/\.(ts|mts|mjs|js|cjs|json)$/.test(file)) {
    throw new UsageError(`konfigurasi harus berkas .json, .js, .mjs atau .ts: ${file}`);
  }
  const given = await load(file);
  const problem = problemOf(given);
  if (problem) throw new UsageError(`${file}: ${problem}`);
  return { config: fromHere(given as Partial<SatusehatConfig>, dirname(file)), file };
}

/** Files that it names are beside it, wherever the command is typed. */
function fromHere(config: Partial<SatusehatConfig>, folder: string): Partial<SatusehatConfig> {
  const { store, tls } = config;
  const path = store === undefined ? undefined : /^sqlite:(?!:memory:)(.+)$/.exec(store)?.[1];
  return {
    ...config,
    ...(path === undefined ? {} : { store: `sqlite:${resolve(folder, path)}` }),
    ...(tls ? { tls: { key: resolve(folder, tls.key), cert: resolve(folder, tls.cert) } } : {}),
  };
}

async function load(file: string): Promise<unknown> {
  try {
    if (file.endsWith('.json')) return JSON.parse(readText(file));
    const module = (await import(pathToFileURL(file).href)) as { default?: unknown };
    return module.default;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    // A parser quotes what it read, and code may quote anything: secrets among it.
    const why =
      error instanceof SyntaxError
        ? 'bukan JSON atau JavaScript yang sah'
        : `berhenti dengan ${(error as Error)?.name ?? 'kesalahan'}; jalankan node ${file} untuk melihatnya`;
    throw new UsageError(`${file}: ${why}`, { cause: error });
  }
}

/** A file of secrets that this user may not read. */
let unreadable: string | undefined;

/**
 * Secrets that lie beside the configuration, as `satusehat init` writes them, come into the environment; what is there
 * already stands.
 *
 * @param config file that was named. @returns the file, where there is one.
 */
export function loadSecrets(config: string | undefined, folder = process.cwd()): string | undefined {
  const file = join(config === undefined ? folder : dirname(resolve(folder, config)), SECRETS);
  if (!existsSync(file)) return undefined;
  try {
    accessSync(file, constants.R_OK);
  } catch {
    // systemd reads it as root, and hands on what stands in it.
    unreadable = file;
    return undefined;
  }
  for (const [name, value = ''] of Object.entries(parseEnv(readText(file)))) {
    if (process.env[name] !== undefined) continue;
    if (/^NODE_(OPTIONS|EXTRA_CA_CERTS)$/.test(name)) {
      throw new UsageError(`${file}: ${name} dibaca Node saat mulai: isi di lingkungan, bukan di berkas ini`);
    }
    process.env[name] = value;
  }
  return file;
}

/** @throws UsageError for what is not there, or no UTF-8: half of it would be read wrong, and nobody told. */
export function readText(file: string): string {
  try {
    // Editors of Windows put a mark before the text; it goes.
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why =
      code === 'ERR_ENCODING_INVALID_ENCODED_DATA'
        ? 'bukan UTF-8; simpan lagi sebagai UTF-8'
        : 'tidak dapat dibaca';
    throw new UsageError(`${file}: ${why}`, { cause: error });
  }
}

const CLINIC = ['CLINIC_CODE', 'CLINIC_SECRET'] as const;
const CREDENTIAL = ['SATUSEHAT_CLIENT_ID', 'SATUSEHAT_CLIENT_SECRET', 'SATUSEHAT_ORGANIZATION_ID'] as const;

/** Everything that a service starts with. */
export interface Told {
  service: SatusehatConfig & Pick<ServiceOptions, 'store' | 'clinics'>;
  port: number | undefined;
  host: string;
  listen: ListenOptions;
  /** Of the configuration, where there is one. */
  file: string | undefined;
}

/**
 * What `satusehat serve` works with, from all three places and checked whole.
 *
 * @throws UsageError that names the first key, variable or file that is wrong.
 */
export async function readTold(flags: {
  config?: string | undefined;
  data?: string | undefined;
  host?: string | undefined;
  port?: number | undefined;
}): Promise<Told> {
  const { config, file } = await readConfig(flags.config);
  const { port, host, tls, ...service } = withEnvironment(config, flags.data);
  return {
    service,
    file,
    port: flags.port ?? port,
    ...listening(flags.host ?? host ?? '127.0.0.1', tls, service.trustedProxies ?? []),
  };
}

/** Plain HTTP is for this machine, and for a proxy on another one that ends TLS: whoever names it says so. */
function listening(
  host: string,
  tls: SatusehatConfig['tls'],
  trustedProxies: readonly string[],
): Pick<Told, 'host' | 'listen'> {
  if (tls) return { host, listen: { tls: readPair(tls) } };
  if (trustedProxies.length === 0) {
    if (isLoopbackHost(host)) return { host, listen: {} };
    throw new UsageError(
      `host ${host}: terbuka untuk komputer lain tanpa TLS. Isi tls (key dan cert) atau trustedProxies di konfigurasi.`,
    );
  }
  const trusted = createRanges([...trustedProxies, '127.0.0.0/8', '::1'], 'trustedProxies');
  return { host, listen: { insecure: (address) => trusted(address.replace(/^::ffff:/, '')) } };
}

function readPair(files: { key: string; cert: string }): { key: Buffer; cert: Buffer } {
  const read = (name: 'key' | 'cert') => {
    try {
      return readFileSync(files[name]);
    } catch (error) {
      throw new UsageError(`tls.${name}: ${files[name]} tidak dapat dibaca`, { cause: error });
    }
  };
  const pair = { key: read('key'), cert: read('cert') };
  try {
    createSecureContext(pair);
    return pair;
  } catch (error) {
    throw new UsageError('tls: key dan cert harus PEM, dan satu pasang', { cause: error });
  }
}

/**
 * The configuration with what the environment says over it.
 *
 * @param data folder of the store, from a flag.
 * @throws UsageError that names everything that is missing, or the first that is wrong.
 */
export function withEnvironment(config: Partial<SatusehatConfig>, data: string | undefined): SatusehatConfig {
  const { env } = process;
  const missing: string[] = [];
  const own = [...CLINIC, ...CREDENTIAL];
  let { clinics } = config;
  // One clinic from the environment alone takes the place of those in the file; what the file says of that same clinic
  // without being a secret, its poli for instance, stays.
  const elsewhere = clinics === 'store' || typeof clinics === 'function';
  if (elsewhere && CREDENTIAL.some((name) => env[name])) {
    throw new UsageError(
      `${own.join(', ')} adalah satu klinik, sedangkan konfigurasi memakai clinics: ${clinics === 'store' ? "'store'" : 'fungsi'}: hapus salah satu`,
    );
  }
  if (!elsewhere && (clinics === undefined || own.some((name) => env[name]))) {
    const absent = own.filter((name) => !env[name]);
    if (absent.length === 0) clinics = [{ ...inFile(clinics, env.CLINIC_CODE), ...clinicFrom(env) }];
    else if (clinics === undefined || absent.length < own.length) missing.push(...absent);
  }
  const platform = env.SATUSEHAT_ENV ? { ...config.platform, env: env.SATUSEHAT_ENV } : config.platform;
  if (!platform?.env) missing.push('SATUSEHAT_ENV');
  if (!env.SATUSEHAT_ENCRYPTION_KEY) missing.push('SATUSEHAT_ENCRYPTION_KEY');
  if (missing.length > 0) {
    throw new UsageError(
      `Variabel lingkungan belum diisi: ${missing.join(', ')}.${unreadable ? ` ${unreadable} tidak dapat dibaca oleh pengguna ini.` : ''} Mulai dengan satusehat init; untuk mencoba: satusehat serve --sandbox`,
    );
  }
  checkVariables(env);
  checkClinics(clinics, clinics === config.clinics);
  const store = storeOf(config, data);
  const token = env.SATUSEHAT_METRICS_TOKEN;
  const password = env.SATUSEHAT_DASHBOARD_PASSWORD;
  const { dashboard } = config;
  return {
    ...config,
    ...(token ? { metrics: { ...config.metrics, token } } : {}),
    ...(password && dashboard !== false ? { dashboard: { ...dashboard, password } } : {}),
    clinics: clinics as ServiceOptions['clinics'],
    platform: platform as SatusehatConfig['platform'],
    store,
  };
}

/** Those that say the same as a key of the configuration. */
function checkVariables(env: NodeJS.ProcessEnv): void {
  const named: [string, (value: string) => object][] = [
    ['SATUSEHAT_ENV', (value) => ({ platform: { env: value } })],
    ['SATUSEHAT_METRICS_TOKEN', (token) => ({ metrics: { token } })],
    ['SATUSEHAT_DASHBOARD_PASSWORD', (password) => ({ dashboard: { password } })],
  ];
  for (const [name, as] of named) {
    const problem = env[name] && problemOf(as(env[name]));
    if (problem) throw new UsageError(problem.replace(/^\S+/, name));
  }
  vaultOf(env);
}

/** What seals the store. @throws UsageError */
export function vaultOf(env: NodeJS.ProcessEnv = process.env): Vault {
  if (!env.SATUSEHAT_ENCRYPTION_KEY) {
    throw new UsageError(
      'Variabel lingkungan belum diisi: SATUSEHAT_ENCRYPTION_KEY, kunci yang sama dengan milik layanan',
    );
  }
  try {
    return readVault({}, env);
  } catch (error) {
    throw new UsageError(
      'SATUSEHAT_ENCRYPTION_KEY, juga _PREVIOUS dan _NEXT, harus 32 byte: 64 digit heksadesimal, atau base64. Buat dengan: openssl rand -hex 32',
      { cause: error },
    );
  }
}

/** Variables of the clinic, by the option that they fill. */
const variables: Record<string, string> = {
  code: 'CLINIC_CODE',
  secret: 'CLINIC_SECRET',
  timeZone: 'CLINIC_TIMEZONE',
  'satusehat.clientId': 'SATUSEHAT_CLIENT_ID',
  'satusehat.clientSecret': 'SATUSEHAT_CLIENT_SECRET',
  'satusehat.organizationId': 'SATUSEHAT_ORGANIZATION_ID',
};

/** @param written they are from the file, not from the environment. */
function checkClinics(clinics: SatusehatConfig['clinics'] | undefined, written: boolean): void {
  if (!Array.isArray(clinics)) return;
  if (clinics.length === 0) throw new UsageError('clinics: belum ada isinya');
  const codes = new Set<string>();
  for (const clinic of clinics) {
    try {
      checkClinicConfig(clinic);
    } catch (error) {
      if (!(error instanceof ClinicConfigError)) throw error;
      const { indonesian } = error;
      const [option = ''] = indonesian.split(' ');
      const variable = written ? undefined : variables[option];
      throw new UsageError(variable ? indonesian.replace(option, variable) : `clinics: ${indonesian}`, {
        cause: error,
      });
    }
    if (codes.has(clinic.code)) throw new UsageError(`clinics: kode ${clinic.code} ada dua kali`);
    codes.add(clinic.code);
  }
}

/** Where the store is: by flag, else by the environment, else by the file, else in `./data`. */
export function storeOf(config: Partial<SatusehatConfig>, data: string | undefined): string {
  const { SATUSEHAT_STORE } = process.env;
  if (data !== undefined && SATUSEHAT_STORE) {
    throw new UsageError('--data dan SATUSEHAT_STORE: pilih salah satu');
  }
  if (data !== undefined) return storeIn(data);
  const problem = SATUSEHAT_STORE && problemOf({ store: SATUSEHAT_STORE });
  if (problem) throw new UsageError(problem.replace('store', 'SATUSEHAT_STORE'));
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
