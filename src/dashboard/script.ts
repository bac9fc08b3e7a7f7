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

  // Nothing moves under somebody's hands.
  const inUse = (part) =>
    part.contains(document.activeElement) || part.querySelector('details[open]') !== null;

  const take = (page) => {
    for (const part of document.querySelectorAll('[data-live-part]')) {
      const next = page.getElementById(part.id);
      if (!next || inUse(part) || next.outerHTML === part.outerHTML) continue;
      const said = (from) => from.querySelector('[data-announce]')?.dataset.announce;
      if (said(next) !== said(part) && said(next)) announcer.textContent = said(next);
      part.replaceWith(document.adoptNode(next));
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
