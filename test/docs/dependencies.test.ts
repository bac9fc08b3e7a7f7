/** What comes along with the package, under which licence; and the page that says so. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Locale } from '../../src/contract/codes.js';
import { root } from '../support/program.js';
import { code, expectPage, locales, page, table } from './page.js';

/** All of them may be used, changed and sold within a clinic's own system, whatever its licence. */
const compatible = ['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'Apache-2.0', 'BlueOak-1.0.0'];

interface Locked {
  version: string;
  license?: string;
  dependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
}

const { packages } = JSON.parse(readFileSync(`${root}package-lock.json`, 'utf8')) as {
  packages: Record<string, Locked>;
};
const own = packages[''] as Locked;

interface Dependency extends Locked {
  name: string;
  /** Direct dependencies that bring it. */
  by: string[];
}

/** Where npm would find it, from beneath that folder. */
function find(from: string, name: string): string | undefined {
  const path = `${from}${from && '/'}node_modules/${name}`;
  if (packages[path]) return path;
  if (from === '') return undefined;
  return find(from.slice(0, Math.max(0, from.lastIndexOf('/node_modules/'))), name);
}

/** With all that they need themselves. */
function closure(direct: readonly string[]): Dependency[] {
  const found = new Map<string, Dependency>();
  const walk = (from: string, name: string, by: string) => {
    const path = find(from, name);
    if (path === undefined) throw new Error(`${name} is not in package-lock.json`);
    const one = found.get(path) ?? { ...(packages[path] as Locked), name, by: [] };
    if (one.by.includes(by)) return;
    one.by.push(by);
    found.set(path, one);
    for (const next of Object.keys(one.dependencies ?? {})) walk(path, next, by);
  };
  for (const name of direct) walk('', name, name);
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

const direct = Object.keys(own.dependencies ?? {});
const peers = Object.keys(own.peerDependencies ?? {});

/** What each is for, in the words of who asks why it is there. */
const purposes: Record<string, Record<Locale, string>> = {
  '@hono/node-server': { en: 'the service on Node’s own server', id: 'layanan di server bawaan Node' },
  '@medplum/fhirtypes': { en: 'types of FHIR R4; no code', id: 'tipe FHIR R4; tanpa kode' },
  'csv-parse': { en: 'CSV of `satusehat kirim`', id: 'CSV untuk `satusehat kirim`' },
  hono: { en: 'the dashboard’s pages', id: 'halaman dasbor' },
  kysely: { en: 'statements to SQLite and PostgreSQL', id: 'perintah ke SQLite dan PostgreSQL' },
  'lru-cache': { en: 'the client’s memory of ids', id: 'ingatan klien atas ID' },
  ofetch: { en: 'requests', id: 'permintaan HTTP' },
  'p-retry': { en: 'repetitions', id: 'pengulangan' },
  pino: { en: 'the log of `satusehat`', id: 'log dari `satusehat`' },
  rfc6902: { en: 'JSON Patch of the sandbox', id: 'JSON Patch di sandbox' },
  undici: { en: 'connections and proxies in Node', id: 'sambungan dan proxy di Node' },
  zod: { en: 'schemas; the parts in use are in `dist`', id: 'skema; bagian yang dipakai ada di `dist`' },
  '@opentelemetry/api': { en: 'spans; needed by pg-boss', id: 'span; diperlukan pg-boss' },
  msw: { en: '`satusehat-sdk/testing`', id: '`satusehat-sdk/testing`' },
  pg: { en: 'the PostgreSQL store', id: 'penyimpanan PostgreSQL' },
  'pg-boss': { en: 'the PostgreSQL store', id: 'penyimpanan PostgreSQL' },
  'prom-client': { en: '`/metrics`', id: '`/metrics`' },
};

const words = {
  en: {
    title: '# Dependencies',
    intro:
      'What `npm install satusehat-sdk` brings, and under which licence. The package itself is [MIT](../LICENSE). Each of these licences allows use in a system that is sold, closed or open; a test fails for any other. Exact versions are named, so that two installs of one version are the same.',
    always: '## What always comes along',
    optional: '## What you install yourself, when you need it',
    optionalIntro: 'Optional peers: nothing of them is installed or loaded before you do so.',
    head: ['package', 'version', 'licence', 'for'],
    peerHead: ['package', 'range', 'licence', 'for'],
    by: 'comes with',
    browser:
      'A page that loads the build for browsers loads none of these: what it needs of them is in that file, and their licences in `dist/THIRD-PARTY-LICENSES.txt`.',
  },
  id: {
    title: '# Dependensi',
    intro:
      'Apa yang dibawa `npm install satusehat-sdk`, dan dengan lisensi apa. Paket ini sendiri [MIT](../../LICENSE). Setiap lisensi ini mengizinkan pemakaian di sistem yang dijual, tertutup maupun terbuka; tes gagal untuk lisensi lain. Versinya disebut persis, sehingga dua pemasangan dari satu versi sama isinya.',
    always: '## Yang selalu ikut terpasang',
    optional: '## Yang Anda pasang sendiri bila diperlukan',
    optionalIntro: 'Peer opsional: tidak ada yang dipasang atau dimuat sebelum Anda memasangnya.',
    head: ['paket', 'versi', 'lisensi', 'untuk'],
    peerHead: ['paket', 'rentang', 'lisensi', 'untuk'],
    by: 'dibawa oleh',
    browser:
      'Halaman yang memuat build untuk browser tidak memuat satu pun: yang diperlukan sudah ada di berkas itu, dan lisensinya di `dist/THIRD-PARTY-LICENSES.txt`.',
  },
} satisfies Record<Locale, unknown>;

function dependenciesPage(locale: Locale): string {
  const say = words[locale];
  const rows = closure(direct).map(({ name, version, license, by }) => [
    code(name),
    version,
    license ?? '',
    purposes[name]?.[locale] ?? `${say.by} ${by.map(code).join(', ')}`,
  ]);
  const optional = peers.map((name) => [
    code(name),
    code(own.peerDependencies?.[name] ?? ''),
    packages[`node_modules/${name}`]?.license ?? '',
    purposes[name]?.[locale] ?? '',
  ]);
  return page(
    say.title,
    say.intro,
    say.always,
    table(say.head, rows),
    say.browser,
    say.optional,
    say.optionalIntro,
    table(say.peerHead, optional),
  );
}

describe('dependencies', () => {
  it('all have a licence that goes with any system, those of the optional ones too', () => {
    const fits = ({ license = '' }: Dependency) =>
      license
        .replace(/^\((.*)\)$/, '$1')
        .split(' OR ')
        .some((one) => compatible.includes(one));
    const others = closure([...direct, ...peers]).filter((one) => !fits(one));
    expect(others.map(({ name, version, license }) => `${name} ${version}: ${license}`)).toEqual([]);
  });

  it('each direct one has a purpose', () => {
    expect(Object.keys(purposes).sort()).toEqual([...direct, ...peers].sort());
  });

  it.each(locales)('dependencies.md is made from package-lock.json (npm run tables): %s', async (locale) => {
    await expectPage('dependencies', locale, dependenciesPage(locale));
  });
});
