/** The lines of a text file, one at a time however long it is. What cannot be read is refused, never guessed. */
import { createReadStream } from 'node:fs';
import { UsageError } from './usage.js';

export const encodings = ['utf-8', 'windows-1252'] as const;
/** What the bytes of a file mean. */
export type Encoding = (typeof encodings)[number];

export interface TextLine {
  /** From 1. */
  line: number;
  /** With the sign that ends it. */
  text: string;
}

/** Bytes of the longest line: far more than the service takes. */
export const LONGEST_LINE = 16_777_216;

/**
 * Ends lines at \n alone: \r and U+2028 may stand within a text.
 *
 * @throws UsageError that names the line, and nothing that stands in it.
 */
export async function* readLines(file: string, encoding: Encoding): AsyncGenerator<TextLine> {
  const decode = encoding === 'utf-8' ? utf8 : windows1252;
  let line = 0;
  const read = (bytes: Buffer): TextLine => {
    line++;
    const mark = line === 1 ? checkMark(file, bytes, encoding) : 0;
    const text = decode(bytes.subarray(mark));
    if (text !== undefined) return { line, text };
    throw new UsageError(
      `${file} baris ${line} bukan UTF-8. Simpan lagi sebagai "CSV UTF-8" di Excel, atau pakai --encoding windows-1252 untuk berkas dari Excel atau aplikasi Windows lama`,
    );
  };
  let parts: Buffer[] = [];
  let size = 0;
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    let begin = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, begin)) {
      const last = chunk.subarray(begin, end + 1);
      yield read(parts.length > 0 ? Buffer.concat([...parts, last]) : last);
      parts = [];
      size = 0;
      begin = end + 1;
    }
    if (begin === chunk.length) continue;
    parts.push(chunk.subarray(begin));
    size += chunk.length - begin;
    if (size > LONGEST_LINE) throw new UsageError(`${file} baris ${line + 1} terlalu panjang`);
  }
  if (parts.length > 0) yield read(Buffer.concat(parts));
}

/** @returns how many bytes the mark takes that tells the encoding. */
function checkMark(file: string, bytes: Buffer, encoding: Encoding): number {
  const mark = bytes.subarray(0, 3).toString('hex');
  if (bytes.subarray(0, 4).toString('latin1') === 'PK\x03\x04') {
    throw new UsageError(`${file} adalah berkas Excel: simpan sebagai "CSV UTF-8", lalu kirim yang .csv`);
  }
  if (/^(fffe|feff)/.test(mark)) {
    throw new UsageError(
      `${file} berisi UTF-16. Simpan lagi sebagai "CSV UTF-8" di Excel, atau sebagai UTF-8`,
    );
  }
  if (mark !== 'efbbbf') return 0;
  if (encoding !== 'utf-8')
    throw new UsageError(`${file} berisi UTF-8: jalankan tanpa --encoding ${encoding}`);
  return 3;
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function utf8(bytes: Buffer): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

/** Where it differs from Latin-1, from 0x80. Some versions of Node take the two for the same. */
const HIGH = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

function windows1252(bytes: Buffer): string {
  return bytes
    .toString('latin1')
    .replace(/[\u0080-\u009f]/g, (sign) => HIGH[sign.charCodeAt(0) - 0x80] ?? sign);
}
