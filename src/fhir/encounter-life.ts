/**
 * What happens to an Encounter after it was sent (mapping rules, "Encounter" and "Diagnosis"). The platform
 * replaces it whole, so each step takes the Encounter that is there and answers the one that takes its place.
 */
import type {
  EncounterDiagnosis,
  EncounterStatusHistory,
  Encounter as FhirEncounter,
  Resource,
} from '@medplum/fhirtypes';
import type { Disposition } from '../contract/encounter.js';
import { DIAGNOSIS_ROLE, DISCHARGE_DISPOSITION, DISCHARGE_DISPOSITION_KEMKES } from './systems.js';

/**
 * Ready for a PUT: without `meta`, and without every `[]`, `{}` and null that the platform added.
 *
 * ```ts
 * const fetched = await platform.read<Encounter>('Encounter', id);
 * if (fetched) await platform.replace({ ...withoutAdditions(fetched), id });
 * ```
 */
export function withoutAdditions<T extends Resource>(resource: T): T {
  const { meta, ...rest } = resource;
  return dropHollow(rest) as T;
}

function dropHollow(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map(dropHollow).filter((item) => item !== undefined);
    return items.length > 0 ? items : undefined;
  }
  if (value === null || value === '') return undefined;
  if (typeof value !== 'object') return value;
  const kept = Object.entries(value)
    .map(([key, item]) => [key, dropHollow(item)] as const)
    .filter(([, item]) => item !== undefined);
  return kept.length > 0 ? Object.fromEntries(kept) : undefined;
}

/** Uses that let an Encounter be finished (rule 10457). */
const FINISHING = ['AD', 'DD'];

function useOf({ use }: EncounterDiagnosis): string | undefined {
  return use?.coding?.[0]?.code;
}

/** The entries that let an Encounter be finished: admission and discharge diagnoses. */
export function finishingDiagnoses(encounter: FhirEncounter): EncounterDiagnosis[] {
  return (encounter.diagnosis ?? []).filter((entry) => FINISHING.includes(useOf(entry) ?? ''));
}

/**
 * Adds a Condition as discharge diagnosis, ranked after those that are there; one that is there stays as it is.
 *
 * ```ts
 * const next = addDiagnosis(encounter, `Condition/${conditionId}`);
 * ```
 *
 * @param condition its reference, e.g. `Condition/{id}`.
 */
export function addDiagnosis(encounter: FhirEncounter, condition: string): FhirEncounter {
  const there = encounter.diagnosis ?? [];
  if (there.some((entry) => entry.condition?.reference === condition)) return encounter;
  const ranked = finishingDiagnoses(encounter);
  const rank = Math.max(ranked.length, ...ranked.map((entry) => entry.rank ?? 0)) + 1;
  return { ...encounter, diagnosis: [...there, mapDiagnosisRole(condition, rank)] };
}

function mapDiagnosisRole(condition: string, rank: number): EncounterDiagnosis {
  return {
    condition: { reference: condition },
    use: { coding: [{ system: DIAGNOSIS_ROLE, code: 'DD', display: 'Discharge diagnosis' }] },
    rank,
  };
}

/**
 * Takes a Condition out of the diagnoses; the ranks of the others move up, the first stays the first.
 *
 * ```ts
 * const next = removeDiagnosis(encounter, `Condition/${conditionId}`);
 * ```
 *
 * @param condition its reference, e.g. `Condition/{id}`.
 */
export function removeDiagnosis(encounter: FhirEncounter, condition: string): FhirEncounter {
  const there = encounter.diagnosis ?? [];
  const gone = there.find((entry) => entry.condition?.reference === condition);
  if (!gone) return encounter;
  const left = there
    .filter((entry) => entry !== gone)
    .map((entry) =>
      entry.rank !== undefined && gone.rank !== undefined && entry.rank > gone.rank
        ? { ...entry, rank: entry.rank - 1 }
        : entry,
    );
  const { diagnosis, ...rest } = encounter;
  return left.length > 0 ? { ...rest, diagnosis: left } : rest;
}

/**
 * Closes a visit: history arrived {S,S}, in-progress {S,E}, finished {E,E}. What was recorded is kept: only entries
 * without an end get one. On a visit that is finished already, its end is corrected.
 *
 * ```ts
 * const finished = finishEncounter(encounter, '2024-01-15T09:15:00+00:00', 'home');
 * ```
 *
 * @param end as the platform writes it, e.g. `2024-01-15T09:15:00+00:00`.
 */
export function finishEncounter(
  encounter: FhirEncounter,
  end: string,
  disposition?: Disposition | undefined,
): FhirEncounter {
  const start = encounter.period?.start ?? end;
  return {
    ...encounter,
    status: 'finished',
    statusHistory: closeHistory(encounter, start, end),
    period: { ...encounter.period, end },
    ...(disposition
      ? {
          hospitalization: {
            ...encounter.hospitalization,
            dischargeDisposition: mapDisposition(disposition),
          },
        }
      : {}),
  };
}

function closeHistory(encounter: FhirEncounter, start: string, end: string): EncounterStatusHistory[] {
  const before = encounter.period?.end;
  const open = (encounter.statusHistory ?? []).filter(({ status }) => status !== 'finished');
  if (!open.some(({ status }) => status === 'in-progress')) {
    open.push({ status: 'in-progress', period: { start: open.at(-1)?.period?.end ?? start } });
  }
  const closed = open.map((entry, index) => {
    const ended = entry.period?.end;
    // An end that was the visit's own moves with it.
    if (ended !== undefined && (ended !== before || index < open.length - 1)) return entry;
    const next = open[index + 1]?.period?.start ?? end;
    return { ...entry, period: { ...entry.period, end: next } };
  });
  return [...closed, { status: 'finished', period: { start: end, end } }];
}

const dispositions: Record<Disposition, [system: string, display: string]> = {
  home: [DISCHARGE_DISPOSITION, 'Home'],
  aadvice: [DISCHARGE_DISPOSITION, 'Left against advice'],
  'other-hcf': [DISCHARGE_DISPOSITION, 'Other healthcare facility'],
  oth: [DISCHARGE_DISPOSITION, 'Other'],
  'exp-lt48h': [DISCHARGE_DISPOSITION_KEMKES, 'Meninggal < 48 jam'],
  'exp-gt48h': [DISCHARGE_DISPOSITION_KEMKES, 'Meninggal > 48 jam'],
};

function mapDisposition(code: Disposition) {
  const [system, display] = dispositions[code];
  return { coding: [{ system, code, display }] };
}

/**
 * A visit that should never have been sent.
 *
 * ```ts
 * await platform.replace({ ...voidEncounter(encounter), id });
 * ```
 */
export function voidEncounter(encounter: FhirEncounter): FhirEncounter {
  return { ...encounter, status: 'entered-in-error' };
}
