/** What makes two bodies the same submission. The client and the service run the same code. */
import { canonicalJson } from './canonical.js';

/**
 * SHA-256 of a text as hex digits; undefined where there is no Web Crypto: on a page that came over plain http.
 */
export async function sha256(text: string): Promise<string | undefined> {
  // Node's own is there at once; Web Crypto takes as long as a third of a request.
  const own = globalThis.process?.getBuiltinModule?.('crypto')?.hash;
  if (own) return own('sha256', text);
  const { subtle } = globalThis.crypto ?? {};
  if (!subtle) return undefined;
  const bytes = new Uint8Array(await subtle.digest('SHA-256', new TextEncoder().encode(text)));
  let hex = '';
  for (const byte of bytes) hex += byte.toString(16).padStart(2, '0');
  return hex;
}

/**
 * The default `Idempotency-Key`: clinic, endpoint and body, whatever the order of its keys.
 *
 * @param clinic code of the clinic; '' where a proxy adds it and the client does not know it.
 * @param given the body as {@link checkRequest} gives it, without empty fields.
 */
export async function defaultKey(
  clinic: string,
  endpoint: string,
  given: Record<string, unknown>,
): Promise<string | undefined> {
  const digest = await sha256(`${clinic}\n${endpoint}\n${canonicalJson(given)}`);
  return digest && `sha256-${digest}`;
}

/**
 * What makes two bodies the same submission: the default Idempotency-Key. The names that one encounter has (log_id,
 * encounter_id, no_registrasi) say the same.
 */
export function bodyDigest(endpoint: string, said: Record<string, unknown>, visit?: string): string {
  const named = visit !== undefined && said.encounter_id !== undefined;
  return `${endpoint}\n${canonicalJson(named ? { ...said, encounter_id: visit } : said)}`;
}
