/** How a clinic stands with the platform, as far as this process knows. */
import type { PlatformHealth } from '../platform/platform.js';

/** `away`: it does not answer. `refused`: the clinic's credential is wrong. */
export type Trouble = 'away' | 'refused';

export function troubleOf({ circuit, token }: PlatformHealth): Trouble | undefined {
  if (token.state === 'refused' && token.failure === 'credentials') return 'refused';
  return circuit === 'closed' ? undefined : 'away';
}
