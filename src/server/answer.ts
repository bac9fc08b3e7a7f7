/** How answers look on the wire (contract, section 2). */
import { statusOf } from '../contract/codes.js';
import type { SatusehatError } from '../contract/error.js';
import type { Submission } from '../store/store.js';

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
export function withWarnings(data: Record<string, unknown>, warnings: string[]): Record<string, unknown> {
  return warnings.length > 0 ? { ...data, peringatan: warnings } : data;
}

/** A sent or a still queued encounter. Ids stand at the top and in `data`: clients of the guide read either. */
export function encounterAnswer(submission: Submission, warnings: string[]): RouteAnswer {
  const { logId, result, error } = submission;
  if (result) {
    const ids = {
      id: result.encounterId,
      satusehat_id: result.encounterId,
      encounter_id: result.encounterId,
      pasien_id: result.patientId,
    };
    return {
      status: 200,
      body: {
        status: 'success',
        log_id: logId,
        message: 'Kunjungan terkirim ke SATUSEHAT.',
        ...ids,
        data: withWarnings({ ...ids, delivery: 'sent', resources: result.resources }, warnings),
      },
    };
  }
  const why = error ? ` ${error.message}` : '';
  return {
    status: 202,
    body: {
      status: 'queued',
      log_id: logId,
      message: `Kunjungan diterima dan disimpan; layanan akan mengirimkannya ke SATUSEHAT.${why}`,
      data: withWarnings({ delivery: 'queued' }, warnings),
    },
  };
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
