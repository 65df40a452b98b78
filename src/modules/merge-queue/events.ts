import type { DomainEvent } from '#kernel/event.ts';
import type { QueueEntry } from './model.ts';

/** Persisted names of what the queue publishes; the ledger uses them too. */
export type ChangeRequestEvent =
  | 'change_request.submitted'
  | 'change_request.landed'
  | 'change_request.quarantined'
  | 'change_request.dropped'
  | 'change_request.already_landed'
  | 'change_request.requeued';

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
