/** One signed call, checked by hand as a receiver would. */
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { callWebhook, nextCall, readSecret } from '../../src/delivery/webhook.js';

const bytes = Buffer.alloc(32, 7);
const secret = `whsec_${bytes.toString('base64')}`;
const older = `whsec_${Buffer.alloc(24, 9).toString('base64')}`;
const call = { id: 'log-1.sent', body: '{"type":"submission.sent"}' };
const now = 1_700_000_000_500;

async function seen(
  status: number,
  config: Parameters<typeof callWebhook>[0] = { url: 'https://klinik.invalid/hook', secret },
) {
  const requests: Request[] = [];
  const result = await callWebhook(config, call, now, async (input, init) => {
    requests.push(new Request(input, init));
    return new Response(null, { status });
  });
  return { result, request: requests[0] as Request };
}

describe('a webhook', () => {
  it('is signed over id, timestamp and body; a changed byte is seen', async () => {
    const { result, request } = await seen(204);
    expect(result).toBe('delivered');
    expect(request.headers.get('webhook-id')).toBe('log-1.sent');
    expect(request.headers.get('webhook-timestamp')).toBe('1700000000');
    const expected = (text: string) => `v1,${createHmac('sha256', bytes).update(text).digest('base64')}`;
    expect(request.headers.get('webhook-signature')).toBe(expected(`log-1.sent.1700000000.${call.body}`));
    expect(await request.text()).toBe(call.body);
  });

  it('carries a signature of each secret while it is rotated', async () => {
    const { request } = await seen(200, { url: 'https://klinik.invalid/hook', secret: [secret, older] });
    expect(request.headers.get('webhook-signature')?.split(' ')).toHaveLength(2);
  });

  it.each([
    [200, 'delivered'],
    [301, 'failed'],
    [404, 'failed'],
    [410, 'gone'],
    [500, 'failed'],
  ])('HTTP %i is %s', async (status, expected) => {
    expect((await seen(status)).result).toBe(expected);
  });

  it('no answer is a failure, not an exception', async () => {
    const result = await callWebhook({ url: 'https://klinik.invalid', secret }, call, now, async () => {
      throw new TypeError('fetch failed');
    });
    expect(result).toBe('failed');
  });

  it.each(['geheim', 'whsec_', 'whsec_AAAA', `whsec_${Buffer.alloc(80).toString('base64')}`])(
    'a secret of another form is refused without being shown',
    (wrong) => {
      expect(() => readSecret(wrong)).toThrow('whsec_ and the base64');
      if (wrong.length > 8) expect(() => readSecret(wrong)).not.toThrow(wrong);
    },
  );

  it('is tried for three days, with longer and longer pauses, then given up', () => {
    const pauses: number[] = [];
    let at = 0;
    for (let attempts = 1; ; attempts++) {
      const next = nextCall(attempts, at, 0.5);
      if (next === undefined) break;
      pauses.push(next - at);
      at = next;
    }
    expect([...pauses].sort((a, b) => a - b)).toEqual(pauses);
    expect(at).toBeGreaterThan(3 * 86_400_000);
    expect(nextCall(2, 0, 0)).toBe(270_000);
    expect(nextCall(2, 0, 1)).toBe(330_000);
  });
});
