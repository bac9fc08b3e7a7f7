import { fastify } from 'fastify';
import { isSatusehatError, SatusehatClient } from 'satusehat-sdk';
import { createSatusehatService, toNodeHandler } from 'satusehat-sdk/server';

const { env } = process;
const { CLINIC_CODE: code, CLINIC_SECRET: secret } = env;
const { SATUSEHAT_CLIENT_ID: clientId, SATUSEHAT_CLIENT_SECRET: clientSecret } = env;
const satusehat = { clientId, clientSecret, organizationId: env.SATUSEHAT_ORGANIZATION_ID };
const service = await createSatusehatService({
  clinics: [{ code, secret, satusehat }],
  platform: { env: env.SATUSEHAT_ENV },
  store: env.SATUSEHAT_STORE ?? 'sqlite:./data/satusehat.db',
  basePath: '/satusehat',
});
const handle = toNodeHandler(service);
const app = fastify();
await app.register(async (scope) => {
  scope.removeAllContentTypeParsers(); // in here alone: the service reads bodies itself
  scope.addContentTypeParser('*', (_request, _body, done) => done(null));
  scope.all('/satusehat/*', (request, reply) => {
    reply.hijack();
    handle(request.raw, reply.raw);
  });
});

// The app's own endpoint; put it behind your sign-in. Client and service are in one process: no socket between them.
const client = new SatusehatClient({
  baseUrl: 'http://satusehat.invalid',
  fetch: (input, init) => service.fetch(new Request(input, init)),
  clinicCode: code,
  clinicSecret: secret,
});
app.post('/kunjungan', async (request, reply) => {
  try {
    const { status, log_id } = await client.kirimEncounter(request.body);
    return { status, log_id };
  } catch (error) {
    if (!isSatusehatError(error)) throw error;
    // In the clinic's own words: what is wrong, and what to do about it.
    reply.code(error.status ?? (error.retryable ? 503 : 422));
    return { pesan: error.message, langkah: error.remedy, code: error.code };
  }
});

app.addHook('onClose', () => service.close());
console.log(`${await app.listen({ port: Number(env.PORT ?? 8787), host: '127.0.0.1' })}/satusehat`);
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => app.close());
