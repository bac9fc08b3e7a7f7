import type {
  CodeableConcept,
  Coding,
  Patient,
  Practitioner,
  Procedure,
  Reference,
} from '@medplum/fhirtypes';
import { type ProcedureDone, procedureSystem } from '../contract/clinical.js';
import { toFhirDateTime, toInstant } from '../contract/dates.js';
import { isSnomedId } from '../contract/fields.js';
import { ICD9CM, ICD10, KFA, KPTL, organizationSystem, PROCEDURE_METHOD, SNOMED } from './systems.js';
import { type HangingContext, reference } from './visit.js';

const systems = { icd9cm: ICD9CM, kptl: KPTL, snomed: SNOMED } as const;

/** A procedure as it is inside a visit or on its own. */
export type ProcedureFacts = Omit<ProcedureDone, 'encounter_id' | 'pasien_id'>;

/**
 * A procedure (mapping rules, "Procedure"): what was done, when and by whom. Method, device, indication,
 * complication and result are words, and become labelled lines of the note; a coded element is written only for an
 * explicit, valid code. No category: the clinic does not give one.
 *
 * ```ts
 * const procedure = mapProcedure(given, context);
 * ```
 *
 * @param display the code's official title, when a table knows it.
 */
export function mapProcedure(given: ProcedureFacts, context: HangingContext, display?: string): Procedure {
  const coding: Coding = {
    system: systems[procedureSystem(given.kode_prosedur) ?? 'icd9cm'],
    code: given.kode_prosedur,
    ...(display ? { display } : {}),
  };
  const reason = icd10(given.kondisi_klinis);
  const complication = icd10(given.komplikasi);
  const { kode_alat: device, kode_metode: method, hasil: result } = given;
  const lines = note(given);
  return {
    resourceType: 'Procedure',
    ...(context.procedureMethod && method && isSnomedId(method)
      ? {
          extension: [
            {
              url: PROCEDURE_METHOD,
              valueCodeableConcept: coded({ system: SNOMED, code: method }, given.deskripsi_metode),
            },
          ],
        }
      : {}),
    identifier: [{ system: organizationSystem('procedure', context.organizationId), value: context.id }],
    status: 'completed',
    code: { coding: [coding], text: given.deskripsi_prosedur },
    subject: reference('Patient', context.patient) as Reference<Patient>,
    encounter: { reference: context.encounter },
    performedDateTime: toFhirDateTime(toInstant(given.tanggal_prosedur, context.timeZone)),
    performer: [{ actor: reference('Practitioner', context.practitioner) as Reference<Practitioner> }],
    ...(reason ? { reasonCode: [reason] } : {}),
    ...(result && isSnomedId(result) ? { outcome: coded({ system: SNOMED, code: result }) } : {}),
    ...(complication ? { complication: [complication] } : {}),
    ...(lines ? { note: [{ text: lines }] } : {}),
    ...(device && isKfa(device)
      ? { usedCode: [coded({ system: KFA, code: device }, given.deskripsi_alat)] }
      : {}),
  };
}

function coded(coding: Coding, text?: string | null): CodeableConcept {
  return { coding: [coding], ...(text ? { text } : {}) };
}

/** A field of words that holds nothing but an ICD-10 code. */
function icd10(text: string | null | undefined): CodeableConcept | undefined {
  return text && /^[A-Z]\d{2}(\.\d{1,2})?$/.test(text) ? coded({ system: ICD10, code: text }) : undefined;
}

/** Codes of the ministry's catalogue: drugs begin with 9, devices were seen to begin with 33. */
function isKfa(code: string): boolean {
  return /^(9[1-5]|33)\d{6}$/.test(code);
}

/** Everything that is words, one labelled line each. */
function note(given: ProcedureFacts): string {
  const withCode = (text: string | null | undefined, code: string | null | undefined) =>
    [text, code && text ? `(${code})` : code].filter(Boolean).join(' ');
  const rows: [string, string | null | undefined][] = [
    ['Metode', withCode(given.deskripsi_metode, given.kode_metode)],
    ['Alat', withCode(given.deskripsi_alat, given.kode_alat)],
    ['Kondisi klinis', given.kondisi_klinis],
    ['Komplikasi', given.komplikasi],
    ['Hasil', given.hasil],
  ];
  return rows.flatMap(([label, text]) => (text ? [`${label}: ${text}`] : [])).join('\n');
}
