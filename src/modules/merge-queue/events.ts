import type { DomainEvent } from '#kernel/event.ts';
import type { JsonValue } from '#kernel/json.ts';
import type { QueueEntry } from './model.ts';

/** Persisted names of what the queue publishes; the ledger uses them too. */
export type ChangeRequestEvent =
  | 'change_request.submitted'
  | 'change_request.landed'
  | 'change_request.quarantined'
  | 'change_request.dropped'
  | 'change_request.already_landed'
  | 'change_request.requeued'
  | 'change_request.closed'
  | 'change_request.reopened';

/** The event of an entry as it stands after a transition. `reason`: a kind or sentence where there is one. */
export function changeRequestEvent(
  type: ChangeRequestEvent,
  entry: QueueEntry,
  reason: string | null,
): DomainEvent & { data: Record<string, string | number | null> } {
  return {
    type,
    subject: entry.id,
    workItemId: entry.workItemId,
    projectId: entry.projectId,
    data: {
      change_request_id: entry.id,
      task_id: entry.taskId,
      attempt: entry.attempt,
      repository_id: entry.repositoryId,
      target: entry.target,
      state: entry.state,
      commit: entry.landedCommit,
      tree: entry.landedTree,
      rung: entry.rung,
      reason,
    },
  };
}

/** The head of a target moved: agents whose files are among `files` work on something that changed. */
export type TargetMovedEvent = 'target.moved';

/** Longest list of files in an event; `file_count` is the true number. */
const MOST_FILES = 500;

export interface TargetMove {
  repositoryId: string;
  projectId: string;
  target: string;
  from: string | null;
  to: string;
  /** `queue`: change requests landed. `outsider`: somebody pushed. */
  by: 'queue' | 'outsider';
  files: readonly string[];
  changeRequestIds: readonly string[];
}

export function targetMovedEvent(move: TargetMove): DomainEvent {
  const type: TargetMovedEvent = 'target.moved';
  return {
    type,
    subject: move.repositoryId,
    projectId: move.projectId,
    data: {
      repository_id: move.repositoryId,
      target: move.target,
      from: move.from,
      to: move.to,
      by: move.by,
      files: move.files.slice(0, MOST_FILES).map((file) => file.toWellFormed()),
      file_count: move.files.length,
      change_request_ids: [...move.changeRequestIds],
    },
  };
}

/** A person stopped or started a target; `queue_target.drained`: what was begun has landed, the target is paused. */
export type QueueTargetEvent = 'queue_target.paused' | 'queue_target.resumed' | 'queue_target.draining' | 'queue_target.drained';

/** Somebody rewrote a target: what the queue had landed is no longer on it. `lost`: the change requests, which can be landed again. */
export type TargetRewrittenEvent = 'target.rewritten';

export interface TargetRewrite {
  repositoryId: string;
  projectId: string;
  target: string;
  fromCommit: string;
  toCommit: string;
  lost: readonly string[];
}

export function targetRewrittenEvent(move: TargetRewrite): DomainEvent & { data: Record<string, JsonValue> } {
  const type: TargetRewrittenEvent = 'target.rewritten';
  return {
    type,
    subject: move.repositoryId,
    projectId: move.projectId,
    data: { repository_id: move.repositoryId, target: move.target, from: move.fromCommit, to: move.toCommit, lost: [...move.lost] },
  };
}

/** A person decided about landed or set-aside work; the ledger's names too. */
export type QueueChoiceEvent = 'queue_rollback.confirmed' | 'queue_reland.confirmed' | 'queue_rollback.given_up' | 'queue_alarm.dismissed';
