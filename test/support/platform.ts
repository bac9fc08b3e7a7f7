/** A sandbox with someone logged in, and short ways to ask it. */
import { createSandbox, type Sandbox, type SandboxOptions, sandboxCredential } from '../../src/sandbox.js';

// biome-ignore lint/suspicious/noExplicitAny: answers of a platform whose types are what is tested
export type Body = any;

export interface Asking {
  sandbox: Sandbox;
  clock: { now: number };
  login(clientId?: string, secret?: string): Promise<{ status: number; body: Body }>;
  ask(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<{ status: number; headers: Headers; body: Body }>;
}

export const base = 'https://sandbox.invalid';

export async function startAsking(options: SandboxOptions = {}): Promise<Asking> {
  const clock = { now: Date.parse('2026-01-10T00:00:00Z') };
  const sandbox = createSandbox({ now: () => clock.now, sleep: async () => {}, ...options });
  let token = '';
  const asking: Asking = {
    sandbox,
    clock,
    async login(clientId = sandboxCredential.clientId, secret: string = sandboxCredential.clientSecret) {
      const response = await sandbox.fetch(`${base}/oauth2/v1/accesstoken?grant_type=client_credentials`, {
        method: 'POST',
        body: new URLSearchParams({ client_id: clientId, client_secret: secret }),
      });
      const body = (await response.json()) as Body;
      if (response.status === 200) token = body.access_token;
      return { status: response.status, body };
    },
    async ask(method, path, body, headers = {}) {
      const response = await sandbox.fetch(`${base}/fhir-r4/v1${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      let parsed: Body = text;
      try {
        parsed = JSON.parse(text);
      } catch {}
      return { status: response.status, headers: response.headers, body: parsed };
    },
  };
  await asking.login();
  return asking;
}

export const encounter = (change: Record<string, unknown> = {}): Record<string, unknown> => ({
  resourceType: 'Encounter',
  identifier: [{ system: 'http://sys-ids.kemkes.go.id/encounter/10000004', value: 'V-1' }],
  status: 'in-progress',
  statusHistory: [{ status: 'in-progress', period: { start: '2025-01-01T00:00:00+00:00' } }],
  class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' },
  subject: { reference: 'Patient/P00123456789' },
  participant: [{ individual: { reference: 'Practitioner/10001234567' } }],
  period: { start: '2025-01-01T00:00:00+00:00' },
  location: [{ location: { reference: 'Location/7d4f9b1e-3c0a-4a58-9d1c-5f2b8a6e1001' } }],
  serviceProvider: { reference: 'Organization/10000004' },
  ...change,
});

export const observation = (
  encounterId: string,
  change: Record<string, unknown> = {},
): Record<string, unknown> => ({
  resourceType: 'Observation',
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code: '8480-6' }] },
  subject: { reference: 'Patient/P00123456789' },
  encounter: { reference: encounterId.startsWith('urn:') ? encounterId : `Encounter/${encounterId}` },
  performer: [{ reference: 'Practitioner/10001234567' }],
  effectiveDateTime: '2025-01-01T00:00:00+00:00',
  issued: '2025-01-01T00:00:00+00:00',
  valueQuantity: { value: 120, unit: 'mm[Hg]', system: 'http://unitsofmeasure.org', code: 'mm[Hg]' },
  ...change,
});

export const bundle = (...resources: Record<string, unknown>[]): Record<string, unknown> => ({
  resourceType: 'Bundle',
  type: 'transaction',
  entry: resources.map((resource, index) => ({
    fullUrl: `urn:uuid:0b0a6e1e-55f3-4d44-8f0a-6f3f2f6f1d1${index}`,
    resource,
    request: { method: 'POST', url: resource.resourceType },
  })),
});
/** fullUrl of the first entry of {@link bundle}. */
export const firstUrl = 'urn:uuid:0b0a6e1e-55f3-4d44-8f0a-6f3f2f6f1d10';
