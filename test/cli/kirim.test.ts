/** `satusehat kirim`, `status` and `resend`: real processes against a real service. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createBar } from '../../src/cli/bar.js';
import { createSandbox, type Sandbox, sandboxClinic } from '../../src/sandbox.js';
import { createSatusehatService, type Listening, listen, type SatusehatService } from '../../src/server.js';
import { killAll, output, satusehat } from '../support/program.js';
import { plainVisit } from '../support/visit.js';
import { KEY } from '../support/world.js';

let sandbox: Sandbox;
let service: SatusehatService;
let server: Listening;
let folder: string;
let env: Record<string, string>;

beforeAll(async () => {
  sandbox = createSandbox();
  service = await createSatusehatService({
    clinics: [sandboxClinic],
    platform: { env: 'https://sandbox.invalid', fetch: sandbox.fetch },
    store: 'sqlite::memory:',
    encryptionKey: KEY,
  });
  server = await listen(service);
  env = {
    SATUSEHAT_BASE_URL: server.url,
    CLINIC_CODE: sandboxClinic.code,
    CLINIC_SECRET: sandboxClinic.secret,
  };
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'satusehat-kirim-'));
});
afterEach(async () => {
  await killAll();
  rmSync(folder, { recursive: true, force: true });
});
afterAll(async () => {
  await server.close();
  await service.close();
});

function fileOf(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

const ndjson = (visits: unknown[]) => visits.map((one) => `${JSON.stringify(one)}\n`).join('');
const run = (args: string[], more: Record<string, string> = {}) =>
  satusehat(['kirim', ...args], { ...env, ...more });
const summaryOf = async (program: ReturnType<typeof run>) => {
  const { code, lines } = await output(program);
  const summary = JSON.parse(lines.at(-1) ?? '{}') as Record<string, unknown>;
  return { ...summary, code } as Record<string, unknown>;
};
const encounters = (part: string) =>
  sandbox.resources('Encounter').filter((one) => JSON.stringify(one).includes(part));

describe('satusehat kirim', () => {
  it('sends a file, says what failed and why, and sends nothing twice when it is run again', async () => {
    const visits = [1, 2, 3, 4].map((n) => plainVisit({ no_registrasi: `NDJSON-${n}` }));
    const file = fileOf(
      'kunjungan.ndjson',
      `\uFEFF${ndjson(visits.slice(0, 2))}\n{"nik_pasien": rusak\n${ndjson([
        plainVisit({ no_registrasi: 'NDJSON-9', nik_pasien: '3201010101990077' }),
        plainVisit({ poli: '' }),
        ...visits.slice(2),
      ])}`,
    );
    const first = run([file]);
    const { code, lines } = await output(first);
    expect(code).toBe(1);
    expect(lines[0]).toBe('Terkirim 4, diantrekan layanan 0, gagal 3, sudah dikirim sebelumnya 0.');
    expect(first.errors()).toMatch(/6\/6, [\d.]+\/detik/);
    const failed = readFileSync(`${file}.failed.ndjson`, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(failed.map(({ line, code: why }) => [line, why]).sort()).toEqual([
      [4, 'INVALID_JSON'],
      [5, 'PATIENT_NOT_FOUND'],
      [6, 'MISSING_REQUIRED_FIELDS'],
    ]);
    expect(failed.find(({ line }) => line === 6).fields).toMatchObject([{ field: 'poli' }]);
    // No patient in what is left behind.
    const left = JSON.stringify(failed) + readFileSync(`${file}.progress.json`, 'utf8');
    expect(left.replace(/[0-9a-f]{64}|[0-9a-f-]{36}/g, '')).not.toMatch(/\d{16}|Pusing|3201/);
    const writes = sandbox.stats().writes;
    expect(await summaryOf(run([file, '--json']))).toMatchObject({
      code: 1,
      doneBefore: 4,
      failed: 3,
      sent: 0,
    });
    expect(sandbox.stats().writes).toBe(writes);
    expect(encounters('NDJSON-')).toHaveLength(4);
  });

  it('takes CSV by its titles, or by a map of them', async () => {
    const file = fileOf(
      'kunjungan.csv',
      [
        'NIK;tanggal_kunjungan;jenis_layanan;jenis_kunjungan;poli;dokter;Keluhan;Suhu;TD;Catatan;no_registrasi;diagnosis.0.kode_icd10;diagnosis.0.deskripsi_diagnosis;diagnosis.0.tanggal_diagnosis',
        '9204014804000002;2024-01-15T08:30:00+07:00;101;1;100001;10001234567;"Batuk; pilek";37.4;120/80;x;CSV-1;J06.9;ISPA;2024-01-15T09:00:00+07:00',
        '9204014804000002;2024-01-15T08:40:00+07:00;101;1;100001;10001234567;Pusing;;;;CSV-2',
        '',
        '9204014804000002;2024-01-15T08:50:00+07:00;101;1;100001;10001234567;Demam;38,5;;;CSV-3',
      ].join('\r\n'),
    );
    const columns = fileOf(
      'peta.json',
      JSON.stringify({
        ...{ NIK: 'nik_pasien', Keluhan: 'keluhan_utama', Catatan: '' },
        ...{ Suhu: 'pemeriksaan_fisik.tanda_vital.suhu', TD: 'pemeriksaan_fisik.tanda_vital.tekanan_darah' },
      }),
    );
    expect(await summaryOf(run([file, '--columns', columns, '--json']))).toMatchObject({
      code: 1,
      sent: 2,
      failed: 1,
    });
    expect(JSON.stringify(encounters('CSV-1'))).toContain('CSV-1');
    expect(sandbox.resources('Condition').some((one) => JSON.stringify(one).includes('Batuk; pilek'))).toBe(
      true,
    );
    const failed = readFileSync(`${file}.failed.ndjson`, 'utf8');
    expect(JSON.parse(failed)).toMatchObject({
      line: 5,
      code: 'INVALID_FIELDS',
      fields: [{ field: 'pemeriksaan_fisik.tanda_vital.suhu' }],
    });
    // A title that leads nowhere is said before anything is sent.
    const writes = sandbox.stats().writes;
    const unknown = run([fileOf('lain.csv', 'nik_pasien,Poliklinik\n9204014804000002,1\n')]);
    expect(await unknown.ended).toBe(2);
    expect(unknown.errors()).toContain('kolom "Poliklinik" tidak dikenal');
    expect(sandbox.stats().writes).toBe(writes);
    const broken = run([fileOf('rusak.csv', 'nik_pasien,poli\n"9204,1\n')]);
    expect(await broken.ended).toBe(2);
    expect(broken.errors()).toContain('bukan CSV yang utuh');
  });

  it('killed in the middle, goes on where it was, and the books show each once', async () => {
    const count = 120;
    const file = fileOf(
      'banyak.ndjson',
      ndjson(Array.from({ length: count }, (_, n) => plainVisit({ no_registrasi: `BANYAK-${n}` }))),
    );
    const first = run([file, '--concurrency', '2', '--json']);
    await expect.poll(() => encounters('BANYAK-').length, { timeout: 60_000 }).toBeGreaterThan(20);
    first.child.kill('SIGKILL');
    expect(await first.ended).toBeNull();
    const there = encounters('BANYAK-').length;
    expect(there).toBeLessThan(count);
    const second = await summaryOf(run([file, '--json']));
    expect(second).toMatchObject({ code: 0, complete: true, failed: 0 });
    expect(second.doneBefore).toBeGreaterThan(0);
    expect(encounters('BANYAK-')).toHaveLength(count);
  });

  it('stopped by a signal, says how far it came and how to go on', async () => {
    const visits = Array.from({ length: 400 }, (_, n) => plainVisit({ no_registrasi: `SINYAL-${n}` }));
    const file = fileOf('sinyal.ndjson', ndjson(visits));
    const stopped = run([file, '--concurrency', '1']);
    await expect.poll(() => encounters('SINYAL-').length, { timeout: 60_000 }).toBeGreaterThan(5);
    stopped.child.kill('SIGTERM');
    const { code, lines } = await output(stopped);
    expect(code).toBe(1);
    expect(lines.join('\n')).toContain('Jalankan perintah yang sama untuk melanjutkan');
    expect(existsSync(`${file}.progress.json`)).toBe(true);
  });

  it('stops at once where the next would fare the same', async () => {
    const file = fileOf(
      'salah.ndjson',
      ndjson(Array.from({ length: 50 }, (_, n) => plainVisit({ no_registrasi: `SALAH-${n}` }))),
    );
    const wrong = await summaryOf(run([file, '--json', '--concurrency', '1'], { CLINIC_SECRET: 'salah' }));
    expect(wrong).toMatchObject({ code: 1, complete: false, sent: 0 });
    expect(wrong.failed).toBeLessThan(5);
    expect(wrong.stopped).toContain('Kredensial');
    expect(encounters('SALAH-')).toEqual([]);
  });

  it('does not go on with the progress of another file, and says what is missing', async () => {
    const file = fileOf('a.ndjson', ndjson([plainVisit({ no_registrasi: 'LAIN-1' })]));
    expect((await summaryOf(run([file, '--json']))).code).toBe(0);
    writeFileSync(file, ndjson([plainVisit({ no_registrasi: 'LAIN-2' })]));
    const other = run([file]);
    expect(await other.ended).toBe(2);
    expect(other.errors()).toContain('--fresh');
    expect((await summaryOf(run([file, '--json', '--fresh']))).code).toBe(0);
    for (const [args, reason] of [
      [[], 'sebutkan berkasnya'],
      [[join(folder, 'tidak-ada.ndjson')], 'berkas tidak ada'],
      [[file, '--concurrency', '0'], '--concurrency'],
      [[file, '--columns', file], '--columns'],
    ] as const) {
      const refused = run([...args]);
      expect(await refused.ended).toBe(2);
      expect(refused.errors()).toContain(reason);
    }
    const bare = satusehat(['kirim', file]);
    expect(await bare.ended).toBe(2);
    expect(bare.errors()).toContain('CLINIC_SECRET');
  });
});

describe('satusehat status and resend', () => {
  it('say what became of one, and try it again', async () => {
    const ask = (args: string[]) => output(satusehat(args, env));
    const file = fileOf(
      'satu.ndjson',
      ndjson([plainVisit({ no_registrasi: 'STATUS-1', nik_pasien: '3201010101990077' })]),
    );
    await summaryOf(run([file, '--json']));
    const { log_id } = JSON.parse(readFileSync(`${file}.failed.ndjson`, 'utf8')) as { log_id: string };
    const one = await ask(['status', log_id]);
    expect(one.code).toBe(1);
    expect(one.lines.join('\n')).toMatch(/gagal, perlu tindakan, 1 percobaan\nPATIENT_NOT_FOUND: /);
    expect(JSON.parse((await ask(['status', log_id, '--json'])).lines[0] ?? '')).toMatchObject({
      log_id,
      state: 'failed',
    });
    const all = await ask(['status']);
    expect(all.code).toBe(0);
    expect(all.lines[0]).toContain(log_id);
    const again = satusehat(['resend', log_id], env);
    expect(await again.ended).toBe(1);
    expect(again.errors()).toContain('PATIENT_NOT_FOUND');
    const nobody = satusehat(['status', 'tidak-ada'], env);
    expect(await nobody.ended).toBe(1);
    expect(nobody.errors()).toContain('NOT_FOUND');
  });
});

describe('the bar', () => {
  it('is drawn over itself at a terminal, and is a line now and then elsewhere', () => {
    let now = 0;
    const texts: string[] = [];
    const terminal = createBar({ write: (text) => texts.push(text), isTTY: true }, () => now);
    for (let done = 1; done <= 4; done++) {
      now += 1_000;
      terminal.show(done, 8, '');
    }
    terminal.end();
    expect(texts[1]).toBe('\r\u001b[K[######..................] 25% 2/8, 1.0/detik, sisa 6 detik');
    expect(texts.at(-1)).toMatch(/50% 4\/8.*\n$/);
    const lines: string[] = [];
    const plain = createBar({ write: (text) => lines.push(text) }, () => now);
    for (let done = 1; done <= 30; done++) {
      now += 1_000;
      plain.show(done, undefined, ', 1 gagal');
    }
    expect(lines).toHaveLength(3);
    for (const sign of ['\r', '\u001b', '%']) expect(lines[0]).not.toContain(sign);
  });
});
