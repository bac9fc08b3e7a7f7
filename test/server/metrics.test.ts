/** Figures for Prometheus: what they say, to whom, and what they never say. */
import { afterEach, describe, expect, it } from 'vitest';
import { sandboxClinic } from '../../src/sandbox.js';
import { listen } from '../../src/server.js';
import { plainVisit } from '../support/visit.js';
import { closeWorlds, startWorld, type World } from '../support/world.js';

afterEach(closeWorlds);

const TOKEN = 'token-untuk-prometheus';

async function read(world: World, headers: Record<string, string> = {}, address?: string) {
  const response = await world.service.fetch(new Request('http://service.invalid/metrics', { headers }), {
    address,
  });
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
}

/** Value of a figure, by its name and labels as they are printed. */
const value = (text: string, name: string) =>
  Number(
    text
      .split('\n')
      .find((line) => line.startsWith(`${name} `))
      ?.split(' ')
      .at(-1),
  );

describe('/metrics', () => {
  it('says what was asked, sent, refused and is waiting, and nothing of anybody', async () => {
    const clock = { now: Date.now() };
    const world = await startWorld({ metrics: { token: TOKEN }, now: () => clock.now });
    await world.post('/api/encounter', plainVisit({ no_registrasi: 'REG-1' }));
    await world.post('/api/encounter', plainVisit({ nik_pasien: '3201010101990077' }));
    await world.post('/api/encounter', plainVisit({ poli: '' }));
    world.intercept = async () => Response.json({}, { status: 503 });
    await world.post('/api/encounter', plainVisit({ no_registrasi: 'REG-2' }));
    clock.now += 90_000;
    const { status, type, text } = await read(world, { authorization: `Bearer ${TOKEN}` });
    expect([status, type]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
    const v = (name: string) => value(text, name);
    expect(v('satusehat_request_seconds_count{endpoint="kirimEncounter",status="200"}')).toBe(1);
    expect(v('satusehat_request_seconds_count{endpoint="kirimEncounter",status="202"}')).toBe(1);
    expect(v('satusehat_errors_total{endpoint="kirimEncounter",code="PATIENT_NOT_FOUND"}')).toBe(1);
    expect(v('satusehat_errors_total{endpoint="kirimEncounter",code="MISSING_REQUIRED_FIELDS"}')).toBe(1);
    expect(v('satusehat_deliveries_total{endpoint="kirimEncounter",state="sent",code=""}')).toBe(1);
    expect(
      v('satusehat_deliveries_total{endpoint="kirimEncounter",state="waiting",code="UPSTREAM_UNAVAILABLE"}'),
    ).toBe(1);
    expect(v('satusehat_delivery_seconds_count{endpoint="kirimEncounter"}')).toBe(1);
    expect(v('satusehat_platform_request_seconds_count{method="POST",type="token",status="200"}')).toBe(1);
    expect(v('satusehat_platform_request_seconds_count{method="POST",type="Bundle",status="200"}')).toBe(1);
    expect(
      v('satusehat_platform_request_seconds_count{method="GET",type="Patient",status="200"}'),
    ).toBeGreaterThan(0);
    expect(v('satusehat_submissions{state="sent"}')).toBe(1);
    expect(v('satusehat_submissions{state="failed"}')).toBe(1);
    expect(v('satusehat_submissions{state="waiting"}')).toBe(1);
    expect(v('satusehat_queue_age_seconds')).toBe(90);
    expect(v('satusehat_circuits_open')).toBe(0);
    expect(v('process_start_time_seconds')).toBeGreaterThan(0);
    const ours = text.split('\n').filter((line) => line.startsWith('satusehat_'));
    expect(ours.join('\n')).not.toMatch(/KLINIK|REG-|(?<![.\d])\d{16}|P03647103112|10000004/);
  });

  it('is for who has the token, or sits at this machine when there is none', async () => {
    const world = await startWorld({ metrics: { token: TOKEN } });
    expect((await read(world, {}, '127.0.0.1')).status).toBe(401);
    expect((await read(world, { authorization: 'Bearer salah' })).status).toBe(401);
    expect((await read(world, { authorization: `Bearer ${TOKEN}` }, '198.51.100.1')).status).toBe(200);
    const open = await startWorld({ metrics: {} });
    expect((await read(open, {}, '127.0.0.1')).status).toBe(200);
    expect((await read(open, {}, '::1')).status).toBe(200);
    expect((await read(open, {}, '198.51.100.1')).status).toBe(401);
    // A proxy on this machine that nobody has named.
    expect((await read(open, { 'x-forwarded-for': '127.0.0.1' }, '127.0.0.1')).status).toBe(401);
    expect((await read(open)).status).toBe(401);
    expect(JSON.parse((await read(open)).text)).toMatchObject({ code: 'INVALID_CREDENTIALS' });
    const server = await listen(open.service);
    expect((await fetch(`${server.url}/metrics`)).status).toBe(200);
    // Whoever stands behind a proxy is not at this machine, whatever the proxy is.
    const behind = await startWorld({ metrics: {}, trustedProxies: ['127.0.0.1'] });
    expect((await read(behind, { 'x-forwarded-for': '203.0.113.5' }, '127.0.0.1')).status).toBe(401);
    await server.close();
  });

  it('counts the credentials that are refused, and platforms that are left in peace', async () => {
    const clinics = [
      sandboxClinic,
      { ...sandboxClinic, code: 'K2', satusehat: { ...sandboxClinic.satusehat, clientId: 'lain' } },
    ];
    const world = await startWorld({
      metrics: { token: TOKEN },
      clinics,
      platform: {
        env: 'https://sandbox.invalid',
        fetch: async () => Response.json({}, { status: 401 }),
        retries: 0,
      },
    });
    await world.post('/api/encounter', plainVisit());
    await world.post('/api/encounter', plainVisit(), { 'x-clinic-code': 'K2' });
    const { text } = await read(world, { authorization: `Bearer ${TOKEN}` });
    expect(value(text, 'satusehat_tokens_refused')).toBe(2);
    const away = await startWorld({
      metrics: { token: TOKEN },
      platform: {
        env: 'https://sandbox.invalid',
        fetch: async () => Response.json({}, { status: 503 }),
        retries: 0,
        circuit: { failures: 1 },
      },
    });
    away.sandbox.reset();
    await away.post('/api/encounter', plainVisit());
    expect(
      value((await read(away, { authorization: `Bearer ${TOKEN}` })).text, 'satusehat_circuits_open'),
    ).toBe(1);
  });

  it('refuses a token that can be guessed, and says what is missing where it is off', async () => {
    await expect(startWorld({ metrics: { token: 'pendek' } })).rejects.toThrow('SATUSEHAT_METRICS_TOKEN');
    const off = await startWorld();
    const { status, text } = await read(off, {}, '127.0.0.1');
    expect(status).toBe(501);
    expect(text).toContain('prom-client');
  });
});
