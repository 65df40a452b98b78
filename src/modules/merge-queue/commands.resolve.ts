import { AppError } from '#kernel/errors.ts';
import type { MergeConflict, Mirror, TreeEntry } from '#ports/git.ts';
import { drop, refuseClosed } from './commands.decisions.ts';
import { diffOf, type DiffView } from './queries.diff.ts';
import { submit } from './commands.submit.ts';
import { conflictOf, refuseChoice, resolveFiles, toResolution, type Choice, type Sides } from './decide.resolution.ts';
import { type AdmissionRefusal, type ChangeRequestDocument, documentOfCommits } from '#modules/change-requests/index.ts';
import type { QueueEntry } from './model.ts';
import type { MergeQueueDeps } from './steps.context.ts';
import { submittedCommit } from './steps.submitted.ts';
import { lastAttempt } from './store.history.ts';
import { loadEntry } from './store.read.ts';

export interface ResolveOrder extends Choice {
  reason: string;
  /** `Actor.subject`. */
  by: string;
}

/**
 * A person's answer to a conflict becomes the next attempt of the same task, made on the head the person saw: nothing that is stored
 * changes, and if the target moved meanwhile the new attempt goes through the ladder like any other. What was chosen is what
 * was submitted, so it is what the effect check holds the landing to. Answers the new attempt; the old one, dropped, when the
 * choice leaves nothing to land.
 */
export async function resolve(deps: MergeQueueDeps, id: string, order: ResolveOrder): Promise<QueueEntry> {
  const { mirror, entry, half } = await decidable(deps, id);
  const { paths } = half;
  refuse('invalid', refuseChoice(order, paths));
  const document = await resolvedDocument(mirror, entry, half, order);
  if (document === null) return drop(deps, id, { reason: order.reason || "The target's version was kept; nothing else was in it.", by: order.by });
  const result = await submit(deps, document, {
    actor: order.by,
    projectId: entry.projectId,
    repositoryId: entry.repositoryId,
    workItemId: entry.workItemId,
    publish: entry.publish,
    notifyWorkflow: entry.notifyWorkflow,
    priority: entry.priority,
    resolution: toResolution(entry, order, paths, { by: order.by, reason: order.reason }),
  });
  if (!result.ok) refuse('refused', result.error);
  else return result.value;
  throw new TypeError('a refusal without a reason');
}

/** What a choice would make of a conflict. */
export interface ResolvePreview {
  /** The commit the new attempt would be made on, and its diff against that. */
  diff: DiffView;
  /** The choice keeps the target as it is: the change request would be dropped. */
  nothingLeft: boolean;
  /** The next attempt of the task. */
  attempt: number;
}

/** The same as `resolve` without submitting anything; throws the same. */
export async function previewResolution(deps: MergeQueueDeps, id: string, choice: Choice, maxBytes: number): Promise<ResolvePreview> {
  const { mirror, entry, half } = await decidable(deps, id);
  refuse('invalid', refuseChoice(choice, half.paths));
  const tree = await resolvedTree(mirror, half, choice);
  const diff = await diffOf(mirror, half.head, tree, maxBytes);
  return { diff, nothingLeft: diff.files.length === 0, attempt: entry.attempt + 1 };
}

/** The entry with everything that merges by itself, when its conflict is open. */
async function decidable(deps: MergeQueueDeps, id: string): Promise<{ mirror: Mirror; entry: QueueEntry; half: HalfMerged }> {
  const entry = await loadEntry(deps.db, id);
  if (entry === undefined) throw new AppError('not_found', `There is no change request ${id}.`);
  refuseClosed(entry);
  const conflict = conflictOf(entry.quarantine);
  if (conflict === null) throw notInConflict(entry);
  const last = await lastAttempt(deps.db, entry);
  if (last !== undefined && last.attempt > entry.attempt) {
    throw new AppError('conflict', `Attempt ${last.attempt} of ${entry.taskId} took its place.`, {
      code: 'attempt_stale',
      detail: { change_request_id: last.id },
    });
  }
  const mirror = await deps.mirrors(entry.repositoryId);
  return { mirror, entry, half: await halfMerged(mirror, entry, conflict) };
}

function notInConflict(entry: QueueEntry): AppError {
  const why =
    entry.state === 'quarantined'
      ? `was set aside for another reason (${entry.quarantine?.kind ?? 'unknown'})`
      : `is ${entry.state.replace('_', ' ')}`;
  return new AppError('conflict', `There is no conflict to resolve: ${entry.id} ${why}.`, {
    code: 'no_conflict',
    hint: entry.state === 'quarantined' ? 'Try it again (retry) or drop it.' : undefined,
    detail: { state: entry.state },
  });
}

function refuse(kind: 'invalid' | 'refused', refusals: readonly AdmissionRefusal[]): void {
  const [first] = refusals;
  if (first === undefined) return;
  const more = refusals.length > 1 ? ` (and ${refusals.length - 1} more)` : '';
  throw new AppError(kind, `${first.path === null ? '' : `${first.path}: `}${first.detail}${more}`, {
    code: first.code,
    detail: { path: first.path, refusals },
  });
}

/** Everything that merges onto the head, and what is still to be decided. */
interface HalfMerged {
  head: string;
  /** The submitted tree as a commit on its base. */
  submitted: string;
  tree: string;
  paths: string[];
}

async function halfMerged(mirror: Mirror, entry: QueueEntry, { head, conflicts }: { head: string; conflicts: MergeConflict[] }): Promise<HalfMerged> {
  if ((await mirror.resolve(head)) === null) {
    throw new AppError('conflict', 'The commit the conflict was met on is not in the repository any more.', {
      code: 'head_gone',
      hint: 'Try it again (retry) for a fresh one.',
    });
  }
  const submitted = await submittedCommit(mirror, entry);
  const merged = await mirror.merge({ base: entry.document.base, ours: head, theirs: submitted });
  // What a structured merge settled on the way to this conflict is still in conflict for git: it must be decided too.
  const met = merged.kind === 'conflict' ? [...conflicts, ...merged.conflicts] : conflicts;
  return { head, submitted, tree: merged.tree ?? (await mirror.treeOf(head)), paths: [...new Set(met.map(({ path }) => path))] };
}

/** Null: the result is the head itself. */
async function resolvedDocument(mirror: Mirror, entry: QueueEntry, half: HalfMerged, order: Choice): Promise<ChangeRequestDocument | null> {
  const { head } = half;
  const tree = await resolvedTree(mirror, half, order);
  if (tree === (await mirror.treeOf(head))) return null;
  const { intent, checks, risk, repo, target, summary } = entry.document;
  return documentOfCommits(mirror, {
    base: head,
    head: tree,
    repo,
    target,
    taskId: entry.taskId,
    attempt: entry.attempt + 1,
    summary,
    scope: intent.scope,
    dependsOn: intent.depends_on,
    reverts: intent.reverts,
    checks,
    risk,
  });
}

/** The half-merged tree with the chosen files in it. */
async function resolvedTree(mirror: Mirror, { head, submitted, paths, tree }: HalfMerged, order: Choice): Promise<string> {
  const files = resolveFiles(order, paths, await readSides(mirror, { head, submitted }, [...paths, ...order.files.map(({ path }) => path)]));
  if (!files.ok) {
    refuse('invalid', files.error);
    throw new TypeError('a refusal without a reason');
  }
  const clean = await withoutLeftovers(mirror, tree, { head, submitted });
  return mirror.writeTree(await commitOf(mirror, clean, head), files.value);
}

/** Names git invents for the sides of a conflict (`file~HEAD`) are nobody's. */
async function withoutLeftovers(mirror: Mirror, tree: string, { head, submitted }: { head: string; submitted: string }): Promise<string> {
  const known = new Set([...(await mirror.listTree(head)), ...(await mirror.listTree(submitted))].map(({ path }) => path));
  const left = (await mirror.listTree(tree)).filter(({ path }) => !known.has(path) && /~/.test(path));
  if (left.length === 0) return tree;
  return mirror.writeTree(
    await commitOf(mirror, tree, head),
    left.map(({ path }) => ({ path, content: null })),
  );
}

async function commitOf(mirror: Mirror, tree: string, parent: string): Promise<string> {
  const atUnixS = ((await mirror.log(null, parent, 1))[0]?.atUnixS ?? 0) + 1;
  return mirror.commit({ tree, parents: [parent], message: 'Half merged', author: { name: 'Reeve', email: 'reeve@localhost' }, atUnixS });
}

async function readSides(mirror: Mirror, where: { head: string; submitted: string }, paths: readonly string[]): Promise<Map<string, Sides>> {
  const [ours, theirs] = await Promise.all(
    [where.head, where.submitted].map(async (at) => new Map((await mirror.listTree(at)).map((file): [string, TreeEntry] => [file.path, file]))),
  );
  const read = async (file: TreeEntry | undefined) =>
    file === undefined || (file.mode !== '100644' && file.mode !== '100755') ? null : { content: await mirror.readBlob(file.blob), mode: file.mode };
  const sides = new Map<string, Sides>();
  for (const path of new Set(paths)) sides.set(path, { ours: await read(ours?.get(path)), theirs: await read(theirs?.get(path)) });
  return sides;
}
