/**
 * Pictures of the dashboard with made-up days, from the built package and a real Chromium.
 *
 *   node scripts/dashboard/picture.mjs               the one in the README
 *   node scripts/dashboard/picture.mjs --all FOLDER  every page, empty, on a day and on a bad day, wide and narrow
 */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { createSandbox, sandboxClinic } from '../../dist/sandbox.js';
import { createSatusehatService, hashPassword, listen } from '../../dist/server.js';
import { fillDays } from './days.mjs';

const PASSWORD = 'kata sandi contoh';
const executablePath = [process.env.CHROMIUM ?? '', '/usr/bin/chromium'].find((file) => existsSync(file));
const password = await hashPassword(PASSWORD);

/** A service with such a day behind it, at ten in the morning. */
async function start(kind) {
  const clock = { now: Date.parse('2026-11-24T10:15:00+07:00') };
  const now = () => clock.now;
  const sandbox = createSandbox({ now });
  const service = await createSatusehatService({
    clinics: [sandboxClinic],
    platform: {
      env: 'https://sandbox.invalid',
      fetch: sandbox.fetch,
      circuit: {},
      retries: 0,
      perMinute: 300,
      sleep: async () => {},
    },
    store: 'sqlite::memory:',
    encryptionKey: 'a1'.repeat(32),
    dashboard: { password },
    delivery: { backoff: { base: 600_000, cap: 3_600_000 }, settleDelay: 1, settlePatience: 0 },
    now,
  });
  if (kind !== 'empty') await fillDays({ fetch: service.fetch, clock, sandbox, clinic: sandboxClinic }, kind);
  const server = await listen(service);
  return {
    url: `${server.url}/dashboard`,
    async close() {
      await server.close();
      await service.close();
    },
  };
}

async function open(browser, url, options) {
  const context = await browser.newContext({ locale: 'id-ID', timezoneId: 'Asia/Jakarta', ...options });
  const page = await context.newPage();
  await page.goto(`${url}/masuk`);
  await page.fill('#kode', sandboxClinic.code);
  await page.fill('#rahasia', sandboxClinic.secret);
  await page.click('button.main');
  await page.waitForSelector('.tiles');
  return { page, close: () => context.close() };
}

const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
const all = process.argv[2] === '--all' ? process.argv[3] : undefined;
try {
  if (all) await everything(all);
  else await one(fileURLToPath(new URL('../../docs/images/dashboard.png', import.meta.url)));
} finally {
  await browser.close();
}

async function one(path) {
  const site = await start('day');
  const { page, close } = await open(browser, site.url, { viewport: { width: 1120, height: 1000 } });
  await page.screenshot({ path });
  await close();
  await site.close();
  console.log(path);
}

async function everything(folder) {
  mkdirSync(folder, { recursive: true });
  for (const kind of ['empty', 'day', 'bad']) {
    const site = await start(kind);
    for (const [width, viewport] of [
      ['wide', { width: 1280, height: 900 }],
      ['narrow', { width: 375, height: 760 }],
    ]) {
      const colorScheme = width === 'narrow' && kind === 'bad' ? 'dark' : 'light';
      const { page, close } = await open(browser, site.url, { viewport, colorScheme });
      const take = async (name) => {
        await page.screenshot({ path: join(folder, `${kind}-${width}-${name}.png`), fullPage: true });
      };
      await take('overview');
      for (const path of ['kiriman', 'kunjungan-terbuka', 'platform', 'jejak']) {
        await page.goto(`${site.url}/${path}`);
        await take(path);
      }
      if (kind !== 'empty') {
        await page.goto(`${site.url}/kiriman?keadaan=failed`);
        await page.click('tbody a');
        await take('one');
        await page.getByRole('button', { name: 'Perbaiki dan kirim ulang' }).click();
        await take('correct');
      }
      await close();
    }
    await site.close();
  }
}
