/**
 * Every field of every request: what it means, and where it goes in FHIR. The documents, the OpenAPI description and
 * the decoding of the platform's refusals are made from it; a test holds it against the schemas and the mappers.
 */
import type { Words } from './codes.js';
import type { EndpointName } from './endpoints.js';

export interface FieldRow {
  /** Path in the clinic's JSON; `[]` for each item of a list. */
  field: string;
  meaning: Words;
  /** FHIR paths, without indexes. None: the service keeps it, or uses it to find something. */
  to: readonly string[];
  /** Code systems, codes and units. */
  codes?: Words;
  /** Why it goes there, or why it goes nowhere. */
  why?: Words;
  source: string;
}

type Both = readonly [id: string, en: string];
const both = ([id, en]: Both): Words => ({ id, en });

const row = (
  field: string,
  id: string,
  en: string,
  to: readonly string[],
  source: string,
  { codes, why }: { codes?: string | Both; why?: Both } = {},
): FieldRow => ({
  field,
  meaning: { id, en },
  to,
  source,
  // What has no words but codes is the same in both languages.
  ...(codes ? { codes: typeof codes === 'string' ? both([codes, codes]) : both(codes) } : {}),
  ...(why ? { why: both(why) } : {}),
});

const VISIT = 'guide, Data Kunjungan';
const DIAGNOSIS = 'guide, Data Diagnosis';
const OBSERVATION = 'guide, Data Observasi';
const PROCEDURE = 'guide, Data Prosedur';
const PATIENT = 'contract 3.8';
const PRACTITIONER = 'contract 3.9';
const rules = (section: string) => `mapping rules, ${section}`;

/** Everybody's `subject` in a visit. */
const SUBJECTS = [
  'Encounter.subject',
  'Condition.subject',
  'ClinicalImpression.subject',
  'Observation.subject',
];
const UCUM = 'UCUM http://unitsofmeasure.org';
const LOINC = 'LOINC http://loinc.org';

/** A vital sign: code, unit and value of one Observation. */
function vital(field: string, id: string, en: string, codes: string | Both): FieldRow {
  return row(
    `pemeriksaan_fisik.tanda_vital.${field}`,
    id,
    en,
    ['Observation.valueQuantity', 'Observation.code'],
    `${VISIT}; ${rules('Observation')}`,
    {
      codes,
      why: [
        'Satu Observation per nilai, kategori vital-signs; yang tidak diukur tidak dikirim.',
        'One Observation per value, category vital-signs; what was not measured is not there.',
      ],
    },
  );
}

const encounter: FieldRow[] = [
  row('nik_pasien', 'NIK pasien, 16 digit', 'NIK of the patient, 16 digits', SUBJECTS, VISIT, {
    codes: [
      'dicari sebagai https://fhir.kemkes.go.id/id/nik',
      'looked up as https://fhir.kemkes.go.id/id/nik',
    ],
    why: [
      'Dicari nomor IHS-nya; NIK sendiri tidak pernah dikirim sebagai isi.',
      'Resolved to the IHS number; the NIK itself is never written.',
    ],
  }),
  row(
    'pasien_id',
    'ID SATUSEHAT pasien, pengganti NIK',
    'SATUSEHAT id of the patient, instead of the NIK',
    SUBJECTS,
    'contract 3.1',
  ),
  row(
    'tanggal_kunjungan',
    'Mulai kunjungan, ISO 8601; tanpa zona berarti zona klinik',
    'Start of the visit, ISO 8601; without a zone it is the clinic’s own',
    [
      'Encounter.period.start',
      'Encounter.statusHistory',
      'Condition.recordedDate',
      'ClinicalImpression.effectiveDateTime',
      'ClinicalImpression.date',
      'Observation.effectiveDateTime',
      'Observation.issued',
    ],
    `${VISIT}; ${rules('Encounter')}`,
    {
      why: [
        'Ditulis dalam UTC dengan +00:00; tidak dapat diubah di platform setelah terkirim.',
        'Written in UTC with +00:00; frozen at the platform once sent.',
      ],
    },
  ),
  row(
    'tanggal_selesai',
    'Selesai kunjungan, ISO 8601; kosongkan selama belum selesai',
    'End of the visit, ISO 8601; leave out while it is open',
    ['Encounter.period.end', 'Encounter.statusHistory', 'Encounter.status'],
    `${VISIT}; ${rules('Encounter')}`,
    {
      why: [
        'Disimpan sampai ada diagnosis: kunjungan selesai bila ada waktu selesai dan diagnosis.',
        'Kept until a diagnosis finishes the visit: finished needs an end and a diagnosis.',
      ],
    },
  ),
  row(
    'jenis_layanan',
    'Jenis layanan: 101 rawat jalan, 102 rawat inap, lainnya menurut peta klinik',
    'Service type: 101 outpatient, 102 inpatient, others by the clinic’s map',
    ['Encounter.class'],
    `${VISIT}; contract 8`,
    { codes: 'http://terminology.hl7.org/CodeSystem/v3-ActCode: AMB, EMER, IMP' },
  ),
  row('jenis_kunjungan', 'Jenis kunjungan: 1 baru, 2 lama', 'Visit type: 1 new, 2 returning', [], VISIT, {
    why: [
      'Disimpan di layanan: Encounter rawat jalan tidak punya tempat untuk ini.',
      'Kept by the service: the outpatient Encounter has no place for it.',
    ],
  }),
  row(
    'poli',
    'Kode poli, atau ID Location-nya',
    'Code of the poli, or id of its Location',
    ['Encounter.location'],
    VISIT,
    {
      codes: [
        'dicari sebagai http://sys-ids.kemkes.go.id/location/{org}',
        'looked up as http://sys-ids.kemkes.go.id/location/{org}',
      ],
      why: [
        'Peta klinik sendiri lebih dulu; kelas rawat dan cara pulang hanya bila ada di konfigurasi itu.',
        'The clinic’s own map first; a service class or disposition only when configured there.',
      ],
    },
  ),
  row(
    'dokter',
    'ID SATUSEHAT dokter, atau NIK-nya',
    'SATUSEHAT id of the doctor, or the doctor’s NIK',
    ['Encounter.participant', 'Observation.performer', 'ClinicalImpression.assessor'],
    VISIT,
    { codes: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType: ATND' },
  ),
  row(
    'penjamin',
    'Penjamin, kode klinik sendiri',
    'Payer, the clinic’s own code',
    [],
    `${VISIT}; contract 8`,
    {
      why: [
        'Disimpan di layanan: penjamin termasuk modul klaim, dan tidak ada sumber yang menjelaskan arti kodenya.',
        'Kept by the service: payers belong to the claim modules, and no source says what the codes mean.',
      ],
    },
  ),
  row(
    'keluhan_utama',
    'Keluhan utama, teks bebas',
    'Chief complaint, free text',
    ['Condition.note', 'Condition.code.text', 'Encounter.diagnosis'],
    `${VISIT}; ${rules('Chief complaint and anamnesa')}`,
    {
      codes: [
        'kategori http://terminology.kemkes.go.id: chief-complaint; use CC di Encounter.diagnosis',
        'category http://terminology.kemkes.go.id: chief-complaint; use CC in Encounter.diagnosis',
      ],
      why: ['Tanpa keluhan, tidak ada Condition.', 'No complaint, no Condition.'],
    },
  ),
  row(
    'kode_keluhan_utama',
    'Kode SNOMED CT keluhan utama',
    'SNOMED CT code of the chief complaint',
    ['Condition.code.coding'],
    rules('Chief complaint and anamnesa'),
    {
      codes: [
        'http://snomed.info/sct; tanpa isian 409586006 Complaint',
        'http://snomed.info/sct; without it 409586006 Complaint',
      ],
    },
  ),
  row(
    'anamnesa',
    'Riwayat penyakit, teks bebas',
    'History, free text',
    ['ClinicalImpression.summary'],
    `${VISIT}; ${rules('Chief complaint and anamnesa')}`,
    {
      codes: [
        'kode http://snomed.info/sct: 312850006 History of disorder',
        'code http://snomed.info/sct: 312850006 History of disorder',
      ],
    },
  ),
  vital(
    'tekanan_darah',
    'Tekanan darah sistolik/diastolik, mmHg',
    'Blood pressure systolic/diastolic, mmHg',
    [`${LOINC}: 8480-6 dan 8462-4; ${UCUM}: mm[Hg]`, `${LOINC}: 8480-6 and 8462-4; ${UCUM}: mm[Hg]`],
  ),
  vital('nadi', 'Nadi per menit', 'Pulse, beats a minute', `${LOINC}: 8867-4; ${UCUM}: /min`),
  vital('suhu', 'Suhu tubuh, °C', 'Body temperature, °C', `${LOINC}: 8310-5; ${UCUM}: Cel`),
  vital(
    'pernapasan',
    'Pernapasan per menit',
    'Respiration, breaths a minute',
    `${LOINC}: 9279-1; ${UCUM}: /min`,
  ),
  vital('tinggi', 'Tinggi badan, cm', 'Height, cm', `${LOINC}: 8302-2; ${UCUM}: cm`),
  vital('berat', 'Berat badan, kg', 'Weight, kg', `${LOINC}: 29463-7; ${UCUM}: kg`),
  vital(
    'lingkar_perut',
    'Lingkar perut, cm',
    'Waist, cm',
    `SNOMED CT http://snomed.info/sct: 396552003; ${UCUM}: cm`,
  ),
  row(
    'no_registrasi',
    'Nomor registrasi kunjungan di klinik, bukan NIK',
    'The clinic’s registration number of the visit, never a NIK',
    [
      'Encounter.identifier',
      'Condition.identifier',
      'ClinicalImpression.identifier',
      'Observation.identifier',
    ],
    rules('Encounter'),
    {
      codes: 'http://sys-ids.kemkes.go.id/encounter/{org}',
      why: [
        'Kunjungan yang diketik dua kali ketahuan dari sini. Tanpa isian, log_id yang dipakai.',
        'A visit typed twice is caught by it. Without it the log_id stands there.',
      ],
    },
  ),
  row(
    'cara_pulang',
    'Cara pulang: home, aadvice, other-hcf, oth, exp-lt48h, exp-gt48h',
    'How the patient left: home, aadvice, other-hcf, oth, exp-lt48h, exp-gt48h',
    ['Encounter.hospitalization'],
    rules('Encounter'),
    {
      codes: [
        'http://terminology.hl7.org/CodeSystem/discharge-disposition; http://terminology.kemkes.go.id/CodeSystem/discharge-disposition untuk exp-*',
        'http://terminology.hl7.org/CodeSystem/discharge-disposition; http://terminology.kemkes.go.id/CodeSystem/discharge-disposition for exp-*',
      ],
      why: [
        'Dikirim saat kunjungan selesai; tidak pernah diisi otomatis.',
        'Sent when the visit is finished; never a default.',
      ],
    },
  ),
  row(
    'id',
    'encounter_id atau log_id kunjungan yang sudah dikirim: memperbarui kunjungan itu',
    'encounter_id or log_id of a visit sent before: updates that visit',
    [],
    'contract 3.1',
    {
      why: [
        'Menunjuk Encounter yang diambil, digabung dan diganti.',
        'Says which Encounter is fetched, merged and replaced.',
      ],
    },
  ),
];

const hanging = (what: { id: string; en: string }): FieldRow[] => [
  row(
    'encounter_id',
    'encounter_id atau log_id kunjungannya',
    'encounter_id or log_id of its visit',
    ['.encounter'],
    'guide; contract 6',
  ),
  row(
    'pasien_id',
    'ID SATUSEHAT pasien; harus pasien kunjungan itu',
    'SATUSEHAT id of the patient; must be the visit’s',
    ['.subject'],
    'guide; mapping rules, Across resources',
    {
      why: [
        'Dicocokkan: rujukannya diambil dari Encounter.',
        'Checked: the reference is taken from the Encounter.',
      ],
    },
  ),
  row(
    'id',
    `id atau log_id ${what.id} yang sudah dikirim: memperbaikinya`,
    `id or log_id of ${what.en} sent before: corrects it`,
    [],
    'mapping rules, Corrections and voids',
    { why: ['Menunjuk data yang diperbaiki.', 'Says which resource is corrected.'] },
  ),
];

/** Paths that begin with a dot stand for one resource type. */
function of(type: string, rows: FieldRow[]): FieldRow[] {
  return rows.map((one) => ({
    ...one,
    to: one.to.map((path) => (path.startsWith('.') ? `${type}${path}` : path)),
  }));
}

const diagnosis: FieldRow[] = of('Condition', [
  ...hanging({ id: 'diagnosis', en: 'a diagnosis' }),
  row(
    'tanggal_diagnosis',
    'Waktu diagnosis, ISO 8601',
    'When it was diagnosed, ISO 8601',
    ['.recordedDate'],
    DIAGNOSIS,
  ),
  row('kode_icd10', 'Kode ICD-10 versi 2010', 'ICD-10 code, 2010 edition', ['.code.coding'], DIAGNOSIS, {
    codes: 'http://hl7.org/fhir/sid/icd-10',
    why: [
      'Nama resminya ikut ditulis bila ada di tabel kami.',
      'Its official title stands beside it where our table has one.',
    ],
  }),
  row(
    'deskripsi_diagnosis',
    'Diagnosis dalam kata-kata klinik',
    'The diagnosis in the clinic’s words',
    ['.code.text'],
    DIAGNOSIS,
  ),
  row(
    'kategori',
    'Daftar kategori; tanpa isian: encounter-diagnosis',
    'List of categories; left out: encounter-diagnosis',
    ['.category', 'Encounter.diagnosis'],
    `${DIAGNOSIS}; ${rules('Diagnosis')}`,
    {
      codes:
        'http://terminology.hl7.org/CodeSystem/condition-category: encounter-diagnosis, problem-list-item',
      why: [
        'Hanya encounter-diagnosis yang menjadi diagnosis pulang (DD) kunjungan.',
        'Only an encounter-diagnosis becomes a discharge diagnosis (DD) of the visit.',
      ],
    },
  ),
  row(
    'klinis_status',
    'Status klinis; tanpa isian: active',
    'Clinical status; left out: active',
    ['.clinicalStatus'],
    DIAGNOSIS,
    {
      codes: 'http://terminology.hl7.org/CodeSystem/condition-clinical',
    },
  ),
  row(
    'verifikasi_status',
    'Status verifikasi; tanpa isian tidak dikirim',
    'Verification status; left out it is not sent',
    ['.verificationStatus', '.clinicalStatus', 'Encounter.diagnosis'],
    `${DIAGNOSIS}; ${rules('Diagnosis')}`,
    {
      codes: 'http://terminology.hl7.org/CodeSystem/condition-ver-status',
      why: [
        'refuted dan entered-in-error bukan diagnosis pulang; entered-in-error hanya dengan id.',
        'refuted and entered-in-error are no discharge diagnosis; entered-in-error only with id.',
      ],
    },
  ),
  row('keterangan', 'Catatan', 'Note', ['.note'], DIAGNOSIS),
  row('onset_date', 'Mulai sakit, ISO 8601', 'When it began, ISO 8601', ['.onsetDateTime'], 'contract 3.2'),
  row(
    'tingkat_keparahan',
    'Tingkat keparahan, CodeableConcept',
    'Severity, CodeableConcept',
    ['.severity'],
    'contract 3.2',
    { codes: ['misalnya SNOMED CT http://snomed.info/sct', 'for example SNOMED CT http://snomed.info/sct'] },
  ),
  row(
    'dokter',
    'ID SATUSEHAT atau NIK dokter yang mencatat',
    'SATUSEHAT id or NIK of the doctor who recorded it',
    ['.recorder'],
    'mapping rules, Observation',
  ),
]);

const observation: FieldRow[] = of('Observation', [
  ...hanging({ id: 'observasi', en: 'an observation' }),
  row(
    'tanggal_observasi',
    'Waktu pengukuran, ISO 8601',
    'When it was measured, ISO 8601',
    ['.effectiveDateTime', '.issued'],
    `${OBSERVATION}; ${rules('Observation')}`,
  ),
  row('kategori', 'Kategori, satu Coding', 'Category, one Coding', ['.category'], OBSERVATION, {
    codes: 'http://terminology.hl7.org/CodeSystem/observation-category: vital-signs, laboratory, exam, …',
  }),
  row(
    'kode',
    'Yang diukur, CodeableConcept LOINC',
    'What was measured, a LOINC CodeableConcept',
    ['.code', '.valueQuantity'],
    `${OBSERVATION}; ${rules('Observation')}`,
    {
      codes: [`${LOINC}; 85354-9 menjadi 8480-6 dan 8462-4`, `${LOINC}; 85354-9 becomes 8480-6 and 8462-4`],
      why: [
        'Kode tanda vital menentukan penulisan satuannya.',
        'The code of a vital sign settles how its unit is spelled.',
      ],
    },
  ),
  row(
    'nilai',
    'Nilai dengan satuannya; pada tekanan darah: sistolik',
    'Value with its unit; of a blood pressure the systolic one',
    ['.valueQuantity'],
    OBSERVATION,
    { codes: UCUM },
  ),
  row(
    'nilai_diatas',
    'Nilai diastolik, hanya untuk tekanan darah',
    'Diastolic value, only for a blood pressure',
    ['.valueQuantity', '.code'],
    `${OBSERVATION}; contract 3.3`,
    {
      codes: `${LOINC}: 8462-4; ${UCUM}: mm[Hg]`,
      why: [
        'Observation tersendiri, dengan identifier sendiri.',
        'An Observation of its own, with an identifier of its own.',
      ],
    },
  ),
  row(
    'interpretasi',
    'Normal, Tinggi, Rendah, Abnormal, Tidak normal, Positif, Negatif, Reaktif, Nonreaktif; kata lain menjadi catatan',
    'Normal, Tinggi, Rendah, Abnormal, Tidak normal, Positif, Negatif, Reaktif, Nonreaktif; other words become a note',
    ['.interpretation', '.note'],
    `${OBSERVATION}; ${rules('Observation')}`,
    {
      codes:
        'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation: N, H, L, A, POS, NEG, RR, NR',
    },
  ),
  row('keterangan', 'Catatan', 'Note', ['.note'], OBSERVATION),
  row(
    'dokter',
    'ID SATUSEHAT atau NIK pemeriksa; tanpa isian: dokter kunjungan',
    'SATUSEHAT id or NIK of who measured it; left out: the visit’s doctor',
    ['.performer'],
    rules('Observation'),
  ),
]);

const procedure: FieldRow[] = of('Procedure', [
  ...hanging({ id: 'prosedur', en: 'a procedure' }),
  row(
    'tanggal_prosedur',
    'Waktu tindakan, ISO 8601',
    'When it was done, ISO 8601',
    ['.performedDateTime'],
    PROCEDURE,
  ),
  row(
    'kode_prosedur',
    'Kode ICD-9-CM, KPTL atau SNOMED CT',
    'ICD-9-CM, KPTL or SNOMED CT code',
    ['.code.coding'],
    PROCEDURE,
    {
      codes:
        'http://hl7.org/fhir/sid/icd-9-cm; http://terminology.kemkes.go.id/CodeSystem/kptl; http://snomed.info/sct',
      why: [
        'Dibedakan dari bentuknya; nama resminya ikut ditulis bila ada di tabel kami.',
        'Told apart by their form; the official title stands beside it where our table has one.',
      ],
    },
  ),
  row(
    'deskripsi_prosedur',
    'Tindakan dalam kata-kata klinik',
    'The procedure in the clinic’s words',
    ['.code.text'],
    PROCEDURE,
  ),
  row('kode_metode', 'Kode metode', 'Code of the method', ['.note'], `${PROCEDURE}; ${rules('Procedure')}`, {
    codes: [
      'dengan pilihan procedureMethod dan kode SNOMED CT yang sah juga extension procedure-method',
      'with the switch procedureMethod and a valid SNOMED CT code also the extension procedure-method',
    ],
    why: ['Satu baris berlabel di dalam catatan.', 'A labelled line of the note.'],
  }),
  row('deskripsi_metode', 'Metode', 'Method', ['.note'], `${PROCEDURE}; ${rules('Procedure')}`, {
    why: ['Satu baris berlabel di dalam catatan.', 'A labelled line of the note.'],
  }),
  row(
    'kode_alat',
    'Kode alat',
    'Code of the device',
    ['.note', '.usedCode'],
    `${PROCEDURE}; ${rules('Procedure')}`,
    {
      codes: [
        'KFA http://sys-ids.kemkes.go.id/kfa ke usedCode',
        'KFA http://sys-ids.kemkes.go.id/kfa to usedCode',
      ],
      why: [
        'Dikirim sebagai kode hanya bila kodenya dari katalog Kemenkes (KFA).',
        'Coded only for a code of the ministry’s catalogue (KFA).',
      ],
    },
  ),
  row('deskripsi_alat', 'Alat', 'Device', ['.note', '.usedCode'], `${PROCEDURE}; ${rules('Procedure')}`),
  row(
    'kondisi_klinis',
    'Kondisi yang menjadi alasan tindakan',
    'The condition it was done for',
    ['.note', '.reasonCode'],
    `${PROCEDURE}; ${rules('Procedure')}`,
    {
      codes: [
        'ICD-10 http://hl7.org/fhir/sid/icd-10 bila isiannya hanya kode itu',
        'ICD-10 http://hl7.org/fhir/sid/icd-10 when the field holds nothing but such a code',
      ],
    },
  ),
  row(
    'komplikasi',
    'Komplikasi',
    'Complication',
    ['.note', '.complication'],
    `${PROCEDURE}; ${rules('Procedure')}`,
    {
      codes: [
        'ICD-10 http://hl7.org/fhir/sid/icd-10 bila isiannya hanya kode itu',
        'ICD-10 http://hl7.org/fhir/sid/icd-10 when the field holds nothing but such a code',
      ],
    },
  ),
  row('hasil', 'Hasil', 'Result', ['.note', '.outcome'], `${PROCEDURE}; ${rules('Procedure')}`, {
    codes: [
      'SNOMED CT http://snomed.info/sct bila isiannya hanya kode itu',
      'SNOMED CT http://snomed.info/sct when the field holds nothing but such a code',
    ],
  }),
  row(
    'dokter',
    'ID SATUSEHAT atau NIK pelaku; tanpa isian: dokter kunjungan',
    'SATUSEHAT id or NIK of who did it; left out: the visit’s doctor',
    ['.performer'],
    rules('Procedure'),
  ),
]);

const notHere: Words = {
  id: 'Ditolak di sini: semua isi kunjungan utuh adalah data baru.',
  en: 'Refused here: everything in a whole visit is new.',
};

/** The rows of what hangs on a visit, as they stand inside `POST /api/kunjungan`. */
function inside(list: string, rows: FieldRow[]): FieldRow[] {
  return rows.map((one) => {
    const unused = one.field === 'encounter_id' || one.field === 'id';
    return {
      ...one,
      field: `${list}[].${one.field}`,
      ...(unused ? { to: [], why: notHere } : {}),
    };
  });
}

const region = ['provinsi', 'kabupaten', 'kecamatan', 'kelurahan'].map((level) =>
  row(
    `kode_${level}`,
    `Kode ${level} Kemendagri`,
    `Region code of the Ministry of Home Affairs (${level})`,
    ['Patient.address'],
    PATIENT,
    { codes: 'extension https://fhir.kemkes.go.id/r4/StructureDefinition/administrativeCode' },
  ),
);

const registerPatient: FieldRow[] = [
  row('nik', 'NIK, 16 digit', 'NIK, 16 digits', ['Patient.identifier'], PATIENT, {
    codes: 'https://fhir.kemkes.go.id/id/nik',
  }),
  row('nama', 'Nama lengkap sesuai KTP', 'Full name as on the identity card', ['Patient.name'], PATIENT),
  row(
    'tanggal_lahir',
    'Tanggal lahir, YYYY-MM-DD',
    'Date of birth, YYYY-MM-DD',
    ['Patient.birthDate'],
    PATIENT,
  ),
  row('jenis_kelamin', 'L atau P', 'L male, P female', ['Patient.gender'], PATIENT),
  row('alamat', 'Alamat', 'Address', ['Patient.address'], PATIENT),
  ...region,
  row('no_hp', 'Nomor telepon', 'Telephone number', ['Patient.telecom'], PATIENT),
  row('nama_ibu', 'Nama ibu', 'Mother’s name', ['Patient.contact'], PATIENT, {
    codes: 'http://terminology.hl7.org/CodeSystem/v3-RoleCode: MTH',
  }),
  row('gol_darah', 'Golongan darah A, B, AB atau O', 'Blood group A, B, AB or O', [], PATIENT, {
    why: [
      'Data pasien nasional tidak punya tempat untuk ini; jawabannya memberi tahu.',
      'The national patient index has no place for it; the answer says so.',
    ],
  }),
  row('status_nikah', 'Status nikah', 'Marital status', ['Patient.maritalStatus'], PATIENT, {
    codes: 'http://terminology.hl7.org/CodeSystem/v3-MaritalStatus: S, M, D, W',
  }),
  row('pekerjaan', 'Pekerjaan', 'Occupation', [], PATIENT, {
    why: [
      'Data pasien nasional tidak punya tempat untuk ini; jawabannya memberi tahu.',
      'The national patient index has no place for it; the answer says so.',
    ],
  }),
];

const nowhere: Both = [
  'Dokter tidak dapat dibuat di platform: dicari dari NIK, lalu SIP dan STR-nya dicatat.',
  'Practitioners cannot be created at the platform: found by NIK, SIP and STR are remembered.',
];
const registerPractitioner: FieldRow[] = [
  row('nik', 'NIK dokter, 16 digit', 'NIK of the practitioner, 16 digits', [], PRACTITIONER, {
    codes: [
      'dicari sebagai https://fhir.kemkes.go.id/id/nik',
      'looked up as https://fhir.kemkes.go.id/id/nik',
    ],
    why: nowhere,
  }),
  ...(
    [
      ['nama', 'Nama', 'Name'],
      ['sip', 'Surat Izin Praktik', 'Licence to practise (SIP)'],
      ['str', 'Surat Tanda Registrasi', 'Registration certificate (STR)'],
      ['tempat_lahir', 'Tempat lahir', 'Place of birth'],
      ['tanggal_lahir', 'Tanggal lahir, YYYY-MM-DD', 'Date of birth, YYYY-MM-DD'],
      ['jenis_kelamin', 'L atau P', 'L male, P female'],
      ['alamat', 'Alamat', 'Address'],
      ['kode_provinsi', 'Kode provinsi Kemendagri', 'Region code (province)'],
      ['kode_kabupaten', 'Kode kabupaten Kemendagri', 'Region code (city)'],
      ['kode_kecamatan', 'Kode kecamatan Kemendagri', 'Region code (district)'],
      ['kode_kelurahan', 'Kode kelurahan Kemendagri', 'Region code (village)'],
      ['no_hp', 'Nomor telepon', 'Telephone number'],
      ['email', 'Alamat email', 'E-mail address'],
      ['spesialis', 'Kode spesialis', 'Code of the speciality'],
    ] as const
  ).map(([field, id, en]) => row(field, id, en, [], PRACTITIONER, { why: nowhere })),
];

const lookUp: Both = ['Hanya untuk pencarian.', 'Used for the look-up alone.'];

export const fieldTable = {
  kirimEncounter: encounter,
  kirimDiagnosis: diagnosis,
  kirimObservation: observation,
  kirimProcedure: procedure,
  kirimKunjungan: [
    ...encounter.map((one) => (one.field === 'id' ? { ...one, why: notHere } : one)),
    ...inside('diagnosis', diagnosis),
    ...inside('observasi', observation),
    ...inside('prosedur', procedure),
  ],
  getPatientId: [
    row('nik', 'NIK pasien, 16 digit', 'NIK of the patient, 16 digits', [], 'contract 3.5', {
      codes: 'https://fhir.kemkes.go.id/id/nik',
      why: lookUp,
    }),
  ],
  getPractitionerId: [
    row('nik', 'NIK dokter, 16 digit', 'NIK of the practitioner, 16 digits', [], 'contract 3.6', {
      codes: 'https://fhir.kemkes.go.id/id/nik',
      why: lookUp,
    }),
    row(
      'sip',
      'Surat Izin Praktik, dari direktori klinik',
      'SIP, from the clinic’s own directory',
      [],
      'contract 3.6',
      {
        why: ['Platform tidak mencari dengan ini.', 'The platform does not search by it.'],
      },
    ),
    row(
      'str',
      'Surat Tanda Registrasi, dari direktori klinik',
      'STR, from the clinic’s own directory',
      [],
      'contract 3.6',
      { why: ['Platform tidak mencari dengan ini.', 'The platform does not search by it.'] },
    ),
  ],
  getHealthcareServiceId: [
    row('kode_poli', 'Kode poli', 'Code of the poli', [], 'contract 3.7', {
      codes: 'http://sys-ids.kemkes.go.id/location/{org}',
      why: lookUp,
    }),
  ],
  registerPatient,
  registerPractitioner,
  batalLog: [
    row('alasan', 'Alasan pembatalan', 'Why it is withdrawn', [], 'mapping rules, Corrections and voids', {
      why: ['Disimpan di layanan.', 'Kept by the service.'],
    }),
  ],
} as const satisfies Partial<Record<EndpointName, readonly FieldRow[]>>;

export type TabledEndpoint = keyof typeof fieldTable;

/**
 * The clinic's field behind a FHIR path of the platform's refusal, e.g. `tanggal_diagnosis` for
 * `Condition.recordedDate`; undefined when no field of that endpoint goes there.
 */
export function fieldBehind(endpoint: string, path: string): string | undefined {
  const rows: readonly FieldRow[] = Object.hasOwn(fieldTable, endpoint)
    ? fieldTable[endpoint as TabledEndpoint]
    : [];
  const plain = path.replace(/\[\d+\]/g, '').replace(/^Bundle\.entry\.resource\./, '');
  const fits = rows.flatMap((one) =>
    one.to.filter((to) => plain === to || plain.startsWith(`${to}.`)).map((to) => ({ one, to })),
  );
  // The longest path says it most exactly; of several fields the first.
  return fits.sort((a, b) => b.to.length - a.to.length)[0]?.one.field;
}
