import { isAppError } from '#kernel/errors.ts';
import type { ActionsDeps } from '#modules/actions/index.ts';
import type { Repository } from '#modules/projects/index.ts';
import type { BranchGuard, ForgeRead, RepoRef } from '#ports/forge-read.ts';

interface GuardSources {
  forge(name: string): ForgeRead;
  repository(repo: { forge: string; name: string }): Promise<Pick<Repository, 'defaultBranch' | 'protectionAttested'> | null>;
}

type Asked = Parameters<ActionsDeps['guard']>[0];

/** How the branch that an action changes is guarded against Reeve itself, asked at its forge each time: rules change. */
export function createGuard({ forge, repository }: GuardSources): ActionsDeps['guard'] {
  return async (asked) => {
    const repo = { forge: asked.target.forge, name: asked.target.repo };
    const known = await repository(repo);
    // Reeve's own rules (policy, caps, stages) are in no repository.
    if (known === null) return null;
    const read = forge(repo.forge);
    if (read.branchGuard === undefined) return null;
    const branch = await branchOf(read, repo, asked, known.defaultBranch);
    // An admin vouches for the default branch alone.
    const attested = known.protectionAttested && branch === known.defaultBranch;
    return { guard: await guardOf(read.branchGuard(repo, branch)), branch, attested };
  };
}

/** A merge ends on the base of its pull request, a push on its own branch. */
async function branchOf(read: ForgeRead, repo: RepoRef, { kind, target }: Asked, defaultBranch: string): Promise<string> {
  if (kind === 'branch.push') return target.branch ?? defaultBranch;
  if (kind !== 'pr.merge' || target.number === null || target.number === undefined) return defaultBranch;
  return (await read.pullByNumber(repo, target.number))?.baseBranch ?? defaultBranch;
}

/** Of a branch that is not there nobody knows what keeps it. */
async function guardOf(asked: Promise<BranchGuard>): Promise<BranchGuard> {
  try {
    return await asked;
  } catch (error) {
    if (!isAppError(error, 'not_found')) throw error;
    return { isProtected: true, demandsPull: true, bypasses: [], unknown: ['a branch that the forge does not find'] };
  }
}
