import { createSatusehatService } from 'satusehat-sdk/server';

const { env } = process;

async function handle(request) {
  // Made by the first request, not by `next build`, and once, however often this module is loaded.
  globalThis.satusehat ??= createSatusehatService({
    clinics: [
      {
        code: env.CLINIC_CODE,
        secret: env.CLINIC_SECRET,
        satusehat: {
          clientId: env.SATUSEHAT_CLIENT_ID,
          clientSecret: env.SATUSEHAT_CLIENT_SECRET,
          organizationId: env.SATUSEHAT_ORGANIZATION_ID,
        },
      },
    ],
    platform: { env: env.SATUSEHAT_ENV },
    store: `sqlite:${env.DATA ?? './data'}/satusehat.db`,
    basePath: '/satusehat',
  });
  return (await globalThis.satusehat).fetch(request);
}

export { handle as GET, handle as POST };
