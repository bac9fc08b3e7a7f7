/**
 * `satusehat-sdk/sandbox`: the national platform emulated, as a fetch handler. For tests and offline work.
 *
 * @module satusehat-sdk/sandbox
 */
export type { LoggedRequest } from './sandbox/books.js';
export type { FaultKind, FaultPlan } from './sandbox/faults.js';
export type { RegistrationAnswer } from './sandbox/mpi.js';
export type { Credential } from './sandbox/oauth.js';
export {
  createSandbox,
  type Sandbox,
  type SandboxOptions,
  type SandboxSnapshot,
  type SandboxStats,
} from './sandbox/sandbox.js';
export { ambiguousNik, sandboxClinic, sandboxCredential, sandboxLocationId } from './sandbox/seed.js';
export type { Kept, Stored } from './sandbox/store.js';
