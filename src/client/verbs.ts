/** The bigger verbs as one module: most pages need none of them, and load it when they do. */
export { sendBatch } from './batch.js';
export { follow } from './follow.js';
export { sendInParts } from './visit.js';
