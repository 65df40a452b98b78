import { messageOf } from '#kernel/errors.ts';
import type { BuildPlan } from '#modules/queue-schedule/index.ts';
import { decideTurn, groupBuilds, type Build, type Turn } from './decide.builds.ts';
import type { QueueEntry } from './model.ts';
import { auditTarget } from './steps.audit.ts';
import { beginBuild, mergeFirst, releaseBuild } from './steps.build.ts';
import { settingsOf, type MergeQueueDeps } from './steps.context.ts';
import { recordDrained } from './steps.drain.ts';
import { recordFault } from './steps.fault.ts';
import type { GraphReader } from './steps.graph.ts';
import { EntryMoved, LeaseLost } from './steps.lease.ts';
import { planTarget, type Snapshot } from './steps.plan.ts';
import { publishBuild } from './steps.publish.ts';
import type { Slots } from './steps.slots.ts';
import { RECENT, verifyBuild } from './steps.verify.ts';
import type { Waker } from './steps.waker.ts';
import { createActiveRows, type ActiveRows } from './steps.rows.ts';
import { listDependencies } from './store.read.ts';
import { recentRuns } from './store.verifications.ts';
import { readTarget, releaseLease, renewLease, type Lease, type TargetState } from './store.targets.ts';

/** A leased target and what its worker shares with the others of the process. */
export interface Runner {
  deps: MergeQueueDeps;
  lease: Lease;
  /** Aborted when the lease is lost, or when the process must stop now. */
  abort: AbortController;
  waker: Waker;
  verifying: Slots;
  graph: GraphReader;
  isStopping(): boolean;
}

/** What runs beside the loop: checks. Everything that writes objects in order, rows in bulk or the branch is the loop's. */
interface Job {
  done: Promise<void>;
  abort: AbortController;
}

interface Working extends Runner {
  rows: ActiveRows;
  jobs: Map<string, Job>;
  unpublished: Set<string>;
  /** The combined tree that landed fails: nothing lands on top until it is mended. */
  red: boolean;
}

/** Works a target until nothing is left, the lease is lost or the process stops; keeps the lease meanwhile and gives it back. */
export async function workTarget(runner: Runner): Promise<void> {
  const { deps, lease, abort } = runner;
  const working: Working = { ...runner, rows: createActiveRows(), jobs: new Map(), unpublished: new Set(), red: false };
  const stopBeating = startHeartbeat(runner);
  try {
    while (!runner.isStopping() && !abort.signal.aborted && (await turn(working))) await Promise.resolve();
    await Promise.all([...working.jobs.values()].map((job) => job.done));
  } finally {
    stopBeating();
    await releaseLease(deps.db, lease).catch((error: unknown) =>
      deps.log.warn({ error: messageOf(error), target: lease.target }, 'A target could not be given back; its lease runs out.'),
    );
  }
}

/**
 * One beat at a time: while a landing holds the lease's row (its git may hang) each further one would take a connection of its own
 * and wait with it, until the process had none left.
 */
function startHeartbeat(runner: Runner): () => void {
  let beating = false;
  const heartbeat = setInterval(
    () => {
      if (beating) return;
      beating = true;
      void beat(runner).finally(() => {
        beating = false;
      });
    },
    settingsOf(runner.deps).leaseTtlMs / 3,
  );
  return () => clearInterval(heartbeat);
}

async function beat({ deps, lease, abort }: Runner): Promise<void> {
  try {
    if (!(await renewLease(deps.db, lease, settingsOf(deps).leaseTtlMs))) abort.abort(new LeaseLost(lease));
  } catch (error) {
    deps.log.warn({ error: messageOf(error), target: lease.target }, 'The lease could not be renewed.');
  }
}

/** What every look reads. */
type Seen = Omit<Snapshot, 'runs'>;

/** One look at the rows and one step; false when the target has nothing left, or is no longer ours. */
async function turn(working: Working): Promise<boolean> {
  const { deps, lease, waker } = working;
  const seen = waker.count();
  // Before the rows are read: checks that end in between have woken the loop, and must not be taken for not begun.
  const running = new Set(working.jobs.keys());
  try {
    const active = await working.rows.read(deps.db, lease);
    const snapshot: Seen = { active, dependencies: await listDependencies(deps.db, active), target: await readTarget(deps.db, lease) };
    if (active.length === 0 && snapshot.target.audit === null && working.jobs.size === 0) {
      await recordDrained(deps, lease, snapshot.target);
      return false;
    }
    startAudit(working, snapshot.target, running);
    dropJobs(working, active);
    const control = working.red ? 'paused' : snapshot.target.control;
    const next = decideTurn({ active, control, running, unpublished: working.unpublished }, deps.clock.now());
    if (next !== null) return await perform(working, next, snapshot);
    if (await planAndBegin(working, snapshot)) return true;
    await recordDrained(deps, lease, snapshot.target, groupBuilds(active).builds.length + working.jobs.size);
  } catch (error) {
    if (error instanceof LeaseLost) return false;
    deps.log.warn({ error: messageOf(error), target: lease.target }, 'The merge queue could not read its rows; it tries again.');
  }
  await waker.wait(settingsOf(deps).pollMs, seen);
  return true;
}

/** Ends checks of builds that are no more: a member was dropped, or the build was taken apart. */
function dropJobs({ jobs }: Working, active: readonly QueueEntry[]): void {
  const { builds } = groupBuilds(active);
  for (const [id, job] of jobs) {
    if (id !== AUDIT && !builds.some((build) => build.id === id && build.state !== 'merging')) job.abort.abort(new Error('the build is no more'));
  }
}

async function perform(working: Working, { kind, build }: Turn, { active, target }: Seen): Promise<boolean> {
  const { deps, lease } = working;
  if (kind === 'verify') {
    startJob(working, build.id, (signal) => verifyBuild(deps, build, { lease, signal }), build);
    return true;
  }
  return guard(working, build, async () => {
    if (kind === 'dissolve') await releaseBuild(deps, build, lease, { event: 'build.dissolved' });
    else if (kind === 'merge') await mergeFirst(deps, build.members[0], { lease, signal: working.abort.signal });
    else {
      const joinInFlight = groupBuilds(active).builds.some((other) => other.kind === 'join' && other.id !== build.id);
      const context = { lease, graph: working.graph, joinInFlight, paused: target.control === 'paused' || working.red };
      if (await publishBuild(deps, build, context)) working.unpublished.delete(build.id);
      else working.unpublished.add(build.id);
    }
  });
}

/** Runs a step; a fault is written to the rows it happened on. False: the target is no longer ours. */
async function guard(working: Working, build: Pick<Build, 'id' | 'members'>, work: () => Promise<void>): Promise<boolean> {
  const { deps, lease, waker } = working;
  const { signal } = working.abort;
  try {
    await work();
    return true;
  } catch (error) {
    if (error instanceof LeaseLost || signal.aborted) return false;
    if (error instanceof EntryMoved) return true;
    return recordFault(deps, { lease, waker }, build, error);
  }
}

const AUDIT = 'audit';

/** Checks run beside the loop, in the bounded pool; their outcome is in the rows, and the loop is woken to read it. */
function startJob(working: Working, id: string, work: (signal: AbortSignal) => Promise<void>, build: Pick<Build, 'id' | 'members'> | null): void {
  const abort = new AbortController();
  const signal = AbortSignal.any([working.abort.signal, abort.signal]);
  const run = async (): Promise<void> => {
    try {
      await working.verifying.use(async () => {
        signal.throwIfAborted();
        await work(signal);
      });
    } catch (error) {
      if (error instanceof LeaseLost) working.abort.abort(error);
      else if (!signal.aborted && !(error instanceof EntryMoved)) await recordJobFault(working, build, error);
    } finally {
      working.jobs.delete(id);
      working.waker.wake();
    }
  };
  working.jobs.set(id, { abort, done: run() });
}

async function recordJobFault(working: Working, build: Pick<Build, 'id' | 'members'> | null, error: unknown): Promise<void> {
  const { deps, lease, waker } = working;
  if (build !== null) {
    if (!(await recordFault(deps, { lease, waker }, build, error))) working.abort.abort(new LeaseLost(lease));
    return;
  }
  deps.log.warn({ error: messageOf(error), target: lease.target }, 'The combined tree could not be verified; it is tried again.');
  await waker.wait(settingsOf(deps).pollMs, waker.count());
}

function startAudit(working: Working, { audit }: TargetState, running: ReadonlySet<string>): void {
  if (audit === null || running.has(AUDIT) || working.jobs.has(AUDIT)) return;
  const onRed = (): void => {
    working.red = true;
  };
  const work = (signal: AbortSignal): Promise<void> =>
    auditTarget(working.deps, audit, { lease: working.lease, signal, onRed }).finally(() => {
      working.red = false;
    });
  startJob(working, AUDIT, work, null);
}

/** Plans builds of what waits and begins the first; true when something was begun. */
async function planAndBegin(working: Working, seen: Seen): Promise<boolean> {
  const { deps, lease } = working;
  const snapshot: Snapshot = { ...seen, runs: await recentRuns(deps.db, lease, RECENT) };
  const plan = await planTarget(deps, working.graph, snapshot);
  const [first] = plan.builds;
  const members = (first?.members ?? []).flatMap((id) => snapshot.active.filter((entry) => entry.id === id));
  return first !== undefined && members.length > 0 && beginFirst(working, first, members);
}

/** A plan is this young when another of its entries is begun without a new look at the rows. */
const MOST_PLAN_AGE_MS = 250;

/**
 * Begins a build of the entries. Where the first one ends by being merged (a conflict, mostly), nothing that the plan looked at has
 * changed for the others but for those that need it: the next one is the first then.
 */
async function beginFirst(working: Working, plan: BuildPlan, members: readonly QueueEntry[]): Promise<boolean> {
  const { deps, lease, abort } = working;
  const startedMs = deps.clock.now().getTime();
  for (let left = members; ;) {
    const [entry] = left;
    if (entry === undefined) return true;
    let begun = true;
    const work = async (): Promise<void> => {
      begun = await beginBuild(deps, plan, left, { lease, signal: abort.signal });
    };
    if (!(await guard(working, { id: entry.id, members: [entry] }, work))) return false;
    const isOld = deps.clock.now().getTime() - startedMs > MOST_PLAN_AGE_MS;
    if (begun || isOld || plan.kind !== 'lane' || working.isStopping() || abort.signal.aborted) return true;
    left = withoutNeeding(left.slice(1), entry.id);
  }
}

/** What does not need the entry, nor anything that needs it; in their order, what is needed stands before what needs it. */
function withoutNeeding(entries: readonly QueueEntry[], id: string): QueueEntry[] {
  const gone = new Set([id]);
  return entries.filter(({ id: own, document: { intent } }) => {
    const needs = intent.depends_on.some((one) => gone.has(one)) || (intent.reverts !== null && gone.has(intent.reverts));
    if (needs) gone.add(own);
    return !needs;
  });
}
