import { createSatusehatService, listen } from 'satusehat-sdk/server';

const { env } = process;
const service = await createSatusehatService({
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
  platform: { env: env.SATUSEHAT_ENV }, // staging, production, or the address of the sandbox
  // One file for one process, or postgres://… for many; sealed with SATUSEHAT_ENCRYPTION_KEY.
  store: env.SATUSEHAT_STORE ?? 'sqlite:./data/satusehat.db',
});
const server = await listen(service, Number(env.PORT ?? 8787)); // on 127.0.0.1
console.log(server.url);
const stop = async () => {
  await server.close();
  await service.close();
};
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, stop);
