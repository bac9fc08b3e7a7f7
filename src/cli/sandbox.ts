import { createSandbox } from '../sandbox/sandbox.js';
import { sandboxCredential } from '../sandbox/seed.js';
import { listen } from '../server/node.js';
import { untilSignal } from './until-signal.js';

/** `satusehat sandbox`: the platform alone, on loopback. */
export async function serveSandbox(port: number): Promise<void> {
  const signal = untilSignal();
  const platform = await listen(createSandbox(), port);
  process.stdout.write(
    `${JSON.stringify({ ready: true, platformUrl: platform.url, ...sandboxCredential })}\n`,
  );
  await signal;
  await platform.close();
}
