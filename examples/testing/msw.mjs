import { setupServer } from 'msw/node';
import { isSatusehatError, SatusehatClient } from 'satusehat-sdk';
import { satusehatHandlers } from 'satusehat-sdk/testing';

// The service in the tests of an app: no server, no network.
const satusehat = satusehatHandlers({ baseUrl: 'http://satusehat.test' });
const server = setupServer(...satusehat);
server.listen();

// What the app does, whichever client it uses.
const client = new SatusehatClient({ baseUrl: 'http://satusehat.test' });
const visit = {
  nik_pasien: '9204014804000002',
  tanggal_kunjungan: '2024-01-15T08:30:00+07:00',
  jenis_layanan: '101',
  jenis_kunjungan: '1',
  poli: '100001',
  dokter: '10001234567',
};
const kirim = () =>
  client.kirimEncounter(visit).catch((error) => {
    if (!isSatusehatError(error)) throw error;
    return { status: `${error.code}: ${error.message}` };
  });

// What it must be able to live with: an unknown patient, and a platform that is down for a while.
satusehat.when('kirimEncounter', { error: 'PATIENT_NOT_FOUND', times: 1 });
console.log((await kirim()).status);
satusehat.when('kirimEncounter', { queued: true, times: 1 });
const { log_id } = await kirim();
console.log((await client.getLog(log_id)).data.state);
satusehat.deliver();
console.log((await client.getLog(log_id)).data.state);

// What it sent.
console.log(satusehat.calls('kirimEncounter').map(({ status }) => status));
satusehat.reset(); // after each test
server.close();
