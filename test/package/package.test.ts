/**
 * The package as it would be published: packed, unpacked beside its dependencies, used from ESM, CJS and TypeScript,
 * under the Node of this run and the oldest line that it takes.
 */
import { execFileSync, type StdioOptions } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { publint } from 'publint';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { oldestNode } from '../support/need.js';
import { root } from '../support/program.js';

let app: string;
let tarball: string;

beforeAll(() => {
  app = mkdtempSync(join(tmpdir(), 'satusehat-pack-'));
  const packed = execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', app], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const described = JSON.parse(packed);
  const [{ filename }] = Array.isArray(described) ? described : Object.values(described);
  tarball = join(app, filename);
  mkdirSync(join(app, 'node_modules'));
  execFileSync('tar', ['-xzf', tarball, '-C', app]);
  // Its dependencies are those of this repository: a link each, so that nothing else can be found.
  for (const name of [
    'ofetch',
    'zod',
    'p-retry',
    'hono',
    'csv-parse',
    'kysely',
    'lru-cache',
    '@hono',
    '@medplum',
    'destr',
    'node-fetch-native',
    'ufo',
    'is-network-error',
    'msw',
    'rfc6902',
    '@types',
    'undici-types',
  ]) {
    symlinkSync(join(root, 'node_modules', name), join(app, 'node_modules', name));
  }
  cpSync(join(app, 'package'), join(app, 'node_modules/satusehat-sdk'), { recursive: true });
});
afterAll(() => rmSync(app, { recursive: true, force: true }));

const visit = `
  const sandbox = createSandbox();
  const service = await createSatusehatService({
    clinics: [sandboxClinic], store: 'sqlite::memory:', encryptionKey: 'a1'.repeat(32),
    platform: { env: 'https://sandbox.invalid', fetch: (input, init) => sandbox.fetch(input, init) },
  });
  const client = new SatusehatClient({
    baseUrl: 'http://service.invalid', clinicCode: sandboxClinic.code, clinicSecret: sandboxClinic.secret,
    fetch: (input, init) => service.fetch(new Request(input, init)),
  });
  const { satusehat_id } = await client.getPatientId('3201234567890123');
  const error = await client.getPatientId('3201010101990009').catch((thrown) => thrown);
  await service.close();
  const satusehat = satusehatHandlers({ baseUrl: 'http://satusehat.test' });
  const server = setupServer(...satusehat);
  server.listen({ onUnhandledFrame: 'error' });
  const mocked = new SatusehatClient({ baseUrl: 'http://satusehat.test', allowInsecure: true, retries: 0 });
  satusehat.when('getPatientId', { error: 'MULTIPLE_MATCHES', times: 1 });
  const refused = await mocked.getPatientId('3201234567890123').catch((thrown) => thrown);
  await mocked.getPatientId('3201234567890123');
  const calls = satusehat.calls('getPatientId').map(({ status }) => status);
  server.close();
  console.log(JSON.stringify({
    calls, refused: refused.code, sameClass: refused instanceof SatusehatError,
    satusehat_id, code: error.code, branded: isSatusehatError(error), instance: error instanceof SatusehatError,
    mapper: typeof mapEncounter,
  }));
`;
const expected = {
  calls: [409, 200],
  refused: 'MULTIPLE_MATCHES',
  sameClass: true,
  satusehat_id: 'P00123456789',
  code: 'PATIENT_NOT_FOUND',
  branded: true,
  instance: true,
  mapper: 'function',
};

function run(file: string, code: string, node = process.execPath): unknown {
  writeFileSync(join(app, file), code);
  const stdio: StdioOptions = ['ignore', 'pipe', 'ignore'];
  return JSON.parse(execFileSync(node, [file], { cwd: app, encoding: 'utf8', stdio }));
}

const oldest = oldestNode();
const nodes: [string, string | undefined][] = [
  ['the Node of this run', process.execPath],
  ['Node 22', oldest],
];

describe('the packed package', () => {
  it('holds dist, bin and what npm always adds, no source and no test', () => {
    expect(readdirSync(join(app, 'package')).sort()).toEqual([
      'LICENSE',
      'README.id.md',
      'README.md',
      'bin',
      'dist',
      'package.json',
    ]);
    expect(readdirSync(join(app, 'package/bin'))).toEqual(['satusehat.mjs']);
  });

  it.skipIf(!oldest)('Node 22 is one', () => {
    expect(execFileSync(oldest ?? '', ['-v'], { encoding: 'utf8' })).toMatch(/^v22\./);
  });

  describe.each(nodes)('under %s', (_, node) => {
    it.skipIf(!node)('works from ESM', () => {
      const code = `
        import { setupServer } from 'msw/node';
        import { isSatusehatError, SatusehatClient, SatusehatError } from 'satusehat-sdk';
        import { mapEncounter } from 'satusehat-sdk/fhir';
        import { createSandbox, sandboxClinic } from 'satusehat-sdk/sandbox';
        import { createSatusehatService } from 'satusehat-sdk/server';
        import { satusehatHandlers } from 'satusehat-sdk/testing';
        ${visit}`;
      expect(run('use.mjs', code, node)).toEqual(expected);
    });

    it.skipIf(!node)('works from CJS', () => {
      const code = `
        const { setupServer } = require('msw/node');
        const { isSatusehatError, SatusehatClient, SatusehatError } = require('satusehat-sdk');
        const { mapEncounter } = require('satusehat-sdk/fhir');
        const { createSandbox, sandboxClinic } = require('satusehat-sdk/sandbox');
        const { createSatusehatService } = require('satusehat-sdk/server');
        const { satusehatHandlers } = require('satusehat-sdk/testing');
        (async () => { ${visit} })();`;
      expect(run('use.cjs', code, node)).toEqual(expected);
    });

    it.skipIf(!node)('has a command line', () => {
      const bin = join(app, 'node_modules/satusehat-sdk/bin/satusehat.mjs');
      expect(execFileSync(node ?? '', [bin, '--help'], { cwd: app, encoding: 'utf8' })).toContain('serve');
    });
  });

  it('an error of the CJS copy is recognized by the ESM copy', () => {
    const code = `
      import { createRequire } from 'node:module';
      import { isSatusehatError } from 'satusehat-sdk';
      const { SatusehatError } = createRequire(import.meta.url)('satusehat-sdk');
      console.log(JSON.stringify(isSatusehatError(new SatusehatError({ code: 'TIMEOUT' }))));`;
    expect(run('brand.mjs', code)).toBe(true);
  });

  it.each(['node16', 'bundler'])('its types compile with moduleResolution %s', (resolution) => {
    const esm = `
      import { SatusehatClient, type EncounterInput, isSatusehatError } from 'satusehat-sdk';
      import { createSatusehatService, type ClinicConfig } from 'satusehat-sdk/server';
      import { mapEncounter } from 'satusehat-sdk/fhir';
      import { createSandbox } from 'satusehat-sdk/sandbox';
      import { setupServer } from 'msw/node';
      import { type Call, satusehatHandlers } from 'satusehat-sdk/testing';
      const satusehat = satusehatHandlers({ baseUrl: 'https://x.example' });
      satusehat.when('kirimEncounter', { error: 'PATIENT_NOT_FOUND', times: 1 });
      // @ts-expect-error not an error of this endpoint
      satusehat.when('getPatientId', { error: 'ENCOUNTER_NOT_FOUND' });
      export const mock = setupServer(...satusehat);
      export const asked = (call: Call): string | undefined => call.endpoint === 'getPatientId' ? call.input?.nik : undefined;
      const client = new SatusehatClient({ baseUrl: 'https://x.example' });
      export const send = async (visit: EncounterInput): Promise<string | undefined> => {
        try { return (await client.kirimEncounter(visit)).encounter_id; }
        catch (error) { if (isSatusehatError(error) && error.code === 'INVALID_FIELDS') return error.details?.fields[0]?.field; throw error; }
      };
      export const clinics: ClinicConfig[] = [];
      export const parts = { createSatusehatService, mapEncounter, createSandbox };`;
    writeFileSync(join(app, 'types.mts'), esm);
    const files = ['types.mts'];
    if (resolution === 'node16') {
      writeFileSync(
        join(app, 'types.cts'),
        `import sdk = require('satusehat-sdk'); import testing = require('satusehat-sdk/testing');
        export const handlers: number = testing.satusehatHandlers({ baseUrl: 'https://x.example' }).length;
        export const client = new sdk.SatusehatClient('https://x.example', 'a', 'b');`,
      );
      files.push('types.cts');
    }
    const module = resolution === 'node16' ? 'node16' : 'esnext';
    const args = [
      '--noEmit',
      '--strict',
      '--skipLibCheck',
      'false',
      '--types',
      'node',
      '--target',
      'es2022',
      '--module',
      module,
      '--moduleResolution',
      resolution,
    ];
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    const outcome = (() => {
      try {
        return execFileSync(process.execPath, [tsc, ...args, ...files], { cwd: app, encoding: 'utf8' });
      } catch (error) {
        return (error as { stdout: string }).stdout;
      }
    })();
    expect(outcome).toBe('');
  });

  it('publint finds nothing', async () => {
    const { messages } = await publint({ pkgDir: join(app, 'package'), pack: false, strict: true });
    expect(messages).toEqual([]);
  });

  it('are-the-types-wrong finds nothing', () => {
    const attw = join(root, 'node_modules/@arethetypeswrong/cli/dist/index.js');
    const report = execFileSync(
      process.execPath,
      [attw, tarball, '--profile', 'node16', '--format', 'json'],
      {
        encoding: 'utf8',
        cwd: app,
      },
    );
    // node10 cannot resolve any package's subpaths: the profile leaves it out, the report does not.
    const problems = Object.values<{ resolutionKind?: string }[]>(JSON.parse(report).problems ?? {}).flat();
    expect(problems.filter(({ resolutionKind }) => resolutionKind !== 'node10')).toEqual([]);
  });

  it('holds the builds for pages, where unpkg and jsdelivr look for them', () => {
    const at = join(app, 'node_modules/satusehat-sdk');
    const { unpkg, jsdelivr } = JSON.parse(readFileSync(join(at, 'package.json'), 'utf8'));
    expect(unpkg).toBe(jsdelivr);
    const code = `
      const { readFileSync } = require('node:fs');
      const file = require.resolve('satusehat-sdk/browser/satusehat.iife.js');
      const Satusehat = new Function(readFileSync(file, 'utf8') + '; return Satusehat')();
      const { SatusehatClient } = Satusehat;
      new SatusehatClient({ baseUrl: 'https://x.example' }).kirimEncounter({})
        .catch(({ code }) => console.log(JSON.stringify({ file, code })));`;
    expect(run('page.cjs', code)).toEqual({
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
