import { z } from 'zod';
import { sentenceOfWait, type Waiting } from '#modules/queue-schedule/index.ts';
import type { TargetMoveRow } from './model.history.ts';
import { ENTRY_STATES } from '#modules/change-requests/index.ts';
import type { TargetSchedule } from './queries.schedule.ts';
import type { QueueStatus, TargetStatus } from './queries.ts';
import { EntryView, presentEntry } from './routes.view.ts';

const Time = z.iso.datetime();

/** Why an entry has not landed: a kind with its members, a sentence, and when it should land. */
export const WaitView = z.object({
  kind: z.string(),
  sentence: z.string(),
  lane: z.number().int().nullable(),
  /** It is verified as part of the combined tree of several lanes. */
  joined: z.boolean(),
  /** Of those it needs: which will not land unless somebody acts. */
  stuck: z.array(z.string()),
  /** Change requests that go first or are needed, or that are verified together with it. */
  others: z.array(z.string()),
  /** Null: nothing was measured yet, or only a person can help. */
  expected_at: Time.nullable(),
});

export function presentWaiting({ wait, expectedAtMs }: Waiting, nowMs: number): z.infer<typeof WaitView> {
  const others = 'ids' in wait ? wait.ids : 'with' in wait ? wait.with : [];
  return {
    kind: wait.kind,
    sentence: sentenceOfWait(wait, nowMs),
    lane: 'lane' in wait ? wait.lane : null,
    joined: wait.kind === 'verifying' && wait.joined,
    stuck: wait.kind === 'depends_on' ? [...wait.stuck] : [],
    others: [...others],
    expected_at: expectedAtMs === null ? null : new Date(expectedAtMs).toISOString(),
  };
}

export const AlarmView = z.object({
  id: z.number().int(),
  repository_id: z.string(),
  target: z.string(),
  at: Time,
  from: z.string(),
  to: z.string(),
  /** Change requests that landed and are not on the branch any more; each can be landed again. */
  lost: z.array(z.string()),
  commits: z.array(z.object({ commit: z.string(), subject: z.string() })),
  dismissed_by: z.string().nullable(),
});

export function presentAlarm(row: TargetMoveRow): z.infer<typeof AlarmView> {
  return {
    id: row.ordinal,
    repository_id: row.repositoryId,
    target: row.target,
    at: row.at.toISOString(),
    from: row.fromCommit,
    to: row.toCommit,
    lost: row.lost,
    commits: row.commits,
    dismissed_by: row.dismissedBy,
  };
}

const Control = z.enum(['running', 'paused', 'draining']);

export const QueueView = z.object({
  targets: z.array(
    z.object({
      repository_id: z.string(),
      repo: z.string().nullable(),
      target: z.string(),
      control: Control,
      control_by: z.string().nullable(),
      control_reason: z.string().nullable(),
      control_at: Time.nullable(),
      worker: z.string().nullable(),
      lanes: z.number().int(),
      batch_limit: z.number().int(),
      /** Middle duration of the last verifications. */
      verify_ms: z.number().nullable(),
      total: z.number().int(),
      /** In the order in which they will be tried; `total` tells of more. */
      entries: z.array(EntryView.extend({ waits_for: z.array(z.string()), wait: WaitView.nullable() })),
    }),
  ),
  counts: z.array(z.object({ state: z.enum(ENTRY_STATES), rung: z.string().nullable(), count: z.number().int() })),
  alarms: z.array(AlarmView),
  /** Of what landed in the last 24 hours: seconds from submission to landing. */
  last_day: z.object({ landed: z.number().int(), p50_s: z.number().nullable(), p90_s: z.number().nullable(), p99_s: z.number().nullable() }),
});

const rounded = (seconds: number | null): number | null => (seconds === null ? null : Math.round(seconds * 1000) / 1000);

/** `schedules`: of each target of the status, in its order. */
export function presentStatus(status: QueueStatus, schedules: readonly TargetSchedule[], nowMs: number): z.infer<typeof QueueView> {
  const { lastDay } = status;
  return {
    counts: status.counts,
    alarms: status.alarms.map(presentAlarm),
    last_day: { landed: lastDay.landed, p50_s: rounded(lastDay.p50), p90_s: rounded(lastDay.p90), p99_s: rounded(lastDay.p99) },
    targets: status.targets.map((target, at) => presentTarget(target, schedules[at], nowMs)),
  };
}

function presentTarget(target: TargetStatus, schedule: TargetSchedule | undefined, nowMs: number): z.infer<typeof QueueView>['targets'][number] {
  return {
    repository_id: target.repositoryId,
    repo: target.repo,
    target: target.target,
    control: target.control,
    control_by: target.controlBy,
    control_reason: target.controlReason,
    control_at: target.controlAt?.toISOString() ?? null,
    worker: target.worker,
    lanes: schedule?.lanes ?? 0,
    batch_limit: schedule?.batchLimit ?? 0,
    verify_ms: schedule?.verifyMs ?? null,
    total: target.total,
    entries: target.entries.map(({ entry, waitsFor }) => {
      const waiting = schedule?.waiting.get(entry.id);
      return { ...presentEntry(entry), waits_for: waitsFor, wait: waiting === undefined ? null : presentWaiting(waiting, nowMs) };
    }),
  };
}
