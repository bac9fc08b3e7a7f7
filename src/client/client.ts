import type { InputOf, ResponseOf } from '../contract/contract.js';
import type { EncounterInput } from '../contract/encounter.js';
import type { EndpointName } from '../contract/endpoints.js';
import { isSatusehatError, type VisitProgress } from '../contract/error.js';
import type { Batch, BatchOptions, BatchReport } from './batch.js';
import { sendBatch } from './batch.js';
import { type Caller, createCaller } from './call.js';
import type { FollowOptions, Status } from './follow.js';
import { follow } from './follow.js';
import {
  type CallOptions,
  type ClientOptions,
  type LookupOptions,
  optionsFromEnvironment,
  readOptions,
  type SendOptions,
} from './options.js';
import { type SafeClient, safely } from './safe.js';
import { sendInParts } from './visit.js';

/** Who a practitioner is; at least one of the three, asked in this order. */
export interface PractitionerKeys {
  /** 16 digits. */
  nik?: string | null | undefined;
  /** Surat Izin Praktik; known only from the clinic's own directory. */
  sip?: string | null | undefined;
  /** Surat Tanda Registrasi; known only from the clinic's own directory. */
  str?: string | null | undefined;
}

/** As an object, or one by one as in the guide. */
export type PractitionerArgs =
  | [by: PractitionerKeys, options?: LookupOptions]
  | [nik: string | null, sip?: string | null, str?: string | null, options?: LookupOptions];

/**
 * What was found and done in a visit: each item as {@link SatusehatClient.kirimDiagnosis} and its kin take it, without
 * `encounter_id` and `pasien_id`.
 */
type Lists = Pick<InputOf<'kirimKunjungan'>, 'diagnosis' | 'observasi' | 'prosedur'>;

/** A whole visit: the encounter's fields and three lists side by side, or the encounter under a name of its own. */
export type VisitInput =
  | (EncounterInput &
      Lists & {
        /** Not beside the encounter's own fields. */
        encounter?: undefined;
      })
  | ({
      /** The encounter's fields, as `kirimEncounter` takes them. */
      encounter: EncounterInput;
    } & Lists);

/** Options of one `kirimKunjungan`. */
export interface VisitOptions extends SendOptions {
  /** `details.resume` of a PARTIALLY_SENT: what went is not sent again. The lists must stand as they stood. */
  resume?: VisitProgress | undefined;
}

/** Dry runs: the service checks, resolves and maps, and keeps and sends nothing. */
export interface Trials {
  /** As {@link SatusehatClient.kirimEncounter}, without keeping or sending. */
  kirimEncounter(data: InputOf<'kirimEncounter'>, options?: CallOptions): Promise<Trial>;
  /** As {@link SatusehatClient.kirimDiagnosis}, without keeping or sending. */
  kirimDiagnosis(data: InputOf<'kirimDiagnosis'>, options?: CallOptions): Promise<Trial>;
  /** As {@link SatusehatClient.kirimObservation}, without keeping or sending. */
  kirimObservation(data: InputOf<'kirimObservation'>, options?: CallOptions): Promise<Trial>;
  /** As {@link SatusehatClient.kirimProcedure}, without keeping or sending. */
  kirimProcedure(data: InputOf<'kirimProcedure'>, options?: CallOptions): Promise<Trial>;
  /** As {@link SatusehatClient.kirimKunjungan}, without keeping or sending. */
  kirimKunjungan(data: VisitInput, options?: CallOptions): Promise<Trial>;
}

/** `data.fhir` is what would be written to SATUSEHAT, `data.peringatan` what deserves a look. */
export type Trial = ResponseOf<'kirimEncounter'>;

/** What {@link SatusehatClient.listLog} asks for. */
export interface LogQuery {
  /** `queued`, `sending`, `waiting`, `held`, `sent`, `failed` or `void`. Default: all. */
  state?: string | undefined;
  /** What was sent, e.g. `kirimEncounter`. Default: all. */
  endpoint?: EndpointName | undefined;
  /** Accepted from then on: date, or date with time; without a zone the clinic's own. A date is the beginning of that day. */
  dari?: string | undefined;
  /** Accepted before; a date is the beginning of that day. */
  sampai?: string | undefined;
  /** How many, 1 to 500. Default 100. */
  batas?: number | undefined;
  /** `data.kursor` of the page before. */
  kursor?: string | undefined;
}

/**
 * The SATUSEHAT Service as methods, with the guide's names.
 *
 * ```ts
 * const client = new SatusehatClient({ baseUrl, clinicCode, clinicSecret });
 * const { encounter_id } = await client.kirimEncounter({ nik_pasien: '3201234567890123', … });
 * ```
 *
 * Every method throws {@link SatusehatError}, a union over `code`; {@link SatusehatClient.safe} returns it instead.
 * Input is checked before it is sent, with all problems named at once (MISSING_REQUIRED_FIELDS, INVALID_FIELDS, both
 * without `status`: nothing was asked). An attempt that ends with a network error, 408, 429 or 5xx is repeated.
 */
export class SatusehatClient {
  readonly #caller: Caller;
  readonly #described: { baseUrl: string; clinicCode: string | undefined };
  /** False once the service has shown that it has no `/api/kunjungan`. */
  #whole = true;

  /**
   * The same methods, which return `{ ok: true, data }` or `{ ok: false, error }`. The type of `error` holds the codes
   * that this method can have and no other.
   *
   * ```ts
   * const { ok, data, error } = await client.safe.getPatientId('3201234567890123');
   * if (!ok && error.code === 'PATIENT_NOT_FOUND') …
   * ```
   */
  readonly safe: SafeClient;
  /**
   * Dry runs: `await client.uji.kirimEncounter(data)` answers with the FHIR that would be written, and with every error
   * that sending would have. Nothing is kept and nothing is sent.
   */
  readonly uji: Trials;
  /** The ids that look-ups have found. Clear it when another clinic's user signs in behind a proxy. */
  readonly cache: {
    /** Forgets all of them. */
    clear(): void;
    /** How many are remembered. */
    readonly size: number;
  };

  /**
   * ```ts
   * const client = new SatusehatClient({ baseUrl: 'https://satusehat.klinik.example', clinicCode, clinicSecret });
   * ```
   *
   * @throws TypeError for an option that cannot be right, e.g. a secret in a browser.
   */
  constructor(options: ClientOptions);
  /**
   * As in the guide.
   *
   * @param baseUrl address of the SATUSEHAT Service.
   * @param clinicCode `X-Clinic-Code`.
   * @param clinicSecret `X-Clinic-Secret`. Never in a browser.
   * @throws TypeError for an option that cannot be right, e.g. a secret in a browser.
   */
  constructor(baseUrl: string, clinicCode: string, clinicSecret: string);
  constructor(first: ClientOptions | string, clinicCode?: string, clinicSecret?: string) {
    const settings = readOptions(
      typeof first === 'string' ? { baseUrl: first, clinicCode, clinicSecret } : first,
    );
    const caller = createCaller(settings);
    this.#caller = caller;
    this.#described = { baseUrl: settings.baseUrl, clinicCode: settings.clinicCode };
    this.cache = {
      clear: () => caller.cache?.forget(''),
      get size() {
        return caller.cache?.size ?? 0;
      },
    };
    const trial = (endpoint: EndpointName) => (input: unknown, options?: CallOptions) =>
      caller.call({ endpoint, input, options, query: { uji: 1 } }) as Promise<Trial>;
    this.uji = {
      kirimEncounter: trial('kirimEncounter'),
      kirimDiagnosis: trial('kirimDiagnosis'),
      kirimObservation: trial('kirimObservation'),
      kirimProcedure: trial('kirimProcedure'),
      kirimKunjungan: (data, options) => trial('kirimKunjungan')(flat(data), options),
    };
    this.safe = safely(this);
  }

  /**
   * A client from `SATUSEHAT_BASE_URL`, `CLINIC_CODE` and `CLINIC_SECRET`.
   *
   * ```ts
   * const client = SatusehatClient.fromEnv({ retries: 5 });
   * ```
   *
   * @throws TypeError that names every variable that is missing.
   */
  static fromEnv(
    options: Omit<ClientOptions, 'baseUrl' | 'clinicCode' | 'clinicSecret'> = {},
  ): SatusehatClient {
    return new SatusehatClient({ ...options, ...optionsFromEnvironment() });
  }

  /**
   * Sends a visit with its vital signs (guide, "Data Kunjungan"), or, with `id`, changes one sent before.
   *
   * ```ts
   * const sent = await client.kirimEncounter({
   *   nik_pasien: '3201234567890123',
   *   tanggal_kunjungan: '2024-01-15T08:30:00+07:00',
   *   jenis_layanan: '101',
   *   jenis_kunjungan: '1',
   *   poli: '100001',
   *   dokter: '10001234567',
   *   keluhan_utama: 'Pusing sejak dua hari',
   *   pemeriksaan_fisik: { tanda_vital: { tekanan_darah: '130/85', suhu: 37.2 } },
   * });
   * ```
   *
   * @param data times without a zone are the clinic's own; mmHg, °C, cm, kg, beats and breaths a minute.
   * @returns `status: 'success'` with `encounter_id` and `pasien_id`; or `queued` with a `log_id` alone when it is
   * kept but not yet at the platform. The `log_id` is good wherever an `encounter_id` is.
   * @throws SatusehatError PATIENT_NOT_FOUND, PRACTITIONER_NOT_FOUND, HEALTHCARE_SERVICE_NOT_FOUND, MULTIPLE_MATCHES,
   * FHIR_VALIDATION_ERROR, DUPLICATE, IDEMPOTENCY_CONFLICT; with `id` also ENCOUNTER_NOT_FOUND.
   */
  kirimEncounter(
    data: InputOf<'kirimEncounter'>,
    options?: SendOptions,
  ): Promise<ResponseOf<'kirimEncounter'>> {
    return this.#call('kirimEncounter', data, options);
  }

  /**
   * Sends a diagnosis of a visit (guide, "Data Diagnosis").
   *
   * ```ts
   * await client.kirimDiagnosis({
   *   encounter_id,
   *   pasien_id,
   *   tanggal_diagnosis: '2024-01-15T09:00:00+07:00',
   *   kode_icd10: 'I10',
   *   deskripsi_diagnosis: 'Hipertensi esensial',
   * });
   * ```
   *
   * @param data `encounter_id` is that of the encounter's answer, or its `log_id`.
   * @returns `status: 'success'`; `data.delivery` is `sent`, or `queued` while the service still has to deliver it.
   * @throws SatusehatError ENCOUNTER_NOT_FOUND, FHIR_VALIDATION_ERROR, DUPLICATE, …
   */
  kirimDiagnosis(
    data: InputOf<'kirimDiagnosis'>,
    options?: SendOptions,
  ): Promise<ResponseOf<'kirimDiagnosis'>> {
    return this.#call('kirimDiagnosis', data, options);
  }

  /**
   * Sends an observation of a visit (guide, "Data Observasi"). A blood pressure: `nilai` is the systolic value,
   * `nilai_diatas` the diastolic one, despite its name.
   *
   * ```ts
   * await client.kirimObservation({
   *   encounter_id,
   *   pasien_id,
   *   tanggal_observasi: '2024-01-15T08:35:00+07:00',
   *   kategori: { code: 'vital-signs', system: 'http://terminology.hl7.org/CodeSystem/observation-category' },
   *   kode: { coding: [{ system: 'http://loinc.org', code: '8867-4' }] },
   *   nilai: { value: 82, unit: '/min', system: 'http://unitsofmeasure.org', code: '/min' },
   * });
   * ```
   *
   * @throws SatusehatError ENCOUNTER_NOT_FOUND, FHIR_VALIDATION_ERROR, DUPLICATE, …
   */
  kirimObservation(
    data: InputOf<'kirimObservation'>,
    options?: SendOptions,
  ): Promise<ResponseOf<'kirimObservation'>> {
    return this.#call('kirimObservation', data, options);
  }

  /**
   * Sends a procedure of a visit (guide, "Data Prosedur").
   *
   * ```ts
   * await client.kirimProcedure({
   *   encounter_id,
   *   pasien_id,
   *   tanggal_prosedur: '2024-01-15T08:45:00+07:00',
   *   kode_prosedur: '89.52',
   *   deskripsi_prosedur: 'Elektrokardiogram',
   * });
   * ```
   *
   * @param data `kode_prosedur`: ICD-9-CM, KPTL or SNOMED CT.
   * @throws SatusehatError ENCOUNTER_NOT_FOUND, FHIR_VALIDATION_ERROR, DUPLICATE, …
   */
  kirimProcedure(
    data: InputOf<'kirimProcedure'>,
    options?: SendOptions,
  ): Promise<ResponseOf<'kirimProcedure'>> {
    return this.#call('kirimProcedure', data, options);
  }

  /**
   * Sends a whole visit in one call, as one write. A visit without diagnosis, observation and procedure is the same as
   * {@link kirimEncounter}. Where the service has no `/api/kunjungan`, the parts go one by one in the guide's order.
   *
   * ```ts
   * await client.kirimKunjungan({
   *   encounter: { nik_pasien: '3201234567890123', … },
   *   diagnosis: [{ tanggal_diagnosis, kode_icd10: 'I10', deskripsi_diagnosis: 'Hipertensi esensial' }],
   * });
   * ```
   *
   * @throws SatusehatError as {@link kirimEncounter}: nothing went. PARTIALLY_SENT, where the parts went one by one:
   * `details.sent` and `details.failed` say which, and the same data with `resume: error.details.resume` sends the rest.
   */
  async kirimKunjungan(visit: VisitInput, options: VisitOptions = {}): Promise<ResponseOf<'kirimKunjungan'>> {
    const { resume, ...sending } = options;
    const data = flat(visit);
    // Anything else that stands there, be it no list, is checked.
    if ([data?.diagnosis, data?.observasi, data?.prosedur].every((list) => !list || list.length === 0)) {
      return this.#call('kirimEncounter', data as InputOf<'kirimEncounter'>, sending);
    }
    if (this.#whole && !resume) {
      try {
        return await this.#call('kirimKunjungan', data, sending);
      } catch (error) {
        if (!isMissing(error)) throw error;
      }
    }
    const sent = await sendInParts(this, data, sending, resume).catch(this.#caller.inLocale);
    this.#whole = resume !== undefined && this.#whole;
    return sent;
  }

  /**
   * Sends many visits, a few at a time. Yields a result as each is done, `index` says which; an item that fails does
   * not end the batch. No more than `concurrency` visits are taken from the source ahead of the results.
   *
   * ```ts
   * const batch = client.kirimBatch(visitsOfToday(), { concurrency: 8 });
   * for await (const result of batch) if (!result.ok) console.error(result.index, result.error.message);
   * console.log(batch.report); // { total, sent, queued, failed, … }
   * ```
   *
   * Leaving the loop takes nothing more and waits for what is under way. `signal` breaks off what is under way, which
   * still comes as results, and the loop ends with ABORTED. Either way `batch.report.progress` lets a later run go on
   * with `resume`.
   */
  kirimBatch(items: Iterable<VisitInput> | AsyncIterable<VisitInput>, options: BatchOptions = {}): Batch {
    let report: BatchReport = {
      ...{ total: 0, sent: 0, queued: 0, failed: 0, skipped: 0, complete: false },
      progress: options.resume ?? { next: 0, done: [], again: [] },
    };
    const client = this;
    const iterate = async function* () {
      return yield* sendBatch(client, items, options, (next) => {
        report = next;
      });
    };
    return {
      get report() {
        return report;
      },
      [Symbol.asyncIterator]: iterate,
      async run() {
        for await (const _ of iterate());
        return report;
      },
    };
  }

  /**
   * The SATUSEHAT id of a patient (guide, "Ambil ID Pasien"), from memory when it was found before.
   *
   * ```ts
   * const { satusehat_id } = await client.getPatientId('3201234567890123');
   * ```
   *
   * @param nik 16 digits, as text.
   * @throws SatusehatError PATIENT_NOT_FOUND, MULTIPLE_MATCHES, …
   */
  getPatientId(nik: string, options?: LookupOptions): Promise<ResponseOf<'getPatientId'>> {
    return this.#call('getPatientId', { nik }, options);
  }

  /**
   * The SATUSEHAT id of a practitioner, by NIK, then SIP, then STR. SIP and STR are known only from the clinic's own
   * directory: configured, or learned by {@link registerPractitioner}.
   *
   * ```ts
   * await client.getPractitionerId({ nik: '7209061211900001' });
   * await client.getPractitionerId(null, 'SIP/123/2024'); // as in the guide
   * ```
   *
   * @throws SatusehatError PRACTITIONER_NOT_FOUND, MULTIPLE_MATCHES, …
   */
  getPractitionerId(...args: PractitionerArgs): Promise<ResponseOf<'getPractitionerId'>> {
    const [by] = args;
    if (typeof by === 'object' && by !== null) {
      return this.#call('getPractitionerId', by, args[1] as LookupOptions | undefined);
    }
    const [nik, sip, str, options] = args as Extract<PractitionerArgs, [string | null, ...unknown[]]>;
    return this.#call('getPractitionerId', { nik, sip, str }, options);
  }

  /**
   * The SATUSEHAT id of a poli: of its Location.
   *
   * ```ts
   * const { satusehat_id } = await client.getHealthcareServiceId('100001');
   * ```
   *
   * @param kodePoli the clinic's code.
   * @throws SatusehatError HEALTHCARE_SERVICE_NOT_FOUND, MULTIPLE_MATCHES, …
   */
  getHealthcareServiceId(
    kodePoli: string,
    options?: LookupOptions,
  ): Promise<ResponseOf<'getHealthcareServiceId'>> {
    return this.#call('getHealthcareServiceId', { kode_poli: kodePoli }, options);
  }

  /**
   * Registers a patient, or answers the id of one already there.
   *
   * ```ts
   * const { id } = await client.registerPatient({ nik, nama, tanggal_lahir: '1990-12-31', jenis_kelamin: 'P', … });
   * ```
   *
   * @param data the `kode_*` are those of Kemendagri, with 2, 4, 6 and 10 digits.
   * @throws SatusehatError PATIENT_NOT_FOUND: Dukcapil does not know this person; FHIR_VALIDATION_ERROR, …
   */
  registerPatient(
    data: InputOf<'registerPatient'>,
    options?: CallOptions,
  ): Promise<ResponseOf<'registerPatient'>> {
    // Somebody was not found a moment ago, perhaps this one; also a registration that failed may have been written.
    return this.#call('registerPatient', data, options).finally(() =>
      this.#caller.cache?.forget('getPatientId/'),
    );
  }

  /**
   * Finds a practitioner by NIK and keeps SIP and STR for later look-ups. New ones cannot be made here: they are
   * registered in SATUSEHAT SDMK.
   *
   * ```ts
   * const { id } = await client.registerPractitioner({ nik, nama, sip, str, spesialis: '101', … });
   * ```
   *
   * @throws SatusehatError PRACTITIONER_NOT_FOUND, …
   */
  registerPractitioner(
    data: InputOf<'registerPractitioner'>,
    options?: CallOptions,
  ): Promise<ResponseOf<'registerPractitioner'>> {
    return this.#call('registerPractitioner', data, options).finally(() =>
      this.#caller.cache?.forget('getPractitionerId/'),
    );
  }

  /**
   * What became of a submission: its state, attempts and ids.
   *
   * ```ts
   * const { data } = await client.getStatus(log_id);
   * console.log(data.state); // queued, sending, waiting, held, sent, failed or void
   * ```
   *
   * @param logId `log_id` of the answer to the submission.
   * @throws SatusehatError NOT_FOUND, …
   */
  getStatus(logId: string, options?: CallOptions): Promise<Status> {
    return this.#call('getLog', {}, options, { log_id: logId });
  }

  /**
   * The same as {@link getStatus}, under the name of its endpoint.
   *
   * ```ts
   * const { data } = await client.getLog(log_id);
   * ```
   *
   * @param logId `log_id` of the answer to the submission.
   * @throws SatusehatError NOT_FOUND, …
   */
  getLog(logId: string, options?: CallOptions): Promise<Status> {
    return this.getStatus(logId, options);
  }

  /**
   * Waits until a submission is `sent`, `failed` or `void`.
   *
   * ```ts
   * const { data } = await client.tungguSelesai(log_id, { timeout: 60_000, onChange: ({ data }) => show(data.state) });
   * ```
   *
   * @param logId `log_id` of the answer to the submission.
   * @returns its last state: also a `failed` one is an end, with its reason in `data.error`.
   * @throws SatusehatError TIMEOUT when it has not ended by then; it goes on nevertheless.
   */
  async tungguSelesai(logId: string, options: FollowOptions = {}): Promise<Status> {
    return follow(this, logId, options).catch(this.#caller.inLocale);
  }

  /**
   * The clinic's submissions, newest first.
   *
   * ```ts
   * const { data } = await client.listLog({ state: 'failed', dari: '2024-01-15' });
   * ```
   *
   * @returns a page; `data.kursor` of it, as `kursor` of the next question, brings the next one.
   * @throws SatusehatError INVALID_FIELDS, …
   */
  listLog(query: LogQuery = {}, options?: CallOptions): Promise<ResponseOf<'listLog'>> {
    return this.#caller.call({ endpoint: 'listLog', options, query: { ...query } }) as never;
  }

  /**
   * Tries a failed submission again, as it was or with a corrected body.
   *
   * ```ts
   * await client.resend(log_id);
   * await client.resend(log_id, { ...data, nik_pasien: '3201234567890123' });
   * ```
   *
   * @param logId `log_id` of the answer to the submission, or of the error that refused it.
   * @param koreksi the whole body, which takes the place of the one that was refused.
   * @throws SatusehatError NOT_FOUND; DUPLICATE when it is already there; what sending itself can have.
   */
  resend(
    logId: string,
    koreksi?: Record<string, unknown>,
    options?: SendOptions,
  ): Promise<ResponseOf<'resendLog'>> {
    return this.#call('resendLog', koreksi ?? {}, options, { log_id: logId });
  }

  /**
   * Withdraws a submission: what has not gone never goes, what is there is marked as entered in error.
   *
   * ```ts
   * await client.batal(log_id, 'Salah pasien');
   * ```
   *
   * @param logId `log_id` of the answer to the submission.
   * @param alasan why, at most 500 characters.
   * @throws SatusehatError NOT_FOUND, DUPLICATE, …
   */
  batal(logId: string, alasan?: string, options?: SendOptions): Promise<ResponseOf<'batalLog'>> {
    return this.#call('batalLog', alasan === undefined ? {} : { alasan }, options, { log_id: logId });
  }

  /**
   * Address and clinic, without credentials.
   *
   * ```ts
   * JSON.stringify(client); // {"baseUrl":"https://…","clinicCode":"KLINIK-001"}
   * ```
   */
  toJSON() {
    return this.#described;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `SatusehatClient ${JSON.stringify(this.#described)}`;
  }

  #call<K extends EndpointName>(
    endpoint: K,
    input: InputOf<K>,
    options?: SendOptions & LookupOptions,
    params?: Record<string, string>,
  ): Promise<ResponseOf<K>> {
    const asked = { endpoint, input, options, ...(params ? { params } : {}) };
    return this.#caller.call(asked) as Promise<ResponseOf<K>>;
  }
}

function flat(visit: VisitInput): InputOf<'kirimKunjungan'> {
  const { encounter, ...lists } = visit ?? {};
  return (encounter ? { ...encounter, ...lists } : lists) as InputOf<'kirimKunjungan'>;
}

/** Whether an error says that the service has no such endpoint at all. */
function isMissing(error: unknown): boolean {
  if (!isSatusehatError(error)) return false;
  const { status, code, attempts } = error;
  // A first attempt that broke off may have been taken by a service that has it.
  if (attempts > 1) return false;
  return status === 405 || status === 501 || (status === 404 && code === 'UNEXPECTED_RESPONSE');
}
