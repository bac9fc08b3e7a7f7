/** How it stands with the national platform. */
import type { PlatformHealth } from '../../platform/platform.js';
import type { Totals } from '../../store/figures.js';
import type { View } from '../view.js';
import { Page } from './layout.js';

export function PlatformPage(props: {
  view: View;
  /** Undefined when no clinic is chosen, `unreadable` when its configuration is not to be had. */
  health: PlatformHealth | 'unreadable' | undefined;
  totals: Totals;
  /** Sent in a minute, lately. */
  pace: number | undefined;
}) {
  const { view, health, totals, pace } = props;
  const { words, number } = view;
  const waiting = totals.queued + totals.waiting + totals.held;
  const known = health === undefined || health === 'unreadable' ? undefined : health;
  // A submission asks for what it needs and is written: two requests.
  const bound = known && Number.isFinite(known.perMinute) ? known.perMinute / 2 : undefined;
  const rate = pace ?? (known?.circuit === 'closed' ? bound : undefined);
  return (
    <Page view={view} title={words.platform.title} part="platform" live>
      <div id="platform" data-live-part>
        {health === undefined ? <p class="note">{words.platform.ofClinic}</p> : null}
        {health === 'unreadable' ? <p class="note bad">{words.platform.configuration}</p> : null}
        <ul class="tiles">
          {known ? <Known view={view} health={known} /> : null}
          <li class="tile">
            <div>
              <span class="label">{words.platform.backlog}</span>
              <span class="value">{number(waiting)}</span>
              <span class="note-small">
                {waiting === 0
                  ? words.platform.takesNothing
                  : rate === undefined
                    ? words.platform.takesUnknown
                    : words.platform.takes(view.duration((waiting / rate) * 60_000))}
              </span>
            </div>
          </li>
        </ul>
        <dl class="facts">
          {(['queued', 'waiting', 'held'] as const).map((state) => (
            <>
              <dt>{words.states[state]}</dt>
              <dd>{number(totals[state])}</dd>
            </>
          ))}
        </dl>
        <p class="dim">{words.platform.here}</p>
      </div>
    </Page>
  );
}

function Known({ view, health }: { view: View; health: PlatformHealth }) {
  const { words, number } = view;
  const { circuit, token, opensAt, perMinute, restsUntil } = health;
  const wrong = token.state === 'refused' && token.failure === 'credentials';
  return (
    <>
      <li class={`tile ${circuit === 'closed' ? 'good' : 'bad'}`}>
        <div>
          <span class="label">{words.platform.connection}</span>
          <span class="value words">{words.platform.circuit[circuit]}</span>
          <span class="note-small">
            {words.platform.circuitHelp[circuit]}
            {circuit === 'open' && opensAt !== undefined
              ? ` ${words.platform.opensAt(view.exact(opensAt))}.`
              : ''}
          </span>
        </div>
      </li>
      <li class={`tile ${token.state === 'refused' ? 'bad' : ''}`}>
        <div>
          <span class="label">{words.platform.token}</span>
          <span class="value words">{words.platform.tokenStates[token.state]}</span>
          <span class="note-small">
            {token.state === 'none'
              ? ''
              : Number.isFinite(token.until)
                ? words.platform.tokenUntil(view.time(token.until))
                : words.platform.tokenEver}
            {wrong ? `. ${words.platform.tokenWrong}` : ''}
          </span>
        </div>
      </li>
      <li class="tile">
        <div>
          <span class="label">{words.platform.rate}</span>
          <span class="value words">
            {Number.isFinite(perMinute) ? number(perMinute) : words.platform.noLimit}
          </span>
          <span class="note-small">
            {Number.isFinite(perMinute) ? `${words.platform.perMinute} ` : ''}
            {words.platform.waiting(number(health.waiting))}
            {restsUntil === undefined ? '' : `. ${words.platform.rests(view.time(restsUntil))}`}
          </span>
        </div>
      </li>
    </>
  );
}
