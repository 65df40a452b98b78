import { z } from 'zod';
import { RUN_STATES, type AgentRun, type AgentSummary, type LogSegment, type RunStateEntry } from './model.ts';

const CheckView = z.object({ name: z.string(), command: z.string(), exit_code: z.number().nullable(), duration_ms: z.number(), output: z.string() });

export const JobView = z.object({
  id: z.string(),
  task_id: z.string().nullable(),
  work_item_id: z.string().nullable(),
  project_id: z.string(),
  repository_id: z.string(),
  agent: z.string(),
  role: z.string(),
  attempt: z.number(),
  execution: z.number(),
  state: z.enum(RUN_STATES),
  failure: z.string().nullable(),
  detail: z.string().nullable(),
  base_commit: z.string().nullable(),
  target: z.string(),
  branch: z.string().nullable(),
  sandbox: z.string(),
  sealed: z.boolean(),
  usage: z.object({ input_tokens: z.number(), output_tokens: z.number(), cost_micros: z.number() }),
  checks: z.array(CheckView),
  change_request_id: z.string().nullable(),
  prompt_hash: z.string().nullable(),
  prompt_version: z.string().nullable(),
  kept_ref: z.string().nullable(),
  kept_patch: z.string().nullable(),
  created_at: z.string(),
  started_at: z.string().nullable(),
  ended_at: z.string().nullable(),
  states: z.array(z.object({ execution: z.number(), state: z.string(), at: z.string() })).optional(),
});

/** A run as the API shows it; with its history only where one run is asked for. */
export function presentJob(run: AgentRun, history?: readonly RunStateEntry[]): z.input<typeof JobView> {
  const states = history?.map(({ execution, state, at }) => ({ execution, state, at: at.toISOString() }));
  return {
    id: run.id,
    task_id: run.taskId,
    work_item_id: run.workItemId,
    project_id: run.projectId,
    repository_id: run.repositoryId,
    agent: run.agent,
    role: run.role,
    attempt: run.attempt,
    execution: run.execution,
    state: run.state,
    failure: run.failure,
    detail: run.detail,
    base_commit: run.baseCommit,
    target: run.target,
    branch: run.branch,
    sandbox: run.sandbox,
    sealed: run.sealed,
    usage: { input_tokens: run.usage.inputTokens, output_tokens: run.usage.outputTokens, cost_micros: run.usage.costMicros },
    checks: run.checks,
    change_request_id: run.changeRequestId,
    prompt_hash: run.promptHash,
    prompt_version: run.promptVersion,
    kept_ref: run.keptRef,
    kept_patch: run.keptPatch,
    created_at: run.createdAt.toISOString(),
    started_at: run.startedAt?.toISOString() ?? null,
    ended_at: run.endedAt?.toISOString() ?? null,
    ...(states === undefined ? {} : { states }),
  };
}

export const AgentView = z.object({
  name: z.string(),
  harness: z.string(),
  command: z.array(z.string()),
  network: z.string(),
  sealed: z.boolean(),
  sandbox: z.string().nullable(),
  skills: z.array(z.string()),
  concurrency: z.number(),
  limits: z.record(z.string(), z.number()),
  roles: z.array(z.string()),
});

export function presentAgent(agent: AgentSummary): z.input<typeof AgentView> {
  return { ...agent, command: [...agent.command], skills: [...agent.skills], roles: [...agent.roles] };
}

export const LogSegmentView = z.object({
  job_id: z.string(),
  execution: z.number(),
  first_line: z.number(),
  lines: z.number(),
  bytes: z.number(),
  from: z.string(),
  to: z.string(),
  href: z.string(),
});

export function presentSegment(segment: LogSegment): z.input<typeof LogSegmentView> {
  return {
    job_id: segment.runId,
    execution: segment.execution,
    first_line: segment.firstLine,
    lines: segment.lineCount,
    bytes: segment.byteLength,
    from: segment.firstAt.toISOString(),
    to: segment.lastAt.toISOString(),
    href: `/v1/jobs/${segment.runId}/log?from=${segment.firstLine}`,
  };
}
