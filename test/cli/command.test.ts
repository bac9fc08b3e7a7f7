/** A command beside the sandbox: `serve --sandbox -- COMMAND` and `sandbox -- COMMAND`. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { killAll, output, satusehat } from '../support/program.js';
import { guideVisit } from '../support/visit.js';

const folder = mkdtempSync(join(tmpdir(), 'satusehat-command-'));
afterEach(killAll);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** As Node runs it, with what the terminal has of a real service. */
function beside(command: string[], script: string) {
  return satusehat([...command, '--', process.execPath, '--input-type=module', '-e', script], {
    TMPDIR: folder,
    SATUSEHAT_BASE_URL: 'https://satusehat.klinik.example',
    SATUSEHAT_ENV: 'production',
    CLINIC_SECRET: 'rahasia-sungguhan',
  });
}

describe('serve --sandbox -- COMMAND', () => {
  it('lasts as long as the command, ends with its code, and leaves nothing', async () => {
    const run = beside(
      ['serve', '--sandbox'],
      `const { SATUSEHAT_BASE_URL: url, CLINIC_CODE, CLINIC_SECRET } = process.env;
      const answer = await fetch(url + '/api/encounter', {
        method: 'POST',
        headers: {
          'content-type': 'application/json', 'x-clinic-code': CLINIC_CODE, 'x-clinic-secret': CLINIC_SECRET,
        },
        body: ${JSON.stringify(JSON.stringify(guideVisit()))},
      });
      console.log(url, (await answer.json()).status);
      process.exit(7);`,
    );
    const { code, lines } = await output(run);
    expect([code, lines]).toEqual([7, [expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+ success$/)]]);
    expect(run.errors().trim().split('\n')).toEqual([
      expect.stringMatching(/^satusehat: sandbox, layanan http:.* dasbor http:.*\/dashboard$/),
      expect.stringMatching(/^satusehat: platform tiruan menerima .*Encounter 1.*\(1 penulisan\)$/),
    ]);
    await expect(fetch(`${lines[0]?.split(' ')[0]}/healthz`)).rejects.toThrow();
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('passes %s on, once', async (signal) => {
    const run = beside(
      ['serve', '--sandbox'],
      `let times = 0; process.on('${signal}', () => { times++; setTimeout(() => process.exit(times + 2), 100); }); setInterval(() => {}, 1000); console.log('siap');`,
    );
    expect(await run.line()).toBe('siap');
    // Twice, as the terminal and `npm run` do.
    run.child.kill(signal);
    run.child.kill(signal);
    expect(await run.ended).toBe(3);
    expect(run.errors()).toContain('platform tiruan tidak menerima data baru');
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('sandbox -- COMMAND', () => {
  it('gives what a service of its own needs, and nothing of another one', async () => {
    const { code, lines } = await output(
      beside(['sandbox'], `console.log(JSON.stringify(process.env)); process.kill(process.pid);`),
    );
    expect(code).toBe(143);
    const env = JSON.parse(lines[0] ?? '');
    expect(env).toMatchObject({
      SATUSEHAT_BASE_URL: '',
      CLINIC_CODE: 'KLINIK-001',
      CLINIC_SECRET: 'your_clinic_secret',
      SATUSEHAT_CLIENT_ID: 'sandbox-client-id',
      SATUSEHAT_CLIENT_SECRET: 'sandbox-client-secret',
      SATUSEHAT_ORGANIZATION_ID: '10000004',
      SATUSEHAT_ENCRYPTION_KEY: '0'.repeat(64),
    });
    expect(env.SATUSEHAT_ENV).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(env.SATUSEHAT_STORE).toMatch(`sqlite:${folder}`);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('usage', () => {
  it.each([
    [['serve', '--', 'true'], /hanya untuk serve --sandbox/],
    [['status', '--', 'true'], /hanya untuk serve --sandbox/],
    [['sandbox', '--'], /Sebutkan perintahnya/],
    [['sandbox', '--', 'tidak-ada-9f2c'], /tidak-ada-9f2c tidak dapat dijalankan/],
  ])('%j is exit code 2', async (args, message) => {
    const run = satusehat(args, { TMPDIR: folder });
    expect(await run.ended).toBe(2);
    expect(run.errors()).toMatch(message);
    expect(readdirSync(folder)).toEqual([]);
  });
});
