import { SatusehatError } from '../contract/error.js';
import { readBytes } from '../http/body.js';
import { parseObject } from './json.js';

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
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new SatusehatError({ code: 'INVALID_JSON' });
  }
  return parseObject(text);
}
