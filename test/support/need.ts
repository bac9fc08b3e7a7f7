import { existsSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The folder of recorded facts, or undefined with a loud line. REQUIRE_ALL does not ask for it: the recordings
 * carry no licence and are not everywhere.
 */
export function oracles(): string | undefined {
  const folder = process.env.SATUSEHAT_ORACLES;
  if (folder && existsSync(join(folder, 'rawat-jalan'))) return folder;
  process.stderr.write(
    '\n*** SKIPPED: recorded platform data not found; set SATUSEHAT_ORACLES to its folder ***\n\n',
  );
  return undefined;
}
