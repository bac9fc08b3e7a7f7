/**
 * The types of the packed package under the oldest and the newest TypeScript that it is for; `npm run everywhere`
 * takes all between them as well. The declarations of the package itself are checked too (`skipLibCheck` is off).
 */
import { execFile } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runtime } from '../support/need.js';
import { root } from '../support/program.js';
import { install, type Packed } from './packed.js';

let packed: Packed;

beforeAll(() => {
  packed = install(['msw', '@types/node']);
  for (const [name, text] of Object.entries({ 'use.mts': esm, 'use.cts': cjs, 'testing.mts': testing })) {
    writeFileSync(join(packed.app, name), text);
  }
});
afterAll(() => rmSync(packed.app, { recursive: true, force: true }));

const esm = `
  import { type Batch, type EncounterInput, isSatusehatError, SatusehatClient } from 'satusehat-sdk';
  import { type ClinicConfig, createSatusehatService } from 'satusehat-sdk/server';
  import { mapEncounter } from 'satusehat-sdk/fhir';
  import { createSandbox } from 'satusehat-sdk/sandbox';
  const client = new SatusehatClient({ baseUrl: 'https://x.example' });
  export const send = async (visit: EncounterInput): Promise<string | undefined> => {
    try { return (await client.kirimEncounter(visit)).encounter_id; }
    catch (error) {
      if (isSatusehatError(error) && error.code === 'INVALID_FIELDS') return error.details?.fields[0]?.field;
      throw error;
    }
  };
  export const all = async (batch: Batch): Promise<number> => {
    for await (const { ok, error } of batch) if (!ok) console.error(error.code);
    return batch.report.sent;
  };
  export const clinics: ClinicConfig[] = [];
  export const parts = { createSatusehatService, mapEncounter, createSandbox };
  // @ts-expect-error a date is no string
  client.kirimEncounter({ tanggal_kunjungan: new Date() });`;
const cjs = `
  import sdk = require('satusehat-sdk');
  export const client = new sdk.SatusehatClient('https://x.example', 'a', 'b');`;
/** Needs what msw needs: TypeScript 5.7. */
const testing = `
  import { setupServer } from 'msw/node';
  import { type Call, satusehatHandlers } from 'satusehat-sdk/testing';
  const satusehat = satusehatHandlers({ baseUrl: 'https://x.example' });
  satusehat.when('kirimEncounter', { error: 'PATIENT_NOT_FOUND', times: 1 });
  // @ts-expect-error not an error of this endpoint
  satusehat.when('getPatientId', { error: 'ENCOUNTER_NOT_FOUND' });
  export const mock = setupServer(...satusehat);
  export const asked = (call: Call): string | undefined =>
    call.endpoint === 'getPatientId' ? call.input?.nik : undefined;`;

const oldest: [string, string, boolean][] = [['TypeScript 5.4', 'ts54', false]];
const newest: [string, string, boolean][] = [['TypeScript 7', 'ts7', true]];
const between: [string, string, boolean][] = [
  ['TypeScript 5.5', 'ts55', false],
  ['TypeScript 5.6', 'ts56', false],
  ['TypeScript 5.7', 'ts57', true],
  ['TypeScript 5.8', 'ts58', true],
  ['TypeScript 5.9', 'ts59', true],
  ['TypeScript 6', '', true],
];
const all = process.env.EVERYWHERE === '1';

describe.each([...oldest, ...(all ? between : []), ...newest])('%s', (name, folder, withMsw) => {
  const tsc = folder ? runtime(folder, 'bin/tsc') : join(root, 'node_modules/typescript/bin/tsc');

  const resolutions = all || folder === 'ts7' ? ['node16', 'bundler'] : ['node16'];

  it.skipIf(!tsc).each(resolutions)('moduleResolution %s', { timeout: 120_000 }, async (resolution) => {
    const node16 = resolution === 'node16';
    const strict = [
      '--noEmit',
      '--strict',
      '--skipLibCheck',
      'false',
      '--types',
      'node',
      '--target',
      'es2022',
    ];
    const modules = ['--module', node16 ? 'node16' : 'esnext', '--moduleResolution', resolution];
    const files = ['use.mts', ...(node16 ? ['use.cts'] : []), ...(withMsw ? ['testing.mts'] : [])];
    const said = await new Promise<string>((resolve) => {
      const args = [tsc ?? '', ...strict, ...modules, ...files];
      execFile(process.execPath, args, { cwd: packed.app }, (_, stdout, stderr) => resolve(stdout + stderr));
    });
    expect(said, name).toBe('');
  });
});
