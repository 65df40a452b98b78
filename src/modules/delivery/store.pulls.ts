import { sql, type Queryable } from '#platform/db/index.ts';
import type { ChecksSummary, PullFacts, TimelineEntry } from './model.pulls.ts';

export interface PullFilter {
  projectId?: string | undefined;
  projectIds?: readonly string[] | undefined;
  repositoryId?: string | undefined;
  state?: 'open' | 'merged' | 'closed' | undefined;
  /** Merged or closed. */
  ended?: boolean | undefined;
  /** `agent`: of a story of ours; `person`: anybody else's, bots included. */
  author?: 'agent' | 'person' | undefined;
  issueId?: string | undefined;
  /** Words of the title in any case, or a number. */
  q?: string | undefined;
  /** Id of the last one seen. */
  after?: string | undefined;
  limit: number;
}

/** What Reeve leaves in every text it writes. */
const OWN = '<!--\\s*reeve:';
const BOT = '\\[bot\\]$';

const eventsOf = sql`e.forge = r.forge and lower(e.repository) = lower(r.name) and e.number = u.number`;

/** Everything of one row that other tables know, each part by an index of its own. */
const PARTS = sql`
  left join work_items w on w.id = u.work_item_id
  left join people_pulls h on h.pull_id = u.id
  left join lateral (
    select e.document -> 'pull' ->> 'author' as author, e.occurred_at from events e
    where ${eventsOf} and e.kind like 'pull.%' and e.document -> 'pull' is not null order by e.occurred_at, e.id limit 1) first on true
  left join lateral (
    select count(*) filter (where c.conclusion = 'success')::int as passed, count(*) filter (where c.conclusion = 'failure')::int as failed,
      count(*) filter (where c.conclusion = 'pending')::int as pending,
      count(*) filter (where c.conclusion in ('cancelled', 'neutral'))::int as other, max(c.created_at) as at
    from (select distinct on (source, name) conclusion, created_at from ci_results
      where repository_id = u.repository_id and head_sha = u.head_sha order by source, name, created_at desc, id desc) c) checks on true
  left join ci_verdicts v on v.pull_id = u.id and v.head_sha = u.head_sha
  left join lateral (
    select id, reviewer, head_sha, findings, created_at, (select count(*)::int from reviews x where x.pull_id = u.id) as rounds
    from reviews where pull_id = u.id order by created_at desc, id desc limit 1) review on true
  left join lateral (
    select jsonb_agg(jsonb_build_object('author', l.author, 'verdict', l.verdict, 'at', l.at) order by l.at) as verdicts from (
      select distinct on (1) e.document -> 'review' ->> 'author' as author, e.document -> 'review' ->> 'verdict' as verdict, e.occurred_at as at
      from events e where ${eventsOf} and e.kind = 'pull.reviewed' and e.document -> 'review' ->> 'verdict' in ('approved', 'changes_requested', 'dismissed')
        and e.document -> 'review' ->> 'author' is distinct from coalesce(h.author, first.author)
        and e.document -> 'review' ->> 'author' !~* ${BOT} and e.document -> 'review' ->> 'body' !~* ${OWN}
      order by 1, e.occurred_at desc, e.id desc) l where l.verdict <> 'dismissed') said on true
  left join lateral (
    select array_agg(distinct o.author) as objectors from pull_objections o where o.pull_id = u.id and not exists (
      select 1 from pull_fixes f where f.pull_id = o.pull_id and f.what = 'reviews' and f.state in ('landed', 'done') and f.asked_at > o.created_at)) obj on true
  left join lateral (
    select what, asked_by as by, asked_at as at from pull_fixes where pull_id = u.id and ended_at is null
    union all select what, coalesce(handle, asked_by), created_at from people_pull_fixes where pull_id = u.id and ended_at is null
    order by 3 limit 1) fix on true
  left join lateral (
    select ended_as, detail, started_at, ended_at from stories where work_item_id = u.work_item_id order by generation desc limit 1) story on true
  left join lateral (
    select a.id, a.kind, a.status, a.created_at, p.needed, cardinality(p.yes_by) as yes, p.asked, p.approvers, p.expires_at
    from actions a left join approvals p on p.id = a.id
    where a.work_item_id = u.work_item_id and a.status in ('pending', 'approved', 'executing')
      and (a.kind = 'ci.retry' or a.kind = 'pr.merge' and a.record -> 'target' ->> 'number' = u.number::text)
    order by a.created_at desc limit 1) act on true
  left join lateral (
    select id, state, submitted_at, closed_reason from change_requests where task_id = u.id order by attempt desc limit 1) entry on entry.closed_reason is null
  left join reviewer_suggestions s on s.pull_id = u.id
  left join lateral (
    select a.id, a.agent, a.role, coalesce(a.started_at, a.created_at) as at from (
      select id from agent_runs where work_item_id = u.work_item_id union select run_id from people_pull_runs where pull_id = u.id) own
      join agent_runs a on a.id = own.id
    where a.outcome is null order by a.id desc limit 1) run on true`;

const COLUMNS = sql`
  u.id, u.work_item_id, u.project_id, u.repository_id, u.number, u.title, u.state, u.draft, u.head_branch, u.base_branch, u.head_sha, u.merge_sha,
  u.url, u.created_at, u.updated_at, j.key as project, r.name as repository, w.number as issue_number, w.title as issue_title,
  coalesce(h.author, first.author) as author, coalesce(first.occurred_at, u.created_at) as opened_at,
  checks.passed, checks.failed, checks.pending, checks.other, checks.at as checked_at, v.verdict, v.at as verdict_at,
  review.id as review_id, review.reviewer, review.head_sha as review_sha, review.findings, review.created_at as review_at, review.rounds,
  said.verdicts, obj.objectors, fix.what as fix_what, fix.by as fix_by, fix.at as fix_at,
  story.ended_as, story.detail as story_detail, story.started_at as story_at, story.ended_at as story_ended_at,
  act.id as action_id, act.kind as action_kind, act.status as action_status, act.created_at as action_at, act.needed, act.yes, act.asked,
  act.approvers, act.expires_at, entry.id as entry_id, entry.state as entry_state, entry.submitted_at as entry_at,
  s.handles, run.id as run_id, run.agent as run_agent, run.role as run_role, run.at as run_at`;

/** Newest first, `limit + 1` rows. */
export async function pullsWithFacts(on: Queryable, filter: PullFilter): Promise<PullFacts[]> {
  const given = (value: string | undefined): string | null => value ?? null;
  const among = filter.projectIds === undefined ? null : [...filter.projectIds];
  const number = /^#?(\d{1,9})$/.exec(filter.q ?? '')?.[1] ?? null;
  const words = filter.q === undefined || number !== null ? null : `%${filter.q.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
  const rows = await on.all(sql<Row>`
    select ${COLUMNS} from pulls u join repositories r on r.id = u.repository_id join projects j on j.id = u.project_id ${PARTS}
    where (${given(filter.projectId)}::text is null or u.project_id = ${given(filter.projectId)})
      and (${among}::text[] is null or u.project_id = any(${among}))
      and (${given(filter.repositoryId)}::text is null or u.repository_id = ${given(filter.repositoryId)})
      and (${given(filter.state)}::text is null or u.state = ${given(filter.state)})
      and (${filter.ended ?? false} = false or u.state <> 'open')
      and (${given(filter.issueId)}::text is null or u.work_item_id = ${given(filter.issueId)})
      and (${given(filter.author)}::text is null or (u.work_item_id is not null) = (${given(filter.author)} = 'agent'))
      and (${number}::int is null or u.number = ${number}::int)
      and (${words}::text is null or u.title ilike ${words} or u.head_branch ilike ${words})
      and (${given(filter.after)}::text is null or u.id < ${given(filter.after)})
    order by u.id desc limit ${filter.limit + 1}`);
  return rows.map(toFacts);
}

export async function pullWithFacts(on: Queryable, id: string): Promise<PullFacts | null> {
  const row = await on.maybe(sql<Row>`
    select ${COLUMNS} from pulls u join repositories r on r.id = u.repository_id join projects j on j.id = u.project_id ${PARTS} where u.id = ${id}`);
  return row === undefined ? null : toFacts(row);
}

type PullPart = PullFacts['pull'];

/** Of a row, what it says of the pull request alone. */
const pullOf = (row: PullPart): PullPart => ({
  id: row.id,
  workItemId: row.workItemId,
  projectId: row.projectId,
  repositoryId: row.repositoryId,
  number: row.number,
  title: row.title,
  state: row.state,
  draft: row.draft,
  headBranch: row.headBranch,
  baseBranch: row.baseBranch,
  headSha: row.headSha,
  mergeSha: row.mergeSha,
  url: row.url,
  createdAt: row.createdAt,
  updatedAt: row.updatedAt,
});

interface Row extends PullPart {
  project: string;
  repository: string;
  issueNumber: number | null;
  issueTitle: string | null;
  author: string | null;
  openedAt: Date;
  passed: number;
  failed: number;
  pending: number;
  other: number;
  checkedAt: Date | null;
  verdict: 'green' | 'red' | null;
  verdictAt: Date | null;
  reviewId: string | null;
  reviewer: string | null;
  reviewSha: string | null;
  findings: Array<{ severity: string; state: string }> | null;
  reviewAt: Date | null;
  rounds: number | null;
  verdicts: Array<{ author: string; verdict: 'approved' | 'changes_requested'; at: string }> | null;
  objectors: string[] | null;
  fixWhat: 'reviews' | 'conflict' | null;
  fixBy: string | null;
  fixAt: Date | null;
  endedAs: string | null;
  storyDetail: string | null;
  storyAt: Date | null;
  storyEndedAt: Date | null;
  actionId: string | null;
  actionKind: 'pr.merge' | 'ci.retry' | null;
  actionStatus: 'pending' | 'approved' | 'executing' | null;
  actionAt: Date | null;
  needed: number | null;
  yes: number | null;
  asked: string | null;
  approvers: string[] | null;
  expiresAt: Date | null;
  entryId: string | null;
  entryState: string | null;
  entryAt: Date | null;
  handles: string[] | null;
  runId: string | null;
  runAgent: string | null;
  runRole: string | null;
  runAt: Date | null;
}

function toFacts(row: Row): PullFacts {
  const { project, repository, issueNumber, issueTitle, author, openedAt } = row;
  return {
    pull: pullOf(row),
    project,
    repository,
    issueNumber,
    issueTitle,
    author,
    openedAt,
    checks: checksOf(row),
    review: reviewOf(row),
    verdicts: (row.verdicts ?? []).map((one) => ({ ...one, at: new Date(one.at) })),
    objectors: row.objectors ?? [],
    fix: row.fixWhat === null || row.fixAt === null ? null : { what: row.fixWhat, by: row.fixBy ?? '', at: row.fixAt },
    story: row.storyAt === null ? null : { endedAs: row.endedAs, detail: row.storyDetail, startedAt: row.storyAt, endedAt: row.storyEndedAt },
    action: actionOf(row),
    entry:
      row.entryId === null || row.entryState === null || row.entryAt === null ? null : { id: row.entryId, state: row.entryState, at: row.entryAt },
    suggested: row.handles ?? [],
    run: row.runId === null || row.runAt === null ? null : { id: row.runId, agent: row.runAgent ?? '', role: row.runRole ?? '', at: row.runAt },
  };
}

function checksOf({ passed, failed, pending, other, verdict, verdictAt, checkedAt }: Row): ChecksSummary {
  return { passed, failed, pending, other, verdict, at: verdictAt ?? checkedAt };
}

function reviewOf({ reviewId, reviewer, reviewSha, reviewAt, rounds, findings }: Row): PullFacts['review'] {
  if (reviewId === null || reviewAt === null) return null;
  const open = (severity: string): number => (findings ?? []).filter((one) => one.state === 'open' && one.severity === severity).length;
  return {
    id: reviewId,
    reviewer: reviewer ?? '',
    headSha: reviewSha ?? '',
    at: reviewAt,
    rounds: rounds ?? 1,
    open: { blocker: open('blocker'), major: open('major'), minor: open('minor'), note: open('note') },
  };
}

function actionOf(row: Row): PullFacts['action'] {
  const { actionId: id, actionKind: kind, actionStatus: status, actionAt: at } = row;
  if (id === null || kind === null || status === null || at === null) return null;
  return {
    id,
    kind,
    status,
    at,
    needed: row.needed ?? 1,
    yes: row.yes ?? 0,
    asked: row.asked,
    approvers: row.approvers ?? [],
    expiresAt: row.expiresAt,
  };
}

/** Everything that is stored of a pull request's way, oldest first, the newest `limit`. */
export function timelineOf(on: Queryable, pullId: string, limit: number): Promise<TimelineEntry[]> {
  return on.all(sql<TimelineEntry>`
    with the as (select u.*, r.forge, r.name as repository from pulls u join repositories r on r.id = u.repository_id where u.id = ${pullId})
    select * from (
      select * from (
        select e.id, case e.kind when 'pull.opened' then 'opened' when 'pull.synchronized' then 'pushed' when 'pull.reviewed' then 'reviewed'
            when 'pull.merged' then 'merged' when 'pull.closed' then 'closed' when 'pull.reopened' then 'reopened'
            when 'pull.thread_resolved' then 'thread_resolved' else 'commented' end as kind,
          e.occurred_at as at, e.document ->> 'actor' as by, coalesce(e.document -> 'review' ->> 'body', e.document -> 'comment' ->> 'body',
            e.document -> 'thread' ->> 'path') as text,
          e.document -> 'review' ->> 'verdict' as state, e.document -> 'pull' ->> 'head_sha' as sha, null::text as run_id, null::text as action_id
        from the u join events e on e.forge = u.forge and lower(e.repository) = lower(u.repository) and e.number = u.number
        where e.kind in ('pull.opened', 'pull.synchronized', 'pull.reviewed', 'pull.merged', 'pull.closed', 'pull.reopened', 'pull.commented',
          'pull.discussed', 'pull.thread_resolved')
        union all
        select v.id, 'agent_review', v.created_at, v.reviewer, v.summary, null, v.head_sha, v.run_id, null from the u join reviews v on v.pull_id = u.id
        union all
        select 'checks:' || v.head_sha, 'checks', v.at, null, null, v.verdict, v.head_sha, null, null from the u join ci_verdicts v on v.pull_id = u.id
        union all
        select 'retry:' || c.head_sha || ':' || c.check_name || ':' || c.number, 'retry', c.created_at, null, c.summary, null, c.head_sha, null, null
        from the u join ci_retries c on c.pull_id = u.id
        union all
        select f.id, 'fix', f.asked_at, f.asked_by, coalesce(f.detail, f.what), f.state, null, null, null from the u join pull_fixes f on f.pull_id = u.id
        union all
        select 'fix:' || f.comment_id, 'fix', f.created_at, coalesce(f.handle, f.asked_by), f.what, case when f.ended_at is null then 'asked' else 'done' end,
          f.fix_sha, f.run_id, null from the u join people_pull_fixes f on f.pull_id = u.id
        union all
        select a.id, 'run', a.created_at, a.agent, a.role || ', attempt ' || a.attempt, a.state, null, a.id, null
        from the u cross join lateral (
          select id from agent_runs where work_item_id = u.work_item_id and created_at >= u.created_at
          union select run_id from people_pull_runs where pull_id = u.id) own join agent_runs a on a.id = own.id
        union all
        select a.id, 'merge_asked', a.created_at, null, null, a.status, null, null, a.id
        from the u join actions a on a.work_item_id = u.work_item_id and a.kind = 'pr.merge' and a.record -> 'target' ->> 'number' = u.number::text
        union all
        select a.id || ':' || v.person_id, 'voted', v.voted_at, v.subject, v.reason, v.decision, null, null, a.id
        from the u join actions a on a.work_item_id = u.work_item_id and a.kind = 'pr.merge' and a.record -> 'target' ->> 'number' = u.number::text
          join approval_votes v on v.approval_id = a.id) every
      order by at desc, id desc limit ${limit}) newest
    order by at, id`);
}

/** The record of its merge; null: not merged, or made before records were. */
export async function complianceRecordOf(on: Queryable, pullId: string): Promise<string | null> {
  const row = await on.maybe(sql<{ id: string }>`select id from compliance_records where pull_id = ${pullId} order by number desc limit 1`);
  return row?.id ?? null;
}
