import type { CheckResult, PullRequest, RepoRef } from './forge-read.ts';
import type { CommitId } from './git.ts';

/**
 * Writing to a forge. Imported by the executor (`modules/actions`) alone. Each member is idempotent by the means in its
 * line, so that a retry after an unknown outcome never doubles an effect.
 */
export interface ForgeWrite {
  /** Makes a branch at `sha`; already there at `sha`: fine, elsewhere: AppError conflict. */
  createBranch(repo: RepoRef, branch: string, sha: CommitId): Promise<void>;
  /**
   * Pushes `sha` from the mirror at `mirrorDir` to `branch`, expecting it at `expected` (null: not there). Already at `sha`:
   * fine; elsewhere: AppError conflict `ref_moved`. Never forces. A checked-out branch is fast-forwarded with its clean
   * worktree; with local changes in the way: AppError conflict `checkout_dirty`.
   */
  pushBranch(repo: RepoRef, push: { mirrorDir: string; sha: CommitId; branch: string; expected: CommitId | null }): Promise<void>;
  /** One open pull request per head branch; a second call answers the first one. `marker` is kept hidden in the body. */
  createPull(
    repo: RepoRef,
    pull: { title: string; body: string; headBranch: string; baseBranch: string; draft: boolean; labels: string[]; marker: string },
  ): Promise<PullRequest>;
  updatePull(
    repo: RepoRef,
    number: number,
    change: { title?: string; body?: string; draft?: boolean; labels?: string[]; state?: 'closed' },
  ): Promise<PullRequest>;
  /** Merges exactly `headSha`; moved head: AppError conflict `head_moved`; moved base: `base_moved`. Merged already: the same answer. */
  mergePull(repo: RepoRef, merge: { number: number; headSha: CommitId; baseSha: CommitId | null; message: string }): Promise<{ mergeSha: CommitId }>;
  /** Sets the check `name` of a commit. */
  putCheck(repo: RepoRef, check: CheckResult): Promise<void>;
  /** One comment per `marker` on an issue or pull request: made, or edited in place. */
  putComment(repo: RepoRef, number: number, comment: { body: string; marker: string }): Promise<{ id: string }>;
}
