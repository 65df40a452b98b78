import type { Facts } from '#modules/policy/index.ts';
import type { ForgeRead, RepoRef } from '#ports/forge-read.ts';
import type { Proposal } from './model.ts';
import { isInternal } from './model.args.ts';

export interface FactsDeps {
  /** Read side of a forge. */
  forge(name: string): ForgeRead;
  /** What is known about the repository; null when Reeve does not know it. */
  repository(repo: RepoRef): Promise<{ tier: string; defaultBranch: string } | null>;
  /** Whether a person approved the current plan of a work item. */
  planApproved(workItemId: string): Promise<boolean>;
}

/**
 * The facts the shipped policy asks for, observed anew each time: `plan.approved`, `repo.tier`, `target.is_default`,
 * `target.is_checked_out`. A fact that cannot be known is left out, and a condition that needs it then denies.
 */
export function createObservedFacts(deps: FactsDeps): (proposal: Proposal) => Promise<Facts> {
  return async (proposal) => {
    const facts: Facts = { plan: { approved: proposal.workItemId !== null && (await deps.planApproved(proposal.workItemId)) } };
    if (isInternal(proposal.kind)) return facts;
    const repo = { forge: proposal.target.forge, name: proposal.target.repo };
    const known = await deps.repository(repo);
    if (known !== null) facts['repo'] = { tier: known.tier };
    const branch = proposal.target.branch ?? null;
    if (branch === null || !proposal.kind.startsWith('branch.')) return facts;
    const forge = deps.forge(repo.forge);
    const defaultBranch = await forge.defaultBranch(repo);
    facts['target'] = {
      // Either name counts: the forge's own, and the one this installation was told.
      is_default: branch === defaultBranch || branch === known?.defaultBranch,
      is_checked_out: (await forge.checkedOutBranch(repo)) === branch,
    };
    return facts;
  };
}
