/** What `satusehat kirim` reads from a file: every visit as it stands there, or why not, and nobody's data in a message. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Encoding } from '../../src/cli/lines.js';
import { UsageError } from '../../src/cli/usage.js';
import { type Columns, type Line, readVisits } from '../../src/cli/visits.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'satusehat-visits-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function read(
  name: string,
  contents: string | Buffer,
  { columns = {}, encoding = 'utf-8' }: { columns?: Columns; encoding?: Encoding } = {},
): Promise<Line[]> {
  const file = join(folder, name);
  writeFileSync(file, contents);
  const lines: Line[] = [];
  for await (const line of readVisits(file, columns, encoding)) lines.push(line);
  return lines;
}
const csv = (contents: string | Buffer, columns: Columns = {}, encoding?: Encoding) =>
  read('a.csv', contents, { columns, ...(encoding ? { encoding } : {}) });
const ndjson = (contents: string | Buffer) => read('a.ndjson', contents);

/** The message of what is refused as a whole. */
async function refusal(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(UsageError);
  return (error as UsageError).message;
}

describe('NDJSON', () => {
  it('is read as strictly as a request', async () => {
    const deep = `{"a":${'['.repeat(40)}${']'.repeat(40)}}`;
    const lines = await ndjson(
      ['{"nik_pasien":"1","nik_pasien":"2"}', deep, '[1]', '{"poli":', '{"poli":"1"}', ''].join('\n'),
    );
    expect(lines.map((one) => ('visit' in one ? one.visit : one.problem.message))).toEqual([
      'Field nik_pasien ada dua kali dalam objek yang sama.',
      ...Array(3).fill('Isi permintaan bukan objek JSON yang sah.'),
      { poli: '1' },
    ]);
    expect(lines.map(({ line }) => line)).toEqual([1, 2, 3, 4, 5]);
  });

  it('ends its lines where they end, and nowhere else', async () => {
    const text = 'a\u2028b\u2029c\u0085d';
    expect(await ndjson(`\uFEFF{"poli":"${text}"}\r\n\r\n{"poli":"2"}\n{"poli":"3"}`)).toEqual([
      { line: 1, visit: { poli: text } },
      { line: 3, visit: { poli: '2' } },
      { line: 4, visit: { poli: '3' } },
    ]);
    // Longer than what is read at a time, with a sign of several bytes at any place.
    const long = '38°'.repeat(60_000);
    expect(await ndjson(`{"poli":"${long}"}\n{"poli":"2"}\n`)).toEqual([
      { line: 1, visit: { poli: long } },
      { line: 2, visit: { poli: '2' } },
    ]);
  });

  it('that is not UTF-8 is refused, with the line', async () => {
    const bytes = Buffer.from('{"poli":"1"}\n{"poli":"38\u00b0C"}\n', 'latin1');
    const message = await refusal(ndjson(bytes));
    expect(message).toMatch(/baris 2 bukan UTF-8.*CSV UTF-8.*--encoding windows-1252/);
    expect(message).not.toContain('38');
  });
});

describe('CSV', () => {
  it('of an old Excel is refused, or read as what it is', async () => {
    const bytes = Buffer.concat([
      Buffer.from('keluhan_utama;poli\r\n38', 'latin1'),
      Buffer.from([0xb0]),
      Buffer.from('C ', 'latin1'),
      Buffer.from([0x80, 0x93]),
      Buffer.from(';1\r\n'),
    ]);
    expect(await refusal(csv(bytes))).toContain('baris 2 bukan UTF-8');
    expect(await csv(bytes, {}, 'windows-1252')).toEqual([
      { line: 2, visit: { keluhan_utama: '38°C €“', poli: '1' } },
    ]);
    expect(await refusal(csv(Buffer.from('\uFEFFpoli\n1\n', 'utf16le')))).toContain('UTF-16');
    expect(await refusal(csv('\uFEFFpoli\n1\n', {}, 'windows-1252'))).toContain('berisi UTF-8');
  });

  it('with two columns for one field is refused, and both are named', async () => {
    expect(await refusal(csv('poli,keluhan_utama,poli\n1,x,2\n'))).toMatch(
      /kolom ke-1 "poli" dan kolom ke-3 "poli" sama-sama menuju poli/,
    );
    expect(await refusal(csv('A,B\n1,2\n', { A: 'poli', B: 'poli' }))).toMatch(/"A" dan kolom ke-2 "B"/);
    // One within the other: there is place for one.
    expect(await refusal(csv('observasi.0.nilai.value,observasi.0.nilai\n1,2\n'))).toMatch(
      /kolom ke-1 "observasi.0.nilai.value" dan kolom ke-2 "observasi.0.nilai" sama-sama/,
    );
    // Left out on purpose.
    expect(await csv('A,B,poli\n1,2,3\n', { A: '', B: '' })).toEqual([{ line: 2, visit: { poli: '3' } }]);
  });

  it.each([
    ['a quote within', 'G1,9271060312000001"",x', 'di tengah isi'],
    ['text behind a quote', '"9271060312000001"9,x,y', 'sesudah tanda kutip penutup'],
    ['text behind a quote and a space', '"9271060312000001" 9,x,y', 'sesudah tanda kutip penutup'],
    ['a quote left open', '"9271060312000001,x,y', 'tidak ditutup'],
    ['an end of line of old', 'x,9271060312000001,y\rx,y,z', 'CR'],
  ])('with %s is refused with the line, and without the patient', async (_, row, why) => {
    const message = await refusal(csv(`no_registrasi,nik_pasien,poli\n"a\nb",1,2\n${row}\n`));
    expect(message).toContain('baris 4');
    expect(message).toContain(why);
    expect(message).not.toMatch(/9271|G1/);
  });

  it('counts items as lists do: another number is no column, and an empty item no hole', async () => {
    const titles = 'nik_pasien,diagnosis.0.kode_icd10,diagnosis.2.kode_icd10';
    expect(await csv(`${titles}\n1,I10,E11.9\n2,,J06.9\n`)).toEqual([
      { line: 2, visit: { nik_pasien: '1', diagnosis: [{ kode_icd10: 'I10' }, { kode_icd10: 'E11.9' }] } },
      { line: 3, visit: { nik_pasien: '2', diagnosis: [{ kode_icd10: 'J06.9' }] } },
    ]);
    for (const index of ['01', '100', '-1', '12345']) {
      expect(await refusal(csv(`nik_pasien,diagnosis.${index}.kode_icd10\n1,I10\n`))).toContain(
        'tidak dikenal',
      );
    }
  });

  it('says what a spreadsheet has done: a NIK that became a number, a workbook instead of text', async () => {
    for (const rounded of ['3.20123E+15', '"3,20123E+15"']) {
      expect(await csv(`nik_pasien,keluhan_utama\n${rounded},batuk\n`)).toMatchObject([
        {
          line: 2,
          problem: {
            message: expect.stringContaining('Kolom ke-1'),
            remedy: expect.stringContaining('Teks'),
          },
        },
      ]);
    }
    expect(await refusal(csv(Buffer.from('PK\x03\x04rest', 'latin1')))).toContain(
      'simpan sebagai "CSV UTF-8"',
    );
  });

  it('that is one whole JSON instead of a line each is refused as such', async () => {
    for (const text of ['{\n  "nik_pasien": "1"\n}\n', '[\n{}\n]\n', '[{"nik_pasien":"1"},{}]']) {
      expect(await refusal(ndjson(text))).toContain('satu kunjungan per baris');
    }
  });

  it('without titles is refused without showing who stands in the first row', async () => {
    const message = await refusal(csv('Contoh Pasien,9271060312000001\n'));
    expect(message).toContain('baris pertama');
    expect(message).not.toMatch(/Contoh|9271/);
    expect(await refusal(csv('Poliklinik,poli\n1,2\n'))).toContain('kolom "Poliklinik" tidak dikenal');
  });

  it('counts its lines as an editor does, also behind a cell of several lines', async () => {
    const text = 'poli,keluhan_utama\r\n1,"a\r\nb ""c""\r\n\r\nd"\r\n\r\n2,x\r\n';
    expect(await csv(text)).toEqual([
      { line: 2, visit: { poli: '1', keluhan_utama: 'a\r\nb "c"\r\n\r\nd' } },
      { line: 7, visit: { poli: '2', keluhan_utama: 'x' } },
    ]);
  });

  it('leaves out rows that hold nothing, and knows the line sep=', async () => {
    expect(
      await csv('sep=;\r\n;;\r\npoli;keluhan_utama;\r\n;;;;\r\n1;a, b;;;\r\n"";" ";\r\n2;b\r\n;;;'),
    ).toEqual([
      { line: 5, visit: { poli: '1', keluhan_utama: 'a, b' } },
      { line: 7, visit: { poli: '2', keluhan_utama: 'b' } },
    ]);
    expect(await csv('"sep=|"\npoli|keluhan_utama\n1|a;b;c\n')).toEqual([
      { line: 3, visit: { poli: '1', keluhan_utama: 'a;b;c' } },
    ]);
  });

  it('loses nothing that stands in a column without a title', async () => {
    const lines = await csv('poli,,keluhan_utama\n1,,x\n1,stray,x\n1,,x,more\n');
    expect(lines.map((one) => ('problem' in one ? one.problem.message : one.line))).toEqual([
      2,
      'Kolom ke-2 berisi, tetapi tidak berjudul.',
      'Kolom ke-4 berisi, tetapi tidak berjudul.',
    ]);
  });
});
