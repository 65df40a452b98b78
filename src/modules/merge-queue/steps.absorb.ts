import type { Tx } from '#platform/db/index.ts';
import type { Mirror } from '#ports/git.ts';
import type { QueueEntry } from './model.ts';
import type { TargetMoveRow } from './model.history.ts';
import { targetRewrittenEvent } from './events.ts';
import type { MergeQueueDeps } from './steps.context.ts';
import { insertMove, listLandedOf, listLandedSince } from './store.history.ts';
import type { TargetKey } from './store.targets.ts';

/** The source's head as the queue last followed it: tells commits that were pushed on top from a branch that was rewritten. */
const seenRef = (target: string): string => `refs/reeve/seen/${target}`;

/**
 * Brings the mirror's branch after the source's, which somebody else may have moved. Never the other way round: what an
 * outsider pushed is never overwritten. Ahead: fast-forward. Both went on: their commits are merged in. Rewritten at the source,
 * or not mergeable: the source's is what people want; what had landed and is not there any more is in the rows, is named by
 * `recordMove` and can be landed again. Answers the head.
 */
export async function followSource(mirror: Mirror, target: string): Promise<string | null> {
  const ref = `refs/heads/${target}`;
  const local = await mirror.resolve(ref);
  const source = await mirror.resolve(`refs/remotes/source/${target}`);
  if (local === null || source === null) return local ?? source;
  const seen = await mirror.resolve(seenRef(target));
  if (source === seen) return local;
  const next = await headAfter(mirror, { target, local, source, seen });
  if (next !== local && !(await mirror.compareAndSwap(ref, local, next))) return local;
  await mirror.compareAndSwap(seenRef(target), seen, source);
  return next;
}

interface Heads {
  target: string;
  local: string;
  source: string;
  seen: string | null;
}

async function headAfter(mirror: Mirror, { target, local, source, seen }: Heads): Promise<string> {
  if (source === local || (await mirror.isAncestor(source, local))) return seen !== null && (await isRewound(mirror, seen, source)) ? source : local;
  if (await mirror.isAncestor(local, source)) return source;
  if (seen !== null && (await isRewound(mirror, seen, source))) return source;
  const base = await mirror.mergeBase(local, source);
  const merged = base === null ? null : await mirror.merge({ base, ours: local, theirs: source });
  if (merged?.kind !== 'clean') return source;
  const dates = await Promise.all([local, source].map((side) => mirror.log(null, side, 1)));
  // After both its parents, and the same however often it is made.
  const atUnixS = Math.max(...dates.map(([newest]) => newest?.atUnixS ?? 0)) + 1;
  return mirror.commit({ tree: merged.tree, parents: [local, source], message: `Take in what was pushed to ${target}\n`, author: AUTHOR, atUnixS });
}

const AUTHOR = { name: 'Reeve', email: 'reeve@localhost' };

/** What was at the source once is not in its history any more. */
async function isRewound(mirror: Mirror, seen: string, source: string): Promise<boolean> {
  return (await mirror.resolve(seen)) === null || !(await mirror.isAncestor(seen, source));
}

const MOST_COMMITS = 100;
const MOST_LOST = 1000;

export interface OutsideMove extends Omit<TargetMoveRow, 'ordinal' | 'dismissedBy' | 'dismissedAt' | 'dismissedReason'> {
  projectId: string;
}

/** What a move of a target by somebody else brought and dropped; null when it did not move. */
export async function describeMove(
  deps: Pick<MergeQueueDeps, 'db' | 'clock'>,
  mirror: Mirror,
  move: TargetKey & { projectId: string; from: string; to: string },
): Promise<OutsideMove | null> {
  const { from, to, repositoryId, target, projectId } = move;
  if (from === to) return null;
  const known = (await mirror.resolve(from)) !== null;
  const kept = known && (await mirror.isAncestor(from, to));
  const commits = (await mirror.log(known ? from : null, to, MOST_COMMITS)).map(({ commit, subject }) => ({ commit, subject }));
  const dropped = kept || !known ? [] : (await mirror.log(to, from, MOST_LOST)).map(({ commit }) => commit);
  const lost = known ? (await listLandedOf(deps.db, move, dropped)).map(({ id }) => id) : await lostWithMirror(deps, mirror, move);
  const kind = kept || (known && lost.length === 0) ? 'absorbed' : 'rewritten';
  return {
    repositoryId,
    target,
    projectId,
    at: deps.clock.now(),
    kind,
    fromCommit: from,
    toCommit: to,
    toTree: await mirror.treeOf(to),
    commits,
    lost,
  };
}

/** The mirror was made anew and does not know what it held: lost is whatever landed and is not on the branch. */
async function lostWithMirror(deps: Pick<MergeQueueDeps, 'db'>, mirror: Mirror, move: TargetKey & { to: string }): Promise<string[]> {
  const lost: string[] = [];
  for (const { id, landedCommit } of await listLandedSince(deps.db, move, new Date(0))) {
    if ((await mirror.resolve(landedCommit)) === null || !(await mirror.isAncestor(landedCommit, move.to))) lost.push(id);
  }
  return lost;
}

/** Journals the move (`target.absorbed`, `target.rewritten`) in the transaction that announces it; the caller holds the target's lease. */
export async function recordMove(deps: Pick<MergeQueueDeps, 'ledger' | 'outbox'>, tx: Tx, move: OutsideMove): Promise<void> {
  await insertMove(tx, move, move);
  if (move.kind === 'absorbed') return;
  const event = targetRewrittenEvent(move);
  deps.ledger.append(tx, {
    kind: 'target.rewritten',
    subject: move.repositoryId,
    actor: 'system',
    projectId: move.projectId,
    workItemId: null,
    payload: event.data,
  });
  await deps.outbox.put(tx, event);
}

/** For the scheduler: describes what it found on a target and did not put there itself. */
export function describeMoveOf(
  deps: Pick<MergeQueueDeps, 'db' | 'clock'>,
  mirror: Mirror,
  entry: QueueEntry,
  heads: { from: string; to: string },
): Promise<OutsideMove | null> {
  const { repositoryId, target, projectId } = entry;
  return describeMove(deps, mirror, { repositoryId, target, projectId, ...heads });
}
