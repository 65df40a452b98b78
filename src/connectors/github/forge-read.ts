import { AppError, isAppError } from '#kernel/errors.ts';
import type { ForgeRead, RepoRef } from '#ports/forge-read.ts';
import type { GithubAuth } from './client.auth.ts';
import { orNull, readingOn, repositoryOf, type On } from './client.repository.ts';
import { branchHeadOf } from './heads.ts';
import { protectionOf, rulesOf } from './guards.ts';
import { queueStateOf } from './forge-read.queue.ts';
import { mergedPullsOf, releasesOf, toRelease } from './forge-read.releases.ts';
import { asksForSuites, contextsOf, mayBeOurs, toChecks } from './map.check.ts';
import { toGuard } from './map.guards.ts';
import { hasMarker } from './map.marker.ts';
import { isSameLogin, toComment, toPullRequest } from './map.pull.ts';
import { isMerged } from './map.state.ts';
import { reviewsOf } from './forge-read.review.ts';
import { threadsOf } from './forge-read.threads.ts';
import { reviewersOf } from './forge-read.reviewers.ts';
import { parseRepo, toRefPath, toRemote } from './map.repo.ts';
import { CheckRun, CheckSuite, CombinedStatus, Comment, Commit, Pull, SetStatus, type CommitStatus } from './schema.rest.ts';

export interface ForgeContext {
  auth: GithubAuth;
  /** Template of remotes. */
  gitUrl: string;
  /** Reads an address that GitHub sent, without credentials of ours; its text or, where it is long, its end. */
  readElsewhere(address: string): Promise<string | null>;
}

/** Reading repositories on GitHub. Nothing here is written, and an App's token for it could not. */
export function createForgeRead(context: ForgeContext): ForgeRead {
  const { auth } = context;
  const at = (repo: RepoRef): Promise<On> => readingOn(auth, repo);
  return {
    cloneUrl: async (repo) => toRemote(context.gitUrl, parseRepo(repo)),
    defaultBranch: async (repo) => (await repositoryOf(await at(repo))).default_branch,
    branchHead: async (repo, branch) => branchHeadOf(await at(repo), branch),
    firstParents: async (repo, branch, limit) => firstParentsOf(await at(repo), branch, limit),
    checkedOutBranch: async () => null,
    demandsQueue: async (repo, branch) => (await rulesOf(await at(repo), toRefPath(branch))).some(({ type }) => type === 'merge_queue'),
    queueState: async (repo, number) => queueStateOf(await at(repo), number),
    keepsCheckText: () => auth.kind === 'app',
    mergedPulls: async (repo, since) => mergedPullsOf(await at(repo), since),
    releases: async (repo) => (await releasesOf(await at(repo))).map(toRelease),
    branchGuard: async (repo, branch) => toGuard(await protectionOf(auth, repo, branch), auth.kind === 'app'),
    async pullByNumber(repo, number) {
      const pull = await pullOf(await at(repo), number);
      return pull === null ? null : toPullRequest(pull);
    },
    async pullByHead(repo, headBranch) {
      const on = await at(repo);
      const found = (await pullsOfHead(on, headBranch)).find((pull) => pull.state === 'open' || isMerged(pull));
      // Lists do not say who merged.
      const whole = found === undefined ? null : await pullOf(on, found.number);
      return whole === null ? null : toPullRequest(whole);
    },
    checks: async (repo, sha) => checksOf(auth, await at(repo), sha),
    checkLog: async (repo, check) => checkLogOf(context, await at(repo), check.id ?? null),
    async comments(repo, number, marker) {
      const all = (await commentsOf(await at(repo), number)).map(toComment);
      if (marker === undefined) return all;
      // Anybody can write a marker; only what Reeve wrote itself is found by one.
      const login = await auth.ownLogin();
      return all.filter((comment) => isSameLogin(comment.author, login) && hasMarker(comment.body, marker));
    },
    async reviews(repo, number, marker) {
      const all = await reviewsOf(await at(repo), number);
      if (marker === undefined) return all;
      const login = await auth.ownLogin();
      return all.filter((review) => isSameLogin(review.author, login) && hasMarker(review.body, marker));
    },
    requestedReviewers: async (repo, number) => reviewersOf(await at(repo), number),
    reviewThreads: async (repo, number) => threadsOf(await at(repo), number),
  };
}

export function pullOf(on: On, number: number): Promise<Pull | null> {
  return orNull(on, on.client.get('GET /repos/{owner}/{repo}/pulls/{pull_number}', { ...on.name, pull_number: number }, Pull));
}

/** All pull requests of one of the repository's own branches, newest first. */
export async function pullsOfHead({ client, name }: On, branch: string): Promise<Pull[]> {
  const parameters = { ...name, head: `${name.owner}:${branch}`, state: 'all', sort: 'created', direction: 'desc', per_page: 100 };
  const { items } = await client.page('GET /repos/{owner}/{repo}/pulls', parameters, Pull);
  // A fork of the same owner has the same `owner:branch`.
  const own = `${name.owner}/${name.repo}`;
  const isOwn = ({ head: { ref, repo } }: Pull): boolean => ref === branch && (repo === undefined || isSameLogin(repo?.full_name ?? '', own));
  return items.filter(isOwn).toSorted((a, b) => openFirst(a, b));
}

function openFirst(a: Pull, b: Pull): number {
  if (a.state !== b.state) return a.state === 'open' ? -1 : 1;
  return b.number - a.number;
}

export function commentsOf({ client, name }: On, number: number): Promise<Comment[]> {
  return client.list('GET /repos/{owner}/{repo}/issues/{issue_number}/comments', { ...name, issue_number: number }, Comment);
}

const MOST_STATUS_PAGES = 10;

async function checksOf(auth: GithubAuth, on: On, sha: string) {
  const runs = await orNull(
    on,
    noSuchCommit(on.client.list('GET /repos/{owner}/{repo}/commits/{ref}/check-runs', { ...on.name, ref: sha }, CheckRun)),
  );
  const statuses = await statusesOf(on, sha);
  const own = mayBeOurs(statuses) ? { ownContexts: await ownContextsOf(auth, on, sha) } : {};
  if (runs === null || runs.length === 0) return toChecks([], statuses, sha, own);
  const ownApp = await ownAppOf(auth);
  return toChecks(runs, statuses, sha, { ...own, ownApp, suites: asksForSuites(runs, ownApp) ? await suitesOf(on, sha) : [] });
}

/** The combined status does not say who set what. */
async function ownContextsOf(auth: GithubAuth, on: On, sha: string): Promise<Set<string>> {
  const asked = on.client.list('GET /repos/{owner}/{repo}/commits/{ref}/statuses', { ...on.name, ref: sha }, SetStatus);
  return contextsOf((await orNull(on, noSuchCommit(asked))) ?? [], await auth.ownLogin());
}

async function suitesOf(on: On, sha: string): Promise<CheckSuite[]> {
  const asked = on.client.list('GET /repos/{owner}/{repo}/commits/{ref}/check-suites', { ...on.name, ref: sha }, CheckSuite);
  return (await orNull(on, noSuchCommit(asked))) ?? [];
}

/** Only Apps make check runs. */
const ownAppOf = async (auth: GithubAuth): Promise<string | null> => (auth.kind === 'app' ? (await auth.ownLogin()).replace(/\[bot\]$/, '') : null);

async function statusesOf(on: On, sha: string): Promise<CommitStatus[]> {
  const found: CommitStatus[] = [];
  for (let page = 1; page <= MOST_STATUS_PAGES; page += 1) {
    const parameters = { ...on.name, ref: sha, per_page: 100, page };
    const answer = await orNull(on, noSuchCommit(on.client.get('GET /repos/{owner}/{repo}/commits/{ref}/status', parameters, CombinedStatus)));
    found.push(...(answer?.statuses ?? []));
    if ((answer?.statuses.length ?? 0) < 100) break;
  }
  return found;
}

/** To a commit it does not have GitHub answers 422. */
function noSuchCommit<T>(work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    if (isAppError(error, 'conflict') && error.detail['status'] === 422) throw new AppError('not_found', error.message, { code: 'github_not_found' });
    throw error;
  });
}

/** A check run of GitHub Actions has the id of its job. */
async function checkLogOf(context: ForgeContext, { client, name }: On, id: string | null): Promise<string | null> {
  if (id === null || !/^\d{1,18}$/.test(id)) return null;
  try {
    return await context.readElsewhere(await client.location('GET /repos/{owner}/{repo}/actions/jobs/{job_id}/logs', { ...name, job_id: id }));
  } catch (error) {
    // Whoever speaks GitHub's API and keeps no logs may say so in its own way.
    const keepsNone = isAppError(error) && (error.code === 'github_shape' || error.detail['status'] === 501);
    if (!keepsNone && (isAppError(error, 'unavailable') || isAppError(error, 'rate_limited'))) throw error;
    return null;
  }
}

type FirstParent = { commit: string; subject: string; atUnixS: number };

/** GitHub lists a branch with both sides of its merges: the line of first parents is followed through as many lists as it takes. */
async function firstParentsOf(on: On, branch: string, limit: number): Promise<FirstParent[]> {
  const head = await branchHeadOf(on, branch);
  if (head === null) throw new AppError('not_found', `There is no branch ${branch}.`, { code: 'unknown_branch' });
  const known = new Map<string, Commit>();
  const line: FirstParent[] = [];
  for (let sha: string | undefined = head; sha !== undefined && line.length < limit;) {
    if (!known.has(sha)) await learn(on, sha, known);
    const commit: Commit | undefined = known.get(sha);
    if (commit === undefined) throw new AppError('unavailable', `GitHub does not show the commit ${sha}.`, { code: 'github_shape' });
    line.push({
      commit: sha,
      subject: commit.commit.message.split('\n')[0] ?? '',
      atUnixS: Math.floor(Date.parse(commit.commit.committer?.date ?? '') / 1000) || 0,
    });
    sha = commit.parents[0]?.sha;
  }
  return line;
}

async function learn({ client, name }: On, sha: string, known: Map<string, Commit>): Promise<void> {
  const { items } = await client.page('GET /repos/{owner}/{repo}/commits', { ...name, sha, per_page: 100 }, Commit);
  for (const commit of items) known.set(commit.sha, commit);
}
