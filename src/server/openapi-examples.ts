/** Examples of the guide for `/openapi.json`. */
import type { EndpointName } from '../contract/endpoints.js';

interface Example {
  request?: unknown;
  response?: unknown;
  queued?: unknown;
}

const LOG = '0b0a6e1e-55f3-4d44-8f0a-6f3f2f6f1d11';
const VISIT = '5d5cfbd6-692e-49cb-a783-e4cd419c34c2';

const encounter = {
  nik_pasien: '3201234567890123',
  tanggal_kunjungan: '2024-01-15T08:30:00Z',
  tanggal_selesai: '2024-01-15T09:15:00Z',
  jenis_layanan: '101',
  jenis_kunjungan: '1',
  poli: '100001',
  dokter: '10001234567',
  penjamin: '1',
  keluhan_utama: 'Sakit kepala berat sejak 3 hari lalu',
  anamnesa: 'Pasien datang dengan keluhan sakit kepala berat',
  pemeriksaan_fisik: {
    tanda_vital: { tekanan_darah: '130/85', nadi: 82, suhu: 37.2, pernapasan: 18, tinggi: 165, berat: 65.5 },
  },
};

const diagnosis = {
  tanggal_diagnosis: '2024-01-15T09:00:00Z',
  kode_icd10: 'I10',
  deskripsi_diagnosis: 'Hipertensi esensial',
  klinis_status: 'active',
  verifikasi_status: 'confirmed',
};

const observation = {
  tanggal_observasi: '2024-01-15T08:35:00Z',
  kategori: { system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs' },
  kode: { coding: [{ system: 'http://loinc.org', code: '85354-9' }] },
  nilai: { value: 130, unit: 'mmHg', system: 'http://unitsofmeasure.org', code: 'mm[Hg]' },
  nilai_diatas: { value: 85, unit: 'mmHg', system: 'http://unitsofmeasure.org', code: 'mm[Hg]' },
  interpretasi: 'Normal',
};

const procedure = {
  tanggal_prosedur: '2024-01-15T08:45:00Z',
  kode_prosedur: '89.52',
  deskripsi_prosedur: 'Elektrokardiogram',
  hasil: 'Irama sinus',
};

const hanging = { encounter_id: VISIT, pasien_id: 'P00123456789' };

const person = {
  nik: '3201010101990003',
  nama: 'Contoh Pasien',
  tanggal_lahir: '1999-01-01',
  jenis_kelamin: 'P',
  alamat: 'Jalan Contoh 1',
  kode_provinsi: '32',
  kode_kabupaten: '3201',
  kode_kecamatan: '320101',
  kode_kelurahan: '3201011001',
  no_hp: '081200000000',
};

function sent(message: string, id: string): unknown {
  const ids = { id, satusehat_id: id, encounter_id: VISIT, pasien_id: 'P00123456789' };
  return { status: 'success', log_id: LOG, message, ...ids, data: { ...ids, delivery: 'sent' } };
}

function kept(status: 'queued' | 'success', what: string): unknown {
  const message = `${what} diterima dan disimpan; layanan akan mengirimkannya ke SATUSEHAT.`;
  return { status, log_id: LOG, message, data: { delivery: 'queued' } };
}

function found(satusehat_id: string, message: string): unknown {
  return { status: 'success', satusehat_id, message, data: { satusehat_id } };
}

function registered(id: string, message: string): unknown {
  return { status: 'success', id, satusehat_id: id, message, data: { id, satusehat_id: id } };
}

export const examples: Partial<Record<EndpointName, Example>> = {
  kirimEncounter: {
    request: encounter,
    response: sent('Kunjungan terkirim ke SATUSEHAT.', VISIT),
    queued: kept('queued', 'Kunjungan'),
  },
  kirimDiagnosis: {
    request: { ...hanging, ...diagnosis },
    response: sent('Diagnosis terkirim ke SATUSEHAT.', 'c3c2a0a4-6a55-4f0f-9b55-2a8a5f3f7b10'),
    queued: kept('success', 'Diagnosis'),
  },
  kirimObservation: {
    request: { ...hanging, ...observation },
    response: sent('Observasi terkirim ke SATUSEHAT.', 'c3c2a0a4-6a55-4f0f-9b55-2a8a5f3f7b11'),
    queued: kept('success', 'Observasi'),
  },
  kirimProcedure: {
    request: { ...hanging, ...procedure },
    response: sent('Prosedur terkirim ke SATUSEHAT.', 'c3c2a0a4-6a55-4f0f-9b55-2a8a5f3f7b12'),
    queued: kept('success', 'Prosedur'),
  },
  kirimKunjungan: {
    request: { ...encounter, diagnosis: [diagnosis], observasi: [observation], prosedur: [procedure] },
    response: sent('Kunjungan utuh terkirim ke SATUSEHAT.', VISIT),
    queued: kept('queued', 'Kunjungan'),
  },
  getPatientId: {
    request: { nik: '3201234567890123' },
    response: found('P00123456789', 'Pasien ditemukan di SATUSEHAT.'),
  },
  getPractitionerId: {
    request: { nik: '3201234567890123', sip: '1234567890', str: '0987654321' },
    response: found('10001234567', 'Dokter ditemukan di SATUSEHAT.'),
  },
  getHealthcareServiceId: {
    request: { kode_poli: '100001' },
    response: found('7d4f9b1e-3c0a-4a58-9d1c-5f2b8a6e1001', 'Poli ditemukan di SATUSEHAT.'),
  },
  registerPatient: {
    request: { ...person, nama_ibu: 'Ibu Contoh' },
    response: registered('P09900000003', 'Pasien terdaftar di SATUSEHAT.'),
  },
  registerPractitioner: {
    request: {
      ...person,
      nik: '7209061211900001',
      nama: 'dr. Alexander',
      sip: '1234567890',
      str: '0987654321',
      tempat_lahir: 'Bandung',
      email: 'dokter@klinik.example',
      spesialis: '101',
    },
    response: registered(
      '10009880728',
      'Dokter ditemukan di SATUSEHAT; SIP dan STR dicatat untuk klinik ini.',
    ),
  },
  getLog: {
    response: {
      status: 'success',
      log_id: LOG,
      message: 'Terkirim ke SATUSEHAT.',
      data: {
        endpoint: 'kirimEncounter',
        state: 'sent',
        attempts: [{ at: '2024-01-15T09:16:00.000Z', outcome: 'sent' }],
        encounter_id: VISIT,
        pasien_id: 'P00123456789',
      },
    },
  },
  resendLog: {
    request: encounter,
    response: sent('Kunjungan terkirim ke SATUSEHAT.', VISIT),
    queued: kept('queued', 'Kunjungan'),
  },
  batalLog: {
    request: { alasan: 'Salah pasien' },
    response: {
      status: 'success',
      log_id: LOG,
      message: 'Data ini dibatalkan di SATUSEHAT.',
      data: { state: 'void', delivery: 'sent' },
    },
    queued: {
      status: 'success',
      log_id: LOG,
      message: 'Pembatalan diterima dan disimpan; layanan akan mengirimkannya ke SATUSEHAT.',
      data: { state: 'queued', delivery: 'queued' },
    },
  },
};
