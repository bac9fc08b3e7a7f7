/** The R4 checker against planted errors, two outside validators and the recorded payloads. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Resource } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import { checkResource } from '../../src/fhir/check.js';
import { oracles } from '../support/need.js';
import { root } from '../support/program.js';
import { fhirErrors, medplumErrors } from '../support/validators.js';
import { good, planted } from './planted.js';

describe('the table', () => {
  it('is what the definitions give', () => {
    expect(execFileSync(process.execPath, ['scripts/r4-table.mjs'], { cwd: root, encoding: 'utf8' })).toBe(
      '',
    );
  });

  it('checker and table are under 20 kB gzipped', () => {
    const files = ['r4-table.json', 'check.ts', 'primitives.ts', 'invariants.ts'].map((name) =>
      readFileSync(join(root, 'src/fhir', name)),
    );
    expect(gzipSync(Buffer.concat(files)).length).toBeLessThan(20_000);
  });
});

describe('good resources', () => {
  it.each(Object.keys(good))('%s passes, here and at both oracles', (type) => {
    const resource = good[type] as unknown as Resource;
    expect(checkResource(resource)).toEqual([]);
    expect(medplumErrors(resource)).toEqual([]);
    expect(fhirErrors(resource)).toEqual([]);
  });
});

describe('odd and valid', () => {
  const shadow = { extension: [{ url: 'https://example.com/a', valueCode: 'x' }] };
  it.each<[string, Record<string, unknown>]>([
    [
      'null in a list, with its shadow',
      { ...good.Patient, name: [{ given: ['a', null], _given: [null, shadow] }] },
    ],
    [
      'an extension with only a shadow value',
      { ...good.Patient, extension: [{ url: 'https://example.com/a', _valueString: shadow }] },
    ],
    [
      'a period of a day',
      { ...good.Procedure, performedPeriod: { start: '2024-01-15T08:30:00+07:00', end: '2024-01-15' } },
    ],
    ['a period of a month', { ...good.Procedure, performedPeriod: { start: '2024-05-10', end: '2024-05' } }],
    [
      'the code of another system in a component',
      {
        ...good.Observation,
        component: [
          { code: { coding: [{ system: 'http://example.com', code: '8480-6' }] }, valueString: 'x' },
        ],
      },
    ],
    [
      'a contained type outside the table',
      {
        ...good.MedicationRequest,
        contained: [good.MedicationRequest?.contained, { resourceType: 'Device', id: 'd' }].flat(),
      },
    ],
  ])('%s passes', (_, resource) => {
    expect(checkResource(resource)).toEqual([]);
  });

  it('a conditional reference passes in a transaction, and depth has an end', () => {
    expect(checkResource({ ...good.Encounter, subject: { reference: 'Patient?identifier=a|b' } })).toEqual(
      [],
    );
    let deep: Record<string, unknown> = { url: 'https://example.com/a', valueCode: 'x' };
    for (let level = 0; level < 20_000; level++) deep = { url: 'https://example.com/a', extension: [deep] };
    expect(checkResource({ ...good.Patient, extension: [deep] })).not.toEqual([]);
  });
});

/** Planted errors that each oracle does not see; a row that it starts to see must leave this list. */
const missedBy: Record<'medplum' | 'fhir', Set<string>> = {
  medplum: new Set([
    'a bad gender',
    'a bad encounter status',
    'a bad status in a backbone',
    'a bad observation status',
    'a bad identifier use',
    'a bad telecom system',
    'a bad clinicalStatus',
    'a clinicalStatus of another system',
    'a bad verificationStatus',
    'a bad allergy category',
    'a bad request method',
    'a bad unit of time',
    'a dateTime without a zone',
    'two value[x]',
    'two performed[x]',
    'a reference to the wrong type',
    'a location that is an organization',
    'a performer that is a location',
    'a reference without a type',
    'a reference to nothing contained',
    'per-1: the end before the start',
    'qty-3: a code without a system',
    'cpt-2: a value without a system',
    'empty text',
    'an empty list',
    'an empty object',
    'an id with a blank',
    'a bad contained resource',
  ]),
  fhir: new Set([
    'an unknown element',
    'an unknown element of a backbone',
    'an unknown element of a data type',
    'a misspelt element',
    'a bad unit of time',
    'a date that is not in the calendar',
    'a date in Indonesian order',
    'a dateTime with a space',
    'a dateTime without a zone',
    'a dateTime without seconds',
    'an instant that is only a date',
    'hour 25',
    'a list where an object belongs',
    'a list where text belongs',
    'a number where text belongs',
    'text where an object belongs',
    'an object where text belongs',
    'two value[x]',
    'two performed[x]',
    'a value[x] of a type it cannot have',
    'a location that is an organization',
    'a performer that is a location',
    'a reference without a type',
    'a reference to nothing contained',
    'obs-6: a reason for absence beside a value',
    'obs-3: an empty reference range',
    'con-5: clinicalStatus on entered-in-error',
    'con-4: abated and active',
    'ait-1: no clinicalStatus',
    'ext-1: an extension without a value',
    'ext-1: value and extensions',
    'bdl-3: an entry without a request',
    'bdl-7: one fullUrl twice',
    'per-1: the end before the start',
    'qty-3: a code without a system',
    'cpt-2: a value without a system',
    'pat-1: a contact without anything',
    'cmp-1: a section without anything',
    'empty text',
    'blank text',
    'an empty list',
    'an empty object',
    'an empty object in a list',
    'null',
    'null in a list',
    'an id with a blank',
    'a code with two blanks',
    'a uri with a blank',
    'an unknown shadow',
    'a shadow that is a number',
    'modifierExtension on a data type',
    'text on a Bundle',
    'a control character',
  ]),
};

function plant(type: string, change: (resource: Record<string, unknown>) => void): Resource {
  const resource = structuredClone(good[type]) as Record<string, unknown>;
  change(resource);
  return resource as unknown as Resource;
}

const errorsOrCrash = (validate: (resource: Resource) => string[], resource: Resource): string[] => {
  try {
    return validate(resource);
  } catch (error) {
    return [`crashed: ${(error as Error).name}`];
  }
};

describe('planted errors', () => {
  it('are at least 60', () => expect(planted.length).toBeGreaterThanOrEqual(60));

  it.each(planted)('%s (%s)', (what, type, change) => {
    const resource = plant(type, change);
    expect(checkResource(resource), 'ours').not.toEqual([]);
    expect(errorsOrCrash(medplumErrors, resource).length === 0, 'medplum misses it').toBe(
      missedBy.medplum.has(what),
    );
    expect(errorsOrCrash(fhirErrors, resource).length === 0, 'fhir misses it').toBe(missedBy.fhir.has(what));
  });
});

const folder = oracles();
describe.skipIf(!folder)('the recorded outpatient payloads', () => {
  /** Each placeholder filled with an id of its own. */
  const filled = (text: string) =>
    text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => name.replaceAll('_', '-'));
  const requests = folder
    ? readdirSync(join(folder, 'rawat-jalan/requests')).filter((name) => !/-PATCH-/.test(name))
    : [];

  it('are all there', () => expect(requests.length).toBeGreaterThan(150));

  it.each(requests)('%s', (name) => {
    const body = JSON.parse(filled(readFileSync(join(folder ?? '', 'rawat-jalan/requests', name), 'utf8')));
    expect(checkResource(body)).toEqual([]);
    expect(medplumErrors(body)).toEqual([]);
    expect(fhirErrors(body)).toEqual([]);
  });
});
