/** What the service really answers to the examples of `/openapi.json`, on the emulated platform. */
import { contract, type EndpointName } from '../../src/contract/contract.js';
import { sandboxClinic, sandboxLocationId } from '../../src/sandbox/seed.js';
import { examples } from '../../src/server/openapi-examples.js';
import { startWorld } from '../support/world.js';

export interface Asked {
  /** With its query, e.g. `/api/log?batas=2`. */
  path: string;
  headers?: Record<string, string>;
  body?: Record<string, unknown>;
  status: number;
  answer: Record<string, unknown>;
}

export interface RealExamples {
  /** By endpoint; the first is asked plainly. */
  of: Partial<Record<EndpointName, Asked[]>>;
  /** A refusal: a NIK that the platform does not know. */
  refusal: Asked;
  /** A dry run of the guide's visit: too long for a page. */
  trial: Asked;
}

/** The guide's visit has just ended. */
const NOW = Date.parse('2024-01-15T09:30:00Z');

type Given = Partial<Pick<Asked, 'headers' | 'body'>> & { path?: string };

export async function runExamples(): Promise<RealExamples> {
  const now = () => NOW;
  const { service } = await startWorld({ now, sandboxOptions: { now, seed: 1 } });
  const of: RealExamples['of'] = {};

  async function ask(name: EndpointName, { path, headers, body }: Given = {}): Promise<Asked> {
    const row = contract[name];
    const asked = path ?? row.path;
    const response = await service.fetch(
      new Request(`http://service.invalid${asked}`, {
        method: row.method,
        headers: {
          'x-clinic-code': sandboxClinic.code,
          'x-clinic-secret': sandboxClinic.secret,
          ...(body ? { 'content-type': 'application/json' } : {}),
          ...headers,
        },
        body: body ? JSON.stringify(body) : null,
      }),
    );
    const answer = (await response.json()) as Record<string, unknown>;
    return {
      path: asked,
      ...(headers ? { headers } : {}),
      ...(body ? { body } : {}),
      status: response.status,
      answer,
    };
  }

  async function show(name: EndpointName, given?: Given): Promise<Record<string, unknown>> {
    const asked = await ask(name, given);
    of[name] = [...(of[name] ?? []), asked];
    return asked.answer;
  }

  const bodyOf = (name: EndpointName) => examples[name]?.request as Record<string, unknown>;
  const later = { Prefer: 'respond-async' };

  for (const name of ['getPatientId', 'getPractitionerId', 'getHealthcareServiceId'] as const) {
    await show(name, { body: bodyOf(name) });
  }
  for (const name of ['registerPatient', 'registerPractitioner'] as const) {
    await show(name, { body: bodyOf(name) });
  }
  const visit = await show('kirimEncounter', { body: bodyOf('kirimEncounter') });
  const hanging = (name: EndpointName) => ({ ...bodyOf(name), encounter_id: visit.encounter_id });
  await show('kirimDiagnosis', { body: hanging('kirimDiagnosis') });
  const observation = await show('kirimObservation', { body: hanging('kirimObservation') });
  await show('kirimProcedure', { body: hanging('kirimProcedure') });
  await show('kirimKunjungan', { body: { ...bodyOf('kirimKunjungan'), no_registrasi: 'REG-2024-0002' } });

  const unknown = {
    ...bodyOf('kirimEncounter'),
    nik_pasien: '3201010101990017',
    no_registrasi: 'REG-2024-0003',
  };
  const trial = await ask('kirimEncounter', { path: '/api/encounter?uji=1', body: bodyOf('kirimEncounter') });
  const refusal = await ask('kirimEncounter', { body: unknown });
  const failed = String(refusal.answer.log_id);
  await show('getLog', { path: `/api/log/${visit.log_id}` });
  await show('getLog', { path: `/api/log/${failed}` });
  await show('listLog', { path: '/api/log?batas=2' });
  await show('resendLog', {
    path: `/api/log/${failed}/resend`,
    body: { ...bodyOf('resendLog'), no_registrasi: 'REG-2024-0003' },
  });
  await show('batalLog', { path: `/api/log/${observation.log_id}/batal`, body: bodyOf('batalLog') });
  await show('healthz');
  await show('readyz');
  // Last: what is kept here is delivered while nobody looks.
  await show('kirimEncounter', {
    headers: later,
    body: { ...bodyOf('kirimEncounter'), no_registrasi: 'REG-2024-0004' },
  });
  await show('kirimDiagnosis', {
    headers: later,
    body: { ...hanging('kirimDiagnosis'), kode_icd10: 'R51', deskripsi_diagnosis: 'Sakit kepala' },
  });
  return withFixedIds({ of, refusal, trial });
}

/** Ids that differ from run to run become ids by the order in which they appear; what is seeded stays. */
function withFixedIds<T>(value: T): T {
  const known = new Map([[sandboxLocationId, sandboxLocationId]]);
  const text = JSON.stringify(value).replace(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, (id) => {
    const fixed = known.get(id) ?? `0b0a6e1e-55f3-4d44-8f0a-${known.size.toString().padStart(12, '0')}`;
    known.set(id, fixed);
    return fixed;
  });
  return JSON.parse(text.replace(/("versionId":")[^"]*/g, '$1MTcwNTMxMTAwMDAwMDAwMDAwMA')) as T;
}
