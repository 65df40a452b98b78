import type { Actor } from '#kernel/actor.ts';
import type { ChangeRequestId } from '#kernel/ids.ts';
import type { Tx } from '#platform/db/index.ts';
import { executeRun } from './commands.execute.ts';
import { ensureRun, recordChangeRequest, stopRun } from './commands.ts';
import { answerQuestion } from './commands.questions.ts';
import type { AgentRun, AgentSummary, LogFilter, LogSegment, RunFilter, RunOutcome, RunRequest, RunStateEntry } from './model.ts';
import type { Question, QuestionFilter } from './model.questions.ts';
import {
  followLog,
  getRun,
  historyOf,
  outcomeOf,
  pageOfQuestions,
  pageOfRuns,
  pageOfSegments,
  questionOf,
  readLog,
  summarise,
  toRun,
  type Listed,
  type PageRequest,
} from './queries.ts';
import type { AgentsDeps } from './steps.context.ts';
import { createLogBell } from './steps.log.ts';
import type { Workshop } from './steps.session.ts';
import { createSetupCache } from './steps.setup.ts';
import { createSweeper } from './steps.temporary.ts';

/** Agent runs: made once, executed to an outcome whatever happens in between, watched and stopped. */
export interface Agents {
  /** The configured agents. */
  agents(): AgentSummary[];
  /** Makes the run unless it, or an unfinished one of the same task, role and attempt, exists; answers which it is. */
  ensureRun(request: RunRequest): Promise<AgentRun>;
  /**
   * Executes a run to its outcome: idempotent per run, safe to call again after a crash. When `signal` aborts, the agent
   * is ended, its work kept, the run handed back, and AppError unavailable `handed_back` thrown.
   */
  execute(request: RunRequest, signal: AbortSignal): Promise<RunOutcome>;
  /** Stops a run; `by` is the subject of who wants it. Waits a few seconds for the end. Throws AppError not_found. */
  stop(runId: string, by: string): Promise<AgentRun>;
  get(runId: string): Promise<AgentRun | null>;
  /** The stored answer; null while there is none. */
  outcome(runId: string): Promise<RunOutcome | null>;
  /** Every state with its time. */
  history(runId: string): Promise<RunStateEntry[]>;
  /** Newest first. */
  list(filter: RunFilter & PageRequest): Promise<Listed<AgentRun>>;
  /** Stored JSONL lines (without their newline) from `fromLine` on; 1 is the first. */
  log(runId: string, fromLine?: number): AsyncIterable<string>;
  /** The same, and then every new line until the run has ended or `signal` aborts. Works across processes. */
  follow(runId: string, fromLine?: number, signal?: AbortSignal): AsyncIterable<string>;
  /** The index of the logs, by run and time. */
  logIndex(filter: LogFilter & PageRequest): Promise<Listed<LogSegment>>;
  /** What agents ask people, newest first. */
  questions(filter: QuestionFilter & PageRequest): Promise<Listed<Question>>;
  question(id: string): Promise<Question | null>;
  /** A person's answer to a waiting question. AppError not_found, forbidden `person_needed`, conflict `not_waiting`. */
  answerQuestion(input: { id: string; answer: string }, by: Actor): Promise<Question>;
  /** Notes which change request came out of the run. Throws AppError not_found. */
  recordChangeRequest(tx: Tx, runId: string, changeRequestId: ChangeRequestId): Promise<void>;
}

export function createAgents(deps: AgentsDeps): Agents {
  const shop: Workshop = { setup: createSetupCache(deps), sweep: createSweeper(deps), bell: createLogBell(), running: new Map() };
  return {
    agents: () => summarise(deps),
    ensureRun: async (request) => toRun(await ensureRun(deps, request)),
    execute: (request, signal) => executeRun(deps, shop, request, signal),
    stop: (runId, by) => stopRun(deps, shop.bell, { runId, by, stopHere: () => shop.running.get(runId)?.stop() }),
    get: (runId) => getRun(deps, runId),
    outcome: (runId) => outcomeOf(deps, runId),
    history: (runId) => historyOf(deps, runId),
    list: (filter) => pageOfRuns(deps, filter),
    log: (runId, fromLine) => readLog(deps, runId, fromLine),
    follow: (runId, fromLine = 1, signal) => followLog(deps, shop.bell, { runId, fromLine, signal }),
    logIndex: (filter) => pageOfSegments(deps, filter),
    questions: (filter) => pageOfQuestions(deps, filter),
    question: (id) => questionOf(deps, id),
    answerQuestion: (input, by) => answerQuestion(deps, shop.bell, input, by),
    recordChangeRequest,
  };
}
