/** The Next.js example, built and started as in production, with the built package: its routes and its page. */
import { stripVTControlCharacters } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { expectMounted } from '../mount/mounted.js';
import { launchChromium } from '../support/chromium.js';
import { type Installed, installExamples, runScript } from '../support/installed.js';
import { chromium, frameworks } from '../support/need.js';
import { killAll } from '../support/program.js';
import { plainVisit } from '../support/visit.js';
import { sendFromPage } from './page.js';

const there = frameworks();
const executablePath = chromium();
let installed: Installed | undefined;
afterAll(async () => {
  await killAll();
  installed?.remove();
});

describe.skipIf(!there)('next', () => {
  it('has the service as route handlers, and a page that sends', { timeout: 120_000 }, async () => {
    installed = installExamples(['next']);
    const run = runScript(`${installed.folder}next`, 'sandbox', {
      NODE_ENV: 'production',
      NEXT_TELEMETRY_DISABLED: '1',
      // It would write the binaries of this machine into the lock file of this repository.
      NEXT_IGNORE_INCORRECT_LOCKFILE: '1',
      PORT: '0',
    });
    let url: string | undefined;
    while (!url) url = /http:\/\/127\.0\.0\.1:\d+/.exec(stripVTControlCharacters(await run.line()))?.[0];
    await expectMounted(`${url}/satusehat`);
    let visits = 1;

    const elsewhere = await fetch(`${url}/kirim/api/encounter`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'sec-fetch-site': 'cross-site' },
      body: JSON.stringify(plainVisit()),
    });
    expect(elsewhere.status).toBe(403);
    if (executablePath) {
      const browser = await launchChromium(executablePath);
      const { texts, secret } = await sendFromPage(browser, url).finally(() => browser.close());
      expect(texts).toEqual([
        expect.stringMatching(/^Terkirim: [0-9a-f-]{36}$/),
        expect.stringMatching(/^Pasien tidak ditemukan di SATUSEHAT\. Periksa NIK\./),
      ]);
      expect(secret).toBe(false);
      visits++;
    }
    run.child.kill('SIGTERM');
    await run.ended;
    expect(run.errors()).toMatch(new RegExp(`menerima .*Encounter ${visits}, .*\\(${visits} penulisan\\)`));
  });
});
