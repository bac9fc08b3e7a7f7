/** How the service's answers look on the wire (contract, section 2). The client reads them; it does not load this. */
import { statusOf } from './codes.js';
import { SatusehatError } from './error.js';

/** What an answer tells of a submission. */
export interface Submitted {
  logId: string;
  endpoint: string;
  state: 'queued' | 'sending' | 'waiting' | 'held' | 'sent' | 'failed' | 'void';
  error: { message: string } | null;
  result: {
    id: string;
    encounterId: string;
    patientId: string;
    resources: { resourceType: string; id: string }[];
    warnings?: string[];
  } | null;
}

export interface RouteAnswer {
  status: number;
  body: Record<string, unknown>;
  headers?: Record<string, string>;
}

export function errorAnswer(error: SatusehatError): RouteAnswer {
  const { code, message, remedy, details, logId, retryAfter } = error;
  return {
    status: statusOf(code as Parameters<typeof statusOf>[0]),
    body: {
      status: 'error',
      code,
      message,
      remedy,
      ...(logId ? { log_id: logId } : {}),
      ...(details ? { details } : {}),
    },
    ...(retryAfter === undefined ? {} : { headers: { 'retry-after': String(retryAfter) } }),
  };
}

/** Warnings stand in `data.peringatan`, and nowhere when there are none. */
function withWarnings(data: Record<string, unknown>, warnings: string[]): Record<string, unknown> {
  return warnings.length > 0 ? { ...data, peringatan: warnings } : data;
}

/** What is said of each kind of submission, once it is at the platform and while it is not. */
const words: Record<string, { sent: string; kept: string }> = {
  kirimEncounter: { sent: 'Kunjungan terkirim ke SATUSEHAT.', kept: 'Kunjungan diterima dan disimpan' },
  kirimKunjungan: { sent: 'Kunjungan utuh terkirim ke SATUSEHAT.', kept: 'Kunjungan diterima dan disimpan' },
  kirimDiagnosis: { sent: 'Diagnosis terkirim ke SATUSEHAT.', kept: 'Diagnosis diterima dan disimpan' },
  kirimObservation: { sent: 'Observasi terkirim ke SATUSEHAT.', kept: 'Observasi diterima dan disimpan' },
  kirimProcedure: { sent: 'Prosedur terkirim ke SATUSEHAT.', kept: 'Prosedur diterima dan disimpan' },
  batalLog: { sent: 'Data ini dibatalkan di SATUSEHAT.', kept: 'Pembatalan diterima dan disimpan' },
};

/** The guide's clients take `queued` for an encounter only: for what hangs on it anything but `success` is a failure. */
const mayBeQueued = ['kirimEncounter', 'kirimKunjungan'];

/** Something sent, or kept and still to be sent. Ids stand at the top and in `data`: clients of the guide read either. */
export function sendAnswer(submission: Submitted, warnings: string[]): RouteAnswer {
  const { logId, endpoint, state, result, error } = submission;
  const all = [...warnings, ...(result?.warnings ?? [])];
  if (state === 'sent' && result) {
    const ids = {
      id: result.id,
      satusehat_id: result.id,
      encounter_id: result.encounterId,
      pasien_id: result.patientId,
    };
    return {
      status: 200,
      body: {
        status: 'success',
        log_id: logId,
        message: words[endpoint]?.sent,
        ...ids,
        data: withWarnings({ ...ids, delivery: 'sent', resources: result.resources }, all),
      },
    };
  }
  const why = error ? ` ${error.message}` : state === 'held' ? ' Menunggu kunjungannya terkirim.' : '';
  return {
    status: 202,
    body: {
      status: mayBeQueued.includes(endpoint) ? 'queued' : 'success',
      log_id: logId,
      message: `${words[endpoint]?.kept}; layanan akan mengirimkannya ke SATUSEHAT.${why}`,
      data: withWarnings({ delivery: 'queued' }, all),
    },
  };
}

/** Something withdrawn, or about to be. `log_id` is that of what was sent. */
export function voidAnswer(target: string, done: Submitted | undefined): RouteAnswer {
  const queued = done !== undefined && done.state !== 'sent';
  const message = done
    ? queued
      ? 'Pembatalan diterima dan disimpan; layanan akan mengirimkannya ke SATUSEHAT.'
      : 'Data ini dibatalkan di SATUSEHAT.'
    : 'Data ini dibatalkan; tidak ada yang sempat terkirim ke SATUSEHAT.';
  return {
    status: queued ? 202 : 200,
    body: {
      status: 'success',
      log_id: target,
      message,
      data: {
        state: queued ? 'queued' : 'void',
        delivery: queued ? 'queued' : 'sent',
        ...(done ? { batal_log_id: done.logId } : {}),
        ...(done?.result ? { resources: done.result.resources } : {}),
      },
    },
  };
}

/** Withdrawn before; asking again changes nothing. */
export function alreadyVoid({ logId, result }: Submitted): RouteAnswer {
  const message = result
    ? 'Data ini sudah dibatalkan.'
    : 'Data ini sudah dibatalkan; tidak ada yang sempat terkirim ke SATUSEHAT.';
  const body = { status: 'success', log_id: logId, message, data: { state: 'void', delivery: 'sent' } };
  return { status: 200, body };
}

/** What a send of something withdrawn is answered with. */
export function withdrawn({ logId }: Pick<Submitted, 'logId'>): SatusehatError {
  return new SatusehatError({
    code: 'DUPLICATE',
    message: 'Data yang sama sudah pernah dikirim dan dibatalkan.',
    remedy: 'Bila memang harus dikirim lagi, beri no_registrasi lain atau header Idempotency-Key yang baru.',
    logId,
  });
}

/** What a resend of something that is there is answered with. @param whole false while more of it has to follow. */
export function alreadyThere(logId: string, whole: boolean): SatusehatError {
  return new SatusehatError({
    code: 'DUPLICATE',
    message: 'Data ini sudah ada di SATUSEHAT, sehingga isinya tidak dapat diganti lewat resend.',
    remedy: whole
      ? 'Kirim koreksinya lewat endpoint-nya sendiri, dengan field id berisi log_id ini.'
      : 'Kirim ulang lewat resend tanpa isi; sesudah terkirim, kirim koreksinya dengan field id berisi log_id ini.',
    logId,
  });
}

/** A dry run that went well. */
export function trialAnswer(fhir: unknown, warnings: string[]): RouteAnswer {
  const message = 'Uji coba: data sah, tidak ada yang disimpan atau dikirim.';
  return { status: 200, body: { status: 'success', message, data: withWarnings({ fhir }, warnings) } };
}

export function lookupAnswer(id: string, message: string, warnings: string[]): RouteAnswer {
  return {
    status: 200,
    body: {
      status: 'success',
      satusehat_id: id,
      message,
      data: withWarnings({ satusehat_id: id }, warnings),
    },
  };
}

export function registerAnswer(id: string, message: string, warnings: string[]): RouteAnswer {
  return {
    status: 200,
    body: {
      status: 'success',
      id,
      satusehat_id: id,
      message,
      data: withWarnings({ id, satusehat_id: id }, warnings),
    },
  };
}

/** What became of a submission, by its state. */
export const stateWords: Record<Submitted['state'], string> = {
  queued: 'Diterima, menunggu giliran dikirim.',
  sending: 'Sedang dikirim ke SATUSEHAT.',
  waiting: 'Belum terkirim; akan dicoba lagi.',
  held: 'Menunggu kunjungannya terkirim.',
  sent: 'Terkirim ke SATUSEHAT.',
  failed: 'Gagal; perlu diperbaiki.',
  void: 'Dibatalkan.',
};

/** What the service keeps and the platform has no place for. */
export function keptLocally({ penjamin, jenis_kunjungan }: Record<string, unknown>): Record<string, unknown> {
  return {
    ...(penjamin === undefined ? {} : { penjamin: String(penjamin) }),
    ...(jenis_kunjungan === undefined ? {} : { jenis_kunjungan: String(jenis_kunjungan) }),
  };
}
