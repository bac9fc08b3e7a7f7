/** The encounter that something hangs on: found by log_id, by platform id, or by the clinic's own number for it. */

import type { Encounter } from '@medplum/fhirtypes';
import { problem } from '../contract/check.js';
import { SatusehatError } from '../contract/error.js';
import { isUuid } from '../contract/identity.js';
import { withoutAdditions } from '../fhir/encounter-life.js';
import { organizationSystem } from '../fhir/systems.js';
import type { Resolved } from '../fhir/visit.js';
import { PlatformError } from '../platform/error.js';
import type { Store, Submission, Visit } from '../store/store.js';
import type { Clinic } from './clinic.js';
import { isVoid } from './settle.js';
import type { DeliveryTools } from './tools.js';
import { refuseField } from './tools.js';

/** Endpoints that begin a visit. */
const BEGINNING = ['kirimEncounter', 'kirimKunjungan'];

/**
 * What the submissions of one visit have in common.
 *
 * @param given log_id of an encounter, `encounter_id`, or a no_registrasi.
 */
export async function visitKey(store: Store, clinic: string, given: string): Promise<string> {
  const submission = await store.find(given);
  // Another clinic's submission does not exist for this one.
  if (submission?.clinic === clinic && BEGINNING.includes(submission.endpoint)) return submission.visit;
  const known = (await store.visitOf(clinic, given)) ?? (await store.registered(clinic, given))?.visit;
  return known ?? `E/${given}`;
}

/**
 * The encounter of a submission, as we last saw it. One that another system sent is fetched and kept.
 *
 * @param given what the clinic wrote. @param field where it wrote it.
 * @throws SatusehatError ENCOUNTER_NOT_FOUND; INVALID_FIELDS for one that was voided.
 */
export async function findVisit(
  submission: Pick<Submission, 'visit'>,
  given: string,
  field: string,
  clinic: Clinic,
  { store, now }: Pick<DeliveryTools, 'store' | 'now'>,
): Promise<Visit> {
  const root = submission.visit.startsWith('E/') ? undefined : await store.find(submission.visit);
  if (root?.state === 'void') throw refuseField(field, 'voided_visit');
  if (root && !root.result) {
    throw new SatusehatError({
      code: 'UPSTREAM_UNAVAILABLE',
      message: 'Kunjungan ini belum terkirim ke SATUSEHAT.',
      remedy: 'Tunggu sampai kunjungannya terkirim, atau perbaiki kunjungannya bila gagal.',
    });
  }
  const encounterId = root ? root.result?.encounterId : given;
  const known = encounterId === undefined ? undefined : await store.visit(clinic.code, encounterId);
  if (known) return refuseVoid(known, field);
  const encounter = await fetchEncounter(clinic, encounterId ?? given, field, root !== undefined);
  const id = encounter.id as string;
  const again = await store.visit(clinic.code, id);
  if (again) return refuseVoid(again, field);
  const visit: Visit = {
    clinic: clinic.code,
    encounterId: id,
    visit: submission.visit,
    encounter,
    end: encounter.period?.end ?? null,
    disposition: null,
  };
  await store.saveVisit(visit, now());
  return refuseVoid(visit, field);
}

function refuseVoid(visit: Visit, field: string): Visit {
  if (isVoid(visit.encounter)) throw refuseField(field, 'voided_visit');
  return visit;
}

/**
 * The Encounter as it is at the platform.
 *
 * @param known we have seen it before: what the platform does not tell of it now is unknown, not absent.
 * @throws SatusehatError ENCOUNTER_NOT_FOUND, also for somebody else's.
 */
async function fetchEncounter(
  clinic: Clinic,
  given: string,
  field: string,
  known = false,
): Promise<Encounter> {
  const { platform, organizationId } = clinic;
  const missing = (remedy?: string) =>
    new SatusehatError({
      code: 'ENCOUNTER_NOT_FOUND',
      ...(remedy ? { remedy } : {}),
      details: { fields: [problem(field, 'not_found')] },
    });
  const foreign = 'Kunjungan ini milik organisasi lain. Pakai encounter_id dari kunjungan klinik ini.';
  const encounter = await (isUuid(given)
    ? platform.read<Encounter>('Encounter', given)
    : byNumber(clinic, given)
  ).catch((error: unknown) => {
    // The platform tells nothing of other organizations' encounters.
    if (error instanceof PlatformError && error.more.suppressed && !known) throw missing(foreign);
    throw error;
  });
  if (!encounter?.id) throw missing();
  if (encounter.serviceProvider?.reference !== `Organization/${organizationId}`) throw missing(foreign);
  return encounter;
}

/** By the number that the clinic gave it (no_registrasi). */
export async function byNumber(
  { platform, organizationId }: Pick<Clinic, 'platform' | 'organizationId'>,
  value: string,
): Promise<Encounter | undefined> {
  const system = organizationSystem('encounter', organizationId);
  const found = await platform.search<Encounter>('Encounter', { identifier: `${system}|${value}` });
  return found.find(({ identifier }) =>
    (identifier ?? []).some((one) => one.system === system && one.value === value),
  );
}

/** The number that the clinic gave an encounter, or we for it. */
export function numberOf(
  { identifier }: Encounter,
  { organizationId }: Pick<Clinic, 'organizationId'>,
): string | undefined {
  const system = organizationSystem('encounter', organizationId);
  return (identifier ?? []).find((one) => one.system === system)?.value;
}

/** An encounter that we know, as it is at the platform now: ready for a PUT. */
export async function encounterNow(
  { encounterId }: Pick<Visit, 'encounterId'>,
  clinic: Clinic,
  field = 'encounter_id',
): Promise<Encounter> {
  return withoutAdditions(await fetchEncounter(clinic, encounterId, field, true));
}

/** The encounter's patient, with the platform's own name for it. */
export function patientOf({ subject }: Encounter): Resolved {
  return { id: (subject?.reference ?? '').replace('Patient/', ''), display: subject?.display };
}

/** The encounter's attending doctor (ATND), if it names one. */
export function attenderOf({ participant }: Encounter): Resolved | undefined {
  const attends = (participant ?? []).find(({ type }) =>
    (type ?? []).some(({ coding }) => (coding ?? []).some(({ code }) => code === 'ATND')),
  );
  const { reference, display } = attends?.individual ?? {};
  return reference?.startsWith('Practitioner/')
    ? { id: reference.replace('Practitioner/', ''), display }
    : undefined;
}

/** `pasien_id` that is not the encounter's patient: refused, always (mapping rules, "Across resources"). */
export function refuseOtherPatient(
  visit: Visit,
  pasienId: string | null | undefined,
  field = 'pasien_id',
): void {
  if (pasienId && pasienId !== patientOf(visit.encounter).id) throw refuseField(field, 'not_the_patient');
}
