/** The rows of a CSV, each with the line that it begins in. */
import { parse } from 'csv-parse/sync';
import { LONGEST_LINE, type TextLine } from './lines.js';
import { UsageError } from './usage.js';

export interface CsvRow {
  line: number;
  cells: string[];
}

/** Rows that hold nothing, as spreadsheets leave them behind, are left out; so is the line `sep=;`. */
export async function* readRows(file: string, lines: AsyncIterable<TextLine>): AsyncGenerator<CsvRow> {
  let separator: string | undefined;
  for await (const { line, text } of wholeRows(lines)) {
    if (text.trim() === '') continue;
    const named = line === 1 ? /^"?sep=([^"])"?\r?\n?$/i.exec(text)?.[1] : undefined;
    separator ??= named ?? separatorOf(text);
    if (named) continue;
    const cells = parseRow(file, line, text, separator);
    if (cells.some((cell) => cell.trim() !== '')) yield { line, cells };
  }
}

/** A quoted cell may go over several lines: a row is whole when its quotes pair up. */
async function* wholeRows(lines: AsyncIterable<TextLine>): AsyncGenerator<TextLine> {
  let row: TextLine | undefined;
  let open = false;
  for await (const { line, text } of lines) {
    row = row ? { line: row.line, text: row.text + text } : { line, text };
    if ((text.split('"').length - 1) % 2 === 1) open = !open;
    if (open && row.text.length <= LONGEST_LINE) continue;
    yield row;
    row = undefined;
    open = false;
  }
  if (row) yield row;
}

/** In our words: the parser's own quote the patient. */
const mistakes: Record<string, string> = {
  CSV_QUOTE_NOT_CLOSED: 'tanda kutip yang dibuka tidak ditutup',
  INVALID_OPENING_QUOTE: 'ada tanda kutip di tengah isi yang tidak diawali tanda kutip',
  CSV_INVALID_CLOSING_QUOTE: 'ada isi sesudah tanda kutip penutup',
  CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE: 'ada isi sesudah tanda kutip penutup',
};

function parseRow(file: string, line: number, text: string, separator: string): string[] {
  let rows: string[][];
  try {
    rows = parse(text, {
      delimiter: separator,
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      trim: true,
    });
  } catch (error) {
    const { code = '' } = error as { code?: string };
    throw new UsageError(
      `${file} bukan CSV yang utuh, baris ${line}: ${mistakes[code] ?? 'tidak dapat dibaca'} (${code.replace(/^(CSV_)?/, 'CSV_')})`,
    );
  }
  const [cells = [], ...more] = rows;
  // Where the row ends is then anybody's guess.
  if (more.length === 0) return cells;
  throw new UsageError(
    `${file} baris ${line}: ada tanda akhir baris lama (CR) di luar tanda kutip. Simpan lagi sebagai "CSV UTF-8" di Excel`,
  );
}

/** What stands most often between the titles: spreadsheets in Indonesian write semicolons. */
function separatorOf(titles: string): string {
  const plain = titles.replace(/"[^"]*"/g, '');
  const count = (separator: string) => plain.split(separator).length;
  return [',', ';', '\t'].sort((a, b) => count(b) - count(a))[0] ?? ',';
}
