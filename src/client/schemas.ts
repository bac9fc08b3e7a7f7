/** What the client needs of the schemas, as one module to load when it is first needed. */
export { checkRequest, problemsError } from '../contract/check.js';
export { contract } from '../contract/contract.js';
