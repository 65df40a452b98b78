import type { Queryable } from '#platform/db/index.ts';
import type { RolloutDeps } from './commands.ts';
import { assess, nextStage } from './decide.ts';
import type { Assessment, Decision, Evidence, RolloutView, Stage } from './model.ts';
import { countByKind, daysSince, listDecisions, readStage } from './store.ts';

export async function stageOf(
  deps: Pick<RolloutDeps, 'defaultStage'>,
  on: Queryable,
  projectId: string,
): Promise<{ stage: Stage; corePaths: string[] }> {
  const row = await readStage(on, projectId);
  return { stage: row?.stage ?? deps.defaultStage, corePaths: row?.corePaths ?? [] };
}

interface Since {
  projectId: string;
  stage: Stage;
  /** Null: nobody set the stage, so nobody began to count the days. */
  since: Date | null;
}

async function gather(on: Queryable, of: Since): Promise<Evidence> {
  const byKind = await countByKind(on, of);
  const sum = (of: 'agreed' | 'disagreed' | 'open'): number => byKind.reduce((total, row) => total + row[of], 0);
  const days = of.since === null ? 0 : await daysSince(on, of.since);
  return { agreed: sum('agreed'), disagreed: sum('disagreed'), open: sum('open'), days, byKind };
}

export async function assessNow(deps: RolloutDeps, on: Queryable, of: Since): Promise<Assessment> {
  return assess(await gather(on, of), deps.criteria);
}

export async function viewRollout(deps: RolloutDeps, projectId: string): Promise<RolloutView> {
  const row = await readStage(deps.db, projectId);
  const stage = row?.stage ?? deps.defaultStage;
  const evidence = await gather(deps.db, { projectId, stage, since: row?.since ?? null });
  return {
    projectId,
    stage,
    source: row === null ? 'default' : 'set',
    next: nextStage(stage),
    corePaths: row?.corePaths ?? [],
    since: row?.since ?? null,
    changedBy: row?.changedBy ?? null,
    reason: row?.reason ?? '',
    assessment: assess(evidence, deps.criteria),
    byKind: evidence.byKind,
  };
}

/** What was held against what people did, the newest first. */
export async function pageOfDecisions(
  deps: RolloutDeps,
  filter: { projectId: string; limit: number; cursor?: string | undefined },
): Promise<{ items: Decision[]; nextCursor: string | null }> {
  const rows = await listDecisions(deps.db, filter);
  const items = rows.slice(0, filter.limit);
  return { items, nextCursor: rows.length > filter.limit ? (items.at(-1)?.actionId ?? null) : null };
}
