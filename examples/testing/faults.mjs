import { SatusehatClient } from 'satusehat-sdk';
import { createSandbox, sandboxClinic } from 'satusehat-sdk/sandbox';
import { createSatusehatService } from 'satusehat-sdk/server';

const sandbox = createSandbox();
const service = await createSatusehatService({
  clinics: [sandboxClinic],
  platform: { env: 'https://sandbox.invalid', fetch: sandbox.fetch },
  store: 'sqlite::memory:',
  encryptionKey: '0'.repeat(64),
});
const client = new SatusehatClient({
  baseUrl: 'http://service.invalid',
  clinicCode: sandboxClinic.code,
  clinicSecret: sandboxClinic.secret,
  fetch: (input, init) => service.fetch(new Request(input, init)),
});
const visit = {
  nik_pasien: '9204014804000002',
  tanggal_kunjungan: '2024-01-15T08:30:00+07:00',
  jenis_layanan: '101',
  jenis_kunjungan: '1',
  poli: '100001',
  dokter: '10001234567',
};

// The platform writes the visit, and the connection breaks before it can say so.
sandbox.faults({ rates: { 'reset-after': 1 }, only: { types: ['Bundle'] }, limit: 1 });
console.log((await client.kirimEncounter(visit)).status);
// The same visit again: found there, not sent twice.
console.log((await client.kirimEncounter(visit)).status);
console.log(sandbox.stats().writes, sandbox.resources('Encounter').length);
await service.close();
