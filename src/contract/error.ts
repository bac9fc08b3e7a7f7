import { type ErrorCode, errorCodes } from './codes.js';

/** One thing that is wrong with one field, in the clinic's own field name. */
export interface FieldProblem {
  /** Path of the field as the clinic sent it, e.g. `pemeriksaan_fisik.tanda_vital.suhu`. */
  field: string;
  /** `missing`: a required field is absent. `invalid`: it is there and cannot be accepted. */
  problem: 'missing' | 'invalid';
  /** A sentence with the field's name, in Indonesian. */
  message: string;
  /** What to do about it, in Indonesian. */
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

/** Which fields are wrong. */
interface AboutFields {
  /** By the clinic's own names; at least one. */
  fields: FieldProblem[];
}

/** What `details` holds, by code. */
interface DetailsByCode {
  MISSING_REQUIRED_FIELDS: AboutFields;
  INVALID_FIELDS: AboutFields;
  PATIENT_NOT_FOUND: AboutFields;
  PRACTITIONER_NOT_FOUND: AboutFields;
  HEALTHCARE_SERVICE_NOT_FOUND: AboutFields;
  MULTIPLE_MATCHES: AboutFields;
  FHIR_VALIDATION_ERROR: {
    /** What the platform said, or our own check before anything was sent. */
    issues: PlatformIssue[];
    /** The clinic's fields behind it, where they are known. */
    fields?: FieldProblem[];
    /** The platform's `x-request-id`, for its helpdesk. */
    requestId?: string;
  };
  DUPLICATE: {
    /** What the platform said, when it was the platform that refused. */
    issues?: PlatformIssue[];
    /** Platform id of what is there already, when it is known. */
    id?: string;
    /** The platform's `x-request-id`, for its helpdesk. */
    requestId?: string;
  };
  ENCOUNTER_NOT_FOUND: {
    /** The field that named the encounter. */
    fields?: FieldProblem[];
  };
  PARTIALLY_SENT: {
    /** The parts that are there, the visit itself among them. */
    sent: string[];
    /** The parts that are not, and why. */
    failed: FailedPart[];
    /** For the option `resume`: what is there is not sent again. */
    resume: VisitProgress;
  };
}

/** What `details` of an error of this code holds. A service may leave it out. */
export type DetailsOf<C extends ErrorCode> = C extends keyof DetailsByCode
  ? DetailsByCode[C] | undefined
  : Record<string, unknown> | undefined;

/** What an error is made of: for tests, and for who answers in a service's place. */
export interface ErrorInit<C extends ErrorCode> {
  /** One of the closed union. */
  code: C;
  /** HTTP status of the answer; leave out when nothing answered. */
  status?: number;
  /** Default: the sentence of the code, in Indonesian. */
  message?: string;
  /** Default: the remedy of the code, in Indonesian. */
  remedy?: string;
  /** As {@link DetailsOf} has it for this code. */
  details?: DetailsOf<C>;
  /** The number under which the service kept the submission. */
  logId?: string;
  /** The code as it came over the wire, when it is not one we know. */
  rawCode?: string;
  /** Seconds to wait before the next try, from `Retry-After`. */
  retryAfter?: number;
  /** Default: as the code says. */
  retryable?: boolean;
  /** Requests that were made. Default 0. */
  attempts?: number;
  /** What lies behind it. */
  cause?: unknown;
}

const brand = Symbol.for('satusehat-sdk.SatusehatError');

/** The error behind {@link SatusehatError}, for one code. */
class SatusehatErrorOf<C extends ErrorCode = ErrorCode> extends Error {
  override readonly name = 'SatusehatError';
  /** The discriminant: `switch (error.code)` narrows `details`. */
  readonly code: C;
  /** HTTP status; absent when nothing answered. */
  declare readonly status?: number;
  /** What to do about it, in Indonesian. */
  readonly remedy: string;
  /** What is known beyond the sentence, by code: the fields that are wrong, the platform's own words. */
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

  /**
   * ```ts
   * new SatusehatError({ code: 'PATIENT_NOT_FOUND', status: 404 });
   * ```
   */
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

  /** All of it but the stack and the cause. */
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
 * - `code`: one of {@link ErrorCode}; `switch (error.code)` narrows `details`
 * - `status`: HTTP status; absent when nothing answered
 * - `message`, `remedy`: what is wrong and what to do about it, in the client's `locale`
 * - `details`: see {@link DetailsOf}
 * - `logId`: the number under which the service kept the submission, when it did
 * - `retryable`: true when the same request may succeed later
 * - `retryAfter`: seconds that the service asks to wait
 * - `attempts`: how many requests were made; 0 when the input was refused before any
 * - `rawCode`: the code as the service sent it, when it is not one of this endpoint's
 *
 * Prefer {@link isSatusehatError} to `instanceof`: it also works across two copies of the package.
 */
export type SatusehatError = { [C in ErrorCode]: SatusehatErrorOf<C> }[ErrorCode];

/** As a class that narrows: `new SatusehatError({ code: 'TIMEOUT' })` has the type of that code alone. */
interface SatusehatErrorConstructor {
  new <C extends ErrorCode>(init: ErrorInit<C>): Extract<SatusehatError, { code: C }>;
  readonly prototype: SatusehatError;
}

/**
 * The class of {@link SatusehatError}, for tests and for who answers in a service's place.
 *
 * ```ts
 * new SatusehatError({ code: 'PATIENT_NOT_FOUND', status: 404 });
 * ```
 */
export const SatusehatError = SatusehatErrorOf as unknown as SatusehatErrorConstructor;

/**
 * True for a {@link SatusehatError} of any copy of this package, ESM or CJS.
 *
 * ```ts
 * try {
 *   await client.kirimEncounter(visit);
 * } catch (error) {
 *   if (!isSatusehatError(error)) throw error;
 *   show(error.message, error.remedy);
 * }
 * ```
 *
 * @param error whatever was caught.
 */
export function isSatusehatError(error: unknown): error is SatusehatError {
  return typeof error === 'object' && error !== null && brand in error;
}
