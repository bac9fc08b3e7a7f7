import { fastify } from 'fastify';
import { createSatusehatService, toNodeHandler } from 'satusehat-sdk/server';

const { env } = process;
const { CLINIC_CODE: code, CLINIC_SECRET: secret } = env;
const { SATUSEHAT_CLIENT_ID: clientId, SATUSEHAT_CLIENT_SECRET: clientSecret } = env;
const satusehat = { clientId, clientSecret, organizationId: env.SATUSEHAT_ORGANIZATION_ID };
const service = await createSatusehatService({
  clinics: [{ code, secret, satusehat }],
  platform: { env: env.SATUSEHAT_ENV },
  store: `sqlite:${env.DATA ?? './data'}/satusehat.db`,
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
app.addHook('onClose', () => service.close());
console.log(`${await app.listen({ port: Number(env.PORT ?? 8787), host: '127.0.0.1' })}/satusehat`);
process.once('SIGTERM', () => app.close());
