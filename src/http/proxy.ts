/** The proxy that a machine's environment names. */

export type Environment = Readonly<Record<string, string | undefined>>;

export interface ProxyRoute {
  /** For https addresses; '' for none. */
  https: string;
  /** For http addresses; '' for none. */
  http: string;
  /** Hosts that are asked directly, as `NO_PROXY` lists them. */
  except: string;
}

/** The environment of the process; none where there is no process. */
export function environment(): Environment {
  return globalThis.process?.env ?? {};
}

/**
 * `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, small letters first.
 *
 * @returns undefined when no proxy is named.
 * @throws TypeError for what is no http(s) URL, never with its content.
 */
export function proxyOf(env: Environment): ProxyRoute | undefined {
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
export function readProxy(value: string, name: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url.href;
  throw new TypeError(`${name}: must be an http:// or https:// URL`);
}
