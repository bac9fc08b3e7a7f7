/** Visits that nobody has finished. */
import { MOST_OPEN } from '../overview.js';
import type { View } from '../view.js';
import { Empty, Page, Post } from './layout.js';

export interface OpenVisit {
  started: number;
  clinic: string;
  encounterId: string;
  /** The clinic's own number of it. */
  number: string | undefined;
  /** log_id of what began it, when it was sent here. */
  logId: string | undefined;
  /** Undefined when nobody can read it. */
  missing: ('end' | 'diagnosis')[] | undefined;
}

export function OpenPage(props: {
  view: View;
  visits: OpenVisit[];
  count: number;
  said?: string | undefined;
  refusal?: { message: string; remedy: string } | undefined;
  /** Leads to the page behind this one. */
  next: string | undefined;
  /** What was refused is still there. */
  typed: { id: string; end: string } | undefined;
}) {
  const { view, visits, count, said, refusal, next, typed } = props;
  const { words } = view;
  return (
    <Page view={view} title={words.open.title} part="open" {...(said ? { said } : {})}>
      {refusal ? (
        <p class="note bad" role="alert">
          {words.said.refused} {refusal.message} {refusal.remedy}
        </p>
      ) : null}
      <p>{words.open.help}</p>
      {visits.length === 0 ? (
        <Empty title={words.open.none} />
      ) : (
        <>
          <p class="strong">
            {count > MOST_OPEN
              ? words.open.atLeast(view.number(MOST_OPEN))
              : words.open.all(view.number(count))}
          </p>
          <ul class="causes">
            {visits.map((visit) => (
              <li class="card warn">
                <div class="cause">
                  <h2>
                    {visit.logId ? (
                      <a href={view.link(`/kiriman/${visit.logId}`)}>{view.time(visit.started)}</a>
                    ) : (
                      view.time(visit.started)
                    )}
                  </h2>
                  <span class="count">{view.duration(view.now - visit.started)}</span>
                </div>
                {view.clinic === undefined ? <p>{visit.clinic}</p> : null}
                <p>
                  {visit.number ? `${words.list.registration}: ${visit.number} ` : ''}
                  <code>{visit.encounterId}</code>
                </p>
                <p>
                  <strong>{words.open.missing}:</strong>{' '}
                  {visit.missing?.map((one) => words.open[one]).join(', ') ?? words.open.unknown}
                </p>
                {view.mayAct && visit.missing?.includes('end') ? (
                  <details class="sure" open={typed?.id === visit.encounterId}>
                    <summary class="button">{words.open.finish}</summary>
                    <Post
                      view={view}
                      path="/kunjungan-terbuka"
                      values={{ klinik: visit.clinic, kunjungan: visit.encounterId }}
                      class="stack"
                    >
                      <label for={`t-${visit.encounterId}`}>{words.open.finishAt}</label>
                      <p class="hint" id={`h-${visit.encounterId}`}>
                        {words.open.finishHint}
                      </p>
                      <input
                        id={`t-${visit.encounterId}`}
                        name="tanggal_selesai"
                        type="datetime-local"
                        step="1"
                        value={typed?.id === visit.encounterId ? typed.end : ''}
                        aria-describedby={`h-${visit.encounterId}`}
                        autocomplete="off"
                      />
                      <button type="submit" class="main">
                        {words.open.send}
                      </button>
                    </Post>
                  </details>
                ) : null}
              </li>
            ))}
          </ul>
          {next ? (
            <div class="pager">
              <a class="button" rel="next" href={view.link('/kunjungan-terbuka', { sesudah: next })}>
                {words.open.next}
              </a>
            </div>
          ) : null}
        </>
      )}
    </Page>
  );
}
