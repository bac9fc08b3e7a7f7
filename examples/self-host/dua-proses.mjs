/**
 * Two processes of serve.mjs on one PostgreSQL, and one of them dies: what was accepted is kept, and sent once.
 * Here the database is in a temporary folder and the platform is the sandbox; for real, start serve.mjs on as many
 * machines as you like, with the same SATUSEHAT_STORE, key and clinics, behind a load balancer.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { SatusehatClient } from 'satusehat-sdk';
import { startPostgres } from './postgres.mjs';

const postgres = await startPostgres();
const processes = [];
try {
  const urls = await Promise.all([startProcess(), startProcess()]);
  console.log(`Dua proses: ${urls.join(' ')}`);
  const { CLINIC_CODE, CLINIC_SECRET } = process.env;
  const [first, second] = urls.map((url) => new SatusehatClient(url, CLINIC_CODE, CLINIC_SECRET));
  const visit = {
    nik_pasien: '9204014804000002',
    tanggal_kunjungan: '2024-01-15T08:30:00+07:00',
    jenis_layanan: '101',
    jenis_kunjungan: '1',
    poli: '100001',
    dokter: '10001234567',
  };

  const sent = await first.kirimEncounter(visit);
  console.log(`Proses 1 menerima: ${sent.status}`);
  console.log(`Proses 2 mengetahuinya: ${(await second.getLog(sent.log_id)).data.state}`);

  processes[0].kill('SIGKILL');
  await once(processes[0], 'exit');
  // An app that does not know whether its visit arrived sends it again, to whoever is there.
  const again = await second.kirimEncounter(visit);
  console.log(`Proses 1 mati; proses 2 menjawab nomor yang sama: ${again.log_id === sent.log_id}`);
} finally {
  for (const one of processes) {
    if (one.exitCode === null && one.signalCode === null && one.kill()) await once(one, 'exit');
  }
  await postgres.stop();
}

/** @returns its address, as soon as it listens. */
async function startProcess() {
  const child = fork(new URL('serve.mjs', import.meta.url), {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    env: { ...process.env, SATUSEHAT_STORE: postgres.url, PORT: '0' },
  });
  processes.push(child);
  const ended = once(child, 'exit').then(() => {
    throw new Error('proses layanan berhenti');
  });
  ended.catch(() => {});
  const [line] = await Promise.race([once(child.stdout.setEncoding('utf8'), 'data'), ended]);
  return line.trim();
}
