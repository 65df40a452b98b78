import { messageOf } from '#kernel/errors.ts';
import { decideAfterFault, decideStep, type Step } from './decide.ts';
import type { QueueEntry } from './model.ts';
import { settingsOf, type MergeQueueDeps } from './steps.context.ts';
import { EntryMoved, LeaseLost } from './steps.lease.ts';
import { mergeEntry, move, quarantine } from './steps.merge.ts';
import { publishEntry } from './steps.publish.ts';
import type { Slots } from './steps.slots.ts';
import { verifyEntry } from './steps.verify.ts';
import type { Waker } from './steps.waker.ts';
import { listActive, listDependencies } from './store.read.ts';
import { releaseLease, renewLease, type Lease } from './store.targets.ts';

/** A leased target and what its worker shares with the others of the process. */
export interface Runner {
  deps: MergeQueueDeps;
  lease: Lease;
  /** Aborted when the lease is lost, or when the process must stop now. */
  abort: AbortController;
  waker: Waker;
  verifying: Slots;
  isStopping(): boolean;
}

/** Works a target until nothing is left, the lease is lost or the process stops; keeps the lease meanwhile and gives it back. */
export async function workTarget(runner: Runner): Promise<void> {
  const { deps, lease, abort } = runner;
  const heartbeat = setInterval(() => void beat(runner), settingsOf(deps).leaseTtlMs / 3);
  try {
    while (!runner.isStopping() && !abort.signal.aborted && (await turn(runner))) await Promise.resolve();
  } finally {
    clearInterval(heartbeat);
    await releaseLease(deps.db, lease).catch((error: unknown) =>
      deps.log.warn({ error: messageOf(error), target: lease.target }, 'A target could not be given back; its lease runs out.'),
    );
  }
}

async function beat({ deps, lease, abort }: Runner): Promise<void> {
  try {
    if (!(await renewLease(deps.db, lease, settingsOf(deps).leaseTtlMs))) abort.abort(new LeaseLost(lease));
  } catch (error) {
    deps.log.warn({ error: messageOf(error), target: lease.target }, 'The lease could not be renewed.');
  }
}

/** One look at the rows and one step; false when the target has nothing left, or is no longer ours. */
async function turn(runner: Runner): Promise<boolean> {
  const { deps, lease, waker } = runner;
  const seen = waker.count();
  let step: Step;
  try {
    const active = await listActive(deps.db, lease);
    if (active.length === 0) return false;
    step = decideStep({ active, dependencies: await listDependencies(deps.db, active) }, deps.clock.now());
  } catch (error) {
    deps.log.warn({ error: messageOf(error), target: lease.target }, 'The merge queue could not read its rows; it tries again.');
    await waker.wait(settingsOf(deps).pollMs, seen);
    return true;
  }
  if (step.kind === 'wait') {
    await waker.wait(settingsOf(deps).pollMs, seen);
    return true;
  }
  return perform(runner, step);
}

async function perform(runner: Runner, step: Exclude<Step, { kind: 'wait' }>): Promise<boolean> {
  const { deps, lease } = runner;
  const { signal } = runner.abort;
  try {
    if (step.kind === 'merge') await mergeEntry(deps, step.entry, lease);
    else if (step.kind === 'verify') await runner.verifying.use(() => verifyEntry(deps, step.entry, { lease, signal }));
    else await publishEntry(deps, step.entry, lease);
    return true;
  } catch (error) {
    if (error instanceof LeaseLost || signal.aborted) return false;
    if (error instanceof EntryMoved) return true;
    return recordFault(runner, step.entry, error);
  }
}

/** A fault is written to the row it happened on; when even that fails, the next look starts from what the row says. */
async function recordFault({ deps, lease, waker }: Runner, begun: QueueEntry, error: unknown): Promise<boolean> {
  const sentence = messageOf(error).slice(0, 4000);
  deps.log.warn({ changeRequest: begun.id, error: sentence }, 'A step of the merge queue failed.');
  try {
    // The step may have moved the entry before it failed.
    const entry = (await listActive(deps.db, lease)).find((candidate) => candidate.id === begun.id);
    if (entry === undefined) return true;
    const decision = decideAfterFault(entry, sentence, settingsOf(deps), deps.clock.now());
    if (decision.kind === 'quarantine') await quarantine(deps, entry, lease, decision.reason);
    else {
      // Published may be published: such an entry is looked at again where it stands, anything else is merged afresh.
      const to = entry.state === 'publishing' ? 'publishing' : 'queued';
      const change = { retries: decision.retries, notBefore: decision.notBefore, lastError: sentence };
      await move(deps, entry, lease, { to, event: 'fault', detail: { error: sentence.toWellFormed(), retries: decision.retries }, change });
    }
    return true;
  } catch (fault) {
    if (fault instanceof LeaseLost) return false;
    if (!(fault instanceof EntryMoved)) await waker.wait(settingsOf(deps).pollMs, waker.count());
    return true;
  }
}
