import type { RepoRef } from './forge-read.ts';

/** Writing to a tracker. Imported by the executor alone; every member has set semantics or a marker. */
export interface TrackerWrite {
  setLabels(repo: RepoRef, number: number, change: { add: string[]; remove: string[] }): Promise<void>;
  setAssignees(repo: RepoRef, number: number, assignees: string[]): Promise<void>;
  putComment(repo: RepoRef, number: number, comment: { body: string; marker: string }): Promise<{ id: string }>;
  close(repo: RepoRef, number: number, reason: 'completed' | 'not_planned' | 'duplicate'): Promise<void>;
  reopen(repo: RepoRef, number: number): Promise<void>;
  /** Replaces the text of an issue that still is `from`; it is `to` already: fine; anything else: AppError conflict `body_moved`, and nothing is changed. */
  editBody(repo: RepoRef, number: number, change: { from: string; to: string }): Promise<void>;
  createIssue(repo: RepoRef, issue: { title: string; body: string; labels: string[]; marker: string }): Promise<{ number: number }>;
}
