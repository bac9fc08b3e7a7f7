/**
 * The emulated platform as a process of its own, which is never killed: its books are the truth of the run. Not
 * `satusehat sandbox`, because that cannot switch the duplicate check (20002) off: with it on, the platform itself
 * would catch what the service sends twice.
 *
 * Environment: CHAOS_FAULTS, a plan of faults as JSON; CHAOS_SEED.
 */
import { createSandbox } from 'satusehat-sdk/sandbox';
import { listen } from 'satusehat-sdk/server';

const sandbox = createSandbox({
  seed: Number(process.env.CHAOS_SEED),
  refuseDuplicates: [],
  faults: JSON.parse(process.env.CHAOS_FAULTS),
});

/** Faults met so far, by kind. The books keep the last 10,000 requests only: counted as they go by. */
const met = {};
/** Milliseconds after which a request is surely over. */
const OVER = 5_000;
let counted = 0;
function count(until) {
  for (const { at, fault } of sandbox.requests()) {
    if (at >= counted && at < until && fault) met[fault] = (met[fault] ?? 0) + 1;
  }
  counted = until;
}
setInterval(() => count(Date.now() - OVER), 2_000).unref();

const platform = await listen({
  async fetch(request) {
    if (new URL(request.url).pathname !== '/_chaos/faults') return sandbox.fetch(request);
    count(Date.now());
    return Response.json(met);
  },
});
console.log(JSON.stringify({ url: platform.url }));
// Goes with the run, however that ends.
process.stdin.on('end', () => process.exit()).resume();
