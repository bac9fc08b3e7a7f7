import * as z from 'zod/mini';
import { asNumber, code, codeableConcept, coding, dateTime, oneOf, platformId, text } from './fields.js';

/** `encounter_id` of the encounter's answer, or its log_id. */
const encounter_id = platformId;
/** SATUSEHAT id of the patient; must be the encounter's. */
const pasien_id = platformId;
/** SATUSEHAT id of who did it, when not the encounter's doctor. */
const dokter = z.nullish(platformId);

const icd10 = z
  .string({ error: 'icd10' })
  .check(z.trim(), z.regex(/^[A-Z]\d{2}(\.\d{1,2})?$/i, { error: 'icd10' }));

/** FHIR `Quantity` as clinics send it. */
const quantity = z.looseObject(
  {
    value: z.pipe(asNumber, z.number({ error: 'number' })),
    unit: z.nullish(text(50)),
    system: z.nullish(text(200)),
    code: z.nullish(text(50)),
  },
  { error: 'object' },
);

/** `POST /api/diagnosis` (guide, "Data Diagnosis"; contract 3.2). */
export const DiagnosisRequest = z.object({
  encounter_id,
  pasien_id,
  tanggal_diagnosis: dateTime,
  kode_icd10: icd10,
  deskripsi_diagnosis: text(500),
  kategori: z.nullish(z.array(codeableConcept, { error: 'object' })),
  klinis_status: z.nullish(oneOf(['active', 'recurrence', 'relapse', 'inactive', 'remission', 'resolved'])),
  verifikasi_status: z.nullish(
    oneOf(['unconfirmed', 'provisional', 'differential', 'confirmed', 'refuted', 'entered-in-error']),
  ),
  keterangan: z.nullish(text()),
  onset_date: z.nullish(dateTime),
  tingkat_keparahan: z.nullish(codeableConcept),
  dokter,
  id: z.nullish(platformId),
});

/** `POST /api/observation` (guide, "Data Observasi"; contract 3.3). */
export const ObservationRequest = z.object({
  encounter_id,
  pasien_id,
  tanggal_observasi: dateTime,
  /** One Coding: an object, unlike the diagnosis' array. */
  kategori: coding,
  kode: codeableConcept,
  /** The main value; of a blood pressure, the systolic one. */
  nilai: quantity,
  /** The diastolic value, despite its name. */
  nilai_diatas: z.nullish(quantity),
  interpretasi: z.nullish(text(500)),
  keterangan: z.nullish(text()),
  dokter,
  id: z.nullish(platformId),
});

/** `POST /api/procedure` (guide, "Data Prosedur"; contract 3.4). */
export const ProcedureRequest = z.object({
  encounter_id,
  pasien_id,
  tanggal_prosedur: dateTime,
  kode_prosedur: code,
  deskripsi_prosedur: text(500),
  kode_metode: z.nullish(code),
  deskripsi_metode: z.nullish(text(500)),
  kode_alat: z.nullish(code),
  deskripsi_alat: z.nullish(text(500)),
  kondisi_klinis: z.nullish(text()),
  komplikasi: z.nullish(text()),
  hasil: z.nullish(text()),
  dokter,
  id: z.nullish(platformId),
});

const within = { encounter_id: z.nullish(platformId), pasien_id: z.nullish(platformId) };

/** A diagnosis inside `POST /api/kunjungan`: the visit is known from where it stands. */
export const DiagnosisInVisit = z.extend(DiagnosisRequest, within);
export const ObservationInVisit = z.extend(ObservationRequest, within);
export const ProcedureInVisit = z.extend(ProcedureRequest, within);
