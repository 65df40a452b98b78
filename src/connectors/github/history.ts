import { z } from 'zod';
import { AppError, isAppError } from '#kernel/errors.ts';
import type { ForgeHistory, HistoryItem, HistoryPage, HistoryPart } from '#ports/forge-history.ts';
import type { RepoRef } from '#ports/forge-read.ts';
import type { GithubAuth } from './client.auth.ts';
import { readingOn, repositoryOf, type On } from './client.repository.ts';
import * as map from './map.history.ts';
import { parseRepo } from './map.repo.ts';
import { parseCursor } from './tracker-read.ts';

const Listed = z.record(z.string(), z.unknown());
type Listed = z.infer<typeof Listed>;

interface Asked {
  since: Date | null;
  cursor: string | null;
}

interface List {
  route: string;
  /** Where the list stands in the answer; left out: it is the answer. */
  key?: string;
  query: Record<string, unknown>;
  /** Lists that know no `since` go newest first, and end at the first thing that is older by this field. */
  endsBefore?: { field: string; since: Date };
}

const WHOLE = 100;
/** Of these each thing needs a request of its own: a page is done in less time. */
const FEW = 20;
const OLDEST_FIRST = { sort: 'created', direction: 'asc' };
const LAST_CHANGED_FIRST = { sort: 'updated', direction: 'desc' };

/** A repository's past by GitHub's lists: the newest are appended or come first, so that nothing slips between two pages. */
export function createHistory(auth: GithubAuth): ForgeHistory {
  return {
    async page(repo, part, at) {
      try {
        const on = part === 'deployments' ? await deploymentsOn(auth, repo) : await readingOn(auth, repo);
        return await READERS[part](on, at);
      } catch (error) {
        if (isAppError(error, 'not_found')) await mustBeThere(auth, repo);
        throw error;
      }
    },
  };
}

/** A list that a repository has not (its issues are switched off) is told from a repository that is not there. */
async function mustBeThere(auth: GithubAuth, repo: RepoRef): Promise<void> {
  try {
    await repositoryOf(await readingOn(auth, repo));
  } catch (error) {
    if (!isAppError(error, 'not_found')) throw error;
    throw new AppError('not_found', `${repo.name} is not there any more, or is not shown to this credential.`, { code: 'repository_gone' });
  }
}

/** Deployments are read with a token of their own: an App that was made before has not the permission, and reads all else. */
async function deploymentsOn(auth: GithubAuth, repo: RepoRef): Promise<On> {
  const name = parseRepo(repo);
  return { name, client: await auth.client(name, 'deployments') };
}

const READERS: Readonly<Record<HistoryPart, (on: On, at: Asked) => Promise<HistoryPage>>> = {
  issues: (on, at) =>
    pageOf(on, at, { route: '/issues', query: { state: 'all', ...OLDEST_FIRST, ...sinceOf(at), per_page: WHOLE } }, (issue) =>
      map.isPullInList(issue) ? null : map.toIssueHistory(fullName(on), issue),
    ),
  issue_comments: (on, at) =>
    pageOf(on, at, { route: '/issues/comments', query: { ...OLDEST_FIRST, ...sinceOf(at), per_page: WHOLE } }, (comment) =>
      map.toCommentHistory(fullName(on), comment),
    ),
  pulls: (on, at) => pageOf(on, at, pulls(at, WHOLE), (pull) => map.toPullHistory(fullName(on), pull)),
  reviews: (on, at) => pageOf(on, at, pulls(at, FEW), (pull) => reviewsOf(on, pull)),
  review_comments: (on, at) =>
    pageOf(on, at, { route: '/pulls/comments', query: { ...OLDEST_FIRST, ...sinceOf(at), per_page: WHOLE } }, (comment) =>
      map.toCommentHistory(fullName(on), comment),
    ),
  check_runs: (on, at) => pageOf(on, at, pulls(at, FEW), (pull) => checksOf(on, pull)),
  workflow_runs: (on, at) =>
    pageOf(on, at, { route: '/actions/runs', key: 'workflow_runs', query: { per_page: WHOLE }, ...endsAt(at, 'created_at') }, (run) =>
      map.toRunHistory(fullName(on), run),
    ),
  releases: (on, at) =>
    pageOf(on, at, { route: '/releases', query: { per_page: WHOLE }, ...endsAt(at, 'created_at') }, (release) =>
      map.toReleaseHistory(fullName(on), release),
    ),
  deployments: (on, at) =>
    pageOf(on, at, { route: '/deployments', query: { per_page: FEW }, ...endsAt(at, 'created_at') }, (deployment) => deploymentOf(on, deployment)),
};

const fullName = ({ name }: On): string => `${name.owner}/${name.repo}`;
const sinceOf = ({ since }: Asked): Record<string, string> => (since === null ? {} : { since: since.toISOString() });
const endsAt = ({ since }: Asked, field: string): Pick<List, 'endsBefore'> => (since === null ? {} : { endsBefore: { field, since } });

/** Pull requests know no `since`: all of them go oldest first, and those since a day last changed first. */
function pulls(at: Asked, perPage: number): List {
  const order = at.since === null ? OLDEST_FIRST : LAST_CHANGED_FIRST;
  return { route: '/pulls', query: { state: 'all', ...order, per_page: perPage }, ...endsAt(at, 'updated_at') };
}

async function pageOf(on: On, at: Asked, list: List, read: (item: Listed) => HistoryItem[] | null | Promise<HistoryItem[]>): Promise<HistoryPage> {
  const parameters = { ...on.name, ...list.query, ...parseCursor(at.cursor) };
  const { items, next } = await on.client.page(`GET /repos/{owner}/{repo}${list.route}`, parameters, Listed, list.key);
  const fresh = items.filter((item) => isFresh(item, list));
  const page: HistoryPage = { items: [], seen: 0, next: fresh.length < items.length ? null : next };
  for (const item of fresh) {
    const facts = await readable(() => read(item));
    if (facts === null) continue;
    page.seen += 1;
    page.items.push(...facts);
  }
  return page;
}

/** What GitHub answers to a request for one thing alone: gone since it was listed, a commit of a fork that is gone (422), too much of it. */
const ODD: ReadonlySet<string> = new Set(['not_found', 'conflict', 'too_large']);

/**
 * One thing that is gone, or is not as GitHub documents it, keeps nobody from the rest: it counts as seen, and there is nothing to keep of
 * it. Of a repository that is gone the next list tells.
 */
async function readable(read: () => HistoryItem[] | null | Promise<HistoryItem[]>): Promise<HistoryItem[] | null> {
  try {
    return await read();
  } catch (error) {
    if (isAppError(error) && !ODD.has(error.kind)) throw error;
    return [];
  }
}

function isFresh(item: Listed, { endsBefore }: List): boolean {
  if (endsBefore === undefined) return true;
  const at = Date.parse(String(item[endsBefore.field]));
  return Number.isNaN(at) || at >= endsBefore.since.getTime();
}

async function reviewsOf(on: On, pull: Listed): Promise<HistoryItem[]> {
  const parameters = { ...on.name, pull_number: numberOf(pull) };
  const reviews = await on.client.list('GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews', parameters, Listed);
  return reviews.flatMap((review) => map.toReviewHistory(fullName(on), pull, review));
}

/** The checks of where a pull request stands, or stood when it ended. */
async function checksOf(on: On, pull: Listed): Promise<HistoryItem[]> {
  const { sha } = z.object({ sha: z.string() }).parse(pull['head']);
  const runs = await on.client.list('GET /repos/{owner}/{repo}/commits/{ref}/check-runs', { ...on.name, ref: sha }, Listed);
  return runs.flatMap((run) => map.toCheckHistory(fullName(on), run));
}

async function deploymentOf(on: On, deployment: Listed): Promise<HistoryItem[]> {
  const parameters = { ...on.name, deployment_id: numberOf(deployment, 'id') };
  const statuses = await on.client.list('GET /repos/{owner}/{repo}/deployments/{deployment_id}/statuses', parameters, Listed);
  return map.toDeploymentHistory(fullName(on), deployment, statuses.toReversed());
}

function numberOf(item: Listed, field = 'number'): number | bigint {
  return z.union([z.number(), z.bigint()]).parse(item[field]);
}
