/** What the service gives the dashboard, and what its parts have in common. */
import type { Bundle } from '@medplum/fhirtypes';
import type { Clinic } from '../delivery/clinic.js';
import type { Store, Submission } from '../store/store.js';
import type { Vault } from '../store/vault.js';
import type { Pace } from './pace.js';
import type { SignIn } from './sign-in.js';
import type { DashboardOptions, DashboardUser } from './users.js';
import type { View } from './view.js';

export interface DashboardTools {
  store: Store;
  vault: Vault;
  now: () => number;
  /** Where the service is mounted; empty at the root. */
  basePath: string;
  options: DashboardOptions;
  pace: Pace;
  /** Undefined for one that is not there, or whose configuration cannot be had. */
  clinicOf(code: string): Promise<Clinic | undefined>;
  /** Undefined also when the clinic does not ask from that address. */
  secretsOf(code: string, address: string | undefined): Promise<readonly string[] | undefined>;
  digestSecret(code: string, secret: string): string;
  /** What the clinic itself could ask for at the API. @throws SatusehatError */
  act(
    name: 'resendLog' | 'batalLog' | 'kirimEncounter',
    clinic: string,
    params: Record<string, string>,
    body: Record<string, unknown>,
  ): Promise<void>;
  /** The FHIR that a submission becomes. @throws SatusehatError */
  rehearse(submission: Submission, clinic: Clinic): Promise<Bundle>;
  /** Something became due. */
  wake(): Promise<void>;
}

/** What every page needs. */
export interface Room {
  tools: DashboardTools;
  /** Where the dashboard stands, e.g. `/satusehat/dashboard`. */
  base: string;
  signIn: SignIn;
  /** Writes down who did what. */
  audit(user: DashboardUser, action: string, clinic?: string, logId?: string, detail?: string): Promise<void>;
  /** Theirs; undefined also for one that is not there. */
  theirs(user: DashboardUser, logId: string): Promise<Submission | undefined>;
}

/** One request, once it is known who asks. */
export interface Asked {
  /** Within the dashboard, e.g. `/kiriman`. */
  path: string;
  params: URLSearchParams;
  /** What was typed; empty for a GET. */
  typed: URLSearchParams;
  view: View;
}
