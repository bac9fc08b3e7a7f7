/** What an administrator opens every morning. */
import type { Trouble } from '../health.js';
import { type Cause, MOST_OPEN, type Overview } from '../overview.js';
import type { View } from '../view.js';
import { Empty, Page, Post, Wide } from './layout.js';

export function OverviewPage(props: {
  view: View;
  overview: Overview;
  trouble: Trouble | undefined;
  said?: string;
}) {
  const { view, overview, trouble, said } = props;
  const { words, number } = view;
  const { totals, today, open } = overview;
  const onTheWay = totals.queued + totals.waiting + totals.held;
  const everything = onTheWay + totals.sent + totals.failed + totals.void;
  return (
    <Page view={view} title={words.nav.overview} part="overview" live {...(said ? { said } : {})}>
      <div id="keadaan" data-live-part>
        {trouble ? (
          <p class="note bad">{trouble === 'refused' ? words.platform.refused : words.platform.trouble}</p>
        ) : null}
        <ul class="tiles">
          <Tile
            label={words.overview.today}
            value={number(today.all)}
            note={words.overview.todaySent(number(today.sent))}
            href={view.link('/kiriman', { dari: overview.day, sampai: overview.day })}
          />
          <Tile
            label={words.overview.attention}
            value={number(totals.failed)}
            note={words.overview.attentionNote}
            kind={totals.failed > 0 ? 'bad' : 'good'}
            href={view.link('/kiriman', { keadaan: 'failed' })}
          />
          <Tile
            label={words.overview.onTheWay}
            value={number(onTheWay)}
            note={words.overview.onTheWayNote}
            href={view.link('/platform')}
          />
          <Tile
            label={words.overview.open}
            value={open > MOST_OPEN ? `> ${number(MOST_OPEN)}` : number(open)}
            note={words.overview.openNote}
            kind={open > 0 ? 'warn' : undefined}
            href={view.link('/kunjungan-terbuka')}
          />
          <Tile
            label={words.overview.ever}
            value={number(totals.sent)}
            note={words.overview.everNote(number(totals.void))}
            href={view.link('/kiriman', { keadaan: 'sent' })}
          />
        </ul>
        <p class="unseen" data-announce={`${words.overview.attention}: ${number(totals.failed)}`}></p>
      </div>

      <section aria-labelledby="perlu" id="penyebab" data-live-part>
        <h2 id="perlu">{words.overview.attention}</h2>
        {everything === 0 ? (
          <Empty title={words.overview.nothing} help={words.overview.nothingHelp} />
        ) : overview.causes.length === 0 ? (
          <Empty title={words.causes.none} help={words.causes.noneHelp} />
        ) : (
          <ul class="causes">
            {overview.causes.map((cause) => (
              <CauseCard view={view} cause={cause} />
            ))}
          </ul>
        )}
        {overview.moreCauses.length > 0 ? (
          <details>
            <summary>{words.causes.more(number(overview.moreCauses.length))}</summary>
            <ul class="rows">
              {overview.moreCauses.map(({ cause, message, field, rule, n }) => (
                <li>
                  <a href={view.link('/kiriman', { sebab: cause })}>
                    {message} {field ?? rule ?? ''}
                  </a>
                  <span class="dim">{words.causes.count(number(n))}</span>
                </li>
              ))}
            </ul>
          </details>
        ) : null}
      </section>

      <div class="columns">
        <section aria-labelledby="grafik" id="tiga-puluh" data-live-part>
          <h2 id="grafik">{words.overview.chart}</h2>
          <Chart view={view} days={overview.days} />
        </section>
        <section aria-labelledby="jenis" id="hari-ini" data-live-part>
          <h2 id="jenis">{words.overview.byType}</h2>
          <ByType view={view} rows={overview.types} />
        </section>
      </div>
    </Page>
  );
}

function Tile(props: {
  label: string;
  value: string;
  note: string;
  href: string;
  kind?: string | undefined;
}) {
  return (
    <li class={`tile ${props.kind ?? ''}`}>
      <a href={props.href}>
        <span class="label">{props.label}</span>
        <span class="value">{props.value}</span>
        <span class="note-small">{props.note}</span>
      </a>
    </li>
  );
}

function CauseCard({ view, cause }: { view: View; cause: Cause }) {
  const { words, number } = view;
  const n = number(cause.n);
  return (
    <li class="card">
      <div class="cause">
        <h3>{cause.message}</h3>
        <a class="count" href={view.link('/kiriman', { sebab: cause.cause })}>
          {words.causes.count(n)}
        </a>
      </div>
      {cause.field ? (
        <p class="fields">
          {words.causes.field}: {cause.meaning ? `${cause.meaning} ` : ''}
          <code>{cause.field}</code>
        </p>
      ) : null}
      {cause.rule ? (
        <p class="fields">
          {words.causes.rule} {cause.rule}
        </p>
      ) : null}
      <p>
        <strong>{words.causes.what}:</strong> {cause.remedy}
      </p>
      <ul class="rows">
        {cause.newest.map((row) => (
          <li>
            <a href={view.link(`/kiriman/${row.logId}`)}>
              {words.types[row.endpoint] ?? row.endpoint}
              {row.registration ? ` ${row.registration}` : ''}
            </a>
            <span class="dim">{view.time(row.createdAt)}</span>
            {view.mayAct ? (
              <Post view={view} path={`/kiriman/${row.logId}/kirim-ulang`}>
                <button
                  type="submit"
                  class="small"
                  aria-label={`${words.one.resend}: ${row.registration ?? row.logId}`}
                >
                  {words.one.resend}
                </button>
              </Post>
            ) : null}
          </li>
        ))}
      </ul>
      <div class="actions">
        {view.mayAct && cause.n > 1 ? (
          <details class="sure">
            <summary class="button">{words.causes.resendAll(n)}</summary>
            <Post view={view} path="/kirim-ulang-semua" values={{ sebab: cause.cause }} class="stack">
              <p>{words.causes.confirmAll(n)}</p>
              <button type="submit" class="main">
                {words.causes.resendAll(n)}
              </button>
            </Post>
          </details>
        ) : null}
        <a href={view.link('/kiriman', { sebab: cause.cause })}>{words.causes.seeAll}</a>
      </div>
    </li>
  );
}

const kinds = ['sent', 'way', 'failed', 'void'] as const;

function Chart({ view, days }: { view: View; days: Overview['days'] }) {
  const { words, number } = view;
  const names = {
    sent: words.states.sent,
    way: words.overview.wayOpen,
    failed: words.states.failed,
    void: words.states.void,
  };
  const sumOf = (day: Overview['days'][number]) => day.sent + day.way + day.failed + day.void;
  const most = Math.max(1, ...days.map(sumOf));
  const [all, failed] = [
    days.reduce((sum, day) => sum + sumOf(day), 0),
    days.reduce((sum, day) => sum + day.failed, 0),
  ];
  if (all === 0) return <Empty title={words.overview.nothing} />;
  const [width, height] = [days.length * 10, 100];
  return (
    <figure class="chart">
      <div class="most">{number(most)}</div>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={words.overview.chartLabel(number(all), number(failed))}
      >
        <line class="axis" x1="0" x2={width} y1={height} y2={height} />
        {days.map((day, index) => {
          let top = height;
          return (
            <g>
              <title>{`${view.day(day.at)}: ${kinds.map((kind) => `${names[kind]} ${number(day[kind])}`).join(', ')}`}</title>
              <rect class="hit" x={index * 10} y="0" width="10" height={height} />
              {kinds.map((kind) => {
                const size = (day[kind] / most) * height;
                top -= size;
                return size > 0 ? (
                  <rect
                    class={kind}
                    x={index * 10 + 1.5}
                    y={top.toFixed(2)}
                    width="7"
                    height={size.toFixed(2)}
                  />
                ) : null;
              })}
            </g>
          );
        })}
      </svg>
      <div class="days" aria-hidden="true">
        {[days[0], days[Math.floor(days.length / 2)], days.at(-1)].map((day) => (
          <span>{day ? view.day(day.at) : ''}</span>
        ))}
      </div>
      <ul class="legend" aria-hidden="true">
        {kinds.map((kind) => (
          <li>
            <span class={`swatch ${kind}`}></span>
            {names[kind]}
          </li>
        ))}
      </ul>
      <details>
        <summary>{words.overview.chartTable}</summary>
        <Wide label={words.table(words.overview.chartTable)}>
          <table>
            <thead>
              <tr>
                <th scope="col">{words.overview.day}</th>
                {kinds.map((kind) => (
                  <th scope="col" class="number">
                    {names[kind]}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {days.toReversed().map((day) => (
                <tr>
                  <th scope="row">{view.day(day.at)}</th>
                  {kinds.map((kind) => (
                    <td class="number">{number(day[kind])}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </Wide>
      </details>
    </figure>
  );
}

function ByType({ view, rows }: { view: View; rows: Overview['types'] }) {
  const { words, number } = view;
  if (rows.length === 0) return <Empty title={words.overview.nothing} />;
  const columns = [
    [words.states.sent, (row: Overview['types'][number]) => row.sent],
    [words.overview.wayOpen, (row: Overview['types'][number]) => row.queued + row.waiting + row.held],
    [words.states.failed, (row: Overview['types'][number]) => row.failed],
    [words.states.void, (row: Overview['types'][number]) => row.void],
  ] as const;
  return (
    <Wide label={words.table(words.overview.byType)}>
      <table>
        <thead>
          <tr>
            <th scope="col">{words.overview.type}</th>
            {columns.map(([name]) => (
              <th scope="col" class="number">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr>
              <th scope="row">{words.types[row.endpoint] ?? row.endpoint}</th>
              {columns.map(([, value]) => (
                <td class="number">{number(value(row))}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Wide>
  );
}
