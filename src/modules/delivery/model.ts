import { z } from 'zod';
import type { ActionStatus } from '#modules/actions/index.ts';
import type { RunRequest } from '#modules/agents/index.ts';
import type { EntryState } from '#modules/change-requests/index.ts';
import type { QuarantineReason } from '#modules/merge-queue/index.ts';
import type { Route } from '#modules/triage/index.ts';

/** Persisted workflow and queue names: never rename. */
export const STORY_WORKFLOW = 'delivery.story';
export const TASK_WORKFLOW = 'delivery.task';
export const DELIVERY_QUEUE = 'delivery';

/** How a story ended; persisted. */
export type StoryEnd =
  | { as: 'merged'; detail: string }
  | { as: 'landed'; detail: string }
  | { as: 'duplicate'; detail: string }
  | { as: 'needs_info'; detail: string }
  | { as: 'left_to_people'; detail: string }
  | { as: 'declined'; detail: string }
  | { as: 'failed'; detail: string };

/** Code of the refusal that each step of a story answers once somebody else has ended the story; recorded with the step. */
export const STORY_ENDED = 'story_ended';

/** The end as its row keeps it; null while the story runs. */
export function endOf(story: Pick<Story, 'endedAs' | 'detail'>): StoryEnd | null {
  return story.endedAs === null ? null : { as: story.endedAs, detail: story.detail ?? '' };
}

export interface StoryInput {
  workItemId: string;
  kind: 'issue' | 'request';
}

export interface TaskInput {
  workItemId: string;
  taskId: string;
  /** First attempt number: a rework goes on counting where the last round stopped. */
  firstAttempt: number;
  /** What the agent must know before the first attempt (a conflict with the target), or null. */
  feedback: string | null;
  /** Workflow of the story it belongs to; left out: started by hand after its story. */
  story?: string;
}

/** `changeRequestId` null: a tester found nothing to add. */
export type TaskEnd = { landed: true; changeRequestId: string | null; attempts: number } | { landed: false; reason: string; attempts: number };

/** What a tester is to do about a pull request's head. */
export type TestsView =
  | { kind: 'none' }
  | { kind: 'suggest'; workflowId: string; request: RunRequest }
  | { kind: 'write'; headSha: string; task: { taskId: string; firstAttempt: number; feedback: string } };

/** What a workflow needs to know of an action. */
export interface ActionView {
  id: string;
  status: ActionStatus;
  /** Set when another action replaced it. */
  supersededBy: string | null;
  /** One sentence when it did not run. */
  detail: string | null;
  /** Code of the error it failed with; left out or null: none, or recorded before it was kept. */
  code?: string | null;
  /** The same asked again, because those who allowed this one no longer may: its successor. Left out or null: it was not. */
  proposedAgain?: string | null;
}

/** What a workflow needs to know of a change request in the queue. */
export interface EntryView {
  id: string;
  state: EntryState;
  quarantine: QuarantineReason['kind'] | null;
  /** For the next attempt, ready to be put into a prompt. */
  feedback: string | null;
  /** For people, in one line; left out: recorded before it was told apart from the feedback. */
  reason?: string | null;
  conflictPaths: string[];
  /** How often changes of this task were set aside, this one included; left out: recorded before that was counted, or not set aside. */
  setAside?: number;
}

export interface TriageView {
  route: Route;
  questions: string[];
}

export type PlanView = { kind: 'plan'; planId: string } | { kind: 'questions'; questions: string[] };

export interface TaskView {
  id: string;
  dependsOn: string[];
  /** Tasks that must have ended, landed or not, before this one begins: side by side the two would probably conflict. */
  after?: string[];
  landed: boolean;
}

/** `held`: other tasks own files of its scope; they are named. `answered`: a person decided about the attempt before it, and that is the next one. */
export type PreparedRun =
  | { kind: 'run'; request: RunRequest; workflowId: string }
  | { kind: 'person'; assignee: string }
  | { kind: 'answered'; entryId: string }
  | { kind: 'held'; by: string[] };

/** How a person's own work on a task stands. */
export type PersonsWork = { kind: 'waiting' } | { kind: 'landed'; entryId: string } | { kind: 'given_to_agent' } | { kind: 'ended'; reason: string };

/** Options of a person's request, kept with the story. */
export const RequestOptions = z.strictObject({
  /** Branch to land on; default `reeve/<slug>`. */
  target: z.string().nullable().default(null),
  agent: z.string().nullable().default(null),
  checks: z.array(z.string()).default([]),
});
export type RequestOptions = z.infer<typeof RequestOptions>;

export interface Pull {
  id: string;
  workItemId: string | null;
  projectId: string;
  repositoryId: string;
  number: number;
  title: string;
  state: 'open' | 'merged' | 'closed';
  draft: boolean;
  headBranch: string;
  baseBranch: string;
  headSha: string;
  mergeSha: string | null;
  url: string;
  review: Record<string, unknown> | null;
  createdAt: Date;
  updatedAt: Date;
}

export interface Story {
  workItemId: string;
  generation: number;
  workflowId: string;
  kind: 'issue' | 'request';
  startedBy: string;
  options: RequestOptions;
  endedAs: StoryEnd['as'] | null;
  /** `Actor.subject` of who ended it from outside; null: it came to its own end, or runs. */
  endedBy: string | null;
  detail: string | null;
  /** Where a request's work was published instead of the branch it named; null: there, or nowhere. */
  publishedBranch: string | null;
  startedAt: Date;
  endedAt: Date | null;
}

/** Result of one check on one commit. */
export interface CheckRow {
  name: string;
  conclusion: 'success' | 'failure' | 'cancelled' | 'neutral' | 'pending';
  summary: string;
}

/** A stored result; append-only. `source` is `reeve` or the forge's CI. */
export interface CiResult extends CheckRow {
  id: string;
  projectId: string;
  repositoryId: string;
  workItemId: string | null;
  headSha: string;
  source: string;
  durationMs: number | null;
  createdAt: Date;
}

/** How a question for money stands: try again, wait, or end. */
export type MoneyAnswer = { kind: 'go' } | { kind: 'wait' } | { kind: 'stop'; reason: string };
