import { GraphQLError } from 'graphql';
import { isPull } from './issues.ts';
import { nodeId, parseNodeId } from './present.accounts.ts';
import { baseSha, headSha } from './present.pulls.ts';
import { htmlUrl, roleOf } from './present.repository.ts';
import { approvalsOf, computeMergeability } from './pulls.ts';
import { closingNumbers } from './refs.ts';
import { threadOf } from './reviews.ts';
import type { Call } from './route.ts';
import type { Issue, Json, PullIssue, Repository, ReviewComment } from './state.ts';
import type { World } from './world.ts';

/** An error with GitHub's `type`: NOT_FOUND, FORBIDDEN, UNPROCESSABLE. */
export function refused(type: string, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { type } });
}

export function canSee({ who }: Call, repository: Repository): boolean {
  if (who.kind === 'installation') return who.repositories.includes(repository.fullName);
  return who.kind === 'user' && roleOf(repository, who.login) !== null;
}

interface Page {
  first?: number | null;
  last?: number | null;
  after?: string | null;
  before?: string | null;
}

/** "You must supply a `first` or `last` argument on any connection", 1 to 100. Cursors are places in the list. */
function connection<T>(items: readonly T[], page: Page, show: (item: T) => unknown): Json {
  const count = page.first ?? page.last ?? null;
  if (count === null)
    throw refused('MISSING_PAGINATION_BOUNDARIES', 'You must provide a `first` or `last` value to properly paginate the connection.');
  if (count > 100) throw refused('EXCESSIVE_PAGINATION', `Requesting ${count} records on the connection exceeds the \`first\` limit of 100 records.`);
  const placeOf = (cursor: string): number => Number(Buffer.from(cursor, 'base64').toString('utf8').replace('cursor:', ''));
  const [after, before, first] = [page.after ?? '', page.before ?? '', page.first ?? null];
  const from = after === '' ? 0 : placeOf(after) + 1;
  const to = before === '' ? items.length : placeOf(before);
  const start = first === null ? Math.max(from, to - count) : from;
  const end = first === null ? to : Math.min(to, from + count);
  const cursor = (place: number): string => Buffer.from(`cursor:${place}`).toString('base64');
  return {
    totalCount: items.length,
    nodes: items.slice(start, end).map(show),
    pageInfo: {
      hasNextPage: end < items.length,
      hasPreviousPage: start > 0,
      startCursor: start < end ? cursor(start) : null,
      endCursor: start < end ? cursor(end - 1) : null,
    },
  };
}

/** Accounts of Apps are called without `[bot]` here, unlike in REST. */
export function showActor(world: World, login: string): Json {
  const { id, type, name } = world.account(login);
  const plain = login.replace('[bot]', '');
  const url = `${world.origin}/${type === 'Bot' ? `apps/${plain}` : plain}`;
  return {
    __typename: type === 'Bot' ? 'Bot' : 'User',
    id: nodeId(type === 'Bot' ? 'BOT' : 'U', id),
    databaseId: id,
    login: plain,
    name,
    url,
    resourcePath: new URL(url).pathname,
    avatarUrl: `${world.origin}/avatars/u/${id}`,
  };
}

/** The viewer's type is User, also for an App's account. */
export function showViewer(world: World, login: string): Json {
  return { ...showActor(world, login), login, __typename: 'User' };
}

export function showRepositoryNode(call: Call, fullName: string): Json {
  const { world } = call;
  const repository = world.find(fullName);
  if (repository === undefined || !canSee(call, repository))
    throw refused('NOT_FOUND', `Could not resolve to a Repository with the name '${fullName}'.`);
  const { data } = repository;
  const missing = (kind: string, number: number) => refused('NOT_FOUND', `Could not resolve to ${kind} with the number of ${number}.`);
  const queue = data.rulesets.some(({ enforcement, rules }) => enforcement === 'active' && rules.some(({ type }) => type === 'merge_queue'));
  return {
    __typename: 'Repository',
    id: nodeId('R', data.id),
    databaseId: data.id,
    name: data.name,
    nameWithOwner: fullName,
    isPrivate: data.private,
    isArchived: data.archived,
    url: htmlUrl(world, repository),
    createdAt: data.createdAt,
    updatedAt: data.updatedAt,
    pushedAt: data.pushedAt,
    mergeCommitAllowed: data.mergeMethods.merge,
    squashMergeAllowed: data.mergeMethods.squash,
    rebaseMergeAllowed: data.mergeMethods.rebase,
    deleteBranchOnMerge: data.deleteBranchOnMerge,
    defaultBranchRef: { __typename: 'Ref', id: nodeId('REF', data.id), name: data.defaultBranch, prefix: 'refs/heads/' },
    mergeQueue: queue
      ? { __typename: 'MergeQueue', id: nodeId('MQ', data.id), url: `${htmlUrl(world, repository)}/queue/${data.defaultBranch}` }
      : null,
    issue: ({ number }: { number: number }) => {
      const issue = data.issues.find((one) => one.number === number && !isPull(one));
      if (issue === undefined) throw missing('an Issue', number);
      return showIssueNode(call, repository, issue);
    },
    pullRequest: ({ number }: { number: number }) => {
      const issue = data.issues.filter(isPull).find((one) => one.number === number);
      if (issue === undefined) throw missing('a PullRequest', number);
      return showPullNode(call, repository, issue);
    },
  };
}

function showTextOf(call: Call, repository: Repository, issue: Issue): Json {
  const url = `${htmlUrl(call.world, repository)}/${issue.pull === null ? 'issues' : 'pull'}/${issue.number}`;
  return {
    number: issue.number,
    title: issue.title,
    body: issue.body ?? '',
    url,
    resourcePath: new URL(url).pathname,
    locked: issue.locked,
    closed: issue.state === 'closed',
    closedAt: issue.closedAt,
    createdAt: issue.createdAt,
    updatedAt: issue.updatedAt,
    author: showActor(call.world, issue.author),
    repository: () => showRepositoryNode(call, repository.fullName),
  };
}

function showIssueNode(call: Call, repository: Repository, issue: Issue): Json {
  const reason = issue.stateReason?.toUpperCase() ?? null;
  return {
    __typename: 'Issue',
    id: nodeId('I', issue.id),
    databaseId: issue.id,
    ...showTextOf(call, repository, issue),
    state: issue.state.toUpperCase(),
    stateReason: reason,
  };
}

export function showPullNode(call: Call, repository: Repository, issue: PullIssue): Json {
  const { world } = call;
  const { pull } = issue;
  const mergeable = async () => (await computeMergeability(world, repository, issue)).mergeable;
  const closing = closingNumbers(`${issue.title}\n${issue.body ?? ''}`, repository.fullName);
  return {
    __typename: 'PullRequest',
    id: nodeId('PR', issue.id),
    databaseId: pull.id,
    ...showTextOf(call, repository, issue),
    state: pull.mergedAt !== null ? 'MERGED' : issue.state.toUpperCase(),
    isDraft: pull.draft,
    merged: pull.mergedAt !== null,
    mergedAt: pull.mergedAt,
    mergedBy: pull.mergedBy === null ? null : showActor(world, pull.mergedBy),
    headRefName: pull.headBranch,
    headRefOid: () => headSha(repository, issue.number),
    baseRefName: pull.baseBranch,
    baseRefOid: () => baseSha(repository, issue),
    isInMergeQueue: pull.queued,
    isMergeQueueEnabled: repository.data.rulesets.some(({ rules }) => rules.some(({ type }) => type === 'merge_queue')),
    mergeQueueEntry: pull.queued ? showEntry(call, repository, issue) : null,
    timelineItems: ({ itemTypes, ...page }: Page & { itemTypes?: string[] | null }) =>
      connection(
        (pull.queueEvents ?? []).filter(
          ({ kind }) => itemTypes?.includes(`${kind.toUpperCase()}_${kind === 'added' ? 'TO' : 'FROM'}_MERGE_QUEUE_EVENT`) ?? true,
        ),
        page,
        (event) => showQueueEvent(call, repository, issue, event),
      ),
    mergeable: async () => ({ true: 'MERGEABLE', false: 'CONFLICTING', null: 'UNKNOWN' })[String(await mergeable())],
    mergeStateStatus: async () => (await computeMergeability(world, repository, issue)).state.toUpperCase(),
    reviewDecision: () => {
      const { given, requested } = approvalsOf(repository, issue);
      return requested > 0 ? 'CHANGES_REQUESTED' : given > 0 ? 'APPROVED' : null;
    },
    closingIssuesReferences: (page: Page) =>
      connection(
        repository.data.issues.filter((one) => one.pull === null && closing.includes(one.number)),
        page,
        (one) => showIssueNode(call, repository, one),
      ),
    reviewThreads: (page: Page) => connection(rootsOf(repository, issue), page, (root) => showThread(call, repository, root)),
  };
}

type QueueEvent = NonNullable<PullIssue['pull']['queueEvents']>[number];

/** Of the timeline only what is about the merge queue is kept. */
function showQueueEvent(call: Call, repository: Repository, issue: PullIssue, event: QueueEvent): Json {
  return {
    __typename: event.kind === 'added' ? 'AddedToMergeQueueEvent' : 'RemovedFromMergeQueueEvent',
    id: nodeId(event.kind === 'added' ? 'ATMQE' : 'RFMQE', issue.id),
    createdAt: event.at,
    actor: showActor(call.world, event.by),
    reason: event.reason,
    pullRequest: () => showPullNode(call, repository, issue),
  };
}

export function showEntry(call: Call, repository: Repository, issue: PullIssue): Json {
  const waiting = repository.data.issues.filter(isPull).filter(({ pull }) => pull.queued);
  const position = waiting.indexOf(issue) + 1;
  return {
    __typename: 'MergeQueueEntry',
    id: nodeId('MQE', issue.id),
    position,
    state: 'AWAITING_CHECKS',
    enqueuedAt: issue.updatedAt,
    jump: false,
    solo: false,
    pullRequest: () => showPullNode(call, repository, issue),
  };
}

function rootsOf(repository: Repository, issue: PullIssue): ReviewComment[] {
  return repository.data.reviewComments.filter((comment) => comment.pull === issue.number && comment.inReplyTo === null);
}

export function showThread(call: Call, repository: Repository, root: ReviewComment): Json {
  return {
    __typename: 'PullRequestReviewThread',
    id: nodeId('PRRT', root.id),
    isResolved: root.resolvedBy !== null,
    isOutdated: async () => root.commitSha !== (await headSha(repository, root.pull)),
    isCollapsed: root.resolvedBy !== null,
    path: root.path,
    line: root.line,
    originalLine: root.line,
    startLine: root.startLine,
    originalStartLine: root.startLine,
    diffSide: root.side,
    startDiffSide: root.startLine === null ? null : root.side,
    subjectType: root.subject.toUpperCase(),
    resolvedBy: root.resolvedBy === null ? null : showViewer(call.world, root.resolvedBy),
    viewerCanResolve: root.resolvedBy === null,
    viewerCanUnresolve: root.resolvedBy !== null,
    viewerCanReply: true,
    comments: (page: Page) => connection(threadOf(repository, root), page, (comment) => showThreadComment(call, repository, comment)),
  };
}

export function showThreadComment(call: Call, repository: Repository, comment: ReviewComment): Json {
  return {
    __typename: 'PullRequestReviewComment',
    id: nodeId('PRRC', comment.id),
    databaseId: comment.id,
    fullDatabaseId: String(comment.id),
    author: showActor(call.world, comment.author),
    body: comment.body,
    path: comment.path,
    line: comment.line,
    originalLine: comment.line,
    outdated: false,
    createdAt: comment.createdAt,
    updatedAt: comment.updatedAt,
    url: `${htmlUrl(call.world, repository)}/pull/${comment.pull}#discussion_r${comment.id}`,
  };
}

export function pullById(call: Call, id: string): { repository: Repository; issue: PullIssue } {
  const { id: wanted } = parseNodeId(id);
  for (const repository of call.world.repositories.filter((one) => canSee(call, one))) {
    const issue = repository.data.issues.filter(isPull).find((one) => one.id === wanted);
    if (issue !== undefined) return { repository, issue };
  }
  throw refused('NOT_FOUND', `Could not resolve to a node with the global id of '${id}'`);
}

export function threadById(call: Call, id: string): { repository: Repository; root: ReviewComment } {
  const { id: wanted } = parseNodeId(id);
  for (const repository of call.world.repositories.filter((one) => canSee(call, one))) {
    const root = repository.data.reviewComments.find((one) => one.id === wanted);
    if (root !== undefined) return { repository, root };
  }
  throw refused('NOT_FOUND', `Could not resolve to a node with the global id of '${id}'`);
}

export function objectById(call: Call, id: string): Json {
  const { kind } = parseNodeId(id);
  if (kind === 'PR') {
    const { repository, issue } = pullById(call, id);
    return showPullNode(call, repository, issue);
  }
  if (kind === 'PRRT') {
    const { repository, root } = threadById(call, id);
    return showThread(call, repository, root);
  }
  throw refused('NOT_FOUND', `Could not resolve to a node with the global id of '${id}'`);
}
