import { invalid, notFound, Refusal } from './answer.ts';
import { showUser } from './present.accounts.ts';
import { canWrite, showComment, showIssue } from './present.issues.ts';
import { showFullPull, type Mergeability } from './present.pulls.ts';
import { roleOf, showLabel } from './present.repository.ts';
import type { Actor, Issue, IssueComment, Json, Label, PullIssue, Repository } from './state.ts';
import type { World } from './world.ts';

const UNKNOWN: Mergeability = { mergeable: null, state: 'unknown' };

export function issueOf(repository: Repository, number: number): Issue {
  const issue = repository.data.issues.find((one) => one.number === number);
  if (issue === undefined) throw notFound();
  return issue;
}

export function isPull(issue: Issue): issue is PullIssue {
  return issue.pull !== null;
}

/** Tells of an issue as `issues`, of a pull request as `pull_request`, each with its own shape. */
export async function tell(world: World, repository: Repository, actor: Actor, issue: Issue, action: string, more: Json = {}): Promise<void> {
  if (!isPull(issue)) return world.emit(repository, actor, 'issues', action, { issue: showIssue(world, repository, issue), ...more });
  const pull = await showFullPull(world, repository, issue, UNKNOWN);
  world.emit(repository, actor, 'pull_request', action, { number: issue.number, pull_request: pull, ...more });
}

export function touch(world: World, issue: Issue): void {
  issue.updatedAt = world.now();
}

export interface NewIssue {
  title: string;
  body?: string | null;
  labels?: string[];
  assignees?: string[];
  milestone?: number | null;
}

/** An issue before anything is told; pull requests begin the same way. */
export function addIssue(world: World, repository: Repository, actor: Actor, wish: NewIssue): Issue {
  if (wish.title.trim() === '') throw invalid('Issue', 'title', 'missing_field');
  repository.data.lastNumber += 1;
  const now = world.now();
  const issue: Issue = {
    id: world.nextId(),
    number: repository.data.lastNumber,
    title: wish.title,
    body: wish.body ?? null,
    state: 'open',
    stateReason: null,
    author: actor.login,
    appId: actor.appId,
    labels: [],
    assignees: [],
    milestone: wish.milestone ?? null,
    locked: false,
    createdAt: now,
    updatedAt: now,
    closedAt: null,
    closedBy: null,
    pull: null,
  };
  repository.data.issues.push(issue);
  return issue;
}

export async function createIssue(world: World, repository: Repository, actor: Actor, wish: NewIssue): Promise<Issue> {
  const issue = addIssue(world, repository, actor, wish);
  world.did(repository, actor, 'issue.created', `#${issue.number}`, issue.title);
  // Labels and assignees of people without push access are silently dropped, as the documentation says.
  const mayLabel = canWrite(repository, actor.login) || actor.appId !== null;
  const labels = mayLabel ? (wish.labels ?? []).map((name) => labelNamed(world, repository, name)) : [];
  issue.labels = labels.map(({ name }) => name);
  await tell(world, repository, actor, issue, 'opened');
  for (const label of labels) {
    world.did(repository, actor, 'issue.labeled', `#${issue.number}`, label.name);
    await tell(world, repository, actor, issue, 'labeled', { label: showLabel(world, repository, label) });
  }
  if (mayLabel && wish.assignees !== undefined) await assign(world, repository, actor, issue, wish.assignees);
  return issue;
}

/** A label of the repository, made where it is missing: GitHub does so when a label is put on an issue. */
export function labelNamed(world: World, repository: Repository, name: string): Label {
  const known = repository.data.labels.find((label) => label.name.toLowerCase() === name.toLowerCase());
  if (known !== undefined) return known;
  const label: Label = { id: world.nextId(), name, color: 'ededed', description: null };
  repository.data.labels.push(label);
  return label;
}

export async function addLabels(world: World, repository: Repository, actor: Actor, issue: Issue, names: string[]): Promise<void> {
  for (const name of names) {
    const label = labelNamed(world, repository, name);
    if (issue.labels.includes(label.name)) continue;
    issue.labels.push(label.name);
    touch(world, issue);
    world.did(repository, actor, `${kindOf(issue)}.labeled`, `#${issue.number}`, label.name);
    await tell(world, repository, actor, issue, 'labeled', { label: showLabel(world, repository, label) });
  }
}

export async function removeLabel(world: World, repository: Repository, actor: Actor, issue: Issue, name: string): Promise<void> {
  const label = repository.data.labels.find((one) => one.name.toLowerCase() === name.toLowerCase());
  if (label === undefined || !issue.labels.includes(label.name)) throw new Refusal(404, 'Label does not exist');
  issue.labels = issue.labels.filter((one) => one !== label.name);
  touch(world, issue);
  world.did(repository, actor, `${kindOf(issue)}.unlabeled`, `#${issue.number}`, label.name);
  await tell(world, repository, actor, issue, 'unlabeled', { label: showLabel(world, repository, label) });
}

export async function setLabels(world: World, repository: Repository, actor: Actor, issue: Issue, names: string[]): Promise<void> {
  const wanted = names.map((name) => labelNamed(world, repository, name).name);
  for (const name of issue.labels.filter((one) => !wanted.includes(one))) await removeLabel(world, repository, actor, issue, name);
  await addLabels(world, repository, actor, issue, wanted);
}

/** Who cannot be assigned is silently left out, as the documentation says. At most ten. */
export async function assign(world: World, repository: Repository, actor: Actor, issue: Issue, logins: string[]): Promise<void> {
  for (const login of logins) {
    const account = world.accounts.get(login.toLowerCase());
    if (account === undefined || issue.assignees.includes(account.login) || issue.assignees.length >= 10) continue;
    if (!canWrite(repository, account.login) && roleOf(repository, account.login) !== 'triage') continue;
    issue.assignees.push(account.login);
    touch(world, issue);
    world.did(repository, actor, `${kindOf(issue)}.assigned`, `#${issue.number}`, account.login);
    await tell(world, repository, actor, issue, 'assigned', { assignee: showUser(world, account.login) });
  }
}

export async function unassign(world: World, repository: Repository, actor: Actor, issue: Issue, logins: string[]): Promise<void> {
  for (const login of issue.assignees.filter((one) => logins.some((name) => name.toLowerCase() === one.toLowerCase()))) {
    issue.assignees = issue.assignees.filter((one) => one !== login);
    touch(world, issue);
    world.did(repository, actor, `${kindOf(issue)}.unassigned`, `#${issue.number}`, login);
    await tell(world, repository, actor, issue, 'unassigned', { assignee: showUser(world, login) });
  }
}

export async function closeIssue(world: World, repository: Repository, actor: Actor, issue: Issue, reason: Issue['stateReason']): Promise<void> {
  if (issue.state === 'closed') return;
  const now = world.now();
  Object.assign(issue, { state: 'closed', stateReason: isPull(issue) ? null : reason, closedAt: now, closedBy: actor.login, updatedAt: now });
  world.did(repository, actor, `${kindOf(issue)}.closed`, `#${issue.number}`, isPull(issue) ? '' : (reason ?? ''));
  await tell(world, repository, actor, issue, 'closed');
}

export async function reopenIssue(world: World, repository: Repository, actor: Actor, issue: Issue): Promise<void> {
  if (issue.state === 'open') return;
  if (isPull(issue) && issue.pull.mergedAt !== null)
    throw invalid('PullRequest', 'state', 'invalid', 'state cannot be changed. The pull request cannot be reopened.');
  Object.assign(issue, { state: 'open', stateReason: isPull(issue) ? null : 'reopened', closedAt: null, closedBy: null, updatedAt: world.now() });
  world.did(repository, actor, `${kindOf(issue)}.reopened`, `#${issue.number}`);
  await tell(world, repository, actor, issue, 'reopened');
}

/** Title and body; says what was there before, as `changes` of the event. */
export async function editIssue(
  world: World,
  repository: Repository,
  actor: Actor,
  issue: Issue,
  change: { title?: string; body?: string | null },
): Promise<void> {
  const changes: Json = {};
  if (change.title !== undefined && change.title !== issue.title) changes['title'] = { from: issue.title };
  if (change.body !== undefined && change.body !== issue.body) changes['body'] = { from: issue.body ?? '' };
  if (Object.keys(changes).length === 0) return;
  if (change.title !== undefined) issue.title = change.title;
  if (change.body !== undefined) issue.body = change.body;
  touch(world, issue);
  world.did(repository, actor, `${kindOf(issue)}.edited`, `#${issue.number}`, Object.keys(changes).join(','));
  await tell(world, repository, actor, issue, 'edited', { changes });
}

/** The longest body GitHub takes. */
const MAX_BODY = 65_536;

export function addComment(world: World, repository: Repository, actor: Actor, issue: Issue, body: string): IssueComment {
  if (body === '') throw invalid('IssueComment', 'body', 'missing_field', 'body is missing');
  if (body.length > MAX_BODY) throw invalid('IssueComment', 'body', 'custom', 'body is too long (maximum is 65536 characters)');
  if (issue.locked && !canWrite(repository, actor.login)) throw new Refusal(403, 'Unable to create comment because issue is locked.');
  const now = world.now();
  const comment = { id: world.nextId(), issue: issue.number, author: actor.login, appId: actor.appId, body, createdAt: now, updatedAt: now };
  repository.data.comments.push(comment);
  touch(world, issue);
  world.did(repository, actor, `${kindOf(issue)}.comment.created`, `#${issue.number}`, markerOf(body));
  tellComment(world, repository, actor, issue, comment, 'created');
  return comment;
}

export function editComment(world: World, repository: Repository, actor: Actor, comment: IssueComment, body: string): void {
  const before = comment.body;
  if (body.length > MAX_BODY) throw invalid('IssueComment', 'body', 'custom', 'body is too long (maximum is 65536 characters)');
  comment.body = body;
  comment.updatedAt = world.now();
  const issue = issueOf(repository, comment.issue);
  world.did(repository, actor, `${kindOf(issue)}.comment.edited`, `#${issue.number}`, markerOf(body));
  tellComment(world, repository, actor, issue, comment, 'edited', { changes: { body: { from: before } } });
}

export function deleteComment(world: World, repository: Repository, actor: Actor, comment: IssueComment): void {
  repository.data.comments.splice(repository.data.comments.indexOf(comment), 1);
  const issue = issueOf(repository, comment.issue);
  world.did(repository, actor, `${kindOf(issue)}.comment.deleted`, `#${issue.number}`, markerOf(comment.body));
  tellComment(world, repository, actor, issue, comment, 'deleted');
}

function tellComment(world: World, repository: Repository, actor: Actor, issue: Issue, comment: IssueComment, action: string, more: Json = {}): void {
  const fields = { issue: showIssue(world, repository, issue), comment: showComment(world, repository, comment), ...more };
  world.emit(repository, actor, 'issue_comment', action, fields);
}

/** What tells one comment from another in the journal: its hidden marker, or the beginning of its first line. */
export function markerOf(body: string): string {
  return /<!--.*?-->/s.exec(body)?.[0] ?? (body.split('\n', 1)[0] ?? '').slice(0, 60);
}

function kindOf(issue: Issue): 'issue' | 'pull' {
  return isPull(issue) ? 'pull' : 'issue';
}
