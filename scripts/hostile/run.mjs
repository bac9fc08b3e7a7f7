/**
 * Sends hostile requests to a service and looks at every answer and every line of its log.
 *
 *   npm run hostile                        100,000 requests
 *   npm run hostile -- --requests 5000 --seed 7
 */
import { parseArgs } from 'node:util';
import { attack } from './attack.mjs';

const { values } = parseArgs({ options: { requests: { type: 'string' }, seed: { type: 'string' } } });
const report = await attack({
  requests: Number(values.requests ?? 100_000),
  seed: Number(values.seed ?? Math.floor(Math.random() * 2 ** 31)),
  onProgress: (done) => process.stderr.write(`\r${done}`),
});
process.stderr.write('\n');
console.log(JSON.stringify(report, null, 2));
process.exitCode = report.problems.length === 0 ? 0 : 1;
