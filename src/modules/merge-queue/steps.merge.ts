import type { JsonObject } from '#kernel/json.ts';
import { crashpoint } from '#platform/workflow/index.ts';
import type { MergeConflict, Mirror, TreeEntry } from '#ports/git.ts';
import { collisionConflicts, planApply, toFileChanges } from './decide.apply.ts';
import { fromStoredChange } from './decide.contents.ts';
import { classifyEffect, type EffectClass } from './decide.effect.ts';
import { commitMessage } from './decide.message.ts';
import type { QuarantineReason, QueueEntry, Rung } from './model.ts';
import { settingsOf, type MergeQueueDeps } from './steps.context.ts';
import { readHead } from './steps.head.ts';
import { moveUnderLease, type Move } from './steps.lease.ts';
import { loadEntry } from './store.read.ts';
import type { Lease } from './store.targets.ts';

/** Merges an entry onto the head of its target and leaves it `verifying` with a candidate, or ended. Objects only; no ref moves. */
export async function mergeEntry(deps: MergeQueueDeps, given: QueueEntry, lease: Lease): Promise<void> {
  const entry = given.state === 'queued' ? await move(deps, given, lease, { to: 'merging', event: 'merge.started', detail: {}, change: {} }) : given;
  const mirror = await deps.mirrors(entry.repositoryId);
  const head = await readHead(mirror, entry);
  if (head === null) {
    await quarantine(deps, entry, lease, { kind: 'publish_refused', detail: `The source has no branch ${entry.target}.` });
    return;
  }
  const applied = await applyTo(mirror, entry, head);
  await crashpoint('queue.merge.after');
  if (applied.kind === 'conflict') {
    await quarantine(deps, entry, lease, { kind: 'conflict', conflicts: applied.conflicts, head: head });
    return;
  }
  await settle(deps, entry, lease, { mirror, head, ...applied });
}

type Applied = { kind: 'clean'; tree: string; rung: Rung } | { kind: 'conflict'; conflicts: MergeConflict[] };

async function applyTo(mirror: Mirror, entry: QueueEntry, head: string): Promise<Applied> {
  const whole = entry.document.changes.map(fromStoredChange);
  const headFiles = new Map((await mirror.listTree(head)).map((file): [string, TreeEntry] => [file.path, file]));
  const plan = planApply(whole, headFiles);
  if (plan.rung === 'R0') return withoutCollisions(mirror, headFiles, { tree: await mirror.writeTree(head, plan.changes), rung: 'R0' });
  const { base } = entry.document;
  // The mirror may have been made anew since the submission: the contents are ours, the objects can always be written again.
  const tree = await mirror.writeTree(base, toFileChanges(whole));
  const theirs = await mirror.commit({
    tree,
    parents: [base],
    message: `Submitted as ${entry.id}`,
    author: SUBMITTER,
    atUnixS: await dateAfter(mirror, base),
  });
  const merged = await mirror.merge({ base, ours: head, theirs });
  return merged.kind === 'conflict' ? merged : withoutCollisions(mirror, headFiles, { tree: merged.tree, rung: 'R1' });
}

const SUBMITTER = { name: 'Reeve', email: 'reeve@localhost' };

async function dateAfter(mirror: Mirror, commit: string): Promise<number> {
  return ((await mirror.log(null, commit, 1))[0]?.atUnixS ?? 0) + 1;
}

async function withoutCollisions(mirror: Mirror, headFiles: ReadonlyMap<string, TreeEntry>, clean: { tree: string; rung: Rung }): Promise<Applied> {
  const conflicts = collisionConflicts(await mirror.listTree(clean.tree), headFiles);
  return conflicts.length > 0 ? { kind: 'conflict', conflicts } : { kind: 'clean', ...clean };
}

interface Merged {
  mirror: Mirror;
  head: string;
  tree: string;
  rung: Rung;
}

/** Compares what would land with what was submitted, and acts on the answer. */
async function settle(deps: MergeQueueDeps, entry: QueueEntry, lease: Lease, merged: Merged): Promise<void> {
  const { mirror, head, tree, rung } = merged;
  const effect = await readEffect(deps, entry, merged);
  if (effect.kind === 'already_landed') {
    const detail = { head: head, rung };
    await move(deps, entry, lease, {
      to: 'already_landed',
      event: 'already_landed',
      detail,
      change: { rung },
      announce: { type: 'change_request.already_landed', reason: 'already_landed' },
    });
    return;
  }
  if (effect.kind !== 'preserved') {
    await quarantine(deps, { ...entry, rung }, lease, { kind: 'effect_lost', detail: `${effect.kind}: ${effect.detail}`, head: head });
    return;
  }
  const atUnixS = Math.floor(deps.clock.now().getTime() / 1000);
  const commit = await mirror.commit({ tree, parents: [head], message: commitMessage(entry), author: settingsOf(deps).author, atUnixS });
  const candidate = { head: head, tree, commit, rung };
  await move(deps, entry, lease, { to: 'verifying', event: 'merged', detail: { ...candidate }, change: { candidate, rung } });
}

async function readEffect(deps: MergeQueueDeps, entry: QueueEntry, merged: Merged): Promise<EffectClass> {
  const { mirror, head, tree } = merged;
  const facts = { submitted: entry.effect, landed: await mirror.diffStat(head, tree), reverts: await readReverted(deps, mirror, entry) };
  const first = classifyEffect({ ...facts, renamedSince: new Map() });
  if (first.kind !== 'partially_absorbed') return first;
  const renames = (await mirror.diffNames(entry.document.base, head)).flatMap(({ from, path }): Array<[string, string]> =>
    from === null ? [] : [[from, path]],
  );
  return classifyEffect({ ...facts, renamedSince: new Map(renames) });
}

async function readReverted(deps: MergeQueueDeps, mirror: Mirror, entry: QueueEntry): Promise<{ id: string; landedInBase: boolean } | null> {
  const { reverts } = entry.document.intent;
  if (reverts === null) return null;
  const landed = (await loadEntry(deps.db, reverts))?.landedCommit ?? null;
  return { id: reverts, landedInBase: landed !== null && (await mirror.isAncestor(landed, entry.document.base)) };
}

export function move(deps: MergeQueueDeps, entry: QueueEntry, lease: Lease, to: Move): Promise<QueueEntry> {
  return deps.db.tx((tx) => moveUnderLease(deps, tx, { lease, entry }, to));
}

/** Sets an entry aside with the reason as a value; everybody behind it goes on. */
export async function quarantine(deps: MergeQueueDeps, entry: QueueEntry, lease: Lease, reason: QuarantineReason): Promise<void> {
  const summary = summaryOf(reason);
  await move(deps, entry, lease, {
    to: 'quarantined',
    event: 'quarantined',
    detail: { reason: toJson(reason) },
    change: { quarantine: reason, lastError: summary, rung: entry.rung },
    announce: { type: 'change_request.quarantined', reason: reason.kind },
  });
}

/** The reason as the plain value that is stored. */
function toJson(reason: QuarantineReason): JsonObject {
  return JSON.parse(JSON.stringify(reason)) as JsonObject;
}

function summaryOf(reason: QuarantineReason): string {
  switch (reason.kind) {
    case 'conflict':
      return `conflict in ${reason.conflicts.map((conflict) => conflict.path.toWellFormed()).join(', ')}`;
    case 'checks_failed':
      return `failed: ${reason.checks.map((check) => check.name).join(', ')}`;
    default:
      return reason.detail;
  }
}
