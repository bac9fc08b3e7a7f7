/**
 * What the clinic hands in, from the seed alone: for every visit its requests in order, and the facts that must stand
 * at the platform afterwards. The facts are written down here by hand, and not with the service's own mappers, so that
 * what both get wrong alike is still found.
 */
import { createRandom } from './random.mjs';

/** Published identities of the ministry's sandbox; the last doctor is the guide's. */
const patients = [
  ['9271060312000001', 'P02478375538'],
  ['9204014804000002', 'P03647103112'],
  ['9104224509000003', 'P00805884304'],
  ['9104224606000005', 'P01654557057'],
  ['9104025209000006', 'P02280547535'],
  ['9210060207000010', 'P02428473601'],
];
const doctors = ['10009880728', '10006926841', '10001354453', '10001234567'];
/** Made up, and unknown to the sandbox. */
const NOBODY = '3201010101990003';

const codes = ['I10', 'E11.9', 'J06.9', 'K30'];
const VITAL_SIGNS = {
  system: 'http://terminology.hl7.org/CodeSystem/observation-category',
  code: 'vital-signs',
};

/** Minutes between two visits: no two begin at the same time. */
const APART = 7;

/**
 * @returns the visits. Of each: `first`, the request that begins it; `hanging`, what follows, where `name(id)` puts the
 * visit's id in; and by request `facts`, what it brings to the platform.
 */
export function planVisits(count, seed) {
  const random = createRandom(seed);
  return Array.from({ length: count }, (_, index) => planVisit(index, random));
}

function planVisit(index, random) {
  const start = Date.parse('2025-01-01T00:00:00Z') + index * APART * 60_000;
  const at = (minutes) => new Date(start + minutes * 60_000).toISOString();
  const [nik, patient] = random.pick(patients);
  const fate = random();
  const whole = fate < 0.25;
  // Refused by the platform: mended later by a person, or left as it is.
  const wrong = fate > 0.99 ? 'for good' : fate > 0.97 ? 'until mended' : undefined;
  const endLater = !whole && random.chance(0.5);
  // One that nobody closes stays in progress.
  const closed = endLater && random.chance(0.8);
  const end = at(5);
  const numbered = random.chance(0.5);
  const signs = { nadi: random.between(60, 99), suhu: 36 + random.between(0, 19) / 10 };
  const visit = {
    nik_pasien: nik,
    ...(numbered ? { no_registrasi: `REG-${String(index).padStart(5, '0')}` } : {}),
    tanggal_kunjungan: at(0),
    ...(endLater ? {} : { tanggal_selesai: end }),
    jenis_layanan: '101',
    jenis_kunjungan: '1',
    poli: '100001',
    dokter: random.pick(doctors),
    keluhan_utama: `Keluhan ${index}`,
    anamnesa: `Riwayat ${index}`,
    pemeriksaan_fisik: { tanda_vital: signs },
  };
  const ownFacts = [
    `Condition ${visit.keluhan_utama}`,
    `ClinicalImpression ${visit.anamnesa}`,
    `Observation 8867-4=${signs.nadi} ${at(0)}`,
    `Observation 8310-5=${signs.suhu} ${at(0)}`,
  ];
  const diagnoses = codes.slice(0, random.between(1, 3)).map((code) => ({
    path: '/api/diagnosis',
    type: 'Condition',
    code,
    body: {
      tanggal_diagnosis: at(4),
      kode_icd10: code,
      deskripsi_diagnosis: code,
      ...(random.chance(0.3) ? { dokter: random.pick(doctors) } : {}),
    },
    facts: [`Condition ${code}`],
  }));
  const observation = planObservation(at(2), random);
  const procedure = {
    path: '/api/procedure',
    type: 'Procedure',
    body: { tanggal_prosedur: at(3), kode_prosedur: '86.04', deskripsi_prosedur: 'Insisi dengan drainase' },
    facts: [`Procedure 86.04 ${at(3)}`],
  };
  const shared = { index, patient, start, end, number: visit.no_registrasi, wrong };
  if (whole) {
    const body = {
      ...visit,
      diagnosis: diagnoses.map((one) => one.body),
      observasi: [observation.body],
      prosedur: [procedure.body],
    };
    const items = [...diagnoses, observation, procedure];
    return {
      ...shared,
      wrong: undefined,
      whole,
      first: { path: '/api/kunjungan', body, facts: [...ownFacts, ...items.flatMap(({ facts }) => facts)] },
      hanging: [],
      diagnoses: diagnoses.map(({ code }) => code),
    };
  }
  // The diagnoses keep their order, whatever comes between them.
  const close = {
    path: '/api/encounter',
    type: 'Encounter',
    body: { tanggal_selesai: end },
    facts: [],
    closes: true,
  };
  const rest = [observation, procedure, ...diagnoses, ...(closed ? [close] : [])];
  const order = random.shuffle(rest.map((one) => (diagnoses.includes(one) ? diagnoses : one)));
  const queue = [...diagnoses];
  const hanging = order.map((one) => (one === diagnoses ? queue.shift() : one));
  return {
    ...shared,
    whole,
    first: {
      path: '/api/encounter',
      body: wrong ? { ...visit, nik_pasien: NOBODY } : visit,
      ...(wrong === 'until mended' ? { mended: visit } : {}),
      facts: ownFacts,
    },
    // Nothing hangs on what will never be there.
    hanging: wrong === 'for good' ? [] : hanging,
    // Most are handed in at once, by log_id; the others when the encounter is in, by any of its names.
    waits: !wrong && random.chance(0.4),
    names: hanging.map(() => random.pick(['log_id', 'encounter_id', ...(numbered ? ['number'] : [])])),
    diagnoses: wrong === 'for good' ? [] : diagnoses.map(({ code }) => code),
  };
}

function planObservation(at, random) {
  const pressure = [random.between(100, 150), random.between(60, 95)];
  const quantity = (value, unit, code) => ({ value, unit, system: 'http://unitsofmeasure.org', code });
  const loinc = (code, display) => ({ coding: [{ system: 'http://loinc.org', code, display }] });
  const frame = { path: '/api/observation', type: 'Observation' };
  if (random.chance(0.5)) {
    return {
      ...frame,
      body: {
        tanggal_observasi: at,
        kategori: VITAL_SIGNS,
        kode: loinc('85354-9', 'Blood pressure panel with all children optional'),
        nilai: quantity(pressure[0], 'mmHg', 'mm[Hg]'),
        nilai_diatas: quantity(pressure[1], 'mmHg', 'mm[Hg]'),
      },
      facts: [`Observation 8480-6=${pressure[0]} ${at}`, `Observation 8462-4=${pressure[1]} ${at}`],
    };
  }
  return {
    ...frame,
    body: {
      tanggal_observasi: at,
      kategori: VITAL_SIGNS,
      kode: loinc('9279-1', 'Respiratory rate'),
      nilai: quantity(pressure[1] - 45, 'breaths/minute', '/min'),
    },
    facts: [`Observation 9279-1=${pressure[1] - 45} ${at}`],
  };
}

/** The body of what follows, with the visit's id in it. */
export function nameVisit({ closes, body }, id, patient) {
  return closes ? { id, ...body } : { encounter_id: id, pasien_id: patient, ...body };
}
