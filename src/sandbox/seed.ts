/**
 * Who is in the sandbox: the identities that the ministry publishes for its own sandbox (platform facts 2.1 and 3),
 * those of the guide's examples, and one NIK that two patients share. None is a real person.
 */
import { NIK, organizationSystem, PATIENT_PROFILE } from '../fhir/systems.js';
import type { ResourceStore } from './store.js';

/** The credential of the sandbox. Not a secret: it opens nothing but the sandbox. */
export const sandboxCredential = {
  clientId: 'sandbox-client-id',
  clientSecret: 'sandbox-client-secret',
  organizationId: '10000004',
} as const;

/** The clinic of the guide's examples, at home in the sandbox. */
export const sandboxClinic = {
  code: 'KLINIK-001',
  secret: 'your_clinic_secret',
  satusehat: sandboxCredential,
};

/** Location of poli 100001. */
export const sandboxLocationId = '7d4f9b1e-3c0a-4a58-9d1c-5f2b8a6e1001';

/** The NIK that two patients share. */
export const ambiguousNik = '3201010101990002';

export interface Citizen {
  nik: string;
  id: string;
  name: string;
  gender?: string;
  birthDate?: string;
}

export const patients: Citizen[] = [
  {
    nik: '3201234567890123',
    id: 'P00123456789',
    name: 'Budi Contoh',
    gender: 'male',
    birthDate: '1990-01-15',
  },
  {
    nik: '9271060312000001',
    id: 'P02478375538',
    name: 'Ardianto Putra',
    gender: 'male',
    birthDate: '1992-01-09',
  },
  {
    nik: '9204014804000002',
    id: 'P03647103112',
    name: 'Claudia Sintia',
    gender: 'female',
    birthDate: '1989-11-03',
  },
  {
    nik: '9104224509000003',
    id: 'P00805884304',
    name: 'Elizabeth Dior',
    gender: 'female',
    birthDate: '1976-07-07',
  },
  {
    nik: '9104223107000004',
    id: 'P00912894463',
    name: 'Dr. Alan Bagus Prasetya',
    gender: 'male',
    birthDate: '1977-09-03',
  },
  {
    nik: '9104224606000005',
    id: 'P01654557057',
    name: 'Ghina Assyifa',
    gender: 'female',
    birthDate: '2004-08-21',
  },
  {
    nik: '9104025209000006',
    id: 'P02280547535',
    name: 'Salsabilla Anjani Rizki',
    gender: 'female',
    birthDate: '2001-04-16',
  },
  {
    nik: '9201076001000007',
    id: 'P01836748436',
    name: 'Theodore Elisjah',
    gender: 'female',
    birthDate: '1985-09-18',
  },
  {
    nik: '9201394901000008',
    id: 'P00883356749',
    name: 'Sonia Herdianti',
    gender: 'female',
    birthDate: '1996-06-08',
  },
  {
    nik: '9201076407000009',
    id: 'P01058967035',
    name: 'Nancy Wang',
    gender: 'female',
    birthDate: '1955-10-10',
  },
  {
    nik: '9210060207000010',
    id: 'P02428473601',
    name: 'Syarif Muhammad',
    gender: 'male',
    birthDate: '1988-11-02',
  },
  { nik: ambiguousNik, id: 'P09900000001', name: 'Ganda Satu', gender: 'male', birthDate: '1999-01-01' },
  { nik: ambiguousNik, id: 'P09900000002', name: 'Ganda Dua', gender: 'male', birthDate: '1999-01-01' },
];

export const practitioners: Citizen[] = [
  // The guide's look-up of a doctor uses the same NIK as its patient.
  { nik: '3201234567890123', id: '10001234567', name: 'dr. Contoh Panduan' },
  { nik: '7209061211900001', id: '10009880728', name: 'dr. Alexander' },
  { nik: '3322071302900002', id: '10006926841', name: 'dr. Yoga Yandika, Sp.A' },
  { nik: '3171071609900003', id: '10001354453', name: 'dr. Syarifuddin, Sp.Pd.' },
  { nik: '3207192310600004', id: '10010910332', name: 'dr. Nicholas Evan, Sp.B.' },
  { nik: '6408130207800005', id: '10018180913', name: 'dr. Dito Arifin, Sp.M.' },
  { nik: '3217040109800006', id: '10002074224', name: 'dr. Olivia Kirana, Sp.OG' },
  { nik: '3519111703800007', id: '10012572188', name: 'dr. Alicia Chrissy, Sp.N.' },
  { nik: '5271002009700008', id: '10018452434', name: 'dr. Nathalie Tan, Sp.PK.' },
  { nik: '3313096403900009', id: '10014058550', name: 'Sheila Annisa S.Kep' },
  { nik: '3578083008700010', id: '10001915884', name: 'apt. Aditya Pradhana, S.Farm.' },
];

/** The open visit of the guide's examples: its `encounter_id` is the clinic's own number for it. */
export const guideVisit = {
  resourceType: 'Encounter',
  id: '5d5cfbd6-692e-49cb-a783-e4cd41912345',
  identifier: [
    { system: organizationSystem('encounter', sandboxCredential.organizationId), value: 'encounter-12345' },
  ],
  status: 'in-progress',
  statusHistory: [
    {
      status: 'arrived',
      period: { start: '2024-01-15T08:30:00+00:00', end: '2024-01-15T08:30:00+00:00' },
    },
    { status: 'in-progress', period: { start: '2024-01-15T08:30:00+00:00' } },
  ],
  class: {
    system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode',
    code: 'AMB',
    display: 'ambulatory',
  },
  subject: { reference: 'Patient/P00123456789' },
  participant: [
    {
      type: [
        {
          coding: [
            {
              system: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType',
              code: 'ATND',
              display: 'attender',
            },
          ],
        },
      ],
      individual: { reference: 'Practitioner/10001234567' },
    },
  ],
  period: { start: '2024-01-15T08:30:00+00:00' },
  location: [{ location: { reference: `Location/${sandboxLocationId}` } }],
  serviceProvider: { reference: `Organization/${sandboxCredential.organizationId}` },
};

export function seed(store: ResourceStore): void {
  const { organizationId } = sandboxCredential;
  store.put({ resourceType: 'Organization', id: organizationId, active: true, name: 'Klinik Sandbox' });
  store.put({
    resourceType: 'Location',
    id: sandboxLocationId,
    identifier: [{ system: organizationSystem('location', organizationId), value: '100001' }],
    status: 'active',
    name: 'Ruang Poli Umum',
    description: 'Ruang Poli Umum',
    mode: 'instance',
    physicalType: {
      coding: [
        {
          system: 'http://terminology.hl7.org/CodeSystem/location-physical-type',
          code: 'ro',
          display: 'Room',
        },
      ],
    },
    managingOrganization: { reference: `Organization/${organizationId}` },
  });
  for (const { nik, id, name, gender, birthDate } of patients) {
    store.put({
      resourceType: 'Patient',
      id,
      active: true,
      identifier: [
        { use: 'official', system: 'https://fhir.kemkes.go.id/id/ihs-number', value: id },
        { use: 'official', system: NIK, value: nik },
      ],
      meta: { versionId: '', lastUpdated: '', profile: [`${PATIENT_PROFILE}|4.0.1`, PATIENT_PROFILE] },
      name: [{ use: 'official', text: name }],
      gender,
      birthDate,
    });
  }
  for (const { nik, id, name } of practitioners) {
    store.put({
      resourceType: 'Practitioner',
      id,
      identifier: [
        { system: 'https://fhir.kemkes.go.id/id/nakes-his-number', value: id },
        { use: 'official', system: NIK, value: nik },
      ],
      name: [{ use: 'official', text: name }],
    });
  }
}

/** The guide's visit comes into being when somebody asks for it: until then it is in nobody's books. */
export function bringGuideVisit(store: ResourceStore, identifier: string | null): void {
  const [{ system, value } = {}] = guideVisit.identifier;
  if (identifier !== `${system}|${value}` || store.get('Encounter', guideVisit.id)) return;
  store.put(guideVisit);
}
