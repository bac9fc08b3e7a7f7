/** What can be done from a page. Each stands in the audit trail before, or with what came of it. */
import { canonicalJson } from '../contract/canonical.js';
import type { EndpointName } from '../contract/contract.js';
import { isSatusehatError } from '../contract/error.js';
import type { Submission } from '../store/store.js';
import { isCause, plainText } from './filter.js';
import { bodyOf, formOf } from './form.js';
import { CorrectPage } from './pages/correct.js';
import { everyClinic, type Reading } from './reading.js';
import type { Room } from './room.js';
import { sameToken } from './sign-in.js';
import { isMendable, maySee } from './users.js';
import type { View } from './view.js';
import { fieldsOf, MOST_RESENT, message, page, type Refusal, refusalOf, to } from './web.js';
import type { Locale } from './words.js';

/** So many are made due in one step. */
const RESENT_AT_ONCE = 500;

export function createActing({ tools, base, audit, theirs }: Room, reading: Reading) {
  const { store, now } = tools;

  async function resend(view: View, submission: Submission): Promise<Response> {
    await audit(view.user, 'resend', submission.clinic, submission.logId);
    const refusal = await tried(view.locale, () =>
      tools.act('resendLog', submission.clinic, { log_id: submission.logId }, {}),
    );
    return afterwards(view, submission, refusal, 'resent');
  }

  async function withdraw(view: View, submission: Submission, typed: URLSearchParams): Promise<Response> {
    await audit(view.user, 'void', submission.clinic, submission.logId);
    const alasan = typed.get('alasan')?.trim();
    const refusal = await tried(view.locale, () =>
      tools.act('batalLog', submission.clinic, { log_id: submission.logId }, alasan ? { alasan } : {}),
    );
    return afterwards(view, submission, refusal, 'voided');
  }

  /** To its page: with what came of it, or with why it could not be. */
  async function afterwards(
    view: View,
    before: Submission,
    refusal: Refusal | undefined,
    said: string,
  ): Promise<Response> {
    const after = (await theirs(view.user, before.logId)) ?? before;
    // What it failed with stands on its page.
    if (refusal && untouched(before, after)) return reading.shown(view, after, { refusal, status: 422 });
    return to(view.link(`/kiriman/${before.logId}`, refusal ? {} : { kabar: said }));
  }

  /** Ties a form to what it was made from: somebody else may correct it meanwhile. */
  const basisOf = ({ payload, logId }: Submission) =>
    tools.vault.digest(`dashboard-form/${logId}/${canonicalJson(payload)}`);

  /** The form shows everything: that it is shown is written down before. */
  async function form(
    view: View,
    submission: Submission,
    more: { body?: Record<string, unknown>; problem?: unknown; changed?: boolean; status?: number } = {},
  ): Promise<Response> {
    const { body = submission.payload, problem, changed, status = 200 } = more;
    await audit(view.user, 'reveal', submission.clinic, submission.logId);
    const parts = formOf(submission.endpoint as EndpointName, body, view.locale);
    const problems = fieldsOf(problem ?? (changed ? undefined : submission.error));
    const refusal =
      problem === undefined || problems.length > 0 ? undefined : refusalOf(problem, view.locale);
    return page(
      <CorrectPage
        view={view}
        submission={submission}
        parts={parts}
        problems={problems}
        refusal={changed ? { message: view.words.one.changedMeanwhile, remedy: '' } : refusal}
        basis={basisOf(submission)}
      />,
      status,
    );
  }

  async function correct(view: View, submission: Submission): Promise<Response> {
    if (isMendable(submission)) return form(view, submission);
    const refusal = { message: view.words.one.notMendable, remedy: '' };
    return reading.shown(view, submission, { refusal, status: 422 });
  }

  async function saveCorrection(
    view: View,
    submission: Submission,
    typed: URLSearchParams,
  ): Promise<Response> {
    if (!isMendable(submission)) return correct(view, submission);
    const { logId, clinic } = submission;
    if (!sameToken(typed.get('dasar') ?? '', basisOf(submission))) {
      return form(view, submission, { changed: true, status: 409 });
    }
    const { body, draft } = bodyOf(submission.endpoint as EndpointName, submission.payload, typed);
    await audit(view.user, 'correct', clinic, logId);
    let problem: unknown;
    try {
      await tools.act('resendLog', clinic, { log_id: logId }, body);
    } catch (error) {
      if (!isSatusehatError(error)) throw error;
      problem = error;
    }
    const after = (await theirs(view.user, logId)) ?? submission;
    const saved = canonicalJson(after.payload) === canonicalJson(body);
    if (problem === undefined || (saved && !untouched(submission, after))) {
      return to(view.link(`/kiriman/${logId}`, problem ? {} : { kabar: 'corrected' }));
    }
    return form(view, submission, { body: draft, problem, status: 422 });
  }

  /** Of each clinic by itself, so that each finds it in its own trail. */
  async function resendAll(view: View, typed: URLSearchParams): Promise<Response> {
    const cause = typed.get('sebab') ?? '';
    if (!isCause(cause)) return message(view.locale, base, 'gone', 404);
    await store.addUp(now());
    let count = 0;
    for (const clinic of view.clinic === undefined ? await clinicsWith(cause) : [view.clinic]) {
      const n = (await store.byCause(clinic)).find((one) => one.cause === cause)?.n ?? 0;
      if (n === 0) continue;
      await audit(view.user, 'resend-all', clinic, undefined, `${cause} (${n})`);
      for (let more = RESENT_AT_ONCE; more === RESENT_AT_ONCE && count < MOST_RESENT; ) {
        more = await store.reopenAll({ clinic, cause }, now(), RESENT_AT_ONCE);
        count += more;
      }
    }
    await tools.wake();
    return to(view.link('', { kabar: `resentAll-${count}` }));
  }

  async function clinicsWith(cause: string): Promise<string[]> {
    const found: string[] = [];
    for await (const { clinic, totals } of everyClinic(store)) {
      if (totals.failed === 0) continue;
      if ((await store.byCause(clinic)).some((one) => one.cause === cause)) found.push(clinic);
    }
    return found;
  }

  async function finish(view: View, typed: URLSearchParams): Promise<Response> {
    const clinic = plainText(typed.get('klinik'));
    const id = plainText(typed.get('kunjungan'));
    if (!maySee(view.user, clinic)) return message(view.locale, base, 'gone', 404);
    await audit(view.user, 'finish', clinic, undefined, id.slice(0, 64));
    const body = { id, tanggal_selesai: typed.get('tanggal_selesai')?.trim() ?? '' };
    const refusal = await tried(view.locale, () => tools.act('kirimEncounter', clinic, {}, body));
    return refusal
      ? reading.openVisits(view, { refusal, typed: { id, end: body.tanggal_selesai } })
      : to(view.link('/kunjungan-terbuka', { kabar: 'finished' }));
  }

  /** @returns why it could not be done. */
  async function tried(locale: Locale, work: () => Promise<void>): Promise<Refusal | undefined> {
    try {
      await work();
      return undefined;
    } catch (error) {
      return refusalOf(error, locale);
    }
  }

  return { resend, withdraw, correct, saveCorrection, resendAll, finish };
}

/** Nothing was done with it. */
function untouched(before: Submission, after: Submission): boolean {
  return (
    before.updatedAt === after.updatedAt && before.attempts === after.attempts && before.state === after.state
  );
}
