/**
 * Everything that a release needs, but for publishing it. Stops at the first thing that is wrong.
 *
 *   npm run release:check
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { name, version, repository } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));

const steps = [
  ['what nobody uses', 'npx', ['knip']],
  ['types, linter and tests', 'npm', ['test']],
  ['every runtime and every TypeScript', 'npm', ['run', 'everywhere']],
  ['the documents', 'npm', ['run', 'docs']],
  ['what would be published', 'npm', ['publish', '--dry-run', '--ignore-scripts', '--provenance=false']],
];

const notes = readFileSync(`${root}CHANGELOG.md`, 'utf8');
const waiting = readdirSync(`${root}.changeset`).filter((name) => /\.md$/.test(name) && name !== 'README.md');
if (waiting.length > 0) fail(`changes wait for a version: npm run version (${waiting.join(', ')})`);
if (!notes.includes(`\n## ${version}\n`)) fail(`CHANGELOG.md has no part of ${version}: npm run version`);
for (const [what, command, args] of steps) {
  console.log(`\n=== ${what}: ${command} ${args.join(' ')}`);
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) fail(`${what}: ended with ${status}`);
}
console.log(`\n${name} ${version} is ready: npm run release, from a CI that npm trusts.`);
if (!repository)
  console.log('Provenance needs `repository` in package.json: name it before the first release.');

function fail(why) {
  console.error(`\nNot ready: ${why}`);
  process.exit(1);
}
