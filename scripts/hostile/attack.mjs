import fc from 'fast-check';
import { createSandbox, sandboxClinic } from '../../dist/sandbox.js';
import { createSatusehatService } from '../../dist/server.js';
import { hostilePages, hostileRequests, leaks } from './requests.mjs';

const KEY = 'c3'.repeat(32);
const NIK = '9204014804000002';
/** Requests under way at a time. */
const AT_ONCE = 8;

/** @returns what was sent, what was answered, and what is wrong with it. */
export async function attack({ requests, seed, onProgress = () => {} }) {
  const clinic = { ...sandboxClinic, secret: 'rahasia-klinik-51bc9f' };
  const sandbox = createSandbox();
  const lines = [];
  const service = await createSatusehatService({
    clinics: [clinic],
    platform: { env: 'https://sandbox.invalid', fetch: sandbox.fetch, retries: 0, sleep: async () => {} },
    store: 'sqlite::memory:',
    encryptionKey: KEY,
    metrics: { token: 'token-prometheus-9a1c' },
    delivery: { settleDelay: 1, settlePatience: 0 },
    log: (line) => lines.push(line),
  });
  const secrets = [
    clinic.secret,
    clinic.satusehat.clientSecret,
    KEY,
    'token-prometheus-9a1c',
    'Claudia Sintia',
  ];
  const statuses = {};
  let place = 0;
  const problems = [];
  const problem = (what, request, answer) => {
    if (problems.length < 20) problems.push({ what, method: request?.method, path: request?.path, answer });
  };

  async function send(request) {
    const { method, path, headers, body } = request;
    let built;
    try {
      built = new Request(`http://localhost${path.startsWith('/') ? path : `/${path}`}`, {
        method,
        headers,
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body.toWellFormed() : body }),
      });
    } catch {
      // What no client can send.
      return;
    }
    // From many places: one alone would soon be made to wait.
    const response = await service.fetch(built, { address: `203.0.113.${place++ % 250}` });
    const text = await response.text();
    statuses[response.status] = (statuses[response.status] ?? 0) + 1;
    // What the clinic itself sent may come back in a dry run, to it; a NIK never does.
    if (response.status === 500) problem('500', request, text.slice(0, 200));
    for (const leak of leaks(text, [...secrets, NIK]))
      problem(`answer holds ${leak}`, request, response.status);
    if (!response.headers.get('x-request-id')) problem('no request id', request, response.status);
    if (response.headers.has('x-injected')) problem('header injected', request, response.status);
  }

  const signedIn = await signIn(service, clinic);
  const some = fc.oneof(
    { weight: 9, arbitrary: hostileRequests(clinic) },
    { weight: 1, arbitrary: hostilePages(signedIn) },
  );
  let done = 0;
  for (let round = 0; done < requests; round++) {
    const batch = fc.sample(some, { numRuns: Math.min(requests - done, 2_000), seed: seed + round });
    for (let at = 0; at < batch.length; at += AT_ONCE) {
      await Promise.all(
        batch
          .slice(at, at + AT_ONCE)
          .map((request) =>
            send(request).catch((error) =>
              problem(`fetch threw ${error?.name}`, request, String(error?.message).slice(0, 100)),
            ),
          ),
      );
      done = Math.min(requests, done + AT_ONCE);
    }
    onProgress(done);
    // Read now and then: a million lines need not be kept.
    for (const line of lines.splice(0)) {
      if (line.event === 'bug') problem('bug', undefined, JSON.stringify(line).slice(0, 300));
      for (const leak of leaks(JSON.stringify({ ...line, stack: undefined }), [...secrets, NIK]))
        problem(`log holds ${leak}`, undefined, line.event);
    }
    if ({}.polluted !== undefined) problem('prototype polluted');
  }
  await service.close();
  return {
    seed,
    requests: done,
    statuses,
    heapMb: Math.round(process.memoryUsage().heapUsed / 1e6),
    problems,
  };
}

/** Somebody of the clinic at the dashboard, with one submission that has failed. */
async function signIn(service, clinic) {
  const ask = (path, init) => service.fetch(new Request(`http://localhost${path}`, init));
  const headers = {
    'content-type': 'application/json',
    'x-clinic-code': clinic.code,
    'x-clinic-secret': clinic.secret,
  };
  const visit = {
    ...{
      nik_pasien: '3201010101990077',
      tanggal_kunjungan: '2024-01-15T08:30:00+07:00',
      jenis_layanan: '101',
    },
    ...{ jenis_kunjungan: '1', poli: '100001', dokter: '10001234567' },
  };
  const sent = await ask('/api/encounter', { method: 'POST', headers, body: JSON.stringify(visit) });
  const { log_id: logId } = await sent.json();
  const entered = await ask('/dashboard/masuk', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ kode: clinic.code, rahasia: clinic.secret }).toString(),
  });
  const cookie = entered.headers.get('set-cookie').split(';')[0];
  const page = await (await ask('/dashboard', { headers: { cookie } })).text();
  const [, csrf] = /name="csrf" value="([^"]+)"/.exec(page);
  return { cookie, csrf, logId };
}
