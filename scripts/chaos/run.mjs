/**
 * Proves what is promised: accepted means kept, and sent once in effect. Visits are handed in while the platform fails
 * and the service is killed at random moments; then the platform's books are compared with what was accepted.
 *
 *   npm run chaos                                        2,000 visits, at least 50 kills
 *   npm run chaos -- --visits 200 --kills 5 --seed 7
 *   npm run chaos -- --store postgres --processes 3      DATABASE_URL, else one that is started for it
 *   npm run chaos -- --json                              one JSON object as the last line
 *
 * Exit code 1 when anything was lost, sent twice or out of order. Every choice is made from the seed; what the machine
 * adds is its timing.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createClinic } from './clinic.mjs';
import { compare } from './compare.mjs';
import { planVisits } from './plan.mjs';
import { createDatabase } from './postgres.mjs';
import { createServiceProcess, freezePackage, startProgram } from './processes.mjs';
import { createRandom, sleep } from './random.mjs';
import { bold, createProgress, dim, printTally } from './tally.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));

const DEFAULT_STORE = 'both';

const kinds = [
  ...['throttle', 'error-500', 'error-502', 'error-503', 'gateway-timeout', 'gateway-timeout-after'],
  ...['reset-before', 'reset-after', 'token-revoked', 'slow-body', 'suppressed', 'partial'],
];
const RATE = 0.3;
/** Milliseconds until a search sees a write. */
const SEARCH_LAG = 2_000;
/** The service's waits, cut down. Its rule is that patience outlasts the lag of the platform's index. */
const tuning = {
  delivery: {
    concurrency: 32,
    backoff: { base: 100, cap: 1_500 },
    settleDelay: 100,
    settlePatience: 2 * SEARCH_LAG + 500,
    // Of PostgreSQL: the shortest there is.
    lease: 10_000,
  },
  // A slow body of the sandbox takes longer than that: some of what it wrote is never answered.
  platform: { timeout: 700 },
};
const faults = {
  rates: Object.fromEntries(kinds.map((kind) => [kind, RATE / kinds.length])),
  searchLag: SEARCH_LAG,
  slowBody: 900,
  latency: { min: 0, max: 25 },
  outages: Array.from({ length: 60 }, (_, index) => ({
    from: 20_000 + index * 30_000,
    to: 21_500 + index * 30_000,
  })),
};
const CLINIC = { code: 'KLINIK-001', secret: 'your_clinic_secret' };
/** Visits that are handed in at the same time. */
const APPS = 24;
/** Milliseconds that everything gets to come through once the platform is well again. */
const CALM = 600_000;
const UNDER_WAY = ['waiting', 'held', 'queued', 'sending'];
/** The part of what was accepted that should be sent before the storm ends. */
const MOST = 0.6;

const options = readOptions();
const folder = mkdtempSync(join(tmpdir(), 'satusehat-chaos-'));
const undo = [];
let keep = false;
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, async () => {
    console.error(`chaos: ended by ${signal}`);
    await cleanUp();
    process.exit(130);
  });
}
process.on('exit', () => {
  if (!keep) rmSync(folder, { recursive: true, force: true });
});
try {
  console.log(`${bold('chaos')}  seed ${options.seed}`);
  const { settlePatience, backoff } = tuning.delivery;
  console.log(
    dim(
      `${options.visits} visits, ${options.kills} kills or more, ${RATE * 100} % faults of ${kinds.length} kinds, no duplicate check (20002), ` +
        `searches ${SEARCH_LAG} ms behind;\nsettlePatience ${settlePatience} ms, backoff ${backoff.base} to ${backoff.cap} ms`,
    ),
  );
  const { bin, compiled } = freezePackage(folder);
  const results = {};
  for (const store of options.stores) {
    results[store] = await runStore(store, bin, compiled);
    printTally(results[store]);
  }
  const ok = Object.values(results).every(({ problems }) => problems.length === 0);
  keep = !ok;
  console.log(
    `\n${ok ? 'Nothing lost, nothing twice, everything in order.' : `NOT CLEAN. Again with: --seed ${options.seed}`}`,
  );
  if (options.json) console.log(JSON.stringify({ ok, seed: options.seed, ...results }));
  process.exitCode = ok ? 0 : 1;
} catch (error) {
  keep = true;
  console.error(`\nchaos: ${error?.stack ?? error}\nkept for looking into: ${folder}`);
  if (options.json)
    console.log(JSON.stringify({ ok: false, seed: options.seed, error: String(error?.message) }));
  process.exitCode = 1;
} finally {
  await cleanUp();
  // A child that hangs must not hold the run.
  process.exit();
}

async function cleanUp() {
  // What is gone already need not be taken away.
  for (const step of undo.splice(0).reverse()) await Promise.resolve(step()).catch(() => {});
}

async function runStore(store, bin, compiled) {
  const began = Date.now();
  const work = join(folder, store);
  mkdirSync(work);
  const { visits: count, kills: wanted, seed } = options;
  const platform = await startProgram([join(here, 'platform.mjs')], {
    env: { CHAOS_SEED: String(seed), CHAOS_FAULTS: JSON.stringify({ ...faults, seed }) },
    errors: join(work, 'platform.log'),
  });
  const platformUrl = platform.ready.url;
  const database = store === 'postgres' ? await createDatabase() : undefined;
  if (database) undo.push(database.close);
  const env = {
    CLINIC_CODE: CLINIC.code,
    CLINIC_SECRET: CLINIC.secret,
    SATUSEHAT_ENV: platformUrl,
    SATUSEHAT_CLIENT_ID: 'sandbox-client-id',
    SATUSEHAT_CLIENT_SECRET: 'sandbox-client-secret',
    SATUSEHAT_ORGANIZATION_ID: '10000004',
    SATUSEHAT_ENCRYPTION_KEY: 'c4'.repeat(32),
    SATUSEHAT_STORE: database?.url ?? `sqlite:${join(work, 'satusehat.db')}`,
    NODE_COMPILE_CACHE: compiled,
    SATUSEHAT_TUNING: JSON.stringify(tuning),
  };
  // One file belongs to one process.
  const processes = store === 'postgres' ? options.processes : 1;
  const services = Array.from({ length: processes }, (_, index) =>
    createServiceProcess({ bin, env, errors: join(work, `service-${index + 1}.log`) }),
  );
  await Promise.all(services.map((service) => service.start())).catch((error) => {
    const refused = store === 'postgres' && /store: must be sqlite:PATH.*satusehat\.db$/m.test(error.message);
    throw refused ? new Error('THE SERVICE TAKES NO postgres:// STORE YET: nothing was tested.') : error;
  });

  // Each its own chance: how many numbers the app draws depends on the machine's timing.
  const visits = planVisits(count, seed);
  const clinic = createClinic({
    services,
    credentials: { 'x-clinic-code': CLINIC.code, 'x-clinic-secret': CLINIC.secret },
    random: createRandom(seed + 1),
  });
  const progress = createProgress();
  const kills = () => services.reduce((sum, one) => sum + one.kills, 0);
  const show = (what) =>
    progress.show(
      `${store}: ${what}  ${Math.round((Date.now() - began) / 1000)} s  accepted ${clinic.kept.size}  kills ${kills()}`,
    );
  const ticker = setInterval(() => show(storm ? 'storm' : 'calm'), 250);
  undo.push(() => clearInterval(ticker));

  // The storm: visits come as fast as the kills let them, so that both last to its end.
  const chance = createRandom(seed + 2);
  let storm = true;
  let handingIn = true;
  const handedIn = clinic
    .handInAll(visits, APPS, async (index) => {
      while (kills() < wanted && index > (count * (kills() + 1)) / wanted) await sleep(50);
    })
    .finally(() => {
      handingIn = false;
    });
  // Asked for below; until then a failure of it must not end the run.
  handedIn.catch(() => {});
  // Most of it must go through the storm, and not wait for the calm.
  const through = async () => (await shareSent(clinic, chance)) > MOST || kills() >= 2 * wanted;
  await killAround(
    services,
    chance,
    async () => wanted > 0 && (handingIn || kills() < wanted || !(await through())),
  );
  await handedIn;
  const inStorm = await shareSent(clinic, chance);
  const met = await (await fetch(`${platformUrl}/_chaos/faults`)).json();
  const { requests } = await (await fetch(`${platformUrl}/_sandbox/stats`)).json();
  await post(`${platformUrl}/_sandbox/faults`, { searchLag: SEARCH_LAG });
  storm = false;

  // A person looks at what failed, mends what can be mended, and tries the rest again.
  const mended = await mend(clinic, visits);
  const logs = await settle(clinic);
  clearInterval(ticker);
  progress.clear();

  const strangers = await readStrangers(clinic);
  const books = await readBooks(platformUrl);
  const stats = await (await fetch(`${platformUrl}/_sandbox/stats`)).json();
  const exits = await Promise.all(services.map((service) => service.stop()));
  const problems = [
    ...clinic.problems,
    ...services.flatMap(({ fell }) => (fell ? [{ kind: 'fell', what: fell }] : [])),
    ...exits.flatMap((code) =>
      code === 0 ? [] : [{ kind: 'fell', what: `exit code ${code} after SIGTERM` }],
    ),
    ...judge(clinic, visits, logs, strangers),
    ...compare(visits, logs, books),
  ];
  const { byIdentifier, byContent } = stats.duplicates;
  if (byIdentifier + byContent > 0 && !problems.some(({ kind }) => kind === 'duplicate')) {
    problems.push({
      kind: 'duplicate',
      what: `${byIdentifier} by identifier, ${byContent} by content, says the platform`,
    });
  }
  platform.child.stdin.end();
  await platform.ended;
  await database?.close();
  if (database) undo.splice(undo.indexOf(database.close), 1);
  if (problems.length > 0) {
    writeFileSync(join(work, 'books.json'), JSON.stringify(books));
    writeFileSync(join(work, 'logs.json'), JSON.stringify([...logs.values()]));
    writeFileSync(join(work, 'problems.json'), JSON.stringify(problems, null, 1));
  }
  const states = [...logs.values()].map(({ state }) => state);
  const has = (...kinds) => new Set(problems.filter(({ kind }) => kinds.includes(kind)).flatMap(idOf)).size;
  const types = ['Encounter', 'Condition', 'Observation', 'Procedure', 'ClinicalImpression'];
  return {
    store,
    seed,
    processes,
    visits: count,
    accepted: clinic.kept.size,
    sent: states.filter((state) => state === 'sent').length,
    failed: states.filter((state) => state === 'failed').length,
    lost: has('lost', 'stuck', 'not taken'),
    duplicates: has('duplicate', 'foreign', 'mixed up'),
    disorder: has('order', 'reference'),
    kills: kills(),
    starts: services.reduce((sum, { starts }) => sum + starts, 0),
    mended,
    inStorm: `${Math.round(100 * inStorm)} %`,
    failedBy: tallyOf(
      [...logs.values()].flatMap(({ state, error }) =>
        state === 'failed' ? (error?.code ?? 'no reason') : [],
      ),
    ),
    byEndpoint: tallyOf(
      [...logs.values()].map(({ endpoint }) => endpoint?.replace('kirim', '').toLowerCase()),
    ),
    requests: clinic.counts.requests,
    repeated: clinic.counts.repeated,
    faults: Object.values(met).reduce((sum, one) => sum + one, 0),
    faultsBy: Object.entries(met)
      .sort(([, a], [, b]) => b - a)
      .map(([kind, times]) => `${kind} ${times}`)
      .join(', '),
    platformRequests: Object.values(requests)
      .flatMap(Object.values)
      .reduce((sum, one) => sum + one, 0),
    resources: types.reduce((sum, type) => sum + books[type].length, 0),
    resourcesBy: types.map((type) => `${type} ${books[type].length}`).join(', '),
    seconds: Math.round((Date.now() - began) / 1000),
    problems,
    ...(problems.length > 0 ? { evidence: work } : {}),
  };
}

/** SIGKILL at random moments, one or, of several processes, one or two at a time; each is started again. */
async function killAround(services, random, goOn) {
  while (await goOn()) {
    // Some die before they have done anything.
    await sleep(random.chance(0.2) ? random.between(0, 100) : random.between(300, 5_000));
    const several = services.length > 2 && random.chance(0.5) ? 2 : 1;
    const victims = random.shuffle(services).slice(0, several);
    await Promise.all(
      victims.map(async (service) => {
        await service.kill();
        if (service.fell) throw new Error(`the service ${service.fell}`);
        if (!service.url) {
          await sleep(random.between(0, 300));
          await service.start();
        }
      }),
    );
  }
}

/** What was refused for the clinic's mistake is corrected, as soon as it stands as failed. @returns how many. */
async function mend(clinic, visits) {
  const wrong = visits.filter((visit) => visit.wrong === 'until mended' && visit.logId);
  const until = Date.now() + CALM;
  await eachOf(wrong, async ({ first, logId, ended, end }) => {
    while ((await clinic.log(logId))?.body?.data?.state !== 'failed' && Date.now() < until) await sleep(200);
    const body = { ...first.mended, ...(ended ? { tanggal_selesai: end } : {}) };
    await clinic.ask('POST', `/api/log/${logId}/resend`, body, { prefer: 'respond-async' });
  });
  return wrong.length;
}

/** How much of what was accepted is sent, by a sample. */
async function shareSent(clinic, random) {
  const sample = random.shuffle([...clinic.kept.keys()]).slice(0, 100);
  let sent = 0;
  await eachOf(sample, async (logId) => {
    if ((await clinic.log(logId))?.body?.data?.state === 'sent') sent++;
  });
  return sent / sample.length;
}

/** Waits until nothing is under way any more, but not for ever. @returns what the service then says of each. */
async function settle(clinic) {
  const until = Date.now() + CALM;
  for (;;) {
    // The lists are cheap, and one after the other: what changes meanwhile can be in none of them.
    for (const state of UNDER_WAY) {
      const some = async () => (await clinic.ask('GET', `/api/log?state=${state}&batas=1`)).body.data.items;
      while (Date.now() < until && (await some()).length > 0) await sleep(300);
    }
    const logs = await readLogs(clinic);
    const open = [...logs.values()].some(({ state }) => UNDER_WAY.includes(state));
    if (!open || Date.now() > until) return logs;
  }
}

async function readLogs(clinic) {
  const logs = new Map();
  await eachOf([...clinic.kept.keys()], async (logId) => {
    const answer = await clinic.log(logId);
    if (answer?.status === 200) logs.set(logId, { ...answer.body.data, logId });
  });
  return logs;
}

/** What the service has and told nobody of. */
async function readStrangers(clinic) {
  const known = [];
  let cursor = '';
  do {
    const answer = await clinic.ask('GET', `/api/log?batas=500${cursor && `&kursor=${cursor}`}`);
    known.push(...answer.body.data.items.map((item) => item.log_id));
    cursor = answer.body.data.kursor;
  } while (cursor);
  const strangers = known.filter((logId) => !clinic.kept.has(logId));
  const answers = await Promise.all(strangers.map((logId) => clinic.log(logId)));
  return answers.map(({ body }, index) => ({ ...body.data, logId: strangers[index] }));
}

/** Every log_id that was told is known, and stands as sent, or as failed with a reason; and no other is there. */
function judge(clinic, visits, logs, strangers) {
  // The end of a visit that came in twice: kept behind the encounter, killed before it was told; and again when the
  // encounter had failed, into that one. Both say the same, and the books show that it is there once.
  const ended = new Set(visits.flatMap(({ ended, logId }) => (ended ? [logs.get(logId)?.encounter_id] : [])));
  const strange = strangers
    .filter(({ endpoint, encounter_id }) => endpoint !== 'kirimEncounter' || !ended.has(encounter_id))
    .map(({ logId }) => ({ kind: 'mixed up', logIds: [logId], what: 'kept, and told to nobody' }));
  return [...clinic.kept.values()]
    .flatMap(({ logId, visit, part }) => {
      const wrong = (kind, what) => [
        { kind, visit: visit.index, logIds: [logId], what: `${part.path} ${what}` },
      ];
      const log = logs.get(logId);
      if (!log) return wrong('lost', 'is not known any more');
      if (UNDER_WAY.includes(log.state)) return wrong('stuck', `is still ${log.state}`);
      const { code, message, remedy } = log.error ?? {};
      if (log.state === 'failed' && !(code && message && remedy))
        return wrong('lost', 'failed without a reason');
      if (log.state === 'failed' && code === 'INTERNAL_ERROR')
        return wrong('lost', 'failed with INTERNAL_ERROR');
      return [];
    })
    .concat(strange);
}

async function readBooks(platformUrl) {
  const types = ['Encounter', 'Condition', 'Observation', 'Procedure', 'ClinicalImpression'];
  const around = ['Patient', 'Practitioner', 'Location', 'Organization'];
  const books = {};
  for (const type of [...types, ...around]) {
    books[type] = await (await fetch(`${platformUrl}/_sandbox/resources?type=${type}`)).json();
  }
  return books;
}

async function eachOf(list, work) {
  const queue = [...list];
  await Promise.all(
    Array.from({ length: APPS }, async () => {
      for (let one = queue.shift(); one !== undefined; one = queue.shift()) await work(one);
    }),
  );
}

async function post(url, body) {
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
}

/** e.g. `encounter 1500, diagnosis 3000`. */
function tallyOf(list) {
  const counts = {};
  for (const one of list) counts[one] = (counts[one] ?? 0) + 1;
  return Object.entries(counts)
    .sort(([, a], [, b]) => b - a)
    .map(([one, count]) => `${one} ${count}`)
    .join(', ');
}

function idOf({ logIds, what }) {
  return logIds?.length > 0 ? logIds : [what];
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      visits: { type: 'string', default: '2000' },
      kills: { type: 'string', default: '50' },
      seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
      store: { type: 'string', default: DEFAULT_STORE },
      processes: { type: 'string', default: '3' },
      json: { type: 'boolean', default: false },
    },
  });
  const stores = values.store === 'both' ? ['sqlite', 'postgres'] : [values.store];
  if (!stores.every((store) => ['sqlite', 'postgres'].includes(store)))
    fail('--store: sqlite, postgres or both');
  const whole = (name, least) => {
    const number = Number(values[name]);
    if (!Number.isSafeInteger(number) || number < least) fail(`--${name}: a whole number from ${least}`);
    return number;
  };
  return {
    visits: whole('visits', 1),
    kills: whole('kills', 0),
    seed: whole('seed', 0),
    processes: whole('processes', 1),
    stores,
    json: values.json,
  };
}

function fail(message) {
  console.error(`chaos: ${message}`);
  process.exit(2);
}
