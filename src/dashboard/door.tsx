/** Signing in and out, and the language of the pages. */

import { plainText } from './filter.js';
import { SignInPage } from './pages/sign-in.js';
import type { Room } from './room.js';
import type { SignedIn } from './sign-in.js';
import { NOBODY, OPERATOR } from './users.js';
import { createView } from './view.js';
import { cookieOf, LANGUAGE, localeOf, page, readForm, SESSION, setCookie, to } from './web.js';
import { words } from './words.js';

const nobody = {
  user: { name: '', clinics: [] as string[] },
  ...{ csrf: '', clinic: undefined, clinics: [], timeZone: 'Asia/Jakarta', ownSession: false, path: '' },
};

export function createDoor({ tools, base, signIn, audit }: Room) {
  const { now } = tools;

  function door(
    request: Request,
    status: number,
    said?: { text: string; bad: boolean },
    code = '',
  ): Response {
    const locale = localeOf(request);
    const asOperator = new URL(request.url).searchParams.get('sebagai') === 'pengelola' && signIn.operator;
    const own = {
      operator: signIn.operator,
      elsewhere: tools.options.authenticate !== undefined,
      as: asOperator ? ('operator' as const) : ('clinic' as const),
    };
    return page(
      <SignInPage locale={locale} words={words[locale]} base={base} code={code} said={said} {...own} />,
      status,
    );
  }

  async function enter(request: Request, address: string | undefined): Promise<Response> {
    const own = words[localeOf(request)].signIn;
    const typed = await readForm(request);
    const asOperator = typed.get('sebagai') === 'pengelola';
    const code = asOperator ? undefined : plainText(typed.get('kode'));
    const result = await signIn.enter(code, typed.get('rahasia') ?? '', address);
    if (result.ok) {
      const before = cookieOf(request, SESSION);
      if (before !== undefined) await signIn.leave(before);
      await audit(result.user, 'sign-in', code ?? '');
      const response = to(base);
      response.headers.append('set-cookie', setCookie(request, base, SESSION, result.cookie));
      return response;
    }
    // Of names that there are not nothing is kept: anything can be typed there, also a secret. But both are written
    // down alike, so that no answer takes longer than the other.
    const known = code === undefined ? signIn.operator : (await tools.secretsOf(code, address)) !== undefined;
    if (result.until === undefined || result.lockedNow) {
      const who = { name: known ? (code ?? OPERATOR) : NOBODY, clinics: [] };
      const action = result.lockedNow ? 'locked-out' : 'sign-in-failed';
      await audit(who, action, known ? (code ?? '') : '');
    }
    const locale = localeOf(request);
    const view = createView({ ...nobody, locale, base, now: now() });
    const at = new URL(request.url);
    if (asOperator) at.searchParams.set('sebagai', 'pengelola');
    const again = new Request(at, { headers: request.headers });
    if (result.until === undefined) return door(again, 401, { text: own.wrong, bad: true }, code);
    const response = door(again, 429, { text: own.locked(view.time(result.until)), bad: true }, code);
    response.headers.set('retry-after', String(Math.ceil((result.until - now()) / 1000)));
    return response;
  }

  async function leave(request: Request, { user }: SignedIn): Promise<Response> {
    const cookie = cookieOf(request, SESSION);
    if (cookie !== undefined) await signIn.leave(cookie);
    await audit(user, 'sign-out', user.clinics === 'all' ? '' : (user.clinics[0] ?? ''));
    const response = to(`${base}/masuk?kabar=left`);
    response.headers.append('set-cookie', setCookie(request, base, SESSION, ''));
    return response;
  }

  async function language(request: Request): Promise<Response> {
    const typed = await readForm(request);
    const back = request.headers.get('referer') ?? '';
    const url = URL.canParse(back) ? new URL(back) : undefined;
    const own = url && (url.pathname === base || url.pathname.startsWith(`${base}/`));
    const response = to(own ? `${url.pathname}${url.search}` : base);
    const cookie = setCookie(request, base, LANGUAGE, typed.get('ke') === 'en' ? 'en' : 'id', 365 * 86_400);
    response.headers.append('set-cookie', cookie);
    return response;
  }

  return { door, enter, leave, language };
}
