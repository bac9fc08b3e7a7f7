/**
 * `satusehat-sdk/fhir`: the pure mappers, clinic JSON in, FHIR R4 out. No clock, no network, no `node:*`.
 *
 * @module satusehat-sdk/fhir
 */

export type { Diagnosis, Observed, ProcedureDone } from './contract/clinical.js';
export type { Kunjungan } from './contract/contract.js';
export type { PatientRegistration } from './contract/directory.js';
export type { Disposition, Encounter } from './contract/encounter.js';
export { type VitalSignName, vitalSignCodes } from './contract/vital-signs.js';
export { mapEncounter, type VisitExtras, type VisitResource } from './fhir/bundle.js';
export { type CheckIssue, checkResource } from './fhir/check.js';
export { mapAnamnesis } from './fhir/clinical-impression.js';
export {
  CLINICAL_FINDING,
  COMPLAINT,
  type DiagnosisFacts,
  isDischargeDiagnosis,
  mapChiefComplaint,
  mapDiagnosis,
} from './fhir/condition.js';
export { mapOpenEncounter } from './fhir/encounter.js';
export {
  addDiagnosis,
  finishEncounter,
  removeDiagnosis,
  voidEncounter,
  withoutAdditions,
} from './fhir/encounter-life.js';
export { mapObservation, mapVitalSigns, type ObservedFacts } from './fhir/observation.js';
export { mapPatient } from './fhir/patient.js';
export { mapProcedure, type ProcedureFacts } from './fhir/procedure.js';
export type {
  EncounterClass,
  HangingContext,
  InpatientClass,
  OutpatientClass,
  Resolved,
  ServiceClass,
  VisitContext,
} from './fhir/visit.js';
