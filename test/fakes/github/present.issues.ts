import { nodeId, showApp, showUser, appOf } from './present.accounts.ts';
import { apiUrl, htmlUrl, roleOf, showLabel, showMilestone } from './present.repository.ts';
import type { Issue, IssueComment, Json, Repository } from './state.ts';
import type { World } from './world.ts';

export function association(repository: Repository, login: string): string {
  if (login === repository.data.owner) return 'OWNER';
  return Object.keys(repository.data.collaborators).includes(login) ? 'COLLABORATOR' : 'NONE';
}

/** Only those who can write are owners, members or collaborators; the word is what Reeve may not trust alone. */
export function canWrite(repository: Repository, login: string): boolean {
  return ['write', 'maintain', 'admin'].includes(roleOf(repository, login) ?? '');
}

const via = (world: World, appId: number | null): Json | null => (appId === null ? null : showApp(world, appOf(world, appId)));

export function showLabelsOf(world: World, repository: Repository, issue: Issue): Json[] {
  return repository.data.labels.filter(({ name }) => issue.labels.includes(name)).map((label) => showLabel(world, repository, label));
}

/** What issues and pull requests share in GitHub's JSON. */
export function showCommon(world: World, repository: Repository, issue: Issue): Json {
  const milestone = repository.data.milestones.find(({ number }) => number === issue.milestone);
  return {
    number: issue.number,
    title: issue.title,
    user: showUser(world, issue.author),
    labels: showLabelsOf(world, repository, issue),
    state: issue.state,
    locked: issue.locked,
    assignee: issue.assignees[0] === undefined ? null : showUser(world, issue.assignees[0]),
    assignees: issue.assignees.map((login) => showUser(world, login)),
    milestone: milestone === undefined ? null : showMilestone(world, repository, milestone),
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
    author_association: association(repository, issue.author),
    active_lock_reason: null,
    body: issue.body,
  };
}

export function showIssue(world: World, repository: Repository, issue: Issue): Json {
  const url = `${apiUrl(world, repository)}/issues/${issue.number}`;
  const html = `${htmlUrl(world, repository)}/${issue.pull === null ? 'issues' : 'pull'}/${issue.number}`;
  return {
    url,
    repository_url: apiUrl(world, repository),
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    timeline_url: `${url}/timeline`,
    html_url: html,
    id: issue.id,
    node_id: nodeId(issue.pull === null ? 'I' : 'PR', issue.id),
    ...showCommon(world, repository, issue),
    comments: repository.data.comments.filter((comment) => comment.issue === issue.number).length,
    state_reason: issue.stateReason,
    closed_by: issue.closedBy === null ? null : showUser(world, issue.closedBy),
    reactions: showReactions(url),
    performed_via_github_app: via(world, issue.appId),
    ...(issue.pull === null ? {} : { draft: issue.pull.draft, pull_request: pullLinks(world, repository, issue, html) }),
  };
}

function pullLinks(world: World, repository: Repository, issue: Issue, html: string): Json {
  const url = `${apiUrl(world, repository)}/pulls/${issue.number}`;
  return { url, html_url: html, diff_url: `${html}.diff`, patch_url: `${html}.patch`, merged_at: issue.pull?.mergedAt ?? null };
}

export function showReactions(url: string): Json {
  const none = { total_count: 0, '+1': 0, '-1': 0, laugh: 0, hooray: 0, confused: 0, heart: 0, rocket: 0, eyes: 0 };
  return { url: `${url}/reactions`, ...none };
}

export function showComment(world: World, repository: Repository, comment: IssueComment): Json {
  const url = `${apiUrl(world, repository)}/issues/comments/${comment.id}`;
  const issue = repository.data.issues.find(({ number }) => number === comment.issue);
  const kind = issue === undefined || issue.pull === null ? 'issues' : 'pull';
  return {
    url,
    html_url: `${htmlUrl(world, repository)}/${kind}/${comment.issue}#issuecomment-${comment.id}`,
    issue_url: `${apiUrl(world, repository)}/issues/${comment.issue}`,
    id: comment.id,
    node_id: nodeId('IC', comment.id),
    user: showUser(world, comment.author),
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    body: comment.body,
    author_association: association(repository, comment.author),
    reactions: showReactions(url),
    performed_via_github_app: via(world, comment.appId),
  };
}
