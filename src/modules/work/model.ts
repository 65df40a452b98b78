import { z } from 'zod';
import type { ProjectId, RepositoryId, WorkItemId } from '#kernel/ids.ts';

export const WorkType = z.enum(['bug', 'feature', 'refactor', 'docs', 'chore', 'question']);
export type WorkType = z.infer<typeof WorkType>;
export const Size = z.enum(['XS', 'S', 'M', 'L', 'XL']);
export type Size = z.infer<typeof Size>;
export const Priority = z.enum(['P0', 'P1', 'P2', 'P3']);
export type Priority = z.infer<typeof Priority>;

/** Persisted. `WORK_TRANSITIONS` says what may follow what. */
export const WORK_STATES = [
  'new',
  'triaged',
  'needs_info',
  'planned',
  'awaiting_approval',
  'in_progress',
  'in_review',
  'awaiting_merge',
  'merged',
  'duplicate',
  'declined',
  'failed',
] as const;
export const WorkState = z.enum(WORK_STATES);
export type WorkState = z.infer<typeof WorkState>;

export const TERMINAL_WORK_STATES: readonly WorkState[] = ['merged', 'duplicate', 'declined', 'failed'];

export interface WorkItem {
  id: WorkItemId;
  projectId: ProjectId;
  repositoryId: RepositoryId | null;
  /** `local`, `github`, `jira` … or `request` for one a person typed. */
  source: string;
  externalId: string;
  /** Number on the tracker; null for requests. */
  number: number | null;
  title: string;
  body: string;
  url: string | null;
  type: WorkType | null;
  state: WorkState;
  /** Why it is in that state, one sentence. */
  stateReason: string | null;
  priority: Priority;
  size: Size | null;
  labels: string[];
  /** `person:<handle>` or `agent:<name>`. */
  assignee: string | null;
  /** Handle of who asked for it (label, command, request); the trigger user of its actions. */
  requestedBy: string | null;
  author: string | null;
  duplicateOf: WorkItemId | null;
  parentId: WorkItemId | null;
  /** Branch the work lands on: `ai-<n>`, or the request's target. */
  targetBranch: string | null;
  externalUpdatedAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
}
