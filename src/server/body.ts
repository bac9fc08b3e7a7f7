import { SatusehatError } from '../contract/error.js';
import { readBytes } from '../http/body.js';
import { duplicateKey, prototypeKey } from './json.js';

/**
 * The JSON object of a request.
 *
 * @param limit bytes.
 * @param optional no body at all stands for an empty object.
 * @throws SatusehatError UNSUPPORTED_MEDIA_TYPE, PAYLOAD_TOO_LARGE, INVALID_JSON
 */
export async function readJsonObject(
  request: Request,
  limit: number,
  optional = false,
): Promise<Record<string, unknown>> {
  if (optional && (!request.body || request.headers.get('content-length') === '0')) return {};
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') throw new SatusehatError({ code: 'UNSUPPORTED_MEDIA_TYPE' });
  const bytes = await readBytes(request, limit);
  let text: string;
  let value: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    value = JSON.parse(text);
  } catch {
    // The parser's message quotes the body: it must not travel on.
    throw new SatusehatError({ code: 'INVALID_JSON' });
  }
  // PHP writes an empty form as an empty list.
  if (Array.isArray(value) && value.length === 0) return {};
  if (typeof value !== 'object' || value === null || Array.isArray(value) || deeperThan(MAX_DEPTH, value)) {
    throw new SatusehatError({ code: 'INVALID_JSON' });
  }
  const forbidden = prototypeKey(value);
  if (forbidden !== undefined) {
    throw new SatusehatError({
      code: 'INVALID_JSON',
      message: `Nama field ${forbidden} tidak diterima.`,
      remedy: 'Kirim hanya field yang ada di panduan.',
    });
  }
  const twice = duplicateKey(text);
  if (twice !== undefined) {
    throw new SatusehatError({
      code: 'INVALID_JSON',
      // Only what looks like a field's name is shown: anything can stand there.
      message: /^[a-z_]{1,40}$/i.test(twice)
        ? `Field ${twice} ada dua kali dalam objek yang sama.`
        : 'Sebuah field ada dua kali dalam objek yang sama.',
      remedy: 'Kirim setiap field satu kali saja.',
    });
  }
  return value as Record<string, unknown>;
}

/** The deepest field of the contract stands at 6. */
const MAX_DEPTH = 32;

function deeperThan(depth: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return depth === 0 || Object.values(value).some((item) => deeperThan(depth - 1, item));
}
