/** Visits from a file, one at a time however long it is: NDJSON, or CSV with a map of its columns. */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { parse } from 'csv-parse';
import type { VisitInput } from '../client/client.js';
import { type FieldRow, fieldTable } from '../contract/field-table.js';
import { UsageError } from './usage.js';

/** One line of the file: a visit, or why it is none. */
export type Line = { line: number } & ({ visit: VisitInput } | { problem: string });

/** From a column's title to a field, e.g. `pemeriksaan_fisik.tanda_vital.suhu` or `diagnosis.0.kode_icd10`. */
export type Columns = Record<string, string>;

const rows: readonly FieldRow[] = fieldTable.kirimKunjungan;

/**
 * @param columns for CSV; a column that it does not name is taken for a field of its own title.
 * @throws UsageError for a column that leads to no field, before the first visit.
 */
export function readVisits(file: string, columns: Columns | undefined): AsyncGenerator<Line> {
  return /\.csv$/i.test(file) ? readCsv(file, columns ?? {}) : readLines(file);
}

async function* readLines(file: string): AsyncGenerator<Line> {
  const handle = await open(file);
  let line = 0;
  try {
    for await (const text of handle.readLines()) {
      line++;
      const plain = line === 1 ? text.replace(/^\uFEFF/, '') : text;
      if (plain.trim() === '') continue;
      yield { line, ...readObject(plain) };
    }
  } finally {
    await handle.close().catch(() => {});
  }
}

function readObject(text: string): { visit: VisitInput } | { problem: string } {
  try {
    const visit = JSON.parse(text) as VisitInput;
    if (typeof visit === 'object' && visit !== null && !Array.isArray(visit)) return { visit };
  } catch {}
  // Not the line itself: it holds a patient.
  return { problem: 'bukan objek JSON yang sah' };
}

async function* readCsv(file: string, columns: Columns): AsyncGenerator<Line> {
  const source = createReadStream(file);
  const parser = source.pipe(
    parse({
      bom: true,
      delimiter: await separatorOf(file),
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
    }),
  );
  source.on('error', (error) => parser.destroy(error));
  let paths: string[] | undefined;
  try {
    for await (const { record, info } of parser as AsyncIterable<{
      record: string[];
      info: { lines: number };
    }>) {
      if (!paths) {
        paths = record.map((title) => fieldOf(title, columns));
        continue;
      }
      if (record.length > paths.length) {
        yield { line: info.lines, problem: `punya ${record.length} kolom, judulnya ${paths.length}` };
        continue;
      }
      const visit: Record<string, unknown> = {};
      record.forEach((value, index) => {
        if (value !== '') put(visit, (paths?.[index] ?? '').split('.'), value);
      });
      yield { line: info.lines, visit: visit as VisitInput };
    }
  } catch (error) {
    const { code } = error as { code?: string };
    if (!code?.startsWith('CSV_')) throw error;
    throw new UsageError(`${file} bukan CSV yang utuh (${code}); periksa tanda kutipnya`, { cause: error });
  } finally {
    source.destroy();
  }
}

/** What stands most often between the titles: spreadsheets in Indonesian write semicolons. */
async function separatorOf(file: string): Promise<string> {
  const handle = await open(file);
  try {
    for await (const line of handle.readLines()) {
      if (line.trim() === '') continue;
      const titles = line.replace(/"[^"]*"/g, '');
      const count = (separator: string) => titles.split(separator).length;
      return [',', ';', '\t'].sort((a, b) => count(b) - count(a))[0] ?? ',';
    }
  } finally {
    await handle.close().catch(() => {});
  }
  return ',';
}

/** An empty path leaves a column out. */
function fieldOf(title: string, columns: Columns): string {
  const path = Object.hasOwn(columns, title) ? (columns[title] ?? '') : title;
  const known = rows.some(({ field }) => field === path.replace(/\.\d+(?=\.)/g, '[]'));
  if (known || path === '') return path;
  // What stands beneath a field that takes a FHIR object, e.g. `observasi.0.nilai.value`.
  const within = rows.some(({ field }) => path.replace(/\.\d+(?=\.)/g, '[]').startsWith(`${field}.`));
  if (within) return path;
  throw new UsageError(
    `kolom "${title}" tidak dikenal: beri judul nama field, misalnya nik_pasien, atau petakan dengan --columns (isi kosong: diabaikan)`,
  );
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
