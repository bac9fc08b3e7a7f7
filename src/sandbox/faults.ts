/** What goes wrong on request: by chance from a seed, so that the same seed and requests give the same run. */
import * as z from 'zod/mini';
import { createRandom } from './random.js';

/** Explained at {@link FaultKind}. */
export const faultKinds = [
  'throttle',
  'error-500',
  'error-502',
  'error-503',
  'gateway-timeout',
  'gateway-timeout-after',
  'reset-before',
  'reset-after',
  'token-revoked',
  'slow-body',
  'suppressed',
  'partial',
] as const;
/**
 * What can go wrong:
 *
 * - `throttle` 429, `error-500`, `error-502`, `error-503`: nothing written
 * - `gateway-timeout`: 504 as plain text, nothing written
 * - `gateway-timeout-after`: the same after the write
 * - `reset-before`, `reset-after`: the connection breaks before or after the write
 * - `token-revoked`: the token in use is no longer good
 * - `slow-body`: half of the answer, a pause, then the rest
 * - `suppressed`: written, but the answer is an OperationOutcome
 * - `partial`: some entries of a Bundle are written, then 502
 */
export type FaultKind = (typeof faultKinds)[number];

/** What goes wrong, how often, and when. */
export interface FaultPlan {
  /** Default 1. */
  seed?: number;
  /** Probability of each kind, 0 to 1; together at most 1. */
  rates?: Partial<Record<FaultKind, number>>;
  /** Milliseconds before an answer, evenly distributed. Default none. */
  latency?: {
    /** Milliseconds at least. */
    min: number;
    /** Milliseconds at most. */
    max: number;
  };
  /** Windows in which everything answers 503, in milliseconds since the plan was set. */
  outages?: {
    /** The first millisecond of it. */
    from: number;
    /** The first millisecond after it. */
    to: number;
  }[];
  /** Milliseconds of the pause of a slow body. Default 5,000. */
  slowBody?: number;
  /** Milliseconds until a search sees a write. Default 0. */
  searchLag?: number;
  /** Only requests of these methods or types meet a fault. Default all of FHIR; `token` for the token endpoint. */
  only?: {
    /** HTTP methods, e.g. `POST`. Default: any. */
    methods?: string[];
    /** Resource types, `Bundle` for a transaction, `token`. Default: any of FHIR. */
    types?: string[];
  };
  /** At most so many faults. Default no limit. */
  limit?: number;
}

/** What one request meets. */
export interface Fate {
  fault: FaultKind | 'outage' | undefined;
  /** Milliseconds. */
  latency: number;
  /** 0 to 1, for whatever the fault has to choose. */
  chance: number;
}

export class Faults {
  readonly #since: number;
  readonly #random: () => number;
  #left: number;

  constructor(
    readonly plan: FaultPlan,
    private readonly now: () => number,
  ) {
    this.#since = now();
    this.#random = createRandom(plan.seed ?? 1);
    this.#left = plan.limit ?? Number.POSITIVE_INFINITY;
  }

  /** Draws three numbers for every request, whatever it meets: the run stays the same when a rate changes. */
  next(method: string, type: string): Fate {
    const [first, second, chance] = [this.#random(), this.#random(), this.#random()];
    const { rates = {}, latency, outages = [], only } = this.plan;
    const wait = latency ? latency.min + second * (latency.max - latency.min) : 0;
    const since = this.now() - this.#since;
    if (outages.some(({ from, to }) => since >= from && since < to))
      return { fault: 'outage', latency: wait, chance };
    const meant =
      (only?.methods?.includes(method) ?? true) &&
      (only?.types ? only.types.includes(type) : type !== 'token') &&
      this.#left > 0;
    let threshold = 0;
    for (const kind of meant ? faultKinds : []) {
      threshold += rates[kind] ?? 0;
      if (first >= threshold) continue;
      if (kind === 'partial' && type !== 'Bundle') break;
      this.#left--;
      return { fault: kind, latency: wait, chance };
    }
    return { fault: undefined, latency: wait, chance };
  }
}

const amount = z.number().check(z.gte(0));
const rate = z.number().check(z.gte(0), z.lte(1));
const Plan = z
  .strictObject({
    seed: z.optional(z.number()),
    rates: z.optional(z.partialRecord(z.enum(faultKinds), rate)),
    latency: z.optional(z.strictObject({ min: amount, max: amount })),
    outages: z.optional(z.array(z.strictObject({ from: amount, to: amount }))),
    slowBody: z.optional(amount),
    searchLag: z.optional(amount),
    only: z.optional(
      z.strictObject({ methods: z.optional(z.array(z.string())), types: z.optional(z.array(z.string())) }),
    ),
    limit: z.optional(amount),
  })
  .check(
    z.refine(
      ({ rates = {} }) => Object.values(rates).reduce((sum, one) => sum + (one ?? 0), 0) <= 1.000_001,
      {
        error: 'together at most 1',
        path: ['rates'],
      },
    ),
  );

/** @throws TypeError for a plan that cannot be, with the name of the member. */
export function readPlan(value: unknown): FaultPlan {
  const read = Plan.safeParse(value);
  if (read.success) return read.data as FaultPlan;
  const [issue] = read.error.issues;
  throw new TypeError(`faults: ${issue?.path.join('.') || 'plan'} ${issue?.message ?? ''} (${issue?.code})`);
}

/** How a broken connection shows in process: as `fetch` fails. Over a socket the server breaks it. */
export function connectionReset(): TypeError {
  return new TypeError('fetch failed', {
    cause: Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }),
  });
}
