/** Visits through a storm of every fault the sandbox has: each is at the platform once, whole. */
import { afterEach, expect, it } from 'vitest';
import { faultKinds } from '../../src/sandbox/faults.js';
import { createSandbox, type FaultKind } from '../../src/sandbox.js';
import { guideVisit } from '../support/visit.js';
import { closeWorlds, startWorld } from '../support/world.js';

afterEach(closeWorlds);

const VISITS = 60;

it.each([
  ['with the duplicate check', 11, undefined],
  ['without it', 12, []],
  ['without it', 13, []],
])('%s, seed %i', async (_, seed, refuseDuplicates) => {
  let clock = Date.parse('2026-01-10T00:00:00Z');
  const sandbox = createSandbox({
    now: () => clock,
    sleep: async () => {},
    ...(refuseDuplicates ? { refuseDuplicates } : {}),
  });
  const world = await startWorld({ sandbox, now: () => clock, delivery: { settlePatience: 60_000 } });
  const rates = Object.fromEntries(faultKinds.map((kind): [FaultKind, number] => [kind, 0.025]));
  sandbox.faults({ seed, rates, searchLag: 20_000 });

  const visits = Array.from({ length: VISITS }, (_, index) => ({
    ...guideVisit(),
    tanggal_kunjungan: new Date(Date.parse('2025-01-01T00:00:00Z') + index * 3_600_000).toISOString(),
    tanggal_selesai: null,
  }));
  const waiting = new Set(visits);
  for (let round = 0; waiting.size > 0 && round < 60; round++) {
    // The storm ends; what is still under way must come through.
    if (round === 20) sandbox.faults();
    await Promise.all(
      [...waiting].map(async (visit) => {
        const { status } = await world.client.kirimEncounter(visit);
        if (status === 'success') waiting.delete(visit);
      }),
    );
    clock += 61_000;
  }
  expect(waiting.size).toBe(0);
  const { duplicates, resources } = sandbox.stats();
  expect({ ...duplicates, ...resources }).toMatchObject({
    byIdentifier: 0,
    byContent: 0,
    Encounter: VISITS,
    Condition: VISITS,
    ClinicalImpression: VISITS,
    Observation: 7 * VISITS,
  });
  expect(new Set(sandbox.requests().map(({ fault }) => fault)).size).toBeGreaterThan(8);
});
