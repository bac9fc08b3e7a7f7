import { fileURLToPath } from 'node:url';

export default {
  // Loaded by Node as it is, not bundled.
  serverExternalPackages: ['satusehat-sdk'],
  // Only because this app is copied into a folder of this repository: hence also the empty jsconfig.json, which
  // keeps it from the paths of the tsconfig.json above. An app of its own needs neither.
  turbopack: { root: fileURLToPath(new URL('../../..', import.meta.url)) },
};
