import { sql, type Queryable } from '#platform/db/index.ts';

/** Which issues are asked for; what has no member is not narrowed. */
export interface IssueFilter {
  projectId: string | null;
  /** Only what was still under way, or moved, at or after this instant: whatever may have an end event from then on. */
  from: Date | null;
}

export interface IssueRow {
  id: string;
  projectId: string;
  project: string;
  repositoryId: string | null;
  repository: string | null;
}

/** Issues that were handed to agents, the oldest first. */
export function issuesOf(on: Queryable, { projectId, from }: IssueFilter): Promise<IssueRow[]> {
  return on.all(sql<IssueRow>`
    select w.id, w.project_id, p.key as project, w.repository_id, r.name as repository
    from work_items w join projects p on p.id = w.project_id left join repositories r on r.id = w.repository_id
    where (${projectId}::text is null or w.project_id = ${projectId})
      and exists (select 1 from stories s where s.work_item_id = w.id and s.kind = 'issue'
        and (${from}::timestamptz is null or s.ended_at is null or s.ended_at >= ${from}
          or exists (select 1 from pulls u where u.work_item_id = w.id and u.updated_at >= ${from})))
    order by w.id`);
}

type Of = { issueId: string };
type ToldRow = Of & { id: string; at: Date };

export function storiesOf(on: Queryable, ids: readonly string[]) {
  return on.all(sql<Of & { generation: number; startedAt: Date; endedAt: Date | null; endedAs: string | null }>`
    select work_item_id as issue_id, generation, started_at, ended_at, ended_as from stories where work_item_id = any(${ids}) and kind = 'issue'`);
}

/**
 * The ready label of its project put on, or there when the issue was opened; labels are one whatever their case. What was read of an issue later on
 * shows the labels of that day, not those it was opened with.
 */
export function handOvers(on: Queryable, ids: readonly string[]): Promise<ToldRow[]> {
  return on.all(sql<ToldRow>`
    select w.id as issue_id, e.id, e.occurred_at as at
    from work_items w join projects p on p.id = w.project_id join repositories r on r.id = w.repository_id
      join events e on e.forge = r.forge and lower(e.repository) = lower(r.name) and e.number = w.number
    where w.id = any(${ids}) and (
      (e.kind = 'issue.labeled' and lower(e.document ->> 'label') = lower(coalesce(p.settings ->> 'readyLabel', 'AI-Ready')))
      or (e.kind = 'issue.opened' and not e.backfilled and exists (select 1 from jsonb_array_elements_text(e.document -> 'issue' -> 'labels') label
        where lower(label) = lower(coalesce(p.settings ->> 'readyLabel', 'AI-Ready')))))`);
}

/** When people merged it after its last story had ended. */
export function mergedLater(on: Queryable, ids: readonly string[]): Promise<Array<Of & { at: Date }>> {
  return on.all(sql<Of & { at: Date }>`
    select l.work_item_id as issue_id, min(l.occurred_at) as at from ledger_entries l
    where l.work_item_id = any(${ids}) and l.kind = 'work_item.merged'
      and l.occurred_at >= (select max(s.ended_at) from stories s where s.work_item_id = l.work_item_id)
    group by l.work_item_id`);
}

export function shadowedOf(on: Queryable, ids: readonly string[]): Promise<Array<Of & { at: Date }>> {
  return on.all(sql<Of & { at: Date }>`
    select work_item_id as issue_id, min(created_at) as at from actions where work_item_id = any(${ids}) and status = 'shadowed' group by work_item_id`);
}

/** Opened as the forge told it; where no event of it came, as it was recorded. */
export function pullsOf(on: Queryable, ids: readonly string[]): Promise<Array<Of & { id: string; openedAt: Date }>> {
  return on.all(sql<Of & { id: string; openedAt: Date }>`
    select u.work_item_id as issue_id, u.id, coalesce((
      select min(e.occurred_at) from events e
      where e.forge = r.forge and lower(e.repository) = lower(r.name) and e.number = u.number and e.kind = 'pull.opened'), u.created_at) as opened_at
    from pulls u join repositories r on r.id = u.repository_id where u.work_item_id = any(${ids})`);
}

type OfPull = { pullId: string };

export function verdictsOf(on: Queryable, pullIds: readonly string[]) {
  return on.all(sql<OfPull & { sha: string; verdict: 'green' | 'red'; at: Date }>`
    select pull_id, head_sha as sha, verdict, at from ci_verdicts where pull_id = any(${pullIds})`);
}

/** Names that no person has: apps on GitHub end so, and of some of what is read later on nobody says who did it. */
const NO_PERSON = '^$|\\[bot\\]$';
/** What Reeve leaves in every text it writes. */
const OWN = '<!--\\s*reeve:';

/**
 * What people did to a pull request on the forge, as events tell it: the author of a pull request never reviews it, and neither do bots or
 * Reeve itself.
 */
const peopleOnPulls = sql`
  select u.id as pull_id, e.id, e.kind, e.document, e.occurred_at as at
  from pulls u join repositories r on r.id = u.repository_id
    join events e on e.forge = r.forge and lower(e.repository) = lower(r.name) and e.number = u.number and e.kind like 'pull.%'
  where e.document ->> 'actor' !~* ${NO_PERSON}
    and e.document ->> 'actor' <> coalesce((
      select (array_agg(o.document -> 'pull' ->> 'author' order by o.id))[1] from events o
      where o.forge = r.forge and lower(o.repository) = lower(r.name) and o.number = u.number and o.kind like 'pull.%' and o.document -> 'pull' is not null), '')`;

/** A person opened or asked about the approval of the merge, or wrote about the diff. */
export function looksOf(on: Queryable, pullIds: readonly string[]): Promise<Array<OfPull & { id: string; at: Date }>> {
  return on.all(sql<OfPull & { id: string; at: Date }>`
    with merges as (${mergesOf(pullIds)})
    select m.pull_id, l.approval_id as id, l.at from merges m join approval_looks l on l.approval_id = m.id
    union all
    select m.pull_id, n.approval_id, n.noted_at from merges m join approval_notes n on n.approval_id = m.id
    where n.kind in ('question', 'answer') and n.by like 'person:%'
    union all
    select d.pull_id, d.id, d.at from (${peopleOnPulls}) d
    where d.pull_id = any(${pullIds}) and (d.kind = 'pull.reviewed' and d.document -> 'review' ->> 'verdict' = 'commented' and d.document -> 'review' ->> 'body' !~* ${OWN}
      or d.kind in ('pull.commented', 'pull.discussed') and d.document -> 'comment' ->> 'body' !~* ${OWN})`);
}

/** A person voted on the merge, reviewed with a verdict, or merged or closed by hand. */
export function decisionsOf(on: Queryable, pullIds: readonly string[]): Promise<Array<OfPull & { id: string; at: Date }>> {
  return on.all(sql<OfPull & { id: string; at: Date }>`
    with merges as (${mergesOf(pullIds)})
    select m.pull_id, v.approval_id as id, v.voted_at as at from merges m join approval_votes v on v.approval_id = m.id
    union all
    select d.pull_id, d.id, d.at from (${peopleOnPulls}) d
    where d.pull_id = any(${pullIds}) and (d.kind in ('pull.merged', 'pull.closed')
      or d.kind = 'pull.reviewed' and d.document -> 'review' ->> 'verdict' in ('approved', 'changes_requested') and d.document -> 'review' ->> 'body' !~* ${OWN})`);
}

const mergesOf = (pullIds: readonly string[]) => sql`
  select u.id as pull_id, a.id from pulls u join actions a on a.work_item_id = u.work_item_id and a.kind = 'pr.merge'
    and a.record -> 'target' ->> 'number' = u.number::text
  where u.id = any(${pullIds})`;

/**
 * Commits on the branch that were made by somebody else: a task that a person did, commits that the queue found there, and heads that the forge
 * told of which Reeve never pushed.
 */
export function personCommitsOf(on: Queryable, ids: readonly string[]): Promise<ToldRow[]> {
  return on.all(sql<ToldRow>`
    select work_item_id as issue_id, id, landed_at as at from change_requests
    where work_item_id = any(${ids}) and state = 'landed' and submitted_by like 'person:%'
    union all
    select u.work_item_id, u.id, m.at from pulls u join queue_target_moves m on m.repository_id = u.repository_id and m.target = u.head_branch
    where u.work_item_id = any(${ids}) and not exists (select 1 from own_commits o where o.repository_id = m.repository_id and o.sha = m.to_commit)
    union all
    select u.work_item_id, e.id, e.occurred_at
    from pulls u join repositories r on r.id = u.repository_id
      join events e on e.forge = r.forge and lower(e.repository) = lower(r.name) and e.number = u.number and e.kind = 'pull.synchronized'
    where u.work_item_id = any(${ids}) and e.document ->> 'actor' !~* ${NO_PERSON}
      and not exists (select 1 from actions a where a.work_item_id = u.work_item_id and a.kind = 'branch.push'
        and a.record -> 'args' ->> 'sha' = e.document -> 'pull' ->> 'head_sha')`);
}

/** Runs that write code, with what each was begun for. */
export function runsOf(on: Queryable, ids: readonly string[]) {
  return on.all(sql<Of & { id: string; agent: string; attempt: number; cause: 'first' | 'red_ci' | 'other'; at: Date }>`
    select a.work_item_id as issue_id, a.id, a.agent, a.attempt, a.created_at as at,
      case when a.attempt = 1 then 'first'
        when exists (select 1 from ci_retries c where c.task_id = a.task_id and c.first_attempt = a.attempt) then 'red_ci' else 'other' end as cause
    from agent_runs a where a.work_item_id = any(${ids}) and a.role in ('coder', 'tester')`);
}

/** Times people were asked because the machine did not come further. */
export function askedOf(on: Queryable, ids: readonly string[]): Promise<Array<ToldRow & { kind: 'ci_retry' | 'question' }>> {
  return on.all(sql<ToldRow & { kind: 'ci_retry' | 'question' }>`
    select work_item_id as issue_id, id, created_at as at, 'ci_retry' as kind from actions where work_item_id = any(${ids}) and kind = 'ci.retry'
    union all
    select work_item_id, id, asked_at, 'question' from agent_questions where work_item_id = any(${ids})`);
}

/** The repositories that were registered first. */
export async function firstRepositories(on: Queryable, most: number): Promise<string[]> {
  return (await on.all(sql<{ id: string }>`select id from repositories order by id limit ${most}`)).map(({ id }) => id);
}
