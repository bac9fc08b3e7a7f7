/** A browser as far as pages without a script need one: keeps cookies, follows redirects, fills forms in. */
import type { SatusehatService } from '../../src/server.js';

const ORIGIN = 'http://localhost';

export interface Visited {
  status: number;
  headers: Headers;
  text: string;
  /** Where it ended, e.g. `/dashboard/kiriman`. */
  path: string;
}

export class Visitor {
  readonly cookies = new Map<string, string>();
  /** Token of the last page that had one. */
  csrf = '';
  /** What the last form of a correction was made from. */
  basis = '';

  constructor(
    readonly service: Pick<SatusehatService, 'fetch'>,
    private readonly base = '/dashboard',
  ) {}

  async send(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    if (cookie) headers.set('cookie', cookie);
    const response = await this.service.fetch(
      new Request(ORIGIN + path, { ...init, headers, redirect: 'manual' }),
    );
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      const [name = '', value = ''] = pair.split('=');
      if (value === '') this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return response;
  }

  async #follow(path: string, init: RequestInit): Promise<Visited> {
    let at = path;
    let response = await this.send(at, init);
    for (let hops = 0; response.status === 303 && hops < 5; hops++) {
      at = response.headers.get('location') ?? '';
      response = await this.send(at);
    }
    const text = await response.text();
    this.csrf = /name="csrf" value="([^"]+)"/.exec(text)?.[1] ?? this.csrf;
    this.basis = /name="dasar" value="([^"]+)"/.exec(text)?.[1] ?? this.basis;
    return { status: response.status, headers: response.headers, text, path: at };
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Visited> {
    return this.#follow(this.base + path, { headers });
  }

  /** As a form of the page before does it. */
  post(
    path: string,
    fields: Record<string, string> = {},
    headers: Record<string, string> = {},
  ): Promise<Visited> {
    return this.#follow(this.base + path, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', origin: ORIGIN, ...headers },
      body: new URLSearchParams({ csrf: this.csrf, dasar: this.basis, ...fields }).toString(),
    });
  }

  signIn(kode: string, rahasia: string): Promise<Visited> {
    return this.post('/masuk', { kode, rahasia });
  }

  signInAsOperator(rahasia: string): Promise<Visited> {
    return this.post('/masuk', { sebagai: 'pengelola', rahasia });
  }
}

/** What stands in a page for eyes: without tags, with spaces where tags were. */
export function words(html: string): string {
  return html
    .replace(/<[^>]*>/g, ' ')
    .replace(/&#39;/g, "'")
    .replace(/&quot;/g, '"')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&')
    .replace(/\s+/g, ' ');
}
