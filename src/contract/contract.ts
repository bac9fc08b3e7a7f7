/**
 * THE TABLE. One row an endpoint: path, auth, request schema, response schema, error codes. Client types,
 * service routes and tests derive from it; a service that misses a route does not compile.
 */
import * as z from 'zod/mini';
import {
  DiagnosisInVisit,
  DiagnosisRequest,
  diagnosisProblems,
  ObservationInVisit,
  ObservationRequest,
  observationProblems,
  ProcedureInVisit,
  ProcedureRequest,
  visitProblems,
} from './clinical.js';
import {
  HealthcareServiceIdRequest,
  PatientIdRequest,
  PractitionerIdRequest,
  RegisterPatientRequest,
  RegisterPractitionerRequest,
  regionPrefixes,
  registrationAliases,
} from './directory.js';
import { type EncounterInput, EncounterRequest, EncounterUpdateRequest } from './encounter.js';
import { type Endpoint, type EndpointName, endpoints } from './endpoints.js';
import { text } from './fields.js';
import {
  AnyResponse,
  HealthResponse,
  LogListResponse,
  LogResponse,
  LookupResponse,
  RegisterResponse,
  SendResponse,
} from './responses.js';

export interface Row extends Endpoint {
  request: z.ZodMiniType;
  response: z.ZodMiniType;
  /** Takes the place of `request` when the body has an `id`: an update needs only what changes. */
  update?: z.ZodMiniType;
  /** What the schema cannot say field by field: fields with a key of `words.ts`. Asked when the schema has passed. */
  also?: (value: never) => [field: string, key: string][];
  /** Fields whose time must lie between 2014-06-03 and now; `list[].field` for those in a list. */
  instants?: readonly string[];
  /** Pairs of fields of which the second must be later. */
  spans?: readonly (readonly [start: string, end: string])[];
  /** Groups of fields of which at least one is needed. */
  oneNeeded?: readonly (readonly string[])[];
  /** Dates of birth: not in the future. */
  births?: readonly string[];
  /** Pairs of codes of which the second begins with the first. */
  prefixes?: readonly (readonly [outer: string, inner: string])[];
  /** True where a POST needs no body. */
  bodyOptional?: boolean;
  /** Other names for a field, alias first. */
  aliases?: Readonly<Record<string, string>>;
}

/** `POST /api/kunjungan`: a whole visit, and what was found and done in it, in one call. */
export const KunjunganRequest = z.object({
  ...EncounterRequest.shape,
  /** Its diagnoses: the first is the main one. */
  diagnosis: z.nullish(z.array(DiagnosisInVisit, { error: 'object' })),
  /** What was observed beside the vital signs. */
  observasi: z.nullish(z.array(ObservationInVisit, { error: 'object' })),
  /** What was done. */
  prosedur: z.nullish(z.array(ProcedureInVisit, { error: 'object' })),
});

/** A whole visit after checking. */
export type Kunjungan = z.output<typeof KunjunganRequest>;

const nothing = z.object({});

const registration = {
  aliases: registrationAliases,
  births: ['tanggal_lahir'],
  prefixes: regionPrefixes,
} as const;

const visitTimes = {
  instants: ['tanggal_kunjungan', 'tanggal_selesai'],
  spans: [['tanggal_kunjungan', 'tanggal_selesai']],
  oneNeeded: [['nik_pasien', 'pasien_id']],
} as const;

/** The table itself. */
export const contract = {
  kirimEncounter: {
    ...endpoints.kirimEncounter,
    request: EncounterRequest,
    response: SendResponse,
    update: EncounterUpdateRequest,
    ...visitTimes,
  },
  kirimDiagnosis: {
    ...endpoints.kirimDiagnosis,
    request: DiagnosisRequest,
    response: SendResponse,
    instants: ['tanggal_diagnosis', 'onset_date'],
    also: diagnosisProblems,
  },
  kirimObservation: {
    ...endpoints.kirimObservation,
    request: ObservationRequest,
    response: SendResponse,
    instants: ['tanggal_observasi'],
    also: observationProblems,
  },
  kirimProcedure: {
    ...endpoints.kirimProcedure,
    request: ProcedureRequest,
    response: SendResponse,
    instants: ['tanggal_prosedur'],
  },
  getPatientId: { ...endpoints.getPatientId, request: PatientIdRequest, response: LookupResponse },
  getPractitionerId: {
    ...endpoints.getPractitionerId,
    request: PractitionerIdRequest,
    response: LookupResponse,
    oneNeeded: [['nik', 'sip', 'str']],
  },
  getHealthcareServiceId: {
    ...endpoints.getHealthcareServiceId,
    request: HealthcareServiceIdRequest,
    response: LookupResponse,
  },
  registerPatient: {
    ...endpoints.registerPatient,
    request: RegisterPatientRequest,
    response: RegisterResponse,
    ...registration,
  },
  registerPractitioner: {
    ...endpoints.registerPractitioner,
    request: RegisterPractitionerRequest,
    response: RegisterResponse,
    ...registration,
  },
  kirimKunjungan: {
    ...endpoints.kirimKunjungan,
    request: KunjunganRequest,
    response: SendResponse,
    ...visitTimes,
    instants: [
      ...visitTimes.instants,
      'diagnosis[].tanggal_diagnosis',
      'diagnosis[].onset_date',
      'observasi[].tanggal_observasi',
      'prosedur[].tanggal_prosedur',
    ],
    also: visitProblems,
  },
  listLog: { ...endpoints.listLog, request: nothing, response: LogListResponse },
  getLog: { ...endpoints.getLog, request: nothing, response: LogResponse },
  resendLog: {
    ...endpoints.resendLog,
    request: z.looseObject({}),
    response: SendResponse,
    bodyOptional: true,
  },
  batalLog: {
    ...endpoints.batalLog,
    request: z.object({
      /** Why, for the clinic's own record. */
      alasan: z.nullish(text(500)),
    }),
    response: SendResponse,
    bodyOptional: true,
  },
  healthz: { ...endpoints.healthz, request: nothing, response: HealthResponse },
  readyz: { ...endpoints.readyz, request: nothing, response: HealthResponse },
  metrics: { ...endpoints.metrics, request: nothing, response: AnyResponse },
  openapi: { ...endpoints.openapi, request: nothing, response: AnyResponse },
  dashboard: { ...endpoints.dashboard, request: nothing, response: AnyResponse },
} as const satisfies { [K in EndpointName]: Row };

export type { EndpointName };
/** Every endpoint by name, with the schemas of its request and its answer. */
export type Contract = typeof contract;
/** What a caller may give. */
export type InputOf<K extends EndpointName> = K extends 'kirimEncounter'
  ? EncounterInput
  : z.input<Contract[K]['request']>;
/** The request after checking. */
export type RequestOf<K extends EndpointName> = z.output<Contract[K]['request']>;
/** The answer of a success. */
export type ResponseOf<K extends EndpointName> = z.output<Contract[K]['response']>;
