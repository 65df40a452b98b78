import type { JsonObject } from '#kernel/json.ts';
import type { Mirror } from '#ports/git.ts';
import type { RunBrief } from './model.brief.ts';
import type { AgentSpec, CheckRun, RunOutcome, RunRequest, RunState } from './model.ts';
import type { AgentsDeps } from './steps.context.ts';
import type { LogBell, RunLog } from './steps.log.ts';
import type { SetupCache } from './steps.setup.ts';
import type { Sweeper } from './steps.temporary.ts';
import type { RunWatch } from './steps.watch.ts';
import type { Held, RunRow } from './store.ts';

/** What outlives single runs in one process. */
export interface Workshop {
  setup: SetupCache;
  /** Removes what a killed server left of setups and checks. */
  sweep: Sweeper;
  bell: LogBell;
  /** Runs this process executes, by id: an execution asked for twice is one, and `stop` finds it. */
  running: Map<string, { done: Promise<RunOutcome>; stop(): void }>;
}

/** One execution of one run. */
export interface Session {
  deps: AgentsDeps;
  setup: SetupCache;
  bell: LogBell;
  request: RunRequest;
  brief: RunBrief;
  spec: AgentSpec;
  held: Held;
  /** The run as it was before this execution took it. */
  run: RunRow;
  mirror: Mirror;
  log: RunLog;
  watch: RunWatch;
  /** Filled as the run goes on; what the end stores. */
  facts: { phase: 'preparing' | 'running' | 'checking'; baseCommit: string | null; checks: CheckRun[] };
  /** Persists a new state. Throws when another execution has the run. */
  move(state: RunState, more?: JsonObject): Promise<void>;
}
