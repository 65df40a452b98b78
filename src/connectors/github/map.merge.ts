import { AppError } from '#kernel/errors.ts';
import type { BranchRule } from './schema.guards.ts';

export type MergeMethod = 'merge' | 'squash' | 'rebase';

/** Merge commit and squash make exactly the tree that was verified; a rebase makes each commit anew, so it comes last. */
const BY_EXACTNESS = ['merge', 'squash', 'rebase'] as const satisfies readonly MergeMethod[];

/** What a repository tells of its ways to who may push; absent means allowed as far as we know. */
export interface AllowedWays {
  allow_merge_commit?: boolean | undefined;
  allow_squash_merge?: boolean | undefined;
  allow_rebase_merge?: boolean | undefined;
}

/**
 * How a pull request is merged: as configured where the repository and the rules of the branch let it, else the most exact way that they let. A
 * linear history takes no merge commits. AppError refused `no_merge_method`.
 */
export function toMethod(wanted: MergeMethod, ways: AllowedWays, rules: readonly Pick<BranchRule, 'type' | 'parameters'>[]): MergeMethod {
  const given = { merge: ways.allow_merge_commit, squash: ways.allow_squash_merge, rebase: ways.allow_rebase_merge };
  const linear = rules.some(({ type }) => type === 'required_linear_history');
  const lists = rules.flatMap(({ parameters }) => (parameters?.allowed_merge_methods ? [parameters.allowed_merge_methods] : []));
  const isLet = (way: MergeMethod): boolean => given[way] !== false && !(linear && way === 'merge') && lists.every((list) => list.includes(way));
  if (isLet(wanted)) return wanted;
  const found = BY_EXACTNESS.find(isLet);
  if (found !== undefined) return found;
  throw new AppError('refused', 'The repository and the rules of the branch together allow no way of merging.', { code: 'no_merge_method' });
}
