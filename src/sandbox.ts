/**
 * `satusehat-sdk/sandbox`: the national platform emulated, as a fetch handler. For tests and offline work.
 */
export { createSandbox, type Sandbox, type SandboxOptions, type SandboxStats } from './sandbox/sandbox.js';
export { ambiguousNik, sandboxClinic, sandboxCredential, sandboxLocationId } from './sandbox/seed.js';
