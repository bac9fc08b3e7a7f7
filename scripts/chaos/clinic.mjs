/** The clinic's app: hands its visits in over HTTP, repeats what got no answer, and writes down what it was told. */
import { nameVisit } from './plan.mjs';
import { sleep } from './random.mjs';

/** Milliseconds for one request, and for one submission with all its repetitions. */
const ATTEMPT = 30_000;
const PATIENCE = 180_000;

/**
 * @param services the processes it may ask.
 * @param random only for the app's own habits: which process, how long it waits.
 */
export function createClinic({ services, credentials, random }) {
  /** By log_id: what was handed in under it. */
  const kept = new Map();
  /** What the app was told and must not have been told. */
  const problems = [];
  const counts = { requests: 0, repeated: 0, refused: 0 };

  async function once(method, path, body, headers = {}) {
    const urls = services.flatMap(({ url }) => url ?? []);
    if (urls.length === 0) return undefined;
    counts.requests++;
    try {
      const response = await fetch(`${random.pick(urls)}${path}`, {
        method,
        headers: { ...credentials, 'content-type': 'application/json', ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(ATTEMPT),
      });
      return { status: response.status, body: await response.json() };
    } catch {
      // Broken: it may have been taken all the same.
      return undefined;
    }
  }

  /** The same request until there is an answer that is one. */
  async function ask(method, path, body, headers) {
    const until = Date.now() + PATIENCE;
    for (;;) {
      const answer = await once(method, path, body, headers);
      if (answer && answer.status < 500 && answer.status !== 429) return answer;
      if (Date.now() > until) return answer;
      counts.repeated++;
      await sleep(random.between(50, 300));
    }
  }

  /** Hands one in. @returns its log_id; undefined when it was not kept. */
  async function send(visit, part, body) {
    const habit = random();
    const prefer = habit < 0.75 ? 'respond-async' : habit < 0.95 ? 'wait=1' : 'wait=5';
    const answer = await ask('POST', part.path, body, { prefer });
    const logId = answer?.body?.log_id;
    if (!logId) {
      problems.push({
        kind: 'not taken',
        visit: visit.index,
        what: `${part.path}: ${answer ? `${answer.status} ${answer.body?.code}` : 'no answer'}`,
      });
      return undefined;
    }
    if (answer.status >= 400) counts.refused++;
    const before = kept.get(logId);
    // An end for an encounter that failed goes into that one.
    if (before?.visit === visit && part.closes && logId === visit.logId) return logId;
    if (before) {
      problems.push({
        kind: 'mixed up',
        logIds: [logId],
        visit: visit.index,
        what: 'one log_id for two requests',
      });
    }
    kept.set(logId, { logId, visit, part, at: kept.size, answered: answer.status, code: answer.body.code });
    return logId;
  }

  /** What the service says of a submission. */
  async function log(logId) {
    return ask('GET', `/api/log/${logId}`);
  }

  /** One visit, in its order. */
  async function handIn(visit) {
    const rootId = await send(visit, visit.first, visit.first.body);
    visit.logId = rootId;
    visit.parts = [];
    if (!rootId) return;
    const encounter_id = visit.waits ? await encounterId(rootId) : undefined;
    const called = encounter_id ? { encounter_id, number: visit.number } : {};
    for (const [index, part] of visit.hanging.entries()) {
      const id = called[visit.names[index]] ?? rootId;
      const logId = await send(visit, part, nameVisit(part, id, visit.patient));
      if (logId === rootId) visit.ended = true;
      else if (logId) visit.parts.push({ logId, part });
    }
  }

  /** Waits a while for the encounter's own id; an app that is tired of waiting uses the log_id. */
  async function encounterId(logId) {
    for (let tries = 0; tries < 12; tries++) {
      const answer = await once('GET', `/api/log/${logId}`);
      if (answer?.body?.data?.state === 'sent') return answer.body.data.encounter_id;
      if (answer?.body?.data?.state === 'failed') return undefined;
      await sleep(random.between(200, 600));
    }
    return undefined;
  }

  return {
    kept,
    problems,
    counts,
    ask,
    log,
    handIn,
    /** All visits, so many at a time; each begins when `gate(index)` lets it. */
    async handInAll(visits, concurrency, gate) {
      const queue = [...visits];
      await Promise.all(
        Array.from({ length: concurrency }, async () => {
          for (let visit = queue.shift(); visit; visit = queue.shift()) {
            await gate(visit.index);
            await handIn(visit);
          }
        }),
      );
    },
  };
}
