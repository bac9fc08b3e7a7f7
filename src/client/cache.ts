/** The ids that look-ups have found. One look-up at a time for the same question, however many ask. */
import { createMemory } from '#memory';
import { type ErrorInit, SatusehatError } from '../contract/error.js';
import { orAborted } from './waiting.js';

/** How many ids are remembered, and for how long. In memory alone: a new process knows none. */
export interface CacheOptions {
  /** How many answers are kept; the one unused for longest goes first. Default 1,000. */
  max?: number | undefined;
  /** Milliseconds an id is kept. Default 3,600,000 (an hour). */
  ttl?: number | undefined;
  /** Milliseconds a "not found" is kept. Default 30,000; 0 keeps none. */
  negativeTtl?: number | undefined;
}

/** Holds so many; the one unused for longest goes first. */
export interface Memory<V> {
  get(key: string): V | undefined;
  set(key: string, value: V): unknown;
  delete(key: string): boolean;
  keys(): Iterable<string>;
  readonly size: number;
}

type Refusal = ErrorInit<'PATIENT_NOT_FOUND'>;
type Entry = { until: number } & ({ answer: unknown } | { refusal: Refusal });

interface Flight {
  work: Promise<unknown>;
  abort: AbortController;
  /** Who still waits for it. */
  waiting: number;
}

const negative = ['PATIENT_NOT_FOUND', 'PRACTITIONER_NOT_FOUND', 'HEALTHCARE_SERVICE_NOT_FOUND'];

export class IdCache {
  readonly #kept: Memory<Entry>;
  readonly #flights = new Map<string, Flight>();
  readonly #ttl: number;
  readonly #negativeTtl: number;

  constructor({ max, ttl, negativeTtl }: Required<{ [K in keyof CacheOptions]: number }>) {
    this.#kept = createMemory(max);
    this.#ttl = ttl;
    this.#negativeTtl = negativeTtl;
  }

  /**
   * @param key digest of who is asked for, begun with the name of the endpoint.
   * @param manner what else makes two look-ups alike: those of other deadlines are not shared.
   * @param load makes the request.
   */
  async get<T>(
    key: string,
    manner: string,
    signal: AbortSignal | undefined,
    load: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const entry = this.#recall(key);
    // Everybody gets a copy: an answer that one caller changes stays as it is for the others.
    if (entry && 'answer' in entry) return structuredClone(entry.answer) as T;
    if (entry) throw new SatusehatError(structuredClone(entry.refusal));
    const flight = this.#flights.get(key + manner) ?? this.#start(key, manner, load);
    flight.waiting++;
    try {
      return structuredClone(await orAborted(flight.work, signal)) as T;
    } finally {
      flight.waiting--;
      // Nobody is left who wants it.
      if (flight.waiting === 0) flight.abort.abort();
    }
  }

  #start(key: string, manner: string, load: (signal: AbortSignal) => Promise<unknown>): Flight {
    const abort = new AbortController();
    const flight: Flight = { work: load(abort.signal), abort, waiting: 0 };
    this.#flights.set(key + manner, flight);
    // What was forgotten meanwhile stays forgotten.
    const current = () => this.#flights.get(key + manner) === flight;
    const land = () => current() && this.#flights.delete(key + manner);
    abort.signal.addEventListener('abort', land);
    flight.work.then(
      (answer) => {
        if (current()) this.#kept.set(key, { answer, until: Date.now() + this.#ttl });
        land();
      },
      (error: unknown) => {
        const refusal = refusalOf(error);
        if (refusal && current()) this.#kept.set(key, { refusal, until: Date.now() + this.#negativeTtl });
        land();
      },
    );
    return flight;
  }

  #recall(key: string): Entry | undefined {
    const entry = this.#kept.get(key);
    if (entry && entry.until > Date.now()) return entry;
    this.#kept.delete(key);
    return undefined;
  }

  /** Forgets everything whose key begins with this. */
  forget(prefix: string): void {
    for (const keys of [this.#kept, this.#flights]) {
      for (const key of [...keys.keys()]) if (key.startsWith(prefix)) keys.delete(key);
    }
  }

  get size(): number {
    return this.#kept.size;
  }
}

/** What "not found" said; undefined for everything that may be otherwise in a moment. */
function refusalOf(error: unknown): Refusal | undefined {
  if (!(error instanceof SatusehatError) || !negative.includes(error.code)) return undefined;
  const { code, status, message, remedy, details, logId } = error as SatusehatError & {
    code: Refusal['code'];
  };
  return {
    code,
    message,
    remedy,
    ...(status === undefined ? {} : { status }),
    ...(details ? { details } : {}),
    ...(logId ? { logId } : {}),
  };
}
