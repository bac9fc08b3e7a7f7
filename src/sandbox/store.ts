/** What the emulated platform holds, in memory, with the platform's own ids, versions and key order. */

/** A resource as the emulated platform keeps it. */
export interface Stored {
  /** FHIR type, e.g. `Encounter`. */
  resourceType: string;
  /** The platform's id. */
  id: string;
  /** As it was sent. */
  identifier?: unknown;
  /** What the platform adds. */
  meta?: {
    /** Another one with every change. */
    versionId: string;
    /** FHIR instant. */
    lastUpdated: string;
    /** Profiles it names. */
    profile?: string[];
  };
  [key: string]: unknown;
}

/** What a snapshot carries of one resource. */
export interface Kept {
  /** The resource itself, unmasked. */
  resource: Stored;
  /** Organization whose credential wrote it; absent for what was seeded. */
  owner?: string | undefined;
}

interface Held extends Kept {
  /** A search sees it from then on, in milliseconds since 1970. */
  visibleAt: number;
  keys: string[];
}

/** Elements by which resources are found, as the index spells them. */
const LINKS = [
  'subject',
  'patient',
  'encounter',
  'context',
  'partOf',
  'serviceProvider',
  'managingOrganization',
];

export class ResourceStore {
  readonly #types = new Map<string, Map<string, Held>>();
  /** `Type?key` to the ids that have it, in order of arrival. */
  readonly #index = new Map<string, Set<string>>();
  #lastNanoseconds = 0n;

  constructor(
    private readonly now: () => number,
    /** Milliseconds until a search sees a write. */
    private readonly searchLag: () => number,
  ) {}

  get(type: string, id: string): Stored | undefined {
    return this.#types.get(type)?.get(id)?.resource;
  }

  ownerOf(type: string, id: string): string | undefined {
    return this.#types.get(type)?.get(id)?.owner;
  }

  /** In the order they were written. */
  all(type: string): Stored[] {
    return [...(this.#types.get(type)?.values() ?? [])].map(({ resource }) => resource);
  }

  /** What a search sees. */
  visible(type: string): Stored[] {
    return [...(this.#types.get(type)?.values() ?? [])]
      .filter((held) => this.#seen(held))
      .map(({ resource }) => resource);
  }

  /** What a search by identifier sees. @param token `system|value`. */
  byIdentifier(type: string, token: string): Stored[] {
    return this.#found(`${type}?identifier=${token}`, type, true);
  }

  /** What a search by a link sees. @param target `Type/id`. */
  byLink(type: string, element: string, target: string): Stored[] {
    return this.#found(`${type}?${element}=${target}`, type, true);
  }

  /** Regardless of the index's lag: the platform's own duplicate check. */
  hasIdentifier(type: string, token: string): Stored[] {
    return this.#found(`${type}?identifier=${token}`, type, false);
  }

  counts(): Record<string, number> {
    const counts = [...this.#types]
      .filter(([, held]) => held.size > 0)
      .map(([type, held]) => [type, held.size]);
    return sortKeys(Object.fromEntries(counts)) as Record<string, number>;
  }

  /** How many resources repeat an identifier, and how many repeat a content, of an earlier one of their type. */
  duplicates(): { byIdentifier: number; byContent: number } {
    let byIdentifier = 0;
    for (const [key, ids] of this.#index)
      if (key.includes('?identifier=') && ids.size > 1) byIdentifier += ids.size - 1;
    let byContent = 0;
    for (const held of this.#types.values()) {
      const seen = new Set<string>();
      for (const { resource, owner } of held.values()) {
        if (owner === undefined) continue;
        const content = contentOf(resource);
        if (content === undefined) continue;
        if (seen.has(content)) byContent++;
        seen.add(content);
      }
    }
    return { byIdentifier, byContent };
  }

  /** Nothing else is written between the resources of one stamp: a Bundle shares it. */
  stamp(): { versionId: string; lastUpdated: string } {
    const clock = BigInt(Math.floor(this.now())) * 1_000_000n;
    this.#lastNanoseconds = clock > this.#lastNanoseconds ? clock : this.#lastNanoseconds + 1_000n;
    const microseconds = this.#lastNanoseconds / 1_000n;
    const whole = new Date(Number(microseconds / 1_000n)).toISOString().slice(0, 19);
    const fraction = String(microseconds % 1_000_000n).padStart(6, '0');
    return {
      versionId: btoa(String(this.#lastNanoseconds)).replace(/=+$/, ''),
      lastUpdated: `${whole}.${fraction}+00:00`,
    };
  }

  put(resource: Stored, owner?: string, stamp = this.stamp()): Stored {
    const meta = { ...(resource.meta ?? {}), ...stamp };
    const stored = sortKeys({ ...resource, meta }) as Stored;
    this.#hold({ resource: stored, owner }, owner === undefined ? 0 : this.now() + this.searchLag());
    return stored;
  }

  /** As it was, with its version. */
  restore(kept: Kept): void {
    this.#hold(kept, 0);
  }

  dump(): Kept[] {
    return [...this.#types.values()].flatMap((held) =>
      [...held.values()].map(({ resource, owner }) => ({
        resource,
        ...(owner === undefined ? {} : { owner }),
      })),
    );
  }

  clear(): void {
    this.#types.clear();
    this.#index.clear();
  }

  #hold({ resource, owner }: Kept, visible: number): void {
    const { resourceType: type, id } = resource;
    let ofType = this.#types.get(type);
    if (!ofType) {
      ofType = new Map();
      this.#types.set(type, ofType);
    }
    const before = ofType.get(id);
    // Only what is new is late: of what was there a search sees the new version at once.
    const visibleAt = before ? before.visibleAt : visible;
    for (const key of before?.keys ?? []) this.#index.get(key)?.delete(id);
    const keys = keysOf(resource);
    for (const key of keys) {
      const ids = this.#index.get(key);
      if (ids) ids.add(id);
      else this.#index.set(key, new Set([id]));
    }
    ofType.set(id, { resource, owner, visibleAt, keys });
  }

  #found(key: string, type: string, onlySeen: boolean): Stored[] {
    const held = [...(this.#index.get(key) ?? [])].flatMap((id) => this.#types.get(type)?.get(id) ?? []);
    return held.filter((one) => !onlySeen || this.#seen(one)).map(({ resource }) => resource);
  }

  #seen({ visibleAt }: Held): boolean {
    return visibleAt <= this.now();
  }
}

function keysOf(resource: Stored): string[] {
  const { resourceType: type } = resource;
  const identifiers = tokensOf(resource).map((token) => `${type}?identifier=${token}`);
  const links = LINKS.flatMap((element) => {
    const { reference } = (resource[element] ?? {}) as { reference?: string };
    return reference ? [`${type}?${element}=${reference}`] : [];
  });
  return [...identifiers, ...links];
}

/** The identifiers of a resource, whether its type has a list of them or one. The platform's own is left out. */
export function identifiersOf(resource: Record<string, unknown>): { system?: string; value?: string }[] {
  const { identifier } = resource;
  const list = Array.isArray(identifier) ? identifier : identifier ? [identifier] : [];
  const objects = list.filter((one) => typeof one === 'object' && one !== null);
  return (objects as { system?: string; value?: string }[]).filter(({ system }) => system !== CREATOR);
}

/** `system|value` of every whole identifier. */
export function tokensOf(resource: Record<string, unknown>): string[] {
  return identifiersOf(resource).flatMap(({ system, value }) =>
    typeof system === 'string' && typeof value === 'string' ? [`${system}|${value}`] : [],
  );
}

export const CREATOR = 'http://sys-ids.kemkes.go.id/creator';

/** Of a resource, what does not make it another fact. */
const NO_CONTENT = new Set(['id', 'meta', 'identifier', 'text', 'diagnosis']);

/**
 * What makes two resources the same fact: everything but identifiers, versions, narrative, and an encounter's links
 * to its diagnoses. Undefined for what is about nobody.
 */
export function contentOf(resource: Record<string, unknown>): string | undefined {
  if (!resource.subject && !resource.patient) return undefined;
  const members = Object.entries(resource).filter(([key]) => !NO_CONTENT.has(key));
  return JSON.stringify(sortKeys(Object.fromEntries(members)));
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
