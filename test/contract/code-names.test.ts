/** Titles of codes, and warnings that must not annoy. */
import { describe, expect, it } from 'vitest';
import { displayOf, looksDifferent } from '../../src/contract/code-names.js';
import { icd9Names } from '../../src/contract/icd9-names.js';
import { icd10Names } from '../../src/contract/icd10-names.js';

describe('the tables', () => {
  it('hold codes of the right form, each once, with usable stems', () => {
    for (const [names, form] of [
      [icd10Names, /^[A-Z]\d{2}(\.\d)?$/],
      [icd9Names, /^\d{2}(\.\d{1,2})?$/],
    ] as const) {
      expect(new Set(names.map(([code]) => code)).size).toBe(names.length);
      for (const [code, , stems] of names) {
        expect(code).toMatch(form);
        for (const stem of stems.split(' ')) expect(stem, code).toMatch(/^[a-z0-9]{2,}(-[a-z]+)?$/);
      }
    }
  });

  it('no official title looks different from its own code', () => {
    for (const [code, title] of icd10Names) expect(looksDifferent('icd10', code, title), code).toBe(false);
    for (const [code, title] of icd9Names) expect(looksDifferent('icd9cm', code, title), code).toBe(false);
  });

  it('give titles, and none for what they do not know', () => {
    expect(displayOf('icd10', 'I10')).toBe('Essential (primary) hypertension');
    expect(displayOf('icd9cm', '89.52')).toBe('Electrocardiogram');
    expect(displayOf('icd10', 'E11.9')).toBeUndefined();
    expect(displayOf('icd10', 'X99')).toBeUndefined();
  });
});

describe('a description that plainly names something else', () => {
  it.each([
    ['icd9cm', '17.1', 'Insisi dan ekstraksi dari kista atau abses'],
    ['icd10', 'E11.9', 'Hipertensi'],
    ['icd10', 'I10', 'Diabetes melitus tipe 2'],
    ['icd10', 'J45.9', 'Gastritis akut'],
    ['icd10', 'A91', 'Karies dentin gigi 36'],
    ['icd10', 'K29.7', 'Asma bronkial'],
    ['icd10', 'N39.0', 'Konjungtivitis'],
    ['icd10', 'M54.5', 'Tonsilitis akut'],
    ['icd9cm', '89.52', 'Cabut gigi'],
    ['icd9cm', '93.94', 'Sirkumsisi'],
  ] as const)('%s %s with "%s"', (system, code, description) => {
    expect(looksDifferent(system, code, description)).toBe(true);
  });
});

describe('no alarm', () => {
  it.each([
    ['icd10', 'I10', 'Hipertensi esensial'],
    ['icd10', 'I10', 'HT grade II'],
    ['icd10', 'I10', 'Hypertensi'],
    ['icd10', 'I10', 'Hipretensi'],
    ['icd10', 'I10', 'Tekanan darah tinggi'],
    ['icd10', 'I10', 'darah tinggi + DM'],
    ['icd10', 'I10', 'kontrol rutin'],
    ['icd10', 'I10', 'x'],
    ['icd10', 'E11.9', 'DM tipe 2'],
    ['icd10', 'E11.9', 'Diabetes Melitus Tipe II dengan hipertensi'],
    ['icd10', 'E11.9', 'NIDDM'],
    ['icd10', 'J06.9', 'ISPA'],
    ['icd10', 'J06.9', 'Batuk pilek'],
    ['icd10', 'J06.9', 'common cold'],
    ['icd10', 'J00', 'Nasofaringitis akut'],
    ['icd10', 'J00', 'Rinitis'],
    ['icd10', 'J02.9', 'Radang tenggorokan'],
    ['icd10', 'A09', 'GEA dehidrasi ringan'],
    ['icd10', 'A09', 'Diare akut'],
    ['icd10', 'A09', 'muntaber'],
    ['icd10', 'A15.0', 'TB paru BTA +'],
    ['icd10', 'A16.2', 'TBC'],
    ['icd10', 'N39.0', 'ISK'],
    ['icd10', 'M54.5', 'LBP'],
    ['icd10', 'M54.5', 'nyeri pinggang bawah'],
    ['icd10', 'A91', 'DHF grade I'],
    ['icd10', 'A91', 'DBD'],
    ['icd10', 'A90', 'Demam dengue'],
    ['icd10', 'K30', 'Dispepsia'],
    ['icd10', 'K30', 'Sakit maag'],
    ['icd10', 'K29.7', 'Gastritis'],
    ['icd10', 'K29.7', 'Gastrithis'],
    ['icd10', 'R51', 'Cephalgia ec hipertensi'],
    ['icd10', 'R50.9', 'Febris hari ke-3 suspek tifoid'],
    ['icd10', 'Z00.0', 'MCU, hipertensi terkontrol'],
    ['icd10', 'Z76.0', 'ambil obat diabetes'],
    ['icd10', 'G44.2', 'TTH'],
    ['icd10', 'H10.9', 'Mata merah'],
    ['icd10', 'L23.9', 'DKA'],
    ['icd10', 'L23.9', 'Alergi kulit'],
    ['icd10', 'B86', 'Skabies'],
    ['icd10', 'K02.1', 'gigi berlubang'],
    ['icd10', 'T14.1', 'Vulnus laceratum'],
    ['icd10', 'M10.9', 'Asam urat'],
    ['icd10', 'E79.0', 'Hiperurisemia asam urat'],
    ['icd10', 'J45.9', 'Asthma bronchiale'],
    ['icd10', 'I50.0', 'CHF ec HHD'],
    ['icd10', 'C50.9', 'Hipertensi'],
    ['icd10', 'J18.9', 'Pneumoni'],
    ['icd10', 'H66.9', 'OMA dextra'],
    ['icd9cm', '89.52', 'EKG'],
    ['icd9cm', '89.52', 'Rekam jantung'],
    ['icd9cm', '93.94', 'Nebulisasi'],
    ['icd9cm', '86.59', 'Hecting 3 jahitan'],
    ['icd9cm', '93.57', 'Rawat luka'],
    ['icd9cm', '23.09', 'Ekstraksi gigi 46'],
    ['icd9cm', '64.0', 'Khitan'],
    ['icd9cm', '99.99', 'apa saja'],
    ['icd9cm', '86.04', 'Insisi abses'],
    ['icd9cm', '89.7', 'Pemeriksaan lain'],
  ] as const)('%s %s with "%s"', (system, code, description) => {
    expect(looksDifferent(system, code, description)).toBe(false);
  });
});
