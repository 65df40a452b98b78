import { AppError, isAppError } from '#kernel/errors.ts';
import { testGlobs } from '#modules/planning/index.ts';
import { tellMissing, tellProposal, type TestRound } from '#modules/reviews/index.ts';
import { decideAgentFor } from './decide.ts';
import { decideTesting } from './decide.tester.ts';
import type { TestsView } from './model.ts';
import { branchOf, loadSubject, type DeliveryDeps, type Subject } from './steps.context.ts';
import type { DeliverySteps } from './steps.ts';

type TesterSteps = Pick<DeliverySteps, 'prepareTests' | 'keepTests'>;

const MOST_DIFF_BYTES = 200_000;

/** A tester looks at what the coverage reports of a pull request's head leave out. */
export function createTesterSteps(deps: DeliveryDeps): TesterSteps {
  const { db, store, tests } = deps;

  async function pullOf(workItemId: string) {
    const pull = await store.pullOfWorkItem(db, workItemId);
    if (pull === null) throw new AppError('internal', `The pull request of ${workItemId} was not recorded.`);
    return pull;
  }

  /** The head with what it changes; null: it has no common history with its base. */
  async function changeOf(subject: Subject) {
    const mirror = await deps.mirror(subject.repository.id);
    const head = await mirror.resolve(`refs/heads/${branchOf(subject)}`);
    const base = head === null ? null : await mirror.mergeBase(head, `refs/remotes/source/${subject.repository.defaultBranch}`);
    return head === null || base === null ? null : { mirror, head, base };
  }

  /** The plan's own task for tests: what it may touch was approved with the plan. */
  async function testTaskOf(planId: string) {
    return (await deps.planning.tasks(planId)).find(({ role, assignee }) => role === 'tester' && assignee?.startsWith('person:') !== true) ?? null;
  }

  async function nextAttempt(taskId: string): Promise<number> {
    const { items } = await deps.agents.list({ taskId, limit: 200 });
    return Math.max(0, ...items.map(({ attempt }) => attempt)) + 1;
  }

  async function begin(subject: Subject, planId: string, given: { pullId: string; agent: string | null }): Promise<TestRound | null> {
    const change = await changeOf(subject);
    if (change === null) return null;
    const { pullId, agent } = given;
    const { head, base } = change;
    const kept = await tests.of(pullId, head);
    if (kept !== null) return kept.told === null && kept.workflowId === subject.story.workflowId ? kept : null;
    const untested = await deps.coverage.untested({ repositoryId: subject.repository.id, base, head });
    const task = await testTaskOf(planId);
    const mode = decideTesting({
      wanted: subject.project.settings.reviews.tests,
      hasTester: agent !== null,
      uncovered: untested === null ? null : untested.length,
      hasTask: task !== null,
      hasWritten: await tests.hasWritten(subject.story.workflowId),
    });
    if (mode === 'none' || untested === null) return null;
    const round = { pullId, headSha: head, feedback: tellMissing(untested), told: null, workflowId: subject.story.workflowId };
    if (mode === 'write' && task !== null)
      return tests.keep({ ...round, mode, runId: null, taskId: task.id, firstAttempt: await nextAttempt(task.id) });
    return tests.keep({ ...round, mode: 'suggest', runId: deps.ids.next('run'), taskId: null, firstAttempt: null });
  }

  async function suggestion(subject: Subject, agent: string, round: TestRound): Promise<TestsView> {
    const change = await changeOf(subject);
    if (change === null || round.runId === null) return { kind: 'none' };
    const { mirror, head, base } = change;
    const { item, repository } = subject;
    const request = {
      runId: round.runId as Extract<TestsView, { kind: 'suggest' }>['request']['runId'],
      taskId: null,
      workItemId: item.id,
      about: {
        projectId: subject.project.id,
        repositoryId: repository.id,
        number: item.number ?? 0,
        title: item.title,
        body: item.body,
        scope: testGlobs((await mirror.listTree(head)).map(({ path }) => path)),
      },
      role: 'tester' as const,
      agent,
      attempt: 1,
      base: head,
      target: branchOf(subject),
      feedback: round.feedback,
      material: await mirror.diffText(base, head, MOST_DIFF_BYTES),
    };
    const run = await deps.agents.ensureRun(request);
    return { kind: 'suggest', workflowId: `agents.run:${run.id}:1`, request: { ...request, runId: run.id } };
  }

  return {
    async prepareTests(workItemId, planId) {
      const subject = await loadSubject(deps, workItemId);
      const agent = decideAgentFor('tester', subject.story.options, subject.project.settings.roles, deps.roles);
      const round = await begin(subject, planId, { pullId: (await pullOf(workItemId)).id, agent });
      if (round === null || agent === null) return { kind: 'none' };
      if (round.taskId !== null) {
        if (subject.item.state !== 'in_progress')
          await db.tx((tx) => deps.work.transition(tx, workItemId, 'in_progress', 'Changed lines have no tests: they are written.', 'system'));
        return {
          kind: 'write',
          headSha: round.headSha,
          task: { taskId: round.taskId, firstAttempt: round.firstAttempt ?? 1, feedback: round.feedback },
        };
      }
      return unlessUnfunded(deps, () => suggestion(subject, agent, round));
    },

    async keepTests(workItemId, { headSha, runId, landed }) {
      const pull = await pullOf(workItemId);
      const outcome = runId === null ? null : await deps.agents.outcome(runId);
      const agent = runId === null ? null : ((await deps.agents.get(runId))?.agent ?? null);
      const told = runId === null ? null : tellProposal(outcome, agent ?? 'the tester');
      await tests.tell(pull.id, headSha, told ?? (landed ? '' : '### Tests by the tester\nThe tester added nothing.'));
    },
  };
}

/** More tests are worth no question about money: without any they are left out. */
async function unlessUnfunded(deps: Pick<DeliveryDeps, 'log'>, work: () => Promise<TestsView>): Promise<TestsView> {
  try {
    return await work();
  } catch (error) {
    if (!isAppError(error, 'refused')) throw error;
    deps.log.info({ err: error }, 'a tester was not sent');
    return { kind: 'none' };
  }
}
