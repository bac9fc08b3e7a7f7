/** When calls are looked for: tried with a store that another process writes to as well. */
import { afterEach, expect, it, vi } from 'vitest';
import { createHooks } from '../../src/delivery/hooks.js';
import { openSqliteStore } from '../../src/store/sqlite.js';
import { createVault } from '../../src/store/vault.js';
import { KEY } from '../support/world.js';

afterEach(() => vi.useRealTimers());

async function started() {
  const store = await openSqliteStore(':memory:', createVault(KEY));
  await store.accept({
    logId: 'one',
    clinic: 'A',
    endpoint: 'kirimEncounter',
    idempotencyKey: 'k',
    digest: 'k',
    payload: {},
    now: 0,
  });
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  const called: string[] = [];
  const bugs: unknown[] = [];
  const hooks = createHooks({
    store,
    webhookOf: async () => ({
      url: 'https://klinik.invalid/hook',
      secret: `whsec_${Buffer.alloc(32, 5).toString('base64')}`,
    }),
    now: Date.now,
    async fetch(_, init) {
      called.push(new Headers(init?.headers).get('webhook-id') ?? '');
      return new Response(null, { status: 204 });
    },
    onBug: (error) => bugs.push(error),
  });
  const leave = (id: string) =>
    store.change('one', { attempts: 1 }, Date.now(), { hook: { id, clinic: 'A', body: '{}' } });
  const stop = async () => {
    await hooks.stop();
    await store.close();
  };
  return { store, hooks, called, bugs, leave, stop };
}

it('a call that a dead process left is made within a minute, also with nothing else to do', async () => {
  const { hooks, called, leave, stop } = await started();
  hooks.wake();
  await vi.advanceTimersByTimeAsync(0);
  await leave('left');
  await vi.advanceTimersByTimeAsync(60_000);
  await vi.waitFor(() => expect(called).toEqual(['left']), 20_000);
  await stop();
});

it('one that cannot be read does not hold the others', async () => {
  const { store, hooks, called, bugs, leave, stop } = await started();
  await leave('good');
  const claim = store.claimHooks;
  vi.spyOn(store, 'claimHooks').mockImplementationOnce(async (...args) => [
    { id: 'bad', clinic: 'A', body: undefined, attempts: 0 },
    ...(await claim(...args)),
  ]);
  hooks.wake();
  await vi.waitFor(() => expect(called).toEqual(['good']), 20_000);
  expect(bugs).toHaveLength(1);
  await stop();
});

it('a store that is away for a while ends nothing', async () => {
  const { store, hooks, called, bugs, leave, stop } = await started();
  await leave('kept');
  const away = vi.spyOn(store, 'claimHooks').mockRejectedValue(new Error('away'));
  const also = vi.spyOn(store, 'nextHook').mockRejectedValue(new Error('away'));
  hooks.wake();
  await vi.advanceTimersByTimeAsync(0);
  expect(bugs).toHaveLength(2);
  away.mockRestore();
  also.mockRestore();
  await vi.advanceTimersByTimeAsync(60_000);
  await vi.waitFor(() => expect(called).toEqual(['kept']), 20_000);
  await stop();
});
