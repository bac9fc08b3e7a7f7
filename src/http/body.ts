import { SatusehatError } from '../contract/error.js';

/**
 * The body of a request. Counts while it reads: a Content-Length can be missing or wrong.
 *
 * @param limit bytes. @throws SatusehatError PAYLOAD_TOO_LARGE; INVALID_JSON when the other side went away.
 */
export async function readBytes(request: Request, limit: number): Promise<Uint8Array> {
  const tooLarge = () =>
    new SatusehatError({
      code: 'PAYLOAD_TOO_LARGE',
      message: `Isi permintaan lebih besar dari ${Math.floor(limit / 1024)} kB.`,
      details: { limit },
    });
  if (Number(request.headers.get('content-length') ?? 0) > limit) throw tooLarge();
  if (!request.body) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = request.body.getReader();
  for (;;) {
    const { done, value } = await reader.read().catch(() => {
      throw new SatusehatError({ code: 'INVALID_JSON' });
    });
    if (done) break;
    size += value.byteLength;
    if (size > limit) {
      await reader.cancel().catch(() => {});
      throw tooLarge();
    }
    chunks.push(value);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}
