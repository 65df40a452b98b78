import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '#kernel/errors.ts';
import type { SandboxLevel } from '#ports/sandbox.ts';
import type { Refusal } from '#modules/budget/index.ts';
import type { Tx } from '#platform/db/index.ts';
import { endUnfunded, reservationOf, settleMoney } from './commands.money.ts';
import { announce, specOf } from './commands.ts';
import { storableText } from './decide.text.ts';
import { ACTIVE_RUN_STATES, type RunOutcome, type RunRequest } from './model.ts';
import type { AgentsDeps } from './steps.context.ts';
import { hostName } from './steps.processes.ts';
import { progressOf } from './store.read.ts';
import { claimRun, lockAndCountActive, lockRun, moveRun, type Held, type RunRow } from './store.ts';

export type Claim =
  | { kind: 'claimed'; held: Held; run: RunRow; /** The execution before this one, when there was one. */ previous: Held | null }
  | { kind: 'done'; run: RunRow; outcome: RunOutcome };

export interface ClaimInput {
  request: RunRequest;
  sandbox: SandboxLevel;
  sealed: boolean;
  concurrency: number;
  signal: AbortSignal;
}

const BUSY_WAIT_MS = 400;

/**
 * Takes the run for this execution, waiting while its agent has as many runs as it may. What another execution left in the
 * state of working is first noted as handed back.
 */
export async function claim(deps: AgentsDeps, input: ClaimInput): Promise<Claim> {
  const host = await hostName();
  for (;;) {
    if (input.signal.aborted) throw handedBack(input.request.runId);
    const claimed = await tryClaim(deps, input, host);
    if (claimed !== 'busy') return claimed;
    await sleep(BUSY_WAIT_MS);
  }
}

async function tryClaim(deps: AgentsDeps, input: ClaimInput, host: string): Promise<Claim | 'busy'> {
  const { request } = input;
  return deps.db.tx(async (tx) => {
    const active = await lockAndCountActive(tx, request.agent, request.runId);
    const run = await lockRun(tx, request.runId);
    if (run === undefined) throw new AppError('not_found', `There is no run ${request.runId}.`);
    if (run.outcome !== null) return { kind: 'done', run, outcome: run.outcome };
    if (active >= input.concurrency) return 'busy';
    const admission = await deps.budget?.reserve(tx, reservationOf(deps, run, specOf(deps, request.agent)));
    if (admission?.kind === 'refused') return unfunded(deps, tx, run, admission.refusal);
    const now = deps.clock.now();
    const before: Held = { runId: run.id, execution: run.execution };
    if (ACTIVE_RUN_STATES.includes(run.state)) {
      await moveRun(tx, before, 'handed_back', now);
      await announce(deps, tx, run, { state: 'handed_back', more: { execution: run.execution, reason: 'its executor was lost' } });
    }
    const execution = await claimRun(tx, run.id, {
      host,
      now,
      sandbox: input.sandbox,
      sealed: input.sealed,
      baseRef: request.base,
      target: request.target,
      feedback: request.feedback === null ? null : storableText(request.feedback),
    });
    await announce(deps, tx, run, { state: 'preparing', more: { execution, sandbox: input.sandbox, sealed: input.sealed } });
    return { kind: 'claimed', held: { runId: run.id, execution }, run, previous: run.execution > 0 ? before : null };
  });
}

/** While dispatch is stopped a run waits for its turn; one that was let go of and finds the money gone ends. */
async function unfunded(deps: AgentsDeps, tx: Tx, run: RunRow, refusal: Refusal): Promise<Claim | 'busy'> {
  if (refusal.why === 'stopped' || refusal.why === 'rate') return 'busy';
  const ended = await endUnfunded(tx, run, refusal, deps.clock.now());
  await settleMoney(deps, tx, ended);
  await announce(deps, tx, run, { state: 'failed', more: { failure: 'budget', detail: ended.detail } });
  if (ended.outcome === null) throw new AppError('internal', 'A run ended without an outcome.');
  return { kind: 'done', run: ended, outcome: ended.outcome };
}

/** Another execution has the run: its outcome is the answer, whoever waits for it. */
export function superseded(runId: string, cause?: unknown): AppError {
  return new AppError('unavailable', `The run ${runId} is executed by another worker now.`, { code: 'superseded', cause });
}

// As long as a silent executor keeps its place (`lockAndCountActive`).
const SILENT_MS = 60_000;

/** Waits until the execution that has the run now has ended, was handed back, or has not been heard of for a minute. */
export async function waitForOther(deps: AgentsDeps, runId: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const run = await progressOf(deps.db, runId);
    if (run === undefined || !ACTIVE_RUN_STATES.includes(run.state)) return;
    if (run.heartbeatAt === null || deps.clock.now().getTime() - run.heartbeatAt.getTime() > SILENT_MS) return;
    await sleep(BUSY_WAIT_MS);
  }
  throw handedBack(runId);
}

/** The run was let go of and will be executed again: the durable step that called must not be recorded as done. */
export function handedBack(runId: string, cause?: unknown): AppError {
  return new AppError('unavailable', `The run ${runId} was handed back and will be started again.`, { code: 'handed_back', cause });
}
