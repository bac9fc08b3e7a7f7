/** Nobody's backlog is in anybody's way. */
import { describe, expect, it } from 'vitest';
import { createLanes, type Lane } from '../../src/delivery/lanes.js';

/** Work that ends when it is told to, and the order in which it began. */
function workshop(options: { total: number; perClinic?: number }) {
  const lanes = createLanes(options);
  const began: string[] = [];
  const ends = new Map<string, () => void>();
  return {
    began,
    start(name: string, clinic: string, lane: Lane = 'later') {
      void lanes.run(clinic, lane, () => {
        began.push(name);
        return new Promise<void>((resolve) => ends.set(name, resolve));
      });
    },
    async end(name: string) {
      ends.get(name)?.();
      await new Promise((resolve) => setImmediate(resolve));
    },
    idle: () => new Promise((resolve) => setImmediate(resolve)),
  };
}

describe('lanes', () => {
  it('never more at once than there are places, nor more of a clinic than its share', async () => {
    const { start, began, idle, end } = workshop({ total: 3, perClinic: 2 });
    for (const name of ['a1', 'a2', 'a3']) start(name, 'A');
    for (const name of ['b1', 'b2']) start(name, 'B');
    await idle();
    expect(began).toEqual(['a1', 'a2', 'b1']);
    await end('a1');
    // It is the turn of the clinic that was served longest ago.
    expect(began.at(-1)).toBe('a3');
    await end('a2');
    expect(began.at(-1)).toBe('b2');
  });

  it('clinics take turns, however long the backlog of one is', async () => {
    const { start, began, end, idle } = workshop({ total: 1 });
    for (let index = 0; index < 100; index++) start(`a${index}`, 'A');
    start('b0', 'B');
    start('c0', 'C');
    await idle();
    await end('a0');
    await end(began[1] ?? '');
    await end(began[2] ?? '');
    expect(began.slice(0, 4).sort()).toEqual(['a0', 'a1', 'b0', 'c0']);
  });

  it('within a clinic new visits and the backlog take turns, each oldest first', async () => {
    const { start, began, end, idle } = workshop({ total: 1 });
    for (const name of ['old1', 'old2', 'old3']) start(name, 'A', 'later');
    for (const name of ['new1', 'new2']) start(name, 'A', 'now');
    await idle();
    for (let turn = 0; turn < 4; turn++) await end(began[turn] ?? '');
    expect(began).toEqual(['old1', 'new1', 'old2', 'new2', 'old3']);
  });

  it('gives its place back when the work fails', async () => {
    const lanes = createLanes({ total: 1 });
    await expect(lanes.run('A', 'now', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await lanes.run('A', 'now', async () => 'yes')).toBe('yes');
  });
});
