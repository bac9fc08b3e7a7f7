import { readFileSync } from 'node:fs';
import type { EncounterInput } from '../../src/index.js';

/** The guide's own encounter example, fresh for every test. */
export function guideVisit(): EncounterInput & Record<string, unknown> {
  return JSON.parse(readFileSync(new URL('../../examples/data/encounter.json', import.meta.url), 'utf8'));
}

/** A visit of the published sandbox patient with a plausible NIK: no warning. */
export function plainVisit(change: Record<string, unknown> = {}): EncounterInput & Record<string, unknown> {
  return { ...guideVisit(), nik_pasien: '9204014804000002', ...change } as EncounterInput &
    Record<string, unknown>;
}

/** A made-up person that the sandbox does not know yet. */
export const registration = {
  nik: '3201010101990003',
  nama: 'Contoh Pasien',
  tanggal_lahir: '1999-01-01',
  jenis_kelamin: 'P' as const,
  alamat: 'Jalan Contoh 1',
  kode_provinsi: '32',
  kode_kabupaten: '3201',
  kode_kecamatan: '320101',
  kode_kelurahan: '3201011001',
  no_hp: '081200000000',
  nama_ibu: 'Ibu Contoh',
};
