import type { CommitId, Mirror } from '#ports/git.ts';

/**
 * The commit new work on a branch should start from: where the queue has it, or where the source has it when somebody went on from there
 * meanwhile (the queue takes that in before its next landing). Null: the branch is nowhere. Only reads: refs move by the queue's lease.
 */
export async function freshBase(mirror: Mirror, branch: string): Promise<CommitId | null> {
  const local = await mirror.resolve(`refs/heads/${branch}`);
  const source = await mirror.resolve(`refs/remotes/source/${branch}`);
  if (local === null || source === null || local === source) return local ?? source;
  return (await mirror.isAncestor(local, source)) ? source : local;
}
