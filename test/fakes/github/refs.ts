import { Refusal } from './answer.ts';
import { ZERO, type Commit } from './git.ts';
import { closeIssue, isPull, issueOf, tell, touch } from './issues.ts';
import { showPushed } from './present.commits.ts';
import { headSha } from './present.pulls.ts';
import { htmlUrl } from './present.repository.ts';
import type { Actor, Json, PullIssue, Repository } from './state.ts';
import type { World } from './world.ts';

/** One ref that moved: `ZERO` before it was, and after it is no more. */
export interface RefChange {
  ref: string;
  before: string;
  after: string;
}

/** A branch has new commits, or a pull request was opened or got some: what suites and scripted CI begin with. */
export interface Moment {
  /** `queue`: GitHub's merge queue asks for checks of a group. */
  kind: 'push' | 'pull' | 'queue';
  repository: Repository;
  actor: Actor;
  branch: string;
  before: string | null;
  sha: string;
  /** Number of the pull request, for `pull` and `queue`. */
  pull: number | null;
}
export type Listener = (moment: Moment) => Promise<void>;

export async function announce(world: World, moment: Moment): Promise<void> {
  for (const listener of world.listeners) await listener(moment);
}

/** Moves a ref by compare-and-swap and lets everything follow from it that follows at GitHub. */
export async function moveRef(world: World, repository: Repository, actor: Actor, change: RefChange): Promise<void> {
  if (!(await repository.git.setRef(change.ref, change.after, change.before))) throw new Refusal(422, 'Reference cannot be updated');
  await refsMoved(world, repository, actor, [change]);
}

export async function refsMoved(world: World, repository: Repository, actor: Actor, changes: RefChange[]): Promise<void> {
  for (const change of changes) {
    if (!change.ref.startsWith('refs/heads/') && !change.ref.startsWith('refs/tags/')) continue;
    const verb = change.before === ZERO ? 'created' : change.after === ZERO ? 'deleted' : 'updated';
    world.did(repository, actor, `ref.${verb}`, change.ref, change.after === ZERO ? '' : change.after);
    repository.data.pushedAt = world.now();
    await tellPush(world, repository, actor, change, verb);
    if (change.ref.startsWith('refs/heads/'))
      await branchMoved(world, repository, actor, { ...change, branch: change.ref.slice('refs/heads/'.length) });
  }
}

async function branchMoved(world: World, repository: Repository, actor: Actor, change: RefChange & { branch: string }): Promise<void> {
  if (change.after !== ZERO) {
    const before = change.before === ZERO ? null : change.before;
    await announce(world, { kind: 'push', repository, actor, branch: change.branch, before, sha: change.after, pull: null });
    await moveHeads(world, repository, actor, change);
    await mergeIndirectly(world, repository, actor, change);
    if (change.branch === repository.data.defaultBranch) await closeByCommits(world, repository, actor, change);
    return;
  }
  // A pull request whose head branch is deleted is closed; one whose base is deleted as well.
  for (const issue of openPulls(repository)) {
    if (issue.pull.headBranch === change.branch || issue.pull.baseBranch === change.branch) await closePull(world, repository, actor, issue);
  }
}

export async function closePull(world: World, repository: Repository, actor: Actor, issue: PullIssue): Promise<void> {
  issue.pull.endedBaseSha = await repository.git.ref(`refs/heads/${issue.pull.baseBranch}`);
  await closeIssue(world, repository, actor, issue, null);
}

export function openPulls(repository: Repository): PullIssue[] {
  return repository.data.issues.filter(isPull).filter(({ state }) => state === 'open');
}

async function moveHeads(world: World, repository: Repository, actor: Actor, change: RefChange & { branch: string }): Promise<void> {
  for (const issue of openPulls(repository).filter(({ pull }) => pull.headBranch === change.branch)) {
    const before = await headSha(repository, issue.number);
    if (before === change.after) continue;
    await repository.git.setRef(`refs/pull/${issue.number}/head`, change.after, before);
    touch(world, issue);
    world.did(repository, actor, 'pull.synchronized', `#${issue.number}`, change.after);
    await tell(world, repository, actor, issue, 'synchronize', { before, after: change.after });
    await announce(world, { kind: 'pull', repository, actor, branch: change.branch, before, sha: change.after, pull: issue.number });
  }
}

/**
 * "Pull requests merged indirectly": the head's commits are in the base now, put there by a push.
 * https://docs.github.com/pull-requests/collaborating-with-pull-requests/incorporating-changes-from-a-pull-request/about-pull-request-merges
 */
async function mergeIndirectly(world: World, repository: Repository, actor: Actor, change: RefChange & { branch: string }): Promise<void> {
  for (const issue of openPulls(repository).filter(({ pull }) => pull.baseBranch === change.branch)) {
    const head = await headSha(repository, issue.number);
    const wasIn = change.before !== ZERO && (await repository.git.isAncestor(head, change.before));
    if (wasIn || !(await repository.git.isAncestor(head, change.after))) continue;
    await endMerged(world, repository, actor, issue, change.after, change.before);
  }
}

/** Marks a pull request as merged, tells of it, and closes the issues that its text names. */
export async function endMerged(
  world: World,
  repository: Repository,
  actor: Actor,
  issue: PullIssue,
  mergeSha: string,
  baseBefore: string,
): Promise<void> {
  const now = world.now();
  Object.assign(issue.pull, { mergedAt: now, mergedBy: actor.login, mergeSha, endedBaseSha: baseBefore, queued: false, autoMerge: false });
  Object.assign(issue, { state: 'closed', closedAt: now, closedBy: actor.login, updatedAt: now });
  world.did(repository, actor, 'pull.merged', `#${issue.number}`, mergeSha);
  await tell(world, repository, actor, issue, 'closed');
  if (issue.pull.baseBranch === repository.data.defaultBranch) await closeNamed(world, repository, actor, `${issue.title}\n${issue.body ?? ''}`);
}

async function closeByCommits(world: World, repository: Repository, actor: Actor, change: RefChange): Promise<void> {
  if (change.before === ZERO) return;
  for (const commit of await repository.git.log([`${change.before}..${change.after}`])) await closeNamed(world, repository, actor, commit.message);
}

/** The nine keywords: https://docs.github.com/issues/tracking-your-work-with-issues/using-issues/linking-a-pull-request-to-an-issue */
const CLOSING = /\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+(?:([\w.-]+\/[\w.-]+))?#(\d+)\b/gi;

export function closingNumbers(text: string, fullName: string): number[] {
  return [...text.matchAll(CLOSING)]
    .filter(([, named]) => named === undefined || named.toLowerCase() === fullName.toLowerCase())
    .map((match) => Number(match[2]));
}

async function closeNamed(world: World, repository: Repository, actor: Actor, text: string): Promise<void> {
  for (const number of closingNumbers(text, repository.fullName)) {
    if (!repository.data.issues.some((one) => one.number === number && one.pull === null)) continue;
    await closeIssue(world, repository, actor, issueOf(repository, number), 'completed');
  }
}

async function tellPush(world: World, repository: Repository, actor: Actor, change: RefChange, verb: string): Promise<void> {
  const [, type, ...rest] = change.ref.split('/');
  const isTag = type === 'tags';
  if (verb !== 'updated') {
    const more = verb === 'created' ? { master_branch: repository.data.defaultBranch, description: repository.data.description } : {};
    const event = verb === 'created' ? 'create' : 'delete';
    world.emit(repository, actor, event, null, { ref: rest.join('/'), ref_type: isTag ? 'tag' : 'branch', pusher_type: 'user', ...more });
  }
  world.emit(repository, actor, 'push', null, await pushFields(world, repository, actor, change));
}

async function pushFields(world: World, repository: Repository, actor: Actor, change: RefChange): Promise<Json> {
  const created = change.before === ZERO;
  const deleted = change.after === ZERO;
  const head = deleted ? null : await headCommit(repository, change.after);
  const commits = deleted || head === null ? [] : await newCommits(repository, change);
  const shown: Json[] = [];
  for (const commit of commits) {
    const files = await repository.git.changedFiles(commit.parents[0] ?? EMPTY_TREE, commit.sha);
    shown.push(showPushed(world, repository, commit, files));
  }
  const account = world.account(actor.login);
  return {
    ref: change.ref,
    before: change.before,
    after: change.after,
    created,
    deleted,
    forced: !created && !deleted && !(await repository.git.isAncestor(change.before, change.after)),
    base_ref: null,
    compare: `${htmlUrl(world, repository)}/compare/${change.before.slice(0, 12)}...${change.after.slice(0, 12)}`,
    commits: shown,
    head_commit: head === null ? null : (shown.at(-1) ?? showPushed(world, repository, head)),
    pusher: { name: account.login, email: account.email },
  };
}

const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

/** The commit a branch or an annotated tag stands for. */
async function headCommit(repository: Repository, sha: string): Promise<Commit | null> {
  const commit = await repository.git.ref(`${sha}^{commit}`);
  return commit === null ? null : repository.git.commit(commit);
}

/** Oldest first; of a new branch, what no other ref had. At most 20, so that a big import stays quick (GitHub: 2,048). */
async function newCommits(repository: Repository, change: RefChange): Promise<Commit[]> {
  if (change.before !== ZERO) return (await repository.git.log(['--max-count=20', `${change.before}..${change.after}`])).toReversed();
  const others = [...(await repository.git.refs())].filter(([name]) => name !== change.ref && !name.startsWith('refs/pull/')).map(([, sha]) => sha);
  return (await repository.git.log(['--max-count=20', change.after, '--not', ...others])).toReversed();
}

/** Refusals of `POST /git/refs` and `PATCH /git/refs/{ref}` in GitHub's words. */
export async function createRef(world: World, repository: Repository, actor: Actor, ref: string, sha: string): Promise<void> {
  if (!/^refs\/[^/]+\/.+/.test(ref)) throw new Refusal(422, "Reference name must start with 'refs/' and have at least two slashes.");
  if (ref.startsWith('refs/pull/') || /(\.\.|[\s~^:?*[\\]|\.lock$|\/$|@\{)/.test(ref)) throw new Refusal(422, `${ref} is not a valid ref name.`);
  if ((await repository.git.kind(sha)) === null) throw new Refusal(422, 'Object does not exist');
  if ((await repository.git.ref(ref)) !== null) throw new Refusal(422, 'Reference already exists');
  if (await nestsWithAnother(repository, ref)) throw new Refusal(422, 'Reference cannot be created');
  await moveRef(world, repository, actor, { ref, before: ZERO, after: sha });
}

/** Git keeps refs like files: `a` and `a/b` exclude each other. */
async function nestsWithAnother(repository: Repository, ref: string): Promise<boolean> {
  return [...(await repository.git.refs()).keys()].some((name) => name.startsWith(`${ref}/`) || ref.startsWith(`${name}/`));
}

export async function updateRef(world: World, repository: Repository, actor: Actor, ref: string, sha: string, force: boolean): Promise<void> {
  const before = await repository.git.ref(ref);
  if (before === null) throw new Refusal(422, 'Reference does not exist');
  if ((await repository.git.kind(sha)) === null) throw new Refusal(422, 'Object does not exist');
  if (before === sha) return;
  if (!force && !(await repository.git.isAncestor(before, sha))) throw new Refusal(422, 'Update is not a fast forward');
  if (isProtectedFor(repository, ref, actor)) throw new Refusal(422, 'Cannot update this protected ref.');
  await moveRef(world, repository, actor, { ref, before, after: sha });
}

export async function deleteRef(world: World, repository: Repository, actor: Actor, ref: string): Promise<void> {
  const before = await repository.git.ref(ref);
  if (before === null) throw new Refusal(422, 'Reference does not exist');
  if (ref === `refs/heads/${repository.data.defaultBranch}`) throw new Refusal(422, 'Cannot delete the default branch');
  if (isProtectedFor(repository, ref, actor)) throw new Refusal(422, 'Cannot delete this protected branch');
  await moveRef(world, repository, actor, { ref, before, after: ZERO });
}

/** A branch whose protection or ruleset asks for a pull request, a check or named pushers takes no direct push of others. */
export function isProtectedFor(repository: Repository, ref: string, actor: Actor): boolean {
  const branch = ref.replace(/^refs\/heads\//, '');
  if (branch === ref) return false;
  return protectedBranches(repository, actor).includes(branch);
}

export function protectedBranches(repository: Repository, actor: Actor): string[] {
  const { data } = repository;
  const classic = data.protections
    .filter(({ requiredApprovals, requiredChecks, pushers }) => requiredApprovals !== null || requiredChecks.length > 0 || pushers !== null)
    .filter(({ enforceAdmins, pushers }) => !(pushers?.includes(actor.login) === true) && (enforceAdmins || actor.login !== data.owner))
    .map(({ branch }) => branch);
  const ruled = data.rulesets
    .filter(
      ({ enforcement, rules }) =>
        enforcement === 'active' && rules.some(({ type }) => ['pull_request', 'update', 'required_status_checks', 'merge_queue'].includes(type)),
    )
    .filter(({ bypass }) => bypass[actor.login] !== 'always' && bypass[actor.login] !== 'exempt')
    .flatMap(({ include }) => include.map((name) => branchOfPattern(name, data.defaultBranch)));
  return [...new Set([...classic, ...ruled])];
}

export function branchOfPattern(pattern: string, defaultBranch: string): string {
  return pattern === '~DEFAULT_BRANCH' ? defaultBranch : pattern.replace(/^refs\/heads\//, '');
}
