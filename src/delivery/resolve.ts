/**
 * From what a clinic knows (NIK, doctor, poli) to the platform's ids. Positive answers are kept in the store, and
 * twenty callers who ask for the same at once make one request.
 */

import type { Location, Patient, Practitioner } from '@medplum/fhirtypes';
import { problem, problemsError } from '../contract/check.js';
import { errorCodes } from '../contract/codes.js';
import type { Disposition, Encounter } from '../contract/encounter.js';
import { type FieldProblem, SatusehatError } from '../contract/error.js';
import { isUuid } from '../contract/identity.js';
import { NIK, organizationSystem } from '../fhir/systems.js';
import type {
  EncounterClass,
  InpatientClass,
  OutpatientClass,
  Resolved,
  VisitContext,
} from '../fhir/visit.js';
import { decodePlatformError } from '../platform/decode.js';
import { PlatformError } from '../platform/error.js';
import type { IdKind, KnownId, Store } from '../store/store.js';
import type { Clinic } from './clinic.js';

type NotFound = 'PATIENT_NOT_FOUND' | 'PRACTITIONER_NOT_FOUND' | 'HEALTHCARE_SERVICE_NOT_FOUND';

/** The Location of a poli, with what the clinic configured for it. */
export interface ResolvedPoli extends Resolved {
  inpatientClass?: InpatientClass | undefined;
  outpatientClass?: OutpatientClass | undefined;
  disposition?: Disposition | undefined;
}

export interface Resolver {
  /** @throws SatusehatError PATIENT_NOT_FOUND, MULTIPLE_MATCHES, UPSTREAM_* */
  patientByNik(clinic: Clinic, nik: string, field: string): Promise<Resolved>;
  /** @throws SatusehatError PATIENT_NOT_FOUND, UPSTREAM_* */
  patientById(clinic: Clinic, id: string, field: string): Promise<Resolved>;
  /** By NIK, then SIP, then STR. @throws SatusehatError PRACTITIONER_NOT_FOUND, MULTIPLE_MATCHES, UPSTREAM_* */
  practitioner(
    clinic: Clinic,
    by: { nik?: string | null | undefined; sip?: string | null | undefined; str?: string | null | undefined },
  ): Promise<Resolved>;
  /** A platform id or a NIK, as `dokter` may hold. */
  practitionerByIdOrNik(clinic: Clinic, value: string, field: string): Promise<Resolved>;
  /** @throws SatusehatError HEALTHCARE_SERVICE_NOT_FOUND, MULTIPLE_MATCHES, UPSTREAM_* */
  poli(clinic: Clinic, code: string, field: string): Promise<ResolvedPoli>;
  /** Keeps a doctor's SIP and STR for later look-ups. */
  learnPractitioner(clinic: Clinic, id: string, numbers: { sip: string; str: string }): Promise<void>;
  /** Drops what is known of ids that the platform no longer knows. */
  forget(clinic: Clinic, ids: string[]): Promise<void>;
  /** Keeps a patient's id under the NIK. */
  learnPatient(clinic: Clinic, nik: string, id: string): Promise<void>;
}

/** Milliseconds that an answer of the platform is believed: 30 days. */
const KEEP = 30 * 86_400_000;

export function createResolver(store: Store, now: () => number): Resolver {
  const flying = new Map<string, Promise<Resolved>>();

  /** From the store, else from a look-up at the platform whose answer is then kept. */
  async function known(
    clinic: Clinic,
    kind: IdKind,
    key: string,
    lookUp: () => Promise<KnownId>,
  ): Promise<Resolved> {
    const flight = JSON.stringify([clinic.code, kind, key]);
    const under = flying.get(flight);
    if (under) return under;
    const work = (async () => {
      const kept = await store.knownId(clinic.code, kind, key, now() - KEEP);
      if (kept) return kept;
      const found = await lookUp().catch((error: unknown) => {
        throw error instanceof PlatformError ? decodePlatformError(error) : error;
      });
      await store.rememberId(clinic.code, kind, key, found, now());
      return found;
    })().finally(() => flying.delete(flight));
    flying.set(flight, work);
    return work;
  }

  const patientByNik: Resolver['patientByNik'] = (clinic, nik, field) =>
    known(clinic, 'patient-nik', nik, async () => {
      const found = await clinic.platform.search<Patient>('Patient', { identifier: `${NIK}|${nik}` });
      return onlyOne(found, 'PATIENT_NOT_FOUND', field);
    });

  const practitionerByNik = (clinic: Clinic, nik: string, field: string) =>
    known(clinic, 'practitioner-nik', nik, async () => {
      const found = await clinic.platform.search<Practitioner>('Practitioner', {
        identifier: `${NIK}|${nik}`,
      });
      return onlyOne(found, 'PRACTITIONER_NOT_FOUND', field);
    });

  /** SIP and STR are no identifiers of the platform: only the clinic's own directory knows them. */
  async function fromDirectory(
    clinic: Clinic,
    kind: 'sip' | 'str',
    number: string,
  ): Promise<Resolved | undefined> {
    const configured = clinic.dokter?.find((doctor) => doctor[kind] === number);
    // Learned, not looked up: the platform could not tell it again.
    return configured ? { id: configured.id } : store.knownId(clinic.code, `practitioner-${kind}`, number, 0);
  }

  return {
    patientByNik,

    patientById: (clinic, id, field) =>
      known(clinic, 'patient-id', id, async () => {
        const found = await clinic.platform.read<Patient>('Patient', id);
        return onlyOne(found ? [found] : [], 'PATIENT_NOT_FOUND', field);
      }),

    async practitioner(clinic, { nik, sip, str }) {
      if (nik) {
        const field = 'nik';
        try {
          return await practitionerByNik(clinic, nik, field);
        } catch (error) {
          const goOn = error instanceof SatusehatError && error.code === 'PRACTITIONER_NOT_FOUND';
          if (!goOn || (!sip && !str)) throw error;
        }
      }
      const found =
        (sip ? await fromDirectory(clinic, 'sip', sip) : undefined) ??
        (str ? await fromDirectory(clinic, 'str', str) : undefined);
      if (found) return found;
      const fields = Object.entries({ nik, sip, str }).filter(([, value]) => value);
      throw notFound(
        'PRACTITIONER_NOT_FOUND',
        fields.map(([field]) => field),
        nik
          ? undefined
          : 'SATUSEHAT tidak menyimpan SIP dan STR. Daftarkan dokter ini dulu lewat register-practitioner dengan NIK-nya.',
      );
    },

    practitionerByIdOrNik: (clinic, value, field) =>
      /^\d{16}$/.test(value)
        ? practitionerByNik(clinic, value, field)
        : known(clinic, 'practitioner-id', value, async () => {
            const found = await clinic.platform.read<Practitioner>('Practitioner', value);
            return onlyOne(found ? [found] : [], 'PRACTITIONER_NOT_FOUND', field);
          }),

    async poli(clinic, code, field) {
      const configured = configuredPoli(clinic, code);
      if (configured) {
        return {
          id: configured.locationId,
          display: configured.nama,
          inpatientClass: configured.kelasRawat,
          outpatientClass: configured.kelasLayanan,
          disposition: configured.caraPulang,
        };
      }
      return known(clinic, 'poli', code, async () => {
        if (isUuid(code)) {
          const found = await clinic.platform.read<Location>('Location', code);
          return onlyOne(found ? [found] : [], 'HEALTHCARE_SERVICE_NOT_FOUND', field);
        }
        const identifier = `${organizationSystem('location', clinic.organizationId)}|${code}`;
        const found = await clinic.platform.search<Location>('Location', { identifier });
        return onlyOne(found, 'HEALTHCARE_SERVICE_NOT_FOUND', field);
      });
    },

    async learnPractitioner(clinic, id, { sip, str }) {
      await store.rememberId(clinic.code, 'practitioner-sip', sip, { id }, now());
      await store.rememberId(clinic.code, 'practitioner-str', str, { id }, now());
    },

    forget: (clinic, ids) => store.forgetIds(clinic.code, ids),

    async learnPatient(clinic, nik, id) {
      await store.rememberId(clinic.code, 'patient-nik', nik, { id }, now());
    },
  };
}

/** The poli of the clinic's own map, by its code or by either of its ids. */
export function configuredPoli(clinic: Clinic, code: string) {
  const map = clinic.poli ?? {};
  if (Object.hasOwn(map, code)) return map[code];
  return Object.values(map).find((poli) => poli.healthcareServiceId === code || poli.locationId === code);
}

/** The Encounter class that the clinic's map gives a `jenis_layanan`; undefined for one it does not have. */
export function classOf(clinic: Clinic, jenisLayanan: string): EncounterClass | undefined {
  return Object.hasOwn(clinic.jenisLayanan, jenisLayanan) ? clinic.jenisLayanan[jenisLayanan] : undefined;
}

/** Everything the mapper needs to know about one encounter. */
export async function resolveVisit(
  resolver: Resolver,
  clinic: Clinic,
  visit: Encounter,
  logId: string,
): Promise<VisitContext> {
  const encounterClass = classOf(clinic, visit.jenis_layanan);
  // Accepted under a configuration that has changed since: never guess the class.
  if (!encounterClass) throw problemsError([problem('jenis_layanan', 'jenis_layanan')]);
  const [patient, practitioner, poli] = await allOf([
    resolvePatient(resolver, clinic, visit),
    resolver.practitionerByIdOrNik(clinic, visit.dokter, 'dokter'),
    resolver.poli(clinic, visit.poli, 'poli'),
  ]);
  return {
    organizationId: clinic.organizationId,
    visitId: visit.no_registrasi ?? logId,
    patient,
    practitioner,
    location: locationOf(poli, encounterClass),
    class: encounterClass,
    timeZone: clinic.timeZone,
    finishOnComplaint: clinic.switches?.finishOnComplaint,
    procedureMethod: clinic.switches?.procedureMethod,
  };
}

/** Where a visit of this class takes place there, with the service class that belongs to it. */
export function locationOf(
  { id, display, inpatientClass, outpatientClass, disposition }: ResolvedPoli,
  encounterClass: EncounterClass,
): VisitContext['location'] {
  const serviceClass = encounterClass === 'IMP' ? inpatientClass : outpatientClass;
  return {
    id,
    display,
    ...(serviceClass ? { serviceClass } : {}),
    ...(disposition ? { disposition } : {}),
  };
}

/** The doctors that items of a visit name, by what the item says: each asked for once. */
export async function resolveDoctors(
  resolver: Resolver,
  clinic: Clinic,
  named: { value: string | null | undefined; field: string }[],
): Promise<Map<string, Resolved>> {
  const wanted = new Map(named.flatMap(({ value, field }) => (value ? [[value, field]] : [])));
  const found = await allOf(
    [...wanted].map(([value, field]) => resolver.practitionerByIdOrNik(clinic, value, field)),
  );
  return new Map([...wanted.keys()].map((value, index) => [value, found[index] as Resolved]));
}

/** Like Promise.all, but the error names everything that was not found, not only the first. */
export async function allOf<const T extends readonly Promise<unknown>[]>(
  work: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  const settled = await Promise.allSettled(work);
  const errors = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
  if (errors.length === 0) {
    return settled.map((one) => (one as PromiseFulfilledResult<unknown>).value) as never;
  }
  // An outage first: what was not found may only not have been reached.
  const first = errors.find((error) => !(error instanceof SatusehatError) || error.retryable) ?? errors[0];
  if (!(first instanceof SatusehatError) || first.retryable) throw first;
  const fields = errors.flatMap(
    (error) => ((error as SatusehatError).details as { fields?: FieldProblem[] } | undefined)?.fields ?? [],
  );
  throw new SatusehatError({
    code: first.code as NotFound,
    message: first.message,
    remedy: first.remedy,
    details: { fields },
  });
}

async function resolvePatient(resolver: Resolver, clinic: Clinic, visit: Encounter): Promise<Resolved> {
  if (!visit.nik_pasien) return resolver.patientById(clinic, visit.pasien_id ?? '', 'pasien_id');
  const patient = await resolver.patientByNik(clinic, visit.nik_pasien, 'nik_pasien');
  if (visit.pasien_id && visit.pasien_id !== patient.id) {
    const fields = [problem('pasien_id', 'conflict:nik_pasien')];
    throw new SatusehatError({
      code: 'INVALID_FIELDS',
      message: 'pasien_id bukan pasien dengan nik_pasien ini.',
      details: { fields },
    });
  }
  return patient;
}

type Found = Patient | Practitioner | Location;

/** Exactly one, or an error: the first of several would be somebody else's record. */
function onlyOne(found: Found[], code: NotFound, field: string): KnownId {
  const ids = new Set(found.map((resource) => resource.id));
  const [first] = found;
  if (!first?.id) throw notFound(code, [field]);
  if (ids.size > 1) {
    throw new SatusehatError({ code: 'MULTIPLE_MATCHES', details: { fields: [problem(field, 'multiple')] } });
  }
  const display = first.resourceType === 'Location' ? first.name : first.name?.[0]?.text;
  return { id: first.id, display };
}

function notFound(code: NotFound, fields: string[], remedy?: string): SatusehatError {
  return new SatusehatError({
    code,
    ...(remedy ? { remedy } : {}),
    details: {
      fields: fields.map((field) => ({
        ...problem(field, 'not_found'),
        remedy: remedy ?? errorCodes[code].remedy,
      })),
    },
  });
}
