/** The sentences of `docs/endpoints.md` that no table of the contract holds. */
import type { Locale, Words } from '../../src/contract/codes.js';
import type { EndpointName } from '../../src/contract/contract.js';

const en = {
  title: '# Endpoints',
  intro:
    'Made from the tables in `src/contract` by `npm run tables`. The examples are what the service really answered in a\ntest on the emulated platform, on 15 January 2024; ids are replaced by made-up ones. `/openapi.json` says the same to\nprograms.',
  listHead: ['endpoint', 'what it does', 'client', 'from'],
  guide: 'the guide',
  extension: 'extension',
  requests: '## Requests',
  headerHead: ['header or parameter', 'where', 'meaning'],
  every: 'everything at `/api`',
  clinic: 'Who asks. Never in a page that a browser loads: there a proxy of the same origin adds the secret',
  type: '`application/json`, in UTF-8',
  where: {
    'Idempotency-Key': 'sends',
    Prefer: 'sends, `resend`, `batal`; without it the service waits for 8 seconds',
    uji: 'sends',
  },
  body: 'The body is one JSON object of at most 1 MB. `null`, blank text and empty lists count as absent. A field that is not\nknown is kept out, and named in `data.peringatan`. A time without a zone is in the zone of the clinic. Where an\n`encounter_id` is asked for, the `log_id` of the visit does as well, also while the visit is still on its way. Where\neach field goes in FHIR: [mapping.md](mapping.md).',
  answers: '## Answers',
  answer:
    '200 means done, 202 means kept: the service delivers it later, and `GET /api/log/{log_id}` tells how far it is. Ids\nstand at the top and in `data`. Every answer has an `X-Request-Id`; `Retry-After` says how many seconds to wait where\nthe service knows; `Idempotent-Replayed: true` stands on the answer to data that was sent before.',
  errors: '## Errors',
  error:
    'Decide on `code`, show `message` and `remedy`; with a `log_id` the data is kept, and can be sent again with `resend`.\nEvery code with its remedy: [errors.md](errors.md). The answer to a visit whose NIK is not known, 404:',
  groupHead: ['where', 'codes'],
  groups: {
    all: 'every endpoint',
    clinic: 'everything at `/api`',
    body: 'every POST',
  },
  client: 'Client:',
  auth: {
    clinic: 'Headers: `X-Clinic-Code`, `X-Clinic-Secret`.',
    operator:
      'Header: `Authorization: Bearer TOKEN`; when the service has no token, only from its own machine.',
    session: 'Who has signed in.',
    none: 'Open to everybody.',
  },
  takes: 'Also takes',
  parameterHead: ['parameter', 'meaning'],
  fieldHead: ['field', 'type', 'required', 'meaning', 'limits'],
  aliases: 'Other names that are taken:',
  request: 'Request',
  response: 'Answer',
  answerHead: ['field of the answer', 'meaning'],
  codes: '**Errors**',
  and: ', and the [common ones](#common-errors).',
  only: 'The [common ones](#common-errors).',
  types: { text: 'text', number: 'number', object: 'object', list: 'list of' },
  or: 'or',
  oneOf: 'one of',
  yes: 'yes',
  past: (from: string) => `from ${from} until now`,
  born: 'not in the future',
  /** Where neither message nor remedy says it in a cell. */
  limits: {
    fhir_id: 'letters, digits, dots and hyphens, at most 64',
    snomed: 'with a right check digit',
  } as Record<string, string>,
};

const id: typeof en = {
  title: '# Endpoint',
  intro:
    'Dibuat dari tabel di `src/contract` oleh `npm run tables`. Contohnya adalah jawaban layanan yang sebenarnya dalam\nsebuah tes di atas platform tiruan, pada 15 Januari 2024; nomor-nomornya diganti dengan yang dibuat-buat.\n`/openapi.json` memuat hal yang sama untuk program.',
  listHead: ['endpoint', 'kegunaan', 'klien', 'asal'],
  guide: 'panduan',
  extension: 'tambahan',
  requests: '## Permintaan',
  headerHead: ['header atau parameter', 'di mana', 'arti'],
  every: 'semua di `/api`',
  clinic:
    'Siapa yang meminta. Jangan pernah di halaman yang dimuat browser: di sana proxy satu origin yang menambahkan secret',
  type: '`application/json`, dalam UTF-8',
  where: {
    'Idempotency-Key': 'pengiriman',
    Prefer: 'pengiriman, `resend`, `batal`; tanpa header ini layanan menunggu 8 detik',
    uji: 'pengiriman',
  },
  body: 'Isinya satu objek JSON, paling besar 1 MB. `null`, teks kosong dan daftar kosong dianggap tidak ada. Field yang tidak\ndikenal tidak dikirim, dan disebut di `data.peringatan`. Waktu tanpa zona berarti zona klinik. Di tempat\n`encounter_id`, `log_id` kunjungannya juga boleh, juga selama kunjungan itu belum terkirim. Tujuan tiap field di FHIR:\n[mapping.md](mapping.md).',
  answers: '## Jawaban',
  answer:
    '200 berarti selesai, 202 berarti tersimpan: layanan mengirimkannya kemudian, dan `GET /api/log/{log_id}` memberi tahu\nsampai di mana. ID ada di tingkat atas dan di `data`. Setiap jawaban punya `X-Request-Id`; `Retry-After` menyebut berapa\ndetik perlu menunggu, bila layanan tahu; `Idempotent-Replayed: true` ada pada jawaban untuk data yang sudah terkirim\nsebelumnya.',
  errors: '## Error',
  error:
    'Putuskan berdasarkan `code`, tampilkan `message` dan `remedy`; bila ada `log_id`, datanya tersimpan dan dapat dikirim\nulang lewat `resend`. Semua kode beserta tindakannya: [errors.md](errors.md). Jawaban untuk kunjungan yang NIK-nya tidak\ndikenal, 404:',
  groupHead: ['di mana', 'kode'],
  groups: { all: 'semua endpoint', clinic: 'semua di `/api`', body: 'semua POST' },
  client: 'Klien:',
  auth: {
    clinic: 'Header: `X-Clinic-Code`, `X-Clinic-Secret`.',
    operator:
      'Header: `Authorization: Bearer TOKEN`; bila layanan tidak punya token, hanya dari komputernya sendiri.',
    session: 'Untuk yang sudah masuk.',
    none: 'Terbuka untuk semua.',
  },
  takes: 'Menerima juga',
  parameterHead: ['parameter', 'arti'],
  fieldHead: ['field', 'jenis', 'wajib', 'arti', 'batas'],
  aliases: 'Nama lain yang diterima:',
  request: 'Permintaan',
  response: 'Jawaban',
  answerHead: ['field jawaban', 'arti'],
  codes: '**Error**',
  and: ', dan [yang umum](#common-errors).',
  only: '[Yang umum](#common-errors).',
  types: { text: 'teks', number: 'angka', object: 'objek', list: 'daftar berisi' },
  or: 'atau',
  oneOf: 'salah satu dari',
  yes: 'ya',
  past: (from: string) => `sejak ${from} sampai sekarang`,
  born: 'tidak di masa depan',
  limits: {
    fhir_id: 'huruf, angka, titik dan tanda hubung, paling banyak 64',
    snomed: 'dengan digit pemeriksa yang benar',
  },
};

export const words: Record<Locale, typeof en> = { en, id };

export const notes: Partial<Record<EndpointName, Words>> = {
  kirimEncounter: {
    en: 'The visit finishes once its end and a diagnosis are known. With `id` it updates a visit: only `id` is required, and what is left out stays.',
    id: 'Kunjungan selesai begitu jam selesai dan diagnosisnya diketahui. Dengan `id`, kunjungan yang sudah dikirim diperbarui: hanya `id` yang wajib, dan yang tidak diisi tetap.',
  },
  kirimObservation: {
    en: 'A blood pressure becomes two observations at SATUSEHAT.',
    id: 'Tekanan darah menjadi dua observasi di SATUSEHAT.',
  },
  kirimProcedure: {
    en: 'SATUSEHAT has no way to correct or void a procedure.',
    id: 'SATUSEHAT tidak punya cara memperbaiki atau membatalkan prosedur.',
  },
  kirimKunjungan: {
    en: 'Takes all fields of [`POST /api/encounter`](#kirimEncounter) but `id`, and three lists, each of which may be absent: `diagnosis`, `observasi`, `prosedur`. Required is what each item needs:',
    id: 'Menerima semua field [`POST /api/encounter`](#kirimEncounter) kecuali `id`, dan tiga daftar yang masing-masing boleh tidak ada: `diagnosis`, `observasi`, `prosedur`. Yang wajib adalah untuk tiap isinya:',
  },
  getPractitionerId: {
    en: 'Asked in the order `nik`, `sip`, `str`; `sip` and `str` are known from the clinic’s own directory alone.',
    id: 'Dicari dengan urutan `nik`, `sip`, `str`; `sip` dan `str` hanya dikenal dari direktori klinik sendiri.',
  },
  registerPatient: {
    en: 'Looks first: a patient who is there already is answered with the id.',
    id: 'Dicari lebih dulu: untuk pasien yang sudah ada, ID-nya yang dijawab.',
  },
  registerPractitioner: {
    en: 'SATUSEHAT takes new practitioners only through SISDMK: the doctor is looked up by NIK, SIP and STR are remembered for this clinic.',
    id: 'SATUSEHAT menerima dokter baru hanya lewat SISDMK: dokter dicari dari NIK, lalu SIP dan STR-nya dicatat untuk klinik ini.',
  },
  resendLog: {
    en: 'Without a body the data goes again as it is. A body takes the place of what failed, with the fields of the endpoint it was sent to.',
    id: 'Tanpa isi, datanya dikirim lagi apa adanya. Dengan isi, isi itu menggantikan yang gagal, dengan field dari endpoint pengirimannya.',
  },
  batalLog: {
    en: 'What was not sent yet is withdrawn; what was sent is voided as far as SATUSEHAT has a way for it.',
    id: 'Yang belum terkirim ditarik; yang sudah terkirim dibatalkan sejauh SATUSEHAT punya caranya.',
  },
  readyz: {
    en: 'Answers 503 when the store cannot be used.',
    id: 'Menjawab 503 bila penyimpanan tidak dapat dipakai.',
  },
  metrics: {
    en: 'Text in the format of Prometheus, with `npm install prom-client`; without it 501.',
    id: 'Teks dalam format Prometheus, dengan `npm install prom-client`; tanpa itu 501.',
  },
  openapi: {
    en: 'OpenAPI 3.1.',
    id: 'OpenAPI 3.1.',
  },
  dashboard: {
    en: 'HTML: what went, what did not, and what to do.',
    id: 'HTML: apa yang terkirim, apa yang belum, dan tindakannya.',
  },
};
