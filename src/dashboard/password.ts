/** The operator's password: only its scrypt hash is configured. */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/** 32 MB and some 50 ms for each try. */
const COST = { N: 2 ** 15, r: 8, p: 1 };
/** Characters: shorter ones are guessed. */
const SHORTEST = 10;

/**
 * What goes into `SATUSEHAT_DASHBOARD_PASSWORD`. The command `satusehat password` prints it.
 *
 * ```ts
 * console.log(await hashPassword('kuda-lumping-42'));
 * ```
 *
 * @param password at least 10 characters.
 * @returns `scrypt.N.r.p.salt.hash`, without a character that a shell or a .env file takes for something else.
 * @throws TypeError for a password of less than 10 characters.
 */
export async function hashPassword(password: string): Promise<string> {
  if ([...password].length < SHORTEST) throw new TypeError(`password: at least ${SHORTEST} characters`);
  const salt = randomBytes(16);
  const hash = await derive(password, salt, COST);
  // Dots and letters alone: no shell and no .env file takes them for anything else.
  return ['scrypt', COST.N, COST.r, COST.p, salt.toString('base64url'), hash.toString('base64url')].join('.');
}

/** @throws TypeError for what is no hash; without quoting it, as it may be the password itself. */
export function readPasswordHash(text: string): (password: string) => Promise<boolean> {
  const [, N, r, p, salt = '', hash = ''] =
    /^scrypt\.(\d{1,8})\.(\d{1,3})\.(\d{1,3})\.([\w-]{16,})\.([\w-]{43})$/.exec(text) ?? [];
  const cost = { N: Number(N), r: Number(r), p: Number(p) };
  if (
    !(hash && cost.N >= 2 ** 14 && Number.isInteger(Math.log2(cost.N)) && cost.N * cost.r * cost.p <= 2 ** 23)
  ) {
    throw new TypeError(
      'dashboard.password (SATUSEHAT_DASHBOARD_PASSWORD): must be a hash, not the password; make one with: npx -p satusehat-sdk satusehat password',
    );
  }
  const expected = Buffer.from(hash, 'base64url');
  return async (password) =>
    timingSafeEqual(expected, await derive(password, Buffer.from(salt, 'base64url'), cost));
}

function derive(password: string, salt: Buffer, cost: typeof COST): Promise<Buffer> {
  // As a keyboard writes it, whatever the system: é is one character.
  const given = password.normalize('NFKC');
  const options = { ...cost, maxmem: 256 * cost.N * cost.r };
  return new Promise((resolve, reject) => {
    scrypt(given, salt, 32, options, (error, key) => (error ? reject(error) : resolve(key)));
  });
}
