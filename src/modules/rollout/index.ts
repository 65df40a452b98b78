import type { Actor } from '#kernel/actor.ts';
import type { Action, Actions, Effect } from '#modules/actions/index.ts';
import * as commands from './commands.ts';
import { isHeldBack } from './decide.ts';
import type { Decision, Deed, RolloutView, Stage } from './model.ts';
import { pageOfDecisions, stageOf, viewRollout } from './queries.ts';
import { advanceEffect } from './steps.advance.ts';

export type { Advanced, AdvanceInput, RolloutDeps } from './commands.ts';
export { ROLLOUT_EVENTS } from './events.ts';
export * from './model.ts';
export { rolloutRoutes, type RolloutRoutesDeps } from './routes.ts';

/** How far a project is in Reeve's hands, and by what evidence it goes on. */
export interface Rollout {
  stageOf(projectId: string): Promise<{ stage: Stage; corePaths: string[] }>;
  /** Whether an action of this project is recorded only (`isHeldBack`). */
  isHeldBack(about: { projectId: string; tier: string | null; scopes(): Promise<readonly string[]> }): Promise<boolean>;
  view(projectId: string): Promise<RolloutView>;
  decisions(filter: { projectId: string; limit: number; cursor?: string | undefined }): Promise<{ items: Decision[]; nextCursor: string | null }>;
  /** AppError refused `rollout_criteria` with the numbers, conflict `rollout_complete`. */
  advance(input: commands.AdvanceInput, by: Actor): Promise<commands.Advanced>;
  /** To shadow, at once. */
  rollBack(projectId: string, reason: string, by: Actor): Promise<Stage>;
  /** An earlier stage, or the core paths of this one. AppError refused `rollout_order`. */
  set(input: { projectId: string; stage: Stage; corePaths: readonly string[] | null; reason: string }, by: Actor): Promise<void>;
  noteDecision(action: Action): Promise<void>;
  noteAnswer(action: Action, answer: { agreed: boolean; by: string }): Promise<void>;
  noteDeed(about: { forge: string; repo: string; number: number; at: Date }, deed: Deed): Promise<number>;
  /** For the executor. */
  effect: Effect;
}

/** `actions` is asked for when it is needed: the executor asks this module whether to hold back, so it is made first. */
export function createRollout(deps: commands.RolloutDeps, actions: () => Pick<Actions, 'propose' | 'transaction'>): Rollout {
  const stage = (projectId: string) => stageOf(deps, deps.db, projectId);
  return {
    stageOf: stage,
    async isHeldBack({ projectId, tier, scopes }) {
      const now = await stage(projectId);
      const asked = now.stage === 'non_critical' && now.corePaths.length > 0 ? await scopes() : [];
      return isHeldBack({ ...now, tier, scopes: asked });
    },
    view: (projectId) => viewRollout(deps, projectId),
    decisions: (filter) => pageOfDecisions(deps, filter),
    advance: (input, by) => commands.advance(deps, actions(), input, by),
    rollBack: (projectId, reason, by) => commands.rollBack(deps, projectId, reason, by),
    set: (input, by) => commands.setEarlier(deps, input, by),
    noteDecision: (action) => commands.noteDecision(deps, action),
    noteAnswer: (action, answer) => commands.noteAnswer(deps, action, answer),
    noteDeed: (about, deed) => commands.noteDeed(deps, about, deed),
    effect: advanceEffect(deps),
  };
}
