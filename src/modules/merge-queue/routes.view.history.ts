import { z } from 'zod';
import type { ReplayReport, RollbackPlan } from './model.history.ts';
import type { Rollback } from './commands.rollback.ts';
import { EntryView, presentEntry } from './routes.view.ts';

const Time = z.iso.datetime();
const CommitLine = z.object({ commit: z.string(), subject: z.string() });

export const ReplayView = z.object({
  repository_id: z.string(),
  target: z.string(),
  head: z.string().nullable(),
  head_tree: z.string().nullable(),
  tree: z.string().nullable(),
  /** The journal leads to exactly the tree of the branch. */
  same: z.boolean(),
  landed: z.number().int(),
  rebuilt: z.number().int(),
  /** Landings of which a part was written by a program or a person, taken from the repository. */
  copied: z.number().int(),
  absorbed: z.number().int(),
  taken_back: z.number().int(),
  divergences: z.array(
    z.object({
      kind: z.string(),
      change_request_id: z.string().nullable(),
      detail: z.string(),
      commits: z.array(CommitLine),
      files: z.array(z.string()),
    }),
  ),
  steps: z.array(
    z.object({
      change_request_id: z.string().nullable(),
      how: z.enum(['rebuilt', 'copied', 'absorbed', 'rewritten', 'taken_back']),
      rung: z.string().nullable(),
      commit: z.string(),
      recorded_tree: z.string(),
      tree: z.string(),
      copied: z.array(z.string()),
    }),
  ),
});

/** `withSteps` false: thousands of landings that agree are of no interest. */
export function presentReplay(report: ReplayReport, withSteps: boolean): z.infer<typeof ReplayView> {
  return {
    repository_id: report.repositoryId,
    target: report.target,
    head: report.head,
    head_tree: report.headTree,
    tree: report.tree,
    same: report.same,
    landed: report.landed,
    rebuilt: report.rebuilt,
    copied: report.copied,
    absorbed: report.absorbed,
    taken_back: report.takenBack,
    divergences: report.divergences.map(({ changeRequestId, ...one }) => ({ ...one, change_request_id: changeRequestId })),
    steps: (withSteps ? report.steps : []).map(({ changeRequestId, recordedTree, ...step }) => ({
      ...step,
      change_request_id: changeRequestId,
      recorded_tree: recordedTree,
    })),
  };
}

export const RollbackPlanView = z.object({
  repository_id: z.string(),
  target: z.string(),
  head: z.string(),
  /** Newest first. Send exactly these ids back as `confirm`. */
  rolls_back: z.array(z.object({ id: z.string(), summary: z.string(), commit: z.string() })),
  dependents: z.array(
    z.object({
      id: z.string(),
      summary: z.string(),
      of: z.string(),
      reason: z.enum(['depends_on', 'same_files', 'imports']),
      files: z.array(z.string()),
      included: z.boolean(),
    }),
  ),
  waiting: z.array(z.object({ id: z.string(), summary: z.string() })),
  outsiders: z.array(CommitLine),
  conflicts: z.array(z.object({ id: z.string(), files: z.array(z.string()) })),
  files: z.array(z.object({ path: z.string(), added: z.number().int().nullable(), deleted: z.number().int().nullable() })),
  lands: z.enum(['queue', 'action']),
});

export function presentRollbackPlan(plan: RollbackPlan): z.infer<typeof RollbackPlanView> {
  return {
    repository_id: plan.repositoryId,
    target: plan.target,
    head: plan.head,
    rolls_back: plan.rollsBack,
    dependents: plan.dependents,
    waiting: plan.waiting,
    outsiders: plan.outsiders,
    conflicts: plan.conflicts.map(({ id, files }) => ({ id, files })),
    files: plan.files.map(({ path, added, deleted }) => ({ path, added, deleted })),
    lands: plan.lands,
  };
}

export const RollbackView = z.object({
  id: z.string(),
  kind: z.enum(['rollback', 'reland']),
  target: z.string(),
  change_requests: z.array(z.string()),
  /** `waiting`: for the decision on `action_id`. */
  state: z.enum(['waiting', 'submitted', 'given_up']),
  detail: z.string().nullable(),
  action_id: z.string().nullable(),
  requested_by: z.string(),
  reason: z.string(),
  created_at: Time,
  /** What was submitted; null while it waits. */
  change_request: EntryView.nullable(),
});

export function presentRollback({ row, entry }: Rollback): z.infer<typeof RollbackView> {
  return {
    id: row.id,
    kind: row.kind,
    target: row.target,
    change_requests: row.rollsBack,
    state: row.state,
    detail: row.detail,
    action_id: row.actionId,
    requested_by: row.requestedBy,
    reason: row.reason,
    created_at: row.createdAt.toISOString(),
    change_request: entry === null ? null : presentEntry(entry),
  };
}
