/** The data of the guide's examples ("Struktur Data"), as printed there; the encounter is `guideVisit()`. */
import type { Body } from './clients.js';

/** The visit of the guide's other examples, known to `serve --sandbox`. */
export const guideIds = { encounter_id: 'encounter-12345', pasien_id: 'P00123456789' };
export type Ids = typeof guideIds;

export const diagnosis = (ids: Ids): Body => ({
  ...ids,
  tanggal_diagnosis: '2024-01-15T09:00:00Z',
  kode_icd10: 'I10',
  deskripsi_diagnosis: 'Hipertensi esensial',
  kategori: [
    {
      coding: [
        {
          system: 'http://terminology.hl7.org/CodeSystem/condition-category',
          code: 'encounter-diagnosis',
          display: 'Encounter Diagnosis',
        },
      ],
    },
  ],
  klinis_status: 'active',
  verifikasi_status: 'confirmed',
  keterangan: 'Diagnosis primer berdasarkan hasil pemeriksaan',
});

const millimetres = { unit: 'mmHg', system: 'http://unitsofmeasure.org', code: 'mm[Hg]' };

export const observation = (ids: Ids): Body => ({
  ...ids,
  tanggal_observasi: '2024-01-15T08:35:00Z',
  kategori: {
    system: 'http://terminology.hl7.org/CodeSystem/observation-category',
    code: 'vital-signs',
    display: 'Vital Signs',
  },
  kode: {
    coding: [
      {
        system: 'http://loinc.org',
        code: '85354-9',
        display: 'Blood pressure panel with all children optional',
      },
    ],
    text: 'Blood pressure systolic and diastolic',
  },
  nilai: { value: 130, ...millimetres },
  nilai_diatas: { value: 85, ...millimetres },
  interpretasi: 'Normal',
  keterangan: 'Tekanan darah dalam batas normal',
});

export const procedure = (ids: Ids): Body => ({
  ...ids,
  tanggal_prosedur: '2024-01-15T08:45:00Z',
  kode_prosedur: '17.1',
  deskripsi_prosedur: 'Insisi dan ekstraksi dari kista atau abses',
  kode_metode: '3951000132103',
  deskripsi_metode: 'Metode insesi',
  kode_alat: '27724004',
  deskripsi_alat: 'Scalpel',
  kondisi_klinis: 'Abses pada lengan kanan',
  komplikasi: 'Tidak ada',
  hasil: 'Prosedur berhasil, tidak ada komplikasi',
});

/** A doctor that the ministry publishes for its sandbox; the numbers and the rest are made up. */
export const doctor = {
  nik: '7209061211900001',
  nama: 'dr. Alexander',
  sip: 'SIP-CONTOH-1',
  str: 'STR-CONTOH-1',
  tempat_lahir: 'Contoh',
  tanggal_lahir: '1990-11-12',
  jenis_kelamin: 'L',
  alamat: 'Jalan Contoh 2',
  kode_provinsi: '32',
  kode_kabupaten: '3201',
  kode_kecamatan: '320101',
  kode_kelurahan: '3201011001',
  no_hp: '081200000001',
  email: 'dokter@klinik.example',
  spesialis: '101',
};
export const doctorId = '10009880728';
