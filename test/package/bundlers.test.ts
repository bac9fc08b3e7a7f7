/** The packed client in the hands of bundlers: what they make of it sends a visit from a real Chromium, and from Node. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build as esbuild } from 'esbuild';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sandboxClinic } from '../../src/sandbox.js';
import { type Listening, listen } from '../../src/server.js';
import { type Site, startSite } from '../browser/page.js';
import { launchChromium } from '../support/chromium.js';
import { chromium, frameworks } from '../support/need.js';
import { plainVisit } from '../support/visit.js';
import { closeWorlds, startWorld } from '../support/world.js';
import { ask, install, type Packed } from './packed.js';

const there = frameworks();
const executablePath = chromium();

const source = `
  import { isSatusehatError, SatusehatClient } from 'satusehat-sdk';
  globalThis.send = async (options, visit) => {
    const client = new SatusehatClient({ ...options, locale: 'en' });
    const { status } = await client.kirimEncounter(visit);
    const thrown = await client.getPatientId('3201010101990009').catch((error) => error);
    return { status, known: isSatusehatError(thrown), code: thrown.code, message: thrown.message };
  };`;
/** The English words are a chunk of their own, loaded when they are asked for. */
const sent = {
  status: 'success',
  known: true,
  code: 'PATIENT_NOT_FOUND',
  message: expect.stringMatching(/^The patient/),
};

const bundlers: Record<string, (entry: string, folder: string, packages: string) => Promise<unknown>> = {
  esbuild: (entry, folder) =>
    esbuild({
      ...{ entryPoints: { main: entry }, outdir: folder, bundle: true, splitting: true, minify: true },
      ...{ format: 'esm', platform: 'browser', logLevel: 'error' },
    }),
  webpack: (entry, folder, packages) => {
    const webpack = createRequire(packages)('webpack');
    const config = { mode: 'production', entry, output: { path: folder, filename: 'main.js' } };
    return new Promise((resolve, reject) => {
      webpack(config, (error: Error | null, stats: { hasErrors(): boolean; toString(): string }) => {
        if (error || stats.hasErrors()) reject(error ?? new Error(stats.toString()));
        else resolve(undefined);
      });
    });
  },
  async vite(entry, folder, packages) {
    const { build } = await import(
      pathToFileURL(join(packages, 'node_modules/vite/dist/node/index.js')).href
    );
    const output = { entryFileNames: 'main.js', chunkFileNames: '[name]-[hash].js' };
    const options = { rollupOptions: { input: entry, output }, outDir: folder, assetsDir: '' };
    await build({ root: join(entry, '..'), base: './', logLevel: 'error', build: options });
  },
};

describe.skipIf(!there || !executablePath)('a bundle of the packed client', () => {
  let packed: Packed;
  let server: Listening;
  let browser: Browser;
  let site: Site;
  const files: Record<string, string> = {};

  beforeAll(async () => {
    packed = install();
    const entry = join(packed.app, 'main.js');
    writeFileSync(entry, source);
    for (const [name, bundle] of Object.entries(bundlers)) {
      const folder = join(packed.app, 'out', name);
      mkdirSync(folder, { recursive: true });
      await bundle(entry, folder, `${there}`);
      for (const file of readdirSync(folder)) {
        files[`/${name}/${file}`] = readFileSync(join(folder, file), 'utf8');
      }
      files[`/${name}/`] =
        `<!doctype html><title>${name}</title><script type="module" src="main.js"></script>`;
    }
    server = await listen((await startWorld()).service);
    const headers = { 'x-clinic-code': sandboxClinic.code, 'x-clinic-secret': sandboxClinic.secret };
    site = await startSite(files, { url: server.url, headers });
    browser = await launchChromium(executablePath);
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
    await server?.close();
    await closeWorlds();
    if (packed) rmSync(packed.app, { recursive: true, force: true });
  });

  it.each(Object.keys(bundlers))('%s makes one that runs in a page', async (name) => {
    const page = await browser.newPage();
    const wrong: string[] = [];
    page.on('pageerror', (error) => wrong.push(error.message));
    await page.goto(`${site.url}/${name}/`);
    await page.waitForFunction('globalThis.send');
    const visit = plainVisit({ no_registrasi: `BUNDEL-${name}` });
    const answer = await page.evaluate(
      ([options, one]) =>
        (globalThis as unknown as { send(...of: unknown[]): Promise<unknown> }).send(options, one),
      [{ baseUrl: `${site.url}/satusehat` }, visit] as const,
    );
    expect([answer, wrong]).toEqual([sent, []]);
    // Nothing of Node, and no more than the page needs.
    const made = Object.entries(files).filter(
      ([file]) => file.startsWith(`/${name}/`) && file.endsWith('.js'),
    );
    expect(made.map(([, text]) => text).join('\n')).not.toMatch(/["']node:|DatabaseSync|undici/);
    await page.close();
  });

  it.each(['esm', 'cjs'] as const)('esbuild makes one for Node: %s', async (format) => {
    const outfile = join(packed.app, `node.${format === 'esm' ? 'mjs' : 'cjs'}`);
    const contents = `${source}
      globalThis.send(JSON.parse(process.env.OPTIONS), JSON.parse(process.env.VISIT)).then((answer) => console.log(JSON.stringify(answer)));`;
    await esbuild({
      stdin: { contents, resolveDir: packed.app },
      ...{ outfile, bundle: true, format, platform: 'node', logLevel: 'error' },
      // undici is written for require.
      ...(format === 'esm'
        ? {
            banner: {
              js: `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`,
            },
          }
        : {}),
    });
    const { code, secret } = sandboxClinic;
    const options = { baseUrl: server.url, clinicCode: code, clinicSecret: secret };
    const answer = await ask([process.execPath, outfile], packed.app, {
      OPTIONS: JSON.stringify(options),
      VISIT: JSON.stringify(plainVisit({ no_registrasi: `BUNDEL-NODE-${format}` })),
    });
    expect(answer).toEqual(sent);
  });
});
