/** The service inside the frameworks that clinics use: the client over a real socket, success and error alike. */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import express from 'express';
import { fastify } from 'fastify';
import { Hono } from 'hono';
import { afterEach, describe, expect, it } from 'vitest';
import { type SatusehatService, toNodeHandler } from '../../src/server.js';
import { guideVisit } from '../support/visit.js';
import { closeWorlds, startWorld } from '../support/world.js';
import { expectMounted, post } from './mounted.js';

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
  await closeWorlds();
});

/** An address of its own for a server that does not listen yet. */
async function onSocket(server: Server): Promise<string> {
  undo.push(() => new Promise((resolve) => server.close(resolve)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Each mounts the service and says where it is. */
const mounts: Record<string, (service: SatusehatService) => Promise<string>> = {
  'node:http': (service) => onSocket(createServer(toNodeHandler(service))),

  'node:http beneath a path': async (service) =>
    `${await onSocket(createServer(toNodeHandler(service)))}/satusehat`,

  Express: (service) => onSocket(createServer(express().use(toNodeHandler(service)))),

  'Express, app.use under a prefix': (service) =>
    underPrefix(express().use('/satusehat', toNodeHandler(service))),

  'Express, app.all under a prefix': (service) =>
    underPrefix(express().all('/satusehat/*splat', toNodeHandler(service))),

  'Express behind express.json()': (service) =>
    underPrefix(express().use(express.json()).use('/satusehat', toNodeHandler(service))),

  'Express behind express.text()': (service) =>
    underPrefix(express().use(express.text({ type: '*/*' }), toNodeHandler(service))),

  'Express behind express.raw()': (service) =>
    underPrefix(express().use(express.raw({ type: '*/*' }), toNodeHandler(service))),

  // As Express 4 does for what its parsers do not take.
  'Express with an empty body for an unread one': (service) => {
    const empty: express.RequestHandler = (request, _, next) => {
      request.body = {};
      next();
    };
    return underPrefix(express().use(empty, toNodeHandler(service)));
  },

  'Fastify with its own JSON parser': async (service) => {
    const app = fastify();
    const handle = toNodeHandler(service);
    app.all('/satusehat/*', (request, reply) => {
      reply.hijack();
      handle(Object.assign(request.raw, { body: request.body }), reply.raw);
    });
    undo.push(() => app.close());
    return `${await app.listen({ port: 0, host: '127.0.0.1' })}/satusehat`;
  },

  'Hono, app.mount': (service) => onHono(new Hono().mount('/satusehat', service.fetch)),

  'Hono, app.all': (service) =>
    onHono(new Hono().all('/satusehat/*', (context) => service.fetch(context.req.raw))),
};

async function underPrefix(app: RequestListener): Promise<string> {
  return `${await onSocket(createServer(app))}/satusehat`;
}

function onHono(app: Hono): Promise<string> {
  return new Promise((resolve) => {
    const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) =>
      resolve(`http://127.0.0.1:${port}/satusehat`),
    );
    undo.push(() => new Promise((closed) => server.close(closed)));
  });
}

describe('mounted in', () => {
  it.each(Object.entries(mounts))('%s', async (_, mount) => {
    const { service, sandbox, log } = await startWorld({ basePath: '/satusehat' });
    await expectMounted(await mount(service));
    expect(sandbox.stats()).toMatchObject({ writes: 1, resources: { Encounter: 1, Observation: 7 } });
    expect(log.filter(({ event }) => event === 'bug')).toEqual([]);
  });
});

describe('basePath', () => {
  const status = async (service: SatusehatService, path: string) =>
    (await service.fetch(new Request(`http://service.invalid${path}`))).status;

  it('is a whole part of a path, and taken off once', async () => {
    const { service } = await startWorld({ basePath: '/klinik/satusehat' });
    expect(await status(service, '/klinik/satusehat/healthz')).toBe(200);
    expect(await status(service, '/healthz')).toBe(200);
    for (const path of ['/klinik/satusehatx/healthz', '/satusehat/healthz', '/klinik/healthz']) {
      expect(await status(service, path), path).toBe(404);
    }
    expect(await status(service, '/klinik/satusehat/klinik/satusehat/healthz')).toBe(404);
    expect(await status(service, '/klinik/satusehat/api/encounter')).toBe(405);
  });

  it('may begin like the endpoints themselves', async () => {
    const { service } = await startWorld({ basePath: '/api' });
    expect(await status(service, '/api/log/x')).toBe(401);
    expect(await status(service, '/api/api/log/x')).toBe(401);
  });

  it.each(['satusehat', '/satusehat/', '/', '/:x', '/*', '/a?b'])(
    '%s is refused with its name',
    async (basePath) => {
      await expect(startWorld({ basePath })).rejects.toThrow(/^basePath: /);
    },
  );
});

describe('a body that something has read before', () => {
  it('is measured as the service measures it', async () => {
    const { service } = await startWorld();
    const app = express().use(express.json({ limit: '5mb' }), toNodeHandler(service));
    const url = await onSocket(createServer(app));
    const big = await post(url, JSON.stringify({ ...guideVisit(), anamnesa: 'x'.repeat(2_000_000) }));
    expect([big.status, await big.json()]).toMatchObject([413, { code: 'PAYLOAD_TOO_LARGE' }]);
    // Its own length is another one than that of the bytes that came.
    const spaced = JSON.stringify(guideVisit(), null, 40).padEnd(1_500_000);
    expect((await post(url, spaced)).status).toBe(200);
  });

  it('that was none of JSON stays refused', async () => {
    const { service } = await startWorld();
    const app = express().use(express.urlencoded(), express.json(), toNodeHandler(service));
    const url = await onSocket(createServer(app));
    const form = await post(url, 'poli=100001', { 'content-type': 'application/x-www-form-urlencoded' });
    expect([form.status, await form.json()]).toMatchObject([415, { code: 'UNSUPPORTED_MEDIA_TYPE' }]);
    const list = await post(url, '[1]');
    expect([list.status, await list.json()]).toMatchObject([400, { code: 'INVALID_JSON' }]);
  });

  it('and was left nowhere is no JSON, not a bug', async () => {
    const { service, log } = await startWorld();
    const eat: express.RequestHandler = (request, _, next) => void request.resume().on('end', () => next());
    const url = await onSocket(createServer(express().use(eat, toNodeHandler(service))));
    const answer = await post(url, JSON.stringify(guideVisit()));
    expect([answer.status, await answer.json()]).toMatchObject([400, { code: 'INVALID_JSON' }]);
    expect(log.filter(({ event }) => event === 'bug')).toEqual([]);
  });
});
