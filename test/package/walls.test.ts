/** Who may import whom: a folder's name is a promise. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const src = fileURLToPath(new URL('../../src', import.meta.url));
const files = readdirSync(src, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
  .map((entry) => join(entry.parentPath, entry.name));

/** Folder (or entry) to what it may import of ours. */
const may: Record<string, string[]> = {
  contract: [],
  http: ['contract'],
  client: ['contract', 'http'],
  fhir: ['contract'],
  platform: ['contract', 'http', 'fhir'],
  store: ['contract', 'platform'],
  delivery: ['contract', 'http', 'fhir', 'platform', 'store'],
  server: ['contract', 'http', 'fhir', 'platform', 'store', 'delivery', 'dashboard'],
  dashboard: ['contract', 'http', 'platform', 'store', 'delivery'],
  sandbox: ['contract', 'fhir'],
  testing: ['contract'],
  cli: ['contract', 'http', 'client', 'server', 'sandbox', 'store', 'dashboard', 'platform', 'delivery'],
};
const mayUseNode = ['server', 'store', 'sandbox', 'dashboard', 'cli'];

function imports(file: string): { ours: string[]; outside: string[] } {
  const text = readFileSync(file, 'utf8');
  const names = [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1] ?? '');
  const ours = names
    // The version is written once, in package.json.
    .filter((name) => name.startsWith('.') && !name.endsWith('/package.json'))
    .map((name) => relative(src, join(dirname(file), name)).split('/')[0] ?? '');
  return { ours, outside: names.filter((name) => !name.startsWith('.')) };
}

describe('walls', () => {
  it.each(Object.entries(may))('%s imports only %j of ours', (folder, allowed) => {
    const own = files.filter((file) => relative(src, file).startsWith(`${folder}/`));
    expect(own.length).toBeGreaterThan(0);
    for (const file of own) {
      for (const target of imports(file).ours) {
        expect([folder, ...allowed], `${relative(src, file)} imports ${target}`).toContain(target);
      }
    }
  });

  it('every folder is in the table', () => {
    const folders = new Set(
      files
        .map((file) => relative(src, file))
        .filter((file) => file.includes('/'))
        .map((file) => file.split('/')[0]),
    );
    expect([...folders].sort()).toEqual(Object.keys(may).sort());
  });

  it('only the server side imports node:*', () => {
    for (const file of files) {
      const folder = relative(src, file).split('/')[0] ?? '';
      if (mayUseNode.includes(folder)) continue;
      expect(
        imports(file).outside.filter((name) => name.startsWith('node:')),
        relative(src, file),
      ).toEqual([]);
    }
  });

  it('zod comes whole, as a namespace: its named export pulls in every locale', () => {
    for (const file of files) {
      expect(readFileSync(file, 'utf8'), relative(src, file)).not.toMatch(/import \{[^}]*\} from 'zod/);
    }
  });
});
