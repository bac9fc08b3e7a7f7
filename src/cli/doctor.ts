/** `satusehat doctor`: looks at everything that a service needs before the first patient comes, and says what to do. */
import { once } from 'node:events';
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, resolve } from 'node:path';
import type { Location, Organization, Practitioner } from '@medplum/fhirtypes';
import type { ClinicConfig } from '../delivery/clinic.js';
import { decodePlatformError } from '../platform/decode.js';
import { PlatformError } from '../platform/error.js';
import { createPlatform, type Platform, platformTime } from '../platform/platform.js';
import { checkClinicConfig } from '../server/clinic-config.js';
import { readStoreAddress } from '../store/address.js';
import { lookAt } from '../store/beside.js';
import type { Vault } from '../store/vault.js';
import { readTold, type Told, vaultOf } from './config.js';
import { explain } from './explain.js';
import { createLog } from './log.js';
import { PORT } from './serve.js';

export interface Finding {
  /** What was looked at, e.g. `penyimpanan`, `KLINIK-001: poli 100001`. */
  what: string;
  result: 'ok' | 'warn' | 'bad';
  message: string;
  remedy?: string;
}

/** Seconds by which this computer's clock may be wrong before dates of visits are. */
const [CLOCK_WARN, CLOCK_BAD] = [30, 300];
/** Clinics of a store that are looked at. */
const MAX_CLINICS = 50;

export interface DoctorOptions {
  config: string | undefined;
  data: string | undefined;
  /** File that secrets were read from. */
  secrets: string | undefined;
  json: boolean;
}

/** Changes nothing, and sends nothing. @returns the exit code: 1 when something would not work. */
export async function doctor(options: DoctorOptions): Promise<number> {
  const findings: Finding[] = [];
  const say = (finding: Finding) => {
    findings.push(finding);
    if (!options.json) process.stdout.write(`${inWords(finding)}\n`);
  };
  await examine(options, say);
  const bad = findings.filter(({ result }) => result === 'bad').length;
  if (options.json) process.stdout.write(`${JSON.stringify({ ok: bad === 0, findings })}\n`);
  else process.stdout.write(bad === 0 ? 'Siap dijalankan.\n' : `${bad} hal perlu diperbaiki.\n`);
  return bad === 0 ? 0 : 1;
}

const signs = { ok: '[ok]', warn: '[! ]', bad: '[x ]' };

function inWords({ what, result, message, remedy }: Finding): string {
  return `${signs[result]} ${what}: ${message}${remedy ? `\n       ${remedy}` : ''}`;
}

type Say = (finding: Finding) => void;

async function examine({ config: named, data, secrets }: DoctorOptions, say: Say): Promise<void> {
  if (secrets !== undefined) say(rightsOf(secrets));
  let told: Told;
  try {
    told = await readTold({ config: named, data });
    createLog();
    say({ what: 'konfigurasi', result: 'ok', message: told.file ?? 'dari variabel lingkungan' });
  } catch (error) {
    const remedy = 'Lihat satusehat --help, atau mulai dengan satusehat init.';
    say({ what: 'konfigurasi', result: 'bad', message: explain(error), remedy });
    return;
  }
  const config = told.service;
  const { env } = config.platform;
  if (env === 'production') {
    say({ what: 'platform', result: 'warn', message: 'production: yang dikirim masuk rekam nasional' });
  } else say({ what: 'platform', result: 'ok', message: env });

  const vault = vaultOf();
  say(
    vault.mark === 'plain:'
      ? { what: 'kunci penyegel', result: 'warn', message: 'tanpa segel: isi penyimpanan terbaca di disk' }
      : { what: 'kunci penyegel', result: 'ok', message: 'ada' },
  );
  await examinePort(told, say);

  const kept = await examineStore(config, vault, say);
  if (!(await examineClock(config, say))) return;
  const { clinics } = config;
  const all = clinics === 'store' ? kept : Array.isArray(clinics) ? (clinics as ClinicConfig[]) : [];
  if (all === undefined) {
    say({ what: 'klinik', result: 'warn', message: 'tidak dapat diperiksa sebelum penyimpanan terbaca' });
    return;
  }
  if (typeof clinics === 'function') {
    say({ what: 'klinik', result: 'warn', message: 'dari fungsi: tidak dapat diperiksa satu per satu' });
  } else if (all.length === 0) {
    say({
      what: 'klinik',
      result: 'bad',
      message: 'belum ada',
      remedy: 'Tambahkan dengan satusehat klinik add.',
    });
  }
  for (const clinic of all.slice(0, MAX_CLINICS))
    await examineClinic(clinic, config, clinics === 'store', say);
  if (all.length > MAX_CLINICS) {
    say({
      what: 'klinik',
      result: 'warn',
      message: `hanya ${MAX_CLINICS} dari ${all.length} yang diperiksa`,
    });
  }
}

/** Whether others of this machine can read them. */
function rightsOf(secrets: string): Finding {
  const open = process.platform !== 'win32' && (statSync(secrets).mode & 0o007) !== 0;
  if (!open) return { what: 'rahasia', result: 'ok', message: secrets };
  const remedy = `Jalankan: chmod o-rwx ${secrets}`;
  return {
    what: 'rahasia',
    result: 'warn',
    message: `${secrets} terbaca semua pengguna komputer ini`,
    remedy,
  };
}

/** Whether the service could listen where it is told to. */
async function examinePort({ host, port = PORT }: Told, say: Say): Promise<void> {
  const server = createServer();
  try {
    server.listen(port, host);
    await once(server, 'listening');
    say({ what: 'port', result: 'ok', message: `${host} port ${port} bebas` });
  } catch (error) {
    const taken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
    say({
      what: 'port',
      result: taken ? 'warn' : 'bad',
      message: taken ? `port ${port} sudah dipakai, mungkin oleh layanan ini` : explain(error),
      remedy: taken ? 'Bila bukan, isi port di konfigurasi, atau --port.' : 'Periksa host di konfigurasi.',
    });
  } finally {
    server.close();
  }
}

/** @returns the clinics that are kept in it; undefined when nobody can tell. */
async function examineStore(
  config: Told['service'],
  vault: Vault,
  say: Say,
): Promise<ClinicConfig[] | undefined> {
  if (config.store === 'sqlite::memory:') {
    const message = 'hanya di memori: semuanya hilang saat layanan berhenti';
    say({ what: 'penyimpanan', result: 'warn', message, remedy: 'Isi store dengan sqlite:BERKAS.' });
    return [];
  }
  try {
    const found = await lookAt(config.store, vault);
    if (found === 'absent') {
      const why = whyNotMade(config.store);
      if (why) throw new Error(why);
      say({
        what: 'penyimpanan',
        result: 'ok',
        message: 'belum ada; dibuat saat layanan pertama kali jalan',
      });
      return [];
    }
    if (found === 'older') {
      const message = 'dari versi lama: diperbarui saat layanan mulai; buat cadangan dulu';
      say({ what: 'penyimpanan', result: 'warn', message });
      return undefined;
    }
    say({ what: 'penyimpanan', result: 'ok', message: 'dapat dibuka' });
    // Whether it is one is looked at next, by `checkClinicConfig`.
    return found.map((one) => ({ ...one.config(), code: one.code }) as unknown as ClinicConfig);
  } catch (error) {
    const remedy = 'Periksa SATUSEHAT_STORE atau --data, izin foldernya, dan kuncinya.';
    say({ what: 'penyimpanan', result: 'bad', message: explain(error), remedy });
    return undefined;
  }
}

/** Why a file could not be made where it is to be. */
function whyNotMade(store: string): string | undefined {
  const address = readStoreAddress(store);
  if (!address || !('file' in address)) return undefined;
  let folder = dirname(resolve(address.file));
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return statSync(folder).isDirectory() ? undefined : `${folder} bukan folder`;
  } catch {
    return `${folder} tidak dapat ditulisi oleh pengguna ini`;
  }
}

/** By what the platform says the time is, with whatever status it says it. @returns whether it answers. */
async function examineClock(config: Told['service'], say: Say): Promise<boolean> {
  const sent = Date.now();
  const said = await platformTime(config.platform)
    .then((date) => Date.parse(date ?? ''))
    .catch(() => Number.NaN);
  const off = Math.round(Math.abs((sent + Date.now()) / 2 - said) / 1000);
  if (Number.isNaN(off)) {
    const remedy = 'Periksa sambungan internet, HTTPS_PROXY, dan NODE_EXTRA_CA_CERTS.';
    say({ what: 'sambungan', result: 'bad', message: 'platform tidak menjawab', remedy });
    return false;
  }
  say({ what: 'sambungan', result: 'ok', message: 'platform menjawab' });
  const result = off > CLOCK_BAD ? 'bad' : off > CLOCK_WARN ? 'warn' : 'ok';
  const remedy = 'Samakan jam komputer ini (NTP): waktu kunjungan yang melenceng ditolak.';
  say({
    what: 'jam',
    result,
    message: `selisih ${off} detik dengan platform`,
    ...(result === 'ok' ? {} : { remedy }),
  });
  return true;
}

async function examineClinic(
  clinic: ClinicConfig,
  config: Told['service'],
  apart: boolean,
  say: Say,
): Promise<void> {
  const code = typeof clinic.code === 'string' ? clinic.code : '?';
  try {
    const { secret, ...rest } = clinic;
    checkClinicConfig(apart ? rest : clinic, apart);
  } catch (error) {
    say({ what: `${code}: konfigurasi`, result: 'bad', message: explain(error) });
    return;
  }
  const platform = createPlatform({ ...config.platform, ...clinic.satusehat, retries: 0, deadline: 20_000 });
  const { organizationId } = clinic.satusehat;
  const organization = await read<Organization>(platform, 'Organization', organizationId);
  if (organization.problem) {
    say({ what: `${code}: kredensial`, result: 'bad', ...organization.problem });
    return;
  }
  say({ what: `${code}: kredensial`, result: 'ok', message: 'token diterima' });
  say(
    organization.found
      ? { what: `${code}: organisasi`, result: 'ok', message: organizationId }
      : {
          ...{
            what: `${code}: organisasi`,
            result: 'bad',
            message: `${organizationId} tidak ada di SATUSEHAT`,
          },
          remedy: 'Periksa organizationId: harus organisasi pemilik kredensial.',
        },
  );
  for (const [name, poli] of Object.entries(clinic.poli ?? {})) {
    const what = `${code}: poli ${name}`;
    const { found, problem } = await read<Location>(platform, 'Location', poli.locationId);
    if (problem) say({ what, result: 'bad', ...problem });
    else if (!found)
      say(absent(what, poli.locationId, 'Petakan poli ini ke Location milik klinik di SATUSEHAT.'));
    else if (found.status && found.status !== 'active')
      say({ what, result: 'warn', message: `Location berstatus ${found.status}` });
    else say({ what, result: 'ok', message: 'ada' });
  }
  for (const [index, doctor] of (clinic.dokter ?? []).entries()) {
    const what = `${code}: dokter ${index + 1}`;
    const { found, problem } = await read<Practitioner>(platform, 'Practitioner', doctor.id);
    if (problem) say({ what, result: 'bad', ...problem });
    else if (!found)
      say(absent(what, doctor.id, 'Periksa ID-nya; tenaga kesehatan didaftarkan lewat SISDMK.'));
    else say({ what, result: 'ok', message: 'ada' });
  }
}

const CREDENTIALS =
  'Periksa SATUSEHAT_CLIENT_ID dan SATUSEHAT_CLIENT_SECRET (di konfigurasi: satusehat.clientId dan clientSecret), dan apakah keduanya milik staging atau production.';

const absent = (what: string, id: string, remedy: string): Finding => ({
  ...{ what, result: 'bad', message: `${id} tidak ada di SATUSEHAT`, remedy },
});

async function read<T extends Organization | Location | Practitioner>(
  platform: Platform,
  type: T['resourceType'],
  id: string,
): Promise<{ found?: T | undefined; problem?: { message: string; remedy: string } }> {
  try {
    return { found: await platform.read<T>(type, id) };
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    const { message, remedy, retryAfter } = decodePlatformError(error);
    // Whoever runs this is the one whom the service's own words send a clinic to.
    if (error.failure === 'credentials') {
      return { problem: { message, remedy: CREDENTIALS } };
    }
    if (error.failure === 'throttled' || retryAfter !== undefined) {
      const seconds = retryAfter ? `${retryAfter} detik` : 'satu menit';
      return {
        problem: {
          message: 'SATUSEHAT minta jeda, misalnya setelah kredensial yang salah',
          remedy: `Jalankan lagi setelah ${seconds}.`,
        },
      };
    }
    return { problem: { message, remedy } };
  }
}
