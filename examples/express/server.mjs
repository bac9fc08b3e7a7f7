import express from 'express';
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
  platform: { env: env.SATUSEHAT_ENV },
  store: `sqlite:${env.DATA ?? './data'}/satusehat.db`,
});
const app = express();
app.use('/satusehat', toNodeHandler(service)); // before or behind express.json()
const server = app.listen(Number(env.PORT ?? 8787), '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${server.address().port}/satusehat`);
});
process.once('SIGTERM', () => server.close(() => service.close()));
