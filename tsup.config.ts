import { defineConfig } from 'tsup';

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    server: 'src/server.ts',
    fhir: 'src/fhir.ts',
    sandbox: 'src/sandbox.ts',
    testing: 'src/testing.ts',
    cli: 'src/cli/main.ts',
    // What `#transport` and `#memory` of package.json mean, in Node and elsewhere.
    'transport-node': 'src/http/transport/node.ts',
    'transport-web': 'src/http/transport/web.ts',
    'memory-node': 'src/client/memory/node.ts',
    'memory-web': 'src/client/memory/web.ts',
  },
  format: ['esm', 'cjs'],
  dts: { entry: ['src/index.ts', 'src/server.ts', 'src/fhir.ts', 'src/sandbox.ts', 'src/testing.ts'] },
  target: 'es2022',
  platform: 'neutral',
  // One copy of a class in all CJS entries; without it each gets its own.
  splitting: true,
  sourcemap: true,
  clean: true,
  // `node:sqlite` has no name without its prefix.
  removeNodeProtocol: false,
  external: [/^node:/, '#transport', '#memory'],
  // zod/mini comes in a hundred files, of which we use a few: as they are, loading them takes longer than all of ours.
  noExternal: [/^zod/],
});
