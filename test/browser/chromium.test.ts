/** The browser builds in a real Chromium, against the real service behind a proxy of the page's own origin. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createSandbox, type Sandbox, sandboxClinic } from '../../src/sandbox.js';
import { createSatusehatService, type Listening, listen, type SatusehatService } from '../../src/server.js';
import { launchChromium } from '../support/chromium.js';
import { chromium } from '../support/need.js';
import { root } from '../support/program.js';
import { guideVisit } from '../support/visit.js';
import { KEY } from '../support/world.js';
import { type Site, startSite } from './page.js';

const executablePath = chromium();
/** Like no other text in a page. */
const clinic = { ...sandboxClinic, secret: 'rahasia-0f9d4c7be21a' };

let sandbox: Sandbox;
let service: SatusehatService;
let server: Listening;
let site: Site;
let browser: Browser;
let page: Page;
/** Everything that went over the wire, either way, as text. */
let wire: string[];
let asked: string[];

const script = (tag: string) =>
  `<!doctype html><html lang="id"><title>Klinik</title><body>${tag}</body></html>`;

describe.skipIf(!executablePath)('in Chromium', () => {
  beforeAll(async () => {
    sandbox = createSandbox();
    service = await createSatusehatService({
      clinics: [clinic],
      platform: { env: 'https://sandbox.invalid', fetch: sandbox.fetch },
      store: 'sqlite::memory:',
      encryptionKey: KEY,
    });
    server = await listen(service);
    const mocked = await build({
      stdin: {
        contents: `
          import { setupWorker } from 'msw/browser';
          import { satusehatHandlers } from './dist/testing.js';
          import { SatusehatClient } from './dist/index.js';
          globalThis.mocked = { setupWorker, satusehatHandlers, SatusehatClient };`,
        resolveDir: root,
      },
      ...{ bundle: true, write: false, format: 'esm', platform: 'browser', logLevel: 'silent' },
    });
    const files = {
      '/module': script('<script type="module" src="/module.js"></script>'),
      '/module.js': `import * as Satusehat from '/dist/browser/satusehat.js'; globalThis.Satusehat = Satusehat;`,
      '/iife': script('<script src="/dist/browser/satusehat.iife.js"></script>'),
      '/worker.js': `
        import { SatusehatClient } from '/dist/browser/satusehat.js';
        onmessage = async ({ data: { visit, options } }) => {
          try { postMessage(await new SatusehatClient(options).kirimEncounter(visit)); }
          catch (error) { postMessage({ refused: error.message }); }
        };`,
      '/mocked': script('<script type="module" src="/mocked.js"></script>'),
      '/mocked.js': mocked.outputFiles?.[0]?.text ?? '',
      '/mockServiceWorker.js': readFileSync(
        createRequire(import.meta.url).resolve('msw/mockServiceWorker.js'),
        'utf8',
      ),
    };
    site = await startSite(files, {
      url: server.url,
      headers: { 'x-clinic-code': clinic.code, 'x-clinic-secret': clinic.secret },
    });
    browser = await launchChromium(executablePath);
  });
  afterEach(() => page?.context().close());
  afterAll(async () => {
    await browser?.close();
    await site?.close();
    await server?.close();
    await service?.close();
  });

  async function open(path: string): Promise<void> {
    const context = await browser.newContext();
    page = await context.newPage();
    wire = [];
    asked = [];
    page.on('request', async (request) => {
      asked.push(new URL(request.url()).pathname);
      wire.push(request.url(), JSON.stringify(request.headers()), request.postData() ?? '');
    });
    page.on('response', async (response) => {
      wire.push(JSON.stringify(response.headers()), await response.text().catch(() => ''));
    });
    await page.goto(site.url + path);
    await page.waitForFunction(() => 'Satusehat' in globalThis || 'mocked' in globalThis);
  }

  /** What a page can get hold of: its storage, its cookies, its document, and every script again. */
  const reachable = () =>
    page.evaluate(async () => {
      const scripts = performance
        .getEntriesByType('resource')
        .map(({ name }) => name)
        .filter((name) => name.endsWith('.js'));
      return JSON.stringify([
        { ...localStorage },
        { ...sessionStorage },
        document.cookie,
        await indexedDB.databases(),
        await caches.keys(),
        document.documentElement.outerHTML,
        await Promise.all(scripts.map((url) => fetch(url).then((answer) => answer.text()))),
      ]);
    });

  /** In the page, whatever the build: the client without a secret, through the page's own origin. */
  const send = (visit: unknown, locale: 'id' | 'en' = 'id') =>
    page.evaluate(
      async ([data, language]) => {
        const { SatusehatClient, isSatusehatError } = (globalThis as never as { Satusehat: never })
          .Satusehat as {
          SatusehatClient: typeof import('../../src/index.js').SatusehatClient;
          isSatusehatError: typeof import('../../src/index.js').isSatusehatError;
        };
        try {
          return await new SatusehatClient({ baseUrl: '/satusehat', locale: language }).kirimEncounter(
            data as never,
          );
        } catch (error) {
          if (!isSatusehatError(error)) throw error;
          const { code, status, message, details } = error;
          return { code, httpStatus: status, error: message, details };
        }
      },
      [visit, locale] as const,
    );

  it.each(['/module', '/iife'])(
    'the build of %s sends a visit, and no secret is within reach',
    async (path) => {
      await open(path);
      const writes = sandbox.stats().writes;
      const visit = { ...guideVisit(), no_registrasi: `CHROMIUM${path.replace('/', '-')}` };
      expect(await send(visit)).toMatchObject({ status: 'success', encounter_id: expect.any(String) });
      expect(sandbox.stats().writes).toBe(writes + 1);
      expect(await send({ ...visit, nik_pasien: '3201010101990009', no_registrasi: 'LAIN' })).toMatchObject({
        code: 'PATIENT_NOT_FOUND',
        httpStatus: 404,
        error: 'Pasien tidak ditemukan di SATUSEHAT.',
      });
      expect(site.proxied.length).toBeGreaterThan(0);

      const before = site.proxied.length;
      expect(await send({ ...visit, poli: '' })).toMatchObject({
        code: 'MISSING_REQUIRED_FIELDS',
        details: { fields: [{ field: 'poli', message: 'poli wajib diisi' }] },
      });
      expect(site.proxied.length).toBe(before);

      expect(asked).not.toContain('/dist/browser/english.js');
      expect(await send({ ...visit, poli: '' }, 'en')).toMatchObject({
        error: 'Required fields are missing: poli is required.',
      });
      expect(asked).toContain('/dist/browser/english.js');

      const within = [...wire, await reachable()].join('\n');
      expect(within).toContain('nik_pasien');
      expect(within).not.toContain(clinic.secret);
      expect(within.toLowerCase()).not.toContain(Buffer.from(clinic.secret).toString('base64').toLowerCase());
    },
  );

  it('the module loads the schemas with the first call, not before', async () => {
    await open('/module');
    const schemas = () => asked.filter((path) => path.includes('/schemas-'));
    expect(asked).toContain('/dist/browser/satusehat.js');
    expect(schemas()).toEqual([]);
    await send({ poli: '' });
    expect(schemas()).toHaveLength(1);
  });

  it('refuses a secret in a page and in a worker; a worker sends through the same proxy', async () => {
    await open('/module');
    const options = { baseUrl: '/satusehat', clinicCode: clinic.code, clinicSecret: 'apa-saja' };
    const inPage = await page.evaluate((given) => {
      const { SatusehatClient } = (globalThis as never as { Satusehat: never }).Satusehat as {
        SatusehatClient: typeof import('../../src/index.js').SatusehatClient;
      };
      try {
        return String(new SatusehatClient(given));
      } catch (error) {
        return (error as Error).message;
      }
    }, options);
    const inWorker = (given: object) =>
      page.evaluate(
        (data) =>
          new Promise<Record<string, unknown>>((resolve, reject) => {
            const worker = new Worker('/worker.js', { type: 'module' });
            worker.onmessage = (event) => resolve(event.data);
            worker.onerror = () => reject(new Error('the worker does not start'));
            worker.postMessage(data);
          }),
        { visit: { ...guideVisit(), no_registrasi: 'CHROMIUM-WORKER' }, options: given },
      );
    expect(inPage).toContain('clinicSecret must not be in a browser');
    expect((await inWorker(options)).refused).toContain('clinicSecret must not be in a browser');
    expect(inPage).not.toContain('apa-saja');
    expect(await inWorker({ baseUrl: '/satusehat' })).toMatchObject({ status: 'success' });
  });

  it('satusehat-sdk/testing answers there too, in a service worker of msw', async () => {
    await open('/mocked');
    const seen = await page.evaluate(async () => {
      const { setupWorker, satusehatHandlers, SatusehatClient } = (globalThis as never as { mocked: never })
        .mocked as {
        setupWorker: typeof import('msw/browser').setupWorker;
        satusehatHandlers: typeof import('../../src/testing.js').satusehatHandlers;
        SatusehatClient: typeof import('../../src/index.js').SatusehatClient;
      };
      const satusehat = satusehatHandlers({ baseUrl: '/satusehat' });
      const worker = setupWorker(...satusehat);
      await worker.start({ quiet: true });
      satusehat.when('getPatientId', { error: 'PATIENT_NOT_FOUND', times: 1 });
      const client = new SatusehatClient({ baseUrl: '/satusehat' });
      const first = await client.getPatientId('3201010101990009').catch((error) => error.code);
      const second = await client.getPatientId('3201234567890123');
      const calls = satusehat.calls().map(({ endpoint, status }) => `${endpoint} ${status}`);
      worker.stop();
      return [first, second.satusehat_id, ...calls];
    });
    expect(seen).toEqual(['PATIENT_NOT_FOUND', 'P00123456789', 'getPatientId 404', 'getPatientId 200']);
  });
});
