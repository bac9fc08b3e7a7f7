/** From a checked encounter to its answer: keep it on disk, then try within the caller's budget. */
import { canonicalJson } from '../contract/canonical.js';
import { SatusehatError } from '../contract/error.js';
import type { Clinic } from '../delivery/clinic.js';
import type { Worker } from '../delivery/worker.js';
import type { Store, Submission } from '../store/store.js';

export interface Submitting {
  store: Store;
  worker: Worker;
  now: () => number;
}

export interface ToSubmit {
  clinic: Clinic;
  endpoint: string;
  /** As the clinic sent it, without empty fields. */
  given: Record<string, unknown>;
  headers: Headers;
  /** Milliseconds to wait for the platform when the caller names none. */
  budget: number;
}

/**
 * Returns only after the submission is on disk. The same body again, or the same Idempotency-Key, finds the
 * submission of before: it is answered from what is known, and tried again only when it had failed.
 *
 * @returns `replayed` when it was already at the platform.
 * @throws SatusehatError IDEMPOTENCY_CONFLICT, or what delivery ended with, with the log_id.
 */
export async function submit(
  { store, worker, now }: Submitting,
  { clinic, endpoint, given, headers, budget }: ToSubmit,
): Promise<{ submission: Submission; replayed: boolean }> {
  const digest = `${endpoint}\n${canonicalJson(given)}`;
  const { kind, submission } = await store.accept({
    logId: crypto.randomUUID(),
    clinic: clinic.code,
    endpoint,
    idempotencyKey: headers.get('idempotency-key')?.trim() || digest,
    digest,
    payload: given,
    now: now(),
  });
  if (kind === 'conflict')
    throw new SatusehatError({ code: 'IDEMPOTENCY_CONFLICT', logId: submission.logId });
  if (submission.state === 'sent') return { submission, replayed: kind === 'known' };
  if (submission.state === 'failed') {
    await store.change(submission.logId, { state: 'queued', nextTry: now() }, now());
  }
  const delivery = worker.run(submission.logId);
  const settled = await within(delivery, readBudget(headers, budget));
  const latest = settled ?? (await store.find(submission.logId)) ?? submission;
  if (latest.state === 'failed' && latest.error) throw keptError(latest);
  return { submission: latest, replayed: false };
}

/** The error a failed submission stands with. */
function keptError({ error, logId }: Submission): SatusehatError {
  const { code, message, remedy, details } = error as NonNullable<Submission['error']>;
  return new SatusehatError({
    code: code as 'FHIR_VALIDATION_ERROR',
    message,
    remedy,
    details: details as never,
    logId,
  });
}

/** `Prefer: respond-async` waits for nothing, `Prefer: wait=N` for N seconds, at most 60. */
function readBudget(headers: Headers, budget: number): number {
  const prefer = headers.get('prefer') ?? '';
  if (/\brespond-async\b/i.test(prefer)) return 0;
  const wait = /\bwait=(\d+)\b/i.exec(prefer)?.[1];
  return wait === undefined ? budget : Math.min(60, Number(wait)) * 1000;
}

async function within<T>(work: Promise<T>, milliseconds: number): Promise<T | undefined> {
  // The work goes on after the answer; its end is written down by the worker.
  work.catch(() => {});
  if (milliseconds === 0) return undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, milliseconds, undefined);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
