'use client';

import { type FormEvent, useEffect, useState } from 'react';
import { type EncounterInput, isSatusehatError, SatusehatClient } from 'satusehat-sdk';

// No secret here: the route beneath /kirim adds it on the server.
const satusehat = new SatusehatClient({ baseUrl: '/kirim' });

export default function Page() {
  const [status, setStatus] = useState('');
  // Before the page is alive the browser itself would send the form, with the patient in the address.
  const [ready, setReady] = useState(false);
  useEffect(() => setReady(true), []);

  async function kirim(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const isian = Object.fromEntries(new FormData(event.currentTarget)) as Record<string, string>;
    setStatus('Mengirim …');
    try {
      // Sent twice, by a second click say, it is the same visit: recorded once.
      const sent = await satusehat.kirimEncounter(visitOf(isian));
      setStatus(sent.status === 'success' ? `Terkirim: ${sent.encounter_id}` : `Disimpan: ${sent.log_id}`);
    } catch (error) {
      if (!isSatusehatError(error)) throw error;
      setStatus(`${error.message} ${error.remedy}`);
    }
  }

  return (
    <main>
      <h1>Kirim kunjungan</h1>
      <form onSubmit={kirim}>
        {fields.map(({ name, label, value, type }) => (
          <p key={name}>
            <label>
              {label} <input name={name} type={type} defaultValue={value} />
            </label>
          </p>
        ))}
        <button type="submit" disabled={!ready}>
          Kirim
        </button>
      </form>
      <output>{status}</output>
    </main>
  );
}

const fields = [
  { name: 'nik_pasien', label: 'NIK pasien', value: '9204014804000002', type: 'text' },
  { name: 'tanggal_kunjungan', label: 'Waktu', value: '2024-01-15T08:30', type: 'datetime-local' },
  { name: 'poli', label: 'Poli', value: '100001', type: 'text' },
  { name: 'dokter', label: 'Dokter', value: '10001234567', type: 'text' },
  { name: 'keluhan_utama', label: 'Keluhan', value: 'Pusing sejak dua hari', type: 'text' },
];

function visitOf(isian: Record<string, string>): EncounterInput {
  return {
    nik_pasien: isian.nik_pasien ?? '',
    tanggal_kunjungan: isian.tanggal_kunjungan ?? '',
    jenis_layanan: '101',
    jenis_kunjungan: '1',
    poli: isian.poli ?? '',
    dokter: isian.dokter ?? '',
    keluhan_utama: isian.keluhan_utama,
  };
}
