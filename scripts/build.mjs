/**
 * Builds dist/. `node scripts/build.mjs` always builds; `--if-stale` only when the sources changed since. The build
 * goes into a folder of its own and takes dist's place when it is whole, so that nobody ever sees half of one.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
const stampFile = join(dist, '.built-from');

/** Builds when needed; what the build prints goes to stderr, so that stdout stays the caller's. */
export async function ensureBuild({ force = false } = {}) {
  const stamp = fingerprint();
  if (!force && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return;
  const next = join(root, `dist.${process.pid}`);
  const node = join(root, 'node_modules/.bin/node');
  if (!existsSync(node)) {
    console.error('The dependencies are not installed: run npm install first.');
    process.exit(1);
  }
  const tsup = join(root, 'node_modules/tsup/dist/cli-default.js');
  const run = spawnSync(node, [tsup, '--out-dir', next, '--silent'], { cwd: root, stdio: ['ignore', 2, 2] });
  try {
    if (run.status !== 0) throw new Error('tsup ended with an error');
    markMsw(join(next, 'testing.d.cts'));
    dropEmptyMaps(next);
    await buildForBrowsers(join(next, 'browser'));
  } catch (error) {
    rmSync(next, { recursive: true, force: true });
    console.error(`The build failed: ${error.message}`);
    process.exit(1);
  }
  writeFileSync(join(next, '.built-from'), stamp);
  const old = join(root, `dist.${process.pid}.old`);
  if (existsSync(dist)) renameSync(dist, old);
  renameSync(next, dist);
  rmSync(old, { recursive: true, force: true });
}

/** Of CommonJS, tsup maps what it made itself, not the sources: those maps lead to files that nobody has. */
function dropEmptyMaps(folder) {
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.cjs'))) {
    const path = join(folder, file);
    writeFileSync(path, readFileSync(path, 'utf8').replace(/\n?\/\/# sourceMappingURL=.*\s*$/, '\n'));
    rmSync(`${path}.map`, { force: true });
  }
}

/**
 * For pages without a bundler, whole and minified: `satusehat.js`, a module that loads the schemas with the first call,
 * and `satusehat.iife.js`, a plain script with the global `Satusehat`. Both take `english.js` from beside them, when a
 * client of that locale needs it.
 */
async function buildForBrowsers(outdir) {
  const { build } = await import('esbuild');
  const common = {
    entryPoints: { satusehat: join(root, 'src/index.ts'), english: join(root, 'src/contract/english.ts') },
    ...{
      bundle: true,
      minify: true,
      platform: 'browser',
      target: 'es2022',
      tsconfig: join(root, 'tsconfig.json'),
      // p-retry asks it of TypeErrors, and the client lets none of a network through: a third of a kilobyte less.
      plugins: [{ name: 'no-network-error', setup: withoutNetworkErrors }],
    },
  };
  const modules = { ...common, outdir, format: 'esm', splitting: true, chunkNames: '[name]-[hash]' };
  const { metafile } = await build({ ...modules, metafile: true });
  const outfile = join(outdir, 'satusehat.iife.js');
  const entryPoints = [common.entryPoints.satusehat];
  const plugins = [...common.plugins, { name: 'english', setup: leaveEnglish }];
  await build({ ...common, entryPoints, outfile, format: 'iife', globalName: 'Satusehat', plugins });
  writeFileSync(join(outdir, '../THIRD-PARTY-LICENSES.txt'), licenses(Object.keys(metafile.inputs)));
}

/** A plain script has no parts; it can still import a module from beside it. */
function leaveEnglish({ onResolve }) {
  onResolve({ filter: /\/english\.js$/ }, ({ kind }) =>
    kind === 'dynamic-import' ? { path: './english.js', external: true } : undefined,
  );
}

function withoutNetworkErrors({ onResolve, onLoad }) {
  const namespace = 'no-network-error';
  onResolve({ filter: /^is-network-error$/ }, () => ({ path: 'is-network-error', namespace }));
  onLoad({ filter: /.*/, namespace }, () => ({ contents: 'export default () => false;' }));
}

/** Their licences ask to go with every copy, and dist holds copies of parts of these packages. */
function licenses(files) {
  const packages = files.flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []);
  const texts = [...new Set(packages)].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    const file = readdirSync(join(root, folder)).find((one) => /^licen[cs]e/i.test(one));
    if (!file) throw new Error(`${name} comes without the text of its licence`);
    return `${name} ${version} (${license})\n\n${readFileSync(join(root, folder, file), 'utf8').trim()}\n`;
  });
  return texts.join(`\n${'-'.repeat(80)}\n\n`);
}

/** msw is ESM only: CommonJS types may name it only with this attribute, which the bundler of types drops. */
function markMsw(file) {
  const types = readFileSync(file, 'utf8');
  const marked = types.replace(
    /import (\{ \w+ \}) from 'msw';/,
    "import type $1 from 'msw' with { 'resolution-mode': 'import' };",
  );
  if (marked === types) throw new Error('testing.d.cts does not import msw as expected');
  writeFileSync(file, marked);
}

/** Of everything the build reads. */
function fingerprint() {
  const hash = createHash('sha256');
  const sources = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  for (const file of [
    ...sources,
    ...['package.json', 'tsconfig.json', 'tsup.config.ts', 'scripts/build.mjs'].map((name) =>
      join(root, name),
    ),
  ]) {
    hash.update(file.slice(root.length)).update(readFileSync(file));
  }
  return hash.digest('hex');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await ensureBuild({ force: !process.argv.includes('--if-stale') });
}
