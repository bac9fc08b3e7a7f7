/** Serves the page, and passes /satusehat on to the service with the clinic's two headers: the page has no secret. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';

const { SATUSEHAT_BASE_URL, CLINIC_CODE, CLINIC_SECRET, PORT = '3000' } = process.env;
if (!SATUSEHAT_BASE_URL || !CLINIC_CODE || !CLINIC_SECRET) {
  throw new Error('Isi SATUSEHAT_BASE_URL, CLINIC_CODE dan CLINIC_SECRET di .env, lalu: npm start');
}
const files = {
  '/': ['text/html; charset=utf-8', new URL('index.html', import.meta.url)],
  '/halaman.js': ['text/javascript', new URL('halaman.js', import.meta.url)],
  '/satusehat.iife.js': [
    'text/javascript',
    new URL(import.meta.resolve('satusehat-sdk/browser/satusehat.iife.js')),
  ],
};

const server = createServer(async (request, response) => {
  try {
    if (request.url.startsWith('/satusehat/api/')) return await pass(request, response);
    const [type, file] = files[request.url] ?? [];
    if (!file) return response.writeHead(404).end();
    response.writeHead(200, { 'content-type': type, 'content-security-policy': "default-src 'self'" });
    response.end(await readFile(file));
  } catch {
    // The service did not answer: the client in the page says so, and tries again.
    if (!response.headersSent) response.writeHead(502);
    response.end();
  }
});

async function pass(request, response) {
  // Here belongs your app's sign-in: whoever gets past this line sends visits of the clinic.
  if (request.headers['sec-fetch-site'] !== 'same-origin') return response.writeHead(403).end();
  const headers = { 'x-clinic-code': CLINIC_CODE, 'x-clinic-secret': CLINIC_SECRET };
  for (const name of ['content-type', 'idempotency-key', 'prefer']) {
    if (request.headers[name]) headers[name] = request.headers[name];
  }
  const chunks = await Array.fromAsync(request);
  const answer = await fetch(SATUSEHAT_BASE_URL.replace(/\/+$/, '') + request.url.replace('/satusehat', ''), {
    method: request.method,
    headers,
    body: request.method === 'POST' ? Buffer.concat(chunks) : undefined,
  });
  const passed = ['content-type', 'retry-after'].filter((name) => answer.headers.has(name));
  response.writeHead(
    answer.status,
    Object.fromEntries(passed.map((name) => [name, answer.headers.get(name)])),
  );
  response.end(await answer.text());
}

server.listen(Number(PORT), '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/`));
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    server.close();
    server.closeAllConnections();
  });
}
