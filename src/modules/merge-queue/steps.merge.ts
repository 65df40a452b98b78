import type { JsonObject } from '#kernel/json.ts';
import { crashpoint } from '#platform/workflow/index.ts';
import type { Mirror } from '#ports/git.ts';
import { commitMessage } from './decide.message.ts';
import { tellRevert } from './decide.reverts.ts';
import type { LadderRecord, LadderRules } from './model.ladder.ts';
import type { QuarantineReason, QueueEntry, Rung } from './model.ts';
import { ladderOf, settingsOf, type MergeQueueDeps } from './steps.context.ts';
import { checkEffect, readReverted } from './steps.effect.ts';
import { readHead } from './steps.head.ts';
import { moveUnderLease, type Move } from './steps.lease.ts';
import { regenerate } from './steps.regenerate.ts';
import { climb, type Climbed } from './steps.resolve.ts';
import { submittedCommit } from './steps.submitted.ts';
import type { Lease } from './store.targets.ts';

/**
 * Merges an entry onto the head of its target, by the lowest rung that can, and leaves it `verifying` with a candidate, or
 * ended (undefined). Objects only; no ref moves. `signal`: ends the project's own commands when the worker must let go.
 */
export async function mergeEntry(
  deps: MergeQueueDeps,
  given: QueueEntry,
  lease: Lease,
  signal: AbortSignal = new AbortController().signal,
): Promise<QueueEntry | undefined> {
  const entry = given.state === 'queued' ? await move(deps, given, lease, { to: 'merging', event: 'merge.started', detail: {}, change: {} }) : given;
  const mirror = await deps.mirrors(entry.repositoryId);
  const head = await readHead(mirror, entry);
  if (head === null) {
    await quarantine(deps, entry, lease, { kind: 'publish_refused', detail: `The source has no branch ${entry.target}.` });
    return undefined;
  }
  const rules = await ladderOf(deps, entry);
  const climbed = await climb(mirror, entry, head, rules);
  await crashpoint('queue.merge.after');
  if (climbed.kind === 'conflict') {
    await quarantine(deps, entry, lease, { kind: 'conflict', conflicts: climbed.conflicts, head }, { ladder: climbed.because });
    return undefined;
  }
  return settle(deps, entry, lease, { mirror, head, rules, climbed, signal });
}

interface Merged {
  mirror: Mirror;
  head: string;
  rules: LadderRules;
  climbed: Extract<Climbed, { kind: 'clean' }>;
  signal: AbortSignal;
}

/** Compares what would land with what was submitted, and acts on the answer. */
async function settle(deps: MergeQueueDeps, entry: QueueEntry, lease: Lease, merged: Merged): Promise<QueueEntry | undefined> {
  const { head, climbed } = merged;
  const { effect, told } = await readEffect(deps, entry, merged);
  const rung = highestOf(climbed.record);
  if (effect.kind === 'already_landed') {
    await move(deps, entry, lease, {
      to: 'already_landed',
      event: 'already_landed',
      detail: { head, rung, effect: effect.kind },
      change: { rung },
      announce: { type: 'change_request.already_landed', reason: 'already_landed' },
    });
    return undefined;
  }
  if (effect.kind !== 'preserved') {
    await quarantine(
      deps,
      { ...entry, rung },
      lease,
      { kind: 'effect_lost', detail: `${effect.kind}: ${effect.detail}`, head },
      { effect: effect.kind, ...toDetail(climbed.record) },
    );
    return undefined;
  }
  return propose(deps, entry, lease, merged, told);
}

/** Lets the project's commands write what they own, and hands the result to verification. */
async function propose(
  deps: MergeQueueDeps,
  entry: QueueEntry,
  lease: Lease,
  merged: Merged,
  told: readonly string[],
): Promise<QueueEntry | undefined> {
  const { mirror, head, rules, climbed, signal } = merged;
  const subject = { head, tree: climbed.tree, conflicted: climbed.toRegenerate };
  const written = await regenerate(deps, mirror, { entry, rules, subject, signal });
  if (written.kind === 'failed') {
    await quarantine(deps, { ...entry, rung: 'R2' }, lease, written.reason, toDetail(climbed.record));
    return undefined;
  }
  const record = written.kind === 'written' && written.paths.length > 0 ? withRegenerated(climbed.record, written.paths) : climbed.record;
  const tree = written.kind === 'written' ? written.tree : climbed.tree;
  const rung = highestOf(record);
  const atUnixS = Math.floor(deps.clock.now().getTime() / 1000);
  const commit = await mirror.commit({ tree, parents: [head], message: commitMessage(entry), author: settingsOf(deps).author, atUnixS });
  const candidate = { head, tree, commit, rung };
  const detail = {
    ...candidate,
    effect: 'preserved',
    ...toDetail(record),
    ...(told.length > 0 ? { revert_leaves: told.map((sentence) => sentence.toWellFormed()) } : {}),
  };
  return move(deps, entry, lease, { to: 'verifying', event: 'merged', detail, change: { candidate, rung } });
}

async function readEffect(deps: MergeQueueDeps, entry: QueueEntry, { mirror, head, climbed }: Merged) {
  const submitted = await submittedCommit(mirror, entry);
  const { base } = entry.document;
  const { tree } = climbed;
  const reverts = await readReverted(deps, mirror, entry, { submitted, head, tree });
  const effect = await checkEffect(mirror, {
    base,
    submitted,
    effect: entry.effect,
    head,
    tree,
    regenerated: new Set(climbed.toRegenerate),
    absorbed: climbed.absorbed,
    moved: climbed.moved,
    reverts,
  });
  return { effect, told: reverts === null ? [] : tellRevert(reverts) };
}

const highestOf = ({ rungs }: LadderRecord): Rung => rungs.at(-1) ?? 'R1';

function withRegenerated(record: LadderRecord, paths: readonly string[]): LadderRecord {
  const rungs = [...record.rungs, 'R2' as const].toSorted();
  return { ...record, rungs, regenerated: [...paths] };
}

/** Which rungs were needed, by which rules and for which files, as it stands in the journal. */
function toDetail({ rungs, structured, regenerated }: LadderRecord): JsonObject {
  return {
    rungs,
    ...(structured.length > 0 ? { structured: structured.map(({ path, rule }) => ({ path: path.toWellFormed(), rule })) } : {}),
    ...(regenerated.length > 0 ? { regenerated: regenerated.map((path) => path.toWellFormed()) } : {}),
  };
}

export function move(deps: MergeQueueDeps, entry: QueueEntry, lease: Lease, to: Move): Promise<QueueEntry> {
  return deps.db.tx((tx) => moveUnderLease(deps, tx, { lease, entry }, to));
}

/** Sets an entry aside with the reason as a value; everybody behind it goes on. `more`: what else the journal should know. */
export async function quarantine(
  deps: MergeQueueDeps,
  entry: QueueEntry,
  lease: Lease,
  reason: QuarantineReason,
  more: JsonObject = {},
): Promise<void> {
  const summary = summaryOf(reason);
  await move(deps, entry, lease, {
    to: 'quarantined',
    event: 'quarantined',
    detail: { reason: toJson(reason), ...more },
    change: { quarantine: reason, lastError: summary, rung: entry.rung },
    announce: { type: 'change_request.quarantined', reason: reason.kind },
  });
}

/** The reason as the plain value that is stored; the sides of a conflict may be megabytes, and are not copied for it. */
function toJson(reason: QuarantineReason): JsonObject {
  return { ...reason } as unknown as JsonObject;
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
