/** The service pretended: believable answers in the contract's shapes, kept in memory, written nowhere. */
import {
  alreadyThere,
  alreadyVoid,
  keptLocally,
  lookupAnswer,
  type RouteAnswer,
  registerAnswer,
  type Submitted,
  sendAnswer,
  stateWords,
  trialAnswer,
  voidAnswer,
  withdrawn,
} from '../contract/answer.js';
import { problem, problemsError } from '../contract/check.js';
import { SatusehatError } from '../contract/error.js';
import { bodyDigest } from '../contract/idempotency.js';
import type { MockedEndpoint } from './overrides.js';

type Body = Record<string, unknown>;

export interface Asked {
  endpoint: MockedEndpoint;
  /** As it was sent, without empty fields. */
  given: Body;
  /** What that means: the same for bodies that say the same. */
  said: Body;
  params: Record<string, string>;
  query: URLSearchParams;
  headers: Headers;
  warnings: string[];
  /** Accepted, but not delivered yet. */
  queued: boolean;
}

interface Kept extends Submitted {
  given: Body;
  /** Of the body: the same key with another digest is a conflict. */
  digest: string;
  key: string;
  /** What `result` becomes with the delivery. */
  ids: NonNullable<Submitted['result']>;
  at: string;
  deliveredAt: string | undefined;
}

const resourceTypes: Partial<Record<MockedEndpoint, string>> = {
  kirimEncounter: 'Encounter',
  kirimKunjungan: 'Encounter',
  kirimDiagnosis: 'Condition',
  kirimObservation: 'Observation',
  kirimProcedure: 'Procedure',
};

export class PretendService {
  #kept: Kept[] = [];
  #ids = 0;
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  reset(): void {
    this.#kept = [];
    this.#ids = 0;
  }

  /** What is queued reaches the platform: all of it, or one. */
  deliver(logId?: string): void {
    for (const one of this.#kept) {
      if (logId === undefined || one.logId === logId) this.#deliver(one);
    }
  }

  /** @throws SatusehatError what the service would answer with. */
  answer(asked: Asked): RouteAnswer {
    const { endpoint, given, params, warnings } = asked;
    switch (endpoint) {
      case 'getPatientId':
        return lookupAnswer(patientOf(given.nik), 'Pasien ditemukan di SATUSEHAT.', warnings);
      case 'getPractitionerId': {
        const id = practitionerOf(given.nik ?? given.sip ?? given.str);
        return lookupAnswer(id, 'Dokter ditemukan di SATUSEHAT.', warnings);
      }
      case 'getHealthcareServiceId':
        return lookupAnswer(locationOf(given.kode_poli), 'Poli ditemukan di SATUSEHAT.', warnings);
      case 'registerPatient':
        return registerAnswer(patientOf(given.nik), 'Pasien terdaftar di SATUSEHAT.', warnings);
      case 'registerPractitioner': {
        const said = 'Dokter ditemukan di SATUSEHAT; SIP dan STR dicatat untuk klinik ini.';
        return registerAnswer(practitionerOf(given.nik), said, warnings);
      }
      case 'listLog':
        return this.#list(asked.query);
      case 'getLog':
        return this.#log(this.#find(params.log_id));
      case 'resendLog':
        return this.#resend(this.#find(params.log_id), asked);
      case 'batalLog':
        return this.#withdraw(this.#find(params.log_id), asked.queued);
      case 'healthz':
      case 'readyz':
        return { status: 200, body: { status: 'ok' } };
      default:
        return this.#send(asked);
    }
  }

  /** The same data again is the same submission, as in the service. */
  #send(asked: Asked): RouteAnswer {
    const { endpoint, given, said, query, warnings, queued } = asked;
    // The platform has no way to change a procedure.
    if (endpoint === 'kirimProcedure' && given.id !== undefined) {
      throw problemsError([problem('id', 'no_correction')]);
    }
    if (isTrial(query)) {
      return trialAnswer({ resourceType: 'Bundle', type: 'transaction', entry: [] }, warnings);
    }
    const digest = bodyDigest(endpoint, said);
    const named = asked.headers.get('idempotency-key')?.trim() ?? '';
    // The client's own default only says what the body is.
    const key = named.startsWith('sha256-') ? digest : named || digest;
    const before = this.#kept.find((one) => one.key === key);
    if (before && before.digest !== digest) {
      throw new SatusehatError({ code: 'IDEMPOTENCY_CONFLICT', logId: before.logId });
    }
    if (before?.state === 'void') throw withdrawn(before);
    const one = before ?? this.#keep(endpoint, given, digest, key);
    const replayed = one.state === 'sent';
    if (!queued) this.#deliver(one);
    const answer = sendAnswer(one, warnings);
    return replayed ? { ...answer, headers: { 'idempotent-replayed': 'true' } } : answer;
  }

  #keep(endpoint: MockedEndpoint, given: Body, digest: string, key: string): Kept {
    const logId = this.#nextId();
    const of = this.#visit(given.encounter_id ?? given.id);
    const id = endpoint === 'kirimEncounter' && of ? of.encounterId : this.#nextId();
    const ids = {
      id,
      encounterId: of?.encounterId ?? id,
      patientId: String(given.pasien_id ?? of?.patientId ?? patientOf(given.nik_pasien)),
      resources: [{ resourceType: resourceTypes[endpoint] ?? 'Resource', id }],
    };
    const state = of?.waits ? 'held' : 'queued';
    const at = new Date(this.#now()).toISOString();
    const one: Kept = {
      ...{ logId, endpoint, given, digest, key, ids, at, state },
      ...{ error: null, result: null, deliveredAt: undefined },
    };
    this.#kept.push(one);
    return one;
  }

  /** The visit that a body hangs on, by encounter_id, log_id or no_registrasi. One we were never sent is believed. */
  #visit(name: unknown): { encounterId: string; patientId: string | undefined; waits: boolean } | undefined {
    if (name === undefined) return undefined;
    const text = String(name);
    const known = this.#kept.find(
      (one) =>
        one.logId === text || one.ids.encounterId === text || String(one.given.no_registrasi ?? '') === text,
    );
    if (!known) return { encounterId: text, patientId: undefined, waits: false };
    const { encounterId, patientId } = known.ids;
    return { encounterId, patientId, waits: known.state !== 'sent' };
  }

  #deliver(one: Kept): void {
    if (one.state === 'sent' || one.state === 'void') return;
    const of = this.#visit(one.given.encounter_id);
    // What hangs on a visit waits for it.
    if (of?.waits) return;
    one.state = 'sent';
    one.result = one.ids;
    one.deliveredAt = new Date(this.#now()).toISOString();
  }

  #find(logId: string | undefined): Kept {
    const one = this.#kept.find((kept) => kept.logId === logId);
    if (!one) throw new SatusehatError({ code: 'NOT_FOUND' });
    return one;
  }

  #log({ logId, endpoint, state, given, at, deliveredAt, result }: Kept): RouteAnswer {
    const data = {
      endpoint,
      state,
      ...keptLocally(given),
      created_at: at,
      updated_at: deliveredAt ?? at,
      attempts: deliveredAt ? [{ at: deliveredAt, outcome: 'sent' }] : [],
      ...(result
        ? { encounter_id: result.encounterId, pasien_id: result.patientId, resources: result.resources }
        : {}),
    };
    return { status: 200, body: { status: 'success', log_id: logId, message: stateWords[state], data } };
  }

  #list(query: URLSearchParams): RouteAnswer {
    const asks = (name: string, value: string) => (query.get(name) || value) === value;
    const items = this.#kept
      .filter(({ state, endpoint }) => asks('state', state) && asks('endpoint', endpoint))
      .slice(-Number(query.get('batas') || 100))
      .reverse()
      .map(({ logId, endpoint, state, at, deliveredAt }) => ({
        ...{ log_id: logId, endpoint, state, attempts: deliveredAt ? 1 : 0 },
        ...{ created_at: at, updated_at: deliveredAt ?? at },
      }));
    const message = items.length > 0 ? 'Daftar pengiriman, terbaru lebih dulu.' : 'Tidak ada pengiriman.';
    return { status: 200, body: { status: 'success', message, data: { items } } };
  }

  #resend(one: Kept, { given, warnings, queued }: Asked): RouteAnswer {
    if (one.state === 'void') throw withdrawn(one);
    if (Object.keys(given).length > 0) {
      if (one.state === 'sent') throw alreadyThere(one.logId, true);
      one.given = given;
      one.digest = bodyDigest(one.endpoint, given);
    }
    if (!queued) this.#deliver(one);
    return sendAnswer(one, warnings);
  }

  #withdraw(one: Kept, queued: boolean): RouteAnswer {
    if (one.state === 'void') return alreadyVoid(one);
    const { logId, endpoint, given, ids, result } = one;
    const updates = endpoint === 'kirimEncounter' && given.id !== undefined;
    // An update is undone by the next one; with a visit goes whatever hangs on it.
    if (updates) throw problemsError([problem('log_id', 'no_undo')]);
    const begins = ids.id === ids.encounterId;
    const all = begins ? this.#kept.filter((kept) => kept.ids.encounterId === ids.encounterId) : [one];
    if (all.some((kept) => kept.state === 'sent' && hasProcedure(kept))) {
      throw problemsError([problem('log_id', 'no_void')]);
    }
    for (const kept of all) kept.state = 'void';
    if (!result) return voidAnswer(logId, undefined);
    const done = { logId: this.#nextId(), endpoint: 'batalLog', error: null };
    return voidAnswer(
      logId,
      queued ? { ...done, state: 'queued', result: null } : { ...done, state: 'sent', result },
    );
  }

  /** Counted, so that snapshots of a user's tests do not change from run to run. */
  #nextId(): string {
    this.#ids++;
    return uuid(this.#ids);
  }
}

function hasProcedure({ endpoint, given }: Kept): boolean {
  return endpoint === 'kirimProcedure' || (Array.isArray(given.prosedur) && given.prosedur.length > 0);
}

function uuid(number: number): string {
  return `00000000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`;
}

/** The guide's examples get the guide's ids; all others their own, always the same one. */
const guide: Record<string, string> = {
  'patient 3201234567890123': 'P00123456789',
  'practitioner 3201234567890123': '10001234567',
  'location 100001': '7d4f9b1e-3c0a-4a58-9d1c-5f2b8a6e1001',
};

function patientOf(nik: unknown): string {
  return guide[`patient ${nik}`] ?? `P0${number(nik)}`;
}

function practitionerOf(key: unknown): string {
  return guide[`practitioner ${key}`] ?? `1${number(key)}`;
}

function locationOf(kodePoli: unknown): string {
  return guide[`location ${kodePoli}`] ?? uuid(Number(number(kodePoli)));
}

/** Ten digits for a text (FNV-1a). */
function number(text: unknown): string {
  let hash = 0x811c9dc5;
  for (const letter of String(text)) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  return String(hash >>> 0).padStart(10, '0');
}

const askedBy: Record<string, readonly string[]> = {
  PATIENT_NOT_FOUND: ['nik', 'nik_pasien', 'pasien_id'],
  PRACTITIONER_NOT_FOUND: ['nik', 'sip', 'str', 'dokter'],
  HEALTHCARE_SERVICE_NOT_FOUND: ['kode_poli', 'poli'],
  ENCOUNTER_NOT_FOUND: ['encounter_id', 'id'],
};

/** `details` as the service gives them for what was not found: the field that it was asked by. */
export function notFoundDetails(code: string, given: Body): unknown {
  const field = askedBy[code]?.find((name) => given[name] !== undefined);
  return field && { fields: [problem(field, 'not_found')] };
}

function isTrial(query: URLSearchParams): boolean {
  return query.has('uji') && query.get('uji') !== '0';
}

/** Who asks for a dry run where there is none must not get the real thing. */
export function refuseTrial({ endpoint, query }: Pick<Asked, 'endpoint' | 'query'>): void {
  if (isTrial(query) && !resourceTypes[endpoint]) throw problemsError([problem('uji', 'no_trial')]);
}
