/** The site's table and the pages agree, and a page says the same in both languages. */
import { existsSync, globSync } from 'node:fs';
import { expect, it } from 'vitest';
import { files } from '../../docs/.vitepress/pages.js';
import { root } from '../support/program.js';
import { readDocument } from './markdown.js';

/** Pages that are still to be written, and those to be translated: these lists only get shorter. */
const unwritten: string[] = [];
const untranslated: string[] = [];

const pages = (folder: string) =>
  globSync('**/*.md', { cwd: `${root}${folder}` })
    .filter((name) => !/^(id|api|\.vitepress)\//.test(name))
    .map((name) => name.replace(/\.md$/, ''))
    .sort();
const without = (list: string[]) => files.filter((file) => !list.includes(file)).sort();

it('every page of the table is there, and every page is in the table', () => {
  expect(pages('docs')).toEqual(without(unwritten));
});

it('every page is there in Indonesian', () => {
  expect(pages('docs/id')).toEqual(without(untranslated));
});

it.each(files.filter((file) => existsSync(`${root}docs/id/${file}.md`)))(
  '%s has the same headings and the same code in both languages',
  (file) => {
    const [english, indonesian] = ['docs', 'docs/id'].map((folder) => {
      const { headings, cuts } = readDocument(`${root}${folder}/${file}.md`);
      return { headings, cuts };
    });
    expect(indonesian).toEqual(english);
  },
);
