import { z } from 'zod';
import type { Actor } from '#kernel/actor.ts';
import type { PlanId, TaskId, WorkItemId } from '#kernel/ids.ts';
import type { Tx } from '#platform/db/index.ts';

/** The sizes of modules/work, written out: a model imports other modules by type only. */
const Size = z.enum(['XS', 'S', 'M', 'L', 'XL']);
export type PlanSize = z.infer<typeof Size>;

export const AgentRole = z.enum(['coder', 'reviewer', 'tester', 'planner']);
export type AgentRole = z.infer<typeof AgentRole>;

export const PlannedTask = z.strictObject({
  /** Key within the plan: `t1`. */
  key: z.string().regex(/^t[0-9]{1,3}$/),
  title: z.string().min(1).max(200),
  description: z.string().max(20_000),
  role: AgentRole.default('coder'),
  /** Globs of what may be touched; disjoint between tasks that do not depend on each other. */
  scope: z.array(z.string().min(1)).min(1).max(50),
  /** Keys of tasks that land first. */
  depends_on: z.array(z.string()).default([]),
  /** Ids of the acceptance criteria it answers for. */
  acceptance: z.array(z.string()).default([]),
  estimate: Size,
  /** Names of the project's checks that must pass. */
  checks: z.array(z.string()).default([]),
  limits: z.strictObject({ files: z.number().int().min(1).max(500), context_tokens: z.number().int().min(1000).max(2_000_000) }),
});
export type PlannedTask = z.infer<typeof PlannedTask>;

/** Plan v1 (A2), published at /schemas/plan.v1.json. */
export const PlanDocument = z.strictObject({
  version: z.literal(1),
  story: z.string().min(1).max(4000),
  acceptance: z
    .array(z.strictObject({ id: z.string().regex(/^a[0-9]{1,3}$/), text: z.string().min(1).max(1000) }))
    .min(1)
    .max(50),
  tasks: z.array(PlannedTask).min(1).max(50),
  risks: z.array(z.strictObject({ text: z.string().min(1).max(1000), severity: z.enum(['low', 'medium', 'high']) })).max(30),
  dependencies: z.array(z.string().max(200)).max(50),
  estimate: Size,
});
export type PlanDocument = z.infer<typeof PlanDocument>;

export interface Plan {
  id: PlanId;
  workItemId: WorkItemId;
  version: number;
  state: 'draft' | 'awaiting_approval' | 'approved' | 'declined' | 'superseded';
  document: PlanDocument;
  /** `rules`, `anthropic/…` or `agent:<name>`: who planned. */
  planner: string;
  promptHash: string | null;
  createdAt: Date;
  updatedAt: Date;
}

export const TASK_STATES = ['planned', 'ready', 'running', 'submitted', 'landed', 'failed', 'dropped'] as const;
export type TaskState = (typeof TASK_STATES)[number];

export interface Task {
  id: TaskId;
  planId: PlanId;
  workItemId: WorkItemId;
  key: string;
  title: string;
  description: string;
  role: AgentRole;
  scope: string[];
  dependsOn: TaskId[];
  acceptance: string[];
  estimate: PlanSize;
  checks: string[];
  limits: { files: number; context_tokens: number };
  /** `agent:<name>` or `person:<handle>`. */
  assignee: string | null;
  /** Why that one: scores and reasons, stored (A4). */
  assignment: Assignment | null;
  state: TaskState;
  createdAt: Date;
  updatedAt: Date;
}

/** What may follow what; staying is always allowed. Persisted states, so a change here needs a look at stored rows. */
export const TASK_TRANSITIONS: Readonly<Record<TaskState, readonly TaskState[]>> = {
  planned: ['ready', 'running', 'failed', 'dropped'],
  // Submitted at once: a person's own change request, no run comes before it.
  ready: ['planned', 'running', 'submitted', 'failed', 'dropped'],
  running: ['submitted', 'ready', 'landed', 'failed', 'dropped'],
  // Back to running: quarantined, the agent tries again.
  submitted: ['landed', 'ready', 'running', 'failed', 'dropped'],
  // A branch that must be built again takes its landed tasks back to work.
  landed: ['ready', 'running'],
  failed: ['ready', 'running', 'landed', 'dropped'],
  // A change request under way when its plan was replaced may still land: then that is the truth.
  dropped: ['landed'],
};

export const PLAN_STATES = ['draft', 'awaiting_approval', 'approved', 'declined', 'superseded'] as const;
export type PlanState = Plan['state'];

/** Facts a plan is checked against. */
export interface PlanFacts {
  /** Names of the project's checks. */
  checks: readonly string[];
  /** Policy `limits.max_files_per_change`. */
  maxFiles: number;
  maxContextTokens: number;
}

/** Something wrong with a plan: a stable code, where, and a sentence. */
export interface PlanProblem {
  code:
    | 'shape'
    | 'duplicate_key'
    | 'unknown_dependency'
    | 'cycle'
    | 'duplicate_criterion'
    | 'unknown_criterion'
    | 'uncovered_criterion'
    | 'overlapping_scopes'
    | 'bad_scope'
    | 'unknown_check'
    | 'missing_checks'
    | 'too_many_files'
    | 'too_much_context';
  path: string;
  detail: string;
}

export const DEFAULT_MAX_FILES = 40;
export const DEFAULT_MAX_CONTEXT_TOKENS = 200_000;

/** What a planning model answers; published beside the prompt as `prompts/planner.schema.json`. */
export const PlannerAnswer = z.strictObject({
  /** What must be known first; empty when there is a plan. */
  questions: z.array(z.string().min(10).max(500)).max(5),
  plan: PlanDocument.nullable(),
});
export type PlannerAnswer = z.infer<typeof PlannerAnswer>;

/** What an assigning model answers; published as `prompts/assigner.schema.json`. */
export const AssignerAnswer = z.strictObject({
  assignments: z
    .array(
      z.strictObject({
        task: z.string(),
        assignee: z.string(),
        rationale: z.string().min(1).max(500),
        suggested_sprint: z.string().max(60).nullable(),
      }),
    )
    .max(50),
});
export type AssignerAnswer = z.infer<typeof AssignerAnswer>;

/** One candidate for a task, with what spoke for and against. */
export interface CandidateScore {
  /** `person:<handle>` or `agent:<name>`. */
  who: string;
  /** 0 to 100; null: cannot take it. */
  score: number | null;
  parts: { skill: number; ownership: number; capacity: number; timezone: number };
  says: string[];
}

/** Why a task went to whom it went (A4); stored with the task. */
export interface Assignment {
  /** One sentence for people. */
  reason: string;
  /** `rules`, a model, or `person:<handle>` who chose. */
  by: string;
  score: number | null;
  /** Best first. */
  candidates: CandidateScore[];
  suggestedSprint: string | null;
  /** The person who answers for it, also when an agent does it, and why that one. Missing in rows of older versions. */
  accountable?: { who: string; reason: string } | null;
}

export type Assessment = { ok: true } | { ok: false; questions: string[] };
export type Prepared = { ok: true; document: PlanDocument; planner: string; promptHash: string | null } | { ok: false; questions: string[] };

/** Input of `POST /v1/tasks`: a planned task whose dependencies are keys of the same plan. */
export const TaskInput = PlannedTask.partial({ key: true });
export type TaskInput = z.infer<typeof TaskInput>;

export interface TaskChange {
  title?: string | undefined;
  description?: string | undefined;
  scope?: string[] | undefined;
  checks?: string[] | undefined;
  estimate?: PlanSize | undefined;
  limits?: PlannedTask['limits'] | undefined;
  depends_on?: string[] | undefined;
  acceptance?: string[] | undefined;
  /** `person:<handle>`, `agent:<name>` or null. */
  assignee?: string | null | undefined;
}

export interface Listing<T> {
  items: T[];
  nextCursor: string | null;
}

export interface PlanFilter {
  projectId?: string | undefined;
  workItemId?: string | undefined;
  state?: PlanState | undefined;
  limit: number;
  cursor?: string | undefined;
}

export interface TaskFilter {
  planId?: string | undefined;
  workItemId?: string | undefined;
  state?: TaskState | undefined;
  assignee?: string | undefined;
  limit: number;
  cursor?: string | undefined;
}

/** Commands that people reach over HTTP. */
export interface PlanEditing {
  /** Stores a document a person wrote as the newest draft; AppError invalid with all problems when it does not hold. */
  createPlan(workItemId: string, document: PlanDocument, by: Actor): Promise<Plan>;
  changePlanState(planId: string, to: 'awaiting_approval' | 'declined', by: Actor): Promise<Plan>;
  removePlan(planId: string, by: Actor): Promise<void>;
  addTask(planId: string, input: TaskInput, by: Actor): Promise<Task>;
  changeTask(taskId: string, change: TaskChange, by: Actor): Promise<Task>;
  /** Whose work it is from now on, as `changeTask` writes it; that there is such a person or agent is the caller's to know. AppError conflict `task_state`. */
  giveTask(tx: Tx, taskId: string, assignee: string, by: Actor): Promise<Task>;
  removeTask(taskId: string, by: Actor): Promise<void>;
}
