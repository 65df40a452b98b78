import { z } from 'zod';

const Time = z.string();
const DecisionView = z.object({ status: z.string(), by: z.string().nullable(), at: Time.nullable(), reason: z.string().nullable() });

const IssueView = z.object({
  id: z.string(),
  number: z.number().int().nullable(),
  title: z.string(),
  source: z.string(),
  url: z.string().nullable(),
  requested_by: z.string().nullable(),
  requested_at: Time,
});
const PlanView = z.object({ id: z.string(), version: z.number().int(), planner: z.string(), approval: DecisionView.nullable(), made_at: Time });
const TaskView = z.object({ id: z.string(), key: z.string(), title: z.string(), role: z.string(), assignee: z.string().nullable() });

/** What, why, checks and who: `EntrySummary` as it is sent. */
export const SummaryView = z.object({
  change_request_id: z.string(),
  state: z.string(),
  headline: z.string(),
  what: z.object({
    summary: z.string(),
    files: z.number().int(),
    added: z.number().int(),
    deleted: z.number().int(),
    paths: z.array(z.string()),
    notes: z.array(z.string()),
  }),
  why: z.object({
    issue: IssueView.nullable(),
    plan: PlanView.nullable(),
    task: TaskView.nullable(),
    depends_on: z.array(z.string()),
    reverts: z.string().nullable(),
  }),
  who: z.object({ submitted_by: z.string(), agent: z.string().nullable(), approved_by: z.array(z.string()), resolved_by: z.string().nullable() }),
  checks: z.array(
    z.object({ name: z.string(), command: z.string().nullable(), exit_code: z.number().int().nullable(), by: z.enum(['queue', 'submitter']) }),
  ),
  verified_tree: z.string().nullable(),
  landed: z
    .object({ target: z.string(), commit: z.string(), tree: z.string(), rung: z.string().nullable(), at: Time, seconds: z.number().int() })
    .nullable(),
  retries: z.number().int(),
  rolled_back_by: z.array(z.string()),
});

export const TimelineView = z.array(z.object({ at: Time, event: z.string(), actor: z.string(), detail: z.string() }));
