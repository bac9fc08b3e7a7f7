/** The package as it would be published: what is in it, whether its types compile, what bundlers make of it. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { publint } from 'publint';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../support/program.js';
import { ask, install, type Packed } from './packed.js';

let packed: Packed;
let app: string;

beforeAll(() => {
  packed = install(['msw', '@types/node']);
  app = packed.app;
});
afterAll(() => rmSync(app, { recursive: true, force: true }));

function run(file: string, code: string): Promise<unknown> {
  writeFileSync(join(app, file), code);
  return ask([process.execPath, file], app);
}

/** Everything that may be in it. */
const expected = [
  /^(LICENSE|README\.md|README\.id\.md|package\.json|bin\/satusehat\.mjs|dist\/THIRD-PARTY-LICENSES\.txt)$/,
  // The entries, and what package.json names in `imports`.
  /^dist\/(index|server|fhir|sandbox|testing|cli)\.(cjs|js|js\.map)$/,
  /^dist\/(index|server|fhir|sandbox|testing)\.d\.c?ts$/,
  /^dist\/(transport|memory)-(node|web)\.(cjs|js|js\.map)$/,
  // What they share, by its content.
  /^dist\/[a-z]+-[A-Z0-9]{8}\.(cjs|js|js\.map)$/,
  /^dist\/[a-z]+-[\w-]{8}\.d\.c?ts$/,
  /^dist\/browser\/(satusehat|satusehat\.iife|english|[a-z]+-[A-Z0-9]{8})\.js$/,
];

describe('the packed package', () => {
  it('holds dist, bin and what npm always adds, no source and no test', () => {
    expect(readdirSync(packed.installed).sort()).toEqual([
      'LICENSE',
      'README.id.md',
      'README.md',
      'bin',
      'dist',
      'package.json',
    ]);
    expect(readdirSync(join(packed.installed, 'bin'))).toEqual(['satusehat.mjs']);
    expect(packed.files.filter((file) => !expected.some((one) => one.test(file)))).toEqual([]);
  });

  it('is no larger than it has to be, and says nothing of the machine that made it', () => {
    expect(packed.size).toBeLessThan(2_000_000);
    expect(packed.unpackedSize).toBeLessThan(7_500_000);
    const telling = packed.files.filter((file) =>
      readFileSync(join(packed.installed, file), 'utf8').includes(root),
    );
    expect(telling).toEqual([]);
  });

  it('an error of the CJS copy is recognized by the ESM copy', async () => {
    const code = `
      import { createRequire } from 'node:module';
      import { isSatusehatError } from 'satusehat-sdk';
      const { SatusehatError } = createRequire(import.meta.url)('satusehat-sdk');
      console.log(JSON.stringify(isSatusehatError(new SatusehatError({ code: 'TIMEOUT' }))));`;
    expect(await run('brand.mjs', code)).toBe(true);
  });

  it('publint finds nothing', async () => {
    const { messages } = await publint({ pkgDir: packed.installed, pack: false, strict: true });
    expect(messages).toEqual([]);
  });

  it('are-the-types-wrong finds nothing', () => {
    const attw = join(root, 'node_modules/@arethetypeswrong/cli/dist/index.js');
    const report = execFileSync(
      process.execPath,
      [attw, packed.tarball, '--profile', 'node16', '--format', 'json'],
      {
        encoding: 'utf8',
        cwd: app,
      },
    );
    // node10 cannot resolve any package's subpaths: the profile leaves it out, the report does not.
    const problems = Object.values<{ resolutionKind?: string }[]>(JSON.parse(report).problems ?? {}).flat();
    expect(problems.filter(({ resolutionKind }) => resolutionKind !== 'node10')).toEqual([]);
  });

  it('holds the builds for pages, where unpkg and jsdelivr look for them', async () => {
    const at = packed.installed;
    const { unpkg, jsdelivr } = JSON.parse(readFileSync(join(at, 'package.json'), 'utf8'));
    expect(unpkg).toBe(jsdelivr);
    const code = `
      const { readFileSync } = require('node:fs');
      const file = require.resolve('satusehat-sdk/browser/satusehat.iife.js');
      const Satusehat = new Function(readFileSync(file, 'utf8') + '; return Satusehat')();
      const { SatusehatClient } = Satusehat;
      new SatusehatClient({ baseUrl: 'https://x.example' }).kirimEncounter({})
        .catch(({ code }) => console.log(JSON.stringify({ file, code })));`;
    expect(await run('page.cjs', code)).toEqual({
      file: realpathSync(join(at, unpkg)),
      code: 'MISSING_REQUIRED_FIELDS',
    });
    const licences = readFileSync(join(at, 'dist/THIRD-PARTY-LICENSES.txt'), 'utf8');
    expect(licences).toMatch(/^zod \d/m);
  });

  it('the server and the sandbox are closed to browsers, and the client takes nothing of Node along', async () => {
    const { build } = await import('esbuild');
    const bundle = (contents: string) =>
      build({
        stdin: { contents, resolveDir: app },
        bundle: true,
        write: false,
        format: 'esm',
        platform: 'browser',
        logLevel: 'silent',
      });
    const { outputFiles } = await bundle(`export { SatusehatClient } from 'satusehat-sdk';`);
    expect(outputFiles[0]?.text).not.toMatch(/node:|DatabaseSync|kysely/);
    for (const entry of ['server', 'sandbox']) {
      await expect(bundle(`export * from 'satusehat-sdk/${entry}';`)).rejects.toThrow();
    }
  });
});
