/** The platform's books against what was accepted: each exactly once, in order, and nothing that nobody sent. */

const DD = 'DD';

/**
 * @param visits as they were handed in, with their log_ids.
 * @param logs by log_id, what the service says of it: `data` of GET /api/log/{log_id}.
 * @param books by resource type, everything the platform holds.
 * @returns what is wrong: `{ kind, visit, logIds, what }`.
 */
export function compare(visits, logs, books) {
  const problems = [];
  const report = (kind, visit, logIds, what) =>
    problems.push({ kind, ...(visit ? { visit: visit.index } : {}), logIds: logIds.filter(Boolean), what });
  const all = new Map(
    Object.values(books).flatMap((list) => list.map((one) => [`${one.resourceType}/${one.id}`, one])),
  );
  const written = ['Condition', 'Observation', 'Procedure', 'ClinicalImpression'].flatMap(
    (type) => books[type],
  );
  const byEncounter = groupBy(written, ({ encounter }) => encounter?.reference);
  const byNumber = groupBy(books.Encounter, (one) => one.identifier?.[0]?.value);
  /** Everything that belongs to a visit of ours. */
  const ours = new Set();

  for (const visit of visits) {
    const { logId: rootId, parts = [] } = visit;
    if (!rootId) continue;
    const root = logs.get(rootId);
    const twins = byNumber.get(visit.number ?? rootId) ?? [];
    const [encounter] = twins;
    if (twins.length > 1)
      report('duplicate', visit, [rootId], `${twins.length} Encounters of one identifier`);
    if (!encounter) {
      if (root?.state === 'sent') report('lost', visit, [rootId], 'sent, and no Encounter of it is there');
      continue;
    }
    const hanging = twins.flatMap(({ id }) => byEncounter.get(`Encounter/${id}`) ?? []);
    for (const one of [...twins, ...hanging]) ours.add(one);
    compareFacts(visit, hanging, logs, report);
    if (root?.state !== 'sent') continue;
    compareEncounter(visit, encounter, all, logs, report);
    compareOrder(visit, root, parts, all, logs, report);
  }

  for (const one of [...books.Encounter, ...written]) {
    if (!ours.has(one)) {
      report(
        'foreign',
        undefined,
        [one.identifier?.[0]?.value],
        `${one.resourceType}/${one.id} was sent by nobody`,
      );
    }
    for (const reference of referencesOf(one)) {
      if (!all.has(reference)) {
        report(
          'reference',
          undefined,
          [one.identifier?.[0]?.value],
          `${one.resourceType} points at ${reference}`,
        );
      }
    }
  }
  for (const type of ['Encounter', 'Condition', 'Observation', 'Procedure', 'ClinicalImpression']) {
    const tokens = (one) => `${one.identifier?.[0]?.system}|${one.identifier?.[0]?.value}`;
    for (const [token, list] of groupBy(books[type], tokens)) {
      // Encounters were named above, by their visit.
      if (list.length > 1 && type !== 'Encounter') {
        report('duplicate', undefined, [token.split('|')[1]], `${list.length} ${type} of one identifier`);
      }
    }
  }
  return problems;
}

/** Every fact of what was sent is there once; of what failed, at most once. */
function compareFacts(visit, hanging, logs, report) {
  const submissions = [{ logId: visit.logId, part: visit.first }, ...visit.parts];
  const there = new Map();
  for (const one of hanging) {
    const fact = factOf(one);
    there.set(fact, (there.get(fact) ?? 0) + 1);
  }
  for (const { logId, part } of submissions) {
    for (const fact of part.facts) {
      const count = there.get(fact) ?? 0;
      there.delete(fact);
      if (count > 1) report('duplicate', visit, [logId], `${count} times ${fact}`);
      if (count === 0 && logs.get(logId)?.state === 'sent') report('lost', visit, [logId], `no ${fact}`);
    }
  }
  for (const [fact, count] of there)
    report('foreign', visit, [visit.logId], `${count} times ${fact}, never sent`);
}

/** What a resource says, as the plan writes it. */
function factOf(one) {
  const instant = (text) => (text ? new Date(text).toISOString() : '');
  switch (one.resourceType) {
    case 'Condition': {
      const complaint = one.category?.[0]?.coding?.[0]?.code === 'chief-complaint';
      return `Condition ${complaint ? one.note?.[0]?.text : one.code?.coding?.[0]?.code}`;
    }
    case 'Observation':
      return `Observation ${one.code?.coding?.[0]?.code}=${one.valueQuantity?.value} ${instant(one.effectiveDateTime)}`;
    case 'Procedure':
      return `Procedure ${one.code?.coding?.[0]?.code} ${instant(one.performedDateTime)}`;
    default:
      return `${one.resourceType} ${one.summary}`;
  }
}

/** Its diagnoses in order, and its status, as far as what was sent says. */
function compareEncounter(visit, encounter, all, logs, report) {
  const { logId: rootId, parts, whole, start, end, first } = visit;
  const wrong = (what) => report('order', visit, [rootId], what);
  const sent = (logId) => logs.get(logId)?.state === 'sent';
  const diagnosed = parts.filter(({ part }) => part.type === 'Condition');
  const expected = whole
    ? visit.diagnoses
    : diagnosed.filter(({ logId }) => sent(logId)).map(({ part }) => part.code);
  const links = encounter.diagnosis ?? [];
  const use = ({ use }) => use?.coding?.[0]?.code;
  const discharge = links.filter((one) => use(one) === DD).sort((a, b) => a.rank - b.rank);
  const found = discharge.map(({ condition }) => all.get(condition?.reference)?.code?.coding?.[0]?.code);
  // One that failed may have got so far all the same.
  const partly = diagnosed.some(({ logId }) => !sent(logId));
  if (partly ? expected.some((code) => !found.includes(code)) : found.join() !== expected.join()) {
    wrong(`diagnoses ${found.join(', ') || 'none'} instead of ${expected.join(', ') || 'none'}`);
  }
  if (discharge.some(({ rank }, index) => rank !== index + 1)) {
    wrong(`ranks ${discharge.map(({ rank }) => rank).join(', ')}`);
  }
  const others = links.filter((one) => use(one) !== DD);
  if (others.length !== 1 || use(others[0]) !== 'CC')
    wrong(`${others.length} chief complaints in the Encounter`);

  const closing = parts.find(({ part }) => part.closes);
  const ended = closing ? sent(closing.logId) : visit.ended || 'tanggal_selesai' in first.body;
  const finished = ended && discharge.length > 0;
  if (finished !== (encounter.status === 'finished')) {
    wrong(`${encounter.status}, with end ${ended} and ${discharge.length} diagnoses`);
  }
  const over = encounter.status === 'finished';
  const history = (encounter.statusHistory ?? []).map(
    ({ status, period }) => `${status} ${minute(period?.start, start)}-${minute(period?.end, start)}`,
  );
  const length = (Date.parse(end) - start) / 60_000;
  const right = over
    ? ['arrived 0-0', `in-progress 0-${length}`, `finished ${length}-${length}`]
    : ['arrived 0-0', 'in-progress 0-'];
  if (history.join() !== right.join()) wrong(`history ${history.join(', ')}`);
  const period = `${minute(encounter.period?.start, start)}-${minute(encounter.period?.end, start)}`;
  if (period !== (over ? `0-${length}` : '0-')) wrong(`period ${period}`);
  if (encounter.subject?.reference !== `Patient/${visit.patient}`) wrong('another patient');
}

function minute(text, start) {
  return text ? (Date.parse(text) - start) / 60_000 : '';
}

/** First in, first out: the encounter before what hangs on it, and that in the order it was accepted. */
function compareOrder(visit, root, parts, all, logs, report) {
  const rootSent = (root.attempts ?? []).find(({ outcome }) => outcome === 'sent');
  let before = { logId: visit.logId, version: Date.parse(rootSent?.at ?? 0) * 1_000 };
  for (const { logId, part } of parts) {
    const { state, resources = [] } = logs.get(logId) ?? {};
    // An Encounter is written again and again; the others once.
    if (state !== 'sent' || part.closes) continue;
    const versions = resources.flatMap(({ resourceType, id }) => {
      const one = all.get(`${resourceType}/${id}`);
      if (one) return versionOf(one);
      report('lost', visit, [logId], `${resourceType}/${id} is not there`);
      return [];
    });
    if (Math.min(...versions) < before.version)
      report('order', visit, [logId, before.logId], 'was written before what came first');
    before = { logId, version: Math.max(...versions, before.version) };
  }
}

/** Microseconds since 1970 of a write: the sandbox's versionId is made of its nanoseconds. */
function versionOf(one) {
  return Number(atob(one.meta.versionId).slice(0, -3));
}

function* referencesOf(value) {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, item] of Object.entries(value)) {
    if (key === 'reference' && typeof item === 'string') yield item;
    else yield* referencesOf(item);
  }
}

function groupBy(list, keyOf) {
  const groups = new Map();
  for (const one of list) {
    const key = keyOf(one);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return groups;
}
