/**
 * Links to what lies beside docs/, such as `../deploy`, lead somewhere at a git host but not on the site. Here they go to
 * the repository's address, or, while package.json names none, become the path in words.
 */
import { posix } from 'node:path';
import type { MarkdownRenderer } from 'vitepress';

type Token = ReturnType<MarkdownRenderer['parse']>[number];

export function linksOut(md: MarkdownRenderer, repository: string | { url: string } | undefined): void {
  const url = typeof repository === 'string' ? repository : repository?.url;
  const address = url?.replace(/^git\+/, '').replace(/\.git$/, '');
  md.core.ruler.after('inline', 'links_out', ({ tokens, env, Token }) => {
    const word = (type: string, content: string) =>
      Object.assign(new Token(type, type === 'text' ? '' : 'code', 0), { content });

    for (const block of tokens) {
      const kept: Token[] = [];
      let path: string | undefined;
      let text = '';
      for (const token of block.children ?? []) {
        if (token.type === 'link_open') {
          path = outside(env.relativePath, token.attrGet('href') ?? '');
          text = '';
          if (path && address) token.attrSet('href', `${address}/blob/HEAD/${path}`);
        }
        text += token.content;
        const isLink = token.type === 'link_open' || token.type === 'link_close';
        if (!isLink || !path || address) kept.push(token);
        else if (token.type === 'link_close' && !text.includes(path))
          kept.push(word('text', ' ('), word('code_inline', path), word('text', ')'));
      }
      if (block.children) block.children = kept;
    }
  });
}

/** The path from the repository's root, of a link that leaves docs/. */
function outside(page: string, href: string): string | undefined {
  if (/^([a-z]+:|[/#])/i.test(href)) return undefined;
  const path = posix.join('docs', posix.dirname(page), href);
  return path.startsWith('docs/') ? undefined : path;
}
