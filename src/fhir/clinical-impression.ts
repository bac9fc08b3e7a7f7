import type { ClinicalImpression, Patient, Practitioner, Reference } from '@medplum/fhirtypes';
import { toFhirDateTime, toInstant } from '../contract/dates.js';
import type { Encounter } from '../contract/encounter.js';
import { organizationSystem, SNOMED } from './systems.js';
import { reference, type VisitContext } from './visit.js';

/**
 * The history as the doctor wrote it (anamnesa): SNOMED CT 312850006, History of disorder.
 *
 * ```ts
 * const impression = mapAnamnesis({ tanggal_kunjungan, anamnesa }, context, encounterUrl);
 * ```
 *
 * @param encounter fullUrl of the Encounter in the same Bundle.
 */
export function mapAnamnesis(
  visit: Pick<Encounter, 'tanggal_kunjungan'> & {
    /** History, free text. */
    anamnesa: string;
  },
  context: VisitContext,
  encounter: string,
): ClinicalImpression {
  const at = toFhirDateTime(toInstant(visit.tanggal_kunjungan, context.timeZone));
  return {
    resourceType: 'ClinicalImpression',
    identifier: [
      {
        system: organizationSystem('clinicalimpression', context.organizationId),
        value: `${context.visitId}-ci`,
      },
    ],
    status: 'completed',
    code: { coding: [{ system: SNOMED, code: '312850006', display: 'History of disorder' }] },
    subject: reference('Patient', context.patient) as Reference<Patient>,
    encounter: { reference: encounter },
    effectiveDateTime: at,
    date: at,
    assessor: reference('Practitioner', context.practitioner) as Reference<Practitioner>,
    summary: visit.anamnesa,
  };
}
