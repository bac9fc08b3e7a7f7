/** Code and identifier systems, exactly as the platform spells them (`http` and `https` matter). */

export const NIK = 'https://fhir.kemkes.go.id/id/nik';
export const SNOMED = 'http://snomed.info/sct';
export const LOINC = 'http://loinc.org';
export const UCUM = 'http://unitsofmeasure.org';
export const ACT_CODE = 'http://terminology.hl7.org/CodeSystem/v3-ActCode';
export const PARTICIPATION = 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType';
export const DIAGNOSIS_ROLE = 'http://terminology.hl7.org/CodeSystem/diagnosis-role';
export const CONDITION_CLINICAL = 'http://terminology.hl7.org/CodeSystem/condition-clinical';
export const OBSERVATION_CATEGORY = 'http://terminology.hl7.org/CodeSystem/observation-category';
export const KEMKES = 'http://terminology.kemkes.go.id';
export const MARITAL_STATUS = 'http://terminology.hl7.org/CodeSystem/v3-MaritalStatus';
export const ROLE_CODE = 'http://terminology.hl7.org/CodeSystem/v3-RoleCode';
export const PATIENT_PROFILE = 'https://fhir.kemkes.go.id/r4/StructureDefinition/Patient';
export const ADMINISTRATIVE_CODE = 'https://fhir.kemkes.go.id/r4/StructureDefinition/administrativeCode';
export const SERVICE_CLASS = 'https://fhir.kemkes.go.id/r4/StructureDefinition/ServiceClass';
export const SERVICE_CLASS_INPATIENT =
  'http://terminology.kemkes.go.id/CodeSystem/locationServiceClass-Inpatient';

export type IdentifiedType = 'encounter' | 'condition' | 'observation' | 'clinicalimpression' | 'location';

/** The identifier system of one organization, e.g. `http://sys-ids.kemkes.go.id/encounter/10000004`. */
export function organizationSystem(type: IdentifiedType, organizationId: string): string {
  return `http://sys-ids.kemkes.go.id/${type}/${organizationId}`;
}
