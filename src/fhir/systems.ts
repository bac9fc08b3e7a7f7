/** Code and identifier systems, exactly as the platform spells them (`http` and `https` matter). */
export { CONDITION_CATEGORY, LOINC, OBSERVATION_CATEGORY, SNOMED } from '../contract/systems.js';

export const NIK = 'https://fhir.kemkes.go.id/id/nik';
export const UCUM = 'http://unitsofmeasure.org';
export const ACT_CODE = 'http://terminology.hl7.org/CodeSystem/v3-ActCode';
export const PARTICIPATION = 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType';
export const DIAGNOSIS_ROLE = 'http://terminology.hl7.org/CodeSystem/diagnosis-role';
export const ICD10 = 'http://hl7.org/fhir/sid/icd-10';
export const ICD9CM = 'http://hl7.org/fhir/sid/icd-9-cm';
export const KPTL = 'http://terminology.kemkes.go.id/CodeSystem/kptl';
/** Drugs and devices of the ministry's catalogue. */
export const KFA = 'http://sys-ids.kemkes.go.id/kfa';
export const CONDITION_VERIFICATION = 'http://terminology.hl7.org/CodeSystem/condition-ver-status';
export const INTERPRETATION = 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation';
export const DISCHARGE_DISPOSITION = 'http://terminology.hl7.org/CodeSystem/discharge-disposition';
export const DISCHARGE_DISPOSITION_KEMKES =
  'http://terminology.kemkes.go.id/CodeSystem/discharge-disposition';
export const PROCEDURE_METHOD = 'http://hl7.org/fhir/StructureDefinition/procedure-method';
export const CONDITION_CLINICAL = 'http://terminology.hl7.org/CodeSystem/condition-clinical';
export const KEMKES = 'http://terminology.kemkes.go.id';
export const MARITAL_STATUS = 'http://terminology.hl7.org/CodeSystem/v3-MaritalStatus';
export const ROLE_CODE = 'http://terminology.hl7.org/CodeSystem/v3-RoleCode';
export const PATIENT_PROFILE = 'https://fhir.kemkes.go.id/r4/StructureDefinition/Patient';
export const ADMINISTRATIVE_CODE = 'https://fhir.kemkes.go.id/r4/StructureDefinition/administrativeCode';
export const SERVICE_CLASS = 'https://fhir.kemkes.go.id/r4/StructureDefinition/ServiceClass';
export const SERVICE_CLASS_INPATIENT =
  'http://terminology.kemkes.go.id/CodeSystem/locationServiceClass-Inpatient';

export const SERVICE_CLASS_OUTPATIENT =
  'http://terminology.kemkes.go.id/CodeSystem/locationServiceClass-Outpatient';

export type IdentifiedType =
  | 'encounter'
  | 'condition'
  | 'observation'
  | 'procedure'
  | 'clinicalimpression'
  | 'location';

/** The identifier system of one organization, e.g. `http://sys-ids.kemkes.go.id/encounter/10000004`. */
export function organizationSystem(type: IdentifiedType, organizationId: string): string {
  return `http://sys-ids.kemkes.go.id/${type}/${organizationId}`;
}
