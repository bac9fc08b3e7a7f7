/** What stands in `deploy` is taken by the programs it is for, as far as they are here. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readConfig } from '../../src/cli/config.js';
import { createAddressOf } from '../../src/server/addresses.js';
import { root } from '../support/program.js';

const text = (name: string) => readFileSync(join(root, 'deploy', name), 'utf8');

it.each([
  ['satusehat.config.json', '127.0.0.1', '127.0.0.1'],
  ['compose.config.json', '0.0.0.0', '172.31.87.3'],
])('%s is a configuration that believes its proxy, and nobody else', async (file, host, proxy) => {
  const { config } = await readConfig(join(root, 'deploy', file));
  expect(config).toMatchObject({ clinics: 'store', host });
  const addressOf = createAddressOf(config.trustedProxies ?? []);
  const request = new Request('http://x.invalid', { headers: { 'x-forwarded-for': '203.0.113.5' } });
  expect(addressOf(request, { address: proxy })).toBe('203.0.113.5');
  expect(addressOf(request, { address: '192.168.1.9' })).toBe('192.168.1.9');
});

it('the network of the compose file is the one that its configuration trusts', () => {
  const [subnet] = JSON.parse(text('compose.config.json')).trustedProxies;
  expect(text('compose.yaml')).toContain(`subnet: ${subnet}`);
});

it('the proxy asks the other process while one starts again', () => {
  // Without it, and with checks of health (which Caddy makes of fixed addresses only), half the answers were 502.
  const file = text('Caddyfile');
  expect(file).toMatch(/^\t\tlb_try_duration \d+s$/m);
  expect(file).not.toContain('health_uri');
});

it('the container runs as nobody in particular, and holds no secret', () => {
  const file = text('Dockerfile');
  expect(file.match(/^FROM /gm)).toHaveLength(2);
  expect(file).toMatch(/^USER node$/m);
  expect(file).toMatch(/^HEALTHCHECK /m);
  for (const name of [
    'Dockerfile',
    'compose.yaml',
    'satusehat.service',
    'satusehat.env.example',
    'Caddyfile',
  ]) {
    // Names of secrets, and nothing behind them.
    expect(text(name), name).not.toMatch(/(SECRET|KEY|TOKEN|PASSWORD)=[^\s$]/);
  }
});

it('the variables of the example are those that the program knows', () => {
  const names = [...text('satusehat.env.example').matchAll(/^([A-Z_]+)=/gm)].map(([, name]) => name);
  const help = readFileSync(join(root, 'src/cli/help.ts'), 'utf8');
  expect(names.length).toBeGreaterThan(2);
  for (const name of names) expect(help, name).toContain(name);
});
