import { createSatusehatService, type SatusehatService } from 'satusehat-sdk/server';

const shared = globalThis as { satusehat?: Promise<SatusehatService> };

/** Made by the first request, not by `next build`, and once, however often Next.js loads this module. */
export function service(): Promise<SatusehatService> {
  shared.satusehat ??= createSatusehatService({
    clinics: [
      {
        code: needed('CLINIC_CODE'),
        secret: needed('CLINIC_SECRET'),
        satusehat: {
          clientId: needed('SATUSEHAT_CLIENT_ID'),
          clientSecret: needed('SATUSEHAT_CLIENT_SECRET'),
          organizationId: needed('SATUSEHAT_ORGANIZATION_ID'),
        },
      },
    ],
    platform: { env: needed('SATUSEHAT_ENV') },
    store: process.env.SATUSEHAT_STORE ?? 'sqlite:./data/satusehat.db',
    basePath: '/satusehat',
  });
  return shared.satusehat;
}

/** A variable of the environment, or of `.env`. */
export function needed(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`Isi ${name} di .env`);
  return value;
}
