import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';

/** Seals what is kept at rest, and turns identities into look-up keys that cannot be read back. */
export interface Vault {
  /** AES-256-GCM with a fresh nonce; the result is base64. */
  seal(text: string): string;
  /** @throws Error when the text was changed or sealed with another key. */
  open(sealed: string): string;
  /** HMAC-SHA-256 as hex: the same input gives the same key, and no NIK can be read from it. */
  digest(text: string): string;
}

const NONCE = 12;
const TAG = 16;

/**
 * @param key 32 bytes as 64 hex digits or as base64: `SATUSEHAT_ENCRYPTION_KEY`.
 * @throws TypeError when it is not 32 bytes.
 */
export function createVault(key: string): Vault {
  const master = readKey(key);
  const sealing = derive(master, 'seal');
  const looking = derive(master, 'look-up');
  return {
    seal(text) {
      const nonce = randomBytes(NONCE);
      const cipher = createCipheriv('aes-256-gcm', sealing, nonce);
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64');
    },
    open(sealed) {
      const bytes = Buffer.from(sealed, 'base64');
      const decipher = createDecipheriv('aes-256-gcm', sealing, bytes.subarray(0, NONCE), {
        authTagLength: TAG,
      });
      decipher.setAuthTag(bytes.subarray(NONCE, NONCE + TAG));
      return Buffer.concat([decipher.update(bytes.subarray(NONCE + TAG)), decipher.final()]).toString('utf8');
    },
    digest(text) {
      return createHmac('sha256', looking).update(text).digest('hex');
    },
  };
}

function readKey(key: string): Buffer {
  const bytes = /^[0-9a-f]{64}$/i.test(key) ? Buffer.from(key, 'hex') : Buffer.from(key, 'base64');
  if (bytes.length !== 32) {
    throw new TypeError(
      'encryptionKey (SATUSEHAT_ENCRYPTION_KEY) must be 32 bytes, as 64 hex digits or as base64; make one with: openssl rand -hex 32',
    );
  }
  return bytes;
}

function derive(master: Buffer, purpose: string): KeyObject {
  return createSecretKey(Buffer.from(hkdfSync('sha256', master, '', `satusehat-sdk/${purpose}`, 32)));
}
