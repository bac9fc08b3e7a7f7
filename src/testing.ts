/**
 * `satusehat-sdk/testing`: the service for the tests of an app, as handlers of [msw](https://mswjs.io), an optional
 * peer dependency.
 *
 * @module satusehat-sdk/testing
 */
export type { RequestOf } from './contract/contract.js';
export {
  type SatusehatHandlersOptions,
  type SatusehatMock,
  satusehatHandlers,
} from './testing/handlers.js';
export type { Call, Decide, MockedEndpoint, Override } from './testing/overrides.js';
