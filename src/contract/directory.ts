import * as z from 'zod/mini';
import { asText, code, date, digits, identifying, nik, oneOf, text } from './fields.js';

/** `POST /api/satusehat/get-patient-id` (contract 3.5). */
export const PatientIdRequest = z.object({
  /** 16 digits, as text. */
  nik,
});

/** `POST /api/satusehat/get-practitioner-id` (contract 3.6): at least one; asked in this order. */
export const PractitionerIdRequest = z.object({
  /** 16 digits, as text. */
  nik: z.nullish(nik),
  /** Surat Izin Praktik; known only from the clinic's own directory. */
  sip: z.nullish(code),
  /** Surat Tanda Registrasi; known only from the clinic's own directory. */
  str: z.nullish(code),
});

/** `POST /api/satusehat/get-healthcare-service-id` (contract 3.7). */
export const HealthcareServiceIdRequest = z.object({
  /** The clinic's code of the poli. */
  kode_poli: identifying,
});

const phone = z.pipe(asText, text(30));

const email = text(254).check(
  z.refine((value) => /^[^\s@]+@[^\s@]+$/.test(value) && /[^.]\.[^.]+$/.test(value.split('@')[1] ?? ''), {
    error: 'email',
  }),
);

const region = {
  /** Kemendagri code, 2 digits. */
  kode_provinsi: digits(2),
  /** Kemendagri code, 4 digits. */
  kode_kabupaten: digits(4),
  /** Kemendagri code, 6 digits. */
  kode_kecamatan: digits(6),
  /** Kemendagri code, 10 digits. */
  kode_kelurahan: digits(10),
};

/** `POST /api/satusehat/register-patient` (contract 3.8). */
export const RegisterPatientRequest = z.object({
  /** 16 digits, as text. */
  nik,
  /** As on the identity card. */
  nama: text(200),
  /** `YYYY-MM-DD`. */
  tanggal_lahir: date,
  /** `L` male, `P` female. */
  jenis_kelamin: oneOf(['L', 'P']),
  /** Street and number. */
  alamat: text(500),
  ...region,
  /** Mobile telephone number. */
  no_hp: phone,
  /** Name of the mother. */
  nama_ibu: text(200),
  /** Blood group. Never sent: the platform has no place for it. */
  gol_darah: z.nullish(oneOf(['A', 'B', 'AB', 'O'])),
  /** Marital status. */
  status_nikah: z.nullish(oneOf(['Belum Kawin', 'Kawin', 'Cerai Hidup', 'Cerai Mati'])),
  /** Occupation. Never sent: the platform has no place for it. */
  pekerjaan: z.nullish(text(200)),
});
/** A registration of a patient after checking. */
export type PatientRegistration = z.output<typeof RegisterPatientRequest>;

/** `POST /api/satusehat/register-practitioner` (contract 3.9). */
export const RegisterPractitionerRequest = z.object({
  /** 16 digits, as text. */
  nik,
  /** As on the identity card. */
  nama: text(200),
  /** Surat Izin Praktik. */
  sip: code,
  /** Surat Tanda Registrasi. */
  str: code,
  /** Place of birth. */
  tempat_lahir: text(200),
  /** `YYYY-MM-DD`. */
  tanggal_lahir: date,
  /** `L` male, `P` female. */
  jenis_kelamin: oneOf(['L', 'P']),
  /** Street and number. */
  alamat: text(500),
  ...region,
  /** Mobile telephone number. */
  no_hp: phone,
  /** Electronic mail address. */
  email,
  /** Code of the specialty, e.g. `101`. */
  spesialis: code,
});

/** Each code begins with the one above it. */
export const regionPrefixes = [
  ['kode_provinsi', 'kode_kabupaten'],
  ['kode_kabupaten', 'kode_kecamatan'],
  ['kode_kecamatan', 'kode_kelurahan'],
] as const;

/** English names that later documents use for the same fields (contract 3.8). */
export const registrationAliases = {
  name: 'nama',
  birth_date: 'tanggal_lahir',
  birth_place: 'tempat_lahir',
  gender: 'jenis_kelamin',
  address: 'alamat',
  province_code: 'kode_provinsi',
  city_code: 'kode_kabupaten',
  district_code: 'kode_kecamatan',
  village_code: 'kode_kelurahan',
  phone: 'no_hp',
  mother_name: 'nama_ibu',
} as const;
