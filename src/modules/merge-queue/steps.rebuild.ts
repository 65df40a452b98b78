import { messageOf } from '#kernel/errors.ts';
import type { Mirror, TreeEntry } from '#ports/git.ts';
import { planApply, toFileChanges } from './decide.apply.ts';
import { fromStoredChange, type ChangeRequestDocument } from '#modules/change-requests/index.ts';
import type { ReplayInstruction } from './decide.replay.ts';
import type { LandedRow, ReplayDivergence, ReplayStep } from './model.history.ts';
import type { QueueEntry } from './model.ts';

/** A replay under way: the scratch repository, where it stands, and what it saw. */
export interface Rebuild {
  scratch: Mirror;
  /** Of the scratch repository. */
  commit: string;
  tree: string;
  /** Commits of the real branch and what they are in the scratch repository. */
  known: Map<string, string>;
  steps: ReplayStep[];
  divergences: ReplayDivergence[];
  load(id: string): Promise<Pick<QueueEntry, 'id' | 'document'> | null>;
}

/** Does one step of the chain. What cannot be rebuilt from rows is said, and the replay goes on from what the branch has. */
export async function replayStep(rebuild: Rebuild, instruction: ReplayInstruction): Promise<void> {
  switch (instruction.kind) {
    case 'land':
      return land(rebuild, instruction.row);
    case 'take_back':
      return takeBack(rebuild, instruction.row);
    case 'move': {
      const { move } = instruction;
      const how = move.kind === 'absorbed' ? 'absorbed' : 'rewritten';
      await follow(rebuild, { to: move.toCommit, tree: move.toTree });
      rebuild.steps.push({
        changeRequestId: null,
        how,
        rung: null,
        commit: move.toCommit,
        recordedTree: move.toTree,
        tree: rebuild.tree,
        copied: [],
      });
      return;
    }
    case 'gap':
      return gap(rebuild, instruction);
  }
}

async function land(rebuild: Rebuild, row: LandedRow): Promise<void> {
  const entry = await rebuild.load(row.changeRequestId);
  if (entry === null)
    return diverge(rebuild, row, { kind: 'does_not_apply', detail: `The change request ${row.changeRequestId} is not stored.`, files: [] });
  const applied = await apply(rebuild, entry.document).catch((error: unknown) => ({ kind: 'failed' as const, detail: messageOf(error) }));
  if (applied.kind === 'clean' && applied.tree === row.tree) return step(rebuild, row, { how: 'rebuilt', tree: applied.tree, copied: [] });
  const written = WRITTEN_BY_OTHERS.has(row.rung);
  const tree = applied.kind === 'clean' ? applied.tree : rebuild.tree;
  const files = await differing(rebuild.scratch, tree, row.tree);
  // A project's command, a structured merge or a person wrote part of it: that part is in the repository alone.
  if (written && files !== null) return step(rebuild, row, { how: 'copied', tree: row.tree, copied: files });
  if (applied.kind === 'clean') {
    return diverge(rebuild, row, {
      kind: 'tree_differs',
      detail: `${row.changeRequestId} gives the tree ${applied.tree}, the journal says ${row.tree}.`,
      files: files ?? [],
    });
  }
  return diverge(rebuild, row, { kind: 'does_not_apply', detail: `${row.changeRequestId} does not apply: ${applied.detail}`, files: files ?? [] });
}

/** Rungs whose result is more than the stored change: regenerated files, structured merges, reworked or resolved conflicts. */
const WRITTEN_BY_OTHERS: ReadonlySet<string> = new Set(['R2', 'R3', 'R4', 'R5']);

type Applied = { kind: 'clean'; tree: string } | { kind: 'failed'; detail: string };

/** The stored contents onto where the replay stands, by the rungs that need nothing but git. */
async function apply({ scratch, commit, known }: Rebuild, document: ChangeRequestDocument): Promise<Applied> {
  const whole = document.changes.map(fromStoredChange);
  const files = new Map((await scratch.listTree(commit)).map((file): [string, TreeEntry] => [file.path, file]));
  const plan = planApply(whole, files);
  if (plan.rung === 'R0') return { kind: 'clean', tree: await scratch.writeTree(commit, plan.changes) };
  const base = known.get(document.base) ?? document.base;
  const tree = await scratch.writeTree(base, toFileChanges(whole));
  const atUnixS = ((await scratch.log(null, base, 1))[0]?.atUnixS ?? 0) + 1;
  const theirs = await scratch.commit({ tree, parents: [base], message: 'Replayed', author: AUTHOR, atUnixS });
  const merged = await scratch.merge({ base, ours: commit, theirs });
  if (merged.kind === 'clean') return merged;
  return { kind: 'failed', detail: merged.conflicts.map((conflict) => conflict.message).join('; ') };
}

const AUTHOR = { name: 'Reeve', email: 'reeve@localhost' };

async function takeBack(rebuild: Rebuild, row: LandedRow): Promise<void> {
  const { scratch, known } = rebuild;
  const reverted = rebuild.steps.findLast((done) => done.commit === row.reverted);
  const landed = known.get(row.reverted ?? '') ?? row.reverted ?? '';
  const parent = reverted === undefined ? undefined : (await scratch.log(null, landed, 2)).at(1)?.commit;
  const merged = parent === undefined ? null : await scratch.merge({ base: landed, ours: rebuild.commit, theirs: parent });
  if (merged?.kind === 'clean' && merged.tree === row.tree) return step(rebuild, row, { how: 'taken_back', tree: merged.tree, copied: [] });
  const files = await differing(scratch, rebuild.tree, row.tree);
  return diverge(rebuild, row, {
    kind: 'tree_differs',
    detail: `Taking back ${row.changeRequestId} does not give the tree ${row.tree}.`,
    files: files ?? [],
  });
}

async function gap(rebuild: Rebuild, { from, to }: { from: string; to: string }): Promise<void> {
  const { scratch } = rebuild;
  const [knowsFrom, knowsTo] = [(await scratch.resolve(from)) !== null, (await scratch.resolve(to)) !== null];
  const commits = knowsTo ? (await scratch.log(knowsFrom ? from : null, to, MOST_COMMITS)).map(({ commit, subject }) => ({ commit, subject })) : [];
  const files = knowsFrom && knowsTo ? (await scratch.diffNames(from, to)).map(({ path }) => path) : [];
  const detail = `The branch went from ${from} to ${to}, and the journal does not say how.`;
  rebuild.divergences.push({ kind: 'unrecorded_move', changeRequestId: null, detail, commits, files });
  if (knowsTo) await follow(rebuild, { to, tree: await scratch.treeOf(to) });
}

const MOST_COMMITS = 100;

async function step(rebuild: Rebuild, row: LandedRow, { how, tree, copied }: Pick<ReplayStep, 'how' | 'tree' | 'copied'>): Promise<void> {
  rebuild.steps.push({ changeRequestId: row.changeRequestId, how, rung: row.rung || null, commit: row.commit, recordedTree: row.tree, tree, copied });
  await onto(rebuild, row.commit, tree);
}

/** Says what differs and goes on from what the branch has, where the repository still holds it. */
async function diverge(rebuild: Rebuild, row: LandedRow, what: Pick<ReplayDivergence, 'kind' | 'detail' | 'files'>): Promise<void> {
  rebuild.divergences.push({ ...what, changeRequestId: row.changeRequestId, commits: [] });
  const there = (await rebuild.scratch.resolve(row.commit)) !== null;
  await step(rebuild, row, { how: 'copied', tree: there ? row.tree : rebuild.tree, copied: what.files });
}

async function follow(rebuild: Rebuild, { to, tree }: { to: string; tree: string }): Promise<void> {
  const there = (await rebuild.scratch.resolve(to)) !== null;
  if (!there) {
    const detail = `The commit ${to}, pushed by somebody else, is not in the repository any more.`;
    rebuild.divergences.push({ kind: 'does_not_apply', changeRequestId: null, detail, commits: [], files: [] });
    return;
  }
  rebuild.commit = to;
  rebuild.tree = tree;
}

/** A commit of the replay's own for what the branch has at this place. */
async function onto(rebuild: Rebuild, real: string, tree: string): Promise<void> {
  const { scratch, commit } = rebuild;
  const atUnixS = ((await scratch.log(null, commit, 1))[0]?.atUnixS ?? 0) + 1;
  rebuild.commit = await scratch.commit({ tree, parents: [commit], message: `Replay of ${real}`, author: AUTHOR, atUnixS });
  rebuild.tree = tree;
  rebuild.known.set(real, rebuild.commit);
}

async function differing(scratch: Mirror, from: string, to: string): Promise<string[] | null> {
  try {
    return (await scratch.diffNames(from, to)).map(({ path }) => path);
  } catch {
    // The tree the journal names is not in the repository any more.
    return null;
  }
}
