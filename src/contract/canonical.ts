/**
 * One text for one meaning: keys sorted at every depth, no spaces. Two bodies that differ only in the order of
 * their keys have the same digest, hence the same default Idempotency-Key.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const items = value as Record<string, unknown>;
    let text = '';
    for (const key of Object.keys(items).sort()) {
      const item = items[key];
      if (item === undefined) continue;
      text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${canonicalJson(item)}`;
    }
    return `{${text}}`;
  }
  return JSON.stringify(value) ?? 'null';
}
