/** The packed package, used for real in every runtime that it says it works in. */
import { spawn } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSandbox, type Sandbox, sandboxClinic } from '../../src/sandbox.js';
import { createSatusehatService, type Listening, listen, type SatusehatService } from '../../src/server.js';
import { runtime } from '../support/need.js';
import { guideVisit } from '../support/visit.js';
import { KEY } from '../support/world.js';
import { ask, install, type Packed } from './packed.js';

let packed: Packed;
let sandbox: Sandbox;
let service: SatusehatService;
let server: Listening;

beforeAll(async () => {
  packed = install(['msw']);
  sandbox = createSandbox();
  service = await createSatusehatService({
    clinics: [sandboxClinic],
    platform: { env: 'https://sandbox.invalid', fetch: sandbox.fetch },
    store: 'sqlite::memory:',
    encryptionKey: KEY,
  });
  server = await listen(service);
});
afterAll(async () => {
  await server?.close();
  await service?.close();
  if (packed) rmSync(packed.app, { recursive: true, force: true });
});

/** A visit over a socket to a service that runs elsewhere, and an error: what every runtime must be able to do. */
const overSocket = `
  const visit = JSON.parse(process.env.VISIT);
  const client = new SatusehatClient({
    baseUrl: process.env.SATUSEHAT_BASE_URL, clinicCode: process.env.CLINIC_CODE, clinicSecret: process.env.CLINIC_SECRET,
  });
  const sent = await client.kirimEncounter(visit);
  const again = await client.kirimEncounter(visit);
  const thrown = await client.getPatientId('3201010101990009').catch((error) => error);
  const socket = { status: sent.status, once: sent.log_id === again.log_id, code: isSatusehatError(thrown) && thrown.code };`;

/** Client, service, store and platform in one process. */
const inProcess = `
  const sandbox = createSandbox();
  const service = await createSatusehatService({
    clinics: [sandboxClinic], store: 'sqlite:' + process.env.STORE, encryptionKey: 'a1'.repeat(32),
    platform: { env: 'https://sandbox.invalid', fetch: (input, init) => sandbox.fetch(input, init) },
  });
  const inner = new SatusehatClient({
    baseUrl: 'http://service.invalid', clinicCode: sandboxClinic.code, clinicSecret: sandboxClinic.secret,
    fetch: (input, init) => service.fetch(new Request(input, init)),
  });
  const { status, data } = await inner.kirimEncounter({ ...visit, no_registrasi: 'SENDIRI' });
  const refused = await inner.getPatientId('3201010101990009').catch((error) => error);
  await service.close();
  const own = {
    status, delivery: data.delivery, encounters: sandbox.resources('Encounter').length,
    instance: refused instanceof SatusehatError, branded: isSatusehatError(refused), mapper: typeof mapEncounter,
  };`;

/** The tests of an app, where msw itself works: not in Bun, and not in Deno. */
const mocked = `
  const handlers = satusehatHandlers({ baseUrl: 'http://satusehat.test' });
  const mock = setupServer(...handlers);
  mock.listen({ onUnhandledFrame: 'error' });
  const tested = new SatusehatClient({ baseUrl: 'http://satusehat.test', retries: 0 });
  handlers.when('getPatientId', { error: 'MULTIPLE_MATCHES', times: 1 });
  const planned = await tested.getPatientId('3201234567890123').catch((error) => error);
  await tested.getPatientId('3201234567890123');
  const msw = [planned.code, planned instanceof SatusehatError, ...handlers.calls('getPatientId').map((call) => call.status)];
  mock.close();`;

const parts: Record<string, string[]> = {
  'satusehat-sdk': ['isSatusehatError', 'SatusehatClient', 'SatusehatError'],
  'satusehat-sdk/fhir': ['mapEncounter'],
  'satusehat-sdk/sandbox': ['createSandbox', 'sandboxClinic'],
  'satusehat-sdk/server': ['createSatusehatService'],
  'satusehat-sdk/testing': ['satusehatHandlers'],
  'msw/node': ['setupServer'],
};
const body = (msw: boolean) =>
  `${overSocket}${inProcess}${msw ? mocked : 'const msw = null;'} console.log(JSON.stringify({ socket, own, msw }));`;
const lines = (line: (names: string, from: string) => string, msw: boolean) =>
  Object.entries(parts)
    .filter(([from]) => msw || !/msw|testing/.test(from))
    .map(([from, names]) => line(names.join(', '), from))
    .join('\n');
const esm = (msw: boolean) =>
  `${lines((names, from) => `import { ${names} } from '${from}';`, msw)}\n${body(msw)}`;
const cjs = (msw: boolean) =>
  `${lines((names, from) => `const { ${names} } = require('${from}');`, msw)}\n(async () => { ${body(msw)} })();`;

const expected = (msw: boolean) => ({
  socket: { status: 'success', once: true, code: 'PATIENT_NOT_FOUND' },
  own: {
    status: 'success',
    delivery: 'sent',
    encounters: 1,
    instance: true,
    branded: true,
    mapper: 'function',
  },
  msw: msw ? ['MULTIPLE_MATCHES', true, 409, 200] : null,
});

let visits = 0;
/** A visit of its own for every run, where to send it, and where to keep one. */
function environment(visit = true): Record<string, string> {
  if (visit) visits++;
  return {
    SATUSEHAT_BASE_URL: server.url,
    CLINIC_CODE: sandboxClinic.code,
    CLINIC_SECRET: sandboxClinic.secret,
    VISIT: JSON.stringify({ ...guideVisit(), no_registrasi: `JALAN-${visits}` }),
    STORE: join(packed.app, `${visits}.db`),
  };
}

const node22 = runtime('node', 'bin/node');
const node26 = runtime('node26', 'bin/node');
const bun = runtime('bun', 'bin/bun.exe');
const deno = runtime('deno', 'deno');
const workerd = runtime('workerd', 'bin/workerd');

describe.each([
  ['Node 22', node22, /^v22\./],
  ['Node 24', process.execPath, /^v24\./],
  ['Node 26', node26, /^v26\./],
  ['Bun', bun, /^\d+\.\d+/],
  ['Deno', deno, /^deno \d+/],
])('%s', (name, file, version) => {
  const node = name.startsWith('Node');
  const command = [file ?? '', ...(name === 'Deno' ? ['run', '--allow-all'] : [])];

  it.skipIf(!file)('is what it says', async () => {
    const said = await new Promise<string>((resolve, reject) => {
      const child = spawn(file ?? '', ['--version'], { stdio: ['ignore', 'pipe', 'ignore'] });
      let text = '';
      child.stdout.on('data', (chunk) => {
        text += chunk;
      });
      child.on('error', reject).on('close', () => resolve(text));
    });
    expect(said).toMatch(version);
  });

  it.skipIf(!file)('takes it as a module', async () => {
    writeFileSync(join(packed.app, 'use.mjs'), esm(node));
    expect(await ask([...command, 'use.mjs'], packed.app, environment())).toEqual(expected(node));
  });

  it.skipIf(!file)('takes it by require', async () => {
    writeFileSync(join(packed.app, 'use.cjs'), cjs(node));
    expect(await ask([...command, 'use.cjs'], packed.app, environment())).toEqual(expected(node));
  });
});

describe.each([
  ['Node 22', node22],
  ['Node 24', process.execPath],
  ['Node 26', node26],
])('%s', (_, file) => {
  it.skipIf(!file)('runs the command line', async () => {
    const bin = join(packed.installed, 'bin/satusehat.mjs');
    const status = [file ?? '', bin, 'status', '--json'];
    expect(await ask(status, packed.app, environment(false))).toMatchObject({
      items: expect.arrayContaining([expect.objectContaining({ state: 'sent' })]),
    });
  });
});

describe.skipIf(!workerd)('workerd', () => {
  it('takes the client, bundled, and its secret from the environment', async () => {
    const worker = await build({
      stdin: {
        contents: `
          import { isSatusehatError, SatusehatClient } from 'satusehat-sdk';
          export default {
            async fetch(request, env) {
              const clinic = { baseUrl: env.BASE_URL, clinicCode: env.CODE, clinicSecret: env.SECRET };
              const client = new SatusehatClient(clinic);
              const visit = await request.json();
              const sent = await client.kirimEncounter(visit);
              const again = await client.kirimEncounter(visit);
              const thrown = await client.getPatientId('3201010101990009').catch((error) => error);
              return Response.json({
                status: sent.status, once: sent.log_id === again.log_id,
                code: isSatusehatError(thrown) && thrown.code,
              });
            },
          };`,
        resolveDir: packed.app,
      },
      bundle: true,
      write: false,
      format: 'esm',
      // As Cloudflare's own tool bundles it.
      conditions: ['workerd', 'worker', 'browser'],
      platform: 'browser',
      logLevel: 'silent',
    });
    writeFileSync(join(packed.app, 'worker.js'), worker.outputFiles[0]?.text ?? '');
    const { SATUSEHAT_BASE_URL, CLINIC_CODE, CLINIC_SECRET, VISIT } = environment();
    writeFileSync(
      join(packed.app, 'worker.capnp'),
      `using Workerd = import "/workerd/workerd.capnp";
      const config :Workerd.Config = (
        services = [
          (name = "main", worker = (
            modules = [(name = "worker", esModule = embed "worker.js")],
            compatibilityDate = "2026-11-01",
            bindings = [
              (name = "BASE_URL", text = "${SATUSEHAT_BASE_URL}"),
              (name = "CODE", text = "${CLINIC_CODE}"),
              (name = "SECRET", text = "${CLINIC_SECRET}"),
            ],
            globalOutbound = "here",
          )),
          (name = "here", network = (allow = ["local"])),
        ],
        sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
      );`,
    );
    const child = spawn(workerd ?? '', ['serve', 'worker.capnp', '--control-fd=3'], {
      cwd: packed.app,
      stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
    });
    try {
      const port = await new Promise<number>((resolve, reject) => {
        child.stdio[3]?.on('data', (line) => resolve(JSON.parse(String(line)).port));
        child.on('close', () => reject(new Error('workerd ended')));
      });
      const answer = await fetch(`http://127.0.0.1:${port}`, { method: 'POST', body: VISIT });
      expect(await answer.json()).toEqual({
        status: 'success',
        once: true,
        code: 'PATIENT_NOT_FOUND',
      });
    } finally {
      child.kill();
    }
  });
});

it('every visit that was sent over a socket is at the platform once', () => {
  expect(sandbox.stats().resources.Encounter).toBe(visits);
  expect(sandbox.stats().duplicates.byIdentifier).toBe(0);
});
