/** The clinic's own app is told what became of its visits: a receiver of webhooks, with nothing but Node. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';

const { WEBHOOK_SECRET = '', PORT = '8790' } = process.env; // the same whsec_… as in the clinic's configuration
const key = Buffer.from(WEBHOOK_SECRET.replace(/^whsec_/, ''), 'base64');
if (key.length < 24) throw new Error('Isi WEBHOOK_SECRET');

const server = createServer(async (request, response) => {
  const body = await text(request);
  if (!genuine(request.headers, body)) return response.writeHead(401).end();
  const { type, data } = JSON.parse(body); // submission.sent, .failed or .void
  // Write it down under data.log_id. It may come more than once, with the same webhook-id.
  console.log(type, data.log_id, data.encounter_id ?? data.message ?? '');
  response.writeHead(204).end(); // anything but 2xx: it is sent again, for three days
});

/** Signed by the service, and not an old one played again. */
function genuine(headers, body) {
  const { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': signatures = '' } = headers;
  if (!(Math.abs(Date.now() / 1000 - Number(time)) < 300)) return false;
  const wanted = createHmac('sha256', key).update(`${id}.${time}.${body}`).digest();
  return signatures.split(' ').some((one) => {
    const given = Buffer.from(one.replace(/^v1,/, ''), 'base64');
    return given.length === wanted.length && timingSafeEqual(given, wanted);
  });
}

await once(server.listen(Number(PORT), '127.0.0.1'), 'listening');
console.log(`http://127.0.0.1:${server.address().port}/`);
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => server.close());
