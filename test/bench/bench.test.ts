/** The benchmarks run and give their keys; what they measure is no business of a test. */
import { expect, it } from 'vitest';
import { compare } from '../../bench/compare.js';
import { sandboxBench } from '../../bench/sandbox.js';

it('the sandbox’s', async () => {
  const rows = await sandboxBench({ rounds: 1, transactions: 3, searches: 3, held: 200 });
  expect(rows.map(({ key }) => key)).toEqual(['sandbox_transaction_vs_echo', 'sandbox_search_100k_vs_100']);
  for (const { ratio } of rows) expect(ratio).toBeGreaterThan(0);
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
