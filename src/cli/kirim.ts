/** `satusehat kirim FILE`: thousands of visits to a service, and what became of each. */
import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import type { BatchProgress } from '../client/batch.js';
import type { SatusehatError } from '../contract/error.js';
import { parseObject } from '../server/json.js';
import { createBar } from './bar.js';
import type { Encoding } from './lines.js';
import { clientFromEnvironment } from './service.js';
import { UsageError } from './usage.js';
import { type Columns, readVisits } from './visits.js';

export interface KirimOptions {
  file: string;
  /** JSON file from a column's title to a field. */
  columns: string | undefined;
  /** Of the text in the file. */
  encoding: Encoding;
  /** Default FILE.progress.json. */
  progress: string | undefined;
  /** Where what failed is written, a line each. Default FILE.failed.ndjson. */
  report: string | undefined;
  concurrency: number;
  /** Begins anew, whatever an earlier run has done. */
  fresh: boolean;
  json: boolean;
  url: string | undefined;
}

/** What is kept of a run that was broken off. */
interface Kept {
  /** Of the file: another one begins anew. */
  file: string;
  progress: BatchProgress;
}

/** Errors that the next visit would meet as well. */
const EVERYBODYS = ['INVALID_CREDENTIALS', 'CLINIC_INACTIVE', 'IP_NOT_ALLOWED', 'UNEXPECTED_RESPONSE'];
const AWAY = ['NETWORK_ERROR', 'TIMEOUT'];
/** So many in a row say that the service is away. */
const PATIENCE = 20;
/** Milliseconds between two writings of the progress. */
const KEEP_EVERY = 200;

/** @returns the exit code: 0 when everything was accepted, 1 when something was not. */
export async function kirim(options: KirimOptions): Promise<number> {
  const { file, encoding } = options;
  if (!existsSync(file) || !statSync(file).isFile()) throw new UsageError(`berkas tidak ada: ${file}`);
  const columns = readColumns(options.columns);
  const paths = {
    progress: options.progress ?? `${file}.progress.json`,
    report: options.report ?? `${file}.failed.ndjson`,
  };
  const client = clientFromEnvironment(options.url);
  const mark = markOf(file);
  const resume = options.fresh ? undefined : readProgress(paths.progress, mark);
  const all = await countVisits(file, columns, encoding);

  const stop = new AbortController();
  let reason: string | undefined;
  const onSignal = () => {
    reason ??= 'dihentikan';
    stop.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);

  /** Which line each visit stands in, while it is under way. */
  const lines = new Map<number, number>();
  const failed: object[] = [];
  let unreadable = 0;
  async function* visits() {
    let index = 0;
    for await (const one of readVisits(file, columns, encoding)) {
      if ('problem' in one) {
        unreadable++;
        failed.push({ line: one.line, code: 'INVALID_JSON', ...one.problem });
        continue;
      }
      lines.set(index++, one.line);
      yield one.visit;
    }
  }

  const bar = createBar(process.stderr, Date.now);
  let awayInARow = 0;
  let keptAt = 0;
  const batch = client.kirimBatch(visits(), {
    concurrency: options.concurrency,
    signal: stop.signal,
    ...(resume ? { resume } : {}),
    onProgress({ total, skipped, failed: wrong, progress }) {
      bar.show(total + skipped, all, wrong > 0 ? `, ${wrong} gagal` : '', skipped);
      if (Date.now() - keptAt < KEEP_EVERY) return;
      keptAt = Date.now();
      keep(paths.progress, { file: mark, progress });
    },
  });
  try {
    for await (const result of batch) {
      const line = lines.get(result.index);
      lines.delete(result.index);
      if (result.ok) {
        awayInARow = 0;
        continue;
      }
      const { code } = result.error;
      if (code === 'ABORTED') continue;
      failed.push(failureOf(line, result.error));
      awayInARow = AWAY.includes(code) ? awayInARow + 1 : 0;
      if (EVERYBODYS.includes(code) || awayInARow >= PATIENCE) {
        reason ??= `${result.error.message} ${result.error.remedy}`;
        stop.abort();
      }
    }
  } catch (error) {
    if (!stop.signal.aborted) throw error;
  } finally {
    bar.end();
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
    keep(paths.progress, { file: mark, progress: batch.report.progress });
  }
  writeFileSync(paths.report, failed.map((one) => `${JSON.stringify(one)}\n`).join(''), { mode: 0o600 });

  const { sent, queued, skipped, complete } = batch.report;
  const summary = {
    ...{ complete: complete && reason === undefined, sent, queued },
    ...{ failed: batch.report.failed + unreadable, doneBefore: skipped },
    ...{ progress: paths.progress, report: failed.length > 0 ? paths.report : null },
    ...(reason ? { stopped: reason } : {}),
  };
  if (options.json) process.stdout.write(`${JSON.stringify(summary)}\n`);
  else process.stdout.write(inWords(summary));
  return summary.complete && summary.failed === 0 ? 0 : 1;
}

function inWords(summary: {
  complete: boolean;
  sent: number;
  queued: number;
  failed: number;
  doneBefore: number;
  report: string | null;
  stopped?: string;
}): string {
  const { sent, queued, failed, doneBefore, report, stopped } = summary;
  const lines = [
    `Terkirim ${sent}, diantrekan layanan ${queued}, gagal ${failed}, sudah dikerjakan sebelumnya ${doneBefore}.`,
    ...(report ? [`Yang gagal, beserta sebabnya: ${report}`] : []),
    ...(stopped ? [`Berhenti: ${stopped}`] : []),
    ...(summary.complete ? [] : ['Belum selesai. Jalankan perintah yang sama untuk melanjutkan.']),
  ];
  return `${lines.join('\n')}\n`;
}

/** Why one was not accepted: fields and remedies, no value of anybody. */
function failureOf(line: number | undefined, error: SatusehatError): object {
  const { code, message, remedy, logId, details } = error;
  const { fields } = (details ?? {}) as { fields?: { field: string; message: string; remedy: string }[] };
  return {
    line,
    code,
    message,
    remedy,
    ...(logId ? { log_id: logId } : {}),
    ...(fields
      ? {
          fields: fields.map(({ field, ...more }) => ({ field, message: more.message, remedy: more.remedy })),
        }
      : {}),
  };
}

/** Looks at the whole file before anything is sent: also for columns that lead nowhere. */
async function countVisits(file: string, columns: Columns | undefined, encoding: Encoding): Promise<number> {
  let count = 0;
  for await (const one of readVisits(file, columns, encoding)) if ('visit' in one) count++;
  return count;
}

function readColumns(file: string | undefined): Columns | undefined {
  if (file === undefined) return undefined;
  try {
    const columns = parseObject(readFileSync(file, 'utf8').replace(/^\uFEFF/, ''));
    if (Object.values(columns).every((path) => typeof path === 'string')) return columns as Columns;
  } catch {}
  throw new UsageError(
    `--columns ${file}: harus JSON dari judul kolom ke nama field, misalnya {"NIK": "nik_pasien"}`,
  );
}

/** Of the same file as before an earlier run is gone on with. */
function readProgress(path: string, mark: string): BatchProgress | undefined {
  if (!existsSync(path)) return undefined;
  try {
    const kept = JSON.parse(readFileSync(path, 'utf8')) as Kept;
    if (kept.file === mark) return kept.progress;
  } catch {
    throw new UsageError(`${path} tidak dapat dibaca; hapus berkas itu, atau pakai --fresh`);
  }
  throw new UsageError(`${path} milik isi berkas yang lain; pakai --fresh, atau --progress lain`);
}

/** In one step: a run that is killed leaves the progress of before or of now. */
function keep(path: string, kept: Kept): void {
  const next = `${path}.next`;
  writeFileSync(next, JSON.stringify(kept), { mode: 0o600 });
  renameSync(next, path);
}

/** Digest of the whole file. */
function markOf(file: string): string {
  const hash = createHash('sha256');
  const handle = openSync(file, 'r');
  const buffer = Buffer.alloc(1_048_576);
  try {
    for (let read = readSync(handle, buffer); read > 0; read = readSync(handle, buffer)) {
      hash.update(buffer.subarray(0, read));
    }
  } finally {
    closeSync(handle);
  }
  return hash.digest('hex');
}
