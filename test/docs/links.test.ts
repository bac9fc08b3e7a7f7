/** Every link of every document leads somewhere: to a file that is there, and a heading that is in it. */
import { existsSync, globSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import MarkdownIt from 'markdown-it';
import { expect, it } from 'vitest';
import { linksOut } from '../../docs/.vitepress/links-out.js';
import { reference } from '../../docs/.vitepress/pages.js';
import { root } from '../support/program.js';
import { type Document, readDocument } from './markdown.js';

const others = /^(\..*|node_modules|dist|dist\..*)$/;
const documents = globSync('**/*.md', {
  cwd: root,
  exclude: (name) => others.test(name.split('/').at(-1) ?? ''),
}).filter((name) => !name.startsWith('docs/api/'));

/** Pages that only `npm run docs` makes. */
const made = ['api/index', ...reference.pages.map(({ file }) => file)].map((file) => `docs/${file}.md`);

const read = new Map<string, Document>();
function documentOf(name: string): Document {
  const document = read.get(name) ?? readDocument(join(root, name));
  read.set(name, document);
  return document;
}

/** What is wrong with a link; undefined when it leads somewhere. */
function mistake(from: string, link: string): string | undefined {
  if (/^https?:/.test(link)) return isAddress(link) ? undefined : 'is no address';
  if (/^mailto:/.test(link)) return undefined;
  const [path = '', anchor] = decodeURI(link).split('#');
  // What a home page's frontmatter names, it names from the site's root.
  const target = path.startsWith('/')
    ? `docs${path.endsWith('/') ? `${path}index` : path}.md`
    : path === ''
      ? from
      : relative(root, join(root, dirname(from), path));
  if (made.includes(target)) return undefined;
  if (target.startsWith('..') || !existsSync(join(root, target))) return 'there is no such file';
  if (anchor === undefined) return undefined;
  if (!target.endsWith('.md') || statSync(join(root, target)).isDirectory())
    return 'only documents have headings';
  return documentOf(target).anchors.has(anchor) ? undefined : 'there is no such heading';
}

function isAddress(link: string): boolean {
  return URL.canParse(link) && /^[\w.-]+(:\d+)?$/.test(new URL(link).host);
}

it('there are documents', () => {
  expect(documents).toEqual(expect.arrayContaining(['README.md', 'docs/client.md', 'docs/id/index.md']));
});

it.each(documents)('%s', (name) => {
  const wrong = documentOf(name).links.flatMap((link) => {
    const what = mistake(name, link);
    return what ? [`${link}: ${what}`] : [];
  });
  expect(wrong).toEqual([]);
});

it('knows a dead link when it sees one', () => {
  expect(mistake('docs/client.md', 'nirgends.md')).toBe('there is no such file');
  expect(mistake('docs/client.md', '../../elsewhere.md')).toBe('there is no such file');
  expect(mistake('docs/client.md', '#nirgends')).toBe('there is no such heading');
  expect(mistake('README.md', 'docs/client.md#what-goes-wrong')).toBeUndefined();
  expect(mistake('README.md', 'https://')).toBe('is no address');
});

it('on the site, a link out of docs/ goes to the repository, or is a path in words', () => {
  const html = (text: string, repository?: string) =>
    new MarkdownIt()
      .use((md) => linksOut(md as never, repository))
      .render(text, { relativePath: 'id/security.md' })
      .trim();
  const text = 'Lihat [wadah](../../deploy/Dockerfile), [`deploy`](../../deploy), [galat](../errors.md).';
  expect(html(text)).toBe(
    '<p>Lihat wadah (<code>deploy/Dockerfile</code>), <code>deploy</code>, <a href="../errors.md">galat</a>.</p>',
  );
  expect(html(text, 'git+https://git.example/klinik/sdk.git')).toContain(
    '<a href="https://git.example/klinik/sdk/blob/HEAD/deploy/Dockerfile">wadah</a>',
  );
});
