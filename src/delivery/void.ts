/**
 * Withdraws what was sent (`batal`). Nothing can be deleted at the platform: what is there becomes
 * `entered-in-error`, by the ways it has (mapping rules, "Corrections and voids").
 */
import type { Condition, Encounter, Procedure } from '@medplum/fhirtypes';
import type { SatusehatError } from '../contract/error.js';
import type { VisitResource } from '../fhir/bundle.js';
import { voidEncounter, withoutAdditions } from '../fhir/encounter-life.js';
import { CONDITION_VERIFICATION } from '../fhir/systems.js';
import type { Written } from '../platform/platform.js';
import type { Store, Submission, Visit } from '../store/store.js';
import type { Clinic } from './clinic.js';
import { withoutDiagnosis } from './correct.js';
import { putEncounter } from './hanging.js';
import type { Delivered } from './heart.js';
import { isVoid, listHanging } from './settle.js';
import { type DeliveryTools, refuseField } from './tools.js';
import { byNumber } from './visits.js';

/** True for an encounter that began its visit. */
export function beginsVisit({ endpoint, logId, visit }: Submission): boolean {
  return visit === logId && (endpoint === 'kirimEncounter' || endpoint === 'kirimKunjungan');
}

/** What cannot be withdrawn, known before anything is kept. */
export async function refuseVoid(
  target: Submission,
  clinic: Clinic,
  store: Store,
): Promise<SatusehatError | undefined> {
  return refuse(target, await withVisit(target, store), clinic);
}

function refuse(target: Submission, all: Submission[], clinic: Clinic): SatusehatError | undefined {
  if (target.endpoint === 'batalLog') return refuseField('log_id', 'fixed');
  // An update is undone by the next one.
  if (target.endpoint === 'kirimEncounter' && !beginsVisit(target)) return refuseField('log_id', 'no_undo');
  return refuseProcedures(writtenIn(all), clinic);
}

/** The platform has no way to withdraw a procedure, unless a switch says so. */
function refuseProcedures(written: Written[], { switches }: Clinic): SatusehatError | undefined {
  const some = written.some(({ resourceType }) => resourceType === 'Procedure');
  return some && !switches?.procedureReplace ? refuseField('log_id', 'no_void') : undefined;
}

/** What goes with it: of an encounter that began its visit, everything. */
async function withVisit(target: Submission, store: Store): Promise<Submission[]> {
  if (!beginsVisit(target)) return [target];
  return (await store.ofVisit(target.clinic, target.visit)).filter(({ endpoint }) => endpoint !== 'batalLog');
}

function writtenIn(submissions: Submission[]): Written[] {
  return submissions.filter(({ state }) => state !== 'void').flatMap(({ result }) => result?.resources ?? []);
}

/** The payload's `target` is the log_id of what is withdrawn. */
export async function deliverVoid(
  submission: Submission,
  clinic: Clinic,
  tools: DeliveryTools,
): Promise<Delivered> {
  const { store } = tools;
  const target = await store.find(String(submission.payload.target));
  if (!target) throw new Error('the submission to withdraw is gone');
  const all = await withVisit(target, store);
  const refusal = refuse(target, all, clinic);
  if (refusal) throw refusal;
  const whole = beginsVisit(target);
  const stray = whole && !target.result ? await findStray(target, clinic) : undefined;
  const written = unique([...writtenIn(all), ...(stray?.written ?? [])]);
  const encounterId = target.result?.encounterId ?? stray?.visit.encounterId;
  const visit = (encounterId ? await store.visit(clinic.code, encounterId) : undefined) ?? stray?.visit;
  let after: Visit | undefined;
  for (const one of written.filter(({ resourceType }) => resourceType !== 'Encounter')) {
    // In a visit that goes as a whole, the Encounter need not be told one by one.
    if (one.resourceType === 'Condition' && !whole && visit) {
      after = await withoutDiagnosis(`Condition/${one.id}`, visit, clinic, tools, 'log_id');
    }
    await voidOne(one, clinic, tools);
  }
  if (whole && visit) after = await putEncounter(visit, clinic, tools, voidOnce);
  return {
    result: {
      id: target.result?.id ?? '',
      encounterId: encounterId ?? '',
      patientId: target.result?.patientId ?? '',
      resources: written,
    },
    visit: after,
    voided: all.filter(({ state }) => state !== 'void').map((one) => one.logId),
  };
}

/** What became of a visit whose outcome nobody knows: it and all that hangs on it, if it is there. */
async function findStray(
  { logId, visit, payload }: Submission,
  clinic: Clinic,
): Promise<{ visit: Visit; written: Written[] } | undefined> {
  const encounter = await byNumber(clinic, String(payload.no_registrasi ?? logId));
  if (!encounter?.id) return undefined;
  const found = await listHanging(clinic.platform, encounter.id, [
    'Condition',
    'Observation',
    'ClinicalImpression',
    'Procedure',
  ]);
  const written = found.map(({ resourceType, id }) => ({ resourceType, id: id as string }));
  const refusal = refuseProcedures(written, clinic);
  if (refusal) throw refusal;
  const kept = { clinic: clinic.code, encounterId: encounter.id, visit, encounter, end: null };
  return { visit: { ...kept, disposition: null }, written };
}

function voidOnce(encounter: Encounter): Encounter {
  return isVoid(encounter) ? encounter : voidEncounter(encounter);
}

function unique(written: Written[]): Written[] {
  return [...new Map(written.map((one) => [`${one.resourceType}/${one.id}`, one])).values()];
}

/** Reads first: what is withdrawn already stays as it is, so this can be repeated. */
async function voidOne(
  { resourceType, id }: Written,
  { platform }: Clinic,
  tools: Pick<DeliveryTools, 'sending'>,
): Promise<void> {
  const there = await platform.read<VisitResource>(resourceType as VisitResource['resourceType'], id);
  if (!there || isVoid(there)) return;
  switch (there.resourceType) {
    case 'Observation':
    case 'ClinicalImpression':
      await tools.sending();
      await platform.patch(there.resourceType, id, [
        { op: 'replace', path: '/status', value: 'entered-in-error' },
      ]);
      return;
    case 'Condition': {
      await tools.sending();
      await platform.replace(voidCondition(withoutAdditions(there)) as Condition & { id: string });
      return;
    }
    case 'Procedure':
      await tools.sending();
      await platform.replace({ ...withoutAdditions(there), status: 'entered-in-error' } as Procedure & {
        id: string;
      });
      return;
    default:
      throw new Error(`nothing of ours is a ${there.resourceType}`);
  }
}

/** A diagnosis entered in error has no clinical status (con-5). */
function voidCondition({ clinicalStatus, ...condition }: Condition): Condition {
  return {
    ...condition,
    verificationStatus: {
      coding: [{ system: CONDITION_VERIFICATION, code: 'entered-in-error', display: 'Entered in Error' }],
    },
  };
}
