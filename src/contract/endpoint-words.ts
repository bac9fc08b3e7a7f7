/**
 * What is said of the endpoints: what each does, its parameters, and every field of its answers. The documents and the
 * OpenAPI description are made from it; the client does not load it.
 */
import type { Words } from './codes.js';
import type { EndpointName } from './endpoints.js';

const both = (id: string, en: string): Words => ({ id, en });

/** What an endpoint does. */
export const summaries: Record<EndpointName, Words> = {
  kirimEncounter: both('Kirim kunjungan; dengan id: perbarui kunjungan', 'Send a visit; with id: update one'),
  kirimDiagnosis: both('Kirim diagnosis kunjungan', 'Send a diagnosis of a visit'),
  kirimObservation: both('Kirim observasi kunjungan', 'Send an observation of a visit'),
  kirimProcedure: both('Kirim prosedur kunjungan', 'Send a procedure of a visit'),
  kirimKunjungan: both('Kirim kunjungan utuh dalam satu panggilan', 'Send a whole visit in one call'),
  getPatientId: both('Cari ID SATUSEHAT pasien dari NIK', 'Find the SATUSEHAT id of a patient by NIK'),
  getPractitionerId: both('Cari ID SATUSEHAT dokter', 'Find the SATUSEHAT id of a practitioner'),
  getHealthcareServiceId: both('Cari ID SATUSEHAT poli', 'Find the SATUSEHAT id of a poli'),
  registerPatient: both('Daftarkan pasien', 'Register a patient'),
  registerPractitioner: both('Catat SIP dan STR dokter', 'Remember the SIP and STR of a practitioner'),
  listLog: both('Daftar pengiriman, terbaru lebih dulu', 'List submissions, newest first'),
  getLog: both('Lihat keadaan satu pengiriman', 'See what became of a submission'),
  resendLog: both('Kirim ulang, bila perlu dengan koreksi', 'Send again, if need be corrected'),
  batalLog: both('Batalkan satu pengiriman', 'Void a submission'),
  healthz: both('Proses hidup', 'The process is alive'),
  readyz: both('Siap melayani', 'Ready to serve'),
  metrics: both('Angka untuk Prometheus', 'Figures for Prometheus'),
  openapi: both('Deskripsi OpenAPI layanan ini', 'OpenAPI description of this service'),
  dashboard: both('Dasbor', 'Dashboard'),
};

/** What the headers and query parameters of an endpoint mean. */
export const parameters = {
  log_id: both('Nomor yang didapat saat mengirim', 'The number that a send was answered with'),
  uji: both(
    'Uji coba: 1 memeriksa dan mengembalikan FHIR-nya, tanpa menyimpan atau mengirim',
    'Dry run: 1 checks and answers the FHIR, keeps and sends nothing',
  ),
  'Idempotency-Key': both(
    'Kunci pengiriman; data yang sama dengan kunci yang sama dicatat sekali. Tanpa kunci: dari isinya',
    'Key of the submission; the same data under the same key is recorded once. Default: from the body',
  ),
  Prefer: both(
    'respond-async menjawab segera; wait=N menunggu paling lama N detik',
    'respond-async answers at once; wait=N waits for at most N seconds',
  ),
} satisfies Record<string, Words>;

/** Query parameters of `GET /api/log`. */
export const listParameters = {
  state: both('Keadaan, misalnya failed', 'State, e.g. failed'),
  endpoint: both('Jenis, misalnya kirimEncounter', 'Type, e.g. kirimEncounter'),
  dari: both('Diterima sejak, ISO 8601', 'Accepted not before, ISO 8601'),
  sampai: both('Diterima sebelum, ISO 8601', 'Accepted before, ISO 8601'),
  kursor: both(
    'Dari jawaban sebelumnya, untuk halaman berikutnya',
    'From the answer before, for the next page',
  ),
  batas: both(
    'Paling banyak per halaman; 100, paling banyak 500',
    'At most so many a page; 100, at most 500',
  ),
} satisfies Record<string, Words>;

/** One field of an answer. */
export interface AnswerRow {
  /** Path in the answer; `[]` for each item of a list. */
  field: string;
  meaning: Words;
}

const row = (field: string, id: string, en: string): AnswerRow => ({ field, meaning: both(id, en) });

const success = row('status', 'success', 'success');
const message = row('message', 'Kalimat untuk ditampilkan', 'A sentence to show');
const warnings = row(
  'data.peringatan',
  'Diterima, tetapi perlu dilihat: daftar kalimat',
  'Accepted, but worth a look: a list of sentences',
);
const logId = row('log_id', 'Nomor data ini di layanan', 'The number of this data at the service');
const endpoint = 'Jenis data, misalnya kirimEncounter';
const endpointEn = 'Kind of data, e.g. kirimEncounter';
const states = 'Keadaan: queued, sending, waiting, held, sent, failed atau void';
const statesEn = 'State: queued, sending, waiting, held, sent, failed or void';

const written = (path: string): AnswerRow[] => [
  row(`${path}.resourceType`, 'Jenis resource FHIR', 'Type of the FHIR resource'),
  row(`${path}.id`, 'ID SATUSEHAT resource itu', 'SATUSEHAT id of that resource'),
  row(`${path}.versionId`, 'Versinya di SATUSEHAT', 'Its version at SATUSEHAT'),
  row(`${path}.identifier`, 'Identitas yang diberikan layanan', 'The identifier that the service gave it'),
];

const sent = (queued: Words): AnswerRow[] => [
  { field: 'status', meaning: queued },
  logId,
  message,
  row('id', 'ID SATUSEHAT data yang terkirim', 'SATUSEHAT id of what was sent'),
  row('satusehat_id', 'Sama dengan id', 'The same as id'),
  row('encounter_id', 'ID SATUSEHAT kunjungannya', 'SATUSEHAT id of its visit'),
  row('pasien_id', 'ID SATUSEHAT pasiennya', 'SATUSEHAT id of its patient'),
  row(
    'data.delivery',
    'sent: sudah di SATUSEHAT; queued: layanan masih harus mengirimnya',
    'sent: it is at SATUSEHAT; queued: the service still has to deliver it',
  ),
  ...written('data.resources[]'),
  warnings,
  row(
    'data.fhir',
    'Hanya pada uji coba: FHIR yang akan dikirim',
    'Only in a dry run: the FHIR that would be sent',
  ),
];

const visit = sent(
  both(
    'success, atau queued (202) bila kunjungan diterima dan belum terkirim',
    'success, or queued (202) when the visit is accepted and not yet sent',
  ),
);
const hanging = sent(both('success, juga pada 202', 'success, also with 202'));

const found = (id: string, en: string): AnswerRow[] => [
  success,
  row('satusehat_id', id, en),
  message,
  warnings,
];

const registered = (id: string, en: string): AnswerRow[] => [
  success,
  row('id', id, en),
  row('satusehat_id', 'Sama dengan id', 'The same as id'),
  message,
  warnings,
];

const alive: AnswerRow[] = [row('status', 'ok', 'ok')];

/** Every field of every answer that is JSON of ours. Ids at the top stand in `data` too. */
export const answerTable: Record<EndpointName, readonly AnswerRow[]> = {
  kirimEncounter: visit,
  kirimDiagnosis: hanging,
  kirimObservation: hanging,
  kirimProcedure: hanging,
  kirimKunjungan: visit,
  getPatientId: found('ID SATUSEHAT pasien', 'SATUSEHAT id of the patient'),
  getPractitionerId: found('ID SATUSEHAT dokter', 'SATUSEHAT id of the practitioner'),
  getHealthcareServiceId: found('ID SATUSEHAT poli (Location)', 'SATUSEHAT id of the poli (Location)'),
  registerPatient: registered('ID SATUSEHAT pasien', 'SATUSEHAT id of the patient'),
  registerPractitioner: registered('ID SATUSEHAT dokter', 'SATUSEHAT id of the practitioner'),
  listLog: [
    success,
    message,
    row('data.items[].log_id', 'Nomor data itu di layanan', 'The number of that data at the service'),
    row('data.items[].endpoint', endpoint, endpointEn),
    row('data.items[].state', states, statesEn),
    row('data.items[].attempts', 'Berapa kali dicoba', 'How often it was tried'),
    row('data.items[].created_at', 'Diterima pada', 'When it was accepted'),
    row('data.items[].updated_at', 'Terakhir berubah pada', 'When it last changed'),
    row('data.items[].next_try_at', 'Dicoba lagi pada', 'When it is tried again'),
    row('data.items[].code', 'Kode error terakhir', 'Code of the last error'),
    row(
      'data.kursor',
      'Untuk halaman berikutnya; tidak ada pada yang terakhir',
      'For the next page; absent on the last',
    ),
  ],
  getLog: [
    success,
    logId,
    message,
    row('data.endpoint', endpoint, endpointEn),
    row('data.state', states, statesEn),
    row(
      'data.penjamin',
      'Penjamin yang dikirim; disimpan di layanan',
      'The payer as it was sent; kept by the service',
    ),
    row(
      'data.jenis_kunjungan',
      'Jenis kunjungan yang dikirim; disimpan di layanan',
      'The visit type as it was sent; kept by the service',
    ),
    row('data.created_at', 'Diterima pada', 'When it was accepted'),
    row('data.updated_at', 'Terakhir berubah pada', 'When it last changed'),
    row('data.next_try_at', 'Dicoba lagi pada', 'When it is tried again'),
    row('data.attempts[].at', 'Dicoba pada', 'When it was tried'),
    row('data.attempts[].outcome', 'Hasilnya', 'What came of it'),
    row('data.attempts[].code', 'Kode errornya, bila gagal', 'Code of its error, if it failed'),
    row('data.attempts[].message', 'Arti kode itu', 'What that code means'),
    row('data.attempts[].remedy', 'Tindakannya', 'What to do'),
    row(
      'data.error',
      'Error terakhir: code, message, remedy, details',
      'The last error: code, message, remedy, details',
    ),
    row(
      'data.encounter_id',
      'ID SATUSEHAT kunjungannya, bila terkirim',
      'SATUSEHAT id of its visit, once sent',
    ),
    row('data.pasien_id', 'ID SATUSEHAT pasiennya, bila terkirim', 'SATUSEHAT id of its patient, once sent'),
    ...written('data.resources[]'),
  ],
  resendLog: visit.filter(({ field }) => field !== 'data.fhir'),
  batalLog: [
    success,
    row('log_id', 'Nomor data yang dibatalkan', 'The number of what is withdrawn'),
    message,
    row(
      'data.state',
      'void, atau queued (202) selama pembatalan belum terkirim',
      'void, or queued (202) until it is sent',
    ),
    row(
      'data.delivery',
      'sent: sudah dibatalkan; queued: layanan masih harus mengirimnya',
      'sent: it is withdrawn; queued: the service still has to deliver it',
    ),
    row('data.batal_log_id', 'Nomor pembatalan itu sendiri', 'The number of the withdrawal itself'),
    ...written('data.resources[]'),
  ],
  healthz: alive,
  readyz: alive,
  metrics: [],
  openapi: [],
  dashboard: [],
};
