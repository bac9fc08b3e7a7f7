import { fileURLToPath } from 'node:url';
import express from 'express';
import { isSatusehatError, SatusehatClient } from 'satusehat-sdk';

/** The app's own form. Put it behind your app's sign-in: whoever reaches it sends visits. */
export function kunjungan(service) {
  const satusehat = new SatusehatClient({
    // Client and service are in one process: no socket between them, and no secret in the page.
    baseUrl: 'http://satusehat.invalid',
    fetch: (input, init) => service.fetch(new Request(input, init)),
    clinicCode: process.env.CLINIC_CODE,
    clinicSecret: process.env.CLINIC_SECRET,
  });
  const router = express.Router();
  router.get('/', (_request, response) => {
    response.sendFile(fileURLToPath(new URL('index.html', import.meta.url)));
  });
  router.post('/kunjungan', express.json(), async (request, response) => {
    const { tekanan_darah, suhu, ...isian } = request.body ?? {};
    const tanda_vital = { tekanan_darah, suhu: suhu ? Number(suhu) : undefined };
    try {
      // Sent twice, by a second click say, it is the same visit: recorded once.
      const sent = await satusehat.kirimEncounter({ ...isian, pemeriksaan_fisik: { tanda_vital } });
      const pesan =
        sent.status === 'queued' ? 'Disimpan; layanan mengirimnya sendiri.' : 'Terkirim ke SATUSEHAT.';
      response.json({ pesan, nomor: sent.log_id });
    } catch (error) {
      if (!isSatusehatError(error)) throw error;
      // In the clinic's own words: what is wrong, and what to do about it.
      response
        .status(error.status ?? (error.retryable ? 503 : 422))
        .json({ pesan: error.message, langkah: error.remedy, code: error.code });
    }
  });
  return router;
}
