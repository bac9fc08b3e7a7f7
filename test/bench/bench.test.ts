/** The benchmarks run and give their keys; what they measure is no business of a test. */
import { expect, it } from 'vitest';
import { clientBench } from '../../bench/client.js';
import { compare, type Ratio } from '../../bench/compare.js';
import { dashboardBench } from '../../bench/dashboard.js';
import { benchmarksPage, rows as pageRows } from '../../bench/page.js';
import { queueBench } from '../../bench/queue.js';
import { sandboxBench } from '../../bench/sandbox.js';
import { serviceBench } from '../../bench/service.js';

it('the sandbox’s', async () => {
  const rows = await sandboxBench({ rounds: 1, transactions: 3, searches: 3, held: 200 });
  expect(() => benchmarksPage('en', rows, '')).not.toThrow();
  expect(rows.map(({ key }) => key)).toEqual(['sandbox_transaction_vs_echo', 'sandbox_search_100k_vs_100']);
  for (const { ratio } of rows) expect(ratio).toBeGreaterThan(0);
});

it('the service’s: one write for the guide’s encounter, one for a whole visit', async () => {
  const rows = await serviceBench({ rounds: 1, maps: 3, accepts: 3 });
  expect(() => benchmarksPage('en', rows, '')).not.toThrow();
  expect(rows.map(({ key }) => key)).toEqual([
    'writes_per_visit',
    'writes_per_kunjungan',
    'map_vs_json',
    'map_checked_vs_json',
    'accept_vs_insert',
  ]);
  expect(rows.slice(0, 2).map(({ ratio }) => ratio)).toEqual([1, 1]);
  for (const { ratio } of rows) expect(ratio).toBeGreaterThan(0);
});

it('the queue’s', async () => {
  const rows = await queueBench({ rounds: 1, few: 20, many: 200, deliveries: 5, looks: 2, visits: 3 });
  expect(() => benchmarksPage('en', rows, '')).not.toThrow();
  expect(rows.map(({ key }) => key)).toEqual([
    'queue_100k_rss_mb',
    'next_due_100k_vs_1k',
    'deliveries_postgres_vs_sqlite',
  ]);
  expect(rows[1]?.ratio).toBeGreaterThan(0);
  expect(rows[2]?.ratio).toBeGreaterThan(0);
});

it('the dashboard’s', async () => {
  const rows = await dashboardBench({ rounds: 1, few: 200, many: 2_000, requests: 1 });
  expect(() => benchmarksPage('en', rows, '')).not.toThrow();
  expect(rows.map(({ key }) => key)).toEqual(['dashboard_1m_vs_1k', 'dashboard_1m_vs_1k_postgres']);
  for (const { ratio } of rows) expect(ratio).toBeGreaterThan(0);
});

it('the client’s', async () => {
  const rows = await clientBench({ rounds: 1, calls: 4, lookups: 100, imported: 1 });
  expect(() => benchmarksPage('en', rows, '')).not.toThrow();
  expect(rows.map(({ key }) => key)).toEqual(
    expect.arrayContaining([
      'client_vs_fetch_c1',
      'client_vs_fetch_c16',
      'guide_vs_fetch_c1',
      'axios_vs_fetch_c16',
      'lookups_cold_20',
      'import_client',
      'import_server',
      'browser_first_kb',
      'browser_total_kb',
    ]),
  );
  for (const { ratio } of rows) expect(ratio).toBeGreaterThanOrEqual(0);
  // Counts and sizes are the same on every machine: the budget holds here as well.
  const exact = rows.filter(({ key }) => /^(browser|lookups_cold)_/.test(key));
  for (const { key, ratio, budget } of exact) expect(ratio, key).toBeLessThanOrEqual(budget?.atMost ?? 24);
});

it('the page has words for each, in both languages, and says what is not ahead', () => {
  const measured = Object.keys(pageRows).map((key) => ({
    ...{ key, what: '', ratio: 2.5, range: [2, 3] as [number, number], budget: { atMost: 1 } },
  }));
  for (const language of ['en', 'id'] as const) {
    const page = benchmarksPage(language, measured, 'today');
    expect(page).not.toContain('undefined');
    for (const { what, ahead } of Object.values(pageRows)) {
      expect(page.includes(`\n- ${what[language]}: 2.50.`), what.en).toBe(ahead === 'below');
    }
  }
  expect(() => benchmarksPage('en', [{ ...measured[0], key: 'other' } as Ratio], '')).toThrow(
    'no words for other',
  );
});

it('compare takes turns and divides ours by theirs', async () => {
  const order: string[] = [];
  const say = (name: string, took: number) => () => {
    order.push(name);
    return took;
  };
  expect(await compare(3, say('ours', 6), say('theirs', 2))).toEqual({ ratio: 3, range: [3, 3] });
  expect(order.join(' ')).toBe('ours theirs theirs ours ours theirs');
});
