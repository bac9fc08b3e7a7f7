/** What the embedding app can listen to. Ids, states and codes; no body, no name, no NIK. */
import type { KeptError, State, Submission } from '../store/store.js';

/** A change of state of one submission. */
export interface SubmissionEvent {
  /** The number under which the service keeps it. */
  logId: string;
  /** Code of the clinic. */
  clinic: string;
  /** Name of the endpoint, e.g. `kirimEncounter`. */
  endpoint: string;
  /** The new one. */
  state: State;
  /** Times that delivery was tried. */
  attempts: number;
  /** Milliseconds since 1970. */
  at: number;
  /** Id at the platform of what was sent, once it is: of the Encounter, for an encounter. */
  id?: string;
  /** Id at the platform of the Encounter it belongs to, once it is sent. */
  encounterId?: string;
  /** Why it failed or waits: an error code. */
  code?: string;
  /** What to do about it, in Indonesian. */
  remedy?: string;
}

/**
 * What can be listened to:
 *
 * - `sent`: at the platform, with its ids
 * - `failed`: needs a person
 * - `waiting`: will be tried again by itself
 * - `void`: withdrawn
 */
export type EventName = 'sent' | 'failed' | 'waiting' | 'void';

/** Told after the change is on disk. What it throws is logged and keeps nobody from anything. */
export type Listener = (event: SubmissionEvent) => void;

export interface Events {
  /** @returns a function that stops listening. */
  on(name: EventName, listener: Listener): () => void;
  /** Tells everybody; one who throws keeps it from nobody. */
  emit(submission: Submission): void;
}

const names: readonly State[] = ['sent', 'failed', 'waiting', 'void'];

/** @param onBug gets what a listener threw. */
export function createEvents(onBug: (error: unknown, logId: string) => void): Events {
  const listeners = new Map<State, Set<Listener>>();
  return {
    on(name, listener) {
      if (!names.includes(name)) throw new TypeError(`there is no event ${name}`);
      const all = listeners.get(name) ?? new Set();
      listeners.set(name, all.add(listener));
      return () => void all.delete(listener);
    },
    emit(submission) {
      for (const listener of listeners.get(submission.state) ?? []) {
        try {
          listener(toEvent(submission));
        } catch (error) {
          onBug(error, submission.logId);
        }
      }
    },
  };
}

function toEvent(submission: Submission): SubmissionEvent {
  const { logId, clinic, endpoint, state, attempts, updatedAt, result, error } = submission;
  const { code, remedy }: Partial<KeptError> = state === 'failed' || state === 'waiting' ? (error ?? {}) : {};
  return {
    logId,
    clinic,
    endpoint,
    state,
    attempts,
    at: updatedAt,
    ...(result && state === 'sent' ? { id: result.id, encounterId: result.encounterId } : {}),
    ...(code ? { code } : {}),
    ...(remedy ? { remedy } : {}),
  };
}
