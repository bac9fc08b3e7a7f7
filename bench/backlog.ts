/** A service on a store that waits for a platform that is away: `node --expose-gc backlog.ts FILE DELIVERIES`. */
import { sandboxClinic } from 'satusehat-sdk/sandbox';
import { createSatusehatService } from 'satusehat-sdk/server';

const [file, deliveries] = process.argv.slice(2);
let asked = 0;
let enough = () => {};
const worked = new Promise<void>((resolve) => {
  enough = resolve;
});
await createSatusehatService({
  clinics: [sandboxClinic],
  platform: {
    env: 'https://sandbox.invalid',
    // The circuit would leave it in peace; here everything is tried.
    circuit: false,
    async fetch() {
      asked += 1;
      if (asked >= Number(deliveries)) enough();
      return new Response('', { status: 503 });
    },
    sleep: async () => {},
  },
  store: `sqlite:${file}`,
  encryptionKey: '0'.repeat(64),
});
// Its alarms do not hold a process.
setInterval(() => {}, 60_000);
await worked;
(globalThis as { gc?: () => void }).gc?.();
console.log(process.memoryUsage.rss() / 1_048_576);
process.exit();
