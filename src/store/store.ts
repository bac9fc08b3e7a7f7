import type { Encounter } from '@medplum/fhirtypes';
import type { Written } from '../platform/platform.js';
import type { Desk } from './desk.js';
import type { Figures } from './figures.js';

/**
 * Where a submission stands:
 *
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
  /** Error code. */
  code: string;
  /** What is wrong, in Indonesian. */
  message: string;
  /** What to do about it, in Indonesian. */
  remedy: string;
  /** As `details` of a SatusehatError of that code. */
  details?: unknown;
}

/** What the platform made of a submission. While it is not `sent`, what of it is there already. */
export interface Result {
  /** Id of the main resource: of the Encounter, for an encounter. */
  id: string;
  /** Id of the Encounter it belongs to. */
  encounterId: string;
  /** IHS number. */
  patientId: string;
  /** Everything that was written. */
  resources: (Written & {
    /** Value of its identifier: it is found by it. */
    identifier?: string;
  })[];
  /** Sent, but worth a look. */
  warnings?: string[];
}

/** An encounter as we last saw it, and what we know of it that the platform does not yet. */
export interface Visit {
  clinic: string;
  encounterId: string;
  /** What its submissions have in common: log_id of the encounter, or `E/{encounter_id}` when another system sent it. */
  visit: string;
  encounter: Encounter;
  /** When it ended, as the platform writes it; it is finished by the diagnosis that comes. */
  end: string | null;
  disposition: string | null;
}

/** What a clinic has sent, as the service keeps it. */
export interface Submission {
  /** The number the clinic got for it. */
  logId: string;
  /** Code of the clinic. */
  clinic: string;
  /** Name of the endpoint, e.g. `kirimEncounter`. */
  endpoint: string;
  /** Submissions of one visit go one after the other, in order of arrival. */
  visit: string;
  /** The request as the clinic sent it, without empty fields. */
  payload: Record<string, unknown>;
  /** Where it stands. */
  state: State;
  /** Times that delivery was tried. */
  attempts: number;
  /** Milliseconds since 1970; null when nothing is due. */
  nextTry: number | null;
  /** When a write began that we have no answer for, in milliseconds since 1970; null when there is none. */
  unknownSince: number | null;
  /** Of the last try; null when it went well. */
  error: KeptError | null;
  /** Null while nothing of it is at the platform. */
  result: Result | null;
  /** Milliseconds since 1970. */
  createdAt: number;
  /** Milliseconds since 1970. */
  updatedAt: number;
}

export interface NewSubmission {
  logId: string;
  clinic: string;
  endpoint: string;
  /** Default its own log_id: it begins a visit. */
  visit?: string;
  idempotencyKey: string;
  /** Of the body: the same key with another digest is a conflict. */
  digest: string;
  payload: Record<string, unknown>;
  /** The clinic's own number of the visit that it begins: no two of a clinic have the same. */
  registration?: string | undefined;
  now: number;
}

/** A corrected body; it can belong to another visit than the one it corrects. */
export type NewBody = Pick<NewSubmission, 'payload' | 'digest' | 'visit' | 'registration'>;

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

/** A call to a clinic's webhook that still has to be made. */
export interface Hook {
  /** Stays the same over all tries. */
  id: string;
  clinic: string;
  /** JSON; undefined when nobody can read it. */
  body: string | undefined;
  attempts: number;
}

/** Written down in the same transaction as a change. */
export interface Also {
  attempt?: Attempt | undefined;
  visit?: Visit | undefined;
  hook?: { id: string; clinic: string; body: string } | undefined;
  /** Nothing is changed unless the submission still stands as this delivery left it. @throws TakenError */
  claim?: Claim;
}

/** How a delivery left its submission: after this many attempts, and whether it said `sending`. */
export interface Claim {
  attempts: number;
  sending: boolean;
}

/** The submission was withdrawn, or another process took its delivery over. */
export class TakenError extends Error {
  override readonly name = 'TakenError';
  constructor(readonly logId: string) {
    super('taken');
  }
}

/** The store is held by another process. */
export class StoreInUseError extends Error {
  override readonly name = 'StoreInUseError';
}

/** The store was moved somewhere else, or is only being filled: a service on it would send things twice. */
export class StoreMovedError extends Error {
  override readonly name = 'StoreMovedError';
}

/** A submission in a list: without its content. */
export type Listed = Pick<
  Submission,
  'logId' | 'clinic' | 'endpoint' | 'state' | 'attempts' | 'nextTry' | 'createdAt' | 'updatedAt'
> & {
  /** Code of the last error, while it waits or has failed. */
  code: string | null;
  /** The clinic's own number of the visit, when it begins one and has one. */
  registration: string | null;
  /** Stands for its place; later ones have greater numbers. */
  cursor: number;
};

/** What a list shows: all of it that is given must fit. */
export interface ListQuery {
  /** Code of the clinic. */
  clinic?: string | undefined;
  /** One, or any of some. */
  state?: State | readonly State[] | undefined;
  /** Name of the endpoint, e.g. `kirimEncounter`. */
  endpoint?: string | undefined;
  /** Failed ones that have this in common. */
  cause?: string | undefined;
  /** Accepted not before, in milliseconds since 1970. */
  from?: number | undefined;
  /** Accepted before. */
  to?: number | undefined;
  /** Only what stands behind this cursor, going back in time. */
  before?: number | undefined;
  /** At most so many. */
  limit: number;
}

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

/** A clinic that is kept in the store, as an operator put it there. */
export interface KeptClinic {
  code: string;
  active: boolean;
  /** Digests of the secrets that are valid now, the newest first. */
  secretDigests: string[];
  /** Another text after every change of the configuration. */
  version: string;
  /** Unseals the configuration: everything but the secrets and `active`. @throws Error when it was changed. */
  config(): Record<string, unknown>;
  /** Milliseconds since 1970. */
  createdAt: number;
  updatedAt: number;
}

/** Where the service keeps what it accepted. Every write is on disk before its promise resolves. */
export interface Store extends Figures, Desk {
  /**
   * Keeps a submission, or finds the one that has its idempotency key or its registration.
   * @returns `accepted` new; `known` already there; `conflict` when the key belongs to another body; `registered` when
   * the registration does.
   */
  accept(
    submission: NewSubmission,
  ): Promise<{ kind: 'accepted' | 'known' | 'conflict' | 'registered'; submission: Submission }>;
  /** The one that began the visit of that no_registrasi. */
  registered(clinic: string, registration: string): Promise<Submission | undefined>;
  find(logId: string): Promise<Submission | undefined>;
  /** What stands readable of one: also when what is sealed cannot be opened. */
  outline(logId: string): Promise<Listed | undefined>;
  /** Changes a submission and, when given, writes down an attempt and the visit, in one transaction. */
  change(logId: string, change: Change, now: number, also?: Also): Promise<Submission>;
  /**
   * Puts a corrected body in the place of the one that was refused or is held, and makes it due.
   * @returns undefined when it is neither, or something of it is at the platform.
   */
  rewrite(logId: string, body: NewBody, now: number): Promise<Submission | undefined>;
  /** A failed one becomes due again. @returns it as it is then; any other stays as it is. */
  reopen(logId: string, now: number): Promise<Submission>;
  /** The oldest failed ones of a cause become due again, at most so many. @returns how many. */
  reopenAll(of: { clinic?: string | undefined; cause: string }, now: number, limit: number): Promise<number>;
  /**
   * Puts one that is due into the line of its visit: `held` when another has to go before it, or when its encounter
   * is not in; else, if it was held, `queued`. @returns it as it is then.
   */
  line(submission: Pick<Submission, 'logId' | 'clinic' | 'visit'>, now: number): Promise<Submission>;
  /** The one before it in its visit that still has to go, if there is one. */
  blocker(submission: Submission): Promise<string | undefined>;
  /** All submissions of a visit, oldest first. */
  ofVisit(clinic: string, visit: string): Promise<Submission[]>;
  /** What was held in a visit becomes due. @returns their log_ids, oldest first. */
  release(clinic: string, visit: string, now: number): Promise<string[]>;
  /** An encounter by its platform id. */
  visit(clinic: string, encounterId: string): Promise<Visit | undefined>;
  /** Which visit an encounter belongs to: also when the encounter itself was emptied. */
  visitOf(clinic: string, encounterId: string): Promise<string | undefined>;
  saveVisit(visit: Visit, now: number): Promise<void>;
  attempts(logId: string): Promise<Attempt[]>;
  /** The log_ids of what is due: of each clinic so many, the longest due first. */
  due(now: number, perClinic: number): Promise<string[]>;
  /** Everything that waits for the platform becomes due at once, in its old order. */
  hurry(now: number): Promise<void>;
  /** Newest first, without contents. */
  list(query: ListQuery): Promise<Listed[]>;
  /** Calls that are due, each put off until `claimedUntil` so that nobody else makes it. */
  claimHooks(now: number, claimedUntil: number, limit: number): Promise<Hook[]>;
  /** Takes a call off the list, or puts it off. */
  settleHook(id: string, next: { attempts: number; nextTry: number } | undefined): Promise<void>;
  /** When the next call falls due. */
  nextHook(): Promise<number | undefined>;
  /**
   * Empties what has been sent or withdrawn since before then: payloads, copies of encounters and what is known of
   * patients go; ids, states and attempts stay. @returns how many.
   */
  forget(before: number): Promise<number>;
  /** Puts off one that cannot even be read, so that it does not hold the others. */
  postpone(logId: string, nextTry: number): Promise<void>;
  /** When the next one falls due; undefined when nothing waits. */
  nextDue(): Promise<number | undefined>;
  /** Makes one void of which nothing is at the platform, in one step. @returns undefined when it is too late. */
  withdraw(logId: string, now: number): Promise<Submission | undefined>;
  /**
   * After a start: what was being sent when the last process ended becomes due, with its outcome unknown (on
   * PostgreSQL its job says so, since other processes live). What was held is looked at anew.
   */
  recover(now: number): Promise<number>;
  rememberId(clinic: string, kind: IdKind, key: string, known: KnownId, now: number): Promise<void>;
  /** What was remembered not before `since`, in milliseconds since 1970. */
  knownId(clinic: string, kind: IdKind, key: string, since: number): Promise<KnownId | undefined>;
  /** Drops everything that leads to one of these platform ids. */
  forgetIds(clinic: string, ids: string[]): Promise<void>;
  /**
   * Seals anew what was sealed with another key than that of now, and goes on working meanwhile.
   * @param stopped asked now and then. @returns how many rows it sealed, and how many nobody can open any more.
   */
  reseal(stopped: () => boolean): Promise<{ resealed: number; unreadable: number }>;
  clinic(code: string): Promise<KeptClinic | undefined>;
  /** All clinics of the store, by code. */
  clinics(): Promise<KeptClinic[]>;
  /**
   * Keeps a clinic, or puts it in the place of the one of that code. What is left out stays as it was; a new one is
   * active and has no secret.
   */
  putClinic(
    clinic: { code: string; config: Record<string, unknown>; active?: boolean; secretDigests?: string[] },
    now: number,
  ): Promise<void>;
  /** @returns false when there is no clinic of that code. */
  changeClinic(
    code: string,
    change: { active?: boolean; secretDigests?: (before: string[]) => string[] },
    now: number,
  ): Promise<boolean>;
  /** @throws Error when the store cannot be used. */
  ping(): Promise<void>;
  /** Writes something and takes it away again. @throws what the database throws, e.g. where it is full. */
  tryWriting(): Promise<void>;
  close(): Promise<void>;
}
