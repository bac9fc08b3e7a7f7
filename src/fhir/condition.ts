import type { Coding, Condition, Patient, Reference } from '@medplum/fhirtypes';
import { toFhirDateTime, toInstant } from '../contract/dates.js';
import type { Encounter } from '../contract/encounter.js';
import { CONDITION_CLINICAL, KEMKES, organizationSystem, SNOMED } from './systems.js';
import { reference, type VisitContext } from './visit.js';

/** The code of a chief complaint without one. No official Condition is text-only. */
export const COMPLAINT: Coding = { system: SNOMED, code: '409586006', display: 'Complaint' };
/** What is tried instead when the platform does not know {@link COMPLAINT} (rule 10003). */
export const CLINICAL_FINDING: Coding = { system: SNOMED, code: '404684003', display: 'Clinical finding' };

/**
 * The chief complaint: free text in `note` and `code.text`, the clinic's SNOMED code or a general one beside it
 * (mapping rules, "Chief complaint"). No onset and no recorder: the clinic did not give them.
 */
export function mapChiefComplaint(
  visit: Encounter & { keluhan_utama: string },
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
