import type { CheckResult, PullRequest, RepoRef } from './forge-read.ts';
import type { CommitId } from './git.ts';

/** A review that takes no side: it neither approves nor asks for changes. */
export interface NewReview {
  headSha: CommitId;
  body: string;
  /** One review per marker. */
  marker: string;
  /** Remarks beside lines of the diff, on the side of the new file; each is made once per marker and never edited. */
  comments: ReadonlyArray<{ path: string; line: number; body: string; marker: string }>;
}

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
  /**
   * Merges exactly `headSha`; moved head: AppError conflict `head_moved`; moved base: `base_moved`. Merged already: the same answer. Where the
   * forge demands its own merge queue, the pull request is put into it and waits there: AppError unavailable `in_forge_queue`, until
   * it is merged; taken out of the queue after `askedAt` (left out: this merge was never asked for before): refused `left_forge_queue`, its detail a
   * `QueueDeparture`.
   */
  mergePull(
    repo: RepoRef,
    merge: { number: number; headSha: CommitId; baseSha: CommitId | null; message: string; askedAt?: Date },
  ): Promise<{ mergeSha: CommitId }>;
  /**
   * Takes a pull request out of the forge's own merge queue; not in it, merged or closed: fine, once the forge shows it. AppError unavailable: the forge
   * is about to merge it, or does not show yet that it did. Absent where a forge has no queue.
   */
  leaveQueue?(repo: RepoRef, number: number): Promise<void>;
  /**
   * Deletes a branch that stands at `sha`. Gone: fine; elsewhere: AppError conflict `ref_moved`; the default branch or a folder's: refused
   * `branch_kept`; one that an open pull request goes into or comes from: refused `branch_in_use`.
   */
  deleteBranch(repo: RepoRef, gone: { mirrorDir: string; branch: string; sha: CommitId }): Promise<void>;
  /**
   * Opens the pull request that takes back a merged one; one per `marker`, and one per merged pull request where the forge makes it itself. Absent
   * where nobody but Reeve checks what landed: there the merge queue rolls back.
   */
  revertPull?(repo: RepoRef, revert: { number: number; title: string; body: string; marker: string }): Promise<PullRequest>;
  /** Asks for what failed of a check's run again. AppError refused `rerun_not_allowed`, `not_rerunnable`. Absent where nobody but Reeve runs checks. */
  rerunCheck?(repo: RepoRef, check: { id: string; headSha: CommitId }): Promise<void>;
  /**
   * The draft release of a tag: made once, found by its `marker` and left as it is from then on; an empty draft that people opened is filled in. Any other
   * of that tag: AppError refused `release_of_people`, and nothing is changed. None is published, and none is made a draft again. Absent where a forge has no releases.
   */
  putDraftRelease?(repo: RepoRef, release: { tag: string; name: string; body: string; marker: string }): Promise<{ id: string; url: string }>;
  /** Sets the check `name` of a commit. */
  putCheck(repo: RepoRef, check: CheckResult): Promise<void>;
  /** One comment per `marker` on an issue or pull request: made, or edited in place. */
  putComment(repo: RepoRef, number: number, comment: { body: string; marker: string }): Promise<{ id: string }>;
  /**
   * One review per `marker`: made with its remarks, or its text edited in place and the remarks added that are not there yet. `refused`: markers of
   * remarks that the forge takes on no line of its diff; the rest stands.
   */
  putReview(repo: RepoRef, number: number, review: NewReview): Promise<{ id: string; refused: string[] }>;
  /** Asks people for a review; who was asked before is not asked again, and nobody is taken off. `refused`: logins that the forge does not take. */
  requestReviewers(repo: RepoRef, number: number, logins: readonly string[]): Promise<{ refused: string[] }>;
  /** One answer per `marker` in a conversation beside a line. AppError not_found. */
  replyToThread(repo: RepoRef, number: number, reply: { threadId: string; body: string; marker: string }): Promise<{ id: string }>;
  /** Ends a conversation; ended already: fine. AppError not_found. */
  resolveThread(repo: RepoRef, number: number, threadId: string): Promise<void>;
}
