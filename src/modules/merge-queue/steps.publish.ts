import { crashpoint } from '#platform/workflow/index.ts';
import type { Mirror } from '#ports/git.ts';
import { decideAfterMove, decideAfterPublication } from './decide.ts';
import type { Candidate, QueueEntry } from './model.ts';
import { settingsOf, type MergeQueueDeps } from './steps.context.ts';
import { holdLease, type Lease } from './store.targets.ts';
import { LeaseLost, moveUnderLease, type Move } from './steps.lease.ts';
import { move, quarantine } from './steps.merge.ts';

/** Publishes a verified candidate and records it, or sends the entry back to be merged onto what the target is now. */
export async function publishEntry(deps: MergeQueueDeps, entry: QueueEntry, lease: Lease): Promise<void> {
  const { candidate } = entry;
  if (candidate === null) throw new TypeError(`${entry.id} is publishing without a candidate`);
  const mirror = await deps.mirrors(entry.repositoryId);
  if (entry.publish.kind === 'action') await publishByAction(deps, { entry, lease, mirror, candidate, actionId: entry.publish.actionId });
  else await publishByRef(deps, { entry, lease, mirror, candidate });
}

interface Publishing {
  entry: QueueEntry;
  lease: Lease;
  mirror: Mirror;
  candidate: Candidate;
}

/**
 * The swap happens while the lease row is locked, so a worker that lost its lease cannot move the branch, however late it
 * wakes. A crash between the swap and the commit of the row leaves the entry `publishing` with the candidate's commit on
 * the branch: the next holder finds it there and only records it.
 */
async function publishByRef(deps: MergeQueueDeps, publishing: Publishing): Promise<void> {
  const { entry, lease, mirror, candidate } = publishing;
  const ref = `refs/heads/${entry.target}`;
  const landed = await deps.db.tx(async (tx) => {
    if (!(await holdLease(tx, lease))) throw new LeaseLost(lease);
    if (!(await isPublished(mirror, ref, candidate.commit)) && !(await swap(mirror, ref, candidate))) return false;
    await moveUnderLease(deps, tx, { lease, entry }, landing(deps, { candidate, commit: candidate.commit, tree: candidate.tree }));
    return true;
  });
  if (landed) await crashpoint('queue.land.recorded');
  else await mergeAgain(deps, entry, lease);
}

async function isPublished(mirror: Mirror, ref: string, commit: string): Promise<boolean> {
  const current = await mirror.resolve(ref);
  if (current === null || (await mirror.resolve(commit)) === null) return false;
  return current === commit || (await mirror.isAncestor(commit, current));
}

async function swap(mirror: Mirror, ref: string, candidate: Candidate): Promise<boolean> {
  const current = await mirror.resolve(ref);
  if (current !== null && current !== candidate.head) return false;
  if ((await mirror.resolve(candidate.commit)) === null) return false;
  await crashpoint('queue.publish.before');
  const swapped = await mirror.compareAndSwap(ref, current, candidate.commit);
  if (swapped) await crashpoint('queue.publish.after');
  return swapped;
}

function landing(deps: MergeQueueDeps, { candidate, commit, tree }: { candidate: Candidate; commit: string; tree: string }): Move {
  return {
    to: 'landed',
    event: 'landed',
    detail: { head: candidate.head, commit, tree, verified_tree: candidate.tree, rung: candidate.rung },
    change: { landedCommit: commit, landedTree: tree, landedAt: deps.clock.now(), lastError: null },
    announce: { type: 'change_request.landed', reason: null },
  };
}

/** The action's executor publishes once however often it is asked, so asking again after a crash answers what happened. */
async function publishByAction(deps: MergeQueueDeps, publishing: Publishing & { actionId: string }): Promise<void> {
  const { entry, lease, mirror, candidate } = publishing;
  if (deps.publishByAction === undefined) throw new TypeError('no action can publish here');
  await deps.db.tx(async (tx) => {
    if (!(await holdLease(tx, lease))) throw new LeaseLost(lease);
  });
  await crashpoint('queue.publish.before');
  const answer = decideAfterPublication(await deps.publishByAction(publishing.actionId, { baseSha: candidate.head, tree: candidate.tree, entry }));
  await crashpoint('queue.publish.after');
  if (answer.kind === 'moved') return mergeAgain(deps, entry, lease);
  if (answer.kind === 'quarantine') return quarantine(deps, entry, lease, answer.reason);
  await mirror.fetch();
  const tree = (await mirror.resolve(answer.commit)) === null ? candidate.tree : await mirror.treeOf(answer.commit);
  await move(deps, entry, lease, landing(deps, { candidate, commit: answer.commit, tree }));
  await crashpoint('queue.land.recorded');
}

async function mergeAgain(deps: MergeQueueDeps, entry: QueueEntry, lease: Lease): Promise<void> {
  const decision = decideAfterMove(entry, settingsOf(deps));
  if (decision.kind === 'quarantine') return quarantine(deps, entry, lease, decision.reason);
  const change = { baseMoves: decision.baseMoves, candidate: null };
  await move(deps, entry, lease, {
    to: 'merging',
    event: 'target.moved',
    detail: { verified_on: entry.candidate?.head ?? null, base_moves: decision.baseMoves },
    change,
  });
}
