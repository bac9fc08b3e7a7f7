import { type ErrorCode, errorCodes } from './codes.js';

/** One thing that is wrong with one field, in the clinic's own field name. */
export interface FieldProblem {
  /** Path of the field as the clinic sent it, e.g. `pemeriksaan_fisik.tanda_vital.suhu`. */
  field: string;
  /** `missing`: a required field is absent. `invalid`: it is there and cannot be accepted. */
  problem: 'missing' | 'invalid';
  message: string;
  remedy: string;
}

/** One refusal of the national platform, decoded where we know the rule. */
export interface PlatformIssue {
  /** The rule number of the ministry's processor, e.g. `10120`, when it named one. */
  rule?: string;
  /** The platform's own words, with 16-digit numbers masked. */
  text: string;
  /** Where in the FHIR resource, as the platform says it. */
  expression?: string;
}

/** How far a visit got that went in parts: for sending only the rest. Holds no patient; may be kept as JSON. */
export interface VisitProgress {
  /** encounter_id or log_id of the visit, which is there. */
  encounter_id: string;
  /** The parts that are there: `diagnosis.0`, `observasi.2`, `prosedur.1`. */
  done: string[];
}

/** A part of a visit that is not there, and why. */
export interface FailedPart {
  /** `diagnosis.0`, `observasi.2`, `prosedur.1`. */
  part: string;
  /** Undefined for a part that was not tried, because one before it could not get through. */
  error: SatusehatError | undefined;
}

/** What `details` holds, by code. */
interface DetailsByCode {
  MISSING_REQUIRED_FIELDS: { fields: FieldProblem[] };
  INVALID_FIELDS: { fields: FieldProblem[] };
  PATIENT_NOT_FOUND: { fields: FieldProblem[] };
  PRACTITIONER_NOT_FOUND: { fields: FieldProblem[] };
  HEALTHCARE_SERVICE_NOT_FOUND: { fields: FieldProblem[] };
  MULTIPLE_MATCHES: { fields: FieldProblem[] };
  FHIR_VALIDATION_ERROR: { issues: PlatformIssue[]; fields?: FieldProblem[]; requestId?: string };
  DUPLICATE: { issues?: PlatformIssue[]; id?: string; requestId?: string };
  ENCOUNTER_NOT_FOUND: { fields?: FieldProblem[] };
  PARTIALLY_SENT: { sent: string[]; failed: FailedPart[]; resume: VisitProgress };
}

export type DetailsOf<C extends ErrorCode> = C extends keyof DetailsByCode
  ? DetailsByCode[C] | undefined
  : Record<string, unknown> | undefined;

export interface ErrorInit<C extends ErrorCode> {
  code: C;
  /** HTTP status of the answer; leave out when nothing answered. */
  status?: number;
  /** Default: the sentence of the code, in Indonesian. */
  message?: string;
  /** Default: the remedy of the code, in Indonesian. */
  remedy?: string;
  details?: DetailsOf<C>;
  logId?: string;
  /** The code as it came over the wire, when it is not one we know. */
  rawCode?: string;
  /** Seconds to wait before the next try, from `Retry-After`. */
  retryAfter?: number;
  /** Default: as the code says. */
  retryable?: boolean;
  /** Requests that were made. Default 0. */
  attempts?: number;
  cause?: unknown;
}

const brand = Symbol.for('satusehat-sdk.SatusehatError');

class SatusehatErrorOf<C extends ErrorCode = ErrorCode> extends Error {
  override readonly name = 'SatusehatError';
  /** The discriminant: `switch (error.code)` narrows `details`. */
  readonly code: C;
  /** HTTP status; absent when nothing answered. */
  declare readonly status?: number;
  /** What to do about it, in Indonesian. */
  readonly remedy: string;
  readonly details: DetailsOf<C>;
  /** The number under which the service kept the submission, when it did. */
  readonly logId: string | undefined;
  /** True when the same request may succeed later. */
  readonly retryable: boolean;
  /** How many requests were made; 0 when the input was refused before any. */
  readonly attempts: number;
  /** The code as the service sent it, when it is not one of this endpoint's. */
  readonly rawCode: string | undefined;
  /** Seconds that the service asks to wait, from `Retry-After`. */
  readonly retryAfter: number | undefined;

  constructor(init: ErrorInit<C>) {
    const row = errorCodes[init.code];
    super(init.message ?? row.message, init.cause === undefined ? undefined : { cause: init.cause });
    this.code = init.code;
    if (init.status !== undefined) this.status = init.status;
    this.remedy = init.remedy ?? row.remedy;
    this.details = init.details as DetailsOf<C>;
    this.logId = init.logId;
    this.retryable = init.retryable ?? row.retryable;
    this.attempts = init.attempts ?? 0;
    this.rawCode = init.rawCode;
    this.retryAfter = init.retryAfter;
    // Non-enumerable, so that it never shows in JSON or in a log of the object.
    Object.defineProperty(this, brand, { value: true });
  }

  toJSON() {
    const { name, code, status, message, remedy, details, logId, rawCode, retryAfter, retryable, attempts } =
      this;
    return { name, code, status, message, remedy, details, logId, rawCode, retryAfter, retryable, attempts };
  }
}

/**
 * Every error that this package throws on purpose. A discriminated union over `code`:
 *
 * ```ts
 * if (isSatusehatError(error) && error.code === 'MISSING_REQUIRED_FIELDS') {
 *   for (const { field, message } of error.details?.fields ?? []) console.log(field, message);
 * }
 * ```
 *
 * Prefer {@link isSatusehatError} to `instanceof`: it also works across two copies of the package.
 */
export type SatusehatError = { [C in ErrorCode]: SatusehatErrorOf<C> }[ErrorCode];

interface SatusehatErrorConstructor {
  new <C extends ErrorCode>(init: ErrorInit<C>): Extract<SatusehatError, { code: C }>;
  readonly prototype: SatusehatError;
}

export const SatusehatError = SatusehatErrorOf as unknown as SatusehatErrorConstructor;

/** True for a {@link SatusehatError} of any copy of this package, ESM or CJS. */
export function isSatusehatError(error: unknown): error is SatusehatError {
  return typeof error === 'object' && error !== null && brand in error;
}
