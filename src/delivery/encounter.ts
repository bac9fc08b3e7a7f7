/** Takes one accepted visit to the platform, alone or with everything that was found and done in it. */
import type { Bundle, Encounter as FhirEncounter } from '@medplum/fhirtypes';
import { checkRequest } from '../contract/check.js';
import { displayOf } from '../contract/code-names.js';
import { contract, type Kunjungan } from '../contract/contract.js';
import { toFhirDateTime, toInstant } from '../contract/dates.js';
import type { Encounter } from '../contract/encounter.js';
import { SatusehatError } from '../contract/error.js';
import { mapEncounter, transaction, type VisitExtras, type VisitResource } from '../fhir/bundle.js';
import { CLINICAL_FINDING } from '../fhir/condition.js';
import { withoutAdditions } from '../fhir/encounter-life.js';
import type { VisitContext } from '../fhir/visit.js';
import { hasRule, isDuplicate } from '../platform/decode.js';
import { PlatformError } from '../platform/error.js';
import type { Platform, Written } from '../platform/platform.js';
import type { Result, Submission, Visit } from '../store/store.js';
import type { Clinic } from './clinic.js';
import type { Delivered } from './heart.js';
import { type Resolver, resolveDoctors, resolveVisit } from './resolve.js';
import { findSameVisit, mendDiagnoses, missingEntries, type Settled, settle } from './settle.js';
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

/** A visit, resolved and mapped: everything that happens before the write. */
export interface Prepared {
  visit: Encounter & Partial<Kunjungan>;
  context: VisitContext;
  extras: VisitExtras;
  bundle: Bundle<VisitResource>;
}

export async function prepareEncounter(
  submission: Pick<Submission, 'payload' | 'logId' | 'endpoint'>,
  clinic: Clinic,
  resolver: Resolver,
): Promise<Prepared> {
  const row = submission.endpoint === 'kirimKunjungan' ? contract.kirimKunjungan : contract.kirimEncounter;
  const checked = checkRequest(row, submission.payload);
  if (!checked.ok) throw new Error('a kept payload no longer passes the check it was accepted by');
  const visit = checked.value as Prepared['visit'];
  const context = await resolveVisit(resolver, clinic, visit, submission.logId);
  const items = itemsOf(visit);
  for (const { list, index, item } of items) {
    if (item.pasien_id && item.pasien_id !== context.patient.id) {
      throw refuseField(`${list}.${index}.pasien_id`, 'not_the_patient');
    }
  }
  const doctors = await resolveDoctors(
    resolver,
    clinic,
    items.map(({ list, index, item }) => ({ value: item.dokter, field: `${list}.${index}.dokter` })),
  );
  const extras: VisitExtras = { doctors, display: displayOf };
  const bundle = mapEncounter(visit, context, extras);
  refuseBroken(bundle);
  return { visit, context, extras, bundle };
}

function itemsOf(visit: Partial<Kunjungan>) {
  return (['diagnosis', 'observasi', 'prosedur'] as const).flatMap((list) =>
    (visit[list] ?? []).map((item, index) => ({ list, index, item })),
  );
}

/**
 * @throws SatusehatError what the clinic must mend, or UPSTREAM_* when it is to be tried again.
 * @throws PlatformError with `outcomeUnknown` when a write may have happened.
 */
export async function deliverEncounter(
  submission: Submission,
  clinic: Clinic,
  tools: DeliveryTools,
): Promise<Delivered> {
  const { platform } = clinic;
  const prepared = await prepareEncounter(submission, clinic, tools.resolver);
  const { bundle } = prepared;
  waitUntil(instantsOf(prepared.visit, clinic.timeZone), tools.now());
  const done = (written: Written[], encounter = bundle.entry?.[0]?.resource as FhirEncounter): Delivered =>
    toDelivered(written, encounter, prepared, submission, clinic);

  const since = submission.unknownSince ?? tools.now();
  if (submission.unknownSince !== null) {
    const settled = await settleTwice(platform, bundle, tools);
    if (!isWhole(settled)) stayPatient(since, tools);
    if (settled.kind !== 'absent') return finish(settled, bundle, done, platform, tools);
    if (mayBeOfBefore(submission)) await refuseSameVisit(platform, bundle);
  }
  await tools.sending();
  try {
    return done(await platform.transaction(bundle as Bundle));
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    if (isDuplicate(error)) {
      const settled = await settleTwice(platform, bundle, tools);
      if (settled.kind !== 'absent') {
        if (!isWhole(settled)) stayPatient(since, tools);
        return finish(settled, bundle, done, platform, tools);
      }
      throw unseenDuplicate(error, submission);
    }
    const other = otherForm(error, prepared);
    if (!other) throw error;
    // Refused whole, so nothing was written.
    return done(await platform.transaction(other as Bundle), other.entry?.[0]?.resource as FhirEncounter);
  }
}

/** Whoever typed it again cannot have known its number: a person must say whether it is another visit. */
async function refuseSameVisit(platform: Platform, bundle: Bundle<VisitResource>): Promise<void> {
  const same = await findSameVisit(platform, bundle.entry?.[0]?.resource as FhirEncounter);
  if (!same?.id) return;
  throw new SatusehatError({
    code: 'DUPLICATE',
    message: 'Kunjungan pasien ini pada waktu, dokter dan poli yang sama sudah ada di SATUSEHAT.',
    remedy: `Layanan ini baru dipulihkan dari cadangan. Pakai encounter_id ${same.id} untuk data berikutnya; bila ini kunjungan lain, perbaiki waktunya.`,
    details: { id: same.id },
  });
}

/** The same visit in the form that the platform takes when it refuses the first (mapping rules). */
function otherForm(
  error: PlatformError,
  { visit, context, extras }: Prepared,
): Bundle<VisitResource> | undefined {
  // Our general code of a complaint is not known there.
  const complaint = hasRule(error, '10003') && !visit.kode_keluhan_utama;
  // A complaint alone does not finish a visit there.
  const unfinished = hasRule(error, '10457') && context.finishOnComplaint;
  if (!complaint && !unfinished) return undefined;
  return mapEncounter(
    visit,
    {
      ...context,
      ...(complaint ? { complaintCode: CLINICAL_FINDING } : {}),
      ...(unfinished ? { finishOnComplaint: false } : {}),
    },
    extras,
  );
}

/** Every time in it: none may lie ahead of the platform's clock. */
function instantsOf(visit: Prepared['visit'], timeZone: string): (number | undefined)[] {
  const texts = [
    visit.tanggal_kunjungan,
    ...(visit.diagnosis ?? []).map((one) => one.tanggal_diagnosis),
    ...(visit.observasi ?? []).map((one) => one.tanggal_observasi),
    ...(visit.prosedur ?? []).map((one) => one.tanggal_prosedur),
    // Only a finished visit carries its end.
    ...(visit.diagnosis?.length && visit.tanggal_selesai ? [visit.tanggal_selesai] : []),
  ];
  return texts.map((text) => toInstant(text, timeZone));
}

/** Nothing of it is left to send. */
function isWhole(settled: Settled): boolean {
  return settled.kind === 'foreign' || (settled.kind === 'ours' && !settled.written.includes(undefined));
}

function settleTwice(
  platform: Platform,
  bundle: Bundle<VisitResource>,
  tools: DeliveryTools,
): Promise<Settled> {
  return lookTwice(() => settle(platform, bundle), isWhole, tools);
}

async function finish(
  settled: Exclude<Settled, { kind: 'absent' }>,
  bundle: Bundle<VisitResource>,
  done: (written: Written[], encounter: FhirEncounter) => Delivered,
  platform: Platform,
  tools: DeliveryTools,
): Promise<Delivered> {
  if (settled.kind === 'foreign') {
    throw new SatusehatError({ code: 'DUPLICATE', details: { id: settled.id } });
  }
  const missing = missingEntries(bundle, settled);
  let written = settled.written as Written[];
  if (missing.length > 0) {
    await tools.sending();
    const added = await platform.transaction(transaction(missing) as Bundle);
    written = settled.written.map((one) => one ?? (added.shift() as Written));
  }
  const there = withoutAdditions(settled.encounter);
  const mended = mendDiagnoses(there, bundle, written);
  if (mended === there) return done(written, there);
  await tools.sending();
  return done(written, await platform.replace(mended as FhirEncounter & { id: string }));
}

function toDelivered(
  written: Written[],
  encounter: FhirEncounter,
  { visit, context, bundle }: Prepared,
  submission: Submission,
  clinic: Clinic,
): Delivered {
  const encounterId = written[0]?.id ?? '';
  const result: Result = {
    id: encounterId,
    encounterId,
    patientId: context.patient.id,
    resources: written.map((one, index) => {
      const identifier = bundle.entry?.[index]?.resource?.identifier?.[0]?.value;
      return { ...one, ...(identifier ? { identifier } : {}) };
    }),
  };
  const end = visit.tanggal_selesai
    ? toFhirDateTime(toInstant(visit.tanggal_selesai, clinic.timeZone))
    : null;
  const kept: Visit = {
    clinic: clinic.code,
    encounterId,
    visit: submission.visit,
    encounter: withIds(encounter, encounterId, bundle, written),
    end,
    disposition: visit.cara_pulang ?? context.location.disposition ?? null,
  };
  return { result, visit: kept };
}

/** The Encounter as it stands there: with its id, and real ids where the Bundle had its own. */
function withIds(
  encounter: FhirEncounter,
  id: string,
  bundle: Bundle<VisitResource>,
  written: Written[],
): FhirEncounter {
  return { ...mendDiagnoses(encounter, bundle, written), id };
}
