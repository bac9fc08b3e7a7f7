/** The service as a route of a Next.js app, built and started as it is in production, with the built package. */
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createSandbox, sandboxClinic, sandboxCredential } from '../../src/sandbox.js';
import { listen } from '../../src/server.js';
import { frameworks } from '../support/need.js';
import { killAll, type Program, program, root } from '../support/program.js';
import { KEY } from '../support/world.js';
import { expectMounted } from './mounted.js';

const folder = frameworks() ?? '';
/** Beneath the folder, so that the app finds Next.js; git knows it as something built. */
const app = join(folder, `dist.next-${process.pid}`);

const undo: (() => unknown)[] = [];
afterAll(async () => {
  await killAll();
  for (const step of undo.reverse()) await step();
});

function next(args: string[], env: Record<string, string> = {}): Program {
  return program([join(folder, 'node_modules/next/dist/bin/next'), ...args], {
    NODE_ENV: 'production',
    NEXT_TELEMETRY_DISABLED: '1',
    // It would write the binaries of this machine into the lock file of this repository.
    NEXT_IGNORE_INCORRECT_LOCKFILE: '1',
    ...env,
  });
}

describe.skipIf(!folder)('Next.js', () => {
  it('route handlers', { timeout: 120_000 }, async () => {
    undo.push(() => rmSync(app, { recursive: true, force: true }));
    cpSync(join(root, 'test/mount/next-app'), app, { recursive: true });
    // A copy, as an install makes it: a link would lead out of node_modules, and into the bundle.
    const installed = join(app, 'node_modules/satusehat-sdk');
    mkdirSync(installed, { recursive: true });
    for (const name of ['dist', 'package.json']) {
      cpSync(join(root, name), join(installed, name), { recursive: true });
    }
    const build = next(['build', app]);
    expect(await build.ended, build.errors()).toBe(0);

    const sandbox = createSandbox();
    const platform = await listen(sandbox);
    undo.push(platform.close);
    const run = next(['start', app, '--port', '0', '--hostname', '127.0.0.1'], {
      CLINIC_CODE: sandboxClinic.code,
      CLINIC_SECRET: sandboxClinic.secret,
      SATUSEHAT_ENV: platform.url,
      SATUSEHAT_CLIENT_ID: sandboxCredential.clientId,
      SATUSEHAT_CLIENT_SECRET: sandboxCredential.clientSecret,
      SATUSEHAT_ORGANIZATION_ID: sandboxCredential.organizationId,
      SATUSEHAT_ENCRYPTION_KEY: KEY,
      DATA: join(app, 'data'),
    });
    let url: string | undefined;
    while (!url) url = /http:\/\/127\.0\.0\.1:\d+/.exec(await run.line())?.[0];
    await expectMounted(`${url}/satusehat`);
    expect(sandbox.stats()).toMatchObject({ writes: 1, resources: { Encounter: 1, Observation: 7 } });
  });
});
