import { isSatusehatError, SatusehatClient } from 'satusehat-sdk';

// No secret here: the clinic's own server passes /satusehat on and adds the two headers.
const client = new SatusehatClient({ baseUrl: '/satusehat' });

export async function kirim(visit, show) {
  try {
    const sent = await client.kirimEncounter(visit);
    show(sent.status === 'success' ? `Terkirim: ${sent.encounter_id}` : `Disimpan: ${sent.log_id}`);
  } catch (error) {
    if (!isSatusehatError(error)) throw error;
    show(`${error.message} ${error.remedy}`);
  }
}
