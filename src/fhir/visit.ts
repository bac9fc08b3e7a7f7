import type { Coding, Reference } from '@medplum/fhirtypes';

/** A platform id, with the platform's own name for it when it gave one. Never a name typed by the clinic. */
export interface Resolved {
  id: string;
  display?: string | undefined;
}

/** What `Encounter.class` can be here: ambulatory, emergency, inpatient. */
export type EncounterClass = 'AMB' | 'EMER' | 'IMP';

/** Inpatient service classes of the platform (`locationServiceClass-Inpatient`). */
export type ServiceClass = '1' | '2' | '3' | 'vip' | 'vvip';

/** Everything a mapper needs to know that the clinic's JSON does not say: ids and configuration, no clock. */
export interface VisitContext {
  /** SATUSEHAT organization id of the clinic. */
  organizationId: string;
  /** Value of the Encounter's identifier: no_registrasi, else the log_id. Never the NIK. */
  visitId: string;
  patient: Resolved;
  /** The attending doctor (ATND); performer of the vital signs. */
  practitioner: Resolved;
  /** The Location of the poli. */
  location: Resolved & { serviceClass?: ServiceClass | undefined };
  class: EncounterClass;
  /** IANA zone for times without one. */
  timeZone: string;
  /** Code of a chief complaint that came without one. Default: SNOMED CT 409586006 Complaint. */
  complaintCode?: Coding | undefined;
}

export function reference(type: 'Patient' | 'Practitioner' | 'Location', resolved: Resolved): Reference {
  const reference = { reference: `${type}/${resolved.id}` };
  return resolved.display ? { ...reference, display: resolved.display } : reference;
}
