import { AppError } from '#kernel/errors.ts';
import type { MergeConflict, Mirror } from '#ports/git.ts';
import { findDependents, orderOfInverses, pathsTouched } from './decide.inverse.ts';
import type { LandedRow, RollbackPlan } from './model.history.ts';
import type { QueueEntry } from './model.ts';
import type { MergeQueueDeps } from './steps.context.ts';
import { listLandedOf, listLandedSince, listLandings, listWaitingOn, type LandedEntry } from './store.history.ts';
import { loadEntry } from './store.read.ts';
import type { TargetKey } from './store.targets.ts';

/** What a person wants undone: one landing, or everything that landed after a commit. */
export type RollbackSubject = { kind: 'change_request'; id: string } | ({ kind: 'to_commit'; commit: string } & TargetKey);

export interface Inverse {
  plan: RollbackPlan;
  /** An unpublished commit with the result, on top of the plan's head; null where an inverse does not come off. */
  tip: string | null;
  /** The oldest landing that was asked for: what the change request names as reverted. */
  root: LandedEntry;
  workItemId: string | null;
}

/** Works out the inverse of landings against the target as it is now. Makes objects only. Throws AppError when there is nothing to undo. */
export async function workOutInverse(deps: MergeQueueDeps, subject: RollbackSubject, withDependents: boolean): Promise<Inverse> {
  const place = subject.kind === 'change_request' ? await placeOfEntry(deps, subject.id) : await placeOfTarget(deps, subject);
  const { mirror, key, head } = place;
  const rows = await listLandings(deps.db, key);
  const roots = inOrder(place.roots, rows);
  const [first] = roots;
  if (first === undefined) throw new AppError('refused', 'Nothing landed after this commit.', { code: 'nothing_to_roll_back' });
  const later = inOrder(await listLandedSince(deps.db, key, first.landedAt), rows);
  const landings = later.slice(later.findIndex(({ id }) => id === first.id));
  const impact = await readImpact(deps, key, roots);
  const rootIds = roots.map(({ id }) => id);
  const dependents = findDependents({ roots: rootIds, landings, impact, withDependents });
  const taken = new Set([...rootIds, ...dependents.filter(({ included }) => included).map(({ id }) => id)]);
  const order = orderOfInverses(landings, taken);
  const { tip, conflicts } = await stackInverses(mirror, { rows, order, head });
  const files = tip === null ? [] : await mirror.diffStat(head, tip);
  if (tip !== null && files.length === 0)
    throw new AppError('refused', 'It is not in the branch any more: there is nothing left to undo.', { code: 'nothing_to_roll_back' });
  const plan: RollbackPlan = {
    ...key,
    projectId: place.projectId,
    head,
    rollsBack: order.map(({ id, summary, landedCommit }) => ({ id, summary, commit: landedCommit })),
    dependents,
    waiting: await listWaitingOn(deps.db, [...taken]),
    outsiders: await outsidersAfter(mirror, { rows, from: first.landedCommit, head }),
    conflicts,
    files,
    lands: place.lands,
  };
  return { plan, tip, root: first, workItemId: place.workItemId };
}

/** In the order of the journal: landings of one build share their instant. */
function inOrder(landings: readonly LandedEntry[], rows: readonly LandedRow[]): LandedEntry[] {
  const at = new Map(rows.map(({ commit, ordinal }) => [commit, ordinal]));
  return landings.toSorted((a, b) => (at.get(a.landedCommit) ?? 0) - (at.get(b.landedCommit) ?? 0));
}

interface Place {
  mirror: Mirror;
  key: TargetKey;
  projectId: string;
  workItemId: string | null;
  head: string;
  lands: 'queue' | 'action';
  /** Oldest first. */
  roots: LandedEntry[];
}

async function placeOfEntry(deps: MergeQueueDeps, id: string): Promise<Place> {
  const entry = await loadEntry(deps.db, id);
  if (entry === undefined) throw new AppError('not_found', `There is no change request ${id}.`);
  if (entry.state !== 'landed' || entry.landedCommit === null)
    throw new AppError('conflict', `Only what has landed can be rolled back; ${id} is ${entry.state.replace('_', ' ')}.`, {
      code: 'wrong_state',
      detail: { state: entry.state },
    });
  const key = { repositoryId: entry.repositoryId, target: entry.target };
  const where = await whereItIs(deps, key, entry);
  const roots = await listLandedOf(deps.db, key, [entry.landedCommit]);
  return { ...where, key, projectId: entry.projectId, workItemId: entry.workItemId, roots };
}

async function placeOfTarget(deps: MergeQueueDeps, { repositoryId, target, commit: given }: TargetKey & { commit: string }): Promise<Place> {
  const key = { repositoryId, target };
  const mirror = await deps.mirrors(repositoryId);
  const commit = await mirror.resolve(given);
  if (commit === null) throw new AppError('not_found', `The repository has no commit ${given}.`, { code: 'unknown_commit' });
  const last = (await listLandings(deps.db, key)).at(-1);
  const entry = last === undefined ? undefined : await loadEntry(deps.db, last.changeRequestId);
  if (entry === undefined) throw new AppError('refused', `Nothing has landed on ${target}.`, { code: 'nothing_to_roll_back' });
  const where = await whereItIs(deps, key, entry);
  if (!(await mirror.isAncestor(commit, where.head)))
    throw new AppError('refused', `${target} does not hold the commit ${given}.`, { code: 'commit_elsewhere', hint: 'Name a commit of the branch.' });
  const after = (await mirror.log(commit, where.head, MOST_LANDINGS)).map((one) => one.commit);
  return { ...where, key, projectId: entry.projectId, workItemId: entry.workItemId, roots: await listLandedOf(deps.db, key, after) };
}

const MOST_LANDINGS = 1000;

/**
 * Out already: at the source, so undoing it is an effect on the outside, which goes by an action. Otherwise the mirror's own
 * branch, which goes out with everything else on it.
 */
async function whereItIs(deps: MergeQueueDeps, key: TargetKey, entry: QueueEntry): Promise<Pick<Place, 'mirror' | 'head' | 'lands'>> {
  const mirror = await deps.mirrors(key.repositoryId);
  await mirror.fetch();
  const source = await mirror.resolve(`refs/remotes/source/${key.target}`);
  const commit = entry.landedCommit ?? '';
  const out = source !== null && (await mirror.isAncestor(commit, source));
  if (entry.publish.kind === 'action' || out) {
    if (source !== null && out) return { mirror, head: source, lands: 'action' };
  } else {
    const head = await mirror.resolve(`refs/heads/${key.target}`);
    if (head !== null && (await mirror.isAncestor(commit, head))) return { mirror, head, lands: 'queue' };
  }
  throw new AppError('conflict', `${key.target} does not hold ${entry.id} any more: somebody rewrote the branch.`, {
    code: 'not_on_target',
    hint: '`reeve queue status` shows what was lost.',
  });
}

async function readImpact(deps: MergeQueueDeps, key: TargetKey, roots: readonly LandedEntry[]): Promise<Map<string, ReadonlySet<string>>> {
  const impact = new Map<string, ReadonlySet<string>>();
  if (deps.impact === undefined) return impact;
  for (const { id, landedTree, effect } of roots.slice(0, MOST_IMPACTS)) {
    impact.set(id, await deps.impact({ repositoryId: key.repositoryId, tree: landedTree, files: pathsTouched(effect) }));
  }
  return impact;
}

const MOST_IMPACTS = 50;

interface Stack {
  rows: readonly LandedRow[];
  order: readonly LandedEntry[];
  head: string;
}

interface Stacked {
  tip: string | null;
  conflicts: Array<{ id: string; files: string[]; conflicts: MergeConflict[] }>;
}

/** One inverse on top of the other, each a three-way merge from what landed back to what was before it. */
async function stackInverses(mirror: Mirror, { rows, order, head }: Stack): Promise<Stacked> {
  const before = new Map(rows.map((row): [string, string] => [row.commit, row.head]));
  let tip = head;
  for (const { id, landedCommit } of order) {
    const theirs = before.get(landedCommit);
    if (theirs === undefined) throw new AppError('conflict', `The journal does not say what ${id} landed on.`, { code: 'journal_gap' });
    const merged = await mirror.merge({ base: landedCommit, ours: tip, theirs });
    if (merged.kind === 'conflict')
      return { tip: null, conflicts: [{ id, files: merged.conflicts.map(({ path }) => path), conflicts: merged.conflicts }] };
    if (merged.tree === (await mirror.treeOf(tip))) continue;
    const atUnixS = ((await mirror.log(null, tip, 1))[0]?.atUnixS ?? 0) + 1;
    tip = await mirror.commit({
      tree: merged.tree,
      parents: [tip],
      message: `Inverse of ${id}`,
      author: { name: 'Reeve', email: 'reeve@localhost' },
      atUnixS,
    });
  }
  return { tip, conflicts: [] };
}

const MOST_OUTSIDERS = 100;

/** Commits since the landing that no change request made: a rollback leaves them where they are. What a landing merged in is part of it. */
async function outsidersAfter(mirror: Mirror, range: { rows: readonly LandedRow[]; from: string; head: string }): Promise<RollbackPlan['outsiders']> {
  const commits = await mirror.log(range.from, range.head, MOST_LANDINGS, 'firstParents');
  const landed = new Set(range.rows.map(({ commit }) => commit));
  return commits
    .filter(({ commit }) => !landed.has(commit))
    .slice(0, MOST_OUTSIDERS)
    .map(({ commit, subject }) => ({ commit, subject }));
}
