import * as z from 'zod/mini';
import {
  bloodPressure,
  code,
  dateTime,
  identifying,
  measured,
  nik,
  oneOf,
  platformId,
  snomed,
  text,
} from './fields.js';
import { plausible } from './vital-signs.js';

/** How a patient left (platform facts 10, discharge disposition). */
export const dispositions = ['home', 'aadvice', 'other-hcf', 'oth', 'exp-lt48h', 'exp-gt48h'] as const;
/** How a patient left, by code (platform facts 10, discharge disposition). */
export type Disposition = (typeof dispositions)[number];

/** Vital signs of a visit (guide, "Data Kunjungan"). Leave out what was not measured. */
const TandaVital = z.object(
  {
    /** Blood pressure in mmHg, `sistolik/diastolik`. */
    tekanan_darah: z.nullish(bloodPressure),
    /** Pulse, beats a minute. */
    nadi: z.nullish(measured(plausible.nadi)),
    /** Body temperature, degrees Celsius. */
    suhu: z.nullish(measured(plausible.suhu)),
    /** Respiration, breaths a minute. */
    pernapasan: z.nullish(measured(plausible.pernapasan)),
    /** Height, cm. */
    tinggi: z.nullish(measured(plausible.tinggi)),
    /** Weight, kg. */
    berat: z.nullish(measured(plausible.berat)),
    /** Waist, cm. */
    lingkar_perut: z.nullish(measured(plausible.lingkar_perut)),
  },
  { error: 'object' },
);

/** `POST /api/encounter` (guide, "Data Kunjungan"; contract 3.1). */
export const EncounterRequest = z.object({
  /** NIK of the patient. Needed unless `pasien_id` is given. */
  nik_pasien: z.nullish(nik),
  /** SATUSEHAT id of the patient, instead of the NIK. */
  pasien_id: z.nullish(platformId),
  /** Start of the visit. */
  tanggal_kunjungan: dateTime,
  /** End of the visit; leave out while it is open. */
  tanggal_selesai: z.nullish(dateTime),
  /** Service type: `101` outpatient, `102` inpatient, others by the clinic's map. */
  jenis_layanan: code,
  /** `1` new, `2` returning. Kept by the service, never sent to the platform. */
  jenis_kunjungan: oneOf(['1', '2']),
  /** Code of the poli, or the id of its Location. */
  poli: identifying,
  /** SATUSEHAT id of the doctor, or the doctor's NIK. */
  dokter: platformId,
  /** Payer; opaque, default `1`. Kept by the service, never sent to the platform. */
  penjamin: z.nullish(code),
  /** Chief complaint, free text. */
  keluhan_utama: z.nullish(text()),
  /** SNOMED CT code of the chief complaint. */
  kode_keluhan_utama: z.nullish(snomed),
  /** History, free text. */
  anamnesa: z.nullish(text()),
  /** Physical examination. */
  pemeriksaan_fisik: z.nullish(
    z.object(
      {
        /** Vital signs. */
        tanda_vital: z.nullish(TandaVital),
      },
      { error: 'object' },
    ),
  ),
  /** The clinic's own registration number, never a NIK: a visit typed twice is then caught. */
  no_registrasi: z.nullish(identifying),
  /** How the patient left: `home`, `aadvice`, `other-hcf`, `oth`, `exp-lt48h` or `exp-gt48h`. Sent when the visit is finished. */
  cara_pulang: z.nullish(oneOf(dispositions)),
  /** encounter_id or log_id of a visit sent before: updates it. */
  id: z.nullish(platformId),
});

/** As `z.partial`, which would bring its family along into every browser. */
function optional<S extends Record<string, z.ZodMiniType>>(shape: S) {
  return Object.fromEntries(Object.entries(shape).map(([name, field]) => [name, z.optional(field)])) as {
    [K in keyof S]: z.ZodMiniOptional<S[K]>;
  };
}

/** An encounter with `id`: only what changes has to be there. */
export const EncounterUpdateRequest = z.object({
  ...optional(EncounterRequest.shape),
  /** encounter_id or log_id of the visit that changes. */
  id: platformId,
});

/** The fields of an encounter. */
type Fields = z.input<typeof EncounterRequest>;
/**
 * What `kirimEncounter` takes. A new visit: either the NIK or the SATUSEHAT id of the patient is needed. With `id`,
 * a visit sent before is updated, and only what changes has to be there.
 */
export type EncounterInput =
  | (Fields &
      (
        | {
            /** NIK of the patient, 16 digits, as text. */
            nik_pasien: string;
          }
        | {
            /** SATUSEHAT id of the patient, instead of the NIK. */
            pasien_id: string | number;
          }
      ))
  | z.input<typeof EncounterUpdateRequest>;
/** An encounter after checking: trimmed, numbers as numbers. */
export type Encounter = z.output<typeof EncounterRequest>;
/** An update of an encounter after checking. */
export type EncounterUpdate = z.output<typeof EncounterUpdateRequest>;
