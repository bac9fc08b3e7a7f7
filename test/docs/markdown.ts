/** What a document holds that can be checked: headings, links, blocks cut from files. */
import { readFileSync } from 'node:fs';
import GithubSlugger from 'github-slugger';
import MarkdownIt from 'markdown-it';

export interface Document {
  /** Levels in order, 1 for a title. */
  headings: number[];
  /** What `#…` can name, by the rule of git hosts, which is the site's too. */
  anchors: ReadonlySet<string>;
  links: string[];
  /** Sources of the code blocks, as `<!-- cut: … -->` names them. */
  cuts: string[];
}

const markdown = new MarkdownIt({ html: true });

export function readDocument(file: string): Document {
  const text = readFileSync(file, 'utf8');
  const frontmatter = /^---\n[\s\S]*?\n---\n/.exec(text)?.[0] ?? '';
  const tokens = markdown.parse(text.slice(frontmatter.length), {});
  const slugger = new GithubSlugger();
  const found: Document & { anchors: Set<string> } = {
    headings: [],
    anchors: new Set(),
    links: [],
    cuts: [],
  };
  found.links.push(...all(/^\s*link: (\S+)$/gm, frontmatter));
  found.cuts.push(...all(/<!-- cut: (\S+) -->/g, text));
  tokens.forEach(({ type, tag, children, content }, index) => {
    if (type === 'heading_open') {
      const words =
        tokens[index + 1]?.children?.filter((part) => /^(text|code_inline)$/.test(part.type)) ?? [];
      found.headings.push(Number(tag.slice(1)));
      found.anchors.add(slugger.slug(words.map((part) => part.content).join('')));
    }
    const html = [{ type, content }, ...(children ?? [])].filter((part) => /^html_/.test(part.type));
    for (const part of html) {
      found.links.push(...all(/\b(?:href|src)="([^"]*)"/g, part.content));
      for (const id of all(/\bid="([^"]*)"/g, part.content)) found.anchors.add(id);
    }
    for (const part of children ?? []) {
      const target = part.attrGet('href') ?? part.attrGet('src');
      if (target !== null) found.links.push(target);
    }
  });
  return found;
}

function all(pattern: RegExp, text: string): string[] {
  return [...text.matchAll(pattern)].map(([, part = '']) => part);
}
