import type {
  Coding,
  EncounterDiagnosis,
  EncounterLocation,
  EncounterParticipant,
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
  SERVICE_CLASS_OUTPATIENT,
} from './systems.js';
import {
  type EncounterClass,
  type Resolved,
  reference,
  type ServiceClass,
  type VisitContext,
} from './visit.js';

const classDisplay: Record<EncounterClass, string> = {
  AMB: 'ambulatory',
  EMER: 'emergency',
  IMP: 'inpatient encounter',
};

const serviceClassDisplay: Record<ServiceClass, string> = {
  reguler: 'Kelas Reguler',
  eksekutif: 'Kelas Eksekutif',
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
 * ```ts
 * const encounter = mapOpenEncounter(visit, context, complaintUrl);
 * ```
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
    class: mapClass(context.class),
    subject: reference('Patient', context.patient) as Reference<Patient>,
    participant: [mapAttender(context.practitioner)],
    period: { start },
    ...(complaint ? { diagnosis: [mapComplaintRole(complaint)] } : {}),
    location: [mapLocation(context.location)],
    serviceProvider: { reference: `Organization/${context.organizationId}` },
  };
}

export function mapClass(code: EncounterClass): Coding {
  return { system: ACT_CODE, code, display: classDisplay[code] };
}

/** The attending doctor: ATND. */
export function mapAttender(practitioner: Resolved): EncounterParticipant {
  return {
    type: [{ coding: [{ system: PARTICIPATION, code: 'ATND', display: 'attender' }] }],
    individual: reference('Practitioner', practitioner) as Reference<Practitioner>,
  };
}

/** Where: the poli's Location, with a service class only where the clinic configured one. */
export function mapLocation(location: VisitContext['location']): EncounterLocation {
  return {
    location: reference('Location', location) as Reference<never>,
    ...(location.serviceClass ? { extension: [serviceClass(location.serviceClass)] } : {}),
  };
}

/** Use CC carries no rank (mapping rules, "Diagnosis"). */
export function mapComplaintRole(condition: string): EncounterDiagnosis {
  return {
    condition: { reference: condition },
    use: { coding: [{ system: DIAGNOSIS_ROLE, code: 'CC', display: 'Chief complaint' }] },
  };
}

function serviceClass(code: ServiceClass) {
  const outpatient = code === 'reguler' || code === 'eksekutif';
  const system = outpatient ? SERVICE_CLASS_OUTPATIENT : SERVICE_CLASS_INPATIENT;
  const coding = [{ system, code, display: serviceClassDisplay[code] }];
  return { url: SERVICE_CLASS, extension: [{ url: 'value', valueCodeableConcept: { coding } }] };
}
