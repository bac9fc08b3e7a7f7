/** `satusehat init` and `doctor`, against the sandbox. */
import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv, promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Finding } from '../../src/cli/doctor.js';
import { createSandbox, sandboxClinic, sandboxLocationId } from '../../src/sandbox.js';
import { type Listening, listen } from '../../src/server.js';
import { terminal } from '../support/need.js';
import { killAll, output, root, satusehat } from '../support/program.js';
import { KEY } from '../support/world.js';

let folder: string;
let platform: Listening;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'satusehat-doctor-'));
  platform = await listen(createSandbox());
});
afterEach(async () => {
  await killAll();
  await platform.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Report {
  ok: boolean;
  findings: Finding[];
}

async function examine(clinic: object, more: { env?: Record<string, string>; config?: object } = {}) {
  const config = join(folder, 'layanan.json');
  writeFileSync(
    config,
    JSON.stringify({ clinics: [clinic], platform: { env: platform.url }, ...more.config }),
  );
  const env = { SATUSEHAT_ENCRYPTION_KEY: KEY, ...more.env };
  const { code, lines } = await output(
    satusehat(['doctor', '--config', config, '--data', join(folder, 'data'), '--json'], env),
  );
  const { ok, findings } = JSON.parse(lines[0] ?? '') as Report;
  const of = (what: string) => findings.find((one) => one.what === what);
  return { code, ok, findings, of };
}

describe('satusehat doctor', () => {
  it('says of each part that it works', async () => {
    const clinic = {
      ...sandboxClinic,
      poli: { '100001': { locationId: sandboxLocationId } },
      dokter: [{ id: '10001234567' }],
    };
    const { code, ok, findings } = await examine(clinic);
    expect(findings.filter(({ result }) => result !== 'ok')).toEqual([]);
    expect([code, ok]).toEqual([0, true]);
    expect(findings.map(({ what }) => what)).toEqual([
      'konfigurasi',
      'platform',
      'kunci penyegel',
      'port',
      'penyimpanan',
      'sambungan',
      'jam',
      'KLINIK-001: kredensial',
      'KLINIK-001: organisasi',
      'KLINIK-001: poli 100001',
      'KLINIK-001: dokter 1',
    ]);
  });

  it('names each poli and each doctor that is not there, with what to do', async () => {
    const { code, of } = await examine({
      ...sandboxClinic,
      poli: { '100001': { locationId: sandboxLocationId }, GIGI: { locationId: 'tidak-ada' } },
      dokter: [{ id: '10001234567' }, { id: 'tidak-ada' }],
    });
    expect(code).toBe(1);
    expect(of('KLINIK-001: poli 100001')?.result).toBe('ok');
    expect(of('KLINIK-001: poli GIGI')).toMatchObject({
      result: 'bad',
      remedy: expect.stringContaining('Location'),
    });
    expect(of('KLINIK-001: dokter 2')).toMatchObject({
      result: 'bad',
      remedy: expect.stringContaining('SISDMK'),
    });
  });

  it('a wrong credential, a platform that is away, a wrong key: each by its name, and no secret', async () => {
    const secret = 'rahasia-yang-salah-sekali';
    const wrong = await examine({
      ...sandboxClinic,
      satusehat: { ...sandboxClinic.satusehat, clientSecret: secret },
    });
    expect(wrong.of('KLINIK-001: kredensial')).toMatchObject({
      result: 'bad',
      message: expect.stringContaining('kredensial'),
    });
    expect(JSON.stringify(wrong.findings)).not.toContain(secret);
    const away = await examine(sandboxClinic, { config: { platform: { env: 'http://127.0.0.1:1' } } });
    expect(away.of('sambungan')).toMatchObject({
      result: 'bad',
      remedy: expect.stringContaining('HTTPS_PROXY'),
    });
    // Nobody has worked on it yet, so that there was nothing to be wrong about; and still is not.
    expect(existsSync(join(folder, 'data'))).toBe(false);
    const { secret: _, ...kept } = sandboxClinic;
    writeFileSync(join(folder, 'klinik.json'), JSON.stringify(kept));
    const add = ['klinik', 'add', join(folder, 'klinik.json'), '--data', join(folder, 'data')];
    await output(satusehat(add, { SATUSEHAT_ENCRYPTION_KEY: KEY }));
    const before = readdirSync(join(folder, 'data'));
    expect((await examine(sandboxClinic)).of('penyimpanan')).toMatchObject({
      result: 'ok',
      message: 'dapat dibuka',
    });
    expect(readdirSync(join(folder, 'data'))).toEqual(before);
    const other = await examine(sandboxClinic, { env: { SATUSEHAT_ENCRYPTION_KEY: 'b2'.repeat(32) } });
    expect(other.of('penyimpanan')).toMatchObject({
      result: 'bad',
      message: expect.stringContaining('_PREVIOUS'),
    });
    expect(other.code).toBe(1);
  });

  it('a configuration that cannot work ends it, in words', async () => {
    const run = satusehat(['doctor', '--data', join(folder, 'data')], {});
    const { code, lines } = await output(run);
    expect(code).toBe(1);
    expect(lines[0]).toMatch(/^\[x \] konfigurasi: Variabel lingkungan belum diisi: CLINIC_CODE/);
    expect(lines.at(-1)).toBe('1 hal perlu diperbaiki.');
    const mistake = await examine({ ...sandboxClinic, timeZone: 'Mars' });
    expect(mistake.of('konfigurasi')?.message).toBe(
      'clinics: timeZone dari KLINIK-001 harus zona IANA: Asia/Jakarta, Asia/Makassar atau Asia/Jayapura',
    );
  });

  it.each<[string, { env?: Record<string, string>; config?: object }, RegExp]>([
    [
      'a password in the place of its hash',
      { env: { SATUSEHAT_DASHBOARD_PASSWORD: 'kuda-lumping-42' } },
      /^SATUSEHAT_DASHBOARD_PASSWORD harus hash/,
    ],
    [
      'a short token',
      { env: { SATUSEHAT_METRICS_TOKEN: 'pendek' } },
      /^SATUSEHAT_METRICS_TOKEN harus paling sedikit 16/,
    ],
    ['half a key', { env: { SATUSEHAT_ENCRYPTION_KEY: 'a1b2' } }, /^SATUSEHAT_ENCRYPTION_KEY.* 32 byte/],
    ['a level that is none', { env: { SATUSEHAT_LOG_LEVEL: 'debug' } }, /^SATUSEHAT_LOG_LEVEL/],
    ['a port open to others', { config: { host: '0.0.0.0' } }, /^host 0\.0\.0\.0: terbuka/],
    [
      'a certificate that is not there',
      { config: { tls: { key: '/tidak-ada', cert: '/tidak-ada' } } },
      /^tls\.key: /,
    ],
    [
      'a platform without TLS',
      { config: { platform: { env: 'http://satusehat.example' } } },
      /platform\.env harus staging/,
    ],
  ])('%s keeps serve from starting, and doctor says so in the same words', async (_, more, words) => {
    const { code, of, findings } = await examine(sandboxClinic, more);
    expect(code).toBe(1);
    const message = of('konfigurasi')?.message ?? '';
    expect(message.replace(/^\/.*?: /, '')).toMatch(words);
    expect(JSON.stringify(findings)).not.toContain('kuda-lumping-42');
    const run = satusehat(['serve', '--config', join(folder, 'layanan.json'), '--json'], {
      SATUSEHAT_ENCRYPTION_KEY: KEY,
      ...more.env,
    });
    expect(await run.ended).toBe(2);
    expect(JSON.parse(run.errors())).toEqual({
      error: { code: 'USAGE', message, remedy: 'Lihat: satusehat --help' },
    });
  });

  it('says that a port is taken, and that secrets lie open', async () => {
    const { port } = new URL(platform.url);
    const { code, of } = await examine(sandboxClinic, { config: { port: Number(port) } });
    expect([code, of('port')?.result]).toEqual([0, 'warn']);
    writeFileSync(join(folder, 'satusehat.env'), '', { mode: 0o644 });
    expect((await examine(sandboxClinic)).of('rahasia')).toMatchObject({
      result: 'warn',
      remedy: expect.stringContaining('chmod'),
    });
  });
});

describe('satusehat init', () => {
  const typed = (lines: string[]) =>
    spawnSync(process.execPath, [join(root, 'bin/satusehat.mjs'), 'init'], {
      ...{ cwd: folder, input: `${lines.join('\n')}\n`, encoding: 'utf8' },
    });

  it('writes what doctor and serve need, the secrets for nobody else, and writes over nothing', async () => {
    const { clientId, clientSecret, organizationId } = sandboxClinic.satusehat;
    const { status, stdout } = typed([platform.url, '', '', clientId, clientSecret, organizationId]);
    expect(status).toBe(0);
    expect(stdout).toContain('doctor');
    expect(stdout).not.toContain(clientSecret);
    const file = join(folder, 'satusehat.env');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(folder, 'satusehat.config.json'), 'utf8')).not.toContain(clientSecret);
    // Not in step: the platform is in this process.
    const ready = await promisify(execFile)(
      process.execPath,
      [join(root, 'bin/satusehat.mjs'), 'doctor', '--json'],
      { cwd: folder },
    );
    expect((JSON.parse(ready.stdout) as Report).findings.filter(({ result }) => result === 'bad')).toEqual(
      [],
    );
    const again = typed([]);
    expect([again.status, again.stderr.includes('sudah ada')]).toEqual([2, true]);
  });

  it('writes secrets that Node, a shell and systemd read alike', () => {
    const odd = 'a$b#c"d\\\\e`f;g&h*i';
    const { status } = typed([platform.url, 'KLINIK#1', '', odd, odd, '10000001']);
    expect(status).toBe(0);
    const file = join(folder, 'satusehat.env');
    const names = ['CLINIC_CODE', 'SATUSEHAT_CLIENT_ID', 'SATUSEHAT_CLIENT_SECRET'];
    const byNode = parseEnv(readFileSync(file, 'utf8'));
    const byShell = spawnSync(
      'sh',
      ['-c', `. ./satusehat.env; printf '%s\\n' ${names.map((name) => `"$${name}"`).join(' ')}`],
      {
        ...{ cwd: folder, encoding: 'utf8' },
      },
    ).stdout;
    expect(names.map((name) => byNode[name])).toEqual(['KLINIK#1', odd, odd]);
    expect(byShell).toBe(`KLINIK#1\n${odd}\n${odd}\n`);
  });

  const inTerminal = terminal();
  it.skipIf(!inTerminal)('shows a secret nowhere while it is typed', async () => {
    const command = `"${process.execPath}" "${join(root, 'bin/satusehat.mjs')}" init`;
    const run = spawn(inTerminal as string, ['-qec', command, '/dev/null'], { cwd: folder });
    const answers: [string, string][] = [
      ['Platform', ''],
      ['Kode klinik', 'KLINIK-007'],
      ['Zona waktu', ''],
      ['Client ID', 'id-yang-tampil'],
      ['Client secret', 'rahasia yang berspasi'],
      ['tanpa spasi dan tanda petik\r\nClient secret', 'rahasia-yang-diketik'],
      ['Organization ID', '10000001'],
    ];
    let seen = '';
    run.stdout.on('data', (chunk) => {
      seen += chunk;
      const [question, answer] = answers[0] ?? [];
      if (question === undefined || !seen.slice(seen.indexOf(question)).endsWith(': ')) return;
      answers.shift();
      run.stdin.write(`${answer}\r`);
    });
    await once(run, 'close');
    expect(seen).toContain('id-yang-tampil');
    expect(seen).not.toContain('rahasia-yang');
    expect(seen).not.toContain('rahasia yang');
    const file = parseEnv(readFileSync(join(folder, 'satusehat.env'), 'utf8'));
    expect(file).toMatchObject({
      CLINIC_CODE: 'KLINIK-007',
      SATUSEHAT_CLIENT_SECRET: 'rahasia-yang-diketik',
    });
  });

  it('says which answer does not fit, and writes nothing', () => {
    const { status, stderr } = typed(['di mana saja']);
    expect(status).toBe(2);
    expect(stderr).toContain('isi staging, production, atau URL https');
    expect(() => statSync(join(folder, 'satusehat.env'))).toThrow();
  });
});
