import { AppError } from '#kernel/errors.ts';
import type { CommentFact, ForgeEvent, IssueFact, PullFact } from '#ports/forge-event.ts';
import type { PullRequest, RepoRef } from '#ports/forge-read.ts';
import type { TrackerIssue } from '#ports/tracker-read.ts';
import type { Comment, Item } from './schema.ts';

/** Name of Reeve itself on the embedded forge: author of what the ports write. */
export const REEVE_LOGIN = 'reeve';

/** Where an issue or pull request can be looked at. */
export type UrlOf = (item: Pick<Item, 'repository' | 'number' | 'kind'>) => string;

export function toUrlOf(publicUrl: string): UrlOf {
  const root = publicUrl.replace(/\/+$/, '');
  return (item) => `${root}/local/${item.repository}/${item.kind === 'issue' ? 'issues' : 'pulls'}/${item.number}`;
}

export function toTrackerIssue(item: Item, urlOf: UrlOf): TrackerIssue {
  const { number, title, body, labels, assignees, author, createdAt, updatedAt, closeReason, endedBy } = item;
  return {
    number,
    title,
    body,
    labels,
    assignees,
    author,
    createdAt,
    updatedAt,
    closeReason,
    closedBy: endedBy,
    externalId: externalIdOf(item),
    state: item.state === 'open' ? 'open' : 'closed',
    url: urlOf(item),
  };
}

/** Lasting and unique over all local repositories: names are never given twice. */
export function externalIdOf(item: Pick<Item, 'repository' | 'number'>): string {
  return `${item.repository}#${item.number}`;
}

/** `head`: where the branch is now; null when it is gone, then the last known head stands. */
export function toPullRequest(item: Item, head: string | null, urlOf: UrlOf): PullRequest {
  const { number, title, body, state, draft, labels, mergeSha } = item;
  return {
    number,
    title,
    body,
    state,
    draft,
    labels,
    mergeSha,
    author: item.author,
    endedBy: item.endedBy,
    headBranch: item.headBranch ?? '',
    baseBranch: item.baseBranch ?? '',
    headSha: (state === 'open' ? head : null) ?? item.headSha ?? '',
    url: urlOf(item),
  };
}

export function toIssueFact(item: Item, urlOf: UrlOf): IssueFact {
  const issue = toTrackerIssue(item, urlOf);
  const { number, title, body, state, labels, assignees, author, url } = issue;
  return {
    number,
    title,
    body,
    state,
    labels,
    assignees,
    author,
    url,
    external_id: issue.externalId,
    close_reason: issue.closeReason,
    created_at: item.createdAt.toISOString(),
    updated_at: item.updatedAt.toISOString(),
  };
}

export function toPullFact(item: Item, urlOf: UrlOf): PullFact {
  const { number, title, body, state, draft, labels, author } = item;
  return {
    number,
    title,
    body,
    state,
    draft,
    labels,
    author,
    head_branch: item.headBranch ?? '',
    base_branch: item.baseBranch ?? '',
    head_sha: item.headSha ?? '',
    merge_sha: item.mergeSha,
    url: urlOf(item),
    updated_at: item.updatedAt.toISOString(),
  };
}

export function toCommentFact(comment: Comment): CommentFact {
  return { id: comment.id, author: comment.author, body: comment.body, created_at: comment.createdAt.toISOString() };
}

type Verb = 'opened' | 'edited' | 'closed' | 'reopened' | 'assigned' | 'labeled' | 'unlabeled' | 'commented' | 'synchronized' | 'merged' | 'reviewed';

/** The event of a change to an item, as a hosted forge would send it. `more` is what the kind carries beside the item. */
export function toItemEvent(item: Item, verb: Verb, actor: string, urlOf: UrlOf, more: Record<string, unknown> = {}): ForgeEvent {
  const repo = { forge: 'local', name: item.repository };
  const subject = item.kind === 'issue' ? { issue: toIssueFact(item, urlOf) } : { pull: toPullFact(item, urlOf) };
  return { kind: `${item.kind}.${verb}`, repo, actor, occurred_at: item.updatedAt.toISOString(), ...subject, ...more } as ForgeEvent;
}

export function toPushEvent(
  repository: string,
  push: { branch: string; before: string | null; after: string | null },
  at: Date,
  actor = REEVE_LOGIN,
): ForgeEvent {
  return { kind: 'push', repo: { forge: 'local', name: repository }, actor, occurred_at: at.toISOString(), ...push };
}

/** A text with its marker hidden in it, the way it would lie on a forge that has no other place for one. */
export function withMarker(body: string, marker: string | null): string {
  if (marker === null) return body;
  if (marker === '' || /--|[<>\n\r]/.test(marker)) {
    throw new AppError('invalid', 'A marker must be one line without "--", "<" and ">".', { code: 'bad_marker' });
  }
  return `${body}\n\n<!-- ${marker} -->`;
}

/** Numbers after a closing word (`Closes #4`, `fixes: #5`), each once, in order. */
export function closingNumbers(text: string): number[] {
  const found = [...text.matchAll(/\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?)\s*:?\s+#(\d{1,9})\b/gi)].map((match) => Number(match[1]));
  return [...new Set(found)];
}

/** The labels after a change, and which of them came and went; a label both added and removed is removed. */
export function changeLabels(
  labels: readonly string[],
  change: { add: readonly string[]; remove: readonly string[] },
): { labels: string[]; added: string[]; removed: string[] } {
  const removed = labels.filter((label) => change.remove.includes(label));
  const added = [...new Set(change.add)].filter((label) => !labels.includes(label) && !change.remove.includes(label));
  return { labels: [...labels.filter((label) => !removed.includes(label)), ...added], added, removed };
}

/** `owner/name` of a local repository; anything else is refused before it can become a path. */
export function checkLocalName(name: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}\/[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(name)) return name;
  throw new AppError('invalid', `${name} is not of the form owner/name.`, { code: 'bad_repository_name' });
}

/** The repository's name when the embedded forge keeps it; AppError refused `not_supported` for a folder, which has no issues or pull requests. */
export function localName(repo: RepoRef): string {
  if (repo.forge === 'local') return checkLocalName(repo.name);
  throw new AppError('refused', `A repository of the kind ${repo.forge} has no issues, pull requests or checks here.`, { code: 'not_supported' });
}
