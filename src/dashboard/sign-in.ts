/**
 * Sessions of the dashboard. They are in the store, so that a fleet has them in common, and signing out ends one for
 * good. A browser holds 32 random bytes; the store their digest.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { countedAs } from '../http/counted-as.js';
import type { Desk } from '../store/desk.js';
import type { Vault } from '../store/vault.js';
import { readPasswordHash } from './password.js';
import { type DashboardOptions, type DashboardUser, OPERATOR } from './users.js';

export interface Signing {
  store: Desk;
  vault: Vault;
  now: () => number;
  options: DashboardOptions;
  /** Digests of the secrets that let a clinic in from there; undefined when it is not there, or not active. */
  secretsOf(clinic: string, address: string | undefined): Promise<readonly string[] | undefined>;
  digestSecret(clinic: string, secret: string): string;
}

/** What a browser's cookie stands for. */
export interface SignedIn {
  user: DashboardUser;
  /** Must come back with every action. */
  csrf: string;
}

export type Tried =
  | { ok: true; cookie: string; user: DashboardUser }
  /** `until`: nobody may try this name before, in milliseconds since 1970. */
  | { ok: false; until?: number; lockedNow?: boolean };

export interface SignIn {
  /** Whether there is an operator's password. */
  readonly operator: boolean;
  /** @param seen whether somebody did something: a page that looks by itself does not keep a session alive. */
  read(cookie: string, seen: boolean, address: string | undefined): Promise<SignedIn | undefined>;
  /** As the operator, without a clinic. */
  enter(clinic: string | undefined, secret: string, address: string | undefined): Promise<Tried>;
  leave(cookie: string): Promise<void>;
  /** For who is signed in somewhere else. */
  csrfOf(cookie: string, user: DashboardUser): string;
}

/** Failures in a row after which a name has to wait; twice as long after each more. */
const FAILURES = 5;
const FAILURES_OF_ALL = 100;
const [SHORTEST_LOCK, LONGEST_LOCK] = [60_000, 15 * 60_000];
const DAY = 86_400_000;

export function createSignIn({ store, vault, now, options, secretsOf, digestSecret }: Signing): SignIn {
  const { idle = 3_600_000, longest = 12 * 3_600_000, operatorMayReveal = true } = options;
  const matches = options.password ? readPasswordHash(options.password) : undefined;
  const operator: DashboardUser = { name: OPERATOR, clinics: 'all', mayReveal: operatorMayReveal };
  const idOf = (cookie: string) => vault.digest(`dashboard-session/${cookie}`);
  const csrfOf = (cookie: string, { name }: DashboardUser) =>
    vault.digest(`dashboard-csrf/${cookie}/${name}`);
  /** One try at a time: whoever comes with many at once gets no more of them than one after another. */
  let queue: Promise<unknown> = Promise.resolve();

  let tidied = Number.NEGATIVE_INFINITY;

  /** What nobody needs any more goes, now and then. */
  async function tidy(): Promise<void> {
    if (now() - tidied < 3_600_000) return;
    tidied = now();
    await store.tidyDesk(now() - longest, now() - DAY);
  }

  /** What a session of theirs begins with, if the secret is right. */
  async function credentialOf(
    clinic: string | undefined,
    secret: string,
    address: string | undefined,
  ): Promise<string | undefined> {
    if (clinic === undefined) {
      return (await matches?.(secret)) ? vault.digest(`dashboard-password/${options.password}`) : undefined;
    }
    const given = digestSecret(clinic, secret);
    const secrets = (await secretsOf(clinic, address)) ?? [];
    const right = secrets.filter((one) => timingSafeEqual(Buffer.from(one), Buffer.from(given)));
    return right.length > 0 ? given : undefined;
  }

  async function stillValid(
    user: DashboardUser,
    credential: string,
    address: string | undefined,
  ): Promise<boolean> {
    if (user.clinics === 'all') return credential === vault.digest(`dashboard-password/${options.password}`);
    return (await secretsOf(user.name, address))?.includes(credential) ?? false;
  }

  async function enter(
    clinic: string | undefined,
    secret: string,
    address: string | undefined,
  ): Promise<Tried> {
    // Of a name that nobody has it is the same.
    const tried = clinic === undefined ? OPERATOR : `clinic/${clinic}`;
    const name = (who: string) => vault.digest(`dashboard-failures/${who}`);
    // From one address few; from all together so many that nobody is kept out by a stranger who is wrong on purpose.
    const locks = [
      { name: name(`${tried} from ${countedAs(address ?? '')}`), most: FAILURES },
      { name: name(tried), most: FAILURES_OF_ALL },
    ];
    for (const lock of locks) {
      const before = await store.failures(lock.name);
      if (before && before.lockedUntil > now()) return { ok: false, until: before.lockedUntil };
    }
    const credential = await credentialOf(clinic, secret, address);
    if (!credential) {
      let until: number | undefined;
      for (const lock of locks) {
        const n = await store.countFailure(lock.name, now());
        if (n < lock.most) continue;
        until = now() + Math.min(LONGEST_LOCK, SHORTEST_LOCK * 2 ** (n - lock.most));
        await store.lockOut(lock.name, until);
      }
      await tidy();
      return until === undefined ? { ok: false } : { ok: false, until, lockedNow: true };
    }
    for (const lock of locks) await store.forgive(lock.name);
    await tidy();
    const user = clinic === undefined ? operator : { name: clinic, clinics: [clinic], mayReveal: true };
    const cookie = randomBytes(32).toString('base64url');
    await store.beginSession({ id: idOf(cookie), who: user, credential, createdAt: now(), seenAt: now() });
    return { ok: true, cookie, user };
  }

  return {
    operator: matches !== undefined,
    csrfOf,

    async read(cookie, seen, address) {
      const session = await store.session(idOf(cookie));
      if (!session) return undefined;
      const { id, createdAt, seenAt } = session;
      // What the operator may is asked of the configuration, not of the session.
      const kept = session.who as DashboardUser;
      const user = kept.clinics === 'all' ? operator : kept;
      const over = now() - createdAt >= longest || now() - seenAt >= idle;
      if (over || !(await stillValid(user, session.credential, address))) {
        await store.endSession(id);
        return undefined;
      }
      // Not at every request.
      if (seen && now() - seenAt >= Math.min(60_000, idle / 2)) await store.touchSession(id, now());
      return { user, csrf: csrfOf(cookie, user) };
    },

    enter(clinic, secret, address) {
      const turn = queue.then(() => enter(clinic, secret, address));
      queue = turn.catch(() => {});
      return turn;
    },

    async leave(cookie) {
      await store.endSession(idOf(cookie));
    },
  };
}

/** Compared in a time that says nothing. */
export function sameToken(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
