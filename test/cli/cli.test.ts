/** The command line, as a user starts it: real processes, real sockets, real signals. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { readPasswordHash } from '../../src/dashboard/password.js';
import { SatusehatClient } from '../../src/index.js';
import { createSandbox, sandboxCredential } from '../../src/sandbox.js';
import { listen } from '../../src/server.js';
import { encounter } from '../support/platform.js';
import { killAll, output, program, root, satusehat } from '../support/program.js';
import { guideVisit } from '../support/visit.js';
import { KEY } from '../support/world.js';

const folders: string[] = [];
afterEach(async () => {
  await killAll();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'satusehat-cli-'));
  folders.push(folder);
  return folder;
}

/** The guide's clinic. */
const credentials = ['KLINIK-001', 'your_clinic_secret'] as const;

describe('satusehat serve --sandbox', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'says when it is ready, serves a visit, and stops on %s',
    async (signal) => {
      const run = satusehat(['serve', '--sandbox', '--port', '0', '--platform-port', '0']);
      const ready = JSON.parse(await run.line());
      expect(ready).toMatchObject({
        ready: true,
        clinicCode: 'KLINIK-001',
        clinicSecret: 'your_clinic_secret',
      });
      expect(ready.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
      const client = new SatusehatClient(ready.url, ready.clinicCode, ready.clinicSecret);
      expect(await client.kirimEncounter(guideVisit())).toMatchObject({
        status: 'success',
        pasien_id: 'P00123456789',
      });
      const stats = await (await fetch(`${ready.platformUrl}/_sandbox/stats`)).json();
      expect(stats).toMatchObject({ writes: 1, resources: { Encounter: 1, Observation: 7 } });
      run.child.kill(signal);
      expect(await run.ended).toBe(0);
      expect(run.errors()).not.toMatch(/3201234567890123|your_clinic_secret|Sakit kepala/);
      await expect(fetch(`${ready.url}/healthz`)).rejects.toThrow();
    },
  );

  it('keeps its data in --data, and only there', async () => {
    const data = join(tempFolder(), 'baru');
    const args = ['serve', '--sandbox', '--port', '0', '--platform-port', '0', '--data', data];
    const first = satusehat(args);
    const { url } = JSON.parse(await first.line());
    const sent = await new SatusehatClient(url, ...credentials).kirimEncounter(guideVisit());
    // A second process on the same data is refused.
    const second = await output(satusehat(args));
    expect(second).toMatchObject({ code: 1, lines: [] });
    first.child.kill('SIGTERM');
    await first.ended;
    const third = satusehat(args);
    const again = new SatusehatClient(JSON.parse(await third.line()).url, ...credentials);
    expect((await again.getLog(sent.log_id ?? '')).data.state).toBe('sent');
    expect(existsSync(join(data, 'satusehat.db'))).toBe(true);
  });

  it('says that a port is taken', async () => {
    const other = await listen(createSandbox());
    const run = satusehat(['serve', '--sandbox', '--port', String(other.port), '--platform-port', '0']);
    expect(await run.ended).toBe(1);
    expect(run.errors()).toContain(`port ${other.port} sudah dipakai`);
    await other.close();
  });
});

describe('satusehat backup and migrate', () => {
  it('a copy is made beside the running service, and moved to where it goes on', async () => {
    const data = tempFolder();
    const args = ['serve', '--sandbox', '--port', '0', '--platform-port', '0', '--data'];
    const first = satusehat([...args, data]);
    const ready = JSON.parse(await first.line());
    const sent = await new SatusehatClient(ready.url, ...credentials).kirimEncounter(guideVisit());
    const copy = join(data, 'cadangan.db');
    const made = await output(satusehat(['backup', copy, '--data', data]));
    expect(made).toEqual({ code: 0, lines: [`Cadangan ditulis ke ${copy}: 1 kiriman.`] });
    const twice = satusehat(['backup', copy, '--data', data]);
    expect(await twice.ended).toBe(2);
    expect(twice.errors()).toContain('tidak ada yang ditimpa');
    const from = `sqlite:${join(data, 'satusehat.db')}`;
    const busy = satusehat(['migrate', '--from', from, '--to', `sqlite:${join(data, 'x.db')}`]);
    expect(await busy.ended).toBe(1);
    expect(busy.errors()).toContain('sedang dipakai layanan');
    first.child.kill('SIGTERM');
    await first.ended;

    const next = tempFolder();
    const move = ['migrate', '--from', `sqlite:${copy}`, '--to', `sqlite:${join(next, 'satusehat.db')}`];
    expect(await output(satusehat(move))).toMatchObject({
      code: 0,
      lines: [expect.stringContaining('Dipindahkan: 1 kiriman')],
    });
    const again = await output(satusehat(move));
    expect(again).toMatchObject({ code: 0, lines: [expect.stringContaining('Sudah dipindahkan')] });
    const second = satusehat([...args, next]);
    const client = new SatusehatClient(JSON.parse(await second.line()).url, ...credentials);
    expect((await client.getLog(sent.log_id ?? '')).data.state).toBe('sent');
  });

  it.each([
    [['backup'], 'sebutkan berkasnya'],
    [['backup', 'a', 'b'], 'Argumen tidak dikenal'],
    [['migrate', '--from', 'sqlite:a'], '--to'],
    [['migrate', '--from', 'mysql://x', '--to', 'sqlite:a'], 'sqlite:BERKAS'],
    [['serve', '--from', 'x'], '--from hanya untuk migrate'],
  ])('%j is refused with a reason', async (args, reason) => {
    const run = satusehat(args);
    expect(await run.ended).toBe(2);
    expect(run.errors()).toContain(reason);
  });
});

describe('satusehat --help', () => {
  it('says the same in both languages', async () => {
    const [id, en] = await Promise.all([
      output(satusehat(['--help'])),
      output(satusehat(['--help', '--en'])),
    ]);
    expect([id.code, en.code]).toEqual([0, 0]);
    const commands = ({ lines }: { lines: string[] }) =>
      lines.flatMap((line) => /^ {2}satusehat ([a-z-]+)/.exec(line)?.[1] ?? []);
    expect(commands(en)).toEqual(commands(id));
    expect(commands(id)).toEqual(
      expect.arrayContaining(['init', 'doctor', 'kirim', 'klinik', 'status', 'resend']),
    );
    const names = ({ lines }: { lines: string[] }) => [
      ...new Set(lines.join(' ').match(/--[a-z-]+|[A-Z]+_[A-Z_]+/g)),
    ];
    expect(names(en).sort()).toEqual(names(id).sort());
  });
});

describe('satusehat password', () => {
  const typed = (input: string) =>
    spawnSync(process.execPath, [join(root, 'bin/satusehat.mjs'), 'password'], { input, encoding: 'utf8' });

  it('prints a hash that the dashboard takes, and nothing of the password', async () => {
    const { status, stdout, stderr } = typed('kata sandi panjang\n');
    expect([status, stderr]).toEqual([0, '']);
    expect(await readPasswordHash(stdout.trim())('kata sandi panjang')).toBe(true);
    expect(typed('kata sandi panjang').stdout).not.toBe(stdout);
  });

  it('refuses one that is too short, also an empty one', () => {
    for (const input of ['pendek\n', '', '\n']) {
      const { status, stdout, stderr } = typed(input);
      expect([status, stdout]).toEqual([2, '']);
      expect(stderr).toContain('paling sedikit 10 karakter');
    }
  });
});

describe('satusehat serve', () => {
  it('has no default credential: every missing variable is named', async () => {
    const run = satusehat(['serve', '--port', '0'], { CLINIC_CODE: 'KLINIK-001' });
    expect(await run.ended).toBe(2);
    for (const name of ['CLINIC_SECRET', 'SATUSEHAT_CLIENT_SECRET', 'SATUSEHAT_ENCRYPTION_KEY']) {
      expect(run.errors()).toContain(name);
    }
    expect(run.errors()).not.toContain('CLINIC_CODE');
  });

  it('killed by SIGKILL after the platform wrote: the next start finds it, and posts nothing twice', async () => {
    const sandbox = createSandbox();
    let written = () => {};
    const wrote = new Promise<void>((resolve) => {
      written = resolve;
    });
    let hang = true;
    const platform = await listen({
      async fetch(request) {
        const bundle = request.method === 'POST' && new URL(request.url).pathname === '/fhir-r4/v1';
        const answer = await sandbox.fetch(request);
        if (!bundle || !hang) return answer;
        written();
        return new Promise<Response>(() => {});
      },
    });
    const env = {
      CLINIC_CODE: 'KLINIK-KILL',
      CLINIC_SECRET: 'a secret of this test',
      SATUSEHAT_ENV: platform.url,
      SATUSEHAT_CLIENT_ID: sandboxCredential.clientId,
      SATUSEHAT_CLIENT_SECRET: sandboxCredential.clientSecret,
      SATUSEHAT_ORGANIZATION_ID: sandboxCredential.organizationId,
      SATUSEHAT_ENCRYPTION_KEY: KEY,
    };
    const args = ['serve', '--port', '0', '--data', tempFolder()];
    const start = async () => {
      const run = satusehat(args, env);
      const ready = JSON.parse(await run.line());
      expect(ready).not.toHaveProperty('clinicSecret');
      return { run, client: new SatusehatClient(ready.url, env.CLINIC_CODE, env.CLINIC_SECRET) };
    };
    const first = await start();
    const queued = await first.client.kirimEncounter(guideVisit(), { wait: 0 });
    expect(queued.status).toBe('queued');
    await wrote;
    first.run.child.kill('SIGKILL');
    await first.run.ended;
    hang = false;

    const second = await start();
    const sent = await second.client.kirimEncounter(guideVisit());
    expect(sent).toMatchObject({ status: 'success', log_id: queued.log_id });
    expect(sandbox.stats()).toMatchObject({
      writes: 1,
      duplicates: { byIdentifier: 0 },
      resources: { Encounter: 1, Observation: 7 },
    });
    second.run.child.kill('SIGTERM');
    expect(await second.run.ended).toBe(0);
    await platform.close();
  });
});

describe('satusehat sandbox', () => {
  it('serves the platform alone', async () => {
    const run = satusehat(['sandbox', '--port', '0']);
    const { ready, platformUrl } = JSON.parse(await run.line());
    expect(ready).toBe(true);
    expect(await (await fetch(`${platformUrl}/_sandbox/stats`)).json()).toMatchObject({
      writes: 0,
      tokensIssued: 0,
    });
    expect((await fetch(`${platformUrl}/fhir-r4/v1/Patient/P00123456789`)).status).toBe(401);
    run.child.kill('SIGTERM');
    expect(await run.ended).toBe(0);
  });
});

describe('satusehat sandbox --persist', () => {
  const write = async (platformUrl: string, value: string) => {
    const form = new URLSearchParams({
      client_id: sandboxCredential.clientId,
      client_secret: sandboxCredential.clientSecret,
    });
    const login = await fetch(`${platformUrl}/oauth2/v1/accesstoken?grant_type=client_credentials`, {
      method: 'POST',
      body: form,
    });
    const { access_token } = (await login.json()) as { access_token: string };
    const identifier = [{ system: 'http://sys-ids.kemkes.go.id/encounter/10000004', value }];
    const response = await fetch(`${platformUrl}/fhir-r4/v1/Encounter`, {
      method: 'POST',
      headers: { authorization: `Bearer ${access_token}`, 'content-type': 'application/json' },
      body: JSON.stringify(encounter({ identifier })),
    });
    expect(response.status).toBe(201);
  };
  const encounters = async (platformUrl: string) =>
    (await (await fetch(`${platformUrl}/_sandbox/resources?type=Encounter`)).json()) as unknown[];

  it('begins where it left off, after a signal and after SIGKILL', async () => {
    const file = join(tempFolder(), 'platform.json');
    const start = async () => {
      const run = satusehat(['sandbox', '--port', '0', '--persist', file]);
      return { run, url: JSON.parse(await run.line()).platformUrl as string };
    };
    const first = await start();
    await write(first.url, 'A');
    first.run.child.kill('SIGTERM');
    await first.run.ended;
    const second = await start();
    expect(await encounters(second.url)).toHaveLength(1);
    await write(second.url, 'B');
    await vi.waitFor(() => expect(readFileSync(file, 'utf8')).toContain('"B"'), 20_000);
    second.run.child.kill('SIGKILL');
    await second.run.ended;
    const third = await start();
    expect(await encounters(third.url)).toHaveLength(2);
    const stats = await (await fetch(`${third.url}/_sandbox/stats`)).json();
    expect(stats).toMatchObject({ writes: 2, duplicates: { byIdentifier: 0 } });
  });

  it('refuses a file that is none of its own', async () => {
    const file = join(tempFolder(), 'other.json');
    writeFileSync(file, 'surat');
    const run = satusehat(['sandbox', '--port', '0', '--persist', file]);
    expect(await run.ended).toBe(2);
    expect(readFileSync(file, 'utf8')).toBe('surat');
  });
});

describe('usage', () => {
  it.each([[['--help']], [[]]])('%j prints help', async (args) => {
    const { code, lines } = await output(satusehat(args));
    expect(code).toBe(0);
    expect(lines.join('\n')).toContain('satusehat serve --sandbox');
  });

  it.each([
    [['terbang'], /terbang/],
    [['serve', '--porta', '1'], /porta/],
    [['serve', '--sandbox', '--port', 'x'], /--port/],
    [['serve', '--sandbox', '--port', '70000'], /--port/],
    [['serve', '--platform-port', '1'], /--sandbox/],
    [['sandbox', 'lebih'], /lebih/],
    [['sandbox', '--data', 'x'], /--data/],
    [['serve', '--persist', 'x'], /--persist/],
  ])('%j is exit code 2', async (args, message) => {
    const run = satusehat(args);
    expect(await run.ended).toBe(2);
    expect(run.errors()).toMatch(message);
  });
});

describe('npm run demo', () => {
  it('tells the story and exits 0; --json ends with one object', async () => {
    const { code, lines } = await output(program([`${root}examples/demo/demo.mjs`, '--json']));
    expect(code).toBe(0);
    expect(lines.join('\n')).toMatch(/8480-6 +Systolic blood pressure +130 mm\[Hg\]/);
    const summary = JSON.parse(lines.at(-1) ?? '');
    expect(summary).toMatchObject({
      ok: true,
      pasien_id: 'P00123456789',
      writes: 1,
      platform: { tokensIssued: 1, requests: { GET: { Patient: 1 } } },
    });
    expect(summary.resources).toHaveLength(10);
  });

  it('exits 1 when something in it fails', async () => {
    // The platform's clock stands before the visit: it refuses the date.
    const early = `--import=data:text/javascript,Date.now=()=>Date.parse('2024-01-01T00:00:00Z')`;
    const { code, lines } = await output(program([early, `${root}examples/demo/demo.mjs`, '--json']));
    expect(code).toBe(1);
    expect(JSON.parse(lines.at(-1) ?? '')).toEqual({ ok: false, error: 'INVALID_FIELDS' });
  });
});
