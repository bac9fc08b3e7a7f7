import * as z from 'zod/mini';
import {
  asNumber,
  code,
  codeableConcept,
  coding,
  dateTime,
  isSnomedId,
  oneOf,
  platformId,
  text,
} from './fields.js';
import { CONDITION_CATEGORY, LOINC, SNOMED } from './systems.js';
import { isBloodPressure, plausible, valueIn, vitalSignOf } from './vital-signs.js';

const encounter_id = platformId;
const pasien_id = platformId;
const dokter = z.nullish(platformId);

const icd10 = z
  .string({ error: 'icd10' })
  .check(z.trim(), z.toUpperCase(), z.regex(/^[A-Z]\d{2}(\.\d{1,2})?$/, { error: 'icd10' }));

/** ICD-9-CM (`89.52`), KPTL (five digits) or SNOMED CT, told apart by their form. */
export function procedureSystem(value: string): 'icd9cm' | 'kptl' | 'snomed' | undefined {
  if (/^\d{2}(\.\d{1,2})?$/.test(value)) return 'icd9cm';
  if (/^\d{5}$/.test(value)) return 'kptl';
  return isSnomedId(value) ? 'snomed' : undefined;
}

/** Only as text: as a number 89.50 is 89.5, which is another code. */
const procedureCode = z.string({ error: 'text' }).check(
  z.trim(),
  z.refine((value) => procedureSystem(value) !== undefined, { error: 'procedure_code' }),
);

/** FHIR `Quantity` as clinics send it. */
const quantity = z.looseObject(
  {
    /** A number, or the same number as text, with a point. */
    value: z.pipe(asNumber, z.number({ error: 'number' })),
    /** Unit as a person reads it, e.g. `mmHg`. */
    unit: z.nullish(text(50)),
    /** System of `code`, e.g. `http://unitsofmeasure.org`. */
    system: z.nullish(text(200)),
    /** Unit as a machine reads it, e.g. `mm[Hg]`. */
    code: z.nullish(text(50)),
    /** The true value lies below or above what the device can read. */
    comparator: z.nullish(oneOf(['<', '<=', '>=', '>'])),
  },
  { error: 'object' },
);

/** `POST /api/diagnosis` (guide, "Data Diagnosis"; contract 3.2). */
export const DiagnosisRequest = z.object({
  /** `encounter_id` of the encounter's answer, or its log_id, or its no_registrasi. */
  encounter_id,
  /** SATUSEHAT id of the patient; must be the encounter's. */
  pasien_id,
  /** When it was recorded; without a zone it is the clinic's own. */
  tanggal_diagnosis: dateTime,
  /** ICD-10, e.g. `I10` or `E11.9`. */
  kode_icd10: icd10,
  /** What the code means, in words. */
  deskripsi_diagnosis: text(500),
  /** `encounter-diagnosis` (the default) or `problem-list-item`, as a list of CodeableConcepts. */
  kategori: z.nullish(z.array(codeableConcept, { error: 'object' })),
  /** Default `active`. */
  klinis_status: z.nullish(oneOf(['active', 'recurrence', 'relapse', 'inactive', 'remission', 'resolved'])),
  /** Left out, none is sent: nothing is made up. `entered-in-error` only with `id`. */
  verifikasi_status: z.nullish(
    oneOf(['unconfirmed', 'provisional', 'differential', 'confirmed', 'refuted', 'entered-in-error']),
  ),
  /** Note, free text. */
  keterangan: z.nullish(text()),
  /** When it began. */
  onset_date: z.nullish(dateTime),
  /** Severity, e.g. SNOMED CT 24484000 (severe). */
  tingkat_keparahan: z.nullish(codeableConcept),
  /** SATUSEHAT id of who did it, when not the encounter's doctor. */
  dokter,
  /** id or log_id of a diagnosis sent before: corrects it. */
  id: z.nullish(platformId),
});

/** A diagnosis after checking: trimmed, codes as text. */
export type Diagnosis = z.output<typeof DiagnosisRequest>;

/** `POST /api/observation` (guide, "Data Observasi"; contract 3.3). */
export const ObservationRequest = z.object({
  /** `encounter_id` of the encounter's answer, or its log_id, or its no_registrasi. */
  encounter_id,
  /** SATUSEHAT id of the patient; must be the encounter's. */
  pasien_id,
  /** When it was observed; without a zone it is the clinic's own. */
  tanggal_observasi: dateTime,
  /** One Coding: an object, unlike the diagnosis' array. */
  kategori: coding,
  /** What was observed: LOINC, e.g. 85354-9 for a blood pressure. */
  kode: codeableConcept,
  /** The main value; of a blood pressure, the systolic one. */
  nilai: quantity,
  /** The diastolic value, despite its name. */
  nilai_diatas: z.nullish(quantity),
  /** What it means, free text, e.g. `Normal`. */
  interpretasi: z.nullish(text(500)),
  /** Note, free text. */
  keterangan: z.nullish(text()),
  /** SATUSEHAT id of who did it, when not the encounter's doctor. */
  dokter,
  /** id or log_id of an observation sent before: corrects it. */
  id: z.nullish(platformId),
});

/** An observation after checking: trimmed, numbers as numbers. */
export type Observed = z.output<typeof ObservationRequest>;

/** `POST /api/procedure` (guide, "Data Prosedur"; contract 3.4). */
export const ProcedureRequest = z.object({
  /** `encounter_id` of the encounter's answer, or its log_id, or its no_registrasi. */
  encounter_id,
  /** SATUSEHAT id of the patient; must be the encounter's. */
  pasien_id,
  /** When it was done; without a zone it is the clinic's own. */
  tanggal_prosedur: dateTime,
  /** ICD-9-CM (`89.52`), KPTL (five digits) or SNOMED CT. */
  kode_prosedur: procedureCode,
  /** What the code means, in words. */
  deskripsi_prosedur: text(500),
  /** Code of the method. */
  kode_metode: z.nullish(code),
  /** The method in words. */
  deskripsi_metode: z.nullish(text(500)),
  /** Code of the device. */
  kode_alat: z.nullish(code),
  /** The device in words. */
  deskripsi_alat: z.nullish(text(500)),
  /** Why it was done, free text. */
  kondisi_klinis: z.nullish(text()),
  /** Complications, free text. */
  komplikasi: z.nullish(text()),
  /** What came of it, free text. */
  hasil: z.nullish(text()),
  /** SATUSEHAT id of who did it, when not the encounter's doctor. */
  dokter,
  /** id or log_id of a procedure sent before. The platform has no way to correct one. */
  id: z.nullish(platformId),
});

/** A procedure after checking: trimmed, codes as text. */
export type ProcedureDone = z.output<typeof ProcedureRequest>;

const within = {
  /** Not needed: it is the visit's. */
  encounter_id: z.nullish(platformId),
  /** Not needed; when it is there, the visit's. */
  pasien_id: z.nullish(platformId),
};

/** A diagnosis inside `POST /api/kunjungan`: the visit is known from where it stands. */
export const DiagnosisInVisit = z.object({ ...DiagnosisRequest.shape, ...within });
/** An observation inside `POST /api/kunjungan`. */
export const ObservationInVisit = z.object({ ...ObservationRequest.shape, ...within });
/** A procedure inside `POST /api/kunjungan`. */
export const ProcedureInVisit = z.object({ ...ProcedureRequest.shape, ...within });

type Problems = [field: string, key: string][];
type CodeableConcept = z.output<typeof codeableConcept>;
type Coding = z.output<typeof coding>;

/** The system of a coding: as given, else by the form of its code; undefined when neither says. */
export function systemOf({
  system,
  code: given,
}: {
  system?: string | null | undefined;
  code?: string | null | undefined;
}): string | undefined {
  if (system) return system;
  if (given === 'encounter-diagnosis' || given === 'problem-list-item') return CONDITION_CATEGORY;
  return given && /^\d{1,7}-\d$/.test(given) ? LOINC : undefined;
}

function codingProblem(one: Coding): string | undefined {
  if (!one.code || !systemOf(one)) return 'coding';
  return systemOf(one) === SNOMED && !isSnomedId(one.code) ? 'snomed' : undefined;
}

function conceptProblems(field: string, concept: CodeableConcept | null | undefined): Problems {
  if (!concept) return [];
  const codings = concept.coding ?? [];
  if (codings.length === 0) return concept.text ? [] : [[field, 'coding']];
  return codings.flatMap((one, index) => {
    const key = codingProblem(one);
    return key ? ([[`${field}.coding.${index}`, key]] as Problems) : [];
  });
}

/** What a diagnosis' schema cannot say field by field. */
export function diagnosisProblems(value: Partial<Diagnosis>): Problems {
  return [
    ...(value.kategori ?? []).flatMap((one, index) => conceptProblems(`kategori.${index}`, one)),
    ...conceptProblems('tingkat_keparahan', value.tingkat_keparahan),
    // Only something that is there can be called an error.
    ...(value.verifikasi_status === 'entered-in-error' && !value.id
      ? ([['verifikasi_status', 'needs_id']] as Problems)
      : []),
  ];
}

/** What an observation's schema cannot say field by field: codes, units, the order of the pressures. */
export function observationProblems(
  value: Pick<Observed, 'kategori' | 'kode' | 'nilai' | 'nilai_diatas'>,
): Problems {
  const { kategori, kode, nilai, nilai_diatas } = value;
  const codes = (kode.coding ?? []).flatMap((one) => one.code ?? []);
  const pressure = codes.some(isBloodPressure);
  const sign = codes.map(vitalSignOf).find((name) => name !== undefined);
  const inRange = (field: string, quantity: Observed['nilai'], name: keyof typeof plausible): Problems => {
    const { min, max, unit, ucum } = plausible[name];
    const value = valueIn(ucum, quantity);
    // Of a unit that is not known nobody can tell whether the value is plausible.
    if (value === undefined) return [[`${field}.${quantity.unit ? 'unit' : 'code'}`, `one_of:${unit}`]];
    if (value >= min && value <= max) return [];
    return [[`${field}.value`, `range:${min}:${max}:${unit}`]];
  };
  return [
    ...(kategori.code ? [] : ([['kategori', 'coding']] as Problems)),
    ...(kode.coding?.length ? conceptProblems('kode', kode) : ([['kode', 'coding']] as Problems)),
    ...(sign ? inRange('nilai', nilai, sign) : []),
    ...(nilai_diatas && !pressure ? ([['nilai_diatas', 'only_pressure']] as Problems) : []),
    ...(nilai_diatas && pressure ? inRange('nilai_diatas', nilai_diatas, 'diastolik') : []),
    ...(nilai_diatas && pressure && nilai_diatas.value >= nilai.value
      ? ([['nilai_diatas', 'blood_pressure_order']] as Problems)
      : []),
  ];
}

interface VisitParts {
  id?: string | null | undefined;
  pasien_id?: string | null | undefined;
  diagnosis?: z.output<typeof DiagnosisInVisit>[] | null | undefined;
  observasi?: z.output<typeof ObservationInVisit>[] | null | undefined;
  prosedur?: z.output<typeof ProcedureInVisit>[] | null | undefined;
}

/** What hangs on a visit inside `POST /api/kunjungan`. Everything there is new: nothing has an id yet. */
export function visitProblems(value: VisitParts): Problems {
  const at = (list: string, index: number, problems: Problems): Problems =>
    problems.map(([field, key]) => [`${list}.${index}.${field}`, key]);
  const hanging = (list: 'diagnosis' | 'observasi' | 'prosedur'): Problems =>
    (value[list] ?? []).flatMap((one, index) =>
      at(list, index, [
        ...(['encounter_id', 'id'] as const).flatMap((field) =>
          one[field] ? ([[field, 'not_here']] as Problems) : [],
        ),
        ...(one.pasien_id && value.pasien_id && one.pasien_id !== value.pasien_id
          ? ([['pasien_id', 'conflict:pasien_id']] as Problems)
          : []),
      ]),
    );
  return [
    ...(value.id ? ([['id', 'not_here']] as Problems) : []),
    ...hanging('diagnosis'),
    ...hanging('observasi'),
    ...hanging('prosedur'),
    ...(value.diagnosis ?? []).flatMap((one, index) =>
      at('diagnosis', index, one.id ? [] : diagnosisProblems(one as Partial<Diagnosis>)),
    ),
    ...(value.observasi ?? []).flatMap((one, index) => at('observasi', index, observationProblems(one))),
  ];
}
