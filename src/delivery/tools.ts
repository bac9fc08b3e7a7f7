/** What every delivery needs, and the few steps that all of them share. */
import type { Resource } from '@medplum/fhirtypes';
import { problem, problemsError } from '../contract/check.js';
import { SatusehatError } from '../contract/error.js';
import { checkResource } from '../fhir/check.js';
import { decodePlatformError } from '../platform/decode.js';
import { PlatformError } from '../platform/error.js';
import type { Store, Submission } from '../store/store.js';
import type { Steps } from './heart.js';
import type { Resolver } from './resolve.js';

export interface DeliveryTools extends Steps {
  store: Store;
  resolver: Resolver;
  /** Milliseconds since 1970. */
  now(): number;
  /** Waits; for the platform's index to catch up with a write. */
  wait(milliseconds: number): Promise<void>;
  /** Milliseconds between the two searches for a write whose outcome is unknown. */
  settleDelay: number;
  /** Milliseconds after which a write that no search shows counts as one that never happened. */
  settlePatience: number;
}

/**
 * A store that was restored from a copy does not know what was sent after that: what it accepts now may be there under
 * another number.
 */
export function mayBeOfBefore({ unknownSince, createdAt }: Submission): boolean {
  return unknownSince !== null && unknownSince < createdAt;
}

/** So many deliveries may end with a duplicate that no search finds; then a person must look. */
const LOOK_FOR_DUPLICATE = 8;

/** A duplicate that is there and not to be found: the index lags. Later it shows whose it is. */
export function unseenDuplicate(
  error: PlatformError,
  { attempts, endpoint }: Pick<Submission, 'attempts' | 'endpoint'>,
): Error {
  return attempts >= LOOK_FOR_DUPLICATE
    ? decodePlatformError(error, endpoint)
    : new PlatformError('unsettled', { ...error.more, outcomeUnknown: true });
}

/** Looks, and once more after a pause when that was not enough: the index can lag behind a write. */
export async function lookTwice<T>(
  look: () => Promise<T>,
  isEnough: (found: T) => boolean,
  { wait, settleDelay }: Pick<DeliveryTools, 'wait' | 'settleDelay'>,
): Promise<T> {
  const first = await look();
  if (isEnough(first)) return first;
  await wait(settleDelay);
  return look();
}

/** Nothing goes out that is not R4. What it finds is our mapper's fault or an exotic value of the clinic's. */
export function refuseBroken(...resources: Resource[]): void {
  const issues = resources.flatMap((resource) => checkResource(resource));
  if (issues.length === 0) return;
  throw new SatusehatError({
    code: 'FHIR_VALIDATION_ERROR',
    message: 'Data ini tidak dapat dijadikan FHIR R4 yang sah.',
    details: { issues: issues.map(({ path, message }) => ({ text: message, expression: path })) },
  });
}

/** One field that cannot be accepted, found out only after resolving. */
export function refuseField(field: string, key: string): SatusehatError {
  return problemsError([problem(field, key)]);
}

/**
 * Absent, or not to be seen yet: an index can lag far behind. Posting again can wait; what is there twice stays.
 *
 * @throws PlatformError until patience has ended.
 */
export function stayPatient(since: number, { settlePatience, now }: DeliveryTools): void {
  const left = since + settlePatience - now();
  if (left <= 0) return;
  throw new PlatformError('unsettled', { outcomeUnknown: true, retryAfter: Math.ceil(left / 1000) });
}

/** A clinic's clock may be a little ahead; the platform refuses what has not happened by its own. */
export function waitUntil(instants: (number | undefined)[], now: number): void {
  const ahead = Math.max(...instants.map((instant) => (instant ?? now) - now));
  if (ahead <= 0) return;
  throw new SatusehatError({
    code: 'UPSTREAM_UNAVAILABLE',
    message: 'Jam pada data ini belum tiba menurut jam layanan; dikirim sesudahnya.',
    retryAfter: Math.ceil(ahead / 1000),
  });
}
