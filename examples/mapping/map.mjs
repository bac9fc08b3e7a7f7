import { readFile } from 'node:fs/promises';
import { checkResource, mapEncounter } from 'satusehat-sdk/fhir';

// A checked visit and the ids that it names; no clock, no network.
const visit = JSON.parse(await readFile(process.argv[2], 'utf8'));
const bundle = mapEncounter(visit, {
  organizationId: '10000004',
  visitId: 'REG-2024-001',
  patient: { id: 'P00123456789' },
  practitioner: { id: '10001234567' },
  location: { id: '7d4f9b1e-3c0a-4a58-9d1c-5f2b8a6e1001' },
  class: 'AMB',
  timeZone: 'Asia/Jakarta',
});
console.log(bundle.entry.map(({ resource }) => resource.resourceType).join(' '));
console.log(checkResource(bundle).length, 'problems');
