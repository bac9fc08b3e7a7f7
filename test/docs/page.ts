/** What the pages that tests write have in common. */
import { expect } from 'vitest';
import type { Locale } from '../../src/contract/codes.js';

export const locales: readonly Locale[] = ['en', 'id'];

/** The page as it stands in `docs`; `npm run tables` writes it anew. */
export async function expectPage(name: string, locale: Locale, text: string): Promise<void> {
  await expect(text).toMatchFileSnapshot(`../../docs/${locale === 'id' ? 'id/' : ''}${name}.md`);
}

const cell = (text: string) => text.replaceAll('|', '\\|');

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [head, head.map(() => '---'), ...rows.map((row) => row.map(cell))].map(line).join('\n');
}

export const code = (text: string) => `\`${text}\``;

/** A place to link to, the same in both languages and wherever the page is shown. */
export const anchor = (name: string) => `<a id="${name}"></a>`;

/** Paragraphs, tables and headings below each other. */
export const page = (...parts: readonly string[]) => `${parts.join('\n\n')}\n`;
