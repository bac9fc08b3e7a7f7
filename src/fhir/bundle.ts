import type {
  Bundle,
  BundleEntry,
  ClinicalImpression,
  Condition,
  Encounter as FhirEncounter,
  Observation,
} from '@medplum/fhirtypes';
import type { Encounter } from '../contract/encounter.js';
import { mapAnamnesis } from './clinical-impression.js';
import { mapChiefComplaint } from './condition.js';
import { mapOpenEncounter } from './encounter.js';
import { mapVitalSigns } from './observation.js';
import type { VisitContext } from './visit.js';

export type VisitResource = FhirEncounter | Condition | ClinicalImpression | Observation;

/**
 * One visit as one transaction Bundle: Encounter, chief-complaint Condition, ClinicalImpression, one Observation
 * per vital sign. Pure and deterministic: the same input gives the same bytes.
 *
 * @param visit an encounter that has passed the contract's check.
 */
export function mapEncounter(visit: Encounter, context: VisitContext): Bundle<VisitResource> {
  const encounterUrl = urn(`${context.visitId}/encounter`);
  const complaintUrl = urn(`${context.visitId}/cc`);
  const entries: BundleEntry<VisitResource>[] = [];

  if (visit.keluhan_utama) {
    entries.push(entry(encounterUrl, mapOpenEncounter(visit, context, complaintUrl)));
    const complaint = { ...visit, keluhan_utama: visit.keluhan_utama };
    entries.push(entry(complaintUrl, mapChiefComplaint(complaint, context, encounterUrl)));
  } else {
    entries.push(entry(encounterUrl, mapOpenEncounter(visit, context)));
  }
  if (visit.anamnesa) {
    const history = { ...visit, anamnesa: visit.anamnesa };
    entries.push(entry(urn(`${context.visitId}/ci`), mapAnamnesis(history, context, encounterUrl)));
  }
  for (const observation of mapVitalSigns(visit, context, encounterUrl)) {
    entries.push(entry(urn(observation.identifier?.[0]?.value ?? ''), observation));
  }
  return transaction(entries);
}

export function transaction<T extends VisitResource>(entries: BundleEntry<T>[]): Bundle<T> {
  return { resourceType: 'Bundle', type: 'transaction', entry: entries };
}

function entry<T extends VisitResource>(fullUrl: string, resource: T): BundleEntry<T> {
  return { fullUrl, resource, request: { method: 'POST', url: resource.resourceType } };
}

/**
 * A `urn:uuid:` that depends on the seed alone. It only has to be unique inside one Bundle: the platform replaces
 * it. Four small hashes of the seed, with the version and variant bits of a v4 UUID.
 */
function urn(seed: string): string {
  let hex = '';
  for (let lane = 0; lane < 4; lane++) {
    let hash = Math.imul(lane + 1, 0x9e3779b1);
    for (const character of seed) {
      hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
      hash ^= hash >>> 15;
    }
    hex += (hash >>> 0).toString(16).padStart(8, '0');
  }
  const variant = ((Number.parseInt(hex[16] ?? '0', 16) & 3) | 8).toString(16);
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
}
