import { createServer } from 'node:http';
import { createSatusehatService, toNodeHandler } from 'satusehat-sdk/server';

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
  store: `sqlite:${env.DATA ?? './data'}/satusehat.db`, // sealed with SATUSEHAT_ENCRYPTION_KEY
});
const server = createServer(toNodeHandler(service));
server.listen(Number(env.PORT ?? 8787), '127.0.0.1', () => console.log(server.address().port));
process.on('SIGTERM', () => server.close(() => service.close()));
