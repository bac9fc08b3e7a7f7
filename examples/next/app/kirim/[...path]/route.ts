import { needed, service } from '../../../lib/service';

// For the pages of this app: adds the clinic's two headers on the server, so that no browser ever has them.
async function handle(request: Request): Promise<Response> {
  if (!mayComeIn(request)) return new Response(null, { status: 403 });
  const headers = new Headers({
    'x-clinic-code': needed('CLINIC_CODE'),
    'x-clinic-secret': needed('CLINIC_SECRET'),
  });
  for (const name of ['content-type', 'idempotency-key', 'prefer']) {
    const value = request.headers.get(name);
    if (value) headers.set(name, value);
  }
  const url = request.url.replace('/kirim/', '/satusehat/');
  const body = request.method === 'POST' ? await request.text() : null;
  return (await service()).fetch(new Request(url, { method: request.method, headers, body }));
}

/** Ask your app's session here: whoever gets past this sends visits of the clinic. No page of another site may. */
function mayComeIn(request: Request): boolean {
  return request.headers.get('sec-fetch-site') === 'same-origin';
}

export { handle as GET, handle as POST };
