import type { CommitId } from '#ports/git.ts';

/** Parents of the commits this process wrote: for them nobody has to ask git who descends from whom. */
export interface Lineage {
  add(commit: CommitId, parents: readonly CommitId[]): void;
  /**
   * Follows the line of a commit down through what this process wrote: the first commit that somebody else wrote (or that has not one
   * parent), which stays the same while the line grows; or `past`, if the line goes through it.
   */
  foot(commit: CommitId, past: CommitId): CommitId;
  /** Null: not known here. */
  isAncestor(ancestor: CommitId, descendant: CommitId): boolean | null;
}

const MOST_KNOWN = 20_000;

export function createLineage(): Lineage {
  const parentsOf = new Map<CommitId, readonly CommitId[]>();

  function reaches(from: CommitId, to: CommitId): boolean {
    const seen = new Set<CommitId>();
    const open = [from];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (at === to) return true;
      if (seen.has(at)) continue;
      seen.add(at);
      open.push(...(parentsOf.get(at) ?? []));
    }
    return false;
  }

  return {
    add(commit, parents) {
      parentsOf.set(commit, parents);
      for (const oldest of parentsOf.keys()) {
        if (parentsOf.size <= MOST_KNOWN) break;
        parentsOf.delete(oldest);
      }
    },
    foot(commit, past) {
      let at = commit;
      for (let parents = parentsOf.get(at); at !== past && parents?.length === 1; parents = parentsOf.get(at)) at = parents[0] ?? at;
      return at;
    },
    isAncestor(ancestor, descendant) {
      if (reaches(descendant, ancestor)) return true;
      // History has no cycles: who descends from it is not its ancestor.
      return reaches(ancestor, descendant) ? false : null;
    },
  };
}
