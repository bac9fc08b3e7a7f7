import { isSatusehatError, SatusehatClient } from 'satusehat-sdk';

const client = new SatusehatClient({
  baseUrl: process.env.SATUSEHAT_BASE_URL,
  clinicCode: process.env.CLINIC_CODE,
  clinicSecret: process.env.CLINIC_SECRET,
});

// log_id of the encounter: works at once, also while the encounter is still queued.
const [encounter_id, pasien_id] = process.argv.slice(2);
try {
  const sent = await client.kirimDiagnosis({
    encounter_id,
    pasien_id,
    tanggal_diagnosis: '2024-01-15T09:00:00+00:00',
    kode_icd10: 'I10',
    deskripsi_diagnosis: 'Hipertensi esensial',
  });
  console.log(sent.data?.delivery, sent.id ?? sent.log_id);
  // The end of the visit, when it was not known before. With it and a diagnosis the visit is finished.
  const closed = await client.kirimEncounter({
    id: encounter_id,
    tanggal_selesai: '2024-01-15T09:15:00+00:00',
  });
  console.log(closed.status);
} catch (error) {
  if (!isSatusehatError(error)) throw error;
  console.error(`${error.code}: ${error.message} ${error.remedy}`);
  process.exitCode = 1;
}
