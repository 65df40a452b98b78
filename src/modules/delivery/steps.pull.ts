import { AppError } from '#kernel/errors.ts';
import { sha256Hex } from '#platform/crypto/index.ts';
import { documentOfCommits } from '#modules/change-requests/index.ts';
import { tellReviewers, tellUntested } from '#modules/reviews/index.ts';
import { decideAgentFor } from './decide.ts';
import type { ActionView } from './model.ts';
import { agentOutputOf, behind, hasOwnChecks, notWithdrawn } from './steps.forge.ts';
import { yieldToPeople } from './steps.fix.ts';
import { keepWhatMerges, leaveQueue, mergeBaseIn } from './steps.rework.ts';
import type { DeliverySteps } from './steps.ts';
import { branchOf, loadSubject, proposedBefore, proposeFor, type DeliveryDeps, type Subject } from './steps.context.ts';
import { pullBody, pullTitle } from './decide.text.ts';

type PullSteps = Pick<
  DeliverySteps,
  | 'proposePush'
  | 'proposePull'
  | 'recordPull'
  | 'proposeChecks'
  | 'proposeReady'
  | 'proposeMerge'
  | 'submitPull'
  | 'withdrawMerge'
  | 'startAfresh'
  | 'mergedSentence'
  | 'landedSentence'
>;

/** From a built branch to a merged pull request. */
export function createPullSteps(deps: DeliveryDeps): PullSteps {
  const { db, store } = deps;

  async function heads(subject: Subject) {
    const mirror = await deps.mirror(subject.repository.id);
    const branch = branchOf(subject);
    const head = await mirror.resolve(`refs/heads/${branch}`);
    if (head === null) throw new AppError('conflict', `The branch ${branch} is missing from the mirror.`);
    return { mirror, branch, head };
  }

  async function pullOf(workItemId: string) {
    const pull = await store.pullOfWorkItem(db, workItemId);
    if (pull === null) throw new AppError('internal', `The pull request of ${workItemId} was not recorded.`);
    return pull;
  }

  async function toldBefore(subject: Subject, head: string): Promise<ActionView | null> {
    const update = await proposedBefore(deps, subject, 'pr.update', `body:${head}`);
    return update ?? proposedBefore(deps, subject, 'pr.create', branchOf(subject));
  }

  async function textFacts(subject: Subject) {
    const planId = await store.planOfStory(db, subject.item.id, subject.story.generation);
    const plan = planId === null ? null : await deps.planning.plan(planId);
    const landed = (await deps.queue.list({ workItemId: subject.item.id, state: 'landed', limit: 100 })).items;
    return { item: subject.item, plan: plan?.document ?? null, landed, publicUrl: deps.publicUrl, ...(await reviewFacts(subject)) };
  }

  /** What is known for those who review it. */
  async function reviewFacts(subject: Subject): Promise<{ reviewers: string | null; untested: string | null }> {
    const pull = await store.pullOfWorkItem(db, subject.item.id);
    const known = pull === null ? null : await deps.reviewers.suggested(pull.id);
    const mirror = await deps.mirror(subject.repository.id);
    const head = await mirror.resolve(`refs/heads/${branchOf(subject)}`);
    const base = head === null ? null : await mirror.mergeBase(head, `refs/remotes/source/${subject.repository.defaultBranch}`);
    if (pull === null || head === null || base === null) return { reviewers: null, untested: null };
    const untested = tellUntested(await deps.coverage.untested({ repositoryId: subject.repository.id, base, head }));
    // The review tells what a tester would add; where nobody reviews, this text does.
    const isReviewed = decideAgentFor('reviewer', subject.story.options, subject.project.settings.roles, deps.roles) !== null;
    const told = isReviewed ? '' : ((await deps.tests.of(pull.id, head))?.told ?? '');
    const sections = [untested, told].filter((section) => section !== null && section !== '');
    return { reviewers: known === null ? null : tellReviewers(known.answer), untested: sections.length === 0 ? null : sections.join('\n\n') };
  }

  return {
    async proposePush(workItemId) {
      const subject = await loadSubject(deps, workItemId);
      const { mirror, branch, head } = await heads(subject);
      // A round that begins anew with the same head (its checks were run again): it is there, so `expected` would be another now.
      const before = await proposedBefore(deps, subject, 'branch.push', head);
      if (before !== null) return before;
      const expected = await subject.forge.branchHead(subject.repo, branch);
      return proposeFor(deps, subject, {
        kind: 'branch.push',
        key: head,
        branch,
        headSha: head,
        args: { branch, sha: head, expected, mirror_dir: mirror.dir },
      });
    },

    async proposePull(workItemId) {
      const subject = await loadSubject(deps, workItemId);
      const { branch, head } = await heads(subject);
      const facts = await textFacts(subject);
      const existing = await store.pullOfWorkItem(db, workItemId);
      if (existing !== null && existing.state === 'open') {
        // It tells of this head already; made a draft again it would stay one, because it was made ready for this head before.
        const told = hasOwnChecks(subject) && existing.headSha === head ? await toldBefore(subject, head) : null;
        if (told !== null) return told;
        return proposeFor(deps, subject, {
          kind: 'pr.update',
          key: `body:${head}`,
          number: existing.number,
          branch,
          // New commits are not known to be green.
          args: { number: existing.number, title: pullTitle(facts), body: pullBody(facts), ...(hasOwnChecks(subject) ? { draft: true } : {}) },
        });
      }
      return proposeFor(deps, subject, {
        kind: 'pr.create',
        key: branch,
        branch,
        args: {
          title: pullTitle(facts),
          body: pullBody(facts),
          head_branch: branch,
          base_branch: subject.repository.defaultBranch,
          draft: true,
          labels: ['AI-PR', 'AutoGenerated', 'AI-Generated'],
        },
      });
    },

    async recordPull(workItemId) {
      const subject = await loadSubject(deps, workItemId);
      const pull = await subject.forge.pullByHead(subject.repo, branchOf(subject));
      if (pull === null) throw behind('The forge does not show the pull request yet.');
      const awaitsCi = hasOwnChecks(subject);
      // What was pushed a moment ago may not be shown yet: the checks of an older head say nothing.
      if (awaitsCi && pull.headSha !== (await heads(subject)).head) throw behind('The forge does not show the new commits yet.');
      const queued = (await subject.forge.demandsQueue?.(subject.repo, pull.baseBranch)) === true;
      return db.tx(async (tx) => {
        const id = await store.savePull(tx, {
          id: deps.ids.next('pull'),
          workItemId,
          projectId: subject.project.id,
          repositoryId: subject.repository.id,
          pull,
        });
        if (subject.item.state !== 'in_review')
          await deps.work.transition(tx, workItemId, 'in_review', `Pull request #${pull.number} is open.`, 'system');
        return { id, fixes: true as const, ...(awaitsCi ? { ci: 'awaited' as const } : {}), ...(queued ? { queue: 'forge' as const } : {}) };
      });
    },

    async proposeChecks(workItemId) {
      const subject = await loadSubject(deps, workItemId);
      const { head } = await heads(subject);
      const results = await store.checkResults(db, subject.repository.id, head);
      const views = [];
      for (const result of results) {
        views.push(
          await proposeFor(deps, subject, {
            kind: 'pr.check',
            key: `${head}:${result.name}`,
            headSha: head,
            args: { name: `reeve/${result.name}`, head_sha: head, conclusion: result.conclusion, summary: result.summary, url: null },
          }),
        );
      }
      const output = hasOwnChecks(subject) ? await agentOutputOf(deps, subject, { head, number: (await pullOf(workItemId)).number }) : null;
      if (output !== null) views.push(await proposeFor(deps, subject, output));
      return views;
    },

    async proposeReady(workItemId, ci) {
      const subject = await loadSubject(deps, workItemId);
      const pull = await pullOf(workItemId);
      const facts = await textFacts(subject);
      const isKnown = ci !== undefined || facts.reviewers !== null || facts.untested !== null;
      const body = isKnown ? pullBody({ ...facts, ...(ci === undefined ? {} : { ci }) }) : null;
      return proposeFor(deps, subject, {
        kind: 'pr.update',
        key: body === null ? `ready:${pull.headSha}` : `ready:${pull.headSha}:${sha256Hex(body)}`,
        number: pull.number,
        args: { number: pull.number, draft: false, ...(body === null ? {} : { body }) },
      });
    },

    async proposeMerge(workItemId) {
      const subject = await loadSubject(deps, workItemId);
      const pull = await pullOf(workItemId);
      const { head } = await heads(subject);
      const facts = await textFacts(subject);
      if (subject.item.state !== 'awaiting_merge')
        await db.tx((tx) => deps.work.transition(tx, workItemId, 'awaiting_merge', `Pull request #${pull.number} waits for a decision.`, 'system'));
      const proposed = await proposeFor(deps, subject, {
        kind: 'pr.merge',
        key: await notWithdrawn(deps, subject, head),
        number: pull.number,
        branch: pull.baseBranch,
        headSha: head,
        args: {
          number: pull.number,
          title: pull.title,
          message: `${pullTitle(facts)} (#${pull.number})`,
          head_branch: pull.headBranch,
          base_branch: pull.baseBranch,
        },
      });
      return yieldToPeople(deps, subject, pull, proposed);
    },

    async submitPull(workItemId, actionId, round, waiting) {
      const subject = await loadSubject(deps, workItemId);
      const pull = await pullOf(workItemId);
      const entries = (await deps.queue.list({ taskId: pull.id, limit: 200 })).items;
      // Asked again after a crash it may have landed already: then there is nothing left to build a document from.
      const before = entries.find(({ publish }) => publish.kind === 'action' && publish.actionId === actionId);
      if (before !== undefined) return before.id;
      // A person's answer to a conflict took a number as well.
      const attempt = Math.max(subject.story.generation * 100 + round, ...entries.map((entry) => entry.attempt)) + 1;
      const { mirror, head } = await heads(subject);
      await mirror.fetch();
      const base = await mirror.mergeBase(head, `refs/remotes/source/${pull.baseBranch}`);
      if (base === null) throw new AppError('refused', `${pull.headBranch} and ${pull.baseBranch} share no history.`);
      const document = await documentOfCommits(mirror, {
        base,
        head,
        repo: subject.repository.name,
        target: pull.baseBranch,
        taskId: pull.id,
        attempt,
        summary: pull.title,
      });
      const result = await deps.queue.submit(document, {
        actor: 'system',
        projectId: subject.project.id,
        repositoryId: subject.repository.id,
        workItemId,
        publish: { kind: 'action', actionId },
        notifyWorkflow: waiting,
      });
      if (!result.ok)
        throw new AppError('refused', `The merge queue refused the pull request: ${result.error.map((refusal) => refusal.detail).join('; ')}`, {
          code: 'pull_refused',
        });
      return result.value.id;
    },

    async withdrawMerge(actionId, reason) {
      const action = await deps.actions.get(actionId);
      if (action === null || action.status === 'executed') return;
      await db.tx((tx) => deps.actions.withdraw(tx, actionId, reason.split('\n')[0] ?? reason));
      if (action.workItemId !== null) await leaveQueue(deps, action.workItemId, actionId);
    },

    async startAfresh(workItemId, planId, entryId, conflicts) {
      const subject = await loadSubject(deps, workItemId);
      await db.tx((tx) => deps.work.transition(tx, workItemId, 'in_progress', 'The base moved: the conflicting part is built again.', 'system'));
      return entryId === null ? mergeBaseIn(deps, subject, planId, conflicts ?? []) : keepWhatMerges(deps, subject, planId, entryId);
    },

    async mergedSentence(workItemId) {
      const subject = await loadSubject(deps, workItemId);
      const pull = await subject.forge.pullByHead(subject.repo, branchOf(subject));
      if (pull === null) return 'Merged.';
      await db.tx((tx) =>
        store.savePull(tx, { id: deps.ids.next('pull'), workItemId, projectId: subject.project.id, repositoryId: subject.repository.id, pull }),
      );
      return `Pull request #${pull.number} was merged as ${pull.mergeSha?.slice(0, 10) ?? 'a new commit'}.`;
    },

    async landedSentence(workItemId) {
      const subject = await loadSubject(deps, workItemId);
      const { branch, head } = await heads(subject);
      return `Landed on ${branch} as ${head.slice(0, 10)}.`;
    },
  };
}
