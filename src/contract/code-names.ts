import { icd9Names } from './icd9-names.js';
import { icd10Names } from './icd10-names.js';

/**
 * What a code is called, and whether a clinic's words plainly name something else.
 * Source: mapping rules, "Procedure": the guide's own 17.1, a hernia repair, comes with the words of a drained
 * abscess. For the server side only: the tables are too large for what a browser loads.
 */

export type CodeTable = 'icd10' | 'icd9cm';

interface Row {
  code: string;
  title: string;
  /** Stems that name this row, and so also speak against another. */
  names: string[];
  /** The names, and what only goes with them: a complaint, a part of the body. */
  fitting: string[];
}

/** Spellings that Indonesian and English do not share: `pharyngitis` and `faringitis`, `haem` and `hem`. */
const SPELLINGS: [RegExp, string][] = [
  [/[^a-z0-9]+/g, ' '],
  [/ph/g, 'f'],
  [/([tr])h/g, '$1'],
  [/ch/g, 'k'],
  [/y/g, 'i'],
  [/[ao]e/g, 'e'],
  [/c(?=[ei])/g, 's'],
  [/[cq]/g, 'k'],
  [/x/g, 'ks'],
  [/z/g, 's'],
  // Not in a word as short as TT or DD.
  [/(?<=[a-z]{2})([a-z])\1+|([a-z])\2+(?=[a-z]{2})/g, '$1$2'],
];

function plain(text: string): string {
  const letters = text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  return SPELLINGS.reduce((words, [from, to]) => words.replace(from, to), letters).trim();
}

function read(lines: string): Map<string, Row> {
  const stems = (words: string) => (words ? words.split(' ').map(plain) : []);
  const rows = lines
    .trim()
    .split('\n')
    .map((line): [string, Row] => {
      const [code = '', title = '', names = '', also = ''] = line.split('|');
      return [code, { code, title, names: stems(names), fitting: stems(`${names} ${also}`.trim()) }];
    });
  return new Map(rows);
}

const sources = { icd10: icd10Names, icd9cm: icd9Names };
const tables = new Map<CodeTable, Map<string, Row>>();

function tableOf(system: CodeTable): Map<string, Row> {
  let table = tables.get(system);
  if (!table) {
    table = read(sources[system]);
    tables.set(system, table);
  }
  return table;
}

/** The official English title, or undefined for a code that is not in the table or has no certain title. */
export function displayOf(system: CodeTable, code: string): string | undefined {
  return tableOf(system).get(code)?.title || undefined;
}

/** A suspicion or a history names a disease that the code need not be about. */
const HEDGE = / (susp|suspek|suspekt|kuriga|dd|r o|diferensial|banding|riwaiat|post|paska) /;

/**
 * True only when the code is in the table, nothing in the description goes with it, and a word of the description
 * names another row, of another chapter. In doubt false: a wrong warning would come back on every visit.
 */
export function looksDifferent(system: CodeTable, code: string, description: string): boolean {
  const table = tableOf(system);
  const row = table.get(code);
  if (!row || row.fitting.length === 0) return false;
  const words = ` ${plain(description)} `;
  if (HEDGE.test(words) || row.fitting.some((stem) => fits(words, stem))) return false;
  for (const other of table.values()) {
    // A complaint or a reason for the visit (R, Z) stands beside any disease.
    if (system === 'icd10' && /^[RZ]/.test(other.code)) continue;
    if (chapter(system, other.code) === chapter(system, code)) continue;
    if (other.names.some((stem) => says(words, stem))) return true;
  }
  return false;
}

/** Codes so near each other that a clinic may well write the neighbour's name. */
function chapter(system: CodeTable, code: string): string {
  // Past 86 the procedures are no operations, and mixed: three digits keep them apart.
  if (system === 'icd9cm') return code < '87' ? code.slice(0, 2) : code.slice(0, 4);
  return code
    .slice(0, 2)
    .replace(/^[AB]./, 'AB')
    .replace(/^[ST]./, 'ST')
    .replace(/^H[6-9]/, 'ear')
    .replace(/^K[01]/, 'mouth')
    .replace(/^([A-Z])\d/, '$1');
}

/** Strict, for what would raise an alarm: a word begins with the stem; a short one is the whole word. */
function says(words: string, stem: string): boolean {
  return words.includes(stem.length > 4 ? ` ${stem}` : ` ${stem} `);
}

/** Lenient, for what keeps silent: anywhere in a word, and with one slip of the keyboard in a long one. */
function fits(words: string, stem: string): boolean {
  if (stem.length < 4) return words.includes(` ${stem} `);
  if (words.includes(stem)) return true;
  if (stem.length < 6 || stem.includes(' ')) return false;
  const lengths = [stem.length - 1, stem.length, stem.length + 1];
  return words.split(' ').some((word) => lengths.some((length) => oneSlip(word.slice(0, length), stem)));
}

/** One letter wrong, missing, too many, or two neighbours swapped. */
function oneSlip(word: string, stem: string): boolean {
  if (Math.abs(word.length - stem.length) > 1) return false;
  let start = 0;
  while (start < stem.length && word[start] === stem[start]) start++;
  const [rest, wanted] = [word.slice(start), stem.slice(start)];
  return (
    rest.slice(1) === wanted.slice(1) ||
    rest === wanted.slice(1) ||
    rest.slice(1) === wanted ||
    (rest[0] === wanted[1] && rest[1] === wanted[0] && rest.slice(2) === wanted.slice(2))
  );
}
