import type {
  Bundle,
  BundleEntry,
  ClinicalImpression,
  Condition,
  Encounter as FhirEncounter,
  Observation,
  Procedure,
} from '@medplum/fhirtypes';
import type { Kunjungan } from '../contract/contract.js';
import { toFhirDateTime, toInstant } from '../contract/dates.js';
import type { Encounter } from '../contract/encounter.js';
import { mapAnamnesis } from './clinical-impression.js';
import { isDischargeDiagnosis, mapChiefComplaint, mapDiagnosis } from './condition.js';
import { mapOpenEncounter } from './encounter.js';
import { addDiagnosis, finishEncounter, finishingDiagnoses } from './encounter-life.js';
import { mapObservation, mapVitalSigns } from './observation.js';
import { mapProcedure } from './procedure.js';
import type { HangingContext, Resolved, VisitContext } from './visit.js';

/** What the Bundle of a visit can hold. */
export type VisitResource = FhirEncounter | Condition | ClinicalImpression | Observation | Procedure;

/** What a whole visit needs beside its context, in the order of its lists. */
export interface VisitExtras {
  /** Doctors of the items that name one, by platform id or NIK as written in the item. */
  doctors?: ReadonlyMap<string, Resolved>;
  /** Official titles of codes, when a table knows them. */
  display?: (system: 'icd10' | 'icd9cm', code: string) => string | undefined;
}

/**
 * One visit as one transaction Bundle: Encounter, chief-complaint Condition, ClinicalImpression, one Observation
 * per vital sign; of a whole visit also its diagnoses, observations and procedures. Pure and deterministic: the
 * same input gives the same bytes. It is finished at once when its end and a diagnosis are given, else in-progress.
 *
 * ```ts
 * const bundle = mapEncounter(visit, {
 *   ...{ organizationId: '10000004', visitId: 'REG-1', class: 'AMB', timeZone: 'Asia/Jakarta' },
 *   ...{ patient: { id: 'P00123456789' }, practitioner: { id: '10001234567' }, location: { id: locationId } },
 * });
 * ```
 *
 * @param visit an encounter, or a whole visit, that has passed the contract's check.
 */
export function mapEncounter(
  visit: Encounter | Kunjungan,
  context: VisitContext,
  extras: VisitExtras = {},
): Bundle<VisitResource> {
  const encounterUrl = urn(`${context.visitId}/encounter`);
  const complaintUrl = urn(`${context.visitId}/cc`);
  const hanging: BundleEntry<VisitResource>[] = [];

  if (visit.keluhan_utama) {
    const complaint = { ...visit, keluhan_utama: visit.keluhan_utama };
    hanging.push(entry(complaintUrl, mapChiefComplaint(complaint, context, encounterUrl)));
  }
  if (visit.anamnesa) {
    const history = { ...visit, anamnesa: visit.anamnesa };
    hanging.push(entry(urn(`${context.visitId}/ci`), mapAnamnesis(history, context, encounterUrl)));
  }
  for (const observation of mapVitalSigns(visit, context, encounterUrl)) hanging.push(named(observation));

  let encounter = mapOpenEncounter(visit, context, visit.keluhan_utama ? complaintUrl : undefined);
  for (const resource of mapItems(visit, context, extras, encounterUrl)) {
    const one = named(resource);
    hanging.push(one);
    if (resource.resourceType === 'Condition' && isDischargeDiagnosis(resource)) {
      encounter = addDiagnosis(encounter, one.fullUrl as string);
    }
  }
  return transaction([entry(encounterUrl, finish(visit, context, encounter)), ...hanging]);
}

/** Finished only with an end and a diagnosis (mapping rules, "Encounter"). */
function finish(visit: Encounter, context: VisitContext, encounter: FhirEncounter): FhirEncounter {
  const complaint = context.finishOnComplaint && visit.keluhan_utama;
  if (!visit.tanggal_selesai || (finishingDiagnoses(encounter).length === 0 && !complaint)) return encounter;
  const end = toFhirDateTime(toInstant(visit.tanggal_selesai, context.timeZone));
  return finishEncounter(encounter, end, visit.cara_pulang ?? context.location.disposition);
}

/** The diagnoses, observations and procedures of a whole visit, in the order they were given. */
function mapItems(
  visit: Encounter | Kunjungan,
  context: VisitContext,
  { doctors, display }: VisitExtras,
  encounter: string,
): (Condition | Observation | Procedure)[] {
  const whole = visit as Partial<Kunjungan>;
  const within = (id: string, dokter: string | null | undefined): HangingContext => ({
    organizationId: context.organizationId,
    id: `${context.visitId}-${id}`,
    patient: context.patient,
    encounter,
    practitioner: (dokter && doctors?.get(dokter)) || context.practitioner,
    timeZone: context.timeZone,
    procedureMethod: context.procedureMethod,
  });
  return [
    ...(whole.diagnosis ?? []).map((one, index) =>
      mapDiagnosis(one, within(`dx-${index + 1}`, one.dokter), display?.('icd10', one.kode_icd10)),
    ),
    ...(whole.observasi ?? []).flatMap((one, index) =>
      mapObservation(one, within(`obs-${index + 1}`, one.dokter)),
    ),
    ...(whole.prosedur ?? []).map((one, index) =>
      mapProcedure(one, within(`proc-${index + 1}`, one.dokter), display?.('icd9cm', one.kode_prosedur)),
    ),
  ];
}

export function transaction<T extends VisitResource>(entries: BundleEntry<T>[]): Bundle<T> {
  return { resourceType: 'Bundle', type: 'transaction', entry: entries };
}

/** An entry under a fullUrl made from the resource's own identifier. */
export function named<T extends Exclude<VisitResource, FhirEncounter>>(resource: T): BundleEntry<T> {
  return entry(urn(`${resource.resourceType}/${resource.identifier?.[0]?.value}`), resource);
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
