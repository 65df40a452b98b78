import { nodeId, showUser } from './present.accounts.ts';
import { association, showCommon, showReactions } from './present.issues.ts';
import { apiUrl, htmlUrl, showRepository } from './present.repository.ts';
import type { Json, PullIssue, Repository, Review, ReviewComment } from './state.ts';
import type { World } from './world.ts';

/** Where the head of a pull request is: GitHub keeps it in the ref `refs/pull/N/head`, also after the branch is gone. */
export async function headSha(repository: Repository, number: number): Promise<string> {
  return (await repository.git.ref(`refs/pull/${number}/head`)) ?? '';
}

export async function baseSha(repository: Repository, issue: PullIssue): Promise<string> {
  return issue.pull.endedBaseSha ?? (await repository.git.ref(`refs/heads/${issue.pull.baseBranch}`)) ?? '';
}

/** A pull request as lists show it; reading one adds `showPullDetails`. */
export async function showPull(world: World, repository: Repository, issue: PullIssue): Promise<Json> {
  const { pull } = issue;
  const api = apiUrl(world, repository);
  const url = `${api}/pulls/${issue.number}`;
  const issueUrl = `${api}/issues/${issue.number}`;
  const html = `${htmlUrl(world, repository)}/pull/${issue.number}`;
  const head = await headSha(repository, issue.number);
  const base = await baseSha(repository, issue);
  const side = (ref: string, sha: string): Json => ({
    label: `${repository.data.owner}:${ref}`,
    ref,
    sha,
    user: showUser(world, repository.data.owner),
    repo: showRepository(world, repository),
  });
  const links = {
    self: url,
    html,
    issue: issueUrl,
    comments: `${issueUrl}/comments`,
    review_comments: `${url}/comments`,
    review_comment: `${api}/pulls/comments{/number}`,
    commits: `${url}/commits`,
    statuses: `${api}/statuses/${head}`,
  };
  return {
    url,
    id: pull.id,
    node_id: nodeId('PR', issue.id),
    html_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    issue_url: issueUrl,
    ...showCommon(world, repository, issue),
    merged_at: pull.mergedAt,
    merge_commit_sha: pull.mergeSha,
    requested_reviewers: pull.requestedReviewers.map((login) => showUser(world, login)),
    requested_teams: [],
    draft: pull.draft,
    commits_url: links.commits,
    review_comments_url: links.review_comments,
    review_comment_url: links.review_comment,
    comments_url: links.comments,
    statuses_url: links.statuses,
    head: side(pull.headBranch, head),
    base: side(pull.baseBranch, base),
    _links: Object.fromEntries(Object.entries(links).map(([name, href]) => [name, { href }])),
    auto_merge: pull.autoMerge
      ? { enabled_by: showUser(world, issue.author), merge_method: 'merge', commit_title: null, commit_message: null }
      : null,
  };
}

export interface Mergeability {
  /** Null: GitHub computes it in the background, ask again. */
  mergeable: boolean | null;
  state: 'clean' | 'dirty' | 'unknown' | 'draft' | 'blocked' | 'unstable' | 'behind';
}

export async function showFullPull(world: World, repository: Repository, issue: PullIssue, mergeability: Mergeability): Promise<Json> {
  const head = await headSha(repository, issue.number);
  const base = await baseSha(repository, issue);
  const start = (await repository.git.mergeBase(base, head)) ?? base;
  const files = await repository.git.changedFiles(start, head);
  return {
    ...(await showPull(world, repository, issue)),
    merged: issue.pull.mergedAt !== null,
    mergeable: mergeability.mergeable,
    rebaseable: mergeability.mergeable,
    mergeable_state: mergeability.state,
    merged_by: issue.pull.mergedBy === null ? null : showUser(world, issue.pull.mergedBy),
    comments: repository.data.comments.filter((comment) => comment.issue === issue.number).length,
    review_comments: repository.data.reviewComments.filter((comment) => comment.pull === issue.number).length,
    maintainer_can_modify: false,
    commits: await repository.git.count(`${start}..${head}`),
    additions: files.reduce((sum, file) => sum + file.additions, 0),
    deletions: files.reduce((sum, file) => sum + file.deletions, 0),
    changed_files: files.length,
  };
}

export function showReview(world: World, repository: Repository, review: Review): Json {
  const html = `${htmlUrl(world, repository)}/pull/${review.pull}#pullrequestreview-${review.id}`;
  const pullUrl = `${apiUrl(world, repository)}/pulls/${review.pull}`;
  return {
    id: review.id,
    node_id: nodeId('PRR', review.id),
    user: showUser(world, review.author),
    body: review.body,
    state: review.state,
    html_url: html,
    pull_request_url: pullUrl,
    author_association: association(repository, review.author),
    _links: { html: { href: html }, pull_request: { href: pullUrl } },
    ...(review.submittedAt === null ? {} : { submitted_at: review.submittedAt }),
    commit_id: review.commitSha,
  };
}

export function showReviewComment(world: World, repository: Repository, comment: ReviewComment): Json {
  const url = `${apiUrl(world, repository)}/pulls/comments/${comment.id}`;
  const html = `${htmlUrl(world, repository)}/pull/${comment.pull}#discussion_r${comment.id}`;
  const pullUrl = `${apiUrl(world, repository)}/pulls/${comment.pull}`;
  return {
    url,
    pull_request_review_id: comment.review,
    id: comment.id,
    node_id: nodeId('PRRC', comment.id),
    diff_hunk: '',
    path: comment.path,
    commit_id: comment.commitSha,
    original_commit_id: comment.commitSha,
    user: showUser(world, comment.author),
    body: comment.body,
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    html_url: html,
    pull_request_url: pullUrl,
    author_association: association(repository, comment.author),
    _links: { self: { href: url }, html: { href: html }, pull_request: { href: pullUrl } },
    reactions: showReactions(url),
    start_line: comment.startLine,
    original_start_line: comment.startLine,
    start_side: comment.startLine === null ? null : comment.side,
    line: comment.line,
    original_line: comment.line,
    side: comment.side,
    position: comment.line,
    original_position: comment.line,
    subject_type: comment.subject,
    ...(comment.inReplyTo === null ? {} : { in_reply_to_id: comment.inReplyTo }),
  };
}
