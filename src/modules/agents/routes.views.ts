import { z } from 'zod';
import type { AgentTest } from './model.probe.ts';
import { RUN_STATES, type AgentRun, type AgentSummary, type LogSegment, type RunStateEntry } from './model.ts';
import type { RunAbout } from './model.log.ts';

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

export const AgentTestView = z.object({
  agent: z.string(),
  ok: z.boolean(),
  trouble: z
    .enum(['spawn_failed', 'crashed', 'protocol', 'login_needed', 'too_slow', 'sandbox_missing'])
    .nullable()
    .describe('Why it could not be used; null: it could.'),
  detail: z.string(),
  advice: z.string().nullable().describe('What to do about it.'),
  name: z.string().nullable(),
  version: z.string().nullable(),
  protocol: z.string().nullable(),
  capabilities: z.array(z.string()),
  auth_methods: z.array(z.object({ id: z.string(), name: z.string() })),
  modes: z.array(z.string()),
  sandbox: z.string(),
  sealed: z.boolean(),
  duration_ms: z.number().int(),
  tested_by: z.string(),
  tested_at: z.string(),
});

export function presentAgentTest({ authMethods, durationMs, testedBy, testedAt, ...same }: AgentTest): z.input<typeof AgentTestView> {
  return { ...same, auth_methods: authMethods, duration_ms: durationMs, tested_by: testedBy, tested_at: testedAt.toISOString() };
}

const Named = (what: string) => z.string().nullable().describe(what);

/** A run where it is looked at: with the names of what it is about, and what it may use. */
export const ShownJobView = JobView.extend({
  project: Named('Key of the project'),
  repository: Named('`owner/name`'),
  issue_number: z.number().nullable(),
  issue_title: z.string().nullable(),
  task_title: z.string().nullable(),
  pull_id: Named('The pull request it works for'),
  pull_number: z.number().nullable(),
  pull_title: z.string().nullable(),
  question_id: Named('A question of its agent that waits for a person'),
  progress: z
    .object({ message: z.string(), fraction: z.number().nullable(), step: z.string().nullable(), at: z.iso.datetime() })
    .nullable()
    .describe('What the agent reported last, while it works'),
  last_heard_at: z.iso.datetime().nullable().describe('When whoever carries it out was heard of last'),
  stop_requested_by: z.string().nullable(),
  limits: z.record(z.string(), z.number()).nullable().describe('As the agent is configured now; null: it no longer is'),
}).meta({ id: 'Job' });

export function presentShown(
  run: AgentRun,
  about: RunAbout | null,
  limits: AgentSummary['limits'] | null,
  history?: readonly RunStateEntry[],
): z.input<typeof ShownJobView> {
  const progress = about?.progress ?? null;
  return {
    ...presentJob(run, history),
    project: about?.project ?? null,
    repository: about?.repository ?? null,
    issue_number: about?.issueNumber ?? null,
    issue_title: about?.issueTitle ?? null,
    task_title: about?.taskTitle ?? null,
    pull_id: about?.pullId ?? null,
    pull_number: about?.pullNumber ?? null,
    pull_title: about?.pullTitle ?? null,
    question_id: about?.questionId ?? null,
    progress: progress === null ? null : { ...progress, at: progress.at.toISOString() },
    last_heard_at: about?.lastHeardAt?.toISOString() ?? null,
    stop_requested_by: about?.stopRequestedBy ?? null,
    limits: limits === null ? null : { ...limits },
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
  last_test: AgentTestView.nullable().describe('Null: it was never tested.'),
});

export function presentAgent(agent: AgentSummary, test: AgentTest | null): z.input<typeof AgentView> {
  const lists = { command: [...agent.command], skills: [...agent.skills], roles: [...agent.roles] };
  return { ...agent, ...lists, last_test: test === null ? null : presentAgentTest(test) };
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
