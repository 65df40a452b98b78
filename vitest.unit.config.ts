import { defineConfig } from 'vitest/config';

/** The pure tests alone: no database, no processes. Part of `npm run check`. */
export default defineConfig({
  test: {
    include: ['src/**/{decide,model,map,events,schema,workflow}*.test.ts', 'src/kernel/**/*.test.ts', 'web/src/**/*.test.ts'],
    pool: 'threads',
    isolate: false,
    testTimeout: 60_000,
  },
});
