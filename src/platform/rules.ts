/**
 * What the platform's refusals mean, as data (platform facts, section 8): a rule number of the ministry's processor,
 * or words of the FHIR store behind it. Each becomes one of our codes with the clinic's own field and a remedy.
 */
import type { Actor } from '../contract/actors.js';
import type { ServiceErrorCode, Words } from '../contract/codes.js';

export interface RefusalRule {
  /** Rule number, or words that the text holds. */
  match: string | RegExp;
  /** How the documents name it, when `match` is a pattern. */
  name?: string;
  /** Default FHIR_VALIDATION_ERROR. */
  code?: ServiceErrorCode;
  /**
   * FHIR path behind which the clinic's field is found (`field-table.ts`). Default: the path that the platform names.
   * `null`: no field of the clinic's can mend it.
   */
  path?: string | null;
  who: Actor;
  meaning: Words;
  remedy: Words;
}

const rule = (
  match: string | RegExp,
  who: Actor,
  meaning: [id: string, en: string],
  remedy: [id: string, en: string],
  more: Pick<RefusalRule, 'code' | 'path' | 'name'> = {},
): RefusalRule => ({
  match,
  who,
  meaning: { id: meaning[0], en: meaning[1] },
  remedy: { id: remedy[0], en: remedy[1] },
  ...more,
});

const organization: [string, string] = [
  'Pengelola layanan perlu memeriksa organizationId pada konfigurasi klinik: harus organisasi pemilik kredensial.',
  'Check organizationId in the clinic’s configuration: it must be the organization of the credential.',
];
const report: [string, string] = [
  'Sampaikan log_id ini ke pengelola layanan: datanya tidak dapat diperbaiki dari aplikasi klinik.',
  'Give this log_id to the operator: it cannot be mended from the clinic’s app.',
];
const dates: [string, string] = [
  'Periksa tanggal, zona waktu dan jam komputer klinik. Yang diterima: sejak 2014-06-03 sampai sekarang.',
  'Check the date, the time zone and the clinic’s clock. Accepted: from 2014-06-03 until now.',
];
const code: [string, string] = [
  'Periksa kodenya: SATUSEHAT memakai ICD-10 versi 2010, ICD-9-CM, LOINC dan SNOMED CT edisi internasional.',
  'Check the code: SATUSEHAT uses ICD-10 (2010), ICD-9-CM, LOINC and the international SNOMED CT.',
];
const missing = (what: string): [string, string] => [`${what} tidak ada.`, `${what} is missing.`];
const mapper = { path: null } as const;

/** Looked through from the top: the more exact ones stand first. */
export const refusalRules: readonly RefusalRule[] = [
  rule(
    '20002',
    'clinic',
    ['Data dengan identitas ini sudah ada di SATUSEHAT.', 'Data of this identity is at SATUSEHAT already.'],
    [
      'Bandingkan dengan data yang sudah terkirim; bila ini kunjungan lain, beri no_registrasi lain.',
      'Compare with what was sent before; if this is another visit, give it another no_registrasi.',
    ],
    { code: 'DUPLICATE', path: null },
  ),
  rule(
    /10109|10110|duplicated EpisodeOfCare/i,
    'clinic',
    [
      'Pasien ini masih punya episode perawatan aktif dengan jenis yang sama.',
      'The patient still has an active episode of care of this type.',
    ],
    ['Tutup episode yang aktif lebih dulu.', 'Close the active episode first.'],
    { code: 'DUPLICATE', path: null, name: '10109, 10110' },
  ),
  rule(
    /found duplicate/i,
    'clinic',
    ['Data ini sudah ada di SATUSEHAT.', 'This data is at SATUSEHAT already.'],
    [
      'Bandingkan dengan data yang sudah terkirim; bila ini kunjungan lain, beri no_registrasi lain.',
      'Compare with what was sent before; if this is another visit, give it another no_registrasi.',
    ],
    { code: 'DUPLICATE', path: null, name: 'Found duplicate …' },
  ),
  rule(
    '20003',
    'ministry',
    [
      'Kredensial klinik belum diberi izin untuk jenis data ini.',
      'The clinic’s credential may not write this type of data.',
    ],
    [
      'Ajukan izin jenis data ini ke Kementerian Kesehatan lewat helpdesk SATUSEHAT.',
      'Ask the ministry for the permission through the SATUSEHAT helpdesk.',
    ],
    mapper,
  ),
  rule('10001', 'clinic', ['Kode ini tidak dikenal SATUSEHAT.', 'SATUSEHAT does not know this code.'], code),
  rule(
    '10002',
    'operator',
    ['Sistem kode ini tidak diterima di sini.', 'This code system is not accepted here.'],
    [
      'Periksa system pada kode yang dikirim (http dan https berbeda).',
      'Check the system of the code (http and https differ).',
    ],
  ),
  rule(
    '10003',
    'clinic',
    ['Kode SNOMED CT ini tidak dikenal SATUSEHAT.', 'SATUSEHAT does not know this SNOMED CT code.'],
    ['Pakai kode lain atau kosongkan.', 'Use another code or leave it out.'],
  ),
  rule(
    '10010',
    'clinic',
    ['Kode pemeriksaan ini tidak dikenal SATUSEHAT.', 'SATUSEHAT does not know this observation code.'],
    code,
  ),
  rule(
    /\b1001[25]\b/,
    'clinic',
    ['Kode ini tidak dikenal SATUSEHAT.', 'SATUSEHAT does not know this code.'],
    code,
    {
      name: '10012, 10015',
    },
  ),
  rule('10024', 'clinic', ['Kode obat tidak ada di KFA.', 'The drug code is not in KFA.'], code),
  rule(
    '10050',
    'operator',
    ['Satuan jumlah obat tidak diterima.', 'The unit of the quantity is not accepted.'],
    report,
    mapper,
  ),
  rule('10056', 'clinic', ['Kode rute pemberian tidak dikenal.', 'The route code is not known.'], code),
  rule('10075', 'clinic', missing('AllergyIntolerance.category'), report, mapper),
  rule('10103', 'clinic', ['Kode vaksin tidak ada di KFA.', 'The vaccine code is not in KFA.'], code),
  rule(
    '10105',
    'clinic',
    [
      'Alasan imunisasi tidak ada atau tidak dikenal.',
      'The reason of the immunization is missing or unknown.',
    ],
    code,
  ),
  rule(
    '10117',
    'operator',
    [
      'Identitas data ini tidak memakai sistem organisasi klinik.',
      'The identifier is not of the clinic’s organization.',
    ],
    organization,
    mapper,
  ),
  rule(
    '10118',
    'clinic',
    ['Pasien kunjungan tidak ada.', 'The patient of the encounter is missing.'],
    ['Periksa pasien kunjungan ini.', 'Check the patient of this encounter.'],
    { path: 'Encounter.subject' },
  ),
  rule(
    '10120',
    'operator',
    ['Ruang atau poli kunjungan tidak ada.', 'The location of the encounter is missing.'],
    ['Petakan poli ini ke Location SATUSEHAT yang benar.', 'Map this poli to the right SATUSEHAT Location.'],
    { path: 'Encounter.location' },
  ),
  rule(
    /\b(10121|10173)\b/,
    'clinic',
    ['Jam selesai kunjungan harus setelah jam mulai.', 'The end of the visit must be later than its start.'],
    ['Periksa tanggal_kunjungan dan tanggal_selesai.', 'Check tanggal_kunjungan and tanggal_selesai.'],
    { path: 'Encounter.period.end', name: '10121, 10173' },
  ),
  rule(
    '10122',
    'operator',
    ['Riwayat status kunjungan belum lengkap.', 'The status history of the encounter is not complete.'],
    report,
    mapper,
  ),
  rule(
    '10124',
    'operator',
    ['Organisasi kunjungan tidak ada atau salah.', 'The organization of the encounter is missing or wrong.'],
    organization,
    mapper,
  ),
  rule(
    '10126',
    'clinic',
    ['Kunjungan diagnosis tidak ada.', 'The encounter of the diagnosis is missing.'],
    report,
    {
      path: 'Condition.encounter',
    },
  ),
  rule(
    '10128',
    'clinic',
    ['Kunjungan prosedur tidak ada.', 'The encounter of the procedure is missing.'],
    report,
    {
      path: 'Procedure.encounter',
    },
  ),
  rule(
    '10130',
    'clinic',
    ['Kunjungan observasi tidak ada.', 'The encounter of the observation is missing.'],
    report,
    {
      path: 'Observation.encounter',
    },
  ),
  rule(
    /\b(10132|10406|10295|10402|10403)\b/,
    'clinic',
    ['Waktu ini tidak diterima SATUSEHAT.', 'SATUSEHAT does not accept this time.'],
    dates,
    { name: '10132, 10295, 10402, 10403, 10406' },
  ),
  rule(
    '10134',
    'operator',
    ['Ada teks kosong pada data yang dikirim.', 'There is an empty text in the data.'],
    report,
  ),
  rule(
    '10171',
    'operator',
    ['Cara perubahan Location tidak diterima.', 'This way of changing a Location is not accepted.'],
    report,
    mapper,
  ),
  rule(
    /\b10200\b|wrong organization id/i,
    'operator',
    ['Data ini menyebut organisasi lain.', 'This data names another organization.'],
    organization,
    { path: null, name: '10200, wrong organization ID' },
  ),
  rule('10254', 'app', ['Angka dikirim sebagai teks.', 'A number was sent as text.'], report),
  rule('10263', 'operator', missing('Claim'), report, mapper),
  rule(
    '10296',
    'operator',
    ['Waktu terbit observasi tidak ada.', 'The issued time of the observation is missing.'],
    report,
    { path: 'Observation.issued' },
  ),
  rule(
    '10297',
    'clinic',
    ['Kode jawaban pemeriksaan tidak dikenal.', 'The answer code of the observation is not known.'],
    code,
  ),
  rule(
    /\b(10292|10306|10307|10450)\b/,
    'clinic',
    ['Data imunisasi belum lengkap.', 'The immunization is not complete.'],
    report,
    {
      path: null,
      name: '10292, 10306, 10307, 10450',
    },
  ),
  rule(
    '10336',
    'clinic',
    ['Dokter kunjungan tidak ada.', 'The doctor of the encounter is missing.'],
    ['Periksa ID SATUSEHAT dokter.', 'Check the SATUSEHAT id of the doctor.'],
    { path: 'Encounter.participant' },
  ),
  rule('10377', 'clinic', missing('ServiceRequest.performer'), report, mapper),
  rule(
    /\b(10383|10399)\b/,
    'clinic',
    [
      'Pemeriksa observasi tidak ada atau bukan tenaga kesehatan.',
      'Who made the observation is missing or not a practitioner.',
    ],
    [
      'Isi field dokter dengan ID SATUSEHAT pemeriksa.',
      'Give the SATUSEHAT id of who measured it in the field dokter.',
    ],
    { path: 'Observation.performer', name: '10383, 10399' },
  ),
  rule(
    /\b(10385|10387)\b/,
    'operator',
    ['DiagnosticReport belum lengkap.', 'The DiagnosticReport is not complete.'],
    report,
    {
      path: null,
      name: '10385, 10387',
    },
  ),
  rule(
    '10432',
    'operator',
    ['Identitas DiagnosticReport salah.', 'The identifier of the DiagnosticReport is wrong.'],
    report,
    mapper,
  ),
  rule(
    '10447',
    'operator',
    [
      'Location poli ini milik organisasi lain.',
      'The Location of this poli belongs to another organization.',
    ],
    [
      'Pengelola layanan perlu memeriksa organizationId dan pemetaan poli.',
      'Check organizationId and the map of poli.',
    ],
    { path: 'Encounter.location' },
  ),
  rule(
    '10457',
    'clinic',
    [
      'Kunjungan belum dapat diselesaikan: diagnosisnya belum ada.',
      'The visit cannot be finished: it has no diagnosis yet.',
    ],
    ['Kirim diagnosis kunjungan ini lebih dulu.', 'Send a diagnosis of this visit first.'],
    mapper,
  ),
  rule(
    '10458',
    'operator',
    ['Identitas EpisodeOfCare salah.', 'The identifier of the EpisodeOfCare is wrong.'],
    report,
    mapper,
  ),
  rule(
    '10480',
    'operator',
    ['Sistem kode ini tidak diterima di sini.', 'This code system is not accepted here.'],
    report,
  ),
  rule(
    /(not found|format): Patient\//,
    'clinic',
    ['Pasien tidak ditemukan di SATUSEHAT.', 'The patient was not found in SATUSEHAT.'],
    ['Periksa pasien, lalu kirim ulang.', 'Check the patient, then send again.'],
    {
      code: 'PATIENT_NOT_FOUND',
      path: '.subject',
      name: 'reference target(s) not found, Wrong reference ID format: Patient/…',
    },
  ),
  rule(
    /(not found|format): Practitioner\//,
    'clinic',
    ['Dokter tidak ditemukan di SATUSEHAT.', 'The practitioner was not found in SATUSEHAT.'],
    ['Periksa ID SATUSEHAT dokter.', 'Check the SATUSEHAT id of the doctor.'],
    { code: 'PRACTITIONER_NOT_FOUND', path: '.dokter', name: '… Practitioner/…' },
  ),
  rule(
    /(not found|format): Location\//,
    'operator',
    ['Location poli tidak ditemukan di SATUSEHAT.', 'The Location of the poli was not found in SATUSEHAT.'],
    [
      'Petakan poli ini ke Location SATUSEHAT yang ada.',
      'Map this poli to a SATUSEHAT Location that exists.',
    ],
    { code: 'HEALTHCARE_SERVICE_NOT_FOUND', path: 'Encounter.location', name: '… Location/…' },
  ),
  rule(
    /(not found|format): Encounter\//,
    'app',
    ['Kunjungan tidak ditemukan di SATUSEHAT.', 'The encounter was not found in SATUSEHAT.'],
    [
      'Pakai encounter_id atau log_id dari jawaban kunjungan.',
      'Use the encounter_id or log_id from the answer to the encounter.',
    ],
    { code: 'ENCOUNTER_NOT_FOUND', path: '.encounter', name: '… Encounter/…' },
  ),
  rule(
    /(not found|format): Organization\//,
    'operator',
    ['Organisasi klinik tidak dikenal SATUSEHAT.', 'SATUSEHAT does not know the clinic’s organization.'],
    organization,
    { path: null, name: '… Organization/…' },
  ),
  rule(
    /fhirpath-constraint-violation-Encounter\.period/i,
    'clinic',
    ['Jam selesai kunjungan harus setelah jam mulai.', 'The end of the visit must be later than its start.'],
    ['Periksa tanggal_kunjungan dan tanggal_selesai.', 'Check tanggal_kunjungan and tanggal_selesai.'],
    { path: 'Encounter.period.end', name: 'fhirpath-constraint-violation-Encounter.period' },
  ),
  rule(
    /business rule|consent or privacy|permission/i,
    'operator',
    [
      'Kredensial SATUSEHAT klinik tidak berhak atas data ini.',
      'The clinic’s SATUSEHAT credential has no right to this data.',
    ],
    [
      'Pengelola layanan perlu memeriksa organizationId dan kredensial pada konfigurasi klinik.',
      'Check organizationId and the credential in the clinic’s configuration.',
    ],
    { path: null, name: 'business rule, consent or privacy rules' },
  ),
  rule(
    /nik-ibu/i,
    'clinic',
    ['NIK ibu bukan milik perempuan.', 'The mother’s NIK is not a woman’s.'],
    ['Periksa NIK ibu.', 'Check the mother’s NIK.'],
    { path: null, name: 'Patient with nik-ibu is not female' },
  ),
  rule(
    /unparseable_resource|invalid value|invalid_headers|resource_mismatch|invalid_patch|missing query|can't be empty/i,
    'operator',
    ['SATUSEHAT tidak dapat membaca data ini.', 'SATUSEHAT cannot read this data.'],
    report,
    {
      name: 'unparseable_resource, invalid value, invalid_headers, resource_mismatch, Missing query parameters, …',
    },
  ),
];
