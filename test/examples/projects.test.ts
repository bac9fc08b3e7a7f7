/** That each example is a whole project: what it imports, asks for and says is there. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../support/program.js';

const examples = join(root, 'examples');
const files = readdirSync(examples, { recursive: true })
  .map(String)
  .filter((name) => !/node_modules|\.next/.test(name))
  .sort();
const projects = files.filter((name) => name.endsWith('package.json')).map((name) => dirname(name));

const text = (...path: string[]) => readFileSync(join(examples, ...path), 'utf8');
const manifest = (...path: string[]) => JSON.parse(readFileSync(join(...path, 'package.json'), 'utf8'));

it('all of them are known', () => {
  expect(projects).toEqual([
    ...['browser/plain', 'browser/vite', 'express', 'fastify', 'hono', 'mapping', 'next', 'node', 'php'],
    ...['platform', 'self-host', 'testing'],
  ]);
});

it('the visit of the guide is the same everywhere', () => {
  for (const name of files.filter((name) => name.endsWith('/kunjungan.json'))) {
    expect(text(name), name).toBe(text('data/encounter.json'));
  }
});

describe.each(projects)('%s', (name) => {
  const { private: closed, scripts, dependencies = {}, devDependencies = {} } = manifest(examples, name);
  const mine = files.filter((file) => file.startsWith(`${name}/`));

  it('names this version of the package, and the versions that are tested here', () => {
    expect(closed).toBe(true);
    const { version } = manifest(root);
    for (const [other, given] of Object.entries({ ...dependencies, ...devDependencies })) {
      const from = ['test/package', ''].map((folder) => join(root, folder, 'node_modules', other));
      const tested =
        other === 'satusehat-sdk'
          ? [version === '0.0.0' ? '0.1.0' : version]
          : from.filter((folder) => existsSync(folder)).map((folder) => manifest(folder).version);
      expect(tested, other).toContain(given);
    }
  });

  it('imports only what it names', () => {
    const imported = mine
      .filter((file) => /\.([mc]?js|tsx?)$/.test(file))
      .flatMap((file) => [...text(file).matchAll(/^(?:import|export) (?:[^'";]* from )?'([^.'][^']*)'/gm)])
      .map(([, path = '']) => /^(@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? '')
      .filter((other) => !other.startsWith('node:') && !builtinModules.includes(other));
    for (const other of imported) expect({ ...dependencies, ...devDependencies }).toHaveProperty([other]);
  });

  it('has a README whose commands exist, in both languages', () => {
    const readme = text(name, 'README.md');
    const said = [...readme.matchAll(/npm (?:run ([\w:-]+)|(start))/g)].map(([, run, start]) => run ?? start);
    expect(said).toContain('sandbox');
    for (const script of said) expect(Object.keys(scripts)).toContain(script);
    for (const script of Object.keys(scripts))
      expect(said, `npm run ${script} in the README`).toContain(script);
    for (const [, target = ''] of readme.matchAll(/\]\(<?(?!https?:|#)([^)#>]+)/g)) {
      expect(existsSync(join(examples, name, target)), target).toBe(true);
    }
    const [indonesian = '', english = ''] = readme.split(/^---$/m);
    expect(indonesian).toContain('npm install && npm run sandbox');
    expect(english).toContain('npm install && npm run sandbox');
    // In the table of all examples.
    expect(text('README.md')).toContain(`](${name})`);
  });

  it('holds no secret, and says what it needs in .env.example', () => {
    const secret = /(SECRET|KEY|PASSWORD)\w* *(=|: *['"]) *['"]?[\w-]{4,}|your_clinic_secret|sandbox-client/;
    for (const file of mine.filter((one) => /\.(env\.example|[mc]?js|tsx?|json|php)$/.test(one))) {
      expect(secret.exec(text(file))?.[0], file).toBeUndefined();
    }
    expect(text(name, '.gitignore').split('\n')).toEqual(expect.arrayContaining(['.env', 'node_modules/']));
    const asked = mine.flatMap((file) => (/\.([mc]?js|tsx?|php)$/.test(file) ? text(file) : ''));
    if (!scripts.start) return;
    const given = text(name, '.env.example');
    for (const [variable] of asked.join('').matchAll(/\b(SATUSEHAT_[A-Z_]+|CLINIC_(CODE|SECRET))\b/g)) {
      expect(given, variable).toContain(`${variable}=`);
    }
  });
});
