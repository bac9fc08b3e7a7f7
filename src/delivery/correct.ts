/**
 * Corrects a diagnosis, an observation or a procedure that was sent before (field `id`), by the ways the platform
 * has: PUT for a Condition, PATCH for an Observation, nothing for a Procedure unless switched on.
 */
import type { Condition, Observation, Procedure } from '@medplum/fhirtypes';
import { canonicalJson } from '../contract/canonical.js';
import type { SatusehatError } from '../contract/error.js';
import { isDischargeDiagnosis } from '../fhir/condition.js';
import { finishingDiagnoses, removeDiagnosis, withoutAdditions } from '../fhir/encounter-life.js';
import type { PatchOperation } from '../platform/platform.js';
import type { Result, Submission, Visit } from '../store/store.js';
import type { Clinic } from './clinic.js';
import { type PreparedHanging, prepareHanging, putEncounter, withDiagnosis } from './hanging.js';
import type { Delivered } from './heart.js';
import { fact, isComplaint, isVoid } from './settle.js';
import { type DeliveryTools, refuseBroken, refuseField } from './tools.js';
import { encounterNow, patientOf } from './visits.js';

export async function deliverCorrection(
  submission: Submission,
  clinic: Clinic,
  tools: DeliveryTools,
): Promise<Delivered> {
  const prepared = await prepareCorrection(submission, clinic, tools);
  const { visit, pairs } = prepared;
  let after: Visit | undefined;
  for (const { there, next } of pairs) {
    if (next.resourceType === 'Condition') after = await correctCondition(next, visit, clinic, tools);
    else if (next.resourceType === 'Observation')
      await patchObservation(there as Observation, next, clinic, tools);
    else await replaceIfChanged(there, next, clinic, tools);
  }
  const result: Result = {
    id: pairs[0]?.next.id ?? '',
    encounterId: visit.encounterId,
    patientId: patientOf(visit.encounter).id,
    resources: pairs.map(({ next }) => ({ resourceType: next.resourceType, id: next.id as string })),
  };
  return { result, visit: after };
}

type Correctable = Condition | Observation | Procedure;

/** What is there, and what takes its place. */
interface Pair {
  there: Correctable;
  next: Correctable;
}

async function prepareCorrection(
  submission: Pick<Submission, 'payload' | 'logId' | 'endpoint' | 'visit'>,
  clinic: Clinic,
  tools: Pick<DeliveryTools, 'store' | 'resolver' | 'now'>,
): Promise<PreparedHanging & { pairs: Pair[] }> {
  const prepared = await prepareHanging(submission, clinic, tools);
  const { given, visit, resources } = prepared;
  const type = resources[0]?.resourceType as Correctable['resourceType'];
  const targets = await findTargets(type, given.id as string, submission.endpoint, clinic, tools);
  for (const there of targets) {
    if (there.encounter?.reference !== `Encounter/${visit.encounterId}`)
      throw refuseField('id', 'other_visit');
  }
  const pairs = resources.map((resource) => {
    const there = type === 'Observation' ? targets.find((one) => sameKind(one, resource)) : targets[0];
    if (!there) throw refuseField('kode', 'fixed');
    return { there, next: replacement(there, resource, Boolean(given.dokter)) };
  });
  refuseBroken(...pairs.map(({ next }) => next));
  return { ...prepared, pairs };
}

/** What `id` names: a log_id of this clinic, or an id of the platform. */
async function findTargets(
  type: Correctable['resourceType'],
  id: string,
  endpoint: string,
  clinic: Clinic,
  { store }: Pick<DeliveryTools, 'store'>,
): Promise<Correctable[]> {
  const submission = await store.find(id);
  const ours =
    submission?.clinic === clinic.code && submission.endpoint === endpoint ? submission : undefined;
  if (ours && ours.state !== 'sent') throw refuseField('id', ours.state === 'void' ? 'voided' : 'not_sent');
  const ids = ours?.result?.resources.filter((one) => one.resourceType === type).map((one) => one.id) ?? [id];
  const found = await Promise.all(ids.map((one) => clinic.platform.read<Correctable>(type, one)));
  const there = found.filter((one) => one !== undefined);
  if (there.length === 0) throw refuseField('id', 'not_found');
  // Also of one that was named by its id at the platform.
  if (there.some(isVoid)) throw refuseField('id', 'voided');
  if (there.some(isComplaint)) {
    throw refuseField('id', 'not_diagnosis');
  }
  return there.map(withoutAdditions);
}

function codes({ code }: Correctable): string[] {
  return (code?.coding ?? []).map((one) => one.code ?? '');
}

function sameKind(one: Correctable, other: Correctable): boolean {
  return codes(other).some((code) => codes(one).includes(code));
}

/** The new facts under the old identity. */
function replacement(there: Correctable, resource: Correctable, doctorGiven: boolean): Correctable {
  const identity = { id: there.id, ...(there.identifier ? { identifier: there.identifier } : {}) };
  if (resource.resourceType !== 'Observation') return { ...resource, ...identity } as Correctable;
  const { effectiveDateTime } = there as Observation;
  if (effectiveDateTime && Date.parse(effectiveDateTime) !== Date.parse(resource.effectiveDateTime ?? '')) {
    throw refuseField('tanggal_observasi', 'fixed');
  }
  // The platform takes the value, its interpretation and its note.
  const [before, now] = [there as Observation, resource].map(({ performer }) => performer?.[0]?.reference);
  if (doctorGiven && before !== now) throw refuseField('dokter', 'fixed');
  if (categories(there as Observation) !== categories(resource)) throw refuseField('kategori', 'fixed');
  return { ...resource, ...identity, status: 'corrected' };
}

function categories({ category }: Observation): string {
  return (category ?? [])
    .flatMap(({ coding }) => (coding ?? []).map(({ code }) => code))
    .sort()
    .join();
}

/** The diagnosis itself, and its place in the Encounter. */
async function correctCondition(
  next: Condition,
  visit: Visit,
  clinic: Clinic,
  tools: DeliveryTools,
): Promise<Visit> {
  const condition = `Condition/${next.id}`;
  const put = async () => {
    await tools.sending();
    await clinic.platform.replace(next as Condition & { id: string });
  };
  if (isDischargeDiagnosis(next)) {
    await put();
    return putEncounter(visit, clinic, tools, (encounter) => withDiagnosis(encounter, condition, visit));
  }
  const after = await withoutDiagnosis(condition, visit, clinic, tools);
  await put();
  return after;
}

/** Takes a diagnosis out of its Encounter. @throws SatusehatError when a finished one would be left without any. */
export async function withoutDiagnosis(
  condition: string,
  visit: Visit,
  clinic: Clinic,
  tools: Pick<DeliveryTools, 'sending'>,
  field = 'id',
): Promise<Visit> {
  return putEncounter(visit, clinic, tools, (encounter) => {
    const next = removeDiagnosis(encounter, condition);
    if (next.status === 'finished' && finishingDiagnoses(next).length === 0) {
      throw refuseField(field, 'last_diagnosis');
    }
    return next;
  });
}

/** Value, interpretation and note, with status `corrected`; nothing when they are there already. */
export async function patchObservation(
  there: Observation,
  next: Observation,
  clinic: Clinic,
  tools: Pick<DeliveryTools, 'sending'>,
): Promise<void> {
  const changes = (['valueQuantity', 'interpretation', 'note'] as const).flatMap((element) =>
    change(`/${element}`, there[element], next[element]),
  );
  if (changes.length === 0 && fact(there) === fact(next)) return;
  await tools.sending();
  const status: PatchOperation = { op: 'replace', path: '/status', value: 'corrected' };
  await clinic.platform.patch('Observation', there.id as string, [status, ...changes]);
}

/** The one operation that makes `there` into `next`; none when they are the same. */
function change(path: string, there: unknown, next: unknown): PatchOperation[] {
  if (same(there, next)) return [];
  if (next === undefined) return [{ op: 'remove', path }];
  return [{ op: there === undefined ? 'add' : 'replace', path, value: next }];
}

function same(a: unknown, b: unknown): boolean {
  return canonicalJson(a) === canonicalJson(b);
}

async function replaceIfChanged(
  there: Correctable,
  next: Correctable,
  clinic: Clinic,
  tools: Pick<DeliveryTools, 'sending'>,
): Promise<void> {
  if (same(there, next)) return;
  await tools.sending();
  await clinic.platform.replace(next as Procedure & { id: string });
}

/** What a correction would write: for a dry run. */
export async function planCorrection(
  submission: Pick<Submission, 'payload' | 'logId' | 'endpoint' | 'visit'>,
  clinic: Clinic,
  tools: Pick<DeliveryTools, 'store' | 'resolver' | 'now'>,
) {
  const { visit, pairs } = await prepareCorrection(submission, clinic, tools);
  const writes = pairs.map(({ next }) => ({
    method: next.resourceType === 'Observation' ? 'PATCH' : 'PUT',
    resource: next,
  }));
  const [first] = pairs;
  if (first?.next.resourceType !== 'Condition') return writes;
  const there = await encounterNow(visit, clinic);
  const condition = `Condition/${first.next.id}`;
  const encounter = isDischargeDiagnosis(first.next)
    ? withDiagnosis(there, condition, visit)
    : removeDiagnosis(there, condition);
  return encounter === there ? writes : [...writes, { method: 'PUT', resource: encounter }];
}

/** A correction that the platform has no way for. */
export function refuseImpossible(endpoint: string, clinic: Clinic): SatusehatError | undefined {
  return endpoint === 'kirimProcedure' && !clinic.switches?.procedureReplace
    ? refuseField('id', 'no_correction')
    : undefined;
}
