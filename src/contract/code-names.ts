/** Official titles of codes, and descriptions that plainly name something else. For the server: pages do not load it. */
import { icd9Names } from './icd9-names.js';
import { icd10Names } from './icd10-names.js';

type System = 'icd10' | 'icd9cm';

interface Name {
  title: string;
  stems: string[];
}

const tables: Record<System, ReadonlyMap<string, Name>> = {
  icd10: index(icd10Names),
  icd9cm: index(icd9Names),
};

function index(rows: readonly (readonly [string, string, string])[]): ReadonlyMap<string, Name> {
  return new Map(rows.map(([code, title, stems]) => [code, { title, stems: stems.split(' ') }]));
}

/** The official title of a code; undefined when our table does not have it. */
export function displayOf(system: System, code: string): string | undefined {
  return tables[system].get(code)?.title || undefined;
}

/** Symptoms and reasons of contact are described by whatever is behind them. */
const VAGUE = /^[RZ]/;

/**
 * True when a description plainly names something else than its code: the code is in the table, none of its words is
 * there, and words of another row are. Silence is better than a false alarm at every visit.
 */
export function looksDifferent(system: System, code: string, description: string): boolean {
  const own = tables[system].get(code);
  if (!own || (system === 'icd10' && VAGUE.test(code))) return false;
  const words = wordsOf(description);
  if (own.stems.some((stem) => holds(words, stem))) return false;
  return [...tables[system]].some(
    ([other, { stems }]) =>
      !(system === 'icd10' && VAGUE.test(other)) &&
      stems.some((stem) => stem.length > 3 && holds(words, stem)),
  );
}

function wordsOf(text: string): string[] {
  const plain = text
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase();
  return plain.match(/[a-z0-9]+/g) ?? [];
}

/** A word that begins with the stem, give or take a letter in a long one; two words for a stem with a hyphen. */
function holds(words: string[], stem: string): boolean {
  const [first = '', second] = stem.split('-');
  return words.some((word, index) => {
    if (second !== undefined) return word === first && words[index + 1]?.startsWith(second) === true;
    // An abbreviation is a word of its own.
    if (first.length <= 3) return word === first;
    return word.startsWith(first) || (first.length >= 5 && nearly(word, first));
  });
}

/** One letter wrong, missing or too many in the beginning of the word. */
function nearly(word: string, stem: string): boolean {
  for (const length of [stem.length - 1, stem.length, stem.length + 1]) {
    if (distanceAtMostOne(word.slice(0, length), stem)) return true;
  }
  return false;
}

function distanceAtMostOne(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1 || a[0] !== b[0]) return false;
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  let at = 0;
  while (at < short.length && short[at] === long[at]) at++;
  const rest = short.length === long.length ? short.slice(at + 1) : short.slice(at);
  return rest === long.slice(at + 1);
}
