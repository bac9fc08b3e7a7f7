/**
 * The small form of `npm run chaos`: visits through a storm while the service is killed, and the platform's own books
 * afterwards. The large form is the same program with other numbers.
 */
import { afterAll, describe, expect, it } from 'vitest';
import { postgres } from '../support/postgres.js';
import { killAll, output, program, root, satusehat } from '../support/program.js';

afterAll(killAll);

const chaos = (name: string, ...args: string[]) =>
  output(program([`${root}scripts/chaos/${name}.mjs`, '--json', ...args], {}, true));

// Side by side: most of it is waiting.
describe.concurrent('npm run chaos', { timeout: 400_000 }, () => {
  it.each(postgres() ? ['sqlite', 'postgres'] : ['sqlite'])('120 visits, 4 kills, %s', async (store) => {
    const { code, lines } = await chaos('run', '--visits', '120', '--kills', '4', '--store', store);
    const { ok, seed, [store]: result } = JSON.parse(lines.at(-1) ?? '{}');
    expect(result, `seed ${seed}\n${lines.join('\n')}`).toMatchObject({
      lost: 0,
      duplicates: 0,
      problems: [],
    });
    expect({ ok, code }).toEqual({ ok: true, code: 0 });
    expect(result.kills).toBeGreaterThanOrEqual(4);
    expect(result.sent + result.failed).toBe(result.accepted);
    // A visit without its diagnosis, observation and procedure would prove little.
    expect(result.sent).toBeGreaterThan(360);
    expect(result.faults).toBeGreaterThan(result.platformRequests / 5);
    // Of the published NIKs none, and not the made-up one.
    expect(lines.join('\n')).not.toMatch(/\b\d{16}\b/);
  });

  it('loses nothing of a file at 20 kill points', async () => {
    const { code, lines } = await chaos('kill-points', '--kills', '20');
    const result = JSON.parse(lines.at(-1) ?? '{}');
    expect(result, lines.join('\n')).toMatchObject({ ok: true, kills: 20, lost: 0, problems: [] });
    expect(code).toBe(0);
    expect(result.accepted).toBeGreaterThan(100);
  });
});

describe('satusehat serve, as the chaos starts it', () => {
  const env = {
    CLINIC_CODE: 'KLINIK-001',
    CLINIC_SECRET: 'a secret of this test',
    SATUSEHAT_ENV: 'http://127.0.0.1:1',
    SATUSEHAT_CLIENT_ID: 'id',
    SATUSEHAT_CLIENT_SECRET: 'secret',
    SATUSEHAT_ORGANIZATION_ID: '10000004',
    SATUSEHAT_ENCRYPTION_KEY: '0'.repeat(64),
    SATUSEHAT_STORE: 'sqlite::memory:',
  };

  it('takes the store and the waits from the environment', async () => {
    const run = satusehat(['serve', '--port', '0'], { ...env, SATUSEHAT_TUNING: '{"delivery":{"grace":0}}' });
    expect(JSON.parse(await run.line())).toMatchObject({ ready: true });
    run.child.kill('SIGTERM');
    expect(await run.ended).toBe(0);
  });

  it.each([
    [['--data', '/tmp/x'], {}, /SATUSEHAT_STORE/],
    [[], { SATUSEHAT_TUNING: '{"delivry":{}}' }, /SATUSEHAT_TUNING/],
    [[], { SATUSEHAT_TUNING: 'cepat' }, /SATUSEHAT_TUNING/],
  ])('%j %j is exit code 2', async (args, change, message) => {
    const run = satusehat(['serve', '--port', '0', ...args], { ...env, ...change });
    expect(await run.ended).toBe(2);
    expect(run.errors()).toMatch(message);
  });
});
