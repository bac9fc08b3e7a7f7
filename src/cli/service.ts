/** What a clinic asks a running service from a terminal: `satusehat status` and `satusehat resend`. */
import { SatusehatClient } from '../client/client.js';
import type { Hooks } from '../client/hooks.js';
import { isLoopback } from '../http/address.js';
import { UsageError } from './usage.js';

/** The clinic’s client, from `SATUSEHAT_BASE_URL`, `CLINIC_CODE` and `CLINIC_SECRET`. */
export function clientFromEnvironment(url: string | undefined, hooks: Hooks = {}): SatusehatClient {
  const { env } = process;
  const baseUrl = url ?? env.SATUSEHAT_BASE_URL;
  const { CLINIC_CODE: clinicCode, CLINIC_SECRET: clinicSecret } = env;
  const missing = Object.entries({
    'SATUSEHAT_BASE_URL (atau --url)': baseUrl,
    CLINIC_CODE: clinicCode,
    CLINIC_SECRET: clinicSecret,
  })
    .filter(([, value]) => !value)
    .map(([name]) => name);
  if (missing.length > 0) throw new UsageError(`Variabel lingkungan belum diisi: ${missing.join(', ')}`);
  if (!URL.canParse(baseUrl as string)) {
    throw new UsageError('SATUSEHAT_BASE_URL (atau --url) harus alamat utuh, misalnya http://127.0.0.1:8787');
  }
  const { protocol, hostname } = new URL(baseUrl as string);
  if (protocol !== 'https:' && !(protocol === 'http:' && isLoopback(hostname))) {
    throw new UsageError(
      'SATUSEHAT_BASE_URL (atau --url) harus https: dengan http: isinya terbaca di jalan; http: hanya ke komputer ini',
    );
  }
  try {
    return new SatusehatClient({ baseUrl: baseUrl as string, clinicCode, clinicSecret, ...hooks });
  } catch (error) {
    if (error instanceof TypeError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}

/** As the clinic's clock has it, e.g. `2024-01-15 08:30:00 WIB`. */
function localTime(iso: string): string {
  const timeZone = process.env.CLINIC_TIMEZONE || 'Asia/Jakarta';
  const at = new Date(iso);
  const name = new Intl.DateTimeFormat('id-ID', { timeZone, timeZoneName: 'short' })
    .formatToParts(at)
    .find(({ type }) => type === 'timeZoneName')?.value;
  const time = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
  return `${time.format(at)} ${name}`;
}

const words: Record<string, string> = {
  queued: 'dalam antrean',
  sending: 'sedang dikirim',
  waiting: 'dicoba lagi nanti',
  held: 'menunggu kunjungannya',
  sent: 'terkirim',
  failed: 'gagal, perlu tindakan',
  void: 'dibatalkan',
};

/** What became of one, or the newest of all. @returns the exit code: 1 for one that has failed. */
export async function status(
  logId: string | undefined,
  json: boolean,
  url: string | undefined,
): Promise<number> {
  const client = clientFromEnvironment(url);
  if (logId === undefined) {
    const { data } = await client.listLog({ batas: 20 });
    const lines = data.items.map(
      ({ log_id, endpoint, state, created_at, code }) =>
        `${localTime(created_at)}  ${log_id}  ${endpoint}  ${words[state] ?? state}${code && state !== 'sent' ? `  ${code}` : ''}\n`,
    );
    process.stdout.write(json ? `${JSON.stringify(data)}\n` : lines.join('') || 'Belum ada kiriman.\n');
    return 0;
  }
  const { data } = await client.getLog(logId);
  const { error } = data as { error?: { code: string; message: string; remedy: string } };
  const failed = data.state === 'failed';
  if (json) process.stdout.write(`${JSON.stringify({ log_id: logId, ...data })}\n`);
  else {
    process.stdout.write(`${logId}: ${words[data.state] ?? data.state}, ${data.attempts.length} percobaan\n`);
    if (error && data.state !== 'sent')
      process.stdout.write(`${error.code}: ${error.message} ${error.remedy}\n`);
    if (data.next_try_at) process.stdout.write(`Percobaan berikutnya: ${localTime(data.next_try_at)}\n`);
  }
  return failed ? 1 : 0;
}

export async function resend(logId: string, json: boolean, url: string | undefined): Promise<number> {
  const client = clientFromEnvironment(url);
  const sent = await client.resend(logId);
  const { status: state, log_id, encounter_id, message } = sent;
  if (json) process.stdout.write(`${JSON.stringify({ status: state, log_id, encounter_id, message })}\n`);
  else process.stdout.write(`${log_id ?? logId}: ${message ?? state}\n`);
  return 0;
}
