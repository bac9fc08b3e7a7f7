import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { isSatusehatError, SatusehatClient } from 'satusehat-sdk';
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
  store: env.SATUSEHAT_STORE ?? 'sqlite:./data/satusehat.db',
  basePath: '/satusehat',
});
const app = new Hono();
app.all('/satusehat/*', (context) => service.fetch(context.req.raw));

// The app's own endpoint; put it behind your sign-in. Client and service are in one process: no socket between them.
const client = new SatusehatClient({
  baseUrl: 'http://satusehat.invalid',
  fetch: (input, init) => service.fetch(new Request(input, init)),
  clinicCode: env.CLINIC_CODE,
  clinicSecret: env.CLINIC_SECRET,
});
app.post('/kunjungan', async (context) => {
  const visit = await context.req.json().catch(() => ({}));
  try {
    const { status, log_id } = await client.kirimEncounter(visit);
    return context.json({ status, log_id });
  } catch (error) {
    if (!isSatusehatError(error)) throw error;
    // In the clinic's own words: what is wrong, and what to do about it.
    const { message: pesan, remedy: langkah, code } = error;
    return context.json({ pesan, langkah, code }, error.status ?? (error.retryable ? 503 : 422));
  }
});

const options = { fetch: app.fetch, port: Number(env.PORT ?? 8787), hostname: '127.0.0.1' };
const server = serve(options, ({ port }) => console.log(`http://127.0.0.1:${port}/satusehat`));
const stop = () => server.close(() => service.close());
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, stop);
