/**
 * `satusehat-sdk/fhir`: the pure mappers, clinic JSON in, FHIR R4 out. No clock, no network, no `node:*`.
 */

export type { PatientRegistration } from './contract/directory.js';
export type { Encounter } from './contract/encounter.js';
export { mapEncounter, type VisitResource } from './fhir/bundle.js';
export { type CheckIssue, checkResource } from './fhir/check.js';
export { mapAnamnesis } from './fhir/clinical-impression.js';
export { CLINICAL_FINDING, COMPLAINT, mapChiefComplaint } from './fhir/condition.js';
export { mapOpenEncounter } from './fhir/encounter.js';
export { mapVitalSigns, type VitalSignName, vitalSigns } from './fhir/observation.js';
export { mapPatient } from './fhir/patient.js';
export type { EncounterClass, Resolved, ServiceClass, VisitContext } from './fhir/visit.js';
