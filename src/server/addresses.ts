/** Where a request comes from, as far as that can be believed. */
import { BlockList, isIP, isIPv4 } from 'node:net';

/** What the server knows of the other end of a connection. */
export interface Peer {
  /** IP address, as `socket.remoteAddress` has it. */
  address?: string | undefined;
}

/** Who sent a request, where {@link toNodeHandler} made it. */
export const peers = new WeakMap<Request, Peer>();

/**
 * @param list addresses and ranges, e.g. `203.0.113.7`, `10.0.0.0/8`, `2001:db8::/32`.
 * @param option how a mistake in it is named.
 * @returns whether an address is among them.
 * @throws TypeError for what is neither.
 */
export function createRanges(list: readonly string[], option: string): (address: string) => boolean {
  const ranges = new BlockList();
  for (const entry of list) {
    const [address = '', bits, ...more] = entry.split('/');
    const type = isIP(address) === 4 ? 'ipv4' : 'ipv6';
    const most = type === 'ipv4' ? 32 : 128;
    const length = bits === undefined ? most : /^\d{1,3}$/.test(bits) ? Number(bits) : -1;
    if (isIP(address) === 0 || more.length > 0 || length < 0 || length > most) {
      throw new TypeError(`${option}: ${entry} is no IP address and no range such as 10.0.0.0/8`);
    }
    ranges.addSubnet(address, length, type);
  }
  return (address) => isIP(address) !== 0 && ranges.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
}

/**
 * The address of who asks. What a proxy says of it (`X-Forwarded-For`) counts only when the proxy is trusted, and only
 * as far back as all on the way are: everybody can write that header.
 *
 * @param trustedProxies addresses and ranges.
 * @throws TypeError for what is neither.
 */
export function createAddressOf(
  trustedProxies: readonly string[],
): (request: Request, peer: Peer | undefined) => string | undefined {
  const trusted = createRanges(trustedProxies, 'trustedProxies');
  return (request, peer) => {
    let address = plain((peer ?? peers.get(request))?.address);
    if (address === undefined || !trusted(address)) return address;
    const hops = (request.headers.get('x-forwarded-for') ?? '').split(',').reverse();
    for (const hop of hops) {
      const before = plain(hop);
      // Not an address: whoever wrote it is not to be believed about what stands before it.
      if (before === undefined) return address;
      address = before;
      if (!trusted(address)) return address;
    }
    return address;
  };
}

/** Without brackets, port, zone, or the IPv6 form of an IPv4 address. */
function plain(text: string | undefined): string | undefined {
  const given = (text ?? '').trim();
  const address = (/^\[([^\]]+)\](?::\d+)?$/.exec(given)?.[1] ?? given)
    .replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1')
    .replace(/%.*$/, '')
    .replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '');
  return isIP(address) === 0 ? undefined : address.toLowerCase();
}

/** On this machine. */
export const isLoopbackAddress = createRanges(['127.0.0.0/8', '::1'], 'loopback');
