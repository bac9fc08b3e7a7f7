/**
 * `/dashboard`: pages made on the server. Every request goes one way: an asset; who is it; whose data; is it an
 * action, and really theirs; the page.
 */
import { isSatusehatError } from '../contract/error.js';
import { isCrossSite } from '../http/origin.js';
import { createActing } from './acting.js';
import { createDoor } from './door.js';
import { plainText } from './filter.js';
import { createReading } from './reading.js';
import type { Asked, DashboardTools, Room } from './room.js';
import { createSignIn, type SignedIn, sameToken } from './sign-in.js';
import { type DashboardUser, mayAct, maySee, scopeFor } from './users.js';
import { createView, type View } from './view.js';
import {
  assetAnswer,
  cookieOf,
  HEADERS,
  localeOf,
  message,
  readForm,
  SESSION,
  saidOf,
  setCookie,
  to,
} from './web.js';
import { words } from './words.js';

export interface DashboardAnswer {
  response: Response;
  /** Whose data it was about, for the log. */
  clinic?: string | undefined;
}

/** Clinics to choose from. Whoever has more picks one on their page. */
const MAX_CHOICE = 200;

/** What somebody must be allowed, to do something with one submission. */
const needs: Record<string, { reveals?: boolean; acts?: boolean }> = {
  lihat: { reveals: true },
  fhir: { reveals: true },
  'kirim-ulang': { acts: true },
  batal: { acts: true },
  // The form shows everything.
  perbaiki: { reveals: true, acts: true },
  koreksi: { reveals: true, acts: true },
};

/** @throws TypeError for a password that is no hash. */
export function createDashboard(
  tools: DashboardTools,
): (request: Request, address: string | undefined) => Promise<DashboardAnswer> {
  const { store, now, options } = tools;
  const base = `${tools.basePath}/dashboard`;
  const signIn = createSignIn(tools);
  const { authenticate } = options;
  const room: Room = {
    tools,
    base,
    signIn,
    audit: (user, action, clinic = '', logId, detail) =>
      store.writeAudit({
        at: now(),
        who: user.name,
        clinic,
        action,
        logId: logId ?? null,
        detail: detail ?? null,
      }),
    async theirs(user, logId) {
      const submission = await store.find(logId);
      return submission && maySee(user, submission.clinic) ? submission : undefined;
    },
  };
  const reading = createReading(room);
  const acting = createActing(room, reading);
  const { door, enter, leave, language } = createDoor(room);

  // --- who asks ---------------------------------------------------------------------------------------------------

  async function whoAsks(
    request: Request,
    address: string | undefined,
  ): Promise<(SignedIn & { fresh?: string }) | undefined> {
    const cookie = cookieOf(request, SESSION);
    if (!authenticate) {
      const seen = !request.headers.has('x-live');
      return cookie === undefined ? undefined : signIn.read(cookie, seen, address);
    }
    const user = await authenticate(request);
    if (!user) return undefined;
    // Somebody else's session: ours is only what the tokens of its pages hang on.
    const own = cookie ?? crypto.randomUUID();
    return { user, csrf: signIn.csrfOf(own, user), ...(cookie === undefined ? { fresh: own } : {}) };
  }

  async function viewFor(
    request: Request,
    { user, csrf }: SignedIn,
    path: string,
    asked: string | undefined,
  ): Promise<View | undefined> {
    const known = user.clinics === 'all' ? await clinicsThere() : user.clinics;
    const only = user.clinics === 'all' && known.length === 1 ? known[0] : undefined;
    const scope = scopeFor(user, asked ?? only);
    if (!scope) return undefined;
    const { clinic } = scope;
    const clinics = clinic === undefined || known.includes(clinic) ? known : [...known, clinic];
    const timeZone = (clinic && (await tools.clinicOf(clinic))?.timeZone) || 'Asia/Jakarta';
    const locale = localeOf(request);
    return createView({
      user,
      csrf,
      clinic,
      clinics,
      locale,
      base,
      path,
      now: now(),
      timeZone,
      ownSession: !authenticate,
    });
  }

  /** Whoever sees some clinics looks at the one whose submission it is. */
  async function clinicOfPath(user: DashboardUser, path: string): Promise<string | undefined> {
    const logId = /^\/kiriman\/([\w-]{1,64})/.exec(path)?.[1];
    if (user.clinics === 'all' || logId === undefined) return undefined;
    const clinic = (await store.outline(logId))?.clinic;
    return clinic !== undefined && maySee(user, clinic) ? clinic : undefined;
  }

  async function clinicsThere(): Promise<string[]> {
    return (await store.byClinic('', MAX_CHOICE)).map(({ clinic }) => clinic);
  }

  // --- one submission ---------------------------------------------------------------------------------------------

  async function ofOne(request: Request, { path, view, typed, params }: Asked): Promise<DashboardAnswer> {
    const [, logId = '', what = ''] = /^\/kiriman\/([\w-]{1,64})(?:\/([a-z-]+))?$/.exec(path) ?? [];
    const submission = await room.theirs(view.user, logId).catch(async (error: unknown) => {
      // What is sealed cannot be opened; a database that is away cannot say even that.
      const outline = await store.outline(logId);
      if (!outline) throw error;
      return maySee(view.user, outline.clinic) ? ('unreadable' as const) : undefined;
    });
    if (!submission) return { response: message(view.locale, base, 'gone', 404) };
    if (submission === 'unreadable') return { response: message(view.locale, base, 'unreadable', 200) };
    const { clinic } = submission;
    const answer = async (response: Promise<Response> | Response) => ({ response: await response, clinic });
    if (request.method !== 'POST') {
      if (what === '') return answer(reading.shown(view, submission, { said: saidOf(view, params) }));
      if (what === 'fhir') return answer(reading.fhir(view, submission, false));
      // Pages that were answered to a form have no address of their own.
      return answer(to(view.link(`/kiriman/${logId}`)));
    }
    const { reveals, acts } = needs[what] ?? {};
    if ((reveals && !view.mayReveal) || (acts && !view.mayAct)) {
      return answer(message(view.locale, base, 'forbidden', 403));
    }
    switch (what) {
      case 'lihat':
        await room.audit(view.user, 'reveal', clinic, logId);
        return answer(reading.shown(view, submission, { revealed: true }));
      case 'fhir':
        await room.audit(view.user, 'reveal', clinic, logId, 'FHIR');
        return answer(reading.fhir(view, submission, true));
      case 'kirim-ulang':
        return answer(acting.resend(view, submission));
      case 'batal':
        return answer(acting.withdraw(view, submission, typed));
      case 'perbaiki':
        return answer(acting.correct(view, submission));
      case 'koreksi':
        return answer(acting.saveCorrection(view, submission, typed));
      default:
        return answer(message(view.locale, base, 'gone', 404));
    }
  }

  // --- one way through ----------------------------------------------------------------------------------------------

  async function answer(request: Request, address: string | undefined): Promise<DashboardAnswer> {
    const url = new URL(request.url);
    const path = pathOf(url.pathname, tools.basePath);
    const posted = request.method === 'POST';
    if (!posted && request.method !== 'GET' && request.method !== 'HEAD') {
      return { response: new Response(null, { status: 405, headers: { ...HEADERS, allow: 'GET, POST' } }) };
    }
    if (path.startsWith('/aset/')) return { response: assetAnswer(path.slice('/aset/'.length)) };
    const locale = localeOf(request);
    if (posted && isCrossSite(request)) return { response: message(locale, base, 'foreign', 403) };
    if (path === '/bahasa' && posted) return { response: await language(request) };
    if (path === '/masuk') {
      if (posted)
        return {
          response: authenticate ? message(locale, base, 'gone', 404) : await enter(request, address),
        };
      if (!authenticate && (await whoAsks(request, address))) return { response: to(base) };
      const said = { over: words[locale].signIn.over, left: words[locale].signIn.left }[
        url.searchParams.get('kabar') ?? ''
      ];
      return { response: door(request, 200, said ? { text: said, bad: false } : undefined) };
    }

    const signedIn = await whoAsks(request, address);
    if (!signedIn) {
      if (request.headers.has('x-live'))
        return { response: new Response(null, { status: 401, headers: HEADERS }) };
      if (authenticate) return { response: door(request, 401) };
      return { response: to(`${base}/masuk${cookieOf(request, SESSION) ? '?kabar=over' : ''}`) };
    }
    const typed = posted ? await readForm(request) : new URLSearchParams();
    if (posted && !sameToken(typed.get('csrf') ?? '', signedIn.csrf)) {
      return { response: message(locale, base, 'stale', 403) };
    }
    if (posted && path === '/keluar') return { response: await leave(request, signedIn) };

    const params = url.searchParams;
    const asking = plainText(params.get('klinik')) || (await clinicOfPath(signedIn.user, path));
    const view = await viewFor(request, signedIn, path, asking);
    if (!view) return { response: message(locale, base, 'gone', 404) };
    const asked: Asked = { path, params, typed, view };
    const result = path.startsWith('/kiriman/')
      ? await ofOne(request, asked)
      : { response: await whole(asked, posted), clinic: view.clinic };
    if (signedIn.fresh)
      result.response.headers.append('set-cookie', setCookie(request, base, SESSION, signedIn.fresh));
    return result;
  }

  async function whole(asked: Asked, posted: boolean): Promise<Response> {
    const { view, path, params, typed } = asked;
    if (posted) {
      if (!mayAct(view.user)) return message(view.locale, base, 'forbidden', 403);
      if (path === '/kirim-ulang-semua') return acting.resendAll(view, typed);
      if (path === '/kunjungan-terbuka') return acting.finish(view, typed);
      return message(view.locale, base, 'gone', 404);
    }
    switch (path) {
      case '':
        return reading.overview(asked);
      case '/kiriman':
        return reading.list(asked);
      case '/kiriman.csv':
        return reading.csv(asked);
      case '/kunjungan-terbuka':
        return reading.openVisits(view, { said: saidOf(view, params), params });
      case '/platform':
        return reading.platform(asked);
      case '/klinik':
        return reading.clinics(asked);
      case '/jejak':
        return reading.trail(asked);
      default:
        return message(view.locale, base, 'gone', 404);
    }
  }

  return async (request, address) => {
    try {
      const result = await answer(request, address);
      if (request.method !== 'HEAD') return result;
      await result.response.body?.cancel();
      const { status, headers } = result.response;
      return { ...result, response: new Response(null, { status, headers }) };
    } catch (error) {
      if (!isSatusehatError(error)) throw error;
      const locale = localeOf(request);
      // Of a form that was too large, or broke off; else a clinic's configuration is not to be had.
      const large = error.code === 'PAYLOAD_TOO_LARGE' || error.code === 'INVALID_JSON';
      return {
        response: large ? message(locale, base, 'large', 413) : message(locale, base, 'busy', 503),
      };
    }
  };
}

/** Within the dashboard: with and without the base, since some frameworks take it off. */
function pathOf(pathname: string, basePath: string): string {
  const whole = `${basePath}/dashboard`;
  const mounted = pathname === whole || pathname.startsWith(`${whole}/`);
  return pathname.slice((mounted ? whole : '/dashboard').length).replace(/\/$/, '');
}
