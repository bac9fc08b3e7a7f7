/** What every answer of the dashboard is made with. */
import type { Child } from 'hono/jsx';
import { errorCodes } from '../contract/codes.js';
import { type FieldProblem, isSatusehatError } from '../contract/error.js';
import { isLoopback } from '../http/address.js';
import { readBytes } from '../http/body.js';
import { type Asset, assets } from './assets.js';
import { quotes } from './mask.js';
import { explainCode } from './overview.js';
import { MessagePage } from './pages/sign-in.js';
import type { View } from './view.js';
import { type Locale, words } from './words.js';

export const SESSION = 'satusehat_dashboard';
export const LANGUAGE = 'satusehat_bahasa';
/** Of a cause so many are sent again at one press. */
export const MOST_RESENT = 100_000;
/** Bytes of a form. */
const FORM_LIMIT = 1_048_576;

/** Why something could not be done. */
export type Refusal = { message: string; remedy: string };

export const HEADERS = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
};

/** A page around no other: what is wrong, and the way back. */
export function message(
  locale: Locale,
  base: string,
  kind: 'gone' | 'forbidden' | 'stale' | 'foreign' | 'large' | 'busy' | 'unreadable',
  status: number,
): Response {
  const own = words[locale];
  const { errors } = own;
  const text = { title: errors[kind], help: errors[`${kind}Help`] };
  return page(<MessagePage locale={locale} words={own} base={base} {...text} />, status);
}

export function localeOf(request: Request): Locale {
  return cookieOf(request, LANGUAGE) === 'en' ? 'en' : 'id';
}

export function page(content: Child, status = 200): Response {
  // Every text in it is escaped: nothing in the dashboard writes HTML of its own.
  return new Response(`<!doctype html>${String(content)}`, {
    status,
    headers: { ...HEADERS, 'content-type': 'text/html; charset=utf-8' },
  });
}

export function to(location: string): Response {
  return new Response(null, { status: 303, headers: { ...HEADERS, location } });
}

export function assetAnswer(name: string): Response {
  const asset: Asset | undefined = Object.values(assets).find((one) => one.name === name);
  if (!asset) return new Response(null, { status: 404, headers: HEADERS });
  const headers = {
    ...HEADERS,
    'content-type': `${asset.type}; charset=utf-8`,
    'cache-control': 'public, max-age=31536000, immutable',
  };
  return new Response(asset.text, { headers });
}

export function cookieOf(request: Request, name: string): string | undefined {
  for (const part of (request.headers.get('cookie') ?? '').split(';')) {
    const [key, ...value] = part.trim().split('=');
    if (key === name) return value.join('=') || undefined;
  }
  return undefined;
}

/** Only this machine is asked without encryption; everywhere else a browser keeps it for https alone. */
export function setCookie(
  request: Request,
  base: string,
  name: string,
  value: string,
  maxAge?: number,
): string {
  const secure = isLoopback(new URL(request.url).hostname) ? '' : '; Secure';
  const age = value === '' ? '; Max-Age=0' : maxAge === undefined ? '' : `; Max-Age=${maxAge}`;
  return `${name}=${value}; Path=${base}; HttpOnly; SameSite=Strict${secure}${age}`;
}

/** @throws SatusehatError PAYLOAD_TOO_LARGE */
export async function readForm(request: Request): Promise<URLSearchParams> {
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded') return new URLSearchParams();
  return new URLSearchParams(new TextDecoder().decode(await readBytes(request, FORM_LIMIT)));
}

/** Only words of ours: nobody puts others into a page by an address. */
export function saidOf({ words: own, number }: View, params: URLSearchParams): string | undefined {
  const said = params.get('kabar') ?? '';
  const count = /^resentAll-(\d{1,7})$/.exec(said)?.[1];
  if (count !== undefined) {
    const more = Number(count) >= MOST_RESENT ? ` ${own.said.resentMore}` : '';
    return `${own.said.resentAll(number(Number(count)))}${more}`;
  }
  const { resent, corrected, voided, finished } = own.said;
  return { resent, corrected, voided, finished }[said];
}

/** Why not, without words of the platform's own, which may name somebody. @throws what is no refusal. */
export function refusalOf(error: unknown, locale: Locale): Refusal {
  if (!isSatusehatError(error)) throw error;
  const own = words[locale].remedies[error.code];
  const general = explainCode(error.code, locale);
  const remedy = own ?? (locale === 'id' ? error.remedy : general.remedy);
  if (locale !== 'id' || quotes(error)) return { message: general.message, remedy };
  return {
    message: error.message,
    remedy: error.remedy === errorCodes[error.code].remedy ? remedy : error.remedy,
  };
}

export function fieldsOf(error: unknown): FieldProblem[] {
  const { fields } = ((error as { details?: unknown } | null)?.details ?? {}) as { fields?: FieldProblem[] };
  return Array.isArray(fields) ? fields : [];
}
