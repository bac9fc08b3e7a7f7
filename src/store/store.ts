import type { Written } from '../platform/platform.js';

/**
 * - `queued`: accepted, not tried yet
 * - `sending`: at the platform right now; after a crash its outcome is unknown
 * - `waiting`: will be tried again at `nextTry`
 * - `held`: waits for its encounter
 * - `sent`: at the platform, with ids
 * - `failed`: needs a person; carries its error and remedy
 * - `void`: withdrawn
 */
export type State = 'queued' | 'sending' | 'waiting' | 'held' | 'sent' | 'failed' | 'void';

/** What a failed or waiting submission keeps of its last error. */
export interface KeptError {
  code: string;
  message: string;
  remedy: string;
  details?: unknown;
}

/** What the platform made of a sent submission. */
export interface Result {
  /** Id of the main resource: of the Encounter, for an encounter. */
  id: string;
  encounterId: string;
  patientId: string;
  resources: (Written & { identifier?: string })[];
}

export interface Submission {
  logId: string;
  clinic: string;
  endpoint: string;
  /** The request as the clinic sent it, without empty fields. */
  payload: Record<string, unknown>;
  state: State;
  /** Times that delivery was tried. */
  attempts: number;
  /** Milliseconds since 1970; null when nothing is due. */
  nextTry: number | null;
  /** When a write began that we have no answer for, in milliseconds since 1970; null when there is none. */
  unknownSince: number | null;
  error: KeptError | null;
  result: Result | null;
  /** Milliseconds since 1970. */
  createdAt: number;
  updatedAt: number;
}

export interface NewSubmission {
  logId: string;
  clinic: string;
  endpoint: string;
  idempotencyKey: string;
  /** Of the body: the same key with another digest is a conflict. */
  digest: string;
  payload: Record<string, unknown>;
  now: number;
}

export interface Attempt {
  /** Milliseconds since 1970. */
  at: number;
  /** The state it led to. */
  outcome: State;
  /** Code of the error, when there was one. */
  code: string | null;
}

export type Change = Partial<
  Pick<Submission, 'state' | 'attempts' | 'nextTry' | 'unknownSince' | 'error' | 'result'>
>;

/** What a known identity is at the platform. Kinds keep look-ups of different sorts apart. */
export type IdKind =
  | 'patient-nik'
  | 'patient-id'
  | 'practitioner-nik'
  | 'practitioner-id'
  | 'practitioner-sip'
  | 'practitioner-str'
  | 'poli';

export interface KnownId {
  id: string;
  display?: string | undefined;
}

/** Where the service keeps what it accepted. Every write is on disk before its promise resolves. */
export interface Store {
  /**
   * Keeps a submission, or finds the one that has its idempotency key.
   * @returns `accepted` new; `known` already there; `conflict` when the key belongs to another body.
   */
  accept(
    submission: NewSubmission,
  ): Promise<{ kind: 'accepted' | 'known' | 'conflict'; submission: Submission }>;
  find(logId: string): Promise<Submission | undefined>;
  /** Changes a submission and, when given, writes down an attempt, in one transaction. */
  change(logId: string, change: Change, now: number, attempt?: Attempt): Promise<Submission>;
  attempts(logId: string): Promise<Attempt[]>;
  /** The log_ids of what is due, oldest first. */
  due(now: number, limit: number): Promise<string[]>;
  /** Puts off one that cannot even be read, so that it does not hold the others. */
  postpone(logId: string, nextTry: number): Promise<void>;
  /** When the next one falls due; undefined when nothing waits. */
  nextDue(): Promise<number | undefined>;
  /** After a start: what was being sent when the last process ended becomes due, with its outcome unknown. */
  recover(now: number): Promise<number>;
  rememberId(clinic: string, kind: IdKind, key: string, known: KnownId, now: number): Promise<void>;
  /** What was remembered not before `since`, in milliseconds since 1970. */
  knownId(clinic: string, kind: IdKind, key: string, since: number): Promise<KnownId | undefined>;
  /** Drops everything that leads to one of these platform ids. */
  forgetIds(clinic: string, ids: string[]): Promise<void>;
  /** @throws Error when the store cannot be used. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
