import { sql, type Queryable, type Statement } from '#platform/db/index.ts';
import type { EntryState } from '#modules/change-requests/index.ts';
import type { JsonValue } from '#kernel/json.ts';
import type { LandingFilter, PlaceFilter, TargetItem } from './model.lists.ts';
import type { RollbackRow } from './store.history.ts';

/** Rows of a list name their change request and where it came from; contents of files, which may be megabytes, stay where they are. */
export interface ListedRow {
  id: string;
  projectId: string;
  repositoryId: string;
  repo: string | null;
  target: string;
  onMain: boolean;
  taskId: string;
  attempt: number;
  state: EntryState;
  /** JSON texts: the document may hold what cannot be taken out of it as text (NUL, unpaired surrogates). */
  summary: string;
  reverts: string | null;
  rung: string | null;
  submittedBy: string;
  submittedAt: Date;
  issueId: string | null;
  issueNumber: number | null;
  issueTitle: string | null;
  issueUrl: string | null;
  runId: string | null;
  agent: string | null;
}

const listed =
  sql.raw(`entry.id, entry.project_id, entry.repository_id, repository.name as repo, entry.target, entry.target = repository.default_branch as on_main, entry.task_id, entry.attempt, entry.state,
  (entry.document -> 'summary')::text as summary, (entry.document -> 'intent' -> 'reverts')::text as reverts, entry.rung, entry.submitted_by, entry.submitted_at,
  issue.id as issue_id, issue.number as issue_number, issue.title as issue_title, issue.url as issue_url, run.id as run_id, run.agent`);

const origins = sql.raw(`join repositories repository on repository.id = entry.repository_id
  left join work_items issue on issue.id = entry.work_item_id
  left join lateral (
    select made.id, made.agent from agent_runs made
    where made.task_id = entry.task_id and made.change_request_id = entry.id order by made.id desc limit 1
  ) run on true`);

/** Narrows by place; `prefix` names the table whose columns these are. */
function within(prefix: string, { projectId, projectIds, repositoryId, target }: PlaceFilter): Statement<unknown> {
  const column = (name: string): Statement<unknown> => sql.raw(`${prefix}.${name}`);
  const conditions = [sql`true`];
  if (projectId !== undefined)
    conditions.push(sql`${column('project_id')} = (select id from projects where id = ${projectId} or key = ${projectId})`);
  if (projectIds !== undefined) conditions.push(sql`${column('project_id')} = any(${[...projectIds]})`);
  if (repositoryId !== undefined)
    conditions.push(sql`${column('repository_id')} in (select id from repositories where id = ${repositoryId} or name = ${repositoryId})`);
  if (target !== undefined) conditions.push(sql`${column('target')} = ${target}`);
  return sql.join(conditions, sql` and `);
}

export type LandingRow = ListedRow & {
  ordinal: number;
  event: 'landed' | 'reverted';
  at: Date;
  commit: string | null;
  tree: string | null;
  verifiedTree: string | null;
};

/** Of landings: the queue did not take it back later. The journal keeps what happened, so both rows stand in it. */
const STANDS = sql`not exists (
  select from change_request_journal back
  where back.change_request_id = journal.change_request_id and back.version > journal.version and back.event = 'reverted')`;

/** Landings and landings taken back, newest first, before a place in the journal; of these places only, where they are named. */
export async function listLandingRows(
  on: Queryable,
  filter: Omit<LandingFilter, 'cursor'> & { before: number | null; ordinals?: readonly number[] },
): Promise<LandingRow[]> {
  const { before, ordinals, event, from, to } = filter;
  const conditions = [sql`journal.event in ('landed', 'reverted')`, within('entry', filter)];
  if (before !== null) conditions.push(sql`journal.ordinal < ${before}`);
  if (ordinals !== undefined) conditions.push(sql`journal.ordinal = any(${[...ordinals]}::bigint[])`);
  if (event !== undefined) conditions.push(sql`journal.event = ${event}`);
  if (event === 'landed') conditions.push(STANDS);
  // By time first: in the order of places the journal would be walked back to the window, however long ago that was.
  if (from !== undefined || to !== undefined)
    conditions.push(sql`journal.ordinal = any(array(
      select moment.ordinal from change_request_journal moment
      where moment.event in ('landed', 'reverted') and moment.at >= ${from ?? '-infinity'}::timestamptz and moment.at < ${to ?? 'infinity'}::timestamptz))`);
  return on.all(sql<LandingRow>`
    select ${listed}, journal.ordinal, journal.event, journal.at, (journal.detail -> 'commit')::text as commit, (journal.detail -> 'tree')::text as tree,
      (journal.detail -> 'verified_tree')::text as verified_tree
    from change_request_journal journal
    join change_requests entry on entry.id = journal.change_request_id
    ${origins}
    where ${sql.join(conditions, sql` and `)}
    order by journal.ordinal desc limit ${filter.limit}`);
}

/** Places in the journal of the newest `most` landings from `since` on that stand; newest first, no document read. */
export async function landedPlaces(on: Queryable, filter: PlaceFilter & { since: Date; most: number }): Promise<number[]> {
  const rows = await on.all(sql<{ ordinal: number }>`
    select journal.ordinal from change_request_journal journal join change_requests entry on entry.id = journal.change_request_id
    where journal.event = 'landed' and journal.at >= ${filter.since} and ${STANDS} and ${within('entry', filter)}
    order by journal.ordinal desc limit ${filter.most}`);
  return rows.map(({ ordinal }) => ordinal);
}

/** Whether anything stands landed that was handed in without an issue. */
export async function hasLandedAlone(on: Queryable): Promise<boolean> {
  return (
    (await on.maybe(sql<{ one: number }>`select 1 as one from change_requests where state = 'landed' and work_item_id is null limit 1`)) !== undefined
  );
}

/** By entry: the checks of the run that let it pass last. */
export async function listPassedChecks(on: Queryable, ids: readonly string[]): Promise<Map<string, JsonValue>> {
  if (ids.length === 0) return new Map();
  const rows = await on.all(sql<{ changeRequestId: string; checks: JsonValue }>`
    select distinct on (change_request_id) change_request_id, detail -> 'checks' as checks from change_request_journal
    where event = 'verified' and change_request_id = any(${[...ids]}) and detail -> 'checks' is not null
    order by change_request_id, version desc`);
  return new Map(rows.map((row) => [row.changeRequestId, row.checks]));
}

export type RollbackListRow = Omit<RollbackRow, 'document' | 'documentSha256'> & { repo: string | null; entryState: EntryState | null };

const rollbackColumns =
  sql.raw(`undo.id, undo.kind, undo.project_id, undo.repository_id, undo.target, undo.rolls_back, undo.action_id, undo.state, undo.detail,
  undo.change_request_id, undo.requested_by, undo.reason, undo.created_at, undo.updated_at, repository.name as repo, entry.state as entry_state`);
const rollbackTables = sql.raw(`queue_rollbacks undo join repositories repository on repository.id = undo.repository_id
  left join change_requests entry on entry.id = undo.change_request_id`);

/** Rollbacks of any of these, newest first. */
export async function listRollbacksOfMany(on: Queryable, ids: readonly string[]): Promise<RollbackListRow[]> {
  if (ids.length === 0) return [];
  return on.all(sql<RollbackListRow>`
    select ${rollbackColumns} from ${rollbackTables} where jsonb_exists_any(undo.rolls_back, ${[...ids]}) order by undo.created_at desc, undo.id desc`);
}

/** Newest first, by id: ids are made in the order of time. */
export async function listRollbackRows(on: Queryable, filter: PlaceFilter & { before: string | null; limit: number }): Promise<RollbackListRow[]> {
  return on.all(sql<RollbackListRow>`
    select ${rollbackColumns} from ${rollbackTables}
    where (${filter.before}::text is null or undo.id < ${filter.before}) and ${within('undo', filter)}
    order by undo.id desc limit ${filter.limit}`);
}

export type QuarantinedRow = ListedRow & {
  kind: string;
  lastError: string | null;
  /** JSON texts. */
  names: string[];
  since: Date;
  retries: number;
  supersededBy: string | null;
};

const WAITS_ASIDE = sql`entry.state = 'quarantined' and entry.closed_reason is null`;

/** The newest `most` that wait for a person's decision and that no later attempt took the place of, the one set aside first at the front; no document read. */
export async function standingAside(on: Queryable, filter: PlaceFilter & { most: number }): Promise<string[]> {
  const rows = await on.all(sql<{ id: string }>`
    select newest.id from (
      select entry.id, entry.updated_at from change_requests entry
      where ${WAITS_ASIDE} and ${within('entry', filter)} and not exists (
        select from change_requests later
        where later.task_id = entry.task_id and later.repository_id = entry.repository_id and later.attempt > entry.attempt)
      order by entry.id desc limit ${filter.most}
    ) newest order by newest.updated_at, newest.id`);
  return rows.map(({ id }) => id);
}

/** What was set aside and waits for a person's decision, newest id first; of these only, where they are named. */
export async function listQuarantinedRows(
  on: Queryable,
  filter: PlaceFilter & { before: string | null; limit: number; ids?: readonly string[] },
): Promise<QuarantinedRow[]> {
  const named = filter.ids === undefined ? sql`true` : sql`entry.id = any(${[...filter.ids]})`;
  return on.all(sql<QuarantinedRow>`
    select ${listed}, (entry.quarantine -> 'kind')::text as kind, entry.last_error, entry.updated_at as since, entry.retries,
      array(
        select coalesce(item -> 'path', item -> 'name')::text
        from json_array_elements(coalesce(entry.quarantine -> 'conflicts', entry.quarantine -> 'checks', '[]'::json)) as item limit 100
      ) as names,
      (select later.id from change_requests later
       where later.task_id = entry.task_id and later.repository_id = entry.repository_id and later.attempt > entry.attempt
       order by later.attempt desc limit 1) as superseded_by
    from change_requests entry
    ${origins}
    where ${WAITS_ASIDE} and (${filter.before}::text is null or entry.id < ${filter.before}) and ${named} and ${within('entry', filter)}
    order by entry.id desc limit ${filter.limit}`);
}

/** A place in the list of targets: the last value each of them is sorted by. */
export interface TargetPlace {
  activeAt: Date;
  repositoryId: string;
  target: string;
}

/** Branches something was submitted to, the one with the newest transition first. `text`: part of a branch's or repository's name. */
export async function listTargetRows(
  on: Queryable,
  filter: PlaceFilter & { text?: string | undefined; after: TargetPlace | null; limit: number },
): Promise<TargetItem[]> {
  const { after } = filter;
  return on.all(sql<TargetItem>`
    select seen.*, repository.name as repo, coalesce(held.control, 'running') as control, held.control_by, held.control_reason, held.control_at
    from (
      select entry.repository_id, entry.target, min(entry.project_id) as project_id, date_trunc('milliseconds', max(entry.updated_at)) as active_at, max(entry.landed_at) as last_landed_at,
        count(*) filter (where entry.state in ('queued', 'merging', 'verifying', 'publishing'))::int as waiting,
        count(*) filter (where ${WAITS_ASIDE})::int as quarantined, count(*) filter (where entry.state = 'landed')::int as landed
      from change_requests entry where ${within('entry', filter)} group by entry.repository_id, entry.target
    ) seen
    join repositories repository on repository.id = seen.repository_id
    left join queue_targets held on held.repository_id = seen.repository_id and held.target = seen.target
    where (${filter.text ?? null}::text is null or strpos(lower(repository.name || ' ' || seen.target), lower(${filter.text ?? ''})) > 0)
      and (${after?.activeAt ?? null}::timestamptz is null
        or (seen.active_at, seen.repository_id, seen.target) < (${after?.activeAt ?? null}::timestamptz, ${after?.repositoryId ?? ''}, ${after?.target ?? ''}))
    order by seen.active_at desc, seen.repository_id desc, seen.target desc limit ${filter.limit}`);
}

export { within };
