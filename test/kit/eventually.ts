import { vi } from 'vitest';

/**
 * Tries again until the check holds. Machines are shared: a condition may take its time, and nothing is proved by how long it took
 * (`vi.waitFor` by itself gives up after a second).
 */
export const eventually = <T>(check: () => T | Promise<T>): Promise<T> => vi.waitFor(check, { timeout: 20_000 });
