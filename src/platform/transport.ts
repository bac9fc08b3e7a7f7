/** Which way requests leave this machine: a fetch that was given, a proxy, an own CA, or the global fetch. */
import { type Environment, environment, type ProxyRoute, proxyOf, readProxy } from '../http/proxy.js';
import type { FetchLike } from '../http/request.js';

export interface TransportOptions {
  fetch?: FetchLike | undefined;
  proxy?: string | undefined;
  ca?: string | readonly string[] | undefined;
}

/**
 * @param env where `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` are looked up, small letters first.
 * @returns undefined for the global fetch, whichever that is at the time of a request.
 * @throws TypeError for a proxy that is no http(s) URL and for a CA that is not PEM. Never with their content.
 */
export function createTransport(
  { fetch, proxy, ca }: TransportOptions,
  env: Environment = environment(),
): FetchLike | undefined {
  if (fetch) return fetch;
  const route = proxy === undefined ? proxyOf(env) : { proxy: readProxy(proxy, 'proxy') };
  const trusted = readCa(ca);
  if (!route && !trusted) return undefined;

  let opened: Promise<FetchLike> | undefined;
  return async (input, init) => {
    opened ??= open(route, trusted);
    return (await opened)(input, init);
  };
}

type Route = { proxy: string } | ProxyRoute;

/** Loaded at the first call: whoever needs no proxy never pays for undici. */
async function open(route: Route | undefined, ca: string[] | undefined): Promise<FetchLike> {
  const { Agent, EnvHttpProxyAgent, fetch, ProxyAgent } = await import('undici');
  // For the platform and for a proxy that speaks TLS alike.
  const tls = ca && { connect: { ca }, requestTls: { ca }, proxyTls: { ca } };
  const dispatcher = !route
    ? new Agent(tls)
    : 'proxy' in route
      ? new ProxyAgent({ uri: route.proxy, ...tls })
      : new EnvHttpProxyAgent({
          httpsProxy: route.https,
          httpProxy: route.http,
          noProxy: route.except,
          ...tls,
        });
  return (input, init) => fetch(input as string, { ...(init as object), dispatcher }) as never;
}

function readCa(ca: TransportOptions['ca']): string[] | undefined {
  if (ca === undefined) return undefined;
  const list = [ca].flat() as string[];
  if (list.length > 0 && list.every((one) => one.includes('-----BEGIN CERTIFICATE-----'))) return list;
  throw new TypeError('ca: must be certificates as PEM text, not the path of a file');
}
