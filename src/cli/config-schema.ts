/** Whether a configuration can work, key by key. A key of the service that has no row here does not compile. */
import { X509Certificate } from 'node:crypto';
import * as z from 'zod/mini';
import { readPasswordHash } from '../dashboard/password.js';
import type { DashboardOptions } from '../dashboard/users.js';
import { readBase } from '../platform/platform.js';
import { createRanges } from '../server/addresses.js';
import type { ServiceLimits } from '../server/limits.js';
import { isOrigin, isPath, type ServiceOptions } from '../server/service.js';
import { readStoreAddress } from '../store/address.js';
import type { SatusehatConfig } from './config.js';

type Rows<T> = { [K in keyof Required<T>]: z.ZodMiniType };

/** Says what is wrong, never with the value: it may be a secret. */
function must(be: string) {
  return { error: ({ input }: { input?: unknown }) => (input === undefined ? 'belum diisi' : `harus ${be}`) };
}

/** What one of the service's own readers takes without a word. */
function readable(read: (text: string) => unknown, be: string) {
  return z.string(must(be)).check(
    z.refine((text) => {
      try {
        return read(text) !== undefined && read(text) !== false;
      } catch {
        return false;
      }
    }, must(be)),
  );
}

const object = <T extends z.core.$ZodLooseShape>(rows: T) => z.strictObject(rows, must('objek'));
const text = z.string(must('teks')).check(z.minLength(1, must('teks yang tidak kosong')));
const bool = z.boolean(must('true atau false'));
/** JSON has no Infinity; TypeScript has. */
const above0 = z.custom<number>((one) => typeof one === 'number' && one > 0, must('angka di atas 0'));
/** Milliseconds: what is longer, a timer ends at once. */
const LONGEST = 2_147_483_647;
const time = must(`milidetik, angka dari 0 sampai ${LONGEST}`);
const milliseconds = z.number(time).check(z.gte(0, time), z.lte(LONGEST, time));
const positive = milliseconds.check(z.positive(must('milidetik di atas 0')));
const whole = (least: number, most = Number.MAX_SAFE_INTEGER) => {
  const be = must(
    `angka bulat ${least}${most === Number.MAX_SAFE_INTEGER ? ' atau lebih' : ` sampai ${most}`}`,
  );
  return z.int(be).check(z.gte(least, be), z.lte(most, be));
};
const code = z.custom<(...args: never[]) => unknown>((one) => typeof one === 'function', must('fungsi'));
const ranges = z.array(
  readable((one) => createRanges([one], ''), 'alamat IP atau rentang seperti 10.0.0.0/8'),
  must('daftar alamat'),
);

const certificate = readable((pem) => new X509Certificate(pem), 'isi sertifikat PEM, bukan nama berkasnya');

const platform = {
  env: z.optional(
    readable(isPlatform, 'staging, production, atau URL https tanpa sandi (http hanya ke komputer ini)'),
  ),
  timeout: z.optional(positive),
  deadline: z.optional(positive),
  retries: z.optional(whole(0)),
  perMinute: z.optional(above0),
  circuit: z.optional(
    z.union(
      [z.literal(false), object({ failures: z.optional(whole(1)), rest: z.optional(milliseconds) })],
      must('objek, atau false'),
    ),
  ),
  onRecovery: z.optional(code),
  onCall: z.optional(code),
  proxy: z.optional(readable(isHttp, 'URL http atau https')),
  ca: z.optional(
    z.union(
      [certificate, z.array(certificate, must('daftar sertifikat PEM'))],
      must('isi sertifikat PEM, bukan nama berkasnya, atau daftarnya'),
    ),
  ),
  fetch: z.optional(code),
  sleep: z.optional(code),
} satisfies Rows<SatusehatConfig['platform']>;

const delivery = {
  concurrency: z.optional(whole(1)),
  backoff: z.optional(object({ base: z.optional(positive), cap: z.optional(positive) })),
  settleDelay: z.optional(milliseconds),
  settlePatience: z.optional(milliseconds),
  grace: z.optional(milliseconds),
  lease: z.optional(whole(10_000)),
} satisfies Rows<NonNullable<ServiceOptions['delivery']>>;

const limits = {
  inFlight: z.optional(whole(1)),
  perAddressPerMinute: z.optional(above0),
} satisfies Rows<ServiceLimits>;

const dashboard = {
  password: z.optional(readable(readPasswordHash, 'hash dari satusehat password, bukan sandinya')),
  operatorMayReveal: z.optional(bool),
  authenticate: z.optional(code),
  idle: z.optional(positive),
  longest: z.optional(positive),
} satisfies Rows<DashboardOptions>;

const token = text.check(z.minLength(16, must('paling sedikit 16 karakter')));

const Config = object({
  // Each one is looked at when what the environment says of it is there too.
  clinics: z.optional(
    z.union(
      [z.array(z.looseObject({}, must('objek'))), z.literal('store'), code],
      must("daftar klinik, fungsi, atau 'store'"),
    ),
  ),
  platform: z.optional(object(platform)),
  store: z.optional(
    readable(readStoreAddress, 'sqlite:BERKAS atau postgres://PENGGUNA:SANDI@HOST/BASISDATA'),
  ),
  budget: z.optional(milliseconds),
  bodyLimit: z.optional(whole(1)),
  delivery: z.optional(object(delivery)),
  retention: z.optional(object({ payloadDays: above0 })),
  basePath: z.optional(readable(isPath, 'diawali garis miring dan tidak diakhiri, misalnya /satusehat')),
  cors: z.optional(
    object({
      origins: z
        .array(readable(isOrigin, 'alamat seperti https://klinik.example, tanpa path'), must('daftar'))
        .check(z.minLength(1, must('daftar dengan paling sedikit satu isi'))),
    }),
  ),
  trustedProxies: z.optional(ranges),
  limits: z.optional(object(limits)),
  metrics: z.optional(object({ token: z.optional(token) })),
  dashboard: z.optional(z.union([z.literal(false), object(dashboard)], must('objek, atau false'))),
  port: z.optional(whole(0, 65_535)),
  host: z.optional(text),
  tls: z.optional(object({ key: text, cert: text })),
} satisfies Rows<SatusehatConfig>);

/** @returns what is wrong, by its key, e.g. `limits.inFlight harus angka bulat 1 atau lebih`. */
export function problemOf(config: unknown): string | undefined {
  const issue = Config.safeParse(config).error?.issues[0];
  if (!issue) return undefined;
  const { path, message } = deepest(issue);
  return path.length > 0 ? `${path.map(String).join('.')} ${message}` : message;
}

/** Of a choice, what is wrong with the one that was meant. */
function deepest(issue: z.core.$ZodIssue): { path: PropertyKey[]; message: string } {
  const { path, message } = issue;
  if (issue.code === 'unrecognized_keys') {
    const [key = ''] = issue.keys;
    return { path: [...path, key], message: 'tidak dikenal' };
  }
  if (issue.code !== 'invalid_union') return { path, message };
  const meant = issue.errors
    .map(([first]) => first && deepest(first))
    .find((one) => one && one.path.length > 0);
  return meant ? { path: [...path, ...meant.path], message: meant.message } : { path, message };
}

/** A password in it would be shown wherever the address is. */
function isPlatform(env: string): boolean {
  const { username, password } = new URL(readBase(env).base);
  return username === '' && password === '';
}

function isHttp(url: string): boolean {
  return URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
}
