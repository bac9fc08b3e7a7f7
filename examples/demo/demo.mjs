/**
 * One visit, end to end, on this machine alone: SDK -> service -> FHIR -> emulated SATUSEHAT, and back with its ids.
 *
 *   npm run demo                 in Indonesian
 *   npm run demo -- --en         in English
 *   npm run demo -- --json       ends with one JSON object
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SatusehatClient } from 'satusehat-sdk';
import { createSandbox, sandboxClinic } from 'satusehat-sdk/sandbox';
import { createSatusehatService, listen } from 'satusehat-sdk/server';

const asJson = process.argv.includes('--json');
const english = process.argv.includes('--en');
const colour = process.stdout.isTTY && !process.env.NO_COLOR;
const paint = (code, text) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);
const bold = (text) => paint(1, text);
const dim = (text) => paint(2, text);
const green = (text) => paint(32, text);
const t = (id, en) => (english ? en : id);

const print = (text = '') => console.log(text);
const step = (number, title) => print(`\n${green(`[${number}]`)} ${bold(title)}`);
const row = (left, right = '') => print(`    ${left.padEnd(20)} ${right}`);

const undo = [];
try {
  const summary = await run();
  if (asJson) print(JSON.stringify({ ok: true, ...summary }));
} catch (error) {
  console.error(`\n${t('Demo gagal', 'The demo failed')}: ${error?.stack ?? error}`);
  if (asJson) print(JSON.stringify({ ok: false, error: String(error?.code ?? error?.message ?? error) }));
  process.exitCode = 1;
} finally {
  for (const task of undo.reverse()) await task();
}

async function run() {
  print(bold(t('Satu kunjungan, dari klinik sampai SATUSEHAT', 'One visit, from the clinic to SATUSEHAT')));
  print(
    dim(
      t('Semuanya di komputer ini; tidak ada data yang keluar.', 'All on this machine; nothing leaves it.'),
    ),
  );

  // 1. The platform (emulated) and the service, each on a free port of this machine.
  const sandbox = createSandbox();
  const seen = [];
  const platform = await listen({
    async fetch(request) {
      const { pathname } = new URL(request.url);
      const response = await sandbox.fetch(request);
      seen.push({ method: request.method, path: pathname, status: response.status });
      return response;
    },
  });
  undo.push(platform.close);
  const folder = await mkdtemp(join(tmpdir(), 'satusehat-demo-'));
  undo.push(() => rm(folder, { recursive: true, force: true }));
  const service = await createSatusehatService({
    clinics: [sandboxClinic],
    platform: { env: platform.url },
    store: `sqlite:${join(folder, 'satusehat.db')}`,
    encryptionKey: '0'.repeat(64), // made-up data: a real service gets a real key
  });
  undo.push(service.close);
  const server = await listen(service);
  undo.push(server.close);
  step(1, t('Layanan dan platform tiruan berjalan', 'The service and the emulated platform are running'));
  row(t('layanan', 'service'), server.url);
  row('platform', platform.url);

  // 2. What a clinic's app does.
  const visit = JSON.parse(await readFile(new URL('../data/encounter.json', import.meta.url), 'utf8'));
  const client = new SatusehatClient({
    baseUrl: server.url,
    clinicCode: sandboxClinic.code,
    clinicSecret: sandboxClinic.secret,
  });
  step(2, t('Klinik mengirim kunjungan', 'The clinic sends a visit') + dim('  client.kirimEncounter(…)'));
  for (const [key, value] of Object.entries(visit)) {
    if (typeof value === 'object') continue;
    row(key, key === 'nik_pasien' ? `${value.slice(0, 4)}************` : short(value));
  }
  for (const [key, value] of Object.entries(visit.pemeriksaan_fisik.tanda_vital))
    row(`  ${key}`, String(value));
  const sent = await client.kirimEncounter(visit);
  if (sent.status !== 'success') throw new Error(`expected success, got ${sent.status}: ${sent.message}`);

  // 3. What became of it.
  step(3, t('Layanan memetakannya ke FHIR R4', 'The service mapped it to FHIR R4'));
  for (const type of ['Encounter', 'Condition', 'ClinicalImpression', 'Observation']) {
    for (const resource of sandbox.resources(type)) row(type, describe(resource));
  }

  step(4, t('Permintaan ke platform', 'Requests to the platform'));
  for (const { method, path, status } of seen)
    row(
      `${method.padEnd(4)} ${status}`,
      path.replace('/fhir-r4/v1', '') || t('/  (satu Bundle transaksi)', '/  (one transaction Bundle)'),
    );
  const stats = sandbox.stats();
  row(t('penulisan', 'writes'), String(stats.writes));
  if (stats.writes !== 1) throw new Error(`expected one write, saw ${stats.writes}`);

  step(5, t('ID yang kembali ke klinik', 'The ids that come back to the clinic'));
  row('log_id', sent.log_id);
  row('encounter_id', sent.encounter_id);
  row('pasien_id', sent.pasien_id);

  const before = seen.length;
  const patient = await client.getPatientId(visit.nik_pasien);
  step(
    6,
    t('Mencari pasien yang sama lagi', 'Looking the same patient up again') + dim('  client.getPatientId(…)'),
  );
  row('satusehat_id', patient.satusehat_id);
  row(
    t('permintaan baru', 'new requests'),
    `${seen.length - before}  ${dim(t('(sudah diingat layanan)', '(the service remembers)'))}`,
  );
  if (patient.satusehat_id !== sent.pasien_id) throw new Error('the look-up answered another patient');

  const again = await client.kirimEncounter(visit);
  const after = sandbox.stats();
  step(7, t('Mengirim kunjungan yang sama sekali lagi', 'Sending the same visit once more'));
  row('encounter_id', again.encounter_id);
  row(
    t('penulisan', 'writes'),
    `${after.writes}  ${dim(t('(tetap satu: tidak tercatat dua kali)', '(still one: never recorded twice)'))}`,
  );
  if (again.encounter_id !== sent.encounter_id || after.writes !== 1)
    throw new Error('the visit was sent twice');

  print(
    `\n${green(t('Selesai.', 'Done.'))} ${t('Coba sendiri: npx satusehat serve --sandbox', 'Try it yourself: npx satusehat serve --sandbox')}\n`,
  );
  const { log_id, encounter_id, pasien_id } = sent;
  const { resources } = sent.data;
  return { log_id, encounter_id, pasien_id, resources, writes: after.writes, platform: after };
}

function short(value) {
  const text = String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function describe(resource) {
  if (resource.resourceType === 'Observation') {
    const { value, unit } = resource.valueQuantity;
    const [{ code, display }] = resource.code.coding;
    return `${code.padEnd(8)} ${display.padEnd(26)} ${value} ${unit}`;
  }
  if (resource.resourceType === 'Encounter')
    return `${resource.status}, ${resource.class.display}, ${resource.period.start}`;
  return short(resource.summary ?? resource.code.text);
}
