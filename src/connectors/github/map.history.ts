import { z } from 'zod';
import type { HistoryItem } from '#ports/forge-history.ts';
import { toForgeEvent } from './map.event.ts';

/** A thing as GitHub's REST API lists it: the parts that webhooks carry too, so that the same mapping reads both. */
export type Listed = Readonly<Record<string, unknown>>;

const Instant = z.string().nullish();
const Id = z.union([z.number(), z.bigint(), z.string()]).transform(String);
const Who = z.object({ login: z.string() }).loose().nullish();
const Issue = z.object({ id: Id, created_at: z.string(), updated_at: z.string(), closed_at: Instant, state: z.string(), user: Who, closed_by: Who });
const Pull = z.object({
  id: Id,
  created_at: z.string(),
  updated_at: z.string(),
  closed_at: Instant,
  merged_at: Instant,
  state: z.string(),
  user: Who,
});
const Written = z.object({ id: Id, updated_at: z.string(), user: Who });

/** Who a list does not name did it is told as nobody: nobody's rights follow from it. */
const NOBODY = { login: '', id: null };

interface Told {
  repo: string;
  event: string;
  action: string;
  sender: unknown;
  fields: Listed;
  /** When it happened; the mapping's own instant where it is left out. */
  at?: string | null | undefined;
  key: string;
}

/** One fact by the webhooks' mapping; none for what Reeve does nothing with. */
function tell({ repo, event, action, sender, fields, at, key }: Told): HistoryItem[] {
  const fact = toForgeEvent(event, { action, repository: { full_name: repo }, sender: sender ?? NOBODY, ...fields });
  if (fact.kind === 'ignored') return [];
  return [{ key, event: at === null || at === undefined ? fact : { ...fact, occurred_at: at } }];
}

/** Whether a listed issue is none: pull requests share the list. */
export const isPullInList = (item: Listed): boolean => item['pull_request'] !== undefined && item['pull_request'] !== null;

export function toIssueHistory(repo: string, issue: Listed): HistoryItem[] {
  const { id, created_at, updated_at, closed_at, state, user, closed_by } = Issue.parse(issue);
  const version = Date.parse(updated_at);
  const told = { repo, event: 'issues', fields: { issue } };
  return [
    ...tell({ ...told, action: 'opened', sender: user, at: created_at, key: `issue:${id}:opened:${version}` }),
    ...(state === 'closed' ? tell({ ...told, action: 'closed', sender: closed_by, at: closed_at, key: `issue:${id}:closed:${version}` }) : []),
  ];
}

export function toPullHistory(repo: string, pull: Listed): HistoryItem[] {
  const { id, created_at, updated_at, closed_at, merged_at, state, user } = Pull.parse(pull);
  const version = Date.parse(updated_at);
  const told = { repo, event: 'pull_request', fields: { pull_request: pull } };
  return [
    ...tell({ ...told, action: 'opened', sender: user, at: created_at, key: `pull:${id}:opened:${version}` }),
    // Who merged or closed it a list does not say.
    ...(state === 'closed' ? tell({ ...told, action: 'closed', sender: null, at: merged_at ?? closed_at, key: `pull:${id}:ended:${version}` }) : []),
  ];
}

const Comment = Written.extend({ issue_url: z.string().optional(), pull_request_url: z.string().optional(), html_url: z.string() });

/** A list of comments names their issue by its number alone. */
export function toCommentHistory(repo: string, comment: Listed): HistoryItem[] {
  const { id, updated_at, user, issue_url: issueUrl, pull_request_url: pullUrl, html_url: page } = Comment.parse(comment);
  const number = Number(/\/(?:issues|pulls)\/(\d+)$/.exec(pullUrl ?? issueUrl ?? '')?.[1]);
  if (!Number.isSafeInteger(number) || number < 1) return [];
  const isOfPull = pullUrl !== undefined || /\/pull\/\d+/.test(page);
  const issue = { id: 0, number, title: '', html_url: page, pull_request: {}, created_at: updated_at, updated_at };
  const kind = pullUrl === undefined ? 'comment' : 'review_comment';
  const key = `${kind}:${id}:${Date.parse(updated_at)}`;
  return tell({ repo, event: 'issue_comment', action: 'created', sender: user, fields: { issue, comment }, key }).flatMap((item) => {
    if (item.event.kind !== 'pull.discussed') return [];
    return isOfPull ? [item] : [{ ...item, event: { ...item.event, kind: 'issue.discussed' as const } }];
  });
}

export function toReviewHistory(repo: string, pull: Listed, review: Listed): HistoryItem[] {
  const { id, user, submitted_at } = z.object({ id: Id, user: Who, submitted_at: Instant }).parse(review);
  if (submitted_at === null || submitted_at === undefined) return [];
  const fields = { pull_request: pull, review };
  return tell({ repo, event: 'pull_request_review', action: 'submitted', sender: user, fields, key: `review:${id}:${Date.parse(submitted_at)}` });
}

const Ended = z.object({ id: Id, completed_at: Instant, app: z.object({ slug: z.string().nullish() }).nullish() });

export function toCheckHistory(repo: string, run: Listed): HistoryItem[] {
  const { id, completed_at, app } = Ended.parse(run);
  const slug = app?.slug ?? null;
  const sender = slug === null ? null : { login: `${slug}[bot]` };
  const key = `check:${id}:${Date.parse(completed_at ?? '') || 0}`;
  return tell({ repo, event: 'check_run', action: 'completed', sender, fields: { check_run: run }, key });
}

const Run = z.object({ id: Id, run_attempt: z.number().nullish(), actor: Who });

export function toRunHistory(repo: string, run: Listed): HistoryItem[] {
  const { id, run_attempt, actor } = Run.parse(run);
  const key = `workflow_run:${id}:${run_attempt ?? 1}`;
  return tell({ repo, event: 'workflow_run', action: 'completed', sender: actor, fields: { workflow_run: run }, key });
}

const Release = z.object({ id: Id, draft: z.boolean().nullish(), author: Who });

export function toReleaseHistory(repo: string, release: Listed): HistoryItem[] {
  const { id, draft, author } = Release.parse(release);
  if (draft === true) return [];
  return tell({ repo, event: 'release', action: 'published', sender: author, fields: { release }, key: `release:${id}` });
}

const Deployed = z.object({ id: Id, creator: Who });

export function toDeploymentHistory(repo: string, deployment: Listed, statuses: readonly Listed[]): HistoryItem[] {
  const { id, creator } = Deployed.parse(deployment);
  return [
    ...tell({ repo, event: 'deployment', action: 'created', sender: creator, fields: { deployment }, key: `deployment:${id}` }),
    ...statuses.flatMap((status) => {
      const { id: statusId, creator: by } = Deployed.parse(status);
      const fields = { deployment, deployment_status: status };
      return tell({ repo, event: 'deployment_status', action: 'created', sender: by, fields, key: `deployment:${id}:${statusId}` });
    }),
  ];
}
