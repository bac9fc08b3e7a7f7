import type {
  CodeableConcept,
  Coding,
  Condition,
  Patient,
  Practitioner,
  Reference,
} from '@medplum/fhirtypes';
import type { Diagnosis } from '../contract/clinical.js';
import { toFhirDateTime, toInstant } from '../contract/dates.js';
import type { Encounter } from '../contract/encounter.js';
import {
  CONDITION_CATEGORY,
  CONDITION_CLINICAL,
  CONDITION_VERIFICATION,
  ICD10,
  KEMKES,
  organizationSystem,
  SNOMED,
} from './systems.js';
import { cleanConcept, type HangingContext, reference, type VisitContext } from './visit.js';

/** The code of a chief complaint without one. No official Condition is text-only. */
export const COMPLAINT: Coding = { system: SNOMED, code: '409586006', display: 'Complaint' };
/** What is tried instead when the platform does not know {@link COMPLAINT} (rule 10003). */
export const CLINICAL_FINDING: Coding = { system: SNOMED, code: '404684003', display: 'Clinical finding' };

/**
 * The chief complaint: free text in `note` and `code.text`, the clinic's SNOMED code or a general one beside it
 * (mapping rules, "Chief complaint"). No onset and no recorder: the clinic did not give them.
 *
 * ```ts
 * const condition = mapChiefComplaint({ tanggal_kunjungan, keluhan_utama: 'Pusing' }, context, encounterUrl);
 * ```
 *
 * @param encounter fullUrl of the Encounter in the same Bundle.
 */
export function mapChiefComplaint(
  visit: Pick<Encounter, 'tanggal_kunjungan' | 'kode_keluhan_utama'> & {
    /** Chief complaint, free text. */
    keluhan_utama: string;
  },
  context: VisitContext,
  encounter: string,
): Condition {
  const coding: Coding = visit.kode_keluhan_utama
    ? { system: SNOMED, code: visit.kode_keluhan_utama }
    : (context.complaintCode ?? COMPLAINT);
  return {
    resourceType: 'Condition',
    identifier: [
      {
        system: organizationSystem('condition', context.organizationId),
        value: `${context.visitId}-cc`,
      },
    ],
    clinicalStatus: { coding: [{ system: CONDITION_CLINICAL, code: 'active', display: 'Active' }] },
    category: [{ coding: [{ system: KEMKES, code: 'chief-complaint', display: 'Chief Complaint' }] }],
    code: { coding: [coding], text: visit.keluhan_utama },
    subject: reference('Patient', context.patient) as Reference<Patient>,
    encounter: { reference: encounter },
    recordedDate: toFhirDateTime(toInstant(visit.tanggal_kunjungan, context.timeZone)),
    note: [{ text: visit.keluhan_utama }],
  };
}

const clinicalStatus = {
  active: 'Active',
  recurrence: 'Recurrence',
  relapse: 'Relapse',
  inactive: 'Inactive',
  remission: 'Remission',
  resolved: 'Resolved',
} as const;

const verificationStatus = {
  unconfirmed: 'Unconfirmed',
  provisional: 'Provisional',
  differential: 'Differential',
  confirmed: 'Confirmed',
  refuted: 'Refuted',
  'entered-in-error': 'Entered in Error',
} as const;

const ENCOUNTER_DIAGNOSIS: CodeableConcept = {
  coding: [{ system: CONDITION_CATEGORY, code: 'encounter-diagnosis', display: 'Encounter Diagnosis' }],
};

/** A diagnosis as it is inside a visit or on its own. */
export type DiagnosisFacts = Omit<Diagnosis, 'encounter_id' | 'pasien_id'>;

/**
 * A diagnosis (mapping rules, "Diagnosis"). `verificationStatus` only when the clinic gave it; a diagnosis entered
 * in error has no clinical status (con-5); the recorder only when the body names a doctor.
 *
 * ```ts
 * const condition = mapDiagnosis(diagnosis, {
 *   ...{ organizationId: '10000004', id: logId, timeZone: 'Asia/Jakarta' },
 *   ...{ patient: { id: 'P00123456789' }, practitioner: { id: '10001234567' } },
 *   encounter: `Encounter/${encounterId}`,
 * });
 * ```
 *
 * @param display the code's official title, when a table knows it.
 */
export function mapDiagnosis(given: DiagnosisFacts, context: HangingContext, display?: string): Condition {
  const at = (text: string) => toFhirDateTime(toInstant(text, context.timeZone));
  const clinical = given.klinis_status ?? 'active';
  const verification = given.verifikasi_status;
  const category = (given.kategori ?? []).map(cleanConcept);
  return {
    resourceType: 'Condition',
    identifier: [{ system: organizationSystem('condition', context.organizationId), value: context.id }],
    ...(verification === 'entered-in-error'
      ? {}
      : {
          clinicalStatus: {
            coding: [{ system: CONDITION_CLINICAL, code: clinical, display: clinicalStatus[clinical] }],
          },
        }),
    ...(verification
      ? {
          verificationStatus: {
            coding: [
              {
                system: CONDITION_VERIFICATION,
                code: verification,
                display: verificationStatus[verification],
              },
            ],
          },
        }
      : {}),
    category: category.length > 0 ? category : [ENCOUNTER_DIAGNOSIS],
    ...(given.tingkat_keparahan ? { severity: cleanConcept(given.tingkat_keparahan) } : {}),
    code: {
      coding: [{ system: ICD10, code: given.kode_icd10, ...(display ? { display } : {}) }],
      text: given.deskripsi_diagnosis,
    },
    subject: reference('Patient', context.patient) as Reference<Patient>,
    encounter: { reference: context.encounter },
    ...(given.onset_date ? { onsetDateTime: at(given.onset_date) } : {}),
    recordedDate: at(given.tanggal_diagnosis),
    ...(given.dokter
      ? { recorder: reference('Practitioner', context.practitioner) as Reference<Practitioner> }
      : {}),
    ...(given.keterangan ? { note: [{ text: given.keterangan }] } : {}),
  };
}

/**
 * Whether a Condition stands in `Encounter.diagnosis` as DD: an encounter diagnosis that nobody withdrew.
 *
 * ```ts
 * if (isDischargeDiagnosis(condition)) encounter = addDiagnosis(encounter, `Condition/${condition.id}`);
 * ```
 */
export function isDischargeDiagnosis({ category, verificationStatus }: Condition): boolean {
  const codes = (concepts: (CodeableConcept | undefined)[]) =>
    concepts.flatMap((concept) => (concept?.coding ?? []).map(({ code }) => code));
  const withdrawn = codes([verificationStatus]).some(
    (code) => code === 'refuted' || code === 'entered-in-error',
  );
  return codes(category ?? []).includes('encounter-diagnosis') && !withdrawn;
}
