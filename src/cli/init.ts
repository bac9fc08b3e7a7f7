/** `satusehat init`: asks what a service of one clinic needs, and writes it down: secrets apart from the rest. */
import { randomBytes } from 'node:crypto';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { NAMES, SECRETS } from './config.js';
import { problemOf } from './config-schema.js';
import { PORT } from './serve.js';
import { UsageError } from './usage.js';

const CONFIG = 'satusehat.config.json';

/** What Node, systemd, compose and a shell all read alike once `quoted` has written it. */
const PLAIN = /^[\x21-\x26\x28-\x7e]+$/;
const quoted = (value: string) => (/^[\w./:@+=-]+$/.test(value) ? value : `'${value}'`);

interface Question {
  name: string;
  ask: string;
  standard?: string;
  fits: RegExp | ((given: string) => boolean);
  says: string;
  /** What is typed shows nowhere. */
  hidden?: true;
}

const questions: Question[] = [
  {
    name: 'env',
    ask: 'Platform: staging, production, atau URL',
    standard: 'staging',
    fits: (given) => problemOf({ platform: { env: given } }) === undefined,
    says: 'isi staging, production, atau URL https (http hanya ke komputer ini)',
  },
  {
    name: 'code',
    ask: 'Kode klinik, untuk X-Clinic-Code',
    standard: 'KLINIK-001',
    fits: PLAIN,
    says: 'tanpa spasi dan tanda petik',
  },
  {
    name: 'timeZone',
    ask: 'Zona waktu: Asia/Jakarta, Asia/Makassar atau Asia/Jayapura',
    standard: 'Asia/Jakarta',
    fits: /^Asia\/(Jakarta|Pontianak|Makassar|Jayapura)$/,
    says: 'pilih salah satu zona itu',
  },
  { name: 'clientId', ask: 'Client ID', fits: PLAIN, says: 'wajib diisi, tanpa spasi dan tanda petik' },
  {
    name: 'clientSecret',
    ask: 'Client secret (tidak ditampilkan)',
    fits: PLAIN,
    says: 'wajib diisi, tanpa spasi dan tanda petik',
    hidden: true,
  },
  {
    name: 'organizationId',
    ask: 'Organization ID di SATUSEHAT',
    fits: /^[A-Za-z0-9.-]{1,64}$/,
    says: 'hanya huruf, angka, titik dan tanda hubung',
  },
];

/** Writes two files into this folder. Nothing that is there is written over. */
export async function init(json: boolean): Promise<void> {
  for (const name of [...NAMES, SECRETS]) {
    if (existsSync(name))
      throw new UsageError(
        `${name} sudah ada; tidak ada yang ditimpa. Untuk mulai lagi, pindahkan dulu berkas itu`,
      );
  }
  const answers = await ask(questions);
  const value = (name: string) => answers.get(name) ?? '';
  const clinicSecret = randomBytes(32).toString('base64url');
  const config = {
    platform: { env: value('env') },
    store: 'sqlite:./data/satusehat.db',
    port: PORT,
  };
  const secrets = [
    '# Rahasia layanan SATUSEHAT: jangan dibagikan, jangan masuk git. Kunci penyegel yang hilang tidak dapat diganti.',
    `CLINIC_CODE=${quoted(value('code'))}`,
    `CLINIC_SECRET=${clinicSecret}`,
    `CLINIC_TIMEZONE=${value('timeZone')}`,
    `SATUSEHAT_ORGANIZATION_ID=${value('organizationId')}`,
    `SATUSEHAT_CLIENT_ID=${quoted(value('clientId'))}`,
    `SATUSEHAT_CLIENT_SECRET=${quoted(value('clientSecret'))}`,
    `SATUSEHAT_ENCRYPTION_KEY=${randomBytes(32).toString('hex')}`,
    '# Untuk kirim, status dan resend di komputer ini.',
    `SATUSEHAT_BASE_URL=http://127.0.0.1:${PORT}`,
    '',
  ];
  writeFileSync(SECRETS, secrets.join('\n'), { flag: 'wx', mode: 0o600 });
  try {
    writeFileSync(CONFIG, `${JSON.stringify(config, null, 2)}\n`, { flag: 'wx' });
  } catch (error) {
    // Half of the two would keep the next try from beginning.
    rmSync(SECRETS, { force: true });
    throw error;
  }
  const next = 'npx -p satusehat-sdk satusehat';
  if (json) {
    process.stdout.write(`${JSON.stringify({ config: CONFIG, secrets: SECRETS })}\n`);
    return;
  }
  process.stdout.write(
    `Ditulis: ${CONFIG}, dan ${SECRETS} (hanya dapat dibaca oleh Anda). Keduanya dibaca otomatis di folder ini.\nPeriksa: ${next} doctor\nJalankan: ${next} serve\nRahasia klinik untuk aplikasi ada di ${SECRETS} (CLINIC_SECRET). Simpan salinan SATUSEHAT_ENCRYPTION_KEY di tempat lain.\n`,
  );
}

/** At a terminal each until it fits; from a pipe a line each, and a mistake ends it. */
async function ask(all: readonly Question[]): Promise<Map<string, string>> {
  const { stdin, stderr } = process;
  const terminal = stdin.isTTY ?? false;
  let muted = false;
  const output = new Writable({
    write: (chunk, _, done) => (muted ? done() : void stderr.write(chunk, () => done())),
  });
  const reader = createInterface({ input: stdin, output, terminal });
  const lines = reader[Symbol.asyncIterator]();
  const answers = new Map<string, string>();
  try {
    for (const { name, ask: question, standard, fits, says, hidden = false } of all) {
      for (;;) {
        if (terminal) stderr.write(`${question}${standard ? ` [${standard}]` : ''}: `);
        muted = hidden;
        const { value, done } = await lines.next();
        muted = false;
        if (terminal && hidden) stderr.write('\n');
        const given = String(value ?? '').trim() || (standard ?? '');
        if (typeof fits === 'function' ? fits(given) : fits.test(given)) {
          answers.set(name, given);
          break;
        }
        if (!terminal || done) throw new UsageError(`${question}: ${says}`);
        stderr.write(`  ${says}\n`);
      }
    }
    return answers;
  } finally {
    reader.close();
  }
}
