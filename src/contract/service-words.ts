/** What can be wrong with a field that only the service can know. Apart from the rest, which browsers load. */
import { fieldProblems, type ProblemWords } from './words.js';

export const allProblems: ProblemWords = {
  ...fieldProblems,
  future: () => ({
    message: 'berada di masa depan',
    remedy: 'Periksa tanggal, zona waktu dan jam komputer klinik.',
  }),
  too_old: () => ({
    message: 'lebih awal dari 2014-06-03',
    remedy: 'SATUSEHAT hanya menerima data sejak 2014-06-03. Periksa tahunnya.',
  }),
  end_before_start: (start = '') => ({
    message: `harus setelah ${start}`,
    remedy: 'Periksa kedua waktunya, atau kosongkan bila kunjungan belum selesai.',
  }),
  jenis_layanan: () => ({
    message: 'tidak dikenal untuk klinik ini',
    remedy: 'Pakai 101 (rawat jalan), atau petakan kode ini di konfigurasi klinik.',
  }),
  rawat_inap: () => ({
    message: 'rawat inap (102) memerlukan poli yang dipetakan ke tempat tidur atau bangsal dengan kelasnya',
    remedy:
      'Petakan poli ini ke Location tempat tidur atau bangsal beserta kelas rawat, di konfigurasi klinik.',
  }),
  not_the_patient: () => ({
    message: 'bukan pasien kunjungan ini',
    remedy: 'Periksa encounter_id dan pasien_id: keduanya harus dari kunjungan yang sama.',
  }),
  needs_doctor: () => ({
    message: 'wajib diisi: kunjungan ini tidak menyebut dokternya',
    remedy: 'Isi ID SATUSEHAT dokter.',
  }),
  start_frozen: () => ({
    message: 'tidak dapat diubah setelah kunjungan terkirim',
    remedy:
      'Batalkan kunjungan ini lewat /api/log/{log_id}/batal, lalu kirim kunjungan baru dengan jam mulai yang benar dan no_registrasi lain.',
  }),
  voided_visit: () => ({
    message: 'adalah kunjungan yang sudah dibatalkan',
    remedy: 'Pakai kunjungan penggantinya.',
  }),
  other_visit: () => ({
    message: 'bukan data dari kunjungan ini',
    remedy: 'Periksa id dan encounter_id: keduanya harus dari kunjungan yang sama.',
  }),
  no_correction: () => ({
    message: 'tidak dapat dipakai: SATUSEHAT tidak punya cara memperbaiki prosedur yang sudah terkirim',
    remedy: 'Catat koreksinya di rekam medis klinik; bila perlu kirim prosedur yang benar sebagai data baru.',
  }),
  no_void: () => ({
    message: 'tidak dapat dibatalkan: SATUSEHAT tidak punya cara membatalkan prosedur yang sudah terkirim',
    remedy:
      'Catat pembatalannya di rekam medis klinik, dan sampaikan ke helpdesk SATUSEHAT bila perlu dihapus.',
  }),
  fixed: () => ({
    message: 'tidak dapat diubah pada data yang sudah terkirim',
    remedy: 'Batalkan data itu lewat /api/log/{log_id}/batal, lalu kirim yang benar sebagai data baru.',
  }),
  not_sent: () => ({
    message: 'belum terkirim ke SATUSEHAT',
    remedy: 'Perbaiki dan kirim ulang lewat /api/log/{log_id}/resend.',
  }),
  voided: () => ({
    message: 'sudah dibatalkan',
    remedy: 'Kirim sebagai data baru.',
  }),
  no_trial: () => ({
    message: 'tidak tersedia di sini',
    remedy:
      'Uji coba hanya ada pada encounter, diagnosis, observation, procedure dan kunjungan. Tidak ada yang dilakukan.',
  }),
  not_diagnosis: () => ({
    message: 'adalah keluhan utama kunjungan, bukan diagnosis',
    remedy:
      'Ubah keluhan lewat /api/encounter dengan id kunjungannya, atau kirim diagnosisnya sebagai data baru.',
  }),
  needs_complaint: () => ({
    message: 'hanya dapat diubah bersama keluhan_utama',
    remedy: 'Kirim juga keluhan_utama.',
  }),
  no_undo: () => ({
    message: 'adalah pembaruan kunjungan, dan tidak dapat dibatalkan',
    remedy: 'Kirim pembaruan lagi dengan isian yang benar.',
  }),
  last_diagnosis: () => ({
    message: 'adalah satu-satunya diagnosis kunjungan yang sudah selesai',
    remedy: 'Kirim dulu diagnosis yang benar untuk kunjungan ini, lalu batalkan yang salah.',
  }),
  multiple: () => ({
    message: 'cocok dengan lebih dari satu data',
    remedy: 'Minta helpdesk SATUSEHAT menggabungkan data ganda, atau kirim ID SATUSEHAT yang pasti benar.',
  }),
  refused: () => ({
    message: 'ditolak SATUSEHAT',
    remedy: 'Periksa nilainya.',
  }),
};
