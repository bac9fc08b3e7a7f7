/**
 * `satusehat-sdk`: the client of the SATUSEHAT Service, for Node and browsers.
 */
export {
  type CallOptions,
  type ClientOptions,
  type PractitionerKeys,
  SatusehatClient,
} from './client/client.js';
export type { ErrorCode, ServiceErrorCode } from './contract/codes.js';
export { errorCodes } from './contract/codes.js';
export type { Contract, InputOf, ResponseOf } from './contract/contract.js';
export type { EncounterInput } from './contract/encounter.js';
export { type Endpoint, type EndpointName, type ErrorCodeOf, endpoints } from './contract/endpoints.js';
export {
  type DetailsOf,
  type FieldProblem,
  isSatusehatError,
  type PlatformIssue,
  SatusehatError,
} from './contract/error.js';
export type { FetchLike } from './http/request.js';
