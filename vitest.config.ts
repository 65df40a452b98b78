import { defineConfig } from 'vitest/config';

/**
 * One runner for all kinds: `*.test.ts` (pure or a single process) and `*.itest.ts` (PostgreSQL, git, processes). The global
 * set-up starts one embedded PostgreSQL lazily; each file that asks gets its own clone of the migrated template.
 */
export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 3,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Machines are shared: a condition may take its time, and nothing is proved by how long it took.
    expect: { poll: { timeout: 20_000 } },
    passWithNoTests: false,
    globalSetup: ['test/kit/global-setup.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'parts',
          include: ['src/**/*.{test,itest}.ts', 'tools/**/*.test.ts', 'web/src/**/*.test.ts'],
          // A process for each file would spend as long on loading the same modules again as on the tests.
          isolate: false,
        },
      },
      { extends: true, test: { name: 'whole', include: ['test/**/*.{test,itest}.ts', 'web/e2e/**/*.itest.ts'] } },
    ],
  },
});
