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
  /** AES-256-GCM with a fresh nonce: the mark of the key, a colon, and base64. */
  seal(text: string): string;
  /** @throws OtherKeyError when it was sealed with a key that is not ours. @throws Error when the text was changed. */
  open(sealed: string): string;
  /** What everything begins with that is sealed with the key of now. */
  mark: string;
  /** The same of the key of before; undefined without one. */
  previousMark: string | undefined;
  /**
   * HMAC-SHA-256 as hex: the same input gives the same key, and no NIK can be read from it. By a secret of the store,
   * not by the encryption key, so that a change of that key leaves the look-up keys as they are.
   *
   * @throws Error before the store was opened.
   */
  digest(text: string): string;
  /** The store's own secret, as it was read from there. */
  learn(secret: string): void;
}

/** Sealed with a key that this process does not have; another one may. */
export class OtherKeyError extends Error {
  override readonly name = 'OtherKeyError';
}

/** 32 bytes as 64 hex digits or as base64; `false`: nothing is sealed. */
export type EncryptionKey = string | false;

interface Seal {
  mark: string;
  seal(text: string): string;
  open(sealed: string): string;
}

const NONCE = 12;
const TAG = 16;

/**
 * @param key seals and opens: `SATUSEHAT_ENCRYPTION_KEY`.
 * @param previous only opens, while the store still holds what was sealed with it.
 * @param next only opens, what other processes seal with it already.
 * @throws TypeError when one of them is not 32 bytes.
 */
export function createVault(key: EncryptionKey, previous?: EncryptionKey, next?: string): Vault {
  const now = createSeal(key, 'encryptionKey (SATUSEHAT_ENCRYPTION_KEY)');
  const before =
    previous === undefined
      ? []
      : [createSeal(previous, 'previousEncryptionKey (SATUSEHAT_ENCRYPTION_KEY_PREVIOUS)')];
  const after =
    next === undefined ? [] : [createSeal(next, 'nextEncryptionKey (SATUSEHAT_ENCRYPTION_KEY_NEXT)')];
  let lookUp: KeyObject | undefined;
  return {
    mark: now.mark,
    previousMark: before[0]?.mark,
    seal: now.seal,
    open(sealed) {
      const seal = [now, ...before, ...after].find(({ mark }) => sealed.startsWith(mark));
      if (!seal) throw new OtherKeyError('sealed with another key');
      return seal.open(sealed.slice(seal.mark.length));
    },
    digest(text) {
      if (!lookUp) throw new Error('the store is not open yet');
      return createHmac('sha256', lookUp).update(text).digest('hex');
    },
    learn(secret) {
      lookUp = createSecretKey(Buffer.from(secret, 'hex'));
    },
  };
}

function createSeal(key: EncryptionKey, name: string): Seal {
  if (key === false) return { mark: 'plain:', seal: (text) => `plain:${text}`, open: (text) => text };
  const master = readKey(key, name);
  const sealing = createSecretKey(derive(master, 'seal'));
  // Tells keys apart, and says nothing of them.
  const mark = `${derive(master, 'mark').toString('hex').slice(0, 8)}:`;
  return {
    mark,
    seal(text) {
      const nonce = randomBytes(NONCE);
      const cipher = createCipheriv('aes-256-gcm', sealing, nonce);
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return mark + Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64');
    },
    open(sealed) {
      const bytes = Buffer.from(sealed, 'base64');
      const decipher = createDecipheriv('aes-256-gcm', sealing, bytes.subarray(0, NONCE), {
        authTagLength: TAG,
      });
      decipher.setAuthTag(bytes.subarray(NONCE, NONCE + TAG));
      return Buffer.concat([decipher.update(bytes.subarray(NONCE + TAG)), decipher.final()]).toString('utf8');
    },
  };
}

function readKey(key: string, name: string): Buffer {
  const bytes = /^[0-9a-f]{64}$/i.test(key) ? Buffer.from(key, 'hex') : Buffer.from(key, 'base64');
  if (bytes.length !== 32) {
    throw new TypeError(
      `${name} must be 32 bytes, as 64 hex digits or as base64; make one with: openssl rand -hex 32`,
    );
  }
  return bytes;
}

function derive(master: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', master, '', `satusehat-sdk/${purpose}`, 32));
}
