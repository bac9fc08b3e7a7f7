/** The guide's own diagnosis, observation and procedure, for a visit of your own. */

export const hypertension = (encounter_id: string, change: Record<string, unknown> = {}) => ({
  encounter_id,
  pasien_id: 'P00123456789',
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
  klinis_status: 'active' as const,
  verifikasi_status: 'confirmed' as const,
  keterangan: 'Diagnosis primer berdasarkan hasil pemeriksaan',
  ...change,
});

export const bloodPressure = (encounter_id: string, change: Record<string, unknown> = {}) => ({
  encounter_id,
  pasien_id: 'P00123456789',
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
  nilai: { value: 130, unit: 'mmHg', system: 'http://unitsofmeasure.org', code: 'mm[Hg]' },
  nilai_diatas: { value: 85, unit: 'mmHg', system: 'http://unitsofmeasure.org', code: 'mm[Hg]' },
  interpretasi: 'Normal',
  keterangan: 'Tekanan darah dalam batas normal',
  ...change,
});

/** The guide's codes are syntax only: 17.1 is another operation than its words. */
export const incision = (encounter_id: string, change: Record<string, unknown> = {}) => ({
  encounter_id,
  pasien_id: 'P00123456789',
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
  ...change,
});

/** The same without what a whole visit knows by itself. */
export function inVisit<T extends { encounter_id: string; pasien_id: string }>({
  encounter_id,
  pasien_id,
  ...rest
}: T): Omit<T, 'encounter_id' | 'pasien_id'> {
  return rest;
}
