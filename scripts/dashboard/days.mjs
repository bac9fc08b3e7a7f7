/** Made-up days of a clinic, for pictures and for tests of the dashboard: a quiet one, and a bad one. */

const patients = {
  '9271060312000001': 'P02478375538',
  9204014804000002: 'P03647103112',
  '9104224509000003': 'P00805884304',
  '9104224606000005': 'P01654557057',
};
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/**
 * Sends days of visits through the API, the last of them today.
 *
 * @param world.fetch the service's. @param world.clock `{ now }`, which the service and the sandbox read.
 * @param world.sandbox asked to fail on a bad day. @param kind `day` or `bad`.
 */
export async function fillDays({ fetch, clock, sandbox, clinic }, kind, days = 30) {
  const today = clock.now;
  let number = 0;

  async function send(path, body, prefer = 'wait=8') {
    const headers = { 'content-type': 'application/json', prefer };
    Object.assign(headers, { 'x-clinic-code': clinic.code, 'x-clinic-secret': clinic.secret });
    const request = new Request(`http://service.invalid${path}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    return (await fetch(request)).json();
  }

  const iso = (at) => new Date(at).toISOString();

  async function visit(at, { poli, icd10 = 'J06.9', ended = true, ...more } = {}) {
    clock.now = at;
    number++;
    const nik = more.nik ?? Object.keys(patients)[number % 4];
    const encounter = await send('/api/encounter', {
      nik_pasien: nik,
      tanggal_kunjungan: iso(at - HOUR / 2),
      ...(ended ? { tanggal_selesai: iso(at - 60_000) } : {}),
      jenis_layanan: '101',
      jenis_kunjungan: '1',
      poli: poli ?? '100001',
      dokter: '10001234567',
      keluhan_utama: 'Batuk dan pilek sejak tiga hari',
      pemeriksaan_fisik: { tanda_vital: { tekanan_darah: '120/80', nadi: 84, suhu: 37.4 } },
      no_registrasi: `RJ-${iso(at).slice(2, 10).replaceAll('-', '')}-${String(number).padStart(3, '0')}`,
    });
    if (icd10) {
      await send('/api/diagnosis', {
        encounter_id: encounter.log_id,
        pasien_id: patients[nik] ?? 'P03647103112',
        tanggal_diagnosis: iso(at - 120_000),
        kode_icd10: icd10,
        deskripsi_diagnosis: 'Infeksi saluran napas atas akut',
      });
    }
    return encounter;
  }

  for (let back = days - 1; back >= 1; back--) {
    const day = today - back * DAY;
    const sunday = new Date(day + 7 * HOUR).getUTCDay() === 0;
    const visits = sunday ? 2 : 5 + ((back * 7) % 6);
    for (let turn = 0; turn < visits; turn++) await visit(day - 4 * HOUR + turn * 600_000);
  }
  // However many days there were: today's numbers are the same.
  number = 1_000;
  // Two that nobody finished.
  await visit(today - 2 * DAY, { ended: false, icd10: '' });
  await visit(today - 3 * DAY, { icd10: '' });
  for (let turn = 0; turn < 9; turn++) await visit(today - 3 * HOUR + turn * 600_000);
  // A NIK that nobody has, and a poli that is not registered.
  await visit(today - HOUR, { nik: '3201010101990077' });
  if (kind === 'bad') {
    for (let turn = 0; turn < 14; turn++) await visit(today - 2 * HOUR + turn * 60_000, { poli: '900009' });
    for (let turn = 0; turn < 5; turn++)
      await visit(today - HOUR + turn * 60_000, { nik: '3201010101990088' });
    for (let turn = 0; turn < 3; turn++) await visit(today - HOUR + turn * 90_000, { icd10: 'Z99.99' });
    sandbox.faults({ outages: [{ from: 0, to: DAY }] });
    for (let turn = 0; turn < 18; turn++) await visit(today - 1_200_000 + turn * 60_000);
  }
  clock.now = today;
}
