/**
 * What became of a write that we have no answer for. Identifiers are searched, resources are listed by encounter,
 * and only what is missing is left to send (mapping rules, "Across resources").
 */
import type { Bundle, BundleEntry, Condition, Encounter, Resource } from '@medplum/fhirtypes';
import type { VisitResource } from '../fhir/bundle.js';
import type { Platform, Written } from '../platform/platform.js';

/** Everything that hangs on an encounter. */
export type Hanging = Exclude<VisitResource, Encounter>;

export type Settled =
  /** The Encounter is not there: nothing of the Bundle is. */
  | { kind: 'absent' }
  /** Something with our identity is there, and it is not what we sent. */
  | { kind: 'foreign'; id: string }
  /** Ours. `written` in the order of the Bundle; undefined where an entry is missing. */
  | { kind: 'ours'; encounter: Encounter; encounterId: string; written: (Written | undefined)[] };

export async function settle(platform: Platform, bundle: Bundle<VisitResource>): Promise<Settled> {
  const ours = bundle.entry?.[0]?.resource as Encounter;
  const theirs = await findEncounter(platform, ours);
  if (!theirs?.id) return { kind: 'absent' };
  // One that was voided is not brought back.
  if (isVoid(theirs) || !sameVisit(theirs, ours)) {
    return { kind: 'foreign', id: theirs.id };
  }
  const hanging = (bundle.entry ?? []).slice(1).map((entry) => entry.resource as Hanging);
  const found = await findHanging(platform, theirs.id, hanging);
  if (found.some((one) => one === 'foreign')) return { kind: 'foreign', id: theirs.id };
  const encounter = { resourceType: 'Encounter', id: theirs.id };
  return {
    kind: 'ours',
    encounter: theirs,
    encounterId: theirs.id,
    written: [encounter, ...(found as (Written | undefined)[])],
  };
}

/** What of these types hangs on an encounter, each type asked for once. */
export async function listHanging(
  { search }: Pick<Platform, 'search'>,
  encounterId: string,
  types: Hanging['resourceType'][],
): Promise<Hanging[]> {
  const there: Hanging[] = [];
  for (const type of new Set(types)) there.push(...(await search<Hanging>(type, { encounter: encounterId })));
  return there;
}

/**
 * What of these is there already, in their order: found by our identifier, or by saying the same fact. `foreign`
 * where our identifier stands on another fact.
 */
export async function findHanging(
  platform: Platform,
  encounterId: string,
  resources: Hanging[],
): Promise<(Written | 'foreign' | undefined)[]> {
  const there = await listHanging(
    platform,
    encounterId,
    resources.map(({ resourceType }) => resourceType),
  );
  return resources.map((resource) => {
    const match = there.find((one) => sameIdentity(one, resource));
    if (match && fact(match) !== fact(resource)) return 'foreign';
    return match?.id ? { resourceType: match.resourceType, id: match.id } : undefined;
  });
}

/**
 * The one that the platform means by `duplicate` although our identifier is not on it: it compares contents too. Ours
 * only when subject, code and fact are the same.
 */
export async function findTwin(
  platform: Platform,
  encounterId: string,
  resource: Hanging,
): Promise<Written | undefined> {
  const listed = await listHanging(platform, encounterId, [resource.resourceType]);
  const twin = listed.find(
    (one) => one.subject?.reference === resource.subject?.reference && fact(one) === fact(resource),
  );
  return twin?.id ? { resourceType: twin.resourceType, id: twin.id } : undefined;
}

/** The entries still missing, hung on the Encounter that is there. */
export function missingEntries(
  bundle: Bundle<VisitResource>,
  settled: Extract<Settled, { kind: 'ours' }>,
): BundleEntry<VisitResource>[] {
  const encounterUrl = bundle.entry?.[0]?.fullUrl;
  return (bundle.entry ?? [])
    .filter((_, index) => settled.written[index] === undefined)
    .map((entry) => {
      const resource = structuredClone(entry.resource) as Hanging;
      if (resource.encounter?.reference === encounterUrl) {
        resource.encounter = { reference: `Encounter/${settled.encounterId}` };
      }
      return { ...entry, resource };
    });
}

/**
 * The diagnoses that the Encounter should name, by their real ids. A Bundle that was saved in part can have left
 * behind an Encounter that points at what was not saved.
 */
export function mendDiagnoses(
  encounter: Encounter,
  bundle: Bundle<VisitResource>,
  written: Written[],
): Encounter {
  const wanted = (bundle.entry?.[0]?.resource as Encounter | undefined)?.diagnosis ?? [];
  const ids = new Map(
    (bundle.entry ?? []).map(({ fullUrl }, index) => [
      fullUrl,
      `${written[index]?.resourceType}/${written[index]?.id}`,
    ]),
  );
  const mended = wanted.map((entry) => {
    const reference = ids.get(entry.condition?.reference) ?? entry.condition?.reference;
    return { ...entry, condition: { reference } };
  });
  const there = new Set((encounter.diagnosis ?? []).map(({ condition }) => condition?.reference));
  const others = (encounter.diagnosis ?? []).filter(({ condition }) => {
    const reference = condition?.reference ?? '';
    return !reference.startsWith('urn:') && !mended.some((one) => one.condition.reference === reference);
  });
  if (mended.every(({ condition }) => there.has(condition.reference))) return encounter;
  return { ...encounter, diagnosis: [...mended, ...others] as Encounter['diagnosis'] };
}

async function findEncounter(platform: Platform, ours: Encounter): Promise<Encounter | undefined> {
  const [identifier] = ours.identifier ?? [];
  const found = await platform.search<Encounter>('Encounter', {
    identifier: `${identifier?.system}|${identifier?.value}`,
  });
  return found.find((one) => identities(one).includes(`${identifier?.system}|${identifier?.value}`));
}

/**
 * The same visit under another identifier of the same clinic: sent before by a store that was lost.
 */
export async function findSameVisit(platform: Platform, ours: Encounter): Promise<Encounter | undefined> {
  const [identifier] = ours.identifier ?? [];
  const subject = ours.subject?.reference?.replace('Patient/', '') ?? '';
  const found = await platform.search<Encounter>('Encounter', { subject });
  return found.find(
    (one) =>
      sameVisit(one, ours) &&
      !isVoid(one) &&
      (one.identifier ?? []).some(({ system }) => system === identifier?.system),
  );
}

function identities(resource: Resource): string[] {
  const { identifier } = resource as { identifier?: { system?: string; value?: string }[] };
  return (Array.isArray(identifier) ? identifier : []).map(({ system, value }) => `${system}|${value}`);
}

export function sameIdentity(one: Resource, other: Resource): boolean {
  const ours = identities(other);
  return identities(one).some((identity) => ours.includes(identity));
}

/** The same patient, start, doctor, place and class: what differs in any of them is another visit. */
function sameVisit(theirs: Encounter, ours: Encounter): boolean {
  const facts = ({ subject, participant, location, class: kind }: Encounter) =>
    JSON.stringify([
      subject?.reference,
      participant?.map(({ individual }) => individual?.reference),
      location?.map((one) => one.location.reference),
      kind.code,
    ]);
  return facts(theirs) === facts(ours) && sameInstant(theirs.period?.start, ours.period?.start);
}

/** The fact a resource states: two resources of one identity that differ in it are not the same. */
export function fact(resource: Hanging): string {
  switch (resource.resourceType) {
    case 'Condition':
      // The code of a complaint may be our general one; its words are the clinic's.
      return JSON.stringify(isComplaint(resource) ? [resource.note?.[0]?.text ?? null] : codesOf(resource));
    case 'Observation':
      return JSON.stringify([
        codesOf(resource),
        `${resource.valueQuantity?.comparator ?? ''}${resource.valueQuantity?.value ?? ''}`,
        resource.effectiveDateTime ? Date.parse(resource.effectiveDateTime) : null,
      ]);
    case 'Procedure':
      return JSON.stringify([
        codesOf(resource),
        resource.performedDateTime ? Date.parse(resource.performedDateTime) : null,
      ]);
    case 'ClinicalImpression':
      return JSON.stringify([resource.summary ?? null]);
  }
}

/** True for what was withdrawn at the platform. */
export function isVoid(resource: VisitResource): boolean {
  if (resource.resourceType !== 'Condition') return resource.status === 'entered-in-error';
  return (resource.verificationStatus?.coding ?? []).some(({ code }) => code === 'entered-in-error');
}

/** True for the Condition of the chief complaint. */
export function isComplaint(resource: Hanging): resource is Condition {
  if (resource.resourceType !== 'Condition') return false;
  return (resource.category ?? []).some(({ coding }) =>
    (coding ?? []).some(({ code }) => code === 'chief-complaint'),
  );
}

function codesOf({ code }: { code?: { coding?: { system?: string; code?: string }[] } }): string[] {
  return (code?.coding ?? []).map((one) => `${one.system}|${one.code}`).sort();
}

function sameInstant(a: string | undefined, b: string | undefined): boolean {
  return a !== undefined && b !== undefined && Date.parse(a) === Date.parse(b);
}
