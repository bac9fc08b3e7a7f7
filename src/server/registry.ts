/** What an operator does with the clinics that are kept in the store. */
import { randomBytes } from 'node:crypto';
import type { ClinicConfig } from '../delivery/clinic.js';
import type { Store } from '../store/store.js';
import type { Vault } from '../store/vault.js';
import { checkClinicConfig } from './clinic-config.js';
import { digestSecret } from './clinics.js';

/** A clinic to be kept. Without `secret` and `active` those stay as they are. */
export type ClinicToKeep = Omit<ClinicConfig, 'secret'> & Partial<Pick<ClinicConfig, 'secret'>>;

/** What can be said of a kept clinic without a secret of any kind. */
export interface ClinicSummary {
  /** `X-Clinic-Code`. */
  code: string;
  /** Whether it is let in. */
  active: boolean;
  /** The organization's SATUSEHAT id. */
  organizationId: string;
  /** How many secrets are valid now: 2 while one is changed, 0 before the first. */
  secrets: number;
  /** Milliseconds since 1970. */
  createdAt: number;
  /** Milliseconds since 1970. */
  updatedAt: number;
}

/**
 * The clinics in the store. Every change is on disk when its promise resolves, and counts from the next request on.
 * Rejects with a TypeError when the service was not made with `clinics: 'store'`.
 */
export interface ClinicRegistry {
  /**
   * Adds a clinic, or puts another configuration in the place of the one of that code. It is kept sealed. Left out,
   * `secret` and `active` stay as they are; a new clinic is active and has no secret until `rotate` makes one.
   *
   * @throws TypeError for a configuration that cannot work; the message names the option.
   */
  put(config: ClinicToKeep): Promise<void>;
  /**
   * Makes a new secret of 256 bits. The newest of before stays valid until {@link retire} or the next `rotate`.
   *
   * @param code `X-Clinic-Code`.
   * @returns the secret. It can be read only here: the store holds its digest.
   * @throws TypeError when there is no such clinic.
   */
  rotate(code: string): Promise<string>;
  /**
   * Ends all secrets but the newest.
   *
   * @param code `X-Clinic-Code`.
   * @throws TypeError when there is no such clinic.
   */
  retire(code: string): Promise<void>;
  /**
   * The clinic gets CLINIC_INACTIVE from now on. What it had sent before is delivered all the same.
   *
   * @param code `X-Clinic-Code`.
   * @throws TypeError when there is no such clinic.
   */
  disable(code: string): Promise<void>;
  /**
   * The clinic is let in again.
   *
   * @param code `X-Clinic-Code`.
   * @throws TypeError when there is no such clinic.
   */
  enable(code: string): Promise<void>;
  /** All clinics by code. */
  list(): Promise<ClinicSummary[]>;
}

export function createRegistry(store: Store, vault: Vault, now: () => number): ClinicRegistry {
  async function change(code: string, changes: Parameters<Store['changeClinic']>[1]): Promise<void> {
    const there = await store.changeClinic(code, changes, now());
    if (!there) throw new TypeError(`service.clinics: there is no clinic ${code}`);
  }

  return {
    async put(config) {
      checkClinicConfig(config, config.secret === undefined);
      const { secret, active, ...rest } = config;
      const secretDigests =
        secret === undefined
          ? undefined
          : [secret].flat().map((one) => digestSecret(vault, config.code, one));
      await store.putClinic({ code: config.code, config: rest, active, secretDigests }, now());
    },

    async rotate(code) {
      const secret = randomBytes(32).toString('base64url');
      const digest = digestSecret(vault, code, secret);
      await change(code, { secretDigests: (before) => [digest, ...before.slice(0, 1)] });
      return secret;
    },

    retire: (code) => change(code, { secretDigests: (before) => before.slice(0, 1) }),
    disable: (code) => change(code, { active: false }),
    enable: (code) => change(code, { active: true }),

    async list() {
      return (await store.clinics()).map(({ code, active, secretDigests, config, createdAt, updatedAt }) => ({
        code,
        active,
        organizationId: (config() as Pick<ClinicConfig, 'satusehat'>).satusehat.organizationId,
        secrets: secretDigests.length,
        createdAt,
        updatedAt,
      }));
    },
  };
}

const refuse = async (): Promise<never> => {
  throw new TypeError("service.clinics: only for a service that was made with clinics: 'store'");
};

/** Of a service whose clinics are configured somewhere else. */
export const noRegistry: ClinicRegistry = {
  put: refuse,
  rotate: refuse,
  retire: refuse,
  disable: refuse,
  enable: refuse,
  list: refuse,
};
