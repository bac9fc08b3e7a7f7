/** What a clinic's staff does in a page of an example, and sees. */
import type { Browser } from 'playwright-core';
import { expect } from 'vitest';
import { sandboxClinic } from '../../src/sandbox.js';

export interface Seen {
  /** What the page said: of the visit that its form holds, then of a patient whom nobody knows. */
  texts: string[];
  /** True when something of the clinic's credential was in the page, or went out of it. */
  secret: boolean;
}

/** Sends a visit, and one that cannot be sent. */
export async function sendFromPage(browser: Browser, url: string): Promise<Seen> {
  const page = await (await browser.newContext()).newPage();
  const wire: string[] = [];
  const heard: Promise<unknown>[] = [];
  let named = false;
  page.on('request', (request) => {
    wire.push(request.url(), JSON.stringify(request.headers()), request.postData() ?? '');
    named ||= 'x-clinic-secret' in request.headers();
  });
  page.on('response', (response) => {
    wire.push(JSON.stringify(response.headers()));
    heard.push(
      response.text().then(
        (text) => wire.push(text),
        () => {},
      ),
    );
  });
  try {
    await page.goto(url);
    const status = page.locator('[role=status], output');
    const texts: string[] = [];
    for (const [nik, said] of [
      ['9204014804000002', /Terkirim/],
      ['3201010101990009', /ditemukan/],
    ] as const) {
      await page.getByLabel('NIK pasien').fill(nik);
      await page.getByRole('button', { name: 'Kirim' }).click();
      await status.filter({ hasText: said }).waitFor({ timeout: 30_000 });
      texts.push((await status.textContent())?.trim() ?? '');
    }
    await Promise.all(heard);
    expect(wire.some((text) => text.includes('nik_pasien'))).toBe(true);
    const secret = named || wire.some((text) => text.includes(sandboxClinic.secret));
    return { texts, secret };
  } finally {
    await page.context().close();
  }
}
