import { invalid, notFound, Refusal } from './answer.ts';
import { ZERO, type Signature } from './git.ts';
import { addIssue, isPull, issueOf, tell, touch } from './issues.ts';
import { latestRuns } from './present.checks.ts';
import { canWrite } from './present.issues.ts';
import { baseSha, headSha, type Mergeability } from './present.pulls.ts';
import { showUser } from './present.accounts.ts';
import { announce, branchOfPattern, endMerged, moveRef, openPulls, refsMoved } from './refs.ts';
import type { Actor, PullIssue, Repository } from './state.ts';
import type { World } from './world.ts';

export function pullOf(repository: Repository, number: number): PullIssue {
  const issue = issueOf(repository, number);
  if (!isPull(issue)) throw notFound();
  return issue;
}

export interface NewPull {
  title: string;
  body?: string | null;
  head: string;
  base: string;
  draft?: boolean;
}

export async function createPull(world: World, repository: Repository, actor: Actor, wish: NewPull): Promise<PullIssue> {
  const branch = wish.head.replace(/^[^:]+:/, '');
  const head = await repository.git.ref(`refs/heads/${branch}`);
  if (head === null) throw invalid('PullRequest', 'head', 'invalid');
  const base = await repository.git.ref(`refs/heads/${wish.base}`);
  if (base === null) throw invalid('PullRequest', 'base', 'invalid');
  if (openPulls(repository).some(({ pull }) => pull.headBranch === branch && pull.baseBranch === wish.base)) {
    throw custom(`A pull request already exists for ${repository.data.owner}:${branch}.`);
  }
  if (await repository.git.isAncestor(head, base)) throw custom(`No commits between ${wish.base} and ${branch}`);
  const issue = addIssue(world, repository, actor, { title: wish.title, body: wish.body ?? null }) as PullIssue;
  issue.pull = {
    id: world.nextId(),
    headBranch: branch,
    baseBranch: wish.base,
    draft: wish.draft ?? false,
    mergedAt: null,
    mergedBy: null,
    mergeSha: null,
    endedBaseSha: null,
    requestedReviewers: [],
    computedFor: null,
    autoMerge: false,
    queued: false,
  };
  await repository.git.setRef(`refs/pull/${issue.number}/head`, head, ZERO);
  world.did(repository, actor, 'pull.created', `#${issue.number}`, branch);
  await tell(world, repository, actor, issue, 'opened');
  await announce(world, { kind: 'pull', repository, actor, branch, before: null, sha: head, pull: issue.number });
  return issue;
}

function custom(message: string): Refusal {
  return new Refusal(422, 'Validation Failed', { errors: [{ resource: 'PullRequest', code: 'custom', message }] });
}

export async function changeBase(world: World, repository: Repository, actor: Actor, issue: PullIssue, base: string): Promise<void> {
  if (base === issue.pull.baseBranch) return;
  if ((await repository.git.ref(`refs/heads/${base}`)) === null) throw invalid('PullRequest', 'base', 'invalid');
  const changes = { base: { ref: { from: issue.pull.baseBranch }, sha: { from: await baseSha(repository, issue) } } };
  issue.pull.baseBranch = base;
  touch(world, issue);
  world.did(repository, actor, 'pull.edited', `#${issue.number}`, 'base');
  await tell(world, repository, actor, issue, 'edited', { changes });
}

export async function setDraft(world: World, repository: Repository, actor: Actor, issue: PullIssue, draft: boolean): Promise<void> {
  if (issue.pull.draft === draft) return;
  issue.pull.draft = draft;
  touch(world, issue);
  world.did(repository, actor, draft ? 'pull.converted_to_draft' : 'pull.ready_for_review', `#${issue.number}`);
  await tell(world, repository, actor, issue, draft ? 'converted_to_draft' : 'ready_for_review');
}

/** Whoever is not a collaborator: 422, as GitHub says; a review of one's own pull request cannot be asked for. */
export async function requestReviewers(world: World, repository: Repository, actor: Actor, issue: PullIssue, logins: string[]): Promise<void> {
  for (const login of logins) {
    const account = world.accounts.get(login.toLowerCase());
    if (account === undefined || (!canWrite(repository, account.login) && repository.data.collaborators[account.login] === undefined)) {
      throw new Refusal(
        422,
        'Reviews may only be requested from collaborators. One or more of the users or teams you specified is not a collaborator of the repository.',
      );
    }
    if (account.login === issue.author) throw new Refusal(422, 'Review cannot be requested from pull request author.');
    if (issue.pull.requestedReviewers.includes(account.login)) continue;
    issue.pull.requestedReviewers.push(account.login);
    touch(world, issue);
    world.did(repository, actor, 'pull.review_requested', `#${issue.number}`, account.login);
    await tell(world, repository, actor, issue, 'review_requested', { requested_reviewer: showUser(world, account.login) });
  }
}

export async function unrequestReviewers(world: World, repository: Repository, actor: Actor, issue: PullIssue, logins: string[]): Promise<void> {
  for (const login of issue.pull.requestedReviewers.filter((one) => logins.includes(one))) {
    issue.pull.requestedReviewers = issue.pull.requestedReviewers.filter((one) => one !== login);
    touch(world, issue);
    world.did(repository, actor, 'pull.review_request_removed', `#${issue.number}`, login);
    await tell(world, repository, actor, issue, 'review_request_removed', { requested_reviewer: showUser(world, login) });
  }
}

/**
 * What reading one pull request says of merging. "When you get … a pull request, GitHub creates a merge commit to test whether the
 * pull request can be automatically merged"; until that is done, `mergeable` is null: here for the first reading of each pair of heads.
 * https://docs.github.com/rest/pulls/pulls#get-a-pull-request
 */
export async function computeMergeability(world: World, repository: Repository, issue: PullIssue): Promise<Mergeability> {
  if (issue.state === 'closed') return { mergeable: null, state: 'unknown' };
  const head = await headSha(repository, issue.number);
  const base = await baseSha(repository, issue);
  if (issue.pull.computedFor !== `${head}:${base}`) {
    issue.pull.computedFor = `${head}:${base}`;
    const tested = await testMerge(world, repository, issue, head, base);
    // Merged meanwhile: the commit of the merge stands.
    if (issue.pull.mergedAt === null) issue.pull.mergeSha = tested;
    return { mergeable: null, state: 'unknown' };
  }
  if (issue.pull.mergeSha === null) return { mergeable: false, state: 'dirty' };
  if (issue.pull.draft) return { mergeable: true, state: 'draft' };
  if ((await refusalOfRules(repository, issue, head)) !== null) return { mergeable: true, state: 'blocked' };
  if (isStrict(repository, issue.pull.baseBranch) && !(await repository.git.isAncestor(base, head))) return { mergeable: true, state: 'behind' };
  return { mergeable: true, state: checksOf(repository, head).every(({ state }) => state === 'green') ? 'clean' : 'unstable' };
}

async function testMerge(world: World, repository: Repository, issue: PullIssue, head: string, base: string): Promise<string | null> {
  const tree = await repository.git.mergeTree(base, head);
  if (tree === null) return null;
  const author = world.signature(issue.author);
  const sha = await repository.git.commitTree({
    tree,
    parents: [base, head],
    message: `Merge ${head} into ${base}`,
    author,
    committer: webFlow(author),
  });
  const ref = `refs/pull/${issue.number}/merge`;
  await repository.git.setRef(ref, sha, (await repository.git.ref(ref)) ?? ZERO);
  return sha;
}

/** Checks and statuses of a commit, the newest of each name. `success`, `neutral` and `skipped` are green. */
export function checksOf(repository: Repository, sha: string): Array<{ name: string; state: 'green' | 'red' | 'pending' }> {
  const { checkRuns, statuses } = repository.data;
  const runs = latestRuns(checkRuns.filter((run) => run.sha === sha));
  const checks = runs.map(({ name, conclusion }) => ({ name, state: stateOf(conclusion, ['success', 'neutral', 'skipped']) }));
  const newest = new Map(statuses.filter((status) => status.sha === sha).map((status) => [status.context, status]));
  return [
    ...checks,
    ...[...newest.values()].map(({ context, state }) => ({ name: context, state: stateOf(state === 'pending' ? null : state, ['success']) })),
  ];
}

function stateOf(conclusion: string | null, green: string[]): 'green' | 'red' | 'pending' {
  return conclusion === null ? 'pending' : green.includes(conclusion) ? 'green' : 'red';
}

function isStrict(repository: Repository, branch: string): boolean {
  return repository.data.protections.some((protection) => protection.branch === branch && protection.strict);
}

/** The sentence with which a protected base refuses, or null. */
async function refusalOfRules(repository: Repository, issue: PullIssue, head: string): Promise<string | null> {
  const needs = requirementsOf(repository, issue.pull.baseBranch);
  const checks = checksOf(repository, head);
  for (const name of needs.checks) {
    const found = checks.filter((check) => check.name === name);
    if (found.length === 0) return `Required status check "${name}" is expected.`;
    if (found.some(({ state }) => state === 'red')) return `Required status check "${name}" is failing.`;
    if (found.some(({ state }) => state === 'pending')) return `Required status check "${name}" is in progress.`;
  }
  const approvals = approvalsOf(repository, issue);
  if (approvals.requested > 0) return 'Changes requested.';
  if (approvals.given < needs.approvals) return `At least ${needs.approvals} approving review is required by reviewers with write access.`;
  return needs.queue ? 'Changes must be made through the merge queue.' : null;
}

export function requirementsOf(repository: Repository, branch: string): { checks: string[]; approvals: number; queue: boolean } {
  const { protections, rulesets, defaultBranch } = repository.data;
  const classic = protections.filter((one) => one.branch === branch);
  const rules = rulesets
    .filter(
      ({ enforcement, include }) =>
        enforcement === 'active' && include.some((name) => name === '~ALL' || branchOfPattern(name, defaultBranch) === branch),
    )
    .flatMap((ruleset) => ruleset.rules);
  const contexts = rules
    .filter(({ type }) => type === 'required_status_checks')
    .flatMap(({ parameters }) => (parameters?.['required_status_checks'] as Array<{ context: string }> | undefined) ?? []);
  const counts = rules
    .filter(({ type }) => type === 'pull_request')
    .map(({ parameters }) => Number(parameters?.['required_approving_review_count'] ?? 0));
  return {
    checks: [...classic.flatMap(({ requiredChecks }) => requiredChecks), ...contexts.map(({ context }) => context)],
    approvals: Math.max(0, ...classic.map(({ requiredApprovals }) => requiredApprovals ?? 0), ...counts),
    queue: rules.some(({ type }) => type === 'merge_queue'),
  };
}

/** The last word of each reviewer who can write; comments take no word back. */
export function approvalsOf(repository: Repository, issue: PullIssue): { given: number; requested: number } {
  const last = new Map<string, string>();
  for (const review of repository.data.reviews.filter(({ pull, author }) => pull === issue.number && canWrite(repository, author))) {
    if (review.state !== 'COMMENTED' && review.state !== 'PENDING') last.set(review.author, review.state);
  }
  const states = [...last.values()];
  return { given: states.filter((state) => state === 'APPROVED').length, requested: states.filter((state) => state === 'CHANGES_REQUESTED').length };
}

export interface MergeWish {
  sha?: string;
  method?: 'merge' | 'squash' | 'rebase';
  title?: string;
  message?: string;
}

const METHOD_REFUSALS = {
  merge: 'Merge commits are not allowed on this repository.',
  squash: 'Squash merges are not allowed on this repository.',
  rebase: 'Rebase merges are not allowed on this repository.',
};

/** Merges as `PUT /pulls/{n}/merge` documents: 405 where it cannot be merged, 409 where `sha` is not the head. */
export async function mergePull(world: World, repository: Repository, actor: Actor, issue: PullIssue, wish: MergeWish): Promise<string> {
  const head = await headSha(repository, issue.number);
  const method = wish.method ?? 'merge';
  if (issue.state === 'closed') throw new Refusal(405, 'Pull Request is not mergeable');
  if (issue.pull.draft) throw new Refusal(405, 'Pull Request is still a draft');
  if (wish.sha !== undefined && wish.sha !== head) throw new Refusal(409, 'Head branch was modified. Review and try the merge again.');
  if (!repository.data.mergeMethods[method]) throw new Refusal(405, METHOD_REFUSALS[method]);
  const refusal = mayBypass(repository, actor) ? null : await refusalOfRules(repository, issue, head);
  if (refusal !== null) throw new Refusal(405, refusal);
  const base = await baseSha(repository, issue);
  const sha = await mergeCommitOf(world, repository, actor, issue, { ...wish, method }, head, base);
  if (sha === null) throw new Refusal(405, 'Pull Request is not mergeable');
  const ref = `refs/heads/${issue.pull.baseBranch}`;
  if (!(await repository.git.setRef(ref, sha, base))) throw new Refusal(405, 'Base branch was modified. Review and try the merge again.');
  await endMerged(world, repository, actor, issue, sha, base);
  await refsMoved(world, repository, actor, [{ ref, before: base, after: sha }]);
  if (repository.data.deleteBranchOnMerge) await dropHead(world, repository, actor, issue, head);
  return sha;
}

function mayBypass(repository: Repository, actor: Actor): boolean {
  return repository.data.rulesets.some(({ bypass }) => ['always', 'pull_requests_only', 'exempt'].includes(bypass[actor.login] ?? 'never'));
}

async function dropHead(world: World, repository: Repository, actor: Actor, issue: PullIssue, head: string): Promise<void> {
  const ref = `refs/heads/${issue.pull.headBranch}`;
  if ((await repository.git.ref(ref)) === head) await moveRef(world, repository, actor, { ref, before: head, after: ZERO });
}

export async function mergeCommitOf(
  world: World,
  repository: Repository,
  actor: Actor,
  issue: PullIssue,
  wish: MergeWish & { method: 'merge' | 'squash' | 'rebase' },
  head: string,
  base: string,
): Promise<string | null> {
  const author = world.signature(actor.login);
  const committer = webFlow(author);
  if (wish.method === 'rebase') return repository.git.rebase(base, head, committer);
  const tree = await repository.git.mergeTree(base, head);
  if (tree === null) return null;
  const squash = wish.method === 'squash';
  const title =
    wish.title ??
    (squash ? `${issue.title} (#${issue.number})` : `Merge pull request #${issue.number} from ${repository.data.owner}/${issue.pull.headBranch}`);
  const text = wish.message ?? (squash ? '' : issue.title);
  const message = text === '' ? title : `${title}\n\n${text}`;
  return repository.git.commitTree({ tree, parents: squash ? [base] : [base, head], message, author, committer });
}

/** Commits made on the web bear GitHub's name as committer. */
function webFlow({ date }: Signature): Signature {
  return { name: 'GitHub', email: 'noreply@github.com', date };
}
