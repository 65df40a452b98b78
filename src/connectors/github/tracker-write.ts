import { AppError, isAppError } from '#kernel/errors.ts';
import type { RepoRef } from '#ports/forge-read.ts';
import type { TrackerWrite } from '#ports/tracker-write.ts';
import { writingOn, type WriteContext, type Writing } from './client.repository.ts';
import { pullOf } from './forge-read.ts';
import { putComment } from './forge-write.comment.ts';
import { missingOf } from './forge-write.pull.ts';
import { hasMarker, withMarker } from './map.marker.ts';
import { isSameLogin } from './map.pull.ts';
import { Issue, Labels } from './schema.rest.ts';
import { issueOf } from './tracker-read.ts';

type Context = Pick<WriteContext, 'auth' | 'turns'>;

/** Writing to issues. Each member reads first and writes only what differs. */
export function createTrackerWrite(context: Context): TrackerWrite {
  const turn = <T>(repo: RepoRef, number: number, work: (on: Writing) => Promise<T>): Promise<T> =>
    context.turns(`${repo.name} ${number}`, async () => work(await writingOn(context, repo, 'issues')));
  return {
    setLabels: (repo, number, change) => turn(repo, number, async (on) => setLabels(on, number, change)),
    setAssignees: (repo, number, assignees) => turn(repo, number, async (on) => setAssignees(on, number, assignees)),
    putComment: (repo, number, comment) => putComment(context, repo, number, comment),
    close: (repo, number, reason) => turn(repo, number, async (on) => setState(on, number, { state: 'closed', state_reason: reason })),
    reopen: (repo, number) => turn(repo, number, async (on) => setState(on, number, { state: 'open', state_reason: 'reopened' })),
    editBody: (repo, number, edit) => turn(repo, number, async (on) => editBody(on, number, edit)),
    createIssue: (repo, issue) => context.turns(`${repo.name} issue ${issue.marker}`, async () => createIssue(context, repo, issue)),
  };
}

const ISSUE = '/repos/{owner}/{repo}/issues/{issue_number}';

async function requireIssue({ read, name }: Writing, number: number): Promise<Issue> {
  const issue = await issueOf(read, number);
  if (issue !== null) return issue;
  throw new AppError('not_found', `${name.owner}/${name.repo} has no issue ${number}.`, { code: 'github_not_found' });
}

/** Pull requests have labels too. */
async function labelsOf(on: Writing, number: number): Promise<string[]> {
  const holder = (await issueOf(on.read, number)) ?? (await pullOf(on.read, number)) ?? (await requireIssue(on, number));
  return holder.labels;
}

async function setLabels(on: Writing, number: number, change: { add: string[]; remove: string[] }): Promise<void> {
  const at = { ...on.name, issue_number: number };
  const there = await labelsOf(on, number);
  const leaving = there.filter((label) => missingOf([label], change.remove).length === 0);
  const coming = missingOf(change.add, [...there, ...change.remove]);
  if (coming.length > 0) await on.write.write(`POST ${ISSUE}/labels`, { ...at, labels: coming }, Labels);
  // Somebody else took it off in between: that is what was wanted.
  for (const name of leaving) await on.write.write(`DELETE ${ISSUE}/labels/{name}`, { ...at, name }, Labels).catch(unlessGone);
}

function unlessGone(error: unknown): void {
  if (!isAppError(error, 'not_found')) throw error;
}

async function setAssignees(on: Writing, number: number, assignees: string[]): Promise<void> {
  const issue = await requireIssue(on, number);
  if (missingOf(assignees, issue.assignees).length === 0 && missingOf(issue.assignees, assignees).length === 0) return;
  const changed = await on.write.write(`PATCH ${ISSUE}`, { ...on.name, issue_number: number, assignees: [...new Set(assignees)] }, Issue);
  // Who may not be assigned is left out without a word.
  const left = missingOf(assignees, changed.assignees);
  if (left.length > 0)
    throw new AppError('refused', `GitHub does not assign ${left.join(', ')} in ${on.name.owner}/${on.name.repo}.`, {
      code: 'not_assignable',
      hint: 'Only who may write to the repository can be assigned.',
    });
}

/** In that state already: nothing happens, and the first reason stays. */
async function setState(on: Writing, number: number, change: { state: 'open' | 'closed'; state_reason: string }): Promise<void> {
  const issue = await requireIssue(on, number);
  if (issue.state !== change.state) await on.write.write(`PATCH ${ISSUE}`, { ...on.name, issue_number: number, ...change }, Issue);
}

/**
 * GitHub compares nothing here: the text is read by the writing client right before, and what others write in the instant between is lost to the newer
 * edit, as it is between two people. It stays in the issue's history of edits.
 */
async function editBody({ write, name }: Writing, number: number, edit: { from: string; to: string }): Promise<void> {
  const at = { ...name, issue_number: number };
  const { body } = await write.get(`GET ${ISSUE}`, at, Issue);
  if (body === edit.to) return;
  if (body !== edit.from) throw new AppError('conflict', `The text of issue ${number} was changed meanwhile.`, { code: 'body_moved' });
  await write.write(`PATCH ${ISSUE}`, { ...at, body: edit.to }, Issue);
}

const MOST_PROBE_PAGES = 5;

async function createIssue(context: Context, repo: RepoRef, issue: Parameters<TrackerWrite['createIssue']>[1]): Promise<{ number: number }> {
  const body = withMarker(issue.body, issue.marker);
  const on = await writingOn(context, repo, 'issues');
  const known = await issueWith(context, on, issue.marker);
  if (known !== null) return { number: known };
  const { title, labels } = issue;
  const made = await on.write.write('POST /repos/{owner}/{repo}/issues', { ...on.name, title, body, labels }, Issue);
  // The list may have been an old one: of two with one marker the older stays open.
  const first = (await issueWith(context, on, issue.marker)) ?? made.number;
  if (first < made.number) await setState(on, made.number, { state: 'closed', state_reason: 'duplicate' });
  return { number: Math.min(first, made.number) };
}

/** Among the newest five hundred: an answer is lost minutes before it is asked for again, and GitHub's search runs minutes behind. */
async function issueWith(context: Context, { read, name }: Writing, marker: string): Promise<number | null> {
  const login = await context.auth.ownLogin();
  for (let page = 1; page <= MOST_PROBE_PAGES; page += 1) {
    const parameters = { ...name, state: 'all', sort: 'created', direction: 'desc', per_page: 100, page };
    const { items, next } = await read.client.page('GET /repos/{owner}/{repo}/issues', parameters, Issue);
    const own = items.filter(({ user, body }) => isSameLogin(user, login) && hasMarker(body, marker));
    const oldest = own.toSorted((a, b) => a.number - b.number)[0];
    if (oldest !== undefined) return oldest.number;
    if (next === null) return null;
  }
  return null;
}
