import { AppError } from '#kernel/errors.ts';
import { visible } from '#kernel/text.ts';
import type { FileChange, Mirror } from '#ports/git.ts';
import type { QueueEntry } from '#modules/merge-queue/index.ts';
import { feedbackOf, reasonOf } from './decide.ts';
import { decideOwners, pathsOf, reworkFeedback } from './decide.rework.ts';
import { branchOf, type DeliveryDeps, type Subject } from './steps.context.ts';
import { saveOwnCommit } from './store.own.ts';

interface Heads {
  base: string;
  branchHead: string;
  targetHead: string;
}

/** The branch's own changes without those at `paths`: what can be merged without a conflict there. */
async function withoutPaths(mirror: Mirror, heads: Heads, paths: readonly string[], atUnixS: number): Promise<string> {
  const changes: FileChange[] = [];
  for (const path of paths) changes.push({ path, content: await mirror.readFile(heads.base, path) });
  const tree = await mirror.writeTree(heads.branchHead, changes);
  return mirror.commit({
    tree,
    parents: [heads.branchHead],
    message: 'Set aside what conflicts',
    author: { name: 'Reeve', email: 'reeve@localhost' },
    atUnixS,
  });
}

interface Again {
  taskId: string;
  firstAttempt: number;
  feedback: string | null;
}

/**
 * Brings the pull request's base into its branch without a person: paths that merge are merged, paths that conflict take the
 * base's version and are built again. The branch only moves forward (a merge commit), so nothing already published is rewritten.
 * Answers the tasks whose landed changes touched a conflicting path, with the conflict as feedback. Run again after a crash it
 * finds the base already merged and answers the same tasks. AppError refused `conflict_unowned`: nothing was done, because nobody would do it again.
 */
export async function keepWhatMerges(deps: DeliveryDeps, subject: Subject, planId: string, entryId: string): Promise<Again[]> {
  const entry = await deps.queue.get(entryId);
  if (entry === null) throw new AppError('not_found', `There is no change request ${entryId}.`);
  const conflicts = entry.quarantine?.kind === 'conflict' ? entry.quarantine.conflicts.map((conflict) => conflict.path) : [];
  const { tasks, aside } = await ownersOf(deps, subject, planId, conflicts);
  await bringBase(deps, subject, aside, Math.floor(entry.updatedAt.getTime() / 1000));
  // Without a conflict nobody knows which task it is.
  const again = conflicts.length === 0 ? (await deps.planning.tasks(planId)).map(({ id }) => id) : tasks;
  return tasksAgain(deps, subject, again, feedbackOf(entry.quarantine));
}

/** Tells the queue why nobody has to decide about what it set aside of a task; null: somebody has. */
export async function closeSetAside(queue: Pick<DeliveryDeps['queue'], 'list' | 'close'>, taskId: string, reason: string | null): Promise<void> {
  const { items } = await queue.list({ taskId, state: 'quarantined', limit: 200 });
  for (const { id } of items) await queue.close(id, reason);
}

const ON_ITS_WAY: ReadonlySet<QueueEntry['state']> = new Set(['queued', 'merging', 'verifying']);
const TAKEN_BACK = 'The merge it was part of was taken back.';

/** However it is decided about, what an approved merge has in the queue cannot be merged any more once that was taken back. */
export async function leaveQueue({ queue }: Pick<DeliveryDeps, 'queue'>, workItemId: string, actionId: string): Promise<void> {
  const { items } = await queue.list({ workItemId, limit: 200 });
  for (const { id, state, publish } of items) {
    if (publish.kind !== 'action' || publish.actionId !== actionId) continue;
    if (state === 'quarantined') await queue.close(id, TAKEN_BACK);
    else if (ON_ITS_WAY.has(state)) await queue.drop(id, TAKEN_BACK, 'system');
  }
}

/** The same where the forge's own queue gave it back: without a conflict nothing is built again, and the forge's checks look at both together. */
export async function mergeBaseIn(deps: DeliveryDeps, subject: Subject, planId: string, conflicts: readonly string[]): Promise<Again[]> {
  const { tasks, aside } = conflicts.length === 0 ? { tasks: [], aside: [] } : await ownersOf(deps, subject, planId, conflicts);
  await bringBase(deps, subject, aside, Math.floor(deps.clock.now().getTime() / 1000));
  if (conflicts.length === 0) return [];
  const base = subject.repository.defaultBranch;
  const feedback = `${base} changed these files as well, and your change does not merge with that: ${named(conflicts)}. Your worktree has the state of ${base} there: do your change again on top of it.`;
  return tasksAgain(deps, subject, tasks, feedback);
}

/** Chosen before anything is set aside. AppError refused `conflict_unowned`. */
async function ownersOf(
  deps: DeliveryDeps,
  subject: Subject,
  planId: string,
  conflicts: readonly string[],
): Promise<{ tasks: string[]; aside: string[] }> {
  const tasks = (await deps.planning.tasks(planId)).map(({ id }) => id);
  const written = Object.keys(subject.project.settings.regenerate);
  const { unowned, ...owners } = decideOwners(conflicts, await landedOf(deps, subject), { tasks, written });
  if (unowned.length === 0) return owners;
  const base = subject.repository.defaultBranch;
  throw new AppError(
    'refused',
    `No task of the plan changed what conflicts with ${base} (${named(unowned)}), so setting it aside would lose it: merge ${base} into the branch by hand.`,
    { code: CONFLICT_UNOWNED },
  );
}

const MOST_NAMED = 50;

const named = (paths: readonly string[]): string =>
  [...paths.slice(0, MOST_NAMED).map((path) => visible(path)), ...(paths.length > MOST_NAMED ? [`${paths.length - MOST_NAMED} more`] : [])].join(
    ', ',
  );

export const CONFLICT_UNOWNED = 'conflict_unowned';

/** What landed on the branch, also what was there already when it came. */
async function landedOf(deps: DeliveryDeps, { item }: Subject): Promise<QueueEntry[]> {
  const lists = ['landed', 'already_landed'] as const;
  const pages = await Promise.all(lists.map((state) => deps.queue.list({ workItemId: item.id, state, limit: 200 })));
  return pages.flatMap(({ items }) => items);
}

async function bringBase(deps: DeliveryDeps, subject: Subject, conflicts: readonly string[], atUnixS: number): Promise<void> {
  const mirror = await deps.mirror(subject.repository.id);
  await mirror.fetch();
  const ref = `refs/heads/${branchOf(subject)}`;
  const branchHead = await mirror.resolve(ref);
  const targetHead = await mirror.resolve(`refs/remotes/source/${subject.repository.defaultBranch}`);
  if (branchHead === null || targetHead === null) throw new AppError('conflict', 'The branch or its base is gone.');
  if (await mirror.isAncestor(targetHead, branchHead)) return;
  const base = (await mirror.mergeBase(branchHead, targetHead)) ?? targetHead;
  const mergeable = conflicts.length === 0 ? branchHead : await withoutPaths(mirror, { base, branchHead, targetHead }, conflicts, atUnixS);
  const merged = await mirror.merge({ base, ours: targetHead, theirs: mergeable });
  if (merged.kind === 'conflict')
    throw new AppError('conflict', `The branch cannot be brought up to date: ${merged.conflicts.map((conflict) => conflict.path).join(', ')}`);
  const commit = await mirror.commit({
    tree: merged.tree,
    parents: [branchHead, targetHead],
    message: `Bring ${subject.repository.defaultBranch} into ${branchOf(subject)}\n\nSet aside to be built again: ${conflicts.join(', ') || 'nothing'}`,
    author: { name: 'Reeve', email: 'reeve@localhost' },
    atUnixS,
  });
  await saveOwnCommit(deps.db, subject.repository.id, commit);
  if (!(await mirror.compareAndSwap(ref, branchHead, commit))) throw new AppError('unavailable', 'The branch moved meanwhile.');
}

async function tasksAgain(deps: DeliveryDeps, subject: Subject, tasks: readonly string[], feedback: string | null): Promise<Again[]> {
  const landed = await landedOf(deps, subject);
  const lastOf = (id: string) => Math.max(0, ...landed.filter(({ taskId }) => taskId === id).map(({ attempt }) => attempt));
  return tasks.map((taskId) => ({ taskId, firstAttempt: lastOf(taskId) + 1, feedback }));
}

/** Diffs of lockfiles and generated code can be endless; what is chosen of it for a prompt is far less. */
const MOST_DIFF_BYTES = 400_000;

interface SetAsideTold {
  /** For the next attempt. */
  feedback: string | null;
  /** For people, one line. */
  reason: string | null;
  setAside: number;
}

/**
 * What the next attempt is told of a change that was set aside, and how often that happened to its task. The conflict and the
 * submitted contents are rows, so it can be told however much the branch, the agent or its worktree changed since.
 */
export async function describeSetAside(deps: DeliveryDeps, entry: QueueEntry): Promise<SetAsideTold> {
  const { quarantine, document } = entry;
  if (quarantine === null) return { feedback: null, reason: null, setAside: 0 };
  const mirror = await deps.mirror(entry.repositoryId);
  const head = 'head' in quarantine ? quarantine.head : null;
  const own = await diffOrNothing(mirror, document.base, entry.submittedTree);
  const landed = head === null ? '' : await diffOrNothing(mirror, document.base, head);
  const { items } = await deps.queue.list({ taskId: document.task_id, limit: 50 });
  const before = items.filter((other) => other.attempt < entry.attempt && other.state !== 'landed' && other.state !== 'already_landed');
  const paths = document.changes.flatMap(pathsOf);
  const reason = reasonOf(quarantine);
  return {
    feedback: reworkFeedback({ quarantine, own, landed, paths }),
    reason: reason === null ? null : deps.redact(reason),
    setAside: before.length + 1,
  };
}

/** Empty when a side is not in the mirror any more: what else is known is told all the same. */
async function diffOrNothing(mirror: Mirror, from: string, to: string): Promise<string> {
  try {
    return await mirror.diffText(from, to, MOST_DIFF_BYTES);
  } catch {
    return '';
  }
}
