import { ZERO } from './git.ts';
import { isPull, tell, touch } from './issues.ts';
import { showPushed } from './present.commits.ts';
import { headSha } from './present.pulls.ts';
import { branchOfPattern, announce, refsMoved, type Moment } from './refs.ts';
import { checksOf, mergeCommitOf, requirementsOf } from './pulls.ts';
import type { Actor, PullIssue, Repository } from './state.ts';
import type { World } from './world.ts';

/**
 * GitHub's own merge queue, one entry at a time: a group branch `gh-readonly-queue/{base}/pr-{n}-{base sha}` with the merge, checks on
 * it, and the base moved to exactly that commit when all required ones are green.
 * https://docs.github.com/repositories/configuring-branches-and-merges-in-your-repository/configuring-pull-request-merges/managing-a-merge-queue
 */
export function hasQueue(repository: Repository, branch: string): boolean {
  const { rulesets, defaultBranch } = repository.data;
  return rulesets.some(
    ({ enforcement, include, rules }) =>
      enforcement === 'active' &&
      rules.some(({ type }) => type === 'merge_queue') &&
      include.some((name) => name === '~ALL' || branchOfPattern(name, defaultBranch) === branch),
  );
}

/** Puts a pull request into the queue; answers why it cannot, or null. */
export async function enqueue(world: World, repository: Repository, actor: Actor, issue: PullIssue, expected: string | null): Promise<string | null> {
  if (!hasQueue(repository, issue.pull.baseBranch)) return 'The merge queue is not enabled for this branch.';
  const head = await headSha(repository, issue.number);
  if (issue.state === 'closed' || issue.pull.draft) return 'Pull request is not mergeable.';
  if (expected !== null && expected !== head) return 'Head branch was modified. Review and try the merge again.';
  if (issue.pull.queued) return 'The pull request is already in the queue.';
  issue.pull.queued = true;
  note(world, actor, issue, 'added', null);
  touch(world, issue);
  world.did(repository, actor, 'pull.enqueued', `#${issue.number}`, head);
  await tell(world, repository, actor, issue, 'enqueued');
  if (waiting(repository, issue.pull.baseBranch)[0] === issue) await beginGroup(world, repository, actor, issue, head);
  return null;
}

export async function dequeue(
  world: World,
  repository: Repository,
  actor: Actor,
  issue: PullIssue,
  reason: 'MANUAL' | 'CI_FAILURE' | 'MERGE_CONFLICT',
): Promise<void> {
  if (!issue.pull.queued) return;
  issue.pull.queued = false;
  note(world, actor, issue, 'removed', reason);
  world.did(repository, actor, 'pull.dequeued', `#${issue.number}`, reason);
  await tell(world, repository, actor, issue, 'dequeued', { reason });
  await endGroup(world, repository, actor, issue, 'invalidated');
  await beginNext(world, repository, actor, issue.pull.baseBranch);
}

function note(world: World, actor: Actor, issue: PullIssue, kind: 'added' | 'removed', reason: string | null): void {
  (issue.pull.queueEvents ??= []).push({ kind, at: world.now(), by: actor.login, reason });
}

/** Who merges what went through the queue: no person. */
function queueActor(world: World): Actor {
  return { login: world.addAccount('github-merge-queue[bot]', 'Bot').login, appId: null, installationId: null };
}

function waiting(repository: Repository, base: string): PullIssue[] {
  return repository.data.issues.filter(isPull).filter(({ state, pull }) => state === 'open' && pull.queued && pull.baseBranch === base);
}

const groupPrefix = (issue: PullIssue): string => `refs/heads/gh-readonly-queue/${issue.pull.baseBranch}/pr-${issue.number}-`;

async function groupOf(repository: Repository, issue: PullIssue): Promise<{ ref: string; sha: string } | null> {
  const found = [...(await repository.git.refs())].find(([name]) => name.startsWith(groupPrefix(issue)));
  return found === undefined ? null : { ref: found[0], sha: found[1] };
}

async function beginGroup(world: World, repository: Repository, actor: Actor, issue: PullIssue, head: string): Promise<void> {
  const base = (await repository.git.ref(`refs/heads/${issue.pull.baseBranch}`)) ?? ZERO;
  const sha = await mergeCommitOf(world, repository, actor, issue, { method: 'merge' }, head, base);
  if (sha === null) return dequeue(world, repository, actor, issue, 'MERGE_CONFLICT');
  const ref = `${groupPrefix(issue)}${base}`;
  await repository.git.setRef(ref, sha, ZERO);
  await refsMoved(world, repository, actor, [{ ref, before: ZERO, after: sha }]);
  const group = await showGroup(world, repository, issue, ref, sha, base);
  world.emit(repository, actor, 'merge_group', 'checks_requested', { merge_group: group });
  await announce(world, {
    kind: 'queue',
    repository,
    actor,
    branch: ref.slice('refs/heads/'.length),
    before: base,
    sha,
    pull: issue.number,
  } satisfies Moment);
  await advanceQueue(world, repository, actor);
}

async function showGroup(world: World, repository: Repository, issue: PullIssue, ref: string, sha: string, base: string) {
  const commit = showPushed(world, repository, await repository.git.commit(sha));
  return { head_sha: sha, head_ref: ref, base_sha: base, base_ref: `refs/heads/${issue.pull.baseBranch}`, head_commit: commit };
}

async function endGroup(
  world: World,
  repository: Repository,
  actor: Actor,
  issue: PullIssue,
  reason: 'merged' | 'invalidated' | 'dequeued',
): Promise<void> {
  const group = await groupOf(repository, issue);
  if (group === null) return;
  const base = group.ref.slice(groupPrefix(issue).length);
  world.emit(repository, actor, 'merge_group', 'destroyed', {
    merge_group: await showGroup(world, repository, issue, group.ref, group.sha, base),
    reason,
  });
  await repository.git.setRef(group.ref, ZERO, group.sha);
  await refsMoved(world, repository, actor, [{ ref: group.ref, before: group.sha, after: ZERO }]);
}

/** Looks at every group that waits: called when a check or a status has come. */
export async function advanceQueue(world: World, repository: Repository, actor: Actor): Promise<void> {
  for (const issue of repository.data.issues.filter(isPull).filter(({ pull }) => pull.queued)) {
    const group = await groupOf(repository, issue);
    if (group === null) continue;
    const checks = checksOf(repository, group.sha);
    const needed = requirementsOf(repository, issue.pull.baseBranch).checks;
    if (needed.some((name) => checks.some((check) => check.name === name && check.state === 'red')))
      await dequeue(world, repository, actor, issue, 'CI_FAILURE');
    else if (needed.every((name) => checks.some((check) => check.name === name && check.state === 'green')))
      await land(world, repository, actor, issue, group.sha);
  }
}

async function land(world: World, repository: Repository, actor: Actor, issue: PullIssue, sha: string): Promise<void> {
  const ref = `refs/heads/${issue.pull.baseBranch}`;
  const before = (await repository.git.ref(ref)) ?? ZERO;
  if (!(await repository.git.isAncestor(before, sha)) || !(await repository.git.setRef(ref, sha, before)))
    return dequeue(world, repository, actor, issue, 'MERGE_CONFLICT');
  // The head's commits are in the base now: that marks the pull request as merged.
  await refsMoved(world, repository, queueActor(world), [{ ref, before, after: sha }]);
  await endGroup(world, repository, actor, issue, 'merged');
  await beginNext(world, repository, actor, issue.pull.baseBranch);
}

async function beginNext(world: World, repository: Repository, actor: Actor, base: string): Promise<void> {
  const next = waiting(repository, base)[0];
  if (next !== undefined && (await groupOf(repository, next)) === null)
    await beginGroup(world, repository, actor, next, await headSha(repository, next.number));
}
