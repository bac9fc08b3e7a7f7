/**
 * One call to a clinic's own address, signed as Standard Webhooks has it: `webhook-id`, `webhook-timestamp` in seconds,
 * `webhook-signature` with `v1,` and the base64 of an HMAC-SHA-256 over `id.timestamp.body`.
 */
import { throughOfetch } from '../http/ofetch.js';
import { attempt, type FetchLike, NoAnswer } from '../http/request.js';

/** Where the clinic is told, and with what the call is signed. */
export interface WebhookConfig {
  /** `https:`, or `http:` on this machine. */
  url: string;
  /** `whsec_` and base64 of 24 to 64 bytes; two of them while it is rotated. */
  secret: string | readonly string[];
}

export interface Call {
  /** The same for every try, so that the receiver can tell a repetition. */
  id: string;
  /** JSON. */
  body: string;
}

/** How a try ended: `gone` (410) means that nobody wants to hear more. */
export type CallResult = 'delivered' | 'failed' | 'gone';

/** Milliseconds for one call. */
const TIMEOUT = 15_000;

/** @param now milliseconds since 1970. */
export async function callWebhook(
  { url, secret }: WebhookConfig,
  { id, body }: Call,
  now: number,
  fetch: FetchLike | undefined,
): Promise<CallResult> {
  const timestamp = String(Math.floor(now / 1000));
  const signatures = await Promise.all([secret].flat().map((one) => sign(one, `${id}.${timestamp}.${body}`)));
  const answer = await attempt(
    {
      method: 'POST',
      url,
      headers: {
        'content-type': 'application/json',
        'user-agent': 'satusehat-sdk',
        'webhook-id': id,
        'webhook-timestamp': timestamp,
        'webhook-signature': signatures.join(' '),
      },
      body,
      timeout: TIMEOUT,
    },
    throughOfetch(fetch),
  ).catch((error: unknown) => {
    if (error instanceof NoAnswer) return undefined;
    throw error;
  });
  if (!answer) return 'failed';
  if (answer.status === 410) return 'gone';
  return answer.status >= 200 && answer.status < 300 ? 'delivered' : 'failed';
}

async function sign(secret: string, text: string): Promise<string> {
  const key = await crypto.subtle.importKey(
    'raw',
    readSecret(secret),
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['sign'],
  );
  const signature = await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(text));
  return `v1,${btoa(String.fromCharCode(...new Uint8Array(signature)))}`;
}

/** @throws TypeError for a secret of another form; the message does not hold it. */
export function readSecret(secret: string): Uint8Array<ArrayBuffer> {
  const base64 = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret)?.[1];
  const bytes = base64 ? Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)) : undefined;
  if (!bytes || bytes.length < 24 || bytes.length > 64) {
    throw new TypeError('webhook.secret: must be whsec_ and the base64 of 24 to 64 bytes');
  }
  return bytes;
}

/** Milliseconds until each further try: seconds at first, then hours; after the last it is given up. */
const PAUSES = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400].map(
  (seconds) => seconds * 1000,
);

/** @param attempts how often it was tried. @returns undefined when it is given up. */
export function nextCall(attempts: number, now: number, random: number): number | undefined {
  const pause = PAUSES[attempts - 1];
  // A tenth more or less, so that what failed together does not come back together.
  return pause === undefined ? undefined : now + Math.round(pause * (0.9 + 0.2 * random));
}
