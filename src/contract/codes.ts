/**
 * Every error code of the contract, as data: HTTP status, whether trying again can help, and what to tell people.
 * Server answers, client types and documents derive from this table.
 */

export type Locale = 'id' | 'en';
export type Words = Record<Locale, string>;

interface CodeRow {
  /** HTTP status, or `null` for codes that only a client can make (nothing answered, or not our service). */
  status: number | null;
  /** True when the same request can succeed later without a change. */
  retryable: boolean;
  message: Words;
  remedy: Words;
}

export const errorCodes = {
  INVALID_JSON: {
    status: 400,
    retryable: false,
    message: {
      id: 'Isi permintaan bukan objek JSON yang sah.',
      en: 'The request body is not a valid JSON object.',
    },
    remedy: {
      id: 'Kirim satu objek JSON, misalnya hasil json_encode() atau JSON.stringify(), dalam UTF-8.',
      en: 'Send one JSON object in UTF-8, for example the result of JSON.stringify().',
    },
  },
  INVALID_CREDENTIALS: {
    status: 401,
    retryable: false,
    message: { id: 'Kredensial klinik tidak valid.', en: 'The clinic credentials are not valid.' },
    remedy: {
      id: 'Periksa header X-Clinic-Code dan X-Clinic-Secret.',
      en: 'Check the headers X-Clinic-Code and X-Clinic-Secret.',
    },
  },
  CLINIC_INACTIVE: {
    status: 403,
    retryable: false,
    message: { id: 'Klinik ini dinonaktifkan.', en: 'This clinic is deactivated.' },
    remedy: {
      id: 'Hubungi pengelola SATUSEHAT Service untuk mengaktifkannya kembali.',
      en: 'Ask the operator of the SATUSEHAT Service to activate it again.',
    },
  },
  IP_NOT_ALLOWED: {
    status: 403,
    retryable: false,
    message: {
      id: 'Alamat IP ini tidak diizinkan untuk klinik ini.',
      en: 'This IP address is not allowed for this clinic.',
    },
    remedy: {
      id: 'Minta pengelola layanan mendaftarkan alamat IP klinik.',
      en: "Ask the operator to register the clinic's IP address.",
    },
  },
  PATIENT_NOT_FOUND: {
    status: 404,
    retryable: false,
    message: { id: 'Pasien tidak ditemukan di SATUSEHAT.', en: 'The patient was not found in SATUSEHAT.' },
    remedy: {
      id: 'Periksa NIK. Bila benar, daftarkan pasien lewat register-patient, lalu kirim ulang.',
      en: 'Check the NIK. If it is right, register the patient with register-patient, then send again.',
    },
  },
  PRACTITIONER_NOT_FOUND: {
    status: 404,
    retryable: false,
    message: {
      id: 'Dokter tidak ditemukan di SATUSEHAT.',
      en: 'The practitioner was not found in SATUSEHAT.',
    },
    remedy: {
      id: 'Periksa ID atau NIK dokter. Dokter baru didaftarkan lewat SATUSEHAT SDMK, tidak bisa lewat layanan ini.',
      en: 'Check the id or NIK. New practitioners are registered in SATUSEHAT SDMK, not through this service.',
    },
  },
  HEALTHCARE_SERVICE_NOT_FOUND: {
    status: 404,
    retryable: false,
    message: { id: 'Poli tidak ditemukan di SATUSEHAT.', en: 'The poli was not found in SATUSEHAT.' },
    remedy: {
      id: 'Periksa kode poli, atau petakan kode itu ke Location SATUSEHAT di konfigurasi klinik.',
      en: "Check the poli code, or map it to a SATUSEHAT Location in the clinic's configuration.",
    },
  },
  ENCOUNTER_NOT_FOUND: {
    status: 404,
    retryable: false,
    message: { id: 'Kunjungan tidak ditemukan.', en: 'The encounter was not found.' },
    remedy: {
      id: 'Pakai encounter_id atau log_id dari jawaban pengiriman kunjungan.',
      en: 'Use the encounter_id or log_id from the answer to the encounter.',
    },
  },
  NOT_FOUND: {
    status: 404,
    retryable: false,
    message: { id: 'Alamat atau data ini tidak ada.', en: 'There is nothing at this address.' },
    remedy: {
      id: 'Periksa alamat endpoint dan nomor log_id.',
      en: 'Check the address of the endpoint and the log_id.',
    },
  },
  METHOD_NOT_ALLOWED: {
    status: 405,
    retryable: false,
    message: { id: 'Metode HTTP ini tidak didukung di sini.', en: 'This HTTP method is not supported here.' },
    remedy: {
      id: 'Pakai metode yang disebut pada header Allow.',
      en: 'Use the method named in the Allow header.',
    },
  },
  MULTIPLE_MATCHES: {
    status: 409,
    retryable: false,
    message: {
      id: 'SATUSEHAT menjawab lebih dari satu data untuk identitas ini.',
      en: 'SATUSEHAT returned more than one record for this identity.',
    },
    remedy: {
      id: 'Jangan menebak. Minta helpdesk SATUSEHAT menggabungkan data ganda, atau kirim ID SATUSEHAT yang pasti benar.',
      en: 'Do not guess. Ask the SATUSEHAT helpdesk to merge the records, or send the SATUSEHAT id you know is right.',
    },
  },
  IDEMPOTENCY_CONFLICT: {
    status: 409,
    retryable: false,
    message: {
      id: 'Idempotency-Key ini sudah dipakai untuk data lain.',
      en: 'This Idempotency-Key was already used for other data.',
    },
    remedy: {
      id: 'Pakai kunci baru untuk data baru; kunci yang sama hanya untuk mengirim ulang data yang sama.',
      en: 'Use a new key for new data; the same key is only for sending the same data again.',
    },
  },
  DUPLICATE: {
    status: 409,
    retryable: false,
    message: {
      id: 'SATUSEHAT sudah menyimpan data lain dengan identitas yang sama.',
      en: 'SATUSEHAT already holds other data with the same identity.',
    },
    remedy: {
      id: 'Bandingkan dengan data yang sudah terkirim; bila ini kunjungan lain, beri no_registrasi yang lain.',
      en: 'Compare with what was sent before; if this is another visit, give it another no_registrasi.',
    },
  },
  PAYLOAD_TOO_LARGE: {
    status: 413,
    retryable: false,
    message: { id: 'Isi permintaan terlalu besar.', en: 'The request body is too large.' },
    remedy: { id: 'Kirim satu data per permintaan.', en: 'Send one record per request.' },
  },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    retryable: false,
    message: { id: 'Content-Type bukan application/json.', en: 'The Content-Type is not application/json.' },
    remedy: {
      id: 'Kirim header Content-Type: application/json.',
      en: 'Send the header Content-Type: application/json.',
    },
  },
  MISSING_REQUIRED_FIELDS: {
    status: 422,
    retryable: false,
    message: { id: 'Data yang dikirim tidak lengkap', en: 'Required fields are missing' },
    remedy: {
      id: 'Lengkapi field yang disebut pada details.fields, lalu kirim lagi.',
      en: 'Fill in the fields named in details.fields, then send again.',
    },
  },
  INVALID_FIELDS: {
    status: 422,
    retryable: false,
    message: { id: 'Ada isian yang tidak sah', en: 'Some fields are not valid' },
    remedy: {
      id: 'Perbaiki field yang disebut pada details.fields, lalu kirim lagi.',
      en: 'Correct the fields named in details.fields, then send again.',
    },
  },
  FHIR_VALIDATION_ERROR: {
    status: 422,
    retryable: false,
    message: { id: 'SATUSEHAT menolak data ini.', en: 'SATUSEHAT refused this data.' },
    remedy: {
      id: 'Perbaiki isian yang disebut, lalu kirim lagi. Bila tidak jelas, sampaikan details ke pengelola layanan.',
      en: 'Correct what is named, then send again. If it is not clear, give the details to the operator.',
    },
  },
  RATE_LIMITED: {
    status: 429,
    retryable: true,
    message: { id: 'Terlalu banyak permintaan.', en: 'Too many requests.' },
    remedy: {
      id: 'Tunggu sesuai header Retry-After, lalu coba lagi.',
      en: 'Wait as the Retry-After header says, then try again.',
    },
  },
  INTERNAL_ERROR: {
    status: 500,
    retryable: true,
    message: { id: 'Terjadi kesalahan di layanan.', en: 'Something went wrong in the service.' },
    remedy: {
      id: 'Coba lagi. Bila berulang, sampaikan X-Request-Id ke pengelola layanan.',
      en: 'Try again. If it happens again, give the X-Request-Id to the operator.',
    },
  },
  NOT_IMPLEMENTED: {
    status: 501,
    retryable: false,
    message: {
      id: 'Fungsi ini belum tersedia pada versi layanan ini.',
      en: 'This function is not available in this version of the service.',
    },
    remedy: {
      id: 'Tidak ada yang disimpan atau dikirim. Coba lagi setelah layanan diperbarui.',
      en: 'Nothing was kept or sent. Try again once the service has been upgraded.',
    },
  },
  UPSTREAM_UNAVAILABLE: {
    status: 502,
    retryable: true,
    message: { id: 'SATUSEHAT sedang tidak dapat dipakai.', en: 'SATUSEHAT is not available right now.' },
    remedy: {
      id: 'Coba lagi beberapa saat lagi. Data yang sudah mendapat log_id dikirim otomatis oleh layanan.',
      en: 'Try again later. Data that has a log_id is delivered by the service on its own.',
    },
  },
  OVERLOADED: {
    status: 503,
    retryable: true,
    message: { id: 'Layanan sedang penuh atau baru dimulai.', en: 'The service is full or starting up.' },
    remedy: { id: 'Coba lagi beberapa saat lagi.', en: 'Try again in a moment.' },
  },
  UPSTREAM_TIMEOUT: {
    status: 504,
    retryable: true,
    message: { id: 'SATUSEHAT tidak menjawab pada waktunya.', en: 'SATUSEHAT did not answer in time.' },
    remedy: { id: 'Coba lagi beberapa saat lagi.', en: 'Try again later.' },
  },
  NETWORK_ERROR: {
    status: null,
    retryable: true,
    message: {
      id: 'Tidak dapat terhubung ke SATUSEHAT Service.',
      en: 'The SATUSEHAT Service could not be reached.',
    },
    remedy: {
      id: 'Periksa jaringan dan alamat layanan (baseUrl), lalu coba lagi.',
      en: 'Check the network and the address of the service (baseUrl), then try again.',
    },
  },
  TIMEOUT: {
    status: null,
    retryable: true,
    message: {
      id: 'SATUSEHAT Service tidak menjawab pada waktunya.',
      en: 'The SATUSEHAT Service did not answer in time.',
    },
    remedy: {
      id: 'Coba lagi dengan data yang sama; layanan tidak akan mencatatnya dua kali.',
      en: 'Try again with the same data; the service will not record it twice.',
    },
  },
  ABORTED: {
    status: null,
    retryable: false,
    message: { id: 'Permintaan dibatalkan oleh aplikasi.', en: 'The request was aborted by the app.' },
    remedy: {
      id: 'Kirim lagi dengan data yang sama bila masih diperlukan.',
      en: 'Send the same data again if it is still needed.',
    },
  },
  UNEXPECTED_RESPONSE: {
    status: null,
    retryable: false,
    message: {
      id: 'Jawaban yang diterima bukan dari SATUSEHAT Service.',
      en: 'The answer is not one of the SATUSEHAT Service.',
    },
    remedy: {
      id: 'Periksa baseUrl dan proxy di antara aplikasi dan layanan.',
      en: 'Check baseUrl and any proxy between the app and the service.',
    },
  },
  PARTIALLY_SENT: {
    status: null,
    retryable: true,
    message: {
      id: 'Kunjungan terkirim sebagian; sisanya belum.',
      en: 'A part of the visit was sent; the rest was not.',
    },
    remedy: {
      id: 'Perbaiki bagian yang disebut di details.failed, lalu kirim lagi data yang sama dengan opsi resume: details.resume; hanya sisanya yang dikirim.',
      en: 'Mend the parts named in details.failed, then send the same data again with resume: details.resume; only the rest is sent.',
    },
  },
  UNKNOWN: {
    status: null,
    retryable: false,
    message: {
      id: 'Layanan menjawab dengan kode error yang belum dikenal versi SDK ini.',
      en: 'The service answered with an error code this SDK version does not know.',
    },
    remedy: {
      id: 'Perbarui satusehat-sdk, atau lihat rawCode.',
      en: 'Upgrade satusehat-sdk, or look at rawCode.',
    },
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
