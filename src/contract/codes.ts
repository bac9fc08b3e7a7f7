/**
 * Every error code of the contract, as data: HTTP status, whether trying again can help, and what to tell people.
 * Server answers, client types and documents derive from this table.
 */

/** Language of messages: Indonesian or English. */
export type Locale = 'id' | 'en';
export type Words = Record<Locale, string>;

interface CodeRow {
  /** HTTP status, or `null` for codes that only a client can make (nothing answered, or not our service). */
  status: number | null;
  /** True when the same request can succeed later without a change. */
  retryable: boolean;
  /** In Indonesian; the same in English is in `english.ts`. */
  message: string;
  remedy: string;
}

/**
 * Every error code with its HTTP status (`null`: only a client can make it), whether trying again can help, and what
 * to
 * tell people, in Indonesian.
 */
export const errorCodes = {
  INVALID_JSON: {
    status: 400,
    retryable: false,
    message: 'Isi permintaan bukan objek JSON yang sah.',
    remedy: 'Kirim satu objek JSON, misalnya hasil json_encode() atau JSON.stringify(), dalam UTF-8.',
  },
  INVALID_CREDENTIALS: {
    status: 401,
    retryable: false,
    message: 'Kredensial klinik tidak valid.',
    remedy: 'Periksa header X-Clinic-Code dan X-Clinic-Secret.',
  },
  CLINIC_INACTIVE: {
    status: 403,
    retryable: false,
    message: 'Klinik ini dinonaktifkan.',
    remedy: 'Hubungi pengelola SATUSEHAT Service untuk mengaktifkannya kembali.',
  },
  IP_NOT_ALLOWED: {
    status: 403,
    retryable: false,
    message: 'Alamat IP ini tidak diizinkan untuk klinik ini.',
    remedy: 'Minta pengelola layanan mendaftarkan alamat IP klinik.',
  },
  PATIENT_NOT_FOUND: {
    status: 404,
    retryable: false,
    message: 'Pasien tidak ditemukan di SATUSEHAT.',
    remedy: 'Periksa NIK. Bila benar, daftarkan pasien lewat register-patient, lalu kirim ulang.',
  },
  PRACTITIONER_NOT_FOUND: {
    status: 404,
    retryable: false,
    message: 'Dokter tidak ditemukan di SATUSEHAT.',
    remedy:
      'Periksa ID atau NIK dokter. Dokter baru didaftarkan lewat SATUSEHAT SDMK, tidak bisa lewat layanan ini.',
  },
  HEALTHCARE_SERVICE_NOT_FOUND: {
    status: 404,
    retryable: false,
    message: 'Poli tidak ditemukan di SATUSEHAT.',
    remedy: 'Periksa kode poli, atau petakan kode itu ke Location SATUSEHAT di konfigurasi klinik.',
  },
  ENCOUNTER_NOT_FOUND: {
    status: 404,
    retryable: false,
    message: 'Kunjungan tidak ditemukan.',
    remedy: 'Pakai encounter_id atau log_id dari jawaban pengiriman kunjungan.',
  },
  NOT_FOUND: {
    status: 404,
    retryable: false,
    message: 'Alamat atau data ini tidak ada.',
    remedy: 'Periksa alamat endpoint dan nomor log_id.',
  },
  METHOD_NOT_ALLOWED: {
    status: 405,
    retryable: false,
    message: 'Metode HTTP ini tidak didukung di sini.',
    remedy: 'Pakai metode yang disebut pada header Allow.',
  },
  MULTIPLE_MATCHES: {
    status: 409,
    retryable: false,
    message: 'SATUSEHAT menjawab lebih dari satu data untuk identitas ini.',
    remedy:
      'Jangan menebak. Minta helpdesk SATUSEHAT menggabungkan data ganda, atau kirim ID SATUSEHAT yang pasti benar.',
  },
  IDEMPOTENCY_CONFLICT: {
    status: 409,
    retryable: false,
    message: 'Idempotency-Key ini sudah dipakai untuk data lain.',
    remedy: 'Pakai kunci baru untuk data baru; kunci yang sama hanya untuk mengirim ulang data yang sama.',
  },
  DUPLICATE: {
    status: 409,
    retryable: false,
    message: 'SATUSEHAT sudah menyimpan data lain dengan identitas yang sama.',
    remedy:
      'Bandingkan dengan data yang sudah terkirim; bila ini kunjungan lain, beri no_registrasi yang lain.',
  },
  PAYLOAD_TOO_LARGE: {
    status: 413,
    retryable: false,
    message: 'Isi permintaan terlalu besar.',
    remedy: 'Kirim satu data per permintaan.',
  },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    retryable: false,
    message: 'Content-Type bukan application/json.',
    remedy: 'Kirim header Content-Type: application/json.',
  },
  MISSING_REQUIRED_FIELDS: {
    status: 422,
    retryable: false,
    message: 'Data yang dikirim tidak lengkap',
    remedy: 'Lengkapi field yang disebut, lalu kirim lagi.',
  },
  INVALID_FIELDS: {
    status: 422,
    retryable: false,
    message: 'Ada isian yang tidak sah',
    remedy: 'Perbaiki field yang disebut, lalu kirim lagi.',
  },
  FHIR_VALIDATION_ERROR: {
    status: 422,
    retryable: false,
    message: 'SATUSEHAT menolak data ini.',
    remedy:
      'Perbaiki isian yang disebut, lalu kirim lagi. Bila tidak jelas, sampaikan details ke pengelola layanan.',
  },
  RATE_LIMITED: {
    status: 429,
    retryable: true,
    message: 'Terlalu banyak permintaan.',
    remedy: 'Tunggu sesuai header Retry-After, lalu coba lagi.',
  },
  INTERNAL_ERROR: {
    status: 500,
    retryable: true,
    message: 'Terjadi kesalahan di layanan.',
    remedy: 'Coba lagi. Bila berulang, sampaikan X-Request-Id ke pengelola layanan.',
  },
  NOT_IMPLEMENTED: {
    status: 501,
    retryable: false,
    message: 'Fungsi ini belum tersedia pada versi layanan ini.',
    remedy: 'Tidak ada yang disimpan atau dikirim. Coba lagi setelah layanan diperbarui.',
  },
  UPSTREAM_UNAVAILABLE: {
    status: 502,
    retryable: true,
    message: 'SATUSEHAT sedang tidak dapat dipakai.',
    remedy: 'Coba lagi beberapa saat lagi. Data yang sudah mendapat log_id dikirim otomatis oleh layanan.',
  },
  OVERLOADED: {
    status: 503,
    retryable: true,
    message: 'Layanan sedang penuh atau baru dimulai.',
    remedy: 'Coba lagi beberapa saat lagi.',
  },
  UPSTREAM_TIMEOUT: {
    status: 504,
    retryable: true,
    message: 'SATUSEHAT tidak menjawab pada waktunya.',
    remedy: 'Coba lagi beberapa saat lagi.',
  },
  NETWORK_ERROR: {
    status: null,
    retryable: true,
    message: 'Tidak dapat terhubung ke SATUSEHAT Service.',
    remedy: 'Periksa jaringan dan alamat layanan (baseUrl), lalu coba lagi.',
  },
  TIMEOUT: {
    status: null,
    retryable: true,
    message: 'SATUSEHAT Service tidak menjawab pada waktunya.',
    remedy: 'Coba lagi dengan data yang sama; layanan tidak akan mencatatnya dua kali.',
  },
  ABORTED: {
    status: null,
    retryable: false,
    message: 'Permintaan dibatalkan oleh aplikasi.',
    remedy: 'Kirim lagi dengan data yang sama bila masih diperlukan.',
  },
  UNEXPECTED_RESPONSE: {
    status: null,
    retryable: false,
    message: 'Jawaban yang diterima bukan dari SATUSEHAT Service.',
    remedy: 'Periksa baseUrl dan proxy di antara aplikasi dan layanan.',
  },
  PARTIALLY_SENT: {
    status: null,
    retryable: true,
    message: 'Kunjungan terkirim sebagian; sisanya belum.',
    remedy:
      'Perbaiki bagian yang disebut di details.failed, lalu kirim lagi data yang sama dengan opsi resume: details.resume; hanya sisanya yang dikirim.',
  },
  UNKNOWN: {
    status: null,
    retryable: false,
    message: 'Layanan menjawab dengan kode error yang belum dikenal versi SDK ini.',
    remedy: 'Perbarui satusehat-sdk, atau lihat rawCode.',
  },
} as const satisfies Record<string, CodeRow>;

/** The closed union of error codes. */
export type ErrorCode = keyof typeof errorCodes;

/** Codes that a service can answer with: those that have an HTTP status. */
export type ServiceErrorCode = {
  [K in ErrorCode]: (typeof errorCodes)[K]['status'] extends number ? K : never;
}[ErrorCode];

export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorCodes, code);
}

/** The HTTP status of a code that a service can answer with. */
export function statusOf(code: ServiceErrorCode): number {
  return errorCodes[code].status;
}
