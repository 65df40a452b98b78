import { AppError, isAppError } from '#kernel/errors.ts';
import { branchOf, loadSubject, toActionView, type DeliveryDeps } from './steps.context.ts';
import type { DeliverySteps } from './steps.ts';

type LandedSteps = Pick<DeliverySteps, 'mergeByForge' | 'readForgeQueue' | 'whyLeftQueue'>;

/** The way of an approved pull request through a merge queue that is the forge's own. */
export function createLandedSteps(deps: DeliveryDeps): LandedSteps {
  async function pullOf(workItemId: string) {
    const subject = await loadSubject(deps, workItemId);
    const stored = await deps.store.pullOfWorkItem(deps.db, workItemId);
    if (stored === null) throw new AppError('internal', `The pull request of ${workItemId} was not recorded.`);
    return { subject, number: stored.number };
  }

  return {
    async mergeByForge(actionId) {
      try {
        return toActionView(await deps.actions.execute(actionId));
      } catch (error) {
        if (!isAppError(error, 'unavailable') || error.code !== 'in_forge_queue') throw error;
        const action = await deps.actions.get(actionId);
        if (action === null) throw new AppError('not_found', `There is no action ${actionId}.`);
        return toActionView(action);
      }
    },

    async readForgeQueue(workItemId, actionId) {
      const { subject, number } = await pullOf(workItemId);
      const state = await subject.forge.queueState?.(subject.repo, number);
      // Whose leave was taken back is not merged by the forge alone: executing it takes it out of the queue.
      return state?.state === 'waiting' && (await deps.actions.mayGoOn(actionId)) ? 'waiting' : 'over';
    },

    async whyLeftQueue(workItemId) {
      const { subject, number } = await pullOf(workItemId);
      const state = await subject.forge.queueState?.(subject.repo, number);
      const cause = state?.state === 'left' ? state.cause : 'other';
      const mirror = await deps.mirror(subject.repository.id);
      await mirror.fetch();
      const branch = await mirror.resolve(`refs/heads/${branchOf(subject)}`);
      const target = await mirror.resolve(`refs/remotes/source/${subject.repository.defaultBranch}`);
      if (branch === null || target === null || (await mirror.isAncestor(target, branch))) return { cause, behind: false, conflicts: [] };
      const base = (await mirror.mergeBase(branch, target)) ?? target;
      const merged = await mirror.merge({ base, ours: target, theirs: branch });
      return { cause, behind: true, conflicts: merged.kind === 'conflict' ? merged.conflicts.map(({ path }) => path) : [] };
    },
  };
}
