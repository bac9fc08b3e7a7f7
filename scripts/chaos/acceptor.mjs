/**
 * Accepts submissions as fast as it can, and prints the log_id of each as soon as it was answered: one write a line,
 * so that what was printed was accepted. Waits for a line on stdin with the store's file, so that it can be started
 * before it is needed.
 */
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { openService, request } from './kill-points-service.mjs';

/** Requests at the same time. */
const AT_ONCE = 8;

const [file] = await new Promise((resolve) => {
  const lines = createInterface({ input: process.stdin });
  lines.once('line', (line) => resolve(JSON.parse(line)));
  lines.once('close', () => process.exit());
});
const service = await openService(file);
writeSync(1, 'open\n');
let made = 0;
await Promise.all(
  Array.from({ length: AT_ONCE }, async () => {
    for (;;) {
      const response = await service.fetch(
        request('POST', '/api/encounter', {
          nik_pasien: '9271060312000001',
          no_registrasi: `${process.pid}-${Date.now()}-${made++}`,
          tanggal_kunjungan: '2025-01-01T08:30:00Z',
          jenis_layanan: '101',
          jenis_kunjungan: '1',
          poli: '100001',
          dokter: '10001234567',
          keluhan_utama: 'Keluhan',
        }),
      );
      const { log_id } = await response.json();
      if (response.status !== 202) throw new Error(`answered ${response.status}`);
      writeSync(1, `${log_id}\n`);
    }
  }),
);
