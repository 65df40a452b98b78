import type { BudgetView } from '#modules/budget/index.ts';
import type { WorkState } from '#modules/work/index.ts';
import { inOrderOfGravity, quarantineSentence, stuckIssue, toIssue } from './decide.ts';
import type { Group, StuckItem } from './model.ts';
import { MOST, within, type Asking, type OverviewDeps } from './queries.asking.ts';

interface StuckFacts {
  now: Date;
  budget: BudgetView;
  before: ReadonlyArray<{ state: WorkState; before: Date }>;
}

/** What does not move by itself, the gravest first. What an open later attempt took the place of is not stuck. */
export async function stuckThings(deps: OverviewDeps, asking: Asking, { now, budget, before }: StuckFacts): Promise<Group<StuckItem>> {
  const [aside, held, rewritten, idle] = await Promise.all([
    deps.queue.setAside({ limit: asking.shown, most: MOST, ...within(asking) }),
    heldTargets(deps, asking),
    rewrittenTargets(deps, asking),
    deps.standing.itemsIdle(before, { projectIds: asking.projectIds, limit: MOST }),
  ]);
  const quarantined = aside.items.map((entry): StuckItem => ({
    kind: 'quarantined',
    title: entry.summary,
    why: quarantineSentence(entry.kind),
    since: entry.since,
    projectId: entry.projectId,
    subjectId: entry.id,
    number: entry.issue?.number ?? null,
  }));
  const all = inOrderOfGravity([
    ...stoppedDispatch(budget, asking),
    ...rewritten,
    ...held,
    ...quarantined,
    ...idle.items.map((item) => stuckIssue(toIssue(item), now)),
  ]);
  return {
    count: all.length - idle.items.length + idle.count - aside.items.length + aside.count,
    more: aside.more,
    evidence: '/v1/queue/quarantine',
    items: all.slice(0, asking.shown),
  };
}

/** Who stopped it and why is of the whole installation: nothing for those who see some of its projects. */
function stoppedDispatch(budget: BudgetView, { projectIds }: Asking): StuckItem[] {
  if (!budget.stopped) return [];
  const item = { kind: 'dispatch_stopped', title: 'No new agent is sent', since: null, projectId: null, subjectId: null, number: null } as const;
  if (projectIds !== null) return [{ ...item, why: 'Agents were stopped.' }];
  const by = budget.stoppedBy === null ? '' : ` by ${budget.stoppedBy.replace(/^person:/, '')}`;
  const why = `Agents were stopped${by}${budget.stoppedReason === null ? '.' : `: ${budget.stoppedReason}`}`;
  return [{ ...item, why }];
}

async function heldTargets({ queue }: OverviewDeps, asking: Asking): Promise<StuckItem[]> {
  const { items } = await queue.targetList({ limit: MOST, ...within(asking) });
  return items
    .filter(({ control }) => control !== 'running')
    .map((target) => {
      const by = target.controlBy === null ? '' : ` by ${target.controlBy.replace(/^person:/, '')}`;
      const what = target.control === 'paused' ? 'Paused' : 'Lands what was begun and then pauses; asked for';
      return {
        kind: 'target_held',
        title: `${target.repo ?? target.repositoryId} ${target.target}`,
        why: `${what}${by}${target.controlReason === null ? '.' : `: ${target.controlReason}`}`,
        since: target.controlAt,
        projectId: target.projectId,
        subjectId: `${target.repositoryId} ${target.target}`,
        number: null,
      };
    });
}

/** Branches that somebody rewrote, dropping what had landed; of the projects the caller sees. */
async function rewrittenTargets({ queue }: OverviewDeps, asking: Asking): Promise<StuckItem[]> {
  const { alarms } = await queue.status(0);
  if (alarms.length === 0) return [];
  const { items } = await queue.targetList({ limit: MOST, ...within(asking) });
  return alarms.flatMap((alarm): StuckItem[] => {
    const target = items.find((item) => item.repositoryId === alarm.repositoryId && item.target === alarm.target);
    if (target === undefined) return [];
    const lost = `${alarm.lost.length} ${alarm.lost.length === 1 ? 'change that had landed is' : 'changes that had landed are'}`;
    return [
      {
        kind: 'branch_rewritten',
        title: `${target.repo ?? alarm.repositoryId} ${alarm.target}`,
        why: `Somebody rewrote the branch: ${lost} not on it any more.`,
        since: alarm.at,
        projectId: target.projectId,
        subjectId: String(alarm.ordinal),
        number: null,
      },
    ];
  });
}
