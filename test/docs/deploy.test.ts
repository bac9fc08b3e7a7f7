/** What stands in `deploy` is taken by the programs it is for, as far as they are here. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readConfig } from '../../src/cli/config.js';
import { createAddressOf } from '../../src/server/addresses.js';
import { root } from '../support/program.js';

const text = (name: string) => readFileSync(join(root, 'deploy', name), 'utf8');

it('the configuration is one', async () => {
  const { config } = await readConfig(join(root, 'deploy/satusehat.config.json'));
  expect(config).toMatchObject({ clinics: 'store', host: '0.0.0.0' });
  expect(() => createAddressOf(config.trustedProxies ?? [])).not.toThrow();
});

it('the container runs as nobody in particular, and holds no secret', () => {
  const file = text('Dockerfile');
  expect(file.match(/^FROM /gm)).toHaveLength(2);
  expect(file).toMatch(/^USER node$/m);
  expect(file).toMatch(/^HEALTHCHECK /m);
  for (const name of ['Dockerfile', 'compose.yaml', 'satusehat.service', 'satusehat.env.example']) {
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
