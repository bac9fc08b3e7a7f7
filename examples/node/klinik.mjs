/** The evening's work of a clinic app: one visit, then those of the day, and what the staff is told of each error. */
import { readFile } from 'node:fs/promises';
import { isSatusehatError, SatusehatClient } from 'satusehat-sdk';

const satusehat = SatusehatClient.fromEnv(); // SATUSEHAT_BASE_URL, CLINIC_CODE, CLINIC_SECRET

// One visit.
try {
  const visit = JSON.parse(await readFile('kunjungan.json', 'utf8'));
  const sent = await satusehat.kirimEncounter(visit);
  // `queued`: kept on the service's disk, which sends it as soon as it can. Keep the log_id: getStatus(log_id) tells.
  console.log(sent.status === 'queued' ? `Disimpan: ${sent.log_id}` : `Terkirim: ${sent.encounter_id}`);
} catch (error) {
  console.log(explain(error));
}

// Many, a few at a time. Run again, as after a power cut, nothing is recorded twice.
const lines = (await readFile('kunjungan.ndjson', 'utf8')).trim().split('\n');
const visits = lines.map((line) => JSON.parse(line));
const batch = satusehat.kirimBatch(visits, {
  concurrency: 4,
  onProgress: ({ total }) => console.log(`${total} dari ${visits.length}`),
});
for await (const { index, ok, error } of batch) {
  if (!ok) console.log(`Baris ${index + 1}: ${explain(error)}`);
}
const { sent, queued, failed } = batch.report;
console.log(`Terkirim ${sent}, disimpan ${queued}, gagal ${failed}.`);

/** What the staff should see. A program decides by `code`; message and remedy are Indonesian, without a patient. */
function explain(error) {
  if (!isSatusehatError(error)) throw error;
  switch (error.code) {
    case 'MISSING_REQUIRED_FIELDS':
    case 'INVALID_FIELDS':
      // The clinic's own field names, all at once: mark them in the form.
      return (error.details?.fields ?? [error]).map(({ message }) => message).join(' ');
    case 'PATIENT_NOT_FOUND':
      return 'Pasien belum dikenal SATUSEHAT. Periksa NIK; bila benar, daftarkan pasien lalu kirim lagi.';
    case 'INVALID_CREDENTIALS':
    case 'CLINIC_INACTIVE':
      // Nothing the front desk can mend.
      return `Hubungi pengelola: ${error.message}`;
    case 'NETWORK_ERROR':
    case 'TIMEOUT':
    case 'OVERLOADED':
      // Tried several times already. The same data later is safe.
      return `Belum terkirim: ${error.message} Kirim lagi nanti.`;
    default:
      return `${error.message} ${error.remedy}`;
  }
}
