import { it } from 'vitest';

/** Behaviours an implementation cannot offer, with the reason a reader will ask for. */
export interface Gap {
  reason: string;
  tests: readonly string[];
}

/**
 * `test` of a contract suite: runs a behaviour, or shows it as skipped with the reason. `finish` throws when a gap names a
 * behaviour that does not exist, so that a renamed test cannot stay skipped unseen.
 */
export function behaviours(gaps: readonly Gap[]): { test(name: string, run: () => Promise<void>): void; finish(): void } {
  const met = new Set<string>();
  return {
    test(name, run) {
      met.add(name);
      const gap = gaps.find((candidate) => candidate.tests.includes(name));
      it(gap === undefined ? name : `${name} (${gap.reason})`, { skip: gap !== undefined }, run);
    },
    finish() {
      const unknown = gaps.flatMap((gap) => gap.tests).filter((name) => !met.has(name));
      if (unknown.length > 0) throw new Error(`Gaps name behaviours that do not exist: ${unknown.join('; ')}`);
    },
  };
}
