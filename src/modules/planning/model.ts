import { z } from 'zod';
import type { PlanId, TaskId, WorkItemId } from '#kernel/ids.ts';
import { Size } from '#modules/work/index.ts';

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
  acceptance: z.array(z.strictObject({ id: z.string().regex(/^a[0-9]{1,3}$/), text: z.string().min(1).max(1000) })).min(1).max(50),
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
  estimate: z.infer<typeof Size>;
  checks: string[];
  limits: { files: number; context_tokens: number };
  /** `agent:<name>` or `person:<handle>`. */
  assignee: string | null;
  /** Why that one: scores and reasons, stored (A4). */
  assignment: Record<string, unknown> | null;
  state: TaskState;
  createdAt: Date;
  updatedAt: Date;
}
