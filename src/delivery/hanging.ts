/** Takes a diagnosis, an observation or a procedure of a visit to the platform. */
import type { Bundle, Condition, Encounter } from '@medplum/fhirtypes';
import { canonicalJson } from '../contract/canonical.js';
import { checkRequest } from '../contract/check.js';
import type { Diagnosis, Observed, ProcedureDone } from '../contract/clinical.js';
import { displayOf } from '../contract/code-names.js';
import { contract } from '../contract/contract.js';
import { toInstant } from '../contract/dates.js';
import type { Disposition } from '../contract/encounter.js';
import { SatusehatError } from '../contract/error.js';
import { named, transaction } from '../fhir/bundle.js';
import { isDischargeDiagnosis, mapDiagnosis } from '../fhir/condition.js';
import {
  addDiagnosis,
  finishEncounter,
  finishingDiagnoses,
  withoutAdditions,
} from '../fhir/encounter-life.js';
import { mapObservation } from '../fhir/observation.js';
import { mapProcedure } from '../fhir/procedure.js';
import type { HangingContext } from '../fhir/visit.js';
import { isDuplicate } from '../platform/decode.js';
import { PlatformError } from '../platform/error.js';
import type { Written } from '../platform/platform.js';
import type { Result, Submission, Visit } from '../store/store.js';
import type { Clinic } from './clinic.js';
import type { Delivered } from './heart.js';
import { findHanging, findTwin, type Hanging } from './settle.js';
import {
  type DeliveryTools,
  lookTwice,
  mayBeOfBefore,
  refuseBroken,
  refuseField,
  stayPatient,
  unseenDuplicate,
  waitUntil,
} from './tools.js';
import { attenderOf, encounterNow, findVisit, patientOf, refuseOtherPatient } from './visits.js';

/** Endpoints of what hangs on an encounter. */
export type HangingEndpoint = 'kirimDiagnosis' | 'kirimObservation' | 'kirimProcedure';

type Given = (Diagnosis | Observed | ProcedureDone) & { id?: string | null | undefined };

/** What a submission becomes, resolved and mapped: everything that happens before the write. */
export interface PreparedHanging {
  given: Given;
  visit: Visit;
  resources: Exclude<Hanging, { resourceType: 'ClinicalImpression' }>[];
}

export async function prepareHanging(
  submission: Pick<Submission, 'payload' | 'logId' | 'endpoint' | 'visit'>,
  clinic: Clinic,
  tools: Pick<DeliveryTools, 'store' | 'resolver' | 'now'>,
): Promise<PreparedHanging> {
  const endpoint = submission.endpoint as HangingEndpoint;
  const checked = checkRequest(contract[endpoint], submission.payload);
  if (!checked.ok) throw new Error('a kept payload no longer passes the check it was accepted by');
  const given = checked.value as Given;
  waitUntil([toInstant(madeAt(given), clinic.timeZone)], tools.now());
  const visit = await findVisit(submission, given.encounter_id, 'encounter_id', clinic, tools);
  refuseOtherPatient(visit, given.pasien_id);
  const practitioner = given.dokter
    ? await tools.resolver.practitionerByIdOrNik(clinic, given.dokter, 'dokter')
    : attenderOf(visit.encounter);
  // A diagnosis can do without; who measured or did something must be named.
  if (!practitioner && endpoint !== 'kirimDiagnosis') throw refuseField('dokter', 'needs_doctor');
  const context: HangingContext = {
    organizationId: clinic.organizationId,
    id: submission.logId,
    patient: patientOf(visit.encounter),
    encounter: `Encounter/${visit.encounterId}`,
    practitioner: practitioner ?? { id: '' },
    timeZone: clinic.timeZone,
    procedureMethod: clinic.switches?.procedureMethod,
  };
  const resources = map(endpoint, given, context);
  refuseBroken(...resources);
  return { given, visit, resources };
}

function map(endpoint: HangingEndpoint, given: Given, context: HangingContext): PreparedHanging['resources'] {
  switch (endpoint) {
    case 'kirimDiagnosis': {
      const diagnosis = given as Diagnosis;
      return [mapDiagnosis(diagnosis, context, displayOf('icd10', diagnosis.kode_icd10))];
    }
    case 'kirimObservation':
      return mapObservation(given as Observed, context);
    case 'kirimProcedure': {
      const procedure = given as ProcedureDone;
      return [mapProcedure(procedure, context, displayOf('icd9cm', procedure.kode_prosedur))];
    }
  }
}

function madeAt(given: Given): string {
  if ('tanggal_diagnosis' in given) return given.tanggal_diagnosis;
  return 'tanggal_observasi' in given ? given.tanggal_observasi : given.tanggal_prosedur;
}

/**
 * One POST; of a diagnosis that counts, a PUT of the Encounter after it.
 *
 * @throws SatusehatError what the clinic must mend, or UPSTREAM_* when it is to be tried again.
 * @throws PlatformError with `outcomeUnknown` when a write may have happened.
 */
export async function deliverHanging(
  submission: Submission,
  clinic: Clinic,
  tools: DeliveryTools,
): Promise<Delivered> {
  const { visit, resources } = await prepareHanging(submission, clinic, tools);
  const [first] = resources;
  const diagnosis = first?.resourceType === 'Condition' && isDischargeDiagnosis(first) ? first : undefined;
  const together =
    diagnosis && clinic.switches?.bundlePut && submission.unknownSince === null && !submission.result
      ? await postWithEncounter(diagnosis, visit, clinic, tools)
      : undefined;
  if (together) return { result: toResult([together.condition], resources, visit), visit: together.visit };

  const written =
    submission.result?.resources ?? (await postOnce(submission, resources, visit, clinic, tools));
  const result = toResult(written, resources, visit);
  if (!diagnosis) return { result };
  await tools.progress(result);
  const condition = `Condition/${result.id}`;
  const after = await putEncounter(visit, clinic, tools, (encounter) =>
    withDiagnosis(encounter, condition, visit),
  );
  return { result, visit: after };
}

function toResult(
  written: (Written & { identifier?: string })[],
  resources: Hanging[],
  visit: Visit,
): Result {
  return {
    id: written[0]?.id ?? '',
    encounterId: visit.encounterId,
    patientId: patientOf(visit.encounter).id,
    resources: written.map((one, index) => {
      const identifier = one.identifier ?? resources[index]?.identifier?.[0]?.value;
      return { ...one, ...(identifier ? { identifier } : {}) };
    }),
  };
}

/** A discharge diagnosis more, and the visit finished with it if its end is known. */
export function withDiagnosis(
  encounter: Encounter,
  condition: string,
  visit: Pick<Visit, 'end' | 'disposition'>,
): Encounter {
  return finishIfOver(addDiagnosis(encounter, condition), visit);
}

/** A diagnosis finishes the visit when its end is known; an end without a diagnosis does not. */
export function finishIfOver(encounter: Encounter, visit: Pick<Visit, 'end' | 'disposition'>): Encounter {
  const end = visit.end ?? encounter.period?.end;
  const withdrawn = encounter.status === 'cancelled' || encounter.status === 'entered-in-error';
  if (!end || withdrawn || finishingDiagnoses(encounter).length === 0) return encounter;
  return finishEncounter(encounter, end, (visit.disposition ?? undefined) as Disposition | undefined);
}

/**
 * Fetches the Encounter, changes it, and puts it in its place, whole. Nothing is written when nothing changes, so it
 * can be repeated.
 */
export async function putEncounter(
  visit: Visit,
  clinic: Clinic,
  tools: Pick<DeliveryTools, 'sending'>,
  edit: (encounter: Encounter) => Encounter,
): Promise<Visit> {
  const there = await encounterNow(visit, clinic);
  const next = edit(there);
  if (canonicalJson(next) === canonicalJson(there)) return { ...visit, encounter: there };
  refuseBroken(next);
  await tools.sending();
  const stored = await clinic.platform.replace(next as Encounter & { id: string });
  return { ...visit, encounter: withoutAdditions(stored) };
}

/**
 * Posts what is not there yet. An unknown outcome is settled by listing what hangs on the encounter, and waited
 * for; a `duplicate` is adopted only when it is ours.
 */
export async function postOnce(
  submission: Submission,
  resources: Hanging[],
  visit: Visit,
  clinic: Clinic,
  tools: DeliveryTools,
): Promise<Written[]> {
  const { platform } = clinic;
  const since = submission.unknownSince ?? tools.now();
  const settled: (Written | undefined)[] =
    submission.unknownSince === null
      ? resources.map(() => undefined)
      : await settleTwice(resources, visit, clinic, tools);
  if (submission.unknownSince !== null && settled.includes(undefined)) stayPatient(since, tools);
  /** What was not found by its identity, by saying the same fact. */
  const orTwins = (found: (Written | undefined)[]) =>
    Promise.all(
      resources.map(
        async (resource, index) => found[index] ?? findTwin(platform, visit.encounterId, resource),
      ),
    );
  const known = mayBeOfBefore(submission) ? await orTwins(settled) : settled;
  const missing = resources.filter((_, index) => known[index] === undefined);
  if (missing.length === 0) return known as Written[];
  await tools.sending();
  try {
    const [only] = missing;
    const added =
      missing.length === 1 && only
        ? [await platform.create(only)]
        : await platform.transaction(transaction(missing.map(named)) as Bundle);
    return known.map((one) => one ?? (added.shift() as Written));
  } catch (error) {
    if (!(error instanceof PlatformError) || !isDuplicate(error)) throw error;
    const adopted = await orTwins(await settleTwice(resources, visit, clinic, tools));
    if (!adopted.includes(undefined)) return adopted as Written[];
    throw unseenDuplicate(error, submission);
  }
}

/** Lists, and once more after a pause when something was not found: the index can lag behind a write. */
async function settleTwice(
  resources: Hanging[],
  visit: Visit,
  { platform }: Clinic,
  tools: DeliveryTools,
): Promise<(Written | undefined)[]> {
  const found = await lookTwice(
    () => findHanging(platform, visit.encounterId, resources),
    (all) => !all.includes(undefined),
    tools,
  );
  if (found.includes('foreign')) throw new SatusehatError({ code: 'DUPLICATE' });
  return found as (Written | undefined)[];
}

/**
 * Condition and Encounter in one transaction (switch `bundlePut`, unproven at the platform).
 *
 * @returns undefined when the platform takes no PUT in a Bundle: nothing was written then.
 */
async function postWithEncounter(
  condition: Condition,
  visit: Visit,
  clinic: Clinic,
  tools: DeliveryTools,
): Promise<{ condition: Written; visit: Visit } | undefined> {
  const there = await encounterNow(visit, clinic);
  const entry = named(condition);
  const next = withDiagnosis(there, entry.fullUrl as string, visit);
  refuseBroken(next);
  const put = {
    fullUrl: `urn:uuid:${visit.encounterId}`,
    resource: next,
    request: { method: 'PUT' as const, url: `Encounter/${visit.encounterId}` },
  };
  await tools.sending();
  try {
    const [written] = await clinic.platform.transaction({
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [entry, put],
    } as Bundle);
    if (!written) throw new PlatformError('unsettled', { outcomeUnknown: true });
    const named = JSON.parse(
      JSON.stringify(next).replaceAll(`"${entry.fullUrl}"`, `"Condition/${written.id}"`),
    ) as Encounter;
    return { condition: written, visit: { ...visit, encounter: named } };
  } catch (error) {
    const notTaken =
      error instanceof PlatformError &&
      error.failure === 'refused' &&
      (error.more.issues ?? []).some(({ text }) => /not supported in a bundle/i.test(text));
    if (notTaken) return undefined;
    throw error;
  }
}
