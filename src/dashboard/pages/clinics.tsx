/** All clinics of an operator, one line each. */
import type { Totals } from '../../store/figures.js';
import type { View } from '../view.js';
import { Empty, Page, Wide } from './layout.js';

export function ClinicsPage(props: {
  view: View;
  rows: { clinic: string; totals: Totals }[];
  more: boolean;
}) {
  const { view, rows, more } = props;
  const { words, number } = view;
  return (
    <Page view={view} title={words.clinics.title} part="clinics" live>
      <div id="klinik-semua" data-live-part>
        {rows.length === 0 ? (
          <Empty title={words.clinics.none} />
        ) : (
          <Wide label={words.table(words.clinics.title)}>
            <table>
              <thead>
                <tr>
                  <th scope="col">{words.clinic}</th>
                  {(['failed', 'waiting', 'queued', 'held', 'sent', 'void'] as const).map((state) => (
                    <th scope="col" class="number">
                      {words.states[state]}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {rows.map(({ clinic, totals }) => (
                  <tr>
                    <th scope="row">
                      <a href={`${view.base}?${new URLSearchParams({ klinik: clinic })}`}>{clinic}</a>
                    </th>
                    <td class={`number ${totals.failed > 0 ? 'bad' : ''}`}>{number(totals.failed)}</td>
                    {(['waiting', 'queued', 'held', 'sent', 'void'] as const).map((state) => (
                      <td class="number">{number(totals[state])}</td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </Wide>
        )}
        {more ? (
          <div class="pager">
            <a class="button" rel="next" href={view.link('/klinik', { sesudah: rows.at(-1)?.clinic })}>
              {words.clinics.next}
            </a>
          </div>
        ) : null}
      </div>
    </Page>
  );
}
