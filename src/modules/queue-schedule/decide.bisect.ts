import type { Suspicion } from './model.ts';

/**
 * The search for the culprit of a failed build: its members go back to the queue without a penalty, marked as suspects that
 * share builds only among themselves and only half as many. The first half is verified first, in their order; what passes
 * lands and is cleared, so the rest is verified on top of it, and a tree that failed before and passes now shows a flake. A
 * build of one that fails is judged (`decide.attribution.ts`). Ends after at most log2(n) failing builds per culprit, and
 * needs no state but the mark on the rows.
 */
export function suspect(build: { id: string; size: number }, before: Suspicion | null): Suspicion {
  return { group: before?.group ?? build.id, cap: Math.max(1, Math.ceil(build.size / 2)) };
}

/** What becomes of a build whose checks failed: a single one is judged, several are searched. */
export function decideAfterFailure(
  build: { id: string; size: number },
  before: Suspicion | null,
): { kind: 'judge' } | { kind: 'search'; suspicion: Suspicion } {
  return build.size <= 1 ? { kind: 'judge' } : { kind: 'search', suspicion: suspect(build, before) };
}
