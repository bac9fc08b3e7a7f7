import { createHash, timingSafeEqual } from 'node:crypto';
import { SatusehatError } from '../contract/error.js';
import type { Clinic } from '../delivery/clinic.js';

export interface Registered {
  clinic: Clinic;
  /** SHA-256 of the secret. */
  secretHash: Buffer;
}

export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

const nobody = hashSecret('');

/**
 * Who sent this. An unknown code takes as long as a wrong secret and gets the same answer.
 *
 * @throws SatusehatError INVALID_CREDENTIALS, CLINIC_INACTIVE
 */
export function authenticate(clinics: ReadonlyMap<string, Registered>, headers: Headers): Clinic {
  const registered = clinics.get(headers.get('x-clinic-code') ?? '');
  const given = hashSecret(headers.get('x-clinic-secret') ?? '');
  const right = timingSafeEqual(given, registered?.secretHash ?? nobody);
  if (!registered || !right) throw new SatusehatError({ code: 'INVALID_CREDENTIALS' });
  if (registered.clinic.active === false) throw new SatusehatError({ code: 'CLINIC_INACTIVE' });
  return registered.clinic;
}
