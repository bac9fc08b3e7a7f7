/** One function per row of the contract. A missing or misspelt one does not compile. */
import {
  alreadyThere,
  alreadyVoid,
  keptLocally,
  lookupAnswer,
  type RouteAnswer,
  registerAnswer,
  sendAnswer,
  stateWords,
  trialAnswer,
  voidAnswer,
  withdrawn,
} from '../contract/answer.js';
import { canonicalJson } from '../contract/canonical.js';
import { checkRequest, problem, problemsError } from '../contract/check.js';
import { displayOf, looksDifferent } from '../contract/code-names.js';
import { errorCodes, isErrorCode } from '../contract/codes.js';
import { contract, type EndpointName, type RequestOf, type Row } from '../contract/contract.js';
import { isDate, isDateTime, toInstant } from '../contract/dates.js';
import { type FieldProblem, SatusehatError } from '../contract/error.js';
import { bodyDigest } from '../contract/idempotency.js';
import { maskNik } from '../contract/identity.js';
import type { Clinic } from '../delivery/clinic.js';
import { refuseImpossible } from '../delivery/correct.js';
import { rehearse } from '../delivery/deliver.js';
import { classOf, configuredPoli, type Resolver } from '../delivery/resolve.js';
import { visitKey } from '../delivery/visits.js';
import { beginsVisit, refuseVoid } from '../delivery/void.js';
import { mapPatient } from '../fhir/patient.js';
import { decodePlatformError } from '../platform/decode.js';
import { PlatformError } from '../platform/error.js';
import type { ListQuery, State, Store, Submission } from '../store/store.js';
import { openapi } from './openapi.js';
import type { Room } from './storage.js';
import { readBudget, registered, registrationOf, type Submitting, submit, tryNow } from './submit.js';

type Sending = 'kirimEncounter' | 'kirimDiagnosis' | 'kirimObservation' | 'kirimProcedure' | 'kirimKunjungan';

export interface RouteContext<K extends EndpointName> {
  /** Checked and converted. */
  input: RequestOf<K>;
  /** As the clinic sent it, without empty fields. */
  given: Record<string, unknown>;
  /** What that means: the same for bodies that say the same. */
  said: Record<string, unknown>;
  warnings: string[];
  /** Who sent it; undefined for endpoints without clinic auth. */
  clinic: Clinic;
  request: Request;
  /** Values of `{…}` in the path. */
  params: Record<string, string>;
}

/** The dashboard answers pages, not JSON: it is mounted beside them. */
export type Routes = {
  [K in Exclude<EndpointName, 'dashboard'>]: (context: RouteContext<K>) => Promise<RouteAnswer>;
};

export interface RouteTools extends Submitting {
  resolver: Resolver;
  room: Room;
  /** Milliseconds that a send waits for the platform by default. */
  budget: number;
  /** Where the service is mounted; empty at the root. */
  basePath: string;
}

export function createRoutes(tools: RouteTools): Routes {
  const { resolver, store } = tools;
  const { worker } = tools;
  let described: ReturnType<typeof openapi> | undefined;

  /** Puts a corrected body in the place of one that was refused, checked as it was when it came. */
  async function rewrite(
    submission: Submission,
    given: Record<string, unknown>,
    clinic: Clinic,
  ): Promise<Submission> {
    const { logId, endpoint, state, result } = submission;
    if (state === 'sent' || result) throw alreadyThere(logId, state === 'sent');
    if (state !== 'failed' && state !== 'held') throw underWay(logId);
    const row: Row = contract[endpoint as EndpointName];
    // Nothing of it is there that an id could name.
    const { id, ...fresh } = given;
    const body = beginsVisit(submission) || id === logId ? fresh : given;
    const checked = checkRequest(row, body, { now: tools.now(), timeZone: clinic.timeZone });
    if (!checked.ok) throw problemsError(checked.problems, { logId });
    checkAgainstClinic(endpoint as Sending, checked.value, clinic);
    const visit = await visitOf(store, clinic.code, checked.value);
    const registration = beginsVisit(submission) ? registrationOf(checked.given) : undefined;
    const taken = registration && (await store.registered(clinic.code, registration));
    if (taken && taken.logId !== logId) throw registered(taken);
    const digest = bodyDigest(endpoint, checked.said, visit);
    const next = { payload: checked.given, digest, registration, ...(visit ? { visit } : {}) };
    const rewritten = await store.rewrite(logId, next, tools.now());
    if (!rewritten) throw underWay(logId);
    return rewritten;
  }

  const noFigures = async (): Promise<never> => {
    throw new SatusehatError({
      code: 'NOT_IMPLEMENTED',
      message: 'Angka untuk Prometheus belum dinyalakan.',
      remedy:
        'Pengelola layanan: npm install prom-client, isi opsi metrics atau SATUSEHAT_METRICS_TOKEN, lalu jalankan ulang.',
    });
  };

  const clinicOf = (logId: string | undefined, { code }: Clinic) =>
    store.find(logId ?? '').then((submission) => {
      // Another clinic's submission does not exist for this one.
      if (!submission || submission.clinic !== code) throw new SatusehatError({ code: 'NOT_FOUND' });
      return submission;
    });

  /**
   * An encounter with the `id` of one that failed: nothing is there to update, so what changed goes into the one that
   * failed, and that is tried again.
   */
  async function mendFailed({ given, warnings, clinic, request }: RouteContext<Sending>) {
    const { id, ...change } = given;
    const failed = typeof id === 'string' ? await store.find(id) : undefined;
    if (failed?.clinic !== clinic.code || failed.state !== 'failed' || !beginsVisit(failed)) return undefined;
    if (failed.result) return undefined;
    const mended = await rewrite(failed, merge(failed.payload, change), clinic);
    return sendAnswer(await tryNow(tools, mended, readBudget(request.headers, tools.budget)), warnings);
  }

  /** One way for every send: a dry run, or keep it, try it, answer. */
  async function send(endpoint: Sending, context: RouteContext<Sending>): Promise<RouteAnswer> {
    const { given, said, input, warnings, clinic, request } = context;
    checkAgainstClinic(endpoint, input as Record<string, unknown>, clinic);
    const visit = await visitOf(store, clinic.code, input as Record<string, unknown>);
    const all = [...warnings, ...codeWarnings(input as Record<string, unknown>)];
    if (isTrial(request)) {
      const logId = crypto.randomUUID();
      const trial = { payload: given, logId, endpoint, visit: visit ?? logId };
      const fhir = await rehearse(trial, clinic, { ...tools, store, resolver }).catch((error: unknown) => {
        throw error instanceof PlatformError ? decodePlatformError(error, endpoint) : error;
      });
      return trialAnswer(fhir, all);
    }
    const mended = endpoint === 'kirimEncounter' ? await mendFailed(context) : undefined;
    if (mended) return mended;
    const { headers } = request;
    const { submission, replayed } = await submit(tools, {
      clinic,
      endpoint,
      visit,
      given,
      said,
      headers,
      budget: tools.budget,
    });
    const answer = sendAnswer(submission, all);
    return replayed ? { ...answer, headers: { 'idempotent-replayed': 'true' } } : answer;
  }

  return {
    kirimEncounter: (context) => send('kirimEncounter', context as RouteContext<Sending>),
    kirimDiagnosis: (context) => send('kirimDiagnosis', context as RouteContext<Sending>),
    kirimObservation: (context) => send('kirimObservation', context as RouteContext<Sending>),
    kirimProcedure: (context) => send('kirimProcedure', context as RouteContext<Sending>),
    kirimKunjungan: (context) => send('kirimKunjungan', context as RouteContext<Sending>),

    async getPatientId({ input, warnings, clinic }) {
      const { id } = await resolver.patientByNik(clinic, input.nik, 'nik');
      return lookupAnswer(id, 'Pasien ditemukan di SATUSEHAT.', warnings);
    },

    async getPractitionerId({ input, warnings, clinic }) {
      const { id } = await resolver.practitioner(clinic, input);
      return lookupAnswer(id, 'Dokter ditemukan di SATUSEHAT.', warnings);
    },

    async getHealthcareServiceId({ input, warnings, clinic }) {
      const { id } = await resolver.poli(clinic, input.kode_poli, 'kode_poli');
      return lookupAnswer(id, 'Poli ditemukan di SATUSEHAT.', warnings);
    },

    async registerPatient({ input, warnings, clinic, request }) {
      refuseTrial(request);
      // Asked anew: what we remember may be gone at the platform.
      const known = await store.knownId(clinic.code, 'patient-nik', input.nik, 0);
      if (known) await resolver.forget(clinic, [known.id]);
      const already = await resolver.patientByNik(clinic, input.nik, 'nik').catch((error: unknown) => {
        if (error instanceof SatusehatError && error.code === 'PATIENT_NOT_FOUND') return undefined;
        throw error;
      });
      if (already) return registerAnswer(already.id, 'Pasien sudah terdaftar di SATUSEHAT.', warnings);
      const unsent = (['gol_darah', 'pekerjaan'] as const)
        .filter((field) => input[field] != null)
        .map((field) => `Field ${field} tidak punya tempat di data pasien SATUSEHAT dan tidak dikirim.`);
      const id = await createPatient(clinic, input);
      await resolver.learnPatient(clinic, input.nik, id);
      return registerAnswer(id, 'Pasien terdaftar di SATUSEHAT.', [...warnings, ...unsent]);
    },

    async registerPractitioner({ input, warnings, clinic, request }) {
      refuseTrial(request);
      // The platform has no way to create one: whoever is in the national index is found by NIK.
      const { id } = await resolver.practitioner(clinic, { nik: input.nik });
      await resolver.learnPractitioner(clinic, id, input);
      return registerAnswer(
        id,
        'Dokter ditemukan di SATUSEHAT; SIP dan STR dicatat untuk klinik ini.',
        warnings,
      );
    },

    async listLog({ clinic, request }) {
      const query = readListQuery(new URL(request.url).searchParams, clinic.timeZone);
      const rows = await store.list({ ...query, clinic: clinic.code });
      const items = rows.map((row) => ({
        log_id: row.logId,
        endpoint: row.endpoint,
        state: row.state,
        attempts: row.attempts,
        created_at: iso(row.createdAt),
        updated_at: iso(row.updatedAt),
        ...(row.nextTry === null ? {} : { next_try_at: iso(row.nextTry) }),
        ...(row.code ? { code: row.code } : {}),
      }));
      const more = rows.length === query.limit ? { kursor: String(rows.at(-1)?.cursor) } : {};
      const message = items.length > 0 ? 'Daftar pengiriman, terbaru lebih dulu.' : 'Tidak ada pengiriman.';
      return { status: 200, body: { status: 'success', message, data: { items, ...more } } };
    },

    async getLog({ params, clinic }) {
      const submission = await clinicOf(params.log_id, clinic);
      const attempts = await store.attempts(submission.logId);
      return {
        status: 200,
        body: {
          status: 'success',
          log_id: submission.logId,
          message: stateWords[submission.state],
          data: {
            endpoint: submission.endpoint,
            state: submission.state,
            ...keptLocally(submission.payload),
            created_at: iso(submission.createdAt),
            updated_at: iso(submission.updatedAt),
            ...(submission.nextTry === null ? {} : { next_try_at: iso(submission.nextTry) }),
            attempts: attempts.map(({ at, outcome, code }) => ({
              at: iso(at),
              outcome,
              ...(code ? { code, ...inWords(code) } : {}),
            })),
            ...(submission.error ? { error: submission.error } : {}),
            ...(submission.result
              ? {
                  encounter_id: submission.result.encounterId,
                  pasien_id: submission.result.patientId,
                  resources: submission.result.resources,
                }
              : {}),
          },
        },
      };
    },

    async resendLog({ params, clinic, given, warnings, request }) {
      refuseTrial(request);
      const submission = await clinicOf(params.log_id, clinic);
      if (submission.state === 'void') throw withdrawn(submission);
      const corrected = Object.keys(given).length > 0;
      if (submission.state === 'sent' && !corrected) return sendAnswer(submission, warnings);
      // The answer to the same correction was lost.
      const same = corrected && canonicalJson(given) === canonicalJson(submission.payload);
      if (same && submission.state !== 'failed' && submission.state !== 'held') {
        return sendAnswer(
          await tryNow(tools, submission, readBudget(request.headers, tools.budget)),
          warnings,
        );
      }
      const again = corrected
        ? await rewrite(submission, given, clinic)
        : await store.reopen(submission.logId, tools.now());
      return sendAnswer(await tryNow(tools, again, readBudget(request.headers, tools.budget)), warnings);
    },

    async batalLog({ params, clinic, input, request }) {
      refuseTrial(request);
      const target = await clinicOf(params.log_id, clinic);
      if (target.state === 'void') return alreadyVoid(target);
      const refusal = await refuseVoid(target, clinic, store);
      if (refusal) throw refusal;
      if (await worker.withdraw(target.logId)) {
        // What hangs on an encounter that never went has nowhere to go.
        const behind = beginsVisit(target) ? await store.ofVisit(clinic.code, target.visit) : [];
        for (const { logId } of behind) await worker.withdraw(logId);
        return voidAnswer(target.logId, undefined);
      }
      const given = { target: target.logId, ...(input.alasan ? { alasan: input.alasan } : {}) };
      const { submission } = await submit(tools, {
        clinic,
        endpoint: 'batalLog',
        visit: target.visit,
        given,
        said: given,
        headers: new Headers({
          'idempotency-key': `batal/${target.logId}`,
          prefer: request.headers.get('prefer') ?? '',
        }),
        budget: tools.budget,
      });
      return voidAnswer(target.logId, submission);
    },

    healthz: async () => ({ status: 200, body: { status: 'ok' } }),

    async readyz() {
      await tools.room.check().catch(() => {
        throw new SatusehatError({ code: 'OVERLOADED', message: 'Penyimpanan layanan tidak dapat dipakai.' });
      });
      return { status: 200, body: { status: 'ok' } };
    },

    metrics: noFigures,
    async openapi() {
      // Made when somebody asks: no service needs it to start.
      described ??= openapi(tools.basePath);
      return { status: 200, body: described };
    },
  };
}

/** Whether it is a dry run (`?uji=1`). @throws SatusehatError for a value that could mean either. */
function isTrial(request: Request): boolean {
  const given = new URL(request.url).searchParams.get('uji');
  if (given === null || /^(0|false)$/i.test(given)) return false;
  if (/^(1|true|)$/i.test(given)) return true;
  throw problemsError([problem('uji', 'one_of:0, 1')]);
}

/** Who asks for a dry run where there is none must not get the real thing. */
function refuseTrial(request: Request): void {
  if (isTrial(request)) throw problemsError([problem('uji', 'no_trial')]);
}

/** A body cannot be put in the place of one that may be on its way. */
function underWay(logId: string): SatusehatError {
  return new SatusehatError({
    code: 'DUPLICATE',
    message: 'Data ini sedang dikirim, sehingga isinya tidak dapat diganti.',
    remedy: 'Tunggu hasilnya, atau batalkan dulu lewat /api/log/{log_id}/batal.',
    logId,
  });
}

/** What the schema cannot know: the clinic's own configuration, and what the platform has no way for. */
function checkAgainstClinic(endpoint: Sending, input: Record<string, unknown>, clinic: Clinic): void {
  const impossible = input.id ? refuseImpossible(endpoint, clinic) : undefined;
  if (impossible) throw impossible;
  const { jenis_layanan, poli } = input as { jenis_layanan?: string; poli?: string };
  if (jenis_layanan == null) return;
  const encounterClass = classOf(clinic, jenis_layanan);
  const problems = [
    ...(encounterClass ? [] : [problem('jenis_layanan', 'jenis_layanan')]),
    ...(encounterClass === 'IMP' && (!poli || !configuredPoli(clinic, poli)?.kelasRawat)
      ? [problem('poli', 'rawat_inap')]
      : []),
  ];
  if (problems.length > 0) throw problemsError(problems);
}

/** The visit that a body hangs on or updates; undefined for one that begins a visit. */
async function visitOf(
  store: Store,
  clinic: string,
  { encounter_id, id }: { encounter_id?: unknown; id?: unknown },
): Promise<string | undefined> {
  const given = encounter_id ?? id;
  return given == null ? undefined : visitKey(store, clinic, String(given));
}

/** A known code with a plainly different description: accepted, and worth a look. */
function codeWarnings(input: Record<string, unknown>): string[] {
  const pairs = [input, ...itemsOf(input.diagnosis), ...itemsOf(input.prosedur)].flatMap((item) => [
    ['icd10', item.kode_icd10, item.deskripsi_diagnosis] as const,
    ['icd9cm', item.kode_prosedur, item.deskripsi_prosedur] as const,
  ]);
  return pairs.flatMap(([system, code, words]) => {
    if (typeof code !== 'string' || typeof words !== 'string' || !looksDifferent(system, code, words))
      return [];
    const name = displayOf(system, code);
    return [
      `Kode ${code} ${name ? `berarti "${name}"; ` : 'dipakai, tetapi '}deskripsi yang dikirim tampak lain. Periksa kodenya.`,
    ];
  });
}

/** What changed over what was there; objects are merged, lists replaced. */
function merge(before: Record<string, unknown>, change: Record<string, unknown>): Record<string, unknown> {
  const merged = { ...before };
  for (const [key, value] of Object.entries(change)) {
    const there = merged[key];
    merged[key] = isPlain(value) && isPlain(there) ? merge(there, value) : value;
  }
  return merged;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function itemsOf(list: unknown): Record<string, unknown>[] {
  return Array.isArray(list) ? (list as Record<string, unknown>[]) : [];
}

async function createPatient(clinic: Clinic, input: RequestOf<'registerPatient'>): Promise<string> {
  const answer = await clinic.platform.createPatient(mapPatient(input)).catch((error: unknown) => {
    throw error instanceof PlatformError ? decodePlatformError(error) : error;
  });
  if (answer.created) return answer.id;
  if (/exists/i.test(answer.message) && !/not exists/i.test(answer.message) && answer.id) return answer.id;
  if (answer.id) throw new SatusehatError({ code: 'DUPLICATE', details: { id: answer.id } });
  if (/not exists/i.test(answer.message)) {
    throw new SatusehatError({
      code: 'PATIENT_NOT_FOUND',
      message: 'NIK ini tidak dikenal Dukcapil.',
      remedy: 'Cocokkan NIK, nama, tanggal lahir, jenis kelamin dan kode wilayah dengan KTP.',
      details: { fields: [problem('nik', 'not_found')] },
    });
  }
  const issues = [{ text: maskNik(answer.message) }];
  throw new SatusehatError({
    code: 'FHIR_VALIDATION_ERROR',
    remedy: 'Cocokkan NIK, nama, tanggal lahir, jenis kelamin dan kode wilayah dengan KTP.',
    details: { issues },
  });
}

/** What a code means, for who reads the attempts. */
function inWords(code: string): Record<string, string> {
  return isErrorCode(code) ? { message: errorCodes[code].message, remedy: errorCodes[code].remedy } : {};
}

const states = Object.keys({
  queued: 0,
  sending: 0,
  waiting: 0,
  held: 0,
  sent: 0,
  failed: 0,
  void: 0,
} satisfies Record<State, 0>);

/** @throws SatusehatError INVALID_FIELDS that names the parameter. */
function readListQuery(given: URLSearchParams, timeZone: string): ListQuery & { limit: number } {
  const problems: FieldProblem[] = [];
  const read = <T>(name: string, key: string, parse: (text: string) => T | undefined): T | undefined => {
    const text = given.get(name);
    if (text === null || text === '') return undefined;
    const value = parse(text);
    if (value === undefined) problems.push(problem(name, key));
    return value;
  };
  const instant = (text: string) => {
    const whole = isDate(text) ? `${text}T00:00` : text;
    return isDateTime(whole) ? toInstant(whole, timeZone) : undefined;
  };
  const whole = (text: string) => (/^\d{1,15}$/.test(text) ? Number(text) : undefined);
  const query = {
    state: read('state', `one_of:${states.join(', ')}`, (text) =>
      states.includes(text) ? (text as State) : undefined,
    ),
    endpoint: read('endpoint', `one_of:${Object.keys(contract).join(', ')}`, (text) =>
      Object.hasOwn(contract, text) ? text : undefined,
    ),
    from: read('dari', 'datetime', instant),
    to: read('sampai', 'datetime', instant),
    before: read('kursor', 'number', whole),
    limit: Math.min(500, Math.max(1, read('batas', 'number', whole) ?? 100)),
  };
  if (problems.length > 0) throw problemsError(problems);
  return query;
}

function iso(instant: number): string {
  return new Date(instant).toISOString();
}
