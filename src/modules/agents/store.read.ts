import { sql, type Queryable } from '#platform/db/index.ts';
import type { LogFilter, LogSegment, RunFilter, RunRequest, RunState, RunStateEntry } from './model.ts';
import type { RunRow } from './store.ts';

/** Everything but the outcome, which holds whole files: lists and watchers must not carry it. */
const SHOWN = sql`id, task_id, work_item_id, project_id, repository_id, agent, role, attempt, base_ref, target, feedback, state, failure, detail,
  base_commit, branch, sandbox, sealed, input_tokens, output_tokens, cost_micros, checks, change_request_id, prompt_hash, prompt_version,
  execution, host, process_id, process_mark, heartbeat_at, stop_requested_at, stop_requested_by, kept_ref, kept_patch, created_at, started_at, ended_at`;

export async function showRun(on: Queryable, id: string): Promise<Omit<RunRow, 'outcome'> | undefined> {
  return on.maybe(sql<Omit<RunRow, 'outcome'>>`select ${SHOWN} from agent_runs where id = ${id}`);
}

/** How far a run is, for those who look often. */
export async function progressOf(on: Queryable, id: string): Promise<{ state: RunState; heartbeatAt: Date | null } | undefined> {
  return on.maybe(sql<{ state: RunState; heartbeatAt: Date | null }>`select state, heartbeat_at from agent_runs where id = ${id}`);
}

/** Newest first, `limit + 1` rows before the id `before`. */
export async function listRuns(
  on: Queryable,
  filter: RunFilter,
  page: { limit: number; before: string | null },
): Promise<Array<Omit<RunRow, 'outcome'>>> {
  const given = (value: string | undefined) => value ?? null;
  const among = filter.projectIds === undefined ? null : [...filter.projectIds];
  return on.all(sql<Omit<RunRow, 'outcome'>>`
    select ${SHOWN} from agent_runs
    where (${page.before}::text is null or id < ${page.before})
      and (${given(filter.projectId)}::text is null or project_id = ${given(filter.projectId)})
      and (${among}::text[] is null or project_id = any(${among}))
      and (${given(filter.workItemId)}::text is null or work_item_id = ${given(filter.workItemId)})
      and (${given(filter.taskId)}::text is null or task_id = ${given(filter.taskId)})
      and (${given(filter.agent)}::text is null or agent = ${given(filter.agent)})
      and (${given(filter.role)}::text is null or role = ${given(filter.role)})
      and (${given(filter.state)}::text is null or state = ${given(filter.state)})
      and (${filter.active ?? null}::boolean is null or (outcome is null) = ${filter.active ?? null})
    order by id desc limit ${page.limit + 1}`);
}

/** The unfinished run of the same work, role and attempt, when there is one. */
export async function openRunLike(on: Queryable, like: Pick<RunRequest, 'taskId' | 'workItemId' | 'role' | 'attempt'>): Promise<RunRow | undefined> {
  // What belongs to no work item is told apart by its id alone.
  if (like.workItemId === null) return undefined;
  return on.maybe(sql<RunRow>`
    select * from agent_runs where work_item_id = ${like.workItemId} and task_id is not distinct from ${like.taskId}
      and role = ${like.role} and attempt = ${like.attempt} and outcome is null`);
}

export async function statesOf(on: Queryable, runId: string): Promise<RunStateEntry[]> {
  return on.all(sql<RunStateEntry>`select execution, state, at from agent_run_states where run_id = ${runId} order by position`);
}

/** Segments that overlap a span of time, in the order of their keys; `after` is the last one seen. */
export async function listSegments(
  on: Queryable,
  filter: LogFilter,
  page: { limit: number; after: { runId: string; firstLine: number } | null },
): Promise<LogSegment[]> {
  const { after } = page;
  return on.all(sql<LogSegment>`
    select * from agent_log_segments
    where (${filter.runId ?? null}::text is null or run_id = ${filter.runId ?? null})
      and (${filter.from ?? null}::timestamptz is null or last_at >= ${filter.from ?? null})
      and (${filter.to ?? null}::timestamptz is null or first_at <= ${filter.to ?? null})
      and (${after?.runId ?? null}::text is null or (run_id, first_line) > (${after?.runId ?? null}::text, ${after?.firstLine ?? 0}::integer))
    order by run_id, first_line limit ${page.limit + 1}`);
}
