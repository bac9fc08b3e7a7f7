/** A whole visit in parts, in the guide's order, for services that have no `/api/kunjungan`. Loaded when needed. */
import type { InputOf, ResponseOf } from '../contract/contract.js';
import { type FailedPart, isSatusehatError, SatusehatError, type VisitProgress } from '../contract/error.js';
import type { SatusehatClient } from './client.js';
import type { SendOptions } from './options.js';

export type Visit = InputOf<'kirimKunjungan'>;

const lists = [
  ['diagnosis', 'kirimDiagnosis'],
  ['observasi', 'kirimObservation'],
  ['prosedur', 'kirimProcedure'],
] as const;

/**
 * The encounter first; each part then carries its ids. A part that is refused does not keep the others from going;
 * one that cannot get through does: the next would wait in vain.
 *
 * @throws SatusehatError of the encounter as it is: nothing went; else PARTIALLY_SENT.
 */
export async function sendInParts(
  client: SatusehatClient,
  { diagnosis, observasi, prosedur, ...encounter }: Visit,
  { idempotencyKey, ...options }: SendOptions,
  resume: VisitProgress | undefined,
): Promise<ResponseOf<'kirimKunjungan'>> {
  // One key names one part.
  const keyed = (part: string) => ({
    ...options,
    ...(idempotencyKey ? { idempotencyKey: `${idempotencyKey}/${part}` } : {}),
  });
  const sent: ResponseOf<'kirimEncounter'> = resume
    ? { status: 'success', encounter_id: resume.encounter_id }
    : await client.kirimEncounter(encounter as InputOf<'kirimEncounter'>, keyed('encounter'));
  const encounter_id = sent.encounter_id ?? sent.id ?? sent.log_id;
  if (!encounter_id) throw new SatusehatError({ code: 'UNEXPECTED_RESPONSE' });

  const done = [...(resume?.done ?? [])];
  const failed: FailedPart[] = [];
  const answers: Record<string, unknown> = {};
  let attempts = 0;
  let stuck = false;
  let pasien_id = sent.pasien_id ?? given(encounter.pasien_id);
  const all = { diagnosis, observasi, prosedur };
  for (const [list, method] of lists) {
    for (const [index, item] of (all[list] ?? []).entries()) {
      const part = `${list}.${index}`;
      if (done.includes(part)) continue;
      if (stuck) {
        failed.push({ part, error: undefined });
        continue;
      }
      try {
        pasien_id ??= (await client.getPatientId(String(encounter.nik_pasien), options)).satusehat_id;
        const body = { ...item, encounter_id, pasien_id: item.pasien_id ?? pasien_id };
        answers[part] = await client[method](body as never, keyed(part));
        done.push(part);
      } catch (error) {
        if (!isSatusehatError(error)) throw error;
        failed.push({ part, error });
        attempts += error.attempts;
        stuck = error.retryable || error.code === 'ABORTED' || error.code === 'INVALID_CREDENTIALS';
      }
    }
  }
  if (failed.length > 0) {
    throw new SatusehatError({
      code: 'PARTIALLY_SENT',
      attempts,
      ...(sent.log_id ? { logId: sent.log_id } : {}),
      details: { sent: ['encounter', ...done], failed, resume: { encounter_id, done } },
    });
  }
  return { ...sent, ...(pasien_id ? { pasien_id } : {}), data: { ...sent.data, bagian: answers } };
}

function given(id: string | number | null | undefined): string | undefined {
  return id == null || id === '' ? undefined : String(id);
}
