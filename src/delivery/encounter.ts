/** Takes one accepted encounter to the platform. */
import type { Bundle } from '@medplum/fhirtypes';
import { checkRequest } from '../contract/check.js';
import { contract } from '../contract/contract.js';
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
  /** Waits; for the platform's index to catch up with a write. */
  wait(milliseconds: number): Promise<void>;
  /** Milliseconds between the two searches for a write whose outcome is unknown. */
  settleDelay: number;
}

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
  const { platform } = clinic;
  const { visit, context, bundle } = await prepareEncounter(submission, clinic, tools.resolver);

  if (submission.outcomeUnknown) {
    const settled = await settleTwice(platform, bundle, tools);
    if (settled.kind !== 'absent') return finish(settled, bundle, context, platform, tools);
  }
  await tools.sending();
  try {
    return toResult(await platform.transaction(bundle as Bundle), bundle, context);
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    if (isDuplicate(error)) {
      const settled = await settleTwice(platform, bundle, tools);
      if (settled.kind !== 'absent') return finish(settled, bundle, context, platform, tools);
      throw decodePlatformError(error);
    }
    if (hasRule(error, '10003') && !visit.kode_keluhan_utama) {
      // The platform does not know our general code of a complaint: refused whole, so nothing was written.
      const other = mapEncounter(visit, { ...context, complaintCode: CLINICAL_FINDING });
      return toResult(await platform.transaction(other as Bundle), other, context);
    }
    throw error;
  }
}

/** Searches, and once more after a pause when nothing was found: the index can lag behind a write. */
async function settleTwice(
  platform: Platform,
  bundle: Bundle<VisitResource>,
  tools: DeliveryTools,
): Promise<Settled> {
  const first = await settle(platform, bundle);
  if (first.kind !== 'absent' && !(first.kind === 'ours' && first.written.includes(undefined))) return first;
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
