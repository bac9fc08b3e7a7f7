import { SatusehatClient } from 'satusehat-sdk';

const client = SatusehatClient.fromEnv();

// A whole visit in one call. The result says what went wrong instead of throwing it.
const { ok, data, error } = await client.safe.kirimKunjungan({
  encounter: {
    nik_pasien: '3201234567890123',
    tanggal_kunjungan: '2024-01-15T08:30:00+07:00',
    tanggal_selesai: '2024-01-15T09:15:00+07:00',
    jenis_layanan: '101',
    jenis_kunjungan: '1',
    poli: '100001',
    dokter: '10001234567',
    no_registrasi: process.argv[2],
  },
  diagnosis: [
    {
      tanggal_diagnosis: '2024-01-15T09:00:00+07:00',
      kode_icd10: 'I10',
      deskripsi_diagnosis: 'Hipertensi esensial',
    },
  ],
});
if (ok) {
  // `queued`: kept by the service, which delivers it. Wait for the end, or look later.
  const end = data.status === 'queued' ? await client.tungguSelesai(data.log_id) : undefined;
  console.log(end?.data.state ?? data.data?.delivery);
} else {
  switch (error.code) {
    case 'PATIENT_NOT_FOUND':
      console.error('Pasien belum dikenal SATUSEHAT: daftarkan dulu.');
      break;
    case 'PARTIALLY_SENT':
      // Send the same data again with this, and only the rest goes.
      console.error(JSON.stringify(error.details?.resume));
      break;
    default:
      console.error(`${error.code}, ${error.attempts} percobaan: ${error.message} ${error.remedy}`);
  }
  process.exitCode = 1;
}
