// biome-ignore-all lint/performance/useDomNodeTextContent: what a person sees is asked for, not what is hidden
/** The dashboard in a real Chromium, as a clinic's administrator uses it, on made-up days. */
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
// @ts-expect-error plain JavaScript, shared with the script that makes pictures
import { fillDays } from '../../scripts/dashboard/days.mjs';
import { createSandbox, type Sandbox, sandboxClinic } from '../../src/sandbox.js';
import {
  createSatusehatService,
  hashPassword,
  type Listening,
  type LogLine,
  listen,
  type SatusehatService,
} from '../../src/server.js';
import { launchChromium } from '../support/chromium.js';
import { chromium } from '../support/need.js';
import { KEY } from '../support/world.js';

const executablePath = chromium();
const PASSWORD = 'kata sandi pengelola';
const UNKNOWN_NIK = '3201010101990077';
const OTHER = { ...sandboxClinic, code: 'KLINIK-002', secret: 'rahasia-klinik-dua' };
/** Where pictures go, when somebody wants to look. */
const pictures = process.env.DASHBOARD_PICTURES;

interface Site {
  url: string;
  clock: { now: number };
  sandbox: Sandbox;
  service: SatusehatService;
  log: LogLine[];
  close(): Promise<void>;
}

let browser: Browser;
let page: Page;
/** What the page complained of: a refused script or style is among it. */
let complaints: string[];
const sites: Site[] = [];

async function startSite(kind: 'empty' | 'day' | 'bad'): Promise<Site> {
  const clock = { now: Date.parse('2026-11-24T10:15:00+07:00') };
  const now = () => clock.now;
  const sandbox = createSandbox({ now });
  const log: LogLine[] = [];
  const service = await createSatusehatService({
    clinics: [sandboxClinic, OTHER],
    platform: {
      ...{ env: 'https://sandbox.invalid', fetch: sandbox.fetch, sleep: async () => {} },
      ...{ circuit: {}, retries: 0, perMinute: 300 },
    },
    store: 'sqlite::memory:',
    encryptionKey: KEY,
    dashboard: { password: await hashPassword(PASSWORD) },
    delivery: { backoff: { base: 600_000, cap: 3_600_000 }, settleDelay: 1, settlePatience: 0 },
    log: (line) => log.push(line),
    now,
  });
  if (kind !== 'empty')
    await fillDays({ fetch: service.fetch, clock, sandbox, clinic: sandboxClinic }, kind, 2);
  const server: Listening = await listen(service);
  const site = {
    ...{ url: `${server.url}/dashboard`, clock, sandbox, service, log },
    async close() {
      await server.close();
      await service.close();
    },
  };
  sites.push(site);
  return site;
}

async function open(options: Parameters<Browser['newContext']>[0] = {}): Promise<void> {
  const context = await browser.newContext({ locale: 'id-ID', timezoneId: 'Asia/Jakarta', ...options });
  page = await context.newPage();
  // Sooner than the test’s own: it says what was waited for.
  page.setDefaultTimeout(10_000);
  complaints = [];
  page.on('console', (line) => {
    if (line.type() === 'error' || line.type() === 'warning') complaints.push(line.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
}

async function signIn(site: Site, code = sandboxClinic.code, secret = sandboxClinic.secret): Promise<void> {
  await page.goto(`${site.url}/masuk`);
  await page.getByLabel('Kode klinik').fill(code);
  await page.getByLabel('Rahasia klinik').fill(secret);
  await page.getByRole('button', { name: 'Masuk' }).click();
}

/** A visit of a patient whom nobody knows. */
function sendVisit(site: Site, change: Record<string, unknown>): Promise<Response> {
  return site.service.fetch(
    new Request('http://service.invalid/api/encounter', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-clinic-code': sandboxClinic.code,
        'x-clinic-secret': sandboxClinic.secret,
      },
      body: JSON.stringify({
        ...{ nik_pasien: UNKNOWN_NIK, tanggal_kunjungan: '2026-11-24T08:00:00+07:00', jenis_layanan: '101' },
        ...{ jenis_kunjungan: '1', poli: '100001', dokter: '10001234567' },
        ...change,
      }),
    }),
  );
}

const title = () => page.getByRole('heading', { level: 1 }).innerText();
const tile = (name: string) => page.locator('.tile', { hasText: name }).locator('.value').innerText();

describe.skipIf(!executablePath)('the dashboard in Chromium', () => {
  let day: Site;

  beforeAll(async () => {
    browser = await launchChromium(executablePath);
    day = await startSite('day');
  });
  afterEach(() => page?.context().close());
  afterAll(async () => {
    await browser?.close();
    for (const site of sites) await site.close();
  });

  it('shows the day’s numbers, and leads to what failed and why', async () => {
    await open();
    await page.goto(day.url);
    expect(page.url()).toBe(`${day.url}/masuk`);
    await signIn(day);
    expect(await title()).toBe('Ringkasan');
    expect(await tile('Diterima hari ini')).toBe('20');
    expect(await tile('Perlu tindakan')).toBe('1');
    expect(await tile('Kunjungan terbuka')).toBe('2');
    expect(await page.locator('.chart svg g').count()).toBe(30);
    expect(await page.locator('.chart svg rect.sent').count()).toBeGreaterThan(1);
    expect(await page.getByRole('img').getAttribute('aria-label')).toMatch(
      /^Kiriman 30 hari terakhir: \d+ diterima/,
    );

    await page.getByRole('link', { name: 'Kiriman', exact: true }).click();
    await page.getByLabel('Keadaan').selectOption({ label: 'Perlu tindakan' });
    await page.getByRole('button', { name: 'Terapkan' }).click();
    expect(await page.locator('tbody tr').count()).toBe(1);
    expect(await page.locator('tbody tr').innerText()).toContain('Pasien tidak ditemukan di SATUSEHAT.');
    await page.getByLabel('Jenis').selectOption({ label: 'Prosedur' });
    await page.getByRole('button', { name: 'Terapkan' }).click();
    expect(await page.getByText('Tidak ada kiriman yang cocok.').isVisible()).toBe(true);
    await page.getByRole('link', { name: 'Hapus saringan' }).click();
    await page.getByLabel('log_id atau no_registrasi').fill('RJ-261124-1012');
    await page.getByLabel('log_id atau no_registrasi').press('Enter');
    expect(await page.locator('tbody tr').count()).toBe(2);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Unduh CSV' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('kiriman-2026-11-24.csv');
    expect(complaints).toEqual([]);
  });

  it('changes by itself, and leaves alone what somebody works at', async () => {
    const site = await startSite('empty');
    await open();
    // The page’s own timers: nobody waits for them.
    await page.clock.install();
    await signIn(site);
    expect(await tile('Diterima hari ini')).toBe('0');
    const send = () => sendVisit(site, { no_registrasi: crypto.randomUUID() });
    await send();
    await page.clock.runFor(5_000);
    await page.waitForFunction(() => document.querySelector('.tile .value')?.textContent === '1');
    expect(await page.locator('.causes').innerText()).toContain('Pasien tidak ditemukan');
    // A screen reader hears that something needs attention.
    expect(await page.locator('body > p[role=status]').innerText()).toBe('Perlu tindakan: 1');
    await send();
    await page.clock.runFor(5_000);
    await page.locator('summary', { hasText: 'Kirim ulang semua (2)' }).click();
    await send();
    await page.clock.runFor(5_000);
    await page.waitForFunction(() => document.querySelector('.tile .value')?.textContent === '3');
    expect(await page.getByText('Sesudah penyebabnya diperbaiki, 2 kiriman').isVisible()).toBe(true);
    // When the session ends, the page says so.
    site.clock.now += 13 * 3_600_000;
    await page.clock.runFor(5_000);
    await page.getByText('Muat ulang halaman untuk masuk lagi').waitFor();
    await page.reload();
    expect(await page.getByText('Sesi sudah berakhir. Silakan masuk lagi.').isVisible()).toBe(true);
    const unwanted = complaints.filter((text) => !text.includes('401'));
    expect(unwanted).toEqual([]);
  });

  it('refuses a wrong password, a forged token and another clinic’s log_id', async () => {
    await open();
    await signIn(day, sandboxClinic.code, 'salah');
    expect(await page.getByRole('alert').innerText()).toContain('Tidak cocok');
    expect(await page.getByLabel('Kode klinik').inputValue()).toBe(sandboxClinic.code);
    await signIn(day);
    const link = await page.locator('.causes a').nth(1).getAttribute('href');
    await page.goto(new URL(link ?? '', day.url).href);
    await page.locator('form[action$="kirim-ulang"] input[name=csrf]').evaluate((input) => {
      (input as HTMLInputElement).value = 'f'.repeat(64);
    });
    await page.getByRole('button', { name: 'Kirim ulang', exact: true }).click();
    expect(await title()).toBe('Halaman sudah kedaluwarsa');
    await page.goto(`${day.url}`);
    await page.getByRole('button', { name: 'Keluar' }).click();
    await signIn(day, OTHER.code, OTHER.secret);
    await page.goto(new URL(link ?? '', day.url).href);
    expect(await title()).toBe('Halaman tidak ada');
    const cookies = await page.context().cookies();
    expect(cookies.map(({ name, httpOnly, sameSite }) => ({ name, httpOnly, sameSite }))).toEqual([
      { name: 'satusehat_dashboard', httpOnly: true, sameSite: 'Strict' },
    ]);
    expect(await page.evaluate(() => document.cookie)).toBe('');
  });

  it('shows hostile text as text, and runs none of it', async () => {
    const site = await startSite('empty');
    const hostile = '"><img src=x onerror=alert(1)><script>alert(2)</script>';
    await sendVisit(site, {
      ...{ poli: '"><b id=x>', no_registrasi: '"><b id=x>', keluhan_utama: hostile, anamnesa: hostile },
    });
    await open();
    await signIn(site);
    expect(await page.locator('.causes').innerText()).toContain('"><b id=x>');
    await page.locator('.causes .rows a').first().click();
    await page.getByRole('button', { name: 'Tampilkan semuanya' }).click();
    expect(await page.locator('.json').innerText()).toContain('<script>alert(2)</script>');
    await page.goBack();
    await page.getByRole('button', { name: 'Perbaiki dan kirim ulang' }).click();
    expect(
      await page
        .getByLabel(/keluhan_utama/)
        .first()
        .inputValue(),
    ).toBe(hostile);
    expect(await page.locator('#x, img[src=x], script:not([src])').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  it('is used by keyboard alone', async () => {
    await open();
    await page.goto(`${day.url}/masuk`);
    await page.keyboard.press('Tab');
    while ((await page.evaluate(() => document.activeElement?.id)) !== 'kode')
      await page.keyboard.press('Tab');
    await page.keyboard.type(sandboxClinic.code);
    await page.keyboard.press('Tab');
    await page.keyboard.type(sandboxClinic.secret);
    await page.keyboard.press('Enter');
    await page.waitForURL(day.url);
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.className)).toBe('skip');
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('isi');
  });

  it('works without its script', async () => {
    await open({ javaScriptEnabled: false });
    await signIn(day);
    expect(await title()).toBe('Ringkasan');
    await page.goto(`${day.url}/kiriman?keadaan=failed`);
    await page.locator('tbody a').first().click();
    await page.getByRole('button', { name: 'Kirim ulang', exact: true }).click();
    expect(await page.locator('.state').innerText()).toContain('Perlu tindakan');
  });

  describe.each(['empty', 'day', 'bad'] as const)('with %s', (kind) => {
    let site: Site;
    beforeAll(async () => {
      site = kind === 'day' ? day : await startSite(kind);
    });

    // A full day in each theme at each width; of the others the two that differ most.
    const looks = [
      ['wide', 'light', { width: 1280, height: 900 }],
      ['wide', 'dark', { width: 1280, height: 900 }],
      ['narrow', 'light', { width: 360, height: 740 }],
      ['narrow', 'dark', { width: 360, height: 740 }],
    ] as const;
    it.each(kind === 'day' ? looks : [looks[0], looks[3]])(
      'nothing serious for a reader of screens, nothing wider than the page: %s, %s',
      async (width, colorScheme, viewport) => {
        await open({ viewport, colorScheme });
        const look = async (name: string) => {
          if (pictures) {
            mkdirSync(pictures, { recursive: true });
            await page.screenshot({
              path: join(pictures, `${kind}-${width}-${colorScheme}-${name}.png`),
              fullPage: true,
            });
          }
          const serious = await audit(page);
          expect(serious, name).toEqual([]);
          const wider = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
          expect(wider, name).toBeLessThanOrEqual(0);
        };
        await page.goto(`${site.url}/masuk`);
        if (kind === 'day') await look('masuk');
        await signIn(site);
        await look('ringkasan');
        const paths = {
          empty: ['kiriman'],
          day: ['kiriman', 'kunjungan-terbuka', 'platform', 'jejak'],
          bad: ['platform'],
        }[kind];
        for (const path of paths) {
          await page.goto(`${site.url}/${path}`);
          await look(path);
        }
        if (kind === 'day') {
          await page.goto(`${site.url}/kiriman?keadaan=failed`);
          await page.locator('tbody a').first().click();
          await look('kiriman-satu');
          await page.getByRole('button', { name: 'Perbaiki dan kirim ulang' }).click();
          await page.getByLabel(/nik_pasien/).fill('1');
          await page.getByRole('button', { name: 'Simpan dan kirim' }).click();
          await look('perbaiki');
        }
        expect(complaints.filter((text) => !text.includes('422'))).toEqual([]);
        expect(site.log.filter(({ event }) => event === 'bug')).toEqual([]);
      },
    );
  });

  // Last, since the others look at what failed.
  it('a failure is corrected, sent again, and seen to go; another is voided', async () => {
    const site = day;
    await open();
    await signIn(site);
    await page.getByRole('link', { name: /Kunjungan RJ-261124-1012/ }).click();
    expect(await page.locator('.state').innerText()).toContain('Perlu tindakan');
    expect(await page.content()).not.toContain(UNKNOWN_NIK);
    await page.getByRole('button', { name: 'Perbaiki dan kirim ulang' }).click();
    const nik = page.getByLabel(/nik_pasien/);
    expect(await nik.inputValue()).toBe(UNKNOWN_NIK);
    await nik.fill('123');
    await page.getByRole('button', { name: 'Simpan dan kirim' }).click();
    // What is wrong has the focus, and stands beside its field.
    expect(await page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('alert');
    expect(await nik.getAttribute('aria-invalid')).toBe('true');
    expect(await page.locator('#f-nik_pasien-problem').innerText()).toContain('harus 16 digit angka');
    await page.getByRole('link', { name: 'nik_pasien harus 16 digit angka' }).click();
    await nik.fill('9204014804000002');
    await page.getByRole('button', { name: 'Simpan dan kirim' }).click();
    expect(await page.getByText('Perbaikan disimpan dan dikirim.').isVisible()).toBe(true);
    expect(await page.locator('.state').innerText()).toContain('Terkirim');
    // The diagnosis that waited for it follows by itself, and the page of it says so without reloading.
    await page
      .locator('section', { hasText: 'Kiriman lain dari kunjungan ini' })
      .getByRole('link', { name: 'Diagnosis' })
      .click();
    await page.waitForFunction(() => document.querySelector('.state')?.textContent?.includes('Terkirim'));
    expect(await page.getByText('Tidak terkirim').count()).toBe(0);

    await page.getByRole('link', { name: 'Kunjungan', exact: true }).click();
    await page.getByText('Batalkan kiriman ini').click();
    expect(await page.getByText('Seluruh kunjungan ini ikut dibatalkan.').isVisible()).toBe(true);
    await page.getByLabel('Alasan (tidak wajib)').fill('salah pasien');
    await page.getByRole('button', { name: 'Ya, batalkan' }).click();
    expect(await page.locator('.state').innerText()).toContain('Dibatalkan');
    await page.getByRole('link', { name: 'Jejak audit' }).click();
    const trail = await page.locator('tbody').innerText();
    expect(trail).toContain('Membatalkan');
    expect(trail).toContain('Memperbaiki dan mengirim ulang');
    expect(complaints.filter((text) => !text.includes('422'))).toEqual([]);
  });
});

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** What axe-core finds that keeps somebody out. By a world of its own: the page's policy lets no script of ours in. */
async function audit(of: Page): Promise<string[]> {
  const session = await of.context().newCDPSession(of);
  const { frameTree } = await session.send('Page.getFrameTree');
  const { executionContextId } = await session.send('Page.createIsolatedWorld', {
    frameId: frameTree.frame.id,
  });
  const run = async (expression: string) => {
    const { result, exceptionDetails } = await session.send('Runtime.evaluate', {
      ...{ expression, contextId: executionContextId, awaitPromise: true, returnByValue: true },
    });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description);
    return result.value;
  };
  await run(readFileSync(axe, 'utf8'));
  const results: AxeResults = await run(
    `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })`,
  );
  await session.detach();
  expect(results.passes.length).toBeGreaterThan(10);
  return results.violations.flatMap(({ id, impact, nodes }) =>
    impact === 'serious' || impact === 'critical' || impact === 'moderate'
      ? [`${id}: ${nodes.map(({ target, failureSummary }) => `${target} ${failureSummary}`).join('; ')}`]
      : [],
  );
}
