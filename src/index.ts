/**
 * `satusehat-sdk`: the client of the SATUSEHAT Service, for Node and browsers.
 *
 * @module satusehat-sdk
 */
export type { Batch, BatchOptions, BatchProgress, BatchReport, BatchResult } from './client/batch.js';
export type { CacheOptions } from './client/cache.js';
export {
  type LogQuery,
  type PractitionerArgs,
  type PractitionerKeys,
  SatusehatClient,
  type Trial,
  type Trials,
  type VisitInput,
  type VisitOptions,
} from './client/client.js';
export type { FollowOptions, Status } from './client/follow.js';
export type { Hooks, Logger, RequestEvent, ResponseEvent, RetryEvent } from './client/hooks.js';
export type {
  Backoff,
  CallOptions,
  ClientOptions,
  ExtraHeaders,
  LookupOptions,
  SendOptions,
} from './client/options.js';
export type { ClientErrorCode, CodesOf, ErrorOf, Result, SafeClient, SafeMethod } from './client/safe.js';
export type { ErrorCode, Locale, ServiceErrorCode } from './contract/codes.js';
export { errorCodes } from './contract/codes.js';
export type { Contract, InputOf, ResponseOf } from './contract/contract.js';
export type { EncounterInput } from './contract/encounter.js';
export { type Endpoint, type EndpointName, type ErrorCodeOf, endpoints } from './contract/endpoints.js';
export {
  type DetailsOf,
  type FailedPart,
  type FieldProblem,
  isSatusehatError,
  type PlatformIssue,
  SatusehatError,
  type VisitProgress,
} from './contract/error.js';
export type { FetchLike } from './http/request.js';
