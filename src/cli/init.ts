/** `satusehat init`: asks what a service of one clinic needs, and writes it down: secrets apart from the rest. */
import { randomBytes } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { UsageError } from './usage.js';

const CONFIG = 'satusehat.config.json';
const SECRETS = 'satusehat.env';

interface Question {
  name: string;
  ask: string;
  standard?: string;
  fits?: RegExp;
  says?: string;
}

const questions: Question[] = [
  {
    name: 'env',
    ask: 'Platform: staging, production, atau URL',
    standard: 'staging',
    fits: /^(staging|production|https?:\/\/\S+)$/,
    says: 'isi staging, production, atau sebuah URL',
  },
  {
    name: 'code',
    ask: 'Kode klinik, untuk X-Clinic-Code',
    standard: 'KLINIK-001',
    fits: /^[\x21-\x7e]+$/,
    says: 'tanpa spasi',
  },
  {
    name: 'timeZone',
    ask: 'Zona waktu: Asia/Jakarta, Asia/Makassar atau Asia/Jayapura',
    standard: 'Asia/Jakarta',
    fits: /^Asia\/(Jakarta|Pontianak|Makassar|Jayapura)$/,
    says: 'pilih salah satu zona itu',
  },
  {
    name: 'organizationId',
    ask: 'Organization ID di SATUSEHAT',
    fits: /^[A-Za-z0-9.-]{1,64}$/,
    says: 'hanya huruf, angka, titik dan tanda hubung',
  },
  { name: 'clientId', ask: 'Client ID', fits: /^\S+$/, says: 'wajib diisi' },
  { name: 'clientSecret', ask: 'Client secret', fits: /^\S+$/, says: 'wajib diisi' },
];

/** Writes two files into this folder. Nothing that is there is written over. */
export async function init(json: boolean): Promise<void> {
  for (const name of [CONFIG, SECRETS]) {
    if (existsSync(name)) throw new UsageError(`${name} sudah ada; tidak ada yang ditimpa`);
  }
  const answers = await ask(questions);
  const value = (name: string) => answers.get(name) ?? '';
  const clinicSecret = randomBytes(32).toString('base64url');
  const config = {
    platform: { env: value('env') },
    store: 'sqlite:./data/satusehat.db',
    port: 8787,
  };
  const secrets = [
    '# Rahasia layanan SATUSEHAT: jangan dibagikan, jangan masuk git. Kunci penyegel yang hilang tidak dapat diganti.',
    `CLINIC_CODE=${value('code')}`,
    `CLINIC_SECRET=${clinicSecret}`,
    `CLINIC_TIMEZONE=${value('timeZone')}`,
    `SATUSEHAT_ORGANIZATION_ID=${value('organizationId')}`,
    `SATUSEHAT_CLIENT_ID=${value('clientId')}`,
    `SATUSEHAT_CLIENT_SECRET=${value('clientSecret')}`,
    `SATUSEHAT_ENCRYPTION_KEY=${randomBytes(32).toString('hex')}`,
    '',
  ];
  writeFileSync(CONFIG, `${JSON.stringify(config, null, 2)}\n`, { flag: 'wx' });
  writeFileSync(SECRETS, secrets.join('\n'), { flag: 'wx', mode: 0o600 });
  const bin = join('node_modules', 'satusehat-sdk', 'bin', 'satusehat.mjs');
  const next = `node --env-file=${SECRETS} ${bin}`;
  const first = existsSync(bin) ? '' : 'Pasang dulu di folder ini: npm install satusehat-sdk\n';
  if (json) {
    process.stdout.write(`${JSON.stringify({ config: CONFIG, secrets: SECRETS })}\n`);
    return;
  }
  process.stdout.write(
    `Ditulis: ${CONFIG}, dan ${SECRETS} (hanya terbaca oleh Anda).\n${first}Periksa: ${next} doctor\nJalankan: ${next} serve\nRahasia klinik untuk aplikasi ada di ${SECRETS} (CLINIC_SECRET).\n`,
  );
}

/** At a terminal each until it fits; from a pipe a line each, and a mistake ends it. */
async function ask(all: readonly Question[]): Promise<Map<string, string>> {
  const { stdin, stderr } = process;
  const terminal = stdin.isTTY ?? false;
  const reader = createInterface({ input: stdin, output: stderr, terminal });
  const lines = reader[Symbol.asyncIterator]();
  const answers = new Map<string, string>();
  try {
    for (const { name, ask: question, standard, fits, says } of all) {
      for (;;) {
        if (terminal) stderr.write(`${question}${standard ? ` [${standard}]` : ''}: `);
        const { value, done } = await lines.next();
        const given = String(value ?? '').trim() || (standard ?? '');
        if (!fits || fits.test(given)) {
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
