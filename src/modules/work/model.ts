import { z } from 'zod';
import type { Actor } from '#kernel/actor.ts';
import type { ProjectId, RepositoryId, WorkItemId } from '#kernel/ids.ts';
import type { Tx } from '#platform/db/index.ts';
import type { Facts, Risk, WorkCounts, WorkSort } from './model.lists.ts';

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

/**
 * What may follow what. Forward along the story; back where it says so (rework, a new plan, answered questions); out to
 * `duplicate`, `declined` or `failed` from anywhere unfinished. An ended item starts over at `new` (reopened), and a failed
 * one may also go on where it broke. `merged` is only ever reached from work that was under way or had failed before a person
 * landed it: an issue closed without landed work is `declined`.
 */
export const WORK_TRANSITIONS: Readonly<Record<WorkState, readonly WorkState[]>> = {
  new: ['triaged', 'needs_info', 'duplicate', 'declined', 'failed'],
  triaged: ['needs_info', 'planned', 'duplicate', 'declined', 'failed'],
  needs_info: ['new', 'triaged', 'planned', 'duplicate', 'declined', 'failed'],
  planned: ['triaged', 'needs_info', 'awaiting_approval', 'in_progress', 'duplicate', 'declined', 'failed'],
  awaiting_approval: ['needs_info', 'planned', 'in_progress', 'duplicate', 'declined', 'failed'],
  in_progress: ['needs_info', 'planned', 'awaiting_approval', 'in_review', 'awaiting_merge', 'merged', 'duplicate', 'declined', 'failed'],
  in_review: ['needs_info', 'planned', 'in_progress', 'awaiting_merge', 'merged', 'duplicate', 'declined', 'failed'],
  awaiting_merge: ['in_progress', 'in_review', 'merged', 'duplicate', 'declined', 'failed'],
  merged: ['new'],
  duplicate: ['new'],
  declined: ['new'],
  failed: [
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
  ],
};

/** True when an item may go from one state to another; staying is not a move. */
export function mayMove(from: WorkState, to: WorkState): boolean {
  return WORK_TRANSITIONS[from].includes(to);
}

/** States in which an item takes its assignee's time: what a WIP limit counts. */
export const WIP_WORK_STATES: readonly WorkState[] = ['in_progress', 'in_review', 'awaiting_merge'];

/** True when `a` was seen later than `b` or as late; an unknown time is older than any known one. */
export function isAtLeastAsNew(a: Date | null, b: Date | null): boolean {
  if (b === null) return true;
  return a !== null && a.getTime() >= b.getTime();
}

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
  /** Grows by one with each change; send it back to be refused (409 `stale`) when somebody was faster. */
  version: number;
  createdAt: Date;
  updatedAt: Date;
}

/** A work item made here: a request a person typed, or one registered by hand. */
export interface WorkItemInput {
  projectId: string;
  repositoryId?: string | null;
  /** Default `request`. */
  source?: string;
  /** Default: the item's own id. */
  externalId?: string;
  number?: number | null;
  title: string;
  body?: string;
  url?: string | null;
  type?: WorkType | null;
  priority?: Priority;
  size?: Size | null;
  labels?: string[];
  assignee?: string | null;
  requestedBy?: string | null;
  author?: string | null;
  parentId?: string | null;
  targetBranch?: string | null;
  externalUpdatedAt?: Date | null;
  /** `Actor.subject` of who makes it; default `system`. */
  by?: string;
}

/** A tracker's item as it is now there. What the tracker does not own (type, size, priority, state) is not in it. */
export interface ExternalWorkItem {
  projectId: string;
  repositoryId: string | null;
  source: string;
  externalId: string;
  number: number | null;
  title: string;
  body: string;
  url: string | null;
  labels: string[];
  author: string | null;
  /** Left out: stays as it is. */
  assignee?: string | null;
  requestedBy?: string | null;
  externalUpdatedAt: Date;
  /** It is the state in which the item was made: of two under one time it is the older. */
  isFirst?: boolean;
  /** `Actor.subject` of who brings it; default `system`. */
  by?: string;
}

export type WorkItemPatch = Partial<
  Pick<
    WorkItem,
    'title' | 'body' | 'type' | 'priority' | 'size' | 'labels' | 'assignee' | 'duplicateOf' | 'parentId' | 'targetBranch' | 'requestedBy'
  >
>;

/**
 * Which fields of a change by hand belong to the item's tracker: changed here, the next delivery would silently undo them, and
 * writing them there is an action. None for requests, which have no tracker.
 */
export function fieldsOfTracker(item: Pick<WorkItem, 'source'>, patch: Partial<Record<'title' | 'body' | 'labels', unknown>>): string[] {
  if (item.source === 'request') return [];
  return (['title', 'body', 'labels'] as const).filter((field) => patch[field] !== undefined);
}

export interface WorkFilter {
  /** Any of these, in each of the lists. */
  states?: readonly WorkState[] | undefined;
  types?: readonly WorkType[] | undefined;
  sizes?: readonly Size[] | undefined;
  priorities?: readonly Priority[] | undefined;
  risks?: readonly Risk[] | undefined;
  /** All of these. */
  labels?: readonly string[] | undefined;
  /** Who does it or one of its tasks: `person:<handle>`, `agent:<name>`, or any `person`, any `agent`, or `nobody`. */
  worker?: string | undefined;
  /** Handle of who asked for it. */
  requestedBy?: string | undefined;
  /** Only what a person must do something about before it goes on. */
  waitsFor?: 'person' | undefined;
  /** Changed then or later. */
  changedSince?: Date | undefined;
  /** Came then or later to the end it has now (`TERMINAL_WORK_STATES`), whatever changed since. */
  endedSince?: Date | undefined;
  /** Default `created`. */
  sort?: WorkSort | undefined;
  /** Without the text of each (an empty one instead): lists need it rarely, and it may be long. */
  brief?: boolean | undefined;
  projectId?: string | undefined;
  /** Only of these: the projects of a caller who is limited to some. */
  projectIds?: readonly string[] | undefined;
  repositoryId?: string | undefined;
  state?: WorkState | undefined;
  label?: string | undefined;
  assignee?: string | undefined;
  source?: string | undefined;
  /** As the tracker numbers it; several repositories may have one of this number. */
  number?: number | undefined;
  /** Only items that have not ended (`TERMINAL_WORK_STATES`). */
  open?: boolean | undefined;
  /** Words looked for in title and body, any case, each from its beginning (`quant` finds `quantity`); a number is the item's as well. */
  q?: string | undefined;
  /** By age; the default is `oldest` first. */
  order?: 'newest' | 'oldest' | undefined;
  limit: number;
  cursor?: string | undefined;
}

/** Ids of the items this one blocks, and of those it waits for. */
export interface Dependencies {
  blocks: WorkItemId[];
  blockedBy: WorkItemId[];
}

/**
 * Work items. Commands with `tx` join the caller's transaction; each change is a ledger entry and an event in it
 * (`work_item.created`, `work_item.changed`, `work_item.removed`, `work_item.<state>`; data carries state, number, title).
 * AppError: not_found, invalid (`missing_reference`), conflict (`taken`, `referenced`, `illegal_move`, `dependency_cycle`,
 * `stale`).
 */
export interface Work {
  create(tx: Tx, input: WorkItemInput): Promise<WorkItem>;
  /**
   * Makes or updates by (source, externalId). Idempotent, and safe out of order: what is older than what is stored changes
   * nothing. `changed` names the fields that differ now.
   */
  upsertExternal(tx: Tx, input: ExternalWorkItem): Promise<{ item: WorkItem; created: boolean; changed: string[] }>;
  get(id: string): Promise<WorkItem | null>;
  /** As the transaction sees it. */
  getIn(tx: Tx, id: string): Promise<WorkItem | null>;
  byNumber(repositoryId: string, number: number): Promise<WorkItem | null>;
  byExternalId(source: string, externalId: string): Promise<WorkItem | null>;
  /** In order of making, unless `sort` says otherwise. AppError invalid `bad_cursor`. */
  list(filter: WorkFilter): Promise<{ items: WorkItem[]; nextCursor: string | null }>;
  counts(filter: Omit<WorkFilter, 'limit' | 'cursor'>): Promise<WorkCounts>;
  /** What each of the items waits for and how far it is, by id, as it is now. */
  facts(items: readonly WorkItem[]): Promise<Map<string, Facts>>;
  /** Refuses what WORK_TRANSITIONS does not allow. To the state it is in already: the item as it is, so that a step may run twice. */
  transition(tx: Tx, id: string, to: WorkState, reason: string, by: string): Promise<WorkItem>;
  /** With `expectedVersion`: conflict `stale` when the item has another. A patch that changes nothing writes nothing. */
  update(tx: Tx, id: string, patch: WorkItemPatch, by: string, expectedVersion?: number): Promise<WorkItem>;
  /** Refused with conflict `referenced` while dependencies, children, plans or anything else point at it. */
  remove(id: string, by: Actor): Promise<void>;
  /** Twice is once. Refuses a circle, also one that two transactions would close together. */
  addDependency(tx: Tx, blockerId: string, blockedId: string, by?: string): Promise<void>;
  removeDependency(tx: Tx, blockerId: string, blockedId: string, by?: string): Promise<void>;
  dependencies(id: string): Promise<Dependencies>;
  /** Items in progress, in review or awaiting merge, counted by assignee (`person:<handle>`, `agent:<name>`). */
  wip(): Promise<Map<string, number>>;
  /** Whether any item, ended or not, names this assignee. */
  isAssigned(assignee: string): Promise<boolean>;
}
