import { createSandbox, sandboxCredential } from 'satusehat-sdk/sandbox';
import { compare, type Ratio } from './compare.ts';

const base = 'https://sandbox.invalid';
const system = `http://sys-ids.kemkes.go.id/encounter/${sandboxCredential.organizationId}`;

async function login(sandbox: ReturnType<typeof createSandbox>): Promise<Record<string, string>> {
  const response = await sandbox.fetch(`${base}/oauth2/v1/accesstoken?grant_type=client_credentials`, {
    method: 'POST',
    body: new URLSearchParams({
      client_id: sandboxCredential.clientId,
      client_secret: sandboxCredential.clientSecret,
    }),
  });
  const { access_token } = (await response.json()) as { access_token: string };
  return { authorization: `Bearer ${access_token}`, 'content-type': 'application/json' };
}

/** A visit of ten entries, the guide's shape. */
function visit(number: number): string {
  const at = '2025-01-01T00:00:00+00:00';
  const subject = { reference: 'Patient/P00123456789' };
  const practitioner = { reference: 'Practitioner/10001234567' };
  const encounter = {
    resourceType: 'Encounter',
    identifier: [{ system, value: `V-${number}` }],
    status: 'in-progress',
    statusHistory: [{ status: 'in-progress', period: { start: at } }],
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' },
    subject,
    participant: [{ individual: practitioner }],
    period: { start: at },
    location: [{ location: { reference: 'Location/7d4f9b1e-3c0a-4a58-9d1c-5f2b8a6e1001' } }],
    serviceProvider: { reference: `Organization/${sandboxCredential.organizationId}` },
  };
  const observations = Array.from({ length: 9 }, (_, index) => ({
    resourceType: 'Observation',
    identifier: [{ system: system.replace('encounter', 'observation'), value: `V-${number}-${index}` }],
    status: 'final',
    category: [
      {
        coding: [
          { system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs' },
        ],
      },
    ],
    code: { coding: [{ system: 'http://loinc.org', code: '8480-6', display: 'Systolic blood pressure' }] },
    subject,
    encounter: { reference: 'urn:uuid:0b0a6e1e-55f3-4d44-8f0a-6f3f2f6f1d10' },
    effectiveDateTime: at,
    issued: at,
    performer: [practitioner],
    valueQuantity: {
      value: 100 + index,
      unit: 'mm[Hg]',
      system: 'http://unitsofmeasure.org',
      code: 'mm[Hg]',
    },
  }));
  const entry = [encounter, ...observations].map((resource, index) => ({
    fullUrl: `urn:uuid:0b0a6e1e-55f3-4d44-8f0a-6f3f2f6f1d1${index}`,
    resource,
    request: { method: 'POST', url: resource.resourceType },
  }));
  return JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry });
}

export async function sandboxBench({
  rounds = 9,
  transactions = 200,
  searches = 2_000,
  held = 100_000,
} = {}): Promise<Ratio[]> {
  const sandbox = createSandbox();
  const headers = await login(sandbox);
  let number = 0;
  const time = async (times: number, work: () => Promise<unknown>): Promise<number> => {
    const start = performance.now();
    for (let turn = 0; turn < times; turn++) await work();
    return performance.now() - start;
  };
  const bodies = () => visit(number++);
  const transact = () =>
    time(transactions, async () => {
      const response = await sandbox.fetch(`${base}/fhir-r4/v1`, { method: 'POST', headers, body: bodies() });
      if (response.status !== 200) throw new Error(`a transaction was refused: ${await response.text()}`);
      await response.json();
    });
  /** What a user would write instead: a handler that gives the same JSON back. */
  const echo = () =>
    time(transactions, async () => {
      const request = new Request(`${base}/fhir-r4/v1`, { method: 'POST', headers, body: bodies() });
      await new Response(JSON.stringify(await request.json())).json();
    });
  await transact();
  await echo();
  const transaction = await compare(rounds, transact, echo);

  const filled = async (count: number) => {
    const full = createSandbox();
    for (let index = 0; index < count; index++) {
      const identifier = [{ system, value: `V-${index}` }];
      full.put({ resourceType: 'Encounter', id: `e-${index}`, identifier });
    }
    const asHeaders = await login(full);
    let turn = 0;
    return () =>
      time(searches, async () => {
        const value = `V-${(turn++ * 7919) % count}`;
        const query = new URLSearchParams({ identifier: `${system}|${value}` });
        const response = await full.fetch(`${base}/fhir-r4/v1/Encounter?${query}`, { headers: asHeaders });
        const { total } = (await response.json()) as { total: number };
        if (total !== 1) throw new Error('a search missed');
      });
  };
  const [many, few] = [await filled(held), await filled(100)];
  await many();
  await few();
  const search = await compare(rounds, many, few);

  return [
    {
      key: 'sandbox_transaction_vs_echo',
      what: 'time of a transaction of ten entries over echoing the same JSON',
      ...transaction,
      budget: undefined,
    },
    {
      key: 'sandbox_search_100k_vs_100',
      what: `time of a search by identifier among ${held} over one among 100`,
      ...search,
      budget: { atMost: 1.5 },
    },
  ];
}
