import { isAppError } from '#kernel/errors.ts';
import type { ActionsDeps } from '#modules/actions/index.ts';
import type { Repository } from '#modules/projects/index.ts';
import type { ForgeRead } from '#ports/forge-read.ts';

interface GuardSources {
  forge(name: string): ForgeRead;
  repository(repo: { forge: string; name: string }): Promise<Pick<Repository, 'defaultBranch' | 'protectionAttested'> | null>;
}

/** How the default branch of an action's repository is guarded against Reeve itself, asked at its forge each time: rules change. */
export function createGuard({ forge, repository }: GuardSources): ActionsDeps['guard'] {
  return async ({ target }) => {
    const known = await repository({ forge: target.forge, name: target.repo });
    // Reeve's own rules (policy, caps, stages) are in no repository.
    if (known === null) return null;
    const repo = { forge: target.forge, name: target.repo };
    const branch = known.defaultBranch;
    try {
      const guard = await forge(target.forge).branchGuard?.(repo, branch);
      return guard === undefined ? null : { guard, branch, attested: known.protectionAttested };
    } catch (error) {
      // A branch that is not there is for the action's own check to find; nothing guards it.
      if (isAppError(error, 'not_found')) return null;
      throw error;
    }
  };
}
