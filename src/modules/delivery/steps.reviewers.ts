import { AppError } from '#kernel/errors.ts';
import { branchOf, handleOf, loadSubject, proposeFor, type DeliveryDeps, type Subject } from './steps.context.ts';
import type { DeliverySteps } from './steps.ts';

type ReviewerSteps = Pick<DeliverySteps, 'suggestReviewers' | 'proposeReviewers'>;

/** Which people should look at a pull request: named in its text always, asked on the forge where the project says so. */
export function createReviewerSteps(deps: DeliveryDeps): ReviewerSteps {
  const { db, store } = deps;

  async function pullOf(workItemId: string) {
    const pull = await store.pullOfWorkItem(db, workItemId);
    if (pull === null) throw new AppError('internal', `The pull request of ${workItemId} was not recorded.`);
    return pull;
  }

  /** Those whose work it is: whoever asked for it, and people who did some of its tasks. */
  async function excludedOf(subject: Subject): Promise<Map<string, string>> {
    const excluded = new Map<string, string>();
    const planId = await store.planOfStory(db, subject.item.id, subject.story.generation);
    for (const { assignee } of planId === null ? [] : await deps.planning.tasks(planId)) {
      const handle = handleOf(assignee ?? '');
      if (handle !== null) excluded.set(handle, 'worked on it');
    }
    const requester = handleOf(subject.story.startedBy) ?? subject.item.requestedBy;
    if (requester !== null) excluded.set(requester, 'asked for the work');
    return excluded;
  }

  return {
    async suggestReviewers(workItemId) {
      const subject = await loadSubject(deps, workItemId);
      const pull = await pullOf(workItemId);
      const mirror = await deps.mirror(subject.repository.id);
      const head = await mirror.resolve(`refs/heads/${branchOf(subject)}`);
      const base = head === null ? null : await mirror.mergeBase(head, `refs/remotes/source/${pull.baseBranch}`);
      if (head === null || base === null) return;
      const { repository } = subject;
      await deps.reviewers.suggest({ id: pull.id, repository, base, head, excluded: await excludedOf(subject) });
    },

    async proposeReviewers(workItemId) {
      const subject = await loadSubject(deps, workItemId);
      if (subject.project.settings.reviews.ask_reviewers === 'off') return null;
      const pull = await pullOf(workItemId);
      const logins = ((await deps.reviewers.suggested(pull.id))?.answer.suggested ?? []).flatMap(({ login }) => (login === null ? [] : [login]));
      if (logins.length === 0) return null;
      return proposeFor(deps, subject, {
        kind: 'pr.reviewers',
        // Asked once for the same people, whatever is pushed meanwhile.
        key: logins.toSorted().join(','),
        number: pull.number,
        args: { reviewers: logins },
      });
    },
  };
}
