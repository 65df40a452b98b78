import { z } from 'zod';
import { ENTRY_STATES } from '#modules/change-requests/index.ts';
import type { JournalRow, QueueEntry } from './model.ts';

const Time = z.iso.datetime();

export const EntryView = z.object({
  id: z.string(),
  project_id: z.string(),
  repository_id: z.string(),
  repo: z.string(),
  target: z.string(),
  task_id: z.string(),
  attempt: z.number().int(),
  work_item_id: z.string().nullable(),
  summary: z.string(),
  risk: z.enum(['low', 'medium', 'high']),
  state: z.enum(ENTRY_STATES),
  rung: z.string().nullable(),
  retries: z.number().int(),
  last_error: z.string().nullable(),
  /** Why it was set aside: the conflict or the checks' output as a value. */
  quarantine: z.unknown().nullable(),
  /** Why nobody has to decide about it although it was set aside. */
  closed_reason: z.string().nullable(),
  notes: z.array(z.string()),
  files: z.array(z.object({ path: z.string(), added: z.number().int().nullable(), deleted: z.number().int().nullable() })),
  base: z.string(),
  landed_commit: z.string().nullable(),
  landed_tree: z.string().nullable(),
  submitted_by: z.string(),
  submitted_at: Time,
  landed_at: Time.nullable(),
  updated_at: Time,
});
export type EntryView = z.infer<typeof EntryView>;

export function presentEntry(entry: QueueEntry): EntryView {
  return {
    id: entry.id,
    project_id: entry.projectId,
    repository_id: entry.repositoryId,
    repo: entry.document.repo,
    target: entry.target,
    task_id: entry.taskId,
    attempt: entry.attempt,
    work_item_id: entry.workItemId,
    summary: entry.document.summary,
    risk: entry.document.risk,
    state: entry.state,
    rung: entry.rung,
    retries: entry.retries,
    last_error: entry.lastError,
    quarantine: entry.quarantine,
    closed_reason: entry.closedReason,
    notes: entry.notes,
    files: entry.effect.map(({ path, added, deleted }) => ({ path, added, deleted })),
    base: entry.document.base,
    landed_commit: entry.landedCommit,
    landed_tree: entry.landedTree,
    submitted_by: entry.submittedBy,
    submitted_at: entry.submittedAt.toISOString(),
    landed_at: entry.landedAt?.toISOString() ?? null,
    updated_at: entry.updatedAt.toISOString(),
  };
}

export const JournalView = z.object({
  version: z.number().int(),
  at: Time,
  event: z.string(),
  from_state: z.string().nullable(),
  to_state: z.string(),
  actor: z.string(),
  detail: z.record(z.string(), z.unknown()),
});

export function presentJournal(row: JournalRow): z.infer<typeof JournalView> {
  return {
    version: row.version,
    at: row.at.toISOString(),
    event: row.event,
    from_state: row.fromState,
    to_state: row.toState,
    actor: row.actor,
    detail: row.detail,
  };
}
