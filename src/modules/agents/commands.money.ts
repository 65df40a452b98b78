import type { Tx } from '#platform/db/index.ts';
import { sentenceOf, worstCaseOf, type Refusal, type ReserveInput } from '#modules/budget/index.ts';
import { limitsOf } from './decide.outcome.ts';
import type { AgentSpec } from './model.ts';
import type { AgentsDeps } from './steps.context.ts';
import { endRun, startsOf, type RunRow } from './store.ts';

/** Beside the run's own time limit: waiting for its turn, setup and checks. A run that waits longer is admitted anew when its turn comes. */
const LEASE_GRACE_MS = 60 * 60_000;

/**
 * What a run may cost at worst, by its limits and the price of its model. A sealed run without a model behind its gateway reaches
 * nothing that costs money.
 */
export function reservationOf(deps: Pick<AgentsDeps, 'upstream'>, run: RunRow, spec: AgentSpec): ReserveInput {
  const limits = limitsOf(spec);
  const upstream = deps.upstream(run.agent);
  const amountMicros = run.sealed && upstream === null ? 0 : worstCaseOf(limits, run.sealed ? (upstream?.price ?? null) : null);
  return {
    id: run.id,
    kind: 'run',
    projectId: run.projectId,
    repositoryId: run.repositoryId,
    workItemId: run.workItemId,
    spender: run.agent,
    amountMicros,
    leaseMs: limits.wallMs + LEASE_GRACE_MS,
  };
}

/** Counts what an ended run cost, in the transaction that ends it. */
export async function settleMoney(deps: Pick<AgentsDeps, 'budget'>, tx: Tx, run: RunRow): Promise<void> {
  await deps.budget?.settleRun(tx, run.id, {
    costMicros: run.costMicros,
    tokens: run.inputTokens + run.outputTokens,
    sealed: run.sealed,
    starts: await startsOf(tx, run.id),
  });
}

/** A run whose turn came when the money was gone ends, to be tried again: the next try asks people first. */
export async function endUnfunded(tx: Tx, run: RunRow, refusal: Refusal, now: Date): Promise<RunRow> {
  const detail = sentenceOf(refusal);
  const outcome = { kind: 'failed', runId: run.id, failure: 'budget', detail, retryable: true, feedback: null } as const;
  await endRun(tx, { runId: run.id, execution: run.execution }, { state: 'failed', failure: 'budget', detail, outcome, checks: [], now });
  return { ...run, state: 'failed', failure: 'budget', detail, outcome };
}
