/** How often an address may come with wrong credentials before it has to wait. */
import { countedAs } from '../http/counted-as.js';
import { createRecent } from './recent.js';
import { createTurns } from './turns.js';

export interface Failures {
  /** One more. Nobody counts for an address that is not known. */
  count(address: string | undefined): void;
  /** Seconds until it may try again; 0 when it may. */
  wait(address: string | undefined): number;
}

/** So many addresses are remembered: who has more of them is stopped by something else. */
const MAX_ADDRESSES = 10_000;

/** @param perMinute failures of one address. */
export function createFailures(perMinute: number, now: () => number): Failures {
  const byAddress = createRecent<{ take: () => number; until: number }>(MAX_ADDRESSES);
  return {
    count(address) {
      if (address === undefined) return;
      const who = countedAs(address);
      const one = byAddress.get(who) ?? { take: createTurns(perMinute, now), until: 0 };
      const wait = one.take();
      if (wait > 0) one.until = now() + wait * 1000;
      byAddress.set(who, one);
    },
    wait(address) {
      const until = address === undefined ? 0 : (byAddress.get(countedAs(address))?.until ?? 0);
      return Math.max(0, Math.ceil((until - now()) / 1000));
    },
  };
}
