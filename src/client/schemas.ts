/** What the client needs of the schemas, as one module to load when it is first needed. */
export { checkRequest, problem, problemsError } from '../contract/check.js';
export { contract } from '../contract/contract.js';
