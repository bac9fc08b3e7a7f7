import type {
  EncounterDiagnosis,
  Encounter as FhirEncounter,
  Patient,
  Practitioner,
  Reference,
} from '@medplum/fhirtypes';
import { toFhirDateTime, toInstant } from '../contract/dates.js';
import type { Encounter } from '../contract/encounter.js';
import {
  ACT_CODE,
  DIAGNOSIS_ROLE,
  organizationSystem,
  PARTICIPATION,
  SERVICE_CLASS,
  SERVICE_CLASS_INPATIENT,
} from './systems.js';
import { type EncounterClass, reference, type ServiceClass, type VisitContext } from './visit.js';

const classDisplay: Record<EncounterClass, string> = {
  AMB: 'ambulatory',
  EMER: 'emergency',
  IMP: 'inpatient encounter',
};

const serviceClassDisplay: Record<ServiceClass, string> = {
  '1': 'Kelas 1',
  '2': 'Kelas 2',
  '3': 'Kelas 3',
  vip: 'Kelas VIP',
  vvip: 'Kelas VVIP',
};

/**
 * An open visit. It goes out as `in-progress`, even with an end time: only a diagnosis finishes it
 * (mapping rules, "Encounter"). Hence no `period.end` and no invented waiting minutes in the history.
 *
 * @param complaint fullUrl of the chief-complaint Condition in the same Bundle, when there is one.
 */
export function mapOpenEncounter(visit: Encounter, context: VisitContext, complaint?: string): FhirEncounter {
  const start = toFhirDateTime(toInstant(visit.tanggal_kunjungan, context.timeZone));
  const inProgress = { status: 'in-progress' as const, period: { start } };
  const arrived = { status: 'arrived' as const, period: { start, end: start } };
  return {
    resourceType: 'Encounter',
    identifier: [{ system: organizationSystem('encounter', context.organizationId), value: context.visitId }],
    status: 'in-progress',
    // An inpatient does not arrive: the stay starts on the ward.
    statusHistory: context.class === 'IMP' ? [inProgress] : [arrived, inProgress],
    class: { system: ACT_CODE, code: context.class, display: classDisplay[context.class] },
    subject: reference('Patient', context.patient) as Reference<Patient>,
    participant: [
      {
        type: [{ coding: [{ system: PARTICIPATION, code: 'ATND', display: 'attender' }] }],
        individual: reference('Practitioner', context.practitioner) as Reference<Practitioner>,
      },
    ],
    period: { start },
    ...(complaint ? { diagnosis: [chiefComplaint(complaint)] } : {}),
    location: [
      {
        location: reference('Location', context.location) as Reference<never>,
        ...(context.location.serviceClass
          ? { extension: [serviceClass(context.location.serviceClass)] }
          : {}),
      },
    ],
    serviceProvider: { reference: `Organization/${context.organizationId}` },
  };
}

/** Use CC carries no rank (mapping rules, "Diagnosis"). */
function chiefComplaint(condition: string): EncounterDiagnosis {
  return {
    condition: { reference: condition },
    use: { coding: [{ system: DIAGNOSIS_ROLE, code: 'CC', display: 'Chief complaint' }] },
  };
}

function serviceClass(code: ServiceClass) {
  const coding = [{ system: SERVICE_CLASS_INPATIENT, code, display: serviceClassDisplay[code] }];
  return { url: SERVICE_CLASS, extension: [{ url: 'value', valueCodeableConcept: { coding } }] };
}
