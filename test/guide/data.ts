/** The data of the guide's examples ("Struktur Data"), as printed there; the encounter is `guideVisit()`. */
import { bloodPressure, hypertension, incision } from '../support/clinical.js';
import type { Body } from './clients.js';

/** The visit of the guide's other examples, known to `serve --sandbox`. */
export const guideIds = { encounter_id: 'encounter-12345', pasien_id: 'P00123456789' };
export type Ids = typeof guideIds;

export const diagnosis = ({ encounter_id, ...ids }: Ids): Body => hypertension(encounter_id, ids);
export const observation = ({ encounter_id, ...ids }: Ids): Body => bloodPressure(encounter_id, ids);
export const procedure = ({ encounter_id, ...ids }: Ids): Body => incision(encounter_id, ids);

/** A doctor that the ministry publishes for its sandbox; the numbers and the rest are made up. */
export const doctor = {
  nik: '7209061211900001',
  nama: 'dr. Alexander',
  sip: 'SIP-CONTOH-1',
  str: 'STR-CONTOH-1',
  tempat_lahir: 'Contoh',
  tanggal_lahir: '1990-11-12',
  jenis_kelamin: 'L',
  alamat: 'Jalan Contoh 2',
  kode_provinsi: '32',
  kode_kabupaten: '3201',
  kode_kecamatan: '320101',
  kode_kelurahan: '3201011001',
  no_hp: '081200000001',
  email: 'dokter@klinik.example',
  spesialis: '101',
};
export const doctorId = '10009880728';
