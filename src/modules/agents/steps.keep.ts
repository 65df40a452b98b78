import { access, rename, rm } from 'node:fs/promises';
import { messageOf } from '#kernel/errors.ts';
import type { Mirror } from '#ports/git.ts';
import { branchOf, homeOf, worktreeOf, type AgentsDeps } from './steps.context.ts';
import { keepWork, type Held } from './store.ts';

// A patch is for people to read; the commit under the ref is the work itself.
const MOST_PATCH_BYTES = 8 * 1024 * 1024;

/**
 * Keeps what a run without a change request left: a commit under `refs/reeve/runs/<id>` (later executions add their number)
 * and its diff as a blob. Answers false when it could not: then the worktree must stay.
 */
async function keepLeftWork(deps: AgentsDeps, input: { held: Held; mirror: Mirror; baseCommit: string; summary: string }): Promise<boolean> {
  const { held, mirror, baseCommit } = input;
  const worktree = worktreeOf(deps.folders, held.runId);
  if (!(await exists(worktree))) return true;
  try {
    const tree = await mirror.snapshotWorktree(worktree);
    const baseTree = await mirror.treeOf(baseCommit);
    if (tree === baseTree) return true;
    const commit = await mirror.commit({
      tree,
      parents: [baseCommit],
      message: `Unlanded work of ${held.runId}\n\n${input.summary}\n`,
      author: { name: 'Reeve', email: 'reeve@localhost' },
      atUnixS: Math.floor(deps.clock.now().getTime() / 1000),
    });
    const name = held.execution > 1 ? `${held.runId}-${held.execution}` : held.runId;
    const ref = `refs/reeve/runs/${name}`;
    await mirror.compareAndSwap(ref, await mirror.resolve(ref), commit);
    const patch = `runs/${held.runId}/${held.execution > 1 ? `diff-${held.execution}` : 'diff'}.patch`;
    await deps.blobs.put(patch, Buffer.from(deps.redact(await mirror.diffText(baseTree, tree, MOST_PATCH_BYTES)), 'utf8'));
    await keepWork(deps.db, held.runId, { ref, patch });
    return true;
  } catch (error) {
    deps.log.warn({ run: held.runId, error: messageOf(error) }, 'the work of a run could not be kept in git; its folder is');
    return false;
  }
}

/** Makes it safe to remove a worktree: its work is kept in git, or where git cannot read it, the folder under another name. */
export async function clearLeftWork(deps: AgentsDeps, input: { held: Held; mirror: Mirror; baseCommit: string; summary: string }): Promise<void> {
  if (await keepLeftWork(deps, input)) return;
  const worktree = worktreeOf(deps.folders, input.held.runId);
  if (await exists(worktree)) await rename(worktree, `${worktree}.kept-${input.held.execution}`);
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

/** Removes worktree, branch and home of a run. Whoever calls it has made sure that the work is stored. Safe to repeat. */
export async function removeWorkplace(deps: Pick<AgentsDeps, 'folders' | 'log'>, runId: string, mirror: Mirror): Promise<void> {
  const worktree = worktreeOf(deps.folders, runId);
  await mirror
    .removeWorktree(worktree)
    .catch((error: unknown) => deps.log.warn({ run: runId, error: messageOf(error) }, 'a worktree could not be removed by git'));
  await rm(worktree, { recursive: true, force: true });
  await rm(homeOf(deps.folders, runId), { recursive: true, force: true });
  const ref = `refs/heads/${branchOf(runId)}`;
  const head = await mirror.resolve(ref);
  if (head !== null) await mirror.compareAndSwap(ref, head, null);
}
