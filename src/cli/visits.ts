/** Visits from a file, one at a time however long it is: NDJSON, or CSV with a map of its columns; a JSON is read whole. */
import { isSatusehatError } from '../contract/error.js';
import { type FieldRow, fieldTable } from '../contract/field-table.js';
import { parseObject } from '../server/json.js';
import { readRows } from './csv.js';
import { type Encoding, readLines, type TextLine } from './lines.js';
import { UsageError } from './usage.js';

/** Why a line is no visit; not what stands in it: it holds a patient. */
export interface Problem {
  message: string;
  remedy: string;
}

/** Of one visit, before anybody has checked it. */
type Fields = Record<string, unknown>;

/** One line of the file (the first, where a row has several): a visit, or why it is none. */
export type Line = { line: number } & ({ visit: Fields } | { problem: Problem });

/** From a column's title to a field, e.g. `pemeriksaan_fisik.tanda_vital.suhu` or `diagnosis.0.kode_icd10`. */
export type Columns = Record<string, string>;

const rows: readonly FieldRow[] = fieldTable.kirimKunjungan;

/**
 * @param columns for CSV; a column that it does not name is taken for a field of its own title.
 * @throws UsageError for what is wrong with the file as a whole: bytes that are no text of this encoding, quotes that
 *   do not pair up, columns that lead to no field or two to one. Nothing of the contents is in it.
 */
export function readVisits(file: string, columns: Columns, encoding: Encoding): AsyncGenerator<Line> {
  const lines = readLines(file, encoding);
  if (/\.csv$/i.test(file)) return readCsv(file, lines, columns);
  return /\.json$/i.test(file) ? readJson(lines) : readNdjson(lines);
}

/** One visit, or a list of them, over as many lines as it likes; a visit a line as well. Counted by their place. */
async function* readJson(lines: AsyncIterable<TextLine>): AsyncGenerator<Line> {
  const all: TextLine[] = [];
  for await (const line of lines) all.push(line);
  const filled = all.filter(({ text }) => text.trim() !== '');
  const whole = readObject(`{"visits":${filled.map(({ text }) => text).join('')}}`);
  if ('problem' in whole) {
    yield* readNdjson(filled);
    return;
  }
  const { visits } = whole.visit;
  for (const [index, visit] of (Array.isArray(visits) ? visits : [visits]).entries()) {
    yield { line: index + 1, ...readObject(JSON.stringify(visit)) };
  }
}

async function* readNdjson(lines: AsyncIterable<TextLine> | Iterable<TextLine>): AsyncGenerator<Line> {
  for await (const { line, text } of lines) {
    const given = text.trim();
    // An object over many lines, or a list of them: every line would be refused for itself.
    if (line === 1 && /^[[{]$|^\[\s*\{/.test(given)) {
      throw new UsageError(
        'berkas ini satu JSON utuh, bukan NDJSON: periksa penulisannya dan beri nama .json, atau tulis satu kunjungan per baris',
      );
    }
    if (given !== '') yield { line, ...readObject(text) };
  }
}

/** As strict as the service is with a request. */
function readObject(text: string): { visit: Fields } | { problem: Problem } {
  try {
    return { visit: parseObject(text) };
  } catch (error) {
    if (!isSatusehatError(error)) throw error;
    const remedy = 'Tulis satu kunjungan per baris, sebagai satu objek JSON.';
    return { problem: { message: error.message, remedy } };
  }
}

async function* readCsv(
  file: string,
  lines: AsyncIterable<TextLine>,
  columns: Columns,
): AsyncGenerator<Line> {
  let paths: (string[] | undefined)[] | undefined;
  for await (const { line, cells } of readRows(file, lines)) {
    if (!paths) {
      paths = fieldsOf(cells, columns).map((path) => path?.split('.'));
      continue;
    }
    const visit: Record<string, unknown> = {};
    let stray: number | undefined;
    let rounded: number | undefined;
    for (const [index, value] of cells.entries()) {
      const path = paths[index];
      if (value === '') continue;
      // A spreadsheet that takes a NIK for a number; its last digits are lost.
      if (/^\d([.,]\d+)?E\+\d+$/i.test(value)) rounded ??= index + 1;
      if (path) put(visit, path, value);
      else stray ??= index + 1;
    }
    if (stray !== undefined) yield { line, problem: untitled(stray) };
    else if (rounded !== undefined) yield { line, problem: asNumber(rounded) };
    else yield { line, visit: withoutGaps(visit) };
  }
}

const untitled = (column: number): Problem => ({
  message: `Kolom ke-${column} berisi, tetapi tidak berjudul.`,
  remedy: 'Beri kolom itu judul, atau periksa pemisah dan tanda kutip di baris ini.',
});

const asNumber = (column: number): Problem => ({
  message: `Kolom ke-${column} berisi angka yang dipotong Excel (misalnya 9,2E+15).`,
  remedy: 'Ubah format kolom itu menjadi Teks, isi lagi angkanya dari sumbernya, lalu simpan.',
});

/** Where each column leads: nowhere (empty) when the map says so, undefined without a title. */
function fieldsOf(titles: string[], columns: Columns): (string | undefined)[] {
  const paths = titles.map((title) =>
    title === '' && !Object.hasOwn(columns, title) ? undefined : fieldOf(title, titles, columns),
  );
  for (const [index, path] of paths.entries()) {
    if (!path) continue;
    const other = paths.findIndex(
      (one, at) => at !== index && (one === path || one?.startsWith(`${path}.`) === true),
    );
    if (other < 0) continue;
    const [first = 0, second = 0] = [index, other].sort((a, b) => a - b);
    throw new UsageError(
      `kolom ke-${first + 1} ${shown(titles[first])} dan kolom ke-${second + 1} ${shown(titles[second])} sama-sama menuju ${path}: buang salah satu, atau petakan ke "" dengan --columns`,
    );
  }
  return paths;
}

/** On one line. */
const shown = (title = '') => JSON.stringify(title.slice(0, 80));

/** As lists count: `.01.` would be no item of one, and lost. */
const INDEX = /\.(0|[1-9]\d?)(?=\.)/g;

/** An empty path leaves a column out. */
function fieldOf(title: string, titles: string[], columns: Columns): string {
  const path = Object.hasOwn(columns, title) ? (columns[title] ?? '') : title;
  const known = rows.some(({ field }) => field === path.replace(INDEX, '[]'));
  if (known || path === '') return path;
  // What stands beneath a field that takes a FHIR object, e.g. `observasi.0.nilai.value`.
  const within = rows.some(({ field }) => path.replace(INDEX, '[]').startsWith(`${field}.`));
  if (within) return path;
  // A file without titles begins with a patient, who must not be shown.
  if (titles.some((one) => /\d{6}/.test(one))) {
    throw new UsageError('baris pertama CSV tampaknya bukan judul kolom: tambahkan baris judul di atasnya');
  }
  throw new UsageError(
    `kolom ${shown(title)} tidak dikenal: beri judul nama field, misalnya nik_pasien, atau petakan dengan --columns (isi kosong: diabaikan)`,
  );
}

/** Items whose columns are empty in this row leave no hole behind. */
function withoutGaps(fields: Fields): Fields {
  const plain = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.filter((item) => item !== undefined).map(plain);
    return typeof value === 'object' && value !== null ? withoutGaps(value as Fields) : value;
  };
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, plain(value)]));
}

/** Titles come from the file: they lead only where the contract has a field. */
function put(into: Record<string, unknown>, [key = '', ...rest]: string[], value: string): void {
  if (key === '') return;
  if (rest.length === 0) {
    into[key] = value;
    return;
  }
  into[key] ??= /^\d+$/.test(rest[0] ?? '') ? [] : {};
  put(into[key] as Record<string, unknown>, rest, value);
}
