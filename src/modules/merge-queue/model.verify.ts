import type { QueueEntry } from './model.ts';

export interface CheckResult {
  name: string;
  command: string;
  exit_code: number | null;
  /** The end of the output, redacted. */
  output: string;
}

export interface VerifyRequest {
  repositoryId: string;
  projectId: string;
  /** An unpublished commit in the mirror whose tree is `tree`: what a worktree is made of. */
  commit: string;
  tree: string;
  /** Names the submitter said it ran; the project's own checks run in any case. */
  requiredChecks: readonly string[];
  entry: QueueEntry;
  /** Aborted when the worker stops or loses its lease: end the processes and reject. */
  signal: AbortSignal;
}

/** `infrastructure`: the checks could not be run properly (no sandbox, no disk); the change is not to blame. */
export interface VerifyResult {
  passed: boolean;
  checks: CheckResult[];
  infrastructure?: boolean;
}

/** Answer of the action that publishes (`publish.kind === 'action'`). */
export type ActionPublication = { kind: 'landed'; commit: string } | { kind: 'base_moved' } | { kind: 'refused'; detail: string };
