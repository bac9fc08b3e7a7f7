/**
 * What pages do in the browser: they look every few seconds whether something has changed, and take over only the
 * parts that did. Without it everything works all the same, by reloading. Text, so that no app has to build it.
 */
export const script = `(() => {
  'use strict';
  const byId = (id) => document.getElementById(id);

  // Without encryption a browser keeps no session.
  if (!window.isSecureContext && byId('tanpa-tls')) byId('tanpa-tls').hidden = false;

  // What is wrong comes first.
  const wrong = document.querySelector('[role=alert]:not([hidden])');
  if (wrong && !byId('terputus')?.isSameNode(wrong)) {
    wrong.tabIndex = -1;
    wrong.focus();
  }

  const seconds = Number(document.body.dataset.live);
  if (!seconds) return;
  const lost = byId('terputus');
  const announcer = document.createElement('p');
  announcer.className = 'unseen';
  announcer.setAttribute('role', 'status');
  document.body.append(announcer);

  const say = (text) => {
    if (!lost || lost.textContent === text) return;
    lost.textContent = text;
    lost.hidden = text === '';
  };

  // Nothing moves under somebody's hands: what is typed or chosen, and what is open, stays.
  const inUse = (part) => {
    const { activeElement } = document;
    const typing = part.contains(activeElement) && activeElement.matches('input, select, textarea, button, summary');
    return typing || part.querySelector('details[open]') !== null;
  };

  const wides = (part) => [...part.querySelectorAll('.wide, .json')];

  const take = (page) => {
    let late = false;
    // The time comes last.
    const parts = [...document.querySelectorAll('[data-live-part]')];
    parts.sort((a, b) => Number(a.id === 'diperbarui') - Number(b.id === 'diperbarui'));
    for (const part of parts) {
      const next = page.getElementById(part.id);
      // When it says when it was, it must be true of all parts.
      if (!next || (part.id === 'diperbarui' && late)) continue;
      if (next.outerHTML === part.outerHTML) continue;
      if (inUse(part)) {
        late = true;
        continue;
      }
      const said = (from) => from.querySelector('[data-announce]')?.dataset.announce;
      if (said(next) !== said(part) && said(next)) announcer.textContent = said(next);
      const scrolled = wides(part).map(({ scrollLeft, scrollTop }) => [scrollLeft, scrollTop]);
      const within = part.contains(document.activeElement) ? document.activeElement : undefined;
      const href = within?.getAttribute('href');
      const place = wides(part).indexOf(within);
      part.replaceWith(document.adoptNode(next));
      wides(next).forEach((wide, index) => wide.scrollTo(...(scrolled[index] ?? [0, 0])));
      const again = href ? [...next.querySelectorAll('a')].find((a) => a.getAttribute('href') === href) : wides(next)[place];
      again?.focus({ preventScroll: true });
    }
  };

  const look = async () => {
    if (document.hidden) return true;
    try {
      const answer = await fetch(location.href, { headers: { 'x-live': '1' }, cache: 'no-store', redirect: 'error' });
      if (answer.status === 401) {
        say(lost?.dataset.over ?? '');
        return false;
      }
      if (!answer.ok) throw new Error(String(answer.status));
      take(new DOMParser().parseFromString(await answer.text(), 'text/html'));
      say('');
    } catch {
      say(lost?.dataset.lost ?? '');
    }
    return true;
  };

  const again = () => setTimeout(async () => (await look()) && again(), seconds * 1000);
  again();
})();
`;
