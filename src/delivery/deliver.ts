/** One accepted submission to the platform: which way it goes, and the dry run of the same way. */
import type { Bundle, BundleEntry, Resource } from '@medplum/fhirtypes';
import { isDischargeDiagnosis } from '../fhir/condition.js';
import { PlatformError } from '../platform/error.js';
import type { Submission } from '../store/store.js';
import type { Clinic } from './clinic.js';
import { deliverCorrection, planCorrection } from './correct.js';
import { deliverEncounter, prepareEncounter } from './encounter.js';
import { deliverHanging, prepareHanging, withDiagnosis } from './hanging.js';
import type { Delivered } from './heart.js';
import type { DeliveryTools } from './tools.js';
import { deliverUpdate, prepareUpdate } from './update.js';
import { encounterNow } from './visits.js';
import { deliverVoid } from './void.js';

/**
 * @throws SatusehatError what the clinic must mend, or UPSTREAM_* when it is to be tried again.
 * @throws PlatformError with `outcomeUnknown` when a write may have happened.
 */
export async function deliver(
  submission: Submission,
  clinic: Clinic,
  tools: DeliveryTools,
): Promise<Delivered> {
  const go = wayOf(submission);
  try {
    return await go(submission, clinic, tools);
  } catch (error) {
    const stale = error instanceof PlatformError ? staleIds(error) : [];
    if (stale.length === 0) throw error;
    // Refused whole, because an id we remember is gone there: ask anew, once.
    await tools.resolver.forget(clinic, stale);
    return go(submission, clinic, tools);
  }
}

function wayOf({ endpoint, payload }: Submission): typeof deliver {
  const again = payload.id !== undefined;
  switch (endpoint) {
    case 'kirimEncounter':
      return again ? deliverUpdate : deliverEncounter;
    case 'kirimKunjungan':
      return deliverEncounter;
    case 'kirimDiagnosis':
    case 'kirimObservation':
    case 'kirimProcedure':
      return again ? deliverCorrection : deliverHanging;
    case 'batalLog':
      return deliverVoid;
    default:
      throw new Error(`nothing of ${endpoint} is delivered`);
  }
}

/** The ids that a refusal says do not exist. */
function staleIds(error: PlatformError): string[] {
  return (error.more.issues ?? []).flatMap(
    ({ text }) => /not found: (?:Patient|Practitioner|Location)\/([A-Za-z0-9.-]+)/.exec(text)?.[1] ?? [],
  );
}

type Trial = Pick<Submission, 'payload' | 'logId' | 'endpoint' | 'visit'>;

/**
 * What a delivery would write, as a Bundle of its writes: resolved, mapped and checked, nothing kept and nothing
 * written. An entry of method PATCH holds the resource as it would be afterwards.
 */
export async function rehearse(
  trial: Trial,
  clinic: Clinic,
  tools: Pick<DeliveryTools, 'store' | 'resolver' | 'now'>,
): Promise<Bundle> {
  const again = trial.payload.id !== undefined;
  if (trial.endpoint === 'kirimKunjungan' || (trial.endpoint === 'kirimEncounter' && !again)) {
    return (await prepareEncounter(trial, clinic, tools.resolver)).bundle as Bundle;
  }
  if (trial.endpoint === 'kirimEncounter') return rehearseUpdate(trial, clinic, tools);
  if (again) return asBundle(await planCorrection(trial, clinic, tools));
  const { visit, resources } = await prepareHanging(trial, clinic, tools);
  const posts = resources.map((resource) => ({ method: 'POST', resource }));
  const [first] = resources;
  if (first?.resourceType !== 'Condition' || !isDischargeDiagnosis(first)) return asBundle(posts);
  const encounter = withDiagnosis(await encounterNow(visit, clinic), `Condition/${trial.logId}`, visit);
  return asBundle([...posts, { method: 'PUT', resource: encounter }]);
}

async function rehearseUpdate(
  trial: Trial,
  clinic: Clinic,
  tools: Pick<DeliveryTools, 'store' | 'resolver' | 'now'>,
): Promise<Bundle> {
  const { there, missing, changed, edit } = await prepareUpdate(trial, clinic, tools);
  const complaint = missing.find((one) => one.resourceType === 'Condition');
  return asBundle([
    ...missing.map((resource) => ({ method: 'POST', resource })),
    ...changed.map(({ there: before, next }) => ({
      method: next.resourceType === 'Condition' ? 'PUT' : 'PATCH',
      resource: { ...next, id: before.id } as Resource,
    })),
    { method: 'PUT', resource: edit(there, complaint ? `Condition/${trial.logId}` : undefined) },
  ]);
}

function asBundle(writes: { method: string; resource: Resource }[]): Bundle {
  return {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: writes.map(({ method, resource }) => ({
      resource,
      request: {
        method,
        url: method === 'POST' ? resource.resourceType : `${resource.resourceType}/${resource.id}`,
      },
    })) as BundleEntry[],
  };
}
