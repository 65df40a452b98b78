import type { Actor } from '#kernel/actor.ts';
import { AppError } from '#kernel/errors.ts';
import type { ChangeRequestId } from '#kernel/ids.ts';
import type { Tx } from '#platform/db/index.ts';
import { executeRun } from './commands.execute.ts';
import { createAgentTests, type AgentTests } from './commands.probe.ts';
import { ensureRun, recordChangeRequest, stopRun, type WithRun } from './commands.ts';
import { answerQuestion } from './commands.questions.ts';
import type { AgentRun, AgentSummary, LogFilter, LogSegment, RunFilter, RunOutcome, RunRequest, RunStateEntry } from './model.ts';
import type { Artifact, RunAbout, RunDiff } from './model.log.ts';
import type { Question, QuestionFilter } from './model.questions.ts';
import { answerOfRun, artifactsOf, diffOfRun } from './queries.artifacts.ts';
import { pageOfLines, type LogPage } from './queries.log.ts';
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
import { aboutRuns } from './store.about.ts';

/** Agent runs: made once, executed to an outcome whatever happens in between, watched and stopped. */
export interface Agents {
  /** The configured agents. */
  agents(): AgentSummary[];
  /** Tests of agents, by hand: nothing is asked of a model. */
  readonly probes: AgentTests;
  /** Makes the run unless it, or an unfinished one of the same task, role and attempt, exists; answers which it is. `also` belongs to the making. */
  ensureRun(request: RunRequest, also?: WithRun): Promise<AgentRun>;
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
  /** What runs are about, by their ids: read for a whole page of them at once. */
  about(runIds: readonly string[]): Promise<ReadonlyMap<string, RunAbout>>;
  /** What the run left that can be opened. AppError not_found. */
  artifacts(runId: string): Promise<Artifact[]>;
  /** What the run changed; null: nothing that was kept. AppError not_found. */
  diff(runId: string): Promise<RunDiff | null>;
  /** What the agent said at its end, untrusted; null: nothing. */
  said(runId: string): Promise<string | null>;
  /** Lines of its log, typed. */
  lines(of: { runId: string; from: number; limit: number }): Promise<LogPage>;
  /** Stored JSONL lines (without their newline) from `fromLine` on; 1 is the first. */
  log(runId: string, fromLine?: number): AsyncIterable<string>;
  /** The same, and then every new line until the run has ended or `signal` aborts. Works across processes. */
  follow(runId: string, fromLine?: number, signal?: AbortSignal): AsyncIterable<string>;
  /** As `follow`, each line with its number. */
  followNumbered(runId: string, fromLine: number, signal?: AbortSignal): AsyncIterable<{ line: number; text: string }>;
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
    probes: createAgentTests(deps),
    ensureRun: async (request, also) => toRun(await ensureRun(deps, request, also)),
    execute: (request, signal) => executeRun(deps, shop, request, signal),
    stop: (runId, by) => stopRun(deps, shop.bell, { runId, by, stopHere: () => shop.running.get(runId)?.stop() }),
    get: (runId) => getRun(deps, runId),
    outcome: (runId) => outcomeOf(deps, runId),
    history: (runId) => historyOf(deps, runId),
    list: (filter) => pageOfRuns(deps, filter),
    about: (runIds) => aboutRuns(deps.db, runIds),
    async artifacts(runId) {
      const found = await artifactsOf(deps, runId);
      if (found === null) throw new AppError('not_found', `There is no run ${runId}.`);
      return found;
    },
    diff: (runId) => diffOfRun(deps, runId),
    said: (runId) => answerOfRun(deps, runId),
    lines: (of) => pageOfLines(deps, of),
    log: (runId, fromLine) => readLog(deps, runId, fromLine),
    follow: (runId, fromLine = 1, signal) => textsOf(followLog(deps, shop.bell, { runId, fromLine, signal })),
    followNumbered: (runId, fromLine, signal) => followLog(deps, shop.bell, { runId, fromLine, signal }),
    logIndex: (filter) => pageOfSegments(deps, filter),
    questions: (filter) => pageOfQuestions(deps, filter),
    question: (id) => questionOf(deps, id),
    answerQuestion: (input, by) => answerQuestion(deps, shop.bell, input, by),
    recordChangeRequest,
  };
}

async function* textsOf(lines: AsyncIterable<{ text: string }>): AsyncGenerator<string> {
  for await (const { text } of lines) yield text;
}
