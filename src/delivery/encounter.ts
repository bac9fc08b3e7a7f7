/** Takes one accepted encounter to the platform. */
import type { Bundle } from '@medplum/fhirtypes';
import { checkRequest } from '../contract/check.js';
import { contract } from '../contract/contract.js';
import { toInstant } from '../contract/dates.js';
import type { Encounter } from '../contract/encounter.js';
import { SatusehatError } from '../contract/error.js';
import { mapEncounter, transaction, type VisitResource } from '../fhir/bundle.js';
import { checkResource } from '../fhir/check.js';
import { CLINICAL_FINDING } from '../fhir/condition.js';
import type { VisitContext } from '../fhir/visit.js';
import { decodePlatformError, hasRule, isDuplicate } from '../platform/decode.js';
import { PlatformError } from '../platform/error.js';
import type { Platform, Written } from '../platform/platform.js';
import type { Result, Submission } from '../store/store.js';
import type { Clinic } from './clinic.js';
import { type Resolver, resolveVisit } from './resolve.js';
import { missingEntries, type Settled, settle } from './settle.js';

export interface DeliveryTools {
  resolver: Resolver;
  /** Writes down that a write is about to happen, before it does. */
  sending(): Promise<void>;
  /** Milliseconds since 1970. */
  now(): number;
  /** Waits; for the platform's index to catch up with a write. */
  wait(milliseconds: number): Promise<void>;
  /** Milliseconds between the two searches for a write whose outcome is unknown. */
  settleDelay: number;
  /** Milliseconds after which a write that no search shows counts as one that never happened. */
  settlePatience: number;
}

/** So many deliveries may end with a duplicate that no search finds; then a person must look. */
const LOOK_FOR_DUPLICATE = 8;

/** Resolves and maps: everything that happens before the write. */
export async function prepareEncounter(
  submission: Pick<Submission, 'payload' | 'logId'>,
  clinic: Clinic,
  resolver: Resolver,
): Promise<{ visit: Encounter; context: VisitContext; bundle: Bundle<VisitResource> }> {
  const checked = checkRequest(contract.kirimEncounter, submission.payload);
  if (!checked.ok) throw new Error('a kept payload no longer passes the check it was accepted by');
  const visit = checked.value as Encounter;
  const context = await resolveVisit(resolver, clinic, visit, submission.logId);
  const bundle = mapEncounter(visit, context);
  refuseBroken(bundle);
  return { visit, context, bundle };
}

/** Nothing goes out that is not R4. What it finds is our mapper's fault or an exotic value of the clinic's. */
function refuseBroken(bundle: Bundle<VisitResource>): void {
  const issues = checkResource(bundle);
  if (issues.length === 0) return;
  throw new SatusehatError({
    code: 'FHIR_VALIDATION_ERROR',
    message: 'Data ini tidak dapat dijadikan FHIR R4 yang sah.',
    details: { issues: issues.map(({ path, message }) => ({ text: message, expression: path })) },
  });
}

/**
 * @throws SatusehatError what the clinic must mend, or UPSTREAM_* when it is to be tried again.
 * @throws PlatformError with `outcomeUnknown` when a write may have happened.
 */
export async function deliverEncounter(
  submission: Submission,
  clinic: Clinic,
  tools: DeliveryTools,
): Promise<Result> {
  try {
    return await deliver(submission, clinic, tools);
  } catch (error) {
    const stale = error instanceof PlatformError ? staleIds(error) : [];
    if (stale.length === 0) throw error;
    // Refused whole, because an id we remember is gone there: ask anew, once.
    await tools.resolver.forget(clinic, stale);
    return deliver(submission, clinic, tools);
  }
}

/** The ids that a refusal says do not exist. */
function staleIds(error: PlatformError): string[] {
  return (error.more.issues ?? []).flatMap(
    ({ text }) => /not found: (?:Patient|Practitioner|Location)\/([A-Za-z0-9.-]+)/.exec(text)?.[1] ?? [],
  );
}

async function deliver(submission: Submission, clinic: Clinic, tools: DeliveryTools): Promise<Result> {
  const { platform } = clinic;
  const { visit, context, bundle } = await prepareEncounter(submission, clinic, tools.resolver);
  waitForStart(visit, clinic, tools.now());

  const since = submission.unknownSince ?? tools.now();
  if (submission.unknownSince !== null) {
    const settled = await settleTwice(platform, bundle, tools);
    if (!isWhole(settled)) stayPatient(since, tools);
    if (settled.kind !== 'absent') return finish(settled, bundle, context, platform, tools);
  }
  await tools.sending();
  try {
    return toResult(await platform.transaction(bundle as Bundle), bundle, context);
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    if (isDuplicate(error)) {
      const settled = await settleTwice(platform, bundle, tools);
      if (settled.kind !== 'absent') {
        if (!isWhole(settled)) stayPatient(since, tools);
        return finish(settled, bundle, context, platform, tools);
      }
      // There, and not to be found: the index lags. Later it shows whose it is.
      if (submission.attempts >= LOOK_FOR_DUPLICATE) throw decodePlatformError(error);
      throw new PlatformError('unsettled', { ...error.more, outcomeUnknown: true });
    }
    if (hasRule(error, '10003') && !visit.kode_keluhan_utama) {
      // The platform does not know our general code of a complaint: refused whole, so nothing was written.
      const other = mapEncounter(visit, { ...context, complaintCode: CLINICAL_FINDING });
      return toResult(await platform.transaction(other as Bundle), other, context);
    }
    throw error;
  }
}

/** Nothing of it is left to send. */
function isWhole(settled: Settled): boolean {
  return settled.kind === 'foreign' || (settled.kind === 'ours' && !settled.written.includes(undefined));
}

/**
 * Absent, or not to be seen yet: an index can lag far behind. Posting again can wait; what is there twice stays.
 *
 * @throws PlatformError until patience has ended.
 */
function stayPatient(since: number, { settlePatience, now }: DeliveryTools): void {
  const left = since + settlePatience - now();
  if (left <= 0) return;
  throw new PlatformError('unsettled', { outcomeUnknown: true, retryAfter: Math.ceil(left / 1000) });
}

/** A clinic's clock may be a little ahead; the platform refuses what has not begun by its own. */
function waitForStart(visit: Encounter, clinic: Clinic, now: number): void {
  const ahead = toInstant(visit.tanggal_kunjungan, clinic.timeZone) - now;
  if (ahead <= 0) return;
  throw new SatusehatError({
    code: 'UPSTREAM_UNAVAILABLE',
    message: 'Jam mulai kunjungan ini belum tiba menurut jam layanan; dikirim sesudahnya.',
    retryAfter: Math.ceil(ahead / 1000),
  });
}

/** Searches, and once more after a pause when nothing was found: the index can lag behind a write. */
async function settleTwice(
  platform: Platform,
  bundle: Bundle<VisitResource>,
  tools: DeliveryTools,
): Promise<Settled> {
  const first = await settle(platform, bundle);
  if (isWhole(first)) return first;
  await tools.wait(tools.settleDelay);
  return settle(platform, bundle);
}

async function finish(
  settled: Exclude<Settled, { kind: 'absent' }>,
  bundle: Bundle<VisitResource>,
  context: VisitContext,
  platform: Platform,
  tools: DeliveryTools,
): Promise<Result> {
  if (settled.kind === 'foreign') {
    throw new SatusehatError({ code: 'DUPLICATE', details: { id: settled.id } });
  }
  const missing = missingEntries(bundle, settled);
  if (missing.length === 0) return toResult(settled.written as Written[], bundle, context);
  await tools.sending();
  const added = await platform.transaction(transaction(missing) as Bundle);
  const written = settled.written.map((one) => one ?? (added.shift() as Written));
  return toResult(written, bundle, context);
}

function toResult(written: Written[], bundle: Bundle<VisitResource>, context: VisitContext): Result {
  const id = written[0]?.id ?? '';
  return {
    id,
    encounterId: id,
    patientId: context.patient.id,
    resources: written.map((one, index) => {
      const identifier = bundle.entry?.[index]?.resource?.identifier?.[0]?.value;
      return { ...one, ...(identifier ? { identifier } : {}) };
    }),
  };
}
