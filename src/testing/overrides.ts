/** What a test wants an endpoint to do instead, and whose turn it is. */
import type { RequestOf, ResponseOf } from '../contract/contract.js';
import type { EndpointName, ErrorCodeOf, endpoints } from '../contract/endpoints.js';
import type { DetailsOf } from '../contract/error.js';

/** The endpoints that an app asks. Those of the operator and of other standards have no handler. */
export type MockedEndpoint = Exclude<EndpointName, 'metrics' | 'openapi' | 'dashboard'>;

/** Endpoints that keep what they accept, and so can answer that it is not delivered yet. */
type Durable = {
  [K in EndpointName]: (typeof endpoints)[K]['durable'] extends true ? K : never;
}[EndpointName];

/** A part of it, as deep as it goes; lists are whole. */
type Some<T> = T extends readonly unknown[] ? T : T extends object ? { [P in keyof T]?: Some<T[P]> } : T;

/** An error in the place of an answer. */
type AsError<C> =
  C extends ErrorCodeOf<EndpointName>
    ? {
        /** Any code that this endpoint can answer with. */
        error: C;
        /** Default: the sentence of the code. */
        message?: string;
        /** Default: the remedy of the code. */
        remedy?: string;
        /** Default for what was not found: the field that was asked by. */
        details?: DetailsOf<C>;
        /** Number of the submission that the service kept and could not deliver. */
        logId?: string;
        /** Seconds, as the header `Retry-After`. */
        retryAfter?: number;
      }
    : never;

/** When, and for how many requests. */
interface Timing {
  /** Milliseconds until the answer, or until the connection breaks. Default: that of all handlers. */
  delay?: number;
  /** How many requests it is for. Default: all, until another takes its place or `reset()`. */
  times?: number;
}

/** What an endpoint does instead: an answer, an error, `queued`, a broken connection, or all as usual, but late. */
export type Override<K extends MockedEndpoint> = Timing &
  (
    | {
        /** Laid over the answer of before; ids go to both places where the service writes them. */
        answer: Some<ResponseOf<K>>;
      }
    | AsError<ErrorCodeOf<K>>
    | (K extends Durable
        ? {
            /** Accepted with a log_id, and not delivered until `deliver()`. */
            queued: true;
          }
        : never)
    | {
        /** The connection breaks: the client never sees an answer. */
        network: 'error';
      }
    | {
        /** As usual. */
        answer?: undefined;
        /** None. */
        error?: undefined;
        /** As usual. */
        queued?: undefined;
        /** As usual. */
        network?: undefined;
      }
  );

/** One request as it came. A union over `endpoint`: comparing it narrows `input`. */
export type Call<K extends MockedEndpoint = MockedEndpoint> = { [E in K]: CallTo<E> }[K];

/** One request to one endpoint. */
interface CallTo<K extends MockedEndpoint> {
  /** Which endpoint was asked. */
  endpoint: K;
  /** The body as it was sent; undefined when there was none, or no JSON. */
  body: Record<string, unknown> | undefined;
  /** The body checked and converted; undefined when it was refused. */
  input: RequestOf<K> | undefined;
  /** Values of `{…}` in the path. */
  params: Record<string, string>;
  /** What stands behind the `?`. */
  query: Record<string, string>;
  /** Without `x-clinic-secret`: what a test prints must not hold it. */
  headers: Headers;
  /** HTTP status of the answer; undefined while it is awaited and for a connection that breaks. */
  status: number | undefined;
  /** Code of the error it was answered with. */
  code: ErrorCodeOf<K> | undefined;
}

/** Looks at a request before it says what shall be done; undefined: as usual. */
export type Decide<K extends MockedEndpoint> = (
  call: CallTo<K> & {
    /** The body checked and converted. */
    input: RequestOf<K>;
  },
) => Override<K> | undefined;

/** One override with all that any of them can have. */
export type AnyOverride = Timing & {
  answer?: Record<string, unknown>;
  error?: ErrorCodeOf<EndpointName>;
  message?: string;
  remedy?: string;
  details?: unknown;
  logId?: string;
  retryAfter?: number;
  queued?: true;
  network?: 'error';
};

interface Script {
  /** In order, each for so many requests; the rest of the requests get `always`. */
  first: { override: AnyOverride; left: number }[];
  always: AnyOverride | ((call: never) => AnyOverride | undefined) | undefined;
}

export class Overrides {
  readonly #scripts = new Map<MockedEndpoint, Script>();

  /** @throws TypeError for `times` that is no whole number from 1. */
  add(endpoint: MockedEndpoint, override: AnyOverride | ((call: never) => AnyOverride | undefined)): void {
    const script = this.#scripts.get(endpoint) ?? { first: [], always: undefined };
    this.#scripts.set(endpoint, script);
    if (typeof override === 'function' || override.times === undefined) {
      script.always = override;
      return;
    }
    if (!Number.isInteger(override.times) || override.times < 1) {
      throw new TypeError(`when('${endpoint}'): times must be a whole number from 1`);
    }
    script.first.push({ override, left: override.times });
  }

  /** The one for this request; what is for a number of requests is used up. */
  take(endpoint: MockedEndpoint, call: unknown): AnyOverride {
    const script = this.#scripts.get(endpoint);
    const next = script?.first[0];
    if (script && next) {
      next.left--;
      if (next.left === 0) script.first.shift();
      return next.override;
    }
    const always = script?.always;
    return (typeof always === 'function' ? always(call as never) : always) ?? {};
  }

  clear(): void {
    this.#scripts.clear();
  }
}
