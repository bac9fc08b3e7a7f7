/** A code beside words that plainly name something else: flagged rarely, and only when it is sure. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type CodeTable, displayOf, looksDifferent } from '../../src/contract/code-names.js';
import { icd9Names } from '../../src/contract/icd9-names.js';
import { icd10Names } from '../../src/contract/icd10-names.js';

const contract = fileURLToPath(new URL('../../src/contract', import.meta.url));

const tables: [CodeTable, string, RegExp][] = [
  ['icd10', icd10Names, /^[A-Z]\d\d(\.\d)?$/],
  ['icd9cm', icd9Names, /^\d\d\.\d{1,2}$/],
];
const rowsOf = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => line.split('|'));

/** What a clinic would type beside the right code: never flagged. */
const right: [CodeTable, string, string[]][] = [
  [
    'icd10',
    'I10',
    [
      'Hipertensi esensial',
      'HT',
      'HT grade II',
      'Hipertensi gr. 2 dengan DM tipe 2',
      'Hypertension',
      'hipertnesi + DM',
      'Tekanan darah tinggi',
      'darah tinggi, asam urat',
      'HIPERTENSI URGENSI',
      'Kontrol rutin',
      'Kontrol tensi, obat habis',
      'HHD',
      'pusing, kepala berat',
      'Batuk pilek',
      '-',
      'sakit',
    ],
  ],
  [
    'icd10',
    'E11.9',
    ['DM', 'DM tipe II', 'DMT2', 'Diabetes mellitus tipe 2', 'kencing manis', 'NIDDM', 'T2DM + HT'],
  ],
  ['icd10', 'E11.9', ['Diabets melitus dengan hipertensi', 'Gula darah tinggi', 'GDS tinggi, lemas']],
  [
    'icd10',
    'J06.9',
    ['ISPA', 'Common cold', 'Batuk pilek', 'Infeksi saluran pernapasan atas', 'URTI', 'faringitis'],
  ],
  [
    'icd10',
    'J06.9',
    ['Rhinofaringitis akut', 'Demam, batuk', 'Flu', 'ISPA + gastritis', 'Radang tenggorokan'],
  ],
  ['icd10', 'J02.9', ['Pharyngitis akut', 'Faringitis', 'radang tenggorokan', 'nyeri telan', 'ISPA']],
  ['icd10', 'J00', ['Nasofaringitis akut', 'pilek', 'common cold', 'rhinitis akut', 'Influenza']],
  ['icd10', 'J45.9', ['Asma bronkial', 'Asthma bronchiale', 'asma eksaserbasi', 'Sesak napas']],
  ['icd10', 'J18.9', ['Pneumonia', 'Bronkopneumonia', 'BP', 'paru-paru basah']],
  [
    'icd10',
    'A09',
    ['GEA', 'Diare akut', 'Gastroenteritis', 'GE dehidrasi ringan', 'Mencret', 'Diarrhoea', 'kolitis'],
  ],
  [
    'icd10',
    'A01.0',
    ['Demam tifoid', 'Typhoid fever', 'tipes', 'Thypoid', 'Typus abdominalis', 'Febris hari ke 5'],
  ],
  [
    'icd10',
    'A91',
    ['DHF grade I', 'DBD', 'Demam berdarah dengue', 'Dengue haemorrhagic fever', 'obs febris'],
  ],
  ['icd10', 'A15.0', ['TB paru BTA (+)', 'TBC', 'Tuberkulosis paru', 'KP', 'Pulmonary TB']],
  ['icd10', 'A16.2', ['TB paru klinis', 'TBC paru', 'batuk lama suspek TB']],
  ['icd10', 'B35.4', ['Tinea korporis', 'Kurap', 'Jamur kulit', 'dermatofitosis', 'Dermatitis ec jamur']],
  ['icd10', 'B86', ['Skabies', 'Scabies', 'kudis', 'gatal malam hari', 'Dermatitis ec scabies']],
  ['icd10', 'D50.9', ['Anemia defisiensi besi', 'ADB', 'kurang darah']],
  ['icd10', 'E78.5', ['Dislipidemia', 'Hiperkolesterolemia', 'kolesterol tinggi']],
  ['icd10', 'G43.9', ['Migrain', 'Migraine', 'Cephalgia', 'sakit kepala sebelah']],
  ['icd10', 'H10.9', ['Konjungtivitis', 'mata merah', 'Conjunctivitis ODS', 'sakit mata', 'belekan']],
  ['icd10', 'H66.9', ['OMA', 'OMSK', 'Otitis media', 'telinga berair', 'congekan']],
  ['icd10', 'H61.2', ['Serumen prop', 'Cerumen obturans', 'kotoran telinga']],
  ['icd10', 'K02.1', ['Karies dentin', 'gigi berlubang', 'Pulpitis', 'sakit gigi']],
  ['icd10', 'K04.1', ['Nekrosis pulpa', 'gangren pulpa', 'Gangraena pulpae', 'gigi mati', 'pro ekstraksi']],
  ['icd10', 'K21.9', ['GERD', 'Refluks', 'maag', 'asam lambung naik', 'Dispepsia']],
  ['icd10', 'K29.7', ['Gastritis', 'maag', 'nyeri ulu hati', 'Dyspepsia syndrome', 'GERD']],
  [
    'icd10',
    'K30',
    ['Dispepsia', 'Dyspepsia', 'sindrom dispepsia ec gastritis', 'mual, kembung', 'nyeri perut'],
  ],
  ['icd10', 'I84.9', ['Hemoroid grade II', 'Haemorrhoid interna', 'wasir', 'ambeien', 'BAB berdarah']],
  ['icd10', 'L23.9', ['DKA', 'Dermatitis kontak alergi', 'gatal-gatal', 'alergi', 'Contact dermatitis']],
  ['icd10', 'L02.9', ['Abses', 'Furunkel', 'bisul', 'Abscess regio gluteus', 'karbunkel DM']],
  ['icd10', 'M10.9', ['Gout', 'Asam urat', 'gout arthritis', 'Hiperurisemia', 'nyeri sendi']],
  [
    'icd10',
    'M54.5',
    ['LBP', 'Low back pain', 'nyeri pinggang', 'Nyeri punggung bawah', 'sakit pinggang', 'boyok'],
  ],
  ['icd10', 'M79.1', ['Mialgia', 'Myalgia', 'pegal linu', 'nyeri otot', 'badan pegal']],
  ['icd10', 'N39.0', ['ISK', 'Infeksi saluran kemih', 'UTI', 'Sistitis', 'anyang-anyangan']],
  ['icd10', 'N20.0', ['Batu ginjal', 'Nefrolitiasis', 'kolik renal', 'BSK']],
  [
    'icd10',
    'R51',
    ['Cephalgia', 'sefalgia', 'sakit kepala', 'pusing', 'Nyeri kepala', 'Cefalgia ec hipertensi'],
  ],
  ['icd10', 'R50.9', ['Febris', 'demam', 'panas 3 hari', 'Obs. febris', 'Susp. tifoid', 'viral infection']],
  ['icd10', 'R42', ['Vertigo', 'pusing berputar', 'Dizziness', 'BPPV']],
  [
    'icd10',
    'T14.1',
    ['Vulnus laceratum', 'luka robek', 'VL digiti', 'Vulnus appertum', 'luka terbuka regio cruris'],
  ],
  ['icd10', 'Z00.0', ['Medical check up', 'MCU', 'Kir dokter', 'surat sehat', 'Hipertensi terkontrol']],
  ['icd10', 'Z09.8', ['Kontrol', 'Kontrol DM', 'kontrol post op hernia', 'follow up TB paru']],
  ['icd10', 'Z34.9', ['ANC', 'G1P0A0 hamil 12 minggu', 'kontrol hamil', 'Hamil dengan anemia']],
  ['icd9cm', '89.52', ['EKG', 'ECG 12 lead', 'Elektrokardiografi', 'Rekam jantung', 'Perekaman EKG']],
  ['icd9cm', '93.94', ['Nebulizer', 'Nebulisasi combivent', 'nebul', 'Terapi uap', 'inhalasi ventolin']],
  [
    'icd9cm',
    '86.04',
    ['Insisi abses', 'I&D', 'Insisi drainase bisul', 'Incision and drainage', 'insisi dan ekstraksi kista'],
  ],
  ['icd9cm', '86.59', ['Jahit luka', 'Hecting 5 jahitan', 'Heacting', 'Penjahitan luka robek', 'Rawat luka']],
  ['icd9cm', '86.22', ['Debridement', 'debridemen luka', 'Nekrotomi', 'rawat luka', 'insisi abses']],
  ['icd9cm', '96.59', ['Rawat luka', 'Wound toilet', 'cuci luka', 'Perawatan luka DM', 'ganti verban']],
  ['icd9cm', '93.57', ['Ganti balut', 'GV', 'Ganti perban', 'wound dressing', 'perawatan luka']],
  ['icd9cm', '97.84', ['Angkat jahitan', 'Aff hecting', 'Lepas jahitan', 'buka jahitan', 'up hecting']],
  [
    'icd9cm',
    '23.09',
    ['Ekstraksi gigi', 'Cabut gigi', 'pencabutan gigi 46', 'Exo gigi permanen', 'odontektomi'],
  ],
  ['icd9cm', '23.2', ['Tambal gigi', 'Tumpatan komposit', 'Restorasi GIC', 'penambalan gigi', 'filling']],
  ['icd9cm', '96.54', ['Scaling', 'skeling', 'Pembersihan karang gigi', 'Scalling RA RB']],
  ['icd9cm', '89.7', ['Pemeriksaan fisik', 'Periksa dokter umum', 'Konsultasi', 'Pemeriksaan umum + EKG']],
  ['icd9cm', '99.21', ['Injeksi antibiotik', 'Inj ceftriaxone', 'suntik', 'skin test']],
  ['icd9cm', '99.29', ['Injeksi vitamin', 'suntik KB', 'Inj. ranitidin', 'Injeksi TT']],
  [
    'icd9cm',
    '96.52',
    ['Irigasi telinga', 'Spooling telinga', 'Ekstraksi serumen', 'ear toilet', 'evakuasi serumen'],
  ],
  ['icd9cm', '86.23', ['Ekstraksi kuku', 'cabut kuku', 'Roser plasty', 'nail extraction']],
  ['icd9cm', '64.0', ['Sirkumsisi', 'Khitan', 'sunat', 'Circumcisi']],
  ['icd9cm', '57.94', ['Pasang kateter', 'DC', 'Pemasangan folley catheter', 'kateter urin']],
  ['icd9cm', '69.7', ['Pasang IUD', 'KB spiral', 'AKDR', 'insersi IUD']],
  ['icd9cm', '17.1', ['Herniotomi laparoskopi', 'Laparoscopic hernia repair', 'TEP hernia inguinalis']],
  ['icd9cm', '88.78', ['USG obstetri', 'USG kehamilan', 'USG hamil']],
];

/** Words that name another disease or another procedure: flagged. */
const wrong: [CodeTable, string, string[]][] = [
  // The guide's own pair: a hernia repair's code with the words of a drained abscess.
  ['icd9cm', '17.1', ['Insisi dan ekstraksi dari kista atau abses', 'EKG', 'Nebulizer']],
  ['icd10', 'E11.9', ['Hipertensi', 'HT', 'Hypertension', 'ISPA', 'Gastritis akut', 'LBP', 'Dengue fever']],
  [
    'icd10',
    'I10',
    ['DM tipe 2', 'Diabetes mellitus', 'ISPA', 'GEA', 'Skabies', 'Otitis media akut', 'TB paru'],
  ],
  ['icd10', 'J06.9', ['Hipertensi', 'DM', 'Gout arthritis', 'ISK', 'Skabies', 'karies gigi', 'DBD']],
  ['icd10', 'A09', ['Hipertensi', 'Asma bronkial', 'Konjungtivitis', 'Low back pain']],
  ['icd10', 'A91', ['Diabetes melitus', 'Gastritis', 'Hipertensi grade I']],
  ['icd10', 'H10.9', ['Otitis media', 'Gastritis', 'Hipertensi']],
  ['icd10', 'K29.7', ['Karies gigi', 'Asma', 'Hipertensi', 'ISK', 'Scabies']],
  ['icd10', 'K02.1', ['GERD', 'Apendisitis', 'Hipertensi']],
  ['icd10', 'L23.9', ['Hipertensi esensial', 'Bronkitis akut', 'Diabetes']],
  ['icd10', 'M54.5', ['Dermatitis kontak', 'ISPA', 'Diare akut', 'Katarak senilis']],
  ['icd10', 'N39.0', ['Faringitis akut', 'Hipertensi', 'Migrain']],
  ['icd10', 'R51', ['GEA', 'Skabies', 'DM tipe 2']],
  ['icd9cm', '89.52', ['Nebulizer', 'Scaling', 'Cabut gigi', 'Khitan', 'USG abdomen']],
  ['icd9cm', '93.94', ['EKG', 'Jahit luka', 'Pencabutan gigi', 'Pasang IUD']],
  ['icd9cm', '86.59', ['EKG', 'Nebulisasi', 'Tambal gigi', 'Pasang kateter']],
  ['icd9cm', '23.09', ['EKG', 'Sirkumsisi', 'Nebulizer']],
  ['icd9cm', '86.04', ['Nebulizer', 'Scaling gigi', 'Spirometri']],
  ['icd9cm', '64.0', ['Nebulizer', 'Ganti balut dan EKG']],
];

const pairs = (list: typeof right) =>
  list.flatMap(([system, code, words]) =>
    words.map((said): [string, string, CodeTable] => [code, said, system]),
  );

describe('the table', () => {
  it.each(tables)('%s: every row is whole, no code twice', (_, text, form) => {
    const rows = rowsOf(text);
    const codes = rows.map(([code]) => code);
    expect(new Set(codes).size).toBe(codes.length);
    for (const row of rows) {
      const [code = '', title, ...words] = row;
      expect(row, code).toHaveLength(4);
      expect(code).toMatch(form);
      expect(title, code).toMatch(/^$|^[A-Z].*[a-z\])]$/);
      for (const word of words.join(' ').split(' ').filter(Boolean)) {
        expect(word, code).toMatch(/^[a-z0-9][a-z0-9-]*[a-z0-9]$/);
      }
    }
  });

  it('is as large as a clinic needs, and small enough to read', () => {
    expect(rowsOf(icd10Names).length).toBeGreaterThanOrEqual(140);
    expect(rowsOf(icd9Names).length).toBeGreaterThanOrEqual(75);
    const bytes = ['code-names.ts', 'icd10-names.ts', 'icd9-names.ts'].map(
      (name) => readFileSync(join(contract, name)).length,
    );
    expect(bytes.reduce((sum, size) => sum + size)).toBeLessThan(25_000);
  });

  it.each(tables)('%s: no title is different from its own code', (system, text) => {
    for (const [code = '', title = ''] of rowsOf(text)) {
      expect(looksDifferent(system, code, title), `${code} ${title}`).toBe(false);
    }
  });

  // Not only silent: a row's own words must know its title, or the next row added would make it an alarm.
  it.each(tables)('%s: every word of a row agrees with its own code', (system, text) => {
    for (const [code = '', , names = '', also = ''] of rowsOf(text)) {
      for (const word of `${names} ${also}`.split(' ').filter(Boolean)) {
        const alarm = system === 'icd9cm' ? 'nebulizer, hernia' : 'hipertensi, diabetes';
        expect(looksDifferent(system, code, `${word.replaceAll('-', ' ')}, ${alarm}`), word).toBe(false);
      }
    }
  });

  it('is not reachable from what a browser loads', () => {
    const seen = new Set<string>();
    const follow = (file: string) => {
      if (seen.has(file)) return;
      seen.add(file);
      for (const [, name = ''] of readFileSync(file, 'utf8').matchAll(/from '(\.[^']+)\.js'/g)) {
        follow(join(dirname(file), `${name}.ts`));
      }
    };
    for (const entry of ['contract.ts', 'check.ts', '../index.ts']) follow(join(contract, entry));
    expect(seen.size).toBeGreaterThan(5);
    expect([...seen].filter((file) => file.endsWith('-names.ts'))).toEqual([]);
    expect(readdirSync(contract)).toContain('code-names.ts');
  });
});

describe('displayOf', () => {
  it.each<[CodeTable, string, string | undefined]>([
    ['icd10', 'I10', 'Essential (primary) hypertension'],
    ['icd10', 'A91', 'Dengue haemorrhagic fever'],
    ['icd10', 'J06.9', 'Acute upper respiratory infection, unspecified'],
    ['icd9cm', '89.52', 'Electrocardiogram'],
    ['icd9cm', '17.1', 'Laparoscopic unilateral repair of inguinal hernia'],
    ['icd9cm', '86.04', 'Other incision with drainage of skin and subcutaneous tissue'],
    // WHO's 2010 edition and the ministry's table of it word these differently: no display is better.
    ['icd10', 'A09', undefined],
    ['icd10', 'K30', undefined],
    ['icd10', 'Q99.9', undefined],
    ['icd9cm', 'I10', undefined],
    ['icd10', 'constructor', undefined],
  ])('%s %s', (system, code, title) => {
    expect(displayOf(system, code)).toBe(title);
  });
});

describe('looksDifferent', () => {
  it.each(pairs(right))('%s is not flagged for: %s', (code, said, system) => {
    expect(looksDifferent(system, code, said)).toBe(false);
  });

  it.each(pairs(wrong))('%s is flagged for: %s', (code, said, system) => {
    expect(looksDifferent(system, code, said)).toBe(true);
  });

  it('says nothing of a code it does not know', () => {
    expect(looksDifferent('icd10', 'Q99.9', 'Hipertensi')).toBe(false);
    expect(looksDifferent('icd9cm', '00.01', 'Nebulizer')).toBe(false);
  });

  it('reads accents, case, punctuation and both spellings alike', () => {
    for (const said of ['HIPERTENSI', 'h1pertensi', 'Hypertènsion', '(hipertensi)', 'hiper-tensi']) {
      expect(looksDifferent('icd10', 'I10', said), said).toBe(false);
    }
    for (const said of ['(ISPA)', 'ispa.', 'Íspa', 'PHARYNGITIS', 'faringitis']) {
      expect(looksDifferent('icd10', 'E11.9', said), said).toBe(true);
    }
  });

  it.each([
    ['Bronchitis', 'bronkitis'],
    ['Rheumatoid arthritis', 'artritis reumatoid'],
    ['Haemorrhoid', 'hemoroid'],
    ['Acute amoebic dysentery', 'disentri ameba'],
    ['Cystitis', 'sistitis'],
    ['Scabies', 'skabies'],
    ['Reflux', 'refluks'],
    ['Eczema', 'eksema'],
    ['Typhoid', 'tifoid'],
    ['Abscess', 'abses'],
  ])('%s is %s', (english, indonesian) => {
    expect(looksDifferent('icd10', 'E11.9', english)).toBe(true);
    expect(looksDifferent('icd10', 'E11.9', indonesian)).toBe(true);
  });

  it('forgives one slip of the keyboard in a long word', () => {
    for (const word of ['pneuonia', 'pneurmonia', 'pneumania', 'penumonia', 'pneumonia']) {
      expect(looksDifferent('icd10', 'J18.9', `${word} + DM`), word).toBe(false);
    }
    for (const word of ['pnuomia', 'pneumatik']) {
      expect(looksDifferent('icd10', 'J18.9', `${word} + DM`), word).toBe(true);
    }
  });

  it('reads an abbreviation as a whole word only', () => {
    expect(looksDifferent('icd10', 'E11.9', 'Admisi: hipertensi')).toBe(true);
    expect(looksDifferent('icd10', 'I10', 'Admisi')).toBe(false);
    expect(looksDifferent('icd10', 'I10', 'suhu T 36, T/N dbn')).toBe(false);
  });

  it('keeps silent within a chapter, and tells apart the procedures that are no operations', () => {
    expect(looksDifferent('icd10', 'B34.9', 'Chikungunya')).toBe(false);
    expect(looksDifferent('icd10', 'T14.0', 'Sprain')).toBe(false);
    expect(looksDifferent('icd10', 'E11.9', 'Dislipidemia')).toBe(false);
    expect(looksDifferent('icd9cm', '89.52', 'Spirometri')).toBe(true);
  });

  it('keeps silent about a suspicion or a history', () => {
    for (const said of [
      'Susp. hipertensi',
      'suspek DBD',
      'Riwayat asma',
      'DD/ gastritis',
      'curiga TB paru',
    ]) {
      expect(looksDifferent('icd10', 'E11.9', said), said).toBe(false);
    }
  });
});
