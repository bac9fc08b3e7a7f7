/**
 * Code blocks of the documents are cut from files that the tests run. A block follows a comment that names its
 * source, `<!-- cut: examples/node/kirim.mjs -->` or, for a part between `[name]` and `[/name]` lines,
 * `<!-- cut: FILE#name -->`. A page that a test writes whole says so of its blocks: `<!-- made: test/docs/x.test.ts -->`.
 *
 *   node scripts/cut-examples.mjs           says which blocks differ, exits 1 when one does
 *   node scripts/cut-examples.mjs --write   writes them anew
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const BLOCK = /<!-- cut: ([^\s#]+)(?:#(\w+))? -->\n```(\w*)\n([\s\S]*?)```/g;

function documents() {
  // What typedoc writes there is made from comments.
  const docs = readdirSync(join(root, 'docs'), { recursive: true })
    .map((name) => join('docs', name))
    .filter((name) => !name.startsWith(join('docs', 'api')));
  const top = readdirSync(root).filter((name) => name.endsWith('.md'));
  return [...top, ...docs.filter((name) => name.endsWith('.md'))];
}

/** Where parts begin and end: of no use to who reads the whole. */
const MARK = /^\s*(?:\/\/|#|<!--) \[\/?\w+\].*\n/gm;

function cut(file, name) {
  const text = readFileSync(join(root, file), 'utf8');
  if (!name) return text.replace(MARK, '');
  const part = new RegExp(`^.*\\[${name}\\].*\\n([\\s\\S]*?)^.*\\[/${name}\\]`, 'm').exec(text)?.[1];
  if (part === undefined) throw new Error(`${file} has no part [${name}]`);
  return part;
}

/** Whether that test compares all of that document with what it makes: then no block of it is anybody's own. */
function makes(file, document) {
  const page = basename(document, '.md');
  return (
    existsSync(join(root, file)) && readFileSync(join(root, file), 'utf8').includes(`expectPage('${page}'`)
  );
}

/** Blocks of shell commands and drawings need no source; all others do. */
const FREE = new Set(['sh', 'text', '']);

export function check({ write = false } = {}) {
  const wrong = [];
  for (const document of documents()) {
    const text = readFileSync(join(root, document), 'utf8');
    const next = text.replace(BLOCK, (block, file, name, language, code) => {
      const wanted = cut(file, name);
      if (wanted !== code) wrong.push(`${document}: ${file}${name ? `#${name}` : ''}`);
      return `${block.slice(0, block.indexOf('```'))}\`\`\`${language}\n${wanted}\`\`\``;
    });
    for (const [, before, language] of text.matchAll(/(^.*)\n^```(\w*)\n[\s\S]*?^```$/gm)) {
      const made = /^<!-- made: (\S+) -->$/.exec(before)?.[1];
      if (!FREE.has(language) && !before.startsWith('<!-- cut:') && !(made && makes(made, document)))
        wrong.push(`${document}: a ${language} block without a source`);
    }
    if (write && next !== text) writeFileSync(join(root, document), next);
  }
  return wrong;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const write = process.argv.includes('--write');
  const wrong = check({ write });
  for (const line of wrong) console.log(line);
  if (wrong.length > 0 && !write) process.exitCode = 1;
}
