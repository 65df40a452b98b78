import type { MergeConflict, Mirror } from '#ports/git.ts';
import { classifyEffect } from './decide.effect.ts';
import type { Rung } from './model.ts';
import { submittedCommit, type Speculated } from './steps.submitted.ts';
import { findNameConflicts, makeSwap, planSwap } from './steps.swap.ts';

/** A change put on top of a commit that has not landed: a tree that holds exactly what was submitted, or why there is none. */
export type Speculation = { kind: 'clean'; tree: string; rung: Rung } | { kind: 'conflict'; conflicts: MergeConflict[] } | { kind: 'absorbed' };

/**
 * Merges an entry onto `onto` without any consequence for it: what does not merge on top of something that may never land,
 * or is there already with it, is nothing to judge an entry by. Makes objects only.
 */
export async function speculate(mirror: Mirror, entry: Speculated, onto: string): Promise<Speculation> {
  const plan = await planSwap(mirror, entry, onto);
  if (plan.kind === 'conflict') return plan;
  if (plan.kind === 'overlap') return speculateMerge(mirror, entry, onto);
  return entry.effect.length === 0 ? { kind: 'absorbed' } : { kind: 'clean', tree: await makeSwap(mirror, entry, onto), rung: 'R0' };
}

/** As `speculate`, for who wants to know how it goes and not the tree: where R0 does it, nothing is written. */
export async function trySpeculation(
  mirror: Mirror,
  entry: Speculated,
  onto: string,
): Promise<Pick<Speculation, 'kind'> & { conflicts?: MergeConflict[] }> {
  const plan = await planSwap(mirror, entry, onto);
  if (plan.kind === 'conflict') return plan;
  return plan.kind === 'overlap' ? speculateMerge(mirror, entry, onto) : { kind: entry.effect.length === 0 ? 'absorbed' : 'clean' };
}

async function speculateMerge(mirror: Mirror, entry: Speculated, onto: string): Promise<Speculation> {
  const { base } = entry.document;
  const merged = await mirror.together(async () => mirror.merge({ base, ours: onto, theirs: await submittedCommit(mirror, entry) }));
  if (merged.kind === 'conflict') return merged;
  const conflicts = await findNameConflicts(mirror, onto, merged.tree);
  if (conflicts.length > 0) return { kind: 'conflict', conflicts };
  const effect = classifyEffect({
    submitted: entry.effect,
    landed: await mirror.diffStat(onto, merged.tree),
    reverts: null,
    renamedSince: new Map(),
  });
  return effect.kind === 'preserved' ? { kind: 'clean', tree: merged.tree, rung: 'R1' } : { kind: 'absorbed' };
}
