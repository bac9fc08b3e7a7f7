/** A server in a thread of its own: answers every request at once, and tells how many came. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parentPort } from 'node:worker_threads';

const ids = { id: 'E-1', satusehat_id: 'P00123456789', encounter_id: 'E-1', pasien_id: 'P00123456789' };
const answer = JSON.stringify({
  status: 'success',
  log_id: 'L-1',
  message: 'Kunjungan terkirim ke SATUSEHAT.',
  ...ids,
  data: { ...ids, delivery: 'sent', resources: [{ resourceType: 'Encounter', id: 'E-1' }] },
});
let requests = 0;
const server = createServer((request, response) => {
  requests++;
  request.resume().on('end', () => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(answer);
  });
});
// No connection may end between two rounds.
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => parentPort?.postMessage((server.address() as AddressInfo).port));
parentPort?.on('message', () => parentPort?.postMessage(requests));
