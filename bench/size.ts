/**
 * How much disk a visit takes, for sizing: the guide's encounter and a diagnosis, sent and delivered.
 *
 *   node bench/size.ts
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createSandbox, sandboxClinic } from 'satusehat-sdk/sandbox';
import { createSatusehatService } from 'satusehat-sdk/server';
import { guide, headers } from './guide.ts';

const VISITS = 2_000;

const folder = mkdtempSync(join(tmpdir(), 'satusehat-size-'));
const file = join(folder, 'satusehat.db');
const sandbox = createSandbox();
const service = await createSatusehatService({
  clinics: [sandboxClinic],
  platform: { env: 'https://sandbox.invalid', fetch: sandbox.fetch },
  store: `sqlite:${file}`,
  encryptionKey: 'a1'.repeat(32),
});

async function send(path: string, body: object): Promise<{ log_id: string; pasien_id: string }> {
  const request = new Request(`http://service.invalid${path}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  });
  const response = await service.fetch(request);
  if (response.status !== 200) throw new Error(await response.text());
  return response.json();
}

for (let number = 0; number < VISITS; number++) {
  const { log_id, pasien_id } = await send('/api/encounter', { ...guide, no_registrasi: `UKUR-${number}` });
  await send('/api/diagnosis', {
    ...{ encounter_id: log_id, pasien_id, tanggal_diagnosis: '2024-01-15T09:00:00Z' },
    ...{ kode_icd10: 'I10', deskripsi_diagnosis: 'Hipertensi esensial' },
  });
}
await service.close();
const database = new DatabaseSync(file);
database.exec('pragma wal_checkpoint(truncate); vacuum');
database.close();
console.log(`${Math.round(statSync(file).size / VISITS)} bytes a visit of two submissions, ${VISITS} visits`);
rmSync(folder, { recursive: true });
