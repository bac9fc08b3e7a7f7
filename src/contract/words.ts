/**
 * What can be wrong with a field, in words; the same in English is in `english.ts`. Schemas name a row by its key,
 * with arguments after colons: `range:25:45:°C`. Messages are written to stand after the field's name.
 */
export interface Said {
  message: string;
  remedy: string;
}

export type ProblemWords = Record<string, (...args: string[]) => Said>;

export const fieldProblems: ProblemWords = {
  missing: () => ({
    message: 'wajib diisi',
    remedy: 'Isi field ini.',
  }),
  text: () => ({
    message: 'harus berupa teks',
    remedy: 'Kirim sebagai teks dalam tanda kutip.',
  }),
  object: () => ({
    message: 'bentuknya salah',
    remedy: 'Kirim objek atau daftar JSON seperti pada panduan.',
  }),
  number: () => ({
    message: 'harus berupa angka',
    remedy: 'Kirim angka dengan titik untuk desimal, misalnya 37.2.',
  }),
  nik: () => ({
    message: 'harus 16 digit angka',
    remedy: 'Periksa NIK pada KTP, tanpa spasi.',
  }),
  nik_number: () => ({
    message: 'harus berupa teks, bukan angka',
    remedy: 'Kirim sebagai teks dalam tanda kutip: sebagai angka, digit terakhirnya bisa berubah.',
  }),
  datetime: () => ({
    message: 'bukan tanggal dan jam yang sah',
    remedy: 'Tulis seperti 2024-01-15T08:30:00+07:00.',
  }),
  date: () => ({
    message: 'bukan tanggal yang sah',
    remedy: 'Tulis seperti 1990-12-31.',
  }),
  blood_pressure: () => ({
    message: 'harus berbentuk sistolik/diastolik dalam mmHg',
    remedy: 'Tulis seperti 130/85.',
  }),
  blood_pressure_order: () => ({
    message: 'sistolik harus lebih besar dari diastolik',
    remedy: 'Periksa: mungkin tertukar.',
  }),
  range: (min = '', max = '', unit = '') => ({
    message: `harus antara ${min} dan ${max} ${unit}`.trim(),
    remedy: 'Periksa angka dan satuannya. Kosongkan bila tidak diukur.',
  }),
  one_of: (values = '') => ({
    message: `harus salah satu dari: ${values}`,
    remedy: 'Pakai salah satu nilai itu.',
  }),
  one_needed: (names = '') => ({
    message: `isi salah satu dari: ${names}`,
    remedy: 'Isi paling sedikit satu.',
  }),
  fhir_id: () => ({
    message: 'bukan ID SATUSEHAT',
    remedy: 'Hanya huruf, angka, titik dan tanda hubung, misalnya 10001234567.',
  }),
  digits: (length = '') => ({
    message: `harus ${length} digit angka`,
    remedy: 'Pakai kode wilayah Kemendagri tanpa titik.',
  }),
  search_characters: () => ({
    message: 'tidak boleh memuat koma, |, $ atau \\',
    remedy: 'Pakai huruf, angka, titik atau tanda hubung.',
  }),
  no_nik: () => ({
    message: 'tidak boleh memuat NIK',
    remedy: 'Pakai kode atau nomor milik klinik sendiri.',
  }),
  begins_with: (outer = '') => ({
    message: `harus diawali ${outer}`,
    remedy: 'Periksa kode wilayah pada KTP.',
  }),
  email: () => ({
    message: 'bukan alamat email yang sah',
    remedy: 'Periksa nilainya.',
  }),
  snomed: () => ({
    message: 'bukan kode SNOMED CT yang sah',
    remedy: 'Periksa digitnya. Kode SNOMED CT punya digit pemeriksa.',
  }),
  too_long: (max = '') => ({
    message: `paling panjang ${max} karakter`,
    remedy: 'Persingkat isiannya.',
  }),
  icd10: () => ({
    message: 'bukan bentuk kode ICD-10',
    remedy: 'Tulis seperti I10 atau J06.9.',
  }),
  not_here: () => ({
    message: 'tidak diisi pada kunjungan utuh',
    remedy: 'Hapus field ini; yang sudah terkirim diperbaiki lewat endpoint-nya.',
  }),
  coding: () => ({
    message: 'memerlukan system dan code',
    remedy: 'Isi system dan code, misalnya http://loinc.org dan 8867-4.',
  }),
  procedure_code: () => ({
    message: 'bukan bentuk kode ICD-9-CM, KPTL atau SNOMED CT',
    remedy: 'Tulis kode ICD-9-CM seperti 89.52. Kode SNOMED CT punya digit pemeriksa.',
  }),
  needs_id: () => ({
    message: 'entered-in-error hanya untuk diagnosis yang sudah terkirim',
    remedy: 'Isi id dengan log_id diagnosis itu, atau batalkan lewat /api/log/{log_id}/batal.',
  }),
  only_pressure: () => ({
    message: 'hanya untuk tekanan darah',
    remedy: 'Kosongkan. Sistolik di nilai dan diastolik di nilai_diatas: LOINC 85354-9.',
  }),
  conflict: (other = '') => ({
    message: `tidak cocok dengan ${other}`,
    remedy: 'Kirim salah satu saja, atau perbaiki.',
  }),
  not_found: () => ({
    message: 'tidak ditemukan di SATUSEHAT',
    remedy: 'Periksa nilainya.',
  }),
  invalid: () => ({
    message: 'tidak sah',
    remedy: 'Periksa nilainya pada panduan.',
  }),
};
