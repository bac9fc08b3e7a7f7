/**
 * Asks a service for far more than it can take, over real connections, and compares what it accepted with the books.
 *
 *   npm run overload                           a minute of ten times what it takes
 *   npm run overload -- --seconds 5 --times 10
 */
import { parseArgs } from 'node:util';
import { overload } from './overload.mjs';

const { values } = parseArgs({ options: { seconds: { type: 'string' }, times: { type: 'string' } } });
const report = await overload({ seconds: Number(values.seconds ?? 60), times: Number(values.times ?? 10) });
console.log(JSON.stringify(report, null, 2));
process.exitCode = report.problems.length === 0 ? 0 : 1;
