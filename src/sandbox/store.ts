/** What the emulated platform holds, in memory, with the platform's own ids, versions and key order. */

export interface Stored {
  resourceType: string;
  id: string;
  identifier?: { system?: string; value?: string; use?: string }[];
  meta?: { versionId: string; lastUpdated: string; profile?: string[] };
  [key: string]: unknown;
}

export class ResourceStore {
  readonly #byKey = new Map<string, Stored>();
  readonly #byIdentifier = new Map<string, Stored[]>();
  readonly #byEncounter = new Map<string, Stored[]>();
  #lastNanoseconds = 0n;

  constructor(private readonly now: () => number) {}

  get(type: string, id: string): Stored | undefined {
    return this.#byKey.get(`${type}/${id}`);
  }

  /** In the order they were written. */
  all(type: string): Stored[] {
    return [...this.#byKey.values()].filter((resource) => resource.resourceType === type);
  }

  byIdentifier(type: string, token: string): Stored[] {
    return this.#byIdentifier.get(`${type}?${token}`) ?? [];
  }

  byEncounter(type: string, encounterId: string): Stored[] {
    return this.#byEncounter.get(`${type}?${encounterId}`) ?? [];
  }

  counts(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { resourceType } of this.#byKey.values())
      counts[resourceType] = (counts[resourceType] ?? 0) + 1;
    return sortKeys(counts) as Record<string, number>;
  }

  /** How many resources carry an identifier that an earlier one of their type has. */
  duplicatesByIdentifier(): number {
    let duplicates = 0;
    for (const same of this.#byIdentifier.values()) duplicates += same.length - 1;
    return duplicates;
  }

  /** Nothing else is written between the resources of one stamp: a Bundle shares it. */
  stamp(): { versionId: string; lastUpdated: string } {
    const clock = BigInt(this.now()) * 1_000_000n;
    this.#lastNanoseconds = clock > this.#lastNanoseconds ? clock : this.#lastNanoseconds + 1_000n;
    const microseconds = this.#lastNanoseconds / 1_000n;
    const whole = new Date(Number(microseconds / 1_000n)).toISOString().slice(0, 19);
    const fraction = String(microseconds % 1_000_000n).padStart(6, '0');
    return {
      versionId: btoa(String(this.#lastNanoseconds)).replace(/=+$/, ''),
      lastUpdated: `${whole}.${fraction}+00:00`,
    };
  }

  put(resource: Stored, stamp = this.stamp()): Stored {
    const meta = { ...(resource.meta ?? {}), ...stamp };
    const stored = sortKeys({ ...resource, meta }) as Stored;
    this.#byKey.set(`${stored.resourceType}/${stored.id}`, stored);
    const identifiers = Array.isArray(stored.identifier) ? stored.identifier : [];
    for (const { system, value } of identifiers) {
      push(this.#byIdentifier, `${stored.resourceType}?${system}|${value}`, stored);
    }
    const encounter = (stored.encounter as { reference?: string } | undefined)?.reference;
    if (encounter)
      push(this.#byEncounter, `${stored.resourceType}?${encounter.replace(/^Encounter\//, '')}`, stored);
    return stored;
  }

  clear(): void {
    this.#byKey.clear();
    this.#byIdentifier.clear();
    this.#byEncounter.clear();
  }
}

function push<T>(map: Map<string, T[]>, key: string, item: T): void {
  const list = map.get(key);
  if (list) list.push(item);
  else map.set(key, [item]);
}

/** The platform answers with its keys in alphabetical order (platform facts 0.5). */
export function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      .map(([key, item]) => [key, sortKeys(item)]),
  );
}
