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
    // Also on two cores, where the default is one: many of them wait for other processes.
    maxWorkers: 2,
    testTimeout: 90_000,
    hookTimeout: 60_000,
    restoreMocks: true,
  },
});
