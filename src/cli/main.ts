/** `satusehat`: what can be done from a terminal. */
import { parseArgs } from 'node:util';
import { readConfig, storeOf } from './config.js';
import { doctor } from './doctor.js';
import { init } from './init.js';
import { kirim } from './kirim.js';
import { klinik } from './klinik.js';
import { password } from './password.js';
import { serveSandbox } from './sandbox.js';
import { serve } from './serve.js';
import { resend, status } from './service.js';
import { backup, migrate } from './stores.js';
import { UsageError } from './usage.js';

const help = `satusehat — SATUSEHAT Service untuk klinik

Pemakaian:
  satusehat serve --sandbox [--port 8787] [--platform-port 8788] [--data DIR]
      Menjalankan layanan di atas platform tiruan, hanya di komputer ini, dengan klinik
      dari panduan (KLINIK-001). Tanpa --data, datanya sementara.

  satusehat init [--json]
      Menanyakan yang perlu, lalu menulis satusehat.config.json dan satusehat.env (rahasia).

  satusehat doctor [--config BERKAS] [--data ./data] [--json]
      Memeriksa konfigurasi, kunci, penyimpanan, jam, kredensial, organisasi, setiap poli dan
      dokter, dan mengatakan apa yang perlu dilakukan. Tidak mengirim apa pun.

  satusehat serve [--config BERKAS] [--port 8787] [--host 127.0.0.1] [--data ./data]
      Menjalankan layanan. Konfigurasi dari satusehat.config.{ts,mjs,js,json} bila ada, lalu
      variabel lingkungan, lalu opsi; yang belakangan menang. Untuk satu klinik cukup variabel:
      CLINIC_CODE, CLINIC_SECRET, SATUSEHAT_ENV (staging, production atau URL),
      SATUSEHAT_CLIENT_ID, SATUSEHAT_CLIENT_SECRET, SATUSEHAT_ORGANIZATION_ID,
      SATUSEHAT_ENCRYPTION_KEY (64 digit heksadesimal; none: tanpa segel),
      SATUSEHAT_ENCRYPTION_KEY_PREVIOUS dan _NEXT (kunci lama dan baru, selama kunci diganti),
      CLINIC_TIMEZONE (Asia/Jakarta), SATUSEHAT_STORE (sqlite:BERKAS atau
      postgres://PENGGUNA:SANDI@HOST/BASISDATA, sebagai ganti --data),
      SATUSEHAT_DASHBOARD_PASSWORD (dari satusehat password; tanpa itu, klinik masuk ke
      /dashboard dengan kode dan rahasianya sendiri), SATUSEHAT_METRICS_TOKEN.

  satusehat klinik add BERKAS.json | list | rotate KODE | retire KODE | disable KODE | enable KODE
      Klinik di penyimpanan (--data atau SATUSEHAT_STORE), untuk layanan dengan clinics: 'store';
      berlaku segera, juga selagi layanan jalan. rotate membuat rahasia baru; yang lama tetap
      berlaku sampai retire.

  satusehat kirim BERKAS [--columns PETA.json] [--concurrency 8] [--fresh] [--json]
      Mengirim kunjungan dari BERKAS ke layanan: NDJSON (satu kunjungan per baris) atau CSV,
      dengan alamat dan kredensial dari SATUSEHAT_BASE_URL (atau --url), CLINIC_CODE dan
      CLINIC_SECRET. Judul kolom CSV adalah nama field, misalnya nik_pasien atau
      pemeriksaan_fisik.tanda_vital.suhu; judul lain dipetakan dengan --columns.
      Bila terputus, jalankan lagi: yang sudah diterima tidak dikirim dua kali.
      Kemajuannya di BERKAS.progress.json (--progress), yang gagal di BERKAS.failed.ndjson
      (--report).

  satusehat status [LOG_ID] [--json]
      Keadaan satu kiriman, atau 20 kiriman terbaru.

  satusehat resend LOG_ID [--json]
      Mengirim ulang satu kiriman yang gagal.

  satusehat password
      Menanyakan sandi pengelola dasbor dan mencetak hash-nya, untuk SATUSEHAT_DASHBOARD_PASSWORD.

  satusehat backup BERKAS [--data ./data]
      Menyalin penyimpanan (--data atau SATUSEHAT_STORE) ke BERKAS baru, selagi layanan jalan.
      BERKAS adalah penyimpanan juga: pakai dengan SATUSEHAT_STORE=sqlite:BERKAS, atau
      pindahkan dengan migrate.

  satusehat migrate --from ASAL --to TUJUAN
      Memindahkan penyimpanan, misalnya --from sqlite:./data/satusehat.db --to postgres://…
      Hentikan layanan dulu. Bila terputus, ulangi. Sandi boleh di PGPASSWORD.

  satusehat sandbox [--port 8788] [--persist FILE]
      Menjalankan platform tiruan saja. Dengan --persist isinya disimpan di FILE dan dibaca
      lagi saat dimulai.

  satusehat --help

Port 0 berarti port bebas mana saja. Kode keluar: 0 selesai, 1 gagal atau ada yang gagal, 2 salah pemakaian.
`;

/** How many names a command is given at most. */
const takes: Record<string, number> = { backup: 1, kirim: 1, status: 1, resend: 1, klinik: 2 };

/** Which commands an option is for. */
const only = {
  sandbox: ['serve'],
  port: ['serve', 'sandbox'],
  'platform-port': ['serve'],
  data: ['serve', 'backup', 'klinik', 'doctor'],
  host: ['serve'],
  config: ['serve', 'backup', 'klinik', 'doctor'],
  persist: ['sandbox'],
  from: ['migrate'],
  to: ['migrate'],
  columns: ['kirim'],
  concurrency: ['kirim'],
  progress: ['kirim'],
  report: ['kirim'],
  fresh: ['kirim'],
  json: ['kirim', 'status', 'resend', 'klinik', 'doctor', 'init'],
  url: ['kirim', 'status', 'resend'],
} satisfies Record<string, string[]>;

async function main(args: string[]): Promise<void> {
  const { values, positionals } = read(args);
  const [command, ...rest] = positionals;
  if (values.help || (command === undefined && args.length === 0)) {
    process.stdout.write(help);
    return;
  }
  if (rest.length > (takes[command ?? ''] ?? 0)) {
    throw new UsageError(`Argumen tidak dikenal: ${rest.join(' ')}`);
  }
  if (values.data === '') throw new UsageError('--data harus nama folder');
  if (values.persist === '') throw new UsageError('--persist harus nama berkas');
  for (const [name, commands] of Object.entries(only)) {
    if (values[name as keyof typeof only] !== undefined && !commands.includes(command ?? '')) {
      throw new UsageError(`--${name} hanya untuk ${commands.join(' dan ')}`);
    }
  }
  const port = readPort(values.port, '--port');
  const platformPort = readPort(values['platform-port'], '--platform-port');
  switch (command) {
    case 'serve':
      if (!values.sandbox && platformPort !== undefined) {
        throw new UsageError('--platform-port hanya untuk serve --sandbox');
      }
      return serve({
        sandbox: values.sandbox ?? false,
        port,
        host: values.host,
        config: values.config,
        platformPort: platformPort ?? 8788,
        data: values.data,
      });
    case 'sandbox':
      return serveSandbox({ port: port ?? 8788, persist: values.persist });
    case 'kirim': {
      if (!rest[0]) throw new UsageError('kirim: sebutkan berkasnya');
      const { columns, progress, report, fresh = false, json = false, url } = values;
      const concurrency = readConcurrency(values.concurrency);
      process.exitCode = await kirim({
        file: rest[0],
        columns,
        progress,
        report,
        concurrency,
        fresh,
        json,
        url,
      });
      return;
    }
    case 'status':
      process.exitCode = await status(rest[0], values.json ?? false, values.url);
      return;
    case 'resend':
      if (!rest[0]) throw new UsageError('resend: sebutkan log_id-nya');
      process.exitCode = await resend(rest[0], values.json ?? false, values.url);
      return;
    case 'init':
      return init(values.json ?? false);
    case 'doctor':
      process.exitCode = await doctor({
        config: values.config,
        data: values.data,
        json: values.json ?? false,
      });
      return;
    case 'klinik': {
      const { config } = await readConfig(values.config);
      const [action, name] = rest;
      return klinik({ action, name, store: storeOf(config, values.data), json: values.json ?? false });
    }
    case 'password':
      return password();
    case 'backup':
      if (!rest[0]) throw new UsageError('backup: sebutkan berkasnya');
      return backup(rest[0], storeOf((await readConfig(values.config)).config, values.data));
    case 'migrate':
      if (!values.from || !values.to) throw new UsageError('migrate: --from dan --to harus diisi');
      return migrate(values.from, values.to);
    default:
      throw new UsageError(`Perintah tidak dikenal: ${command ?? ''}`);
  }
}

function read(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h' },
        sandbox: { type: 'boolean' },
        port: { type: 'string' },
        'platform-port': { type: 'string' },
        data: { type: 'string' },
        persist: { type: 'string' },
        from: { type: 'string' },
        to: { type: 'string' },
        host: { type: 'string' },
        config: { type: 'string' },
        columns: { type: 'string' },
        concurrency: { type: 'string' },
        progress: { type: 'string' },
        report: { type: 'string' },
        fresh: { type: 'boolean' },
        json: { type: 'boolean' },
        url: { type: 'string' },
      },
    });
  } catch (error) {
    const option = /'(-[^' ]*)/.exec(error instanceof Error ? error.message : '')?.[1] ?? '';
    throw new UsageError(`Opsi tidak dikenal atau tanpa nilai: ${option}`);
  }
}

function readConcurrency(text = '8'): number {
  if (/^\d{1,2}$/.test(text) && Number(text) >= 1 && Number(text) <= 64) return Number(text);
  throw new UsageError('--concurrency harus angka 1 sampai 64');
}

function readPort(text: string | undefined, name: string): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535)
    throw new UsageError(`${name} harus angka 0 sampai 65535`);
  return Number(text);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  const usage = error instanceof UsageError;
  process.stderr.write(`satusehat: ${explain(error)}\n${usage ? 'Lihat: satusehat --help\n' : ''}`);
  process.exitCode = usage ? 2 : 1;
});

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, port } = error as NodeJS.ErrnoException & { port?: number };
  if (code === 'EADDRINUSE') return `port ${port} sudah dipakai; pilih yang lain dengan --port`;
  if (code === 'EACCES') return `tidak diizinkan: ${error.message}`;
  return error.message;
}
