/** Whether a clinic's configuration can work, said before the first visit comes and with the option's name. */
import * as z from 'zod/mini';
import { dispositions } from '../contract/encounter.js';
import type { ClinicConfig, ClinicLimits, PoliConfig, Switches } from '../delivery/clinic.js';
import { readSecret, type WebhookConfig } from '../delivery/webhook.js';
import { isLoopback } from '../http/address.js';
import { createRanges } from './addresses.js';

/** A clinic's configuration cannot work. */
export class ClinicConfigError extends TypeError {
  constructor(
    message: string,
    /** Name of the option, e.g. `clinics[].poli[].locationId`: nothing of its value, fit for a log. */
    readonly option: string,
    /** The same for an operator, e.g. `timeZone dari KLINIK-001 harus zona IANA: …`. */
    readonly indonesian: string,
  ) {
    super(message);
  }
}

/**
 * @param withoutSecret the secret is kept somewhere else.
 * @throws ClinicConfigError names the first option that is wrong.
 */
export function checkClinicConfig(config: unknown, withoutSecret = false): asserts config is ClinicConfig {
  const { error } = (withoutSecret ? StoredConfig : Config).safeParse(config);
  const [issue] = error?.issues ?? [];
  if (!issue) return;
  const { code } = (config ?? {}) as { code?: unknown };
  const whose = typeof code === 'string' ? code : '';
  const unknown = issue.code === 'unrecognized_keys' ? issue.keys.join(', ') : '';
  const path = issue.path.map((part) => `.${String(part)}`).join('');
  const option = issue.path.map((part) => (names.has(String(part)) ? `.${String(part)}` : '[]')).join('');
  throw new ClinicConfigError(
    `clinics[]${path}${whose && ` of ${whose}`} ${unknown ? `has no option ${unknown}` : issue.message}`,
    `clinics[]${option}`,
    [
      path.slice(1) || 'klinik',
      ...(whose ? [`dari ${whose}`] : []),
      unknown ? `tidak mengenal ${unknown}` : inIndonesian(issue.message),
    ].join(' '),
  );
}

const KEPT_APART = 'is kept apart';

/** What a value must be, for a developer and for an operator. */
const needs = {
  text: 'teks',
  'true or false': 'true atau false',
  'more than 0': 'angka di atas 0',
  'what a header can carry': 'tulisan tanpa spasi di awal dan akhir, tanpa huruf di luar Latin-1',
  'what a header can carry, or a list of it': 'tulisan tanpa spasi di awal dan akhir, atau daftarnya',
  'an IANA zone: Asia/Jakarta, Asia/Makassar or Asia/Jayapura':
    'zona IANA: Asia/Jakarta, Asia/Makassar atau Asia/Jayapura',
  'an id of the platform': 'ID dari SATUSEHAT: huruf, angka, titik dan tanda hubung',
  'whsec_ and the base64 of 24 to 64 bytes, or a list of such':
    'whsec_ diikuti base64 dari 24 sampai 64 byte, atau daftarnya',
  'at least one': 'daftar dengan paling sedikit satu isi',
  'an https address, or http on this machine': 'alamat https, atau http di komputer ini',
  'an IP address or a range such as 10.0.0.0/8': 'alamat IP atau rentang seperti 10.0.0.0/8',
  'a number': 'angka',
  'an object': 'objek',
  'a list': 'daftar',
  'a list of addresses': 'daftar alamat',
} as const;

type Need = keyof typeof needs | `one of ${string}`;

/** Says what is wrong, never with the value: it may be a secret. */
function must(be: Need) {
  return {
    error: ({ input }: { input?: unknown }) =>
      input === undefined || input === '' ? 'is missing' : `must be ${be}`,
  };
}

const indonesian = new Map([
  ['is missing', 'belum diisi'],
  [KEPT_APART, 'disimpan terpisah: satusehat klinik rotate membuatnya'],
  ...Object.entries(needs).map(([be, harus]) => [`must be ${be}`, `harus ${harus}`] as const),
]);

/** What `must` says, for an operator. */
function inIndonesian(message: string): string {
  return indonesian.get(message) ?? message.replace('must be one of', 'harus salah satu dari');
}

const text = z.string(must('text')).check(z.minLength(1, must('text')));
const bool = z.boolean(must('true or false'));
const perMinute = z.number(must('a number')).check(z.positive(must('more than 0')));
/** As headers carry it, without a space at either end. */
const header = text.check(
  z.regex(
    /^[\x21-\x7e\xa1-\xff]([\x20-\x7e\xa0-\xff]*[\x21-\x7e\xa1-\xff])?$/,
    must('what a header can carry'),
  ),
);
const zone = text.check(z.refine(isZone, must('an IANA zone: Asia/Jakarta, Asia/Makassar or Asia/Jayapura')));
const platformId = text.check(z.regex(/^[A-Za-z0-9.-]{1,64}$/, must('an id of the platform')));

function oneOf<const T extends readonly string[]>(values: T) {
  return z.enum(values, must(`one of ${values.join(', ')}`));
}

/** A new option that has no row here does not compile. */
type Rows<T> = { [K in keyof Required<T>]: z.ZodMiniType };

const poli = {
  locationId: platformId,
  nama: z.optional(text),
  healthcareServiceId: z.optional(text),
  kelasRawat: z.optional(oneOf(['1', '2', '3', 'vip', 'vvip'])),
  kelasLayanan: z.optional(oneOf(['reguler', 'eksekutif'])),
  caraPulang: z.optional(oneOf(dispositions)),
} satisfies Rows<PoliConfig>;

const satusehat = {
  clientId: text,
  clientSecret: text,
  organizationId: platformId,
} satisfies Rows<ClinicConfig['satusehat']>;

const dokter = {
  id: platformId,
  nik: z.optional(text),
  sip: z.optional(text),
  str: z.optional(text),
} satisfies Rows<NonNullable<ClinicConfig['dokter']>[number]>;

const limits = {
  requestsPerMinute: z.optional(perMinute),
  platformPerMinute: z.optional(perMinute),
} satisfies Rows<ClinicLimits>;

const switches = {
  finishOnComplaint: z.optional(bool),
  bundlePut: z.optional(bool),
  procedureMethod: z.optional(bool),
  procedureReplace: z.optional(bool),
} satisfies Rows<Switches>;

const webhookSecret = text.check(
  z.refine(isWebhookSecret, must('whsec_ and the base64 of 24 to 64 bytes, or a list of such')),
);
const webhook = {
  url: text.check(z.refine(isWebhookUrl, must('an https address, or http on this machine'))),
  secret: z.union(
    [webhookSecret, z.array(webhookSecret).check(z.minLength(1, must('at least one')))],
    must('whsec_ and the base64 of 24 to 64 bytes, or a list of such'),
  ),
} satisfies Rows<WebhookConfig>;

const range = text.check(z.refine(isRange, must('an IP address or a range such as 10.0.0.0/8')));

const object = <T extends z.core.$ZodLooseShape>(rows: T) => z.strictObject(rows, must('an object'));

const clinic = {
  code: header,
  secret: z.union(
    [header, z.array(header).check(z.minLength(1, must('at least one')))],
    must('what a header can carry, or a list of it'),
  ),
  active: z.optional(bool),
  timeZone: z.optional(zone),
  satusehat: object(satusehat),
  poli: z.optional(z.record(z.string(), object(poli), must('an object'))),
  dokter: z.optional(z.array(object(dokter), must('a list'))),
  jenisLayanan: z.optional(z.record(z.string(), oneOf(['AMB', 'EMER', 'IMP']), must('an object'))),
  allowedAddresses: z.optional(z.array(range, must('a list of addresses'))),
  limits: z.optional(object(limits)),
  switches: z.optional(object(switches)),
  webhook: z.optional(object(webhook)),
} satisfies Rows<ClinicConfig>;

const Config = object(clinic);
const StoredConfig = object({ ...clinic, secret: z.optional(z.never({ error: KEPT_APART })) });

/** Everything in a path that is not one of these is the clinic's own word. */
const names = new Set(
  [clinic, poli, satusehat, dokter, limits, switches, webhook].flatMap((rows) => Object.keys(rows)),
);

function isWebhookSecret(secret: string): boolean {
  try {
    return readSecret(secret).length > 0;
  } catch {
    return false;
  }
}

function isWebhookUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
}

function isRange(text: string): boolean {
  try {
    createRanges([text], '');
    return true;
  } catch {
    return false;
  }
}

function isZone(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    return true;
  } catch {
    return false;
  }
}
