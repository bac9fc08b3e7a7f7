import express from 'express';
import { createSatusehatService, toNodeHandler } from 'satusehat-sdk/server';

const { env } = process;

// Stands for the app's own sessions: who has which cookie.
const staff = new Map([
  [env.CONTOH_ADMIN, { name: 'rina@klinik.example', mayAct: true, mayReveal: true }],
  [env.CONTOH_LOKET, { name: 'loket@klinik.example', mayAct: false, mayReveal: false }],
]);

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
  store: env.SATUSEHAT_STORE ?? 'sqlite:./data/satusehat.db',
  basePath: '/satusehat',
  dashboard: {
    // Whoever is signed in to the app is signed in here, as far as the app lets them.
    authenticate(request) {
      const session = /\bsesi=([^;]+)/.exec(request.headers.get('cookie') ?? '')?.[1];
      const user = session && staff.get(session);
      return user && { ...user, clinics: [env.CLINIC_CODE] };
    },
  },
});
const app = express();
app.use('/satusehat', toNodeHandler(service));
const server = app.listen(Number(env.PORT ?? 8787), '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${server.address().port}/satusehat/dashboard`);
});
const stop = () => server.close(() => service.close());
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, stop);
