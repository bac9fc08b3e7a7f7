import { execFileSync } from 'node:child_process';
import { root } from './program.js';

export default function build(): void {
  execFileSync(process.execPath, [`${root}scripts/build.mjs`, '--if-stale'], { stdio: 'inherit' });
}
