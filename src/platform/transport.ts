/** Which way requests leave this machine: a fetch that was given, a proxy, an own CA, or the global fetch. */
import type { FetchLike } from '../http/request.js';

export interface TransportOptions {
  fetch?: FetchLike | undefined;
  proxy?: string | undefined;
  ca?: string | readonly string[] | undefined;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** The environment of the process; none where there is no process. */
export function environment(): Environment {
  return globalThis.process?.env ?? {};
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
  const route = readRoute(proxy, env);
  const trusted = readCa(ca);
  if (!route && !trusted) return undefined;

  let opened: Promise<FetchLike> | undefined;
  return async (input, init) => {
    opened ??= open(route, trusted);
    return (await opened)(input, init);
  };
}

type Route = { proxy: string } | { https: string; http: string; except: string };

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

function readRoute(proxy: string | undefined, env: Environment): Route | undefined {
  if (proxy !== undefined) return { proxy: readProxy(proxy, 'proxy') };
  const [https, http] = [read('HTTPS_PROXY'), read('HTTP_PROXY')];
  if (!https && !http) return undefined;
  return { https, http, except: env.no_proxy ?? env.NO_PROXY ?? '' };

  function read(name: string): string {
    const value = env[name.toLowerCase()] ?? env[name];
    // As curl reads it: a scheme may be left out.
    return value ? readProxy(/^\w+:\/\//.test(value) ? value : `http://${value}`, name) : '';
  }
}

/** A URL that cannot be parsed is dropped with its error: both hold the password. */
function readProxy(value: string, name: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url.href;
  throw new TypeError(`${name}: must be an http:// or https:// URL`);
}

function readCa(ca: TransportOptions['ca']): string[] | undefined {
  if (ca === undefined) return undefined;
  const list = [ca].flat() as string[];
  if (list.length > 0 && list.every((one) => one.includes('-----BEGIN CERTIFICATE-----'))) return list;
  throw new TypeError('ca: must be certificates as PEM text, not the path of a file');
}
