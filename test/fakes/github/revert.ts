import { ZERO } from './git.ts';
import { createPull } from './pulls.ts';
import { refsMoved } from './refs.ts';
import type { Actor, PullIssue, Repository } from './state.ts';
import type { World } from './world.ts';

/**
 * What the button "Revert" makes: a branch `revert-{number}-{head branch}` at the base, with one commit that takes the merge back, and a pull request from
 * it. Answers why it cannot. https://docs.github.com/pull-requests/collaborating-with-pull-requests/incorporating-changes-from-a-pull-request/reverting-a-pull-request
 */
export async function revertPull(
  world: World,
  repository: Repository,
  actor: Actor,
  issue: PullIssue,
  wish: { title?: string | null; body?: string | null; draft?: boolean | null },
): Promise<PullIssue | string> {
  const { mergeSha, endedBaseSha, baseBranch, headBranch } = issue.pull;
  if (mergeSha === null || endedBaseSha === null) return 'Pull request is not merged.';
  const base = await repository.git.ref(`refs/heads/${baseBranch}`);
  if (base === null) return 'The base branch is gone.';
  const tree = await repository.git.takenBack(base, { from: mergeSha, to: endedBaseSha });
  if (tree === null) return 'This pull request cannot be reverted automatically: it conflicts with later changes.';
  const title = wish.title ?? `Revert "${issue.title}"`;
  const author = world.signature(actor.login);
  const sha = await repository.git.commitTree({ tree, parents: [base], message: `${title}\n\nThis reverts commit ${mergeSha}.`, author });
  const branch = await freeName(repository, `revert-${issue.number}-${headBranch}`);
  const ref = `refs/heads/${branch}`;
  await repository.git.setRef(ref, sha, ZERO);
  await refsMoved(world, repository, actor, [{ ref, before: ZERO, after: sha }]);
  const body = wish.body ?? `Reverts ${repository.fullName}#${issue.number}`;
  return createPull(world, repository, actor, { title, body, head: branch, base: baseBranch, draft: wish.draft ?? false });
}

async function freeName(repository: Repository, wanted: string): Promise<string> {
  for (let times = 0; ; times += 1) {
    const name = times === 0 ? wanted : `${wanted}-${times}`;
    if ((await repository.git.ref(`refs/heads/${name}`)) === null) return name;
  }
}
