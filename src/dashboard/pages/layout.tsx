/** What is around every page. */
import type { Child } from 'hono/jsx';
import { assets } from '../assets.js';
import { OPERATOR } from '../users.js';
import type { View } from '../view.js';
import type { Locale, Words } from '../words.js';

export function Document(props: {
  title: string;
  locale: Locale;
  words: Words;
  base: string;
  live?: boolean;
  children: Child;
}) {
  const { title, locale, words, base, live } = props;
  return (
    <html lang={locale}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <title>{`${title} · ${words.title}`}</title>
        <link rel="icon" href={`${base}/aset/${assets.icon.name}`} />
        <link rel="stylesheet" href={`${base}/aset/${assets.style.name}`} />
        <script src={`${base}/aset/${assets.script.name}`} defer></script>
      </head>
      <body {...(live ? { 'data-live': '5' } : {})}>{props.children}</body>
    </html>
  );
}

const parts = [
  ['overview', ''],
  ['list', '/kiriman'],
  ['open', '/kunjungan-terbuka'],
  ['platform', '/platform'],
  ['clinics', '/klinik'],
  ['audit', '/jejak'],
] as const;

export type PartName = (typeof parts)[number][0];

export function Page(props: {
  view: View;
  title: string;
  part?: PartName;
  /** Looks for itself whether something has changed. */
  live?: boolean;
  said?: Child;
  children: Child;
}) {
  const { view, title, part, live, said } = props;
  const { words, locale, base, user } = view;
  return (
    <Document title={title} locale={locale} words={words} base={base} live={live ?? false}>
      <a class="skip" href="#isi">
        {words.skip}
      </a>
      <header class="top">
        <div class="bar">
          <a class="brand" href={view.link('')}>
            <img src={`${base}/aset/${assets.icon.name}`} alt="" width="28" height="28" />
            <span>{words.title}</span>
          </a>
          <ClinicChoice view={view} />
          <div class="who">
            {/* A clinic stands beside the brand already. */}
            {user.name === view.clinic ? null : (
              <span class="name">{user.name === OPERATOR ? words.operator : user.name}</span>
            )}
            <Post view={view} path="/bahasa" values={{ ke: locale === 'id' ? 'en' : 'id' }}>
              <button class="quiet" type="submit" lang={locale === 'id' ? 'en' : 'id'}>
                {words.otherLocale}
              </button>
            </Post>
            {view.ownSession ? (
              <Post view={view} path="/keluar">
                <button class="quiet" type="submit">
                  {words.signOut}
                </button>
              </Post>
            ) : null}
          </div>
        </div>
        <nav class="bar" aria-label={words.nav.label}>
          <ul>
            {parts
              .filter(([name]) => name !== 'clinics' || view.clinics.length > 1)
              .map(([name, path]) => (
                <li>
                  <a href={view.link(path)} {...(name === part ? { 'aria-current': 'page' } : {})}>
                    {words.nav[name]}
                  </a>
                </li>
              ))}
          </ul>
        </nav>
      </header>
      <main id="isi" tabindex={-1}>
        <div class="head">
          <h1>{title}</h1>
          {live ? (
            <p class="updated" id="diperbarui" data-live-part>
              {words.live.at(view.exact(view.now))}
            </p>
          ) : null}
        </div>
        {live ? (
          <p
            class="note bad"
            id="terputus"
            role="alert"
            hidden
            data-lost={words.live.lost}
            data-over={words.live.over}
          ></p>
        ) : null}
        {said ? (
          <p class="note good" role="status">
            {said}
          </p>
        ) : null}
        {props.children}
      </main>
    </Document>
  );
}

function ClinicChoice({ view }: { view: View }) {
  const { words, clinics, clinic, user } = view;
  if (clinics.length < 2) return <span class="clinic">{clinic ?? ''}</span>;
  return (
    // The same page of another clinic; of one submission there is no other.
    <form
      class="clinic"
      method="get"
      action={`${view.base}${view.path.startsWith('/kiriman/') ? '' : view.path}`}
    >
      <label for="klinik" class="unseen">
        {words.clinic}
      </label>
      <select id="klinik" name="klinik">
        {user.clinics === 'all' ? (
          <option value="" selected={clinic === undefined}>
            {words.allClinics}
          </option>
        ) : null}
        {clinics.map((one) => (
          <option value={one} selected={one === clinic}>
            {one}
          </option>
        ))}
      </select>
      <button type="submit">{words.show}</button>
    </form>
  );
}

/** A form that does something: it carries the token without which nothing is done. */
export function Post(props: {
  view: Pick<View, 'link' | 'csrf'>;
  path: string;
  values?: Record<string, string>;
  class?: string;
  children: Child;
}) {
  const { view, path, values = {} } = props;
  return (
    <form method="post" action={view.link(path)} class={props.class ?? 'inline'}>
      <input type="hidden" name="csrf" value={view.csrf} />
      {Object.entries(values).map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
      {props.children}
    </form>
  );
}

export function StateTag({ state, words }: { state: keyof Words['states']; words: Words }) {
  return <span class={`tag ${state}`}>{words.states[state]}</span>;
}

export function Empty({ title, help }: { title: string; help?: string }) {
  return (
    <div class="empty">
      <p class="strong">{title}</p>
      {help ? <p>{help}</p> : null}
    </div>
  );
}

/** What may be wider than a phone: it scrolls by itself, also by keyboard. */
export function Wide({ label, children }: { label: string; children: Child }) {
  return (
    <section class="wide" tabindex={0} aria-label={label}>
      {children}
    </section>
  );
}
