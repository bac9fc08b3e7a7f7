/** What can be done from a page. Each stands in the audit trail before, or with what came of it. */
import { canonicalJson } from '../contract/canonical.js';
import type { EndpointName } from '../contract/contract.js';
import { isSatusehatError } from '../contract/error.js';
import type { Submission } from '../store/store.js';
import { bodyOf, formOf } from './form.js';
import { CorrectPage } from './pages/correct.js';
import type { Reading } from './reading.js';
import type { Room } from './room.js';
import { maySee } from './users.js';
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

  async function correct(view: View, submission: Submission): Promise<Response> {
    await audit(view.user, 'reveal', submission.clinic, submission.logId);
    const parts = formOf(submission.endpoint as EndpointName, submission.payload, view.locale);
    const fields = fieldsOf(submission.error);
    return page(
      <CorrectPage view={view} submission={submission} parts={parts} problems={fields} refusal={undefined} />,
    );
  }

  async function saveCorrection(
    view: View,
    submission: Submission,
    typed: URLSearchParams,
  ): Promise<Response> {
    const endpoint = submission.endpoint as EndpointName;
    const body = bodyOf(endpoint, submission.payload, typed);
    let problem: unknown;
    try {
      await tools.act('resendLog', submission.clinic, { log_id: submission.logId }, body);
    } catch (error) {
      if (!isSatusehatError(error)) throw error;
      problem = error;
    }
    const after = (await theirs(view.user, submission.logId)) ?? submission;
    const saved = canonicalJson(after.payload) === canonicalJson(body);
    if (problem === undefined || (saved && !untouched(submission, after))) {
      await audit(view.user, 'correct', submission.clinic, submission.logId);
      return to(view.link(`/kiriman/${submission.logId}`, problem ? {} : { kabar: 'corrected' }));
    }
    const problems = fieldsOf(problem);
    const refusal = problems.length > 0 ? undefined : refusalOf(problem, view.locale);
    const parts = formOf(endpoint, body, view.locale);
    return page(
      <CorrectPage view={view} submission={submission} parts={parts} problems={problems} refusal={refusal} />,
      422,
    );
  }

  async function resendAll(view: View, typed: URLSearchParams): Promise<Response> {
    const cause = typed.get('sebab') ?? '';
    const of = { ...(view.clinic === undefined ? {} : { clinic: view.clinic }), cause };
    let count = 0;
    for (let more = RESENT_AT_ONCE; more === RESENT_AT_ONCE && count < MOST_RESENT; ) {
      more = await store.reopenAll(of, now(), RESENT_AT_ONCE);
      count += more;
    }
    await audit(view.user, 'resend-all', view.clinic ?? '', undefined, `${cause} (${count})`);
    await tools.wake();
    return to(view.link('', { kabar: `resentAll-${count}` }));
  }

  async function finish(view: View, typed: URLSearchParams): Promise<Response> {
    const clinic = typed.get('klinik') ?? '';
    const id = typed.get('kunjungan') ?? '';
    if (!maySee(view.user, clinic)) return message(view.locale, base, 'gone', 404);
    await audit(view.user, 'finish', clinic, undefined, id.slice(0, 64));
    const body = { id, tanggal_selesai: typed.get('tanggal_selesai')?.trim() ?? '' };
    const refusal = await tried(view.locale, () => tools.act('kirimEncounter', clinic, {}, body));
    return refusal
      ? reading.openVisits(view, undefined, refusal)
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
