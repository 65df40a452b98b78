import { AppError } from '#kernel/errors.ts';
import type { ChangeRequestId } from '#kernel/ids.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { Tx } from '#platform/db/index.ts';
import { reservationOf, settleMoney } from './commands.money.ts';
import { storableText } from './decide.text.ts';
import { RUN_EVENTS } from './events.ts';
import type { RunBrief } from './model.brief.ts';
import { FINAL_RUN_STATES, isSealed, type AgentRun, type AgentSpec, type RunRequest, type RunState } from './model.ts';
import { toRun } from './queries.ts';
import { branchOf, type AgentsDeps } from './steps.context.ts';
import type { LogBell } from './steps.log.ts';
import { holdAdded } from './store.added.ts';
import { endRun, insertRun, loadRun, lockRun, requestStop, setChangeRequest, type RunRow } from './store.ts';
import { openRunLike, showRun } from './store.read.ts';

const COMMIT = /^[0-9a-f]{40}([0-9a-f]{24})?$/;

/** What is done in the transaction that makes a run; not called where the run was there already. */
export type WithRun = (tx: Tx, run: AgentRun) => Promise<void>;

/** Ledger entry and event of a run's new state, in the transaction that made it. */
export async function announce(
  deps: Pick<AgentsDeps, 'ledger' | 'outbox'>,
  tx: Tx,
  run: Pick<RunRow, 'id' | 'taskId' | 'workItemId' | 'projectId' | 'agent' | 'role' | 'attempt'>,
  news: { state: RunState; actor?: string; more?: JsonObject },
): Promise<void> {
  const payload: JsonObject = { agent: run.agent, role: run.role, attempt: run.attempt, task_id: run.taskId, ...news.more };
  const about = { subject: run.id, projectId: run.projectId, workItemId: run.workItemId };
  deps.ledger.append(tx, { kind: RUN_EVENTS[news.state], actor: news.actor ?? 'system', ...about, payload });
  await deps.outbox.put(tx, { type: RUN_EVENTS[news.state], ...about, data: payload });
}

/**
 * Makes the run, once. Asked again with the same id, or while an unfinished run of the same task, role and attempt exists,
 * it answers that one: a workflow step that runs twice must not queue two runs.
 * Throws AppError invalid `agent_unknown`, not_found when the work is gone, and refused (codes of the budget) when a cap has no room
 * for it, its repository was sent too many, or dispatch is stopped: nothing is made then. What `also` does is there with the run or not at all.
 */
export async function ensureRun(deps: AgentsDeps, request: RunRequest, also?: WithRun): Promise<RunRow> {
  const there = (await loadRun(deps.db, request.runId)) ?? (await openRunLike(deps.db, request));
  if (there !== undefined) return there;
  const spec = specOf(deps, request.agent);
  const brief = await deps.brief(request);
  return deps.db.tx(async (tx) => {
    // What this process knows of it may be old. From here on it stays for as long as the run is unfinished.
    if (deps.isAdded?.(request.agent) === true && !(await holdAdded(tx, request.agent))) throw unknownAgent(deps, request.agent);
    const inserted = await insertRun(tx, newRun(deps, request, { spec, brief }));
    const run = inserted ? await lockRun(tx, request.runId) : ((await loadRun(tx, request.runId)) ?? (await openRunLike(tx, request)));
    if (run === undefined) throw new AppError('conflict', `The run ${request.runId} could not be made; try again.`);
    if (inserted) await deps.budget?.admit(tx, reservationOf(deps, run, spec));
    if (inserted) await announce(deps, tx, run, { state: 'queued', more: { target: request.target } });
    if (inserted) await also?.(tx, toRun(run));
    return run;
  });
}

export function specOf(deps: Pick<AgentsDeps, 'agents'>, name: string): AgentSpec {
  const spec = deps.agents[name];
  if (spec !== undefined) return spec;
  throw unknownAgent(deps, name);
}

function unknownAgent(deps: Pick<AgentsDeps, 'agents'>, name: string): AppError {
  const others = Object.keys(deps.agents).filter((other) => other !== name);
  const known = others.sort().join(', ') || 'none';
  return new AppError('invalid', `There is no agent "${name}".`, { code: 'agent_unknown', hint: `Configured under \`agents:\`: ${known}.` });
}

function newRun(deps: AgentsDeps, request: RunRequest, { spec, brief }: { spec: AgentSpec; brief: RunBrief }) {
  const sandbox = spec.sandbox ?? brief.settings.sandbox;
  return {
    id: request.runId,
    taskId: request.taskId,
    workItemId: request.workItemId,
    projectId: brief.projectId,
    repositoryId: brief.repositoryId,
    agent: request.agent,
    role: request.role,
    attempt: request.attempt,
    baseRef: request.base,
    baseCommit: COMMIT.test(request.base) ? request.base : null,
    target: request.target,
    feedback: request.feedback === null ? null : storableText(request.feedback),
    branch: branchOf(request.runId),
    sandbox,
    sealed: isSealed(spec.network, sandbox),
    now: deps.clock.now(),
  };
}

// A stop that takes longer is still under way; the answer then shows the run as it is.
const STOP_WAIT_MS = 8000;
const LOOK_MS = 250;

/**
 * Stops a run: at once when nobody works on it, else by asking whoever does, waiting a few seconds for the end. Stopping
 * an ended run answers it unchanged. Throws AppError not_found.
 */
export async function stopRun(deps: AgentsDeps, bell: LogBell, input: { runId: string; by: string; stopHere(): void }): Promise<AgentRun> {
  const { runId, by } = input;
  const now = deps.clock.now();
  await deps.db.tx(async (tx) => {
    const run = await lockRun(tx, runId);
    if (run === undefined) throw new AppError('not_found', `There is no run ${runId}.`);
    await requestStop(tx, runId, by, now);
    if (run.state !== 'queued' && run.state !== 'handed_back') return;
    await endRun(
      tx,
      { runId: run.id, execution: run.execution },
      {
        state: 'cancelled',
        failure: null,
        detail: `Stopped by ${by} before it began.`,
        outcome: { kind: 'cancelled', runId: run.id },
        checks: [],
        now,
      },
    );
    await settleMoney(deps, tx, run);
    await announce(deps, tx, run, { state: 'cancelled', actor: by });
  });
  input.stopHere();
  bell.ring(runId);
  const untilMs = performance.now() + STOP_WAIT_MS;
  for (;;) {
    const run = await showRun(deps.db, runId);
    if (run === undefined) throw new AppError('not_found', `There is no run ${runId}.`);
    if (FINAL_RUN_STATES.includes(run.state) || performance.now() > untilMs) return toRun(run);
    await bell.wait(runId, LOOK_MS);
  }
}

/** Notes which change request came out of the run. Throws AppError not_found. */
export async function recordChangeRequest(tx: Tx, runId: string, changeRequestId: ChangeRequestId): Promise<void> {
  if ((await lockRun(tx, runId)) === undefined) throw new AppError('not_found', `There is no run ${runId}.`);
  await setChangeRequest(tx, runId, changeRequestId);
}
