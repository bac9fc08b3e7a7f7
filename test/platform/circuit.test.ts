/** A platform that does not answer costs a probe now and then. */
import { describe, expect, it } from 'vitest';
import { createCircuit } from '../../src/platform/circuit.js';
import { json, location, scripted } from './clock.js';

const down = () => new Response('Gateway Timeout', { status: 504 });

describe('the circuit', () => {
  it('opens after so many failures in a row; one that answers in between counts from the start again', async () => {
    const circuit = createCircuit({ failures: 3, rest: 1_000 }, () => 0);
    for (const ended of ['failed', 'failed', 'answered', 'failed', 'none', 'failed'] as const) {
      (await circuit.enter())(ended);
    }
    expect(circuit.state).toBe('closed');
    (await circuit.enter())('failed');
    expect(circuit.state).toBe('open');
    await expect(circuit.enter()).rejects.toMatchObject({ failure: 'unavailable', more: { retryAfter: 1 } });
  });

  it('lets one probe through when its rest is over; the others wait for how it ends', async () => {
    let now = 0;
    let mended = 0;
    const circuit = createCircuit(
      { failures: 1, rest: 1_000 },
      () => now,
      () => mended++,
    );
    (await circuit.enter())('failed');
    now = 1_000;
    const probe = await circuit.enter();
    expect(circuit.state).toBe('probing');
    const follower = circuit.enter();
    probe('failed');
    await expect(follower).rejects.toMatchObject({ failure: 'unavailable' });
    expect(circuit.state).toBe('open');
    now = 1_999;
    await expect(circuit.enter()).rejects.toThrow();
    now = 2_000;
    const second = await circuit.enter();
    const waiting = [circuit.enter(), circuit.enter()];
    // A probe that never went leaves its place to the next.
    second('none');
    const third = await waiting[0];
    third?.('answered');
    (await waiting[1])?.('answered');
    expect([circuit.state, mended]).toEqual(['closed', 1]);
  });

  it('what was on its way when it opened does not put the next probe off', async () => {
    let now = 0;
    const circuit = createCircuit({ failures: 1, rest: 1_000 }, () => now);
    const late = await circuit.enter();
    (await circuit.enter())('failed');
    now = 900;
    late('failed');
    now = 1_000;
    (await circuit.enter())('answered');
    expect(circuit.state).toBe('closed');
  });
});

describe('a platform behind it', () => {
  it('asks nothing during an outage but a probe every 30 seconds, tokens included', async () => {
    const world = scripted(down, { retries: 0, circuit: {} });
    for (let second = 0; second < 600; second += 5) {
      const error = await world.fail((platform) => platform.read('Location', 'L-1'));
      expect(error.failure).toBe('unavailable');
      await world.clock.advance(5_000);
    }
    // Five to open it, then one every 30 seconds.
    expect(world.seen.length).toBeGreaterThan(20);
    expect(world.seen.length).toBeLessThanOrEqual(5 + 20);
    const last = await world.fail((platform) => platform.read('Location', 'L-1'));
    expect(last.more.retryAfter).toBeGreaterThan(0);
    expect(world.platform.circuit).toBe('open');
  });

  it('a write that was not sent did not happen; refusals and 429 are answers', async () => {
    const world = scripted((_, count) => (count < 5 ? down() : json(200, location)), {
      retries: 0,
      circuit: {},
    });
    const post = () => world.fail((platform) => platform.create({ resourceType: 'Location' } as never));
    for (let turn = 0; turn < 5; turn++) expect((await post()).more.outcomeUnknown).toBe(true);
    expect((await post()).more.outcomeUnknown).toBe(false);
    expect(world.seen).toHaveLength(5);

    const refusing = scripted(() => json(400, { issue: [] }), { retries: 0, circuit: { failures: 1 } });
    for (let turn = 0; turn < 3; turn++) {
      expect((await refusing.fail((platform) => platform.read('Location', 'L-1'))).failure).toBe('refused');
    }
    expect(refusing.platform.circuit).toBe('closed');
  });

  it('is told when it answers again', async () => {
    let mended = 0;
    const world = scripted((_, count) => (count < 5 ? down() : json(200, location)), {
      retries: 0,
      circuit: { failures: 5, rest: 30_000 },
      onRecovery: () => mended++,
    });
    for (let turn = 0; turn < 5; turn++) await world.fail((platform) => platform.read('Location', 'L-1'));
    await world.clock.advance(30_000);
    await world.run((platform) => platform.read('Location', 'L-1'));
    expect([mended, world.platform.circuit]).toEqual([1, 'closed']);
  });

  it('is off where no national platform is, and with false', async () => {
    for (const options of [{ env: 'https://sandbox.invalid' }, { circuit: false as const }]) {
      const world = scripted(down, { retries: 0, ...options });
      for (let turn = 0; turn < 12; turn++) await world.fail((platform) => platform.read('Location', 'L-1'));
      expect(world.seen).toHaveLength(12);
    }
  });
});
