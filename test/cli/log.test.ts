/** The lines of `satusehat serve`: one JSON object each, as loud as asked. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { afterEach, expect, it } from 'vitest';
import { SatusehatClient } from '../../src/index.js';
import { killAll, output, root, satusehat, watch } from '../support/program.js';
import { thrownBy } from '../support/thrown.js';
import { guideVisit } from '../support/visit.js';

afterEach(killAll);

async function linesAt(level: Record<string, string>): Promise<Record<string, unknown>[]> {
  const run = satusehat(['serve', '--sandbox', '--port', '0', '--platform-port', '0'], level);
  const { url, clinicCode, clinicSecret } = JSON.parse(await run.line());
  await fetch(`${url}/api/tidak-ada`);
  const client = new SatusehatClient(url, clinicCode, clinicSecret);
  await thrownBy(client.kirimEncounter({ ...guideVisit(), poli: '999999' }));
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
  const failed = expect.objectContaining({ level: 'warn', time, event: 'delivery', state: 'failed' });
  expect(normal).toEqual([
    { level: 'info', time, event: 'started' },
    expect.objectContaining({ level: 'info', time, event: 'request', status: 404, code: 'NOT_FOUND' }),
    failed,
    expect.objectContaining({ level: 'info', time, event: 'request', endpoint: 'kirimEncounter' }),
    { level: 'info', time, event: 'stopped' },
  ]);
  expect(silent).toEqual([failed]);
});

it('a level that is none is said', async () => {
  const run = satusehat(['serve', '--sandbox', '--port', '0', '--platform-port', '0'], {
    SATUSEHAT_LOG_LEVEL: 'keras',
  });
  expect(await run.ended).toBe(2);
  expect(run.errors()).toContain('SATUSEHAT_LOG_LEVEL');
});

it.skipIf(!existsSync('/dev/full'))(
  'a disk that is full ends neither the service nor a request',
  async () => {
    const serve = `exec "${process.execPath}" bin/satusehat.mjs serve --sandbox --port 0 --platform-port 0 2>/dev/full`;
    const run = watch(spawn('sh', ['-c', serve], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] }));
    const { url } = JSON.parse(await run.line());
    for (let request = 0; request < 3; request++) {
      expect((await fetch(`${url}/api/tidak-ada`)).status).toBe(404);
    }
    run.child.kill('SIGTERM');
    expect(await run.ended).toBe(0);
  },
);

it('whoever reads the help may leave', async () => {
  const help = `"${process.execPath}" bin/satusehat.mjs --help | head -c 1`;
  const { code } = await output(watch(spawn('bash', ['-o', 'pipefail', '-c', help], { cwd: root })));
  expect(code).toBe(0);
});
