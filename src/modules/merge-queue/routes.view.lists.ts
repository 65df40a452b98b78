import { z } from 'zod';
import { ENTRY_STATES } from '#modules/change-requests/index.ts';
import type { LandingItem, ListedEntry, QuarantinedItem, QueueFigures, RollbackItem, TargetItem } from './model.lists.ts';

const Time = z.iso.datetime();
const Outcome = z.enum(['awaiting_approval', 'under_way', 'done', 'set_aside', 'not_done']);

const Listed = z.object({
  id: z.string(),
  project_id: z.string(),
  repository_id: z.string(),
  repo: z.string().nullable(),
  target: z.string(),
  /** The target is the repository's default branch. */
  on_main: z.boolean(),
  task_id: z.string(),
  attempt: z.number().int(),
  state: z.enum(ENTRY_STATES),
  /** First line of what it says of itself. */
  summary: z.string(),
  rung: z.string().nullable(),
  submitted_by: z.string(),
  submitted_at: Time,
  reverts: z.string().nullable(),
  issue: z.object({ id: z.string(), number: z.number().int().nullable(), title: z.string(), url: z.string().nullable() }).nullable(),
  /** The run of an agent that made it. */
  run: z.object({ id: z.string(), agent: z.string() }).nullable(),
});

function presentListed(entry: ListedEntry): z.infer<typeof Listed> {
  const { id, repo, target, attempt, state, summary, rung, reverts, issue, run } = entry;
  return {
    id,
    project_id: entry.projectId,
    repository_id: entry.repositoryId,
    repo,
    target,
    on_main: entry.onMain,
    task_id: entry.taskId,
    attempt,
    state,
    summary,
    rung,
    submitted_by: entry.submittedBy,
    submitted_at: entry.submittedAt.toISOString(),
    reverts,
    issue,
    run,
  };
}

export const LandingView = Listed.extend({
  /** `reverted`: the queue took it back by itself, because the combined tree failed. */
  event: z.enum(['landed', 'reverted']),
  at: Time,
  commit: z.string(),
  tree: z.string().nullable(),
  verified_tree: z.string().nullable(),
  checks: z.array(z.object({ name: z.string(), exit_code: z.number().int().nullable() })),
  rollbacks: z.array(
    z.object({ id: z.string(), kind: z.enum(['rollback', 'reland']), state: z.enum(['waiting', 'submitted', 'given_up']), outcome: Outcome }),
  ),
  lost: z.boolean(),
});

export function presentLanding(item: LandingItem): z.infer<typeof LandingView> {
  const { event, at, commit, tree, checks, rollbacks, lost } = item;
  return {
    ...presentListed(item),
    event,
    at: at.toISOString(),
    commit,
    tree,
    verified_tree: item.verifiedTree,
    checks: checks.map(({ name, exitCode }) => ({ name, exit_code: exitCode })),
    rollbacks,
    lost,
  };
}

export const QuarantinedView = Listed.extend({
  kind: z.string(),
  reason: z.string().nullable(),
  /** Files in conflict, or checks that failed; at most a hundred. */
  names: z.array(z.string()),
  since: Time,
  retries: z.number().int(),
  superseded_by: z.string().nullable(),
});

export function presentQuarantined(item: QuarantinedItem): z.infer<typeof QuarantinedView> {
  const { kind, reason, names, since, retries, supersededBy } = item;
  return { ...presentListed(item), kind, reason, names, since: since.toISOString(), retries, superseded_by: supersededBy };
}

export const RollbackItemView = z.object({
  id: z.string(),
  kind: z.enum(['rollback', 'reland']),
  project_id: z.string(),
  repository_id: z.string(),
  repo: z.string().nullable(),
  target: z.string(),
  change_requests: z.array(z.string()),
  state: z.enum(['waiting', 'submitted', 'given_up']),
  outcome: Outcome,
  detail: z.string().nullable(),
  action_id: z.string().nullable(),
  change_request_id: z.string().nullable(),
  requested_by: z.string(),
  reason: z.string(),
  created_at: Time,
  updated_at: Time,
});

export function presentRollbackItem(item: RollbackItem): z.infer<typeof RollbackItemView> {
  const { id, kind, repo, target, state, outcome, detail, reason } = item;
  return {
    id,
    kind,
    project_id: item.projectId,
    repository_id: item.repositoryId,
    repo,
    target,
    change_requests: item.changeRequests,
    state,
    outcome,
    detail,
    action_id: item.actionId,
    change_request_id: item.changeRequestId,
    requested_by: item.requestedBy,
    reason,
    created_at: item.createdAt.toISOString(),
    updated_at: item.updatedAt.toISOString(),
  };
}

export const TargetView = z.object({
  project_id: z.string(),
  repository_id: z.string(),
  repo: z.string().nullable(),
  target: z.string(),
  control: z.enum(['running', 'paused', 'draining']),
  control_by: z.string().nullable(),
  control_reason: z.string().nullable(),
  control_at: Time.nullable(),
  waiting: z.number().int(),
  quarantined: z.number().int(),
  landed: z.number().int(),
  last_landed_at: Time.nullable(),
  active_at: Time,
});

export function presentTargetItem(item: TargetItem): z.infer<typeof TargetView> {
  const { repo, target, control, waiting, quarantined, landed } = item;
  return {
    project_id: item.projectId,
    repository_id: item.repositoryId,
    repo,
    target,
    control,
    control_by: item.controlBy,
    control_reason: item.controlReason,
    control_at: item.controlAt?.toISOString() ?? null,
    waiting,
    quarantined,
    landed,
    last_landed_at: item.lastLandedAt?.toISOString() ?? null,
    active_at: item.activeAt.toISOString(),
  };
}

const Count = z.number().int();
const Share = z.number().nullable();

export const FiguresView = z.object({
  from: Time,
  to: Time,
  submitted: Count,
  /** `landed + quarantined + dropped`: what reached an end in the window. */
  ended: Count,
  landed: Count,
  quarantined: Count,
  dropped: Count,
  /** Was on the branch before; no success and no failure. */
  already_landed: Count,
  /** `landed / ended`; null: nothing ended. */
  success_share: Share,
  /** Change requests that met a conflict no rung settled. */
  conflicts: Count,
  /** `conflicts` of those and of what landed without one; null: neither. */
  conflict_share: Share,
  to_land: z.object({ p50_s: Share, p90_s: Share, p99_s: Share }),
  by_rung: z.array(z.object({ rung: z.string().nullable(), count: Count })),
  verifications: z.object({ passed: Count, failed: Count, infrastructure: Count, p50_ms: Share, seconds: z.number() }),
  /** The window in equal parts, oldest first. */
  series: z.array(z.object({ from: Time, landed: Count, quarantined: Count })),
});

const rounded = (value: number | null): number | null => (value === null ? null : Math.round(value * 1000) / 1000);

export function presentFigures(figures: QueueFigures): z.infer<typeof FiguresView> {
  const { submitted, ended, landed, quarantined, dropped, conflicts, toLand, verifications: runs } = figures;
  return {
    from: figures.from.toISOString(),
    to: figures.to.toISOString(),
    submitted,
    ended,
    landed,
    quarantined,
    dropped,
    already_landed: figures.alreadyLanded,
    success_share: figures.successShare,
    conflicts,
    conflict_share: figures.conflictShare,
    to_land: { p50_s: rounded(toLand.p50), p90_s: rounded(toLand.p90), p99_s: rounded(toLand.p99) },
    by_rung: figures.byRung,
    verifications: {
      passed: runs.passed,
      failed: runs.failed,
      infrastructure: runs.infrastructure,
      p50_ms: runs.p50Ms,
      seconds: rounded(runs.seconds) ?? 0,
    },
    series: figures.series.map((part) => ({ ...part, from: part.from.toISOString() })),
  };
}
