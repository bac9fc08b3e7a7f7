/** `satusehat`: what can be done from a terminal. */
import { parseArgs } from 'node:util';
import { loadSecrets, readConfig, storeOf } from './config.js';
import { doctor } from './doctor.js';
import { complain } from './explain.js';
import { init } from './init.js';
import { klinik } from './klinik.js';
import { type Encoding, encodings } from './lines.js';
import { password } from './password.js';
import { serveSandbox } from './sandbox.js';
import { PLATFORM_PORT, serve } from './serve.js';
import { resend, status } from './service.js';
import { backup, migrate } from './stores.js';
import { UsageError } from './usage.js';

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
  encoding: ['kirim'],
  concurrency: ['kirim'],
  progress: ['kirim'],
  report: ['kirim'],
  fresh: ['kirim'],
  url: ['kirim', 'status', 'resend'],
} satisfies Record<string, string[]>;

async function main(args: string[]): Promise<void> {
  const end = args.indexOf('--');
  const beside = end < 0 ? undefined : args.slice(end + 1);
  const { values, positionals } = read(end < 0 ? args : args.slice(0, end));
  const [command, ...rest] = positionals;
  if (values.help || (command === undefined && args.length === 0)) {
    const { english, indonesian } = await import('./help.js');
    process.stdout.write(values.en ? english : indonesian);
    return;
  }
  if (rest.length > (takes[command ?? ''] ?? 0)) {
    const beside =
      command === 'sandbox' || values.sandbox ? "; tulis -- sebelum perintah (di PowerShell: '--')" : '';
    throw new UsageError(`Argumen tidak dikenal: ${rest.join(' ')}${beside}`);
  }
  if (values.data === '') throw new UsageError('--data harus nama folder');
  if (values.config === '') throw new UsageError('--config harus nama berkas');
  if (values.persist === '') throw new UsageError('--persist harus nama berkas');
  for (const [name, commands] of Object.entries(only)) {
    if (values[name as keyof typeof only] !== undefined && !commands.includes(command ?? '')) {
      throw new UsageError(`--${name} hanya untuk ${commands.join(' dan ')}`);
    }
  }
  if (beside && command !== 'sandbox' && !(command === 'serve' && values.sandbox)) {
    throw new UsageError('-- PERINTAH hanya untuk serve --sandbox dan sandbox');
  }
  if (beside?.length === 0) throw new UsageError('Sebutkan perintahnya sesudah --');
  const port = readPort(values.port, '--port');
  const platformPort = readPort(values['platform-port'], '--platform-port');
  // The sandbox has all of its own.
  const secrets = command === 'sandbox' || values.sandbox ? undefined : loadSecrets(values.config);
  switch (command) {
    case 'serve':
      if (!values.sandbox && platformPort !== undefined) {
        throw new UsageError('--platform-port hanya untuk serve --sandbox');
      }
      process.exitCode = await serve({
        sandbox: values.sandbox ?? false,
        port,
        host: values.host,
        config: values.config,
        platformPort,
        data: values.data,
        command: beside,
      });
      return;
    case 'sandbox':
      process.exitCode = await serveSandbox({
        port: port ?? (beside ? 0 : PLATFORM_PORT),
        persist: values.persist,
        command: beside,
      });
      return;
    case 'kirim': {
      if (!rest[0]) throw new UsageError('kirim: sebutkan berkasnya');
      const { columns, progress, report, fresh = false, json = false, url } = values;
      const concurrency = readConcurrency(values.concurrency);
      const encoding = readEncoding(values.encoding);
      const { kirim } = await import('./kirim.js');
      process.exitCode = await kirim({
        file: rest[0],
        columns,
        encoding,
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
        secrets,
        json: values.json ?? false,
      });
      return;
    case 'klinik': {
      const { config, file } = await readConfig(values.config);
      const [action, name] = rest;
      return klinik({
        action,
        name,
        store: storeOf(config, values.data),
        // Else the service that is configured here never looks at them.
        read: file === undefined || config.clinics === 'store',
        json: values.json ?? false,
      });
    }
    case 'password':
      return password(values.json ?? false);
    case 'backup':
      if (!rest[0]) throw new UsageError('backup: sebutkan berkasnya');
      return backup(
        rest[0],
        storeOf((await readConfig(values.config)).config, values.data),
        values.json ?? false,
      );
    case 'migrate':
      if (!values.from || !values.to) throw new UsageError('migrate: --from dan --to harus diisi');
      return migrate(values.from, values.to, values.json ?? false);
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
        en: { type: 'boolean' },
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
        encoding: { type: 'string' },
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

function readEncoding(text = 'utf-8'): Encoding {
  const encoding = encodings.find((one) => one === text.toLowerCase());
  if (encoding) return encoding;
  throw new UsageError(`--encoding harus ${encodings.join(' atau ')}`);
}

function readPort(text: string | undefined, name: string): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535)
    throw new UsageError(`${name} harus angka 0 sampai 65535`);
  return Number(text);
}

// Whoever reads may leave (`| head`), and a disk may be full: no reason to fall over, and a service goes on.
for (const out of [process.stdout, process.stderr]) {
  out.on('error', ({ code }: NodeJS.ErrnoException) => {
    if (code !== 'EPIPE') process.exitCode ||= 1;
  });
}

// A configuration that waits for something that never comes would end this without a word.
let over = false;
process.on('exit', (code) => {
  if (over || code !== 0) return;
  process.exitCode = 1;
  process.stderr.write(
    'satusehat: berhenti sebelum selesai: konfigurasi menunggu sesuatu yang tidak datang\n',
  );
});

const args = process.argv.slice(2);
main(args)
  .catch((error: unknown) => {
    const own = args.includes('--') ? args.slice(0, args.indexOf('--')) : args;
    process.exitCode = complain(error, own.includes('--json'));
  })
  .finally(() => {
    over = true;
  });
