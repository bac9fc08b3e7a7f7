import { readFileSync } from 'node:fs';
import type { EncounterInput } from '../../src/index.js';

/** The guide's own encounter example, fresh for every test. */
export function guideVisit(): EncounterInput & Record<string, unknown> {
  return JSON.parse(readFileSync(new URL('../../examples/data/encounter.json', import.meta.url), 'utf8'));
}

/** A visit of the published sandbox patient with a plausible NIK: no warning. */
export function plainVisit(change: Record<string, unknown> = {}): EncounterInput & Record<string, unknown> {
  return { ...guideVisit(), nik_pasien: '9204014804000002', ...change } as EncounterInput &
    Record<string, unknown>;
}
