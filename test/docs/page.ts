/** What the pages that tests write have in common. */
import { expect } from 'vitest';
import type { Locale } from '../../src/contract/codes.js';

export const locales: readonly Locale[] = ['en', 'id'];

/** The page as it stands in `docs`; `npm run tables` writes it anew. */
export async function expectPage(name: string, locale: Locale, text: string): Promise<void> {
  await expect(text).toMatchFileSnapshot(`../../docs/${locale === 'id' ? 'id/' : ''}${name}.md`);
}

/**
 * Text for a cell. A path with braces becomes code: at the end of a cell, the site would take them for attributes.
 */
const cell = (text: string) =>
  text
    .split(/(`[^`]*`)/)
    .map((part, index) =>
      index % 2 === 1
        ? part
        : part.replaceAll('\\', '\\\\').replace(/[^\s,;]*\{\w+\}[^\s,;.]*/g, (path) => code(path)),
    )
    .join('')
    .replaceAll('|', '\\|');

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [head, head.map(() => '---'), ...rows.map((row) => row.map(cell))].map(line).join('\n');
}

export const code = (text: string) => `\`${text}\``;

/** A place to link to, the same in both languages and wherever the page is shown. */
export const anchor = (name: string) => `<a id="${name}"></a>`;

/** A block whose contents the test has made: `scripts/cut-examples.mjs` asks where blocks come from. */
export const json = (test: string, value: unknown) =>
  `<!-- made: ${test} -->\n\`\`\`json\n${written(value)}\n\`\`\``;

/** As JSON.stringify, with short things on one line, and items of a list on one of their own. */
function written(value: unknown, indent = '', width = 100): string {
  const line = JSON.stringify(value, null, 1).replace(/\n\s*/g, ' ');
  if (typeof value !== 'object' || value === null || indent.length + line.length <= width) return line;
  const inner = `${indent}  `;
  const [open, close, parts] = Array.isArray(value)
    ? ['[', ']', value.map((item) => written(item, inner, 220))]
    : [
        '{',
        '}',
        Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${written(item, inner)}`),
      ];
  return `${open}\n${parts.map((part) => inner + part).join(',\n')}\n${indent}${close}`;
}

/** Paragraphs, tables and headings below each other. */
export const page = (...parts: readonly string[]) => `${parts.join('\n\n')}\n`;
