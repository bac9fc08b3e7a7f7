import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Tests of the sources take the sources, not what was built of them.
  resolve: { alias: { '#transport': fileURLToPath(new URL('src/http/transport/node.ts', import.meta.url)) } },
  test: {
    include: ['test/**/*.test.ts'],
    // Some tests use the built package.
    globalSetup: ['test/support/build.ts', 'test/support/postgres.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    restoreMocks: true,
  },
});
