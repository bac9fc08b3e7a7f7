/**
 * What became of a write that we have no answer for. Identifiers are searched, resources are listed by encounter,
 * and only what is missing is left to send (mapping rules, "Across resources").
 */
import type { Bundle, BundleEntry, Encounter, Resource } from '@medplum/fhirtypes';
import type { VisitResource } from '../fhir/bundle.js';
import type { Platform, Written } from '../platform/platform.js';

export type Settled =
  /** The Encounter is not there: nothing of the Bundle is. */
  | { kind: 'absent' }
  /** Something with our identity is there, and it is not what we sent. */
  | { kind: 'foreign'; id: string }
  /** Ours. `written` in the order of the Bundle; undefined where an entry is missing. */
  | { kind: 'ours'; encounterId: string; written: (Written | undefined)[] };

export async function settle(platform: Platform, bundle: Bundle<VisitResource>): Promise<Settled> {
  const ours = bundle.entry?.[0]?.resource as Encounter;
  const theirs = await findEncounter(platform, ours);
  if (!theirs?.id) return { kind: 'absent' };
  if (!sameVisit(theirs, ours)) {
    return { kind: 'foreign', id: theirs.id };
  }

  const entries = bundle.entry ?? [];
  const types = new Set(
    entries.slice(1).map((entry) => entry.resource?.resourceType as VisitResource['resourceType']),
  );
  const listed = new Map<string, Resource>();
  for (const type of types) {
    for (const resource of await platform.search(type, { encounter: theirs.id })) {
      for (const key of identities(resource)) listed.set(key, resource);
    }
  }
  const written: (Written | undefined)[] = [{ resourceType: 'Encounter', id: theirs.id }];
  for (const entry of entries.slice(1)) {
    const resource = entry.resource as VisitResource;
    const match = identities(resource).flatMap((key) => listed.get(key) ?? [])[0];
    if (match && fact(match) !== fact(resource)) return { kind: 'foreign', id: theirs.id };
    written.push(match?.id ? { resourceType: match.resourceType, id: match.id } : undefined);
  }
  return { kind: 'ours', encounterId: theirs.id, written };
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
      const resource = structuredClone(entry.resource) as Exclude<VisitResource, Encounter>;
      if (resource.encounter?.reference === encounterUrl) {
        resource.encounter = { reference: `Encounter/${settled.encounterId}` };
      }
      return { ...entry, resource };
    });
}

async function findEncounter(platform: Platform, ours: Encounter): Promise<Encounter | undefined> {
  const [identifier] = ours.identifier ?? [];
  const found = await platform.search<Encounter>('Encounter', {
    identifier: `${identifier?.system}|${identifier?.value}`,
  });
  return found.find((one) => identities(one).includes(`${identifier?.system}|${identifier?.value}`));
}

function identities(resource: Resource): string[] {
  const { identifier } = resource as { identifier?: { system?: string; value?: string }[] };
  return (Array.isArray(identifier) ? identifier : []).map(({ system, value }) => `${system}|${value}`);
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
function fact(resource: Resource): string {
  const { valueQuantity, note, summary } = resource as {
    valueQuantity?: { value?: number };
    note?: { text?: string }[];
    summary?: string;
  };
  return JSON.stringify([valueQuantity?.value ?? null, note?.[0]?.text ?? null, summary ?? null]);
}

function sameInstant(a: string | undefined, b: string | undefined): boolean {
  return a !== undefined && b !== undefined && Date.parse(a) === Date.parse(b);
}
