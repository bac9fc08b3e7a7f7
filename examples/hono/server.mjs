import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { createSatusehatService } from 'satusehat-sdk/server';

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
  basePath: '/satusehat',
});
const app = new Hono();
app.all('/satusehat/*', (context) => service.fetch(context.req.raw));
const options = { fetch: app.fetch, port: Number(env.PORT ?? 8787), hostname: '127.0.0.1' };
const server = serve(options, ({ port }) => console.log(`http://127.0.0.1:${port}/satusehat`));
process.once('SIGTERM', () => server.close(() => service.close()));
