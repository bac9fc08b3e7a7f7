import type { CodeableConcept, Coding, Reference } from '@medplum/fhirtypes';
import { systemOf } from '../contract/clinical.js';
import type { Disposition } from '../contract/encounter.js';

/** A platform id, with the platform's own name for it when it gave one. Never a name typed by the clinic. */
export interface Resolved {
  /** Its id at the platform. */
  id: string;
  /** Sent beside the reference. */
  display?: string | undefined;
}

/** What `Encounter.class` can be here: ambulatory, emergency, inpatient. */
export type EncounterClass = 'AMB' | 'EMER' | 'IMP';

/** Service classes of the platform for a stay (`locationServiceClass-Inpatient`). */
export type InpatientClass = '1' | '2' | '3' | 'vip' | 'vvip';
/** Service classes of the platform for a visit (`locationServiceClass-Outpatient`). */
export type OutpatientClass = 'reguler' | 'eksekutif';
/** Service class of a stay or of a visit. */
export type ServiceClass = InpatientClass | OutpatientClass;

/** Everything a mapper needs to know that the clinic's JSON does not say: ids and configuration, no clock. */
export interface VisitContext {
  /** SATUSEHAT organization id of the clinic. */
  organizationId: string;
  /** Value of the Encounter's identifier: no_registrasi, else the log_id. Never the NIK. */
  visitId: string;
  /** The encounter's subject. */
  patient: Resolved;
  /** The attending doctor (ATND); performer of the vital signs. */
  practitioner: Resolved;
  /** The Location of the poli; its service class and disposition only where the clinic configured them. */
  location: Resolved & {
    /** Sent as the service-class extension. Default: none is sent. */
    serviceClass?: ServiceClass | undefined;
    /** How patients leave when the visit does not say. Default: nothing is said of it. */
    disposition?: Disposition | undefined;
  };
  /** What `jenis_layanan` stands for. */
  class: EncounterClass;
  /** IANA zone for times without one. */
  timeZone: string;
  /** Code of a chief complaint that came without one. Default: SNOMED CT 409586006 Complaint. */
  complaintCode?: Coding | undefined;
  /** Finish a visit whose end is known although a chief complaint is all it has. Default false. */
  finishOnComplaint?: boolean | undefined;
  /** Send `kode_metode` as the procedure-method extension. Default false. */
  procedureMethod?: boolean | undefined;
}

/** What a mapper needs to know of something that hangs on an encounter: a diagnosis, observation or procedure. */
export interface HangingContext {
  /** SATUSEHAT organization id of the clinic. */
  organizationId: string;
  /** Value of the identifier, unique per resource: the log_id. Never the NIK. */
  id: string;
  /** The encounter's subject. */
  patient: Resolved;
  /** `Encounter/{id}`, or the fullUrl of the Encounter in the same Bundle. */
  encounter: string;
  /** Who did it: `dokter` of the body, else the encounter's attending doctor (ATND). */
  practitioner: Resolved;
  /** IANA zone for times without one. */
  timeZone: string;
  /** Send `kode_metode` as the procedure-method extension. Default false. */
  procedureMethod?: boolean | undefined;
}

export function reference(type: 'Patient' | 'Practitioner' | 'Location', resolved: Resolved): Reference {
  const reference = { reference: `${type}/${resolved.id}` };
  return resolved.display ? { ...reference, display: resolved.display } : reference;
}

interface GivenCoding {
  system?: string | null | undefined;
  code?: string | null | undefined;
  display?: string | null | undefined;
}

/** A Coding of the clinic's, with what R4 knows and nothing empty. */
export function cleanCoding(given: GivenCoding): Coding {
  const system = systemOf(given);
  return {
    ...(system ? { system } : {}),
    ...(given.code ? { code: given.code } : {}),
    ...(given.display ? { display: given.display } : {}),
  };
}

/** A CodeableConcept of the clinic's, with what R4 knows and nothing empty. */
export function cleanConcept(given: {
  coding?: GivenCoding[] | null | undefined;
  text?: string | null | undefined;
}): CodeableConcept {
  const coding = (given.coding ?? []).map(cleanCoding);
  return { ...(coding.length > 0 ? { coding } : {}), ...(given.text ? { text: given.text } : {}) };
}
