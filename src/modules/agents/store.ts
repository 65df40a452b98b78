import type { ChangeRequestId, RunId } from '#kernel/ids.ts';
import type { EndReason } from '#ports/harness.ts';
import type { SandboxLevel } from '#ports/sandbox.ts';
import { json, sql, type Queryable, type Tx } from '#platform/db/index.ts';
import type { AgentRun, CheckRun, RunFailure, RunOutcome, RunState } from './model.ts';

/** A run as stored: what `AgentRun` shows and what only the executor needs. */
export interface RunRow extends Omit<AgentRun, 'usage'> {
  baseRef: string;
  feedback: string | null;
  inputTokens: number;
  outputTokens: number;
  costMicros: number;
  outcome: RunOutcome | null;
  host: string | null;
  processId: number | null;
  processMark: string | null;
  heartbeatAt: Date | null;
  stopRequestedAt: Date | null;
  stopRequestedBy: string | null;
}

export interface NewRun {
  id: string;
  taskId: string | null;
  workItemId: string | null;
  projectId: string;
  repositoryId: string;
  agent: string;
  role: AgentRun['role'];
  attempt: number;
  baseRef: string;
  baseCommit: string | null;
  target: string;
  feedback: string | null;
  branch: string;
  sandbox: SandboxLevel;
  sealed: boolean;
  now: Date;
}

/** False when the run was there already. */
export async function insertRun(tx: Tx, run: NewRun): Promise<boolean> {
  const inserted = await tx.run(sql`
    insert into agent_runs (id, task_id, work_item_id, project_id, repository_id, agent, role, attempt, base_ref,
                            base_commit, target, feedback, branch, sandbox, sealed, created_at)
    values (${run.id}, ${run.taskId}, ${run.workItemId}, ${run.projectId}, ${run.repositoryId}, ${run.agent}, ${run.role}, ${run.attempt}, ${run.baseRef},
            ${run.baseCommit}, ${run.target}, ${run.feedback}, ${run.branch}, ${run.sandbox}, ${run.sealed}, ${run.now})
    on conflict do nothing`);
  if (inserted === 1) await insertState(tx, run.id, { execution: 0, state: 'queued', at: run.now });
  return inserted === 1;
}

export async function loadRun(on: Queryable, id: string): Promise<RunRow | undefined> {
  return on.maybe(sql<RunRow>`select * from agent_runs where id = ${id}`);
}

export async function lockRun(tx: Tx, id: string): Promise<RunRow | undefined> {
  return tx.maybe(sql<RunRow>`select * from agent_runs where id = ${id} for update`);
}

/**
 * Runs of an agent somebody is working on. One whose executor has not been heard of for a minute holds no place: it will be
 * taken over. The lock makes two claims of the same agent wait for each other.
 */
export async function lockAndCountActive(tx: Tx, agent: string, except: string): Promise<number> {
  await tx.run(sql`select pg_advisory_xact_lock(hashtext(${`reeve.agent:${agent}`}))`);
  const row = await tx.one(sql<{ active: number }>`
    select count(*) as active from agent_runs
    where agent = ${agent} and id <> ${except} and state in ('preparing', 'running', 'checking') and heartbeat_at > now() - interval '60 seconds'`);
  return row.active;
}

export interface ClaimFacts {
  host: string;
  now: Date;
  sandbox: SandboxLevel;
  sealed: boolean;
  baseRef: string;
  target: string;
  feedback: string | null;
}

/** Takes the run for a new execution; answers its number. */
export async function claimRun(tx: Tx, id: string, by: ClaimFacts): Promise<number> {
  const row = await tx.one(sql<{ execution: number }>`
    update agent_runs set execution = execution + 1, state = 'preparing', host = ${by.host}, process_id = null, process_mark = null,
      sandbox = ${by.sandbox}, sealed = ${by.sealed}, heartbeat_at = now(), started_at = coalesce(started_at, ${by.now}), detail = null,
      checks = '[]', base_ref = ${by.baseRef}, target = ${by.target}, feedback = ${by.feedback}
    where id = ${id} returning execution`);
  await insertState(tx, id, { execution: row.execution, state: 'preparing', at: by.now });
  return row.execution;
}

/** A fact of the running execution; false when another execution has the run now. */
export async function updateFacts(
  on: Queryable,
  held: Held,
  facts: Partial<{ baseCommit: string; promptHash: string; promptVersion: string; processId: number; processMark: string | null }>,
): Promise<boolean> {
  const touched = await on.run(sql`
    update agent_runs set base_commit = coalesce(${facts.baseCommit ?? null}, base_commit),
      prompt_hash = coalesce(${facts.promptHash ?? null}, prompt_hash), prompt_version = coalesce(${facts.promptVersion ?? null}, prompt_version),
      process_id = coalesce(${facts.processId ?? null}::integer, process_id), process_mark = coalesce(${facts.processMark ?? null}, process_mark)
    where id = ${held.runId} and execution = ${held.execution} and outcome is null`);
  return touched === 1;
}

/** Which execution of a run somebody believes to hold. */
export interface Held {
  runId: RunId;
  execution: number;
}

/** Says that the executor is alive; answers whether a stop was asked for, or null when the run is no longer its own. */
export async function beat(on: Queryable, held: Held): Promise<{ stopRequested: boolean } | null> {
  const row = await on.maybe(sql<{ stopRequested: boolean }>`
    update agent_runs set heartbeat_at = now() where id = ${held.runId} and execution = ${held.execution} and outcome is null
    returning stop_requested_at is not null as stop_requested`);
  return row ?? null;
}

export async function moveRun(tx: Tx, held: Held, state: RunState, now: Date): Promise<boolean> {
  const touched = await tx.run(sql`
    update agent_runs set state = ${state} where id = ${held.runId} and execution = ${held.execution} and outcome is null`);
  if (touched === 1) await insertState(tx, held.runId, { execution: held.execution, state, at: now });
  return touched === 1;
}

export interface RunEnd {
  state: 'succeeded' | 'failed' | 'cancelled';
  failure: RunFailure | EndReason | null;
  detail: string | null;
  outcome: RunOutcome;
  checks: CheckRun[];
  now: Date;
}

/** Stores the answer; false when another execution has the run now. */
export async function endRun(tx: Tx, held: Held, end: RunEnd): Promise<boolean> {
  const touched = await tx.run(sql`
    update agent_runs set state = ${end.state}, failure = ${end.failure}, detail = ${end.detail}, outcome = ${json(end.outcome)},
      checks = ${json(end.checks)}, ended_at = ${end.now}, process_id = null, process_mark = null
    where id = ${held.runId} and execution = ${held.execution} and outcome is null`);
  if (touched === 1) await insertState(tx, held.runId, { execution: held.execution, state: end.state, at: end.now });
  return touched === 1;
}

/** How many executions of the run got as far as starting its agent. */
export async function startsOf(on: Queryable, runId: string): Promise<number> {
  const row = await on.one(
    sql<{ n: number }>`select count(distinct execution) as n from agent_run_states where run_id = ${runId} and state = 'running'`,
  );
  return row.n;
}

/** Adds to what the run used so far; executions are summed. */
export async function addUsage(on: Queryable, runId: string, usage: AgentRun['usage']): Promise<void> {
  await on.run(sql`
    update agent_runs set input_tokens = input_tokens + ${usage.inputTokens}, output_tokens = output_tokens + ${usage.outputTokens},
      cost_micros = cost_micros + ${usage.costMicros} where id = ${runId}`);
}

export async function keepWork(on: Queryable, runId: string, kept: { ref: string; patch: string }): Promise<void> {
  await on.run(sql`update agent_runs set kept_ref = ${kept.ref}, kept_patch = ${kept.patch} where id = ${runId}`);
}

export async function requestStop(tx: Tx, id: string, by: string, now: Date): Promise<void> {
  await tx.run(sql`
    update agent_runs set stop_requested_at = coalesce(stop_requested_at, ${now}), stop_requested_by = coalesce(stop_requested_by, ${by})
    where id = ${id} and outcome is null`);
}

export async function setChangeRequest(tx: Tx, id: string, changeRequestId: ChangeRequestId): Promise<void> {
  await tx.run(sql`update agent_runs set change_request_id = ${changeRequestId} where id = ${id}`);
}

async function insertState(tx: Tx, runId: string, entry: { execution: number; state: RunState; at: Date }): Promise<void> {
  await tx.run(sql`
    insert into agent_run_states (run_id, position, execution, state, at)
    select ${runId}, coalesce(max(position), 0) + 1, ${entry.execution}, ${entry.state}, ${entry.at} from agent_run_states where run_id = ${runId}`);
}
