/** Before anybody is signed in, and what else has no page around it. */
import type { Locale, Words } from '../words.js';
import { Document } from './layout.js';

interface Door {
  locale: Locale;
  words: Words;
  base: string;
}

export function SignInPage(
  props: Door & {
    /** There is an operator's password. */
    operator: boolean;
    /** Signing in happens somewhere else. */
    elsewhere: boolean;
    as: 'clinic' | 'operator';
    code: string;
    said: { text: string; bad: boolean } | undefined;
  },
) {
  const { locale, words, base, operator, elsewhere, as, code, said } = props;
  const { signIn } = words;
  return (
    <Document title={signIn.title} locale={locale} words={words} base={base}>
      <main class="door">
        <h1>{words.title}</h1>
        {said ? (
          <p class={`note ${said.bad ? 'bad' : ''}`} role={said.bad ? 'alert' : 'status'}>
            {said.text}
          </p>
        ) : null}
        <p class="note bad" id="tanpa-tls" hidden>
          {signIn.plain}
        </p>
        {elsewhere ? (
          <p>{signIn.elsewhere}</p>
        ) : (
          <>
            {operator ? (
              <nav aria-label={signIn.title}>
                <ul class="tabs">
                  <li>
                    <a href={`${base}/masuk`} {...(as === 'clinic' ? { 'aria-current': 'page' } : {})}>
                      {signIn.asClinic}
                    </a>
                  </li>
                  <li>
                    <a
                      href={`${base}/masuk?sebagai=pengelola`}
                      {...(as === 'operator' ? { 'aria-current': 'page' } : {})}
                    >
                      {signIn.asOperator}
                    </a>
                  </li>
                </ul>
              </nav>
            ) : null}
            <form method="post" action={`${base}/masuk`} class="stack">
              {as === 'operator' ? (
                <>
                  <input type="hidden" name="sebagai" value="pengelola" />
                  <label for="rahasia">{signIn.password}</label>
                </>
              ) : (
                <>
                  <label for="kode">{signIn.code}</label>
                  <input
                    id="kode"
                    name="kode"
                    value={code}
                    autocomplete="username"
                    required
                    maxlength={200}
                  />
                  <label for="rahasia">{signIn.secret}</label>
                </>
              )}
              <input
                id="rahasia"
                name="rahasia"
                type="password"
                autocomplete="current-password"
                required
                maxlength={1_000}
              />
              <button type="submit" class="main">
                {signIn.go}
              </button>
              {as === 'clinic' ? <p class="dim">{signIn.help}</p> : null}
            </form>
          </>
        )}
        <form method="post" action={`${base}/bahasa`} class="inline">
          <input type="hidden" name="ke" value={locale === 'id' ? 'en' : 'id'} />
          <button class="quiet" type="submit" lang={locale === 'id' ? 'en' : 'id'}>
            {words.otherLocale}
          </button>
        </form>
      </main>
    </Document>
  );
}

export function MessagePage(props: Door & { title: string; help: string }) {
  const { locale, words, base, title, help } = props;
  return (
    <Document title={title} locale={locale} words={words} base={base}>
      <main class="door">
        <h1>{title}</h1>
        <p>{help}</p>
        <p>
          <a class="button" href={base}>
            {words.errors.home}
          </a>
        </p>
      </main>
    </Document>
  );
}
