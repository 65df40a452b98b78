import { sql, type Queryable, type Statement } from '#platform/db/index.ts';
import type { Names, Row, TimelineFilter } from './model.ts';

/** Ledger kinds that only tell how something came about that another entry tells. */
const DETAIL_KINDS = [
  'action.approved',
  'action.started',
  'action.superseded',
  'compliance.recorded',
  'job.started',
  'model.called',
  'plan.approved',
  'plan.submitted',
  'plan.superseded',
  'pull.fix_begun',
  'question.withdrawn',
  'run.checking',
  'run.handed_back',
  'run.preparing',
  'run.queued',
  'task.added',
  'task.changed',
  'task.dropped',
  'task.planned',
  'task.ready',
  'task.running',
  'task.submitted',
  'work_item.awaiting_approval',
  'work_item.awaiting_merge',
  'work_item.changed',
  'work_item.created',
  'work_item.in_progress',
  'work_item.in_review',
  'work_item.planned',
  'work_item.triaged',
];

/** Effects that people would tell of; the others are Reeve's own housekeeping. */
const TOLD_EFFECTS = [
  'issue.comment.questions',
  'issue.close',
  'issue.assign',
  'branch.push',
  'pr.create',
  'pr.merge',
  'pr.close',
  'pr.revert',
  'ci.rerun',
  'release.changelog',
];

/** Facts of the forge that change the story; the rest (labels, edits, pushes) is told as detail. */
const TOLD_EVENTS = [
  'issue.opened',
  'issue.closed',
  'issue.reopened',
  'issue.commented',
  'pull.closed',
  'pull.merged',
  'pull.reopened',
  'pull.reviewed',
  'pull.commented',
];

/** Position of a row in the order of a story. */
export interface Position {
  exact: string;
  rank: number;
  id: string;
}

/**
 * Rows of one issue's story in order, one more than asked for. A read model over what intake, the ledger, delivery and reviews stored;
 * `own`: logins under which Reeve itself writes on the forge, whose deeds the ledger tells already. Each part is found by an index on the issue.
 */
export function storyRows(on: Queryable, filter: TimelineFilter, own: readonly string[], after: Position | null): Promise<Row[]> {
  const direction = sql.raw(filter.order === 'newest' ? 'desc' : 'asc');
  const level = filter.level ?? null;
  const stages = filter.stages === undefined ? null : [...filter.stages];
  return on.all(sql<Row>`
    with parts as (
      ${ledgerPart(filter.workItemId)} union all ${eventPart(filter.workItemId, own)} union all ${ciPart(filter.workItemId)}
      union all ${reviewPart(filter.workItemId)}
    )
    select source, id, at, to_char(at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as exact, kind, subject, actor, payload, stage, main from parts
    where (${level}::text is null or main = (${level} = 'main'))
      and (${stages}::text[] is null or stage = any(${stages}))
      and ${beyond(filter.order, after)}
    order by at ${direction}, rank ${direction}, id ${direction} limit ${filter.limit + 1}`);
}

function beyond(order: TimelineFilter['order'], after: Position | null): Statement<unknown> {
  if (after === null) return sql`true`;
  const { exact, rank, id } = after;
  return sql`(at, rank, id) ${sql.raw(order === 'newest' ? '<' : '>')} (${exact}::timestamptz, ${rank}::int, ${id}::text)`;
}

/** The ledger's numbers are padded, so that they sort as text beside ids. */
function ledgerPart(workItemId: string): Statement<unknown> {
  return sql`
    select 'ledger' as source, 1 as rank, lpad(l.seq::text, 20, '0') as id, l.occurred_at as at, l.kind, l.subject, l.actor, l.payload, ${LEDGER_STAGE} as stage,
      (case
        when l.kind = 'action.proposed' then l.payload ->> 'answer' in ('ask', 'approval')
        when l.kind = 'action.executed' then l.payload ->> 'kind' = any(${TOLD_EFFECTS}::text[])
        when l.kind in ('work_item.merged', 'work_item.declined', 'work_item.duplicate', 'work_item.failed') then not ${TOLD_BY_STORY}
        when l.kind in ('change_request.closed', 'change_request.reopened') then false
        when l.kind in ('change_request.quarantined', 'change_request.requeued') or (l.kind like 'change_request.%' and l.actor like 'person:%') then true
        when l.kind like 'change_request.%' then not exists (select from change_requests c where c.id = l.subject and c.task_id like 'pull\_%')
        else l.kind <> all(${DETAIL_KINDS}::text[]) end) as main
    from ledger_entries l where l.work_item_id = ${workItemId}`;
}

/** An end of the story says the same end of the issue, before or after, and nothing was begun anew or went on in between. */
const TOLD_BY_STORY = sql`exists (
  select from ledger_entries s where s.work_item_id = l.work_item_id and s.kind = 'story.ended'
    and l.kind = 'work_item.' || (case s.payload ->> 'as' when 'landed' then 'merged' when 'left_to_people' then 'declined' else s.payload ->> 'as' end)
    and not exists (
      select from ledger_entries b where b.work_item_id = l.work_item_id and b.seq > least(l.seq, s.seq) and b.seq < greatest(l.seq, s.seq)
        and (b.kind = 'story.started' or (b.kind like 'work\_item.%' and b.kind <> 'work_item.changed'))))`;

/** By what an entry is about; must name each of STAGES that the ledger tells of. */
const LEDGER_STAGE = sql`(case
  when l.kind like 'approval.%' or (l.kind = 'action.proposed' and l.payload ->> 'answer' in ('ask', 'approval')) then 'approval'
  when l.kind like 'action.%' and l.payload ->> 'kind' like 'pr.%' then 'pull'
  when l.kind like 'action.%' or l.kind like 'breakglass.%' or l.kind = 'proposal.refused' then 'action'
  when l.kind like 'triage.%' then 'triage'
  when l.kind like 'plan.%' then 'plan'
  when l.kind like 'task.%' then 'task'
  when l.kind like 'run.%' or l.kind in ('job.started', 'model.called') then 'run'
  when l.kind like 'change_request.%' or l.kind like 'queue\_%' then 'change_request'
  when l.kind like 'ci.%' or l.kind = 'landing.turned_red' then 'ci'
  when l.kind like 'pull.%' then 'review'
  when l.kind like 'question.%' then 'question'
  when l.kind like 'compliance.%' then 'record'
  when l.kind like 'story.%' then 'story'
  else 'issue' end)`;

/** What the forge said about the issue, and about pull requests that Reeve made for it. */
function eventPart(workItemId: string, own: readonly string[]): Statement<unknown> {
  return sql`
    select 'event', 0, e.id, e.occurred_at, e.kind, e.id, coalesce(e.forge || ':' || nullif(e.document ->> 'actor', ''), 'forge'), jsonb_build_object(
        'number', e.number, 'label', e.document -> 'label', 'verdict', e.document -> 'review' -> 'verdict',
        'text', left(coalesce(e.document -> 'comment' ->> 'body', e.document -> 'review' ->> 'body'), 4000),
        'url', coalesce(e.document -> 'comment' ->> 'url', e.document -> 'issue' ->> 'url', e.document -> 'pull' ->> 'url')),
      case when e.kind = 'pull.reviewed' then 'review' when e.kind like 'pull.%' then 'pull' else 'issue' end,
      (e.kind = any(${TOLD_EVENTS}::text[])
        or (e.kind in ('issue.labeled', 'issue.unlabeled') and lower(e.document ->> 'label') = lower(coalesce(p.settings ->> 'readyLabel', 'AI-Ready'))))
        and coalesce(e.document ->> 'actor', '') <> all(${[...own]}::text[])
    from work_items w join projects p on p.id = w.project_id join repositories r on r.id = w.repository_id
      join events e on e.forge = r.forge and lower(e.repository) = lower(r.name)
        and e.number in (select w.number union select u.number from pulls u where u.work_item_id = w.id and u.repository_id = r.id)
    where w.id = ${workItemId} and e.kind is not null`;
}

function ciPart(workItemId: string): Statement<unknown> {
  return sql`
    select 'ci', 2, c.id, c.created_at, 'ci.' || c.conclusion, coalesce(c.pull_id, c.id), c.source,
      jsonb_build_object('name', c.name, 'conclusion', c.conclusion, 'head_sha', c.head_sha, 'text', left(c.summary, 4000)), 'ci', c.conclusion <> 'pending'
    from ci_results c where c.work_item_id = ${workItemId}`;
}

function reviewPart(workItemId: string): Statement<unknown> {
  return sql`
    select 'review', 3, v.id, v.created_at, 'review.written', v.pull_id, 'agent:' || v.reviewer,
      jsonb_build_object('run_id', v.run_id, 'head_sha', v.head_sha, 'text', left(v.summary, 4000), 'findings', v.findings), 'review', true
    from pulls u join reviews v on v.pull_id = u.id where u.work_item_id = ${workItemId}`;
}

/** Titles of its tasks and its pull requests, in two statements. */
export async function namesOf(on: Queryable, workItemId: string): Promise<Names> {
  const tasks = await on.all(sql<{ id: string; title: string }>`select id, title from tasks where work_item_id = ${workItemId}`);
  const pulls = await on.all(sql<{ id: string; number: number; url: string }>`
    select id, number, url from pulls where work_item_id = ${workItemId} order by id`);
  return { tasks: new Map(tasks.map(({ id, title }) => [id, title])), pulls: new Map(pulls.map((pull) => [pull.id, pull])) };
}

/** Forge of the repository; null: it has none. Undefined: there is no such issue. */
export async function forgeOf(on: Queryable, workItemId: string): Promise<string | null | undefined> {
  const row = await on.maybe(sql<{ forge: string | null }>`
    select r.forge from work_items w left join repositories r on r.id = w.repository_id where w.id = ${workItemId}`);
  return row === undefined ? undefined : row.forge;
}
