/** What JSON.parse lets pass, and no clinic can mean. */
import { SatusehatError } from '../contract/error.js';

/** The deepest field of the contract stands at 6. */
const MAX_DEPTH = 32;

/**
 * The JSON object of a request, or of a line of a file.
 *
 * @throws SatusehatError INVALID_JSON, never with the text in it.
 */
export function parseObject(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's message quotes the body: it must not travel on.
    throw new SatusehatError({ code: 'INVALID_JSON' });
  }
  // PHP writes an empty form as an empty list.
  if (Array.isArray(value) && value.length === 0) return {};
  if (typeof value !== 'object' || value === null || Array.isArray(value) || deeperThan(MAX_DEPTH, value)) {
    throw new SatusehatError({ code: 'INVALID_JSON' });
  }
  const forbidden = prototypeKey(value);
  if (forbidden !== undefined) {
    throw new SatusehatError({
      code: 'INVALID_JSON',
      message: `Nama field ${forbidden} tidak diterima.`,
      remedy: 'Kirim hanya field yang ada di panduan.',
    });
  }
  const twice = duplicateKey(text);
  if (twice !== undefined) {
    throw new SatusehatError({
      code: 'INVALID_JSON',
      // Only what looks like a field's name is shown: anything can stand there.
      message: /^[a-z_]{1,40}$/i.test(twice)
        ? `Field ${twice} ada dua kali dalam objek yang sama.`
        : 'Sebuah field ada dua kali dalam objek yang sama.',
      remedy: 'Kirim setiap field satu kali saja.',
    });
  }
  return value as Record<string, unknown>;
}

function deeperThan(depth: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return depth === 0 || Object.values(value).some((item) => deeperThan(depth - 1, item));
}

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
