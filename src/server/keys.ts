/** The keys that seal what is kept, from the options and the environment. */
import { createVault, type Vault } from '../store/vault.js';
import type { ServiceOptions } from './service.js';

/** @throws TypeError when there is no key, or one that is none; the message names the option. */
export function readVault(
  options: Pick<ServiceOptions, 'encryptionKey' | 'previousEncryptionKey' | 'nextEncryptionKey'>,
  env: NodeJS.ProcessEnv = process.env,
): Vault {
  const fromEnv = (text: string | undefined) => (text === 'none' ? false : text || undefined);
  const key = options.encryptionKey ?? fromEnv(env.SATUSEHAT_ENCRYPTION_KEY);
  if (key === undefined || key === '') {
    throw new TypeError(
      'encryptionKey (SATUSEHAT_ENCRYPTION_KEY) is missing: 32 bytes as 64 hex digits; make one with: openssl rand -hex 32',
    );
  }
  const previous = options.previousEncryptionKey ?? fromEnv(env.SATUSEHAT_ENCRYPTION_KEY_PREVIOUS);
  const next = options.nextEncryptionKey ?? (env.SATUSEHAT_ENCRYPTION_KEY_NEXT || undefined);
  return createVault(key, previous, next);
}
