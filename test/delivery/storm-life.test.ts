/** Whole lives of visits through a storm of faults: nothing lost, nothing twice, order kept. */
import { afterEach, expect, it } from 'vitest';
import { faultKinds } from '../../src/sandbox/faults.js';
import { createRandom } from '../../src/sandbox/random.js';
import { createSandbox, type FaultKind } from '../../src/sandbox.js';
import { bloodPressure, hypertension, incision, inVisit } from '../support/clinical.js';
import { guideVisit } from '../support/visit.js';
import { closeWorlds, startWorld } from '../support/world.js';

afterEach(closeWorlds);

// biome-ignore lint/suspicious/noExplicitAny: resources are read as they lie at the platform
type Any = any;

const VISITS = 30;
const codes = ['I10', 'E11.9', 'J06.9', 'K30'];

interface Send {
  path: string;
  body: Record<string, unknown>;
}

/** What one clinic does for one visit, in order; `log_id` of the encounter stands in for its id. */
function plan(index: number, random: () => number) {
  const start = Date.parse('2025-01-01T00:00:00Z') + index * 3_600_000;
  const at = (minutes: number) => new Date(start + minutes * 60_000).toISOString();
  const diagnoses = codes.slice(0, Math.floor(random() * 4));
  const whole = random() < 0.25;
  const endLater = random() < 0.5;
  const visit = {
    ...guideVisit(),
    tanggal_kunjungan: at(0),
    tanggal_selesai: endLater && !whole ? null : at(45),
  };
  const diagnosis = (code: string) => ({
    kode_icd10: code,
    tanggal_diagnosis: at(30),
    deskripsi_diagnosis: code,
  });
  const pressure = { tanggal_observasi: at(20) };
  const done = { tanggal_prosedur: at(25) };
  if (whole) {
    const body = {
      ...visit,
      diagnosis: diagnoses.map((code) => inVisit(hypertension('', diagnosis(code)))),
      observasi: [inVisit(bloodPressure('', pressure))],
      prosedur: [inVisit(incision('', done))],
    };
    return { first: { path: '/api/kunjungan', body }, rest: () => [], diagnoses, ends: true };
  }
  const rest = (logId: string): Send[] => [
    ...diagnoses.map((code) => ({ path: '/api/diagnosis', body: hypertension(logId, diagnosis(code)) })),
    { path: '/api/observation', body: bloodPressure(logId, pressure) },
    { path: '/api/procedure', body: incision(logId, done) },
    ...(endLater ? [{ path: '/api/encounter', body: { id: logId, tanggal_selesai: at(45) } }] : []),
  ];
  return { first: { path: '/api/encounter', body: visit }, rest, diagnoses, ends: true };
}

it.each([
  ['with the duplicate check', 125, undefined],
  ['with the duplicate check', 127, undefined],
  ['without it', 22, []],
  ['without it', 23, []],
])('%s, seed %i', { timeout: 120_000 }, async (_, seed, refuseDuplicates) => {
  let clock = Date.parse('2026-01-10T00:00:00Z');
  const sandbox = createSandbox({
    now: () => clock,
    sleep: async () => {},
    ...(refuseDuplicates ? { refuseDuplicates } : {}),
  });
  const world = await startWorld({ sandbox, now: () => clock, delivery: { settlePatience: 60_000 } });
  const rates = Object.fromEntries(faultKinds.map((kind): [FaultKind, number] => [kind, 0.025]));
  sandbox.faults({ seed, rates, searchLag: 20_000 });
  const random = createRandom(seed);
  const plans = Array.from({ length: VISITS }, (_, index) => plan(index, random));

  // Everything is handed in at once, whether the encounter is there or not.
  const sends: Send[] = [];
  const logIds = new Map<Send, string>();
  const send = async (one: Send) => {
    const { status, body } = await world.post(one.path, one.body);
    expect(status, JSON.stringify(body)).toBeLessThan(300);
    logIds.set(one, body.log_id);
    return body.log_id as string;
  };
  await Promise.all(
    plans.map(async ({ first, rest }) => {
      sends.push(first);
      const logId = await send(first);
      for (const one of rest(logId)) {
        sends.push(one);
        await send(one);
      }
    }),
  );
  let open = [...sends];
  for (let round = 0; open.length > 0 && round < 100; round++) {
    // The storm ends; what is still under way must come through.
    if (round === 25) sandbox.faults();
    clock += 61_000;
    await Promise.all(open.map(send));
    const states = await Promise.all(
      open.map((one) => world.client.getLog(logIds.get(one) ?? '').then(({ data }) => data.state)),
    );
    open = open.filter((_, index) => states[index] !== 'sent');
    expect(states).not.toContain('failed');
  }
  expect(open).toEqual([]);

  const { duplicates } = sandbox.stats();
  expect(duplicates).toEqual({ byIdentifier: 0, byContent: 0 });
  const of = (type: string) => sandbox.resources(type) as Any[];
  const expected = plans.reduce((sum, { diagnoses }) => sum + diagnoses.length, 0);
  expect(of('Encounter')).toHaveLength(VISITS);
  expect(of('Condition')).toHaveLength(VISITS + expected);
  expect(of('Procedure')).toHaveLength(VISITS);
  expect(of('Observation')).toHaveLength(9 * VISITS);
  const conditions = new Map(of('Condition').map((one) => [`Condition/${one.id}`, one]));
  for (const [index, { diagnoses }] of plans.entries()) {
    const start = Date.parse('2025-01-01T00:00:00Z') + index * 3_600_000;
    const encounter = of('Encounter').find((one) => Date.parse(one.period.start) === start);
    const discharge = encounter.diagnosis.filter((one: Any) => one.use.coding[0].code === 'DD');
    // In order of arrival, each once, and every reference leads somewhere.
    expect(discharge.map((one: Any) => one.rank)).toEqual(diagnoses.map((_, at) => at + 1));
    expect(discharge.map((one: Any) => conditions.get(one.condition.reference)?.code.coding[0].code)).toEqual(
      diagnoses,
    );
    expect(encounter.diagnosis).toHaveLength(diagnoses.length + 1);
    expect(encounter.status).toBe(diagnoses.length > 0 ? 'finished' : 'in-progress');
    if (diagnoses.length > 0) expect(Date.parse(encounter.period.end)).toBe(start + 45 * 60_000);
    for (const type of ['Condition', 'Observation', 'Procedure']) {
      const hanging = of(type).filter((one) => one.encounter.reference === `Encounter/${encounter.id}`);
      expect(hanging.length).toBe({ Condition: diagnoses.length + 1, Observation: 9, Procedure: 1 }[type]);
    }
  }
  expect(new Set(sandbox.requests().map(({ fault }) => fault)).size).toBeGreaterThan(8);
});
