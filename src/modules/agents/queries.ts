import { AppError } from '#kernel/errors.ts';
import {
  FINAL_RUN_STATES,
  isSealed,
  type AgentRun,
  type AgentSummary,
  type LogFilter,
  type LogSegment,
  type RunFilter,
  type RunOutcome,
  type RunStateEntry,
} from './model.ts';
import type { Question, QuestionFilter } from './model.questions.ts';
import type { AgentsDeps } from './steps.context.ts';
import { readLines, type LogBell } from './steps.log.ts';
import { listRuns, listSegments, progressOf, showRun, statesOf } from './store.read.ts';
import { listQuestions, questionById } from './store.questions.ts';
import { loadRun, type RunRow } from './store.ts';

export interface PageRequest {
  limit: number;
  cursor?: string | undefined;
}

export interface Listed<T> {
  items: T[];
  nextCursor: string | null;
}

export function toRun(row: Omit<RunRow, 'outcome'>): AgentRun {
  const { inputTokens, outputTokens, costMicros } = row;
  return {
    id: row.id,
    taskId: row.taskId,
    workItemId: row.workItemId,
    projectId: row.projectId,
    repositoryId: row.repositoryId,
    agent: row.agent,
    role: row.role,
    attempt: row.attempt,
    execution: row.execution,
    state: row.state,
    failure: row.failure,
    detail: row.detail,
    baseCommit: row.baseCommit,
    target: row.target,
    branch: row.branch,
    sandbox: row.sandbox,
    sealed: row.sealed,
    usage: { inputTokens, outputTokens, costMicros },
    checks: row.checks,
    changeRequestId: row.changeRequestId,
    promptHash: row.promptHash,
    promptVersion: row.promptVersion,
    keptRef: row.keptRef,
    keptPatch: row.keptPatch,
    createdAt: row.createdAt,
    startedAt: row.startedAt,
    endedAt: row.endedAt,
  };
}

/** The configured agents in the order of their names. */
export function summarise(deps: Pick<AgentsDeps, 'agents' | 'roles'>): AgentSummary[] {
  const roles = Object.entries(deps.roles) as Array<[AgentRun['role'], string | undefined]>;
  return Object.entries(deps.agents)
    .map(([name, spec]) => ({
      name,
      harness: spec.harness,
      command: spec.command,
      network: spec.network,
      sealed: isSealed(spec.network, spec.sandbox ?? null),
      sandbox: spec.sandbox ?? null,
      skills: spec.skills,
      concurrency: spec.concurrency,
      limits: spec.limits,
      roles: roles.filter(([, agent]) => agent === name).map(([role]) => role),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

export async function getRun(deps: Pick<AgentsDeps, 'db'>, runId: string): Promise<AgentRun | null> {
  const row = await showRun(deps.db, runId);
  return row === undefined ? null : toRun(row);
}

export async function outcomeOf(deps: Pick<AgentsDeps, 'db'>, runId: string): Promise<RunOutcome | null> {
  return (await loadRun(deps.db, runId))?.outcome ?? null;
}

export async function historyOf(deps: Pick<AgentsDeps, 'db'>, runId: string): Promise<RunStateEntry[]> {
  return statesOf(deps.db, runId);
}

/** Newest first. */
export async function pageOfRuns(deps: Pick<AgentsDeps, 'db'>, filter: RunFilter & PageRequest): Promise<Listed<AgentRun>> {
  const rows = await listRuns(deps.db, filter, { limit: filter.limit, before: filter.cursor ?? null });
  const shown = rows.slice(0, filter.limit);
  return { items: shown.map(toRun), nextCursor: rows.length > filter.limit ? (shown.at(-1)?.id ?? null) : null };
}

/** The index of the execution logs, by run and time. */
export async function pageOfSegments(deps: Pick<AgentsDeps, 'db'>, filter: LogFilter & PageRequest): Promise<Listed<LogSegment>> {
  const [, runId, firstLine] = /^(.+):(\d+)$/.exec(filter.cursor ?? '') ?? [];
  const after = runId === undefined ? null : { runId, firstLine: Number(firstLine) };
  const rows = await listSegments(deps.db, filter, { limit: filter.limit, after });
  const shown = rows.slice(0, filter.limit);
  const last = shown.at(-1);
  return { items: shown, nextCursor: rows.length > filter.limit && last !== undefined ? `${last.runId}:${last.firstLine}` : null };
}

/** What agents asked people, newest first. */
export async function pageOfQuestions(deps: Pick<AgentsDeps, 'db' | 'clock'>, filter: QuestionFilter & PageRequest): Promise<Listed<Question>> {
  const page = { limit: filter.limit, before: filter.cursor ?? null };
  const rows = await listQuestions(deps.db, { ...filter, now: deps.clock.now() }, page);
  const shown = rows.slice(0, filter.limit);
  return { items: shown, nextCursor: rows.length > filter.limit ? (shown.at(-1)?.id ?? null) : null };
}

export async function questionOf(deps: Pick<AgentsDeps, 'db'>, id: string): Promise<Question | null> {
  return (await questionById(deps.db, id)) ?? null;
}

/** The stored lines from `fromLine` on (1 is the first); ends where the log ends now. */
export async function* readLog(deps: Pick<AgentsDeps, 'db' | 'blobs'>, runId: string, fromLine = 1): AsyncGenerator<string> {
  for await (const { text } of readLines(deps, runId, fromLine)) yield text;
}

// Runs of other processes are seen by looking; runs of this one ring.
const LOOK_MS = 250;

/**
 * The log from `fromLine` on, and then each line as it is written, by whichever process; ends when the run has ended and
 * all is told, or when `signal` aborts. Throws AppError not_found at the first line asked for.
 */
export async function* followLog(
  deps: Pick<AgentsDeps, 'db' | 'blobs'>,
  bell: LogBell,
  input: { runId: string; fromLine: number; signal?: AbortSignal | undefined },
): AsyncGenerator<{ line: number; text: string }> {
  let next = input.fromLine;
  while (input.signal?.aborted !== true) {
    // The state is read before the lines: when it was final then, no line can come after those read now.
    const run = await progressOf(deps.db, input.runId);
    if (run === undefined) throw new AppError('not_found', `There is no run ${input.runId}.`);
    for await (const { line, text } of readLines(deps, input.runId, next)) {
      yield { line, text };
      next = line + 1;
    }
    if (FINAL_RUN_STATES.includes(run.state)) return;
    await bell.wait(input.runId, LOOK_MS);
  }
}
