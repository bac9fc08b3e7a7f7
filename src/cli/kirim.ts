/** `satusehat kirim FILE`: thousands of visits to a service, and what became of each. */
import {
  accessSync,
  constants,
  existsSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { resolve } from 'node:path';
import { type BatchReport, sendBatch, tracker } from '../client/batch.js';
import type { VisitInput } from '../client/client.js';
import type { SatusehatError } from '../contract/error.js';
import { parseObject } from '../server/json.js';
import { createBar } from './bar.js';
import { explain } from './explain.js';
import type { Encoding } from './lines.js';
import { createPatience, LIMITS } from './patience.js';
import { openProgress } from './progress.js';
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

/** Errors that the next visit would meet as well; a limit comes here only when it was waited for in vain. */
const EVERYBODYS = [
  ...['INVALID_CREDENTIALS', 'CLINIC_INACTIVE', 'IP_NOT_ALLOWED', 'UNEXPECTED_RESPONSE'],
  ...LIMITS,
];
const AWAY = ['NETWORK_ERROR', 'TIMEOUT', 'INTERNAL_ERROR'];
/** So many in a row say that the service is away. */
const PATIENCE = 20;
/** Milliseconds between two writings of the progress, and between two looks at the clock while nothing comes. */
const [KEEP_EVERY, SHOW_EVERY] = [200, 1_000];

/** @returns the exit code: 0 when everything was accepted, 1 when something was not. */
export async function kirim(options: KirimOptions): Promise<number> {
  const { file, encoding } = options;
  if (!existsSync(file) || !statSync(file).isFile()) throw new UsageError(`berkas tidak ada: ${file}`);
  const columns = readColumns(options.columns);
  const reportPath = options.report ?? `${file}.failed.ndjson`;
  const progressPath = options.progress ?? `${file}.progress.json`;
  refuseSame({
    BERKAS: file,
    '--columns': options.columns,
    '--progress': progressPath,
    '--report': reportPath,
  });
  // Known before the first visit goes, not after the last.
  for (const path of [progressPath, reportPath]) refuseUnwritable(path);
  const patience = createPatience();
  const client = clientFromEnvironment(options.url, { onRetry: patience.onRetry });
  const { SATUSEHAT_BASE_URL = '', CLINIC_CODE: clinic = '' } = process.env;
  const purpose = { address: options.url ?? SATUSEHAT_BASE_URL, clinic, columns, encoding };
  const kept = openProgress(progressPath, file, purpose, options.fresh);
  const { lines, problems } = await look(file, columns, encoding);
  if (kept.elsewhere) {
    process.stderr.write(
      `${progressPath} milik layanan, klinik, atau cara baca (--columns, --encoding) yang lain: semua kunjungan dikirim.\n`,
    );
  }

  const stop = new AbortController();
  let reason: string | undefined;
  const onSignal = () => {
    reason ??= 'dihentikan';
    stop.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);

  let report: BatchReport | undefined;
  const results = sendBatch(
    patience.over(client),
    visitsOf(file, columns, encoding),
    { concurrency: options.concurrency, signal: stop.signal, resume: kept.resume },
    (now) => {
      report = now;
    },
  );
  /** By index of the visit. */
  const failed = new Map<number, { code: string }>();
  const brokenOff = new Set<number>();
  const bar = createBar(process.stderr, Date.now);
  const show = () => {
    const { total = 0, skipped = 0 } = report ?? {};
    const wrong = failed.size > 0 ? `, ${failed.size} gagal` : '';
    bar.show(total + skipped, lines.length, wrong + patience.words(), skipped);
  };
  const clock = setInterval(show, SHOW_EVERY);
  let awayInARow = 0;
  let keptAt = 0;
  let mistake: { error: unknown } | undefined;
  try {
    for await (const { index, ok, error } of results) {
      if (!ok && error.code === 'ABORTED') brokenOff.add(index);
      else if (!ok) failed.set(index, failureOf(error));
      awayInARow = !ok && AWAY.includes(error.code) ? awayInARow + 1 : 0;
      if (!ok && (EVERYBODYS.includes(error.code) || awayInARow >= PATIENCE)) {
        reason ??= `${error.message} ${error.remedy}`;
        stop.abort();
      }
      show();
      if (!report || Date.now() - keptAt < KEEP_EVERY) continue;
      keptAt = Date.now();
      kept.keep(report.progress);
    }
  } catch (error) {
    if (!stop.signal.aborted) mistake = { error };
  } finally {
    clearInterval(clock);
    bar.end();
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  }
  if (report) kept.keep(report.progress);

  const before = tracker(kept.resume);
  const after = tracker(report?.progress ?? kept.resume);
  const failures = lines.flatMap((line, index) => {
    const why = failed.get(index);
    return why ? { line, ...why } : [];
  });
  const pending = lines.flatMap((line, index) =>
    after.isDone(index) || failed.has(index)
      ? []
      : { line, ...(brokenOff.has(index) ? UNCERTAIN : NOT_TRIED) },
  );
  const rest = [...problems, ...failures, ...pending].sort((a, b) => a.line - b.line);
  try {
    writeFileSync(reportPath, rest.map((one) => `${JSON.stringify(one)}\n`).join(''), { mode: 0o600 });
  } catch (error) {
    // What was sent is said all the same.
    mistake ??= { error };
  }

  const summary = {
    complete: report?.complete === true && reason === undefined && !mistake,
    sent: report?.sent ?? 0,
    queued: report?.queued ?? 0,
    failed: failures.length + problems.length,
    pending: pending.length,
    doneBefore: lines.filter((_, index) => before.isDone(index)).length,
    causes: countBy(rest.map(({ code }) => code)),
    progress: progressPath,
    report: rest.length > 0 ? reportPath : null,
    ...(reason ? { stopped: reason } : {}),
  };
  if (options.json) process.stdout.write(`${JSON.stringify(summary)}\n`);
  else process.stdout.write(inWords(summary));
  if (mistake) throw mistake.error;
  return summary.complete && summary.failed === 0 ? 0 : 1;
}

/** One of them would be written over another. */
function refuseSame(files: Record<string, string | undefined>): void {
  const seen = new Map<string, string>();
  for (const [name, file] of Object.entries(files)) {
    if (file === undefined) continue;
    const real = existsSync(file) ? realpathSync(file) : resolve(file);
    const other = seen.get(real);
    if (other) throw new UsageError(`${other} dan ${name} adalah berkas yang sama: ${file}`);
    seen.set(real, name);
  }
}

function refuseUnwritable(path: string): void {
  const there = existsSync(path);
  if (there && !statSync(path).isFile()) throw new UsageError(`${path} bukan berkas`);
  // Beside it, as the progress is written; what is there stays.
  const trial = `${path}.${process.pid}`;
  try {
    if (there) accessSync(path, constants.W_OK);
    writeFileSync(trial, '.'.repeat(65_536));
  } catch (error) {
    throw new UsageError(`${path} tidak dapat ditulis: ${explain(error)}`, { cause: error });
  } finally {
    rmSync(trial, { force: true });
  }
}

const NOT_TRIED = {
  code: 'NOT_TRIED',
  message: 'Belum dikirim.',
  remedy: 'Jalankan perintah yang sama untuk melanjutkan.',
};
const UNCERTAIN = {
  code: 'ABORTED',
  message: 'Terputus selagi dikirim: belum pasti sampai.',
  remedy: 'Jalankan perintah yang sama: yang sudah sampai tidak dicatat dua kali.',
};

function inWords(summary: {
  complete: boolean;
  sent: number;
  queued: number;
  failed: number;
  pending: number;
  causes: Record<string, number>;
  doneBefore: number;
  report: string | null;
  stopped?: string;
}): string {
  const { sent, queued, failed, pending, causes, doneBefore, report, stopped } = summary;
  const why = Object.entries(causes).map(([code, count]) => `${code} ${count}`);
  const nothingNew = sent + queued + failed + pending === 0 && doneBefore > 0;
  const lines = [
    `Terkirim ${sent}, diantrekan layanan ${queued}, gagal ${failed}, sudah dikirim sebelumnya ${doneBefore}.`,
    ...(pending > 0 ? [`Belum dikirim, atau belum pasti sampai: ${pending}.`] : []),
    ...(nothingNew
      ? [
          'Semuanya sudah diterima sebelumnya. Bila sesudah itu layanan dipulihkan dari cadangan, pakai --fresh: yang masih dikenalnya tidak terkirim dua kali.',
        ]
      : []),
    ...(failed > 0 ? [`Menurut sebabnya: ${why.join(', ')}.`] : []),
    ...(report ? [`Yang gagal atau belum dikirim, beserta sebabnya: ${report}`] : []),
    ...(stopped ? [`Berhenti: ${stopped}`] : []),
    ...(summary.complete ? [] : ['Belum selesai. Jalankan perintah yang sama untuk melanjutkan.']),
  ];
  return `${lines.join('\n')}\n`;
}

/** The most frequent first. */
function countBy(codes: string[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const code of codes) counts.set(code, (counts.get(code) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([, a], [, b]) => b - a));
}

/** Why one was not accepted: fields and remedies, no value of anybody. */
function failureOf(error: SatusehatError): { code: string; message: string; [more: string]: unknown } {
  const { code, message, remedy, logId, details } = error;
  const { fields } = (details ?? {}) as { fields?: { field: string; message: string; remedy: string }[] };
  return {
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

/** Looks at the whole file before anything is sent. @returns the line of each visit, and what is none. */
async function look(file: string, columns: Columns, encoding: Encoding) {
  const lines: number[] = [];
  const problems: { line: number; code: string }[] = [];
  for await (const one of readVisits(file, columns, encoding)) {
    if ('visit' in one) lines.push(one.line);
    else problems.push({ line: one.line, code: 'INVALID_JSON', ...one.problem });
  }
  return { lines, problems };
}

async function* visitsOf(file: string, columns: Columns, encoding: Encoding) {
  for await (const one of readVisits(file, columns, encoding)) {
    // Whether it is one, the client says, visit by visit.
    if ('visit' in one) yield one.visit as unknown as VisitInput;
  }
}

function readColumns(file: string | undefined): Columns {
  if (file === undefined) return {};
  try {
    const columns = parseObject(readFileSync(file, 'utf8').replace(/^\uFEFF/, ''));
    if (Object.values(columns).every((path) => typeof path === 'string')) return columns as Columns;
  } catch {}
  throw new UsageError(
    `--columns ${file}: harus JSON dari judul kolom ke nama field, misalnya {"NIK": "nik_pasien"}`,
  );
}
