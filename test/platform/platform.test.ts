/** Where requests go, what cannot be configured, and the whole client against the sandbox. */
import type { Encounter, Observation } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import { createPlatform, type PlatformOptions } from '../../src/platform/platform.js';
import { createSandbox, sandboxCredential, sandboxLocationId } from '../../src/sandbox.js';
import { encounter, observation } from '../support/platform.js';
import { calls, failure, json } from './clock.js';

const credential = { clientId: 'id', clientSecret: 'very-secret', organizationId: '10000004' };

describe('hosts and paths', () => {
  const hosts = {
    staging: 'https://api-satusehat-stg.dto.kemkes.go.id',
    production: 'https://api-satusehat.kemkes.go.id',
    'https://gateway.example/satusehat/': 'https://gateway.example/satusehat',
  };

  it.each(Object.entries(hosts))('%s', async (env, host) => {
    const asked: string[] = [];
    let answer: unknown;
    const platform = createPlatform({
      ...credential,
      env,
      async fetch(input, init) {
        const request = new Request(input, init);
        asked.push(`${request.method} ${request.url}`);
        return json(
          200,
          request.url.includes('accesstoken') ? { access_token: 't', expires_in: '3599' } : answer,
        );
      },
      perMinute: Number.POSITIVE_INFINITY,
    });
    for (const one of Object.values(calls)) {
      answer = one.answer;
      await one.call(platform);
    }
    expect(asked).toEqual([
      `POST ${host}/oauth2/v1/accesstoken?grant_type=client_credentials`,
      `GET ${host}/fhir-r4/v1/Location?name=a`,
      `GET ${host}/fhir-r4/v1/Location/L-1`,
      `PUT ${host}/fhir-r4/v1/Location/L-1`,
      `POST ${host}/fhir-r4/v1/Location`,
      `PATCH ${host}/fhir-r4/v1/Location/L-1`,
      `POST ${host}/fhir-r4/v1`,
      `POST ${host}/fhir-r4/v1/Patient`,
    ]);
  });

  it('an id cannot leave its place in the path', async () => {
    const asked: string[] = [];
    const platform = createPlatform({
      ...credential,
      env: 'https://sandbox.invalid',
      async fetch(input) {
        asked.push(String(input));
        return json(200, { access_token: 't', expires_in: '3599' });
      },
    });
    await failure(platform.read('Location', '../Patient?identifier=x'));
    expect(asked.at(-1)).toBe('https://sandbox.invalid/fhir-r4/v1/Location/..%2FPatient%3Fidentifier%3Dx');
  });
});

describe('options that cannot work', () => {
  it.each<[Partial<PlatformOptions>, string]>([
    [{ env: 'http://platform.example' }, 'platform: http://platform.example is not encrypted; use https'],
    [{ env: 'prod' }, 'platform: env must be staging, production or a URL'],
    [{ clientId: '' }, 'platform: clientId is missing'],
    [{ clientSecret: undefined as never }, 'platform: clientSecret is missing'],
    [{ organizationId: '' }, 'platform: organizationId is missing'],
    [{ retries: -1 }, 'platform: retries must be a whole number from 0'],
    [{ retries: 1.5 }, 'platform: retries must be a whole number from 0'],
    [{ timeout: 0 }, 'platform: timeout and deadline must be above 0'],
    [{ deadline: Number.NaN }, 'platform: timeout and deadline must be above 0'],
    [{ perMinute: 0 }, 'perMinute: must be a number above 0'],
    [{ proxy: 'socks5://user:very-secret@proxy' }, 'proxy: must be an http:// or https:// URL'],
    [{ ca: '/etc/ssl/ca.pem' }, 'ca: must be certificates as PEM text, not the path of a file'],
  ])('%j', (change, message) => {
    expect(() => createPlatform({ ...credential, env: 'staging', ...change })).toThrow(
      new TypeError(message),
    );
  });

  it.each(['http://127.0.0.1:8788', 'http://localhost:8788', 'http://[::1]:8788'])('%s can', (env) => {
    expect(createPlatform({ ...credential, env }).organizationId).toBe('10000004');
  });
});

describe('against the sandbox', () => {
  const other = { clientId: 'other', clientSecret: 'other-secret', organizationId: '10000005' };

  function start() {
    const sandbox = createSandbox({ credentials: [sandboxCredential, other] });
    const connect = (credential: typeof other) =>
      createPlatform({ ...credential, env: 'https://sandbox.invalid', fetch: sandbox.fetch });
    return { sandbox, platform: connect(sandboxCredential), stranger: connect(other) };
  }

  it('a visit is made, read, replaced and finished, an observation corrected', async () => {
    const { sandbox, platform } = start();
    const made = await platform.create(encounter() as unknown as Encounter);
    expect(made).toMatchObject({ resourceType: 'Encounter', versionId: expect.any(String) });
    const read = (await platform.read<Encounter>('Encounter', made.id)) as Encounter & { id: string };
    expect(read.meta?.versionId).toBe(made.versionId);

    const { meta, ...kept } = read;
    const replaced = await platform.replace<Encounter & { id: string }>({
      ...kept,
      reasonCode: [{ text: 'kontrol' }],
    });
    expect(replaced).toMatchObject({ id: made.id, reasonCode: [{ text: 'kontrol' }] });
    expect(replaced.meta?.versionId).not.toBe(made.versionId);

    const { id } = await platform.create(observation(made.id) as unknown as Observation);
    const patched = await platform.patch<Observation>('Observation', id, [
      { op: 'replace', path: '/status', value: 'corrected' },
      { op: 'replace', path: '/valueQuantity/value', value: 130 },
    ]);
    expect(patched).toMatchObject({ status: 'corrected', valueQuantity: { value: 130 } });
    expect(sandbox.resources('Observation')).toMatchObject([{ id, status: 'corrected' }]);
    expect(sandbox.stats().writes).toBe(4);
    expect(sandbox.stats().tokensIssued).toBe(1);
  });

  it('somebody else’s visit can be neither read nor changed', async () => {
    const { platform, stranger } = start();
    const made = await platform.create(encounter() as unknown as Encounter);
    const read = await failure(stranger.read('Encounter', made.id));
    expect(read).toMatchObject({ failure: 'unsettled', more: { status: 200 } });
    expect(read.more.issues?.[0]?.text).toContain('consent or privacy rules');
    const whole = { ...encounter(), id: made.id } as unknown as Encounter & { id: string };
    expect(await failure(stranger.replace(whole))).toMatchObject({
      failure: 'refused',
      more: { status: 403, outcomeUnknown: false },
    });
    const patch = stranger.patch('Encounter', made.id, [{ op: 'remove', path: '/period/end' }]);
    expect(await failure(patch)).toMatchObject({ failure: 'refused', more: { status: 403 } });
    expect(await stranger.search('Encounter', { subject: 'P00123456789' })).toEqual([]);
  });

  it('a second one of the same identifier is refused by its rule', async () => {
    const { platform } = start();
    await platform.create(encounter() as unknown as Encounter);
    const error = await failure(platform.create(encounter() as unknown as Encounter));
    expect(error).toMatchObject({ failure: 'refused', more: { issues: [{ rule: '20002' }] } });
  });

  it('a write whose answer is kept back is unsettled, and there', async () => {
    const { sandbox, platform } = start();
    sandbox.faults({ rates: { suppressed: 1 }, only: { methods: ['POST', 'PUT', 'PATCH'] } });
    const error = await failure(platform.create(encounter() as unknown as Encounter));
    expect(error).toMatchObject({ failure: 'unsettled', more: { outcomeUnknown: true } });
    expect(sandbox.stats().resources.Encounter).toBe(1);
  });

  it('what is not there is undefined; what is there comes whole', async () => {
    const { platform } = start();
    expect(await platform.read('Encounter', crypto.randomUUID())).toBeUndefined();
    expect(await platform.read('Location', sandboxLocationId)).toMatchObject({ name: 'Ruang Poli Umum' });
  });
});
