/** Many visits, a few at a time. Loaded when needed. */
import type { ResponseOf } from '../contract/contract.js';
import { isSatusehatError, SatusehatError } from '../contract/error.js';
import type { SatusehatClient, VisitInput } from './client.js';
import { numberOf, type SendOptions } from './options.js';
import { orAborted } from './waiting.js';

/** What became of one item of a batch: `ok` tells which of the two it is. */
export type BatchResult =
  | {
      /** Place of the item in the source, from 0. */
      index: number;
      /** At the platform, or kept by the service: `data.status` says which. */
      ok: true;
      /** The service's answer. */
      data: ResponseOf<'kirimKunjungan'>;
      /** None. */
      error?: undefined;
    }
  | {
      /** Place of the item in the source, from 0. */
      index: number;
      /** Not accepted: the others go on. */
      ok: false;
      /** None. */
      data?: undefined;
      /** Why; UNKNOWN, with its `cause`, for a mistake in a program. */
      error: SatusehatError;
    };

/** Where a batch stands. Small however long the batch, holds no patient, may be kept as JSON. */
export interface BatchProgress {
  /** Every item before this one has been accepted, but for those in `again`. */
  next: number;
  /** Items behind `next` that are done. */
  done: number[];
  /** Items before `next` that were not accepted, as ranges from … to. */
  again: [from: number, to: number][];
}

/** How many of what, and where it stands. */
export interface BatchReport {
  /** Items that were asked about, without those an earlier run had done. */
  total: number;
  /** At the platform. */
  sent: number;
  /** Kept by the service, which delivers them. */
  queued: number;
  /** Not accepted, each with an error of its own. */
  failed: number;
  /** Done by an earlier run. */
  skipped: number;
  /** True when the source has come to its end. */
  complete: boolean;
  /** For `resume` of another run over the same items in the same order. */
  progress: BatchProgress;
}

/** How `kirimBatch` goes about it; the options of a single send hold for each. */
export interface BatchOptions extends Omit<SendOptions, 'idempotencyKey'> {
  /** Visits under way at a time, and in memory. Default 4. */
  concurrency?: number | undefined;
  /** Told after every item. */
  onProgress?: ((report: BatchReport) => void) | undefined;
  /** `report.progress` of an earlier run: what it has done is not sent again. */
  resume?: BatchProgress | undefined;
}

export async function* sendBatch(
  client: Pick<SatusehatClient, 'kirimKunjungan'>,
  items: Iterable<VisitInput> | AsyncIterable<VisitInput>,
  options: BatchOptions,
  keep: (report: BatchReport) => void,
): AsyncGenerator<BatchResult, BatchReport, undefined> {
  const { concurrency, onProgress, resume, signal, ...call } = options;
  const counts = { total: 0, sent: 0, queued: 0, failed: 0, skipped: 0, complete: false };
  const track = tracker(resume);
  const report = (): BatchReport => ({ ...counts, progress: track.progress() });
  const limit = Math.floor(numberOf('concurrency', concurrency, 4, 1));
  const source = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  const underWay = new Map<number, Promise<BatchResult>>();
  let next: Promise<IteratorResult<VisitInput> | undefined> | undefined;
  let index = 0;
  let exhausted = false;
  let broken: { error: unknown } | undefined;
  const take = async () => source.next();

  const settle = (result: BatchResult) => {
    underWay.delete(result.index);
    counts.total++;
    if (result.ok) counts[result.data.status === 'queued' ? 'queued' : 'sent']++;
    else counts.failed++;
    track.settle(result.index, result.ok);
    keep(report());
    onProgress?.(report());
    return result;
  };

  try {
    keep(report());
    for (;;) {
      if (!exhausted && !broken && underWay.size < limit && !signal?.aborted) {
        // Broken off, or a mistake in the source: what is under way still tells what became of it.
        next ??= orAborted(take(), signal).catch((error: unknown) => {
          broken = { error };
          return undefined;
        });
      }
      if (!next && underWay.size === 0) break;
      // A source that takes its time keeps no result back.
      const first = await Promise.race<BatchResult | IteratorResult<VisitInput> | undefined>([
        ...underWay.values(),
        ...(next ? [next] : []),
      ]);
      if (first && 'index' in first) {
        yield settle(first);
        continue;
      }
      next = undefined;
      if (!first) continue;
      exhausted = first.done === true;
      if (first.done) continue;
      const at = index++;
      if (track.isDone(at)) counts.skipped++;
      else underWay.set(at, sendOne(client, first.value, at, { ...call, signal }));
    }
    if (broken) throw broken.error;
    if (signal?.aborted) throw new SatusehatError({ code: 'ABORTED' });
    counts.complete = true;
    keep(report());
    return report();
  } finally {
    // Left early: nothing more is taken, and what is under way comes to its end first, so that the report is true.
    const closed = exhausted ? undefined : Promise.resolve(source.return?.(undefined));
    // A source that hangs would not hear of an abort.
    if (signal?.aborted) closed?.catch(() => {});
    else await closed;
    for (const result of await Promise.all(underWay.values())) settle(result);
  }
}

async function sendOne(
  client: Pick<SatusehatClient, 'kirimKunjungan'>,
  item: VisitInput,
  index: number,
  options: SendOptions,
): Promise<BatchResult> {
  try {
    return { index, ok: true, data: await client.kirimKunjungan(item, options) };
  } catch (error) {
    if (isSatusehatError(error)) return { index, ok: false, error };
    return { index, ok: false, error: new SatusehatError({ code: 'UNKNOWN', cause: error }) };
  }
}

/**
 * Remembers what is done in as little as it takes: a mark, and what stands out before and behind it. An item that
 * failed is not done: its key keeps it from being recorded twice.
 */
export function tracker(resume: BatchProgress | undefined) {
  let next = resume?.next ?? 0;
  const ahead = new Map((resume?.done ?? []).map((index) => [index, true]));
  let again: [number, number][] = (resume?.again ?? []).map(([from, to]) => [from, to]);
  const within = (index: number) => again.some(([from, to]) => from <= index && index <= to);
  return {
    isDone: (index: number) => (index < next ? !within(index) : ahead.get(index) === true),
    settle(index: number, done: boolean) {
      if (index < next) {
        if (!done) return;
        // Done at last: its range falls into what is before and what is behind it.
        again = again.flatMap(([from, to]) => {
          const parts: [number, number][] =
            index < from || index > to
              ? [[from, to]]
              : [
                  [from, index - 1],
                  [index + 1, to],
                ];
          return parts.filter(([first, last]) => first <= last);
        });
        return;
      }
      ahead.set(index, done);
      for (let state = ahead.get(next); state !== undefined; state = ahead.get(next)) {
        ahead.delete(next);
        const last = again.at(-1);
        if (!state && last?.[1] === next - 1) last[1] = next;
        else if (!state) again.push([next, next]);
        next++;
      }
    },
    progress: (): BatchProgress => ({
      next,
      done: [...ahead].flatMap(([index, done]) => (done ? [index] : [])).sort((a, b) => a - b),
      again: again.map(([from, to]) => [from, to]),
    }),
  };
}

/** A batch of visits: nothing is sent before somebody asks for its results. */
export interface Batch {
  /** The results, each as it comes; what the iterator returns at its end is the report. */
  [Symbol.asyncIterator](): AsyncGenerator<BatchResult, BatchReport, undefined>;
  /** How it stands; whole when the loop is over. */
  readonly report: BatchReport;
  /** Runs to the end without looking at the single results. */
  run(): Promise<BatchReport>;
}
