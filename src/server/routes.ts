/** One function per row of the contract. A missing or misspelt one does not compile. */
import { problem, problemsError } from '../contract/check.js';
import type { EndpointName, RequestOf } from '../contract/contract.js';
import { SatusehatError } from '../contract/error.js';
import type { Clinic } from '../delivery/clinic.js';
import { prepareEncounter } from '../delivery/encounter.js';
import { classOf, configuredPoli, type Resolver } from '../delivery/resolve.js';
import { mapPatient } from '../fhir/patient.js';
import { decodePlatformError } from '../platform/decode.js';
import { PlatformError } from '../platform/error.js';
import type { Submission } from '../store/store.js';
import { encounterAnswer, lookupAnswer, type RouteAnswer, registerAnswer, withWarnings } from './answer.js';
import { type Submitting, submit } from './submit.js';

export interface RouteContext<K extends EndpointName> {
  /** Checked and converted. */
  input: RequestOf<K>;
  /** As the clinic sent it, without empty fields. */
  given: Record<string, unknown>;
  warnings: string[];
  /** Who sent it; undefined for endpoints without clinic auth. */
  clinic: Clinic;
  request: Request;
  /** Values of `{…}` in the path. */
  params: Record<string, string>;
}

export type Routes = { [K in EndpointName]: (context: RouteContext<K>) => Promise<RouteAnswer> };

export interface RouteTools extends Submitting {
  resolver: Resolver;
  /** Milliseconds that a send waits for the platform by default. */
  budget: number;
}

export function createRoutes(tools: RouteTools): Routes {
  const { resolver, store } = tools;
  const notYet = async (): Promise<never> => {
    throw new SatusehatError({ code: 'NOT_IMPLEMENTED' });
  };

  return {
    async kirimEncounter({ input, given, warnings, clinic, request }) {
      checkAgainstClinic(input, clinic);
      if (new URL(request.url).searchParams.get('uji') === '1') {
        // A dry run: everything but the keeping and the writing.
        const { bundle } = await prepareEncounter(
          { payload: given, logId: crypto.randomUUID() },
          clinic,
          resolver,
        );
        const message = 'Uji coba: data sah, tidak ada yang disimpan atau dikirim.';
        return {
          status: 200,
          body: { status: 'success', message, data: withWarnings({ fhir: bundle }, warnings) },
        };
      }
      const { headers } = request;
      const { submission, replayed } = await submit(tools, {
        clinic,
        endpoint: 'kirimEncounter',
        given,
        headers,
        budget: tools.budget,
      });
      const answer = encounterAnswer(submission, warnings);
      return replayed ? { ...answer, headers: { 'idempotent-replayed': 'true' } } : answer;
    },

    kirimDiagnosis: notYet,
    kirimObservation: notYet,
    kirimProcedure: notYet,
    kirimKunjungan: notYet,

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

    async registerPatient({ input, warnings, clinic }) {
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

    async registerPractitioner({ input, warnings, clinic }) {
      // The platform has no way to create one: whoever is in the national index is found by NIK.
      const { id } = await resolver.practitioner(clinic, { nik: input.nik });
      await resolver.learnPractitioner(clinic, id, input);
      return registerAnswer(
        id,
        'Dokter ditemukan di SATUSEHAT; SIP dan STR dicatat untuk klinik ini.',
        warnings,
      );
    },

    async getLog({ params, clinic }) {
      const submission = await store.find(params.log_id ?? '');
      // Another clinic's submission does not exist for this one.
      if (!submission || submission.clinic !== clinic.code) throw new SatusehatError({ code: 'NOT_FOUND' });
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
            created_at: iso(submission.createdAt),
            updated_at: iso(submission.updatedAt),
            ...(submission.nextTry === null ? {} : { next_try_at: iso(submission.nextTry) }),
            attempts: attempts.map(({ at, outcome, code }) => ({
              at: iso(at),
              outcome,
              ...(code ? { code } : {}),
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

    resendLog: notYet,
    batalLog: notYet,

    healthz: async () => ({ status: 200, body: { status: 'ok' } }),

    async readyz() {
      await store.ping().catch(() => {
        throw new SatusehatError({ code: 'OVERLOADED', message: 'Penyimpanan layanan tidak dapat dipakai.' });
      });
      return { status: 200, body: { status: 'ok' } };
    },

    metrics: notYet,
    openapi: notYet,
    dashboard: notYet,
  };
}

/** What the schema cannot know: the clinic's own configuration. */
function checkAgainstClinic(visit: RequestOf<'kirimEncounter'>, clinic: Clinic): void {
  const encounterClass = classOf(clinic, visit.jenis_layanan);
  const problems = [
    ...(encounterClass ? [] : [problem('jenis_layanan', 'jenis_layanan')]),
    ...(encounterClass === 'IMP' && !configuredPoli(clinic, visit.poli)?.kelasRawat
      ? [problem('poli', 'rawat_inap')]
      : []),
  ];
  if (problems.length > 0) throw problemsError(problems);
  if (visit.id) {
    throw new SatusehatError({
      code: 'NOT_IMPLEMENTED',
      message: 'Pembaruan kunjungan (field id) belum tersedia pada versi layanan ini.',
    });
  }
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
  const issues = [{ text: answer.message.replace(/\d{16}/g, '################') }];
  throw new SatusehatError({
    code: 'FHIR_VALIDATION_ERROR',
    remedy: 'Cocokkan NIK, nama, tanggal lahir, jenis kelamin dan kode wilayah dengan KTP.',
    details: { issues },
  });
}

const stateWords: Record<Submission['state'], string> = {
  queued: 'Diterima, menunggu giliran dikirim.',
  sending: 'Sedang dikirim ke SATUSEHAT.',
  waiting: 'Belum terkirim; akan dicoba lagi.',
  held: 'Menunggu kunjungannya terkirim.',
  sent: 'Terkirim ke SATUSEHAT.',
  failed: 'Gagal; perlu diperbaiki.',
  void: 'Dibatalkan.',
};

function iso(instant: number): string {
  return new Date(instant).toISOString();
}
