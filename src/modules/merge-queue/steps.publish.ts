import { crashpoint } from '#platform/workflow/index.ts';
import type { Mirror } from '#ports/git.ts';
import { baseOf, decideAfterPass, isSolo, tipOf, type Build } from './decide.builds.ts';
import { decideAfterMove, decideAfterPublication } from './decide.ts';
import { targetMovedEvent } from './events.ts';
import type { Candidate, QueueEntry } from './model.ts';
import { announceOutsider, stack, toMove } from './steps.build.ts';
import { schedulingOf, settingsOf, type MergeQueueDeps } from './steps.context.ts';
import type { GraphReader } from './steps.graph.ts';
import { LeaseLost, moveAllUnderLease, moveTogether, type Move } from './steps.lease.ts';
import { move, quarantine } from './steps.merge.ts';
import { listLandedBy } from './store.read.ts';
import { holdLease, readTarget, saveTarget, type Lease } from './store.targets.ts';

export interface PublishContext {
  lease: Lease;
  graph: GraphReader;
  /** Another build that joins lanes is in flight. */
  joinInFlight: boolean;
  /** Nothing may land now: only what is out already is recorded. */
  paused: boolean;
}

interface Publishing extends PublishContext {
  build: Build;
  mirror: Mirror;
  /** Head the build was made on. */
  base: string;
  tip: Candidate;
}

/**
 * Publishes a verified build and records it, or sends it back to be merged onto what the target is now. False: the target
 * is paused and nothing of the build is out.
 */
export async function publishBuild(deps: MergeQueueDeps, build: Build, context: PublishContext): Promise<boolean> {
  const [tip, base] = [tipOf(build), baseOf(build)];
  if (tip === null || base === null) throw new TypeError(`${build.id} is publishing without a candidate`);
  const publishing = { ...context, build, base, tip, mirror: await deps.mirrors(build.members[0].repositoryId) };
  const [entry] = build.members;
  if (entry.publish.kind !== 'action') return publishByRef(deps, publishing);
  if (context.paused) return false;
  await publishByAction(deps, { ...publishing, entry, actionId: entry.publish.actionId });
  return true;
}

/**
 * The swap happens while the lease row is locked, so a worker that lost its lease cannot move the branch, however late it
 * wakes. A crash between the swap and the commit of the rows leaves the build `publishing` with its tip on the branch: the
 * next holder finds it there and only records it.
 */
async function publishByRef(deps: MergeQueueDeps, publishing: Publishing): Promise<boolean> {
  const { build, lease, mirror, base, tip } = publishing;
  const ref = `refs/heads/${lease.target}`;
  if (!(await isPublished(mirror, ref, tip.commit))) {
    if (publishing.paused) return false;
    const elsewhere = await decideElsewhere(deps, publishing, ref);
    if (elsewhere !== 'land') {
      await sendOn(deps, publishing, elsewhere);
      return true;
    }
    await announceOutsider(deps, build.members[0], base, lease);
  }
  const files = (await mirror.diffNames(base, tip.commit)).map(({ path }) => path);
  const landed = await deps.db.tx(async (tx) => {
    if (!(await holdLease(tx, lease))) throw new LeaseLost(lease);
    if (!(await isPublished(mirror, ref, tip.commit)) && !(await swap(mirror, ref, { base, tip }))) return false;
    await moveAllUnderLease(deps, tx, { lease, entries: build.members }, (entry) => landing(deps, build, entry, tip));
    const ids = build.members.map(({ id }) => id);
    const { audit } = await readTarget(tx, lease);
    const unverified = isUnverified(build, tip) || audit !== null;
    const owed = unverified ? { good: audit?.good ?? base, tip: tip.commit, members: [...(audit?.members ?? []), ...ids] } : null;
    await saveTarget(tx, lease, { landedCommit: tip.commit, announcedCommit: tip.commit, audit: owed });
    await deps.outbox.put(
      tx,
      targetMovedEvent({ ...toMove(build.members[0]), from: base, to: tip.commit, by: 'queue', files, changeRequestIds: ids }),
    );
    return true;
  });
  if (landed) await crashpoint('queue.land.recorded');
  else await sendOn(deps, publishing, await decideElsewhere(deps, publishing, ref));
  return true;
}

export async function isPublished(mirror: Mirror, ref: string, commit: string): Promise<boolean> {
  const current = await mirror.resolve(ref);
  if (current === null || (await mirror.resolve(commit)) === null) return false;
  return current === commit || (await mirror.isAncestor(commit, current));
}

async function swap(mirror: Mirror, ref: string, { base, tip }: { base: string; tip: Candidate }): Promise<boolean> {
  const current = await mirror.resolve(ref);
  if (current !== null && current !== base) return false;
  if ((await mirror.resolve(tip.commit)) === null) return false;
  await crashpoint('queue.publish.before');
  const swapped = await mirror.compareAndSwap(ref, current, tip.commit);
  if (swapped) await crashpoint('queue.publish.after');
  return swapped;
}

/** The combined tree of lanes that the project lets land before it is verified. */
const isUnverified = (build: Build, tip: Candidate): boolean => build.members.some((entry) => entry.verifiedTree !== tip.tree);

type Elsewhere = ReturnType<typeof decideAfterPass>;

async function decideElsewhere(deps: MergeQueueDeps, publishing: Publishing, ref: string): Promise<Elsewhere> {
  const { build, mirror, lease, base, joinInFlight } = publishing;
  const head = await mirror.resolve(ref);
  const { landedCommit } = await readTarget(deps.db, lease);
  // A branch the mirror does not have yet is made by this landing.
  const onHead = head === null || head === base;
  const movedBy = head !== null && head === landedCommit ? 'queue' : 'outsider';
  const { combined } = await schedulingOf(deps, build.members[0].projectId);
  // The switch may have been turned since the rows were written.
  if (combined === 'before' && isUnverified(build, publishing.tip)) return 'join';
  const facts = {
    kind: build.kind,
    size: build.members.length,
    solo: build.members.some(isSolo),
    onHead,
    movedBy,
    joinInFlight,
    mode: combined,
  } as const;
  const decision = decideAfterPass({ ...facts, independent: true });
  if (decision !== 'land_after' || head === null) return decision;
  return decideAfterPass({ ...facts, independent: await isIndependent(deps, publishing, head) });
}

/** No member is related to anything that landed since: by text, files or imports. */
async function isIndependent(deps: MergeQueueDeps, { build, mirror, base, graph }: Publishing, head: string): Promise<boolean> {
  const commits = (await mirror.log(base, head, MOST_COMPARED + 1)).map(({ commit }) => commit);
  if (commits.length > MOST_COMPARED) return false;
  const landed = await listLandedBy(deps.db, build.members[0].repositoryId, commits);
  if (landed.length !== commits.length) return false;
  const { edges } = await graph.read(mirror, [...build.members, ...landed]);
  return build.members.every(({ id }) => landed.every((other) => !(edges.get(id)?.has(other.id) ?? false)));
}

const MOST_COMPARED = 50;

async function sendOn(deps: MergeQueueDeps, publishing: Publishing, where: Elsewhere): Promise<void> {
  const { build, lease } = publishing;
  const [entry] = build.members;
  if (where === 'merge_again') return mergeAgain(deps, entry, lease);
  if (where === 'land_after' && (await combine(deps, publishing))) return;
  await join(deps, publishing);
}

/**
 * Puts what passed in its lane on top of what landed meanwhile. The rows say so before the branch moves, so a crash in
 * between is recognised; the combined tree is verified right after it landed. False: it does not go there cleanly.
 */
async function combine(deps: MergeQueueDeps, { build, lease, mirror, base, tip }: Publishing): Promise<boolean> {
  const head = await mirror.resolve(`refs/heads/${lease.target}`);
  if (head === null) return false;
  const stacked = await stack(deps, mirror, build.members, head);
  if (stacked.length !== build.members.length) return false;
  await moveTogether(deps, { lease, entries: build.members }, (_, at) => ({
    to: 'publishing',
    event: 'lanes.combined',
    detail: { build: build.id, verified_on: base, verified_tree: tip.tree, ...stacked[at]?.candidate },
    change: { candidate: stacked[at]?.candidate ?? null },
  }));
  return true;
}

/** Proven on a head that was left behind: its members go back to the queue, to be verified as one tree with what else is proven. */
async function join(deps: MergeQueueDeps, { build, lease, base, tip, mirror }: Publishing): Promise<void> {
  const head = await mirror.resolve(`refs/heads/${lease.target}`);
  const { landedCommit } = await readTarget(deps.db, lease);
  const outside = head !== null && head !== base && head !== landedCommit;
  const moved = build.members.map((entry) => (outside ? decideAfterMove(entry, settingsOf(deps)) : null));
  const exhausted = moved.find((decision) => decision?.kind === 'quarantine');
  await moveTogether(deps, { lease, entries: build.members }, (entry) => ({
    to: 'queued',
    event: 'lane.passed',
    detail: { build: build.id, verified_on: base, tree: tip.tree, head },
    change: {
      build: null,
      candidate: null,
      provenOn: { head: base, tree: tip.tree },
      // A target that outsiders keep moving is followed one by one, where it is given up after the allowed number of times.
      baseMoves: outside && exhausted === undefined ? entry.baseMoves + 1 : entry.baseMoves,
      suspicion: exhausted === undefined ? null : { group: build.id, cap: 1 },
    },
  }));
}

/** How a landed entry stands in row and journal. `verified_tree`: the tip's, to which the branch moved. */
export function landing(
  deps: MergeQueueDeps,
  build: Pick<Build, 'id' | 'kind' | 'lane'>,
  entry: QueueEntry,
  tip: { tree: string; commit: string },
): Move {
  const { candidate } = entry;
  if (candidate === null) throw new TypeError(`${entry.id} lands without a candidate`);
  const { head, commit, tree } = candidate;
  // What a person resolved or an agent did again counts as that, however easily it went in then.
  const rung = entry.resolution !== null ? 'R5' : entry.reworkOf !== null ? 'R4' : candidate.rung;
  return {
    to: 'landed',
    event: 'landed',
    // Null: it landed as a combined tree that is verified right after.
    detail: {
      head,
      commit,
      tree,
      verified_tree: entry.verifiedTree === tip.tree ? tip.tree : null,
      rung,
      build: build.id,
      lane: build.lane,
      tip: tip.commit,
    },
    change: { rung, landedCommit: commit, landedTree: tree, landedAt: deps.clock.now(), lastError: null, suspicion: null, provenOn: null },
    announce: { type: 'change_request.landed', reason: null },
  };
}

interface Acting extends Publishing {
  entry: QueueEntry;
  actionId: string;
}

/** The action's executor publishes once however often it is asked, so asking again after a crash answers what happened. */
async function publishByAction(deps: MergeQueueDeps, { entry, build, lease, mirror, tip, actionId }: Acting): Promise<void> {
  if (deps.publishByAction === undefined) throw new TypeError('no action can publish here');
  await deps.db.tx(async (tx) => {
    if (!(await holdLease(tx, lease))) throw new LeaseLost(lease);
  });
  await announceOutsider(deps, entry, tip.head, lease);
  await crashpoint('queue.publish.before');
  const answer = decideAfterPublication(await deps.publishByAction(actionId, { baseSha: tip.head, tree: tip.tree, entry }));
  await crashpoint('queue.publish.after');
  if (answer.kind === 'moved') return mergeAgain(deps, entry, lease);
  if (answer.kind === 'quarantine') return quarantine(deps, entry, lease, answer.reason);
  const { commit } = answer;
  await mirror.fetch();
  const known = (await mirror.resolve(commit)) !== null;
  const tree = known ? await mirror.treeOf(commit) : tip.tree;
  const files = known ? (await mirror.diffNames(tip.head, commit)).map(({ path }) => path) : [];
  const landed = landing(deps, build, { ...entry, candidate: { ...tip, commit, tree } }, { ...tip, commit });
  await moveTogether(
    deps,
    { lease, entries: [entry] },
    () => landed,
    async (tx) => {
      await saveTarget(tx, lease, { landedCommit: commit, announcedCommit: commit });
      await deps.outbox.put(tx, targetMovedEvent({ ...toMove(entry), from: tip.head, to: commit, by: 'queue', files, changeRequestIds: [entry.id] }));
    },
  );
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
