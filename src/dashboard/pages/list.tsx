/** Submissions, newest first, by what somebody looks for. */

import type { Listed } from '../../store/store.js';
import type { Filter } from '../filter.js';
import { stateNames, typeNames } from '../filter.js';
import { explainCause, explainCode } from '../overview.js';
import type { View } from '../view.js';
import { Empty, Page, StateTag, Wide } from './layout.js';

export function ListPage(props: {
  view: View;
  filter: Filter;
  rows: Listed[];
  /** Leads to the page behind this one. */
  older: number | undefined;
  /** What is wrong with the filter. */
  problem: string | undefined;
  said?: string | undefined;
}) {
  const { view, filter, rows, older, problem, said } = props;
  const { words } = view;
  const { query } = filter;
  return (
    <Page
      view={view}
      title={words.nav.list}
      part="list"
      live={query.kursor === undefined}
      {...(said ? { said } : {})}
    >
      <FilterForm view={view} filter={filter} problem={problem} />
      {query.sebab ? (
        <p class="note">
          {words.list.ofCause} <strong>{explainCause(query.sebab, view.locale).message}</strong>
        </p>
      ) : null}
      <div id="daftar" data-live-part>
        {rows.length === 0 ? (
          <Empty title={words.list.nothing} help={words.list.nothingHelp} />
        ) : (
          <Table view={view} rows={rows} />
        )}
        <div class="pager">
          {query.kursor === undefined ? null : (
            <a href={view.link('/kiriman', { ...query, kursor: undefined })}>{words.list.newest}</a>
          )}
          {older === undefined ? null : (
            <a class="button" rel="next" href={view.link('/kiriman', { ...query, kursor: older })}>
              {words.list.older}
            </a>
          )}
        </div>
      </div>
    </Page>
  );
}

function FilterForm({ view, filter, problem }: { view: View; filter: Filter; problem: string | undefined }) {
  const { words, clinic, clinics } = view;
  const { query } = filter;
  const text = (name: 'dari' | 'sampai' | 'cari', label: string, type: string) => (
    <div class="field">
      <label for={name}>{label}</label>
      <input
        id={name}
        name={name}
        type={type}
        value={query[name] ?? ''}
        autocomplete="off"
        // A NIK must not even get into an address.
        {...(name === 'cari' ? { pattern: '(?!.*\\d{16}).*', title: words.list.noNik } : {})}
      />
    </div>
  );
  const choice = (name: 'keadaan' | 'jenis', label: string, options: [string, string][]) => (
    <div class="field">
      <label for={name}>{label}</label>
      <select id={name} name={name}>
        <option value="">{words.list.any}</option>
        {options.map(([value, shown]) => (
          <option value={value} selected={query[name] === value}>
            {shown}
          </option>
        ))}
      </select>
    </div>
  );
  return (
    <form class="filter" method="get" action={`${view.base}/kiriman`} aria-label={words.list.filter}>
      {clinic !== undefined && clinics.length > 1 ? (
        <input type="hidden" name="klinik" value={clinic} />
      ) : null}
      {query.sebab ? <input type="hidden" name="sebab" value={query.sebab} /> : null}
      {choice(
        'keadaan',
        words.list.state,
        stateNames.map((name) => [name, words.states[name]]),
      )}
      {choice(
        'jenis',
        words.list.type,
        typeNames.map((name) => [name, words.types[name] ?? name]),
      )}
      {text('dari', words.list.from, 'date')}
      {text('sampai', words.list.to, 'date')}
      {text('cari', words.list.find, 'search')}
      <div class="actions">
        <button type="submit" class="main">
          {words.list.apply}
        </button>
        <a href={view.link('/kiriman')}>{words.list.reset}</a>
        <a href={view.link('/kiriman.csv', { ...query, kursor: undefined })} download>
          {words.list.csv}
        </a>
      </div>
      {problem ? (
        <p class="note bad" role="alert">
          {problem}
        </p>
      ) : null}
    </form>
  );
}

function Table({ view, rows }: { view: View; rows: Listed[] }) {
  const { words } = view;
  const many = view.clinic === undefined;
  return (
    <Wide label={words.table(words.nav.list)}>
      <table>
        <thead>
          <tr>
            {/* What matters most stands first: a phone shows no more. */}
            <th scope="col">{words.list.type}</th>
            <th scope="col">{words.list.state}</th>
            <th scope="col">{words.list.received}</th>
            {many ? <th scope="col">{words.clinic}</th> : null}
            <th scope="col">{words.list.registration}</th>
            <th scope="col">{words.list.cause}</th>
            <th scope="col" class="number">
              {words.list.attempts}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr>
              <th scope="row">
                <a
                  href={view.link(`/kiriman/${row.logId}`)}
                  aria-label={`${words.types[row.endpoint] ?? row.endpoint} ${row.registration ?? view.time(row.createdAt)}`}
                >
                  {words.types[row.endpoint] ?? row.endpoint}
                </a>
              </th>
              <td>
                <StateTag state={row.state} words={words} />
              </td>
              <td class="when">{view.time(row.createdAt)}</td>
              {many ? <td>{row.clinic}</td> : null}
              <td class="id">{row.registration ?? words.never}</td>
              <td class="why">
                {(row.state === 'failed' || row.state === 'waiting') && row.code
                  ? explainCode(row.code, view.locale).message
                  : words.never}
                {row.state === 'waiting' && row.nextTry !== null ? (
                  <span class="dim">
                    {' '}
                    {words.list.next}: {view.time(row.nextTry)}
                  </span>
                ) : null}
              </td>
              <td class="number">{view.number(row.attempts)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Wide>
  );
}
