/**
 * Every recorded request of the ministry's outpatient collection, against the sandbox: accepted where the real
 * platform answered 2xx, with the recorded members in the answer.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { createSandbox, type Sandbox, sandboxCredential } from '../../src/sandbox.js';
import { oracles } from '../support/need.js';

const folder = oracles();
const base = 'https://sandbox.invalid';
const list = (name: string) => (folder ? readdirSync(join(folder, 'rawat-jalan', name)).sort() : []);
const load = (...path: string[]) => readFileSync(join(folder ?? '', 'rawat-jalan', ...path), 'utf8');

/** What differs from the recordings, and why. */
const differs: Record<string, string> = {
  '01-081-POST-Specimen-specimen-create.json':
    'the saved answer carries a condition that the saved request does not send',
};

// biome-ignore lint/suspicious/noExplicitAny: recordings have no types
type Body = any;

/** A UUID that depends on the name alone. */
function uuid(name: string): string {
  const hex = Buffer.from(name.padEnd(16, '.')).toString('hex').padEnd(32, '0');
  let sum = 0;
  for (const character of name) sum = (sum * 31 + character.charCodeAt(0)) >>> 0;
  const tail = sum.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${tail}`;
}

const fixed: Record<string, string> = {
  Org_id: sandboxCredential.organizationId,
  Patient_id: 'P00123456789',
  Practitioner_id: '10001234567',
};

/** Placeholders become ids. */
function fill(text: string): string {
  return text.replace(
    /\{\{(\w+)\}\}/g,
    (_, name: string) => fixed[name] ?? (/name|text/i.test(name) ? name : uuid(name)),
  );
}

/** The collection repeats its identifiers; every recording was made with numbers of its own. */
function makeUnique(body: Body, number: string): void {
  for (const one of [body.identifier ?? []].flat()) one.value = `${one.value}-${number}`;
}

/** Whatever a body points at is there, as it was at the platform. */
function putTargets(sandbox: Sandbox, value: unknown, known: Set<string>): void {
  if (Array.isArray(value)) for (const item of value) putTargets(sandbox, item, known);
  else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      if (key !== 'reference' || typeof item !== 'string') {
        putTargets(sandbox, item, known);
        continue;
      }
      const [resourceType = '', id = ''] = item.split('/');
      if (!id || item.startsWith('urn:') || known.has(item)) continue;
      known.add(item);
      if (!sandbox.resources(resourceType).some((one) => one.id === id)) sandbox.put({ resourceType, id });
    }
  }
}

describe.skipIf(!folder)('the recorded outpatient requests', () => {
  const requests = list('requests').filter((name) => /-(POST|PUT)-/.test(name));
  const responses = list('responses');
  const sandbox = createSandbox();
  const known = new Set<string>();
  let token: string;

  beforeAll(async () => {
    const response = await sandbox.fetch(`${base}/oauth2/v1/accesstoken?grant_type=client_credentials`, {
      method: 'POST',
      body: new URLSearchParams({
        client_id: sandboxCredential.clientId,
        client_secret: sandboxCredential.clientSecret,
      }),
    });
    token = ((await response.json()) as Body).access_token;
  });

  it('are all there', () => expect(requests.length).toBeGreaterThan(150));

  it.each(requests)('%s', async (name) => {
    const body = JSON.parse(fill(load('requests', name)));
    makeUnique(body, name.slice(0, 6));
    putTargets(sandbox, body, known);
    const [, , method = '', type = ''] = name.split('-');
    const path = type === 'Bundle' ? '' : `/${type}`;
    if (method === 'PUT') sandbox.put({ resourceType: type, id: body.id });
    const response = await sandbox.fetch(
      `${base}/fhir-r4/v1${path}${method === 'PUT' ? `/${body.id}` : ''}`,
      {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      },
    );
    const answer = (await response.json()) as Body;
    expect(answer.issue ?? [], name).toEqual([]);
    expect(response.status).toBe(method === 'PUT' || type === 'Bundle' ? 200 : 201);

    const recording = responses.find((one) => one.startsWith(name.slice(0, 6)));
    if (!recording || differs[name]) return;
    const recorded: Body = JSON.parse(load('responses', recording)).body;
    if (type === 'Bundle') {
      expect(Object.keys(answer).sort()).toEqual(Object.keys(recorded).sort());
      expect(Object.keys(answer.entry[0].response).sort()).toEqual(
        Object.keys(recorded.entry[0].response).sort(),
      );
      expect(answer.entry).toHaveLength(recorded.entry.length);
      return;
    }
    if (recorded.resourceType !== type) return; // an answer saved under another request
    const added = (from: Body) =>
      Object.keys(from)
        .filter((key) => !(key in body))
        .sort();
    expect(added(answer)).toEqual(added(recorded));
    expect(Object.keys(answer.meta ?? {}).sort()).toEqual(Object.keys(recorded.meta ?? answer.meta).sort());
  });
});
