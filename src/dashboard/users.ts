/** Who looks at the dashboard, and what of it is theirs. */

import type { Submission } from '../store/store.js';

/** Name of whoever signed in with the operator's password. */
export const OPERATOR = 'operator';
/** In the place of a name that there is not. */
export const NOBODY = '?';

/** Somebody who is signed in. */
export interface DashboardUser {
  /** Stands in the audit trail, e.g. `rina@klinik.example`. */
  name: string;
  /** Codes of the clinics whose submissions they see. `'all'`: an operator. */
  clinics: 'all' | readonly string[];
  /** Whether they may send again, correct and void. Default true. */
  mayAct?: boolean;
  /** Whether they may ask for NIK, names and texts; each time is in the audit trail. Default false. */
  mayReveal?: boolean;
}

/** Who may open `/dashboard`, and for how long. */
export interface DashboardOptions {
  /**
   * Hash of the operator's password, as `satusehat password` prints it. Whoever signs in with it sees all clinics.
   * Environment: `SATUSEHAT_DASHBOARD_PASSWORD`. Default: no operator; clinics sign in all the same.
   */
  password?: string;
  /** Whether the operator may ask for NIK, names and texts. Default true; a clinic always may, of its own. */
  operatorMayReveal?: boolean;
  /**
   * Instead of signing in here: answers who asks, e.g. by the session cookie of the app that the service is mounted
   * in, or undefined for nobody. It must not read the body.
   */
  authenticate?: (request: Request) => DashboardUser | undefined | Promise<DashboardUser | undefined>;
  /** Milliseconds after which a session ends that nobody uses. Default 3,600,000. */
  idle?: number;
  /** Milliseconds after which a session ends in any case. Default 43,200,000. */
  longest?: number;
}

/** Whose submissions a page shows: of one clinic; of all of them, for an operator. */
export interface Scope {
  clinic: string | undefined;
}

/** What is to be shown to somebody who asked for that clinic; undefined when it is not theirs. */
export function scopeFor(user: DashboardUser, asked: string | undefined): Scope | undefined {
  if (user.clinics === 'all') return { clinic: asked };
  const clinic = asked ?? user.clinics[0];
  return clinic !== undefined && user.clinics.includes(clinic) ? { clinic } : undefined;
}

export function maySee(user: DashboardUser, clinic: string): boolean {
  return user.clinics === 'all' || user.clinics.includes(clinic);
}

export const mayAct = (user: DashboardUser): boolean => user.mayAct ?? true;
export const mayReveal = (user: DashboardUser): boolean => user.mayReveal ?? false;

/** Whether another body can take the place of what was sent. */
export function isMendable({ state, result, endpoint }: Submission): boolean {
  return (state === 'failed' || state === 'held') && !result && endpoint !== 'batalLog';
}
