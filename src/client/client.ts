import type { InputOf, ResponseOf } from '../contract/contract.js';
import { type EndpointName, endpoints } from '../contract/endpoints.js';
import { SatusehatError } from '../contract/error.js';
import { attempt, type FetchLike, NoAnswer } from '../http/request.js';
import { readEnvelope } from './envelope.js';

export interface ClientOptions {
  /** Address of the SATUSEHAT Service, e.g. `https://satusehat.klinik.example`; in a browser also a path. */
  baseUrl: string;
  /** `X-Clinic-Code`. */
  clinicCode?: string;
  /** `X-Clinic-Secret`. Never in a browser: there, let a proxy of the same origin add it. */
  clinicSecret?: string;
  /** Milliseconds for one request, headers and body. Default 30,000. */
  timeout?: number;
  /** Used instead of the global fetch. */
  fetch?: FetchLike;
  /** Allows `clinicSecret` in a browser, where everybody can read it. Default false. */
  dangerouslyAllowBrowser?: boolean;
}

export interface CallOptions {
  /** Ends the call at any moment with ABORTED. */
  signal?: AbortSignal;
  /**
   * Sends of the same key are recorded once. Default: the service makes one from the data itself, so that the
   * same data sent again is never recorded twice.
   */
  idempotencyKey?: string;
  /** Seconds the service may wait for the platform before it answers `queued`; 0 answers at once. */
  wait?: number;
}

/** Who a practitioner is; at least one of the three. */
export interface PractitionerKeys {
  nik?: string;
  sip?: string;
  str?: string;
}

/**
 * The nine endpoints of the SATUSEHAT Service as methods, with the guide's names.
 *
 * ```ts
 * const client = new SatusehatClient({ baseUrl, clinicCode, clinicSecret });
 * const { encounter_id } = await client.kirimEncounter({ nik_pasien: '3201234567890123', … });
 * ```
 *
 * Every method throws {@link SatusehatError}, a union over `code`. Input is checked before it is sent, with all
 * problems named at once (MISSING_REQUIRED_FIELDS, INVALID_FIELDS, both without `status`: nothing was asked).
 */
export class SatusehatClient {
  readonly #options: ClientOptions;

  constructor(options: ClientOptions);
  /** As in the guide. */
  constructor(baseUrl: string, clinicCode: string, clinicSecret: string);
  constructor(first: ClientOptions | string, clinicCode?: string, clinicSecret?: string) {
    const options =
      typeof first === 'string'
        ? { baseUrl: first, clinicCode: clinicCode as string, clinicSecret: clinicSecret as string }
        : first;
    if (!options.baseUrl) throw new TypeError('SatusehatClient: baseUrl is missing');
    if (!/^(https?:\/\/[^/]|\/(?!\/))/.test(options.baseUrl)) {
      throw new TypeError('SatusehatClient: baseUrl must begin with http://, https:// or, in a browser, /');
    }
    for (const name of ['clinicCode', 'clinicSecret'] as const) {
      if (!fitsHeader(options[name]))
        throw new TypeError(`SatusehatClient: ${name} holds characters no header can carry`);
    }
    if (options.clinicSecret && inBrowser() && !options.dangerouslyAllowBrowser) {
      throw new TypeError(
        "SatusehatClient: clinicSecret must not be in a browser, where everybody can read it. Send the requests through a proxy of the same origin that adds the headers: new SatusehatClient({ baseUrl: '/satusehat' }). To take the risk: dangerouslyAllowBrowser: true.",
      );
    }
    this.#options = { ...options, baseUrl: options.baseUrl.replace(/\/+$/, '') };
  }

  /** Sends a visit with its vital signs (guide, "Data Kunjungan"). `queued` when it is kept but not yet there. */
  kirimEncounter(
    data: InputOf<'kirimEncounter'>,
    options?: CallOptions,
  ): Promise<ResponseOf<'kirimEncounter'>> {
    return this.#call('kirimEncounter', data, options);
  }

  /** Sends a diagnosis of a visit (guide, "Data Diagnosis"). */
  kirimDiagnosis(
    data: InputOf<'kirimDiagnosis'>,
    options?: CallOptions,
  ): Promise<ResponseOf<'kirimDiagnosis'>> {
    return this.#call('kirimDiagnosis', data, options);
  }

  /** Sends an observation of a visit (guide, "Data Observasi"). */
  kirimObservation(
    data: InputOf<'kirimObservation'>,
    options?: CallOptions,
  ): Promise<ResponseOf<'kirimObservation'>> {
    return this.#call('kirimObservation', data, options);
  }

  /** Sends a procedure of a visit (guide, "Data Prosedur"). */
  kirimProcedure(
    data: InputOf<'kirimProcedure'>,
    options?: CallOptions,
  ): Promise<ResponseOf<'kirimProcedure'>> {
    return this.#call('kirimProcedure', data, options);
  }

  /** The SATUSEHAT id of a patient. @param nik 16 digits. @throws SatusehatError PATIENT_NOT_FOUND, … */
  getPatientId(nik: string, options?: CallOptions): Promise<ResponseOf<'getPatientId'>> {
    return this.#call('getPatientId', { nik }, options);
  }

  /**
   * The SATUSEHAT id of a practitioner, by NIK, then SIP, then STR. SIP and STR are known only from the clinic's
   * own directory: configured, or learned by `registerPractitioner`.
   */
  getPractitionerId(by: PractitionerKeys, options?: CallOptions): Promise<ResponseOf<'getPractitionerId'>>;
  /** As in the guide. */
  getPractitionerId(
    nik: string | null,
    sip?: string | null,
    str?: string | null,
    options?: CallOptions,
  ): Promise<ResponseOf<'getPractitionerId'>>;
  getPractitionerId(
    by: PractitionerKeys | string | null,
    second?: CallOptions | string | null,
    str?: string | null,
    options?: CallOptions,
  ): Promise<ResponseOf<'getPractitionerId'>> {
    if (typeof by === 'object' && by !== null) {
      return this.#call('getPractitionerId', by, second as CallOptions | undefined);
    }
    return this.#call('getPractitionerId', { nik: by, sip: second as string | null, str }, options);
  }

  /** The SATUSEHAT id of a poli: of its Location. @param kodePoli the clinic's code, e.g. `100001`. */
  getHealthcareServiceId(
    kodePoli: string,
    options?: CallOptions,
  ): Promise<ResponseOf<'getHealthcareServiceId'>> {
    return this.#call('getHealthcareServiceId', { kode_poli: kodePoli }, options);
  }

  /** Registers a patient, or answers the id of one already there. */
  registerPatient(
    data: InputOf<'registerPatient'>,
    options?: CallOptions,
  ): Promise<ResponseOf<'registerPatient'>> {
    return this.#call('registerPatient', data, options);
  }

  /**
   * Finds a practitioner by NIK and keeps SIP and STR for later look-ups. New ones cannot be made here: they are
   * registered in SATUSEHAT SDMK (PRACTITIONER_NOT_FOUND).
   */
  registerPractitioner(
    data: InputOf<'registerPractitioner'>,
    options?: CallOptions,
  ): Promise<ResponseOf<'registerPractitioner'>> {
    return this.#call('registerPractitioner', data, options);
  }

  /** What became of a submission: its state, attempts and ids. @throws SatusehatError NOT_FOUND, … */
  getLog(logId: string, options?: CallOptions): Promise<ResponseOf<'getLog'>> {
    return this.#call('getLog', {}, options, { log_id: logId });
  }

  /** The one way out: check, send, read. */
  async #call<K extends EndpointName>(
    name: K,
    input: InputOf<K>,
    options: CallOptions = {},
    params: Record<string, string> = {},
  ): Promise<ResponseOf<K>> {
    // The schemas load with the first call: a page that only imports the client does not wait for them.
    const { checkRequest, contract, problem, problemsError } = await import('./schemas.js');
    const row = contract[name];
    const text = toJson(input ?? {});
    const checked = checkRequest(row, (input ?? {}) as Record<string, unknown>);
    if (!checked.ok) throw problemsError(checked.problems);

    if (!fitsHeader(options.idempotencyKey)) {
      throw problemsError([problem('idempotencyKey', 'invalid')]);
    }
    const { method, path, auth } = endpoints[name];
    const { baseUrl, clinicCode, clinicSecret, timeout = 30_000, fetch } = this.#options;
    const answer = await attempt(
      {
        method,
        url: baseUrl + path.replace(/\{(\w+)\}/g, (_, key: string) => encodeURIComponent(params[key] ?? '')),
        headers: {
          accept: 'application/json',
          ...(method === 'POST' ? { 'content-type': 'application/json' } : {}),
          ...(auth === 'clinic' && clinicCode ? { 'x-clinic-code': clinicCode } : {}),
          ...(auth === 'clinic' && clinicSecret ? { 'x-clinic-secret': clinicSecret } : {}),
          ...(options.idempotencyKey ? { 'idempotency-key': options.idempotencyKey } : {}),
          ...(options.wait === undefined
            ? {}
            : { prefer: options.wait > 0 ? `wait=${options.wait}` : 'respond-async' }),
        },
        ...(method === 'POST' ? { body: text } : {}),
        timeout,
        signal: options.signal,
        credentials: 'same-origin',
      },
      fetch,
    ).catch((error: unknown) => {
      throw fromNoAnswer(error);
    });
    const body = readEnvelope(answer, Date.now());
    const parsed = row.response.safeParse(body);
    if (!parsed.success) throw new SatusehatError({ code: 'UNEXPECTED_RESPONSE', status: answer.status });
    return parsed.data as ResponseOf<K>;
  }
}

/** @throws SatusehatError INVALID_JSON for what JSON cannot say, e.g. an object that holds itself. */
function toJson(input: unknown): string {
  try {
    return JSON.stringify(input);
  } catch (cause) {
    throw new SatusehatError({ code: 'INVALID_JSON', cause });
  }
}

/** Printable Latin-1, as headers are. */
function fitsHeader(value: string | undefined): boolean {
  return value === undefined || /^[\x20-\x7e\xa0-\xff]*$/.test(value);
}

const codeOfSilence = { network: 'NETWORK_ERROR', timeout: 'TIMEOUT', aborted: 'ABORTED' } as const;

function fromNoAnswer(error: unknown): unknown {
  return error instanceof NoAnswer
    ? new SatusehatError({ code: codeOfSilence[error.reason], cause: error })
    : error;
}

/** A page or a worker of a page; not a server's worker. */
function inBrowser(): boolean {
  const scope = globalThis as { document?: unknown; importScripts?: unknown; navigator?: unknown };
  return scope.navigator !== undefined && (scope.document !== undefined || scope.importScripts !== undefined);
}
