/** The examples that serve pages or endpoints, each by its one command, in the hands of its users. */
import { stripVTControlCharacters } from 'node:util';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectMounted } from '../mount/mounted.js';
import { launchChromium } from '../support/chromium.js';
import { installExamples, runScript } from '../support/installed.js';
import { chromium } from '../support/need.js';
import { killAll, output, type Program } from '../support/program.js';
import { plainVisit } from '../support/visit.js';
import { sendFromPage } from './page.js';

const installed = installExamples(['express', 'fastify', 'hono', 'browser']);
afterAll(async () => {
  await killAll();
  installed.remove();
});

/** The first address that it prints, in colours too: Vite writes them wherever CI is set. */
async function address(run: Program): Promise<string> {
  for (;;) {
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(stripVTControlCharacters(await run.line()))?.[0];
    if (url) return url;
  }
}

function start(name: string, script = 'sandbox'): Program {
  return runScript(installed.folder + name, script, { PORT: '0' });
}

async function stop(run: Program): Promise<string | undefined> {
  run.child.kill('SIGTERM');
  // Vite says that it ended by the signal.
  expect([0, 143], run.errors()).toContain(await run.ended);
  return /platform tiruan (.*)/.exec(run.errors())?.[1];
}

it.concurrent.each(['express', 'fastify', 'hono'])(
  '%s has the service beneath a path, and an endpoint of its own that sends',
  async (name) => {
    const run = start(name);
    const url = await address(run);
    await expectMounted(`${url}/satusehat`);
    expect((await fetch(`${url}/readyz`)).status).toBe(404);

    const send = (visit: unknown) =>
      fetch(`${url}/kunjungan`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(visit),
      });
    const visit = { ...plainVisit(), pemeriksaan_fisik: undefined };
    const answers = await Promise.all([send(visit), send(visit)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    const unknown = await send({ ...visit, nik_pasien: '3201010101990009' });
    expect([unknown.status, await unknown.json()]).toEqual([
      404,
      {
        pesan: 'Pasien tidak ditemukan di SATUSEHAT.',
        langkah: expect.stringContaining('Periksa NIK.'),
        code: 'PATIENT_NOT_FOUND',
      },
    ]);
    const nothing = await send({});
    expect([nothing.status, await nothing.json()]).toMatchObject([422, { code: 'MISSING_REQUIRED_FIELDS' }]);
    // That of `expectMounted`, and this one once.
    expect(await stop(run)).toMatch(/Encounter 2, .*\(2 penulisan\)$/);
  },
);

it('without its environment it says what is missing', async () => {
  const run = runScript(`${installed.folder}express`, 'start');
  expect((await output(run)).code).toBe(1);
  expect(run.errors()).toContain('SATUSEHAT_ENCRYPTION_KEY');
});

const executablePath = chromium();
describe.skipIf(!executablePath)('in Chromium', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium(executablePath);
  });
  afterAll(() => browser?.close());

  it.concurrent.each([
    ['express', 'sandbox', /^Terkirim ke SATUSEHAT\. Nomor: [0-9a-f-]{36}$/],
    ['browser/plain', 'sandbox', /^Terkirim: [0-9a-f-]{36}$/],
    ['browser/vite', 'sandbox', /^Terkirim: [0-9a-f-]{36}$/],
    ['browser/vite', 'sandbox:preview', /^Terkirim: [0-9a-f-]{36}$/],
  ])('%s, npm run %s: sends a visit, and shows what is wrong', async (name, script, sent) => {
    const run = start(name, script);
    const url = await address(run);
    const { texts, secret } = await sendFromPage(browser, url);
    expect(texts).toEqual([
      expect.stringMatching(sent),
      expect.stringMatching(/^Pasien tidak ditemukan di SATUSEHAT\. Periksa NIK\./),
    ]);
    expect(secret).toBe(false);
    if (name === 'browser/plain') await expectClosed(url);
    expect(await stop(run)).toMatch(/Encounter 1.*\(1 penulisan\)$/);
  });
});

/** The proxy is for its own page alone. */
async function expectClosed(url: string): Promise<void> {
  for (const headers of [{ 'sec-fetch-site': 'cross-site' }, {}] as Record<string, string>[]) {
    const answer = await fetch(`${url}/satusehat/api/encounter`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(plainVisit()),
    });
    expect(answer.status).toBe(403);
  }
}
