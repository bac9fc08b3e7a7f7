/** What every way of mounting the service has to do, over a real socket. */
import { expect } from 'vitest';
import { SatusehatClient } from '../../src/index.js';
import { sandboxClinic } from '../../src/sandbox.js';
import { thrownBy } from '../support/thrown.js';
import { guideVisit } from '../support/visit.js';

/** What the client and a bare request get at an address; the names of both codes come from the service. */
export async function expectMounted(url: string): Promise<void> {
  const client = new SatusehatClient(url, sandboxClinic.code, sandboxClinic.secret);
  const sent = await client.kirimEncounter(guideVisit());
  expect(sent).toMatchObject({ status: 'success', pasien_id: 'P00123456789' });
  expect((await client.getLog(sent.log_id ?? '')).data).toMatchObject({ encounter_id: sent.encounter_id });
  const nobody = client.kirimEncounter({ ...guideVisit(), nik_pasien: '3201010101990009' });
  expect(await thrownBy(nobody)).toMatchObject({ code: 'PATIENT_NOT_FOUND', status: 404 });

  const bad = await post(url, JSON.stringify({ ...guideVisit(), poli: '' }));
  expect(bad.status).toBe(422);
  expect(await bad.json()).toMatchObject({
    code: 'MISSING_REQUIRED_FIELDS',
    details: { fields: [{ field: 'poli' }] },
  });
  const stranger = await fetch(`${url}/api/log/x`);
  expect([stranger.status, ((await stranger.json()) as { code: string }).code]).toEqual([
    401,
    'INVALID_CREDENTIALS',
  ]);
}

export function post(url: string, body: BodyInit, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${url}/api/encounter`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-clinic-code': sandboxClinic.code,
      'x-clinic-secret': sandboxClinic.secret,
      ...headers,
    },
    body,
  });
}
