import { shownLines } from '#kernel/diff-lines.ts';
import { AppError } from '#kernel/errors.ts';
import { reviewArgs, tellFindings } from '#modules/reviews/index.ts';
import { decideAgentFor } from './decide.ts';
import { reviewMaterial } from './decide.review.ts';
import { branchOf, loadSubject, proposeFor, type DeliveryDeps, type Subject } from './steps.context.ts';
import type { DeliverySteps } from './steps.ts';

type ReviewSteps = Pick<DeliverySteps, 'prepareReview' | 'proposeReviewComment'>;

const MOST_DIFF_BYTES = 200_000;

/** A reviewer agent looks at every head of a pull request; what it says is one review there, edited from head to head. */
export function createReviewSteps(deps: DeliveryDeps): ReviewSteps {
  const { db, store, reviews } = deps;

  async function pullOf(workItemId: string) {
    const pull = await store.pullOfWorkItem(db, workItemId);
    if (pull === null) throw new AppError('internal', `The pull request of ${workItemId} was not recorded.`);
    return pull;
  }

  async function headOf(subject: Subject): Promise<string> {
    const mirror = await deps.mirror(subject.repository.id);
    const head = await mirror.resolve(`refs/heads/${branchOf(subject)}`);
    if (head === null) throw new AppError('conflict', `The branch ${branchOf(subject)} is missing from the mirror.`);
    return head;
  }

  return {
    async prepareReview(workItemId, round) {
      const subject = await loadSubject(deps, workItemId);
      const agent = decideAgentFor('reviewer', subject.story.options, subject.project.settings.roles, deps.roles);
      if (agent === null) return null;
      const head = await headOf(subject);
      const last = await reviews.last((await pullOf(workItemId)).id);
      // A round that begins anew with the same head: there is nothing new to look at.
      if (last?.headSha === head && last.parsed) return null;
      const wanted = {
        taskId: null,
        workItemId: subject.item.id,
        role: 'reviewer' as const,
        agent,
        attempt: round + 1,
        base: head,
        target: branchOf(subject),
        feedback: last === null ? null : tellFindings(last.findings) || null,
        material: reviewMaterial(await criteriaOf(deps, subject), await changeOf(deps, subject, head)),
      };
      const run = await deps.agents.ensureRun({ ...wanted, runId: deps.ids.next('run') });
      return { workflowId: `agents.run:${run.id}:1`, request: { ...wanted, runId: run.id } };
    },

    async proposeReviewComment(workItemId, runId) {
      const subject = await loadSubject(deps, workItemId);
      const outcome = await deps.agents.outcome(runId);
      if (outcome === null || outcome.kind !== 'text') return null;
      const run = await deps.agents.get(runId);
      const pull = await pullOf(workItemId);
      const headSha = await headOf(subject);
      const reviewer = run?.agent ?? 'reviewer';
      const review = await reviews.record({ pullId: pull.id, runId, headSha, reviewer, text: outcome.text });
      return proposeFor(deps, subject, {
        kind: 'pr.review',
        key: `${headSha}:${runId}`,
        number: pull.number,
        args: reviewArgs(review, shownLines(await changeOf(deps, subject, headSha)), { sections: await testsOf(deps, pull.id, headSha) }),
        proposer: { subject: `agent:${reviewer}`, run: runId, promptHash: run?.promptHash ?? null },
      });
    },
  };
}

/** The whole change of the pull request, as its forge shows it: against where its branch began. */
async function changeOf(deps: DeliveryDeps, subject: Subject, head: string): Promise<string> {
  const mirror = await deps.mirror(subject.repository.id);
  const base = await mirror.mergeBase(head, `refs/remotes/source/${subject.repository.defaultBranch}`);
  return mirror.diffText(base ?? head, head, MOST_DIFF_BYTES);
}

async function criteriaOf(deps: DeliveryDeps, { item, story }: Subject): Promise<string[]> {
  const planId = await deps.store.planOfStory(deps.db, item.id, story.generation);
  const plan = planId === null ? null : await deps.planning.plan(planId);
  return (plan?.document.acceptance ?? []).map(({ text }) => text);
}

/** What a tester would add to this head, in the words for people. */
async function testsOf(deps: DeliveryDeps, pullId: string, headSha: string): Promise<string[]> {
  const told = (await deps.tests.of(pullId, headSha))?.told ?? '';
  return told === '' ? [] : [told];
}
