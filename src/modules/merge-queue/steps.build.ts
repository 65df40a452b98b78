import { randomUUID } from 'node:crypto';
import type { Mirror } from '#ports/git.ts';
import type { Build } from './decide.builds.ts';
import type { BuildPlan, BuildMembership, Suspicion } from '#modules/queue-schedule/index.ts';
import { commitMessage } from './decide.message.ts';
import { targetMovedEvent } from './events.ts';
import type { Candidate, QueueEntry } from './model.ts';
import { ladderOf, settingsOf, type MergeQueueDeps } from './steps.context.ts';
import { describeMoveOf, recordMove } from './steps.absorb.ts';
import { LeaseLost, moveTogether } from './steps.lease.ts';
import { filesOf } from './steps.graph.ts';
import { mergeEntry, move } from './steps.merge.ts';
import { commandsFor } from './steps.regenerate.ts';
import { speculate } from './steps.speculate.ts';
import { holdLease, readTarget, saveTarget, type Lease } from './store.targets.ts';

/**
 * Begins a planned build: the first entry is merged onto the target's head like any other, with every rung of the ladder; the
 * others are put on top of it as they are. One that does not go there cleanly stays in the queue and is no worse for it. False: merging
 * the first ended it, and there is no build.
 */
export async function beginBuild(
  deps: MergeQueueDeps,
  plan: BuildPlan,
  entries: readonly QueueEntry[],
  { lease, signal }: { lease: Lease; signal: AbortSignal },
): Promise<boolean> {
  const [first, ...others] = entries;
  if (first === undefined) return false;
  const build: BuildMembership = { id: `build_${randomUUID()}`, kind: plan.kind, lane: plan.lane, position: 0, size: 1 };
  const detail = { build: build.id, kind: plan.kind, lane: plan.lane };
  const begun = await move(deps, first, lease, { to: 'merging', event: 'merge.started', detail, change: { build, notBefore: null } });
  const merged = await mergeFirst(deps, begun, { lease, signal });
  if (merged === undefined) return false;
  if (others.length > 0) await extend(deps, { first: merged, others, build }, lease);
  return true;
}

/** Merges the first entry of a build; undefined when that ended it. `signal`: the worker must let go. */
export async function mergeFirst(
  deps: MergeQueueDeps,
  entry: QueueEntry,
  { lease, signal }: { lease: Lease; signal: AbortSignal },
): Promise<QueueEntry | undefined> {
  const merged = await mergeEntry(deps, entry, lease, signal);
  if (merged?.state !== 'verifying' || merged.candidate === null) return undefined;
  await announceOutsider(deps, merged, merged.candidate.head, lease);
  return merged;
}

interface Extension {
  first: QueueEntry;
  others: readonly QueueEntry[];
  build: BuildMembership;
}

interface Stacked {
  entry: QueueEntry;
  candidate: Candidate;
}

/** Puts the other members on top of the first; objects before rows, and the rows of all in one transaction. */
async function extend(deps: MergeQueueDeps, { first, others, build }: Extension, lease: Lease): Promise<void> {
  const mirror = await deps.mirrors(first.repositoryId);
  const stacked = await stack(deps, mirror, others, first.candidate?.commit ?? '');
  if (stacked.length === 0) return;
  const size = stacked.length + 1;
  await moveTogether(deps, { lease, entries: [first, ...stacked.map(({ entry }) => entry)] }, (entry, position) => {
    const candidate = position === 0 ? entry.candidate : (stacked[position - 1]?.candidate ?? null);
    const detail = { ...candidate, build: build.id, kind: build.kind, lane: build.lane, position, size };
    const change = { candidate, rung: candidate?.rung ?? null, build: { ...build, position, size }, notBefore: null };
    return { to: 'verifying', event: position === 0 ? 'build.formed' : 'merged', detail, change };
  });
}

/** One on top of the other; what does not go there cleanly is left out, and so is what needs it. */
export function stack(deps: MergeQueueDeps, mirror: Mirror, entries: readonly QueueEntry[], onto: string): Promise<Stacked[]> {
  return mirror.together(() => stackAll(deps, mirror, entries, onto));
}

async function stackAll(deps: MergeQueueDeps, mirror: Mirror, entries: readonly QueueEntry[], onto: string): Promise<Stacked[]> {
  const stacked: Stacked[] = [];
  const left = new Set<string>();
  // Nothing goes ahead of what was left out and touches the same files.
  const leftFiles = new Set<string>();
  let head = onto;
  for (const entry of entries) {
    const { intent } = entry.document;
    // What the project's commands write for it is made on the head it lands on: such a change can only be the first of a build.
    const alone = commandsFor(entry, await ladderOf(deps, entry), []).length > 0;
    const behind = intent.depends_on.some((id) => left.has(id)) || filesOf(entry).some((path) => leftFiles.has(path));
    const applied = alone || behind ? null : await speculate(mirror, entry, head);
    if (applied?.kind !== 'clean') {
      left.add(entry.id);
      for (const path of filesOf(entry)) leftFiles.add(path);
      continue;
    }
    const atUnixS = Math.floor(deps.clock.now().getTime() / 1000);
    const commit = await mirror.commit({
      tree: applied.tree,
      parents: [head],
      message: commitMessage(entry),
      author: settingsOf(deps).author,
      atUnixS,
    });
    stacked.push({ entry, candidate: { head, tree: applied.tree, commit, rung: applied.rung } });
    head = commit;
  }
  return stacked;
}

/** Sends the members of a build back to the queue as they came: nobody's retry is counted. */
export async function releaseBuild(
  deps: MergeQueueDeps,
  build: Pick<Build, 'id' | 'members'>,
  lease: Lease,
  why: { event: string; detail?: Record<string, string | number | null>; suspicion?: Suspicion; notBefore?: Date },
): Promise<void> {
  await moveTogether(deps, { lease, entries: build.members }, (entry) => ({
    to: 'queued',
    event: why.event,
    detail: { build: build.id, ...why.detail, ...(why.suspicion === undefined ? {} : { suspicion: { ...why.suspicion } }) },
    change: { build: null, candidate: null, suspicion: why.suspicion ?? entry.suspicion, notBefore: why.notBefore ?? null },
  }));
}

/**
 * A head nobody announced was pushed by somebody else: whoever works on those files should know, and without its row the journal
 * could not say how the branch came there. Asked again before a landing on that head: who merged may have died before this.
 */
export async function announceOutsider(deps: MergeQueueDeps, entry: QueueEntry, head: string, lease: Lease): Promise<void> {
  const { announcedCommit: from } = await readTarget(deps.db, lease);
  if (from === head) return;
  const mirror = await deps.mirrors(entry.repositoryId);
  const known = from !== null && (await mirror.resolve(from)) !== null;
  const files = known ? (await mirror.diffNames(from, head)).map(({ path }) => path) : [];
  const outside = from === null ? null : await describeMoveOf(deps, mirror, entry, { from, to: head });
  await deps.db.tx(async (tx) => {
    if (!(await holdLease(tx, lease))) throw new LeaseLost(lease);
    await saveTarget(tx, lease, { announcedCommit: head });
    if (outside !== null) await recordMove(deps, tx, outside);
    // The first head a target is seen at is no move.
    if (known) await deps.outbox.put(tx, targetMovedEvent({ ...toMove(entry), from, to: head, by: 'outsider', files, changeRequestIds: [] }));
  });
}

export const toMove = (entry: QueueEntry): { repositoryId: string; projectId: string; target: string } => ({
  repositoryId: entry.repositoryId,
  projectId: entry.projectId,
  target: entry.target,
});
