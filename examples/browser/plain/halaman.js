/* global Satusehat */
// No secret here: the page's own server passes /satusehat on and adds the two headers.
const satusehat = new Satusehat.SatusehatClient({ baseUrl: '/satusehat' });
const form = document.querySelector('form');
const status = document.querySelector('[role=status]');

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  status.textContent = 'Mengirim …';
  try {
    // Sent twice, by a second click say, it is the same visit: recorded once.
    const sent = await satusehat.kirimEncounter(Object.fromEntries(new FormData(form)));
    status.textContent =
      sent.status === 'success' ? `Terkirim: ${sent.encounter_id}` : `Disimpan: ${sent.log_id}`;
  } catch (error) {
    if (!Satusehat.isSatusehatError(error)) throw error;
    status.textContent = `${error.message} ${error.remedy}`;
  }
});
