/**
 * `satusehat-sdk/server`: the service side of the contract, for clinics that host it themselves. Node only.
 *
 * @module satusehat-sdk/server
 */
export type { SatusehatConfig } from './cli/config.js';
export { isSatusehatError, SatusehatError } from './contract/error.js';
export { hashPassword } from './dashboard/password.js';
export type { DashboardOptions, DashboardUser } from './dashboard/users.js';
export type { BackoffOptions } from './delivery/backoff.js';
export type { ClinicConfig, ClinicLimits, PoliConfig, Switches } from './delivery/clinic.js';
export type { WebhookConfig } from './delivery/webhook.js';
export type { FetchLike } from './http/request.js';
export type { CircuitOptions, CircuitState } from './platform/circuit.js';
export { PlatformError, type PlatformFailure } from './platform/error.js';
export {
  createPlatform,
  type PatchOperation,
  type PatientAnswer,
  type Platform,
  type PlatformCall,
  type PlatformHealth,
  type PlatformOptions,
  type Written,
} from './platform/platform.js';
export type { TokenHealth } from './platform/token.js';
export type { Peer } from './server/addresses.js';
export type { Authenticate } from './server/authenticate.js';
export type { ClinicSource } from './server/clinics.js';
export type { EventName, Listener, SubmissionEvent } from './server/events.js';
export type { ServiceLimits } from './server/limits.js';
export type { Logger, LogLine } from './server/log.js';
export {
  type Fetches,
  type Listening,
  type ListenOptions,
  listen,
  type NodeHandler,
  toNodeHandler,
} from './server/node.js';
export type { ClinicRegistry, ClinicSummary, ClinicToKeep } from './server/registry.js';
export { createSatusehatService, type SatusehatService, type ServiceOptions } from './server/service.js';
export { backupStore, type Moved, MoveError, moveStore } from './store/move.js';
export { WrongKeyError } from './store/settings.js';
export { StoreDamagedError } from './store/sqlite.js';
export {
  type Listed,
  type ListQuery,
  type State,
  StoreInUseError,
  StoreMovedError,
} from './store/store.js';
