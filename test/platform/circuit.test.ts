/** A platform that does not answer costs a probe now and then. */
import { describe, expect, it } from 'vitest';
import { createCircuit } from '../../src/platform/circuit.js';
import { json, location, scripted } from './clock.js';

const down = () => new Response('Gateway Timeout', { status: 504 });

describe('the circuit', () => {
  it('opens after so many failures in a row; one that answers in between counts from the start again', () => {
    const circuit = createCircuit({ failures: 3, rest: 1_000 }, () => 0);
    for (const ended of ['failed', 'failed', 'answered', 'failed', 'none', 'failed'] as const)
      circuit.enter()(ended);
    expect(circuit.state).toBe('closed');
    circuit.enter()('failed');
    expect(circuit.state).toBe('open');
    expect(() => circuit.enter()).toThrow('unavailable');
  });

  it('lets one probe through when its rest is over; an answer closes it, a failure opens it anew', () => {
    let now = 0;
    let mended = 0;
    const circuit = createCircuit(
      { failures: 1, rest: 1_000 },
      () => now,
      () => mended++,
    );
    circuit.enter()('failed');
    now = 1_000;
    const probe = circuit.enter();
    expect(circuit.state).toBe('probing');
    expect(() => circuit.enter()).toThrow();
    probe('failed');
    expect(circuit.state).toBe('open');
    now = 1_999;
    expect(() => circuit.enter()).toThrow();
    now = 2_000;
    const second = circuit.enter();
    // A probe that never went leaves its place to the next.
    second('none');
    circuit.enter()('answered');
    expect([circuit.state, mended]).toEqual(['closed', 1]);
    circuit.enter()('answered');
    expect(mended).toBe(1);
  });

  it('what was on its way when it opened does not put the next probe off', () => {
    let now = 0;
    const circuit = createCircuit({ failures: 1, rest: 1_000 }, () => now);
    const late = circuit.enter();
    circuit.enter()('failed');
    now = 900;
    late('failed');
    now = 1_000;
    expect(() => circuit.enter()).not.toThrow();
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
