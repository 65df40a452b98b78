import { created, listOf, noContent, notFound, ok, Refusal } from './answer.ts';
import {
  addComment,
  addLabels,
  assign,
  closeIssue,
  createIssue,
  deleteComment,
  editComment,
  editIssue,
  issueOf,
  isPull,
  removeLabel,
  reopenIssue,
  setLabels,
  unassign,
} from './issues.ts';
import { showUser } from './present.accounts.ts';
import { canWrite, showComment, showIssue, showLabelsOf } from './present.issues.ts';
import { has, number, repo, text, texts, type RepositoryCall, type Route } from './route.ts';
import { closePull } from './refs.ts';
import type { Issue, IssueComment } from './state.ts';

const ANY = 'issues:read|pull_requests:read';
const WRITE = 'issues:write|pull_requests:write';

const theIssue = ({ repository, params }: RepositoryCall): Issue => issueOf(repository, number(params, 'issue_number'));

function theComment({ repository, params }: RepositoryCall): IssueComment {
  const comment = repository.data.comments.find(({ id }) => id === number(params, 'comment_id'));
  if (comment === undefined) throw notFound();
  return comment;
}

function listIssues({ world, repository, query }: RepositoryCall) {
  const state = query.get('state') ?? 'open';
  const labels = (query.get('labels') ?? '').split(',').filter((name) => name !== '');
  const since = query.get('since');
  const creator = query.get('creator');
  const assignee = query.get('assignee');
  const sort = query.get('sort') === 'updated' ? 'updatedAt' : 'createdAt';
  const found = repository.data.issues
    .filter((issue) => state === 'all' || issue.state === state)
    .filter((issue) => labels.every((name) => issue.labels.some((label) => label.toLowerCase() === name.toLowerCase())))
    .filter((issue) => since === null || Date.parse(issue.updatedAt) >= Date.parse(since))
    .filter((issue) => creator === null || issue.author === creator)
    .filter((issue) => assignee === null || assignee === '*' || issue.assignees.includes(assignee))
    .toSorted((a, b) => a[sort].localeCompare(b[sort]) || a.number - b.number);
  const ordered = query.get('direction') === 'asc' ? found : found.toReversed();
  return listOf(ordered, (issue) => showIssue(world, repository, issue));
}

async function create({ world, repository, actor, body }: RepositoryCall) {
  if (!repository.data.hasIssues) throw new Refusal(410, 'Issues has been disabled in this repository.');
  const wish = {
    title: titleOf(body['title']),
    body: text(body, 'body') ?? null,
    labels: texts(body, 'labels'),
    assignees: texts(body, 'assignees'),
  };
  const milestone = typeof body['milestone'] === 'number' ? body['milestone'] : null;
  return created(showIssue(world, repository, await createIssue(world, repository, actor, { ...wish, milestone })));
}

const titleOf = (title: unknown): string => (typeof title === 'string' ? title : typeof title === 'number' ? String(title) : '');

async function update(call: RepositoryCall) {
  const { world, repository, actor, body } = call;
  const issue = theIssue(call);
  if (actor.login !== issue.author && actor.appId === null && !canWrite(repository, actor.login))
    throw new Refusal(403, 'Must have admin rights to Repository.');
  const change = {
    ...(has(body, 'title') ? { title: titleOf(body['title']) } : {}),
    ...(has(body, 'body') ? { body: text(body, 'body') ?? null } : {}),
  };
  await editIssue(world, repository, actor, issue, change);
  if (has(body, 'labels')) await setLabels(world, repository, actor, issue, texts(body, 'labels'));
  if (has(body, 'milestone')) issue.milestone = typeof body['milestone'] === 'number' ? body['milestone'] : null;
  if (has(body, 'assignees')) {
    const wanted = texts(body, 'assignees');
    await unassign(
      world,
      repository,
      actor,
      issue,
      issue.assignees.filter((login) => !wanted.includes(login)),
    );
    await assign(world, repository, actor, issue, wanted);
  }
  if (text(body, 'state') === 'closed') {
    const reason = (text(body, 'state_reason') ?? 'completed') as Issue['stateReason'];
    if (isPull(issue)) await closePull(world, repository, actor, issue);
    else await closeIssue(world, repository, actor, issue, reason);
  }
  if (text(body, 'state') === 'open') await reopenIssue(world, repository, actor, issue);
  return ok(showIssue(world, repository, issue));
}

function listComments(call: RepositoryCall) {
  const { world, repository, query } = call;
  const issue = theIssue(call);
  const since = query.get('since');
  const found = repository.data.comments
    .filter((comment) => comment.issue === issue.number)
    .filter((comment) => since === null || Date.parse(comment.updatedAt) >= Date.parse(since));
  return listOf(found, (comment) => showComment(world, repository, comment));
}

/** Whoever wrote it, or who can write to the repository. */
function refuseForeign({ repository, actor }: RepositoryCall, author: string): void {
  if (actor.login === author || canWrite(repository, actor.login) || actor.appId !== null) return;
  throw new Refusal(403, 'Must have admin rights to Repository.');
}

function labelsAnswer(call: RepositoryCall) {
  return ok(showLabelsOf(call.world, call.repository, theIssue(call)));
}

export const ISSUE_ROUTES: Route[] = [
  repo('GET', '/issues', ANY, listIssues),
  repo('POST', '/issues', 'issues:write', create, 'read'),
  repo('GET', '/issues/comments', ANY, ({ world, repository, query }) => {
    const since = query.get('since');
    const found = repository.data.comments.filter((comment) => since === null || Date.parse(comment.updatedAt) >= Date.parse(since));
    const ordered = query.get('direction') === 'desc' ? found.toReversed() : found;
    return listOf(ordered, (comment) => showComment(world, repository, comment));
  }),
  repo('GET', '/issues/comments/{comment_id}', ANY, (call) => ok(showComment(call.world, call.repository, theComment(call)))),
  repo(
    'PATCH',
    '/issues/comments/{comment_id}',
    WRITE,
    (call) => {
      const comment = theComment(call);
      refuseForeign(call, comment.author);
      editComment(call.world, call.repository, call.actor, comment, text(call.body, 'body') ?? '');
      return ok(showComment(call.world, call.repository, comment));
    },
    'read',
  ),
  repo(
    'DELETE',
    '/issues/comments/{comment_id}',
    WRITE,
    (call) => {
      const comment = theComment(call);
      refuseForeign(call, comment.author);
      deleteComment(call.world, call.repository, call.actor, comment);
      return noContent();
    },
    'read',
  ),
  repo('GET', '/issues/{issue_number}', ANY, (call) => ok(showIssue(call.world, call.repository, theIssue(call)))),
  repo('PATCH', '/issues/{issue_number}', WRITE, update, 'read'),
  repo('GET', '/issues/{issue_number}/comments', ANY, listComments),
  repo(
    'POST',
    '/issues/{issue_number}/comments',
    WRITE,
    (call) =>
      created(
        showComment(call.world, call.repository, addComment(call.world, call.repository, call.actor, theIssue(call), text(call.body, 'body') ?? '')),
      ),
    'read',
  ),
  repo('GET', '/issues/{issue_number}/labels', ANY, labelsAnswer),
  repo(
    'POST',
    '/issues/{issue_number}/labels',
    WRITE,
    async (call) => {
      await addLabels(call.world, call.repository, call.actor, theIssue(call), texts(call.body, 'labels'));
      return labelsAnswer(call);
    },
    'triage',
  ),
  repo(
    'PUT',
    '/issues/{issue_number}/labels',
    WRITE,
    async (call) => {
      await setLabels(call.world, call.repository, call.actor, theIssue(call), texts(call.body, 'labels'));
      return labelsAnswer(call);
    },
    'triage',
  ),
  repo(
    'DELETE',
    '/issues/{issue_number}/labels',
    WRITE,
    async (call) => {
      await setLabels(call.world, call.repository, call.actor, theIssue(call), []);
      return noContent();
    },
    'triage',
  ),
  repo(
    'DELETE',
    '/issues/{issue_number}/labels/{name}',
    WRITE,
    async (call) => {
      await removeLabel(call.world, call.repository, call.actor, theIssue(call), call.params['name'] ?? '');
      return labelsAnswer(call);
    },
    'triage',
  ),
  repo(
    'POST',
    '/issues/{issue_number}/assignees',
    WRITE,
    async (call) => {
      await assign(call.world, call.repository, call.actor, theIssue(call), texts(call.body, 'assignees'));
      return created(showIssue(call.world, call.repository, theIssue(call)));
    },
    'triage',
  ),
  repo(
    'DELETE',
    '/issues/{issue_number}/assignees',
    WRITE,
    async (call) => {
      await unassign(call.world, call.repository, call.actor, theIssue(call), texts(call.body, 'assignees'));
      return ok(showIssue(call.world, call.repository, theIssue(call)));
    },
    'triage',
  ),
  repo('GET', '/assignees', ANY, ({ world, repository }) => {
    const logins = [repository.data.owner, ...Object.keys(repository.data.collaborators)].filter((login) => world.account(login).type === 'User');
    return listOf(logins, (login) => showUser(world, login));
  }),
  repo('GET', '/assignees/{assignee}', ANY, ({ repository, params }) => {
    if (!canWrite(repository, params['assignee'] ?? '')) throw notFound();
    return noContent();
  }),
];
