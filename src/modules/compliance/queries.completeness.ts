import { AppError } from '#kernel/errors.ts';
import type { Db } from '#platform/db/index.ts';
import type { CompletenessReport, UnrecordedMerge } from './model.ts';
import type { Sources } from './queries.facts.ts';
import { recordedCommits } from './store.ts';

/** Reads a branch as the forge itself has it now. */
export interface BranchReader {
  /**
   * Commits of the first-parent history of a branch, newest first, at most `limit`. Throws AppError unavailable when the forge
   * cannot be read.
   */
  firstParents(repositoryId: string, branch: string, limit: number): Promise<Array<{ commit: string; subject: string; atUnixS: number }>>;
}

/** Enough for years of most projects; a longer history is checked in its newest part. */
const MOST_COMMITS = 20_000;

/**
 * I6: everything that got onto the default branch since the repository was put under Reeve is explained by a record, or named
 * here. The branch is read from the forge, not from our own memory of it.
 */
export async function findCompleteness(on: { db: Db; sources: Sources; branches: BranchReader }, projectId: string): Promise<CompletenessReport> {
  const { sources } = on;
  const project = (await sources.projects.get(projectId)) ?? (await sources.projects.byKey(projectId));
  if (project === null) throw new AppError('not_found', `There is no project ${projectId}.`);
  const missing: UnrecordedMerge[] = [];
  let lookedAt = 0;
  for (const repository of await sources.projects.repositories(project.id)) {
    const history = await on.branches.firstParents(repository.id, repository.defaultBranch, MOST_COMMITS);
    const known = new Set(
      await recordedCommits(
        on.db,
        history.map(({ commit }) => commit),
      ),
    );
    const commits = underReeve(history, known, Math.floor(repository.createdAt.getTime() / 1000));
    lookedAt += commits.length;
    for (const { commit, subject, atUnixS } of commits) {
      if (known.has(commit)) continue;
      const at = new Date(atUnixS * 1000).toISOString();
      missing.push({ repository: repository.name, branch: repository.defaultBranch, commit, subject, at });
    }
  }
  return { complete: missing.length === 0, looked_at: lookedAt, explained: lookedAt - missing.length, missing };
}

/**
 * What got onto the branch since the repository was put under Reeve: everything above the oldest commit that is recorded or younger
 * than that. A commit's date is its author's to choose, so one that is dated back counts as well when it lies above such a commit.
 */
export function underReeve<T extends { commit: string; atUnixS: number }>(
  history: readonly T[],
  known: ReadonlySet<string>,
  sinceUnixS: number,
): T[] {
  const oldest = history.findLastIndex(({ commit, atUnixS }) => known.has(commit) || atUnixS >= sinceUnixS);
  return history.slice(0, oldest + 1);
}
