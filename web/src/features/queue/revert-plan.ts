import type { RollbackPlan } from './queries.ts';

/** What prevents a rollback, as sentences; empty: nothing does. The server refuses the same. */
export function inTheWay(plan: Pick<RollbackPlan, 'conflicts' | 'dependents' | 'rolls_back'>): string[] {
  const titleOf = (id: string): string => [...plan.rolls_back, ...plan.dependents].find((one) => one.id === id)?.summary.split('\n')[0] ?? id;
  const conflicts = plan.conflicts.map(
    ({ id, files }) =>
      `“${titleOf(id)}” cannot be undone by itself: later changes touched ${files.join(', ')}. Undo those with it, or undo it by hand.`,
  );
  const left = plan.dependents.filter(({ reason, included }) => reason === 'depends_on' && !included);
  const needs = left.map(({ summary }) => `“${summary.split('\n')[0] ?? ''}” says that it needs it. Undo that too.`);
  return [...conflicts, ...new Set(needs)];
}
