import type { MergeConflict, Mirror, TreeEntry } from '#ports/git.ts';
import { collisionConflicts, planApply, toFileChanges } from './decide.apply.ts';
import { fromStoredChange } from './decide.contents.ts';
import { classifyEffect } from './decide.effect.ts';
import type { QueueEntry, Rung } from './model.ts';

/** A change put on top of a commit that has not landed: a tree that holds exactly what was submitted, or why there is none. */
export type Speculation = { kind: 'clean'; tree: string; rung: Rung } | { kind: 'conflict'; conflicts: MergeConflict[] } | { kind: 'absorbed' };

/** What of an entry is needed to put it somewhere. */
export type Speculated = Pick<QueueEntry, 'id' | 'document' | 'effect'>;

/**
 * Merges an entry onto `onto` without any consequence for it: what does not merge on top of something that may never land,
 * or is there already with it, is nothing to judge an entry by. Makes objects only.
 */
export async function speculate(mirror: Mirror, entry: Speculated, onto: string): Promise<Speculation> {
  const whole = entry.document.changes.map(fromStoredChange);
  const files = new Map((await mirror.listTree(onto)).map((file): [string, TreeEntry] => [file.path, file]));
  const plan = planApply(whole, files);
  const { base } = entry.document;
  const merged =
    plan.rung === 'R0'
      ? { kind: 'clean' as const, tree: await mirror.writeTree(onto, plan.changes) }
      : await mirror.merge({ base, ours: onto, theirs: await submittedCommit(mirror, entry) });
  if (merged.kind === 'conflict') return merged;
  const conflicts = collisionConflicts(await mirror.listTree(merged.tree), files);
  if (conflicts.length > 0) return { kind: 'conflict', conflicts };
  const effect = classifyEffect({
    submitted: entry.effect,
    landed: await mirror.diffStat(onto, merged.tree),
    reverts: null,
    renamedSince: new Map(),
  });
  return effect.kind === 'preserved' ? { kind: 'clean', tree: merged.tree, rung: plan.rung } : { kind: 'absorbed' };
}

const SUBMITTER = { name: 'Reeve', email: 'reeve@localhost' };

/** The submitted tree as a commit on its base. The mirror may have been made anew since: the contents are ours, so it is written again. */
export async function submittedCommit(mirror: Mirror, entry: Speculated): Promise<string> {
  const { base } = entry.document;
  const tree = await mirror.writeTree(base, toFileChanges(entry.document.changes.map(fromStoredChange)));
  // Dated after its parent: git is ten times slower at merging where dates go backwards.
  const atUnixS = ((await mirror.log(null, base, 1))[0]?.atUnixS ?? 0) + 1;
  return mirror.commit({ tree, parents: [base], message: `Submitted as ${entry.id}`, author: SUBMITTER, atUnixS });
}
