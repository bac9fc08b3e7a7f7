/** Turns come evenly and in order, whoever asks and however often. */
import { describe, expect, it } from 'vitest';
import { createBucket } from '../../src/platform/bucket.js';
import { failure, idle, VirtualClock } from './clock.js';

function start(perMinute: number, burst?: number) {
  const clock = new VirtualClock();
  const bucket = createBucket({
    perMinute,
    ...(burst ? { burst } : {}),
    now: clock.now,
    sleep: clock.sleep,
  });
  const gone: [number, string | number][] = [];
  const take = (name: string | number, until?: number) =>
    bucket.take(until).then(() => {
      gone.push([clock.now(), name]);
    });
  return { clock, bucket, gone, take };
}

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

describe('turns', () => {
  it('20 at once at 300 a minute: the first now, then one every 200 ms, in order, 3.8 s in all', async () => {
    const { clock, gone, take } = start(300);
    await clock.pass(Promise.all(numbers(20).map((name) => take(name))));
    expect(gone).toEqual(numbers(20).map((name) => [name * 200, name]));
    expect(clock.now()).toBe(3_800);
  });

  it('who asks alone and late waits not at all; who asks too soon, for the rest of the turn', async () => {
    const { clock, gone, take } = start(300);
    await clock.pass(take('first'));
    await clock.advance(150);
    await clock.pass(take('second'));
    await clock.advance(10_000);
    await clock.pass(Promise.all([take('third'), take('fourth')]));
    expect(gone).toEqual([
      [0, 'first'],
      [200, 'second'],
      [10_200, 'third'],
      [10_400, 'fourth'],
    ]);
  });

  it('who comes while others wait goes behind them', async () => {
    const { clock, gone, take } = start(60);
    const work = numbers(3).map((name) => take(name));
    await idle();
    await clock.advance(500);
    work.push(take(3));
    await clock.pass(Promise.all(work));
    expect(gone.map(([, name]) => name)).toEqual([0, 1, 2, 3]);
    expect(clock.now()).toBe(3_000);
  });

  it('a burst is spent at once and earned back evenly', async () => {
    const { clock, gone, take } = start(60, 3);
    await clock.pass(Promise.all(numbers(5).map((name) => take(name))));
    await clock.advance(2_000);
    await clock.pass(Promise.all(numbers(3).map((name) => take(name))));
    expect(gone.map(([at]) => at)).toEqual([0, 0, 0, 1_000, 2_000, 4_000, 4_000, 5_000]);
  });

  it('without a limit nobody waits', async () => {
    const { clock, gone, take } = start(Number.POSITIVE_INFINITY);
    await clock.pass(Promise.all(numbers(1_000).map((name) => take(name))));
    expect(gone).toHaveLength(1_000);
    expect(clock.pauses).toEqual([]);
  });

  it('one timer, however many wait', async () => {
    const { clock, take } = start(300);
    const work = Promise.all(numbers(50).map((name) => take(name)));
    await idle();
    expect(clock.pauses).toEqual([200]);
    await clock.pass(work);
  });

  it('a clock set back by an hour costs one turn, not an hour', async () => {
    const { clock, bucket, take } = start(300);
    clock.set(7_200_000);
    await clock.pass(take('before'));
    clock.set(3_600_000);
    await clock.pass(bucket.take(clock.now() + 1_000));
    expect(clock.now()).toBe(3_600_200);
  });

  it('a clock that stands still stops nobody', async () => {
    const bucket = createBucket({ perMinute: 300, now: () => 0, sleep: async () => {} });
    await Promise.all(numbers(20).map(() => bucket.take()));
    bucket.rest(5_000);
    await Promise.all([bucket.take(), bucket.rested()]);
  });

  it.each([0, -1, Number.NaN])('a rate of %d is refused', (perMinute) => {
    expect(() => start(perMinute)).toThrow(new TypeError('perMinute: must be a number above 0'));
  });
});

describe('a turn that cannot come in time', () => {
  it('is refused at once, costs the others nothing, and says how long it would have taken', async () => {
    const { clock, gone, take } = start(60);
    const first = [take(0, 2_000), take(1, 2_000), take(2, 2_000)];
    const late = await failure(take(3, 2_000));
    expect(clock.now()).toBe(0);
    expect(late).toMatchObject({ failure: 'timeout', more: { retryAfter: 3 } });
    const patient = take(4, 3_000);
    await clock.pass(Promise.all([...first, patient]));
    expect(gone).toEqual([
      [0, 0],
      [1_000, 1],
      [2_000, 2],
      [3_000, 4],
    ]);
  });

  it('counts a burst right: the last who can be served in time is not refused, the next is', async () => {
    const { clock, gone, take } = start(60, 3);
    const work = numbers(5).map((name) => take(name, 2_000));
    const late = await failure(take('late', 2_000));
    await clock.pass(Promise.all(work));
    expect(late.failure).toBe('timeout');
    expect(gone.map(([at]) => at)).toEqual([0, 0, 0, 1_000, 2_000]);
  });

  it('who asks after the time is told so, although a turn is free', async () => {
    const { clock, take } = start(60);
    await clock.advance(10);
    expect((await failure(take('late', 9))).failure).toBe('timeout');
  });
});

describe('a rest', () => {
  it('nobody goes before it is over, those who already wait included; then one by one', async () => {
    const { clock, bucket, gone, take } = start(300);
    const work = numbers(3).map((name) => take(name));
    await idle();
    bucket.rest(5_000);
    // An earlier end does not shorten it.
    bucket.rest(1_000);
    work.push(take(3));
    await clock.pass(Promise.all(work));
    expect(gone).toEqual([
      [0, 0],
      [5_000, 1],
      [5_200, 2],
      [5_400, 3],
    ]);
  });

  it('refuses at once whoever cannot wait for its end: those in line and those who come', async () => {
    const { clock, bucket, gone, take } = start(300);
    await clock.pass(take(0));
    const [hasty, patient] = [failure(take(1, 4_000)), take(2, 6_000)];
    await idle();
    bucket.rest(5_000);
    expect(await hasty).toMatchObject({ failure: 'throttled', more: { retryAfter: 5 } });
    expect(clock.now()).toBe(0);
    expect((await failure(take(3, 4_999))).failure).toBe('throttled');
    expect((await failure(bucket.rested(4_999))).more.retryAfter).toBe(5);
    await clock.pass(patient);
    expect(gone).toEqual([
      [0, 0],
      [5_000, 2],
    ]);
  });

  it('counts those ahead behind its end too', async () => {
    const { clock, bucket, gone, take } = start(300);
    await clock.pass(take(0));
    const [first, second] = [take(1, 5_100), failure(take(2, 5_100))];
    await idle();
    bucket.rest(5_000);
    expect(await second).toMatchObject({ failure: 'timeout', more: { retryAfter: 6 } });
    expect(clock.now()).toBe(0);
    await clock.pass(first);
    expect(gone.at(-1)).toEqual([5_000, 1]);
  });

  it('rested waits for its end, however often it is put off, and takes no turn', async () => {
    const { clock, bucket, take, gone } = start(300);
    await bucket.rested();
    bucket.rest(1_000);
    const rested = bucket.rested().then(() => clock.now());
    await idle();
    bucket.rest(2_000);
    expect(await clock.pass(rested)).toBe(2_000);
    await clock.pass(take('next'));
    expect(gone).toEqual([[2_000, 'next']]);
  });
});
