/** From a checked request to its answer: keep it on disk, then try within the caller's budget. */

import { withdrawn } from '../contract/answer.js';
import { canonicalJson } from '../contract/canonical.js';
import { SatusehatError } from '../contract/error.js';
import { bodyDigest, defaultKey } from '../contract/idempotency.js';
import type { Clinic } from '../delivery/clinic.js';
import type { Worker } from '../delivery/worker.js';
import type { Store, Submission } from '../store/store.js';
import type { Leaving } from './leaving.js';

export interface Submitting {
  store: Store;
  worker: Worker;
  leaving: Leaving;
  now: () => number;
}

export interface ToSubmit {
  clinic: Clinic;
  endpoint: string;
  /** What the submissions of one visit have in common; leave out for one that begins a visit. */
  visit?: string | undefined;
  /** As the clinic sent it, without empty fields. */
  given: Record<string, unknown>;
  /** What that means: the same for bodies that say the same. */
  said: Record<string, unknown>;
  headers: Headers;
  /** Milliseconds to wait for the platform when the caller names none. */
  budget: number;
}

/**
 * Returns only after the submission is on disk. A body that says the same again, or the same Idempotency-Key, finds the
 * submission of before: it is answered from what is known, and tried again only when it had failed.
 *
 * @returns `replayed` when it was already at the platform.
 * @throws SatusehatError IDEMPOTENCY_CONFLICT, or what delivery ended with, with the log_id.
 */
export async function submit(
  { store, worker, leaving, now }: Submitting,
  { clinic, endpoint, visit, given, said, headers, budget }: ToSubmit,
): Promise<{ submission: Submission; replayed: boolean }> {
  const digest = bodyDigest(endpoint, said, visit);
  const key = await ownKey(headers.get('idempotency-key')?.trim(), clinic.code, endpoint, given);
  const { kind, submission } = await store.accept({
    logId: crypto.randomUUID(),
    clinic: clinic.code,
    endpoint,
    ...(visit === undefined ? { registration: registrationOf(given) } : { visit }),
    idempotencyKey: key ?? `${digest}${await changedSince(store, clinic.code, endpoint, visit, given)}`,
    // The reason of a withdrawal does not make it another.
    digest: endpoint === 'batalLog' ? endpoint : digest,
    payload: given,
    now: now(),
  });
  if (kind === 'registered') {
    // Refused before, and nothing of it is there: the new body takes its place.
    const body = { payload: given, digest, registration: registrationOf(given) };
    const mended = submission.endpoint === endpoint && (await store.rewrite(submission.logId, body, now()));
    if (!mended) throw registered(submission);
    return {
      submission: await tryNow({ store, worker, leaving }, mended, readBudget(headers, budget)),
      replayed: false,
    };
  }
  if (kind === 'conflict')
    throw new SatusehatError({ code: 'IDEMPOTENCY_CONFLICT', logId: submission.logId });
  if (submission.state === 'sent') return { submission, replayed: kind === 'known' };
  // Withdrawn on purpose: the same data again does not bring it back.
  if (submission.state === 'void') throw withdrawn(submission);
  // A failed one is tried again.
  const again = submission.state === 'failed' ? await store.reopen(submission.logId, now()) : submission;
  const latest = await tryNow({ store, worker, leaving }, again, readBudget(headers, budget));
  return { submission: latest, replayed: false };
}

/**
 * Delivers within the caller's budget.
 *
 * @returns the submission as it is when it is done, or when the budget is over.
 * @throws SatusehatError what delivery ended with, with the log_id.
 */
export async function tryNow(
  { store, worker, leaving }: Pick<Submitting, 'store' | 'worker' | 'leaving'>,
  submission: Submission,
  budget: number,
): Promise<Submission> {
  // The work goes on after the answer; its end is written down by the worker.
  const work = worker.run(submission);
  work.catch(() => {});
  const settled = budget > 0 ? await leaving.within(work, budget) : undefined;
  // Without waiting there is nothing new to know.
  const latest = settled ?? (budget > 0 ? await store.find(submission.logId) : undefined) ?? submission;
  if (latest.state === 'failed' && latest.error) throw keptError(latest);
  return latest;
}

/**
 * The key that a caller chose. One that only says what the body is, as the client of this package makes it, says
 * nothing new: the same data is then the same submission, whether it came with a header or without.
 */
async function ownKey(
  key: string | undefined,
  clinic: string,
  endpoint: string,
  given: Record<string, unknown>,
): Promise<string | undefined> {
  if (!key) return undefined;
  if (!key.startsWith('sha256-')) return key;
  // Behind a proxy that adds the credentials, a client does not know its clinic.
  const defaults = await Promise.all([clinic, ''].map((code) => defaultKey(code, endpoint, given)));
  return defaults.includes(key) ? undefined : key;
}

/**
 * Of a change (`id`): the last other change of its kind in the visit. After it the same body is a new wish, since what
 * it changes may say something else by then. Empty for what changes nothing.
 */
async function changedSince(
  store: Store,
  clinic: string,
  endpoint: string,
  visit: string | undefined,
  given: Record<string, unknown>,
): Promise<string> {
  if (visit === undefined || given.id === undefined) return '';
  const own = canonicalJson(given);
  const others = (await store.ofVisit(clinic, visit)).filter(
    ({ payload, state, ...one }) =>
      one.endpoint === endpoint &&
      // One that was emptied meanwhile may have been a change: written again, the same says the same.
      (payload.id !== undefined || Object.keys(payload).length === 0) &&
      state !== 'void' &&
      canonicalJson(payload) !== own,
  );
  return others.at(-1)?.logId ?? '';
}

/** The clinic's own number of the visit that a body begins. */
export function registrationOf({ no_registrasi: number }: Record<string, unknown>): string | undefined {
  return number == null ? undefined : String(number).trim();
}

/** What a visit is answered with whose no_registrasi belongs to another body. */
export function registered(submission: Submission): SatusehatError {
  if (submission.state === 'void') return withdrawn(submission);
  return new SatusehatError({
    code: 'DUPLICATE',
    message: 'Kunjungan dengan no_registrasi ini sudah diterima, dengan isi lain.',
    remedy:
      'Untuk mengubahnya, kirim lagi dengan field id berisi log_id ini; bila ini kunjungan lain, beri no_registrasi lain.',
    logId: submission.logId,
  });
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
export function readBudget(headers: Headers, budget: number): number {
  const prefer = headers.get('prefer') ?? '';
  if (/\brespond-async\b/i.test(prefer)) return 0;
  const wait = /\bwait=(\d+)\b/i.exec(prefer)?.[1];
  return wait === undefined ? budget : Math.min(60, Number(wait)) * 1000;
}
