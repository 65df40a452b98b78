import { z } from 'zod';
import type { ChangeRequestId, RunId, TaskId, WorkItemId } from '#kernel/ids.ts';
import type { EndReason } from '#ports/harness.ts';
import type { SandboxLevel } from '#ports/sandbox.ts';

/** An entry of `agents:` in reeve.yaml. */
export const AgentSpec = z.strictObject({
  harness: z.enum(['acp', 'exec']).default('acp'),
  command: z.array(z.string().min(1)).min(1),
  /** Names of variables of Reeve's own environment the agent may see. */
  env: z.array(z.string()).default([]),
  mode: z.string().nullable().default(null),
  network: z.enum(['gateway', 'open']).default('gateway'),
  /** Overrides the project's sandbox; `none` must be written out. */
  sandbox: z.enum(['bwrap', 'container', 'none']).optional(),
  skills: z.array(z.string()).default([]),
  /** Most runs of it at once. */
  concurrency: z.number().int().min(1).max(64).default(4),
  limits: z
    .strictObject({
      wall_minutes: z
        .number()
        .positive()
        .max(24 * 60)
        .default(30),
      idle_minutes: z
        .number()
        .positive()
        .max(24 * 60)
        .default(5),
      turns: z.number().int().min(1).max(1000).default(40),
      tokens: z.number().int().min(1).default(2_000_000),
      cost_usd: z.number().nonnegative().default(5),
      /** Longest wait for a person's answer; 0: the agent cannot ask. */
      question_minutes: z
        .number()
        .nonnegative()
        .max(24 * 60)
        .default(15),
      output_mb: z.number().positive().max(1024).default(16),
    })
    .prefault({}),
});
export type AgentSpec = z.infer<typeof AgentSpec>;

export const RUN_STATES = ['queued', 'preparing', 'running', 'checking', 'succeeded', 'failed', 'cancelled', 'handed_back'] as const;
export type RunState = (typeof RUN_STATES)[number];

/**
 * Why a run did not give a change request: an end reason of the harness, or what Reeve found itself: `no_changes`,
 * `out_of_scope`, `checks_failed`, `setup_failed`, `too_large`.
 */
export type RunFailure = EndReason | 'no_changes' | 'out_of_scope' | 'checks_failed' | 'setup_failed' | 'too_large' | 'sandbox_missing';

export interface CheckRun {
  name: string;
  command: string;
  exit_code: number | null;
  duration_ms: number;
  /** The end of the output, redacted. */
  output: string;
}

/** One try of one agent on one task: the job of B1/B2. */
export interface AgentRun {
  id: RunId;
  taskId: TaskId | null;
  workItemId: WorkItemId | null;
  projectId: string;
  agent: string;
  role: 'coder' | 'reviewer' | 'tester' | 'planner';
  attempt: number;
  state: RunState;
  failure: RunFailure | null;
  /** One sentence for people. */
  detail: string | null;
  /** Commit the agent worked on. */
  baseCommit: string | null;
  branch: string | null;
  sandbox: SandboxLevel;
  /** False: the agent had the open network, asked for or for want of a sandbox ("unsealed"). */
  sealed: boolean;
  usage: { inputTokens: number; outputTokens: number; costMicros: number };
  checks: CheckRun[];
  changeRequestId: ChangeRequestId | null;
  promptHash: string | null;
  /** Name and version of the prompt's template: `coder.bugfix@1`. */
  promptVersion: string | null;
  repositoryId: string;
  target: string;
  /** How often it was started; more than one after a crash or a hand-over. */
  execution: number;
  /** Ref that keeps the work of a run without a change request, and the blob key of its patch. */
  keptRef: string | null;
  keptPatch: string | null;
  createdAt: Date;
  startedAt: Date | null;
  endedAt: Date | null;
}

/** What a run without a work item is about: a pull request that a person opened. Its texts are theirs: data. */
export interface RunSubject {
  projectId: string;
  repositoryId: string;
  number: number;
  title: string;
  body: string;
  /** Globs of what may be touched; left out: everything. */
  scope?: string[];
}

/** What a workflow asks of `agents.run`. */
export interface RunRequest {
  runId: RunId;
  taskId: TaskId | null;
  /** Null: the work belongs to no work item, and `about` says what it is. */
  workItemId: WorkItemId | null;
  about?: RunSubject;
  role: AgentRun['role'];
  agent: string;
  attempt: number;
  /** Full ref or commit to work on. */
  base: string;
  target: string;
  /** What went wrong last time (failed checks, conflict, scope breach), put into the prompt fenced as data. */
  feedback: string | null;
  /** What the role works on beside the task: the diff for a reviewer; null for a coder. Fenced as data in the prompt. */
  material?: string | null;
  /** How often the merge queue set this task's change aside before this attempt; left out or null: never. Decides the strategy told. */
  rework?: number | null;
}

/** The answer: a change request to submit, a text (reviewer, tester, planner), or why not. */
export type RunOutcome =
  | {
      kind: 'change_request';
      runId: RunId;
      changeRequest: Record<string, unknown>;
      checks: CheckRun[];
      /** The agent's last words, without secrets; untrusted. Left out: it said nothing, or was recorded before this was kept. */
      said?: string;
    }
  | { kind: 'text'; runId: RunId; text: string }
  | { kind: 'failed'; runId: RunId; failure: RunFailure; detail: string; retryable: boolean; feedback: string | null }
  | { kind: 'cancelled'; runId: RunId };

/** Only a sandbox can close the network: without one an agent reaches whatever this machine does, and is not called sealed. */
export const isSealed = (network: AgentSpec['network'], sandbox: SandboxLevel | null): boolean => network === 'gateway' && sandbox !== 'none';

/** An agent as the API shows it: configuration, never the values of its variables. */
export interface AgentSummary {
  name: string;
  harness: AgentSpec['harness'];
  command: readonly string[];
  network: AgentSpec['network'];
  /** False: the agent has the open network, asked for or for want of a sandbox ("unsealed"). */
  sealed: boolean;
  sandbox: SandboxLevel | null;
  skills: readonly string[];
  concurrency: number;
  limits: AgentSpec['limits'];
  /** Roles it fills when the project names nobody else. */
  roles: readonly AgentRun['role'][];
}

/** States after which nothing follows. */
export const FINAL_RUN_STATES: readonly RunState[] = ['succeeded', 'failed', 'cancelled'];
/** States in which somebody is working on it. */
export const ACTIVE_RUN_STATES: readonly RunState[] = ['preparing', 'running', 'checking'];

/** A state a run was in, with the execution that brought it there. */
export interface RunStateEntry {
  execution: number;
  state: RunState;
  at: Date;
}

/** What a list of runs is narrowed to; what is left out does not narrow. */
export interface RunFilter {
  projectId?: string | undefined;
  /** Only of these: the projects of a caller who is limited to some. */
  projectIds?: readonly string[] | undefined;
  workItemId?: string | undefined;
  taskId?: string | undefined;
  agent?: string | undefined;
  role?: AgentRun['role'] | undefined;
  state?: RunState | undefined;
  /** True: only what has not ended; false: only what has. */
  active?: boolean | undefined;
}

/** A stretch of the execution log: where its lines are, and when they were written. */
export interface LogSegment {
  runId: string;
  execution: number;
  /** Number of its first line; lines of a run are counted from 1 over all executions. */
  firstLine: number;
  lineCount: number;
  blobKey: string;
  byteOffset: number;
  byteLength: number;
  firstAt: Date;
  lastAt: Date;
}

/** Stretches of logs of one run, or that overlap a span of time. */
export interface LogFilter {
  runId?: string | undefined;
  from?: Date | undefined;
  to?: Date | undefined;
}

/**
 * Configuration of agents that runs code before any permission is asked (seen in five of six agents). Hidden from the
 * agent where the branch it works on does not carry what the default branch carries.
 */
export const AGENT_CONFIG_PATHS: readonly string[] = [
  '.claude',
  '.codex',
  '.gemini',
  '.github/hooks',
  '.mcp.json',
  '.opencode',
  '.qwen',
  'opencode.json',
  'opencode.jsonc',
];
