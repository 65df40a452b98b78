import { isAppError, messageOf } from '#kernel/errors.ts';
import type { JsonObject } from '#kernel/json.ts';
import { crashpoint } from '#platform/workflow/index.ts';
import { claim, handedBack, superseded, waitForOther, type Claim } from './commands.claim.ts';
import { settleMoney } from './commands.money.ts';
import { announce, ensureRun, specOf } from './commands.ts';
import { answersText, failed } from './decide.outcome.ts';
import { mapStrings, storableText } from './decide.text.ts';
import { isSealed, type AgentRun, type CheckRun, type RunOutcome, type RunRequest } from './model.ts';
import type { AgentsDeps } from './steps.context.ts';
import { clearLeftWork, removeWorkplace } from './steps.keep.ts';
import { openRunLog } from './steps.log.ts';
import { endLeftovers } from './steps.processes.ts';
import type { Session, Workshop } from './steps.session.ts';
import { tellStory } from './steps.story.ts';
import { watchRun } from './steps.watch.ts';
import { beat, endRun, loadRun, moveRun, type Held } from './store.ts';

/**
 * Executes a run to its outcome. Idempotent per run: a stored outcome is answered again, an execution in this process is
 * joined, one lost in a crash is started afresh in a clean worktree, and one that another executor took over is waited for.
 * Throws AppError unavailable `handed_back` when `signal` aborts; then nothing is recorded as done.
 */
export async function executeRun(deps: AgentsDeps, shop: Workshop, asked: RunRequest, signal: AbortSignal): Promise<RunOutcome> {
  const run = await ensureRun(deps, asked);
  const request = { ...asked, runId: run.id };
  const here = shop.running.get(run.id);
  if (here !== undefined) return here.done;
  const local = new AbortController();
  const done = untilOutcome(deps, shop, { request, signal, stopped: local.signal }).finally(() => shop.running.delete(run.id));
  shop.running.set(run.id, { done, stop: () => local.abort() });
  return done;
}

interface Order {
  request: RunRequest;
  /** The server lets go of its runs. */
  signal: AbortSignal;
  /** Somebody stopped this run, in this process. */
  stopped: AbortSignal;
}

/** An execution that loses the run to another one waits for what that one finds. */
async function untilOutcome(deps: AgentsDeps, shop: Workshop, order: Order): Promise<RunOutcome> {
  for (;;) {
    try {
      return await oneExecution(deps, shop, order);
    } catch (error) {
      if (!isAppError(error) || error.code !== 'superseded') throw error;
      if (order.signal.aborted) throw handedBack(order.request.runId, error);
    }
    await waitForOther(deps, order.request.runId, order.signal);
  }
}

async function oneExecution(deps: AgentsDeps, shop: Workshop, order: Order): Promise<RunOutcome> {
  const { request } = order;
  const brief = await deps.brief(request);
  const spec = specOf(deps, request.agent);
  const mirror = await deps.mirror(brief.repositoryId);
  await shop.sweep(mirror);
  const sandbox = spec.sandbox ?? brief.settings.sandbox;
  const claimed = await claim(deps, {
    request,
    sandbox,
    sealed: isSealed(spec.network, sandbox),
    concurrency: spec.concurrency,
    signal: order.signal,
  });
  if (claimed.kind === 'done') {
    await removeWorkplace(deps, request.runId, mirror);
    return claimed.outcome;
  }
  const watch = watchRun(deps, claimed.held, order.signal);
  const onStopped = (): void => watch.stop('cancelled');
  order.stopped.addEventListener('abort', onStopped, { once: true });
  // Asked for while nobody was working on it: what is left to do is to tidy up.
  if (order.stopped.aborted || claimed.run.stopRequestedAt !== null) onStopped();
  try {
    const session = await openSession(deps, shop, { request, brief, spec, mirror, claimed, watch });
    const outcome = await carryOut(session, claimed.previous);
    shop.bell.ring(request.runId);
    return outcome;
  } finally {
    watch.close();
  }
}

type SessionParts = Pick<Session, 'request' | 'brief' | 'spec' | 'mirror' | 'watch'> & { claimed: Extract<Claim, { kind: 'claimed' }> };

async function openSession(deps: AgentsDeps, shop: Workshop, parts: SessionParts): Promise<Session> {
  const { held, run } = parts.claimed;
  const log = await openRunLog({ ...deps, bell: shop.bell }, held);
  const session: Session = {
    deps,
    setup: shop.setup,
    bell: shop.bell,
    request: parts.request,
    brief: parts.brief,
    spec: parts.spec,
    held,
    run,
    mirror: parts.mirror,
    log,
    watch: parts.watch,
    facts: { phase: 'preparing', baseCommit: run.baseCommit, checks: [] },
    async move(state, more) {
      const moved = await deps.db.tx(async (tx) => {
        const ours = await moveRun(tx, held, state, deps.clock.now());
        if (ours) await announce(deps, tx, run, { state, more: { execution: held.execution, ...more } });
        return ours;
      });
      if (!moved) {
        parts.watch.stop('superseded');
        throw superseded(held.runId);
      }
      if (state === 'running' || state === 'checking') session.facts.phase = state;
      log.write({ kind: 'state', state });
      await log.flush();
    },
  };
  return session;
}

async function carryOut(session: Session, previous: Held | null): Promise<RunOutcome> {
  session.log.write({
    kind: 'state',
    state: 'preparing',
    agent: session.request.agent,
    role: session.request.role,
    attempt: session.request.attempt,
  });
  let outcome: RunOutcome;
  try {
    if (previous !== null) await clearPrevious(session, previous);
    outcome = mapStrings(await tellStory(session), storableText);
    // What was decided while a stop came in does not count: the person's word does.
    if (session.watch.reason() !== null) throw new Error('the run was stopped');
  } catch (error) {
    outcome = mapStrings(await afterTrouble(session, error), storableText);
  }
  await settle(session, outcome);
  return outcome;
}

/** Ends what an earlier execution left running and keeps what it left in its worktree; the log goes on behind its lines. */
async function clearPrevious(session: Session, previous: Held): Promise<void> {
  const { deps, run, log } = session;
  log.write({ kind: 'note', text: `Execution ${previous.execution} was handed back; the run starts afresh.` });
  deps.log.info({ run: run.id, execution: previous.execution }, 'a run was handed back and starts afresh');
  await endLeftovers(run);
  // An execution that was lost while preparing had no agent yet: a half-made worktree is nobody's work.
  await clearWorkplace(session, previous, run.state !== 'preparing');
}

async function clearWorkplace({ deps, mirror, facts, request }: Session, held: Held, worked: boolean): Promise<void> {
  if (worked && facts.baseCommit !== null && !answersText(request.role)) {
    await clearLeftWork(deps, { held, mirror, baseCommit: facts.baseCommit, summary: `Execution ${held.execution}, handed back.` });
  }
  await removeWorkplace(deps, held.runId, mirror);
}

/** What an exception means: a stop somebody asked for, or trouble of our own making, which is a failed run and a log entry. */
async function afterTrouble(session: Session, error: unknown): Promise<RunOutcome> {
  const { held, watch, deps } = session;
  const reason = watch.reason();
  if (reason === 'cancelled') return { kind: 'cancelled', runId: held.runId };
  if (reason === 'superseded') {
    await session.log.close().catch(() => {});
    throw superseded(held.runId, error);
  }
  if (reason === 'handed_back') {
    await handBack(session);
    throw handedBack(held.runId, error);
  }
  deps.log.error({ run: held.runId, err: error }, 'a run failed by trouble of our own');
  const failure = session.facts.phase === 'preparing' ? 'setup_failed' : 'crashed';
  return failed(held.runId, failure, `Reeve could not carry the run on: ${messageOf(error)}`, null);
}

/** Lets go of the run so that another server, or this one after its restart, starts it afresh. */
async function handBack(session: Session): Promise<void> {
  const { deps, held, run, log } = session;
  log.write({ kind: 'state', state: 'handed_back' });
  try {
    await endLeftovers({ ...run, processId: null });
    await log.close();
    await deps.db.tx(async (tx) => {
      if (await moveRun(tx, held, 'handed_back', deps.clock.now()))
        await announce(deps, tx, run, { state: 'handed_back', more: { execution: held.execution, reason: 'its server stops' } });
    });
    await clearWorkplace(session, held, session.facts.phase !== 'preparing');
  } catch (error) {
    // The next execution does the same again; a stopping server must not be held up by it.
    deps.log.warn({ run: held.runId, error: messageOf(error) }, 'a run was handed back without tidying up');
  }
}

const END_STATE = { change_request: 'succeeded', text: 'succeeded', failed: 'failed', cancelled: 'cancelled' } as const;

/** Stores the outcome, and only then cleans up. */
async function settle(session: Session, outcome: RunOutcome): Promise<void> {
  const { deps, held, run, log, facts, mirror } = session;
  // Whoever has the run now has the worktree and the processes too: touch nothing.
  if ((await beat(deps.db, held)) === null) throw superseded(held.runId);
  await endLeftovers({ ...run, processId: null });
  await keepUnlanded(session, outcome);
  const state = END_STATE[outcome.kind];
  const failure = outcome.kind === 'failed' ? outcome.failure : null;
  const detail = outcome.kind === 'failed' ? outcome.detail : null;
  log.write({ kind: 'outcome', outcome: outcome.kind, ...(failure === null ? {} : { failure, detail }) });
  // A log that could not be written whole must not cost the work its record.
  await log.close().catch((error: unknown) => deps.log.error({ run: held.runId, err: error }, 'the execution log is incomplete'));
  const ours = await deps.db.tx(async (tx) => {
    const stored = await endRun(tx, held, { state, failure, detail, outcome, checks: facts.checks, now: deps.clock.now() });
    if (stored) await settleMoney(deps, tx, (await loadRun(tx, run.id)) ?? run);
    if (stored) await announce(deps, tx, run, { state, more: endFacts(facts.checks, failure, detail) });
    return stored;
  });
  if (!ours) throw superseded(held.runId);
  await crashpoint('run.outcome.stored');
  await removeWorkplace(deps, held.runId, mirror);
}

function endFacts(checks: readonly CheckRun[], failure: AgentRun['failure'], detail: string | null): JsonObject {
  return { checks: checks.map(({ name, exit_code }) => ({ name, exit_code })), ...(failure === null ? {} : { failure, detail }) };
}

/** Keeps what would be lost with the worktree: everything that is neither a change request nor thrown away by its role. */
async function keepUnlanded(session: Session, outcome: RunOutcome): Promise<void> {
  const { facts, request, deps, held, mirror } = session;
  if (outcome.kind === 'change_request' || answersText(request.role)) return;
  if (facts.baseCommit === null || facts.phase === 'preparing') return;
  const summary = outcome.kind === 'failed' ? outcome.detail : `The run was ${outcome.kind}.`;
  await clearLeftWork(deps, { held, mirror, baseCommit: facts.baseCommit, summary });
}
