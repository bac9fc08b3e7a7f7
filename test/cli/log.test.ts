/** The lines of `satusehat serve`: one JSON object each, as loud as asked. */
import { afterEach, expect, it } from 'vitest';
import { killAll, satusehat } from '../support/program.js';

afterEach(killAll);

async function linesAt(level: Record<string, string>): Promise<Record<string, unknown>[]> {
  const run = satusehat(['serve', '--sandbox', '--port', '0', '--platform-port', '0'], level);
  const { url } = JSON.parse(await run.line());
  await fetch(`${url}/api/tidak-ada`);
  run.child.kill('SIGTERM');
  await run.ended;
  return run
    .errors()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));
}

it('are JSON with a level, a time and what happened', async () => {
  const [normal, silent] = await Promise.all([linesAt({}), linesAt({ SATUSEHAT_LOG_LEVEL: 'warn' })]);
  const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  expect(normal).toEqual([
    { level: 'info', time, event: 'started' },
    expect.objectContaining({ level: 'info', time, event: 'request', status: 404, code: 'NOT_FOUND' }),
    { level: 'info', time, event: 'stopped' },
  ]);
  expect(silent).toEqual([]);
});

it('a level that is none is said', async () => {
  const run = satusehat(['serve', '--sandbox', '--port', '0', '--platform-port', '0'], {
    SATUSEHAT_LOG_LEVEL: 'keras',
  });
  expect(await run.ended).toBe(2);
  expect(run.errors()).toContain('SATUSEHAT_LOG_LEVEL');
});
