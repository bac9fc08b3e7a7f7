/** How far runs came with a file: at each service and clinic on its own. Holds no patient and no secret. */
import { createHash } from 'node:crypto';
import { closeSync, existsSync, openSync, readFileSync, readSync, renameSync, writeFileSync } from 'node:fs';
import type { BatchProgress } from '../client/batch.js';
import { UsageError } from './usage.js';

/** Whom a run sends to, and how it reads the file. */
export interface Purpose {
  address: string;
  clinic: string;
  columns: Record<string, string>;
  encoding: string;
}

interface Kept {
  /** Digest of the file: with another one nothing is gone on with. */
  file: string;
  /** By digest of address and clinic: the newest there. */
  runs: Record<string, Run>;
}

interface Run {
  /** Digest of how the file was read: read otherwise, it is other data, and is sent anew. */
  how: string;
  progress: BatchProgress;
}

export interface Progress {
  /** Where to go on; undefined begins at the first. */
  resume: BatchProgress | undefined;
  /** True when what is kept there is of another service or clinic, or was read otherwise. */
  elsewhere: boolean;
  keep(progress: BatchProgress): void;
}

/** @param fresh begins anew, whatever is kept. @throws UsageError for the progress of another file. */
export function openProgress(path: string, file: string, purpose: Purpose, fresh: boolean): Progress {
  const mark = markOf(file);
  const { address, clinic, columns, encoding } = purpose;
  const target = digest([new URL(address).href.replace(/\/+$/, ''), clinic]);
  const how = digest([encoding, Object.entries(columns).sort(([a], [b]) => (a < b ? -1 : 1))]);
  const runs = readRuns(path, mark, fresh);
  const run = fresh ? undefined : runs[target];
  const resume = run?.how === how ? run.progress : undefined;
  return {
    resume,
    elsewhere: !resume && !fresh && Object.keys(runs).length > 0,
    keep: (progress) => write(path, { file: mark, runs: { ...runs, [target]: { how, progress } } }),
  };
}

function readRuns(path: string, mark: string, fresh: boolean): Record<string, Run> {
  if (!existsSync(path)) return {};
  try {
    const kept = JSON.parse(readFileSync(path, 'utf8')) as Kept;
    if (kept.file === mark) return kept.runs ?? {};
  } catch {
    if (fresh) return {};
    throw new UsageError(`${path} tidak dapat dibaca; hapus berkas itu, atau pakai --fresh`);
  }
  if (fresh) return {};
  throw new UsageError(`${path} milik isi berkas yang lain; pakai --fresh, atau --progress lain`);
}

/** In one step: a run that is killed leaves the progress of before or of now. */
function write(path: string, kept: Kept): void {
  const next = `${path}.${process.pid}.next`;
  writeFileSync(next, JSON.stringify(kept), { mode: 0o600 });
  renameSync(next, path);
}

const digest = (value: unknown) => createHash('sha256').update(JSON.stringify(value)).digest('hex');

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
