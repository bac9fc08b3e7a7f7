/**
 * Ratios, measured side by side in one run: alternating rounds, median and range. An absolute time would say more
 * of the machine than of the code.
 *
 *   npm run bench               a table
 *   npm run bench -- --json     ends with one JSON object
 *   npm run bench -- --page     and docs/benchmarks.md, in both languages
 */
import { clientBench } from './client.ts';
import { inSigns, isMissed } from './compare.ts';
import { dashboardBench } from './dashboard.ts';
import { writePages } from './page.ts';
import { queueBench } from './queue.ts';
import { sandboxBench } from './sandbox.ts';
import { serviceBench } from './service.ts';

if (import.meta.main) {
  const rows = [
    ...(await clientBench()),
    ...(await serviceBench()),
    ...(await queueBench()),
    ...(await dashboardBench()),
    ...(await sandboxBench()),
  ];
  for (const { key, what, ratio, range, budget } of rows) {
    const [low, high] = range.map((value) => value.toFixed(2));
    console.log(
      `${key.padEnd(32)} ${ratio.toFixed(2).padStart(7)}  (${low} to ${high})  ${inSigns(budget).padEnd(8)} ${what}`,
    );
  }
  if (process.argv.includes('--json')) {
    console.log(
      JSON.stringify(Object.fromEntries(rows.map(({ key, ratio, range }) => [key, { ratio, range }]))),
    );
  }
  if (process.argv.includes('--page')) writePages(rows);
  const missed = rows.filter(isMissed);
  if (missed.length > 0) {
    console.error(`Over budget: ${missed.map(({ key }) => key).join(', ')}`);
    process.exitCode = 1;
  }
}
