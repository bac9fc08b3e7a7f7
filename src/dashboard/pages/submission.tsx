/** One submission: what became of it, what it holds, and what can be done with it. */

import { errorCodes } from '../../contract/codes.js';
import type { Deed } from '../../store/desk.js';
import type { Attempt, Listed, Submission } from '../../store/store.js';
import { quotes } from '../mask.js';
import { explainCode } from '../overview.js';
import { isMendable } from '../users.js';
import type { View } from '../view.js';
import { Trail } from './audit.js';
import { Page, Post, StateTag } from './layout.js';

export interface Shown {
  submission: Submission;
  attempts: Attempt[];
  /** What the clinic sent, as much of it as may be shown. */
  payload: Record<string, unknown>;
  /** Nothing of it is hidden. */
  revealed: boolean;
  /** What its visit consists of. */
  visit: Pick<Listed, 'logId' | 'endpoint' | 'state' | 'createdAt'>[];
  trail: Deed[];
}

export function SubmissionPage(props: {
  view: View;
  shown: Shown;
  said?: string | undefined;
  refusal?: { message: string; remedy: string } | undefined;
}) {
  const { view, shown, said, refusal } = props;
  const { submission, revealed } = shown;
  const { words } = view;
  const { logId, endpoint, state } = submission;
  const here = `/kiriman/${logId}`;
  const name = words.types[endpoint] ?? endpoint;
  return (
    // What is shown whole is not looked at again by itself.
    <Page view={view} title={name} part="list" live={!revealed} {...(said ? { said } : {})}>
      {refusal ? (
        <p class="note bad" role="alert">
          {words.said.refused} {refusal.message} {refusal.remedy}
        </p>
      ) : null}
      <div id="status" data-live-part>
        <p class="state">
          <StateTag state={state} words={words} /> {words.stateHelp[state]}
        </p>
        <dl class="facts">
          <dt>log_id</dt>
          <dd>
            <code>{logId}</code>
          </dd>
          <dt>{words.clinic}</dt>
          <dd>{submission.clinic}</dd>
          <dt>{words.list.received}</dt>
          <dd>{view.time(submission.createdAt)}</dd>
          {submission.nextTry !== null && state === 'waiting' ? (
            <>
              <dt>{words.list.next}</dt>
              <dd>{view.time(submission.nextTry)}</dd>
            </>
          ) : null}
        </dl>
        <Problem view={view} submission={submission} revealed={revealed} />
        <Actions view={view} submission={submission} here={here} />
      </div>

      <div class="columns">
        <section aria-labelledby="perjalanan" id="bagian-perjalanan" data-live-part>
          <h2 id="perjalanan">{words.one.timeline}</h2>
          <Timeline view={view} shown={shown} />
        </section>
        <Ids view={view} submission={submission} revealed={revealed} />
      </div>

      <section aria-labelledby="dikirim">
        <div class="cause">
          <h2 id="dikirim">{words.one.sent}</h2>
          {endpoint === 'batalLog' ? null : <a href={view.link(`${here}/fhir`)}>{words.one.fhir}</a>}
        </div>
        <Payload view={view} shown={shown} here={here} />
      </section>

      {shown.visit.length > 0 ? (
        <section aria-labelledby="sekunjungan">
          <h2 id="sekunjungan">{words.one.visit}</h2>
          <ul class="rows">
            {shown.visit.map((one) => (
              <li>
                <a href={view.link(`/kiriman/${one.logId}`)}>{words.types[one.endpoint] ?? one.endpoint}</a>
                <StateTag state={one.state} words={words} />
                <span class="dim">{view.time(one.createdAt)}</span>
              </li>
            ))}
          </ul>
        </section>
      ) : null}

      {shown.trail.length > 0 ? (
        <section aria-labelledby="jejak-ini">
          <h2 id="jejak-ini">{words.one.trail}</h2>
          <Trail view={view} deeds={shown.trail} about={false} />
        </section>
      ) : null}
    </Page>
  );
}

function Problem({ view, submission, revealed }: { view: View; submission: Submission; revealed: boolean }) {
  const { words, locale } = view;
  const { error, state, result } = submission;
  const warnings = state === 'sent' ? (result?.warnings ?? []) : [];
  if (warnings.length > 0) {
    return (
      <div class="card warn">
        <h2>{words.one.warnings}</h2>
        <ul>
          {warnings.map((one) => (
            <li>{one}</li>
          ))}
        </ul>
      </div>
    );
  }
  if (!error || (state !== 'failed' && state !== 'waiting')) return null;
  const general = explainCode(error.code, locale);
  const own = words.remedies[error.code];
  const generic = error.remedy === errorCodes[error.code as 'NOT_FOUND']?.remedy;
  // The platform's own words may name somebody.
  const told = locale === 'id' && (revealed || !quotes(error));
  const remedy = locale !== 'id' || generic ? (own ?? general.remedy) : error.remedy;
  const { fields = [], issues = [] } = (error.details ?? {}) as {
    fields?: { field?: string; message?: string; remedy?: string }[];
    issues?: { rule?: string; text?: string; expression?: string }[];
  };
  return (
    <div class={`card ${state === 'failed' ? 'bad' : ''}`}>
      <h2>{words.one.error}</h2>
      <p class="strong">{told ? error.message : general.message}</p>
      <p>
        <strong>{words.one.remedy}:</strong> {remedy}
      </p>
      {fields.length > 0 ? (
        <ul lang="id">
          {fields.map((one) => (
            <li>
              {one.message}. {one.remedy === error.remedy ? '' : one.remedy}
            </li>
          ))}
        </ul>
      ) : null}
      {issues.length > 0 ? (
        <details>
          <summary>{words.one.details}</summary>
          <ul>
            {issues.map((one) => (
              <li>
                {one.rule ? `${one.rule} ` : ''}
                {revealed ? one.text : ''}
                {one.expression ? (
                  <>
                    {' '}
                    <code>{one.expression}</code>
                  </>
                ) : null}
              </li>
            ))}
          </ul>
          {revealed ? null : <p class="dim">{words.one.fullAnswer}</p>}
        </details>
      ) : null}
    </div>
  );
}

function Actions({ view, submission, here }: { view: View; submission: Submission; here: string }) {
  const { words } = view;
  const { state, endpoint, result, visit, logId } = submission;
  if (!view.mayAct) return null;
  const mendable = isMendable(submission);
  const voidable = state !== 'void' && state !== 'sending' && endpoint !== 'batalLog';
  const begins = visit === logId;
  return (
    <div class="actions">
      {state === 'failed' || state === 'waiting' ? (
        <Post view={view} path={`${here}/kirim-ulang`}>
          <button type="submit" class={mendable && state === 'failed' ? '' : 'main'}>
            {words.one.resend}
          </button>
        </Post>
      ) : null}
      {mendable && view.mayReveal ? (
        <Post view={view} path={`${here}/perbaiki`}>
          <button type="submit" class="main">
            {words.one.correct}
          </button>
        </Post>
      ) : null}
      {voidable ? (
        <details class="sure">
          <summary class="button">{words.one.void}</summary>
          <Post view={view} path={`${here}/batal`} class="stack">
            <p>
              {state === 'sent' || result ? words.one.voidSent : words.one.voidUnsent}{' '}
              {begins ? words.one.voidVisit : ''}
            </p>
            <label for="alasan">{words.one.reason}</label>
            <input id="alasan" name="alasan" maxlength={500} autocomplete="off" />
            <button type="submit" class="danger">
              {words.one.voidSure}
            </button>
          </Post>
        </details>
      ) : null}
    </div>
  );
}

function Timeline({ view, shown: { submission, attempts } }: { view: View; shown: Shown }) {
  const { words, locale } = view;
  return (
    <ol class="timeline">
      <li class="queued">
        <time>{view.exact(submission.createdAt)}</time>
        <span>{words.one.accepted}</span>
      </li>
      {attempts.map(({ at, outcome, code }) => (
        <li class={outcome}>
          <time>{view.exact(at)}</time>
          <span>
            {words.states[outcome]}
            {code ? <span class="dim">: {explainCode(code, locale).message}</span> : null}
          </span>
        </li>
      ))}
      {submission.nextTry !== null && submission.state === 'waiting' ? (
        <li class="next">
          <span class="dim">{words.one.next(view.exact(submission.nextTry))}</span>
        </li>
      ) : null}
    </ol>
  );
}

function Ids({
  view,
  submission: { result },
  revealed,
}: {
  view: View;
  submission: Submission;
  revealed: boolean;
}) {
  const { words } = view;
  if (!result) return null;
  return (
    <section aria-labelledby="ids">
      <h2 id="ids">{words.one.ids}</h2>
      <dl class="facts">
        {result.encounterId ? (
          <>
            <dt>{words.one.encounter}</dt>
            <dd>
              <code>{result.encounterId}</code>
            </dd>
          </>
        ) : null}
        {revealed && result.patientId ? (
          <>
            <dt>{words.one.patient}</dt>
            <dd>
              <code>{result.patientId}</code>
            </dd>
          </>
        ) : null}
      </dl>
      <h3>{words.one.resources}</h3>
      <ul class="rows">
        {result.resources.map((one) => (
          <li>
            {one.resourceType} <code>{one.id}</code>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Payload({ view, shown, here }: { view: View; shown: Shown; here: string }) {
  const { words } = view;
  const { payload, revealed } = shown;
  if (Object.keys(payload).length === 0) return <p>{words.one.forgotten}</p>;
  return (
    <>
      <Revealing view={view} revealed={revealed} path={`${here}/lihat`} />
      <Json value={payload} label={`JSON: ${words.one.sent}`} />
    </>
  );
}

/** Says what is hidden, and lets those who may ask for it. */
function Revealing({ view, revealed, path }: { view: View; revealed: boolean; path: string }) {
  const { words } = view;
  if (revealed) return <p class="note warn">{words.one.revealed}</p>;
  return (
    <div class="reveal">
      <p class="dim">{words.one.masked}</p>
      {view.mayReveal ? (
        <Post view={view} path={path}>
          <button type="submit" class="small">
            {words.one.reveal}
          </button>
          <span class="dim">{words.one.revealNote}</span>
        </Post>
      ) : null}
    </div>
  );
}

function Json({ value, label }: { value: unknown; label: string }) {
  return (
    <section class="json" tabindex={0} aria-label={label}>
      <pre>{JSON.stringify(value, null, 2)}</pre>
    </section>
  );
}

export function FhirPage(props: {
  view: View;
  submission: Submission;
  fhir: { value: unknown; sent: boolean } | undefined;
  problem: { message: string; remedy: string } | undefined;
  revealed: boolean;
}) {
  const { view, submission, fhir, problem, revealed } = props;
  const { words } = view;
  const here = `/kiriman/${submission.logId}`;
  return (
    <Page
      view={view}
      title={`${words.one.fhirTitle}: ${words.types[submission.endpoint] ?? submission.endpoint}`}
      part="list"
    >
      <p>
        <a href={view.link(here)}>{words.one.title}</a> <code>{submission.logId}</code>
      </p>
      {fhir ? (
        <>
          <p>{fhir.sent ? words.one.fhirSent : words.one.fhirPlanned}</p>
          <Revealing view={view} revealed={revealed} path={`${here}/fhir`} />
          <Json value={fhir.value} label={words.one.fhirTitle} />
        </>
      ) : (
        <p class="note">
          {words.one.fhirNone} {problem?.message} {problem?.remedy}
        </p>
      )}
    </Page>
  );
}
