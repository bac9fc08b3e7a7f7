/** Who sent a request: by the clinic's secret, or by what the embedding app knows of a browser's session. */
import { timingSafeEqual } from 'node:crypto';
import { SatusehatError } from '../contract/error.js';
import type { Clinic } from '../delivery/clinic.js';
import { isCrossSite } from '../http/origin.js';
import type { Vault } from '../store/vault.js';
import { type Clinics, digestSecret, type Registered } from './clinics.js';
import type { Failures } from './failures.js';

/** The code of the clinic a request without a secret comes from; undefined when it comes from nobody. */
export type Authenticate = (request: Request) => string | undefined | Promise<string | undefined>;

export interface Door {
  clinics: Clinics;
  vault: Vault;
  authenticate?: Authenticate | undefined;
  /** Other origins whose pages may use a session. */
  origins: readonly string[];
  /** How often somebody may be wrong. */
  failures: Failures;
}

/**
 * @param address of who asks, where it is known.
 * @param bug gets what the embedding app's own code threw.
 * @throws SatusehatError INVALID_CREDENTIALS, CLINIC_INACTIVE, IP_NOT_ALLOWED, RATE_LIMITED; OVERLOADED, INTERNAL_ERROR for what
 * went to `bug`.
 */
export async function authenticate(
  door: Door,
  request: Request,
  address: string | undefined,
  bug: (error: unknown) => void,
): Promise<Clinic> {
  const wait = door.failures.wait(address);
  if (wait > 0) throw new SatusehatError({ code: 'RATE_LIMITED', retryAfter: wait });
  const bySession = door.authenticate !== undefined && !request.headers.has('x-clinic-secret');
  const registered = bySession
    ? await findBySession(door, door.authenticate as Authenticate, request, bug)
    : await findBySecret(door, request.headers, bug);
  if (!registered) {
    door.failures.count(address);
    const absent = ['X-Clinic-Code', 'X-Clinic-Secret'].filter((name) => !request.headers.get(name));
    throw new SatusehatError({
      code: 'INVALID_CREDENTIALS',
      ...(absent.length > 0 && !bySession
        ? { message: `Permintaan datang tanpa ${absent.join(' dan ')}: kredensial klinik belum diisi.` }
        : {}),
    });
  }
  if (!registered.active) throw new SatusehatError({ code: 'CLINIC_INACTIVE' });
  if (!registered.allows(address)) throw new SatusehatError({ code: 'IP_NOT_ALLOWED' });
  const retryAfter = registered.takeTurn();
  if (retryAfter > 0) throw new SatusehatError({ code: 'RATE_LIMITED', retryAfter });
  return registered.clinic;
}

/** An unknown code takes the same way as a wrong secret and gets the same answer. */
async function findBySecret(
  { clinics, vault }: Door,
  headers: Headers,
  bug: (error: unknown) => void,
): Promise<Registered | undefined> {
  const code = headers.get('x-clinic-code') ?? '';
  const registered = await clinics.find(code, bug);
  const given = Buffer.from(digestSecret(vault, code, headers.get('x-clinic-secret') ?? ''));
  let right = false;
  // Every one is compared, also behind the right one.
  for (const secret of registered?.secrets ?? ['0'.repeat(given.length)]) {
    right = timingSafeEqual(given, Buffer.from(secret)) || right;
  }
  return right ? registered : undefined;
}

async function findBySession(
  { clinics, origins }: Door,
  authenticate: Authenticate,
  request: Request,
  bug: (error: unknown) => void,
): Promise<Registered | undefined> {
  // A browser sends cookies along with what any page asks of us.
  if (isCrossSite(request, origins)) {
    throw new SatusehatError({
      code: 'INVALID_CREDENTIALS',
      message: 'Permintaan dari situs lain tidak diterima dengan sesi browser.',
      remedy:
        'Kirim dari halaman di alamat yang sama, atau daftarkan alamat halaman itu di opsi cors.origins.',
    });
  }
  let code: string | undefined;
  try {
    code = await authenticate(request);
  } catch (error) {
    bug(error);
    throw new SatusehatError({ code: 'INTERNAL_ERROR' });
  }
  return code ? clinics.find(code, bug) : undefined;
}
