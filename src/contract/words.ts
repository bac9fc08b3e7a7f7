import type { Words } from './codes.js';

/**
 * What can be wrong with a field, in words. Schemas name a row by its key, with arguments after colons:
 * `range:25:45:°C`. Messages are written to stand after the field's name.
 */
type Row = (...args: string[]) => { message: Words; remedy: Words };

export const fieldProblems: Record<string, Row> = {
  missing: () => ({
    message: { id: 'wajib diisi', en: 'is required' },
    remedy: { id: 'Isi field ini.', en: 'Fill in this field.' },
  }),
  text: () => ({
    message: { id: 'harus berupa teks', en: 'must be text' },
    remedy: { id: 'Kirim sebagai teks dalam tanda kutip.', en: 'Send it as text in quotes.' },
  }),
  object: () => ({
    message: { id: 'harus berupa objek', en: 'must be an object' },
    remedy: {
      id: 'Kirim sebagai objek JSON seperti pada panduan.',
      en: 'Send a JSON object as the guide shows.',
    },
  }),
  number: () => ({
    message: { id: 'harus berupa angka', en: 'must be a number' },
    remedy: {
      id: 'Kirim angka dengan titik untuk desimal, misalnya 37.2.',
      en: 'Send a number with a decimal point, for example 37.2.',
    },
  }),
  nik: () => ({
    message: { id: 'harus 16 digit angka', en: 'must be 16 digits' },
    remedy: {
      id: 'Periksa NIK pada KTP dan kirim 16 digit tanpa spasi.',
      en: 'Check the NIK on the identity card and send its 16 digits without spaces.',
    },
  }),
  nik_number: () => ({
    message: { id: 'harus dikirim sebagai teks, bukan angka', en: 'must be sent as text, not as a number' },
    remedy: {
      id: 'Beri tanda kutip: sebagai angka, digit terakhir NIK bisa berubah di perjalanan.',
      en: 'Put it in quotes: as a number, the last digit can change on the way.',
    },
  }),
  datetime: () => ({
    message: { id: 'bukan tanggal dan jam yang sah', en: 'is not a valid date and time' },
    remedy: {
      id: 'Tulis seperti 2024-01-15T08:30:00+07:00.',
      en: 'Write it like 2024-01-15T08:30:00+07:00.',
    },
  }),
  date: () => ({
    message: { id: 'bukan tanggal yang sah', en: 'is not a valid date' },
    remedy: { id: 'Tulis seperti 1990-12-31.', en: 'Write it like 1990-12-31.' },
  }),
  future: () => ({
    message: { id: 'berada di masa depan', en: 'lies in the future' },
    remedy: {
      id: 'Periksa tanggal, zona waktu dan jam komputer klinik.',
      en: "Check the date, the time zone and the clock of the clinic's computer.",
    },
  }),
  too_old: () => ({
    message: { id: 'lebih awal dari 2014-06-03', en: 'is earlier than 2014-06-03' },
    remedy: {
      id: 'SATUSEHAT hanya menerima data sejak 2014-06-03. Periksa tahunnya.',
      en: 'SATUSEHAT only takes data since 2014-06-03. Check the year.',
    },
  }),
  end_before_start: (start = '') => ({
    message: { id: `harus setelah ${start}`, en: `must be later than ${start}` },
    remedy: {
      id: 'Periksa kedua waktunya, atau kosongkan bila kunjungan belum selesai.',
      en: 'Check both times, or leave it out while the visit is still open.',
    },
  }),
  blood_pressure: () => ({
    message: {
      id: 'harus berbentuk sistolik/diastolik dalam mmHg',
      en: 'must be systolic/diastolic in mmHg',
    },
    remedy: { id: 'Tulis seperti 130/85.', en: 'Write it like 130/85.' },
  }),
  blood_pressure_order: () => ({
    message: {
      id: 'sistolik harus lebih besar dari diastolik',
      en: 'systolic must be greater than diastolic',
    },
    remedy: {
      id: 'Periksa apakah kedua angka tertukar.',
      en: 'Check whether the two numbers were swapped.',
    },
  }),
  range: (min = '', max = '', unit = '') => ({
    message: {
      id: `harus antara ${min} dan ${max} ${unit}`.trim(),
      en: `must be between ${min} and ${max} ${unit}`.trim(),
    },
    remedy: {
      id:
        unit === 'cm'
          ? 'Periksa satuannya: sentimeter, bukan meter. Kosongkan bila tidak diukur.'
          : 'Periksa angka dan satuannya. Kosongkan bila tidak diukur.',
      en:
        unit === 'cm'
          ? 'Check the unit: centimetres, not metres. Leave it out if it was not measured.'
          : 'Check the number and its unit. Leave it out if it was not measured.',
    },
  }),
  one_of: (values = '') => ({
    message: { id: `harus salah satu dari: ${values}`, en: `must be one of: ${values}` },
    remedy: { id: 'Pakai salah satu nilai itu.', en: 'Use one of those values.' },
  }),
  one_needed: (names = '') => ({
    message: { id: `isi salah satu dari: ${names}`, en: `give one of: ${names}` },
    remedy: { id: 'Isi paling sedikit satu.', en: 'Fill in at least one.' },
  }),
  fhir_id: () => ({
    message: { id: 'bukan ID SATUSEHAT', en: 'is not a SATUSEHAT id' },
    remedy: {
      id: 'ID SATUSEHAT hanya berisi huruf, angka, titik dan tanda hubung, misalnya 10001234567.',
      en: 'A SATUSEHAT id has only letters, digits, dots and hyphens, for example 10001234567.',
    },
  }),
  digits: (length = '') => ({
    message: { id: `harus ${length} digit angka`, en: `must be ${length} digits` },
    remedy: {
      id: 'Pakai kode wilayah Kemendagri tanpa titik.',
      en: "Use the Ministry of Home Affairs' region code without dots.",
    },
  }),
  search_characters: () => ({
    message: { id: 'tidak boleh memuat koma, |, $ atau \\', en: 'must not contain a comma, |, $ or \\' },
    remedy: {
      id: 'Pakai huruf, angka, titik, garis miring atau tanda hubung.',
      en: 'Use letters, digits, dots, slashes or hyphens.',
    },
  }),
  no_nik: () => ({
    message: { id: 'tidak boleh memuat NIK', en: 'must not contain a NIK' },
    remedy: {
      id: 'Pakai nomor registrasi kunjungan: nilai ini dikirim sebagai identitas kunjungan.',
      en: 'Use the registration number of the visit: it is sent as its identifier.',
    },
  }),
  begins_with: (outer = '') => ({
    message: { id: `harus diawali ${outer}`, en: `must begin with ${outer}` },
    remedy: {
      id: 'Cocokkan keempat kode wilayah dengan KTP.',
      en: 'Compare the four region codes with the identity card.',
    },
  }),
  email: () => ({
    message: { id: 'bukan alamat email yang sah', en: 'is not a valid e-mail address' },
    remedy: { id: 'Periksa penulisannya.', en: 'Check the spelling.' },
  }),
  snomed: () => ({
    message: { id: 'bukan kode SNOMED CT yang sah', en: 'is not a valid SNOMED CT code' },
    remedy: {
      id: 'Periksa digitnya: kode SNOMED CT punya digit pemeriksa.',
      en: 'Check its digits: a SNOMED CT code has a check digit.',
    },
  }),
  too_long: (max = '') => ({
    message: { id: `paling panjang ${max} karakter`, en: `must be at most ${max} characters` },
    remedy: { id: 'Persingkat isiannya.', en: 'Shorten it.' },
  }),
  icd10: () => ({
    message: { id: 'bukan bentuk kode ICD-10', en: 'is not in the form of an ICD-10 code' },
    remedy: { id: 'Tulis seperti I10 atau J06.9.', en: 'Write it like I10 or J06.9.' },
  }),
  jenis_layanan: () => ({
    message: { id: 'tidak dikenal untuk klinik ini', en: 'is not known for this clinic' },
    remedy: {
      id: 'Pakai 101 (rawat jalan), atau petakan kode ini di konfigurasi klinik.',
      en: 'Use 101 (outpatient), or map this code in the configuration of the clinic.',
    },
  }),
  rawat_inap: () => ({
    message: {
      id: 'rawat inap (102) memerlukan poli yang dipetakan ke tempat tidur atau bangsal dengan kelasnya',
      en: 'inpatient (102) needs a poli that is mapped to a bed or ward with its class',
    },
    remedy: {
      id: 'Petakan poli ini ke Location tempat tidur atau bangsal beserta kelas rawat, di konfigurasi klinik.',
      en: 'Map this poli to a bed or ward Location with its service class in the configuration of the clinic.',
    },
  }),
  not_here: () => ({
    message: {
      id: 'tidak diisi pada kunjungan utuh: semuanya baru',
      en: 'has no place in a whole visit: everything in it is new',
    },
    remedy: {
      id: 'Hapus field ini. Untuk memperbaiki yang sudah terkirim, pakai endpoint-nya sendiri.',
      en: 'Leave it out. To correct what was sent before, use its own endpoint.',
    },
  }),
  coding: () => ({
    message: { id: 'memerlukan system dan code', en: 'needs a system and a code' },
    remedy: {
      id: 'Isi system dan code, misalnya http://loinc.org dan 8867-4.',
      en: 'Give a system and a code, for example http://loinc.org and 8867-4.',
    },
  }),
  procedure_code: () => ({
    message: {
      id: 'bukan bentuk kode ICD-9-CM, KPTL atau SNOMED CT',
      en: 'is not in the form of an ICD-9-CM, KPTL or SNOMED CT code',
    },
    remedy: {
      id: 'Tulis kode ICD-9-CM seperti 89.52. Kode SNOMED CT punya digit pemeriksa.',
      en: 'Write an ICD-9-CM code like 89.52. A SNOMED CT code has a check digit.',
    },
  }),
  needs_id: () => ({
    message: {
      id: 'entered-in-error hanya untuk diagnosis yang sudah terkirim',
      en: 'entered-in-error is only for a diagnosis sent before',
    },
    remedy: {
      id: 'Isi field id dengan id atau log_id diagnosis itu, atau batalkan lewat /api/log/{log_id}/batal.',
      en: 'Give the id or log_id of that diagnosis in the field id, or void it with /api/log/{log_id}/batal.',
    },
  }),
  only_pressure: () => ({
    message: { id: 'hanya untuk tekanan darah', en: 'is only for a blood pressure' },
    remedy: {
      id: 'Kosongkan, atau pakai kode LOINC 85354-9 dengan sistolik di nilai dan diastolik di nilai_diatas.',
      en: 'Leave it out, or use LOINC 85354-9 with the systolic in nilai and the diastolic in nilai_diatas.',
    },
  }),
  not_the_patient: () => ({
    message: { id: 'bukan pasien kunjungan ini', en: 'is not the patient of this encounter' },
    remedy: {
      id: 'Periksa encounter_id dan pasien_id: keduanya harus dari kunjungan yang sama.',
      en: 'Check encounter_id and pasien_id: both must be of the same encounter.',
    },
  }),
  needs_doctor: () => ({
    message: {
      id: 'wajib diisi: kunjungan ini tidak menyebut dokternya',
      en: 'is required: this encounter does not name its doctor',
    },
    remedy: { id: 'Isi ID SATUSEHAT dokter.', en: 'Give the SATUSEHAT id of the doctor.' },
  }),
  start_frozen: () => ({
    message: {
      id: 'tidak dapat diubah setelah kunjungan terkirim',
      en: 'cannot be changed once the encounter was sent',
    },
    remedy: {
      id: 'Batalkan kunjungan ini lewat /api/log/{log_id}/batal, lalu kirim kunjungan baru dengan jam mulai yang benar dan no_registrasi lain.',
      en: 'Void this encounter with /api/log/{log_id}/batal, then send a new one with the right start and another no_registrasi.',
    },
  }),
  voided_visit: () => ({
    message: { id: 'adalah kunjungan yang sudah dibatalkan', en: 'is an encounter that was voided' },
    remedy: { id: 'Pakai kunjungan penggantinya.', en: 'Use the encounter that took its place.' },
  }),
  other_visit: () => ({
    message: { id: 'bukan data dari kunjungan ini', en: 'does not belong to this encounter' },
    remedy: {
      id: 'Periksa id dan encounter_id: keduanya harus dari kunjungan yang sama.',
      en: 'Check id and encounter_id: both must be of the same encounter.',
    },
  }),
  no_correction: () => ({
    message: {
      id: 'tidak dapat dipakai: SATUSEHAT tidak punya cara memperbaiki prosedur yang sudah terkirim',
      en: 'cannot be used: SATUSEHAT has no way to correct a procedure once sent',
    },
    remedy: {
      id: 'Catat koreksinya di rekam medis klinik; bila perlu kirim prosedur yang benar sebagai data baru.',
      en: 'Note the correction in the clinic’s own record; if needed, send the right procedure as a new one.',
    },
  }),
  no_void: () => ({
    message: {
      id: 'tidak dapat dibatalkan: SATUSEHAT tidak punya cara membatalkan prosedur yang sudah terkirim',
      en: 'cannot be voided: SATUSEHAT has no way to void a procedure once sent',
    },
    remedy: {
      id: 'Catat pembatalannya di rekam medis klinik, dan sampaikan ke helpdesk SATUSEHAT bila perlu dihapus.',
      en: 'Note it in the clinic’s own record, and ask the SATUSEHAT helpdesk when it has to be removed.',
    },
  }),
  fixed: () => ({
    message: {
      id: 'tidak dapat diubah pada data yang sudah terkirim',
      en: 'cannot be changed in what was sent',
    },
    remedy: {
      id: 'Batalkan data itu lewat /api/log/{log_id}/batal, lalu kirim yang benar sebagai data baru.',
      en: 'Void it with /api/log/{log_id}/batal, then send the right one as new.',
    },
  }),
  not_sent: () => ({
    message: { id: 'belum terkirim ke SATUSEHAT', en: 'was not sent to SATUSEHAT yet' },
    remedy: {
      id: 'Perbaiki dan kirim ulang lewat /api/log/{log_id}/resend.',
      en: 'Correct it and send it again with /api/log/{log_id}/resend.',
    },
  }),
  voided: () => ({
    message: { id: 'sudah dibatalkan', en: 'was voided' },
    remedy: { id: 'Kirim sebagai data baru.', en: 'Send it as new.' },
  }),
  no_trial: () => ({
    message: { id: 'tidak tersedia di sini', en: 'is not available here' },
    remedy: {
      id: 'Uji coba hanya ada pada encounter, diagnosis, observation, procedure dan kunjungan. Tidak ada yang dilakukan.',
      en: 'Dry runs exist for encounter, diagnosis, observation, procedure and kunjungan. Nothing was done.',
    },
  }),
  not_diagnosis: () => ({
    message: {
      id: 'adalah keluhan utama kunjungan, bukan diagnosis',
      en: 'is the chief complaint of the encounter, not a diagnosis',
    },
    remedy: {
      id: 'Ubah keluhan lewat /api/encounter dengan id kunjungannya, atau kirim diagnosisnya sebagai data baru.',
      en: 'Change the complaint with /api/encounter and the id of the encounter, or send the diagnosis as new.',
    },
  }),
  needs_complaint: () => ({
    message: {
      id: 'hanya dapat diubah bersama keluhan_utama',
      en: 'can only be changed together with keluhan_utama',
    },
    remedy: { id: 'Kirim juga keluhan_utama.', en: 'Send keluhan_utama too.' },
  }),
  no_undo: () => ({
    message: {
      id: 'adalah pembaruan kunjungan, dan tidak dapat dibatalkan',
      en: 'is an update, and cannot be voided',
    },
    remedy: {
      id: 'Kirim pembaruan lagi dengan isian yang benar.',
      en: 'Send another update with the right values.',
    },
  }),
  last_diagnosis: () => ({
    message: {
      id: 'adalah satu-satunya diagnosis kunjungan yang sudah selesai',
      en: 'is the only diagnosis of a finished encounter',
    },
    remedy: {
      id: 'Kirim dulu diagnosis yang benar untuk kunjungan ini, lalu batalkan yang salah.',
      en: 'First send the right diagnosis of this encounter, then void the wrong one.',
    },
  }),
  conflict: (other = '') => ({
    message: { id: `tidak cocok dengan ${other}`, en: `does not agree with ${other}` },
    remedy: { id: 'Kirim salah satu saja, atau perbaiki.', en: 'Send only one of them, or correct it.' },
  }),
  not_found: () => ({
    message: { id: 'tidak ditemukan di SATUSEHAT', en: 'was not found in SATUSEHAT' },
    remedy: { id: 'Periksa nilainya.', en: 'Check the value.' },
  }),
  multiple: () => ({
    message: { id: 'cocok dengan lebih dari satu data', en: 'matches more than one record' },
    remedy: {
      id: 'Minta helpdesk SATUSEHAT menggabungkan data ganda, atau kirim ID SATUSEHAT yang pasti benar.',
      en: 'Ask the SATUSEHAT helpdesk to merge the records, or send the SATUSEHAT id you know is right.',
    },
  }),
  refused: () => ({
    message: { id: 'ditolak SATUSEHAT', en: 'was refused by SATUSEHAT' },
    remedy: { id: 'Periksa nilainya.', en: 'Check the value.' },
  }),
  invalid: () => ({
    message: { id: 'tidak sah', en: 'is not valid' },
    remedy: { id: 'Periksa nilainya pada panduan.', en: 'Check the value against the guide.' },
  }),
};
