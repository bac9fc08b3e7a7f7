/** An encounter sent again with `id`: what changed in it, and its end (mapping rules, "Encounter"). */
import type {
  ClinicalImpression,
  Condition,
  Encounter,
  EncounterParticipant,
  Observation,
} from '@medplum/fhirtypes';
import { checkRequest } from '../contract/check.js';
import { contract } from '../contract/contract.js';
import { toFhirDateTime, toInstant } from '../contract/dates.js';
import type { EncounterUpdate } from '../contract/encounter.js';
import { mapAnamnesis } from '../fhir/clinical-impression.js';
import { COMPLAINT, mapChiefComplaint } from '../fhir/condition.js';
import { mapAttender, mapClass, mapComplaintRole, mapLocation } from '../fhir/encounter.js';
import { finishingDiagnoses, withoutAdditions } from '../fhir/encounter-life.js';
import { mapVitalSigns } from '../fhir/observation.js';
import type { EncounterClass, Resolved, VisitContext } from '../fhir/visit.js';
import type { Written } from '../platform/platform.js';
import type { Result, Store, Submission, Visit } from '../store/store.js';
import type { Clinic } from './clinic.js';
import { patchObservation } from './correct.js';
import { finishIfOver, postOnce, putEncounter } from './hanging.js';
import type { Delivered } from './heart.js';
import { allOf, classOf, configuredPoli, locationOf, type ResolvedPoli } from './resolve.js';
import { fact, type Hanging, isComplaint, listHanging, sameIdentity } from './settle.js';
import { type DeliveryTools, refuseBroken, refuseField, waitUntil } from './tools.js';
import { attenderOf, encounterNow, findVisit, numberOf, patientOf, refuseOtherPatient } from './visits.js';

export interface PreparedUpdate {
  visit: Visit;
  /** As it is at the platform now, ready for a PUT. */
  there: Encounter;
  /** What hangs on it and is new. */
  missing: Hanging[];
  /** What hangs on it and says something else now. */
  changed: { there: Hanging; next: Hanging }[];
  /** What takes the Encounter's place; `complaint` is a reference to a new chief complaint. */
  edit(encounter: Encounter, complaint?: string): Encounter;
}

export async function prepareUpdate(
  submission: Pick<Submission, 'payload' | 'logId' | 'visit'>,
  clinic: Clinic,
  tools: Pick<DeliveryTools, 'store' | 'resolver' | 'now'>,
): Promise<PreparedUpdate> {
  const checked = checkRequest(contract.kirimEncounter, submission.payload);
  if (!checked.ok) throw new Error('a kept payload no longer passes the check it was accepted by');
  const given = checked.value as EncounterUpdate;
  const kept = await findVisit(submission, given.id, 'id', clinic, tools);
  refuseOtherPatient(kept, given.pasien_id);
  const there = await encounterNow(kept, clinic, 'id');
  const end = readEnd(given, there, clinic.timeZone);
  waitUntil([end], tools.now());
  refuseUnchangeable(given, there, clinic);
  const { doctor, poli, encounterClass } = await resolveChanges(given, there, clinic, tools);
  const classAfter = encounterClass ?? (there.class.code as EncounterClass);
  if (classAfter === 'IMP' && given.poli && !configuredPoli(clinic, given.poli)?.kelasRawat)
    throw refuseField('poli', 'rawat_inap');
  const visit: Visit = {
    ...kept,
    end: end === undefined ? kept.end : toFhirDateTime(end),
    disposition: given.cara_pulang ?? kept.disposition ?? poli?.disposition ?? null,
  };
  const resources = mapChanges(given, there, doctor, submission.logId, clinic);
  refuseBroken(...resources);
  const { missing, changed } = await compare(resources, kept, given, clinic, tools.store);
  return {
    visit,
    there,
    missing,
    changed,
    edit(encounter, complaint) {
      const next: Encounter = {
        ...encounter,
        ...(encounterClass ? { class: mapClass(encounterClass) } : {}),
        ...(doctor && given.dokter ? { participant: withAttender(encounter.participant, doctor) } : {}),
        ...(poli ? { location: [mapLocation(locationOf(poli, classAfter))] } : {}),
        ...(complaint ? { diagnosis: [...(encounter.diagnosis ?? []), mapComplaintRole(complaint)] } : {}),
      };
      return finishIfOver(next, visit);
    },
  };
}

/** Its end, which must lie after the start; the start itself is frozen at the platform. */
function readEnd(given: EncounterUpdate, { period }: Encounter, timeZone: string): number | undefined {
  const start = Date.parse(period?.start ?? '');
  if (given.tanggal_kunjungan && toInstant(given.tanggal_kunjungan, timeZone) !== start) {
    throw refuseField('tanggal_kunjungan', 'start_frozen');
  }
  if (!given.tanggal_selesai) return undefined;
  const end = toInstant(given.tanggal_selesai, timeZone);
  if (end <= start) throw refuseField('tanggal_selesai', 'end_before_start:tanggal_kunjungan');
  return end;
}

/** What would be dropped in silence. */
function refuseUnchangeable(given: EncounterUpdate, there: Encounter, clinic: Clinic): void {
  if (given.kode_keluhan_utama && !given.keluhan_utama) {
    throw refuseField('kode_keluhan_utama', 'needs_complaint');
  }
  if (given.no_registrasi && given.no_registrasi !== numberOf(there, clinic))
    throw refuseField('no_registrasi', 'fixed');
}

async function resolveChanges(
  given: EncounterUpdate,
  there: Encounter,
  clinic: Clinic,
  { resolver }: Pick<DeliveryTools, 'resolver'>,
): Promise<{ doctor?: Resolved; poli?: ResolvedPoli; encounterClass?: EncounterClass }> {
  const encounterClass = given.jenis_layanan ? classOf(clinic, given.jenis_layanan) : undefined;
  if (given.jenis_layanan && !encounterClass) throw refuseField('jenis_layanan', 'jenis_layanan');
  const [patient, doctor, poli] = await allOf([
    given.nik_pasien ? resolver.patientByNik(clinic, given.nik_pasien, 'nik_pasien') : noChange(),
    given.dokter ? resolver.practitionerByIdOrNik(clinic, given.dokter, 'dokter') : noChange(),
    given.poli ? resolver.poli(clinic, given.poli, 'poli') : noChange(),
  ]);
  if (patient && patient.id !== patientOf(there).id) throw refuseField('nik_pasien', 'not_the_patient');
  return {
    ...(doctor ? { doctor } : {}),
    ...(poli ? { poli } : {}),
    ...(encounterClass ? { encounterClass } : {}),
  };
}

async function noChange(): Promise<undefined> {
  return undefined;
}

/** Vital signs, complaint and history of the update, hung on the Encounter that is there. */
function mapChanges(
  given: EncounterUpdate,
  there: Encounter,
  doctor: Resolved | undefined,
  logId: string,
  clinic: Clinic,
): Hanging[] {
  const practitioner = doctor ?? attenderOf(there);
  const facts = { ...given, tanggal_kunjungan: there.period?.start as string };
  if (!practitioner) {
    if (given.anamnesa || given.pemeriksaan_fisik?.tanda_vital) throw refuseField('dokter', 'needs_doctor');
    if (!given.keluhan_utama) return [];
  }
  const context: VisitContext = {
    organizationId: clinic.organizationId,
    visitId: numberOf(there, clinic) ?? logId,
    patient: patientOf(there),
    practitioner: practitioner ?? { id: '' },
    location: { id: '' },
    class: 'AMB',
    timeZone: clinic.timeZone,
  };
  const encounter = `Encounter/${there.id}`;
  const { keluhan_utama, anamnesa } = given;
  return [
    ...(keluhan_utama ? [mapChiefComplaint({ ...facts, keluhan_utama }, context, encounter)] : []),
    ...(anamnesa ? [mapAnamnesis({ ...facts, anamnesa }, context, encounter)] : []),
    ...mapVitalSigns(facts, context, encounter),
  ];
}

/** What of it is not there yet, and what is there with another fact. */
async function compare(
  resources: Hanging[],
  { encounterId, visit }: Visit,
  given: EncounterUpdate,
  { code, platform }: Clinic,
  store: Store,
): Promise<Pick<PreparedUpdate, 'missing' | 'changed'>> {
  const types = resources.map(({ resourceType }) => resourceType);
  const listed = await listHanging(platform, encounterId, types);
  // The index can lag behind what we wrote ourselves, and know the id of.
  const own = (await store.ofVisit(code, visit)).flatMap(({ result }) => result?.resources ?? []);
  const unlisted = new Map(
    own
      .filter((one) => types.includes(one.resourceType as Hanging['resourceType']))
      .map(({ resourceType, id }) => [id, resourceType as Hanging['resourceType']]),
  );
  for (const { id } of listed) unlisted.delete(id as string);
  const read = await Promise.all([...unlisted].map(([id, type]) => platform.read<Hanging>(type, id)));
  const there = [...listed, ...read.filter((one) => one !== undefined)];
  const missing: Hanging[] = [];
  const changed: PreparedUpdate['changed'] = [];
  for (const next of resources) {
    const match = there.find((one) => sameIdentity(one, next));
    if (!match) missing.push(next);
    else if (fact(match) !== fact(next) || (isComplaint(next) && otherCode(match, next, given)))
      changed.push({ there: withoutAdditions(match), next });
  }
  return { missing, changed };
}

/** The fact of a complaint is its words; its code counts when the clinic names one. */
function otherCode(there: Hanging, next: Condition, { kode_keluhan_utama }: EncounterUpdate): boolean {
  if (!kode_keluhan_utama) return false;
  return (there as Condition).code?.coding?.[0]?.code !== next.code?.coding?.[0]?.code;
}

function withAttender(
  participants: EncounterParticipant[] | undefined,
  doctor: Resolved,
): EncounterParticipant[] {
  const others = (participants ?? []).filter(
    ({ type }) => !(type ?? []).some(({ coding }) => (coding ?? []).some(({ code }) => code === 'ATND')),
  );
  return [mapAttender(doctor), ...others];
}

/**
 * New facts are posted, changed ones corrected, and then the Encounter is put in its place. Each step looks at what
 * is there first, so all of it can be repeated.
 */
export async function deliverUpdate(
  submission: Submission,
  clinic: Clinic,
  tools: DeliveryTools,
): Promise<Delivered> {
  const prepared = await prepareUpdate(submission, clinic, tools);
  const { missing, changed, visit } = prepared;
  const written: Written[] =
    missing.length > 0 ? await postOnce(submission, missing, visit, clinic, tools) : [];
  for (const { there, next } of changed) await correct(there, next, clinic, tools);
  const complaint = missing.findIndex(isComplaint);
  const reference = complaint < 0 ? undefined : `Condition/${written[complaint]?.id}`;
  const after = await putEncounter(visit, clinic, tools, (encounter) => prepared.edit(encounter, reference));
  const open = visit.end !== null && after.encounter.status !== 'finished';
  const result: Result = {
    id: visit.encounterId,
    encounterId: visit.encounterId,
    patientId: patientOf(visit.encounter).id,
    resources: [
      { resourceType: 'Encounter', id: visit.encounterId },
      ...written,
      ...changed.map(({ there }) => ({ resourceType: there.resourceType, id: there.id as string })),
    ],
    ...(open && finishingDiagnoses(after.encounter).length === 0
      ? {
          warnings: [
            'Kunjungan ini belum selesai di SATUSEHAT: jam selesainya disimpan, dan dikirim bersama diagnosisnya.',
          ],
        }
      : {}),
  };
  return { result, visit: after };
}

async function correct(there: Hanging, next: Hanging, clinic: Clinic, tools: DeliveryTools): Promise<void> {
  const id = there.id as string;
  switch (next.resourceType) {
    case 'Observation':
      return patchObservation(there as Observation, next, clinic, tools);
    case 'ClinicalImpression': {
      const { summary } = next as ClinicalImpression;
      await tools.sending();
      await clinic.platform.patch('ClinicalImpression', id, [
        { op: 'replace', path: '/summary', value: summary },
      ]);
      return;
    }
    case 'Condition': {
      const { identifier, code } = there as Condition;
      // A complaint without a code keeps the one that it went out with.
      const coding = next.code?.coding?.[0]?.code === COMPLAINT.code ? code?.coding : next.code?.coding;
      const replaced: Condition & { id: string } = {
        ...next,
        id,
        ...(identifier ? { identifier } : {}),
        code: { ...next.code, ...(coding ? { coding } : {}) },
      };
      await tools.sending();
      await clinic.platform.replace(replaced);
      return;
    }
    default:
      throw new Error(`an update changes no ${next.resourceType}`);
  }
}
