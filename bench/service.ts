import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { checkResource, type Encounter, mapEncounter, type VisitContext } from 'satusehat-sdk/fhir';
import { createSandbox, sandboxClinic } from 'satusehat-sdk/sandbox';
import { createSatusehatService } from 'satusehat-sdk/server';
import { compare, type Ratio } from './compare.ts';
import { guide, headers } from './guide.ts';

const diagnosis = (kode_icd10: string) => ({
  tanggal_diagnosis: '2024-01-15T09:00:00Z',
  kode_icd10,
  deskripsi_diagnosis: 'Diagnosis',
});
const observation = (code: string) => ({
  tanggal_observasi: '2024-01-15T08:40:00Z',
  kategori: { code: 'laboratory' },
  kode: { coding: [{ system: 'http://loinc.org', code }] },
  nilai: { value: 7 },
});
const kunjungan = {
  ...guide,
  diagnosis: [diagnosis('I10'), diagnosis('E11.9')],
  observasi: [observation('2339-0'), observation('718-7'), observation('6690-2')],
  prosedur: [{ tanggal_prosedur: '2024-01-15T08:45:00Z', kode_prosedur: '89.52', deskripsi_prosedur: 'EKG' }],
};

/** Writes that reach the platform for one call: counted in its own books. */
async function writesOf(path: string, body: unknown): Promise<number> {
  const sandbox = createSandbox();
  const service = await createSatusehatService({
    clinics: [sandboxClinic],
    platform: { env: 'https://sandbox.invalid', fetch: sandbox.fetch },
    store: 'sqlite::memory:',
    encryptionKey: '0'.repeat(64),
  });
  const response = await service.fetch(
    new Request(`http://service.invalid${path}`, { method: 'POST', headers, body: JSON.stringify(body) }),
  );
  if (response.status !== 200) throw new Error(`${path} was refused: ${await response.text()}`);
  await service.close();
  return sandbox.stats().writes;
}

const context: VisitContext = {
  organizationId: '10000004',
  visitId: '0b0a6e1e-55f3-4d44-8f0a-6f3f2f6f1d11',
  patient: { id: 'P00123456789', display: 'Bu** Co**' },
  practitioner: { id: '10001234567', display: 'd** Co**' },
  location: { id: '7d4f9b1e-3c0a-4a58-9d1c-5f2b8a6e1001', display: 'Ruang Poli Umum' },
  class: 'AMB',
  timeZone: 'Asia/Jakarta',
};

/** Encounter and seven Observations against reading and writing the JSON that they are. */
async function mapping(rounds: number, times: number) {
  const { keluhan_utama, anamnesa, ...visit } = guide;
  // As the contract's check would give it: of this example nothing is converted.
  const given = visit as unknown as Encounter;
  const json = JSON.stringify(mapEncounter(given, context));
  const time = (work: () => unknown) => () => {
    const start = performance.now();
    for (let turn = 0; turn < times; turn++) work();
    return performance.now() - start;
  };
  const copy = time(() => JSON.stringify(JSON.parse(json)));
  const map = time(() => mapEncounter(given, context));
  const checked = time(() => {
    if (checkResource(mapEncounter(given, context)).length > 0) throw new Error('not R4');
  });
  for (const warm of [copy, map, checked]) warm();
  return { map: await compare(rounds, map, copy), checked: await compare(rounds, checked, copy) };
}

/** Durable acceptances against a bare handler that inserts the same row with the same durability. */
async function accepting(rounds: number, times: number) {
  const folder = mkdtempSync(join(tmpdir(), 'satusehat-bench-'));
  const service = await createSatusehatService({
    clinics: [sandboxClinic],
    // A platform that never answers: only the accepting is measured.
    platform: { env: 'https://sandbox.invalid', fetch: () => new Promise(() => {}), timeout: 3_600_000 },
    store: `sqlite:${join(folder, 'ours.db')}`,
    encryptionKey: '0'.repeat(64),
  });
  const bare = new DatabaseSync(join(folder, 'bare.db'));
  bare.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  // The same table with the same indexes, and the same columns filled. Nobody counts its rows.
  const ours = new DatabaseSync(join(folder, 'ours.db'), { readOnly: true });
  const schema = ours
    .prepare(
      "SELECT sql FROM sqlite_master WHERE tbl_name = 'submissions' AND type <> 'trigger' AND sql IS NOT NULL",
    )
    .all() as { sql: string }[];
  ours.close();
  for (const { sql } of schema) bare.exec(sql);
  const insert = bare.prepare(
    `INSERT INTO submissions (log_id, clinic, endpoint, visit, idempotency_key, digest, payload, state, attempts, next_try, created_at, updated_at)
     VALUES (?, ?, 'kirimEncounter', ?, ?, ?, ?, 'queued', 0, ?, ?, ?)`,
  );
  const handler = async (request: Request): Promise<Response> => {
    const payload = JSON.stringify(await request.json());
    const logId = crypto.randomUUID();
    const digest = createHash('sha256').update(payload).digest('hex');
    const now = Date.now();
    insert.run(logId, request.headers.get('x-clinic-code'), logId, digest, digest, payload, now, now, now);
    return Response.json({ status: 'queued', log_id: logId }, { status: 202 });
  };
  let number = 0;
  const send = (fetch: (request: Request) => Promise<Response>) => async () => {
    const bodies = Array.from({ length: times }, () =>
      JSON.stringify({ ...guide, no_registrasi: `REG-${number++}` }),
    );
    const start = performance.now();
    for (const body of bodies) {
      const request = new Request('http://service.invalid/api/encounter', {
        method: 'POST',
        headers: { ...headers, prefer: 'respond-async' },
        body,
      });
      const response = await fetch(request);
      if (response.status !== 202) throw new Error(await response.text());
      await response.json();
    }
    return performance.now() - start;
  };
  const [accept, bareInsert] = [send(service.fetch), send(handler)];
  await accept();
  await bareInsert();
  // How long the bare one takes over how long ours takes: our rate over its rate.
  const result = await compare(rounds, bareInsert, accept);
  bare.close();
  // Its deliveries wait for a platform that never answers: they end with the process.
  rmSync(folder, { recursive: true, force: true });
  return result;
}

export async function serviceBench({ rounds = 9, maps = 2_000, accepts = 300 } = {}): Promise<Ratio[]> {
  const count = (key: string, what: string, writes: number): Ratio => ({
    key,
    what,
    ratio: writes,
    range: [writes, writes],
    budget: { atMost: 1 },
  });
  const encounter = await writesOf('/api/encounter', guide);
  const whole = await writesOf('/api/kunjungan', kunjungan);
  const { map, checked } = await mapping(rounds, maps);
  const accepted = await accepting(rounds, accepts);
  return [
    count('writes_per_visit', 'platform writes for the guide’s encounter with its vital signs', encounter),
    count('writes_per_kunjungan', 'platform writes for a whole visit in one call', whole),
    {
      key: 'map_vs_json',
      what: 'time to map Encounter + 7 Observations over parsing and writing their JSON',
      ...map,
      budget: { atMost: 1 },
    },
    {
      key: 'map_checked_vs_json',
      what: 'the same with the R4 check',
      ...checked,
      budget: { atMost: 2.5 },
    },
    {
      key: 'accept_vs_insert',
      what: 'durable acceptances a second over bare inserts by a bare handler',
      ...accepted,
      budget: { atLeast: 0.4 },
    },
  ];
}
