import { readFileSync } from 'node:fs';
import { sandboxClinic } from 'satusehat-sdk/sandbox';

/** The guide's encounter. */
export const guide = JSON.parse(
  readFileSync(new URL('../examples/data/encounter.json', import.meta.url), 'utf8'),
) as Record<string, unknown>;

/** As the guide's clinic sends it. */
export const headers = {
  'content-type': 'application/json',
  'x-clinic-code': sandboxClinic.code,
  'x-clinic-secret': sandboxClinic.secret,
};
