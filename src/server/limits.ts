/** How much the service takes at a time, and from one address: more is told to come again, and costs next to nothing. */
import { SatusehatError } from '../contract/error.js';
import { countedAs } from '../http/counted-as.js';
import { createRecent } from './recent.js';
import { createTurns } from './turns.js';

/** How much the service takes at a time, and from one address. */
export interface ServiceLimits {
  /**
   * Requests that are answered at the same time; more get OVERLOADED with `Retry-After: 1`. One that waits for the
   * platform counts while it waits. Default 1,000.
   */
  inFlight?: number;
  /**
   * Requests of one IP address (of IPv6, of one /64) in a minute, of which all may come at once; more get RATE_LIMITED with `Retry-After`.
   * Behind a proxy see `trustedProxies`: without it all come from the proxy. Default: no limit.
   */
  perAddressPerMinute?: number;
}

export interface Limits {
  /**
   * Before a request is looked at. @returns what must be called when it has been answered.
   * @throws SatusehatError OVERLOADED, RATE_LIMITED
   */
  enter(address: string | undefined): () => void;
}

const MAX_ADDRESSES = 10_000;

/** @throws TypeError for limits that cannot work. */
export function createLimits(
  { inFlight = 1_000, perAddressPerMinute }: ServiceLimits,
  now: () => number,
): Limits {
  if (!(inFlight >= 1)) throw new TypeError('limits.inFlight: must be at least 1');
  if (perAddressPerMinute !== undefined && !(perAddressPerMinute > 0)) {
    throw new TypeError('limits.perAddressPerMinute: must be more than 0');
  }
  const turns = createRecent<() => number>(MAX_ADDRESSES);
  let taken = 0;
  return {
    enter(address) {
      if (taken >= inFlight) throw new SatusehatError({ code: 'OVERLOADED', retryAfter: 1 });
      if (address !== undefined && perAddressPerMinute !== undefined) {
        const who = countedAs(address);
        const take = turns.get(who) ?? createTurns(perAddressPerMinute, now);
        turns.set(who, take);
        const retryAfter = take();
        if (retryAfter > 0) throw new SatusehatError({ code: 'RATE_LIMITED', retryAfter });
      }
      taken++;
      let left = false;
      return () => {
        if (!left) taken--;
        left = true;
      };
    },
  };
}
