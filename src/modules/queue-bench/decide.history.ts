export interface Commit {
  id: string;
  parents: readonly string[];
  atUnixS: number;
  subject: string;
}

export interface History {
  /** The first-parent line of HEAD, oldest first. */
  mainline: readonly Commit[];
  /** Where on the mainline a commit came in: its own place, or that of the merge that brought it. */
  placeOf: ReadonlyMap<string, number>;
  /** Commits with exactly two parents, oldest first, on the mainline or not. */
  merges: readonly Commit[];
  /** Pull requests that the mainline's messages name, by number: the place where each landed last. */
  landedAt: ReadonlyMap<number, number>;
}

/** `commits`: all that HEAD reaches, parents before children, HEAD last. */
export function foldHistory(commits: readonly Commit[]): History {
  const byId = new Map(commits.map((commit): [string, Commit] => [commit.id, commit]));
  const mainline: Commit[] = [];
  for (let at = commits.at(-1); at !== undefined; at = byId.get(at.parents[0] ?? '')) mainline.push(at);
  mainline.reverse();
  const placeOf = new Map<string, number>();
  mainline.forEach((commit, place) => placeCommit(byId, placeOf, commit, place));
  const landedAt = new Map<number, number>();
  mainline.forEach((commit, place) => {
    const number = pullNumberOf(commit.subject);
    if (number !== null) landedAt.set(number, place);
  });
  return { mainline, placeOf, merges: commits.filter((commit) => commit.parents.length === 2), landedAt };
}

function placeCommit(byId: ReadonlyMap<string, Commit>, placeOf: Map<string, number>, commit: Commit, place: number): void {
  const open = [commit];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (placeOf.has(at.id)) continue;
    placeOf.set(at.id, place);
    for (const parent of at.parents) {
      const next = byId.get(parent);
      if (next !== undefined) open.push(next);
    }
  }
}

/** `Add x (#12)` of a squash, `Merge pull request #12 from …` of a merge. */
export function pullNumberOf(subject: string): number | null {
  const found = /\(#(\d+)\)\s*$/.exec(subject) ?? /^Merge pull request #(\d+)\b/.exec(subject);
  return found === null ? null : Number(found[1]);
}
