import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  // Tests of the sources take the sources, not what was built of them.
  resolve: {
    alias: {
      '#transport': source('src/http/transport/node.ts'),
      '#memory': source('src/client/memory/node.ts'),
    },
  },
  test: {
    include: ['test/**/*.test.ts'],
    // Some tests use the built package.
    globalSetup: ['test/support/build.ts', 'test/support/postgres.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    restoreMocks: true,
  },
});
