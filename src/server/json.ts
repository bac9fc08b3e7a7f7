/** What JSON.parse lets pass, and no clinic can mean. */

/**
 * A name that stands twice in one object: parsers take the first or the last, so nobody knows what was meant.
 *
 * @param json valid JSON.
 * @returns the name; undefined when there is none.
 */
export function duplicateKey(json: string): string | undefined {
  /** The names of each object that is open; undefined for a list. */
  const open: (Set<string> | undefined)[] = [];
  /** Whether the next string is a name. */
  let naming = false;
  for (let at = 0; at < json.length; at++) {
    switch (json[at]) {
      case '{':
        open.push(new Set());
        naming = true;
        break;
      case '[':
        open.push(undefined);
        naming = false;
        break;
      case '}':
      case ']':
        open.pop();
        naming = false;
        break;
      case ',':
        naming = open.at(-1) !== undefined;
        break;
      case '"': {
        const end = endOfString(json, at);
        if (naming) {
          const raw = json.slice(at, end + 1);
          const name = raw.includes('\\') ? (JSON.parse(raw) as string) : raw.slice(1, -1);
          const names = open.at(-1);
          if (names?.has(name)) return name;
          names?.add(name);
          naming = false;
        }
        at = end;
        break;
      }
    }
  }
  return undefined;
}

/** Names by which a careless program changes all its objects: no field is called so. */
const PROTOTYPE = ['__proto__', 'prototype', 'constructor'];

/** One of those names anywhere in a value that was parsed; undefined when there is none. */
export function prototypeKey(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, item] of Object.entries(value)) {
    const found = !Array.isArray(value) && PROTOTYPE.includes(name) ? name : prototypeKey(item);
    if (found) return found;
  }
  return undefined;
}

/** Where the string ends that begins there. */
function endOfString(json: string, begin: number): number {
  let end = json.indexOf('"', begin + 1);
  while (isEscaped(json, end)) end = json.indexOf('"', end + 1);
  return end;
}

function isEscaped(json: string, at: number): boolean {
  let slashes = 0;
  while (json[at - 1 - slashes] === '\\') slashes++;
  return slashes % 2 === 1;
}
