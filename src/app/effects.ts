import type { ActionExecutor } from '#modules/actions/index.ts';

/**
 * Effects inside Reeve. A plan's approval, a dispatch and another retry are decisions: what follows from them is the story's next step, so
 * carrying them out only leaves the receipt that they were allowed.
 */
const DECISIONS_ONLY = ['plan.approve', 'agent.dispatch', 'ci.retry'] as const;

export function registerInternalEffects(actions: ActionExecutor): void {
  for (const kind of DECISIONS_ONLY) actions.register({ kind, check: async () => null, run: async () => ({ allowed: true }) });
}
