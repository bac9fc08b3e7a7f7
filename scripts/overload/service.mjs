/** The service and the platform that it is overloaded with: a process of its own, so that its memory is its own. */
import { createSandbox, sandboxClinic } from '../../dist/sandbox.js';
import { createSatusehatService, listen } from '../../dist/server.js';

const [file, inFlight] = process.argv.slice(2);
// Somewhat slow, as the platform is.
const sandbox = createSandbox({ faults: { latency: { min: 20, max: 60 } } });
const service = await createSatusehatService({
  clinics: [sandboxClinic],
  platform: { env: 'https://sandbox.invalid', fetch: sandbox.fetch },
  store: `sqlite:${file}`,
  encryptionKey: 'd4'.repeat(32),
  limits: { inFlight: Number(inFlight) },
});
const server = await listen(service);
const memory = () => {
  global.gc?.();
  return Math.round(process.memoryUsage().rss / 1e6);
};
process.send({ url: server.url, clinic: sandboxClinic, memory: memory() });
process.on('message', async (asked) => {
  if (asked === 'memory') process.send({ memory: memory() });
  if (asked === 'books') {
    const numbers = sandbox
      .resources('Encounter')
      .flatMap(({ identifier }) =>
        identifier.map(({ value }) => value).filter((value) => value.startsWith('BEBAN-')),
      );
    const open = (
      await Promise.all(['queued', 'sending', 'waiting', 'held'].map((state) => service.list({ state })))
    ).flat();
    process.send({ numbers, open: open.length });
  }
  if (asked === 'stop') {
    await server.close();
    await service.close();
    process.exit(0);
  }
});
