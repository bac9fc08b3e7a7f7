/** Who did what, and when. */
import type { Deed } from '../../store/desk.js';
import { NOBODY, OPERATOR } from '../users.js';
import type { View } from '../view.js';
import { Empty, Page, Wide } from './layout.js';

export function AuditPage({ view, deeds, older }: { view: View; deeds: Deed[]; older: number | undefined }) {
  const { words } = view;
  return (
    <Page view={view} title={words.audit.title} part="audit">
      {deeds.length === 0 ? <Empty title={words.audit.none} /> : <Trail view={view} deeds={deeds} about />}
      {older === undefined ? null : (
        <div class="pager">
          <a class="button" rel="next" href={view.link('/jejak', { kursor: older })}>
            {words.list.older}
          </a>
        </div>
      )}
    </Page>
  );
}

export function Trail({ view, deeds, about }: { view: View; deeds: Deed[]; about: boolean }) {
  const { words } = view;
  return (
    <Wide label={words.table(words.audit.title)}>
      <table>
        <thead>
          <tr>
            <th scope="col">{words.audit.at}</th>
            <th scope="col">{words.audit.who}</th>
            <th scope="col">{words.audit.action}</th>
            {about ? <th scope="col">{words.audit.about}</th> : null}
          </tr>
        </thead>
        <tbody>
          {deeds.map((deed) => (
            <tr>
              <td class="when">{view.exact(deed.at)}</td>
              <td>{{ [OPERATOR]: words.operator, [NOBODY]: words.audit.nobody }[deed.who] ?? deed.who}</td>
              <td>
                {words.audit.actions[deed.action] ?? deed.action}
                {deed.detail ? <span class="dim"> {deed.detail}</span> : null}
              </td>
              {about ? (
                <td class="id">
                  {deed.logId ? <a href={view.link(`/kiriman/${deed.logId}`)}>{deed.logId}</a> : words.never}
                </td>
              ) : null}
            </tr>
          ))}
        </tbody>
      </table>
    </Wide>
  );
}
