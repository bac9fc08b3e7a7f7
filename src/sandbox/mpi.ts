/** The master patient index and the index of practitioners: what they show, and to which question (platform facts 2, 3). */

import { checkResource } from '../fhir/check.js';
import { NIK, PATIENT_PROFILE } from '../fhir/systems.js';
import { Refusal, storeIssue } from './outcome.js';
import { identifiersOf, type ResourceStore, type Stored } from './store.js';

const MOTHER = 'https://fhir.kemkes.go.id/id/nik-ibu';
const IHS = 'https://fhir.kemkes.go.id/id/ihs-number';

/** In which of the recorded shapes a registration answers (platform facts 2.3 and 11.5). */
export type RegistrationAnswer = 'colon' | 'combined' | 'resource' | 'error-500';

export interface MpiOptions {
  store: ResourceStore;
  registrationAnswer: RegistrationAnswer;
  /** Whether Dukcapil knows a NIK. */
  isCitizen: (nik: string) => boolean;
}

/** What a search of patients or practitioners gives back: the less was asked, the less it says. */
export function searchPeople(
  store: ResourceStore,
  type: string,
  params: URLSearchParams,
): Record<string, unknown>[] {
  const names = [...params.keys()]
    .filter((name) => name !== '_page_token')
    .sort()
    .join(' ');
  const nik = params.get('nik');
  const identifier = nik === null ? params.get('identifier') : `${NIK}|${nik}`;
  const name = params.get('name')?.toLowerCase() ?? '';
  const like = (person: Stored) => nameOf(person).toLowerCase().includes(name);
  const born = (person: Stored) => !params.has('birthdate') || person.birthDate === params.get('birthdate');
  switch (names) {
    case 'identifier':
    case 'identifier name':
    case 'birthdate identifier name':
    case 'birthdate name nik': {
      const found = store
        .byIdentifier(type, identifier ?? '')
        .filter((person) => like(person) && born(person));
      const byMother = identifier?.startsWith(`${MOTHER}|`);
      return found.map((person) => view(person, byMother ? ['birthDate', 'name'] : ['link', 'name']));
    }
    case 'birthdate gender name':
      if (name.length < 3) break;
      return store
        .visible(type)
        .filter((person) => like(person) && born(person) && person.gender === params.get('gender'))
        .map((person) =>
          view(person, [
            'address',
            'birthDate',
            'communication',
            'deceasedBoolean',
            'extension',
            'gender',
            'link',
            'multipleBirthInteger',
            'name',
          ]),
        );
    default:
  }
  throw new Refusal(400, [
    { code: 'not-supported', text: `Search of ${type} by ${names || 'nothing'} is not supported` },
  ]);
}

/** A patient read by id comes without a name; a practitioner with one. */
export function readPerson(person: Stored): Record<string, unknown> {
  return view(person, person.resourceType === 'Patient' ? ['link'] : ['name']);
}

function view(person: Stored, members: string[]): Record<string, unknown> {
  const shown = ['active', 'id', 'identifier', 'meta', 'resourceType', ...members];
  const entries = Object.entries(person).filter(([key]) => shown.includes(key));
  return Object.fromEntries(entries.map(([key, value]) => [key, mask(key, value)]));
}

/** A NIK never comes back whole, a name or a street only with its first letters. */
function mask(key: string, value: unknown): unknown {
  if (key === 'identifier') {
    return (value as { system?: string }[]).map((one) =>
      one.system === NIK || one.system === MOTHER ? { ...one, value: '#'.repeat(16) } : one,
    );
  }
  if (key === 'name')
    return (value as { text?: string }[]).map((one) => ({ ...one, text: maskName(one.text ?? '') }));
  if (key === 'address') {
    return (value as { line?: string[] }[]).map((one) => ({
      ...one,
      line: one.line?.map((line) => `${line.slice(0, 8)}***`),
    }));
  }
  return value;
}

/** `Ghina Assyifa` becomes `Gh** As**`: two letters of words of four or more, one of shorter ones. */
function maskName(name: string): string {
  const words = name
    .replace(/[^\p{L}\s]/gu, ' ')
    .split(/\s+/)
    .filter(Boolean);
  return words.map((word) => `${word.slice(0, word.length >= 4 ? 2 : 1)}**`).join(' ');
}

function nameOf(person: Stored): string {
  return (person.name as { text?: string }[] | undefined)?.[0]?.text ?? '';
}

/** @throws Refusal for what is no R4 Patient with a name. */
export function checkPerson(person: Record<string, unknown>): void {
  const issues =
    person.resourceType === 'Patient'
      ? checkResource(person)
      : [{ path: 'Patient', message: 'expected a Patient' }];
  if (issues.length > 0) {
    throw new Refusal(
      400,
      issues.map(({ path, message }) => storeIssue('structure', 'unparseable_resource', message, path)),
    );
  }
  if (nameOf(person as Stored) === '') {
    throw new Refusal(400, [
      { code: 'value', text: 'Element not found: Patient.name', expression: 'Patient.name' },
    ]);
  }
}

/** Registers a patient, by NIK or as a newborn by the mother's. Answers HTTP 200 and says in the body how it went. */
export function registerPatient(
  body: unknown,
  owner: string,
  options: MpiOptions,
): { status: number; body: unknown; written: boolean } {
  const { store, registrationAnswer, isCitizen } = options;
  const given = (body ?? {}) as Record<string, unknown>;
  checkPerson(given);
  const of = (system: string) => identifiersOf(given).find((one) => one.system === system)?.value;
  const nik = of(NIK);
  const mother = of(MOTHER);
  const said = (success: boolean, message: string, data?: unknown) => ({
    status: 200,
    body: { success, message, ...(data ? { data } : {}) },
    written: false,
  });

  if (registrationAnswer === 'error-500') {
    throw new Refusal(500, [{ code: 'exception', text: 'An unexpected internal error has occurred.' }]);
  }
  if (nik === undefined && mother === undefined) {
    throw new Refusal(400, [
      { code: 'value', text: 'Element not found: Patient.identifier', expression: 'Patient.identifier' },
    ]);
  }
  if (
    mother !== undefined &&
    store.hasIdentifier('Patient', `${NIK}|${mother}`).some(({ gender }) => gender === 'male')
  ) {
    throw new Refusal(400, [{ code: 'exception', text: 'Patient with nik-ibu is not female' }]);
  }
  const known = nik ?? mother ?? '';
  if (!/^\d{16}$/.test(known) || !isCitizen(known)) return said(false, 'Citizen Not Exists');
  if (nik !== undefined) {
    const [there] = store.hasIdentifier('Patient', `${NIK}|${nik}`);
    if (there) return said(false, 'Patient Resource Exists', { resourceID: there.id });
  }
  const others = identifiersOf(given).filter(({ system }) => system !== NIK && system !== MOTHER);
  const taken = others.flatMap(({ system, value }) =>
    store.hasIdentifier('Patient', `${system}|${value}`),
  )[0];
  if (taken)
    return said(false, 'Failed to create new patient, another identifier has found', {
      resourceID: taken.id,
    });

  let next = 20_000_000_000 + store.all('Patient').length;
  while (store.get('Patient', `P${next}`)) next++;
  const id = `P${next}`;
  const stored = store.put(
    {
      ...given,
      resourceType: 'Patient',
      id,
      active: true,
      identifier: [{ use: 'official', system: IHS, value: id }, ...identifiersOf(given)],
      meta: { versionId: '', lastUpdated: '', profile: [`${PATIENT_PROFILE}|4.0.1`, PATIENT_PROFILE] },
    },
    owner,
  );
  const message = 'New Patient has been created successfully';
  const shapes: Record<Exclude<RegistrationAnswer, 'error-500'>, unknown> = {
    // The key is literally so, with its colon.
    colon: { success: true, message, data: { 'Patient ID:': id } },
    combined: {
      create_patient: { success: true, message, data: { patient_id: id } },
      ...(mother === undefined ? {} : relate(store, id, mother, owner)),
    },
    resource: view(stored, ['name']),
  };
  return { status: 200, body: shapes[registrationAnswer], written: true };
}

/** A newborn's tie to the mother, as the combined answer tells of it. */
function relate(store: ResourceStore, id: string, mother: string, owner: string): Record<string, unknown> {
  const related = store.put(
    {
      resourceType: 'RelatedPerson',
      id: crypto.randomUUID(),
      identifier: [{ system: NIK, value: mother }],
      patient: { reference: `Patient/${id}` },
      relationship: [
        {
          coding: [
            { system: 'http://terminology.hl7.org/CodeSystem/v3-RoleCode', code: 'MTH', display: 'mother' },
          ],
        },
      ],
    },
    owner,
  );
  const patient = store.get('Patient', id);
  if (patient)
    store.put(
      { ...patient, link: [{ other: { reference: `RelatedPerson/${related.id}` }, type: 'refer' }] },
      owner,
    );
  return {
    create_related_patient: {
      success: true,
      message: 'New Related Patient has been created successfully',
      data: { related_patient_id: related.id },
    },
    update_link_patient: { success: true, message: 'Link Patient has been updated successfully' },
  };
}
