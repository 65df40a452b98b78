import { matchesAnyGlob } from '#kernel/glob.ts';
import type { Freshness } from './model.ts';

/**
 * Freshness: how many commits landed since the base is the strongest predictor of a conflict, so it is measured at
 * submission, the change is put on the head of that moment, and both are kept and told to the submitter.
 */
export interface FreshnessFacts {
  /** Commits that landed since the base; null: the base is not in the target's history. */
  behind: number | null;
  /** The most commits a change may be behind before it is marked and goes first. */
  budget: number;
  head: string | null;
  rebase: { kind: 'clean' } | { kind: 'conflict'; paths: readonly string[] } | { kind: 'absorbed' } | null;
}

export function decideFreshness(facts: FreshnessFacts): Freshness {
  const behind = facts.behind ?? 0;
  const paths = facts.rebase?.kind === 'conflict' ? [...facts.rebase.paths] : [];
  const rebase =
    facts.behind === null || (behind > 0 && facts.rebase === null) ? 'unknown' : behind === 0 ? 'none' : (facts.rebase?.kind ?? 'unknown');
  return { behind, overBudget: behind > facts.budget, head: facts.head, rebase, paths };
}

/** What the submitter is told; null when there is nothing to say. */
export function freshnessNote({ behind, overBudget, rebase, paths }: Freshness, budget: number): string | null {
  const where = `It was made ${behind} ${behind === 1 ? 'commit' : 'commits'} behind its target`;
  if (rebase === 'conflict') return `${where} and does not merge as it stands: ${paths.join(', ')}.`;
  if (rebase === 'absorbed') return `${where}; part of it is there already.`;
  return overBudget ? `${where}, more than the budget of ${budget}; it goes first while it still merges.` : null;
}

/** Which of the scopes a landing touched: whose agents should look again. */
export function scopesTouched<Holder>(
  files: readonly string[],
  scopes: ReadonlyArray<{ holder: Holder; globs: readonly string[] }>,
): Array<{ holder: Holder; files: string[] }> {
  return scopes
    .map(({ holder, globs }) => ({ holder, files: files.filter((file) => matchesAnyGlob(file, globs)) }))
    .filter((touched) => touched.files.length > 0);
}
