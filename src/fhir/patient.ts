import type { Patient } from '@medplum/fhirtypes';
import type { PatientRegistration } from '../contract/directory.js';
import { ADMINISTRATIVE_CODE, MARITAL_STATUS, NIK, PATIENT_PROFILE, ROLE_CODE } from './systems.js';

const maritalStatus = {
  'Belum Kawin': { code: 'S', display: 'Never Married' },
  Kawin: { code: 'M', display: 'Married' },
  'Cerai Hidup': { code: 'D', display: 'Divorced' },
  'Cerai Mati': { code: 'W', display: 'Widowed' },
} as const;

/**
 * A patient for the national index, with what was given and nothing more: no invented citizenship, birth order
 * or marital status (mapping rules, "Across resources"). `gol_darah` and `pekerjaan` have no place there.
 *
 * ```ts
 * const answer = await platform.createPatient(mapPatient(registration));
 * ```
 */
export function mapPatient(registration: PatientRegistration): Patient {
  const { status_nikah } = registration;
  const status = status_nikah ? maritalStatus[status_nikah] : undefined;
  return {
    resourceType: 'Patient',
    meta: { profile: [PATIENT_PROFILE] },
    identifier: [{ use: 'official', system: NIK, value: registration.nik }],
    active: true,
    name: [{ use: 'official', text: registration.nama }],
    telecom: [{ system: 'phone', value: registration.no_hp, use: 'mobile' }],
    gender: registration.jenis_kelamin === 'L' ? 'male' : 'female',
    birthDate: registration.tanggal_lahir,
    address: [
      {
        use: 'home',
        line: [registration.alamat],
        country: 'ID',
        extension: [
          {
            url: ADMINISTRATIVE_CODE,
            extension: [
              { url: 'province', valueCode: registration.kode_provinsi },
              { url: 'city', valueCode: registration.kode_kabupaten },
              { url: 'district', valueCode: registration.kode_kecamatan },
              { url: 'village', valueCode: registration.kode_kelurahan },
            ],
          },
        ],
      },
    ],
    ...(status
      ? { maritalStatus: { coding: [{ system: MARITAL_STATUS, ...status }], text: status.display } }
      : {}),
    contact: [
      {
        relationship: [{ coding: [{ system: ROLE_CODE, code: 'MTH', display: 'mother' }] }],
        name: { use: 'official', text: registration.nama_ibu },
      },
    ],
  };
}
