import { groupBuilds } from './decide.builds.ts';
import { compareEntries, decidePace, explainWaits, middleOf, type Waiting } from '#modules/queue-schedule/index.ts';
import { schedulingOf, type MergeQueueDeps } from './steps.context.ts';
import type { GraphReader } from './steps.graph.ts';
import { planTarget } from './steps.plan.ts';
import { listActive, listDependencies } from './store.read.ts';
import { listControls, readTarget, type ControlRow, type TargetKey, type TargetState } from './store.targets.ts';
import { recentRuns } from './store.verifications.ts';

/** How a target is scheduled now. */
export interface TargetSchedule extends TargetState {
  /** By entry id: why each entry that is not ended waits, and when it should land. */
  waiting: ReadonlyMap<string, Waiting>;
  /** Middle duration of the last verifications, milliseconds; null: none yet. */
  verifyMs: number | null;
  lanes: number;
}

export interface ScheduleQueries {
  schedule(key: TargetKey): Promise<TargetSchedule>;
  /** Pauses, resumes and drains of a target, oldest first. */
  controls(key: TargetKey): Promise<ControlRow[]>;
}

const RECENT = 25;

export function createScheduleQueries(deps: MergeQueueDeps, graph: GraphReader): ScheduleQueries {
  return {
    controls: (key) => listControls(deps.db, key),
    async schedule(key) {
      const active = await listActive(deps.db, key);
      const [target, dependencies, runs] = await Promise.all([
        readTarget(deps.db, key),
        listDependencies(deps.db, active),
        recentRuns(deps.db, key, RECENT),
      ]);
      const now = deps.clock.now();
      const verifyMs = middleOf(runs.map(({ durationMs }) => durationMs));
      const { lanes, mostBatch } = decidePace(runs, await schedulingOf(deps, active[0]?.projectId ?? ''));
      const plan = await planTarget(deps, graph, { active, dependencies, target, runs });
      const queued = active
        .filter((entry) => entry.state === 'queued')
        .toSorted((a, b) => compareEntries(a, b, now))
        .map(({ id }): string => id);
      const waiting = explainWaits({
        nowMs: now.getTime(),
        control: target.control,
        inFlight: groupBuilds(active).builds.map((build) => ({
          ...build,
          members: build.members.map(({ id }) => id),
          sinceMs: build.members[0].updatedAt.getTime(),
        })),
        queued,
        waits: plan.waits,
        lanes,
        batch: Math.min(target.batchLimit, mostBatch),
        verifyMs,
      });
      return { ...target, waiting, verifyMs, lanes };
    },
  };
}
