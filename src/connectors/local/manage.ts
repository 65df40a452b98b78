import { mkdir } from 'node:fs/promises';
import { AppError } from '#kernel/errors.ts';
import type { PullRequest, PullReview, ReviewThread } from '#ports/forge-read.ts';
import type { TrackerIssue } from '#ports/tracker-read.ts';
import { checkBranchName, ownHeadOf, initBare, writeFirstCommit } from './client.refs.ts';
import { createIssue, editItem, putComment, setAssignees, setIssueState, setLabels } from './issues.ts';
import { checkLocalName, toPullRequest, toTrackerIssue } from './map.ts';
import { mergePull, updatePull, type PullContext } from './pulls.ts';
import { readReviews, readThreads, replyToThread, resolveThread, reviewByHand } from './reviews.ts';
import type { Item, LocalRepository } from './schema.ts';
import { commentsOf } from './store.comments.ts';
import * as store from './store.ts';

export interface NewRepository {
  /** `owner/name`. */
  name: string;
  /** Default `main`. */
  defaultBranch?: string;
  /** Content of a first commit; without files the default branch stays unborn until somebody pushes. */
  files?: ReadonlyArray<{ path: string; content: string | Uint8Array; mode?: '100644' | '100755' }>;
  message?: string;
}

/**
 * What people do on a hosted forge in its own pages: make repositories and issues, label, comment, close. `by` is the login
 * of who does it. Every member tells its events like the ports do; the same change twice is one.
 */
export interface LocalManagement {
  /** AppError conflict `taken` when there is one of that name, invalid for a name that is none. */
  createRepository(repository: NewRepository): Promise<LocalRepository & { dir: string }>;
  repository(name: string): Promise<(LocalRepository & { dir: string }) | null>;
  listRepositories(): Promise<LocalRepository[]>;
  createIssue(repository: string, issue: { title: string; body?: string; labels?: string[]; by: string }): Promise<TrackerIssue>;
  editIssue(repository: string, number: number, edit: { title?: string; body?: string; by: string }): Promise<TrackerIssue>;
  /** By number, oldest first. */
  listIssues(repository: string, page?: { state?: 'open' | 'closed'; after?: number; limit?: number }): Promise<TrackerIssue[]>;
  addLabel(repository: string, number: number, label: string, by: string): Promise<TrackerIssue>;
  removeLabel(repository: string, number: number, label: string, by: string): Promise<TrackerIssue>;
  assign(repository: string, number: number, assignees: string[], by: string): Promise<TrackerIssue>;
  comment(repository: string, number: number, comment: { body: string; by: string }): Promise<{ id: string }>;
  comments(repository: string, number: number): Promise<Array<{ id: string; author: string; body: string; createdAt: Date }>>;
  closeIssue(repository: string, number: number, reason: 'completed' | 'not_planned' | 'duplicate', by: string): Promise<TrackerIssue>;
  reopenIssue(repository: string, number: number, by: string): Promise<TrackerIssue>;
  listPulls(repository: string, page?: { state?: Item['state']; after?: number; limit?: number }): Promise<PullRequest[]>;
  /** Merges by hand what the head branch holds now. AppError conflict when it is closed, a draft or does not merge cleanly. */
  mergePull(repository: string, number: number, by: string): Promise<PullRequest>;
  /** Says what somebody thinks of a pull request, also beside lines of its diff. AppError invalid `line_not_in_diff`. */
  review(
    repository: string,
    number: number,
    review: {
      by: string;
      verdict: 'approved' | 'changes_requested' | 'commented';
      body: string;
      comments?: ReadonlyArray<{ path: string; line: number; body: string }>;
    },
  ): Promise<{ id: string }>;
  /** Oldest first. */
  reviews(repository: string, number: number): Promise<PullReview[]>;
  /** Conversations beside lines, oldest first. */
  threads(repository: string, number: number): Promise<ReviewThread[]>;
  answerThread(repository: string, number: number, threadId: string, answer: { body: string; by: string }): Promise<{ id: string }>;
  resolveThread(repository: string, number: number, threadId: string, by: string): Promise<void>;
  /** Closes without merging; the branch stays. AppError conflict `pull_merged`. */
  closePull(repository: string, number: number, by: string): Promise<PullRequest>;
}

export function createManagement(context: PullContext): LocalManagement {
  const { db, urlOf } = context;
  const issue = (item: Item) => toTrackerIssue(item, urlOf);
  const at = (repository: string, number: number) => ({ repository: checkLocalName(repository), number });
  return {
    createRepository: (repository) => createRepository(context, repository),
    async repository(name) {
      const row = await store.repositoryByName(db, checkLocalName(name));
      return row === undefined ? null : { ...row, dir: context.dirOf(row.name) };
    },
    listRepositories: () => store.listRepositories(db),
    createIssue: async (repository, { title, body = '', labels = [], by }) =>
      issue(await createIssue(context, checkLocalName(repository), { title, body, labels, author: by, marker: null })),
    editIssue: async (repository, number, { by, ...edit }) => issue(await editItem(context, at(repository, number), edit, by)),
    listIssues: async (repository, page) => (await list(context, repository, 'issue', page)).map(issue),
    addLabel: async (repository, number, label, by) => issue(await setLabels(context, at(repository, number), { add: [label], remove: [] }, by)),
    removeLabel: async (repository, number, label, by) => issue(await setLabels(context, at(repository, number), { add: [], remove: [label] }, by)),
    assign: async (repository, number, assignees, by) => issue(await setAssignees(context, at(repository, number), assignees, by)),
    async comment(repository, number, { body, by }) {
      const { id } = await putComment(context, at(repository, number), { body, marker: null, author: by });
      return { id };
    },
    async comments(repository, number) {
      const comments = await commentsOf(db, checkLocalName(repository), number, null);
      return comments.map(({ id, author, body, createdAt }) => ({ id, author, body, createdAt }));
    },
    closeIssue: async (repository, number, reason, by) =>
      issue(await setIssueState(context, at(repository, number), { state: 'closed', reason }, by)),
    reopenIssue: async (repository, number, by) => issue(await setIssueState(context, at(repository, number), { state: 'open' }, by)),
    async listPulls(repository, page) {
      const pulls = await list(context, repository, 'pull', page);
      return Promise.all(pulls.map((pull) => presentPull(context, pull)));
    },
    review: (repository, number, review) => reviewByHand(context, at(repository, number), { comments: [], ...review }),
    reviews: (repository, number) => readReviews(context, at(repository, number), null),
    threads: (repository, number) => readThreads(context, at(repository, number)),
    answerThread: (repository, number, threadId, answer) => replyToThread(context, at(repository, number), { threadId, marker: null, ...answer }),
    resolveThread: (repository, number, threadId, by) => resolveThread(context, at(repository, number), threadId, by),
    mergePull: (repository, number, by) => mergeByHand(context, at(repository, number), by),
    closePull: async (repository, number, by) => presentPull(context, await updatePull(context, at(repository, number), { state: 'closed' }, by)),
  };
}

async function presentPull({ git, dirOf, urlOf }: PullContext, pull: Item): Promise<PullRequest> {
  return toPullRequest(pull, pull.state === 'open' ? await ownHeadOf(git, dirOf(pull.repository), pull.headBranch ?? '') : null, urlOf);
}

async function mergeByHand(context: PullContext, at: { repository: string; number: number }, by: string): Promise<PullRequest> {
  const pull = await store.itemByNumber(context.db, at.repository, at.number);
  if (pull?.kind !== 'pull') throw new AppError('not_found', `${at.repository} has no pull request ${at.number}.`);
  const headSha = (await presentPull(context, pull)).headSha;
  const message = `Merge pull request #${pull.number} from ${pull.headBranch}\n\n${pull.title}`;
  await mergePull(context, at.repository, { number: pull.number, headSha, baseSha: null, message, by });
  return presentPull(context, (await store.itemByNumber(context.db, at.repository, at.number)) ?? pull);
}

async function list(
  context: PullContext,
  repository: string,
  kind: Item['kind'],
  page: { state?: Item['state']; after?: number; limit?: number } = {},
): Promise<Item[]> {
  const name = checkLocalName(repository);
  if ((await store.repositoryByName(context.db, name)) === undefined) throw store.noRepository(name);
  return store.listItems(context.db, { repository: name, kind, state: page.state ?? null, after: page.after ?? 0, limit: page.limit ?? 100 });
}

/** `git fast-import` writes any path; a tree with these would be refused, or worse followed, by whoever checks it out. */
function checkTreePath(path: string): void {
  const segments = path.split('/');
  if (segments.some((segment) => segment === '' || segment === '.' || segment === '..' || segment.toLowerCase() === '.git'))
    throw new AppError('invalid', `${path} is not a path inside a repository.`, { code: 'bad_path' });
}

/** The row comes last: a crash before it leaves a folder that the next try takes over. */
async function createRepository(context: PullContext, wanted: NewRepository): Promise<LocalRepository & { dir: string }> {
  const name = checkLocalName(wanted.name);
  const branch = wanted.defaultBranch ?? 'main';
  const taken = new AppError('conflict', `There is a local repository ${name} already.`, { code: 'taken' });
  if ((await store.repositoryByName(context.db, name)) !== undefined) throw taken;
  const { files = [], message = 'Start' } = wanted;
  for (const file of files) checkTreePath(file.path);
  const dir = context.dirOf(name);
  await mkdir(dir, { recursive: true });
  await initBare(context.git, dir, branch);
  await checkBranchName(context.git, dir, branch);
  if (files.length > 0 && (await ownHeadOf(context.git, dir, branch)) === null) {
    const atUnixS = Math.floor(context.clock.now().getTime() / 1000);
    await writeFirstCommit(context.git, dir, branch, { message, atUnixS, files });
  }
  return context.db.tx(async (tx) => {
    if (!(await store.insertRepository(tx, { name, defaultBranch: branch }))) throw taken;
    const row = await store.repositoryByName(tx, name);
    if (row === undefined) throw store.noRepository(name);
    return { ...row, dir };
  });
}
