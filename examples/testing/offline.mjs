import { SatusehatClient } from 'satusehat-sdk';
import { createSandbox, sandboxClinic } from 'satusehat-sdk/sandbox';
import { createSatusehatService } from 'satusehat-sdk/server';

// Platform, service and client in one process: no socket, no network, nothing to clean up.
const sandbox = createSandbox();
const service = await createSatusehatService({
  clinics: [sandboxClinic],
  platform: { env: 'https://sandbox.invalid', fetch: sandbox.fetch },
  store: 'sqlite::memory:',
  encryptionKey: '0'.repeat(64),
});
const client = new SatusehatClient({
  baseUrl: 'http://service.invalid',
  clinicCode: sandboxClinic.code,
  clinicSecret: sandboxClinic.secret,
  fetch: (input, init) => service.fetch(new Request(input, init)),
});
console.log((await client.getPatientId('3201234567890123')).satusehat_id);
console.log(sandbox.stats().requests);
await service.close();
