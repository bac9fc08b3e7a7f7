/** The service of the kill points, on a platform that never answers: what is accepted stays in the file. */
import { createSatusehatService } from 'satusehat-sdk/server';

const CLINIC = { code: 'KLINIK-001', secret: 'your_clinic_secret' };

export function openService(file) {
  return createSatusehatService({
    clinics: [
      { ...CLINIC, satusehat: { clientId: 'sandbox', clientSecret: 'sandbox', organizationId: '10000004' } },
    ],
    platform: { env: 'https://platform.invalid', fetch: () => new Promise(() => {}) },
    store: `sqlite:${file}`,
    encryptionKey: 'c4'.repeat(32),
    delivery: { grace: 0 },
  });
}

export function request(method, path, body) {
  return new Request(`http://service.invalid${path}`, {
    method,
    headers: {
      'x-clinic-code': CLINIC.code,
      'x-clinic-secret': CLINIC.secret,
      'content-type': 'application/json',
      prefer: 'respond-async',
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
}
