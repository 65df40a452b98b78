import type { JsonObject } from '#kernel/json.ts';
import { crashpoint } from '#platform/workflow/index.ts';
import { attributionSentence, decidePace, nextBatchLimit, decideAfterFailure, type Attribution } from '#modules/queue-schedule/index.ts';
import { baseOf, tipOf, type Build } from './decide.builds.ts';
import type { Candidate, QueueEntry } from './model.ts';
import { releaseBuild } from './steps.build.ts';
import { runChecks, type CheckRun, type Held } from './steps.checks.ts';
import { schedulingOf, settingsOf, type MergeQueueDeps } from './steps.context.ts';
import { judge } from './steps.judge.ts';
import { moveTogether } from './steps.lease.ts';
import { quarantine } from './steps.merge.ts';
import { readTarget, saveTarget, type Lease } from './store.targets.ts';
import { isKnownRed, recentRuns } from './store.verifications.ts';

/** Runs of the checks that say what they cost. */
export const RECENT = 25;

/**
 * Runs the checks on exactly the tree that would land; a tree that passed before (the target moved and came to the same) is
 * not run again. What follows from a failure: several members are searched for the culprit, a single one is judged.
 */
export async function verifyBuild(deps: MergeQueueDeps, build: Build, held: Held): Promise<void> {
  const tip = tipOf(build);
  if (tip === null) throw new TypeError(`${build.id} is verifying without a candidate`);
  if (build.members.every((entry) => entry.verifiedTree === tip.tree)) {
    await pass(deps, { build, tip }, held.lease, { again: false });
    return;
  }
  const red = await isKnownRed(deps.db, held.lease.repositoryId, tip.tree);
  const run = await runChecks(deps, { build, role: 'candidate', commit: tip.commit, tree: tip.tree }, held);
  await crashpoint('queue.verify.after');
  if (run.passed) {
    const checks = run.checks.map(({ name, command, exit_code }) => ({ name, command, exit_code }));
    await pass(deps, { build, tip }, held.lease, { checks }, red ? flake(run) : null);
    return;
  }
  const suspicion = build.members[0].suspicion;
  const next = decideAfterFailure({ id: build.id, size: build.members.length }, suspicion);
  if (next.kind === 'judge') await conclude(deps, { build, tip }, run, held);
  else {
    await halveBatches(deps, held.lease);
    const failed = run.failed.join(', ').toWellFormed();
    await releaseBuild(deps, build, held.lease, { event: 'build.failed', detail: { tree: tip.tree, failed }, suspicion: next.suspicion });
  }
}

interface Verified {
  build: Build;
  tip: Candidate;
}

/** All members go on together with the tree they passed with. */
async function pass(
  deps: MergeQueueDeps,
  { build, tip }: Verified,
  lease: Lease,
  detail: JsonObject,
  attribution: Attribution | null = null,
): Promise<void> {
  const recent = await recentRuns(deps.db, lease, RECENT);
  const { mostBatch, cheap } = decidePace(recent, await schedulingOf(deps, build.members[0].projectId));
  await moveTogether(
    deps,
    { lease, entries: build.members },
    (entry) => ({
      to: 'publishing',
      event: 'verified',
      detail: { tree: tip.tree, ...detail, ...placeOf(build, entry), ...judgement(attribution) },
      change: { verifiedTree: tip.tree, suspicion: null, attribution: attribution ?? entry.attribution },
    }),
    async (tx) => {
      const { batchLimit } = await readTarget(tx, lease);
      await saveTarget(tx, lease, { batchLimit: nextBatchLimit(batchLimit, 'passed', { most: mostBatch, cheap }) });
    },
  );
}

const placeOf = (build: Build, entry: QueueEntry): JsonObject =>
  build.members.length > 1 ? { build: build.id, position: entry.build?.position ?? 0 } : {};

async function halveBatches(deps: MergeQueueDeps, lease: Lease): Promise<void> {
  const { batchLimit } = await readTarget(deps.db, lease);
  await deps.db.tx((tx) => saveTarget(tx, lease, { batchLimit: nextBatchLimit(batchLimit, 'failed', { most: batchLimit }) }));
}

/** A build of one failed: whose fault is it, and what follows. */
async function conclude(deps: MergeQueueDeps, { build, tip }: Verified, run: CheckRun, held: Held): Promise<void> {
  const [entry] = build.members;
  const { attribution, last } = await judge(deps, { build, entry, tip, first: run }, held);
  if (attribution.kind === 'flake') {
    const checks = last.checks.map(({ name, command, exit_code }) => ({ name, command, exit_code }));
    await pass(deps, { build, tip }, held.lease, { checks }, attribution);
    return;
  }
  if (attribution.kind === 'inherited' && (await waitForHead(deps, { entry, build }, attribution, held.lease))) return;
  await halveBatches(deps, held.lease);
  await quarantine(deps, { ...entry, attribution, suspicion: null, provenOn: null }, held.lease, {
    kind: 'checks_failed',
    checks: last.checks.filter((check) => check.exit_code !== 0),
    head: baseOf(build) ?? tip.head,
    attribution,
  });
}

/** The target is broken without the change: it stays in the queue for a while, because the next landing may mend it. */
async function waitForHead(
  deps: MergeQueueDeps,
  { entry, build }: { entry: QueueEntry; build: Build },
  attribution: Attribution,
  lease: Lease,
): Promise<boolean> {
  const now = deps.clock.now().getTime();
  const sinceMs = entry.attribution?.kind === 'inherited' ? (entry.attribution.sinceMs ?? now) : now;
  const { headPatienceMs } = settingsOf(deps);
  if (now - sinceMs >= headPatienceMs) return false;
  const notBefore = new Date(now + Math.min(HEAD_RECHECK_MS, headPatienceMs));
  const judged = { ...attribution, sinceMs };
  await moveTogether(deps, { lease, entries: [entry] }, () => ({
    to: 'queued',
    event: 'head.failing',
    detail: { build: build.id, ...judgement(judged) },
    change: { build: null, candidate: null, attribution: judged, notBefore, lastError: attribution.detail },
  }));
  return true;
}

const HEAD_RECHECK_MS = 120_000;

function flake(run: CheckRun): Attribution {
  const runs = [{ role: 'candidate' as const, tree: run.tree, passed: true, failed: [] }];
  return { kind: 'flake', detail: attributionSentence('flake', runs, []), with: [], runs };
}

/** A judgement as it stands in the journal. */
function judgement(attribution: Attribution | null): JsonObject {
  if (attribution === null) return {};
  const { kind, detail, with: others, runs } = attribution;
  return { attribution: { kind, detail: detail.toWellFormed(), with: others, runs: runs.map((run) => ({ ...run })) } };
}
